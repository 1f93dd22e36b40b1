#include "dabiao/calendar/workdays.hpp"

#include <algorithm>
#include <iterator>

namespace dabiao::calendar {

namespace {

bool is_weekend(std::int32_t day) {
  return Date(day).weekday() >= 6;
}

/// How many days from Monday to Friday lie up to and including a day, counted from a fixed Monday.
std::int64_t weekdays_up_to(std::int32_t day) {
  constexpr std::int64_t monday = -719162;  // 0001-01-01, the calendar's first day
  const std::int64_t since = day - monday;
  const std::int64_t weeks = since < 0 ? -1 : since / 7;
  return weeks * 5 + std::min<std::int64_t>(since - weeks * 7 + 1, 5);
}

/// Adds a span to others that are in order and do not touch, and keeps them so.
void add_span(std::vector<Span>& spans, const Span& added) {
  std::int32_t first = added.first_day().days();
  std::int32_t last = added.last_day().days();
  std::vector<Span> result;
  for (const Span& span : spans) {
    if (span.last_day().days() + 1 < first || last + 1 < span.first_day().days()) {
      result.push_back(span);
    } else {
      first = std::min(first, span.first_day().days());
      last = std::max(last, span.last_day().days());
    }
  }
  result.push_back({Date(first), Date(last)});
  std::sort(result.begin(), result.end(),
            [](const Span& a, const Span& b) { return *a.first < *b.first; });
  spans = std::move(result);
}

}  // namespace

void Holidays::cover(const Span& span) {
  if (!span.is_empty()) add_span(covered_, span);
}

HolidayEntry Holidays::enter(const Span& span, std::vector<Span>& days,
                             const std::vector<Span>& others) {
  if (span.is_empty()) return HolidayEntry::entered;
  if (!covers(span)) return HolidayEntry::not_covered;
  for (const Span& other : others) {
    if (intersect(span, other)) return HolidayEntry::contradicts;
  }
  add_span(days, span);
  index_exceptions();
  return HolidayEntry::entered;
}

HolidayEntry Holidays::add_days_off(const Span& span) {
  return enter(span, days_off_, make_up_days_);
}

HolidayEntry Holidays::add_make_up_days(const Span& span) {
  return enter(span, make_up_days_, days_off_);
}

void Holidays::index_exceptions() {
  exceptions_.clear();
  const auto collect = [this](const std::vector<Span>& spans, bool weekend, std::int32_t change) {
    for (const Span& span : spans) {
      for (std::int32_t day = span.first->days(); day <= span.last->days(); ++day) {
        if (is_weekend(day) == weekend) exceptions_.push_back({day, change, 0});
      }
    }
  };
  collect(days_off_, false, -1);
  collect(make_up_days_, true, 1);
  std::sort(exceptions_.begin(), exceptions_.end(),
            [](const Exception& a, const Exception& b) { return a.day < b.day; });
  std::int32_t total = 0;
  for (Exception& exception : exceptions_) {
    total += exception.change;
    exception.cumulative = total;
  }
}

std::int64_t Holidays::count_up_to(std::int32_t day) const {
  const auto after = std::upper_bound(
      exceptions_.begin(), exceptions_.end(), day,
      [](std::int32_t sought, const Exception& exception) { return sought < exception.day; });
  const std::int64_t changes = after == exceptions_.begin() ? 0 : std::prev(after)->cumulative;
  return weekdays_up_to(day) + changes;
}

std::optional<Span> Holidays::covered_around(Date date) const {
  if (covered_.empty()) return Span{Date::earliest(), Date::latest()};
  const auto after =
      std::upper_bound(covered_.begin(), covered_.end(), date,
                       [](Date sought, const Span& span) { return sought < *span.first; });
  if (after == covered_.begin() || !std::prev(after)->contains(date)) return std::nullopt;
  return *std::prev(after);
}

bool Holidays::covers(const Span& span) const {
  if (span.is_empty()) return true;
  const std::optional<Span> around = covered_around(span.first_day());
  return around && around->contains(span.last_day());
}

std::optional<bool> Holidays::is_workday(Date date) const {
  if (!covers(Span::of(date))) return std::nullopt;
  return count_up_to(date.days()) - count_up_to(date.days() - 1) == 1;
}

std::optional<Date> Holidays::workday(Date from, std::int64_t n) const {
  if (n == 0) return from;
  const std::optional<Date> neighbour = add_days(from, n > 0 ? 1 : -1);
  if (!neighbour) return std::nullopt;
  const std::optional<Span> around = covered_around(*neighbour);
  if (!around) return std::nullopt;
  // Counting rises by at most one a day, so the sought day is the first at which the count is
  // reached.
  std::int64_t sought = 0;
  std::int32_t low = 0;
  std::int32_t high = 0;
  if (n > 0) {
    const std::int64_t before = count_up_to(from.days());
    low = neighbour->days();
    high = around->last->days();
    if (n > count_up_to(high) - before) return std::nullopt;
    sought = before + n;
  } else {
    // Of the k working days before `from` that the table covers, the one with -n of them from it
    // on is number k + n + 1.
    const std::int64_t before = count_up_to(around->first->days() - 1);
    low = around->first->days();
    high = neighbour->days();
    const std::int64_t available = count_up_to(high) - before;
    if (n < -available) return std::nullopt;
    sought = before + available + n + 1;
  }
  while (low < high) {
    const std::int32_t middle = low + (high - low) / 2;
    if (count_up_to(middle) >= sought) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return Date(low);
}

std::optional<std::int64_t> Holidays::workdays(Date from, Date to) const {
  const Date earlier = std::min(from, to);
  const Date later = std::max(from, to);
  if (earlier == later) return 0;
  if (!covers({Date(earlier.days() + 1), later})) return std::nullopt;
  const std::int64_t count = count_up_to(later.days()) - count_up_to(earlier.days());
  return from < to ? count : -count;
}

}  // namespace dabiao::calendar
