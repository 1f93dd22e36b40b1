#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "reading.hpp"

// Plans with random damage: whatever stands there, it is read without harm, and every diagnostic
// points into the text.
namespace dabiao::syntax {
namespace {

constexpr std::string_view sample = R"biao(# a plan
plan p "l" source "a" window 2024-03-05..2024-12-31   # comment
level 市 level 县区 "x" in 市 count 3
unit 张, 人 "people", 箱 = 12 张
stages 进度 = 未启动<开工<建成
input 床位 "l" 张 stock each month at 县区 missing is 0 fresh 3 月 range 0..5000 张 over parts sum
input `目标` 是否 flow at 县区 缺报视为 否
indicator r "l" 张/千人 = if 床位 > 5 张 then 床位 / (人 + 1) else 0 张/千人 complete at least 90%
target t "l" : (r >= 36 张/千人 or `目标`) and not met(u)[市] each quarter in 2024-Q2.. by end - 3 天
  at each 县区 where 床位[start] > 0 张 lead "a", each 县区 cite "二": "x" "y" tag "z" allocates u
  milestones 2024-Q3: 40 张, 2024-Q4: 50 张
目标 u : 床位 = 1至2张 截至2024-12-31，申请日 + 20 天 按每个 县区 其中 是
目标 v : rank(床位 among 县区) 不超过3 每月25日前 标注“力争” 依据「x」
table w 进度 by 县区, quarter { "a" { 2024-Q1: 开工, 2024-Q2: 建成 }, "b", 2024-Q1: 未启动, other: 未启动 }
group g of 县区 = {"a"} entities 县区 in "银川" = {"a" opened 2024-01-01, "b"}
given 床位 = 5 张, count(县区) = 3 at "a" in 2023-08 cite "x" stated sum(县区: 床位 where 是) = 9 张
noted "x", "一": "y" because "z"
clause "二" "t" lead "x" each month by day 5 holidays 2024 { off 2024-10-01..2024-10-07 work 2024-09-29 }
lever 床位 at each 县区 range 0..500 张 step 1 张 cost 2 万元/(人·月)
scenario s "l" { 床位 = 5 张 at "a" in 2024, 床位 += 3 张 at 县区, 床位 *= 1.1 }
)biao";

/// A small generator whose numbers are the same everywhere.
class Numbers {
 public:
  explicit Numbers(std::uint64_t seed) : state_(seed * 2 + 1) {}
  std::size_t below(std::size_t limit) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::size_t>(state_ >> 33) % limit;
  }

 private:
  std::uint64_t state_;
};

std::string damaged(Numbers& numbers) {
  static const std::vector<std::string_view> pieces = {
      "(",          ")",      "[",       "]",      "{",
      "}",          "\"",     "`",       ":",      "=",
      "..",         "#",      ",",       "%",      "/",
      "-",          "not ",   "if ",     " by ",   " in ",
      " at ",       " each ", "目标",    "不低于", "每月",
      "2024-13-01", "1e99",   "\xff",    "\n",     "。",
      "“",          "”",      "target ", "table ", " where ",
      " 张",        "^",      "level",   "\xe5",   "or ",
      "and ",       "unit ",  "2024年",  "…",      std::string_view("\0", 1)};
  std::string text(sample);
  const std::size_t changes = 1 + numbers.below(8);
  for (std::size_t i = 0; i < changes; ++i) {
    const std::size_t at = numbers.below(text.size() + 1);
    switch (numbers.below(5)) {
      case 0:
        text.erase(at, 1 + numbers.below(6));
        break;
      case 1:
        text.insert(at, pieces[numbers.below(pieces.size())]);
        break;
      case 2:
        text.resize(at);
        break;
      case 3: {
        const std::string part = text.substr(at, numbers.below(40));
        text.insert(numbers.below(text.size() + 1), part);
        break;
      }
      default:
        if (at < text.size()) text[at] = static_cast<char>(numbers.below(256));
    }
    if (text.empty()) text = " ";
  }
  return text;
}

void expect_sound(const Parsed& parsed, const std::string& text) {
  for (const text::Diagnostic& each : parsed.diagnostics) {
    ASSERT_TRUE(each.place.has_value());
    ASSERT_LE(each.place->begin, each.place->end) << text;
    ASSERT_LE(each.place->end, text.size()) << each.kind->name << "\n" << text;
    ASSERT_FALSE(text::message(each, text::Language::english).empty());
    ASSERT_EQ(text::message(each, text::Language::chinese).find("N5boost"), std::string::npos);
  }
  for (ExpressionId id = 0; id < parsed.ast.expressions.size(); ++id) {
    const Expression& expression = parsed.ast.at(id);
    ASSERT_LE(expression.place.end, text.size()) << text;
    for (const ExpressionId child : expression.arguments) ASSERT_LT(child, id) << text;
    if (expression.filter != no_expression) {
      ASSERT_LT(expression.filter, id) << text;
    }
  }
  for (const Statement& statement : parsed.ast.statements) {
    ASSERT_LE(statement.place.end, text.size());
  }
}

TEST(Mutations, are_read_without_harm) {
  for (std::uint64_t seed = 0; seed < 5000; ++seed) {
    Numbers numbers(seed);
    const std::string text = damaged(numbers);
    const Parsed parsed = read(text);
    expect_sound(parsed, text);
    const std::string printed = print(parsed.ast);
    // What was read without mistakes is printed so that it reads the same.
    if (parsed.diagnostics.empty()) {
      const Parsed again = read(printed);
      ASSERT_EQ(mistakes(again.diagnostics), "") << text << "\n" << printed;
      ASSERT_EQ(print(again.ast), printed) << text;
    }
  }
}

TEST(Mutations, every_beginning_of_a_plan_is_read_without_harm) {
  for (std::size_t length = 0; length <= sample.size(); ++length) {
    const std::string text(sample.substr(0, length));
    expect_sound(read(text), text);
  }
}

}  // namespace
}  // namespace dabiao::syntax
