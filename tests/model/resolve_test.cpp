#include "dabiao/model/resolve.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dabiao/exact/interval.hpp"
#include "dabiao/model/mentions.hpp"
#include "resolved_text.hpp"

namespace dabiao::model {
namespace {

using calendar::Date;
using exact::Interval;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Problem;
using testing::resolve_damaged;
using testing::resolve_lines;
using testing::resolve_text;
using testing::ResolvedText;
using ::testing::SizeIs;

Date day(int year, int month, int number) {
  return *Date::create(year, month, number);
}

const char* const yinchuan = R"biao(plan yinchuan_2023 "银川市养老服务体系建设攻坚行动方案"
  source "yinchuan-2023.txt"
  window 2023-09-01..2023-12-31

level 市
level 县区 "县(市)区" in 市 count 6
level 机构 "养老机构" in 县区
level 成员单位 in 市
unit 张, 人, 家, 户                      # counted things; 千人, 百户, 百张, 万元 come free

input 床位     "机构养老床位"  张 stock at 机构
input 护理床位 "护理型床位"    张 stock at 机构
input 老年人口                人 stock at 县区
input 报送日   date each month at 成员单位  missing is later

given 床位 = 9688 张, 护理床位 = 5586 张  at 市 in 2023-08  cite "9688张" "5586张"

indicator 千人床位 "每千名老人机构养老床位" 张/千人 = 床位 / 老年人口
indicator 护理占比 "护理型床位占比"        %      = 护理床位 / 床位
indicator 新增床位                       张      = 床位 - 床位[start]
stated 护理占比 = 57% in 2023-08  cite "占比57%"

clause "二(一)" lead "市民政局" responsible each 县区 by 2023-12-31
target 新增700 : 新增床位 >= 700 张       cite "不少于700张"
target 千人36  : 千人床位 >= 36 张/千人   cite "不少于36张"

clause "二(二)" lead "市民政局" responsible each 县区 by 2023-12-31
目标 护理占比60 : 护理占比 不低于60%  标注 "力争"  依据 "占比达到60%以上"

clause "三(三)" lead "市民政局"
target 月报 : 报送日 <= due  each month by day 25  at each 成员单位  cite "每月25日前"
)biao";

TEST(Yinchuan, has_nothing_wrong) {
  const ResolvedText text = resolve_text(yinchuan);
  EXPECT_THAT(text.problems(), IsEmpty());
}

TEST(Yinchuan, plan_statement) {
  const ResolvedText text = resolve_text(yinchuan);
  EXPECT_EQ(text.plan().name, "yinchuan_2023");
  EXPECT_EQ(text.plan().shown(), "银川市养老服务体系建设攻坚行动方案");
  EXPECT_THAT(text.plan().sources, ElementsAre("yinchuan-2023.txt"));
  EXPECT_EQ(text.plan().window, (calendar::Span{day(2023, 9, 1), day(2023, 12, 31)}));
}

TEST(Yinchuan, levels_units_and_inputs) {
  const ResolvedText text = resolve_text(yinchuan);
  const Plan& plan = text.plan();
  ASSERT_THAT(plan.levels, SizeIs(4));
  EXPECT_EQ(plan.levels[0].name, "市");
  EXPECT_EQ(plan.levels[0].parent, none);
  EXPECT_EQ(plan.levels[1].shown(), "县(市)区");
  EXPECT_EQ(plan.levels[1].count, 6);
  EXPECT_EQ(plan.levels[2].parent, 1U);
  EXPECT_EQ(plan.levels[2].depth, 2U);
  EXPECT_EQ(plan.levels[3].parent, 0U);
  EXPECT_TRUE(plan.is_at_or_above(0, 2));
  EXPECT_TRUE(plan.is_at_or_above(2, 2));
  EXPECT_FALSE(plan.is_at_or_above(3, 2));
  EXPECT_FALSE(plan.is_at_or_above(2, 1));

  EXPECT_THAT(plan.units.declared(), ElementsAre("张", "人", "家", "户"));
  ASSERT_THAT(plan.inputs, SizeIs(4));
  const Input& beds = plan.inputs[0];
  EXPECT_EQ(beds.label, "机构养老床位");
  EXPECT_EQ(beds.kind, InputKind::stock);
  EXPECT_EQ(beds.level, 2U);
  EXPECT_EQ(beds.over_periods, RollUp::last);
  EXPECT_EQ(beds.over_parts, RollUp::sum);
  EXPECT_EQ(beds.range, Interval::at_least(0));
  const Input& reported = plan.inputs[3];
  EXPECT_TRUE(reported.type.is_date());
  EXPECT_EQ(reported.each, calendar::Grain::month);
  EXPECT_EQ(reported.missing, WhenMissing::later);
  EXPECT_EQ(reported.over_periods, RollUp::min);
  EXPECT_EQ(reported.over_parts, RollUp::none);
  EXPECT_EQ(reported.range, Interval::everything());
}

TEST(Yinchuan, given_and_stated_figures) {
  const ResolvedText text = resolve_text(yinchuan);
  const Plan& plan = text.plan();
  ASSERT_THAT(plan.givens, SizeIs(2));
  EXPECT_EQ(plan.givens[0].input, 0U);
  EXPECT_EQ(plan.givens[0].value.value, Rational(9688));
  EXPECT_EQ(plan.givens[1].input, 1U);
  EXPECT_EQ(plan.givens[1].value.value, Rational(5586));
  EXPECT_THAT(plan.givens[1].where.levels, ElementsAre(0U));
  EXPECT_EQ(plan.givens[1].when, calendar::Span::of(calendar::Period::month(2023, 8)));
  // Two figures, two anchors: each has its own.
  ASSERT_THAT(plan.givens[0].cite, SizeIs(1));
  EXPECT_EQ(plan.givens[0].cite[0].anchor, "9688张");
  ASSERT_THAT(plan.givens[1].cite, SizeIs(1));
  EXPECT_EQ(plan.givens[1].cite[0].anchor, "5586张");
  EXPECT_EQ(plan.givens[0].cite[0].clause, "");

  ASSERT_THAT(plan.stated, SizeIs(1));
  EXPECT_EQ(plan.stated[0].literal.value, Rational(57, 100));
  EXPECT_EQ(plan.resolution[plan.stated[0].figure], plan.find("护理占比"));
}

TEST(Yinchuan, targets_inherit_from_their_clause) {
  const ResolvedText text = resolve_text(yinchuan);
  const Plan& plan = text.plan();
  ASSERT_THAT(plan.clauses, SizeIs(3));
  ASSERT_THAT(plan.targets, SizeIs(4));
  const Target& share = plan.targets[2];
  EXPECT_EQ(share.name, "护理占比60");
  EXPECT_EQ(plan.clauses[share.clause].number, "二(二)");
  ASSERT_THAT(share.lead, SizeIs(1));
  EXPECT_EQ(share.lead[0].name, "市民政局");
  EXPECT_EQ(share.lead[0].each, none);
  ASSERT_THAT(share.responsible, SizeIs(1));
  EXPECT_EQ(share.responsible[0].each, 1U);
  EXPECT_EQ(share.when.kind, syntax::When::Kind::by);
  EXPECT_THAT(share.where.levels, ElementsAre(0U));
  EXPECT_THAT(share.tags, ElementsAre("力争"));
  ASSERT_THAT(share.cite, SizeIs(1));
  EXPECT_EQ(share.cite[0].clause, "二(二)");

  // The heading of the third clause gives no deadline and no bodies but the lead.
  const Target& report = plan.targets[3];
  EXPECT_EQ(plan.clauses[report.clause].number, "三(三)");
  EXPECT_THAT(report.responsible, IsEmpty());
  EXPECT_EQ(report.when.kind, syntax::When::Kind::each);
  EXPECT_EQ(report.when.grain, calendar::Grain::month);
  EXPECT_EQ(report.when.by_day, 25);
  EXPECT_THAT(report.where.levels, ElementsAre(3U));
}

TEST(Yinchuan, names_in_formulas) {
  const ResolvedText text = resolve_text(yinchuan);
  const Plan& plan = text.plan();
  const syntax::Expression& quotient = plan.ast->at(plan.indicators[0].formula);
  ASSERT_THAT(quotient.arguments, SizeIs(2));
  EXPECT_EQ(plan.resolution[quotient.arguments[0]], (Symbol{Symbol::Kind::input, 0, 0}));
  EXPECT_EQ(plan.resolution[quotient.arguments[1]], (Symbol{Symbol::Kind::input, 2, 0}));
}

// ---- the plan statement ----------------------------------------------------------------------

TEST(PlanStatement, is_missing) {
  EXPECT_THAT(resolve_text("level 市\n").problems(),
              ElementsAre(Problem{"plan_statement_missing", 1, 1}));
  EXPECT_THAT(resolve_text("").problems(), ElementsAre(Problem{"plan_statement_missing", 1, 1}));
}

TEST(PlanStatement, stands_first_and_once) {
  const ResolvedText text = resolve_text("level 市\nplan a\nplan b\n");
  EXPECT_THAT(text.problems(), ElementsAre(Problem{"plan_statement_not_first", 2, 1},
                                           Problem{"repeated_plan_statement", 3, 1}));
  EXPECT_EQ(text.plan().name, "a");
  EXPECT_THAT(text.labels(1), ElementsAre(text::Position{2, 1}));
}

TEST(PlanStatement, has_a_closed_window) {
  const ResolvedText text = resolve_text("plan a window 2023-09..\n");
  EXPECT_THAT(text.problems(), ElementsAre(Problem{"window_open", 1, 15}));
  EXPECT_EQ(text.plan().window, std::nullopt);
}

// ---- levels ----------------------------------------------------------------------------------

TEST(Levels, may_be_declared_in_any_order) {
  const ResolvedText text = resolve_lines("level 村 in 镇\nlevel 镇 in 县\nlevel 县\n");
  EXPECT_THAT(text.problems(), IsEmpty());
  ASSERT_THAT(text.plan().levels, SizeIs(3));
  EXPECT_EQ(text.plan().levels[0].name, "县");
  EXPECT_EQ(text.plan().levels[1].name, "镇");
  EXPECT_EQ(text.plan().levels[2].name, "村");
  EXPECT_EQ(text.plan().find("村"), (Symbol{Symbol::Kind::level, 2, 0}));
  EXPECT_TRUE(text.plan().is_at_or_above(0, 2));
}

TEST(Levels, without_any_there_is_one) {
  const ResolvedText text = resolve_lines("target t : yes\n");
  EXPECT_THAT(text.problems(), IsEmpty());
  ASSERT_THAT(text.plan().levels, SizeIs(1));
  EXPECT_EQ(text.plan().levels[0].name, "全域");
  EXPECT_EQ(text.plan().levels[0].label, "whole");
  EXPECT_EQ(text.plan().find("全域"), (Symbol{Symbol::Kind::level, 0, 0}));
  EXPECT_THAT(text.plan().targets[0].where.levels, ElementsAre(0U));
}

TEST(Levels, have_one_top) {
  const ResolvedText text = resolve_lines("level 市\nlevel 村\nlevel 户主 in 村\n");
  EXPECT_THAT(text.problems(), ElementsAre(Problem{"several_top_levels", 3, 7}));
  EXPECT_THAT(text.labels(), ElementsAre(text::Position{2, 7}));
  // The second goes under the first, and nothing below it is lost.
  EXPECT_EQ(text.plan().levels[1].parent, 0U);
  EXPECT_EQ(text.plan().levels[2].depth, 2U);
}

TEST(Levels, in_a_cycle) {
  const ResolvedText text =
      resolve_lines("level 市\nlevel 甲 in 丙\nlevel 乙 in 甲\nlevel 丙 in 乙\nlevel 丁 in 丙\n");
  EXPECT_THAT(text.problems(), ElementsAre(Problem{"level_cycle", 3, 7}));
  EXPECT_EQ(text.message(), "the level `甲` stands inside itself: 甲 → 丙 → 乙 → 甲");
  EXPECT_THAT(text.labels(),
              ElementsAre(text::Position{3, 12}, text::Position{5, 12}, text::Position{4, 12}));
  EXPECT_THAT(text.plan().levels, SizeIs(5));
  for (LevelId level = 1; level < 5; ++level) {
    EXPECT_LT(text.plan().levels[level].parent, level);
  }
}

TEST(Levels, all_in_a_cycle) {
  const ResolvedText text = resolve_lines("level 甲 in 乙\nlevel 乙 in 甲\nlevel 丙 in 丙\n");
  EXPECT_THAT(text.problems(),
              ElementsAre(Problem{"level_cycle", 2, 7}, Problem{"level_cycle", 4, 7}));
  EXPECT_EQ(text.plan().levels[0].parent, none);
  EXPECT_NE(text.plan().levels[1].parent, none);
  EXPECT_NE(text.plan().levels[2].parent, none);
}

TEST(Levels, in_an_unknown_one) {
  const ResolvedText text = resolve_lines("level 全市\nlevel 街道 in 全县\n");
  EXPECT_THAT(text.problems(), ElementsAre(Problem{"unknown_name", 3, 13}));
  EXPECT_EQ(text.diagnostic().suggestion, "全市");
  EXPECT_EQ(text.plan().levels[1].parent, 0U);
}

TEST(Levels, in_something_else) {
  const ResolvedText text =
      resolve_lines("unit 张\nlevel 市\ninput 床位 张 stock at 市\nlevel 街道 in 床位\n");
  EXPECT_THAT(text.problems(), ElementsAre(Problem{"name_of_another_kind", 5, 13}));
  EXPECT_EQ(text.message(), "`床位` is an input, expected a level");
}

// ---- names -----------------------------------------------------------------------------------

TEST(Names, are_declared_once) {
  const ResolvedText text = resolve_lines(
      "level 市\nunit 张\ninput 床位 张 stock at 市\nindicator 床位 张 = 3 张\ntarget 市 : yes\n");
  EXPECT_THAT(text.problems(),
              ElementsAre(Problem{"duplicate_name", 5, 11}, Problem{"duplicate_name", 6, 8}));
  EXPECT_EQ(text.message(0), "`床位` is already the name of an input");
  EXPECT_THAT(text.labels(0), ElementsAre(text::Position{4, 7}));
  EXPECT_THAT(text.labels(1), ElementsAre(text::Position{2, 7}));
  // The first keeps the name; the second is still looked through.
  EXPECT_EQ(text.plan().find("床位").kind, Symbol::Kind::input);
  EXPECT_THAT(text.plan().indicators, SizeIs(1));
}

TEST(Names, of_declared_units_are_taken) {
  const ResolvedText text = resolve_lines("input 户 number stock\nunit 户\n");
  EXPECT_THAT(text.problems(), ElementsAre(Problem{"duplicate_name", 3, 6}));
}

TEST(Names, of_known_units_are_taken) {
  const ResolvedText text =
      resolve_lines("unit 人\ninput 千人 人 stock\ninput 公里 number stock\n");
  EXPECT_THAT(text.problems(),
              ElementsAre(Problem{"name_is_unit", 3, 7}, Problem{"name_is_unit", 4, 7}));
}

TEST(Names, unknown_once_however_often) {
  const ResolvedText text = resolve_lines(
      "unit 张\ninput 护理床位 张 stock\nindicator 甲 张 = 护理床 + 护理床\ntarget 乙 : 护理床 > 3 "
      "张\n");
  EXPECT_THAT(text.problems(), ElementsAre(Problem{"unknown_name", 4, 17}));
  EXPECT_EQ(text.diagnostic().suggestion, "护理床位");
  EXPECT_THAT(text.labels(),
              ElementsAre(text::Position{3, 7}, text::Position{4, 23}, text::Position{5, 12}));
}

TEST(Names, unknown_from_a_missing_space) {
  const ResolvedText text = resolve_lines(
      "unit 张\ninput 床位 张 stock\ninput 护理床位 张 stock\n"
      "target 甲 : `床位且护理床位` > 3 张\n");
  EXPECT_THAT(text.problems(), ElementsAre(Problem{"unknown_name", 5, 12}));
  EXPECT_EQ(text.diagnostic().suggestion, "床位 且 护理床位");
}

TEST(Names, of_targets_are_read_by_functions) {
  const ResolvedText text = resolve_lines(
      "unit 张\ninput 床位 张 stock\ntarget 甲 : 床位 > 3 张\ntarget 乙 : 甲\n"
      "target 丙 : met(甲) and attained(乙) > 50% and met(床位)\n");
  EXPECT_THAT(text.problems(), ElementsAre(Problem{"name_of_another_kind", 5, 12},
                                           Problem{"name_of_another_kind", 6, 49}));
  EXPECT_EQ(text.message(0),
            "`甲` is a target, expected an input, an indicator, a table or a stage");
  EXPECT_EQ(text.diagnostic(0).suggestion, "met(甲)");
  EXPECT_EQ(text.message(1), "`床位` is an input, expected a target");
}

TEST(Names, in_aggregates_brackets_and_ranks) {
  const ResolvedText text = resolve_lines(
      "level 市\nlevel 镇 in 市\nunit 张\ngroup 重点 of 镇 = {\"甲\"}\ninput 床位 张 stock at 镇\n"
      "indicator a 张 = sum(镇: 床位)\n"
      "indicator b 张 = min(month: 床位)\n"
      "indicator c 张 = sum(重点: 床位)\n"
      "indicator d number = rank(床位 among 镇)\n"
      "indicator e 张 = 床位[市]\n"
      "indicator f number = count(镇 where 床位 >= 3 张)\n");
  EXPECT_THAT(text.problems(), IsEmpty());
  const Plan& plan = text.plan();
  const auto meaning = [&](std::size_t indicator) {
    return plan.resolution[plan.indicators[indicator].formula];
  };
  EXPECT_EQ(meaning(0), (Symbol{Symbol::Kind::level, 1, 0}));
  EXPECT_EQ(meaning(1),
            (Symbol{Symbol::Kind::grain, static_cast<std::uint32_t>(calendar::Grain::month), 0}));
  EXPECT_EQ(meaning(2), (Symbol{Symbol::Kind::group, 0, 0}));
  EXPECT_EQ(meaning(3), (Symbol{Symbol::Kind::level, 1, 0}));
  EXPECT_EQ(meaning(4), (Symbol{Symbol::Kind::level, 0, 0}));
  EXPECT_EQ(meaning(5), (Symbol{Symbol::Kind::level, 1, 0}));
}

TEST(Names, of_the_wrong_kind_in_aggregates_and_brackets) {
  const ResolvedText text = resolve_lines(
      "level 市\nlevel 镇 in 市\nunit 张\ninput 床位 张 stock at 镇\n"
      "indicator a 张 = sum(床位: 床位)\n"
      "indicator b 张 = 床位[床位]\n"
      "indicator c 张 = 镇 + 床位\n"
      "indicator d 张 = sum(镇区: 床位)\n");
  EXPECT_THAT(
      text.problems(),
      ElementsAre(Problem{"name_of_another_kind", 6, 21}, Problem{"name_of_another_kind", 7, 20},
                  Problem{"name_of_another_kind", 8, 17}, Problem{"unknown_name", 9, 21}));
}

TEST(Names, of_stages_in_several_scales) {
  const ResolvedText text = resolve_lines(
      "stages 房屋 = 未开工 < 在建 < 完工\nstages 道路 = 在建 < 完工 < 验收\n"
      "input 房 房屋\ntarget 甲 : 房 >= 完工 and 房 >= 未开工\n");
  EXPECT_THAT(text.problems(), IsEmpty());
  const Plan& plan = text.plan();
  EXPECT_EQ(plan.find("完工"), (Symbol{Symbol::Kind::stage, none, 0}));
  EXPECT_EQ(plan.find("验收"), (Symbol{Symbol::Kind::stage, 1, 2}));
  EXPECT_THAT(plan.stages_named("完工"),
              ElementsAre(Symbol{Symbol::Kind::stage, 0, 2}, Symbol{Symbol::Kind::stage, 1, 1}));
  EXPECT_THAT(plan.stages_named("没有"), IsEmpty());
}

// ---- units and types -------------------------------------------------------------------------

TEST(Units, may_be_declared_by_later_ones) {
  const ResolvedText text = resolve_lines(
      "unit 车 = 40 箱\nunit 箱 = 12 瓶\nunit 瓶\ninput 水 瓶 flow\ngiven 水 = 2 车\n");
  EXPECT_THAT(text.problems(), IsEmpty());
  EXPECT_EQ(text.plan().givens.at(0).value.value, Rational(960));
}

TEST(Units, in_a_circle_are_unknown) {
  const ResolvedText text = resolve_lines("unit 箱 = 12 瓶\nunit 瓶 = 2 箱\n");
  EXPECT_THAT(text.problems(),
              ElementsAre(Problem{"unknown_unit", 2, 13}, Problem{"unknown_unit", 3, 12}));
}

TEST(Types, of_every_kind) {
  const ResolvedText text = resolve_lines(
      "stages 等级 = 一级 < 二级\nunit 张\ninput a yesno\ninput b 是否\ninput c date\n"
      "input d 日期\ninput e number stock\ninput f 数值 stock\ninput j 等级\ninput h 张/年 "
      "stock\n");
  EXPECT_THAT(text.problems(), IsEmpty());
  const std::vector<Input>& inputs = text.plan().inputs;
  EXPECT_TRUE(inputs[0].type.is_yesno());
  EXPECT_TRUE(inputs[1].type.is_yesno());
  EXPECT_TRUE(inputs[2].type.is_date());
  EXPECT_TRUE(inputs[3].type.is_date());
  EXPECT_EQ(inputs[4].type, value::Type::number());
  EXPECT_EQ(inputs[5].type, value::Type::number());
  EXPECT_EQ(inputs[6].type, value::Type::stage(0));
  EXPECT_EQ(inputs[7].type.unit.text(), "张/年");
}

TEST(Types, unknown_are_one_mistake_with_their_literals) {
  const ResolvedText text = resolve_lines(
      "unit 家\ninput 床位 张床 stock\ninput 护理 张床 stock missing is no\ngiven 床位 = 5 家\n"
      "target 甲 : 床位 > 3 家\n");
  EXPECT_THAT(text.problems(), ElementsAre(Problem{"unknown_type", 3, 10}));
  EXPECT_THAT(text.labels(), ElementsAre(text::Position{4, 10}));
}

TEST(Types, unknown_have_a_nearest) {
  const ResolvedText text = resolve_lines("stages 建设进度 = 无 < 有\ninput 房 建设进展\n");
  EXPECT_THAT(text.problems(), ElementsAre(Problem{"unknown_type", 3, 9}));
  EXPECT_EQ(text.diagnostic().suggestion, "建设进度");
}

TEST(Types, that_are_no_types) {
  const ResolvedText text = resolve_lines("level 市\ninput 房 市\n");
  EXPECT_THAT(text.problems(), ElementsAre(Problem{"name_of_another_kind", 3, 9}));
}

TEST(Types, of_compound_units_with_an_unknown_part) {
  const ResolvedText text = resolve_lines("unit 张\nindicator 密度 张/千门 = 3\n");
  EXPECT_THAT(text.problems(), ElementsAre(Problem{"unknown_unit", 3, 16}));
}

TEST(Scales, name_each_stage_once) {
  const ResolvedText text = resolve_lines("stages 等级 = 一级 < 二级 < 一级\n");
  EXPECT_THAT(text.problems(), ElementsAre(Problem{"repeated_stage", 2, 23}));
  EXPECT_THAT(text.labels(), ElementsAre(text::Position{2, 13}));
  EXPECT_THAT(text.plan().scales[0].stages, ElementsAre("一级", "二级"));
}

// ---- inputs ----------------------------------------------------------------------------------

TEST(Inputs, usual_roll_ups) {
  const ResolvedText text = resolve_lines(
      "stages 等级 = 一级 < 二级 < 三级\nunit 人\n"
      "input a 人 flow\ninput b 人 stock\ninput c yesno\ninput d yesno stock\ninput e 等级\n"
      "input f date\ninput j 人 constant\ninput h yesno flow\n");
  EXPECT_THAT(text.problems(), IsEmpty());
  const auto expect = [&](std::size_t index, InputKind kind, RollUp over_periods, RollUp over_parts,
                          const Interval& range) {
    const Input& input = text.plan().inputs[index];
    EXPECT_EQ(input.kind, kind) << input.name;
    EXPECT_EQ(input.over_periods, over_periods) << input.name;
    EXPECT_EQ(input.over_parts, over_parts) << input.name;
    EXPECT_EQ(input.range, range) << input.name;
  };
  const Interval counted = Interval::at_least(0);
  expect(0, InputKind::flow, RollUp::sum, RollUp::sum, counted);
  expect(1, InputKind::stock, RollUp::last, RollUp::sum, counted);
  expect(2, InputKind::flow, RollUp::any, RollUp::any, {0, 1});
  expect(3, InputKind::stock, RollUp::last, RollUp::all, {0, 1});
  expect(4, InputKind::stock, RollUp::last, RollUp::min, {0, 2});
  expect(5, InputKind::flow, RollUp::min, RollUp::none, Interval::everything());
  expect(6, InputKind::constant, RollUp::last, RollUp::sum, counted);
  expect(7, InputKind::flow, RollUp::any, RollUp::any, {0, 1});
}

TEST(Inputs, that_are_numbers_say_their_kind) {
  const ResolvedText text = resolve_lines("unit 人\ninput a 人\ninput b number each month\n");
  EXPECT_THAT(text.problems(),
              ElementsAre(Problem{"kind_not_said", 3, 7}, Problem{"kind_not_said", 4, 7}));
}

TEST(Inputs, declared_roll_ups) {
  const ResolvedText text = resolve_lines(
      "level 市\nlevel 镇 in 市\nlevel 村 in 镇\nunit 户\n"
      "input 达标率 % stock at 镇 over periods max over parts average weighted by 户数\n"
      "input 户数 户 stock at 村\n"
      "input 半径 千米 stock at 镇 over parts none\n"
      "input 建成 yesno at 镇 over parts all\n");
  EXPECT_THAT(text.problems(), IsEmpty());
  const std::vector<Input>& inputs = text.plan().inputs;
  EXPECT_EQ(inputs[0].over_periods, RollUp::max);
  EXPECT_EQ(inputs[0].over_parts, RollUp::average);
  EXPECT_EQ(inputs[0].weight, 1U);
  EXPECT_EQ(text.source->position(inputs[0].weight_place.begin), (text::Position{6, 72}));
  EXPECT_EQ(inputs[2].over_parts, RollUp::none);
  EXPECT_EQ(inputs[3].over_parts, RollUp::all);
  EXPECT_EQ(inputs[3].over_periods, RollUp::any);
}

TEST(Inputs, roll_ups_that_do_not_fit) {
  const ResolvedText text = resolve_lines(
      "unit 户\n"
      "input a 户 stock over parts any\n"
      "input b yesno over parts sum\n"
      "input c date over parts sum\n"
      "input d 户 stock over parts last\n"
      "input e yesno over periods min\n"
      "input f 户 stock over parts average\n");
  EXPECT_THAT(
      text.problems(),
      ElementsAre(Problem{"roll_up_not_fitting", 3, 28}, Problem{"roll_up_not_fitting", 4, 26},
                  Problem{"roll_up_not_fitting", 5, 25}, Problem{"roll_up_not_fitting", 6, 28},
                  Problem{"roll_up_not_fitting", 7, 28}, Problem{"average_without_weight", 8, 28}));
}

TEST(Inputs, weights_that_do_not_fit) {
  const ResolvedText text = resolve_lines(
      "level 市\nlevel 镇 in 市\nunit 户\n"
      "input a % stock at 镇 over parts average weighted by b\n"
      "input b yesno at 镇\n"
      "input c % stock at 镇 over parts average weighted by d\n"
      "input d 户 stock at 市\n"
      "input e 户 stock at 镇 over parts average weighted by e\n"
      "input f % stock at 镇 over parts average weighted by j\n"
      "indicator j 户 = d\n");
  EXPECT_THAT(
      text.problems(),
      ElementsAre(Problem{"weight_not_fitting", 5, 53}, Problem{"weight_not_fitting", 7, 53},
                  Problem{"weight_not_fitting", 9, 53}, Problem{"name_of_another_kind", 10, 53}));
  EXPECT_EQ(text.message(1), "`d` cannot weight `c`: it is not reported at `镇` or below");
}

TEST(Inputs, rates_do_not_add_up_unasked) {
  const ResolvedText text = resolve_lines(
      "level 市\nlevel 镇 in 市\nunit 张, 人\n"
      "input a % stock at 镇\ninput b 张/千人 stock at 镇\ninput c % stock at 市\n"
      "input d % flow each month at 市\ninput e 张 stock at 镇\n");
  EXPECT_THAT(text.problems(),
              ElementsAre(Problem{"roll_up_not_said", 5, 7}, Problem{"roll_up_not_said", 6, 7},
                          Problem{"roll_up_not_said", 8, 7}));
  EXPECT_FALSE(text.resolved.diagnostics.has_errors());
  EXPECT_EQ(text.plan().inputs[0].over_parts, RollUp::none);
  EXPECT_EQ(text.plan().inputs[0].over_periods, RollUp::last);
  EXPECT_EQ(text.plan().inputs[3].over_periods, RollUp::none);
  // Shares may be above 1 and below 0; a density is not below 0.
  EXPECT_EQ(text.plan().inputs[0].range, Interval::everything());
  EXPECT_EQ(text.plan().inputs[1].range, Interval::at_least(0));
}

TEST(Inputs, stand_at_one_level) {
  const ResolvedText text = resolve_lines(
      "level 市\nlevel 镇 in 市\nunit 张\ninput a 张 stock at 镇, 市\ninput b 张 stock at 乡\n"
      "input c 张 stock\ngroup 重点 of 镇 = {\"甲\"}\ninput d 张 stock at 重点\n");
  EXPECT_THAT(text.problems(),
              ElementsAre(Problem{"several_input_levels", 5, 23}, Problem{"unknown_name", 6, 20},
                          Problem{"name_of_another_kind", 9, 20}));
  EXPECT_EQ(text.plan().inputs[0].level, 1U);
  EXPECT_EQ(text.plan().inputs[2].level, 0U);
}

TEST(Inputs, silence_that_fits) {
  const ResolvedText text = resolve_lines(
      "unit 人\ninput a 人 flow missing is 0\ninput b yesno missing is no\n"
      "input c date missing is later\ninput d 人 flow\n");
  EXPECT_THAT(text.problems(), IsEmpty());
  EXPECT_EQ(text.plan().inputs[0].missing, WhenMissing::zero);
  EXPECT_EQ(text.plan().inputs[1].missing, WhenMissing::no);
  EXPECT_EQ(text.plan().inputs[2].missing, WhenMissing::later);
  EXPECT_EQ(text.plan().inputs[3].missing, WhenMissing::unknown);
}

TEST(Inputs, silence_that_does_not_fit) {
  const ResolvedText text = resolve_lines(
      "unit 人\ninput a 人 stock missing is 0\ninput b yesno missing is 0\n"
      "input c date missing is no\ninput d 人 flow missing is later\n");
  EXPECT_THAT(text.problems(), ElementsAre(Problem{"missing_rule_not_fitting", 3, 28},
                                           Problem{"missing_rule_not_fitting", 4, 26},
                                           Problem{"missing_rule_not_fitting", 5, 25},
                                           Problem{"missing_rule_not_fitting", 6, 27}));
}

TEST(Inputs, freshness) {
  const ResolvedText text = resolve_lines(
      "unit 人\ninput a 人 stock fresh 3 月\ninput b 人 stock fresh 1 年\n"
      "input c 人 stock fresh 30 日\ninput d 人 stock fresh 0 月\ninput e 人 flow fresh 3 月\n"
      "input f 人 stock fresh 0.5 月\n");
  EXPECT_THAT(
      text.problems(),
      ElementsAre(Problem{"fresh_not_in_months", 5, 23}, Problem{"fresh_not_in_months", 6, 23},
                  Problem{"fresh_without_stock", 7, 22}, Problem{"fresh_not_in_months", 8, 23}));
  EXPECT_EQ(text.plan().inputs[0].fresh_months, 3);
  EXPECT_EQ(text.plan().inputs[1].fresh_months, 12);
  EXPECT_EQ(text.plan().inputs[4].fresh_months, std::nullopt);
}

TEST(Inputs, ranges) {
  const ResolvedText text = resolve_lines(
      "stages 等级 = 一级 < 二级 < 三级\nunit 人\n"
      "input a % stock range 0..100 %\n"
      "input b 人 stock range ..500 人\n"
      "input c 人 stock range -5 人..\n"
      "input d 等级 range 二级..三级\n"
      "input e date range 2023-01-01..2023-12\n"
      "input f number stock range 0..\n"
      "input j % stock range 0..1\n");
  EXPECT_THAT(text.problems(), IsEmpty());
  const std::vector<Input>& inputs = text.plan().inputs;
  EXPECT_EQ(inputs[0].range, (Interval{0, 1}));
  EXPECT_EQ(inputs[1].range, (Interval{0, 500}));
  EXPECT_EQ(inputs[2].range, Interval::at_least(-5));
  EXPECT_EQ(inputs[3].range, (Interval{1, 2}));
  EXPECT_EQ(inputs[4].range, (Interval{day(2023, 1, 1).days(), day(2023, 12, 31).days()}));
  EXPECT_EQ(inputs[5].range, Interval::at_least(0));
  EXPECT_EQ(inputs[6].range, (Interval{0, 1}));
}

TEST(Inputs, ranges_that_do_not_fit) {
  const ResolvedText text = resolve_lines(
      "unit 人, 张\n"
      "input a 人 stock range 0..5 张\n"
      "input b 人 stock range 9 人..5 人\n"
      "input c yesno range 0..1\n"
      "input d 人 stock range 0..5\n"
      "input e 人 stock range ..-5 人\n");
  EXPECT_THAT(text.problems(),
              ElementsAre(Problem{"unit_mismatch", 3, 23}, Problem{"range_is_empty", 4, 17},
                          Problem{"range_not_fitting", 5, 15}, Problem{"unit_not_written", 6, 23},
                          Problem{"unit_not_written", 6, 26}, Problem{"range_is_empty", 7, 17}));
}

// ---- tables, groups, entities ----------------------------------------------------------------

TEST(Tables, by_level_and_period) {
  const ResolvedText text = resolve_lines(
      "level 区\nlevel 项目 in 区\nunit 张\nstages 进度 = 未启动 < 开工 < 建成\n"
      "table 任务 张 by 项目 {\"甲\": 20, \"乙\": 15 张, other: 0 张}\n"
      "table 应达 进度 by 项目, quarter {\"甲\", 2023-Q4: 开工, \"乙\", 2023-Q4: 未启动}\n");
  EXPECT_THAT(text.problems(), IsEmpty());
  const std::vector<Table>& tables = text.plan().tables;
  ASSERT_THAT(tables[0].by, SizeIs(1));
  EXPECT_EQ(tables[0].by[0].level, 1U);
  ASSERT_THAT(tables[0].entries, SizeIs(3));
  EXPECT_EQ(tables[0].entries[0].entity, "甲");
  EXPECT_EQ(tables[0].entries[0].value.value, Rational(20));
  EXPECT_EQ(tables[0].entries[2].entity, "");
  ASSERT_THAT(tables[1].by, SizeIs(2));
  EXPECT_EQ(tables[1].by[1].grain, calendar::Grain::quarter);
  EXPECT_EQ(tables[1].entries[0].value.value, Rational(1));
  EXPECT_EQ(tables[1].entries[0].span, calendar::Span::of(calendar::Period::quarter(2023, 4)));
}

TEST(Tables, bare_numbers_are_in_the_unit_of_the_head) {
  const ResolvedText text =
      resolve_lines("table a % by year {2023: 30, 2024: 45%}\ntable b 万元 by year {2023: 2}\n");
  EXPECT_THAT(text.problems(), IsEmpty());
  EXPECT_EQ(text.plan().tables[0].entries[0].value.value, Rational(3, 10));
  EXPECT_EQ(text.plan().tables[0].entries[1].value.value, Rational(45, 100));
  EXPECT_EQ(text.plan().tables[1].entries[0].value.value, Rational(20000));
}

TEST(Tables, entries_that_do_not_fit) {
  const ResolvedText text = resolve_lines(
      "level 区\nlevel 项目 in 区\nunit 张, 人\nstages 进度 = 未启动 < 开工 < 建成\n"
      "table a 张 by 项目 {\"甲\": 20, \"甲\": 30}\n"
      "table b 张 by quarter {2023-08: 20}\n"
      "table c 张 by quarter {\"甲\": 20}\n"
      "table d 张 by 项目 {2023-Q3: 20}\n"
      "table e 张 by 项目 {\"甲\": 20 人}\n"
      "table f 进度 by 项目 {\"甲\": 竣工}\n"
      "table j 进度 by 项目 {\"甲\": 3}\n"
      "table h 张 by 项目 {\"甲\": 2 张 + 3 张}\n");
  EXPECT_THAT(
      text.problems(),
      ElementsAre(Problem{"repeated_key", 6, 27}, Problem{"table_key_of_another_kind", 7, 23},
                  Problem{"table_key_of_another_kind", 8, 23},
                  Problem{"table_key_of_another_kind", 9, 18}, Problem{"unit_mismatch", 10, 23},
                  Problem{"unknown_stage", 11, 24}, Problem{"literal_of_another_type", 12, 24},
                  Problem{"not_a_literal", 13, 23}));
  EXPECT_THAT(text.labels(0), ElementsAre(text::Position{6, 18}));
  EXPECT_EQ(text.message(2), "the key `\"甲\"` is not one quarter");
}

TEST(Tables, dimensions) {
  const ResolvedText text = resolve_lines(
      "level 区\nlevel 项目 in 区\nunit 张\n"
      "table a 张 by 项目, 区 {\"甲\", \"乙\": 20}\n"
      "table b 张 by month, quarter {2023-08, 2023-Q3: 20}\n"
      "table c 张 by 专项 {\"甲\": 20}\n");
  EXPECT_THAT(text.problems(), ElementsAre(Problem{"table_dimensions_alike", 5, 18},
                                           Problem{"table_dimensions_alike", 6, 21},
                                           Problem{"unknown_name", 7, 14}));
}

TEST(Entities, paths_and_lives) {
  const ResolvedText text = resolve_lines(
      "level 区\nlevel 街道 in 区\nlevel 社区 in 街道\nentities 街道 {\"东街\", \"西街\"}\n"
      "entities 社区 in \"东街\" {\"一社\" opened 2023-10-01, \"二社\" closed 2023-11-30}\n"
      "entities 社区 {\"西街/一社\"}\n");
  EXPECT_THAT(text.problems(), IsEmpty());
  const std::vector<EntityDeclaration>& entities = text.plan().entities;
  ASSERT_THAT(entities, SizeIs(5));
  EXPECT_EQ(entities[2].path, "东街/一社");
  EXPECT_EQ(entities[2].level, 2U);
  EXPECT_EQ(entities[2].opened, day(2023, 10, 1));
  EXPECT_EQ(entities[3].closed, day(2023, 11, 30));
  EXPECT_EQ(entities[4].path, "西街/一社");
}

TEST(Entities, that_are_wrong) {
  const ResolvedText text = resolve_lines(
      "level 区\nlevel 街道 in 区\nlevel 社区 in 街道\nentities 街道 {\"东街\", \"西街\", "
      "\"东街\"}\n"
      "entities 社区 in \"东大街\" {\"一社\" opened 2023-10-01 closed 2023-09-30}\n"
      "entities 乡村 {\"甲\"}\n");
  EXPECT_THAT(text.problems(),
              ElementsAre(Problem{"repeated_entity", 5, 26}, Problem{"unknown_entity", 6, 16},
                          Problem{"closed_before_opened", 6, 23}, Problem{"unknown_name", 7, 10}));
  EXPECT_EQ(text.diagnostic(1).suggestion, "\"东街\"");
}

TEST(Entities, named_elsewhere_must_be_in_the_list) {
  const ResolvedText text = resolve_lines(
      "level 区\nlevel 街道 in 区\nlevel 社区 in 街道\nunit 张\n"
      "entities 街道 {\"东街\", \"西街\"}\n"
      "entities 社区 {\"东街/一社\", \"西街/一社\", \"西街/二社\"}\n"
      "group 重点 of 社区 = {\"二社\", \"三社\", \"二社\"}\n"
      "table 任务 张 by 街道 {\"东街\": 3, \"北街\": 4}\n"
      "input 床位 张 stock at 社区\n"
      "given 床位 = 5 张 at \"一社\" in 2023-08\n"
      "given 床位 = 5 张 at \"东街/一社\" in 2023-08\n"
      "target 甲 : 床位 >= 3 张 at \"西街社\"\n");
  EXPECT_THAT(
      text.problems(),
      ElementsAre(Problem{"unknown_entity", 8, 25}, Problem{"repeated_member", 8, 31},
                  Problem{"unknown_entity", 9, 28}, Problem{"namesake_without_path", 11, 19},
                  Problem{"unknown_entity", 13, 25}));
  EXPECT_EQ(text.message(3),
            "`一社` is the name of 2 entities, expected \"东街/一社\" or \"西街/一社\"");
  EXPECT_THAT(text.plan().groups[0].members, ElementsAre("二社", "三社"));
}

TEST(Entities, need_no_list) {
  const ResolvedText text = resolve_lines(
      "level 区\nlevel 社区 in 区\nunit 张\ngroup 重点 of 社区 = {\"二社\"}\n"
      "input 床位 张 stock at 社区\ntarget 甲 : 床位 >= 3 张 at \"一社\"\n"
      "target 乙 : 床位 >= 3 张 at each 重点\ntarget 丙 : 床位 >= 3 张 at 重点\n");
  EXPECT_THAT(text.problems(), IsEmpty());
  EXPECT_THAT(text.plan().targets[0].where.entities, ElementsAre("一社"));
  EXPECT_THAT(text.plan().targets[0].where.levels, IsEmpty());
  EXPECT_THAT(text.plan().targets[1].where.groups, ElementsAre(0U));
  EXPECT_THAT(text.plan().targets[1].where.group_cells, IsEmpty());
  EXPECT_THAT(text.plan().targets[2].where.group_cells, ElementsAre(0U));
}

// ---- targets ---------------------------------------------------------------------------------

TEST(Targets, before_any_clause_have_no_duties) {
  const ResolvedText text = resolve_lines(
      "level 市\nlevel 县 in 市\ntarget a : yes\n"
      "clause \"一\" lead \"民政局\" responsible each 县 cooperating \"财政局\" by 2023-12-31 "
      "at each 县 where yes\n"
      "target b : yes\ntarget c : yes lead \"卫健委\" at 市 by 2023-11-30\n"
      "clause \"二\"\ntarget d : yes\n");
  EXPECT_THAT(text.problems(), IsEmpty());
  const std::vector<Target>& targets = text.plan().targets;
  EXPECT_EQ(targets[0].clause, none);
  EXPECT_THAT(targets[0].lead, IsEmpty());
  EXPECT_EQ(targets[0].when.kind, syntax::When::Kind::standing);
  EXPECT_THAT(targets[0].where.levels, ElementsAre(0U));

  EXPECT_EQ(targets[1].lead.at(0).name, "民政局");
  EXPECT_EQ(targets[1].responsible.at(0).each, 1U);
  EXPECT_EQ(targets[1].cooperating.at(0).name, "财政局");
  EXPECT_EQ(targets[1].when.kind, syntax::When::Kind::by);
  EXPECT_THAT(targets[1].where.levels, ElementsAre(1U));
  EXPECT_NE(targets[1].where.filter, syntax::no_expression);

  EXPECT_EQ(targets[2].lead.at(0).name, "卫健委");
  EXPECT_EQ(targets[2].responsible.at(0).each, 1U);
  EXPECT_THAT(targets[2].where.levels, ElementsAre(0U));
  EXPECT_EQ(targets[2].where.filter, syntax::no_expression);

  EXPECT_EQ(text.plan().clauses[targets[3].clause].number, "二");
  EXPECT_THAT(targets[3].lead, IsEmpty());
  EXPECT_THAT(targets[3].responsible, IsEmpty());
  EXPECT_EQ(targets[3].when.kind, syntax::When::Kind::standing);
}

TEST(Targets, may_stand_always_under_a_clause_with_a_time) {
  const ResolvedText text = resolve_text(
      "plan p level 市\nclause \"一\" by 2023-12-31\ntarget a : yes always\ntarget b : yes\n");
  EXPECT_THAT(text.problems(), IsEmpty());
  EXPECT_EQ(text.plan().targets[0].when.kind, syntax::When::Kind::standing);
  EXPECT_EQ(text.plan().targets[1].when.kind, syntax::When::Kind::by);
}

TEST(Noted, has_a_reason_and_short_anchors) {
  std::string sixty;
  for (int i = 0; i < 60; ++i) sixty += "字";
  const ResolvedText sound =
      resolve_text("plan p level 市\nnoted \"甲\" because \"x\"\nclause \"一\"\nnoted \"" + sixty +
                   "\", \"二\": \"乙\" because \"y\"\n");
  EXPECT_THAT(sound.problems(), IsEmpty());
  ASSERT_THAT(sound.plan().noted, SizeIs(2));
  EXPECT_EQ(sound.plan().noted[0].anchors[0].clause, "");
  EXPECT_EQ(sound.plan().noted[1].anchors[0].clause, "一");
  EXPECT_EQ(sound.plan().noted[1].anchors[1].clause, "二");
  EXPECT_EQ(sound.plan().noted[1].reason, "y");
  EXPECT_THAT(resolve_text("plan p level 市\nnoted \"甲\"\nnoted \"乙\" because \" \"\nnoted \"" +
                           sixty + "字\" because \"x\"\n")
                  .problems(),
              ElementsAre(Problem{"noted_without_reason", 2, 7},
                          Problem{"noted_without_reason", 3, 19}, Problem{"noted_too_long", 4, 7}));
}

TEST(Targets, bodies_that_mention_levels) {
  const ResolvedText text = resolve_lines(
      "level 市\nlevel 县区 in 市\n"
      "target a : yes responsible \"{县区}委组织部\", \"{县市}团委\", \"甲{\", \"{市}{县区}\"\n");
  EXPECT_THAT(text.problems(), ElementsAre(Problem{"unknown_name", 4, 42}));
  const auto& parties = text.plan().targets[0].responsible;
  ASSERT_THAT(parties, SizeIs(4));
  const std::vector<Mention> first = mentions(parties[0].name);
  ASSERT_THAT(first, SizeIs(1));
  EXPECT_EQ(first[0].level, "县区");
  EXPECT_EQ(parties[0].name.substr(first[0].end), "委组织部");
  EXPECT_THAT(mentions(parties[2].name), IsEmpty());
  EXPECT_THAT(mentions(parties[3].name), SizeIs(2));
}

TEST(Targets, mistakes_of_a_clause_are_found_once) {
  const ResolvedText text = resolve_lines(
      "level 市\nunit 张\ninput 床位 张 stock\nclause \"一\" responsible each 床位 at each 县\n"
      "target a : yes\ntarget b : yes\n");
  EXPECT_THAT(text.problems(),
              ElementsAre(Problem{"name_of_another_kind", 5, 29}, Problem{"unknown_name", 5, 40}));
}

TEST(Targets, dates) {
  const ResolvedText text = resolve_lines(
      "target a : yes by 2023-08-31\n"
      "target b : yes by 2023-12-31, 2023-11-30\n"
      "target c : yes by 2023-10-31, 2023-11-30\n"
      "target d : yes each month by end + 2 周\n"
      "target e : yes each month by end + 2 月\n");
  EXPECT_THAT(text.problems(), ElementsAre(Problem{"due_before_window", 2, 19},
                                           Problem{"dates_not_ascending", 3, 31},
                                           Problem{"offset_not_in_days", 6, 36}));
  EXPECT_EQ(text.plan().targets[3].due_offset, 14);
}

TEST(Targets, milestones) {
  const ResolvedText text = resolve_lines(
      "unit 张\ninput 床位 张 stock\n"
      "target a : 床位 >= 75 张 by 2023-12-31 milestones 2023-Q3: 40 张, 2023-10: 50 张\n"
      "target b : 床位 >= 75 张 by 2023-12-31 milestones 2023-Q4: 40 张, 2023-10: 50 张\n"
      "target c : 床位 >= 75 张 milestones 2023-Q4: 40 张\n");
  EXPECT_THAT(text.problems(), ElementsAre(Problem{"dates_not_ascending", 5, 63},
                                           Problem{"milestones_without_deadline", 6, 34}));
  ASSERT_THAT(text.plan().targets[0].milestones, SizeIs(2));
  EXPECT_EQ(text.plan().targets[0].milestones[0].when.last, day(2023, 9, 30));
}

TEST(Targets, allocation) {
  const ResolvedText text = resolve_lines(
      "unit 张\ninput 床位 张 stock\ntarget a : 床位 >= 75 张\n"
      "target b : 床位 >= 40 张 allocates a\ntarget c : 床位 >= 35 张 allocates c\n"
      "target d : 床位 >= 35 张 allocates 床位\n");
  EXPECT_THAT(text.problems(), ElementsAre(Problem{"allocates_itself", 6, 33},
                                           Problem{"name_of_another_kind", 7, 33}));
  EXPECT_THAT(text.plan().targets[1].allocates, ElementsAre(0U));
  ASSERT_THAT(text.plan().targets[1].allocates_places, SizeIs(1));
  EXPECT_EQ(text.source->position(text.plan().targets[1].allocates_places[0].begin),
            (text::Position{5, 33}));
}

TEST(Targets, completeness) {
  const ResolvedText text = resolve_lines(
      "unit 张\ninput 床位 张 stock\nindicator a 张 = 床位 complete at least 90%\n"
      "indicator b 张 = 床位 complete at least 90\nindicator c 张 = 床位 complete at least 0%\n");
  EXPECT_THAT(text.problems(), ElementsAre(Problem{"completeness_outside", 5, 38},
                                           Problem{"completeness_outside", 6, 38}));
  EXPECT_EQ(text.plan().indicators[0].complete, Rational(9, 10));
  EXPECT_EQ(text.plan().indicators[1].complete, std::nullopt);
}

// ---- given and stated figures ----------------------------------------------------------------

TEST(Givens, of_every_type) {
  const ResolvedText text = resolve_lines(
      "level 市\nlevel 村 in 市\nunit 个, 人\nstages 等级 = 一级 < 二级\n"
      "input a 等级\ninput b yesno\ninput c date\ninput d 人 stock at 村\ninput e number stock\n"
      "given a = 二级, b = yes, c = 2023-08-31, d = 2 万人 at 市 tag \"甲\"\n"
      "given e = 0.5\ngiven e = -1.5 in 2023\ngiven count(村) = 24 个\n");
  EXPECT_THAT(text.problems(), IsEmpty());
  const std::vector<Given>& givens = text.plan().givens;
  ASSERT_THAT(givens, SizeIs(7));
  EXPECT_EQ(givens[0].value.value, Rational(1));
  EXPECT_EQ(givens[1].value.value, Rational(1));
  EXPECT_EQ(givens[2].value.value, Rational(day(2023, 8, 31).days()));
  EXPECT_EQ(givens[3].value.value, Rational(20000));
  EXPECT_THAT(givens[3].tags, ElementsAre("甲"));
  EXPECT_EQ(givens[5].value.value, Rational(-3, 2));
  EXPECT_EQ(givens[6].input, none);
  EXPECT_EQ(givens[6].counted_level, 1U);
  EXPECT_EQ(givens[6].value.value, Rational(24));
}

TEST(Givens, that_are_wrong) {
  const ResolvedText text = resolve_lines(
      "level 市\nlevel 村 in 市\nunit 个, 人\nstages 等级 = 一级 < 二级\n"
      "input a 等级\ninput b yesno\ninput d 人 stock at 市\ninput 占比 % stock\nindicator i 人 = "
      "d\n"
      "given a = 三级\n"
      "given b = 1\n"
      "given d = 5\n"
      "given d = 5 个\n"
      "given 占比 = 57\n"
      "given i = 5 人\n"
      "given sum(村: d) = 5 人\n"
      "given d = 5 人 at 村\n"
      "given d = -5 人 in 2023\n"
      "given count(村) = 2.5 个\n"
      "given count(村) = 3 月\n"
      "given d = 5 人 in 2023-08\n"
      "given d = 6 人 in 2023-08\n");
  EXPECT_THAT(
      text.problems(),
      ElementsAre(Problem{"unknown_stage", 11, 11}, Problem{"literal_of_another_type", 12, 11},
                  Problem{"unit_not_written", 13, 11}, Problem{"unit_mismatch", 14, 11},
                  Problem{"unit_not_written", 15, 12}, Problem{"name_of_another_kind", 16, 7},
                  Problem{"given_not_an_input", 17, 7}, Problem{"place_below_input", 18, 15},
                  Problem{"given_outside_range", 19, 11}, Problem{"count_not_whole", 20, 18},
                  Problem{"count_not_whole", 21, 18}, Problem{"repeated_given", 23, 7}));
  EXPECT_EQ(text.message(0), "`三级` is no stage of `等级`, expected `一级` or `二级`");
  EXPECT_EQ(text.message(2), "the number needs its unit `人`");
  EXPECT_EQ(text.diagnostic(2).suggestion, "5 人");
  EXPECT_EQ(text.message(3), "a number in 个 cannot stand for a number in 人");
}

TEST(Givens, ranges_are_those_of_one_entity) {
  const ResolvedText text = resolve_lines(
      "level 市\nlevel 机构 in 市\nunit 张\ninput 床位 张 stock at 机构 range 0..1000 张\n"
      "given 床位 = 9688 张 at 市\ngiven 床位 = 9688 张 at 机构\ngiven 床位 = -1 张 in 2023\n");
  EXPECT_THAT(text.problems(), ElementsAre(Problem{"given_outside_range", 7, 12},
                                           Problem{"given_outside_range", 8, 12}));
}

TEST(Stated, literals_and_names) {
  const ResolvedText text = resolve_lines(
      "level 区\nlevel 中心 in 区\nunit 张\ninput 规划床位 张 constant at 中心\n"
      "clause \"一\"\n"
      "stated sum(中心: 规划床位) = 485 张 cite \"485張床位\" \"二\": \"两处\" in 2023-08\n"
      "stated 规划 = 3 张\nstated 规划床位 = 3 张 + 2 张\n");
  EXPECT_THAT(text.problems(),
              ElementsAre(Problem{"unknown_name", 8, 8}, Problem{"not_a_literal", 9, 15}));
  const Stated& stated = text.plan().stated.at(0);
  EXPECT_EQ(stated.literal.value, Rational(485));
  EXPECT_EQ(stated.literal.type.unit.text(), "张");
  EXPECT_EQ(stated.cite.at(0).clause, "一");
  EXPECT_EQ(stated.cite.at(1).clause, "二");
  EXPECT_EQ(text.plan().resolution[stated.figure], (Symbol{Symbol::Kind::level, 1, 0}));
}

// ---- holidays, levers, scenarios -------------------------------------------------------------

TEST(Holidays, are_entered) {
  const ResolvedText text = resolve_lines(
      "holidays 2023 {off 2023-09-29..2023-10-06, work 2023-10-07, work 2023-10-08}\n");
  EXPECT_THAT(text.problems(), IsEmpty());
  ASSERT_TRUE(text.plan().holidays);
  EXPECT_EQ(text.plan().holidays->is_workday(day(2023, 10, 2)), false);
  EXPECT_EQ(text.plan().holidays->is_workday(day(2023, 10, 7)), true);
  EXPECT_EQ(text.plan().holidays->is_workday(day(2024, 1, 2)), std::nullopt);
}

TEST(Holidays, that_are_wrong) {
  const ResolvedText text = resolve_lines(
      "holidays 2023 {off 2024-01-01}\nholidays 2023 {off 2023-10-01, work 2023-10-01}\n");
  EXPECT_THAT(text.problems(), ElementsAre(Problem{"holiday_outside_years", 2, 20},
                                           Problem{"holiday_made_up", 3, 37}));
}

TEST(Levers, ranges_steps_and_costs) {
  const ResolvedText text = resolve_lines(
      "level 市\nlevel 村 in 市\nunit 张, 人\ninput 床位 张 stock at 村\n"
      "lever 床位 at each 村 range 0..100 张 step 5 张 cost 2 万元/张\n"
      "lever 床位 step 5\n"
      "lever 床位 step 0 张\n"
      "lever 床位 range 0..5 人\n"
      "lever 床数\n");
  EXPECT_THAT(text.problems(),
              ElementsAre(Problem{"step_not_positive", 8, 15}, Problem{"unit_mismatch", 9, 16},
                          Problem{"unknown_name", 10, 7}));
  const Lever& lever = text.plan().levers.at(0);
  EXPECT_EQ(lever.range, (Interval{0, 100}));
  EXPECT_EQ(lever.step, Rational(5));
  EXPECT_EQ(lever.cost->value, Rational(20000));
  EXPECT_THAT(lever.where.levels, ElementsAre(1U));
  EXPECT_EQ(text.plan().levers.at(1).step, Rational(5));
  EXPECT_THAT(text.plan().levers.at(1).where.levels, IsEmpty());
}

TEST(Scenarios, changes) {
  const ResolvedText text = resolve_lines(
      "level 市\nunit 张\ninput 床位 张 stock\ninput 建成 yesno\n"
      "scenario 多建 {床位 += 100 张, 建成 = yes, 床位 *= 110% in 2023-10}\n"
      "scenario 错 {建成 += 1, 床位 = 5, 床位 *= 2 张, 不明 = 1}\n");
  EXPECT_THAT(text.problems(),
              ElementsAre(Problem{"change_not_fitting", 7, 13}, Problem{"unit_not_written", 7, 27},
                          Problem{"unit_mismatch", 7, 36}, Problem{"unknown_name", 7, 41}));
  const std::vector<ScenarioChange>& changes = text.plan().scenarios.at(0).changes;
  ASSERT_THAT(changes, SizeIs(3));
  EXPECT_EQ(changes[0].how, syntax::ScenarioChange::How::add);
  EXPECT_EQ(changes[0].value.value, Rational(100));
  EXPECT_EQ(changes[1].value.value, Rational(1));
  EXPECT_EQ(changes[2].value.value, Rational(11, 10));
  EXPECT_EQ(changes[2].when, calendar::Span::of(calendar::Period::month(2023, 10)));
}

// ---- as a whole ------------------------------------------------------------------------------

TEST(Diagnostics, stand_in_the_order_of_the_text) {
  const ResolvedText text =
      resolve_lines("target 甲 : 无名\nindicator 乙 张张 = 丙丁\nlevel 市\nlevel 村\n");
  EXPECT_THAT(text.problems(),
              ElementsAre(Problem{"unknown_name", 2, 12}, Problem{"unknown_type", 3, 13},
                          Problem{"unknown_name", 3, 18}, Problem{"several_top_levels", 5, 7}));
}

TEST(Damaged, statements_are_not_reported_twice) {
  // The parser knows that 瓶 is no unit and that the kind of 乙 is missing.
  const ResolvedText text = resolve_damaged(
      "plan p\nunit 人\ninput 甲 人 stock\ninput 乙 人 stok\ngiven 甲 = 5 瓶\ntarget 丙 : 甲 > 3 "
      "瓶\n");
  EXPECT_TRUE(text.parse_diagnostics.has_errors());
  EXPECT_THAT(text.problems(), IsEmpty());
  EXPECT_THAT(text.plan().givens, IsEmpty());
}

TEST(Damaged, scales_without_stages) {
  const ResolvedText text =
      resolve_damaged("plan p\nstages 进度 =\ninput 房 进度\ngiven 房 = 开工\n");
  EXPECT_TRUE(text.parse_diagnostics.has_errors());
  EXPECT_THAT(text.problems(), IsEmpty());
}

TEST(Resolve, takes_time_linear_in_the_text) {
  // Unknown names in great number: near ones are looked for only so often.
  std::string lines = "unit 张\n";
  for (int i = 0; i < 3000; ++i) {
    lines += "indicator i" + std::to_string(i) + " 张 = u" + std::to_string(i) + "\n";
  }
  EXPECT_THAT(resolve_lines(lines).problems(), SizeIs(3000));
}

}  // namespace
}  // namespace dabiao::model
