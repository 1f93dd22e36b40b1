#pragma once

namespace dabiao::engine {

/// The inverse of a constant divisor as the sum of two doubles, by which a fused multiply-add
/// divides: fma(x, high, x · low) is x / divisor, rounded once, as long as nothing over- or
/// underflows (Brisebarre, Muller and Raina, "Accelerating correctly rounded floating-point
/// division when the divisor is known in advance", 2004; docs/exactness.md).
struct Inverse {
  Inverse() = default;  // of 1
  /// Of a divisor of a size within 2^±500.
  explicit Inverse(double divisor);
  /// Whether this holds for every x. It does for 99 divisors of 100.
  static bool serves(double divisor);

  double high = 1, low = 0;
};

}  // namespace dabiao::engine
