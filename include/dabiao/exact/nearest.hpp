#pragma once

#include <cmath>
#include <limits>
#include <optional>

#include "dabiao/exact/rational.hpp"

namespace dabiao::exact {

/// The double nearest to a number, but not zero for one that is not zero: the sign of a gap is that
/// of its verdict, also where no double is as small.
inline double nearest_with_sign(const Rational& number) {
  const double nearest = number.to_double();
  if (nearest != 0 || number.is_zero()) return nearest;
  constexpr double least = std::numeric_limits<double>::denorm_min();
  return number.sign() < 0 ? -least : least;
}

/// The double nearest to a number, where there is one: what lies beyond all doubles is none, and
/// not infinite.
inline std::optional<double> finite_double(const Rational& number) {
  const double nearest = number.to_double();
  return std::isfinite(nearest) ? std::optional(nearest) : std::nullopt;
}

/// The same with the sign of the number.
inline std::optional<double> finite_with_sign(const Rational& number) {
  const double nearest = nearest_with_sign(number);
  return std::isfinite(nearest) ? std::optional(nearest) : std::nullopt;
}

}  // namespace dabiao::exact
