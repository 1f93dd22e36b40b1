#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "dabiao/data/read_tables.hpp"
#include "dabiao/engine/evaluator.hpp"
#include "dabiao/ir/lower.hpp"
#include "dabiao/model/resolve.hpp"
#include "dabiao/syntax/parse.hpp"
#include "dabiao/text/render.hpp"

namespace dabiao::engine {
namespace {

/// "yes", "no", or why it is not known.
std::string outcome(const std::string& condition, const std::string& x, const std::string& y) {
  const auto source = std::make_shared<const text::Source>("plan.biao",
                                                           "plan limits\n"
                                                           "input x number constant\n"
                                                           "input y number constant\n"
                                                           "target t : " +
                                                               condition + "\n");
  syntax::Parsed parsed = syntax::parse(source);
  text::Diagnostics diagnostics = std::move(parsed.diagnostics);
  model::Resolved resolved =
      model::resolve(source, std::make_shared<const syntax::Ast>(std::move(parsed.ast)));
  diagnostics.append(resolved.diagnostics);
  const auto plan = resolved.plan;
  const ir::Lowered lowered = ir::lower(plan);
  diagnostics.append(lowered.diagnostics);
  if (diagnostics.has_errors()) return text::render_all(diagnostics, text::Language::english);

  const data::Table table = data::Table::from_rows({"x", "y"}, {{x, y}});
  const Checked<data::Cube> cube = data::read_tables(plan, {{"data.csv", table, 2, {}}});
  if (!cube) return text::render_all(cube.diagnostics(), text::Language::english);
  Evaluator evaluator(*lowered.program, *cube, *calendar::Date::parse("2023-12-31"));
  Frame frame;
  frame.entities = {0};
  frame.spans = {{calendar::Span::everything(), std::nullopt, true}};
  const Cell& cell =
      evaluator.evaluate(lowered.program->targets[0].condition, evaluator.frames().intern(frame))
          .front();
  if (!cell.known()) return std::string(value::name(cell.reason));
  return cell.value.is_zero() ? "no" : "yes";
}

/// About 3,000 bits above and as many below; the other differs in the last digit.
std::string long_number(char last) {
  std::string text = "1.";
  for (int i = 0; i < 900; ++i) text += static_cast<char>('1' + (i * i * 7 + i) % 9);
  return text + last;
}

std::string of(const std::string& condition) {
  return outcome(condition, long_number('7'), long_number('3'));
}

TEST(ExactLimits, WithinThemTiesAreDecided) {
  EXPECT_EQ(of("x ^ 10 >= x ^ 9 * x"), "yes");
  EXPECT_EQ(of("x ^ 10 > x ^ 9 * x"), "no");
}

TEST(ExactLimits, BeyondThemTiesAreNotGuessed) {
  for (const char* sign : {">=", ">", "<=", "<", "=", "!="}) {
    EXPECT_EQ(of(std::string("x ^ 12 ") + sign + " x ^ 11 * x"), "exact_limit") << sign;
    EXPECT_EQ(of(std::string("x ^ 6 * y ^ 6 ") + sign + " (x * y) ^ 6"), "exact_limit") << sign;
  }
  EXPECT_EQ(of("x ^ -12 <= 1 / x ^ 12"), "exact_limit");
}

TEST(ExactLimits, BeyondThemWhatIsClearIsDecided) {
  EXPECT_EQ(of("x ^ 12 >= 1"), "yes");
  EXPECT_EQ(of("x ^ 12 < 1"), "no");
  // They differ in the 900th digit.
  EXPECT_EQ(of("x ^ 12 > y ^ 12"), "yes");
  EXPECT_EQ(of("x ^ -12 > y ^ -12"), "no");
  EXPECT_EQ(of("(0 - x) ^ 13 < (0 - y) ^ 13"), "yes");
  EXPECT_EQ(of("round(x ^ 12 - x ^ 11 * x, 1) >= 1"), "no");
}

TEST(ExactLimits, WhatDecidesWithoutThemDecides) {
  const std::string tie = "x ^ 12 >= x ^ 11 * x";
  EXPECT_EQ(of(tie + " or y >= 1"), "yes");
  EXPECT_EQ(of(tie + " and y < 1"), "no");
  EXPECT_EQ(of(tie + " and y >= 1"), "exact_limit");
  EXPECT_EQ(of("(if y >= 1 then 1 else x ^ 12) = 1"), "yes");
  EXPECT_EQ(of("known(x ^ 12)"), "yes");
}

TEST(ExactLimits, TowersCostNothing) {
  std::string tower = "x";
  for (int i = 0; i < 40; ++i) tower = "(" + tower + " ^ 1000)";
  EXPECT_EQ(outcome(tower + " >= 2", "2.5", "1"), "yes");
  EXPECT_EQ(outcome(tower + " >= 2", "0.4", "1"), "no");
  EXPECT_EQ(outcome(tower + " = 1", "1", "1"), "yes");
  EXPECT_EQ(outcome(tower + " = 0", "0", "1"), "yes");
  EXPECT_EQ(outcome(tower + " >= " + tower + " * y", "2.5", "1"), "exact_limit");
}

}  // namespace
}  // namespace dabiao::engine
