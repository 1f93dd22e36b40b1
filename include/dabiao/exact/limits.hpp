#pragma once

#include <algorithm>
#include <cstddef>

#include "dabiao/exact/interval.hpp"
#include "dabiao/exact/rational.hpp"

// How long exact numbers over data may become. A value beyond is not computed and not guessed: it
// is missing, with the reason `exact_limit`, between two ends that are certain. Lengths are those
// of numbers in lowest terms, so the same cells are beyond the limits however the data was ordered
// or handed in.
namespace dabiao::exact {

/// The most bits, numerator and denominator together, that arithmetic makes a number have.
inline constexpr std::size_t most_bits = 65'536;

/// A total over many parts is as long as the least common denominator of all of them.
inline constexpr std::size_t most_bits_of_total = 1'048'576;

/// How many significant bits the ends have between which a value beyond the limits lies.
inline constexpr std::size_t bits_of_ends = 4'096;

/// How long the result of arithmetic may be where its longest operand has so many bits: a total
/// may still be divided by a small number.
inline std::size_t most_bits_after(std::size_t longest) {
  constexpr std::size_t a_small_number = 256;
  return std::max(most_bits, std::min(longest + a_small_number, most_bits_of_total));
}

/// Whether one operation on numbers of so many bits would take too much work.
inline bool is_too_much_work(std::size_t bits, std::size_t other_bits) {
  return bits * other_bits > most_bits * most_bits;
}

/// Whether a power is certainly longer than `most_bits`, seen before it is computed.
inline bool is_too_long_a_power(const Rational& base, int exponent) {
  // Of 1 and 0 every power is short. The power of a numerator of n bits has at least
  // (n - 1) · exponent bits.
  const std::size_t bits = base.bit_length();
  const auto times = static_cast<std::size_t>(exponent < 0 ? -exponent : exponent);
  return bits > 2 && (bits - 2) * times > most_bits;
}

/// The end itself or, where it is longer than `most_bits`, a short one at most a little above
/// (upward) or below it; an infinity or zero where it is too large or too small for that.
Bound shortened(const Bound& end, bool upward);

/// The interval itself, or one a little wider where its ends are too long.
Interval shortened(Interval range);

}  // namespace dabiao::exact
