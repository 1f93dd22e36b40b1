#include "dabiao/exact/interval.hpp"

#include <array>
#include <cassert>
#include <ostream>

#include "dabiao/exact/limits.hpp"

namespace dabiao::exact {

namespace {

/// An end of an interval together with whether it is reached.
struct End {
  Bound bound;
  bool reached;
};

End low_of(const Interval& a) {
  return {a.low, a.reaches_low()};
}
End high_of(const Interval& a) {
  return {a.high, a.reaches_high()};
}

Interval between(const End& low, const End& high) {
  return {low.bound, high.bound, low.bound.is_finite() && !low.reached,
          high.bound.is_finite() && !high.reached};
}

/// The lower (or higher) end; of two at the same place the reached one.
End lower(const End& a, const End& b) {
  if (a.bound == b.bound) return {a.bound, a.reached || b.reached};
  return a.bound < b.bound ? a : b;
}
End higher(const End& a, const End& b) {
  if (a.bound == b.bound) return {a.bound, a.reached || b.reached};
  return a.bound > b.bound ? a : b;
}

End sum(const End& a, const End& b) {
  return {a.bound + b.bound, a.reached && b.reached};
}

/// A product is reached with both factors, or with a zero whatever the other factor is.
End product(const End& a, const End& b) {
  const bool zero = (a.reached && a.bound.is_zero()) || (b.reached && b.bound.is_zero());
  return {a.bound * b.bound, zero || (a.reached && b.reached)};
}

/// Whether every number of a lies below (or at) every number of b.
bool all_less_equal(const Interval& a, const Interval& b) {
  return a.high <= b.low;
}
bool all_less(const Interval& a, const Interval& b) {
  if (a.high == b.low) return !(a.reaches_high() && b.reaches_low());
  return a.high < b.low;
}

/// One divided by the numbers of an interval that lie on one side of zero; zero itself may be an
/// end, and is skipped.
Interval reciprocal(const Interval& a) {
  const auto inverse = [](const End& end, int side) -> End {
    if (end.bound.is_zero()) {
      return {side > 0 ? Bound::positive_infinity() : Bound::negative_infinity(), false};
    }
    return {end.bound.reciprocal(), end.reached};
  };
  const int side = a.high.sign() > 0 ? 1 : -1;
  return between(inverse(high_of(a), side), inverse(low_of(a), side));
}

using Rounding = Rational (*)(const Rational&);

/// The image under a rounding. An open end gives what the rounding gives close to that end inside
/// the interval, which `from_right` and `from_left` say; results are integers and always reached.
Interval rounded(const Interval& a, Rounding at, Rounding from_right, Rounding from_left) {
  assert(!a.is_empty() && "an operand holds a number");
  Interval result = Interval::everything();
  if (a.low.is_finite()) result.low = (a.low_open ? from_right : at)(a.low.finite());
  if (a.high.is_finite()) result.high = (a.high_open ? from_left : at)(a.high.finite());
  return result;
}

Rational floor_at(const Rational& x) {
  return x.floor();
}
Rational ceil_at(const Rational& x) {
  return x.ceil();
}
Rational round_at(const Rational& x) {
  return x.round();
}
Rational truncate_at(const Rational& x) {
  return x.truncate();
}
Rational floor_below(const Rational& x) {
  return x.ceil() - 1;
}
Rational ceil_above(const Rational& x) {
  return x.floor() + 1;
}
Rational round_above(const Rational& x) {
  const Rational half(1, 2);
  return x.sign() >= 0 ? (x + half).floor() : (x - half).floor() + 1;
}
Rational round_below(const Rational& x) {
  return -round_above(-x);
}
Rational truncate_above(const Rational& x) {
  return x.sign() >= 0 ? x.floor() : x.floor() + 1;
}
Rational truncate_below(const Rational& x) {
  return -truncate_above(-x);
}

}  // namespace

bool Interval::is_empty() const {
  if (low == high) return !reaches_low() || !reaches_high();
  return low > high;
}

bool Interval::contains(const Rational& value) const {
  const Bound bound(value);
  return (low < bound || (low == bound && !low_open)) &&
         (bound < high || (bound == high && !high_open));
}

std::string Interval::to_string() const {
  return (reaches_low() ? "[" : "(") + low.to_string() + ", " + high.to_string() +
         (reaches_high() ? "]" : ")");
}

bool operator==(const Interval& a, const Interval& b) {
  return a.low == b.low && a.high == b.high && a.reaches_low() == b.reaches_low() &&
         a.reaches_high() == b.reaches_high();
}

std::ostream& operator<<(std::ostream& stream, const Interval& interval) {
  return stream << interval.to_string();
}

Interval hull(const Interval& a, const Interval& b) {
  assert(!a.is_empty() && !b.is_empty() && "an operand holds a number");
  return between(lower(low_of(a), low_of(b)), higher(high_of(a), high_of(b)));
}

std::optional<Interval> intersect(const Interval& a, const Interval& b) {
  // Here, of two ends at the same place, the one that is not reached counts.
  End low = a.low < b.low ? low_of(b) : low_of(a);
  if (a.low == b.low) low.reached = a.reaches_low() && b.reaches_low();
  End high = a.high < b.high ? high_of(a) : high_of(b);
  if (a.high == b.high) high.reached = a.reaches_high() && b.reaches_high();
  const Interval both = between(low, high);
  if (both.is_empty()) return std::nullopt;
  return both;
}

std::optional<Interval> integers_in(const Interval& a) {
  Interval result = Interval::everything();
  if (a.low.is_finite()) {
    result.low = a.low_open ? ceil_above(a.low.finite()) : a.low.finite().ceil();
  }
  if (a.high.is_finite()) {
    result.high = a.high_open ? floor_below(a.high.finite()) : a.high.finite().floor();
  }
  if (a.is_empty() || result.is_empty()) return std::nullopt;
  return result;
}

Interval operator-(const Interval& a) {
  return {-a.high, -a.low, a.high_open, a.low_open};
}

Interval operator+(const Interval& a, const Interval& b) {
  assert(!a.is_empty() && !b.is_empty() && "an operand holds a number");
  return between(sum(low_of(a), low_of(b)), sum(high_of(a), high_of(b)));
}

Interval operator-(const Interval& a, const Interval& b) {
  return a + -b;
}

Interval operator*(const Interval& a, const Interval& b) {
  assert(!a.is_empty() && !b.is_empty() && "an operand holds a number");
  const std::array<End, 4> corners = {product(low_of(a), low_of(b)), product(low_of(a), high_of(b)),
                                      product(high_of(a), low_of(b)),
                                      product(high_of(a), high_of(b))};
  return between(lower(lower(corners[0], corners[1]), lower(corners[2], corners[3])),
                 higher(higher(corners[0], corners[1]), higher(corners[2], corners[3])));
}

Interval operator/(const Interval& a, const Interval& b) {
  assert(!a.is_empty() && !b.is_empty() && "an operand holds a number");
  if (b.is_point() && b.low.is_zero()) return Interval::everything();
  if (b.low.sign() < 0 && b.high.sign() > 0) {
    return a.is_point() && a.low.is_zero() ? a : Interval::everything();
  }
  return a * reciprocal(b);
}

Interval min(const Interval& a, const Interval& b) {
  assert(!a.is_empty() && !b.is_empty() && "an operand holds a number");
  End high = a.high < b.high ? high_of(a) : high_of(b);
  if (a.high == b.high) high.reached = a.reaches_high() && b.reaches_high();
  return between(lower(low_of(a), low_of(b)), high);
}

Interval max(const Interval& a, const Interval& b) {
  return -min(-a, -b);
}

Interval abs(const Interval& a) {
  assert(!a.is_empty() && "an operand holds a number");
  if (a.low.sign() >= 0) return a;
  if (a.high.sign() <= 0) return -a;
  return between({Bound(), true}, higher(high_of(a), high_of(-a)));
}

Interval floor(const Interval& a) {
  return rounded(a, floor_at, floor_at, floor_below);
}
Interval ceil(const Interval& a) {
  return rounded(a, ceil_at, ceil_above, ceil_at);
}
Interval round(const Interval& a) {
  return rounded(a, round_at, round_above, round_below);
}
Interval truncate(const Interval& a) {
  return rounded(a, truncate_at, truncate_above, truncate_below);
}

namespace {

/// The power of a number above zero, or a short bound not below it (upward) or not above it.
Bound power_near(const Rational& base, int exponent, bool upward) {
  Bound power = 1, square = base;
  for (int rest = exponent;; rest >>= 1) {
    if ((rest & 1) != 0) power = shortened(power * square, upward);
    if (rest <= 1) return power;
    square = shortened(square * square, upward);
  }
}

}  // namespace

Interval pow(const Interval& a, int exponent) {
  assert(!a.is_empty() && "an operand holds a number");
  if (exponent == 0) return Interval::point(1);
  if (exponent < 0) {
    // A power of numbers on both sides of zero may lie on one side: 1/x^2 is positive.
    const Interval skipping_zero = pow(a, -exponent);
    return Interval::point(1) / skipping_zero;
  }
  const Interval base = exponent % 2 == 0 ? abs(a) : a;
  const auto raised = [exponent](const End& end, bool is_low) -> End {
    if (!end.bound.is_finite()) {
      return {end.bound.sign() < 0 ? Bound::negative_infinity() : Bound::positive_infinity(),
              false};
    }
    const Rational& number = end.bound.finite();
    if (!is_too_long_a_power(number, exponent)) return {number.pow(exponent), end.reached};
    // Too long to be written out: an end that is short and lies a little further out.
    const bool negative = number.sign() < 0;
    const Bound size = power_near(number.abs(), exponent, is_low == negative);
    return {negative ? -size : size, !size.is_zero()};
  };
  return between(raised(low_of(base), true), raised(high_of(base), false));
}

std::optional<bool> less(const Interval& a, const Interval& b) {
  assert(!a.is_empty() && !b.is_empty() && "an operand holds a number");
  if (all_less(a, b)) return true;
  if (all_less_equal(b, a)) return false;
  return std::nullopt;
}

std::optional<bool> less_equal(const Interval& a, const Interval& b) {
  assert(!a.is_empty() && !b.is_empty() && "an operand holds a number");
  if (all_less_equal(a, b)) return true;
  if (all_less(b, a)) return false;
  return std::nullopt;
}

std::optional<bool> equal(const Interval& a, const Interval& b) {
  assert(!a.is_empty() && !b.is_empty() && "an operand holds a number");
  if (a.is_point() && b.is_point()) return a.low == b.low;
  if (!intersect(a, b)) return false;
  return std::nullopt;
}

}  // namespace dabiao::exact
