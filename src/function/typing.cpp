#include "typing.hpp"

#include <cstdlib>
#include <string>

#include "dabiao/units/unit_table.hpp"

namespace dabiao::function::typing {

namespace {

using text::kind;
using text::Language;
using value::Type;

[[gnu::cold]] Mismatch wrong_type(const Argument& argument, std::size_t index, std::string expected,
                                  std::string expected_chinese) {
  return {&kind("type_mismatch"),
          {{"seen", value::describe(argument.type, Language::english),
            value::describe(argument.type, Language::chinese)},
           {"expected", std::move(expected), std::move(expected_chinese)}},
          index};
}

/// Two arguments that cannot meet: numbers of different units, or values of different types.
[[gnu::cold]] Mismatch unlike(const Argument& first, const Argument& other, std::size_t index) {
  if (first.type.is_number() && other.type.is_number()) {
    if (other.literal || first.literal) {
      const Argument& quantity = other.literal ? first : other;
      return {&kind("unit_not_written"),
              {{"unit", quantity.type.unit.text(), {}}},
              other.literal ? index : std::size_t{0}};
    }
    return {&kind("unit_mismatch"),
            {{"seen", value::describe(other.type, Language::english),
              value::describe(other.type, Language::chinese)},
             {"expected", value::describe(first.type, Language::english),
              value::describe(first.type, Language::chinese)}},
            index};
  }
  return wrong_type(other, index, value::describe(first.type, Language::english),
                    value::describe(first.type, Language::chinese));
}

std::optional<Mismatch> not_number(std::span<const Argument> arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (!arguments[i].type.is_number()) return wrong_type(arguments[i], i, "a number", "数");
  }
  return std::nullopt;
}

std::optional<Mismatch> not_alike(std::span<const Argument> arguments) {
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    if (!value::compatible(arguments[0].type, arguments[i].type)) {
      return unlike(arguments[0], arguments[i], i);
    }
  }
  return std::nullopt;
}

bool is_days(const Type& type) {
  return type.is_number() && type.unit.dimension() == units::Dimension(units::day_dimension);
}

Typing unit_too_high(std::size_t index) {
  return Mismatch{&kind("unit_power_too_high"), {{"unit", "…", {}}}, index};
}

}  // namespace

Typing sum(std::span<const Argument> a) {
  if (a[0].type.is_date() && is_days(a[1].type)) return Type::date();
  if (is_days(a[0].type) && a[1].type.is_date()) return Type::date();
  if (a[0].type.is_date() && a[1].type.is_date()) return Type::number(units::days());
  if (const auto wrong = not_number(a)) return *wrong;
  if (const auto wrong = not_alike(a)) return *wrong;
  return a[0].type.unit.plain() ? a[1].type : a[0].type;
}

Typing product(std::span<const Argument> a) {
  if (const auto wrong = not_number(a)) return *wrong;
  const auto unit = units::multiply(a[0].type.unit, a[1].type.unit);
  if (!unit) return unit_too_high(1);
  return Type::number(*unit);
}

Typing quotient(std::span<const Argument> a) {
  if (const auto wrong = not_number(a)) return *wrong;
  const auto unit = units::divide(a[0].type.unit, a[1].type.unit);
  if (!unit) return unit_too_high(1);
  return Type::number(*unit);
}

Typing power(std::span<const Argument> a) {
  if (const auto wrong = not_number(a)) return *wrong;
  const auto exponent = a[1].constant ? a[1].constant->to_int64() : std::nullopt;
  if (!exponent || !a[1].type.is_dimensionless() || std::abs(*exponent) > 1000) {
    return Mismatch{&kind("power_not_whole"), {}, 1};
  }
  const auto unit = a[0].type.unit.dimensionless() && *exponent != 1
                        ? std::optional<units::Unit>(units::Unit{})
                        : units::power(a[0].type.unit, static_cast<int>(*exponent));
  if (!unit) return unit_too_high(0);
  return Type::number(*unit);
}

Typing same_number(std::span<const Argument> a) {
  if (const auto wrong = not_number(a)) return *wrong;
  return a[0].type;
}

Typing alike(std::span<const Argument> a) {
  if (a[0].type.is_yesno())
    return wrong_type(a[0], 0, "a number, a date or a stage", "数、日期或阶段");
  if (const auto wrong = not_alike(a)) return *wrong;
  return a[0].type;
}

Typing compared(std::span<const Argument> a) {
  if (const auto wrong = not_alike(a)) return *wrong;
  return Type::yesno();
}

Typing ordered(std::span<const Argument> a) {
  if (a[0].type.is_yesno())
    return wrong_type(a[0], 0, "a number, a date or a stage", "数、日期或阶段");
  return compared(a);
}

Typing logical(std::span<const Argument> a) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!a[i].type.is_yesno()) return wrong_type(a[i], i, "a yes/no", "是否");
  }
  return Type::yesno();
}

Typing choice(std::span<const Argument> a) {
  if (!a[0].type.is_yesno()) return wrong_type(a[0], 0, "a yes/no", "是否");
  if (!value::compatible(a[1].type, a[2].type)) return unlike(a[1], a[2], 2);
  return a[1].type;
}

Typing rounding(std::span<const Argument> a) {
  if (const auto wrong = not_number(a)) return *wrong;
  if (const auto wrong = not_alike(a)) return *wrong;
  if (a.size() == 1 && !a[0].type.unit.plain() && !units::is_counted_singly(a[0].type.unit)) {
    return Mismatch{&kind("rounding_step_not_written"), {{"unit", a[0].type.unit.text(), {}}}, 0};
  }
  return a[0].type;
}

Typing known(std::span<const Argument>) {
  return Type::yesno();
}

Typing date_part(std::span<const Argument> a) {
  if (!a[0].type.is_date()) return wrong_type(a[0], 0, "a date", "日期");
  return Type::number();
}

Typing months_later(std::span<const Argument> a) {
  if (!a[0].type.is_date()) return wrong_type(a[0], 0, "a date", "日期");
  if (!a[1].type.is_number() ||
      !(a[1].type.unit.dimension() == units::Dimension(units::month_dimension))) {
    return wrong_type(a[1], 1, "a number of months", "月数");
  }
  return Type::date();
}

Typing workday(std::span<const Argument> a) {
  if (!a[0].type.is_date()) return wrong_type(a[0], 0, "a date", "日期");
  if (!a[1].type.is_number() || !(a[1].type.unit.plain() || is_days(a[1].type))) {
    return wrong_type(a[1], 1, "a plain number of working days", "工作日数");
  }
  return Type::date();
}

Typing workdays(std::span<const Argument> a) {
  for (std::size_t i = 0; i < 2; ++i) {
    if (!a[i].type.is_date()) return wrong_type(a[i], i, "a date", "日期");
  }
  return Type::number();
}

Typing additive(const Argument& a) {
  if (!a.type.is_number()) return wrong_type(a, 0, "a number", "数");
  return a.type;
}

Typing averaged(const Argument& a) {
  return additive(a);
}

Typing extreme(const Argument& a) {
  if (a.type.is_yesno()) return wrong_type(a, 0, "a number, a date or a stage", "数、日期或阶段");
  return a.type;
}

Typing quantified(const Argument& a) {
  if (!a.type.is_yesno()) return wrong_type(a, 0, "a yes/no", "是否");
  return Type::yesno();
}

Typing counted(const Argument& a) {
  if (!a.type.is_yesno()) return wrong_type(a, 0, "a yes/no", "是否");
  return Type::number();
}

}  // namespace dabiao::function::typing
