#include "dabiao/text/render.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dabiao/text/utf8.hpp"

namespace dabiao::text {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr DiagnosticKind plain_kind = {"plain_words", Severity::warning, "plain words",
                                       "普通文字",    "meaning",         "含义"};
constexpr DiagnosticKind note_kind = {
    "remark", Severity::note, "a remark on {what}", "关于 {what} 的说明", "meaning", "含义"};

std::shared_ptr<const Source> source_of(std::string text, std::string name = "plan.biao") {
  return std::make_shared<const Source>(std::move(name), std::move(text));
}

// The place of the first occurrence of some words.
Place place_of(const Source& source, std::string_view words) {
  const std::size_t at = source.text().find(words);
  EXPECT_NE(at, std::string::npos) << words;
  return {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + words.size())};
}

Diagnostic unknown_name(std::shared_ptr<const Source> source, std::string_view name) {
  Diagnostic diagnostic(kind("unknown_name"), place_of(*source, name));
  diagnostic.with("name", std::string(name));
  diagnostic.source = std::move(source);
  return diagnostic;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = text.find('\n', begin);
    lines.push_back(text.substr(begin, end - begin));
    if (end == std::string::npos) break;
    begin = end + 1;
  }
  return lines;
}

// What stands above the carets, found by counting columns as a terminal does.
std::string above_carets(const std::string& line, const std::string& carets) {
  const std::size_t first = carets.find('^');
  const std::size_t last = carets.find_first_not_of('^', first);
  const std::size_t end = last == std::string::npos ? carets.size() : last;
  std::string found;
  std::size_t column = 0;
  for (const char32_t code_point : to_code_points(line)) {
    if (column >= first && column < end) append_utf8(found, code_point);
    column += display_width(code_point);
  }
  return found;
}

TEST(Message, fills_in_the_arguments) {
  Diagnostic diagnostic(kind("unknown_name"));
  diagnostic.with("name", "护理床");
  EXPECT_EQ(message(diagnostic, Language::english), "unknown name `护理床`");
  EXPECT_EQ(message(diagnostic, Language::chinese), "未知名称 `护理床`");
}

TEST(Message, builds_what_was_expected) {
  Diagnostic diagnostic(kind("unexpected_token"));
  diagnostic.with("seen", "`)`")
      .expect("`=`")
      .expect("a unit", "单位")
      .expect("`=`")
      .expect("`at`");
  EXPECT_EQ(message(diagnostic, Language::english), "unexpected `)`, expected `=`, a unit or `at`");
  EXPECT_THAT(message(diagnostic, Language::chinese), HasSubstr("`=`、单位 或 `at`"));
}

TEST(Message, an_argument_called_expected_goes_first) {
  Diagnostic diagnostic(kind("unexpected_token"));
  diagnostic.with("seen", "x").with("expected", "a date").expect("ignored");
  EXPECT_EQ(message(diagnostic, Language::english), "unexpected x, expected a date");
}

TEST(Message, an_argument_may_have_chinese_words) {
  Diagnostic diagnostic(kind("unexpected_token"));
  diagnostic.with("seen", "the end of the plan", "计划结尾").expect("a name", "名称");
  EXPECT_THAT(message(diagnostic, Language::english), HasSubstr("the end of the plan"));
  EXPECT_THAT(message(diagnostic, Language::chinese), HasSubstr("计划结尾"));
  EXPECT_THAT(message(diagnostic, Language::chinese), Not(HasSubstr("the end")));
}

TEST(Message, a_missing_argument_is_a_bug_that_is_named) {
  const Diagnostic diagnostic(kind("unknown_name"));
  std::string text;
  EXPECT_DEBUG_DEATH(text = message(diagnostic, Language::english), "placeholder");
#ifdef NDEBUG
  EXPECT_EQ(text, "unknown name `{name}`");
#endif
}

TEST(Fill, replaces_each_occurrence_once) {
  using Arguments = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(fill("{a}+{a}={b}", Arguments{{"a", "1"}, {"b", "2"}}), "1+1=2");
  // What an argument says is not searched again.
  EXPECT_EQ(fill("{a} {b}", Arguments{{"a", "{b}"}, {"b", "x"}}), "{b} x");
  EXPECT_EQ(fill("{a} {missing}", Arguments{{"a", "1"}}), "1 {missing}");
  EXPECT_EQ(fill("expected `{` or {}, {not one} {a", Arguments{{"a", "1"}}),
            "expected `{` or {}, {not one} {a");
  EXPECT_EQ(fill("", Arguments{}), "");
}

TEST(Fill, placeholders_are_listed_once) {
  EXPECT_THAT(placeholders("{b} {a} {b} {} {x y} {"), ElementsAre("b", "a"));
}

TEST(Alternatives, are_joined_in_both_languages) {
  EXPECT_EQ(alternatives({}, Language::english), "");
  EXPECT_EQ(alternatives({"a"}, Language::english), "a");
  EXPECT_EQ(alternatives({"a", "b"}, Language::english), "a or b");
  EXPECT_EQ(alternatives({"a", "b", "a", "c"}, Language::english), "a, b or c");
  EXPECT_EQ(alternatives({"a", "b", "c"}, Language::chinese), "a、b 或 c");
}

TEST(Render, shows_the_place_and_the_suggestion) {
  auto source = source_of("计划 x\n\n指标 护理占比 = 护理床 / 床位\n");
  Diagnostic diagnostic = unknown_name(source, "护理床");
  diagnostic.suggest("护理床位").note("first");
  EXPECT_EQ(render(diagnostic, Language::english),
            "error: unknown name `护理床` [unknown_name]\n"
            " --> plan.biao:3:11\n"
            "  |\n"
            "3 | 指标 护理占比 = 护理床 / 床位\n"
            "  |                 ^^^^^^ did you mean `护理床位`?\n"
            "  = note: first\n");
}

TEST(Render, speaks_chinese) {
  auto source = source_of("指标 护理占比 = 护理床 / 床位");
  Diagnostic diagnostic = unknown_name(source, "护理床");
  diagnostic.suggest("护理床位").note("first", "其一").note("second");
  EXPECT_EQ(render(diagnostic, Language::chinese),
            "错误: 未知名称 `护理床` [unknown_name]\n"
            " --> plan.biao:1:11\n"
            "  |\n"
            "1 | 指标 护理占比 = 护理床 / 床位\n"
            "  |                 ^^^^^^ 是否应为 `护理床位`?\n"
            "  = 说明: 其一\n"
            "  = 说明: second\n");
}

TEST(Render, the_gutter_is_as_wide_as_the_largest_line_number) {
  auto source = source_of(std::string(11, '\n') + "beds\n" + std::string(90, '\n') + "homes");
  Diagnostic diagnostic = unknown_name(source, "beds");
  EXPECT_THAT(render(diagnostic, Language::english),
              EndsWith("  --> plan.biao:12:1\n   |\n12 | beds\n   | ^^^^\n"));
  diagnostic.label(place_of(*source, "homes"), "here");
  EXPECT_THAT(render(diagnostic, Language::english),
              EndsWith("   --> plan.biao:12:1\n    |\n 12 | beds\n    | ^^^^\n"
                       "   --> plan.biao:103:1\n    |\n103 | homes\n    | ----- here\n"));
}

TEST(Render, carets_stand_under_what_is_meant) {
  for (const std::string_view line :
       {"X", "床位 X 床位", "ＡＢ　（X）", "\tX", "a\t床\tX\t", "e\u0301e\u0301 X", "😀😀X",
        "\xFF\xFE X", "a\x1B[31mX", "\u202EX", "한글かなX", "𠮷野X", "a\u200BX"}) {
    auto source = source_of("first\n" + std::string(line) + "\nlast");
    const std::vector<std::string> lines =
        lines_of(render(unknown_name(source, "X"), Language::english));
    ASSERT_EQ(lines.size(), 5U) << line;
    EXPECT_EQ(above_carets(lines[3], lines[4]), "X") << lines[3] << '\n' << lines[4];
    EXPECT_EQ(lines[3].find('\x1B'), std::string::npos);
    EXPECT_EQ(lines[3].find('\t'), std::string::npos);
  }
}

TEST(Render, carets_are_as_wide_as_what_is_meant) {
  auto source = source_of("a\t床位b 后");
  Diagnostic diagnostic(plain_kind, place_of(*source, "\t床位b"));
  diagnostic.source = source;
  EXPECT_THAT(render(diagnostic, Language::english),
              EndsWith("1 | a    床位b 后\n  |  ^^^^^^^^^\n"));
}

TEST(Render, an_empty_place_has_one_caret) {
  auto source = source_of("床位 = \nnext");
  Diagnostic diagnostic(plain_kind, Place{9, 9});
  diagnostic.source = source;
  EXPECT_THAT(render(diagnostic, Language::english),
              EndsWith(" --> plan.biao:1:6\n  |\n1 | 床位 =\n  |        ^\n"));
  // Past the end of the text.
  diagnostic.place = Place{4000, 5000};
  EXPECT_THAT(render(diagnostic, Language::english),
              EndsWith(" --> plan.biao:2:5\n  |\n2 | next\n  |     ^\n"));
}

TEST(Render, an_empty_text_can_be_pointed_at) {
  Diagnostic diagnostic(plain_kind, Place{0, 0});
  diagnostic.source = source_of("");
  EXPECT_EQ(render(diagnostic, Language::english),
            "warning: plain words [plain_words]\n --> plan.biao:1:1\n  |\n1 |\n  | ^\n");
}

TEST(Render, a_place_of_several_lines_is_marked_to_the_end_of_its_first) {
  auto source = source_of("one two\nthree\n");
  Diagnostic diagnostic(plain_kind, place_of(*source, "two\nthree"));
  diagnostic.source = source;
  EXPECT_THAT(render(diagnostic, Language::english), EndsWith("1 | one two\n  |     ^^^\n"));
}

TEST(Render, carriage_returns_are_not_shown) {
  auto source = source_of("one\r\n床位 two\r\nthree\r\n");
  const std::string text = render(unknown_name(source, "two"), Language::english);
  EXPECT_THAT(text, EndsWith(" --> plan.biao:2:4\n  |\n2 | 床位 two\n  |      ^^^\n"));
  EXPECT_EQ(text.find('\r'), std::string::npos);
}

TEST(Render, labels_on_the_same_line_share_the_excerpt) {
  auto source = source_of("target 护理占比 : 床位 > 60%");
  Diagnostic diagnostic(plain_kind, place_of(*source, "60%"));
  diagnostic.source = source;
  diagnostic.label(place_of(*source, "床位"), "this is in 张", "此处单位为张");
  EXPECT_EQ(render(diagnostic, Language::english),
            "warning: plain words [plain_words]\n"
            " --> plan.biao:1:20\n"
            "  |\n"
            "1 | target 护理占比 : 床位 > 60%\n"
            "  |                          ^^^\n"
            "  |                   ---- this is in 张\n");
  EXPECT_THAT(render(diagnostic, Language::chinese), HasSubstr("---- 此处单位为张\n"));
}

TEST(Render, labels_on_other_lines_have_their_own_excerpts) {
  auto source = source_of("input a\nb c\ninput a\n");
  Diagnostic diagnostic(plain_kind, Place{18, 19});
  diagnostic.source = source;
  diagnostic.label({6, 7}, "declared here").label({8, 9}, "").label({0, 5}, "by this");
  EXPECT_EQ(render(diagnostic, Language::english),
            "warning: plain words [plain_words]\n"
            " --> plan.biao:3:7\n"
            "  |\n"
            "3 | input a\n"
            "  |       ^\n"
            " --> plan.biao:1:7\n"
            "  |\n"
            "1 | input a\n"
            "  |       - declared here\n"
            "  | ----- by this\n"
            " --> plan.biao:2:1\n"
            "  |\n"
            "2 | b c\n"
            "  | -\n");
}

TEST(Render, of_a_long_line_the_part_around_the_caret_is_shown) {
  std::string line;
  for (int round = 0; round < 60000; ++round) line += "床位 a + ";
  const std::size_t middle = line.size() / 2;
  const std::size_t at = line.find('a', middle);
  line[at] = 'X';
  auto source = source_of(line);
  const std::string text = render(unknown_name(source, "X"), Language::english);
  EXPECT_LT(text.size(), 1000U);
  const std::vector<std::string> lines = lines_of(text);
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_EQ(above_carets(lines[3], lines[4]), "X");
  EXPECT_THAT(lines[3], StartsWith("1 | ..."));
  EXPECT_THAT(lines[3], EndsWith("..."));
  EXPECT_LE(display_width(lines[3]), 140U);
  EXPECT_THAT(lines[3], HasSubstr("床位 a + 床位 X + 床位 a"));
}

TEST(Render, the_window_opens_at_the_ends_of_a_long_line) {
  const std::string filling(5000, '-');
  const std::vector<std::string> begin =
      lines_of(render(unknown_name(source_of("X" + filling), "X"), Language::english));
  EXPECT_THAT(begin[3], StartsWith("1 | X---"));
  EXPECT_THAT(begin[3], EndsWith("..."));
  EXPECT_EQ(begin[4], "  | ^");
  const std::vector<std::string> end =
      lines_of(render(unknown_name(source_of(filling + "X"), "X"), Language::english));
  EXPECT_THAT(end[3], StartsWith("1 | ...---"));
  EXPECT_THAT(end[3], EndsWith("-X"));
  EXPECT_EQ(above_carets(end[3], end[4]), "X");
}

TEST(Render, a_place_wider_than_the_window_is_cut_with_it) {
  auto source = source_of("a" + std::string(100000, 'b') + "c");
  Diagnostic diagnostic(plain_kind, Place{1, 100001});
  diagnostic.source = source;
  const std::string text = render(diagnostic, Language::english);
  EXPECT_LT(text.size(), 600U);
  EXPECT_THAT(text, HasSubstr("^^^^^^^^^"));
}

TEST(Render, a_label_outside_the_window_has_a_window_of_its_own) {
  auto source = source_of("X" + std::string(5000, '-') + "Y");
  Diagnostic diagnostic = unknown_name(source, "X");
  diagnostic.label(place_of(*source, "Y"), "and here");
  const std::string text = render(diagnostic, Language::english);
  EXPECT_THAT(text, HasSubstr("--> plan.biao:1:1\n"));
  EXPECT_THAT(text, HasSubstr("--> plan.biao:1:5002\n"));
  EXPECT_THAT(text, HasSubstr("- and here\n"));
}

TEST(Render, a_long_line_without_width_or_encoding_is_still_cut) {
  std::string marks = "X";
  for (int round = 0; round < 100000; ++round) marks += "\u0301";
  EXPECT_LT(render(unknown_name(source_of(marks), "X"), Language::english).size(), 2000U);
  auto bytes = source_of(std::string(1 << 20, '\xFF') + "X" + std::string(1 << 20, '\x80'));
  const std::vector<std::string> lines =
      lines_of(render(unknown_name(bytes, "X"), Language::english));
  EXPECT_LT(lines[3].size(), 600U);
  EXPECT_EQ(above_carets(lines[3], lines[4]), "X");
}

TEST(Render, any_bytes_can_be_pointed_at_anywhere) {
  std::string text;
  std::uint32_t state = 12345;
  for (int count = 0; count < 3000; ++count) {
    state = state * 1664525U + 1013904223U;
    text.push_back(static_cast<char>(state >> 24));
  }
  auto source = source_of(text);
  for (std::uint32_t begin = 0; begin < text.size(); begin += 7) {
    Diagnostic diagnostic(plain_kind, Place{begin, begin + begin % 50});
    diagnostic.source = source;
    const std::string shown = render(diagnostic, Language::chinese);
    ASSERT_FALSE(first_ill_formed(shown)) << begin;
    ASSERT_EQ(shown.find('\x1B'), std::string::npos);
  }
}

TEST(Render, words_cannot_command_the_terminal) {
  Diagnostic diagnostic(kind("unknown_name"));
  diagnostic.with("name", "a\x1B[2Jb\nc\u202E").suggest("d\re").note("one\n\x07two");
  EXPECT_EQ(render(diagnostic, Language::english),
            "error: unknown name `a\uFFFD[2Jb c\uFFFD` [unknown_name]\n"
            "  = help: did you mean `d e`?\n"
            "  = note: one\n"
            "          \uFFFDtwo\n");
}

TEST(Render, data_has_rows_and_columns) {
  Diagnostic diagnostic(plain_kind);
  diagnostic.in_data({"data.csv", 12, "床位"});
  diagnostic.suggest("57%");
  EXPECT_EQ(render(diagnostic, Language::english),
            "warning: plain words [plain_words]\n"
            " --> data.csv: row 12, column 床位\n"
            "  = help: did you mean `57%`?\n");
  EXPECT_EQ(render(diagnostic, Language::chinese),
            "警告: 普通文字 [plain_words]\n"
            " --> data.csv: 第 12 行,列 床位\n"
            "  = 提示: 是否应为 `57%`?\n");
  EXPECT_EQ(data_place_name({"data.csv", 0, "床位"}, Language::english), "data.csv: column 床位");
  EXPECT_EQ(data_place_name({"data.csv", 3, ""}, Language::english), "data.csv: row 3");
  EXPECT_EQ(data_place_name({"data.csv", 0, ""}, Language::english), "data.csv");
}

TEST(Render, what_was_expected_is_told_even_where_the_message_does_not) {
  Diagnostic diagnostic(plain_kind);
  diagnostic.expect("`a`").expect("`b`");
  EXPECT_THAT(render(diagnostic, Language::english), EndsWith("  = expected: `a` or `b`\n"));
  EXPECT_THAT(render(diagnostic, Language::chinese), EndsWith("  = 应为: `a` 或 `b`\n"));
}

TEST(Render, a_source_without_a_place_is_named) {
  Diagnostic diagnostic(plain_kind);
  diagnostic.in_source(source_of("x"));
  EXPECT_THAT(render(diagnostic, Language::english), EndsWith("\n --> plan.biao\n"));
}

TEST(Render, colour_changes_no_words) {
  auto source = source_of("指标 护理占比 = 护理床 / 床位");
  Diagnostic diagnostic = unknown_name(source, "护理床");
  diagnostic.suggest("护理床位").note("first").label(place_of(*source, "护理占比"), "here");
  const std::string coloured = render(diagnostic, Language::english, {.colour = true});
  EXPECT_THAT(coloured, HasSubstr("\x1B[1;31m^^^^^^"));
  std::string plain;
  for (std::size_t at = 0; at < coloured.size(); ++at) {
    if (coloured[at] == '\x1B') {
      at = coloured.find('m', at);
    } else {
      plain.push_back(coloured[at]);
    }
  }
  EXPECT_EQ(plain, render(diagnostic, Language::english));
}

TEST(RenderAll, sorts_by_file_and_position_and_counts) {
  auto plan = source_of("a b c", "b.biao");
  Diagnostics diagnostics(plan);
  diagnostics.add(kind("unknown_name"), {4, 5}).with("name", "c");
  diagnostics.add(plain_kind, {0, 1});
  diagnostics.add(kind("unknown_name"), {0, 1}).with("name", "a");
  diagnostics.add(note_kind).with("what", "nothing");
  diagnostics.add(plain_kind).in_data({"a.csv", 10, "x"});
  diagnostics.add(plain_kind).in_data({"a.csv", 9, "x"});
  std::vector<std::string> messages;
  for (const std::string& line : lines_of(render_all(diagnostics, Language::english))) {
    if (line.find("-->") != std::string::npos || line.find(" [") != std::string::npos) {
      messages.push_back(line);
    }
  }
  EXPECT_THAT(messages,
              ElementsAre("note: a remark on nothing [remark]",                                  //
                          "warning: plain words [plain_words]", " --> a.csv: row 9, column x",   //
                          "warning: plain words [plain_words]", " --> a.csv: row 10, column x",  //
                          "warning: plain words [plain_words]", " --> b.biao:1:1",               //
                          "error: unknown name `a` [unknown_name]", " --> b.biao:1:1",           //
                          "error: unknown name `c` [unknown_name]", " --> b.biao:1:5"));
  EXPECT_THAT(render_all(diagnostics, Language::english),
              EndsWith("\n\n2 errors, 3 warnings, 1 note\n"));
  EXPECT_THAT(render_all(diagnostics, Language::chinese),
              EndsWith("\n\n2 个错误,3 个警告,1 个说明\n"));
}

TEST(RenderAll, one_is_not_many_and_none_is_nothing) {
  Diagnostics diagnostics;
  EXPECT_EQ(render_all(diagnostics, Language::english), "");
  EXPECT_EQ(summary(diagnostics, Language::english), "");
  diagnostics.add(plain_kind);
  EXPECT_EQ(summary(diagnostics, Language::english), "1 warning");
  EXPECT_EQ(summary(diagnostics, Language::chinese), "1 个警告");
  diagnostics.add(kind("unknown_name"));
  diagnostics.add(kind("unknown_name"));
  EXPECT_EQ(summary(diagnostics, Language::english), "2 errors, 1 warning");
  EXPECT_EQ(summary(diagnostics, Language::chinese), "2 个错误,1 个警告");
}

TEST(Positions, are_those_of_both_ends) {
  auto source = source_of("床位 a\nb");
  Diagnostic diagnostic(plain_kind, Place{7, 10});
  EXPECT_EQ(positions(diagnostic), std::nullopt);
  diagnostic.source = source;
  EXPECT_EQ(positions(diagnostic), (PositionRange{{1, 4}, {2, 2}}));
  diagnostic.place.reset();
  EXPECT_EQ(positions(diagnostic), std::nullopt);
}

TEST(Words, missing_chinese_words_are_the_same_words) {
  Diagnostic diagnostic(plain_kind);
  diagnostic.notes = {"one", "two"};  // without the builder there is no second list
  EXPECT_THAT(notes(diagnostic, Language::chinese), ElementsAre("one", "two"));
  diagnostic.note("three", "三");
  EXPECT_THAT(notes(diagnostic, Language::chinese), ElementsAre("one", "two", "三"));
  EXPECT_THAT(notes(diagnostic, Language::english), ElementsAre("one", "two", "three"));
  EXPECT_EQ(suggestion(diagnostic, Language::english), "");
}

TEST(LanguageFromLocale, the_first_value_that_is_set_decides) {
  EXPECT_EQ(language_from_locale("", "", ""), Language::english);
  EXPECT_EQ(language_from_locale("", "", "zh_CN.UTF-8"), Language::chinese);
  EXPECT_EQ(language_from_locale("", "zh_TW", "en_US.UTF-8"), Language::chinese);
  EXPECT_EQ(language_from_locale("C", "zh_CN", "zh_CN"), Language::english);
  EXPECT_EQ(language_from_locale("", "en_US.UTF-8", "zh_CN.UTF-8"), Language::english);
  EXPECT_EQ(language_from_locale("zh-Hant", "C", "C"), Language::chinese);
  EXPECT_EQ(language_from_locale("", "", "de_DE"), Language::english);
}

}  // namespace
}  // namespace dabiao::text
