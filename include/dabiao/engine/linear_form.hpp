#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "dabiao/exact/interval.hpp"
#include "dabiao/exact/rational.hpp"

namespace dabiao::engine {

using exact::Interval;
using exact::Rational;

/// A missing report: its number stands for it in every expression that reads it.
using Unknown = std::uint32_t;

/// constant + Σ coefficient · unknown; like unknowns are merged, coefficients are not 0.
struct Linear {
  Rational constant;
  std::map<Unknown, Rational> coefficients;

  static Linear of(Rational constant) { return {std::move(constant), {}}; }
  bool is_constant() const { return coefficients.empty(); }
  bool operator==(const Linear&) const = default;
};

Linear operator+(const Linear& a, const Linear& b);
Linear operator*(const Linear& a, const Rational& factor);

/// What is known of the unknowns, by their numbers.
struct Unknowns {
  std::vector<Interval> ranges;
  /// Those of which every completion is a whole number; finite ends of their ranges are whole too.
  std::vector<bool> whole;
};

/// What a linear form can be while every unknown varies in its range: over a box this is exact.
Interval range_of(const Linear& form, const std::vector<Interval>& ranges);

/// The value of an expression as a quotient of linear forms in the reports that are missing.
///
/// Exact interval arithmetic takes every occurrence of an unknown as a value of its own, so that
/// a/(a+b) <= 1 stays open. A quotient of linear forms keeps what is the same the same: it compares
/// with K as p − K·q with 0.
struct LinearForm {
  Linear above;
  Linear below = Linear::of(1);

  bool operator==(const LinearForm&) const = default;
};

/// The forms of results; nothing where the result is no quotient of linear forms.
std::optional<LinearForm> add(const LinearForm& a, const LinearForm& b);
std::optional<LinearForm> multiply(const LinearForm& a, const LinearForm& b);
std::optional<LinearForm> divide(const LinearForm& a, const LinearForm& b);
LinearForm negate(const LinearForm& a);

/// Adds up the forms of many parts: each is merged into what is there, so that n terms take
/// n log n steps. A sum whose numbers become too long is given up.
class FormSum {
 public:
  void add(const LinearForm& part);
  void add(const Rational& part);
  /// From here on there is no form.
  void give_up() { total_.reset(); }
  /// Whether there still is one.
  bool is_linear() const { return total_.has_value(); }
  /// The sum; nothing where it is no form.
  std::optional<LinearForm> take() { return std::move(total_); }

 private:
  std::optional<LinearForm> total_ = LinearForm{};
};

/// Whether its numbers are within the limits of exact ones.
bool is_short(const LinearForm& form);

/// a − b up to a positive factor: its sign is that of a − b for every completion. Nothing where a
/// denominator can be zero or the difference is not linear.
std::optional<Linear> difference(const LinearForm& a, const LinearForm& b,
                                 const std::vector<Interval>& ranges);

/// The range of such a difference.
std::optional<Interval> difference_sign(const LinearForm& a, const LinearForm& b,
                                        const std::vector<Interval>& ranges);

/// Whether for some completion a linear form has a value in the interval. Whole numbers leave gaps:
/// 2·x is never 5. Nothing where it is not known whether the interval lies in a gap.
std::optional<bool> meets(const Linear& form, const Interval& interval, const Unknowns& unknowns);

/// Whether for some completion low <= value <= high, of which `above_low` and `above_high` are the
/// differences value − low and value − high as `difference` gives them. Nothing where it is not
/// known; `fixed` says that the ends are, and low <= high.
std::optional<bool> meets_range(const Linear& above_low, const Linear& above_high, bool fixed,
                                const Unknowns& unknowns);

/// The smallest interval that holds every value of the form; nothing where its denominator can be
/// zero.
std::optional<Interval> range_of(const LinearForm& form, const std::vector<Interval>& ranges);

}  // namespace dabiao::engine
