#include "dabiao/graph/drawing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "dabiao/model/resolve.hpp"
#include "dabiao/syntax/parse.hpp"
#include "dabiao/text/render.hpp"

namespace dabiao::graph {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

model::Plan plan_of(const std::string& text) {
  const auto source = std::make_shared<text::Source>("plan.biao", text);
  syntax::Parsed parsed = syntax::parse(source);
  EXPECT_TRUE(parsed.diagnostics.empty())
      << text::render_all(parsed.diagnostics, text::Language::english);
  return *model::resolve(source, std::make_shared<syntax::Ast>(std::move(parsed.ast))).plan;
}

const char* const beds = R"biao(plan p "养老服务"
level 市
level 机构 "养老机构" in 市
unit 张
input 床位 "机构养老床位" 张 stock at 机构
input 护理床位 张 stock at 机构
input 建成 yesno
table 任务 张 by 机构 {"甲": 3}
indicator 占比 "护理型床位占比" % = 护理床位 / 床位
clause "二(一)" "提升床位"
target 占比60 "护理占比达到六成" : 占比 >= 60%
target 任务完成 : 床位 >= 任务 at each 机构 allocates 占比60
target 完工 : 建成
)biao";

const DrawnNode& node_named(const Drawing& drawing, const std::string& name) {
  for (const DrawnNode& node : drawing.nodes) {
    if (node.name == name) return node;
  }
  throw std::out_of_range(name);
}

/// "床位->占比" for every arrow.
std::vector<std::string> arrows(const Drawing& drawing) {
  std::vector<std::string> result;
  for (const DrawnEdge& edge : drawing.edges) {
    result.push_back(drawing.nodes[edge.from].name + "->" + drawing.nodes[edge.to].name);
  }
  return result;
}

TEST(Drawing, nodes_and_arrows) {
  const model::Plan plan = plan_of(beds);
  const Drawing drawing = draw(build(plan), plan);
  EXPECT_EQ(drawing.title, "养老服务");
  ASSERT_THAT(drawing.nodes, SizeIs(8));
  const DrawnNode& input = node_named(drawing, "床位");
  EXPECT_EQ(input.id, "input_0");
  EXPECT_EQ(input.label, "机构养老床位");
  EXPECT_EQ(input.type, "张");
  EXPECT_EQ(input.group, "养老机构");
  EXPECT_EQ(node_named(drawing, "建成").type, "是否");
  EXPECT_EQ(node_named(drawing, "占比60").group, "二(一) 提升床位");
  EXPECT_EQ(node_named(drawing, "占比60").type, "");
  EXPECT_THAT(arrows(drawing), ::testing::UnorderedElementsAre(
                                   "护理床位->占比", "床位->占比", "占比->占比60", "床位->任务完成",
                                   "任务->任务完成", "建成->完工", "任务完成->占比60"));
}

TEST(Drawing, of_some_targets_shows_what_they_need) {
  const model::Plan plan = plan_of(beds);
  const Drawing drawing = draw(build(plan), plan, std::vector<model::TargetId>{0});
  EXPECT_THAT(drawing.nodes, SizeIs(4));
  EXPECT_THAT(arrows(drawing),
              ::testing::UnorderedElementsAre("护理床位->占比", "床位->占比", "占比->占比60"));
}

TEST(Drawing, cycles_stand_out) {
  const model::Plan plan = plan_of(
      "plan p\nunit 张\nindicator 甲 张 = 乙\nindicator 乙 张 = 甲\nindicator 丙 张 = 甲\n");
  const Drawing drawing = draw(build(plan), plan);
  EXPECT_TRUE(node_named(drawing, "甲").in_cycle);
  EXPECT_TRUE(node_named(drawing, "乙").in_cycle);
  EXPECT_FALSE(node_named(drawing, "丙").in_cycle);
  EXPECT_THAT(to_dot(drawing), HasSubstr("indicator_0 -> indicator_1 [color=\"#c0392b\""));
  EXPECT_THAT(to_mermaid(drawing), HasSubstr("linkStyle"));
}

TEST(Dot, has_labels_units_and_frames) {
  const model::Plan plan = plan_of(beds);
  const std::string dot = to_dot(draw(build(plan), plan));
  EXPECT_THAT(
      dot,
      AllOf(StartsWith("digraph plan {"), HasSubstr("rankdir=LR"), HasSubstr("Noto Sans CJK SC"),
            HasSubstr("input_0 [label=\"机构养老床位\\n床位 · 张\""),
            HasSubstr("label=\"二(一) 提升床位\""), HasSubstr("input_0 -> indicator_0;"),
            HasSubstr("target_1 -> target_0 [style=dashed")));
}

TEST(Mermaid, has_labels_units_and_frames) {
  const model::Plan plan = plan_of(beds);
  const std::string mermaid = to_mermaid(draw(build(plan), plan));
  EXPECT_THAT(mermaid,
              AllOf(StartsWith("flowchart LR\n"),
                    HasSubstr("input_0[\"机构养老床位<br/>床位 · 张\"]:::input\n"),
                    HasSubstr("subgraph frame_"), HasSubstr("  input_0 --> indicator_0\n"),
                    HasSubstr("  target_1 -.-> target_0\n"), HasSubstr("classDef target ")));
}

TEST(Drawing, hostile_labels_stay_labels) {
  Drawing drawing;
  drawing.title = "\"]; evil [label=\"";
  DrawnNode node;
  node.id = "input_0";
  node.name = "a\\";
  node.label = "<b>&lt;\"];\n x -> y %%{init: {}}%% `c` \\N #35; | } end\x01";
  node.group = "\"]\nend";
  drawing.nodes.push_back(node);

  const std::string dot = to_dot(drawing);
  // Outside its quotes the text has nothing of the labels.
  std::string outside;
  bool inside = false;
  for (std::size_t i = 0; i < dot.size(); ++i) {
    if (inside && dot[i] == '\\') {
      ++i;
    } else if (dot[i] == '"') {
      inside = !inside;
    } else if (!inside) {
      outside += dot[i];
    }
  }
  EXPECT_FALSE(inside);
  EXPECT_THAT(outside, AllOf(Not(HasSubstr("evil")), Not(HasSubstr("x -> y"))));
  EXPECT_THAT(dot, AllOf(HasSubstr("&amp;lt;"), HasSubstr("\\\\N"), Not(HasSubstr("\x01")),
                         HasSubstr("tooltip=\"a\\\\\"")));

  const std::string mermaid = to_mermaid(drawing);
  EXPECT_THAT(mermaid, AllOf(Not(HasSubstr("%%")), Not(HasSubstr("`")), Not(HasSubstr("<b>")),
                             HasSubstr("#60;b#62;#38;lt#59;#34;#93;#59;")));
  // Each line is one that the drawing itself writes.
  EXPECT_THAT(mermaid, Not(HasSubstr("\n x")));
  EXPECT_EQ(std::count(mermaid.begin(), mermaid.end(), '"'), 4);
}

TEST(Drawing, long_labels_are_wrapped) {
  Drawing drawing;
  DrawnNode node;
  node.id = "target_0";
  node.node.kind = Node::Kind::target;
  node.name = node.label = "一二三四五六七八九十一二三四五六七八九十";
  drawing.nodes.push_back(node);
  EXPECT_THAT(to_dot(drawing), HasSubstr("label=\"一二三四五六七八九十一二三\\n四五六七八九十\""));
}

}  // namespace
}  // namespace dabiao::graph
