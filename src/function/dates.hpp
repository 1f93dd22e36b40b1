#pragma once

#include "dabiao/calendar/date.hpp"
#include "dabiao/function/define.hpp"
#include "typing.hpp"

namespace dabiao::function {

namespace detail {

using calendar::Date;

inline std::optional<Date> as_date(const Rational& day) {
  const auto number = day.floor().to_int64();
  if (!number || *number < Date::earliest().days() || *number > Date::latest().days()) {
    return std::nullopt;
  }
  return Date(static_cast<std::int32_t>(*number));
}
inline Rational as_number(Date date) {
  return date.days();
}

inline Outcome workday_after(const Rational& from, const Rational& count, const Context& context) {
  const auto date = as_date(from);
  const auto steps = count.floor().to_int64();
  if (!date || !steps) return value::Reason::outside_calendar;
  static const calendar::Holidays weekends_only;
  const auto& holidays = context.holidays != nullptr ? *context.holidays : weekends_only;
  const auto result = holidays.workday(*date, *steps);
  if (!result) return value::Reason::outside_holidays;
  return as_number(*result);
}

inline Outcome workdays_between(const Rational& from, const Rational& to, const Context& context) {
  const auto first = as_date(from);
  const auto last = as_date(to);
  if (!first || !last) return value::Reason::outside_calendar;
  static const calendar::Holidays weekends_only;
  const auto& holidays = context.holidays != nullptr ? *context.holidays : weekends_only;
  const auto result = holidays.workdays(*first, *last);
  if (!result) return value::Reason::outside_holidays;
  return Rational(*result);
}

inline Outcome months_after(const Rational& from, const Rational& months) {
  const auto date = as_date(from);
  const auto steps = months.floor().to_int64();
  if (!date || !steps || *steps > 12 * 9999 || *steps < -12 * 9999) {
    return value::Reason::outside_calendar;
  }
  const auto result = calendar::add_months(*date, static_cast<std::int32_t>(*steps));
  if (!result) return value::Reason::outside_calendar;
  return as_number(*result);
}

/// A function that never falls as its arguments rise (or, where `falling`, as the first rises):
/// its range has the results at the ends.
template <class OfNumbers>
Interval between_ends(const Interval& a, const Interval& b, bool falling, OfNumbers of_numbers) {
  const auto end = [&](const exact::Bound& x, const exact::Bound& y, bool low) {
    if (x.is_finite() && y.is_finite()) {
      const Outcome result = of_numbers(x.finite(), y.finite());
      if (result.reason == value::Reason::known) return exact::Bound(result.value);
    }
    return low ? exact::Bound::negative_infinity() : exact::Bound::positive_infinity();
  };
  return {end(falling ? a.high : a.low, b.low, true), end(falling ? a.low : a.high, b.high, false)};
}

template <class Arguments, class OfNumbers>
auto of_pair(const Arguments& a, bool falling, OfNumbers of_numbers) {
  if constexpr (std::is_same_v<std::remove_cvref_t<decltype(a[0])>, Rational>) {
    return of_numbers(a[0], a[1]);
  } else {
    return between_ends(a[0], a[1], falling, of_numbers);
  }
}

/// A part of a date; over an interval it is only known to be one of the usual.
template <class Arguments, class Part>
auto part_of(const Arguments& a, std::int64_t least, std::int64_t most, Part part) {
  if constexpr (std::is_same_v<std::remove_cvref_t<decltype(a[0])>, Rational>) {
    const auto date = as_date(a[0]);
    if (!date) return Outcome(value::Reason::outside_calendar);
    return Outcome(Rational(part(*date)));
  } else {
    return Interval{least, most};
  }
}

inline constexpr Example workday_examples[] = {{"workday(2023-09-01, 1)", "2023-09-04"}};
inline constexpr Example workdays_examples[] = {{"workdays(2023-09-01, 2023-09-08)", "5"}};
inline constexpr Example add_months_examples[] = {{"add_months(2024-01-31, 1 月)", "2024-02-29"}};
inline constexpr Example year_examples[] = {{"year(2023-08-31)", "2023"}};
inline constexpr Example month_examples[] = {{"month(2023-08-31)", "8"}};
inline constexpr Example day_examples[] = {{"day(2023-08-31)", "31"}};

}  // namespace detail

inline constexpr Elementwise dates[] = {
    define(
        {"workday", "工作日", "dates", "workday(d, n)", 2, 2,
         "the n-th working day after d, by the plan's holidays", "d 之后第 n 个工作日(按节假日表)"},
        typing::workday, detail::workday_examples,
        [](const auto& a, const Context& context) {
          return detail::of_pair(a, false, [&](const Rational& d, const Rational& n) {
            return detail::workday_after(d, n, context);
          });
        }),
    define({"workdays", "工作日数 工作日數", "dates", "workdays(a, b)", 2, 2,
            "how many working days lie after a, up to b", "a 之后至 b(含)的工作日数"},
           typing::workdays, detail::workdays_examples,
           [](const auto& a, const Context& context) {
             return detail::of_pair(a, true, [&](const Rational& from, const Rational& to) {
               return detail::workdays_between(from, to, context);
             });
           }),
    define({"add_months", "加月", "dates", "add_months(d, n)", 2, 2,
            "the same day n months later, or the month's last", "n 个月后的同一日,没有则取月末"},
           typing::months_later, detail::add_months_examples,
           [](const auto& a, const Context&) {
             return detail::of_pair(a, false, [](const Rational& d, const Rational& n) {
               return detail::months_after(d, n);
             });
           }),
    define({"year", "年份", "dates", "year(d)", 1, 1, "the year of a date", "日期的年份"},
           typing::date_part, detail::year_examples,
           [](const auto& a, const Context&) {
             return detail::part_of(a, 1, 9999, [](detail::Date d) { return d.year(); });
           }),
    define({"month", "月份", "dates", "month(d)", 1, 1, "the month of a date, 1 to 12",
            "日期的月份,1 至 12"},
           typing::date_part, detail::month_examples,
           [](const auto& a, const Context&) {
             return detail::part_of(a, 1, 12, [](detail::Date d) { return d.month(); });
           }),
    define({"day", "日序", "dates", "day(d)", 1, 1, "the day of a date in its month, 1 to 31",
            "日期在当月中的日,1 至 31"},
           typing::date_part, detail::day_examples,
           [](const auto& a, const Context&) {
             return detail::part_of(a, 1, 31, [](detail::Date d) { return d.day(); });
           }),
};

}  // namespace dabiao::function
