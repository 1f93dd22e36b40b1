#include "dabiao/graph/dependency_graph.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "dabiao/model/resolve.hpp"
#include "dabiao/syntax/parse.hpp"
#include "dabiao/text/render.hpp"

namespace dabiao::graph {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

model::Plan plan_of(const std::string& lines) {
  const auto source =
      std::make_shared<text::Source>("plan.biao", "plan p \"plan\" window 2023\n" + lines);
  syntax::Parsed parsed = syntax::parse(source);
  EXPECT_TRUE(parsed.diagnostics.empty())
      << text::render_all(parsed.diagnostics, text::Language::english);
  model::Resolved resolved =
      model::resolve(source, std::make_shared<syntax::Ast>(std::move(parsed.ast)));
  EXPECT_FALSE(resolved.diagnostics.has_errors())
      << text::render_all(resolved.diagnostics, text::Language::english);
  return *resolved.plan;
}

/// "a->b@3:5": a needs b, which it names at line 3, column 5.
std::string shown(const model::Plan& plan, const Edge& edge) {
  const text::Position at = plan.source->position(edge.place.begin);
  return named(plan, edge.from).name + "->" + named(plan, edge.to).name + "@" +
         std::to_string(at.line) + ":" + std::to_string(at.column);
}

std::vector<std::string> shown(const model::Plan& plan, const std::vector<Edge>& edges) {
  std::vector<std::string> result;
  for (const Edge& edge : edges) result.push_back(shown(plan, edge));
  return result;
}

std::vector<std::string> names(const model::Plan& plan, const std::vector<Node>& nodes) {
  std::vector<std::string> result;
  for (const Node node : nodes) result.push_back(named(plan, node).name);
  return result;
}

Node node(const model::Plan& plan, const std::string& name) {
  const model::Symbol symbol = plan.find(name);
  switch (symbol.kind) {
    case model::Symbol::Kind::input:
      return {Node::Kind::input, symbol.index};
    case model::Symbol::Kind::table:
      return {Node::Kind::table, symbol.index};
    case model::Symbol::Kind::indicator:
      return {Node::Kind::indicator, symbol.index};
    default:
      return {Node::Kind::target, symbol.index};
  }
}

const char* const beds =
    "level 市\nlevel 区 in 市\nunit 张\n"
    "input 床位 张 stock at 区\n"
    "input 护理床位 张 stock at 区\n"
    "input 多余 张 stock at 区\n"
    "table 任务 张 by 区 {\"东\": 3}\n"
    "indicator 占比 % = 护理床位 / 床位\n"
    "indicator 未用 张 = 床位 + 床位\n"
    "target 占比60 : 占比 >= 60%\n"
    "target 完成 : 床位 >= 任务 or met(占比60)[市] at each 区 where 护理床位 > 0 张\n"
    "target 分项 : 床位 >= 1 张 allocates 完成\n";

TEST(DependencyGraph, edges_carry_the_place_of_the_name) {
  const model::Plan plan = plan_of(beds);
  const DependencyGraph graph = build(plan);
  EXPECT_EQ(graph.node_count(), 9U);
  EXPECT_THAT(shown(plan, graph.edges()),
              ElementsAre("占比->护理床位@9:18", "占比->床位@9:25", "未用->床位@10:18",
                          "占比60->占比@11:15", "完成->床位@12:13", "完成->任务@12:19",
                          "完成->占比60@12:29", "完成->护理床位@12:54", "分项->床位@13:13",
                          "分项->完成@13:33"));
  EXPECT_EQ(graph.edge_count(), 10U);
  EXPECT_EQ(graph.needs_of(node(plan, "分项")).back().kind, Edge::Kind::allocates);
  EXPECT_THAT(shown(plan, graph.users_of(node(plan, "占比"))), ElementsAre("占比60->占比@11:15"));
}

TEST(DependencyGraph, order_puts_first_what_is_needed) {
  const model::Plan plan = plan_of(
      "unit 张\ninput 床位 张 stock\nindicator c 张 = b + a\nindicator b 张 = a\n"
      "indicator a 张 = 床位\ntarget w : met(v)\ntarget v : c > 3 张\n");
  const DependencyGraph graph = build(plan);
  EXPECT_THAT(names(plan, graph.order()), ElementsAre("a", "b", "c", "v", "w"));
  EXPECT_THAT(graph.cycles(), IsEmpty());
  EXPECT_TRUE(cycle_diagnostics(graph, plan).empty());
}

TEST(DependencyGraph, unused_things) {
  const model::Plan plan = plan_of(
      std::string(beds) +
      "input 权重 张 stock at 区\ninput 率 % stock at 区 over parts average weighted by 权重\n"
      "indicator 自述用 张 = 床位\nstated 自述用 = 3 张\ntable 闲表 张 by 区 {\"东\": 3}\n"
      "group 甲组 of 区 = {\"东\"}\ngroup 乙组 of 区 = {\"东\"}\ngroup 丙组 of 区 = {\"东\"}\n"
      "group 丁组 of 区 = {\"东\"}\ntarget 组 : 率 > 1% at each 甲组\n"
      "indicator 组和 张 = sum(乙组: 床位)\nlever 床位 at 丙组\n");
  const DependencyGraph graph = build(plan);
  const auto name_of = [](const auto& things, const auto& indices) {
    std::vector<std::string> result;
    for (const auto index : indices) result.push_back(things[index].name);
    return result;
  };
  EXPECT_THAT(name_of(plan.inputs, graph.unused().inputs), ElementsAre("多余"));
  EXPECT_THAT(name_of(plan.indicators, graph.unused().indicators), ElementsAre("未用", "组和"));
  EXPECT_THAT(name_of(plan.tables, graph.unused().tables), ElementsAre("闲表"));
  EXPECT_THAT(name_of(plan.groups, graph.unused().groups), ElementsAre("丁组"));
}

TEST(DependencyGraph, what_an_input_affects_and_a_target_needs) {
  const model::Plan plan = plan_of(beds);
  const DependencyGraph graph = build(plan);
  EXPECT_THAT(names(plan, graph.affected_by(1)), ElementsAre("占比", "占比60", "完成"));
  EXPECT_THAT(names(plan, graph.affected_by(2)), IsEmpty());
  EXPECT_THAT(names(plan, graph.needed_for(1)),
              ElementsAre("床位", "护理床位", "任务", "占比", "占比60"));
  // What a target allocates is not computed from, nor the other way about.
  EXPECT_THAT(names(plan, graph.needed_for(2)), ElementsAre("床位"));
  EXPECT_THAT(names(plan, graph.needed_for(std::vector<model::TargetId>{0, 2})),
              ElementsAre("床位", "护理床位", "占比", "占比60", "分项"));
}

TEST(DependencyGraph, weights_affect_what_they_weight) {
  const model::Plan plan = plan_of(
      "level 市\nlevel 区 in 市\nunit 户\ninput 户数 户 stock at 区\n"
      "input 率 % stock at 区 over parts average weighted by 户数\ntarget a : 率 > 1%\n");
  const DependencyGraph graph = build(plan);
  EXPECT_THAT(names(plan, graph.affected_by(0)), ElementsAre("a"));
  EXPECT_THAT(names(plan, graph.needed_for(0)), ElementsAre("户数", "率"));
}

TEST(DependencyGraph, dates_and_milestones_and_clauses_are_needed_too) {
  const model::Plan plan = plan_of(
      "unit 张\ninput 开工 date\ninput 床位 张 stock\ninput 公办 yesno\nindicator 一半 张 = 床位 / "
      "2\n"
      "clause \"一\" by 开工 at each 全域 where 公办\n"
      "target a : 床位 > 3 张 milestones 2023-Q3: 一半\ntarget b : 床位 > 4 张\n");
  const DependencyGraph graph = build(plan);
  EXPECT_THAT(names(plan, graph.needed_for(0)), ElementsAre("开工", "床位", "公办", "一半"));
  EXPECT_THAT(names(plan, graph.needed_for(1)), ElementsAre("开工", "床位", "公办"));
}

// ---- cycles ----------------------------------------------------------------------------------

TEST(Cycles, walk_through_the_text) {
  const model::Plan plan = plan_of(
      "unit 张\nindicator 甲 张 = 1 张 + 丙\nindicator 乙 张 = 甲\nindicator 丙 张 = 2 张 * 乙\n"
      "indicator 丁 张 = 丙\n");
  const DependencyGraph graph = build(plan);
  ASSERT_THAT(graph.cycles(), SizeIs(1));
  EXPECT_THAT(shown(plan, graph.cycles()[0].steps),
              ElementsAre("甲->丙@3:23", "丙->乙@5:23", "乙->甲@4:17"));

  const text::Diagnostics diagnostics = cycle_diagnostics(graph, plan);
  ASSERT_EQ(diagnostics.size(), 1U);
  const text::Diagnostic& diagnostic = diagnostics.list().front();
  EXPECT_EQ(diagnostic.kind->name, "dependency_cycle");
  EXPECT_EQ(plan.source->position(diagnostic.place->begin), (text::Position{3, 23}));
  EXPECT_EQ(text::message(diagnostic, text::Language::english),
            "`甲` depends on itself: 甲 → 丙 → 乙 → 甲");
  ASSERT_THAT(diagnostic.labels, SizeIs(3));
  EXPECT_EQ(diagnostic.labels[1].message, "`丙` needs `乙` here");
  EXPECT_EQ(plan.source->position(diagnostic.labels[1].place.begin), (text::Position{5, 23}));
  // What only leads into the cycle, like 丁, still has its place in the order.
  EXPECT_THAT(graph.order(), SizeIs(4));
  EXPECT_EQ(graph.order().back(), node(plan, "丁"));
}

TEST(Cycles, are_short) {
  // Two ways back to 甲: through 乙 alone, and through 丙 and 丁.
  const model::Plan plan = plan_of(
      "unit 张\nindicator 甲 张 = 丙 + 乙\nindicator 乙 张 = 甲\nindicator 丙 张 = 丁\n"
      "indicator 丁 张 = 甲\n");
  const DependencyGraph graph = build(plan);
  ASSERT_THAT(graph.cycles(), SizeIs(1));
  EXPECT_THAT(shown(plan, graph.cycles()[0].steps), ElementsAre("甲->乙@3:21", "乙->甲@4:17"));
}

TEST(Cycles, of_one) {
  const model::Plan plan =
      plan_of("unit 张\nindicator 甲 张 = 甲[previous] + 1 张\ntarget 乙 : met(乙)[全域]\n");
  const DependencyGraph graph = build(plan);
  ASSERT_THAT(graph.cycles(), SizeIs(2));
  EXPECT_THAT(shown(plan, graph.cycles()[0].steps), ElementsAre("甲->甲@3:17"));
  EXPECT_THAT(shown(plan, graph.cycles()[1].steps), ElementsAre("乙->乙@4:16"));
}

TEST(Cycles, each_set_has_its_own_and_targets_take_part) {
  const model::Plan plan = plan_of(
      "unit 张, 分\ninput 床位 张 stock\n"
      "indicator 得分 分 = 60 分 * attained(达标)\ntarget 达标 : 得分 >= 50 分\n"
      "indicator 甲 张 = 乙\nindicator 乙 张 = 甲\ntarget 正常 : 床位 > 3 张\n");
  const DependencyGraph graph = build(plan);
  ASSERT_THAT(graph.cycles(), SizeIs(2));
  EXPECT_THAT(shown(plan, graph.cycles()[0].steps),
              ElementsAre("得分->达标@4:34", "达标->得分@5:13"));
  EXPECT_THAT(shown(plan, graph.cycles()[1].steps), ElementsAre("甲->乙@6:17", "乙->甲@7:17"));
}

TEST(Cycles, are_not_made_by_allocating) {
  const model::Plan plan = plan_of(
      "unit 张\ninput 床位 张 stock\ntarget 甲 : met(乙)\n"
      "target 乙 : 床位 > 3 张 allocates 甲\n"
      "target 丙 : 床位 > 3 张 allocates 丁\ntarget 丁 : 床位 > 3 张 allocates 丙\n");
  EXPECT_THAT(build(plan).cycles(), IsEmpty());
}

TEST(Cycles, of_weights) {
  const model::Plan plan = plan_of(
      "unit 户\ninput a 户 stock over parts average weighted by b\n"
      "input b 户 stock over parts average weighted by a\n");
  const DependencyGraph graph = build(plan);
  ASSERT_THAT(graph.cycles(), SizeIs(1));
  EXPECT_EQ(cycle_diagnostics(graph, plan).list().front().labels[0].message,
            "`a` is weighted by `b` here");
}

// ---- size ------------------------------------------------------------------------------------

/// Indicators 0 … count-1, each of which names the one before it, without the text of a plan.
model::Plan chain(std::uint32_t count, bool closed) {
  model::Plan plan;
  auto ast = std::make_shared<syntax::Ast>();
  plan.source = std::make_shared<text::Source>("plan.biao", std::string(count, ' '));
  for (std::uint32_t i = 0; i < count; ++i) {
    model::Indicator indicator;
    indicator.name = "i" + std::to_string(i);
    indicator.place = {i, i + 1};
    indicator.formula = i;
    plan.indicators.push_back(std::move(indicator));
    syntax::Expression name;
    name.kind = syntax::ExpressionKind::name;
    name.place = {i, i + 1};
    ast->expressions.push_back(std::move(name));
    const std::uint32_t before = i == 0 ? count - 1 : i - 1;
    const bool ends = i == 0 && !closed;
    plan.resolution.push_back(ends ? model::Symbol{}
                                   : model::Symbol{model::Symbol::Kind::indicator, before, 0});
  }
  plan.ast = ast;
  return plan;
}

TEST(Size, a_hundred_thousand_indicators_in_a_chain) {
  constexpr std::uint32_t count = 100'000;
  const DependencyGraph graph = build(chain(count, false));
  ASSERT_THAT(graph.order(), SizeIs(count));
  for (std::uint32_t i = 0; i < count; ++i) ASSERT_EQ(graph.order()[i].index, i);
  EXPECT_THAT(graph.cycles(), IsEmpty());
}

TEST(Size, a_cycle_of_a_hundred_thousand) {
  constexpr std::uint32_t count = 100'000;
  const model::Plan plan = chain(count, true);
  const DependencyGraph graph = build(plan);
  ASSERT_THAT(graph.cycles(), SizeIs(1));
  EXPECT_THAT(graph.cycles()[0].steps, SizeIs(count));
  // Nobody reads a hundred thousand labels.
  EXPECT_LE(cycle_diagnostics(graph, plan).list().front().labels.size(), 20U);
}

TEST(Size, a_sum_of_many_terms_makes_one_edge) {
  std::string formula = "床位";
  for (int i = 0; i < 5'000; ++i) formula += " + 床位";
  const model::Plan plan =
      plan_of("unit 张\ninput 床位 张 stock\nindicator 甲 张 = " + formula + "\n");
  EXPECT_EQ(build(plan).edge_count(), 1U);
}

TEST(DependencyGraph, of_nothing) {
  const DependencyGraph graph;
  EXPECT_EQ(graph.node_count(), 0U);
  EXPECT_THAT(graph.order(), IsEmpty());
}

TEST(DependencyGraph, of_a_plan_with_unknown_names) {
  const auto source = std::make_shared<text::Source>(
      "plan.biao", "plan p\nunit 张\nindicator 甲 张 = 无此名 + 乙\nindicator 乙 张 = 3 张\n");
  syntax::Parsed parsed = syntax::parse(source);
  const model::Resolved resolved =
      model::resolve(source, std::make_shared<syntax::Ast>(std::move(parsed.ast)));
  const DependencyGraph graph = build(*resolved.plan);
  EXPECT_THAT(shown(*resolved.plan, graph.edges()), ElementsAre("甲->乙@3:23"));
}

// ---- the order of indicators -------------------------------------------------------------------

TEST(InOrder, is_that_of_the_graph) {
  const std::string inputs = "unit 张\ninput 甲 张 stock\ninput 乙 张 stock\n";
  const std::string a = "indicator a 张 = 甲 + 乙\n";
  const std::string b = "indicator b 张 = a + 甲\n";
  const std::string c = "indicator c = if met(t) then b / 甲 else 1\n";
  const std::string t = "target t : a >= 1 张\n";
  for (const std::string& lines :
       {a + b, b + a, a + b + t + c, c + b + t + a, t + b + c + a, a + t + c + b, t + a + b,
        "table k 张 by quarter { 2023-Q1: 1 张 }\nindicator d 张 = k\n" + b + a}) {
    const model::Plan plan = plan_of(inputs + lines);
    std::vector<model::IndicatorId> expected;
    const DependencyGraph graph = build(plan);
    for (const Node& node : graph.order()) {
      if (node.kind == Node::Kind::indicator) expected.push_back(node.index);
    }
    const Ordered ordered = in_order(plan);
    EXPECT_EQ(ordered.indicators, expected) << lines;
    EXPECT_TRUE(ordered.cycles.empty()) << lines;
  }
}

TEST(InOrder, reports_cycles) {
  const model::Plan plan = plan_of(
      "unit 张\ninput 床位 张 stock\nindicator a 张 = b\nindicator b 张 = a + 床位\nindicator c 张 "
      "= "
      "c\n");
  EXPECT_EQ(in_order(plan).cycles.size(), build(plan).cycles().size());
  EXPECT_EQ(in_order(plan).cycles.size(), 2U);
}

}  // namespace
}  // namespace dabiao::graph
