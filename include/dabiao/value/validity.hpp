#pragma once

#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace dabiao::value {

// The words are handed to Arrow as bytes, least significant bit first.
static_assert(std::endian::native == std::endian::little);

/// One bit per row, set where the row has a value: Arrow's validity layout in 64-bit words, least
/// significant bit first. Bits past the last row are always clear, so that words can be compared,
/// counted and combined whole.
class Validity {
 public:
  static constexpr std::size_t word_bits = 64;

  Validity() = default;
  /// `size` rows that all have a value or all have none.
  explicit Validity(std::size_t size, bool value = false);
  /// Reads `size` bits of an Arrow bitmap, beginning at bit `offset` of `bytes`.
  static Validity from_bytes(const std::uint8_t* bytes, std::size_t offset, std::size_t size);

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  bool get(std::size_t row) const {
    assert(row < size_ && "a row of the bitmap");
    return ((words_[row / word_bits] >> (row % word_bits)) & 1U) != 0;
  }
  void set(std::size_t row) {
    assert(row < size_ && "a row of the bitmap");
    words_[row / word_bits] |= std::uint64_t{1} << (row % word_bits);
  }
  void clear(std::size_t row) {
    assert(row < size_ && "a row of the bitmap");
    words_[row / word_bits] &= ~(std::uint64_t{1} << (row % word_bits));
  }
  void set(std::size_t row, bool value) { value ? set(row) : clear(row); }
  void fill(bool value);
  void push_back(bool value);
  /// New rows have `value`.
  void resize(std::size_t size, bool value = false);

  /// How many rows are set, in all or in [begin, end).
  std::size_t count() const;
  std::size_t count(std::size_t begin, std::size_t end) const;
  bool all() const { return count() == size_; }
  bool none() const;

  /// Keeps the rows that are set in both; the sizes must be equal.
  Validity& operator&=(const Validity& other);
  /// Sets the rows that are set in either; the sizes must be equal.
  Validity& operator|=(const Validity& other);
  /// Sets what is clear and clears what is set.
  void flip();
  friend Validity operator&(Validity a, const Validity& b) { return a &= b; }
  friend Validity operator|(Validity a, const Validity& b) { return a |= b; }
  bool operator==(const Validity&) const = default;

  /// Calls visit(row) for every set row, in order, skipping clear words whole.
  template <class Visit>
  void for_each_set(Visit visit) const {
    for (std::size_t i = 0; i < words_.size(); ++i) visit_bits(words_[i], i, visit);
  }
  /// Calls visit(row) for every clear row, in order, skipping full words whole.
  template <class Visit>
  void for_each_clear(Visit visit) const {
    for (std::size_t i = 0; i < words_.size(); ++i) visit_bits(~words_[i] & used(i), i, visit);
  }

  /// The rows 64·i … 64·i+63.
  std::uint64_t word(std::size_t index) const { return words_[index]; }
  /// Replaces a word; bits past the last row are ignored.
  void set_word(std::size_t index, std::uint64_t word) { words_[index] = word & used(index); }
  std::span<const std::uint64_t> words() const { return words_; }
  /// The words as Arrow's bytes, (size + 7) / 8 of them.
  std::span<const std::uint8_t> bytes() const {
    return {reinterpret_cast<const std::uint8_t*>(words_.data()), (size_ + 7) / 8};
  }

 private:
  static std::size_t words_for(std::size_t size) { return (size + word_bits - 1) / word_bits; }
  /// The bits of a word that are rows.
  std::uint64_t used(std::size_t index) const {
    const std::size_t rows = size_ - index * word_bits;
    return rows >= word_bits ? ~std::uint64_t{0} : (std::uint64_t{1} << rows) - 1;
  }
  template <class Visit>
  static void visit_bits(std::uint64_t word, std::size_t index, Visit& visit) {
    while (word != 0) {
      visit(index * word_bits + static_cast<std::size_t>(std::countr_zero(word)));
      word &= word - 1;
    }
  }

  std::vector<std::uint64_t> words_;
  std::size_t size_ = 0;
};

}  // namespace dabiao::value
