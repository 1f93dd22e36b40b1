#include "dabiao/explain/owed_reports.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "explained.hpp"

namespace dabiao::explain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const char* const visits = R"biao(plan visits
  window 2024
level city
level town in city
unit visit, bed
entities town = { "A", "B" }
input visits "home visits" visit flow each month at town
input beds   bed stock at town
target monthly : visits >= 1 visit each month at each town
target busy    : visits >= 2 visit each month at each town
target beds10  : beds >= 10 bed by 2024-12-31
)biao";

// B's February is wanted by two targets: one report, two cells wait. Later months have not come.
TEST(OwedReports, OneReportMayKeepSeveralCellsWaiting) {
  const Explained data(visits,
                       "town,period,visits,beds\n"
                       "A,2024-01,1,5\n"
                       "A,2024-02,1,5\n"
                       "B,2024-01,1,7\n",
                       "2024-02-29");
  const OwedReports owed = owed_reports(data.assessment());
  EXPECT_FALSE(owed.more_exist);
  ASSERT_THAT(owed.reports, SizeIs(1));
  const OwedReport& report = owed.reports.front();
  EXPECT_EQ(report.input, "visits");
  EXPECT_EQ(report.label, "home visits");
  EXPECT_EQ(report.at.entity, "B");
  EXPECT_EQ(report.at.level, "town");
  EXPECT_EQ(report.reason, value::Reason::not_reported);
  std::vector<std::string> waiting;
  for (const std::size_t cell : report.cells) {
    const assessment::Assessment& all = data.assessment();
    EXPECT_EQ(all.entity_name(all.cells()[cell]), "B");
    waiting.push_back(all.plan().targets[all.cells()[cell].target].name);
  }
  EXPECT_THAT(waiting, ::testing::UnorderedElementsAre("monthly", "busy"));
}

TEST(OwedReports, NothingIsOwedWhereEverythingIsThere) {
  const Explained data(visits,
                       "town,period,visits,beds\n"
                       "A,2024-01,1,5\n"
                       "B,2024-01,0,7\n",
                       "2024-01-31");
  EXPECT_THAT(owed_reports(data.assessment()).reports, IsEmpty());
}

// A sum lacks two of its parts: each of them is owed by whom it belongs to, in order.
TEST(OwedReports, AWholeWaitsForEachOfItsParts) {
  const Explained data(visits,
                       "town,period,visits\n"
                       "A,2024-01,1\n"
                       "B,2024-01,1\n",
                       "2024-01-31");
  const OwedReports owed = owed_reports(data.assessment());
  std::vector<std::string> whose;
  for (const OwedReport& report : owed.reports) whose.push_back(report.at.entity + report.input);
  EXPECT_THAT(whose, ElementsAre("Abeds", "Bbeds"));
}

}  // namespace
}  // namespace dabiao::explain
