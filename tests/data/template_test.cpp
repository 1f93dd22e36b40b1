#include "dabiao/data/template.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dabiao/data/read_tables.hpp"
#include "sample_plan.hpp"

namespace dabiao::data {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Template, HasASheetPerLevelWithInputs) {
  SamplePlan sample;
  sample.plan->window = *calendar::Span::parse("2023-09-01..2023-12-31");
  sample.add_input("床位", "", sample.number("张"), SamplePlan::home);
  sample.plan->inputs[0].kind = model::InputKind::stock;
  sample.add_input("报送日", "", value::Type::date(), SamplePlan::member, calendar::Grain::month);
  sample.add_input("面积", "", sample.number("平方米"), SamplePlan::home);
  sample.plan->inputs[2].kind = model::InputKind::constant;
  sample.add_entity(SamplePlan::home, "兴庆区/甲院");
  sample.add_entity(SamplePlan::member, "民政局");
  const std::vector<TemplateSheet> sheets = template_sheets(*sample.plan);
  ASSERT_EQ(sheets.size(), 2u);
  EXPECT_EQ(sheets[0].level, SamplePlan::home);
  EXPECT_THAT(sheets[0].columns,
              ElementsAre("县区", "机构", "period", "床位 (张)", "面积 (平方米)"));
  EXPECT_EQ(sheets[0].level_columns, 2u);
  EXPECT_THAT(sheets[0].periods, ElementsAre("2023-08-31", "2023-12-31"));
  EXPECT_THAT(sheets[0].rows, ElementsAre(ElementsAre("兴庆区", "甲院", "", "", "")));
  EXPECT_THAT(sheets[1].columns, ElementsAre("成员单位", "period", "报送日"));
  EXPECT_THAT(sheets[1].periods, ElementsAre("2023-09", "2023-10", "2023-11", "2023-12"));

  // What it asks for is what is read.
  for (const TemplateSheet& sheet : sheets) {
    const auto cube =
        read_tables(sample.plan, {{"t", Table::from_rows(sheet.columns, sheet.rows), 2, {}}});
    ASSERT_TRUE(cube);
    EXPECT_TRUE(cube.diagnostics().empty()) << testing::PrintToString(kinds(cube.diagnostics()));
  }
}

TEST(Template, NeedsNoLevelOrPeriodWhereNothingHasOne) {
  SamplePlan sample;
  sample.add_input("面积", "", sample.number("平方米"), SamplePlan::city);
  sample.plan->inputs[0].kind = model::InputKind::constant;
  const std::vector<TemplateSheet> sheets = template_sheets(*sample.plan);
  ASSERT_EQ(sheets.size(), 1u);
  EXPECT_THAT(sheets[0].columns, ElementsAre("面积 (平方米)"));
  EXPECT_THAT(sheets[0].rows, IsEmpty());
  EXPECT_THAT(sheets[0].periods, IsEmpty());
}

}  // namespace
}  // namespace dabiao::data
