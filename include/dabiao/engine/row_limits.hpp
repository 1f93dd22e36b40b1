#pragma once

#include <algorithm>
#include <cmath>

#include "dabiao/engine/row_program.hpp"

namespace dabiao::engine {

/// Between what doubles a column's values are ordinary: allowed by the declared range, and of a
/// magnitude for which the bounds of the program hold. Everything else is settled row by row, which
/// also finds what the range forbids.
struct RowLimits {
  double low, high;
  double smallest;  // of magnitudes, zero apart
  double zero;      // what zero is compared with: NaN where zero is not ordinary

  explicit RowLimits(const RowLeaf& leaf)
      : low(-leaf.largest),
        high(leaf.largest),
        smallest(leaf.smallest),
        zero(leaf.divides ? std::nan("") : 0.0) {
    if (leaf.range.low.is_finite()) {
      low = std::max(low, end(leaf, leaf.range.low, leaf.range.low_open, HUGE_VAL));
    }
    if (leaf.range.high.is_finite()) {
      high = std::min(high, end(leaf, leaf.range.high, leaf.range.high_open, -HUGE_VAL));
    }
  }

  bool allow(double x) const {
    return (x >= low) & (x <= high) & ((std::fabs(x) >= smallest) | (x == zero));
  }

 private:
  /// The outermost double of which the range has the decimal. Rounding keeps the order, so only the
  /// double nearest to the end may be outside.
  static double end(const RowLeaf& leaf, const exact::Bound& bound, bool is_open, double inwards) {
    const exact::Rational exact = bound.finite() / leaf.scale;
    const double nearest = exact.to_double();
    const auto shown = leaf.number_of(nearest);
    const bool is_inside =
        shown && (*shown == exact ? !is_open : (*shown > exact) == (inwards > 0));
    return is_inside ? nearest : std::nextafter(nearest, inwards);
  }
};

}  // namespace dabiao::engine
