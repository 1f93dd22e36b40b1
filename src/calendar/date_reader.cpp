#include "calendar/date_reader.hpp"

namespace dabiao::calendar::detail {

namespace {

constexpr std::string_view chinese_digits[] = {"〇", "一", "二", "三", "四",
                                               "五", "六", "七", "八", "九"};

}  // namespace

bool DateReader::take(std::string_view word) {
  if (!rest_.starts_with(word)) return false;
  rest_.remove_prefix(word.size());
  return true;
}

void DateReader::skip_spaces() {
  while (take(" ")) {
  }
}

bool DateReader::take_any(std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words) {
    if (take(word)) return true;
  }
  return false;
}

std::size_t DateReader::run_of_digits() const {
  std::size_t length = 0;
  while (length < rest_.size() && rest_[length] >= '0' && rest_[length] <= '9') ++length;
  return length;
}

std::optional<int> DateReader::digits(std::size_t least, std::size_t most) {
  const std::size_t length = run_of_digits();
  if (length < least || length > most) return std::nullopt;
  int value = 0;
  for (const char digit : rest_.substr(0, length)) value = value * 10 + (digit - '0');
  rest_.remove_prefix(length);
  return value;
}

std::optional<int> DateReader::chinese_digit() {
  if (take_any({"零", "○"})) return 0;
  for (int value = 0; value <= 9; ++value) {
    if (take(chinese_digits[value])) return value;
  }
  return std::nullopt;
}

std::optional<int> DateReader::small_number() {
  if (run_of_digits() > 0) return digits(1, 2);
  const std::optional<int> first = chinese_digit();
  if (first == 0) return std::nullopt;
  if (!take("十")) return first;
  return first.value_or(1) * 10 + chinese_digit().value_or(0);
}

std::optional<int> DateReader::year() {
  if (run_of_digits() > 0) return digits(4, 4);
  int value = 0;
  for (int place = 0; place < 4; ++place) {
    const std::optional<int> digit = chinese_digit();
    if (!digit) return std::nullopt;
    value = value * 10 + *digit;
  }
  return value;
}

}  // namespace dabiao::calendar::detail
