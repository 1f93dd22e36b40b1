#include "syntax/dates.hpp"

#include <cstdint>

#include "dabiao/calendar/period.hpp"
#include "dabiao/text/utf8.hpp"

namespace dabiao::syntax {
namespace {

using calendar::Date;
using calendar::Grain;
using calendar::Period;
using calendar::Span;

/// Reads a text by plain code points.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::size_t at() const { return at_; }
  void back_to(std::size_t at) { at_ = at; }

  char32_t peek() const {
    if (at_ >= text_.size()) return 0;
    return text::normalized(text::decode(text_, at_).code_point);
  }
  void skip() { at_ += text::decode(text_, at_).bytes; }
  bool take(char32_t character) {
    if (at_ >= text_.size() || peek() != character) return false;
    skip();
    return true;
  }
  bool take(std::u32string_view characters) {
    const std::size_t before = at_;
    for (const char32_t character : characters) {
      if (!take(character)) {
        at_ = before;
        return false;
      }
    }
    return true;
  }

  struct Digits {
    int value = 0;
    int count = 0;
  };
  /// Up to `most` digits; a longer run counts one more than `most`.
  Digits digits(int most) {
    Digits found;
    while (is_digit(peek())) {
      if (++found.count > most) return found;
      found.value = found.value * 10 + static_cast<int>(peek() - U'0');
      skip();
    }
    return found;
  }

  static bool is_digit(char32_t character) { return character >= U'0' && character <= U'9'; }

  /// No digit and no Latin letter goes on here.
  bool ends() const {
    const char32_t next = peek();
    return !is_digit(next) && !(next >= U'a' && next <= U'z') && !(next >= U'A' && next <= U'Z');
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

DateReading found(const Reader& reader, std::optional<Period> period) {
  DateReading reading;
  reading.bytes = reader.at();
  reading.exists = period && period->exists();
  if (reading.exists) reading.span = Span::of(*period);
  return reading;
}

std::optional<Period> day_period(int year, int month, int day) {
  const std::optional<Date> date = Date::create(year, month, day);
  if (!date) return std::nullopt;
  return Period::day(*date);
}

std::optional<Period> month_period(int year, int month) {
  if (month < 1 || month > 12) return std::nullopt;
  return Period::month(year, month);
}

/// Years that a number with a slash or a single-digit month surely speaks of.
bool is_recent(int year) {
  return year >= 1900 && year < 2200;
}

std::optional<int> quarter_number(Reader& reader) {
  constexpr std::u32string_view chinese = U"一二三四";
  const std::size_t before = reader.at();
  reader.take(U'第');
  const char32_t number = reader.peek();
  int quarter = 0;
  if (const std::size_t at = chinese.find(number); at != std::u32string_view::npos) {
    quarter = static_cast<int>(at) + 1;
  } else if (number >= U'1' && number <= U'4') {
    quarter = static_cast<int>(number - U'0');
  }
  if (quarter != 0) {
    reader.skip();
    if (reader.take(U'季')) {
      reader.take(U'度');
      return quarter;
    }
  }
  reader.back_to(before);
  return std::nullopt;
}

/// After the year and 年.
DateReading chinese_date(Reader& reader, int year) {
  const std::size_t after_year = reader.at();
  if (const std::optional<int> quarter = quarter_number(reader)) {
    return found(reader, Period::quarter(year, *quarter));
  }
  if (reader.take(U"上半年")) return found(reader, Period::half(year, 1));
  if (reader.take(U"下半年")) return found(reader, Period::half(year, 2));
  const Reader::Digits month = reader.digits(2);
  if (month.count < 1 || month.count > 2 || !reader.take(U'月')) {
    reader.back_to(after_year);
    reader.take(U'度');
    if (!reader.take(U'底')) reader.take(U'末');
    return found(reader, Period::year(year));
  }
  const std::size_t after_month = reader.at();
  const Reader::Digits day = reader.digits(2);
  if (day.count >= 1 && day.count <= 2 &&
      (reader.take(U'日') || reader.take(U'号') || reader.take(U'號'))) {
    return found(reader, day_period(year, month.value, day.value));
  }
  reader.back_to(after_month);
  if (!reader.take(U'底')) reader.take(U'末');
  return found(reader, month_period(year, month.value));
}

/// After the year and a hyphen.
DateReading dashed_date(Reader& reader, int year) {
  if (reader.take(U'Q') || reader.take(U'q')) {
    const Reader::Digits quarter = reader.digits(1);
    if (quarter.count != 1 || !reader.ends()) return {};
    if (quarter.value < 1 || quarter.value > 4) return found(reader, std::nullopt);
    return found(reader, Period::quarter(year, quarter.value));
  }
  if (reader.take(U'H') || reader.take(U'h')) {
    const Reader::Digits half = reader.digits(1);
    if (half.count != 1 || !reader.ends()) return {};
    if (half.value < 1 || half.value > 2) return found(reader, std::nullopt);
    return found(reader, Period::half(year, half.value));
  }
  const Reader::Digits month = reader.digits(2);
  if (month.count < 1 || month.count > 2 || !reader.ends()) return {};
  const std::size_t after_month = reader.at();
  Reader::Digits day;
  if (reader.take(U'-')) {
    day = reader.digits(2);
    if (day.count > 2) return {};
    if (day.count == 0) reader.back_to(after_month);
  }
  const bool two_digits = month.count == 2 && day.count != 1;
  if (!two_digits && !is_recent(year)) return {};
  const std::optional<Period> period =
      day.count > 0 ? day_period(year, month.value, day.value) : month_period(year, month.value);
  // 9688-13 is a subtraction; 2023-13 and 9688-13-01 are mistaken dates.
  if (!period && day.count == 0 && !is_recent(year)) return {};
  DateReading reading = found(reader, period);
  if (!two_digits && reading.exists) reading.canonical = period->to_string();
  return reading;
}

/// After the year and a slash or a full stop: 2023/8/31, which would be two divisions.
DateReading foreign_date(Reader& reader, int year, char32_t separator) {
  const Reader::Digits month = reader.digits(2);
  if (month.count < 1 || month.count > 2 || !reader.take(separator)) return {};
  const Reader::Digits day = reader.digits(2);
  if (day.count < 1 || day.count > 2 || !reader.ends() || !is_recent(year)) return {};
  const std::optional<Period> period = day_period(year, month.value, day.value);
  if (!period) return {};
  DateReading reading = found(reader, period);
  reading.canonical = period->to_string();
  return reading;
}

}  // namespace

DateReading read_date(std::string_view text) {
  Reader reader(text);
  const Reader::Digits year = reader.digits(4);
  if (year.count != 4 || year.value < 1) return {};
  const std::size_t after_year = reader.at();
  if (reader.take(U'年')) return chinese_date(reader, year.value);
  if (reader.take(U'-')) return dashed_date(reader, year.value);
  if (reader.take(U'/')) return foreign_date(reader, year.value, U'/');
  reader.back_to(after_year);
  if (reader.peek() == U'.') {
    reader.skip();
    return foreign_date(reader, year.value, U'.');
  }
  return {};
}

Span span_of_year(int year) {
  return Span::of(Period::year(year));
}

std::string written(const Span& span) {
  if (const std::optional<Period> period = span.as_period()) return period->to_string();
  // The coarsest grain of which both ends are ends of periods.
  for (const Grain grain : {Grain::year, Grain::quarter, Grain::month, Grain::day}) {
    if (grain == Grain::quarter && span.is_open()) continue;
    const bool starts =
        !span.first || Period::containing(*span.first, grain).first_day() == *span.first;
    const bool ends = !span.last || Period::containing(*span.last, grain).last_day() == *span.last;
    if (!starts || !ends) continue;
    std::string text;
    if (span.first) text += Period::containing(*span.first, grain).to_string();
    text += "..";
    if (span.last) text += Period::containing(*span.last, grain).to_string();
    return text;
  }
  return span.to_string();
}

}  // namespace dabiao::syntax
