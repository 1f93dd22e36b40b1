#include "dabiao/engine/linear_form.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "dabiao/exact/limits.hpp"

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

bool is_short(const Rational& number) {
  return number.bit_length() <= exact::most_bits;
}

bool is_short(const Linear& form) {
  return is_short(form.constant) &&
         std::all_of(form.coefficients.begin(), form.coefficients.end(),
                     [](const auto& each) { return is_short(each.second); });
}

/// Adds a multiple of b to a. Says whether the numbers that it changed are within the limits.
bool add_to(Linear& a, const Linear& b, const Rational& factor = 1) {
  if (factor.is_zero()) return true;
  const bool as_it_is = factor == Rational(1);
  a.constant += as_it_is ? b.constant : b.constant * factor;
  bool all_short = is_short(a.constant);
  for (const auto& [unknown, slope] : b.coefficients) {
    const Rational coefficient = as_it_is ? slope : slope * factor;
    const auto [entry, fresh] = a.coefficients.emplace(unknown, coefficient);
    if (!fresh) entry->second += coefficient;
    all_short = all_short && is_short(entry->second);
    if (entry->second.is_zero()) a.coefficients.erase(entry);
  }
  return all_short;
}

}  // namespace

Linear operator+(const Linear& a, const Linear& b) {
  Linear sum = a;
  add_to(sum, b);
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

LinearForm negate(const LinearForm& a) {
  return {a.above * Rational(-1), a.below};
}

std::optional<LinearForm> multiply(const LinearForm& a, const LinearForm& b) {
  const auto above = times(a.above, b.above);
  const auto below = times(a.below, b.below);
  if (!above || !below) return std::nullopt;
  return LinearForm{*above, *below};
}

std::optional<LinearForm> divide(const LinearForm& a, const LinearForm& b) {
  return multiply(a, {b.below, b.above});
}

void FormSum::add(const LinearForm& part) {
  if (!total_) return;
  bool all_short = true;
  if (total_->below == part.below) {
    all_short = add_to(total_->above, part.above);
  } else if (total_->below.is_constant() && part.below.is_constant() &&
             !part.below.constant.is_zero()) {
    all_short = add_to(total_->above, part.above, total_->below.constant / part.below.constant);
  } else {
    total_ = engine::add(*total_, part);
    all_short = total_ && is_short(*total_);
  }
  if (!all_short) total_.reset();
}

void FormSum::add(const Rational& part) {
  if (!total_) return;
  bool all_short = true;
  if (total_->below.is_constant()) {
    total_->above.constant += part * total_->below.constant;
    all_short = is_short(total_->above.constant);
  } else {
    all_short = add_to(total_->above, total_->below, part);
  }
  if (!all_short) total_.reset();
}

bool is_short(const LinearForm& form) {
  return is_short(form.above) && is_short(form.below);
}

std::optional<Linear> difference(const LinearForm& a, const LinearForm& b,
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
  return difference * Rational(sign);
}

std::optional<Interval> difference_sign(const LinearForm& a, const LinearForm& b,
                                        const std::vector<Interval>& ranges) {
  const auto found = difference(a, b, ranges);
  return found ? std::optional(range_of(*found, ranges)) : std::nullopt;
}

namespace {

/// The greatest number of which both are whole multiples.
Rational common_divisor(const Rational& a, const Rational& b) {
  Rational x = a.abs(), y = b.abs();
  while (!y.is_zero()) {
    const Rational rest = x - y * (x / y).floor();
    x = std::exchange(y, rest);
  }
  return x;
}

bool is_open(const Interval& range) {
  return !range.reaches_low() && !range.reaches_high();
}

/// The unknown that a form hangs on, where it is one.
std::optional<Unknown> only_unknown(const Linear& a, const Linear& b) {
  std::optional<Unknown> found;
  for (const Linear* form : {&a, &b}) {
    for (const auto& [unknown, slope] : form->coefficients) {
      if (found && *found != unknown) return std::nullopt;
      found = unknown;
    }
  }
  return found;
}

/// Which values of its one unknown make a form >= 0; nothing where none does.
std::optional<Interval> not_below_zero(const Linear& form) {
  if (form.is_constant()) {
    if (form.constant.sign() < 0) return std::nullopt;
    return Interval::everything();
  }
  const Rational& slope = form.coefficients.begin()->second;
  const Rational end = -form.constant / slope;
  return slope.sign() > 0 ? Interval::at_least(end) : Interval::at_most(end);
}

}  // namespace

std::optional<bool> meets(const Linear& form, const Interval& interval, const Unknowns& unknowns) {
  const auto within = exact::intersect(range_of(form, unknowns.ranges), interval);
  if (!within) return false;
  Rational constant = form.constant;
  Interval filled = Interval::point(0);  // what those that are not whole come to, without a gap
  std::vector<std::pair<Rational, exact::Bound>> steps;  // of the whole ones, and how far they go
  bool all_whole = true;
  for (const auto& [unknown, slope] : form.coefficients) {
    const Interval& range = unknowns.ranges[unknown];
    if (range.is_point()) {
      constant += slope * range.low.finite();
    } else if (unknowns.whole[unknown]) {
      steps.emplace_back(slope.abs(), (range * Interval::point(slope)).width());
    } else {
      filled = filled + range * Interval::point(slope);
      all_whole = false;
    }
  }
  if (steps.empty()) return true;
  std::sort(steps.begin(), steps.end());
  // All values are whole multiples of `step` apart; where others vary freely there is no such step.
  Rational step = 0;
  if (all_whole) {
    for (const auto& [slope, width] : steps) step = common_divisor(step, slope);
    const Interval multiples =
        (*within - Interval::point(constant)) * Interval::point(step.reciprocal());
    if (!exact::integers_in(multiples)) return false;
  }
  // Each goes from gap to gap over what those before it fill, so that none is left; where one goes
  // further than that, a gap may be left, and it is not looked into which.
  exact::Bound reach = filled.width() + exact::Bound(step);
  const bool ends_missing = !all_whole && is_open(filled);
  for (const auto& [slope, width] : steps) {
    const exact::Bound by(slope);
    if (reach < by || (ends_missing && reach == by)) return std::nullopt;
    reach = reach + width;
  }
  return true;
}

std::optional<bool> meets_range(const Linear& above_low, const Linear& above_high, bool fixed,
                                const Unknowns& unknowns) {
  const Linear distance = above_low + above_high * Rational(-1);
  if (distance.is_constant()) {
    if (distance.constant.sign() < 0) return false;
    return meets(above_low, {0, distance.constant}, unknowns);
  }
  if (const auto unknown = only_unknown(above_low, above_high)) {
    std::optional<Interval> solutions = unknowns.ranges[*unknown];
    for (const Linear& form : {above_low, above_high * Rational(-1)}) {
      const auto part = not_below_zero(form);
      solutions = part && solutions ? exact::intersect(*solutions, *part) : std::nullopt;
    }
    if (!solutions) return false;
    return !unknowns.whole[*unknown] || exact::integers_in(*solutions).has_value();
  }
  // What varies without gaps, and lies above one end and below the other, comes between them.
  const auto varies_freely = [&](const Linear& form) {
    return std::none_of(form.coefficients.begin(), form.coefficients.end(),
                        [&](const auto& each) { return unknowns.whole[each.first]; });
  };
  if (fixed && varies_freely(above_low) && varies_freely(above_high)) return true;
  return std::nullopt;
}

namespace {

/// The least upper bound of above / below over a box on which `below` is above zero, as the high
/// end of an interval.
Interval up_to(const Linear& above, const Linear& below, const std::vector<Interval>& ranges) {
  std::map<Unknown, std::pair<Rational, Rational>> slopes;
  for (const auto& [unknown, slope] : above.coefficients) slopes[unknown].first = slope;
  for (const auto& [unknown, slope] : below.coefficients) slopes[unknown].second = slope;
  // Along an unknown without end the quotient tends to that of the slopes.
  std::optional<Rational> limit;
  for (const auto& [unknown, slope] : slopes) {
    for (const bool up : {true, false}) {
      const exact::Bound& end = up ? ranges[unknown].high : ranges[unknown].low;
      if (end.is_finite()) continue;
      if (!slope.second.is_zero()) {
        const Rational tends_to = slope.first / slope.second;
        if (!limit || *limit < tends_to) limit = tends_to;
      } else if (slope.first.sign() == (up ? 1 : -1)) {
        return {0, exact::Bound::positive_infinity()};
      }
    }
  }
  // From below: the corner where above − limit·below is greatest has a greater quotient as long as
  // that is above zero.
  while (true) {
    Rational high = above.constant, low = below.constant;
    bool reached = true;
    for (const auto& [unknown, slope] : slopes) {
      const Interval& range = ranges[unknown];
      const int pull = limit ? (slope.first - *limit * slope.second).sign() : 0;
      const bool at_high = pull > 0 || (pull == 0 && !range.low.is_finite());
      const exact::Bound& end = at_high ? range.high : range.low;
      if (!end.is_finite()) continue;  // without pull anywhere will do: at 0
      if (pull != 0 && (at_high ? range.high_open : range.low_open)) reached = false;
      high += slope.first * end.finite();
      low += slope.second * end.finite();
    }
    if (limit && high <= *limit * low) {
      return {0, *limit, false, !reached || high < *limit * low};
    }
    // An end that is not reached may make the denominator vanish.
    if (low.is_zero()) return {0, exact::Bound::positive_infinity()};
    limit = high / low;
  }
}

}  // namespace

std::optional<Interval> range_of(const LinearForm& form, const std::vector<Interval>& ranges) {
  if (form.below.is_constant()) {
    if (form.below.constant.is_zero()) return std::nullopt;
    return range_of(form.above * form.below.constant.reciprocal(), ranges);
  }
  const int sign = proved_sign(form.below, ranges);
  if (sign == 0) return std::nullopt;
  const Linear below = form.below * Rational(sign);
  const Linear above = form.above * Rational(sign);
  const Interval negated = up_to(above * Rational(-1), below, ranges);
  const Interval highest = up_to(above, below, ranges);
  return Interval{-negated.high, highest.high, negated.high_open, highest.high_open};
}

}  // namespace dabiao::engine
