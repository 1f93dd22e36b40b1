#include "dabiao/check/source_anchors.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "lowered_plan.hpp"
#include "real_sources.hpp"

namespace dabiao::check {
namespace {

using testing::Finding;
using testing::findings;
using testing::lowered_plan;
using Findings = std::vector<Finding>;

const std::string source_text =
    "某市方案\n"
    "一、目标\n"
    "（一）床位。2023年底前新增床位不少于700张，每千名老人不少于36张。\n"
    "（二）占比。目前床位9688张，占比达到60%以上，不少于700张。\n"
    "二、任务\n"
    "（一）报送。每月报送1次，每月走访1次。\n";

SourceDocument document(std::string text) {
  return SourceDocument(std::make_shared<text::Source>("source.txt", std::move(text)));
}

/// A plan with one target under a clause, on line 6, and its citations.
std::shared_ptr<const ir::Program> citing(const std::string& clause, const std::string& cite) {
  return lowered_plan(
      "plan p \"plan\" source \"source.txt\"\n"
      "level 市\nunit 张\ninput 床位 张 stock at 市\n"
      "clause \"" +
      clause +
      "\"\n"
      "target a : 床位 >= 1 张 cite " +
      cite + "\n");
}

Anchors anchors(const std::string& clause, const std::string& cite,
                const std::string& text = source_text) {
  const SourceDocument source = document(text);
  return check_anchors(*citing(clause, cite)->plan, {&source, 1});
}

TEST(SourceAnchors, that_stand_under_their_clause) {
  const Anchors result = anchors("一(一)", "\"不少于７００张\" \"每千名老人不少于36张\"");
  ASSERT_EQ(result.anchors.size(), 2u);
  EXPECT_EQ(result.anchors[0].standing, Standing::found);
  ASSERT_EQ(result.anchors[0].places.size(), 1u);
  EXPECT_EQ(result.anchors[1].standing, Standing::found);
  EXPECT_TRUE(result.diagnostics.empty());
}

TEST(SourceAnchors, that_do_not_stand_in_the_source) {
  const Anchors result = anchors("一(一)", "\"床位不少于800张\"");
  EXPECT_EQ(result.anchors.at(0).standing, Standing::not_found);
  EXPECT_EQ(
      findings(result.diagnostics),
      (Findings{{"anchor_not_found", 6, 27, "`床位不少于800张` does not stand in the source"}}));
  const text::Diagnostic& diagnostic = result.diagnostics.list()[0];
  EXPECT_EQ(diagnostic.notes,
            (std::vector<std::string>{"the nearest is `床位不少于700张` at source.txt:3 一(一)"}));
  EXPECT_EQ(diagnostic.suggestion, "\"床位不少于700张\"");
}

TEST(SourceAnchors, that_are_like_nothing_in_the_source) {
  const Anchors result = anchors("一(一)", "\"完全无关的内容\"");
  ASSERT_EQ(result.diagnostics.size(), 1u);
  EXPECT_TRUE(result.diagnostics.list()[0].notes.empty());
  EXPECT_TRUE(result.diagnostics.list()[0].suggestion.empty());
}

TEST(SourceAnchors, that_stand_under_another_clause) {
  const Anchors result = anchors("二(一)", "\"占比达到60%以上\"");
  EXPECT_EQ(result.anchors.at(0).standing, Standing::under_other_clause);
  EXPECT_EQ(findings(result.diagnostics),
            (Findings{{"anchor_under_other_clause", 6, 27,
                       "`占比达到60%以上` does not stand under `二(一)` but under `一(二)`"}}));
  EXPECT_EQ(result.diagnostics.list()[0].notes,
            std::vector<std::string>{"it stands at source.txt:4 一(二)"});
}

TEST(SourceAnchors, that_stand_several_times_under_their_clause) {
  const Anchors result = anchors("二(一)", "\"1次\"");
  EXPECT_EQ(result.anchors.at(0).standing, Standing::ambiguous);
  EXPECT_EQ(result.anchors.at(0).places.size(), 2u);
  EXPECT_EQ(findings(result.diagnostics),
            (Findings{{"anchor_ambiguous", 6, 27, "`1次` stands 2 times under `二(一)`"}}));
}

TEST(SourceAnchors, that_stand_elsewhere_too_are_not_ambiguous) {
  EXPECT_EQ(anchors("一(二)", "\"不少于700张\"").anchors.at(0).standing, Standing::found);
  EXPECT_EQ(anchors("一", "\"不少于700张\"").anchors.at(0).standing, Standing::ambiguous);
}

TEST(SourceAnchors, a_clause_that_the_source_does_not_have_is_reported_once) {
  const Anchors result = anchors("五(一)", "\"不少于36张\" \"9688张\"");
  EXPECT_EQ(result.anchors.at(0).standing, Standing::clause_missing);
  EXPECT_EQ(findings(result.diagnostics),
            (Findings{{"clause_not_in_source", 5, 8, "the source has no clause `五(一)`"}}));
}

TEST(SourceAnchors, of_a_plan_with_mistakes_are_looked_up_where_their_clause_is_known) {
  const auto looked_up = [](const std::string& statements) {
    const auto source = std::make_shared<text::Source>(
        "plan.biao", "plan p source \"source.txt\"\nlevel 市\ninput 床位 stock\n" + statements);
    const auto ast = std::make_shared<syntax::Ast>(syntax::parse(source).ast);
    const SourceDocument documents[] = {document(source_text)};
    std::vector<std::string> words;
    for (const Anchor& each : check_anchors(*model::resolve(source, ast).plan, documents).anchors) {
      words.push_back(each.citation.anchor);
    }
    return words;
  };
  using Words = std::vector<std::string>;
  const std::string first = "clause \"一(一)\"\ntarget a : 床位 >= 1 cite \"一\"\n";
  const std::string next = "target b : 床位 >= 2 cite \"二\"\n";
  const std::string last = "clause \"二(一)\"\ntarget c : 床位 >= 3 cite \"三\"\n";
  EXPECT_EQ(looked_up(first + next + last), (Words{"一", "二", "三"}));
  EXPECT_EQ(looked_up(first + "target x : 床铺 >= 1 cite \"x\"\n" + next + last),
            (Words{"一", "x", "二", "三"}))
      << "a name that nobody declares says nothing of clauses";
  EXPECT_EQ(looked_up(first + "target x : 床位 >= cite \"x\"\n" + next + last),
            (Words{"一", "三"}));
  EXPECT_EQ(looked_up("clause \"一(一)\" ) lead\n" + next + last), (Words{"三"}));
}

TEST(SourceAnchors, a_citation_may_name_its_own_clause) {
  const Anchors result = anchors("一(一)", "\"一(二)\": \"9688张\"");
  EXPECT_EQ(result.anchors.at(0).citation.clause, "一(二)");
  EXPECT_EQ(result.anchors.at(0).standing, Standing::found);
}

TEST(SourceAnchors, of_givens_and_stated_figures_count_too) {
  const SourceDocument source = document(source_text);
  const auto program = lowered_plan(
      "plan p \"plan\" source \"source.txt\"\n"
      "level 市\nunit 张\ninput 床位 张 stock at 市\n"
      "clause \"一(二)\"\n"
      "given 床位 = 9688 张 in 2023-08 cite \"9688张\"\n"
      "stated 床位 = 9688 张 in 2023-08 cite \"9689张\"\n");
  const Anchors result = check_anchors(*program->plan, {&source, 1});
  ASSERT_EQ(result.anchors.size(), 2u);
  EXPECT_EQ(result.anchors[0].standing, Standing::found);
  EXPECT_EQ(result.anchors[1].standing, Standing::not_found);
}

TEST(SourceAnchors, are_looked_up_in_every_document) {
  const std::vector<SourceDocument> sources = {document("一、甲\n乙\n"), document(source_text)};
  const Anchors result = check_anchors(*citing("一(一)", "\"不少于36张\"")->plan, sources);
  ASSERT_EQ(result.anchors.at(0).standing, Standing::found);
  EXPECT_EQ(result.anchors.at(0).places.at(0).document, 1u);
}

TEST(SourceAnchors, of_the_example_plan_stand_in_the_document) {
  const auto source = testing::real_source("yinchuan-2023.txt");
  const std::string plan = testing::example_plan("yinchuan-2023");
  if (!source || plan.empty()) GTEST_SKIP() << "the documents are not here";
  const SourceDocument read(source);
  const Anchors result = check_anchors(*lowered_plan(plan)->plan, {&read, 1});
  EXPECT_GT(result.anchors.size(), 30u);
  EXPECT_EQ(findings(result.diagnostics), Findings{});
}

// ---- coverage --------------------------------------------------------------------------------

/// What no anchor covers of a document, with what makes it countable: "一: 不少于700张
/// {不少于|700张}".
std::vector<std::string> uncovered(const std::string& text, const std::string& clause = "一",
                                   const std::string& cite = "\"没有\"") {
  std::vector<std::string> result;
  const SourceDocument source = document(text);
  const Coverage coverage = check_coverage(*citing(clause, cite)->plan, {&source, 1});
  for (const Passage& passage : coverage.uncovered) {
    std::string marks;
    for (const std::string& mark : passage.marks) marks += (marks.empty() ? "" : "|") + mark;
    result.push_back(passage.clause + ": " + passage.words + " {" + marks + "}");
  }
  return result;
}
using Lines = std::vector<std::string>;

TEST(UncoveredPassages, are_pieces_of_sentences_without_an_anchor) {
  EXPECT_EQ(uncovered(source_text, "一(一)", "\"不少于700张\""),
            (Lines{"一(一): 每千名老人不少于36张 {不少于|36张}", "一(二): 目前床位9688张 {9688张}",
                   "一(二): 占比达到60%以上 {达到|60%|以上}", "一(二): 不少于700张 {不少于|700张}",
                   "二(一): 每月报送1次 {每月|1次}", "二(一): 每月走访1次 {每月|1次}"}));
}

TEST(UncoveredPassages, count_sentences_and_passages) {
  const SourceDocument source = document(source_text);
  const Coverage coverage = check_coverage(
      *citing("一(一)", "\"不少于700张\" \"每千名老人不少于36张\"")->plan, {&source, 1});
  EXPECT_EQ(coverage.sentences, 3u);
  EXPECT_EQ(coverage.covered_sentences, 1u);
  EXPECT_EQ(coverage.passages, 7u);
  EXPECT_EQ(coverage.by_targets, 2u);
  EXPECT_EQ(coverage.covered(), 2u);
  EXPECT_EQ(coverage.noted_share(), exact::Rational(0));
  ASSERT_EQ(coverage.diagnostics.size(), coverage.uncovered.size());
  EXPECT_EQ(findings(coverage.diagnostics)[0],
            (Finding{"passage_not_covered", 4, 7, "nothing cites or notes `目前床位9688张`"}));
  EXPECT_EQ(coverage.diagnostics.list()[0].source->name(), "source.txt");
}

TEST(UncoveredPassages, a_date_belongs_to_what_follows_it) {
  EXPECT_EQ(uncovered("一、目标\n到2023年底，建设8个中心，办好食堂。\n"),
            Lines{"一: 到2023年底，建设8个中心 {2023年底|8个}"});
  EXPECT_EQ(uncovered("一、目标\n到2023年底，建设8个中心。\n", "一", "\"建设8个中心\""), Lines{});
}

TEST(UncoveredPassages, numbers_with_units_but_not_ages_titles_and_years) {
  EXPECT_EQ(uncovered("一、目标\n"
                      "为65岁以上老年人服务。\n"
                      "70-79周岁老人。\n"
                      "落实《规划（2021—2030年）》和文件〔2020〕92号。\n"
                      "2023年工作有序推进。\n"
                      "强化“一老一小”服务。\n"),
            Lines{});
  EXPECT_EQ(uncovered("一、目标\n投入1,234.5万元。\n1—2个示范点。\n占2‰。\n每百户30平方米。\n"),
            (Lines{"一: 投入1,234.5万元 {1,234.5万元}", "一: 1—2个示范点 {1—2个}", "一: 占2‰ {2‰}",
                   "一: 每百户30平方米 {30平方米}"}));
}

TEST(UncoveredPassages, dates_frequencies_and_duties_of_either_script) {
  EXPECT_EQ(uncovered("一、目標\n"
                      "2023年11月底前報送。\n"
                      "7月20日前報送。\n"
                      "集中9月―11月攻坚。\n"
                      "4月起實施。\n"
                      "每季度走訪。\n"
                      "一月一调度。\n"
                      "實現全覆蓋。\n"
                      "不少於三家。\n"
                      "提供一次服务，第一次不算。\n"
                      "健全覆盖城乡的体系。\n"),
            (Lines{"一: 2023年11月底前報送 {2023年11月底前}", "一: 7月20日前報送 {7月20日前}",
                   "一: 集中9月―11月攻坚 {9月―11月}", "一: 4月起實施 {4月起}",
                   "一: 每季度走訪 {每季度}", "一: 一月一调度 {一月一}", "一: 實現全覆蓋 {全覆蓋}",
                   "一: 不少於三家 {不少於|三家}", "一: 提供一次服务 {一次}"}));
}

TEST(UncoveredPassages, numbers_in_words) {
  EXPECT_EQ(uncovered("一、目標\n"
                      "新建三所学校。\n"
                      "覆盖率达百分之六十。\n"
                      "三分之二的村达标。\n"
                      "半数以上的村达标。\n"
                      "按月发放。\n"
                      "给予一次性补助，抓好两项工作，打造一批基地，四级联动。\n"),
            (Lines{"一: 新建三所学校 {三所}", "一: 覆盖率达百分之六十 {百分之六十}",
                   "一: 三分之二的村达标 {三分之二}", "一: 半数以上的村达标 {半数|以上}",
                   "一: 按月发放 {按月}"}));
}

TEST(UncoveredPassages, what_stands_before_the_first_heading_counts) {
  EXPECT_EQ(uncovered("到2025年底全市建成8个中心，下设：\n一、目标\n甲\n2023年9月6日\n"),
            Lines{": 到2025年底全市建成8个中心 {2025年底|8个}"});
  EXPECT_EQ(uncovered("没有标题,床位9688张"), Lines{": 床位9688张 {9688张}"});
}

TEST(UncoveredPassages, an_anchor_accounts_for_the_numbers_that_it_touches) {
  const std::string text = "一、目标\n建设8个中心并改造50户。\n";
  EXPECT_EQ(uncovered(text, "一", "\"建设8个中心\""),
            Lines{"一: 建设8个中心并改造50户 {8个|50户}"});
  EXPECT_EQ(uncovered(text, "一", "\"建设8个中心\" \"改造50户\""), Lines{});
  EXPECT_EQ(uncovered(text, "一", "\"8个中心并改造50户\""), Lines{});
  // Words beside the number do not account for it.
  EXPECT_EQ(uncovered("一、目标\n各县建设8个中心。\n", "一", "\"各县建设\""),
            Lines{"一: 各县建设8个中心 {8个}"});
}

TEST(UncoveredPassages, a_frequency_belongs_to_the_quantity_behind_it) {
  EXPECT_EQ(uncovered("一、目标\n每月对老人走访1次。\n", "一", "\"走访1次\""), Lines{});
  EXPECT_EQ(uncovered("一、目标\n每月调度并每季度通报。\n", "一", "\"每月调度\""),
            Lines{"一: 每月调度并每季度通报 {每月|每季度}"});
  EXPECT_EQ(uncovered("一、目标\n走访1次并每季度通报。\n", "一", "\"走访1次\""),
            Lines{"一: 走访1次并每季度通报 {1次|每季度}"});
}

TEST(UncoveredPassages, an_anchor_in_several_places_counts_where_the_same_is_said) {
  const std::string again = "一、目标\n甲\n抽查10家。\n乙\n抽查10家。\n";
  EXPECT_EQ(uncovered(again, "一", "\"抽查10家\""), Lines{});
  EXPECT_EQ(uncovered("一、目标\n每月走访1次。\n每季走访1次。\n", "一", "\"走访1次\""),
            Lines{"一: 每季走访1次 {每季|1次}"});
  // Not where it was cited for another clause.
  EXPECT_EQ(uncovered("一、目标\n甲\n二、任务\n走访1次。\n", "一", "\"走访1次\""),
            Lines{"二: 走访1次 {1次}"});
}

/// A plan with one target that cites 8个 under 一, and what else is said there.
std::shared_ptr<const ir::Program> noting(const std::string& noted) {
  return lowered_plan(
      "plan p \"plan\" source \"source.txt\"\n"
      "level 市\nunit 张\ninput 床位 张 stock at 市\n"
      "clause \"一\"\n"
      "target a : 床位 >= 1 张 cite \"8个中心\"\n" +
      noted + "\n");
}

TEST(NotedPassages, are_counted_by_themselves) {
  const SourceDocument source = document("一、目标\n建设8个中心,分3批进行,设2个组。\n");
  const Coverage coverage =
      check_coverage(*noting("noted \"分3批\" because \"x\"")->plan, {&source, 1});
  EXPECT_EQ(coverage.passages, 3u);
  EXPECT_EQ(coverage.by_targets, 1u);
  EXPECT_EQ(coverage.noted, 1u);
  ASSERT_EQ(coverage.uncovered.size(), 1u);
  EXPECT_EQ(coverage.uncovered[0].words, "设2个组");
  EXPECT_EQ(coverage.noted_share(), exact::Rational(1, 3));
  // 分3批进行 of 一、目标建设8个中心,分3批进行,设2个组。
  EXPECT_EQ(coverage.characters, 22u);
  EXPECT_EQ(coverage.noted_character_share(), exact::Rational(5, 22));
}

TEST(NotedPassages, whose_target_is_removed_are_still_listed) {
  const SourceDocument source = document("一、目标\n建设8个中心,改造50户。\n");
  const Coverage all = check_coverage(*citing("一", "\"8个中心\" \"50户\"")->plan, {&source, 1});
  EXPECT_TRUE(all.uncovered.empty());
  const Coverage less = check_coverage(*citing("一", "\"8个中心\"")->plan, {&source, 1});
  ASSERT_EQ(less.uncovered.size(), 1u);
  EXPECT_EQ(less.uncovered[0].words, "改造50户");
}

TEST(NotedPassages, that_change_nothing_are_reported) {
  const SourceDocument source = document("一、目标\n建设8个中心,统筹推进。\n");
  const auto found = [&](const std::string& noted) {
    return findings(check_coverage(*noting(noted)->plan, {&source, 1}).diagnostics);
  };
  EXPECT_EQ(
      found("noted \"统筹推进\" because \"x\""),
      (Findings{{"noted_needlessly", 7, 7, "`统筹推进` marks nothing that would be missed"}}));
  EXPECT_EQ(found("noted \"建设8个\" because \"x\""),
            (Findings{{"noted_needlessly", 7, 7, "`建设8个` marks nothing that would be missed"}}));
}

TEST(NotedPassages, must_stand_in_the_source) {
  const SourceDocument source = document("一、目标\n建设8个中心。\n");
  const Anchors result =
      check_anchors(*noting("noted \"建设9个站\" because \"x\"")->plan, {&source, 1});
  ASSERT_EQ(result.anchors.size(), 2u);
  EXPECT_EQ(result.anchors[1].by, CitedBy::noted);
  EXPECT_EQ(result.anchors[1].standing, Standing::not_found);
}

}  // namespace
}  // namespace dabiao::check
