#include "dabiao/value/validity.hpp"

#include <algorithm>

namespace dabiao::value {

Validity::Validity(std::size_t size, bool value)
    : words_(words_for(size), value ? ~std::uint64_t{0} : 0), size_(size) {
  if (!words_.empty()) words_.back() &= used(words_.size() - 1);
}

Validity Validity::from_bytes(const std::uint8_t* bytes, std::size_t offset, std::size_t size) {
  Validity result(size);
  const auto bit = [&](std::size_t row) {
    const std::size_t at = offset + row;
    return ((bytes[at / 8] >> (at % 8)) & 1U) != 0;
  };
  std::size_t row = 0;
  // Whole bytes at once, then what is left bit by bit: reading past the last byte is not allowed.
  for (; row + 8 <= size; row += 8) {
    const std::size_t at = offset + row;
    std::uint64_t byte = bytes[at / 8];
    if (at % 8 != 0) {
      const std::uint64_t next = bytes[at / 8 + 1];
      byte = ((byte >> (at % 8)) | (next << (8 - at % 8))) & 0xFF;
    }
    result.words_[row / word_bits] |= byte << (row % word_bits);
  }
  for (; row < size; ++row) result.set(row, bit(row));
  return result;
}

void Validity::fill(bool value) {
  *this = Validity(size_, value);
}

void Validity::push_back(bool value) {
  if (size_ % word_bits == 0) words_.push_back(0);
  ++size_;
  if (value) set(size_ - 1);
}

void Validity::resize(std::size_t size, bool value) {
  const std::size_t before = size_;
  if (value && size > before && before % word_bits != 0) {
    words_.back() |= ~std::uint64_t{0} << (before % word_bits);
  }
  words_.resize(words_for(size), value ? ~std::uint64_t{0} : 0);
  size_ = size;
  if (!words_.empty()) words_.back() &= used(words_.size() - 1);
}

std::size_t Validity::count() const {
  std::size_t total = 0;
  for (std::uint64_t word : words_) total += static_cast<std::size_t>(std::popcount(word));
  return total;
}

std::size_t Validity::count(std::size_t begin, std::size_t end) const {
  assert(begin <= end && end <= size_ && "rows of the bitmap");
  if (begin == end) return 0;
  const std::size_t first = begin / word_bits;
  const std::size_t last = (end - 1) / word_bits;
  std::size_t total = 0;
  for (std::size_t i = first; i <= last; ++i) {
    std::uint64_t word = words_[i];
    if (i == first) word &= ~std::uint64_t{0} << (begin % word_bits);
    if (i == last && end % word_bits != 0) word &= (std::uint64_t{1} << (end % word_bits)) - 1;
    total += static_cast<std::size_t>(std::popcount(word));
  }
  return total;
}

bool Validity::none() const {
  return std::all_of(words_.begin(), words_.end(), [](std::uint64_t word) { return word == 0; });
}

Validity& Validity::operator&=(const Validity& other) {
  assert(size_ == other.size_ && "bitmaps of the same rows");
  for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= other.words_[i];
  return *this;
}

Validity& Validity::operator|=(const Validity& other) {
  assert(size_ == other.size_ && "bitmaps of the same rows");
  for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
  return *this;
}

void Validity::flip() {
  for (std::size_t i = 0; i < words_.size(); ++i) words_[i] = ~words_[i] & used(i);
}

}  // namespace dabiao::value
