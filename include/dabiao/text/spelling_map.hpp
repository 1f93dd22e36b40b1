#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

namespace dabiao::text {

/// What words stand for, found by the word. The words outlive the map, which keeps views of them in
/// one block of memory; nothing is taken out again.
template <class Value>
class SpellingMap {
 public:
  /// What the word stands for; made where it is new. Stays there until the next word is.
  Value& operator[](std::string_view word) {
    if (2 * (held_ + 1) > entries_.size()) grow(held_ + 1);
    Entry& entry = entries_[place_of(word, hash_of(word))];
    if (entry.hash == 0) {
      entry.hash = hash_of(word);
      entry.word = word;
      ++held_;
    }
    return entry.value;
  }

  void add(std::string_view word) { (*this)[word]; }

  /// Null where the word is not there.
  const Value* find(std::string_view word) const {
    if (held_ == 0) return nullptr;
    const Entry& entry = entries_[place_of(word, hash_of(word))];
    return entry.hash == 0 ? nullptr : &entry.value;
  }
  bool contains(std::string_view word) const { return find(word) != nullptr; }

  /// Makes room for so many words.
  void reserve(std::size_t words) {
    if (2 * words > entries_.size()) grow(words);
  }
  std::size_t size() const { return held_; }

 private:
  struct Entry {
    std::string_view word;
    std::uint32_t hash = 0;  // 0: free
    Value value{};
  };

  static std::uint32_t hash_of(std::string_view word) {
    constexpr std::uint64_t factor = 0x9e3779b97f4a7c15U;
    std::uint64_t hash = word.size() * factor;
    const char* at = word.data();
    std::size_t left = word.size();
    for (; left > 8; at += 8, left -= 8) {
      hash = (hash ^ read<std::uint64_t>(at)) * factor;
      hash ^= hash >> 32U;
    }
    // The rest in two pieces, which may overlap.
    std::uint64_t rest = 0;
    if (left >= 4) {
      rest = std::uint64_t{read<std::uint32_t>(at)} << 32U | read<std::uint32_t>(at + left - 4);
    } else if (left > 0) {
      rest = std::uint64_t{read<std::uint8_t>(at)} << 16U |
             std::uint64_t{read<std::uint8_t>(at + left / 2)} << 8U |
             read<std::uint8_t>(at + left - 1);
    }
    hash = (hash ^ rest) * factor;
    return static_cast<std::uint32_t>(hash >> 32U) | 1U;
  }

  template <class Number>
  static Number read(const char* from) {
    Number number = 0;
    std::memcpy(&number, from, sizeof number);
    return number;
  }

  /// Where the word is, or the free place where it would stand.
  std::size_t place_of(std::string_view word, std::uint32_t hash) const {
    std::size_t at = (hash >> 1U) & (entries_.size() - 1);
    while (entries_[at].hash != 0 && (entries_[at].hash != hash || entries_[at].word != word)) {
      at = (at + 1) & (entries_.size() - 1);
    }
    return at;
  }

  void grow(std::size_t words) {
    std::size_t size = entries_.empty() ? 16 : 2 * entries_.size();
    while (size < 2 * words) size *= 2;
    std::vector<Entry> before(size);
    before.swap(entries_);
    for (Entry& each : before) {
      if (each.hash != 0) entries_[place_of(each.word, each.hash)] = std::move(each);
    }
  }

  std::vector<Entry> entries_;  // an open table, at most half full
  std::size_t held_ = 0;
};

}  // namespace dabiao::text
