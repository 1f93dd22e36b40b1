#include "dabiao/syntax/parse.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "dabiao/syntax/operators.hpp"
#include "dabiao/syntax/print.hpp"
#include "reading.hpp"

namespace dabiao::syntax {
namespace {

using testing::ElementsAre;

constexpr const char* yinchuan = R"biao(plan yinchuan_2023 "银川市养老服务体系建设攻坚行动方案"
  source "yinchuan-2023.txt"
  window 2023-09-01..2023-12-31

level 市
level 县区 "县(市)区" in 市 count 6
level 机构 "养老机构" in 县区
level 成员单位 in 市
unit 张, 人, 家, 户                      # counted things; 千人, 百户, 百张, 万元 come free

input 床位     "机构养老床位"  张 stock at 机构
input 护理床位 "护理型床位"    张 stock at 机构
input 老年人口                人 stock at 县区
input 报送日   date each month at 成员单位  missing is later

given 床位 = 9688 张, 护理床位 = 5586 张  at 市 in 2023-08  cite "9688张" "5586张"

indicator 千人床位 "每千名老人机构养老床位" 张/千人 = 床位 / 老年人口
indicator 护理占比 "护理型床位占比"        %      = 护理床位 / 床位
indicator 新增床位                       张      = 床位 - 床位[start]
stated 护理占比 = 57% in 2023-08  cite "占比57%"

clause "二(一)" lead "市民政局" responsible each 县区 by 2023-12-31
target 新增700 : 新增床位 >= 700 张       cite "不少于700张"
target 千人36  : 千人床位 >= 36 张/千人   cite "不少于36张"

clause "二(二)" lead "市民政局" responsible each 县区 by 2023-12-31
目标 护理占比60 : 护理占比 不低于60%  标注 "力争"  依据 "占比达到60%以上"

clause "三(三)" lead "市民政局"
target 月报 : 报送日 <= due  each month by day 25  at each 成员单位  cite "每月25日前"
)biao";

template <class Body>
const Body& body(const Parsed& parsed, std::size_t number = 0) {
  return std::get<Body>(parsed.ast.statements.at(number).body);
}

/// A statement with the tree in which its words live.
template <class Body>
struct Only : Body {
  Parsed parsed;
};

template <class Body>
Only<Body> only(std::string text) {
  Parsed parsed = read(std::move(text));
  EXPECT_EQ(mistakes(parsed.diagnostics), "");
  EXPECT_EQ(parsed.ast.statements.size(), 1u);
  return {std::get<Body>(parsed.ast.statements.at(0).body), std::move(parsed)};
}

std::vector<std::string> texts(const std::vector<Quoted>& list) {
  std::vector<std::string> found;
  for (const Quoted& each : list) found.push_back(each.text);
  return found;
}
std::vector<std::string> texts(const std::vector<Name>& list) {
  std::vector<std::string> found;
  for (const Name& each : list) found.push_back(each.text);
  return found;
}

TEST(Parse, reads_the_yinchuan_plan) {
  const Parsed parsed = read(yinchuan);
  EXPECT_EQ(mistakes(parsed.diagnostics), "");
  ASSERT_EQ(parsed.ast.statements.size(), 22u);
  const auto& plan = body<PlanStatement>(parsed);
  EXPECT_EQ(plan.name.text, "yinchuan_2023");
  EXPECT_EQ(plan.label->text, "银川市养老服务体系建设攻坚行动方案");
  EXPECT_THAT(texts(plan.sources), ElementsAre("yinchuan-2023.txt"));
  EXPECT_EQ(plan.window->to_string(), "2023-09-01..2023-12-31");
  const auto& reported = body<InputStatement>(parsed, 9);
  EXPECT_EQ(reported.head.name.text, "报送日");
  EXPECT_EQ(reported.head.type.text, "date");
  EXPECT_EQ(reported.each, calendar::Grain::month);
  EXPECT_EQ(reported.missing, InputStatement::Missing::later);
  const auto& share = body<TargetStatement>(parsed, 19);
  EXPECT_EQ(share.name.text, "护理占比60");
  EXPECT_EQ(calls(parsed.ast, share.condition), "greater_equal(护理占比, 60<%>)");
  EXPECT_THAT(texts(share.tags), ElementsAre("力争"));
  EXPECT_EQ(parsed.ast.statements[19].language, Language::simplified);
  const auto& monthly = body<TargetStatement>(parsed, 21);
  EXPECT_EQ(calls(parsed.ast, monthly.condition), "less_equal(报送日, due)");
  EXPECT_EQ(monthly.duties.when->kind, When::Kind::each);
  EXPECT_EQ(monthly.duties.when->by_day, 25);
  EXPECT_TRUE(monthly.duties.where->each);
  EXPECT_THAT(parsed.ast.comments, testing::SizeIs(1));
}

TEST(Parse, statements_need_no_order_no_lines_and_no_spaces_around_signs) {
  EXPECT_EQ(canonical("level 市 level 县区 in 市 unit 张 input 床位 张 stock at 县区"),
            "level 市\nlevel 县区 in 市\nunit 张\ninput 床位 张 stock at 县区");
  EXPECT_EQ(canonical("unit 张 target t:床位>=5张 cite\"a\"tag\"b\""),
            "unit 张\ntarget t : 床位 >= 5 张 cite \"a\" tag \"b\"");
}

// ---- every statement, with every clause, in English and in Chinese ------------------------------

TEST(Parse, plan) {
  const auto plan =
      only<PlanStatement>("plan p \"标题\" window 2024.. source \"a.txt\" \"b.txt\", \"c.txt\"");
  EXPECT_THAT(texts(plan.sources), ElementsAre("a.txt", "b.txt", "c.txt"));
  EXPECT_EQ(plan.window->to_string(), "2024-01-01..");
  EXPECT_EQ(canonical("计划 p 来源 “a” 期限 2024年"), "计划 p 来源 \"a\" 期限 2024");
  EXPECT_EQ(canonical("計劃 p 來源 「a」 期限 2024年3月至2024年5月"),
            "計劃 p 來源 \"a\" 期限 2024-03..2024-05");
}

TEST(Parse, level) {
  const auto level = only<LevelStatement>("level 县区 \"县(市)区\" count 6 in 市");
  EXPECT_EQ(level.parent.text, "市");
  EXPECT_EQ(level.count, 6);
  EXPECT_EQ(level.label->text, "县(市)区");
  EXPECT_EQ(canonical("层级 县区 属于 市 计数6"), "层级 县区 属于 市 计数 6");
  EXPECT_EQ(canonical("層級 縣區 屬於 市"), "層級 縣區 屬於 市");
  EXPECT_EQ(canonical("层级 县区 在 市"), "层级 县区 属于 市");
}

TEST(Parse, unit) {
  const Parsed parsed = read("unit 张 \"床位\", 人、箱 = 12 瓶, 瓶");
  EXPECT_EQ(mistakes(parsed.diagnostics), "");
  const auto& unit = body<UnitStatement>(parsed);
  ASSERT_EQ(unit.units.size(), 4u);
  EXPECT_EQ(unit.units[0].label->text, "床位");
  EXPECT_EQ(calls(parsed.ast, unit.units[2].multiple), "12<瓶>");
  EXPECT_EQ(canonical("单位 张，人"), "单位 张, 人");
}

TEST(Parse, stages) {
  const auto stages = only<StagesStatement>("stages 进度 \"p\" = 未启动 < 开工 < `建 成`");
  EXPECT_THAT(texts(stages.stages), ElementsAre("未启动", "开工", "建 成"));
  EXPECT_EQ(canonical("阶段 等级 = 未评 低于 一级"), "阶段 等级 = 未评 < 一级");
}

TEST(Parse, input) {
  const Parsed parsed = read(
      "unit 次, 户 level 村\n"
      "input 走访 \"l\" 次 over parts average weighted by 户数 over periods sum range 0..100 次\n"
      "  fresh 3 月 missing is 0 at 村, 户 each month flow");
  EXPECT_EQ(mistakes(parsed.diagnostics), "");
  const auto& input = body<InputStatement>(parsed, 2);
  EXPECT_EQ(input.head.type.text, "次");
  EXPECT_EQ(input.kind.text, "flow");
  EXPECT_EQ(input.each, calendar::Grain::month);
  EXPECT_THAT(texts(input.levels), ElementsAre("村", "户"));
  EXPECT_EQ(input.missing, InputStatement::Missing::zero);
  EXPECT_EQ(calls(parsed.ast, input.fresh), "3<月>");
  EXPECT_EQ(calls(parsed.ast, input.range->low), "0<次>");
  EXPECT_EQ(calls(parsed.ast, input.range->high), "100<次>");
  EXPECT_EQ(input.over_periods->method.text, "sum");
  EXPECT_EQ(input.over_parts->method.text, "average");
  EXPECT_EQ(input.over_parts->weight.text, "户数");

  EXPECT_EQ(canonical("数据 报送日 日期 每月 按 单元 缺报视为 未到"),
            "数据 报送日 日期 每月 按 单元 缺报视为 未到");
  EXPECT_EQ(canonical("单位 户 数据 x 是否 流量 按 村 缺报视为 否 有效期 2 年 期间汇总 最后 "
                      "下级汇总 平均 加权 户数 范围 0..1"),
            "单位 户\n数据 x 是否 流量 按 村 缺报视为 否 有效期 2 年 范围 0..1 期间汇总 最后 "
            "下级汇总 平均 加权 户数");
  EXPECT_EQ(canonical("數據 x 數值 存量 每季度 按 村 缺報視為 0"),
            "數據 x 數值 存量 每季度 按 村 缺報視為 0");
  EXPECT_EQ(canonical("input x number constant each half over parts none range 0 元.."),
            "input x number constant each half range 0 元.. over parts none");
  EXPECT_EQ(canonical("input x 进度 stock at 项目 range ..5"),
            "input x 进度 stock at 项目 range ..5");
}

TEST(Parse, every_grain_of_each) {
  for (const auto& [text, printed] : {std::pair("each year", "each year"),
                                      {"each half", "each half"},
                                      {"each quarter", "each quarter"},
                                      {"each month", "each month"},
                                      {"each day", "each day"},
                                      {"each 月", "each month"},
                                      {"每月", "each month"},
                                      {"每个月", "each month"},
                                      {"每季", "each quarter"},
                                      {"每季度", "each quarter"},
                                      {"每半年", "each half"},
                                      {"每年", "each year"},
                                      {"每日", "each day"},
                                      {"每天", "each day"},
                                      {"每 季度", "each quarter"}}) {
    EXPECT_EQ(canonical("input x number flow " + std::string(text)),
              "input x number flow " + std::string(printed));
    EXPECT_EQ(canonical("target t : x " + std::string(text)),
              "target t : x " + std::string(printed));
  }
}

TEST(Parse, indicator) {
  const Parsed parsed = read("indicator r \"l\" % = a / b complete at least 90%");
  EXPECT_EQ(mistakes(parsed.diagnostics), "");
  const auto& indicator = body<IndicatorStatement>(parsed);
  EXPECT_EQ(indicator.head.type.text, "%");
  EXPECT_EQ(calls(parsed.ast, indicator.formula), "divide(a, b)");
  EXPECT_EQ(calls(parsed.ast, indicator.complete), "90<%>");
  EXPECT_EQ(canonical("指标 r 万元/(人·月) = a 完整度不低于90%"), "1:19 missing_space\n");
  EXPECT_EQ(canonical("指标 r 万元/(人·月) = a 完整度 不低于90%"),
            "指标 r 万元/(人·月) = a 完整度 不少于 90%");
  EXPECT_EQ(canonical("indicator r = a complete >= 90%"), "indicator r = a complete at least 90%");
}

TEST(Parse, types_of_heads) {
  for (const char* type : {"张/千人", "%", "‰", "㎡/百户", "元/(人·月)", "m^2", "m²", "人·月",
                           "yesno", "date", "number", "进度", "(张)/人"}) {
    EXPECT_EQ(canonical("indicator r " + std::string(type) + " = a"),
              "indicator r " + std::string(type) + " = a");
  }
  EXPECT_EQ(only<IndicatorStatement>("indicator r 张／千人 = a").head.type.text, "张/千人");
  EXPECT_EQ(only<IndicatorStatement>("indicator r 是否 = a").head.type.text, "yesno");
}

TEST(Parse, target_takes_its_clauses_in_any_order) {
  const Parsed parsed = read(
      "unit 张\n"
      "target t \"l\" : a >= 5 张 tag \"x\" \"y\" complete at least 80% allocates u, v\n"
      "  milestones 2024-Q3: 4 张, 2024-11: 5 张 cite \"a1\", \"二(一)\": \"a2\"\n"
      "  cooperating \"甲\" responsible each 县区, 乙 lead \"市民政局\", \"市财政局\"\n"
      "  at each 机构, 项目 where b > 3 张 by 2024-12-31, 2025-06-30");
  EXPECT_EQ(mistakes(parsed.diagnostics), "");
  const auto& target = body<TargetStatement>(parsed, 1);
  EXPECT_EQ(target.label->text, "l");
  EXPECT_THAT(texts(target.tags), ElementsAre("x", "y"));
  EXPECT_THAT(texts(target.allocates), ElementsAre("u", "v"));
  EXPECT_EQ(calls(parsed.ast, target.complete), "80<%>");
  ASSERT_EQ(target.milestones.size(), 2u);
  EXPECT_EQ(target.milestones[0].when.to_string(), "2024-Q3");
  EXPECT_EQ(calls(parsed.ast, target.milestones[1].value), "5<张>");
  ASSERT_EQ(target.cite.size(), 2u);
  EXPECT_FALSE(target.cite[0].clause);
  EXPECT_EQ(target.cite[1].clause->text, "二(一)");
  EXPECT_EQ(target.cite[1].anchor.text, "a2");
  ASSERT_EQ(target.duties.responsible->size(), 2u);
  EXPECT_TRUE((*target.duties.responsible)[0].each);
  EXPECT_EQ((*target.duties.responsible)[0].text, "县区");
  EXPECT_FALSE((*target.duties.responsible)[1].each);
  EXPECT_EQ(target.duties.lead->size(), 2u);
  EXPECT_EQ((*target.duties.cooperating)[0].text, "甲");
  EXPECT_THAT(texts(target.duties.where->names), ElementsAre("机构", "项目"));
  EXPECT_EQ(calls(parsed.ast, target.duties.where->filter), "greater(b, 3<张>)");
  const When& when = *target.duties.when;
  EXPECT_EQ(when.kind, When::Kind::by);
  ASSERT_EQ(when.dates.size(), 2u);
  EXPECT_EQ(calls(parsed.ast, when.dates[1]), "@2025-06-30");
}

TEST(Parse, a_target_in_chinese) {
  EXPECT_EQ(
      canonical(
          "目标 t : a 达到60% 截至2023-12-31 按每个 县区 其中 b 牵头 “市民政局” 责任 每个 县区 "
          "配合 「乙」 节点 2023-10：30%，2023-11：40% 分解 u 依据 “二”：“甲” 标注 “力争” "
          "完整度 至少 90%"),
      "目标 t : a 达到 60%\n  截至 2023-12-31\n  按每个 县区 其中 b\n  牵头 \"市民政局\"\n"
      "  责任 每个 县区\n  配合 \"乙\"\n  节点 2023-10: 30%, 2023-11: 40%\n  分解 u\n"
      "  完整度 不少于 90%\n  依据 \"二\": \"甲\"\n  标注 \"力争\"");
  EXPECT_EQ(
      canonical("目標 t : a 不少於 5 按每個 縣 其中 是 牽頭 “x” 責任 每個 縣 依據 “a” 標註 “b” "
                "節點 2024：3"),
      "目標 t : a 不少於 5 按每個 縣 其中 是 牽頭 \"x\" 責任 每個 縣 節點 2024: 3 依據 \"a\" 標註 "
      "\"b\"");
  EXPECT_EQ(canonical("目标 月报 : 报送日 不超过 限期 每月25日前 按 市"),
            "目标 月报 : 报送日 不超过 限期 每月25日前 按 市");
}

TEST(Parse, when) {
  const auto when = [](const std::string& text) {
    const Parsed parsed = read("target t : a " + text);
    if (!parsed.diagnostics.empty()) return mistakes(parsed.diagnostics);
    const auto& duties = body<TargetStatement>(parsed).duties;
    return duties.when ? print(parsed.ast, *duties.when) : "none";
  };
  EXPECT_EQ(when(""), "none");
  EXPECT_EQ(when("by 2024"), "by 2024");
  EXPECT_EQ(when("by 2024 年"), "by 2024");
  EXPECT_EQ(when("in 2024 年, 2025"), "in 2024, 2025");
  EXPECT_EQ(when("by 计划开工"), "by 计划开工");
  EXPECT_EQ(when("by workday(申请日, 25)"), "by workday(申请日, 25)");
  EXPECT_EQ(when("by 申请日 + 20 天, 2024-06"), "by 申请日 + 20 天, 2024-06");
  EXPECT_EQ(when("in 2024"), "in 2024");
  EXPECT_EQ(when("in 2024-Q2, 2024-04.., ..2024-06"), "in 2024-Q2, 2024-04.., ..2024-06");
  EXPECT_EQ(when("in 2024-Q2..2024-Q4"), "in 2024-Q2..2024-Q4");
  EXPECT_EQ(when("in 2024年4月至2024年6月"), "in 2024-Q2");
  EXPECT_EQ(when("each quarter in 2024-Q2..2024-Q4"), "each quarter in 2024-Q2..2024-Q4");
  EXPECT_EQ(when("in 2024 each quarter"), "each quarter in 2024");
  EXPECT_EQ(when("each month by day 25"), "each month by day 25");
  EXPECT_EQ(when("each month in 2024-04.. by day 25"), "each month in 2024-04.. by day 25");
  EXPECT_EQ(when("each month 25日前"), "each month by day 25");
  EXPECT_EQ(when("每月25日前 在 2024"), "each month in 2024 by day 25");
  EXPECT_EQ(when("每月 截至 5 日"), "each month by day 5");
  EXPECT_EQ(when("each month by end"), "each month");
  EXPECT_EQ(when("each half by end + 20 天"), "each half by end + 20 天");
  EXPECT_EQ(when("每半年 截至 期末 - 3 天"), "each half by end - 3 天");
  EXPECT_EQ(when("always"), "always");
  EXPECT_EQ(when("长期"), "always");
  EXPECT_EQ(when("長期"), "always");
  EXPECT_EQ(when("always by 2024"), "1:21 conflicting_when\n");
  EXPECT_EQ(when("each month always"), "1:14 conflicting_when\n");
  EXPECT_EQ(when("by 2024 each month"), "1:14 conflicting_when\n");
  EXPECT_EQ(when("in 2024 by 2024-05"), "1:14 conflicting_when\n");
  EXPECT_EQ(when("by day 25"), "1:14 day_without_each\n");
  EXPECT_EQ(when("each month by day 0"), "1:32 day_of_month\n");
  EXPECT_EQ(when("each month by day 32"), "1:32 day_of_month\n");
  EXPECT_EQ(when("in 2024-06..2024-01"), "1:17 span_backwards\n");
}

TEST(Parse, where) {
  const auto where = [](const std::string& text) {
    const Parsed parsed = read("unit 张 target t : a " + text);
    if (!parsed.diagnostics.empty()) return mistakes(parsed.diagnostics);
    return print(parsed.ast, *body<TargetStatement>(parsed, 1).duties.where);
  };
  EXPECT_EQ(where("at 市"), "at 市");
  EXPECT_EQ(where("at each 机构"), "at each 机构");
  EXPECT_EQ(where("at each 机构, 项目 where 床位 >= 100 张"),
            "at each 机构, 项目 where 床位 >= 100 张");
  EXPECT_EQ(where("at \"银川市\", \"x/y\""), "at \"银川市\", \"x/y\"");
  EXPECT_EQ(where("按每个 机构"), "at each 机构");
  EXPECT_EQ(where("按 每个 机构"), "at each 机构");
  EXPECT_EQ(where("at each 机构 by 2024 where b"), "at each 机构 where b");
}

TEST(Parse, table) {
  const Parsed parsed = read(
      "unit 张 table 任务 张 by 项目 {\"甲\": 20 张, 乙: 15 张; \"丙\": 3 张\n\"丁\": 4 张 other: "
      "0 张}");
  EXPECT_EQ(mistakes(parsed.diagnostics), "");
  const auto& table = body<TableStatement>(parsed, 1);
  EXPECT_THAT(texts(table.by), ElementsAre("项目"));
  ASSERT_EQ(table.entries.size(), 5u);
  EXPECT_EQ(table.entries[1].keys[0].text, "乙");
  EXPECT_EQ(calls(parsed.ast, table.entries[3].value), "4<张>");
  EXPECT_EQ(table.entries[4].keys[0].kind, TableKey::Kind::other);

  const auto both = canonical(
      "table 应达 进度 by 项目, quarter {\n \"甲\" { 2024-Q2: 开工, 2024-Q3: 建成 }\n"
      " \"乙\", 2024-Q2: 开工\n other: 未启动 }");
  EXPECT_EQ(both,
            "table 应达 进度 by 项目, quarter {\n  \"甲\" { 2024-Q2: 开工, 2024-Q3: 建成 },\n"
            "  \"乙\", 2024-Q2: 开工,\n  other: 未启动\n}");
  EXPECT_EQ(canonical(both), both);
  EXPECT_EQ(canonical("表 t % 截至 年 { 2024: 5%, 2025: 6% 其他: 7% }"),
            "表 t % 按 年 { 2024: 5%, 2025: 6%, 其他: 7% }");
  EXPECT_EQ(canonical("表 t % 按 年 { 2024: 5% }"), "表 t % 按 年 { 2024: 5% }");
  // Numbers on lines of their own are not taken for numbers with units.
  EXPECT_EQ(canonical("table t by 县 {\n 甲: 5\n 乙: 6\n 2024: 7\n 2025: -8\n}"),
            "table t by 县 { \"甲\": 5, \"乙\": 6, 2024: 7, 2025: -8 }");
  EXPECT_EQ(mistakes("table t by a, b { \"x\": 1 }"), "1:19 table_key_count\n");
}

TEST(Parse, group_and_entities) {
  EXPECT_EQ(canonical("group 三沿 \"l\" of 社区 = {\"a\", \"b\" \"c\"}"),
            "group 三沿 \"l\" of 社区 = { \"a\", \"b\", \"c\" }");
  EXPECT_EQ(canonical("分组 三沿 属于 社区 = {“a”、“b”}"),
            "分组 三沿 属于 社区 = { \"a\", \"b\" }");
  const auto entities = only<EntitiesStatement>(
      "entities 社区 in \"三宝街道\" = { \"a\", \"b\" opened 2024-01-01 closed 2025-01-01, \"p/q\" "
      "}");
  EXPECT_EQ(entities.parent->text, "三宝街道");
  ASSERT_EQ(entities.entities.size(), 3u);
  EXPECT_EQ(entities.entities[1].opened->to_string(), "2024-01-01");
  EXPECT_EQ(entities.entities[1].closed->to_string(), "2025-01-01");
  EXPECT_EQ(entities.entities[2].name.text, "p/q");
  EXPECT_EQ(canonical("名单 社区 { “b” 成立2024-01-01 撤销2025年1月1日 }"),
            "名单 社区 = { \"b\" 成立 2024-01-01 撤销 2025-01-01 }");
}

TEST(Parse, noted) {
  const Parsed parsed = read(
      "noted \"三个阶段\", \"一(二)\": \"两手抓\" \"四步\" because \"只说安排\"\n"
      "已阅 \"甲\" 因 \"乙\"\n已閱 \"甲\" 因為 \"乙\"");
  EXPECT_EQ(mistakes(parsed.diagnostics), "");
  const auto& noted = body<NotedStatement>(parsed, 0);
  ASSERT_EQ(noted.anchors.size(), 3u);
  EXPECT_EQ(noted.anchors[0].anchor.text, "三个阶段");
  EXPECT_FALSE(noted.anchors[0].clause);
  EXPECT_EQ(noted.anchors[1].clause->text, "一(二)");
  EXPECT_EQ(noted.anchors[2].anchor.text, "四步");
  EXPECT_EQ(noted.reason->text, "只说安排");
  EXPECT_EQ(body<NotedStatement>(parsed, 1).reason->text, "乙");
  EXPECT_EQ(parsed.ast.statements[2].language, Language::traditional);
  EXPECT_EQ(mistakes("noted because \"x\""), "1:7 unexpected_token\n");
  EXPECT_EQ(mistakes("noted \"x\" because"), "1:18 unexpected_token\n");
  EXPECT_EQ(mistakes("noted \"x\" because \"y\" because \"z\""), "1:23 duplicate_clause\n");
  // A word like any other where nothing is noted.
  EXPECT_EQ(canonical("input because stock"), "input because stock");
}

TEST(Parse, given_and_stated) {
  const Parsed parsed = read(
      "unit 张, 个 given a = 9688 张, count(村) = 24 个 tag \"t\" cite \"x\" \"y\" in 2023-08 at "
      "\"X\"");
  EXPECT_EQ(mistakes(parsed.diagnostics), "");
  const auto& given = body<GivenStatement>(parsed, 1);
  ASSERT_EQ(given.items.size(), 2u);
  EXPECT_EQ(calls(parsed.ast, given.items[1].subject), "count(村)");
  EXPECT_EQ(calls(parsed.ast, given.items[1].value), "24<个>");
  EXPECT_EQ(given.when->to_string(), "2023-08");
  EXPECT_THAT(texts(given.where->entities), ElementsAre("X"));
  EXPECT_EQ(given.cite.size(), 2u);
  EXPECT_THAT(texts(given.tags), ElementsAre("t"));
  EXPECT_EQ(canonical("unit 张 stated sum(区级中心: 规划床位) = 485 张 cite \"485張床位\""),
            "unit 张\nstated sum(区级中心: 规划床位) = 485 张 cite \"485張床位\"");
  EXPECT_EQ(canonical("自述 护理占比 = 57% 在 2023-08 依据 “占比57%”"),
            "自述 护理占比 = 57% 在 2023-08 依据 \"占比57%\"");
  EXPECT_EQ(canonical("已知 购物节 = 是 按 市"), "已知 购物节 = 是 按 市");
}

TEST(Parse, clause) {
  const auto heading = only<ClauseStatement>(
      "clause \"二(一)\" \"提升床位\" lead \"市民政局\" responsible each 县区 by 2023-12-31 at "
      "each 县区");
  EXPECT_EQ(heading.number.text, "二(一)");
  EXPECT_EQ(heading.title->text, "提升床位");
  EXPECT_EQ(heading.duties.when->kind, When::Kind::by);
  EXPECT_TRUE(heading.duties.where->each);
  EXPECT_EQ(canonical("条款 “二” 标题 “甲” 牵头 “乙”"), "条款 \"二\" \"甲\" 牵头 \"乙\"");
  EXPECT_EQ(canonical("clause \"二\" lead 甲局 title \"t\""), "clause \"二\" \"t\" lead \"甲局\"");
}

TEST(Parse, holidays) {
  const auto holidays = only<HolidaysStatement>(
      "holidays 2024 { off 2024-10-01..2024-10-07, 2024-05-01, work 2024-09-29; off 2024-01-01 }");
  EXPECT_EQ(holidays.years.size(), 1u);
  EXPECT_EQ(holidays.days_off.size(), 3u);
  EXPECT_EQ(holidays.make_up.size(), 1u);
  EXPECT_EQ(canonical("节假日 2024年 { 放假2024-10-01至2024-10-07, 上班2024-09-29 }"),
            "节假日 2024 { 放假 2024-10-01..2024-10-07, 调休 2024-09-29 }");
}

TEST(Parse, lever_and_scenario) {
  const Parsed parsed =
      read("unit 张 lever 床位 cost 2 万元/张 step 1 张 range 0..500 张 at each 机构");
  EXPECT_EQ(mistakes(parsed.diagnostics), "");
  const auto& lever = body<LeverStatement>(parsed, 1);
  EXPECT_EQ(calls(parsed.ast, lever.range->low), "0<张>");
  EXPECT_EQ(calls(parsed.ast, lever.cost), "2<万元/张>");
  EXPECT_EQ(canonical("抓手 床位 按 市 范围 0..5 步长1 成本2"),
            "抓手 床位 按 市 范围 0..5 步长 1 成本 2");

  const Parsed scenario = read(
      "unit 张 scenario s \"l\" { a = 5 张 at \"X\", \"Y\" in 2024, b += 3 张\n c *= 1.1 at 市 in "
      "2023 }");
  EXPECT_EQ(mistakes(scenario.diagnostics), "");
  const auto& changes = body<ScenarioStatement>(scenario, 1).changes;
  ASSERT_EQ(changes.size(), 3u);
  EXPECT_EQ(changes[0].how, ScenarioChange::How::set);
  EXPECT_THAT(texts(changes[0].where->entities), ElementsAre("X", "Y"));
  EXPECT_EQ(changes[0].when->to_string(), "2024");
  EXPECT_EQ(changes[1].how, ScenarioChange::How::add);
  EXPECT_EQ(changes[2].how, ScenarioChange::How::scale);
  EXPECT_EQ(canonical("scenario s { a = 5 at 市, b += 3 }"), "scenario s { a = 5 at 市, b += 3 }");
  EXPECT_EQ(canonical("情景 s { a 设为5, b 增加3, c 乘以1.1 }"),
            "情景 s { a = 5, b += 3, c *= 1.1 }");
}

// ---- what DESIGN says the documents need --------------------------------------------------------

TEST(Parse, what_the_documents_say) {
  const std::string units = "unit 个, 所, 张, 次, 户, 人\n";
  for (const char* text : {
           "target t : 示范点 = 1..2 个 by 2024-12-31 at each 县区",
           "target t : 覆盖率 > 30%",
           "target t : share(乡镇: 综合养老中心 >= 1 所) >= 50%",
           "target t : 医务室 or 护理站 at each 机构 where 床位 >= 100 张",
           "target t : 探访 >= 1 次 each month in 2024-04.. at each 村社",
           "target t : min(month: 服务) >= 1 次 or 服务 >= 3 次 each quarter",
           "target t : 检查镇街 >= 2 个 and 检查村社 >= 4 个 and 入户 >= 10 户 each quarter in "
           "2024-Q2..2024-Q4",
           "target t : 新增床位 >= 75 张 by 2024-12-31 milestones 2024-Q3: 40 张",
           "target t : 护理培训 >= 30 人 in 2024-Q3 allocates 全年215",
           "stages 进度 = 未启动 < 开工 < 主体完成 < 建成",
           "target t : 进度 >= 应达进度 each quarter at each 项目",
           "target t : 计床 >= 任务床位 or met(床位75)[区] at each 项目 allocates 床位75",
           "indicator 计床 张 = if 进度 >= 主体完成 and 外装完成 then floor(面积 / (30 ㎡/张)) "
           "else 0 张",
           "group 未达标社区 of 社区 = { \"a\" }",
           "target t : 面积 / 户数 >= 30 ㎡/百户 and 面积 >= 300 ㎡ at each 未达标社区",
           "target t : 办结日 <= due by workday(申请日, 25) at each 申请",
           "target t : 半年报送日 <= due each half by end + 20 天",
           "target t : 等级 >= 二级 at \"X\"",
           "target t : 购物节 by 2024-12-31",
           "given count(村) = 24 个",
           "stated sum(区级中心: 规划床位) = 485 张 cite \"485張床位\"",
           "indicator 考评 % = 60% * attained(新增700)[市] + 40%",
       }) {
    EXPECT_EQ(canonical(units + text, {{}, 200}),
              "unit 个, 所, 张, 次, 户, 人\n" + std::string(text));
  }
}

// ---- expressions --------------------------------------------------------------------------------

TEST(Expressions, precedence) {
  EXPECT_EQ(calls("a + b * c ^ d"), "add(a, multiply(b, power(c, d)))");
  EXPECT_EQ(calls("a - b - c"), "subtract(subtract(a, b), c)");
  EXPECT_EQ(calls("a / b / c"), "divide(divide(a, b), c)");
  EXPECT_EQ(calls("a ^ b ^ c"), "power(a, power(b, c))");
  EXPECT_EQ(calls("-a ^ b"), "negate(power(a, b))");
  EXPECT_EQ(calls("a ^ -b"), "power(a, negate(b))");
  EXPECT_EQ(calls("-a * b"), "multiply(negate(a), b)");
  EXPECT_EQ(calls("a * -b"), "multiply(a, negate(b))");
  EXPECT_EQ(calls("a - -b"), "subtract(a, negate(b))");
  EXPECT_EQ(calls("not a < b and c"), "and(not(less(a, b)), c)");
  EXPECT_EQ(calls("not not a"), "not(not(a))");
  EXPECT_EQ(calls("a < b + c"), "less(a, add(b, c))");
  EXPECT_EQ(calls("a and b and c"), "and(and(a, b), c)");
  EXPECT_EQ(calls("a or (b and c)"), "or(a, and(b, c))");
  EXPECT_EQ(calls("(a + b) * c"), "multiply(add(a, b), c)");
  EXPECT_EQ(calls("if a then b else if c then d else e"), "if(a, b, if(c, d, e))");
  EXPECT_EQ(calls("x + if a then b else c + d"), "add(x, if(a, b, add(c, d)))");
}

TEST(Expressions, every_spelling_of_every_operator) {
  for (const OperatorSpelling& spelling : all_operator_spellings()) {
    const std::string function(spelling.row->function);
    if (spelling.row->fixity == Fixity::prefix) {
      EXPECT_EQ(calls(std::string(spelling.text) + " a"), function + "(a)");
      continue;
    }
    const std::string text = "a " + std::string(spelling.text) + " b";
    EXPECT_EQ(calls(text), function + "(a, b)") << text;
    EXPECT_EQ(formula(text), text);  // kept as written
    if (spelling.language == Language::english) continue;
    EXPECT_EQ(calls("a " + std::string(spelling.text) + "5"), function + "(a, 5)") << text;
  }
}

TEST(Expressions, ranges) {
  EXPECT_EQ(calls("a = 1..2 个"), "within(a, 1<个>, 2<个>)");
  EXPECT_EQ(calls("a = 1至2个"), "within(a, 1<个>, 2<个>)");
  EXPECT_EQ(calls("a 等于 -1..2 张"), "within(a, negate(1<张>), 2<张>)");
  EXPECT_EQ(calls("a = b + 1..c * 2 and d"), "and(within(a, add(b, 1), multiply(c, 2)), d)");
  EXPECT_EQ(formula("a = 1 张..2 张"), "a = 1 张..2 张");
  EXPECT_EQ(formula("a = 1..2 张"), "a = 1..2 张");
  EXPECT_EQ(formula("a = -1..2 张"), "a = -1..2 张");
  EXPECT_EQ(formula("a > 1..2"), "1:6 unexpected_token\n");
}

TEST(Expressions, literals_with_units) {
  EXPECT_EQ(calls("36 张/千人"), "36<张/千人>");
  EXPECT_EQ(calls("36张/千人"), "36<张/千人>");
  EXPECT_EQ(calls("300万元"), "300<万元>");
  EXPECT_EQ(calls("a / (30 ㎡/张)"), "divide(a, 30<㎡/张>)");
  EXPECT_EQ(calls("30 ㎡ / 张数"), "divide(30<㎡>, 张数)");
  EXPECT_EQ(calls("2‰ + 60% + 60 %"), "add(add(2<‰>, 60<%>), 60<%>)");
  EXPECT_EQ(calls("2 万元/(人·月)"), "2<万元/(人·月)>");
  EXPECT_EQ(calls("10 / 天数"), "divide(10, 天数)");
  EXPECT_EQ(calls("200/天数"), "divide(200, 天数)");
  EXPECT_EQ(calls("200 张/天数"), "1:7 unknown_unit\n");
  EXPECT_EQ(calls("200 张 /天数"), "divide(200<张>, 天数)");
  EXPECT_EQ(calls("5 张/f(x)"), "divide(5<张>, f(x))");
  EXPECT_EQ(calls("３６ 张／千人"), "36<张/千人>");
  EXPECT_EQ(calls("5 张 * 3 人"), "multiply(5<张>, 3<人>)");
}

TEST(Expressions, reading_other_cells) {
  EXPECT_EQ(calls("a[start]"), "read(a, start)");
  EXPECT_EQ(calls("a[期初] + a[期末] + a[上期]"),
            "add(add(read(a, start), read(a, end)), read(a, previous))");
  EXPECT_EQ(calls("a[2020]"), "read(a, @2020)");
  EXPECT_EQ(calls("a[2024-Q1..2024-Q3]"), "read(a, @2024-01-01..2024-09-30)");
  EXPECT_EQ(calls("a[市]"), "read(a, name 市)");
  EXPECT_EQ(calls("a[`start`]"), "read(a, name start)");
  EXPECT_EQ(formula("a[`start`]"), "a[`start`]");
  EXPECT_EQ(calls("a[\"兴庆区\"][previous]"), "read(read(a, \"兴庆区\"), previous)");
  EXPECT_EQ(calls("met(t)[市]"), "read(met(t), name 市)");
  EXPECT_EQ(calls("(a + b)[start] ^ 2"), "power(read(add(a, b), start), 2)");
}

TEST(Expressions, aggregates_and_calls) {
  EXPECT_EQ(calls("sum(乡镇: 床位)"), "sum{乡镇: 床位}");
  EXPECT_EQ(calls("sum(乡镇: 床位 where a > 1)"), "sum{乡镇: 床位 | greater(a, 1)}");
  EXPECT_EQ(calls("count(机构 where 床位 >= 100 张)"),
            "count{机构 | greater_equal(床位, 100<张>)}");
  EXPECT_EQ(calls("count(村)"), "count(村)");
  EXPECT_EQ(calls("share(区 where met(t))"), "share{区 | met(t)}");
  EXPECT_EQ(calls("share(区 : c)"), "share{区: c}");
  EXPECT_EQ(calls("min(month: 服务)"), "min{month: 服务}");
  EXPECT_EQ(calls("合计(月：x 其中 y)"), "合计{月: x | y}");
  EXPECT_EQ(calls("rank(x among 乡镇)"), "rank{x among 乡镇}");
  EXPECT_EQ(calls("排名(a + b 同级 乡镇)"), "排名{add(a, b) among 乡镇}");
  EXPECT_EQ(calls("max(a, b, c)"), "max(a, b, c)");
  EXPECT_EQ(calls("f()"), "f()");
  EXPECT_EQ(calls("sum(乡镇: sum(村: x))"), "sum{乡镇: sum{村: x}}");
  EXPECT_EQ(calls("限期 + due"), "add(due, due)");
  EXPECT_EQ(calls("是 or no"), "or(yes, no)");
  EXPECT_EQ(calls("a <= 2023-08-31"), "less_equal(a, @2023-08-31)");
}

TEST(Expressions, children_stand_before_their_parents_and_places_cover_them) {
  const Parsed parsed = read("indicator r = (a + 2 * b)[start] / sum(c: d where e)");
  ASSERT_EQ(mistakes(parsed.diagnostics), "");
  for (ExpressionId id = 0; id < parsed.ast.expressions.size(); ++id) {
    const Expression& expression = parsed.ast.at(id);
    for (const ExpressionId child : expression.arguments) {
      EXPECT_LT(child, id);
      EXPECT_LE(expression.place.begin, parsed.ast.at(child).place.begin);
      EXPECT_GE(expression.place.end, parsed.ast.at(child).place.end);
    }
  }
  const text::Source source("p", "indicator r = (a + 2 * b)[start] / sum(c: d where e)");
  const auto& root = parsed.ast.at(body<IndicatorStatement>(parsed).formula);
  EXPECT_EQ(source.slice(root.place), "(a + 2 * b)[start] / sum(c: d where e)");
  EXPECT_EQ(source.slice(root.operator_place), "/");
  EXPECT_EQ(source.slice(parsed.ast.at(root.arguments[0]).place), "(a + 2 * b)[start]");
  EXPECT_EQ(source.slice(parsed.ast.at(root.arguments[1]).place), "sum(c: d where e)");
}

}  // namespace
}  // namespace dabiao::syntax
