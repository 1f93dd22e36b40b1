#include "dabiao/data/dataset.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "sample_plan.hpp"

namespace dabiao::data {
namespace {

using exact::Rational;
using testing::ElementsAre;

class DatasetTest : public testing::Test {
 protected:
  SamplePlan sample;
  model::InputId beds =
      sample.add_input("床位", "机构养老床位", sample.number("张"), SamplePlan::home);
  model::InputId share = sample.add_input("占比", "", sample.number("%"), SamplePlan::county);
  model::InputId clinic = sample.add_input("医务室", "", value::Type::yesno(), SamplePlan::county);
};

TEST_F(DatasetTest, BuildsACubeReportByReport) {
  Dataset data;
  data.set("床位", "兴庆区/甲院", "2023-08", 120)
      .set("机构养老床位", "兴庆区/乙院", "2023年8月", "80张")
      .set("占比", "兴庆区", "2023", 57.3f)
      .set("医务室", "兴庆区", "", true)
      .add({.input = "床位", .value = 0.1, .entity = "兴庆区", .level = "县区"});
  const auto cube = data.build(sample.plan);
  ASSERT_TRUE(cube) << testing::PrintToString(kinds(cube.diagnostics()));
  EXPECT_TRUE(cube.diagnostics().empty());
  const std::vector<ReportBlock>& blocks = cube->inputs[beds].blocks;
  ASSERT_EQ(blocks.size(), 2u);
  EXPECT_EQ(blocks[0].level, SamplePlan::county);
  EXPECT_EQ(blocks[0].exact_value(0), Rational(1, 10));
  EXPECT_EQ(blocks[1].value(0), 80) << "乙 stands before 甲";
  EXPECT_EQ(blocks[1].value(1), 120);
  EXPECT_EQ(cube->inputs[share].blocks.at(0).exact_value(0), Rational(573, 10));
  EXPECT_EQ(cube->inputs[clinic].blocks.at(0).value(0), 1);
}

TEST_F(DatasetTest, CountsReportsFromOneInItsMessages) {
  Dataset data("wish list");
  data.set("床位", "兴庆区/甲院", "", 1)
      .set("占比", "兴庆区", "", true)
      .set("医务室", "兴庆区", "", 2);
  const auto cube = data.build(sample.plan);
  EXPECT_FALSE(cube);
  ASSERT_THAT(kinds(cube.diagnostics()), ElementsAre("unread_cell", "unread_cell"));
  EXPECT_EQ(cube.diagnostics().list()[0].data_place->file, "wish list");
  EXPECT_EQ(cube.diagnostics().list()[0].data_place->row, 2u);
  EXPECT_EQ(cube.diagnostics().list()[0].arguments.at(0).second, "true");
}

TEST(Record, NeedsNeitherLevelsNorPeriods) {
  auto plan = std::make_shared<model::Plan>();
  model::Level level;
  level.name = "全域";
  plan->levels.push_back(level);
  model::Input input;
  input.name = "x";
  input.range = exact::Interval::everything();
  plan->inputs.push_back(input);
  input.name = "y";
  plan->inputs.push_back(input);
  const auto cube =
      Dataset().set("x", 0.3).set("y", std::numeric_limits<double>::infinity()).build(plan);
  ASSERT_TRUE(cube) << testing::PrintToString(kinds(cube.diagnostics()));
  EXPECT_FALSE(cube->inputs[0].blocks.at(0).grain);
  EXPECT_EQ(cube->inputs[0].blocks.at(0).exact_value(0), Rational(3, 10));
  EXPECT_EQ(cube->inputs[1].blocks.at(0).values.reason(0), value::Reason::not_finite);
}

}  // namespace
}  // namespace dabiao::data
