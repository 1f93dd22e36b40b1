#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "dabiao/calendar/period.hpp"

namespace dabiao::calendar::detail {

/// Reads the parts of dates and periods from the front of a text.
class DateReader {
 public:
  explicit DateReader(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }

  /// Takes the word if the text goes on with it.
  bool take(std::string_view word);
  void skip_spaces();
  bool take_any(std::initializer_list<std::string_view> words);

  /// Takes the whole run of digits ahead, if it has from `least` to `most` of them.
  std::optional<int> digits(std::size_t least, std::size_t most);

  /// Takes a number of one or two digits, or from 一 to 三十九 in Chinese.
  std::optional<int> small_number();

  /// Takes a year of four digits, plain or Chinese (二〇二三).
  std::optional<int> year();

  /// How many digits the text goes on with.
  std::size_t run_of_digits() const;

 private:
  std::optional<int> chinese_digit();

  std::string_view rest_;
};

}  // namespace dabiao::calendar::detail
