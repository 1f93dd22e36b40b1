#pragma once

#include <string>
#include <vector>

#include "dabiao/check/stated_figures.hpp"
#include "wording.hpp"

// How stated figures are spoken of.
namespace dabiao::check::detail {

/// The number with so many digits after the point, by rounding (halves away from zero) or by
/// cutting off the others.
exact::Rational at_digits(const exact::Rational& number, int decimals, bool rounds);

/// An amount for people: exact where that is short, otherwise with enough digits to see.
Words readable(const model::Plan& plan, const value::Type& type, const exact::Rational& value,
               int decimals);

/// "床位[甲县] = 20 张, 季度床位[2024-Q3] = 40 张".
std::string made_of(const model::Plan& plan, const std::vector<FigureInput>& inputs);

/// How far a figure that differs is off: "2 %", "3 days", "yes against no".
Words difference_words(const model::Plan& plan, const StatedFigure& figure);

/// "`床位` (甲县) is not given".
Words missing_words(const model::Plan& plan, const std::vector<FigureInput>& missing);

}  // namespace dabiao::check::detail
