#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <string_view>

namespace dabiao::text {

/// Tells most words from the spellings of a table by their first byte and their length alone: a
/// text holds far more names than words of the language.
class SpellingFilter {
 public:
  void add(std::string_view spelling) {
    if (!spelling.empty()) lengths_[first(spelling)].set(length(spelling));
  }
  /// False only for what is none of the spellings.
  bool may_hold(std::string_view word) const {
    return !word.empty() && lengths_[first(word)][length(word)];
  }

 private:
  static constexpr std::size_t longest = 63;  // and all that are longer

  static std::size_t first(std::string_view word) {
    return static_cast<unsigned char>(word.front());
  }
  static std::size_t length(std::string_view word) {
    return word.size() < longest ? word.size() : longest;
  }

  std::array<std::bitset<longest + 1>, 256> lengths_{};
};

}  // namespace dabiao::text
