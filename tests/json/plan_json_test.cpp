#include "dabiao/json/plan_json.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "dabiao/graph/drawing.hpp"
#include "dabiao/ir/lower.hpp"
#include "dabiao/json/graph_json.hpp"
#include "dabiao/model/resolve.hpp"
#include "dabiao/syntax/parse.hpp"
#include "dabiao/syntax/print.hpp"
#include "dabiao/text/render.hpp"

namespace dabiao::json {
namespace {

using nlohmann::json;

struct Read {
  std::shared_ptr<const syntax::Ast> ast;
  std::shared_ptr<const model::Plan> plan;
  ir::Program program;
};

Read read(const std::string& text) {
  const auto source = std::make_shared<const text::Source>("plan.biao", text);
  syntax::Parsed parsed = syntax::parse(source);
  text::Diagnostics diagnostics = parsed.diagnostics;
  Read result;
  result.ast = std::make_shared<const syntax::Ast>(std::move(parsed.ast));
  model::Resolved resolved = model::resolve(source, result.ast);
  diagnostics.append(resolved.diagnostics);
  result.plan = resolved.plan;
  ir::Lowered lowered = ir::lower(result.plan);
  diagnostics.append(lowered.diagnostics);
  result.program = *lowered.program;
  EXPECT_FALSE(diagnostics.has_errors()) << text::render_all(diagnostics, text::Language::english);
  return result;
}

json document(const std::string& text) {
  const Read it = read(text);
  return json::parse(plan_json(*it.plan, it.program));
}

/// The plan in its canonical form after a way through JSON.
std::string through_json(const std::string& text) {
  const Read it = read(text);
  const Checked<std::string> again = plan_text(plan_json(*it.plan, it.program));
  EXPECT_TRUE(again) << text::render_all(again.diagnostics(), text::Language::english);
  return again ? *again : std::string();
}

void expect_lossless(const std::string& text) {
  EXPECT_EQ(through_json(text), syntax::print(*read(text).ast));
}

TEST(PlanJson, NumbersAreTheDecimalsThatWereWritten) {
  const json target =
      document("plan 例 input 占比 % stock  target 甲 : 占比 >= 57.66%")["targets"][0];
  const json threshold = target["comparisons"][0]["threshold"];
  EXPECT_EQ(threshold["value"], "57.66");
  EXPECT_EQ(threshold["unit"], "%");
  EXPECT_EQ(threshold["text"], "57.66%");
  EXPECT_EQ(target["comparisons"][0]["operator"], ">=");
  EXPECT_EQ(target["comparisons"][0]["measured"], "占比");
}

TEST(PlanJson, ThresholdsOnTheLeftAreThresholds) {
  const json comparison =
      document("plan 例 input 床位 张 stock unit 张 target 甲 : 700 张 <= 床位")["targets"][0]
                                                                                ["comparisons"][0];
  EXPECT_EQ(comparison["operator"], ">=");
  EXPECT_EQ(comparison["measured"], "床位");
  EXPECT_EQ(comparison["threshold"]["text"], "700 张");
}

TEST(PlanJson, ThresholdsThatAreNoNumbers) {
  const json targets = document(
      "plan 例 stages 进度 = 未开工 < 开工 < 建成\n"
      "input 现状 进度 stock\ninput 报送 date\ninput 成立 yesno\n"
      "target 甲 : 现状 >= 开工\ntarget 乙 : 报送 <= 2023-12-31\ntarget 丙 : 成立\n")["targets"];
  EXPECT_EQ(targets[0]["comparisons"][0]["threshold"]["value"], "开工");
  EXPECT_EQ(targets[1]["comparisons"][0]["threshold"]["value"], "2023-12-31");
  EXPECT_EQ(targets[2]["comparisons"][0]["operator"], "holds");
  EXPECT_TRUE(targets[2]["comparisons"][0]["threshold"].is_null());
}

TEST(PlanJson, TargetsTakeOverFromTheirClause) {
  const json targets = document(
      "plan 例 input 床位 stock\nclause \"一\" lead \"民政局\" by 2023-12-31\n"
      "target 甲 : 床位 >= 1 cite \"一张\"\n"
      "target 乙 : 床位 >= 2 lead \"财政局\"\n"
      "clause \"二\"\ntarget 丙 : 床位 >= 3\n")["targets"];
  EXPECT_EQ(targets[0]["lead"], json::array({"民政局"}));
  EXPECT_EQ(targets[0]["when"]["dates"], json::array({"2023-12-31"}));
  EXPECT_EQ(targets[0]["cite"][0]["clause"], "一");
  EXPECT_TRUE(targets[0]["stated"].empty());
  EXPECT_EQ(targets[1]["lead"], json::array({"财政局"}));
  EXPECT_EQ(targets[1]["stated"], json::array({"lead"}));
  EXPECT_TRUE(targets[2]["lead"].empty());
  EXPECT_EQ(targets[2]["when"]["kind"], "standing");
}

TEST(PlanJson, SaysAgainWhatTheTargetSaysItself) {
  expect_lossless(
      "plan 例 input 床位 stock\nclause \"一\" lead \"民政局\"\n"
      "target 甲 : 床位 >= 1 lead \"民政局\" cite \"一\": \"一张\"\n");
}

TEST(PlanJson, KeepsAllSources) {
  const std::string text =
      "plan 例 source \"方案.txt\", \"附件.txt\" window 2025\ninput 床位 stock\n";
  EXPECT_EQ(document(text)["plan"]["sources"], json::array({"方案.txt", "附件.txt"}));
  expect_lossless(text);
}

TEST(PlanJson, KeepsWhatIsNoted) {
  const std::string text =
      "plan 例 input 床位 stock\nclause \"一\"\n"
      "noted \"三个阶段\", \"二\": \"两手抓\" because \"只说安排\"\n已阅 \"甲\" 因 \"乙\"\n"
      "target 甲 : 床位 >= 1\n";
  const json noted = document(text)["noted"];
  ASSERT_EQ(noted.size(), 2u);
  EXPECT_EQ(noted[0]["reason"], "只说安排");
  EXPECT_EQ(noted[0]["anchors"][0], (json{{"clause", "一"}, {"anchor", "三个阶段"}}));
  EXPECT_EQ(noted[0]["anchors"][1],
            (json{{"clause", "二"}, {"anchor", "两手抓"}, {"explicit", true}}));
  expect_lossless(text);
  const Checked<std::string> written = plan_text(
      R"({"noted": [{"anchors": ["三步", {"clause": "一", "anchor": "四步"}], "reason": "x"}]})");
  ASSERT_TRUE(written);
  EXPECT_EQ(*written, "noted \"三步\" \"一\": \"四步\" because \"x\"\n");
  EXPECT_FALSE(plan_text(R"({"noted": [{"anchors": ["三步"]}]})"));
}

TEST(PlanJson, KeepsDutiesThatStandAlways) {
  const std::string text =
      "plan 例 input 床位 stock\nclause \"一\" by 2023-12-31\n"
      "target 甲 : 床位 >= 1 always\ntarget 乙 : 床位 >= 2\n"
      "clause \"二\"\ntarget 丙 : 床位 >= 3 always\ntarget 丁 : 床位 >= 4\n"
      "clause \"三\" always\ntarget 戊 : 床位 >= 5\n";
  const json targets = document(text)["targets"];
  EXPECT_EQ(targets[0]["when"]["kind"], "standing");
  EXPECT_EQ(targets[0]["stated"], json::array({"when"}));
  EXPECT_EQ(targets[1]["when"]["kind"], "by");
  expect_lossless(text);
  const Checked<std::string> written = plan_text(R"({
    "clauses": [{"number": "一", "when": "by 2023-12-31"}],
    "targets": [{"name": "甲", "condition": "是", "clause": "一", "when": {"kind": "standing"}}]})");
  ASSERT_TRUE(written);
  EXPECT_EQ(*written, "clause \"一\" by 2023-12-31\ntarget 甲 : yes always\n");
}

TEST(PlanJson, KeepsClaimsThatCompare) {
  const std::string text =
      "plan 例 input 床位 stock\nstated (床位 > 500) = yes in 2025\n"
      "stated (not 床位 > 500) = no in 2025\nstated 床位 + 1 = 6 in 2025\n";
  EXPECT_EQ(document(text)["stated"][0]["figure"], "(床位 > 500)");
  expect_lossless(text);
}

TEST(PlanJson, KeepsCommentsWhereverTheyStand) {
  expect_lossless(
      "# 开头\n\n# 又一行\nplan 甲 # 行尾\n\n\nlevel 市 level 县 in 市\n"
      "input 床位 # 类型之前\n  stock at 县 # 层级之后\n"
      "# 之间\ntarget 乙 : # 条件之前\n  床位 >= 1\n  # 条款之前\n  lead \"局\" # 牵头之后\n\n"
      "group 组 of 县 = { # 括号之后\n  \"一\", # 一之后\n  # 二之前\n  \"二\" }\n# 结尾\n");
}

TEST(PlanJson, KeepsLanguagesAndEmptyLines) {
  expect_lossless(
      "計劃 甲 \"名\"\n\n层级 市\n数据 床位 存量\n\n\n指标 双倍 = 若 床位 超过 3 则 床位 否则 2\n"
      "target 乙 : 双倍 不低于 3\n");
}

TEST(PlanJson, KeepsNamesThatLookLikeKeywords) {
  expect_lossless(
      "plan 例 input `target` stock\ninput `2023年` stock\ninput `flow` flow\n"
      "target `plan` \"说 \\\"话\\\"\" : `target` >= `2023年` and `flow` >= 1\n");
}

TEST(PlanText, WritesWhatHasNoPosition) {
  const Checked<std::string> text = plan_text(R"({
    "targets": [
      {"name": "乙", "condition": "床位 >= 2", "clause": "二"},
      {"name": "甲", "condition": "床位 >= 1", "clause": "一"},
      {"name": "丙", "condition": "床位 >= 3"}],
    "clauses": [{"number": "一"}, {"number": "二"}],
    "inputs": [{"name": "床位", "kind": "stock"}]})");
  ASSERT_TRUE(text) << text::render_all(text.diagnostics(), text::Language::english);
  EXPECT_EQ(*text,
            "input 床位 stock\ntarget 丙 : 床位 >= 3\nclause \"一\"\ntarget 甲 : 床位 >= 1\n"
            "clause \"二\"\ntarget 乙 : 床位 >= 2\n");
}

TEST(PlanText, SaysWhichPartHasAnotherForm) {
  const Checked<std::string> text = plan_text(R"({"inputs": [{"name": 3}, {"label": "x"}]})");
  ASSERT_FALSE(text);
  std::string messages;
  for (const text::Diagnostic& each : text.diagnostics()) {
    EXPECT_EQ(each.kind->name, "json_form");
    messages += text::message(each, text::Language::english) + "\n";
  }
  EXPECT_NE(messages.find("`inputs[0].name` is a number, expected a text"), std::string::npos)
      << messages;
  EXPECT_NE(messages.find("`inputs[1].name` is absent"), std::string::npos) << messages;
}

TEST(PlanText, RefusesTextsThatHoldMoreThanTheirPart) {
  const Checked<std::string> text = plan_text(
      R"({"inputs": [{"name": "床位", "type": "张 stock input 他"}],
          "units": [{"units": [{"name": "张"}]}]})");
  ASSERT_FALSE(text);
}

TEST(PlanText, SaysWhereTheTextIsNotJson) {
  for (const char* wrong : {R"({"inputs": [1e999]})", R"(-1e999)"}) {
    const Checked<std::string> number = plan_text(wrong);
    ASSERT_FALSE(number);
    EXPECT_EQ(number.diagnostics().begin()->kind->name, "json_syntax") << wrong;
  }
  const Checked<std::string> text = plan_text("{\"inputs\": [");
  ASSERT_FALSE(text);
  EXPECT_EQ(text.diagnostics().begin()->kind->name, "json_syntax");
}

TEST(GraphJson, EdgesLeadFromWhatIsNeededAndSayWhere) {
  const Read it =
      read("plan 例 input 床位 stock\nindicator 双倍 = 床位 * 2\ntarget 甲 : 双倍 >= 3\n");
  const json graph =
      json::parse(graph_json(graph::draw(graph::build(*it.plan), *it.plan), *it.plan->source));
  ASSERT_EQ(graph["nodes"].size(), 3U);
  ASSERT_EQ(graph["edges"].size(), 2U);
  const json& edge = graph["edges"][0];
  EXPECT_EQ(edge["from"], graph["nodes"][0]["id"]);
  EXPECT_EQ(edge["to"], graph["nodes"][1]["id"]);
  EXPECT_EQ(edge["line"], 2);
  EXPECT_EQ(edge["column"], 16);
  EXPECT_EQ(edge["kind"], "needs");
}

}  // namespace
}  // namespace dabiao::json
