#pragma once

#include <compare>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include "dabiao/calendar/date.hpp"

namespace dabiao::calendar {

/// How long a period is, from the coarsest to the finest. Each grain's periods are made up of
/// whole periods of every finer one.
enum class Grain : std::uint8_t { year, half, quarter, month, day };

constexpr bool is_coarser(Grain a, Grain b) {
  return a < b;
}
constexpr bool is_finer(Grain a, Grain b) {
  return a > b;
}

/// How a grain is called. Simplified and traditional characters are the same here.
struct GrainName {
  Grain grain;
  std::string_view english;
  std::string_view chinese;
  std::string_view short_chinese;  // 季 beside 季度; elsewhere the same as `chinese`
};

inline constexpr GrainName grain_names[] = {
    {Grain::year, "year", "年", "年"},         {Grain::half, "half", "半年", "半年"},
    {Grain::quarter, "quarter", "季度", "季"}, {Grain::month, "month", "月", "月"},
    {Grain::day, "day", "日", "日"},
};

constexpr const GrainName& name_of(Grain grain) {
  return grain_names[static_cast<std::size_t>(grain)];
}

/// The grain of any of the names.
std::optional<Grain> grain_named(std::string_view name);

/// One year, half, quarter, month or day.
///
/// Periods of a grain are numbered consecutively: years by themselves, halves, quarters and months
/// from those of year 0, days from 1970-01-01. The one before is `index - 1`.
struct Period {
  Grain grain = Grain::day;
  std::int32_t index = 0;

  static constexpr Period year(int number) { return {Grain::year, number}; }
  /// `number` is 1 or 2, 1 to 4, 1 to 12.
  static constexpr Period half(int year, int number) {
    return {Grain::half, year * 2 + number - 1};
  }
  static constexpr Period quarter(int year, int number) {
    return {Grain::quarter, year * 4 + number - 1};
  }
  static constexpr Period month(int year, int number) {
    return {Grain::month, year * 12 + number - 1};
  }
  static constexpr Period day(Date date) { return {Grain::day, date.days()}; }

  /// The period of that grain in which the day lies.
  static Period containing(Date date, Grain grain);

  /// The first and the last period of the calendar.
  static Period earliest(Grain grain) { return containing(Date::earliest(), grain); }
  static Period latest(Grain grain) { return containing(Date::latest(), grain); }

  /// Whether it lies inside the calendar; what follows asks for that.
  bool exists() const;

  Date first_day() const;
  Date last_day() const;
  std::int32_t days() const { return last_day() - first_day() + 1; }
  bool contains(Date date) const { return containing(date, grain) == *this; }

  /// Neighbours may lie outside the calendar.
  constexpr Period previous() const { return {grain, index - 1}; }
  constexpr Period next() const { return {grain, index + 1}; }

  /// The period of that grain, not finer than this one, in which this one lies.
  Period enclosing(Grain coarser) const;

  /// Reads the canonical forms "2023", "2023-H1", "2023-Q3", "2024-08", "2024-08-31".
  static std::optional<Period> parse(std::string_view text);

  /// Reads a period as data cells write it: besides the canonical forms "2023年", "2023年度",
  /// "2023年上半年", "2023H1", "2023年第三季度", "2023年3季度", "2023Q3", "2023年8月", "2023/8",
  /// "2023-8", "202308", and every day that `Date::parse` reads.
  static std::optional<Period> parse_loosely(std::string_view text);

  /// The canonical form.
  std::string to_string() const;

  /// "2023年", "2023年上半年", "2023年第三季度", "2024年8月", "2024年8月31日".
  std::string to_chinese() const;

  friend constexpr auto operator<=>(const Period&, const Period&) = default;
  friend std::ostream& operator<<(std::ostream& stream, const Period& period);
};

}  // namespace dabiao::calendar

template <>
struct std::hash<dabiao::calendar::Period> {
  std::size_t operator()(const dabiao::calendar::Period& period) const {
    return std::hash<std::int64_t>()(static_cast<std::int64_t>(period.index) * 8 +
                                     static_cast<std::int64_t>(period.grain));
  }
};
