#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "reading.hpp"

// What is said about texts that are wrong, and what is still read of them.
namespace dabiao::syntax {
namespace {

using testing::HasSubstr;

/// The messages in both languages, notes and suggestions.
std::string told(std::string text) {
  const Parsed parsed = read(std::move(text));
  std::string all;
  for (const text::Diagnostic& each : parsed.diagnostics) {
    for (const text::Language language : {text::Language::english, text::Language::chinese}) {
      all += text::message(each, language) + "\n";
      for (const std::string& note : text::notes(each, language)) all += "note: " + note + "\n";
    }
    if (!each.suggestion.empty()) all += "suggestion: " + each.suggestion + "\n";
  }
  return all;
}

TEST(Mistakes, two_in_one_file_are_both_reported) {
  EXPECT_EQ(mistakes("level 市\nlevel in\ntarget t : \nindicator r = 1 +"),
            "2:7 keyword_as_name\n3:11 unexpected_token\n4:18 unexpected_token\n");
}

TEST(Mistakes, one_clause_does_not_hide_the_next) {
  EXPECT_EQ(mistakes("target t : a >= by 2024 at each cite \"x\" tag lead"),
            "1:17 unexpected_token\n1:33 unexpected_token\n1:46 unexpected_token\n"
            "1:50 unexpected_token\n");
}

TEST(Mistakes, what_was_expected_is_said_in_both_languages) {
  const std::string words = told("target t : a >= cite \"x\"");
  EXPECT_THAT(words, HasSubstr("unexpected `cite`, expected a value"));
  EXPECT_THAT(words, HasSubstr("此处不应为 `cite`,应为 数值或名称"));
  EXPECT_THAT(told("level"), HasSubstr("the end of the statement, expected a name"));
  EXPECT_THAT(told("level"), HasSubstr("语句结尾"));
  EXPECT_THAT(told("level a 5"), HasSubstr("expected `in`, `count` or the next statement"));
  EXPECT_THAT(told("level a 5"), HasSubstr("`属于`"));
}

TEST(Mistakes, operators_of_other_languages) {
  for (const auto& [seen, instead] :
       {std::pair("==", "="), {"===", "="}, {"=>", ">="}, {"=<", "<="}, {":=", "="}, {"**", "^"}}) {
    EXPECT_EQ(mistakes("target t : a " + std::string(seen) + " 5"), "1:14 foreign_operator\n");
    EXPECT_THAT(told("target t : a " + std::string(seen) + " 5"),
                HasSubstr("suggestion: " + std::string(instead) + "\n"));
  }
  EXPECT_EQ(mistakes("target t : a && b"), "1:14 foreign_operator\n");
  EXPECT_EQ(mistakes("target t : a || !b"), "1:14 foreign_operator\n1:17 foreign_operator\n");
  EXPECT_EQ(mistakes("target t : a != b"), "");
}

TEST(Mistakes, a_target_without_its_colon) {
  EXPECT_EQ(mistakes("target t a >= 5 cite \"x\""), "1:10 missing_colon\n");
  EXPECT_EQ(mistakes("target t = a >= 5 cite \"x\""), "1:10 missing_colon\n");
  EXPECT_EQ(mistakes("target t \"l\" a >= 5 cite x"),
            "1:14 missing_colon\n1:26 unexpected_token\n");
  EXPECT_EQ(mistakes("indicator r : a / b"), "1:13 missing_equals\n");
  EXPECT_EQ(mistakes("stages s : a < b"), "1:10 missing_equals\n");
}

TEST(Mistakes, brackets_that_are_not_closed) {
  EXPECT_EQ(mistakes("target t : (a + b >= 5 cite \"x\"\nlevel 市"), "1:12 unclosed_bracket\n");
  EXPECT_EQ(mistakes("target t : sum(c: a >= 5 cite x"),
            "1:15 unclosed_bracket\n1:31 unexpected_token\n");
  EXPECT_EQ(mistakes("indicator r = a[start\nindicator q = b"), "1:16 unclosed_bracket\n");
  EXPECT_EQ(mistakes("table t by a { \"x\": 5\nlevel 市"), "1:14 unclosed_bracket\n");
  EXPECT_EQ(mistakes("target t : a >= 5) cite \"x\""), "1:18 unexpected_token\n");
  EXPECT_EQ(mistakes("target t : (a b) >= 5 cite \"x\""), "1:15 unexpected_token\n");
}

TEST(Mistakes, quotes_that_are_not_closed) {
  EXPECT_EQ(mistakes("target t : a cite \"x\nlevel in"),
            "1:19 unclosed_quote\n2:7 keyword_as_name\n");
  EXPECT_EQ(mistakes("target t : a cite “x\n"), "1:19 unclosed_quote\n");
  EXPECT_EQ(mistakes("level `a\nlevel b"), "1:7 unclosed_quote\n");
  EXPECT_EQ(mistakes("target t : a cite 'x'"), "1:19 single_quotes\n");
}

TEST(Mistakes, full_stops_and_semicolons) {
  EXPECT_EQ(mistakes("level 市。\nlevel 县 in 市；\nlevel 村 in 县;\nlevel 户 in 村."),
            "1:8 stray_punctuation\n2:13 stray_punctuation\n3:13 stray_punctuation\n"
            "4:13 stray_punctuation\n");
}

TEST(Mistakes, units_that_are_not_declared) {
  EXPECT_EQ(mistakes("unit 张, 人\ntarget t : a >= 5 次 cite x"),
            "2:19 unknown_unit\n2:26 unexpected_token\n");
  const std::string words = told("target t : a >= 5 次");
  EXPECT_THAT(words, HasSubstr("unknown unit `次`"));
  EXPECT_THAT(words, HasSubstr("`unit 次`"));
  EXPECT_THAT(words, HasSubstr("`单位 次`"));
  EXPECT_THAT(words, HasSubstr("suggestion: unit 次"));
  EXPECT_THAT(told("unit 床位数 target t : a >= 5 床位 数"), HasSubstr("suggestion: 床位数"));
  EXPECT_EQ(mistakes("unit 张\ntarget t : a >= 5 张/千位"), "2:21 unknown_unit\n");
  // A name where an operator is missing.
  EXPECT_THAT(told("input b number\ntarget t : a >= 5 b"), HasSubstr("is an operator missing"));
}

TEST(Mistakes, words_without_a_space_between_them) {
  const std::string plan = "indicator 护理占比 % = a\ntarget t : 护理占比不低于60% cite \"x\"";
  EXPECT_EQ(mistakes(plan), "2:12 missing_space\n");
  EXPECT_THAT(told(plan), HasSubstr("护理占比 不低于60"));
  // Repaired, so that the rest is read.
  const Parsed parsed = read(plan);
  EXPECT_EQ(print(parsed.ast, std::get<TargetStatement>(parsed.ast.statements[1].body).condition),
            "护理占比 不低于 60%");
  EXPECT_TRUE(parsed.ast.statements[1].damaged);
  EXPECT_FALSE(parsed.ast.statements[0].damaged);
  // The name is declared nowhere.
  EXPECT_EQ(mistakes("target t : 占比不低于60%"), "1:12 missing_space\n");
  // A declared name may hold such a word.
  EXPECT_EQ(mistakes("indicator 达到数 = a\ntarget t : 达到数 >= 5"), "");
}

TEST(Mistakes, statement_keywords) {
  EXPECT_EQ(mistakes("level 市\ntaget t : a >= 5\nlevel 县 in"),
            "2:1 unknown_statement\n3:11 unexpected_token\n");
  EXPECT_THAT(told("taget t : a"), HasSubstr("suggestion: target"));
  const Parsed parsed = read("indicater r = a\n指标q = b\n目標t : r");
  EXPECT_EQ(mistakes(parsed.diagnostics),
            "1:1 unknown_statement\n2:1 missing_space\n3:1 missing_space\n");
  ASSERT_EQ(parsed.ast.statements.size(), 3u);
  EXPECT_EQ(print(parsed.ast), "indicator r = a\n指标 q = b\n目標 t : r\n");
  EXPECT_EQ(mistakes("hello world"), "1:1 statement_expected\n");
  EXPECT_EQ(mistakes("级层 市\nlevel 县"), "1:1 unknown_statement\n");
  // A long formula may go on in the next line with any name.
  EXPECT_EQ(mistakes("indicator r =\n  plans + 1"), "");
}

TEST(Mistakes, keywords_as_names) {
  EXPECT_EQ(mistakes("input 计划 number"), "1:7 keyword_as_name\n");
  EXPECT_EQ(mistakes("input 表1 number"), "1:7 keyword_as_name\n");
  EXPECT_THAT(told("input 表1 number"), HasSubstr("suggestion: `表1`"));
  EXPECT_EQ(mistakes("target t : 目标 >= 5 cite \"x\""), "1:12 keyword_as_name\n");
  EXPECT_EQ(mistakes("target t : 范围 >= 5"), "1:12 keyword_as_name\n");
  EXPECT_EQ(mistakes("target t : a >= 5 at 单位"), "1:22 keyword_as_name\n");
  EXPECT_EQ(mistakes("input `计划` number target t : `计划` >= 5"), "");
}

TEST(Mistakes, comparisons_do_not_chain) {
  EXPECT_EQ(mistakes("target t : 1 < a < 5"), "1:18 chained_comparison\n");
  EXPECT_THAT(told("target t : 1 < a + b < 5"), HasSubstr("suggestion: 1 < a + b and a + b < 5"));
  EXPECT_EQ(mistakes("target t : (1 < a) = yes"), "");
}

TEST(Mistakes, and_with_or_needs_parentheses) {
  EXPECT_EQ(mistakes("target t : a or b and c"), "1:19 mixed_and_or\n");
  const std::string words = told("target t : a or b > 1 and c");
  EXPECT_THAT(words, HasSubstr("`a or (b > 1 and c)` or `(a or b > 1) and c`"));
  EXPECT_EQ(mistakes("target t : a or (b and c) or not (d and e)"), "");
  EXPECT_EQ(mistakes("target t : f(a or b) and c"), "");
}

TEST(Mistakes, clauses_that_stand_twice) {
  EXPECT_EQ(mistakes("level a in b in c"), "1:14 duplicate_clause\n");
  EXPECT_EQ(mistakes("target t : a cite \"x\" tag \"t\" cite \"y\""), "1:31 duplicate_clause\n");
  EXPECT_EQ(mistakes("target t : a at each b at c"), "1:24 duplicate_clause\n");
  EXPECT_EQ(mistakes("input x number flow stock"), "1:21 duplicate_clause\n");
}

TEST(Mistakes, where_without_at) {
  EXPECT_EQ(mistakes("target t : a where b cite \"x\""), "1:14 where_without_at\n");
}

TEST(Mistakes, in_braces_one_item_does_not_hide_the_next) {
  EXPECT_EQ(mistakes("table t by a { \"x\" 5, \"y\": 6, : 7\n \"z\" }"),
            "1:20 unexpected_token\n1:31 unexpected_token\n2:6 unexpected_token\n");
  const Parsed parsed = read("scenario s { a 5, b = 6, c = }");
  EXPECT_EQ(mistakes(parsed.diagnostics), "1:16 unexpected_token\n1:30 unexpected_token\n");
  EXPECT_EQ(std::get<ScenarioStatement>(parsed.ast.statements[0].body).changes.size(), 1u);
  EXPECT_EQ(mistakes("holidays 2024 { foo, off x, work 2024-01-01 }"),
            "1:17 unexpected_token\n1:26 unexpected_token\n");
}

TEST(Mistakes, dates) {
  EXPECT_EQ(mistakes("target t : a by 2023/12/31 cite x"),
            "1:17 date_spelling\n1:33 unexpected_token\n");
  EXPECT_EQ(mistakes("target t : a in 2023-02-30"), "1:17 no_such_date\n");
}

TEST(Mistakes, suffixes_that_compare) {
  EXPECT_THAT(told("target t : a >= 60%以上"), HasSubstr("`以上` is said before the number"));
  EXPECT_THAT(told("target t : a >= 100张以上"), HasSubstr("`以上`写在数之前:`不低于`"));
}

TEST(Mistakes, empty_names) {
  EXPECT_EQ(mistakes("unit ``, 张 level `` input `` 张"),
            "1:6 empty_name\n1:18 empty_name\n1:27 empty_name\n");
}

TEST(Mistakes, numbers_with_commas) {
  EXPECT_EQ(mistakes("unit 张 given a = 9,688 张, b = 1,234,567.5 张 cite x"),
            "1:18 thousands_separator\n1:31 thousands_separator\n1:50 unexpected_token\n");
  EXPECT_THAT(told("given a = 9，688"), HasSubstr("suggestion: 9688"));
  EXPECT_EQ(mistakes("table t by y { 2024: 1, 2025: 2 }"), "");
  EXPECT_EQ(mistakes("indicator r = f(1,200) + f(x, 1,234)"), "");
}

TEST(Mistakes, plain_numbers_with_a_magnitude) {
  EXPECT_EQ(mistakes("target t : a >= 300万"), "1:17 unknown_unit\n");
  EXPECT_THAT(told("target t : a >= 300万"), HasSubstr("suggestion: 3000000"));
  EXPECT_THAT(told("target t : a >= 1.5亿 and b > 2"), HasSubstr("suggestion: 150000000"));
  EXPECT_THAT(told("target t : a >= 0.00001百"), HasSubstr("suggestion: 0.001"));
  EXPECT_EQ(mistakes("unit 张 target t : a >= 3百张"), "");
}

TEST(Mistakes, places_count_characters_not_bytes) {
  EXPECT_EQ(mistakes("level 市\r\n  level 县区 在\r\nlevel 村"), "2:13 unexpected_token\n");
}

TEST(Mistakes, expressions_that_stand_alone) {
  EXPECT_EQ(formula(""), "1:1 unexpected_token\n");
  EXPECT_EQ(formula("a +"), "1:4 unexpected_token\n");
  EXPECT_EQ(formula("a b"), "1:3 unexpected_token\n");
  EXPECT_EQ(formula("(a"), "1:1 unclosed_bracket\n");
  EXPECT_EQ(formula("5 吨级"), "1:3 unknown_unit\n");
}

}  // namespace
}  // namespace dabiao::syntax
