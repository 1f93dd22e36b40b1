#include "dabiao/text/utf8.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace dabiao::text {
namespace {

TEST(Utf8, every_scalar_value_survives_the_round_trip) {
  for (char32_t code_point = 0; code_point <= 0x10FFFF; ++code_point) {
    if (code_point >= 0xD800 && code_point <= 0xDFFF) continue;
    const std::string encoded = to_utf8(code_point);
    const Decoded decoded = decode(encoded, 0);
    ASSERT_TRUE(decoded.well_formed) << std::hex << static_cast<std::uint32_t>(code_point);
    ASSERT_EQ(decoded.code_point, code_point);
    ASSERT_EQ(decoded.bytes, encoded.size());
  }
}

TEST(Utf8, lengths_are_those_of_the_encoding) {
  EXPECT_EQ(to_utf8(U'a'), "a");
  EXPECT_EQ(to_utf8(U'é'), "\xC3\xA9");
  EXPECT_EQ(to_utf8(U'床'), "\xE5\xBA\x8A");
  EXPECT_EQ(to_utf8(char32_t{0x20BB7}), "\xF0\xA0\xAE\xB7");
}

TEST(Utf8, what_is_no_scalar_value_is_written_as_the_replacement_character) {
  EXPECT_EQ(to_utf8(char32_t{0xD800}), "\xEF\xBF\xBD");
  EXPECT_EQ(to_utf8(char32_t{0x110000}), "\xEF\xBF\xBD");
}

TEST(Utf8, ill_formed_bytes_are_read_one_by_one) {
  const std::u32string three = U"\uFFFD\uFFFD\uFFFD";
  EXPECT_EQ(to_code_points("\xC0\x80"), U"\uFFFD\uFFFD");            // overlong in two bytes
  EXPECT_EQ(to_code_points("\xE0\x80\x80"), three);                  // overlong in three
  EXPECT_EQ(to_code_points("\xED\xA0\x80"), three);                  // a surrogate
  EXPECT_EQ(to_code_points("\xF4\x90\x80\x80"), three + U"\uFFFD");  // past U+10FFFF
  EXPECT_EQ(to_code_points("\xF8\x88"), U"\uFFFD\uFFFD");
  EXPECT_EQ(to_code_points("\xE5\xBA"), U"\uFFFD\uFFFD");  // truncated by the end
  EXPECT_EQ(to_code_points("\xE5\xBA"
                           "a"),
            U"\uFFFD\uFFFDa");  // truncated by a letter
  EXPECT_EQ(to_code_points("\xE5\xE5\xBA\x8A"), U"\uFFFD床");
}

TEST(Utf8, no_sequence_of_bytes_is_read_past_its_end) {
  for (unsigned first = 0; first < 256; ++first) {
    for (unsigned second = 0; second < 256; ++second) {
      const std::string text{static_cast<char>(first), static_cast<char>(second)};
      std::size_t offset = 0;
      while (offset < text.size()) offset += decode(text, offset).bytes;
      ASSERT_EQ(offset, text.size());
      ASSERT_EQ(count_code_points(text), to_code_points(text).size());
    }
  }
}

TEST(Utf8, the_first_ill_formed_byte_is_found) {
  EXPECT_FALSE(first_ill_formed("床位 beds"));
  EXPECT_EQ(first_ill_formed("床\xFF"), 3U);
  EXPECT_EQ(first_ill_formed("ab\xE5\xBA"), 2U);
}

TEST(Utf8, reading_backwards_finds_the_same_code_points) {
  const std::string text = "a床é😀\xFF\xBA位";
  std::u32string backwards;
  for (std::size_t offset = text.size(); offset > 0;) {
    offset = previous_code_point(text, offset);
    backwards.insert(backwards.begin(), decode(text, offset).code_point);
  }
  EXPECT_EQ(backwards, to_code_points(text));
}

TEST(DisplayWidth, ideographs_take_two_columns_and_marks_none) {
  EXPECT_EQ(display_width(std::string_view("abc")), 3U);
  EXPECT_EQ(display_width(std::string_view("护理床位")), 8U);
  EXPECT_EQ(display_width(std::string_view("ＡＢ，。（")), 10U);
  EXPECT_EQ(display_width(std::string_view("かな한글")), 8U);
  EXPECT_EQ(display_width(std::string_view("e\u0301")), 1U);
  EXPECT_EQ(display_width(std::string_view("é≥‰㎡")), 5U);
  EXPECT_EQ(display_width(char32_t{0x20BB7}), 2U);
  EXPECT_EQ(display_width(U'😀'), 2U);
  EXPECT_EQ(display_width(char32_t{0x200D}), 0U);
  EXPECT_EQ(display_width(char32_t{0xE0100}), 0U);  // chooses the form of an ideograph
  EXPECT_EQ(display_width(U'\t'), 0U);
  EXPECT_EQ(display_width(U'ｱ'), 1U);
  EXPECT_EQ(display_width(replacement_character), 1U);
}

TEST(Letters, letters_of_many_scripts_begin_names) {
  for (const char32_t letter : std::u32string_view(U"azAZéßĄΩжЖאعहกあアー한中〇々龥㐀豈Ａｚªµ")) {
    EXPECT_TRUE(is_letter(letter)) << std::hex << static_cast<std::uint32_t>(letter);
  }
  // The extensions B, C, G and the last assigned ideograph of each plane.
  for (const char32_t letter :
       std::u32string_view(U"\U00020000\U0002A700\U0002F800\U00030000\U0003134A")) {
    EXPECT_TRUE(is_letter(letter)) << std::hex << static_cast<std::uint32_t>(letter);
  }
}

TEST(Letters, digits_marks_punctuation_and_symbols_do_not) {
  for (const char32_t other : std::u32string_view(
           U"09_-+*/%.,:;=<>()[]{}\"'`# \t，。、：；（）《》「」“”‘’…—·×÷−≥≤≠％‰　①㎡℃¥"
           U"○●★😀０９٠\u0301\u3099\uFFFD")) {
    EXPECT_FALSE(is_letter(other)) << std::hex << static_cast<std::uint32_t>(other);
  }
  EXPECT_FALSE(is_letter(0x4DC0));  // a hexagram between two blocks of ideographs
  EXPECT_FALSE(is_letter(0x10FFFF));
}

TEST(Letters, marks_continue_names) {
  EXPECT_TRUE(is_mark(0x0301));
  EXPECT_TRUE(is_mark(0x093F));
  EXPECT_TRUE(is_mark(0x3099));
  EXPECT_TRUE(is_mark(0xE0100));
  EXPECT_FALSE(is_mark(U'a'));
  EXPECT_FALSE(is_mark(U'床'));
  for (char32_t code_point = 0; code_point <= 0x10FFFF; ++code_point) {
    ASSERT_FALSE(is_letter(code_point) && is_mark(code_point))
        << std::hex << static_cast<std::uint32_t>(code_point);
  }
}

TEST(Letters, nothing_invisible_is_a_letter_and_none_takes_a_column) {
  for (char32_t code_point = 0; code_point <= 0x10FFFF; ++code_point) {
    if (!is_invisible(code_point)) continue;
    ASSERT_FALSE(is_letter(code_point)) << std::hex << static_cast<std::uint32_t>(code_point);
    ASSERT_EQ(display_width(code_point), 0U);
  }
  EXPECT_TRUE(is_invisible(0x1B));
  EXPECT_TRUE(is_invisible(0x200B));
  EXPECT_TRUE(is_invisible(0x202E));
  EXPECT_TRUE(is_invisible(0xFEFF));
  EXPECT_FALSE(is_invisible(U' '));
}

TEST(Normalized, full_width_forms_become_plain) {
  EXPECT_EQ(normalized(std::string_view("０１２３４５６７８９")), "0123456789");
  EXPECT_EQ(normalized(std::string_view("ＡＢＺａｂｚ")), "ABZabz");
  EXPECT_EQ(normalized(std::string_view("（）［］｛｝，。：；＝＜＞＋－＊／％＾｜～！＂")),
            "()[]{},.:;=<>+-*/%^|~!\"");
  EXPECT_EQ(normalized(std::string_view("、×÷−　")), ",*/- ");
  EXPECT_EQ(normalized(std::string_view("＃＿")), "#_");
}

TEST(Normalized, everything_else_stays) {
  EXPECT_EQ(normalized(std::string_view("床位 beds ≥≤≠ ‰ ㎡ “引” 《书》 ｱ")),
            "床位 beds ≥≤≠ ‰ ㎡ “引” 《书》 ｱ");
  EXPECT_EQ(normalized(std::string_view("a\xFFz")), "a\uFFFDz");
}

TEST(Plain, IsTheTextItselfWhereNothingChanges) {
  for (const std::string_view text :
       {"", "bed/千人", "０", "床位、人", "\xff", "é", "〜", "㎡", "a\u00A0b", "\xE5\xBA"}) {
    EXPECT_EQ(is_plain(text), normalized(text) == text) << text;
    EXPECT_EQ(Plain(text).text(), normalized(text)) << text;
  }
  const std::string_view text = "床位";
  EXPECT_EQ(Plain(text).text().data(), text.data());
}

}  // namespace
}  // namespace dabiao::text
