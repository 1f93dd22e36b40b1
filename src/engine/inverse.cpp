#include "inverse.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <initializer_list>

namespace dabiao::engine {

namespace {

__extension__ using Wide = __int128;

constexpr int digits = 53;  // of a double
constexpr std::uint64_t most = std::uint64_t{1} << digits;

/// What solves odd · inverse = 1 modulo 2^64: each step doubles the digits that are right.
std::uint64_t inverse_of(std::uint64_t odd) {
  std::uint64_t inverse = odd;
  for (int step = 0; step < 5; ++step) inverse *= 2 - odd * inverse;
  return inverse;
}

}  // namespace

Inverse::Inverse(double divisor)
    : high(1 / divisor), low(std::fma(-high, divisor, 1.0) / divisor) {}

bool Inverse::serves(double divisor) {
  const double size = std::fabs(divisor);
  if (!(size > 0x1p-500 && size < 0x1p500)) return false;
  // The digits say it all, as whole numbers from 2^52 to 2^53: Y of the divisor, X of x.
  int exponent = 0;
  const double divides = std::ldexp(std::frexp(size, &exponent), digits);
  const auto y = static_cast<std::int64_t>(divides);
  const Inverse inverse(divides);
  // Only where x / y is so near to a number M / 2^k halfway between two doubles that
  // X · 2^k − M · Y is at most 3 away from 0 may another double come out. Such X are few.
  const int twos = std::countr_zero(static_cast<std::uint64_t>(y));
  const std::uint64_t odd_inverse = inverse_of(static_cast<std::uint64_t>(y >> twos));
  for (const int k : {digits, digits + 1}) {
    for (const int apart : {-3, -2, -1, 1, 2, 3}) {
      if (twos > 1 || apart % (1 << twos) != 0) continue;
      const std::uint64_t step = std::uint64_t{1} << (k - twos);
      const auto wanted = static_cast<std::uint64_t>(-apart / (1 << twos));
      for (std::uint64_t m = wanted * odd_inverse % step; m < 2 * most; m += step) {
        if (m < most || m % 2 == 0) continue;
        const Wide product = Wide{y} * static_cast<std::int64_t>(m) + apart;
        const auto x = static_cast<double>(static_cast<std::int64_t>(product >> k));
        if (std::fma(x, inverse.high, x * inverse.low) != x / divides) return false;
      }
    }
  }
  return true;
}

}  // namespace dabiao::engine
