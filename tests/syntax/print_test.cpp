#include "dabiao/syntax/print.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <iterator>
#include <string>

#include "dabiao/syntax/operators.hpp"
#include "reading.hpp"

namespace dabiao::syntax {
namespace {

TEST(Print, only_the_parentheses_that_are_needed) {
  for (const auto& [text, printed] : {std::pair("((a))", "a"),
                                      {"(a * b) + c", "a * b + c"},
                                      {"a * (b + c)", "a * (b + c)"},
                                      {"a - (b - c)", "a - (b - c)"},
                                      {"(a - b) - c", "a - b - c"},
                                      {"a / (b * c)", "a / (b * c)"},
                                      {"(a ^ b) ^ c", "(a ^ b) ^ c"},
                                      {"a ^ (b ^ c)", "a ^ b ^ c"},
                                      {"(-a) ^ b", "(-a) ^ b"},
                                      {"-(a ^ b)", "-a ^ b"},
                                      {"-(-a)", "-(-a)"},
                                      {"-(a + b)", "-(a + b)"},
                                      {"a ^ -b", "a ^ (-b)"},
                                      {"not (a and b)", "not (a and b)"},
                                      {"not (a > b)", "not a > b"},
                                      {"(not a) = b", "(not a) = b"},
                                      {"(a and b) or c", "(a and b) or c"},
                                      {"a and (b or c)", "a and (b or c)"},
                                      {"a and (b and c)", "a and (b and c)"},
                                      {"(a < b) = c", "(a < b) = c"},
                                      {"(a + b)[start]", "(a + b)[start]"},
                                      {"(if a then b else c) + d", "(if a then b else c) + d"},
                                      {"if (if a then b else c) then d else (if e then f else g)",
                                       "if (if a then b else c) then d else if e then f else g"},
                                      {"f((a), (b + c))", "f(a, b + c)"},
                                      {"(a) = (1)..(2)", "a = 1..2"},
                                      {"5 张/(m)", "5 张 / m"}}) {
    if (std::string(text) == "5 张/(m)") continue;
    EXPECT_EQ(formula(text), printed);
    EXPECT_EQ(formula(printed), printed);
    EXPECT_EQ(calls(text), calls(printed));
  }
}

/// A formula with parentheses around everything.
std::string anything(std::uint64_t& state, int depth) {
  const auto below = [&](std::uint64_t limit) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (state >> 33) % limit;
  };
  const auto part = [&] { return "(" + anything(state, depth - 1) + ")"; };
  if (depth == 0) {
    constexpr const char* leaves[] = {"a",   "3",       "5 张",   "30 ㎡/张", "yes",
                                      "due", "2024-Q1", "`目标`", "60%"};
    return leaves[below(std::size(leaves))];
  }
  switch (below(12)) {
    case 0:
      return "if " + part() + " then " + part() + " else " + part();
    case 1:
      return "f(" + part() + ", " + part() + ")";
    case 2:
      return "sum(月: " + part() + " where " + part() + ")";
    case 3:
      return part() + "[start]";
    case 4:
      return part() + " = " + part() + ".." + part();
    case 5:
      return "rank(" + part() + " among b)";
    default:
      break;
  }
  const auto spellings = all_operator_spellings();
  const OperatorSpelling& spelling = spellings[below(spellings.size())];
  const std::string sign = " " + std::string(spelling.text) + " ";
  return spelling.row->fixity == Fixity::prefix ? sign + part() : part() + sign + part();
}

TEST(Print, any_formula_keeps_its_meaning) {
  std::uint64_t state = 7;
  for (int i = 0; i < 4000; ++i) {
    const std::string text = anything(state, i % 5);
    const std::string printed = formula(text);
    ASSERT_EQ(calls(printed), calls(text)) << text << "\n" << printed;
    ASSERT_EQ(formula(printed), printed) << text;
  }
}

TEST(Print, quantities) {
  EXPECT_EQ(formula("60  %"), "60%");
  EXPECT_EQ(formula("36张／千人"), "36 张/千人");
  EXPECT_EQ(formula("a/(30 ㎡/张)"), "a / (30 ㎡/张)");
  EXPECT_EQ(formula("a>=30 ㎡/张"), "a >= 30 ㎡/张");
  EXPECT_EQ(formula("200/天数"), "200 / 天数");
}

TEST(Print, names_and_quotes) {
  EXPECT_EQ(print_name("床位"), "床位");
  EXPECT_EQ(print_name("目标"), "`目标`");
  EXPECT_EQ(print_name("a b"), "`a b`");
  EXPECT_EQ(print_quoted("a"), "\"a\"");
  for (const char* text :
       {"a\"b", "a\\b", "a\\", "a\\\\b", "\\n", "a\nb", "“x”", "", "\\\"", "\\\n"}) {
    const std::string plan = "level x " + print_quoted(text);
    const Parsed parsed = read(plan);
    EXPECT_EQ(mistakes(parsed.diagnostics), "") << plan;
    EXPECT_EQ(std::get<LevelStatement>(parsed.ast.statements[0].body).label->text, text) << plan;
  }
}

TEST(Print, spans) {
  const auto span = [](const char* text) { return print_span(*calendar::Span::parse(text)); };
  EXPECT_EQ(span("2024"), "2024");
  EXPECT_EQ(span("2024-Q2"), "2024-Q2");
  EXPECT_EQ(span("2024-01..2024-06"), "2024-H1");
  EXPECT_EQ(span("2023..2024"), "2023..2024");
  EXPECT_EQ(span("2024-Q2..2024-Q4"), "2024-Q2..2024-Q4");
  EXPECT_EQ(span("2023-09-01..2023-12-31"), "2023-09..2023-12");
  EXPECT_EQ(span("2024-04.."), "2024-04..");
  EXPECT_EQ(span("..2024-06"), "..2024-06");
  EXPECT_EQ(span("2024-05-01..2024-05-05"), "2024-05-01..2024-05-05");
}

TEST(Print, comments_stay_at_their_statements) {
  const std::string plan =
      "# the beginning\n"
      "\n"
      "# before a\n"
      "level a  # behind a\n"
      "\n"
      "# before b\n"
      "\n"
      "level b in a\n"
      "# the end\n";
  EXPECT_EQ(canonical(plan) + "\n", plan);
}

TEST(Print, comments_stay_at_their_clauses_and_items) {
  const std::string plan =
      "target t : a\n"
      "  by 2024\n"
      "  # who answers\n"
      "  lead \"x\"\n"
      "  cite \"y\"  # the anchor\n"
      "table u by b {  # all of them\n"
      "  \"x\": 5,  # five\n"
      "  # six\n"
      "  \"y\": 6\n"
      "}\n";
  EXPECT_EQ(canonical(plan) + "\n", plan);
  EXPECT_EQ(canonical("target t : # one\n a cite \"x\" # two\n tag \"t\" # three"),
            "target t : a  # one\n  cite \"x\"  # two\n  tag \"t\"  # three");
  // Those inside a formula stand before the statement.
  EXPECT_EQ(canonical("indicator r = a\n # why\n + b"), "# why\nindicator r = a + b");
}

TEST(Print, breaks_what_is_too_long) {
  PrintOptions narrow;
  narrow.width = 30;
  EXPECT_EQ(canonical("target t : a >= 5 cite \"x\" tag \"t\"", narrow),
            "target t : a >= 5\n  cite \"x\"\n  tag \"t\"");
  EXPECT_EQ(canonical("group g of l = { \"aaaa\", \"bbbb\", \"cccc\", \"dddd\" }", narrow),
            "group g of l = {\n  \"aaaa\", \"bbbb\", \"cccc\",\n  \"dddd\"\n}");
  EXPECT_EQ(
      canonical("table w s by a, quarter { \"x\" { 2024-Q1: b, 2024-Q2: c }, \"y\", 2024-Q1: b }",
                narrow),
      "table w s by a, quarter {\n  \"x\" {\n    2024-Q1: b, 2024-Q2: c\n  },\n"
      "  \"y\", 2024-Q1: b\n}");
  // A list that is too long for one line goes on in the next.
  EXPECT_EQ(canonical("target t : a >= 5 cite \"aaaaaaaa\" \"二\": \"bbbbbbbb\" \"cccccccc\" "
                      "lead \"aaaaaaaaaaaa\", \"bbbbbbbb\"",
                      narrow),
            "target t : a >= 5\n  lead \"aaaaaaaaaaaa\",\n    \"bbbbbbbb\"\n"
            "  cite \"aaaaaaaa\"\n    \"二\": \"bbbbbbbb\"\n    \"cccccccc\"");
  EXPECT_EQ(canonical("noted \"aaaaaaaaaa\", \"bbbbbbbbbbbb\" \"c\" because \"d\"", narrow),
            "noted \"aaaaaaaaaa\"\n  \"bbbbbbbbbbbb\" \"c\"\n  because \"d\"");
  // Wide characters count twice.
  narrow.width = 21;
  EXPECT_EQ(canonical("level 县区 属于 市", narrow), "level 县区 in 市");
  EXPECT_EQ(canonical("level 县区县区县 属于 市", narrow), "level 县区县区县\n  in 市");
}

TEST(Print, in_one_language) {
  const std::string plan =
      "target t : a at least 5 and b > 1 each month by day 25 at each 县 lead each 县\n"
      "目标 u : a 不低于5 截至2024";
  PrintOptions options;
  options.width = 200;
  options.language = Language::simplified;
  EXPECT_EQ(canonical(plan, options),
            "目标 t : a 不少于 5 且 b > 1 每月25日前 按每个 县 牵头 每个 县\n目标 u : a 不少于 5 "
            "截至 2024");
  options.language = Language::english;
  EXPECT_EQ(canonical(plan, options),
            "target t : a at least 5 and b > 1 each month by day 25 at each 县 lead each 县\n"
            "target u : a at least 5 by 2024");
  EXPECT_EQ(canonical("已阅 \"甲\" 因为 \"乙\" 目标 u : a 长期", options),
            "noted \"甲\" because \"乙\"\ntarget u : a always");
  options.language = Language::traditional;
  EXPECT_EQ(canonical("noted \"x\" because \"y\" target u : a always", options),
            "已閱 \"x\" 因 \"y\"\n目標 u : a 長期");
  EXPECT_EQ(canonical("target t : if a then 1 else no milestones 2024: 5 lead \"x\"", options),
            "目標 t : 若 a 則 1 否則 否 牽頭 \"x\" 節點 2024: 5");
}

TEST(Print, what_is_printed_reads_the_same_and_prints_the_same) {
  const std::string plan = R"biao(
plan p "l" source "a" "b" window 2024-03-05..2024-12-31   # comment
level 市 level 县区 "x" in 市 count 3
unit 张, 人 "people", 箱 = 12 张
stages 进度 = 未启动<开工<建成
input 床位 "l" 张 stock each month at 县区 missing is 0 fresh 3 月 range 0..5000 张 over parts sum
# own line
input `目标` 是否 flow at 县区 缺报视为 否
indicator r "l" 张/千人 = if 床位 > 5 张 then 床位 / (人 + 1) else 0 张/千人 complete at least 90%
target t "l" : (r >= 36 张/千人 or `目标`) and not met(u)[市] each quarter in 2024-Q2.. by end - 3 天
  at each 县区 where 床位[start] > 0 张 lead "a", each 县区 cite "二": "x" "y" tag "z" allocates u
  milestones 2024-Q3: 40 张, 2024-Q4: 50 张
目标 u : 床位 = 1至2张 截至 2024-12-31, 申请日 + 20 天 按每个 县区 其中 是
table w 进度 by 县区, quarter { "a" { 2024-Q1: 开工, 2024-Q2: 建成 }, "b", 2024-Q1: 未启动, other: 未启动 }
group g of 县区 = {"a"} entities 县区 in "银川" = {"a" opened 2024-01-01, "b"}
given 床位 = 5 张, count(县区) = 3 at "a" in 2023-08 cite "x" stated sum(县区: 床位) = 9 张
noted "x", "二": "y" "z" because "why" 已阅 "甲" 因 "乙" target v : 是 always lead "a" 目标 o : 是 长期
clause "二" "t" lead "x" each month by day 5 holidays 2024 { off 2024-10-01..2024-10-07 work 2024-09-29 }
lever 床位 at each 县区 range 0..500 张 step 1 张 cost 2 万元/张
scenario s "l" { 床位 = 5 张 at "a" in 2024, 床位 += 3 张 at 县区, 床位 *= 1.1 }
)biao";
  const std::string once = canonical(plan) + "\n";
  EXPECT_EQ(canonical(once) + "\n", once);
  EXPECT_GT(once.size(), plan.size() / 2);
  for (const Language language : {Language::english, Language::simplified, Language::traditional}) {
    PrintOptions options;
    options.language = language;
    const std::string translated = canonical(plan, options) + "\n";
    EXPECT_EQ(canonical(translated) + "\n", translated);
    // Back in the first language it is the same again, but for comments' places and spellings.
    PrintOptions english;
    english.language = Language::english;
    EXPECT_EQ(canonical(translated, english), canonical(plan, english));
  }
}

TEST(Print, parts_for_display) {
  const Parsed parsed =
      read("target t : a each month in 2024 by day 25 at each 县 where b > 1 lead each 县, 甲");
  const auto& duties = std::get<TargetStatement>(parsed.ast.statements[0].body).duties;
  EXPECT_EQ(print(parsed.ast, *duties.when), "each month in 2024 by day 25");
  EXPECT_EQ(print(parsed.ast, *duties.when, Language::simplified), "每月25日前 在 2024");
  EXPECT_EQ(print(parsed.ast, *duties.where), "at each 县 where b > 1");
  EXPECT_EQ(print((*duties.lead)[0]), "each 县");
  EXPECT_EQ(print((*duties.lead)[0], Language::simplified), "每个 县");
  EXPECT_EQ(print((*duties.lead)[1]), "\"甲\"");
}

}  // namespace
}  // namespace dabiao::syntax
