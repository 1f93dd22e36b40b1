#include "dabiao/check/source_document.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "real_sources.hpp"

namespace dabiao::check {
namespace {

using Names = std::vector<std::string>;

SourceDocument document(std::string text) {
  return SourceDocument(std::make_shared<text::Source>("source.txt", std::move(text)));
}

Names names(const SourceDocument& document) {
  Names result;
  for (const Heading& heading : document.headings()) result.push_back(heading.name());
  return result;
}

std::string under(const SourceDocument& document, std::string_view clause) {
  std::string text;
  for (const text::Place region : document.regions(clause)) {
    text += document.source()->slice(region);
  }
  return text;
}

TEST(SourceDocument, finds_words_whatever_their_width_spaces_and_quotes) {
  const SourceDocument source = document("打造“连锁化”、品牌化机构，\n不少于 ７００ 张（含）");
  EXPECT_EQ(source.find("不少于700张(含)").size(), 1u);
  EXPECT_EQ(source.find("「连锁化」,品牌化").size(), 1u);
  EXPECT_EQ(source.find("机构,不少于").size(), 1u) << "line breaks do not matter";
  EXPECT_EQ(source.find("不少于70张").size(), 0u);
  EXPECT_EQ(source.find("").size(), 0u);
  const text::Place place = source.find("700张").front();
  EXPECT_EQ(source.source()->slice(place), "７００ 张");
}

TEST(SourceDocument, finds_all_occurrences) {
  const SourceDocument source = document("每月1次,每月1次,每月1次");
  const auto places = source.find("每月1次");
  ASSERT_EQ(places.size(), 3u);
  EXPECT_EQ(places[0].begin, 0u);
}

TEST(SourceDocument, finds_what_is_most_like_some_words) {
  const SourceDocument source = document("一、目标\n机构床位数不少于七百张，占比达到60%以上。");
  const auto likeness = source.most_like("床位不少于七百张");
  EXPECT_EQ(likeness.distance, 1u);
  EXPECT_EQ(source.source()->slice(likeness.place), "床位数不少于七百张");
  EXPECT_EQ(source.most_like("占比达到80%以上").distance, 1u);
  EXPECT_GT(source.most_like("完全无关的内容").distance * 2, 7u);
}

TEST(SourceDocument, numbers_its_headings_by_hierarchy) {
  EXPECT_EQ(names(document("总则\n"
                           "一、总体要求\n"
                           "（一）指导思想\n"
                           "1.第一项\n"
                           "（1）细项\n"
                           "①小项\n"
                           "②小项\n"
                           "2．第二项\n"
                           "（二）目标\n"
                           "二、任务\n"
                           "㈠任务\n"
                           "三、保障\n")),
            (Names{"一", "一(一)", "一(一)1", "一(一)1(1)", "一(一)1(1)①", "一(一)1(1)②", "一(一)2",
                   "一(二)", "二", "二(一)", "三"}));
}

TEST(SourceDocument, takes_other_beginnings_of_lines_for_what_they_are) {
  EXPECT_EQ(names(document("一、目标\n"
                           "2023年底前完成\n"
                           "3.5亿元投入\n"
                           "一是加强领导\n"
                           "一老一小\n"
                           "12月底前报送\n"
                           "7.不接续的编号\n")),
            Names{"一"});
}

TEST(SourceDocument, reads_chapters_and_articles) {
  EXPECT_EQ(
      names(document("第一章 总则\n第一条 为了……\n第二条 本办法……\n第二章 职责\n第三条 ……\n")),
      (Names{"第一章", "第一章第一条", "第一章第二条", "第二章", "第二章第三条"}));
}

TEST(SourceDocument, tells_annexes_from_their_list) {
  EXPECT_EQ(names(document("一、目标\n附件：1.名单\n2."
                           "台账\n附件1\n名单\n附件2\n台账\n\t1\n\t三宝街道\n\t2\n\t越州镇\n")),
            (Names{"一", "附件1", "附件2", "附件2.1", "附件2.2"}));
}

TEST(SourceDocument, a_clause_reaches_to_the_next_that_is_not_below_it) {
  const SourceDocument source =
      document("一、目标\n甲\n（一）床位\n乙\n（二）占比\n丙\n二、任务\n（一）领导\n丁\n");
  EXPECT_EQ(under(source, "一(一)"), "（一）床位\n乙\n");
  EXPECT_EQ(under(source, "一"), "一、目标\n甲\n（一）床位\n乙\n（二）占比\n丙\n");
  EXPECT_EQ(under(source, "二(一)"), "（一）领导\n丁\n");
  EXPECT_EQ(under(source, "三"), "");
}

TEST(SourceDocument, clauses_are_written_in_many_ways) {
  const SourceDocument source =
      document("一、目标\n二、任务\n（一）床位\n1.甲\n2.乙\n（二）占比\n附件2\n台账\n");
  const std::string second = "2.乙\n";
  for (const char* clause : {"二(一)2", "二（一）2", "二、（一）2.", "二(一)第2项", "二(一)第二项",
                             "第二(一)2", "二、任务（一）2"}) {
    EXPECT_EQ(under(source, clause), second) << clause;
  }
  EXPECT_EQ(under(source, "第(二)项"), "（二）占比\n");
  EXPECT_EQ(under(source, "附件二"), "附件2\n台账\n");
  EXPECT_EQ(under(source, "床位"), "（一）床位\n1.甲\n2.乙\n");
}

TEST(SourceDocument, one_file_may_hold_several_documents) {
  const SourceDocument source = document(
      "某区优化提升“一老一小”\n\n服务实施方案\n一、目标\n甲\n附件1\n某名单\n"
      "某区发展银发经济实施方案\n一、目标\n乙\n附件1\n名单\n");
  ASSERT_EQ(source.headings().size(), 4u);
  EXPECT_EQ(source.headings()[2].part, 1u);
  EXPECT_EQ(source.headings()[2].name(), "一");
  EXPECT_EQ(source.regions("一").size(), 2u);
  EXPECT_EQ(under(source, "银发 一"), "一、目标\n乙\n");
  EXPECT_EQ(under(source, "一老一小 一"), "一、目标\n甲\n");
}

TEST(SourceDocument, names_the_innermost_heading_of_a_place) {
  const SourceDocument source = document("前言\n一、目标\n（一）床位\n甲\n");
  EXPECT_EQ(source.heading_of(source.find("前言").front()), nullptr);
  EXPECT_EQ(source.heading_of(source.find("甲").front())->name(), "一(一)");
}

TEST(SourceDocument, reads_numerals_of_either_script) {
  const auto number = [](const char* clause) { return clause_steps(clause).at(0).number; };
  EXPECT_EQ(number("(十)"), 10);
  EXPECT_EQ(number("(十二)"), 12);
  EXPECT_EQ(number("(二十)"), 20);
  EXPECT_EQ(number("(二十一)"), 21);
  EXPECT_EQ(number("(貳)"), 2);
  EXPECT_EQ(number("(陸)"), 6);
  EXPECT_EQ(number("附件三"), 3);
  EXPECT_TRUE(clause_steps("一老一小").empty());
}

TEST(SourceDocument, an_empty_text_has_nothing) {
  const SourceDocument source = document("");
  EXPECT_TRUE(source.headings().empty());
  EXPECT_TRUE(source.find("甲").empty());
  EXPECT_TRUE(source.regions("一").empty());
  EXPECT_EQ(source.most_like("甲").distance, 1u);
}

TEST(SourceDocument, reads_the_headings_of_real_documents) {
  const auto count = [](const char* file) -> std::size_t {
    const auto source = testing::real_source(file);
    return source ? SourceDocument(source).headings().size() : 0;
  };
  if (!testing::real_source("yinchuan-2023.txt")) GTEST_SKIP() << "the documents are not here";
  EXPECT_EQ(count("yinchuan-2023.txt"), 22u);
  EXPECT_EQ(count("chuxiong-2023.txt"), 21u);
  EXPECT_EQ(count("lincang-2024.txt"), 38u);
  EXPECT_EQ(count("xincheng-2023.txt"), 35u);
  EXPECT_EQ(count("qilin-2024.txt"), 46u);
}

TEST(SourceDocument, reads_both_documents_of_one_file) {
  const auto source = testing::real_source("qilin-2024.txt");
  if (!source) GTEST_SKIP() << "the documents are not here";
  const SourceDocument qilin(source);
  EXPECT_EQ(qilin.headings().back().part, 1u);
  EXPECT_NE(under(qilin, "附件3.1").find("三宝街道"), std::string::npos);
  EXPECT_NE(under(qilin, "银发 二(一)").find("扩大老年助餐服务"), std::string::npos);
  EXPECT_EQ(under(qilin, "银发 二(一)").find("加强养老服务设施建设"), std::string::npos);
  EXPECT_EQ(qilin.regions("一老一小 二(一)").size(), 1u) << "its title goes over two lines";
  EXPECT_NE(under(qilin, "一老一小 二(一)").find("加强养老服务设施建设"), std::string::npos);
}

}  // namespace
}  // namespace dabiao::check
