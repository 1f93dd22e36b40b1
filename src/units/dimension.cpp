#include "dabiao/units/dimension.hpp"

#include <algorithm>
#include <cassert>
#include <cstdlib>

namespace dabiao::units {

Dimension::Dimension(BaseDimension base, int exponent) {
  assert(std::abs(exponent) <= maximum_exponent && "an exponent within its limit");
  if (exponent != 0) factors_.push_back({base, static_cast<std::int16_t>(exponent)});
}

int Dimension::exponent(BaseDimension base) const {
  for (const Factor& factor : factors_) {
    if (factor.base == base) return factor.exponent;
  }
  return 0;
}

bool Dimension::within_limits() const {
  return factors_.size() <= maximum_factors &&
         std::all_of(factors_.begin(), factors_.end(), [](const Factor& factor) {
           return std::abs(factor.exponent) <= maximum_exponent;
         });
}

Dimension Dimension::times(const Dimension& other, int exponent) const {
  assert(within_limits() && other.within_limits() && "dimensions within their limits");
  assert(std::abs(exponent) <= maximum_exponent && "an exponent within its limit");
  Dimension result;
  auto left = factors_.begin();
  auto right = other.factors_.begin();
  while (left != factors_.end() || right != other.factors_.end()) {
    if (right == other.factors_.end() || (left != factors_.end() && left->base < right->base)) {
      result.factors_.push_back(*left++);
      continue;
    }
    int sum = right->exponent * exponent;
    const BaseDimension base = right->base;
    if (left != factors_.end() && left->base == base) sum += (left++)->exponent;
    ++right;
    if (sum != 0) result.factors_.push_back({base, static_cast<std::int16_t>(sum)});
  }
  return result;
}

std::size_t Dimension::hash() const {
  std::size_t result = 0xcbf29ce484222325U;
  for (const Factor& factor : factors_) {
    result = (result ^ factor.base) * 0x100000001b3U;
    result = (result ^ static_cast<std::uint16_t>(factor.exponent)) * 0x100000001b3U;
  }
  return result;
}

}  // namespace dabiao::units
