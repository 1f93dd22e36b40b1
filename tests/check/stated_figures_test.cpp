#include "dabiao/check/stated_figures.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "lowered_plan.hpp"

namespace dabiao::check {
namespace {

using exact::Rational;
using testing::Finding;
using testing::findings;
using testing::lowered_plan;
using testing::plan_line;
using Findings = std::vector<Finding>;

StatedFigures stated(const std::string& lines) {
  return check_stated(lowered_plan(plan_line + lines));
}

/// The verdicts on the figures of a plan, in order.
std::vector<std::string> verdicts_of(const StatedFigures& result) {
  std::vector<std::string> names;
  for (const StatedFigure& figure : result.figures) {
    names.push_back(std::string(name(figure.verdict)));
  }
  return names;
}
using Names = std::vector<std::string>;

// Figures stand on line 7 and below.
const std::string beds =
    "level 市\n"
    "level 机构 in 市\n"
    "unit 张\n"
    "input 床位 张 stock at 机构\n"
    "input 护理 张 stock at 机构\n"
    "given 床位 = 9688 张, 护理 = 5586 张 at 市 in 2023-08\n"
    "indicator 占比 % = 护理 / 床位\n";

TEST(StatedFigures, each_verdict_has_its_row) {
  for (std::size_t i = 0; i < std::size(verdicts); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(verdicts[i].verdict), i);
  }
}

TEST(StatedFigures, a_figure_that_agrees_is_not_reported) {
  const StatedFigures result = stated(beds + "stated 床位 - 护理 = 4102 张 in 2023-08\n");
  ASSERT_EQ(result.figures.size(), 1u);
  EXPECT_EQ(result.figures[0].verdict, Verdict::agrees);
  EXPECT_EQ(result.figures[0].difference, Rational(0));
  EXPECT_TRUE(result.diagnostics.empty());
}

TEST(StatedFigures, cut_off_digits_are_not_rounding) {
  const StatedFigures result = stated(beds + "stated 占比 = 57% in 2023-08\n");
  ASSERT_EQ(result.figures.size(), 1u);
  const StatedFigure& figure = result.figures[0];
  EXPECT_EQ(figure.verdict, Verdict::truncated);
  EXPECT_EQ(figure.recomputed, Rational(5586, 9688));
  EXPECT_EQ(figure.decimals, 0);
  EXPECT_EQ(figure.difference, Rational(57) - Rational(558600, 9688));
  EXPECT_EQ(findings(result.diagnostics),
            (Findings{{"stated_figure_truncated", 9, 13,
                       "57 % is 57.6589… % cut off, rounded it would be 58 %"}}));
  EXPECT_EQ(result.diagnostics.list()[0].notes,
            (std::vector<std::string>{"recomputed from 护理 = 5586 张, 床位 = 9688 张"}));
}

TEST(StatedFigures, are_judged_at_the_digits_that_are_written) {
  const auto verdict = [](const std::string& value) {
    return verdicts_of(stated(beds + "stated 占比 = " + value + " in 2023-08\n")).front();
  };
  // 57.65895…
  EXPECT_EQ(verdict("58%"), "rounded");
  EXPECT_EQ(verdict("57.7%"), "rounded");
  EXPECT_EQ(verdict("57.6%"), "truncated");
  EXPECT_EQ(verdict("57.66%"), "rounded");
  EXPECT_EQ(verdict("57.65%"), "truncated");
  EXPECT_EQ(verdict("57.70%"), "differs") << "two digits are written";
  EXPECT_EQ(verdict("57.0%"), "differs");
  EXPECT_EQ(verdict("56%"), "differs");
}

TEST(StatedFigures, halves_round_away_from_zero) {
  const std::string lines =
      "level 市\nunit 张\ninput 甲 张 stock at 市\ninput 乙 张 stock at 市\n"
      "given 甲 = 1 张, 乙 = 8 张 in 2023-08\n";  // 12.5 %
  EXPECT_EQ(verdicts_of(stated(lines + "stated 甲 / 乙 = 13% in 2023-08\n"
                                       "stated 甲 / 乙 = 12% in 2023-08\n"
                                       "stated 甲 / 乙 = 12.5% in 2023-08\n"
                                       "stated 甲 / 乙 = 12.50% in 2023-08\n"
                                       "stated 甲 / 乙 = 0.13 in 2023-08\n")),
            (Names{"rounded", "truncated", "agrees", "agrees", "rounded"}));
}

TEST(StatedFigures, differences_are_exact_and_in_the_stated_unit) {
  const StatedFigures result = stated(
      "level 市\ninput 投入 万元 stock at 市\ngiven 投入 = 301.25 万元 in 2023-08\n"
      "stated 投入 = 300 万元 in 2023-08\nstated 投入 = 3000000 元 in 2023-08\n");
  ASSERT_EQ(result.figures.size(), 2u);
  EXPECT_EQ(result.figures[0].verdict, Verdict::differs);
  EXPECT_EQ(result.figures[0].difference, Rational(-5, 4));
  EXPECT_EQ(result.figures[1].difference, Rational(-12500));
  EXPECT_EQ(findings(result.diagnostics)[0],
            (Finding{"stated_figure_differs", 5, 13,
                     "300 万元 is stated, what is given makes 301.25 万元, a difference of "
                     "-1.25 万元"}));
}

TEST(StatedFigures, say_what_is_missing) {
  const StatedFigures result = stated(
      "level 市\nunit 张\ninput 床位 张 stock at 市\ninput 护理 张 stock at 市\n"
      "given 床位 = 9688 张 in 2023-08\n"
      "stated 护理 / 床位 = 57% in 2023-08\n");
  ASSERT_EQ(result.figures.size(), 1u);
  const StatedFigure& figure = result.figures[0];
  EXPECT_EQ(figure.verdict, Verdict::not_recomputable);
  EXPECT_FALSE(figure.recomputed);
  ASSERT_EQ(figure.missing.size(), 1u);
  EXPECT_EQ(figure.missing[0].input, 1u);
  ASSERT_EQ(figure.inputs.size(), 1u);
  EXPECT_EQ(figure.inputs[0].value, Rational(9688));
  EXPECT_EQ(
      findings(result.diagnostics),
      (Findings{{"stated_figure_not_recomputable", 7, 18,
                 "57 % cannot be recomputed from what the plan gives: `护理` is not given"}}));
}

TEST(StatedFigures, older_figures_do_not_stand_for_newer_ones) {
  const std::string lines =
      "level 州\nunit 人\ninput 婴幼儿 人 stock at 州\ninput 入托 人 stock at 州\n"
      "given 婴幼儿 = 80910 人, 入托 = 8 人 in 2019\n"
      "given 婴幼儿 = 71725 人 in 2020\n";
  EXPECT_EQ(verdicts_of(stated(lines + "stated 入托 / 婴幼儿 = 0.009% in 2019\n")),
            Names{"truncated"});
  const StatedFigures later = stated(lines + "stated 入托 / 婴幼儿 = 0.91% in 2020\n");
  EXPECT_EQ(verdicts_of(later), Names{"not_recomputable"});
  EXPECT_EQ(findings(later.diagnostics)[0].message,
            "0.91 % cannot be recomputed from what the plan gives: `入托` is given for an earlier "
            "time only");
}

TEST(StatedFigures, sums_of_parts_that_are_given) {
  const std::string lines =
      "level 区\nlevel 中心 in 区\nunit 张\ninput 规划 张 stock at 中心\n"
      "given 规划 = 150 张 at \"一期\" in 2023\n"
      "entities 中心 { \"一期\", \"二期\" }\n";
  const StatedFigures whole = stated(
      lines + "given 规划 = 335 张 at \"二期\" in 2023\nstated sum(中心: 规划) = 485 张 in 2023\n");
  EXPECT_EQ(verdicts_of(whole), Names{"agrees"});
  EXPECT_EQ(whole.figures[0].inputs.size(), 2u);
  const StatedFigures part = stated(lines + "stated sum(中心: 规划) = 485 张 in 2023\n");
  ASSERT_EQ(verdicts_of(part), Names{"not_recomputable"});
  ASSERT_EQ(part.figures[0].missing.size(), 1u);
  EXPECT_EQ(part.figures[0].missing[0].entity, "二期");
}

TEST(StatedFigures, tables_are_given_too) {
  EXPECT_EQ(verdicts_of(stated("level 区\nlevel 项目 in 区\nunit 张\n"
                               "table 任务 张 by 项目 { \"甲\": 20 张, \"乙\": 15 张 }\n"
                               "stated sum(项目: 任务) = 35 张\nstated sum(项目: 任务) = 75 张\n")),
            (Names{"agrees", "differs"}));
}

TEST(StatedFigures, one_for_each_entity_that_they_are_stated_at) {
  const StatedFigures result = stated(
      "level 市\nlevel 县 in 市\nunit 张\ninput 床位 张 stock at 县\n"
      "entities 县 { \"甲\", \"乙\" }\n"
      "given 床位 = 10 张 at \"甲\" in 2023\ngiven 床位 = 12 张 at \"乙\" in 2023\n"
      "stated 床位 = 10 张 at each 县 in 2023\n");
  ASSERT_EQ(result.figures.size(), 2u);
  for (const StatedFigure& figure : result.figures) {
    EXPECT_EQ(figure.verdict, figure.entity == "甲" ? Verdict::agrees : Verdict::differs);
  }
}

TEST(StatedFigures, without_a_period_all_that_is_given_counts) {
  EXPECT_EQ(verdicts_of(stated("level 市\nunit 人\ninput 培训 人 flow at 市\n"
                               "given 培训 = 30 人 in 2023-Q1\ngiven 培训 = 20 人 in 2023-Q2\n"
                               "stated 培训 = 50 人\nstated 培训 = 30 人 in 2023-Q1\n")),
            (Names{"agrees", "agrees"}));
}

TEST(StatedFigures, stages_dates_and_truths_agree_or_differ) {
  const StatedFigures result = stated(
      "level 市\nstages 级 = 低 < 中 < 高\n"
      "input 评级 级 stock at 市\ninput 成立日 date constant at 市\ninput 已建 yesno stock at 市\n"
      "given 评级 = 高, 成立日 = 2023-08-01, 已建 = yes in 2023-08\n"
      "stated 评级 = 中 in 2023-08\n"
      "stated 成立日 = 2023-08-03 in 2023-08\n"
      "stated 已建 = yes in 2023-08\n"
      "stated 已建 = no in 2023-08\n");
  EXPECT_EQ(verdicts_of(result), (Names{"differs", "differs", "agrees", "differs"}));
  EXPECT_EQ(result.figures[0].difference, Rational(-1));
  EXPECT_EQ(result.figures[1].difference, Rational(2));
  const Findings all = findings(result.diagnostics);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].message, "中 is stated, what is given makes 高, a difference of 1 stage");
  EXPECT_EQ(all[1].message,
            "2023-08-03 is stated, what is given makes 2023-08-01, a difference of 2 days");
  EXPECT_EQ(all[2].message,
            "`已建 = no` is stated, what is given makes yes, a difference of yes against no");
}

TEST(StatedFigures, a_claim_that_something_exceeds_a_number_is_told_as_it_is_written) {
  const StatedFigures result = stated(beds +
                                      "stated (床位 > 9000 张) = yes in 2023-08\n"
                                      "stated (床位 > 9688 张) = yes in 2023-08\n"
                                      "stated (床位 > 9000 张) = yes in 2025\n");
  EXPECT_EQ(verdicts_of(result), (Names{"agrees", "differs", "not_recomputable"}));
  const Findings all = findings(result.diagnostics);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(
      all[0].message,
      "`(床位 > 9688 张) = yes` is stated, what is given makes no, a difference of yes against no");
  EXPECT_EQ(
      all[1].message,
      "`(床位 > 9000 张) = yes` cannot be recomputed from what the plan gives: `床位` is given "
      "for an earlier time only");
}

TEST(StatedFigures, that_ask_targets_are_left_to_an_assessment) {
  const StatedFigures result =
      stated(beds + "target a : 床位 >= 1 张\nstated attained(a) = 1 in 2023-08\n");
  EXPECT_EQ(verdicts_of(result), Names{"not_recomputable"});
  EXPECT_EQ(findings(result.diagnostics)[0].message,
            "1 cannot be recomputed from what the plan gives: it depends on more than givens");
}

TEST(StatedFigures, of_a_plan_that_gives_nothing_are_none) {
  const StatedFigures result = stated("level 市\n");
  EXPECT_TRUE(result.figures.empty());
  EXPECT_TRUE(result.diagnostics.empty());
}

}  // namespace
}  // namespace dabiao::check
