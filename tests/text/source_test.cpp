#include "dabiao/text/source.hpp"

#include <gtest/gtest.h>

#include <string>

#include "dabiao/text/utf8.hpp"

namespace dabiao::text {
namespace {

TEST(Source, columns_count_code_points) {
  const Source source("plan.biao", "指标 a\nb床 = 1\n");
  EXPECT_EQ(source.position(0), (Position{1, 1}));
  EXPECT_EQ(source.position(3), (Position{1, 2}));   // 标
  EXPECT_EQ(source.position(4), (Position{1, 2}));   // inside 标
  EXPECT_EQ(source.position(7), (Position{1, 4}));   // a
  EXPECT_EQ(source.position(8), (Position{1, 5}));   // the line break
  EXPECT_EQ(source.position(9), (Position{2, 1}));   // b
  EXPECT_EQ(source.position(13), (Position{2, 3}));  // the space after 床
}

TEST(Source, an_offset_past_the_end_is_the_end) {
  const Source source("plan.biao", "ab\ncd");
  EXPECT_EQ(source.position(5), (Position{2, 3}));
  EXPECT_EQ(source.position(4000000000U), (Position{2, 3}));
}

TEST(Source, every_kind_of_line_break_ends_a_line) {
  const Source source("plan.biao", "a\r\nb\nc\rd\r\n\r\ne");
  ASSERT_EQ(source.line_count(), 6U);
  EXPECT_EQ(source.line(1), "a");
  EXPECT_EQ(source.line(2), "b");
  EXPECT_EQ(source.line(3), "c");
  EXPECT_EQ(source.line(4), "d");
  EXPECT_EQ(source.line(5), "");
  EXPECT_EQ(source.line(6), "e");
  EXPECT_EQ(source.line(0), "");
  EXPECT_EQ(source.line(7), "");
  // Both bytes of the break are the end of line 1.
  EXPECT_EQ(source.position(1), (Position{1, 2}));
  EXPECT_EQ(source.position(2), (Position{1, 2}));
  EXPECT_EQ(source.position(3), (Position{2, 1}));
}

TEST(Source, a_final_line_break_begins_an_empty_line) {
  const Source source("plan.biao", "a\n");
  EXPECT_EQ(source.line_count(), 2U);
  EXPECT_EQ(source.position(2), (Position{2, 1}));
  const Source carriage_return("plan.biao", "a\r");
  EXPECT_EQ(carriage_return.line_count(), 2U);
}

TEST(Source, an_empty_text_has_one_empty_line) {
  const Source source("plan.biao", "");
  EXPECT_EQ(source.line_count(), 1U);
  EXPECT_EQ(source.line(1), "");
  EXPECT_EQ(source.position(0), (Position{1, 1}));
  EXPECT_EQ(source.position(9), (Position{1, 1}));
}

TEST(Source, a_byte_order_mark_takes_no_column) {
  const Source source("plan.biao", "\xEF\xBB\xBFplan x\ny");
  EXPECT_EQ(source.line(1), "plan x");
  EXPECT_EQ(source.position(0), (Position{1, 1}));
  EXPECT_EQ(source.position(3), (Position{1, 1}));
  EXPECT_EQ(source.position(8), (Position{1, 6}));
  EXPECT_EQ(source.position(10), (Position{2, 1}));
}

TEST(Source, bytes_that_are_no_utf8_count_one_each) {
  // GBK for 床位, a truncated sequence before a line break, a lone lead byte at the end.
  const Source source("plan.biao", "\xB4\xB2\xCE\xBBx\n\xE5\xBA\ny\xF0");
  EXPECT_EQ(source.line(1), "\xB4\xB2\xCE\xBBx");
  EXPECT_EQ(source.position(4), (Position{1, 4}));  // CE BB happens to be a λ
  EXPECT_EQ(source.position(8), (Position{2, 3}));  // the line break after two stray bytes
  EXPECT_EQ(source.position(9), (Position{3, 1}));
  EXPECT_EQ(source.position(11), (Position{3, 3}));
}

TEST(Source, positions_in_a_long_line_agree_with_counting) {
  std::string text = "first\n";
  for (int round = 0; round < 1000; ++round) text += "床a位\xFFé😀";
  text += "\nlast";
  const Source source("plan.biao", text);
  for (std::uint32_t offset = 6; offset < text.size() - 5; offset += 97) {
    // What is counted is the code points that end at or before the offset.
    std::size_t column = 1;
    for (std::size_t at = 6; at + decode(text, at).bytes <= offset; ++column) {
      at += decode(text, at).bytes;
    }
    ASSERT_EQ(source.position(offset), (Position{2, column})) << offset;
  }
  EXPECT_EQ(source.position(static_cast<std::uint32_t>(text.size())), (Position{3, 5}));
}

TEST(Source, a_slice_stays_inside_the_text) {
  const Source source("plan.biao", "abcdef");
  EXPECT_EQ(source.slice({1, 3}), "bc");
  EXPECT_EQ(source.slice({4, 400}), "ef");
  EXPECT_EQ(source.slice({40, 400}), "");
  EXPECT_EQ(source.slice({3, 1}), "");
}

}  // namespace
}  // namespace dabiao::text
