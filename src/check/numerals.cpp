#include "numerals.hpp"

namespace dabiao::check::detail {

namespace {

/// 0 to 9, or 10, 100 for the words of magnitude, or -1.
int chinese_digit(char32_t c) {
  constexpr std::u32string_view digits[] = {U"〇零", U"一壹壱", U"二贰貳两兩", U"三叁參", U"四肆",
                                            U"五伍", U"六陆陸", U"七柒",       U"八捌",   U"九玖"};
  for (int value = 0; value < 10; ++value) {
    if (digits[value].find(c) != std::u32string_view::npos) return value;
  }
  if (c == U'十' || c == U'拾') return 10;
  if (c == U'百' || c == U'佰') return 100;
  return -1;
}

}  // namespace

Numeral read_chinese_numeral(std::u32string_view text) {
  Numeral numeral;
  int pending = -1;  // a digit that no magnitude followed yet
  int last_magnitude = 1000;
  for (const char32_t c : text) {
    const int value = chinese_digit(c);
    if (value < 0 || numeral.length >= 6) break;
    if (value < 10) {
      if (pending > 0) break;  // 二三 is no number of a clause
      pending = value;
    } else {
      if (value >= last_magnitude) break;
      last_magnitude = value;
      numeral.value += (pending < 0 ? 1 : pending) * value;
      pending = -1;
    }
    ++numeral.length;
  }
  if (pending > 0) numeral.value += pending;
  return numeral;
}

Numeral read_digits(std::u32string_view text) {
  Numeral numeral;
  while (numeral.length < text.size() && numeral.length < 4 && text[numeral.length] >= U'0' &&
         text[numeral.length] <= U'9') {
    numeral.value = numeral.value * 10 + static_cast<int>(text[numeral.length] - U'0');
    ++numeral.length;
  }
  return numeral;
}

char read_enclosed(char32_t character, int& value) {
  struct Row {
    char32_t first, last;
    char numbering;
  };
  constexpr Row rows[] = {{U'①', U'⑳', 'o'},
                          {U'⑴', U'⒇', 'b'},
                          {U'⒈', U'⒛', '.'},
                          {U'㈠', U'㈩', 'c'},
                          {U'❶', U'❿', 'o'}};
  for (const Row& row : rows) {
    if (character < row.first || character > row.last) continue;
    value = static_cast<int>(character - row.first) + 1;
    return row.numbering;
  }
  return '\0';
}

}  // namespace dabiao::check::detail
