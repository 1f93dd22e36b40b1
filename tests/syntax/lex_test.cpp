#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "dabiao/syntax/token.hpp"
#include "reading.hpp"

namespace dabiao::syntax {
namespace {

using testing::ElementsAre;

struct Lexed {
  std::vector<std::string> words;
  std::string mistakes;
};

/// Each token as its text, with a mark for its kind: k keyword, n number, d date, q quoted, s
/// symbol, nothing for names.
Lexed lexed(std::string text, const Limits& limits = {}) {
  auto source = std::make_shared<text::Source>("plan.biao", std::move(text));
  text::Diagnostics diagnostics(source);
  const Tokens tokens = lex(source, limits, diagnostics);
  Lexed result;
  for (const Token& token : tokens.list) {
    std::string word(token.text);
    switch (token.kind) {
      case TokenKind::end:
        continue;
      case TokenKind::word:
        if (token.is_reserved()) word = "k:" + word;
        break;
      case TokenKind::number:
        word = "n:" + word;
        break;
      case TokenKind::quoted:
        word = "q:" + word;
        break;
      case TokenKind::period:
        word = "d:" + tokens.spans[token.span].to_string();
        break;
      case TokenKind::symbol:
        word = "s:" + word;
        break;
    }
    result.words.push_back(word);
  }
  result.mistakes = mistakes(diagnostics);
  return result;
}
std::vector<std::string> words(std::string text) {
  return lexed(std::move(text)).words;
}

TEST(Lex, chinese_keywords_end_before_digits) {
  EXPECT_THAT(words("护理占比 不低于60%"), ElementsAre("护理占比", "s:不低于", "n:60", "s:%"));
  EXPECT_THAT(words("截至2023-12-31"), ElementsAre("k:截至", "d:2023-12-31"));
  EXPECT_THAT(words("每月25日前"), ElementsAre("k:每月", "n:25", "日前"));
  EXPECT_THAT(words("1至2个"), ElementsAre("n:1", "s:至", "n:2", "个"));
  EXPECT_THAT(words("在2024年"), ElementsAre("k:在", "d:2024"));
}

TEST(Lex, names_keep_their_digits) {
  EXPECT_THAT(words("level1 plan_x 护理占比60 新增700 m2 _a 目标床位"),
              ElementsAre("level1", "plan_x", "护理占比60", "新增700", "m2", "_a", "目标床位"));
  // A contextual keyword ends before a digit only where it can be one.
  EXPECT_THAT(words("input 成本2"), ElementsAre("k:input", "成本2"));
  EXPECT_THAT(words("lever x 成本2"), ElementsAre("k:lever", "x", "成本", "n:2"));
}

TEST(Lex, full_width_forms_are_plain) {
  EXPECT_THAT(words("床位＞＝６０％，（ａ１）"),
              ElementsAre("床位", "s:>=", "n:60", "s:%", "s:,", "s:(", "a1", "s:)"));
  EXPECT_THAT(words("２０２３－０８．．２０２３－１２"),
              ElementsAre("d:2023-08", "s:..", "d:2023-12"));
  EXPECT_THAT(words("a、b"), ElementsAre("a", "s:,", "b"));
  EXPECT_THAT(words("2‰ 3×4÷5"), ElementsAre("n:2", "s:‰", "n:3", "s:*", "n:4", "s:/", "n:5"));
}

TEST(Lex, quotes_of_every_kind) {
  EXPECT_THAT(words("\"a b\" “银川” 「護理」 『x』"),
              ElementsAre("q:a b", "q:银川", "q:護理", "q:x"));
  EXPECT_THAT(words(R"("a\"b" "c\\" "d\q" "e\nf" "“x”")"),
              ElementsAre("q:a\"b", "q:c\\", "q:d\\q", "q:e\nf", "q:“x”"));
  // What stands in quotes is left as it is.
  EXPECT_THAT(words("“Ａ，b”"), ElementsAre("q:Ａ，b"));
}

TEST(Lex, backquotes_make_names_of_anything) {
  EXPECT_THAT(words("`target` `a b` ｀目标｀"), ElementsAre("target", "a b", "目标"));
  EXPECT_EQ(lexed("``").mistakes, "1:1 empty_name\n");
}

TEST(Lex, numbers) {
  EXPECT_THAT(words("1 1.5 007 1e5 2E-3 1.5e+2"),
              ElementsAre("n:1", "n:1.5", "n:007", "n:1e5", "n:2E-3", "n:1.5e+2"));
  EXPECT_THAT(words("1..2"), ElementsAre("n:1", "s:..", "n:2"));
  EXPECT_THAT(words("1.5..2.5"), ElementsAre("n:1.5", "s:..", "n:2.5"));
  EXPECT_THAT(words("5e 3em 1e5x"), ElementsAre("n:5", "e", "n:3", "em", "n:1", "e5x"));
}

TEST(Lex, dates_and_periods) {
  EXPECT_THAT(words("2023-08-31 2023-08 2024-Q3 2024-H1 2024-q2"),
              ElementsAre("d:2023-08-31", "d:2023-08", "d:2024-Q3", "d:2024-H1", "d:2024-Q2"));
  EXPECT_THAT(
      words("2023年 2023年8月 2023年8月31日 2024年三季度 2024年第2季度 2024年上半年 2023年底"),
      ElementsAre("d:2023", "d:2023-08", "d:2023-08-31", "d:2024-Q3", "d:2024-Q2", "d:2024-H1",
                  "d:2023"));
  EXPECT_THAT(words("2024 9688-5586 12345-06 1234-5"),
              ElementsAre("n:2024", "n:9688", "s:-", "n:5586", "n:12345", "s:-", "n:06", "n:1234",
                          "s:-", "n:5"));
  // A year and a number that is no month.
  EXPECT_THAT(words("2023年8张"), ElementsAre("d:2023", "n:8", "张"));
}

TEST(Lex, dates_in_other_spellings_are_read_and_reported) {
  for (const char* text : {"2023/8/31", "2023.8.31", "2023-8-31"}) {
    const Lexed result = lexed(text);
    EXPECT_THAT(result.words, ElementsAre("d:2023-08-31")) << text;
    EXPECT_EQ(result.mistakes, "1:1 date_spelling\n") << text;
  }
  EXPECT_THAT(words("2023-8"), ElementsAre("d:2023-08"));
  EXPECT_EQ(lexed("  2023-02-30").mistakes, "1:3 no_such_date\n");
  EXPECT_EQ(lexed("2023-13").mistakes, "1:1 no_such_date\n");
  EXPECT_EQ(lexed("2024-Q5").mistakes, "1:1 no_such_date\n");
  EXPECT_EQ(lexed("2023年13月").mistakes, "1:1 no_such_date\n");
}

TEST(Lex, operators_of_several_words) {
  EXPECT_THAT(words("a at least 5"), ElementsAre("a", "s:at least", "n:5"));
  EXPECT_THAT(words("no   more\n than 5"), ElementsAre("s:no more than", "n:5"));
  EXPECT_THAT(words("missing is no"), ElementsAre("k:missing is", "k:no"));
  EXPECT_THAT(words("at each month at x"), ElementsAre("k:at each", "month", "k:at", "x"));
  EXPECT_THAT(words("missing x more"), ElementsAre("missing", "x", "more"));
}

TEST(Lex, comments_are_kept_with_their_places) {
  auto source = std::make_shared<text::Source>("p", "# one\n\nlevel 市 # two \r\n\r\n ＃ three");
  text::Diagnostics diagnostics(source);
  const Tokens tokens = lex(source, {}, diagnostics);
  ASSERT_EQ(tokens.comments.size(), 3u);
  EXPECT_EQ(tokens.comments[0].text, " one");
  EXPECT_TRUE(tokens.comments[0].own_line);
  EXPECT_EQ(tokens.comments[1].text, " two");
  EXPECT_FALSE(tokens.comments[1].own_line);
  EXPECT_EQ(tokens.comments[2].text, " three");
  EXPECT_TRUE(tokens.comments[2].own_line);
  EXPECT_TRUE(tokens.comments[2].blank_before);
  EXPECT_TRUE(tokens.list[0].blank_before);
  EXPECT_EQ(source->slice(tokens.list[1].place), "市");
}

TEST(Lex, a_byte_order_mark_is_passed_over) {
  const Lexed result = lexed("\xEF\xBB\xBFplan x");
  EXPECT_THAT(result.words, ElementsAre("k:plan", "x"));
  EXPECT_EQ(result.mistakes, "");
}

TEST(Lex, unexpected_characters) {
  EXPECT_EQ(lexed("a @ b").mistakes, "1:3 unexpected_character\n");
  // A run of bytes that are no text is one mistake.
  EXPECT_EQ(lexed("a \xff\xfe\xff b").mistakes, "1:3 unexpected_character\n");
  EXPECT_EQ(lexed(std::string("a\0b", 3)).mistakes, "1:2 unexpected_character\n");
  EXPECT_EQ(lexed("a\u200bb").mistakes, "1:2 unexpected_character\n");
}

TEST(Lex, names_that_need_backquotes) {
  for (const char* name : {"", "a b", "2023年报", "目标1", "x-y", "ａ", "截至2", "a`b", "1a", "(",
                           "成本2", "missing"}) {
    EXPECT_TRUE(needs_backquotes(name)) << name;
  }
  for (const char* name : {"a", "床位", "护理占比60", "level1", "_x", "㎡", "m²", "市"}) {
    EXPECT_FALSE(needs_backquotes(name)) << name;
  }
}

TEST(Lex, limits_are_reported_with_a_place) {
  Limits limits;
  limits.bytes = 10;
  EXPECT_EQ(lexed("level a\nlevel b", limits).mistakes, "2:3 text_too_long\n");
  limits = {};
  limits.tokens = 3;
  const Lexed result = lexed("a b c d e", limits);
  EXPECT_EQ(result.words.size(), 3u);
  EXPECT_EQ(result.mistakes, "1:6 too_many_tokens\n");
  EXPECT_EQ(lexed("1" + std::string(1000, '0')).mistakes, "1:1 number_too_long\n");
  EXPECT_EQ(lexed("1e999999999999999999999").mistakes, "1:1 number_too_long\n");
  EXPECT_EQ(lexed("1e-995").mistakes, "");
}

TEST(Lex, a_file_of_noise_has_an_end) {
  Limits limits;
  limits.diagnostics = 5;
  std::string noise;
  for (int i = 0; i < 1000; ++i) noise += "@ ";
  auto source = std::make_shared<text::Source>("p", noise);
  text::Diagnostics diagnostics(source);
  lex(source, limits, diagnostics);
  ASSERT_EQ(diagnostics.size(), 6u);
  EXPECT_EQ(diagnostics.list().back().kind->name, "too_many_mistakes");
}

}  // namespace
}  // namespace dabiao::syntax
