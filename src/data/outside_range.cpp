#include "outside_range.hpp"

namespace dabiao::data {

using text::Diagnostic;
using text::kind;

namespace {

/// A range's end in the unit of its input.
std::string end_text(const exact::Bound& end, const units::Unit& unit) {
  return units::format(end.finite(), unit, 6);
}

}  // namespace

Diagnostic outside_range(const model::Input& input, double number, const std::string& seen) {
  const exact::Interval& range = input.range;
  const units::Unit& unit = input.type.unit;
  const bool negative = number < 0 && range.low.is_finite() && range.low.is_zero();
  if (negative) {
    return Diagnostic(kind("negative_report")).with("seen", seen).with("input", input.name);
  }
  Diagnostic diagnostic(kind("outside_range"));
  diagnostic.with("seen", seen).with("input", input.name);
  if (range.low.is_finite()) {
    const std::string end = end_text(range.low, unit);
    diagnostic.expect((range.low_open ? "more than " : "at least ") + end,
                      (range.low_open ? "大于 " : "不少于 ") + end);
  }
  if (range.high.is_finite()) {
    const std::string end = end_text(range.high, unit);
    diagnostic.expect((range.high_open ? "less than " : "at most ") + end,
                      (range.high_open ? "小于 " : "不超过 ") + end);
  }
  // Both ends hold at once, so they are not alternatives.
  std::string english, chinese;
  for (std::size_t i = 0; i < diagnostic.expected.size(); ++i) {
    english += (i > 0 ? " and " : "") + diagnostic.expected[i];
    chinese += (i > 0 ? "且" : "") + diagnostic.expected_chinese[i];
  }
  diagnostic.expected.clear();
  diagnostic.expected_chinese.clear();
  diagnostic.expect(english, chinese);
  return diagnostic;
}

}  // namespace dabiao::data
