#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace dabiao::engine {

/// A set of few numbers below a size, taken from the least on, in time that does not grow with the
/// size.
class SparseBits {
 public:
  explicit SparseBits(std::size_t size)
      : words_((size + 63) / 64, 0), blocks_((words_.size() + 63) / 64, 0) {}

  bool empty() const { return count_ == 0; }
  void insert(std::size_t number) {
    std::uint64_t& word = words_[number / 64];
    const std::uint64_t bit = std::uint64_t{1} << (number % 64);
    count_ += (word & bit) == 0 ? 1 : 0;
    word |= bit;
    blocks_[number / 4096] |= std::uint64_t{1} << (number / 64 % 64);
    first_ = std::min(first_, number / 4096);
  }
  /// Takes out the least number; there must be one.
  std::size_t take_least() {
    while (blocks_[first_] == 0) ++first_;
    const std::size_t at =
        first_ * 64 + static_cast<std::size_t>(std::countr_zero(blocks_[first_]));
    std::uint64_t& word = words_[at];
    const std::size_t number = at * 64 + static_cast<std::size_t>(std::countr_zero(word));
    word &= word - 1;
    if (word == 0) blocks_[first_] &= blocks_[first_] - 1;
    --count_;
    return number;
  }

 private:
  std::vector<std::uint64_t> words_;
  std::vector<std::uint64_t> blocks_;  // a bit per word that has one
  std::size_t first_ = 0;              // blocks before have none
  std::size_t count_ = 0;
};

}  // namespace dabiao::engine
