#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include "dabiao/calendar/date.hpp"
#include "dabiao/calendar/period.hpp"

namespace dabiao::calendar {

/// A run of days, from `first` to `last` inclusive; an end that is not given is open.
struct Span {
  std::optional<Date> first;
  std::optional<Date> last;

  /// Every day.
  static Span everything() { return {}; }
  static Span of(const Period& period) { return {period.first_day(), period.last_day()}; }
  static Span of(Date day) { return {day, day}; }
  /// From the first day of one period to the last of another.
  static Span between(const Period& from, const Period& to) {
    return {from.first_day(), to.last_day()};
  }

  /// Whether the first day lies after the last.
  bool is_empty() const { return first && last && *first > *last; }
  bool is_open() const { return !first || !last; }

  bool contains(Date date) const { return (!first || *first <= date) && (!last || date <= *last); }
  /// Whether every day of the other lies inside; an empty span lies inside every span.
  bool contains(const Span& other) const;

  /// The first and the last day, at an open end those of the calendar.
  Date first_day() const { return first.value_or(Date::earliest()); }
  Date last_day() const { return last.value_or(Date::latest()); }

  /// How many days, 0 if empty; nothing where an end is open.
  std::optional<std::int32_t> days() const;

  /// The period that this is exactly, the coarsest if it is several (a day is only itself).
  std::optional<Period> as_period() const;

  /// Reads a period in canonical form, or two of them with ".." between, of which either may be
  /// missing: "2024-Q2..2024-Q4", "2024-04..", "..". Nothing where the first lies after the last.
  static std::optional<Span> parse(std::string_view text);

  /// The period that this is exactly ("2023-08"), else its days ("2023-09-01..2023-12-31",
  /// "2024-04-01..", "..").
  std::string to_string() const;

  friend bool operator==(const Span&, const Span&) = default;
  friend std::ostream& operator<<(std::ostream& stream, const Span& span);
};

/// The days in both; nothing where there are none.
std::optional<Span> intersect(const Span& a, const Span& b);

/// Consecutive periods of one grain, from index `first` to index `last` inclusive.
struct PeriodRun {
  Grain grain = Grain::day;
  std::int32_t first = 0;
  std::int32_t last = -1;

  bool is_empty() const { return first > last; }
  std::int32_t count() const { return is_empty() ? 0 : last - first + 1; }
  bool contains(const Period& period) const {
    return period.grain == grain && first <= period.index && period.index <= last;
  }
  Period operator[](std::int32_t position) const { return {grain, first + position}; }

  friend bool operator==(const PeriodRun&, const PeriodRun&) = default;
};

/// The periods that lie inside as a whole. An open end reaches to the calendar's end.
PeriodRun whole_periods(const Span& span, Grain grain);

/// The periods of which at least one day lies inside. An open end reaches to the calendar's end.
PeriodRun touched_periods(const Span& span, Grain grain);

/// Whether the span is made up of whole periods of that grain.
bool is_whole(const Span& span, Grain grain);

}  // namespace dabiao::calendar
