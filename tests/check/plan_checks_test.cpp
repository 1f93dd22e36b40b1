#include "dabiao/check/plan_checks.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "lowered_plan.hpp"

namespace dabiao::check {
namespace {

using testing::Finding;
using testing::findings;
using testing::lowered_plan;
using testing::of_kind;
using testing::plan_line;
using Findings = std::vector<Finding>;

text::Diagnostics checked(const std::string& lines) {
  return check_plan(*lowered_plan(plan_line + lines));
}

/// The findings of one kind in a plan of which line 2 on is given.
Findings found(std::string_view kind, const std::string& lines) {
  return of_kind(checked(lines), kind);
}

const std::string beds =
    "level 市\n"
    "level 机构 in 市\n"
    "unit 张\n"
    "input 床位 张 stock each month at 机构\n";  // targets stand on line 6 and below

TEST(PlanChecks, every_check_has_a_name_and_words) {
  std::set<std::string_view> names;
  for (const PlanCheck& check : plan_checks()) {
    EXPECT_TRUE(names.insert(check.name).second) << check.name;
    EXPECT_FALSE(check.summary.empty());
    EXPECT_FALSE(check.summary_chinese.empty());
    EXPECT_NE(check.run, nullptr);
  }
}

TEST(PlanChecks, find_nothing_in_a_sound_plan) {
  EXPECT_EQ(findings(checked(beds + "indicator 新增床位 张 = 床位 - 床位[start]\n"
                                    "target 新增700 : 新增床位 >= 700 张 by 2023-12-31\n")),
            Findings{});
}

TEST(PlanChecks, come_in_the_order_of_the_text) {
  const text::Diagnostics all = checked(beds +
                                        "input 甲 张 stock at 机构\ntarget a : 床位 >= 1 张 by "
                                        "2024-01-31\ninput 乙 张 stock at 机构\n");
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(findings(all)[0].line, 6u);
  EXPECT_EQ(findings(all)[1].kind, "deadline_after_window");
  EXPECT_EQ(findings(all)[2].line, 8u);
}

// ---- conditions ------------------------------------------------------------------------------

TEST(PlanChecks, a_range_with_nothing_in_it_excludes_nothing_else) {
  EXPECT_EQ(found("contradictory_conditions", beds + "target a : 床位 = 5..3 张 or 床位 <= 1 张\n"),
            Findings{});
}

TEST(PlanChecks, a_share_is_at_most_the_whole) {
  EXPECT_EQ(found("target_never_holds",
                  "level 市\nlevel 村 in 市\ninput 有站 yesno stock at 村\n"
                  "indicator 覆盖 % = share(村: 有站)\n"
                  "target a : 覆盖 >= 120%\n"
                  "target b : 覆盖 >= 100%\n"),
            (Findings{{"target_never_holds", 6, 12,
                       "`覆盖` can only be 0 % to 100 %, so `覆盖 >= 120%` never holds"}}));
}

TEST(PlanChecks, the_range_of_an_input_bounds_single_entities_but_not_their_sum) {
  const Findings all = found("target_never_holds",
                             "level 市\nlevel 机构 in 市\nunit 张\n"
                             "input 床位 张 stock at 机构 range 0..300 张\n"
                             "target a : 床位 >= 400 张 at each 机构\n"
                             "target b : 床位 >= 400 张 at 市\n");
  EXPECT_EQ(all,
            (Findings{{"target_never_holds", 6, 12,
                       "`床位` can only be 0 张 to 300 张, so `床位 >= 400 张` never holds"}}));
}

TEST(PlanChecks, the_sum_over_a_known_number_of_entities_is_bounded) {
  const std::string lines =
      "level 市\nlevel 机构 in 市 count 3\nunit 张\n"
      "input 床位 张 stock at 机构 range 0..300 张\n";
  EXPECT_EQ(found("target_never_holds", lines + "target a : 床位 >= 900 张\n"), Findings{});
  const Findings beyond = found("target_never_holds", lines + "target a : 床位 >= 901 张\n");
  ASSERT_EQ(beyond.size(), 1u);
  EXPECT_EQ(beyond[0].message,
            "`床位` can only be 0 张 to 900 张, so `床位 >= 901 张` never holds");
}

TEST(PlanChecks, a_flow_adds_up_over_the_periods_of_its_span) {
  const std::string lines =
      "level 市\nunit 次\ninput 走访 次 flow each month at 市 range 0..10 次\n";
  EXPECT_EQ(found("target_never_holds", lines + "target a : 走访 >= 40 次 by 2023-12-31\n"),
            Findings{});
  EXPECT_EQ(found("target_never_holds", lines + "target a : 走访 >= 41 次 by 2023-12-31\n").size(),
            1u);
  EXPECT_EQ(found("target_never_holds", lines + "target a : 走访 >= 11 次 each month\n").size(),
            1u);
  EXPECT_EQ(found("target_never_holds", lines + "target a : 走访 >= 30 次 each quarter\n"),
            Findings{});
}

TEST(PlanChecks, a_count_is_at_most_the_declared_number) {
  const std::string lines = "level 市\nlevel 村 in 市\nunit 个\ninput 有站 yesno stock at 村\n";
  const std::string given = "given count(村) = 24 个\n";
  EXPECT_EQ(
      found("target_never_holds", lines + given + "target a : count(村 where 有站) >= 24 个\n"),
      Findings{});
  EXPECT_EQ(
      found("target_never_holds", lines + given + "target a : count(村 where 有站) > 24 个\n"),
      (Findings{
          {"target_never_holds", 7, 12,
           "`count(村 where 有站)` can only be 0 个 to 24 个, so `count(村 where 有站) > 24 个` "
           "never holds"}}));
  EXPECT_EQ(found("target_never_holds", lines + "target a : count(村 where 有站) > 24\n"),
            Findings{});
}

TEST(PlanChecks, attained_lies_between_0_and_1) {
  EXPECT_EQ(
      found("target_never_holds", beds + "target a : 床位 >= 1 张\ntarget b : attained(a) > 1\n")
          .size(),
      1u);
}

TEST(PlanChecks, stages_end_with_the_highest) {
  EXPECT_EQ(found("target_never_holds",
                  "level 市\nstages 级 = 低 < 中 < 高\ninput 评级 级 stock at 市\n"
                  "target a : 评级 > 高\n"),
            (Findings{{"target_never_holds", 5, 12,
                       "`评级` can only be 低 to 高, so `评级 > 高` never holds"}}));
}

TEST(PlanChecks, a_part_of_a_sum_is_at_most_the_sum) {
  const std::string lines =
      "level 市\nunit 张\ninput 甲 张 stock at 市\ninput 乙 张 stock at 市\n"
      "indicator 占比 % = 甲 / (甲 + 乙)\n";
  EXPECT_EQ(found("target_always_holds", lines + "target a : 占比 <= 100%\n"),
            (Findings{{"target_always_holds", 7, 12,
                       "`占比` is always 0 % to 100 %, so `占比 <= 100%` holds whatever is "
                       "reported"}}));
  EXPECT_EQ(found("target_always_holds", lines + "target a : 占比 < 100%\n"), Findings{});
}

TEST(PlanChecks, counted_things_are_never_below_zero) {
  EXPECT_EQ(found("target_always_holds", beds + "target a : 床位 >= 0 张\n").size(), 1u);
}

TEST(PlanChecks, a_table_may_ask_for_what_cannot_be) {
  EXPECT_EQ(found("target_never_holds",
                  "level 市\nlevel 机构 in 市\nunit 张\n"
                  "input 床位 张 stock at 机构 range 0..300 张\n"
                  "table 任务 张 by 机构 { \"甲\": 20 张, \"乙\": 301 张 }\n"
                  "target a : 床位 >= 任务 at each 机构\n"),
            (Findings{{"target_never_holds", 6, 36,
                       "`床位` can only be 0 张 to 300 张, so `床位 >= 任务` never holds"}}));
}

TEST(PlanChecks, conditions_that_exclude_one_another) {
  const Findings both =
      found("contradictory_conditions", beds + "target a : 床位 >= 50 张 and 床位 < 30 张\n");
  EXPECT_EQ(both, (Findings{{"contradictory_conditions", 6, 27,
                             "`床位 >= 50 张` and `床位 < 30 张` cannot hold together"}}));
  EXPECT_EQ(found("contradictory_conditions", beds + "target a : 床位 >= 50 张 and 床位 < 51 张\n"),
            Findings{});
  EXPECT_EQ(found("contradictory_conditions", beds + "target a : 床位 > 50 张 and 床位 <= 50 张\n")
                .size(),
            1u);
}

TEST(PlanChecks, an_alternative_saves_a_contradiction) {
  EXPECT_EQ(found("contradictory_conditions",
                  beds + "target a : (床位 >= 50 张 and 床位 < 30 张) or 床位 = 0 张\n"),
            Findings{});
  EXPECT_EQ(found("contradictory_conditions",
                  beds + "target a : (床位 < 30 张 or 床位 < 40 张) and 床位 > 50 张\n")
                .size(),
            1u);
}

TEST(PlanChecks, yes_and_no_exclude_one_another) {
  EXPECT_EQ(found("contradictory_conditions",
                  "level 市\ninput 有站 yesno stock at 市\ntarget a : 有站 and not 有站\n")
                .size(),
            1u);
}

TEST(PlanChecks, a_long_chain_of_conditions_is_soon_read) {
  std::string condition = "床位 >= 0 张 or 床位 < 1 张";
  for (int i = 2; i < 20000; ++i) condition += " or 床位 < " + std::to_string(i) + " 张";
  EXPECT_EQ(found("contradictory_conditions", beds + "target a : " + condition + "\n"), Findings{});
}

TEST(PlanChecks, a_long_condition_is_shown_shortly) {
  std::string sum = "床位";
  for (int i = 0; i < 500; ++i) sum += " + 床位";
  const Findings all = found("target_always_holds", beds + "target a : " + sum + " >= 0 张\n");
  ASSERT_EQ(all.size(), 1u);
  EXPECT_LT(all[0].message.size(), 400u);
  EXPECT_NE(all[0].message.find(" … "), std::string::npos);
}

TEST(PlanChecks, a_filter_that_no_cell_passes) {
  EXPECT_EQ(found("filter_never_holds",
                  beds + "target a : 床位 >= 1 张 at each 机构 where 床位 < 0 张\n"),
            (Findings{{"filter_never_holds", 6, 39,
                       "`床位 < 0 张` never holds, so `a` concerns nobody"}}));
}

TEST(PlanChecks, a_part_counted_like_its_whole_is_not_more_than_it) {
  const std::string lines =
      "level 市\nunit 张\ninput 甲 张 stock at 市\ninput 乙 张 stock at 市\n"
      "indicator 占比 % = 甲 / 乙\nindicator 增长 % = 甲 / 甲[start]\n";
  EXPECT_EQ(found("share_above_whole", lines + "target a : 占比 >= 150%\n"),
            (Findings{{"share_above_whole", 8, 12,
                       "`占比 >= 150%` asks for more than the whole: `甲` is counted in `乙`"}}));
  EXPECT_EQ(found("share_above_whole", lines + "target a : 占比 >= 100%\n"), Findings{});
  EXPECT_EQ(found("share_above_whole", lines + "target a : 增长 >= 150%\n"), Findings{});
}

// ---- milestones ------------------------------------------------------------------------------

TEST(PlanChecks, milestones_lead_to_the_threshold_by_the_deadline) {
  const std::string target = "target a : 床位 >= 75 张 by 2023-12-31 milestones ";
  const auto kinds = [&](const std::string& milestones) {
    std::vector<std::string> result;
    for (const Finding& finding : findings(checked(beds + target + milestones + "\n"))) {
      result.push_back(finding.kind + " " + std::to_string(finding.column));
    }
    return result;
  };
  using Kinds = std::vector<std::string>;
  EXPECT_EQ(kinds("2023-10: 40 张, 2023-11: 60 张"), Kinds{});
  EXPECT_EQ(kinds("2023-10: 40 张, 2023-11: 30 张"), Kinds{"milestones_not_ascending 63"});
  EXPECT_EQ(kinds("2023-10: 80 张"), Kinds{"milestone_beyond_threshold 48"});
  EXPECT_EQ(kinds("2023-12: 70 张"), Kinds{"milestone_short_of_threshold 48"});
  EXPECT_EQ(kinds("2024-01: 75 张"), Kinds{"milestone_after_deadline 48"});
  EXPECT_EQ(kinds("2023-08: 10 张"), Kinds{"milestone_outside_span 48"});
}

TEST(PlanChecks, milestones_of_a_cap_go_down) {
  const std::string target = "target a : 床位 <= 75 张 by 2023-12-31 milestones ";
  EXPECT_EQ(found("milestones_not_ascending", beds + target + "2023-10: 90 张, 2023-11: 80 张\n"),
            Findings{});
  EXPECT_EQ(found("milestones_not_ascending", beds + target + "2023-10: 80 张, 2023-11: 90 张\n")
                .front()
                .message,
            "the milestone 90 张 falls back behind 80 张, which is due earlier");
  EXPECT_EQ(found("milestone_beyond_threshold", beds + target + "2023-10: 70 张\n").size(), 1u);
}

// ---- allocations -----------------------------------------------------------------------------

const std::string trainings =
    "level 区\nlevel 街道 in 区\nunit 人\n"
    "input 培训 人 flow each month at 街道\n"
    "target 全年 : 培训 >= 120 人 in 2023-09..2023-12\n";  // parts stand on line 7 and below

TEST(PlanChecks, constants_that_make_up_the_whole) {
  EXPECT_EQ(found("parts_do_not_add_up",
                  trainings + "target a : 培训 >= 50 人 in 2023-09 allocates 全年\n"
                              "target b : 培训 >= 70 人 in 2023-10..2023-12 allocates 全年\n"),
            Findings{});
  EXPECT_EQ(found("parts_do_not_add_up",
                  trainings + "target a : 培训 >= 50 人 in 2023-09 allocates 全年\n"
                              "target b : 培训 >= 30 人 in 2023-10..2023-12 allocates 全年\n"),
            (Findings{{"parts_do_not_add_up", 7, 44,
                       "the parts of `全年` add up to 80 人, 40 人 short of the 120 人 that they "
                       "allocate"}}));
  EXPECT_EQ(found("parts_do_not_add_up",
                  trainings + "target a : 培训 >= 120.5 人 in 2023-09 allocates 全年\n")
                .front()
                .message,
            "the parts of `全年` add up to 120.5 人, 0.5 人 above the 120 人 that they allocate");
}

TEST(PlanChecks, a_periodic_part_counts_once_a_period) {
  EXPECT_EQ(found("parts_do_not_add_up",
                  trainings + "target a : 培训 >= 30 人 each month allocates 全年\n"),
            Findings{});
  EXPECT_EQ(
      found("parts_do_not_add_up",
            trainings + "target a : 培训 >= 30 人 each month in 2023-10..2023-12 allocates 全年\n")
          .front()
          .message,
      "the parts of `全年` add up to 90 人, 30 人 short of the 120 人 that they allocate");
}

TEST(PlanChecks, parts_at_each_of_a_known_number_of_places) {
  const std::string part =
      "target a : 培训 >= 40 人 at each 街道 in 2023-09..2023-12 allocates 全年\n";
  EXPECT_EQ(found("parts_do_not_add_up", trainings + part), Findings{})
      << "nobody knows how many there are";
  EXPECT_EQ(
      found("parts_do_not_add_up", trainings + "entities 街道 { \"甲\", \"乙\", \"丙\" }\n" + part),
      Findings{});
  EXPECT_EQ(
      found("parts_do_not_add_up", trainings + "entities 街道 { \"甲\", \"乙\" }\n" + part).size(),
      1u);
}

TEST(PlanChecks, a_whole_is_shared_out_by_place_and_by_time) {
  const std::string by_place =
      "entities 街道 { \"甲\", \"乙\" }\n"
      "target a : 培训 >= 60 人 at each 街道 in 2023-09..2023-12 allocates 全年\n";
  const std::string by_time =
      "target b : 培训 >= 50 人 in 2023-09 allocates 全年\n"
      "target c : 培训 >= 70 人 in 2023-10..2023-12 allocates 全年\n";
  EXPECT_EQ(found("parts_do_not_add_up", trainings + by_place + by_time), Findings{});
  const Findings short_by_time =
      found("parts_do_not_add_up",
            trainings + by_place + "target b : 培训 >= 50 人 in 2023-09 allocates 全年\n");
  ASSERT_EQ(short_by_time.size(), 1u);
  EXPECT_EQ(short_by_time[0].message,
            "the parts of `全年` add up to 50 人, 70 人 short of the 120 人 that they allocate");
  // One way only where both together make up the whole.
  EXPECT_EQ(
      found("parts_do_not_add_up",
            trainings + "entities 街道 { \"甲\", \"乙\" }\n"
                        "target a : 培训 >= 35 人 at each 街道 in 2023-09..2023-12 allocates 全年\n"
                        "target b : 培训 >= 50 人 in 2023-09..2023-12 allocates 全年\n"),
      Findings{});
}

TEST(PlanChecks, the_entries_of_a_table_make_up_the_whole) {
  const std::string lines =
      "level 区\nlevel 项目 in 区\nunit 张\ninput 床位 张 stock at 项目\n"
      "target 全年 : 床位 >= 75 张 by 2023-12-31\n";
  const std::string part = "target a : 床位 >= 任务 at each 项目 by 2023-12-31 allocates 全年\n";
  EXPECT_EQ(found("parts_do_not_add_up", lines +
                                             "table 任务 张 by 项目 { \"甲\": 20 张, \"乙\": 15 "
                                             "张, \"丙\": 20 张, \"丁\": 20 张 }\n" +
                                             part),
            Findings{});
  EXPECT_EQ(
      found(
          "parts_do_not_add_up",
          lines + "table 任务 张 by 项目 { \"甲\": 20 张, \"乙\": 15 张, \"丙\": 20 张 }\n" + part)
          .front()
          .message,
      "the parts of `全年` add up to 55 张, 20 张 short of the 75 张 that they allocate");
}

TEST(PlanChecks, cumulative_entries_count_once) {
  // What is there in the second period includes what was there in the first.
  EXPECT_EQ(
      found("parts_do_not_add_up",
            "level 区\nlevel 项目 in 区\nunit 张\ninput 床位 张 stock at 项目\n"
            "target 全年 : 床位 >= 30 张 by 2023-12-31\n"
            "table 任务 张 by 项目, month { \"甲\", 2023-10: 10 张, \"甲\", 2023-12: 30 张 }\n"
            "target a : 床位 >= 任务 each month at each 项目 allocates 全年\n"),
      Findings{});
}

TEST(PlanChecks, a_part_in_another_unit) {
  EXPECT_EQ(found("allocates_another_unit",
                  trainings + "unit 次\ninput 检查 次 flow at 区\n"
                              "target a : 检查 >= 30 次 in 2023-09 allocates 全年\n"),
            (Findings{{"allocates_another_unit", 9, 44,
                       "`a` is counted in `次`, `全年` that it allocates in `人`"}}));
}

// ---- flows by stocks -------------------------------------------------------------------------

const std::string visits =
    "level 市\nunit 人, 次\n"
    "input 走访 次 flow each month at 市\n"
    "input 老人 人 stock each month at 市\n";

TEST(PlanChecks, a_flow_by_a_stock_over_one_period_is_sound) {
  EXPECT_EQ(
      found("flow_by_stock",
            visits + "indicator 人均 次/人 = 走访 / 老人\ntarget a : 人均 >= 1 次/人 each month\n"),
      Findings{});
  EXPECT_EQ(
      found("flow_by_stock",
            visits + "indicator 人均 次/人 = 走访 / 老人\ntarget a : 人均 >= 1 次/人 in 2023-10\n"),
      Findings{});
}

TEST(PlanChecks, a_flow_by_a_stock_over_several_periods_is_reported_once) {
  EXPECT_EQ(found("flow_by_stock", visits + "indicator 人均 次/人 = 走访 / 老人\n"
                                            "target a : 人均 >= 1 次/人 by 2023-12-31\n"
                                            "target b : 人均 >= 2 次/人 each quarter\n"),
            (Findings{{"flow_by_stock", 6, 20,
                       "`走访 / 老人` divides a flow by a stock, and `a` asks for it over "
                       "`2023-09-01..2023-12-31`, more than one month"}}));
}

TEST(PlanChecks, what_is_fixed_in_time_is_no_stock) {
  for (const char* formula : {"走访 / 老人[start]", "走访 / 老人[2022]",
                              "average(month: 走访 / 老人)", "average(month: 走访) / 老人"}) {
    EXPECT_EQ(found("flow_by_stock", visits + "indicator 人均 次/人 = " + formula +
                                         "\ntarget a : 人均 >= 1 次/人 by 2023-12-31\n"),
              Findings{})
        << formula;
  }
  EXPECT_EQ(found("flow_by_stock", visits + "indicator 人均 次/人 = sum(month: 走访) / 老人\n"
                                            "target a : 人均 >= 1 次/人 by 2023-12-31\n")
                .size(),
            1u);
}

TEST(PlanChecks, a_budget_is_no_stock) {
  EXPECT_EQ(
      found("flow_by_stock",
            "level 市\ninput 支出 万元 flow each month at 市\ninput 预算 万元 constant at 市\n"
            "target a : 支出 / 预算 >= 100% in 2023\n"),
      Findings{});
}

// ---- reporting periods -----------------------------------------------------------------------

TEST(PlanChecks, a_deadline_inside_a_reporting_period) {
  EXPECT_EQ(
      found(
          "deadline_inside_period",
          beds + "target a : 床位 >= 1 张 by 2023-11-30\ntarget b : 床位 >= 2 张 by 2023-12-15\n"),
      (Findings{{"deadline_inside_period", 7, 25,
                 "2023-12-15 lies inside a month, and `床位` is reported each month"}}));
}

TEST(PlanChecks, a_deadline_that_targets_share_is_reported_once) {
  EXPECT_EQ(
      found("deadline_inside_period", beds + "clause \"一\" by 2023-12-15\n"
                                             "target a : 床位 >= 1 张\ntarget b : 床位 >= 2 张\n")
          .size(),
      1u);
}

TEST(PlanChecks, a_date_has_a_day_of_its_own) {
  const std::string lines = "level 市\ninput 报送日 date each month at 市 missing is later\n";
  EXPECT_EQ(findings(checked(lines + "target a : 报送日 <= due each month by day 25\n")),
            Findings{});
}

TEST(PlanChecks, a_number_due_on_a_day_of_the_month) {
  EXPECT_EQ(
      found("deadline_inside_period", visits + "target a : 走访 >= 1 次 each month by day 25\n"),
      (Findings{{"deadline_inside_period", 6, 33,
                 "day 25 lies inside a month, and `走访` is reported each month"}}));
}

TEST(PlanChecks, what_is_read_elsewhere_in_time_has_no_deadline) {
  EXPECT_EQ(
      found("deadline_inside_period", beds + "target a : 床位[start] >= 1 张 by 2023-12-15\n"),
      Findings{});
}

TEST(PlanChecks, a_span_that_begins_inside_a_reporting_period) {
  EXPECT_EQ(found("span_begins_inside_period",
                  visits + "target a : 走访 >= 1 次 in 2023-09-06..2023-12-31\n"),
            (Findings{{"span_begins_inside_period", 6, 25,
                       "the time that `a` asks about begins on 2023-09-06, inside a month, and "
                       "`走访` is reported each month"}}));
  EXPECT_EQ(found("span_begins_inside_period",
                  visits + "target a : 老人 >= 1 人 in 2023-09-06..2023-12-31\n"),
            Findings{})
      << "a stock is read at the end";
}

TEST(PlanChecks, periods_finer_than_reported) {
  const std::string lines = "level 市\nunit 次\ninput 走访 次 flow each quarter at 市\n";
  EXPECT_EQ(found("finer_than_reported", lines + "target a : 走访 >= 1 次 each month\n"),
            (Findings{{"finer_than_reported", 5, 22,
                       "`走访` is reported each quarter and asked for each month"}}));
  EXPECT_EQ(
      found("finer_than_reported", lines + "target a : min(month: 走访) >= 1 次 by 2023-12-31\n"),
      (Findings{{"finer_than_reported", 5, 12,
                 "`走访` is reported each quarter and asked for each month"}}));
  EXPECT_EQ(found("finer_than_reported", lines + "target a : 走访 >= 1 次 each quarter\n"),
            Findings{});
}

// ---- times -----------------------------------------------------------------------------------

TEST(PlanChecks, spans_outside_the_window) {
  EXPECT_EQ(found("span_outside_window", visits + "target a : 走访 >= 1 次 in 2025\n"),
            (Findings{{"span_outside_window", 6, 25,
                       "`2025` has no day in common with the plan's window "
                       "`2023-09-01..2023-12-31`"}}));
  EXPECT_EQ(found("span_outside_window", visits + "target a : 走访 >= 1 次 in 2023\n"), Findings{});
}

TEST(PlanChecks, deadlines_after_the_window) {
  EXPECT_EQ(
      found("deadline_after_window", beds + "target a : 床位 >= 1 张 by 2023-12-31, 2024-12-31\n"),
      (Findings{{"deadline_after_window", 6, 37,
                 "2024-12-31 lies after the plan's window, which ends on 2023-12-31"}}));
}

TEST(PlanChecks, a_periodic_target_without_a_period) {
  EXPECT_EQ(found("no_whole_period", visits + "target a : 走访 >= 1 次 each year\n"),
            (Findings{{"no_whole_period", 6, 22,
                       "there is no whole year in `2023-09-01..2023-12-31`, so `a` has no cell"}}));
  EXPECT_EQ(found("no_whole_period", visits + "target a : 走访 >= 1 次 each quarter\n"),
            Findings{});
}

// ---- what nothing uses, what is said twice -----------------------------------------------------

TEST(PlanChecks, what_nothing_uses) {
  const Findings all = found("unused_declaration",
                             "level 市\nlevel 闲置 in 市\nunit 张, 箱\nunit 盒 = 12 张\n"
                             "input 床位 张 stock at 市\ninput 无用 张 stock at 市\n"
                             "indicator 没人看 张 = 床位\n"
                             "stages 空级 = 一级 < 二级\n"
                             "table 表格 张 by month { 2023-10: 1 张 }\n"
                             "group 空组 of 市 = { \"甲\" }\n"
                             "target a : 床位 >= 1 张\n");
  EXPECT_EQ(all, (Findings{
                     {"unused_declaration", 3, 7, "nothing uses the level `闲置`"},
                     {"unused_declaration", 4, 9, "nothing uses the unit `箱`"},
                     {"unused_declaration", 5, 6, "nothing uses the unit `盒`"},
                     {"unused_declaration", 7, 7, "nothing uses the input `无用`"},
                     {"unused_declaration", 8, 11, "nothing uses the indicator `没人看`"},
                     {"unused_declaration", 9, 8, "nothing uses the scale of stages `空级`"},
                     {"unused_declaration", 10, 7, "nothing uses the table `表格`"},
                     {"unused_declaration", 11, 7, "nothing uses the group `空组`"},
                 }));
}

TEST(PlanChecks, a_level_above_a_used_one_is_used) {
  EXPECT_EQ(found("unused_declaration",
                  "level 市\nlevel 县 in 市\nlevel 村 in 县\nunit 张, 千张\n"
                  "input 床位 张 stock at 村\ntarget a : 床位 >= 1 张\n"),
            (Findings{{"unused_declaration", 5, 9, "nothing uses the unit `千张`"}}))
      << "a name of its own is not 千 of another";
  EXPECT_EQ(found("unused_declaration",
                  "level 市\nlevel 县 in 市\nlevel 村 in 县\nunit 张\n"
                  "input 床位 千张 stock at 村\ntarget a : 床位 >= 1 张\n"),
            Findings{});
}

TEST(PlanChecks, a_level_that_only_answers_is_used) {
  EXPECT_EQ(found("unused_declaration",
                  "level 市\nlevel 部门 in 市\nunit 张\ninput 床位 张 stock at 市\n"
                  "target a : 床位 >= 1 张 responsible each 部门\n"),
            Findings{});
}

TEST(PlanChecks, targets_without_a_citation) {
  const std::string lines =
      "level 市\nunit 张\ninput 床位 张 stock at 市\n"
      "target a : 床位 >= 1 张\ntarget b : 床位 >= 2 张 cite \"两张\"\n";
  const auto program = lowered_plan("plan p \"plan\" source \"p.txt\"\n" + lines);
  EXPECT_EQ(findings(check_plan(*program)),
            (Findings{{"target_without_citation", 5, 8, "`a` does not cite its source"}}));
  EXPECT_EQ(found("target_without_citation", lines), Findings{}) << "the plan names no source";
}

TEST(PlanChecks, what_is_said_twice) {
  const text::Diagnostics all = checked(beds +
                                        "target a : 床位 >= 1 张 tag \"力争\", \"力争\", \"力争\" "
                                        "lead \"甲\", \"甲\" responsible \"甲\"\n"
                                        "target b : 床位 >= 1 张\n"
                                        "target c : 床位 >= 1 张 by 2023-12-31\n");
  EXPECT_EQ(findings(all), (Findings{{"repeated_tag", 6, 8, "`a` has the tag `力争` twice"},
                                     {"repeated_party", 6, 8, "`甲` is named twice as lead of `a`"},
                                     {"repeated_target", 7, 8, "`b` asks the same as `a`"}}));
}

// ---- entities and ranges ---------------------------------------------------------------------

TEST(PlanChecks, as_many_entities_as_declared) {
  const std::string lines =
      "level 市\nlevel 县 in 市 count 3\nunit 张\ninput 床位 张 stock at 县\ntarget a : 床位 >= 1 "
      "张\n";
  EXPECT_EQ(found("entity_count_differs", lines + "entities 县 { \"甲\", \"乙\" }\n"),
            (Findings{{"entity_count_differs", 3, 7, "the plan names 2 of 县 and declares 3"}}));
  EXPECT_EQ(found("entity_count_differs", lines + "entities 县 { \"甲\", \"乙\", \"丙\" }\n"),
            Findings{});
  EXPECT_EQ(found("entity_count_differs", lines), Findings{});
}

TEST(PlanChecks, counts_that_contradict_one_another) {
  EXPECT_EQ(found("counts_contradict",
                  "level 市\nlevel 村 in 市 count 24\nunit 个, 张\ninput 床位 张 stock at 村\n"
                  "given count(村) = 25 个\ntarget a : 床位 >= 1 张\n"),
            (Findings{{"counts_contradict", 6, 7, "24 of 村 are declared, 25 are given"}}));
  const std::string of_part =
      "level 市\nlevel 县 in 市\nlevel 村 in 县 count 24\nunit 个, 张\n"
      "input 床位 张 stock at 村\ntarget a : 床位 >= 1 张\n";
  EXPECT_EQ(found("counts_contradict", of_part + "given count(村) = 25 个 at \"甲县\"\n"),
            (Findings{{"counts_contradict", 8, 7, "24 of 村 are declared, 25 are given"}}));
  EXPECT_EQ(found("counts_contradict", of_part + "given count(村) = 23 个 at \"甲县\"\n"),
            Findings{});
  EXPECT_EQ(found("counts_contradict", of_part + "given count(村) = 24 个 at \"甲县\"\n"),
            Findings{});
}

TEST(PlanChecks, a_path_with_more_parts_than_there_are_levels) {
  const Findings all = found("path_too_long",
                             "level 市\nlevel 县 in 市\nunit 张\ninput 床位 张 stock at 县\n"
                             "table 任务 张 by 县 { \"宁夏/银川市/区里/兴庆区\": 1 张 }\n"
                             "target a : 床位 >= 任务 at each 县\n");
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].line, 6u);
}

TEST(PlanChecks, values_that_are_stale_before_the_next_report) {
  const std::string rest = "target a : 床位 >= 1 张\n";
  EXPECT_EQ(found("fresh_shorter_than_period",
                  "level 市\nunit 张\ninput 床位 张 stock each quarter at 市 fresh 2 月\n" + rest),
            (Findings{{"fresh_shorter_than_period", 4, 7,
                       "`床位` is stale after 2 months and is reported each quarter"}}));
  EXPECT_EQ(found("fresh_shorter_than_period",
                  "level 市\nunit 张\ninput 床位 张 stock each quarter at 市 fresh 3 月\n" + rest),
            Findings{});
}

TEST(PlanChecks, levers_and_scenarios_beyond_the_range_of_their_input) {
  const std::string lines =
      "level 市\nunit 张\ninput 床位 张 stock at 市 range 0..300 张\ntarget a : 床位 >= 1 张\n";
  EXPECT_EQ(found("outside_input_range", lines + "lever 床位 at 市 range 100..400 张\n"),
            (Findings{{"outside_input_range", 6, 7,
                       "100 张 to 400 张 lies outside the range of `床位`, 0 张 to 300 张"}}));
  EXPECT_EQ(found("outside_input_range", lines + "lever 床位 at 市 range 100..300 张\n"),
            Findings{});
  EXPECT_EQ(found("outside_input_range", lines + "scenario s { 床位 = 301 张 at 市 }\n"),
            (Findings{{"outside_input_range", 6, 14,
                       "301 张 lies outside the range of `床位`, 0 张 to 300 张"}}));
}

TEST(PlanChecks, speak_chinese) {
  const text::Diagnostics all = checked(beds + "target a : 床位 >= 0 张 by 2023-12-15\n");
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(text::message(all.list()[0], text::Language::chinese),
            "`床位` 总是不低于 0 张,因此无论填报什么,`床位 >= 0 张` 都成立");
  EXPECT_EQ(text::message(all.list()[1], text::Language::chinese),
            "2023-12-15 不在月末,而 `床位` 每月填报一次");
}

}  // namespace
}  // namespace dabiao::check
