#include "dabiao/engine/call.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "dabiao/exact/limits.hpp"

namespace dabiao::engine {

using value::Reason;

namespace {

/// Whether a result has become longer than numbers over data may be.
bool is_beyond_limits(const Rational& result, const std::vector<Rational>& operands) {
  const std::size_t bits = result.bit_length();
  if (bits <= exact::most_bits) return false;
  std::size_t longest = 0;
  for (const Rational& operand : operands) longest = std::max(longest, operand.bit_length());
  return bits > exact::most_bits_after(longest);
}

bool contains_zero(const Interval& range) {
  return range.contains(Rational(0));
}

}  // namespace

void inherit(Cell& result, const Cell& from) {
  result.may_fail |= from.may_fail;
  result.may_lack_truth |= from.may_lack_truth;
  result.loose |= from.loose;
  result.day = std::max(result.day, from.day);
  if (from.oldest != Cell::no_day) {
    result.oldest =
        result.oldest == Cell::no_day ? from.oldest : std::min(result.oldest, from.oldest);
  }
  if (from.expected == 0) return;
  const bool less = result.expected == 0 || std::uint64_t{from.reported} * result.expected <
                                                std::uint64_t{result.reported} * from.expected;
  if (less) {
    result.reported = from.reported;
    result.expected = from.expected;
  }
}

std::optional<LinearForm> form_of(const Cell& cell) {
  if (cell.known()) return LinearForm{Linear::of(cell.value)};
  if (cell.form) return *cell.form;
  return std::nullopt;
}

void add_to(FormSum& total, const Cell& part) {
  if (part.known()) {
    total.add(part.value);
  } else if (part.form) {
    total.add(*part.form);
  } else {
    total.give_up();
  }
}

Call::Call(const ir::Node& node, function::Context context, const Unknowns& unknowns)
    : function_(*node.function),
      context_(context),
      unknowns_(unknowns),
      is_known_(node.function->info.name == "known"),
      is_choice_(node.function->info.name == "if"),
      gives_truth_(node.type.is_yesno()) {}

Cell Call::operator()(std::span<const Cell* const> arguments) {
  Cell cell;
  if (is_known_) {
    const Cell& asked = *arguments[0];
    if (asked.applicable()) {
      // A value too long to be written out is there all the same.
      const bool exists = asked.known() ||
                          (asked.reason == Reason::exact_limit && asked.reported == asked.expected);
      cell.value = Rational(exists ? 1 : 0);
    } else {
      cell.reason = asked.reason;
    }
    inherit(cell, asked);
    cell.may_fail = cell.may_lack_truth = false;  // this is told either way
    return cell;
  }
  if (is_choice_ && arguments[0]->known()) {
    cell = *arguments[arguments[0]->value.is_zero() ? 2 : 1];
    cell.origin = Origin::computed;
    inherit(cell, *arguments[0]);
    return cell;
  }
  for (std::size_t a = 0; a < arguments.size(); ++a) {
    const Cell& argument = *arguments[a];
    inherit(cell, argument);
    // Of a branch in doubt it does not matter that it might not apply.
    if (!is_choice_ || a == 0) cell.reason = value::combine(cell.reason, argument.reason);
  }
  if (cell.reason == Reason::known) {
    numbers_.clear();
    for (const Cell* argument : arguments) numbers_.push_back(argument->value);
    function::Outcome outcome = function_.exact(numbers_, context_);
    cell.value = std::move(outcome.value);
    cell.reason = outcome.reason;
    if (cell.known() && is_beyond_limits(cell.value, numbers_)) cell.reason = Reason::exact_limit;
    if (cell.reason == Reason::exact_limit) {
      // It is not written out, but where it lies often decides.
      cell.loose = true;
      ranges_.clear();
      for (const Rational& number : numbers_) {
        ranges_.push_back(exact::shortened(Interval::point(number)));
      }
      cell.value = Rational();
      cell.range =
          std::make_shared<const Interval>(exact::shortened(function_.bounds(ranges_, context_)));
    } else if (!cell.known()) {
      // What does not exist has no bounds, and no verdict follows from it further up either.
      cell.may_fail = true;
    }
    return cell;
  }
  if (value::is_not_applicable(cell.reason)) return cell;
  return missing(arguments, std::move(cell));
}

Cell Call::missing(std::span<const Cell* const> arguments, Cell cell) {
  ranges_.clear();
  std::size_t in_doubt = 0;
  for (const Cell* argument : arguments) {
    ranges_.push_back(exact::shortened(argument->bounds()));
    if (!argument->known()) ++in_doubt;
  }
  Interval bounds = exact::shortened(function_.bounds(ranges_, context_));
  const bool decides = function_.info.missing == function::MissingRule::decide;
  if (function_.info.family == "comparison") {
    // Where the value may not exist at all, nothing holds for every completion.
    const ByForms found = decide_by_forms(arguments);
    if (found.applicable) {
      bounds = found.holds ? Interval::point(*found.holds ? 1 : 0) : Interval{0, 1};
    }
    if (cell.may_fail) bounds = {0, 1};
    // From here on that says it: a truth that is open counts both ways.
    cell.may_lack_truth |= cell.may_fail;
    cell.may_fail = false;
    if (!found.applicable || !found.tight) cell.loose = true;
  } else if (decides) {
    if (in_doubt > 1) cell.loose = true;
  } else if (is_choice_) {
    cell.loose = true;
    // Where there is no condition nothing is chosen, and a value in both branches is none here.
    if (arguments[0]->may_lack_truth) {
      if (gives_truth_) {
        bounds = {0, 1};
      } else {
        cell.may_fail = true;
        if (has_no_value(*arguments[0])) bounds = Interval::everything();
      }
    }
  } else {
    add_form(arguments, cell);
    if (cell.form) {
      if (const auto sharper = range_of(*cell.form, unknowns_.ranges)) {
        if (const auto both = exact::intersect(bounds, *sharper)) bounds = *both;
      }
    }
  }
  if (decides && bounds.is_point()) {
    cell.reason = Reason::known;
    cell.value = bounds.low.finite();
    cell.may_fail = cell.may_lack_truth = false;
    return cell;
  }
  cell.range = std::make_shared<const Interval>(std::move(bounds));
  return cell;
}

void Call::add_form(std::span<const Cell* const> arguments, Cell& cell) const {
  const std::string_view name = function_.info.name;
  if (name == "divide" && contains_zero(arguments[1]->bounds())) cell.may_fail = true;
  // A power has no value only where it divides by zero.
  if (name == "power" && arguments[1]->value.sign() < 0 && contains_zero(arguments[0]->bounds())) {
    cell.may_fail = true;
  }
  if (function_.info.family != "arithmetic") {
    // Rounding and the like are not linear, and dates may leave their calendar.
    if (function_.info.family == "dates") cell.may_fail = true;
    return;
  }
  std::vector<LinearForm> forms;
  for (const Cell* argument : arguments) {
    auto form = form_of(*argument);
    if (!form) return;
    forms.push_back(std::move(*form));
  }
  std::optional<LinearForm> result;
  if (name == "add") result = add(forms[0], forms[1]);
  if (name == "subtract") result = add(forms[0], negate(forms[1]));
  if (name == "multiply") result = multiply(forms[0], forms[1]);
  if (name == "divide") result = divide(forms[0], forms[1]);
  if (name == "negate") result = negate(forms[0]);
  if (result && is_short(*result)) {
    cell.form = std::make_shared<const LinearForm>(std::move(*result));
  }
}

Call::ByForms Call::decide_by_forms(std::span<const Cell* const> arguments) const {
  ByForms result;
  const auto value = form_of(*arguments[0]);
  if (!value) return result;
  // value − limit for every completion; nothing where the forms do not say.
  const auto against = [&](std::size_t limit) -> std::optional<Linear> {
    const auto form = form_of(*arguments[limit]);
    return form ? difference(*value, *form, unknowns_.ranges) : std::nullopt;
  };
  const auto form = against(1);
  if (!form) return result;
  const Interval difference = range_of(*form, unknowns_.ranges);
  const Interval zero = Interval::point(0);
  result.applicable = true;
  const std::string_view name = function_.info.name;
  if (name == "greater_equal") {
    result.holds = exact::less_equal(zero, difference);
  } else if (name == "greater") {
    result.holds = exact::less(zero, difference);
  } else if (name == "less_equal") {
    result.holds = exact::less_equal(difference, zero);
  } else if (name == "less") {
    result.holds = exact::less(difference, zero);
  } else if (name == "equal" || name == "not_equal") {
    result.holds = exact::equal(difference, zero);
    if (!result.holds) result.take(meets(*form, zero, unknowns_));
    if (name == "not_equal" && result.holds) result.holds = !*result.holds;
  } else {
    const auto upper = against(2);
    if (!upper) return {};
    const auto above = exact::less_equal(zero, difference);
    const auto below = exact::less_equal(range_of(*upper, unknowns_.ranges), zero);
    if (above == false || below == false) {
      result.holds = false;
    } else if (above == true && below == true) {
      result.holds = true;
    } else {
      const bool fixed = arguments[1]->known() && arguments[2]->known();
      if (fixed && arguments[2]->value < arguments[1]->value) {
        result.holds = false;  // there is nothing between them
      } else {
        result.take(meets_range(*form, *upper, fixed, unknowns_));
      }
    }
  }
  return result;
}

}  // namespace dabiao::engine
