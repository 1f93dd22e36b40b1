#include "dabiao/explain/breakdown.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "explained.hpp"

namespace dabiao::explain {
namespace {

const char* const beds = R"biao(plan beds
  window 2024
level city
level town in city
unit bed
stages progress = planned < finished
entities town = { "A", "B", "C" }
input beds    bed stock at town
input nursing bed stock at town
input works   progress stock at city
indicator share % = nursing / beds
target all_beds  : beds >= 30 bed by 2024-12-31
target nursing60 : share >= 60% by 2024-12-31
target each_town : beds >= 10 bed by 2024-12-31 at each town
target works_done : works >= finished by 2024-12-31
)biao";

const char* const table =
    "town,period,beds,nursing,works\n"
    "A,2024-06,20,15,\n"
    "B,2024-06,10,3,\n"
    ",2024-06,,,planned\n";

const assessment::Cell& first_cell(const assessment::Assessment& all, const std::string& target) {
  return all.cells(target).front();
}

std::vector<std::string> parts_of(const std::optional<Breakdown>& found) {
  std::vector<std::string> shown_parts;
  if (!found) return {"nothing"};
  for (const Part& part : found->parts) {
    shown_parts.push_back(part.at.entity + " " + shown(part.value));
  }
  return shown_parts;
}

// The parts of a sum make up the sum; what is not reported is said, not counted as zero.
TEST(Breakdown, ASumIsToldByItsParts) {
  const Explained data(beds, table, "2024-06-30");
  const auto found = breakdown(data.assessment(), first_cell(data.assessment(), "all_beds"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->level, "town");
  EXPECT_THAT(parts_of(found), ::testing::ElementsAre("A 20", "B 10", "C not_reported"));
}

// A share is that of each part, not a part of the whole's: 15 of 20 is 75 %, 3 of 10 is 30 %.
TEST(Breakdown, AShareIsEachOnesOwn) {
  const Explained data(beds, table, "2024-06-30");
  EXPECT_THAT(parts_of(breakdown(data.assessment(), first_cell(data.assessment(), "nursing60"))),
              ::testing::ElementsAre("A 75", "B 30", "C not_reported"));
}

TEST(Breakdown, ThereIsNoneBelowTheLowestLevelNorOfStages) {
  const Explained data(beds, table, "2024-06-30");
  for (const char* target : {"each_town", "works_done"}) {
    EXPECT_FALSE(breakdown(data.assessment(), first_cell(data.assessment(), target))) << target;
  }
}

}  // namespace
}  // namespace dabiao::explain
