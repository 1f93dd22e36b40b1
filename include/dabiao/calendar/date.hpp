#pragma once

#include <cassert>
#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace dabiao::calendar {

inline constexpr int first_year = 1;
inline constexpr int last_year = 9999;

/// A day of the proleptic Gregorian calendar, from 0001-01-01 to 9999-12-31.
class Date {
 public:
  /// 1970-01-01.
  constexpr Date() = default;

  /// The day so many days after 1970-01-01 (before it if negative), which is inside the calendar.
  constexpr explicit Date(std::int32_t days) : days_(days) {
    assert(inside_calendar(days) && "a date lies between the years 1 and 9999");
  }

  /// A day that exists, inside the calendar: `2023y / 11 / 25`.
  constexpr Date(std::chrono::year_month_day day)
      : Date(static_cast<std::int32_t>(std::chrono::sys_days(day).time_since_epoch().count())) {
    assert(day.ok() && "a date is a day that exists");
  }

  /// The day, or nothing where there is none (2023-02-29, month 13, year 0).
  static constexpr std::optional<Date> create(int year, int month, int day) {
    if (year < first_year || year > last_year || month < 1 || month > 12 || day < 1 || day > 31) {
      return std::nullopt;
    }
    const std::chrono::year_month_day date{std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok()) return std::nullopt;
    return Date(date);
  }

  /// The day of that number, or nothing where it lies outside the calendar.
  static constexpr std::optional<Date> from_days(std::int64_t days) {
    if (!inside_calendar(days)) return std::nullopt;
    return Date(static_cast<std::int32_t>(days));
  }

  static constexpr Date earliest() { return Date(earliest_days); }
  static constexpr Date latest() { return Date(latest_days); }

  /// Reads "2023-08-31" and nothing else.
  static std::optional<Date> parse_iso(std::string_view text);

  /// Reads a day as data cells write it: "2023-08-31", "2023/8/31", "2023.8.31", "20230831",
  /// "2023年8月31日", full-width forms of these, and ISO dates with a time, which is left out.
  static std::optional<Date> parse(std::string_view text);

  /// Days since 1970-01-01.
  constexpr std::int32_t days() const { return days_; }

  constexpr int year() const { return static_cast<int>(civil().year()); }
  /// 1 to 12.
  constexpr int month() const { return static_cast<int>(static_cast<unsigned>(civil().month())); }
  /// 1 to 31.
  constexpr int day() const { return static_cast<int>(static_cast<unsigned>(civil().day())); }

  constexpr std::chrono::year_month_day civil() const {
    return std::chrono::sys_days(std::chrono::days(days_));
  }

  /// The day of the week: 1 is Monday, 7 is Sunday.
  constexpr int weekday() const {
    return static_cast<int>(
        std::chrono::weekday(std::chrono::sys_days(std::chrono::days(days_))).iso_encoding());
  }

  /// "2023-08-31".
  std::string to_string() const;

  friend constexpr auto operator<=>(Date, Date) = default;

  /// How many days a lies after b.
  friend constexpr std::int32_t operator-(Date a, Date b) { return a.days_ - b.days_; }

  friend std::ostream& operator<<(std::ostream& stream, Date date);

 private:
  static constexpr std::int32_t earliest_days = -719162;
  static constexpr std::int32_t latest_days = 2932896;

  static constexpr bool inside_calendar(std::int64_t days) {
    return days >= earliest_days && days <= latest_days;
  }

  std::int32_t days_ = 0;
};

/// The day so many days later (earlier if negative), or nothing outside the calendar.
std::optional<Date> add_days(Date date, std::int64_t days);

/// The same day of the month so many months later (earlier if negative); where that month is too
/// short, its last day. Nothing outside the calendar.
std::optional<Date> add_months(Date date, std::int64_t months);

}  // namespace dabiao::calendar

template <>
struct std::hash<dabiao::calendar::Date> {
  std::size_t operator()(dabiao::calendar::Date date) const {
    return std::hash<std::int32_t>()(date.days());
  }
};
