#pragma once

#include <compare>
#include <concepts>
#include <iosfwd>
#include <string>
#include <utility>

#include "dabiao/exact/rational.hpp"

namespace dabiao::exact {

/// An end of an interval: minus infinity, a rational number, or plus infinity.
///
/// The arithmetic is that of interval ends: 0 times infinity is 0, and one divided by infinity is
/// 0. Adding opposite infinities is a broken invariant.
class Bound {
 public:
  Bound() = default;
  Bound(Rational value) : finite_(std::move(value)) {}
  template <std::integral Integer>
  Bound(Integer value) : finite_(value) {}

  static Bound negative_infinity() { return Bound(Infinity{-1}); }
  static Bound positive_infinity() { return Bound(Infinity{1}); }

  bool is_finite() const { return infinite_ == 0; }

  /// The number, which must be finite.
  const Rational& finite() const;

  /// -1, 0 or 1, also for the infinities.
  int sign() const { return is_finite() ? finite_.sign() : infinite_; }
  bool is_zero() const { return is_finite() && finite_.is_zero(); }

  friend bool operator==(const Bound&, const Bound&) = default;
  friend std::strong_ordering operator<=>(const Bound& a, const Bound& b) {
    if (a.infinite_ == 0 && b.infinite_ == 0) return a.finite_ <=> b.finite_;
    return a.infinite_ <=> b.infinite_;
  }

  Bound operator-() const;
  friend Bound operator+(const Bound& a, const Bound& b);
  friend Bound operator-(const Bound& a, const Bound& b) { return a + -b; }
  friend Bound operator*(const Bound& a, const Bound& b);

  /// One divided by this bound, which is not zero.
  Bound reciprocal() const;

  /// The number nearest to it, or an infinity.
  double to_double() const;

  /// "-infinity", "infinity", or the number as `Rational::to_string` writes it.
  std::string to_string() const;

  friend std::ostream& operator<<(std::ostream& stream, const Bound& bound);

 private:
  struct Infinity {
    int sign;
  };
  explicit Bound(Infinity infinity) : infinite_(infinity.sign) {}

  Rational finite_;  // 0 where the bound is infinite
  int infinite_ = 0;
};

}  // namespace dabiao::exact
