#include "wording.hpp"

#include "dabiao/calendar/date.hpp"
#include "dabiao/text/utf8.hpp"

namespace dabiao::check::detail {

using exact::Interval;
using exact::Rational;

Words amount(const model::Plan& plan, const value::Type& type, const Rational& value) {
  switch (type.kind) {
    case value::Type::Kind::yesno:
      return value.is_zero() ? Words{"no", "否"} : Words{"yes", "是"};
    case value::Type::Kind::date: {
      const auto day = value.to_int64();
      const auto date = day ? calendar::Date::from_days(*day) : std::nullopt;
      const std::string shown = date ? date->to_string() : value.to_string();
      return {shown, shown};
    }
    case value::Type::Kind::stage: {
      const auto rank = value.to_int64();
      const auto& stages = plan.scales[type.scale].stages;
      std::string shown = value.to_string();
      if (rank && *rank >= 0 && static_cast<std::size_t>(*rank) < stages.size()) {
        shown = stages[static_cast<std::size_t>(*rank)];
      }
      return {shown, shown};
    }
    case value::Type::Kind::number:
      break;
  }
  const Rational number = value / type.unit.scale();
  std::string shown = number.to_finite_decimal(6).value_or(number.to_string());
  if (!type.unit.plain()) shown += " " + type.unit.text();
  return {shown, shown};
}

Words range_words(const model::Plan& plan, const value::Type& type, const Interval& interval) {
  if (interval.is_point()) {
    const Words only = amount(plan, type, interval.low.finite());
    return {only.english, "为 " + only.chinese};
  }
  Words low, high;
  if (interval.low.is_finite()) low = amount(plan, type, interval.low.finite());
  if (interval.high.is_finite()) high = amount(plan, type, interval.high.finite());
  const bool both = interval.reaches_low() && interval.reaches_high();
  if (both) {
    return {low.english + " to " + high.english, "为 " + low.chinese + " 至 " + high.chinese};
  }
  Words result;
  if (interval.low.is_finite()) {
    result.english = (interval.low_open ? "above " : "at least ") + low.english;
    result.chinese = (interval.low_open ? "大于 " : "不低于 ") + low.chinese;
  }
  if (interval.high.is_finite()) {
    if (!result.english.empty()) {
      result.english += " and ";
      result.chinese += "且";
    }
    result.english += (interval.high_open ? "below " : "at most ") + high.english;
    result.chinese += (interval.high_open ? "小于 " : "不超过 ") + high.chinese;
  }
  if (result.english.empty()) return {"anything", "为任意值"};
  return result;
}

std::string quoted(std::string_view text) {
  std::string line = "`";
  bool space = false;
  for (const char c : text) {
    if (c == '\n' || c == '\r' || c == '\t' || c == ' ') {
      space = line.size() > 1;
      continue;
    }
    if (space) line += ' ';
    space = false;
    line += c;
  }
  return line + "`";
}

std::string quoted_shortly(std::string_view text) {
  constexpr std::size_t most = 80;
  constexpr std::size_t kept = 36;  // at either end
  // Long enough in bytes to be worth counting characters.
  if (text.size() <= most) return quoted(text);
  const std::u32string characters = text::to_code_points(quoted(text));
  if (characters.size() <= most) return text::to_utf8(characters);
  const std::u32string_view all(characters);
  return text::to_utf8(all.substr(0, kept)) + " … " + text::to_utf8(all.substr(all.size() - kept));
}

Words words(calendar::Grain grain) {
  const calendar::GrainName& name = calendar::name_of(grain);
  return {std::string(name.english), std::string(name.chinese)};
}

text::Diagnostic& with(text::Diagnostic& diagnostic, std::string_view name, const Words& words) {
  return diagnostic.with(name, words.english, words.chinese);
}

}  // namespace dabiao::check::detail
