#include "dabiao/data/placed_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "sample_plan.hpp"

namespace dabiao::data {
namespace {

using exact::Rational;
using testing::ElementsAre;

class PlacedReportTest : public testing::Test {
 protected:
  PlacedReportTest() {
    Dataset data;
    data.set("床位", "兴庆区/甲院", "2023-08", 120).set("床位", "兴庆区/乙院", "2023-09", 80);
    cube = *data.build(sample.plan);
  }

  /// Puts a report; what that did, or the kinds of what is wrong.
  std::vector<std::string> did(const Report& report) {
    const Checked<PlacedReport> placed = place(*cube, report);
    if (!placed) return kinds(placed.diagnostics());
    switch (put(*cube, *placed)) {
      case Put::nothing:
        return {"nothing"};
      case Put::replaced:
        return {"replaced"};
      case Put::reshaped:
        break;
    }
    return {"reshaped"};
  }

  const ReportBlock& block() const { return cube->inputs[beds].blocks.back(); }

  SamplePlan sample;
  model::InputId beds =
      sample.add_input("床位", "机构养老床位", sample.number("张"), SamplePlan::home);
  std::optional<Cube> cube;
};

TEST_F(PlacedReportTest, StandsWhereTheOtherStood) {
  EXPECT_THAT(did({"机构养老床位", "121.5张", "甲院", "2023年8月"}), ElementsAre("replaced"));
  EXPECT_EQ(block().exact_value(1), Rational(243, 2));
  EXPECT_THAT(did({"床位", "121.50", "兴庆区/甲院", "2023-08"}), ElementsAre("nothing"));
  EXPECT_THAT(did({"床位", "0.1", "甲院", "2023-09"}), ElementsAre("replaced"));
  EXPECT_EQ(block().exact_value(3), Rational(1, 10));
}

TEST_F(PlacedReportTest, GrowsAndShrinksThePeriods) {
  EXPECT_THAT(did({"床位", 7, "甲院", "2023-11"}), ElementsAre("reshaped"));
  EXPECT_EQ(block().periods, 4u);
  EXPECT_EQ(block().exact_value(1), 120);
  EXPECT_EQ(block().exact_value(2), 80);
  EXPECT_EQ(block().exact_value(7), 7);
  EXPECT_THAT(did({"床位", "-", "甲院", "2023-11"}), ElementsAre("reshaped"));
  EXPECT_EQ(block().periods, 2u);
  EXPECT_THAT(did({"床位", "", "甲院", "2023-08"}), ElementsAre("reshaped"));
  EXPECT_EQ(block().first_period, 2023 * 12 + 8);
  EXPECT_THAT(did({"床位", "", "甲院", "2023-12"}), ElementsAre("nothing"));
  EXPECT_THAT(did({"床位", "", "乙院", "2023-09"}), ElementsAre("reshaped"));
  EXPECT_TRUE(cube->inputs[beds].blocks.empty());
}

TEST_F(PlacedReportTest, KeepsTheOrderOfTheBlocks) {
  EXPECT_THAT(did({"床位", 500, "兴庆区", "2023", "县区"}), ElementsAre("reshaped"));
  EXPECT_THAT(did({"床位", 5, "甲院", ""}), ElementsAre("reshaped"));
  EXPECT_THAT(did({"床位", 5, "甲院", "2023-Q3"}), ElementsAre("reshaped"));
  std::vector<std::optional<calendar::Grain>> grains;
  for (const ReportBlock& each : cube->inputs[beds].blocks) grains.push_back(each.grain);
  EXPECT_THAT(grains, ElementsAre(calendar::Grain::year, calendar::Grain::quarter,
                                  calendar::Grain::month, std::nullopt));
  EXPECT_EQ(cube->inputs[beds].blocks.front().level, SamplePlan::county);
}

TEST_F(PlacedReportTest, SaysWhatIsWrong) {
  EXPECT_THAT(did({"床", 1, "甲院", "2023-08"}), ElementsAre("unknown_input"));
  EXPECT_THAT(did({"床位", 1, "丙院", "2023-08"}), ElementsAre("unknown_entity"));
  EXPECT_THAT(did({"床位", 1, "甲院", "2023-13"}), ElementsAre("unknown_period"));
  EXPECT_THAT(did({"床位", 1, "甲院", "2023-08", "省"}), ElementsAre("unknown_level_in_data"));
  EXPECT_THAT(did({"床位", 1, "", "2023-08", "县区"}), ElementsAre("no_entity_named"));
  EXPECT_THAT(did({"床位", "many", "甲院", "2023-08"}), ElementsAre("unread_cell"));
  EXPECT_THAT(did({"床位", -1, "甲院", "2023-08"}), ElementsAre("negative_report"));
  EXPECT_EQ(block().exact_value(1), 120);
  // All of it at once.
  EXPECT_THAT(did({"床位", "many", "丙院", "2023-13"}),
              ElementsAre("unknown_period", "unknown_entity", "unread_cell"));
  EXPECT_THAT(did({"床", "many", "丙院", "2023-13"}),
              ElementsAre("unknown_period", "unknown_input"));
}

TEST_F(PlacedReportTest, TakesAStageForWhatItIsCalled) {
  // Elsewhere such a cell says that nothing was reported.
  value::Type type;
  type.kind = value::Type::Kind::stage;
  type.scale = sample.add_scale("报送", {"未报", "已报"});
  const model::InputId input = sample.add_input("报送情况", "", type, SamplePlan::home);
  cube->inputs.resize(sample.plan->inputs.size());
  EXPECT_THAT(did({"报送情况", "未报", "甲院", ""}), ElementsAre("reshaped"));
  EXPECT_EQ(cube->inputs[input].blocks.back().exact_value(1), 0);
  EXPECT_THAT(did({"报送情况", "暂无", "甲院", ""}), ElementsAre("reshaped"));
  EXPECT_TRUE(cube->inputs[input].blocks.empty());
}

}  // namespace
}  // namespace dabiao::data
