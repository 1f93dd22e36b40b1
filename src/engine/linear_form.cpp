#include "dabiao/engine/linear_form.hpp"

namespace dabiao::engine {

namespace {

/// 1 or -1 where a linear form has that sign for every completion, else 0.
int proved_sign(const Linear& form, const std::vector<Interval>& ranges) {
  const Interval range = range_of(form, ranges);
  const exact::Bound zero(0);
  if (range.low > zero || (range.low == zero && range.low_open)) return 1;
  if (range.high < zero || (range.high == zero && range.high_open)) return -1;
  return 0;
}

/// The form times a constant linear form.
std::optional<Linear> times(const Linear& a, const Linear& b) {
  if (b.is_constant()) return a * b.constant;
  if (a.is_constant()) return b * a.constant;
  return std::nullopt;
}

}  // namespace

Linear operator+(const Linear& a, const Linear& b) {
  Linear sum = a;
  sum.constant += b.constant;
  for (const auto& [unknown, coefficient] : b.coefficients) {
    const auto [entry, fresh] = sum.coefficients.emplace(unknown, coefficient);
    if (fresh) continue;
    entry->second += coefficient;
    if (entry->second.is_zero()) sum.coefficients.erase(entry);
  }
  return sum;
}

Linear operator*(const Linear& a, const Rational& factor) {
  Linear product;
  if (factor.is_zero()) return product;
  product.constant = a.constant * factor;
  for (const auto& [unknown, coefficient] : a.coefficients) {
    product.coefficients.emplace(unknown, coefficient * factor);
  }
  return product;
}

Interval range_of(const Linear& form, const std::vector<Interval>& ranges) {
  Interval range = Interval::point(form.constant);
  for (const auto& [unknown, coefficient] : form.coefficients) {
    range = range + ranges[unknown] * Interval::point(coefficient);
  }
  return range;
}

std::optional<LinearForm> add(const LinearForm& a, const LinearForm& b) {
  if (a.below == b.below) return LinearForm{a.above + b.above, a.below};
  // p/q + r/s = (p·s + r·q) / (q·s), linear where one denominator and what it meets are constant.
  const auto left = times(a.above, b.below);
  const auto right = times(b.above, a.below);
  const auto below = times(a.below, b.below);
  if (!left || !right || !below) return std::nullopt;
  return LinearForm{*left + *right, *below};
}

LinearForm negate(const LinearForm& a) { return {a.above * Rational(-1), a.below}; }

std::optional<LinearForm> multiply(const LinearForm& a, const LinearForm& b) {
  const auto above = times(a.above, b.above);
  const auto below = times(a.below, b.below);
  if (!above || !below) return std::nullopt;
  return LinearForm{*above, *below};
}

std::optional<LinearForm> divide(const LinearForm& a, const LinearForm& b) {
  return multiply(a, {b.below, b.above});
}

std::optional<Interval> difference_sign(const LinearForm& a, const LinearForm& b,
                                        const std::vector<Interval>& ranges) {
  const int sign_a = proved_sign(a.below, ranges);
  const int sign_b = proved_sign(b.below, ranges);
  if (sign_a == 0 || sign_b == 0) return std::nullopt;
  Linear difference;
  int sign = sign_a;
  if (a.below == b.below) {
    difference = a.above + b.above * Rational(-1);
  } else {
    const auto left = times(a.above, b.below);
    const auto right = times(b.above, a.below);
    if (!left || !right) return std::nullopt;
    difference = *left + *right * Rational(-1);
    sign = sign_a * sign_b;
  }
  return range_of(difference * Rational(sign), ranges);
}

std::optional<Interval> range_of(const LinearForm& form, const std::vector<Interval>& ranges) {
  if (form.below.is_constant()) {
    if (form.below.constant.is_zero()) return std::nullopt;
    return range_of(form.above * form.below.constant.reciprocal(), ranges);
  }
  if (proved_sign(form.below, ranges) == 0) return std::nullopt;
  return range_of(form.above, ranges) / range_of(form.below, ranges);
}

}  // namespace dabiao::engine
