#include "dabiao/calendar/date.hpp"

#include <ostream>

#include "dabiao/calendar/period.hpp"

namespace dabiao::calendar {

std::optional<Date> Date::parse_iso(std::string_view text) {
  const std::optional<Period> period = Period::parse(text);
  if (!period || period->grain != Grain::day) return std::nullopt;
  return period->first_day();
}

std::optional<Date> Date::parse(std::string_view text) {
  const std::optional<Period> period = Period::parse_loosely(text);
  if (!period || period->grain != Grain::day) return std::nullopt;
  return period->first_day();
}

std::string Date::to_string() const {
  return Period::day(*this).to_string();
}

std::ostream& operator<<(std::ostream& stream, Date date) {
  return stream << date.to_string();
}

std::optional<Date> add_days(Date date, std::int64_t days) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(std::int64_t{date.days()}, days, &sum)) return std::nullopt;
  return Date::from_days(sum);
}

std::optional<Date> add_months(Date date, std::int64_t months) {
  constexpr std::int64_t all_months = std::int64_t{last_year} * 12;
  if (months < -all_months || months > all_months) return std::nullopt;
  const Period from = Period::containing(date, Grain::month);
  const Period to{Grain::month, from.index + static_cast<std::int32_t>(months)};
  if (!to.exists()) return std::nullopt;
  const int length = to.days();
  const int day = date.day() < length ? date.day() : length;
  return Date(to.first_day().days() + day - 1);
}

}  // namespace dabiao::calendar
