// Every example of every function, through the whole way from text to verdict.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dabiao/data/read_tables.hpp"
#include "dabiao/engine/evaluator.hpp"
#include "dabiao/function/function.hpp"
#include "dabiao/ir/lower.hpp"
#include "dabiao/model/resolve.hpp"
#include "dabiao/syntax/parse.hpp"
#include "dabiao/text/render.hpp"

namespace dabiao::engine {
namespace {

/// Whether an example comes out as it says, at a county of three towns with 10, 20 and 60 beds, of
/// which the first two have a station.
std::string outcome(const function::Example& example) {
  const std::string expression(example.expression);
  const std::string result(example.result);
  const std::string condition = result == "yes"  ? "(" + expression + ")"
                                : result == "no" ? "not (" + expression + ")"
                                                 : "(" + expression + ") = (" + result + ")";
  const auto source = std::make_shared<const text::Source>(
      "plan.biao",
      "plan p \"plan\" window 2023-01-01..2023-12-31 level 县 level 镇 in 县 unit 张"
      " input 床位 张 stock at 镇 input 有站 yesno stock at 镇 target t : " +
          condition);
  syntax::Parsed parsed = syntax::parse(source);
  text::Diagnostics diagnostics = parsed.diagnostics;
  model::Resolved resolved =
      model::resolve(source, std::make_shared<const syntax::Ast>(std::move(parsed.ast)));
  diagnostics.append(resolved.diagnostics);
  const auto plan = resolved.plan;
  const ir::Lowered lowered = ir::lower(plan);
  diagnostics.append(lowered.diagnostics);
  if (diagnostics.has_errors()) return text::render_all(diagnostics, text::Language::english);

  const data::Table towns =
      data::Table::from_rows({"镇", "period", "床位", "有站"}, {{"甲", "2023-06", "10", "是"},
                                                                {"乙", "2023-06", "20", "是"},
                                                                {"丙", "2023-06", "60", "否"}});
  const Checked<data::Cube> cube = data::read_tables(plan, {{"towns.csv", towns, 2, {}}});
  if (!cube) return text::render_all(cube.diagnostics(), text::Language::english);
  Evaluator evaluator(*lowered.program, *cube, *calendar::Date::parse("2023-12-31"));
  Frame frame;
  frame.entities = {0};
  frame.spans = {{*plan->window, std::nullopt, true}};
  const Cell& cell =
      evaluator.evaluate(lowered.program->targets[0].condition, evaluator.frames().intern(frame))
          .front();
  if (!cell.known()) return "missing: " + std::string(value::name(cell.reason));
  return cell.value.is_zero() ? "it is not" : "as it says";
}

void check(const function::Info& info, std::span<const function::Example> examples) {
  ASSERT_FALSE(examples.empty()) << info.name;
  for (const function::Example& example : examples) {
    EXPECT_EQ(outcome(example), "as it says") << example.expression << " = " << example.result;
  }
}

TEST(Examples, OfElementwiseFunctionsComeOut) {
  for (const function::Elementwise* function : function::all_elementwise()) {
    check(function->info, function->examples);
  }
}

TEST(Examples, OfAggregatesComeOut) {
  for (const function::Aggregate* aggregate : function::all_aggregates()) {
    check(aggregate->info, aggregate->examples);
  }
}

TEST(Examples, AWrongOneWouldBeSeen) {
  EXPECT_EQ(outcome({"1 + 1", "3"}), "it is not");
  EXPECT_EQ(outcome({"sum(镇: 床位)", "89 张"}), "it is not");
  EXPECT_EQ(outcome({"1 < 2", "no"}), "it is not");
  EXPECT_EQ(outcome({"min(镇: 床位 where 床位 > 100 张)", "0 张"}), "missing: no_parts");
}

}  // namespace
}  // namespace dabiao::engine
