#include "dabiao/ir/lower.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "typed_text.hpp"

namespace dabiao::ir {
namespace {

using testing::TypedText;
using Problems = std::vector<std::string>;

// Line 1 is the plan, lines 2 to 5 what every case may use; the case itself stands in line 6.
const std::string head =
    "plan p \"plan\" window 2023-01-01..2023-12-31\n"
    "level 市 level 县 in 市 level 镇 in 县 level 院 in 县 unit 张, 人, 分\n"
    "stages 进度 = 未 < 开工 < 建成 stages 等级 = 未评 < 一级\n"
    "input 床 张 stock at 镇 input 老人 人 stock at 县 input 走访 人 flow at 镇 input 有 yesno "
    "stock at 镇"
    " input 到期 date constant at 镇 input 期 进度 stock at 镇 input 级 等级 stock at 镇"
    " input 率 % stock at 市 input 院床 张 stock at 院 input 款 元 flow at 镇\n"
    "table 任务 张 by 镇 { other: 5 } group 组 of 镇 = { \"A\" } target 旧 : 床 >= 1 张 by "
    "2023-12-31\n";

struct Case {
  const char* text;
  Problems expected;
};

void check(const std::vector<Case>& cases) {
  for (const Case& each : cases) {
    SCOPED_TRACE(each.text);
    EXPECT_EQ(TypedText(head + each.text).problems(), each.expected);
  }
}

TEST(Types, OperandsMustMeet) {
  check({
      {"target t : 床 + 老人 >= 1 张", {"unit_mismatch 6:16"}},
      {"target t : 床 >= 5 人", {"unit_mismatch 6:17"}},
      {"target t : 床 >= 5", {"unit_not_written 6:17"}},
      {"target t : 5 <= 床", {"unit_not_written 6:12"}},
      {"target t : 床 >= 5 张 + 3", {"unit_not_written 6:23"}},
      {"target t : 床 >= 5 万元", {"unit_mismatch 6:17"}},
      {"target t : 床 = 1..2 张", {}},
      {"target t : 床 = 1 张..2 人", {"unit_mismatch 6:21"}},
      {"target t : 款 >= 5 万元", {}},
      {"target t : 有 >= 5 张", {"type_mismatch 6:12"}},
      {"target t : 到期 >= 5 张", {"type_mismatch 6:18"}},
      {"target t : 到期 + 床 >= 2023-01-01", {"type_mismatch 6:12"}},
      {"target t : 到期 + 3 日 >= 2023-01-01", {}},
      {"target t : 到期 + 3 月 >= 2023-01-01", {}},
      {"target t : 到期 * 2 >= 1", {"type_mismatch 6:12"}},
      {"target t : 期 >= 一级", {"type_mismatch 6:17"}},
      {"target t : 期 >= 级", {"type_mismatch 6:17"}},
      {"target t : 期 >= 建成", {}},
      {"target t : 床", {"type_mismatch 6:12"}},
      {"target t : 床 and 有", {"type_mismatch 6:12"}},
      {"target t : not 床", {"type_mismatch 6:16"}},
      {"target t : (if 床 then 1 else 2) >= 1", {"type_mismatch 6:16"}},
      {"target t : (if 有 then 1 张 else 2 人) >= 1 张", {"unit_mismatch 6:32"}},
      {"target t : (if 有 then 1 张 else 有) >= 1 张", {"type_mismatch 6:32"}},
      {"target t : min(有, 有)", {"type_mismatch 6:16"}},
      {"target t : min(床, 老人[县]) >= 1 张 at each 镇", {"unit_mismatch 6:19"}},
      {"target t : year(床) >= 2023", {"type_mismatch 6:17"}},
      {"target t : workday(床, 3) >= 2023-01-01", {"type_mismatch 6:20"}},
      {"target t : workday(到期, 3 张) >= 2023-01-01", {"type_mismatch 6:24"}},
      {"target t : workdays(到期, 床) >= 3", {"type_mismatch 6:25"}},
      {"target t : add_months(到期, 3 日) >= 2023-01-01", {"type_mismatch 6:27"}},
      {"target t : sum(镇: 有) >= 1", {"type_mismatch 6:19"}},
      {"target t : any(镇: 床)", {"type_mismatch 6:19"}},
      {"target t : share(镇: 床) >= 1%", {"type_mismatch 6:21"}},
      {"target t : max(镇: 有)", {"type_mismatch 6:19"}},
      {"target t : average(镇: 到期) >= 2023-01-01", {"type_mismatch 6:23"}},
      {"target t : sum(镇: 床 where 床) >= 1 张", {"type_mismatch 6:27"}},
      {"target t : rank(有 among 镇) = 1 at each 镇", {"type_mismatch 6:17"}},
      {"target t : 有 at each 镇 where 床", {"type_mismatch 6:30"}},
      {"target t : 床 >= 1 张 by 床", {"type_mismatch 6:24"}},
  });
}

TEST(Types, OfIndicatorsFiguresAndMilestones) {
  check({
      {"indicator i 人 = 床", {"unit_mismatch 6:17"}},
      {"indicator i 张/人 = 床 / 老人", {}},
      {"indicator i 张 = 5", {"unit_not_written 6:17"}},
      {"indicator i yesno = 床", {"type_mismatch 6:21"}},
      {"indicator i 进度 = 级", {"type_mismatch 6:18"}},
      {"stated 床 = 5", {"unit_not_written 6:12"}},
      {"stated 床 = 5 人", {"type_mismatch 6:12"}},
      {"target t : 床 >= 9 张 by 2023-12-31 milestones 2023-06: 5", {"unit_not_written 6:55"}},
      {"target t : 床 >= 9 张 by 2023-12-31 milestones 2023-06: 5 人", {"type_mismatch 6:55"}},
      {"target t : 有 by 2023-12-31 milestones 2023-06: 5 张",
       {"milestone_without_threshold 6:39"}},
  });
}

TEST(Units, MultiplyDivideAndRound) {
  check({
      {"indicator i = 床 ^ 2.5", {"power_not_whole 6:19"}},
      {"indicator i = 2 ^ 床", {"power_not_whole 6:19"}},
      {"target t : round(款) >= 1 元", {"rounding_step_not_written 6:18"}},
      {"target t : round(款, 1 元) >= 1 元", {}},
      {"target t : round(床) >= 1 张", {}},
      {"target t : round(床, 10 人) >= 1 张", {"unit_mismatch 6:21"}},
      {"target t : round(率, 1) >= 1%", {}},
      {"target t : 30 日 >= 1 月", {"unit_mismatch 6:20"}},
      {"target t : 14 日 >= 2 周 and 24 小时 >= 1 日 and 60 分钟 >= 1 小时", {}},
      {"target t : 12 月 >= 1 年 and 3 月 >= 1 季", {}},
      {"target t : 5 年 >= 5 周", {"unit_mismatch 6:19"}},
      {"target t : count(镇) >= 5", {}},
      {"target t : count(镇) >= 5 张", {"unit_mismatch 6:24"}},
      {"target t : 9 ^ 9 ^ 9 ^ 9 >= 5", {"power_not_whole 6:20"}},
      {"target t : 率 - 率[start] >= 5%", {"share_difference_in_percent 6:28"}},
      {"target t : 率 - 率[start] >= 5 百分点", {}},
      {"indicator i = (款 ^ 100) ^ 100", {"unit_power_too_high 6:16"}},
  });
}

TEST(Names, ThatAreNoValues) {
  check({
      {"target t : min(镇, 床) >= 1 张", {"not_a_value 6:16"}},
      {"target t : max(床, 组) >= 1 张", {"not_a_value 6:19"}},
      {"target t : min(month, 床) >= 1 张", {"not_a_value 6:16"}},
      {"target t : met(1)", {"target_expected 6:12"}},
      {"target t : met(旧[市])", {"target_expected 6:12"}},
      {"target t : attained(旧) >= 1", {}},
      {"target t : met(旧)", {}},
  });
}

TEST(Calls, OfWhatThereIs) {
  check({
      {"target t : flor(床) >= 1 张", {"unknown_function 6:12"}},
      {"target t : abs(床, 床) >= 1 张", {"argument_count 6:12"}},
      {"target t : clamp(床, 床) >= 1 张", {"argument_count 6:12"}},
      {"target t : mean(镇: 床) >= 1 张", {"unknown_function 6:12"}},
      {"target t : sum(床) >= 1 张", {"aggregate_over_unknown 6:12"}},
      {"target t : sum(1) >= 1", {"aggregate_over_unknown 6:12"}},
      {"target t : sum(镇) >= 1 张", {"aggregate_without_argument 6:12"}},
      {"target t : share(组) >= 1%", {"aggregate_without_argument 6:12"}},
      {"target t : sum(month: 床) >= 1 张 in 2023", {"sum_of_stock_over_periods 6:23"}},
  });
}

TEST(Levels, ReadOnlyWhatIsThere) {
  check({
      {"target t : 老人 >= 1 人 at each 镇", {"reading_upward 6:12"}},
      {"target t : 老人[县] >= 1 人 at each 镇", {}},
      {"target t : 院床 >= 1 张 at each 镇", {"reading_sideways 6:12"}},
      {"target t : 任务 >= 1 张 at each 县", {"reading_sideways 6:12"}},
      {"target t : sum(市: 率) >= 1 at each 县", {"aggregate_not_lower 6:12"}},
      {"target t : sum(县: 老人) >= 1 人 at each 镇", {"aggregate_not_lower 6:12"}},
      {"target t : sum(县: 老人) >= 1 人 at each 县", {"aggregate_not_lower 6:12"}},
      {"target t : sum(镇: sum(县: 老人)) >= 1 人", {"aggregate_not_lower 6:19"}},
      {"target t : sum(县: sum(镇: 床)) >= 1 张", {}},
      {"target t : 床[镇] >= 1 张 at each 县", {"bracket_not_above 6:12"}},
      {"target t : sum(县: 院床 + 床) >= 1 张", {}},
      {"indicator i 张 = 院床 + 任务", {"no_common_level 6:11"}},
      {"target t : met(旧) at each 镇", {"reading_upward 6:12"}},
      {"target t : met(旧)[市] at each 镇", {}},
      {"target u : 床 >= 1 张 at each 镇 target t : met(u)", {"reading_sideways 6:42"}},
      {"target t : 床 >= 1 张 at each 镇 where 老人 > 5 人", {"reading_upward 6:37"}},
  });
}

TEST(Levels, AReferenceUpwardShowsTheFix) {
  const auto fix = [](const std::string& text) {
    const TypedText typed(head + text);
    EXPECT_EQ(typed.lowered.diagnostics.size(), 1u);
    return typed.lowered.diagnostics.list().front().suggestion;
  };
  EXPECT_EQ(fix("target t : 老人 >= 1 人 at each 镇"), "老人[县]");
  EXPECT_EQ(fix("target t : met(旧) at each 镇"), "met(旧)[市]");
  EXPECT_EQ(fix("target t : 床 >= 5"), "5 张");
  EXPECT_EQ(fix("target t : met(旧[市]) at each 镇"), "met(旧)[市]");
  EXPECT_EQ(TypedText(head + "target t : 率 >= 5").problems(), Problems{});  // 500 %: no dimension
  EXPECT_EQ(fix("target t : 率 - 率[start] >= 5%"), "5 百分点");
  EXPECT_EQ(fix("target t : flor(床) >= 1 张"), "floor");
}

TEST(Periods, GoFiner) {
  check({
      {"target t : min(quarter: 走访) >= 1 人 each month", {"aggregate_not_finer 6:12"}},
      {"target t : min(month: 走访) >= 1 人 each month", {"aggregate_not_finer 6:12"}},
      {"target t : min(month: 走访) >= 1 人 each quarter", {}},
      {"target t : sum(month: sum(quarter: 走访)) >= 1 人 in 2023", {"aggregate_not_finer 6:12"}},
      {"target t : min(quarter: min(month: 走访)) >= 1 人 in 2023", {}},
  });
}

TEST(Windows, AreNeededForStartAndEnd) {
  const std::string plan = "plan p \"plan\"\nlevel 市 unit 张 input 床 张 stock at 市\n";
  EXPECT_EQ(TypedText(plan + "target t : 床 - 床[start] >= 1 张").problems(),
            Problems{"no_window 3:18"});
  EXPECT_EQ(TypedText(plan + "target t : 床 - 床[end] >= 1 张").problems(),
            Problems{"no_window 3:18"});
}

TEST(Sizes, AreRefusedBeforeAnyData) {
  EXPECT_EQ(TypedText(head + "target t : 床 >= 9 ^ 999 ^ 3 张").problems().size(), 1u);
  EXPECT_EQ(TypedText(head + "indicator i = (9 ^ 999) ^ 999").problems(),
            Problems{"exact_value_too_long 6:15"});
  std::string many = "plan p \"plan\"\nlevel l0";
  for (int i = 1; i < 65; ++i) {
    many += "\nlevel l" + std::to_string(i) + " in l" + std::to_string(i - 1);
  }
  EXPECT_EQ(TypedText(many).problems(), Problems{"too_many_levels 66:7"});
}

TEST(Nodes, AreFoldedAndShared) {
  const TypedText typed(head +
                        "indicator i 张 = 床 + 2 张 * 3 indicator j 张 = 床 + 6 张\n"
                        "target t : i >= 1 张 target u : j >= 1 张");
  EXPECT_EQ(typed.problems(), Problems{});
  const Program& program = *typed.lowered.program;
  // 2 张 * 3 is 6 张: both formulas are one node.
  EXPECT_EQ(program.at(program.indicators[0]).arguments,
            program.at(program.indicators[1]).arguments);
  for (NodeId id = 0; id < program.nodes.size(); ++id) {
    for (const NodeId argument : program.at(id).arguments) EXPECT_LT(argument, id);
  }
}

TEST(Targets, AreTakenApart) {
  const TypedText typed(head + "target t : not (床 < 5 张 or 10 张 <= 床) and 有");
  EXPECT_EQ(typed.problems(), Problems{});
  const Target& target = typed.lowered.program->targets[1];
  ASSERT_EQ(target.comparisons.size(), 3u);
  EXPECT_EQ(target.comparisons[0].comparator, Comparator::at_least);
  EXPECT_EQ(target.comparisons[1].comparator, Comparator::less_than);  // the measured side first
  EXPECT_EQ(target.comparisons[2].comparator, Comparator::holds);
  EXPECT_EQ(target.clauses.back().kind, Clause::Kind::all);
}

}  // namespace
}  // namespace dabiao::ir
