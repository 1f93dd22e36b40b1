#include "dabiao/exact/limits.hpp"

#include <cstdint>
#include <utility>

namespace dabiao::exact {

namespace {

/// The binary logarithm of the magnitude of a number other than zero, give or take one.
std::int64_t exponent_of(const Rational& value) {
  return static_cast<std::int64_t>(value.numerator().bit_length()) -
         static_cast<std::int64_t>(value.denominator().bit_length());
}

/// 2 to the power of `most_bits`, and one divided by it.
const Rational& largest() {
  static const Rational power = Rational(2).pow(static_cast<int>(most_bits));
  return power;
}
const Rational& smallest() {
  static const Rational power = largest().reciprocal();
  return power;
}

}  // namespace

Bound shortened(const Bound& end, bool upward) {
  if (!end.is_finite() || end.finite().bit_length() <= most_bits) return end;
  const Rational& value = end.finite();
  const bool outward = upward == (value.sign() > 0);
  const auto signed_as_it = [&](const Bound& bound) { return value.sign() < 0 ? -bound : bound; };
  const std::int64_t exponent = exponent_of(value);
  constexpr auto most = static_cast<std::int64_t>(most_bits);
  if (exponent > most) {
    return signed_as_it(outward ? Bound::positive_infinity() : Bound(largest()));
  }
  if (exponent < -most) return outward ? signed_as_it(smallest()) : Bound(0);
  return value.with_bits(bits_of_ends, upward);
}

Interval shortened(Interval range) {
  Bound low = shortened(range.low, false);
  if (low != range.low) {
    range.low_open = low.is_finite();
    range.low = std::move(low);
  }
  Bound high = shortened(range.high, true);
  if (high != range.high) {
    range.high_open = high.is_finite();
    range.high = std::move(high);
  }
  return range;
}

}  // namespace dabiao::exact
