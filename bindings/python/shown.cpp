#include "shown.hpp"

#include "dabiao/calendar/date.hpp"

namespace dabiao::python {

using exact::Rational;
using text::Language;

std::string shown_number(const Rational& value) {
  if (value.is_integer() || value.abs() >= Rational(1)) return value.shortest_decimal(2);
  return value.to_significant(3);
}

std::string shown_value(const Rational& base, const value::Type& type, const model::Plan& plan,
                        Language language) {
  const bool chinese = language == Language::chinese;
  switch (type.kind) {
    case value::Type::Kind::yesno:
      if (base.is_zero()) return chinese ? "否" : "no";
      return chinese ? "是" : "yes";
    case value::Type::Kind::date: {
      const auto days = base.floor().to_int64();
      const auto day = days ? calendar::Date::from_days(*days) : std::nullopt;
      return day ? day->to_string() : base.to_string();
    }
    case value::Type::Kind::stage: {
      const auto rank = base.to_int64();
      if (rank && type.scale < plan.scales.size() && *rank >= 0) {
        const auto& stages = plan.scales[type.scale].stages;
        const auto index = static_cast<std::size_t>(*rank);
        if (index < stages.size()) return stages[index];
      }
      return base.to_string();
    }
    case value::Type::Kind::number:
      break;
  }
  const std::string number = shown_number(base / type.unit.scale());
  const std::string& unit = type.unit.text();
  return unit.empty() ? number : number + " " + unit;
}

std::string shown_difference(const Rational& base, const value::Type& type, Language language) {
  const bool chinese = language == Language::chinese;
  switch (type.kind) {
    case value::Type::Kind::yesno:
      return {};
    case value::Type::Kind::date:
      return shown_number(base) + (chinese ? " 日" : " days");
    case value::Type::Kind::stage:
      return shown_number(base) + (chinese ? " 级" : " stages");
    case value::Type::Kind::number:
      break;
  }
  const std::string number = shown_number(base / type.unit.scale());
  const std::string& unit = type.unit.text();
  return unit.empty() ? number : number + " " + unit;
}

}  // namespace dabiao::python
