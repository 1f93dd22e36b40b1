#pragma once

#include <string>

#include "dabiao/assess/assessment.hpp"
#include "dabiao/exact/rational.hpp"
#include "dabiao/model/plan.hpp"
#include "dabiao/text/render.hpp"
#include "dabiao/value/type.hpp"

// Values of results as people read them.
namespace dabiao::python {

/// A number with two digits after the point, or three that count where it is smaller than one, so
/// that only zero is shown as zero.
std::string shown_number(const exact::Rational& value);

/// A value in base scale with its unit: "57.66 %", "2023-11-25", "开工", "yes".
std::string shown_value(const exact::Rational& base, const value::Type& type,
                        const model::Plan& plan, text::Language language);

/// A difference of two values of that type: days for dates, stages for stages.
std::string shown_difference(const exact::Rational& base, const value::Type& type,
                             text::Language language);

}  // namespace dabiao::python
