#include "dabiao/calendar/period.hpp"

#include <array>
#include <cassert>
#include <cstdio>
#include <ostream>

#include "calendar/date_reader.hpp"
#include "dabiao/text/utf8.hpp"

namespace dabiao::calendar {

namespace {

using detail::DateReader;

/// How many periods of a grain a year has; not for days.
constexpr int periods_in_year(Grain grain) {
  constexpr int counts[] = {1, 2, 4, 12};
  return counts[static_cast<std::size_t>(grain)];
}

bool year_exists(int year) {
  return year >= first_year && year <= last_year;
}

std::optional<Period> part_of_year(int year, Grain grain, std::optional<int> number) {
  if (!number || *number < 1 || *number > periods_in_year(grain)) return std::nullopt;
  return Period{grain, year * periods_in_year(grain) + *number - 1};
}

std::optional<Period> day_of(int year, std::optional<int> month, std::optional<int> day) {
  if (!month || !day) return std::nullopt;
  const std::optional<Date> date = Date::create(year, *month, *day);
  if (!date) return std::nullopt;
  return Period::day(*date);
}

/// Whether the rest is nothing or a time of day ("T10:30:00.5+08:00", " 00:00"), which is taken.
bool ends_as_day(DateReader& reader) {
  if (reader.at_end()) return true;
  if (!reader.take_any({"T", "t", " "})) return false;
  reader.skip_spaces();
  const auto below = [&reader](int limit) {
    const std::optional<int> value = reader.digits(2, 2);
    return value && *value < limit;
  };
  const std::optional<int> hour = reader.digits(1, 2);
  if (!hour || *hour > 23 || !reader.take(":") || !below(60)) return false;
  if (reader.take(":")) {
    if (!below(61)) return false;
    if (reader.take_any({".", ","}) && !reader.digits(1, 9)) return false;
  }
  if (reader.take_any({"Z", "z"})) return reader.at_end();
  if (reader.take_any({"+", "-"})) {
    const std::size_t length = reader.run_of_digits();
    if (length == 4) {
      (void)reader.digits(4, 4);
    } else if (!below(24) || (reader.take(":") && !below(60))) {
      return false;
    }
  }
  return reader.at_end();
}

/// The rest of a half or a quarter after its year: "H1", "上半年", "Q3", "第三季度", "3季".
std::optional<Period> half_or_quarter(DateReader& reader, int year) {
  std::optional<Period> period;
  if (reader.take_any({"上半年", "前半年"})) {
    period = Period::half(year, 1);
  } else if (reader.take_any({"下半年", "后半年", "後半年"})) {
    period = Period::half(year, 2);
  } else if (reader.take_any({"H", "h"})) {
    period = part_of_year(year, Grain::half, reader.digits(1, 1));
  } else if (reader.take_any({"Q", "q"})) {
    period = part_of_year(year, Grain::quarter, reader.digits(1, 1));
  } else {
    (void)reader.take("第");
    const std::optional<int> number = reader.small_number();
    if (!reader.take_any({"季度", "季"})) return std::nullopt;
    period = part_of_year(year, Grain::quarter, number);
  }
  return reader.at_end() ? period : std::nullopt;
}

/// What follows "2023年".
std::optional<Period> after_chinese_year(DateReader reader, int year) {
  reader.skip_spaces();
  (void)reader.take_any({"度", "全年"});
  if (reader.at_end()) return Period::year(year);
  if (DateReader attempt = reader; const auto period = half_or_quarter(attempt, year)) {
    return period;
  }
  const std::optional<int> month = reader.small_number();
  reader.skip_spaces();
  if (!reader.take("月")) return std::nullopt;
  (void)reader.take("份");
  reader.skip_spaces();
  if (reader.at_end()) return part_of_year(year, Grain::month, month);
  const std::optional<int> day = reader.small_number();
  reader.skip_spaces();
  if (!reader.take_any({"日", "号", "號"}) || !ends_as_day(reader)) return std::nullopt;
  return day_of(year, month, day);
}

/// What follows "2023-", with that separator.
std::optional<Period> after_separator(DateReader reader, int year, std::string_view separator) {
  const std::optional<int> month = reader.digits(1, 2);
  // "2023.10" may as well be a number.
  if (reader.at_end() && separator != ".") return part_of_year(year, Grain::month, month);
  if (!reader.take(separator)) return std::nullopt;
  const std::optional<int> day = reader.digits(1, 2);
  if (!ends_as_day(reader)) return std::nullopt;
  return day_of(year, month, day);
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

template <class... Arguments>
std::string formatted(const char* format, Arguments... arguments) {
  std::array<char, 64> buffer{};
  const int length = std::snprintf(buffer.data(), buffer.size(), format, arguments...);
  return std::string(buffer.data(), static_cast<std::size_t>(length));
}

}  // namespace

std::optional<Grain> grain_named(std::string_view name) {
  for (const GrainName& row : grain_names) {
    if (name == row.english || name == row.chinese || name == row.short_chinese) return row.grain;
  }
  return std::nullopt;
}

Period Period::containing(Date date, Grain grain) {
  if (grain == Grain::day) return day(date);
  const std::chrono::year_month_day civil = date.civil();
  const int year_number = static_cast<int>(civil.year());
  if (grain == Grain::year) return year(year_number);
  const int month_index = static_cast<int>(static_cast<unsigned>(civil.month())) - 1;
  const int count = periods_in_year(grain);
  return {grain, year_number * count + month_index / (12 / count)};
}

bool Period::exists() const {
  if (grain == Grain::day) return Date::from_days(index).has_value();
  const std::int32_t count = periods_in_year(grain);
  return index >= first_year * count && index < (last_year + 1) * count;
}

Date Period::first_day() const {
  assert(exists() && "a period lies inside the calendar");
  if (grain == Grain::day) return Date(index);
  const int count = periods_in_year(grain);
  const auto month_number = static_cast<unsigned>(index % count * (12 / count) + 1);
  return std::chrono::year(index / count) / std::chrono::month(month_number) / 1;
}

Date Period::last_day() const {
  assert(exists() && "a period lies inside the calendar");
  if (grain == Grain::day) return Date(index);
  const int count = periods_in_year(grain);
  const auto month_number = static_cast<unsigned>((index % count + 1) * (12 / count));
  return std::chrono::year_month_day(std::chrono::year(index / count) /
                                     std::chrono::month(month_number) / std::chrono::last);
}

Period Period::enclosing(Grain coarser) const {
  assert(!is_finer(coarser, grain) && "a period lies in periods that are not finer");
  return containing(first_day(), coarser);
}

std::optional<Period> Period::parse(std::string_view text) {
  DateReader reader(text);
  const std::optional<int> year_number = reader.digits(4, 4);
  if (!year_number || !year_exists(*year_number)) return std::nullopt;
  if (reader.at_end()) return year(*year_number);
  if (!reader.take("-")) return std::nullopt;
  if (reader.take("H")) {
    const auto period = part_of_year(*year_number, Grain::half, reader.digits(1, 1));
    return reader.at_end() ? period : std::nullopt;
  }
  if (reader.take("Q")) {
    const auto period = part_of_year(*year_number, Grain::quarter, reader.digits(1, 1));
    return reader.at_end() ? period : std::nullopt;
  }
  const std::optional<int> month_number = reader.digits(2, 2);
  if (reader.at_end()) return part_of_year(*year_number, Grain::month, month_number);
  if (!reader.take("-")) return std::nullopt;
  const std::optional<int> day_number = reader.digits(2, 2);
  return reader.at_end() ? day_of(*year_number, month_number, day_number) : std::nullopt;
}

std::optional<Period> Period::parse_loosely(std::string_view text) {
  if (const std::optional<Period> canonical = parse(text)) return canonical;
  const std::string plain = text::normalized(text);
  DateReader reader(trimmed(plain));
  const std::size_t run = reader.run_of_digits();
  if (run == 6 || run == 8) {
    const int number = *reader.digits(run, run);
    const int year_number = number / (run == 6 ? 100 : 10000);
    if (!year_exists(year_number)) return std::nullopt;
    if (run == 6) {
      return reader.at_end() ? part_of_year(year_number, Grain::month, number % 100) : std::nullopt;
    }
    if (!ends_as_day(reader)) return std::nullopt;
    return day_of(year_number, number / 100 % 100, number % 100);
  }
  const std::optional<int> year_number = reader.year();
  if (!year_number || !year_exists(*year_number)) return std::nullopt;
  if (reader.at_end()) return run == 4 ? std::optional(year(*year_number)) : std::nullopt;
  if (DateReader attempt = reader; attempt.skip_spaces(), attempt.take("年")) {
    return after_chinese_year(attempt, *year_number);
  }
  if (reader.take("全年"))
    return reader.at_end() ? std::optional(year(*year_number)) : std::nullopt;
  if (DateReader attempt = reader; attempt.take_any({"-", "/", " "}) || !attempt.at_end()) {
    if (const auto period = half_or_quarter(attempt, *year_number)) return period;
  }
  for (const std::string_view separator : {"-", "/", "."}) {
    if (reader.take(separator)) return after_separator(reader, *year_number, separator);
  }
  return std::nullopt;
}

std::string Period::to_string() const {
  if (grain == Grain::day) {
    const std::chrono::year_month_day civil = Date(index).civil();
    return formatted("%04d-%02u-%02u", static_cast<int>(civil.year()),
                     static_cast<unsigned>(civil.month()), static_cast<unsigned>(civil.day()));
  }
  const int count = periods_in_year(grain);
  const int year_number = index / count;
  const int number = index % count + 1;
  switch (grain) {
    case Grain::half:
      return formatted("%04d-H%d", year_number, number);
    case Grain::quarter:
      return formatted("%04d-Q%d", year_number, number);
    case Grain::month:
      return formatted("%04d-%02d", year_number, number);
    default:
      return formatted("%04d", year_number);
  }
}

std::string Period::to_chinese() const {
  if (grain == Grain::day) {
    const std::chrono::year_month_day civil = Date(index).civil();
    return formatted("%d年%u月%u日", static_cast<int>(civil.year()),
                     static_cast<unsigned>(civil.month()), static_cast<unsigned>(civil.day()));
  }
  const int count = periods_in_year(grain);
  const int number = index % count + 1;
  const std::string prefix = formatted("%d年", index / count);
  constexpr const char* numerals[] = {"一", "二", "三", "四"};
  switch (grain) {
    case Grain::half:
      return prefix + (number == 1 ? "上半年" : "下半年");
    case Grain::quarter:
      return prefix + "第" + numerals[number - 1] + "季度";
    case Grain::month:
      return prefix + std::to_string(number) + "月";
    default:
      return prefix;
  }
}

std::ostream& operator<<(std::ostream& stream, const Period& period) {
  return stream << period.to_string();
}

}  // namespace dabiao::calendar
