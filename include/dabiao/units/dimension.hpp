#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>

namespace dabiao::units {

/// What a quantity is a quantity of: a base dimension. Those from `first_counted_dimension` on are
/// the counted things that a plan declares, in the order of their declarations.
using BaseDimension = std::uint16_t;

inline constexpr BaseDimension length_dimension = 0;  // base unit 米
inline constexpr BaseDimension money_dimension = 1;   // base unit 元
inline constexpr BaseDimension mass_dimension = 2;    // base unit 克
inline constexpr BaseDimension day_dimension = 3;     // base unit 日: weeks, days, hours, minutes
inline constexpr BaseDimension month_dimension = 4;   // base unit 月: months, quarters, years
inline constexpr BaseDimension first_counted_dimension = 5;

/// Exponents outside ±maximum_exponent are refused: no quantity that a plan speaks of has them.
inline constexpr int maximum_exponent = 16;
/// So are products of more different base dimensions than this.
inline constexpr std::size_t maximum_factors = 16;

/// A product of powers of base dimensions; the empty product is dimensionless. Its factors stand
/// inside the object: units are made, multiplied and compared all over a plan.
class Dimension {
 public:
  struct Factor {
    BaseDimension base;
    std::int16_t exponent;  // never 0
    bool operator==(const Factor&) const = default;
    auto operator<=>(const Factor&) const = default;
  };

  Dimension() = default;
  /// base^exponent; dimensionless where the exponent is 0.
  explicit Dimension(BaseDimension base, int exponent = 1);

  bool dimensionless() const { return count_ == 0; }
  /// In ascending order of base.
  std::span<const Factor> factors() const { return {factors_.data(), count_}; }
  int exponent(BaseDimension base) const;
  /// False where an exponent or the number of factors passes its limit.
  bool within_limits() const;

  /// this · other^exponent. The exponents of both must be within limits.
  Dimension times(const Dimension& other, int exponent = 1) const;

  friend bool operator==(const Dimension& a, const Dimension& b) {
    return a.count_ == b.count_ &&
           std::equal(a.factors().begin(), a.factors().end(), b.factors().begin());
  }
  std::size_t hash() const;

 private:
  void add(Factor factor);

  // Room for what the limit admits; of a product of more that is all that is known.
  std::array<Factor, maximum_factors> factors_{};
  std::uint8_t count_ = 0;
  bool too_many_ = false;
};

}  // namespace dabiao::units

template <>
struct std::hash<dabiao::units::Dimension> {
  std::size_t operator()(const dabiao::units::Dimension& dimension) const {
    return dimension.hash();
  }
};
