#pragma once

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dabiao/calendar/date.hpp"
#include "dabiao/exact/rational.hpp"
#include "dabiao/text/diagnostic.hpp"
#include "dabiao/text/render.hpp"

// What Python and C++ call differently.
namespace dabiao::python {

/// "zh" or "en"; anything else is a ValueError.
inline text::Language language(std::string_view name) {
  if (name == "zh") return text::Language::chinese;
  if (name == "en") return text::Language::english;
  throw pybind11::value_error("the language is 'en' or 'zh'");
}

/// A day in the form 2023-11-25; anything else is a ValueError.
inline calendar::Date date(const std::string& iso) {
  const std::optional<calendar::Date> day = calendar::Date::parse_iso(iso);
  if (!day) throw pybind11::value_error("expected a date such as 2023-11-25, seen '" + iso + "'");
  return *day;
}

inline std::vector<text::Diagnostic> to_list(const text::Diagnostics& diagnostics) {
  return text::sorted(diagnostics);
}

}  // namespace dabiao::python

namespace pybind11::detail {

/// A day is a datetime.date.
template <>
struct type_caster<dabiao::calendar::Date> {
  PYBIND11_TYPE_CASTER(dabiao::calendar::Date, const_name("datetime.date"));

  bool load(handle, bool) { return false; }
  static handle cast(dabiao::calendar::Date day, return_value_policy, handle) {
    return module_::import("datetime").attr("date")(day.year(), day.month(), day.day()).release();
  }
};

/// An exact number is a fractions.Fraction.
template <>
struct type_caster<dabiao::exact::Rational> {
  PYBIND11_TYPE_CASTER(dabiao::exact::Rational, const_name("fractions.Fraction"));

  bool load(handle, bool) { return false; }
  static handle cast(const dabiao::exact::Rational& value, return_value_policy, handle) {
    return module_::import("fractions").attr("Fraction")(value.to_string()).release();
  }
};

}  // namespace pybind11::detail
