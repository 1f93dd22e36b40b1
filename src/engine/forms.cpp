#include "dabiao/engine/evaluator.hpp"

// Linear forms of missing values: which report each unknown is, and what functions make of them.
namespace dabiao::engine {

using value::Reason;

namespace {

std::optional<LinearForm> form_of(const Cell& cell) {
  if (cell.known()) return LinearForm{Linear::of(cell.value)};
  if (cell.form) return *cell.form;
  return std::nullopt;
}

bool contains_zero(const Interval& range) {
  return range.contains(Rational(0));
}

}  // namespace

Unknown Evaluator::unknown(const ReportName& name, const Interval& range) {
  const auto [entry, fresh] = unknowns_.emplace(name, static_cast<Unknown>(unknown_ranges_.size()));
  if (fresh) unknown_ranges_.push_back(range);
  return entry->second;
}

void Evaluator::name_unknown(Cell& cell, const ReportName& name) {
  if (cell.known() || !cell.applicable()) return;
  Linear form;
  form.coefficients.emplace(unknown(name, cell.bounds()), Rational(1));
  cell.form = std::make_shared<const LinearForm>(LinearForm{std::move(form)});
}

void Evaluator::add_form(const function::Elementwise& function,
                         const std::vector<const Cell*>& arguments, Cell& cell) const {
  const std::string_view name = function.info.name;
  if (name == "divide" && contains_zero(arguments[1]->bounds())) cell.may_fail = true;
  if (name == "power" && contains_zero(arguments[0]->bounds())) cell.may_fail = true;
  if (function.info.family != "arithmetic") {
    // Rounding and the like are not linear, and dates may leave their calendar.
    if (function.info.family == "dates") cell.may_fail = true;
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
  if (result) cell.form = std::make_shared<const LinearForm>(std::move(*result));
}

std::optional<bool> Evaluator::decide_by_forms(const function::Elementwise& function,
                                               const std::vector<const Cell*>& arguments,
                                               bool& applicable) const {
  applicable = false;
  const auto value = form_of(*arguments[0]);
  if (!value) return std::nullopt;
  // The sign of value − limit for every completion; nothing where the forms do not say.
  const auto against = [&](std::size_t limit) -> std::optional<Interval> {
    const auto form = form_of(*arguments[limit]);
    return form ? difference_sign(*value, *form, unknown_ranges_) : std::nullopt;
  };
  const auto difference = against(1);
  if (!difference) return std::nullopt;
  const Interval zero = Interval::point(0);
  applicable = true;
  const std::string_view name = function.info.name;
  if (name == "greater_equal") return exact::less_equal(zero, *difference);
  if (name == "greater") return exact::less(zero, *difference);
  if (name == "less_equal") return exact::less_equal(*difference, zero);
  if (name == "less") return exact::less(*difference, zero);
  const auto opposite = [](std::optional<bool> truth) {
    return truth ? std::optional<bool>(!*truth) : truth;
  };
  if (name == "equal") return exact::equal(*difference, zero);
  if (name == "not_equal") return opposite(exact::equal(*difference, zero));
  const auto upper = against(2);
  if (!upper) {
    applicable = false;
    return std::nullopt;
  }
  const auto above = exact::less_equal(zero, *difference);
  const auto below = exact::less_equal(*upper, zero);
  if (above == false || below == false) return false;
  if (above == true && below == true) return true;
  return std::nullopt;
}

}  // namespace dabiao::engine
