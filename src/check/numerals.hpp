#pragma once

#include <cstddef>
#include <string_view>

namespace dabiao::check::detail {

/// A numeral at the beginning of a text: its value and how many code points it takes; 0 where
/// there is none.
struct Numeral {
  int value = 0;
  std::size_t length = 0;
};

/// Reads 一, 十二, 二十, 〇 and the forms of banknotes (壹, 貳 …), simplified or traditional.
Numeral read_chinese_numeral(std::u32string_view text);

/// Reads up to four ASCII digits.
Numeral read_digits(std::u32string_view text);

/// The value of a single character that holds a number (①, ⑴, ⒈, ㈠), with the numbering that it
/// stands for: 'o', 'b', '.', 'c'; '\0' where it is none.
char read_enclosed(char32_t character, int& value);

}  // namespace dabiao::check::detail
