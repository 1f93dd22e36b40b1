#include "dabiao/units/dimension.hpp"

#include <algorithm>
#include <cassert>
#include <cstdlib>

namespace dabiao::units {

Dimension::Dimension(BaseDimension base, int exponent) {
  assert(std::abs(exponent) <= maximum_exponent && "an exponent within its limit");
  if (exponent != 0) add({base, static_cast<std::int16_t>(exponent)});
}

void Dimension::add(Factor factor) {
  if (count_ < factors_.size()) {
    factors_[count_++] = factor;
  } else {
    too_many_ = true;
  }
}

int Dimension::exponent(BaseDimension base) const {
  for (const Factor& factor : factors()) {
    if (factor.base == base) return factor.exponent;
  }
  return 0;
}

bool Dimension::within_limits() const {
  const auto all = factors();
  return !too_many_ && std::all_of(all.begin(), all.end(), [](const Factor& factor) {
    return std::abs(factor.exponent) <= maximum_exponent;
  });
}

Dimension Dimension::times(const Dimension& other, int exponent) const {
  assert(within_limits() && other.within_limits() && "dimensions within their limits");
  assert(std::abs(exponent) <= maximum_exponent && "an exponent within its limit");
  Dimension result;
  const auto mine = factors();
  const auto others = other.factors();
  auto left = mine.begin();
  auto right = others.begin();
  while (left != mine.end() || right != others.end()) {
    if (right == others.end() || (left != mine.end() && left->base < right->base)) {
      result.add(*left++);
      continue;
    }
    int sum = right->exponent * exponent;
    const BaseDimension base = right->base;
    if (left != mine.end() && left->base == base) sum += (left++)->exponent;
    ++right;
    if (sum != 0) result.add({base, static_cast<std::int16_t>(sum)});
  }
  return result;
}

std::size_t Dimension::hash() const {
  std::size_t result = 0xcbf29ce484222325U;
  for (const Factor& factor : factors()) {
    result = (result ^ factor.base) * 0x100000001b3U;
    result = (result ^ static_cast<std::uint16_t>(factor.exponent)) * 0x100000001b3U;
  }
  return result;
}

}  // namespace dabiao::units
