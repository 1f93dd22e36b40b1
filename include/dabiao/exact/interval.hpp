#pragma once

#include <iosfwd>
#include <optional>
#include <string>

#include "dabiao/exact/bound.hpp"
#include "dabiao/exact/rational.hpp"

namespace dabiao::exact {

/// All rational numbers between two ends; an end that is not open belongs to the interval.
///
/// An infinite end is never reached, whatever its flag says. The functions below take intervals
/// that are not empty and return the smallest interval that holds every result, with the ends
/// open exactly where they are not reached, as if the operands varied independently.
struct Interval {
  Bound low;
  Bound high;
  bool low_open = false;
  bool high_open = false;

  static Interval point(const Rational& value) { return {value, value}; }
  static Interval everything() { return {Bound::negative_infinity(), Bound::positive_infinity()}; }
  static Interval at_least(const Rational& value) { return {value, Bound::positive_infinity()}; }
  static Interval at_most(const Rational& value) { return {Bound::negative_infinity(), value}; }
  static Interval more_than(const Rational& value) {
    return {value, Bound::positive_infinity(), true, false};
  }
  static Interval less_than(const Rational& value) {
    return {Bound::negative_infinity(), value, false, true};
  }

  bool is_empty() const;
  bool is_point() const { return low.is_finite() && low == high && !low_open && !high_open; }
  bool contains(const Rational& value) const;

  /// Whether the end is a number that belongs to the interval.
  bool reaches_low() const { return low.is_finite() && !low_open; }
  bool reaches_high() const { return high.is_finite() && !high_open; }

  /// high - low.
  Bound width() const { return high - low; }

  /// "[0, 5/2)", "(-infinity, infinity)".
  std::string to_string() const;

  /// Whether both hold the same numbers.
  friend bool operator==(const Interval& a, const Interval& b);
  friend std::ostream& operator<<(std::ostream& stream, const Interval& interval);
};

/// The smallest interval that holds both.
Interval hull(const Interval& a, const Interval& b);

/// What both hold, or nothing where they hold no number in common.
std::optional<Interval> intersect(const Interval& a, const Interval& b);

/// The smallest interval that holds the integers in it, or nothing where there are none.
std::optional<Interval> integers_in(const Interval& a);

Interval operator-(const Interval& a);
Interval operator+(const Interval& a, const Interval& b);
Interval operator-(const Interval& a, const Interval& b);
Interval operator*(const Interval& a, const Interval& b);

/// The quotients by the divisors that are not zero. Where zero lies at one end of the divisor the
/// result is one-sided, where it lies inside the result is everything (0 where the dividend is
/// 0). By the divisor 0 alone there is no quotient, and everything is the answer.
Interval operator/(const Interval& a, const Interval& b);

Interval min(const Interval& a, const Interval& b);
Interval max(const Interval& a, const Interval& b);
Interval abs(const Interval& a);
Interval floor(const Interval& a);
Interval ceil(const Interval& a);
Interval round(const Interval& a);
Interval truncate(const Interval& a);

/// The whole powers; a power of 0 is 1 everywhere, a negative power skips zero.
Interval pow(const Interval& a, int exponent);

/// Whether x < y for all x in a and y in b: yes, for none: no, for some only: nothing.
std::optional<bool> less(const Interval& a, const Interval& b);
/// Whether x <= y, likewise.
std::optional<bool> less_equal(const Interval& a, const Interval& b);
/// Whether x = y, likewise.
std::optional<bool> equal(const Interval& a, const Interval& b);

}  // namespace dabiao::exact
