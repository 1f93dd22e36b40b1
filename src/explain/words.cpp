#include "explain/words.hpp"

namespace dabiao::explain {
namespace {

/// Longer fractions say less than their decimal.
constexpr std::size_t longest_fraction = 24;

}  // namespace

std::string Words::plain(const value::Type& type, const Rational& value) const {
  switch (type.kind) {
    case value::Type::Kind::number:
      return units::format(value, type.unit, most_decimals);
    case value::Type::Kind::yesno:
      return value.is_zero() ? say("no", "否") : say("yes", "是");
    case value::Type::Kind::date:
      if (const auto day = value.to_int64()) {
        if (const auto date = calendar::Date::from_days(*day)) return date->to_string();
      }
      return value.to_string();
    case value::Type::Kind::stage: {
      const auto rank = value.to_int64();
      if (type.scale < plan_.scales.size() && rank && *rank >= 0) {
        const auto& stages = plan_.scales[type.scale].stages;
        if (static_cast<std::size_t>(*rank) < stages.size()) {
          return stages[static_cast<std::size_t>(*rank)];
        }
      }
      return value.to_string();
    }
  }
  return {};
}

std::string Words::full(const value::Type& type, const Rational& value) const {
  std::string words = plain(type, value);
  if (!type.is_number()) return words;
  const Rational shown = value / type.unit.scale();
  if (shown.to_finite_decimal(most_decimals)) return words;
  // Of a share the fraction is that of the parts: 56.66 % is 2943/5194.
  const bool share = type.unit.dimensionless();
  std::string fraction = (share ? value : shown).to_string();
  if (fraction.size() > longest_fraction) return words;
  if (!share) fraction += " " + type.unit.text();
  return words + brackets(fraction);
}

std::string Words::range(const value::Type& type, const Interval& of) const {
  if (type.is_yesno()) return say("yes or no", "是或否");
  const bool low = of.low.is_finite(), high = of.high.is_finite();
  if (!low && !high) return say("anything", "任意值");
  const auto end = [&](const exact::Bound& bound) { return plain(type, bound.finite()); };
  if (low && high) {
    if (of.is_point()) return end(of.low);
    return end(of.low) + say(" to ", " 至 ") + end(of.high);
  }
  if (type.is_date()) {
    if (low) return (of.low_open ? say("after ", "晚于 ") : say("from ", "不早于 ")) + end(of.low);
    return (of.high_open ? say("before ", "早于 ") : say("up to ", "不晚于 ")) + end(of.high);
  }
  if (low) {
    return (of.low_open ? say("more than ", "超过 ") : say("at least ", "不少于 ")) + end(of.low);
  }
  return (of.high_open ? say("less than ", "少于 ") : say("at most ", "不超过 ")) + end(of.high);
}

std::string Words::can_be(const value::Type& type, const Interval& of) const {
  const bool two_ends = type.is_yesno() || of.low.is_finite() == of.high.is_finite();
  return say("it can be ", two_ends ? "可能为 " : "可能") + range(type, of);
}

std::string Words::distance(const value::Type& type, const Rational& of) const {
  const Rational size = of.abs();
  if (type.is_date()) return days(size.to_int64().value_or(0));
  if (type.is_stage()) return size.to_string() + say(size == 1 ? " stage" : " stages", " 个阶段");
  // A difference of shares is counted in points.
  if (type.unit == units::percent()) {
    return (size * Rational(100)).shortest_decimal(most_decimals) +
           say(" percentage points", " 个百分点");
  }
  return units::format(size, type.unit, most_decimals);
}

std::string Words::place(const Location& at, const Location& parent) const {
  std::string words;
  if (at.entity != parent.entity) words = at.entity;
  if (!(at.span == parent.span) && !at.entity.empty()) {
    words += (words.empty() ? "" : " ") + span(at.span);
  }
  return words;
}

std::string Words::part_name(const std::string& name) const {
  const auto grain = calendar::grain_named(name);
  return grain && chinese() ? std::string(calendar::name_of(*grain).chinese) : name;
}

}  // namespace dabiao::explain
