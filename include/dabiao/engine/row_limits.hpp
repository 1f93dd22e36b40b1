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
    // Rounding keeps the order: a value in the range has a double between those of its ends.
    if (leaf.range.low.is_finite()) {
      const double end = (leaf.range.low.finite() / leaf.scale).to_double();
      low = std::max(low, leaf.range.low_open ? std::nextafter(end, HUGE_VAL) : end);
    }
    if (leaf.range.high.is_finite()) {
      const double end = (leaf.range.high.finite() / leaf.scale).to_double();
      high = std::min(high, leaf.range.high_open ? std::nextafter(end, -HUGE_VAL) : end);
    }
  }

  bool allow(double x) const {
    return (x >= low) & (x <= high) & ((std::fabs(x) >= smallest) | (x == zero));
  }
};

}  // namespace dabiao::engine
