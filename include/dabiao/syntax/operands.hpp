#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <iterator>
#include <span>
#include <utility>

namespace dabiao::syntax {

/// The numbers of an expression's operands, in their order. Most expressions have at most three:
/// these stand inside the object, which takes 16 bytes; more take memory of their own.
class Operands {
 public:
  using value_type = std::uint32_t;
  using iterator = std::uint32_t*;
  using const_iterator = const std::uint32_t*;

  Operands() = default;
  Operands(std::initializer_list<std::uint32_t> ids)
      : Operands(std::span(ids.begin(), ids.end())) {}
  Operands(std::span<const std::uint32_t> ids) : count_(static_cast<std::uint32_t>(ids.size())) {
    if (!is_inside()) point_to(new std::uint32_t[room()]);
    std::copy(ids.begin(), ids.end(), begin());
  }
  Operands(const Operands& other) : Operands(std::span(other.begin(), other.end())) {}
  Operands(Operands&& other) noexcept { swap(other); }
  Operands& operator=(Operands other) noexcept {
    swap(other);
    return *this;
  }
  ~Operands() {
    if (!is_inside()) delete[] begin();
  }

  void swap(Operands& other) noexcept {
    std::swap(count_, other.count_);
    std::swap(inside_, other.inside_);
  }

  void push_back(std::uint32_t id) {
    const bool full = is_inside() ? count_ == inside_.size() : count_ == room();
    if (full) {
      auto* const larger = new std::uint32_t[std::bit_ceil(std::size_t{count_} + 1)];
      std::copy(begin(), end(), larger);
      if (!is_inside()) delete[] begin();
      point_to(larger);
    }
    ++count_;
    back() = id;
  }

  std::size_t size() const { return count_; }
  bool empty() const { return count_ == 0; }
  const_iterator begin() const { return is_inside() ? inside_.data() : outside(); }
  const_iterator end() const { return begin() + count_; }
  iterator begin() { return is_inside() ? inside_.data() : outside(); }
  iterator end() { return begin() + count_; }
  auto rbegin() const { return std::make_reverse_iterator(end()); }
  auto rend() const { return std::make_reverse_iterator(begin()); }
  std::uint32_t operator[](std::size_t i) const { return begin()[i]; }
  std::uint32_t& operator[](std::size_t i) { return begin()[i]; }
  std::uint32_t front() const { return *begin(); }
  std::uint32_t back() const { return begin()[count_ - 1]; }
  std::uint32_t& back() { return begin()[count_ - 1]; }

  friend bool operator==(const Operands& a, const Operands& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
  }

 private:
  bool is_inside() const { return count_ <= inside_.size(); }
  // Outside there is room for the next power of two.
  std::size_t room() const { return std::bit_ceil(std::size_t{count_}); }
  std::uint32_t* outside() const {
    std::uint32_t* there = nullptr;
    std::memcpy(&there, inside_.data(), sizeof there);
    return there;
  }
  void point_to(std::uint32_t* there) { std::memcpy(inside_.data(), &there, sizeof there); }

  std::uint32_t count_ = 0;
  std::array<std::uint32_t, 3> inside_{};
};

}  // namespace dabiao::syntax
