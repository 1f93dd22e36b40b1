#include "dabiao/data/cell_text.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cmath>
#include <concepts>
#include <iterator>

#include "dabiao/calendar/date.hpp"
#include "dabiao/model/words.hpp"
#include "dabiao/text/nearest.hpp"
#include "dabiao/text/utf8.hpp"

namespace dabiao::data {
namespace {

using exact::Rational;
using text::Diagnostic;
using text::kind;
using value::Reason;

constexpr std::string_view missing_marks[] = {
    "na", "n/a", "#n/a", "-",    "--",   "–",      "—",      "——",   "―",    "/",    "\\",
    "…",  "……",  "...",  "null", "none", "无数据", "無數據", "缺失", "缺报", "未报", "暂无"};

struct Truth {
  std::string_view text;
  bool value;
};
constexpr Truth truths[] = {
    {"是", true},  {"yes", true}, {"y", true},      {"true", true}, {"1", true},  {"√", true},
    {"✓", true},   {"✔", true},   {"☑", true},      {"对", true},   {"對", true}, {"否", false},
    {"no", false}, {"n", false},  {"false", false}, {"0", false},   {"×", false}, {"✗", false},
    {"✘", false},  {"错", false}, {"錯", false},    {"*", false}};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string lower_ascii(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

/// The length of the space character that begins there, or 0.
std::size_t space_at(std::string_view text) {
  if (text.empty()) return 0;
  const char c = text.front();
  if (c == ' ' || (c >= '\t' && c <= '\r')) return 1;
  for (const std::string_view wide : {"\u3000", "\u00a0", "\ufeff", "\u200b", "\u2009", "\u202f"}) {
    if (text.starts_with(wide)) return wide.size();
  }
  return 0;
}

std::size_t space_before(std::string_view text) {
  if (text.empty()) return 0;
  const char c = text.back();
  if (c == ' ' || (c >= '\t' && c <= '\r')) return 1;
  for (const std::string_view wide : {"\u3000", "\u00a0", "\ufeff", "\u200b", "\u2009", "\u202f"}) {
    if (text.ends_with(wide)) return wide.size();
  }
  return 0;
}

/// A number at the beginning of a text in plain forms: its digits without separators, and how much
/// of the text it takes; 0 where there is none.
std::size_t number_prefix(std::string_view text, std::string& digits) {
  digits.clear();
  std::size_t at = 0;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) {
    if (text[at] == '-') digits += '-';
    ++at;
  }
  const std::size_t whole = at;
  while (at < text.size() && is_digit(text[at])) digits += text[at++];
  const std::size_t first_group = at - whole;
  // Thousands: groups of three after one to three digits.
  if (first_group >= 1 && first_group <= 3) {
    const auto group_at = [&](std::size_t from) {
      return from + 3 < text.size() && text[from] == ',' && is_digit(text[from + 1]) &&
             is_digit(text[from + 2]) && is_digit(text[from + 3]) &&
             (from + 4 == text.size() || !is_digit(text[from + 4]));
    };
    while (group_at(at)) {
      digits.append(text.substr(at + 1, 3));
      at += 4;
    }
  }
  const bool some = at > whole;
  bool fraction = false;
  if (at < text.size() && text[at] == '.') {
    std::size_t end = at + 1;
    while (end < text.size() && is_digit(text[end])) ++end;
    if (end > at + 1) {
      if (!some) digits += '0';
      digits.append(text.substr(at, end - at));
      at = end;
      fraction = true;
    } else if (some) {
      ++at;  // "12."
    }
  }
  if (!some && !fraction) return 0;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    std::size_t end = at + 1;
    if (end < text.size() && (text[end] == '-' || text[end] == '+')) ++end;
    const std::size_t exponent = end;
    while (end < text.size() && is_digit(text[end])) ++end;
    if (end > exponent) {
      digits.append(text.substr(at, end - at));
      at = end;
    }
  }
  return at;
}

void say_too_large(Diagnostic& problem) {
  problem.note("numbers of more than 1.797e308 in the unit of the input are not read",
               "不读取以该数据的单位计超过 1.797e308 的数");
}

/// Whether a text is the quotient of two whole numbers.
bool is_fraction(std::string_view text) {
  const std::size_t bar = text.find('/');
  if (bar == std::string_view::npos) return false;
  std::string_view above = text.substr(0, bar);
  const std::string_view below = text.substr(bar + 1);
  if (above.starts_with('-') || above.starts_with('+')) above.remove_prefix(1);
  const auto all_digits = [](std::string_view part) {
    return !part.empty() && std::all_of(part.begin(), part.end(), is_digit);
  };
  return all_digits(above) && all_digits(below);
}

std::string shortest(std::floating_point auto number) {
  std::array<char, 40> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
  return {buffer.data(), end};
}

}  // namespace

std::string_view trimmed(std::string_view cell) {
  while (const std::size_t space = space_at(cell)) cell.remove_prefix(space);
  while (const std::size_t space = space_before(cell)) cell.remove_suffix(space);
  return cell;
}

std::string plain_heading(std::string_view heading) {
  const std::string plain = text::normalized(heading);
  std::string compact;
  std::string_view rest = plain;
  while (!rest.empty()) {
    if (const std::size_t space = space_at(rest)) {
      rest.remove_prefix(space);
    } else {
      compact += rest.front();
      rest.remove_prefix(1);
    }
  }
  return lower_ascii(compact);
}

bool is_missing_mark(std::string_view cell) {
  if (cell.empty()) return true;
  // Most cells are numbers or names, which no mark begins like.
  if (is_digit(cell.front())) return false;
  cell = trimmed(cell);
  if (cell.empty()) return true;
  if (cell.size() > 12) return false;
  const std::string plain = lower_ascii(text::normalized(cell));
  return std::any_of(std::begin(missing_marks), std::end(missing_marks),
                     [&](std::string_view mark) { return mark == plain || mark == cell; });
}

exact::Rational CellValue::exact_number() const {
  if (exact) return *exact;
  return Rational::from_double_shortest(number).value_or(Rational());
}

CellValue CellValue::of(const Rational& number, bool bare) {
  CellValue cell;
  cell.number = number.to_double();
  cell.bare = bare;
  if (!std::isfinite(cell.number)) return missing(Reason::not_finite);
  if (Rational::from_double_shortest(cell.number) != number) cell.exact = number;
  return cell;
}

bool read_plain_number(std::string_view cell, double& number) {
  static constexpr double powers[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                      1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  const char* at = cell.data();
  const char* const end = at + cell.size();
  const bool negative = at != end && *at == '-';
  if (negative) ++at;
  if (end - at < 1 || end - at > 16) return false;
  std::uint64_t digits = 0;
  const char* point = nullptr;
  const char* const first = at;
  for (; at != end; ++at) {
    if (*at == '.') {
      if (point != nullptr || at == first || at + 1 == end) return false;
      point = at;
    } else if (is_digit(*at)) {
      digits = digits * 10 + static_cast<std::uint64_t>(*at - '0');
    } else {
      return false;
    }
  }
  const auto count = (end - first) - (point != nullptr ? 1 : 0);
  if (count > 15) return false;
  // Both are exact in a double, so that the quotient is the double nearest to the decimal.
  const double magnitude = point == nullptr ? static_cast<double>(digits)
                                            : static_cast<double>(digits) / powers[end - point - 1];
  number = negative && digits != 0 ? -magnitude : magnitude;
  return true;
}

namespace {

/// As much of a cell as tells what stands there: it can be a page of text.
std::string shortly(std::string_view seen) {
  constexpr std::size_t most = 80;
  if (seen.size() <= most) return std::string(seen);
  const std::u32string characters = text::to_code_points(seen);
  if (characters.size() <= most) return std::string(seen);
  return text::to_utf8(std::u32string_view(characters).substr(0, most)) + "…";
}

}  // namespace

CellReader::CellReader(const model::Plan& plan, const value::Type& type,
                       const units::Unit& bare_unit)
    : plan_(plan), type_(type), bare_unit_(bare_unit) {
  if (type_.is_number()) {
    assert(units::compatible(bare_unit, type.unit) && "a bare number converts to the input's unit");
    bare_factor_ = units::factor(bare_unit, type.unit);
    plain_ = bare_factor_ == Rational(1);
  }
}

CellValue CellReader::bad(std::string_view seen, Diagnostic& problem) const {
  problem = Diagnostic(kind("unread_cell")).with("seen", shortly(seen));
  const model::Words expected = model::words(type_, plan_);
  problem.expect(expected.english, expected.chinese);
  return CellValue::missing(Reason::bad_cell);
}

template <class Seen>
CellValue CellReader::number(const Rational& written, Seen seen, Diagnostic& problem) const {
  CellValue cell = CellValue::of(plain_ ? written : written * bare_factor_);
  if (cell.known()) return cell;
  bad(seen(), problem);
  say_too_large(problem);
  return CellValue::missing(Reason::bad_cell);
}

CellValue CellReader::read(std::string_view cell, Diagnostic& problem) const {
  cell = trimmed(cell);
  // A stage may be called what elsewhere means that nothing was reported.
  if (type_.is_stage()) return read_stage(cell, problem);
  if (is_missing_mark(cell)) return CellValue::missing(Reason::not_reported);
  switch (type_.kind) {
    case value::Type::Kind::number:
      return read_number(cell, problem);
    case value::Type::Kind::yesno:
      return read_yesno(cell, problem);
    case value::Type::Kind::date:
      return read_date(cell, problem);
    case value::Type::Kind::stage:
      break;
  }
  return bad(cell, problem);
}

CellValue CellReader::read_number(std::string_view cell, Diagnostic& problem) const {
  const std::string normal = text::normalized(cell);
  const std::string_view plain = trimmed(normal);
  std::string digits;
  const std::size_t length = number_prefix(plain, digits);
  if (length == 0) {
    const std::string word = lower_ascii(plain);
    const std::string_view bare_word =
        word.starts_with('-') || word.starts_with('+') ? std::string_view(word).substr(1) : word;
    if (bare_word == "nan" || bare_word == "inf" || bare_word == "infinity" || bare_word == "∞") {
      return CellValue::missing(Reason::not_finite);
    }
    return bad(cell, problem);
  }
  if (is_fraction(plain)) {
    bad(cell, problem);
    problem.note(
        "a fraction is not read: write a decimal, or report both numbers and divide in the plan",
        "不读取分数:请写成小数,或分别报送两个数并在计划中相除");
    return CellValue::missing(Reason::bad_cell);
  }
  std::optional<Rational> number_read = Rational::parse(digits);
  if (!number_read) {
    bad(cell, problem);
    const std::string limit = std::to_string(Rational::most_digits);
    problem.note("a number has at most " + limit + " digits, its exponent counted as so many",
                 "数最多有 " + limit + " 位,指数按其数值计入位数");
    return CellValue::missing(Reason::bad_cell);
  }
  const auto seen = [&] { return std::string(cell); };
  std::string_view unit_text = trimmed(plain.substr(length));
  if (unit_text.empty()) return number(*number_read, seen, problem);
  if (const std::optional<Rational> times = units::magnitude(unit_text)) {
    return number(*number_read * *times, seen, problem);
  }
  const std::optional<units::Unit> unit = plan_.units.parse(unit_text);
  if (!unit) {
    bad(cell, problem);
    if (const auto near = plan_.units.nearest(unit_text)) {
      problem.note("`" + std::string(unit_text) + "` is not a unit; the nearest is `" + *near + "`",
                   "`" + std::string(unit_text) + "` 不是单位;最接近的是 `" + *near + "`");
    }
    return CellValue::missing(Reason::bad_cell);
  }
  if (!units::compatible(*unit, type_.unit)) return bad(cell, problem);
  CellValue value = CellValue::of(*number_read * units::factor(*unit, type_.unit), false);
  if (value.known()) return value;
  bad(cell, problem);
  say_too_large(problem);
  return CellValue::missing(Reason::bad_cell);
}

CellValue CellReader::read_yesno(std::string_view cell, Diagnostic& problem) const {
  const auto truth_of = [](std::string_view text) -> std::optional<CellValue> {
    for (const Truth& truth : truths) {
      if (truth.text != text) continue;
      CellValue value;
      value.number = truth.value ? 1 : 0;
      return value;
    }
    return std::nullopt;
  };
  if (const auto value = truth_of(cell)) return *value;
  if (const auto value = truth_of(lower_ascii(text::normalized(cell)))) return *value;
  bad(cell, problem);
  problem.note("written as 是/否, yes/no, y/n, true/false, 1/0 or √/×",
               "写作 是/否、yes/no、y/n、true/false、1/0 或 √/×");
  return CellValue::missing(Reason::bad_cell);
}

CellValue CellReader::read_date(std::string_view cell, Diagnostic& problem) const {
  if (const std::optional<calendar::Date> date = calendar::Date::parse(cell)) {
    CellValue value;
    value.number = date->days();
    return value;
  }
  bad(cell, problem);
  double serial = 0;
  if (read_plain_number(cell, serial) && serial >= 20000 && serial < 80000) {
    problem.note("a spreadsheet's day number is not read; write the date, such as 2023-08-31",
                 "不读取电子表格的日期序号;请写成日期,例如 2023-08-31");
  }
  return CellValue::missing(Reason::bad_cell);
}

CellValue CellReader::read_stage(std::string_view cell, Diagnostic& problem) const {
  const std::vector<std::string>& stages = plan_.scales[type_.scale].stages;
  const auto ranked = [](std::size_t rank) {
    CellValue value;
    value.number = static_cast<double>(rank);
    return value;
  };
  for (std::size_t rank = 0; rank < stages.size(); ++rank) {
    if (stages[rank] == cell) return ranked(rank);
  }
  const std::string plain = plain_heading(cell);
  for (std::size_t rank = 0; rank < stages.size() && !plain.empty(); ++rank) {
    if (plain_heading(stages[rank]) == plain) return ranked(rank);
  }
  if (is_missing_mark(cell)) return CellValue::missing(Reason::not_reported);
  problem = Diagnostic(kind("unknown_stage_in_data")).with("seen", std::string(cell));
  for (const std::string& stage : stages) problem.expect(stage);
  if (const auto near = text::nearest(cell, stages)) problem.suggest(*near);
  return CellValue::missing(Reason::bad_cell);
}

CellValue CellReader::read(double cell, Diagnostic& problem) const {
  if (!std::isfinite(cell)) return CellValue::missing(Reason::not_finite);
  if (type_.is_number()) {
    if (plain_) {
      CellValue value;
      value.number = cell == 0 ? 0 : cell;
      value.bare = true;
      return value;
    }
    return number(
        *Rational::from_double_shortest(cell), [cell] { return shortest(cell); }, problem);
  }
  return read(shortest(cell), problem);
}

CellValue CellReader::read(float cell, Diagnostic& problem) const {
  if (!std::isfinite(cell)) return CellValue::missing(Reason::not_finite);
  // The decimal that the float prints as; whole numbers that a float holds exactly print alike.
  if (std::fabs(cell) < 16777216.0f && cell == std::trunc(cell)) {
    return read(static_cast<double>(cell), problem);
  }
  std::array<char, 40> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), cell).ptr;
  double shortest = 0;
  std::from_chars(buffer.data(), end, shortest);
  return read(shortest, problem);
}

CellValue CellReader::read(std::int64_t cell, Diagnostic& problem) const {
  constexpr std::int64_t exact_limit = 999'999'999'999'999;
  if (type_.is_number()) {
    if (cell >= -exact_limit && cell <= exact_limit) {
      return read(static_cast<double>(cell), problem);
    }
    return number(
        Rational(cell), [cell] { return std::to_string(cell); }, problem);
  }
  return read(std::to_string(cell), problem);
}

CellValue CellReader::read(const Rational& cell, Diagnostic& problem) const {
  const auto seen = [&] { return cell.to_finite_decimal().value_or(cell.to_string()); };
  if (type_.is_number()) return number(cell, seen, problem);
  return read(seen(), problem);
}

CellValue CellReader::read_truth(bool cell, Diagnostic& problem) const {
  if (type_.is_yesno()) {
    CellValue value;
    value.number = cell ? 1 : 0;
    return value;
  }
  return bad(cell ? "true" : "false", problem);
}

CellValue CellReader::read_day(std::int32_t cell, Diagnostic& problem) const {
  const std::optional<calendar::Date> date = calendar::Date::from_days(cell);
  if (type_.is_date() && date) {
    CellValue value;
    value.number = date->days();
    return value;
  }
  return bad(date ? date->to_string() : std::to_string(cell), problem);
}

CellValue CellReader::read(const TableColumn& column, std::uint64_t row,
                           Diagnostic& problem) const {
  if (column.is_null(row)) return CellValue::missing(Reason::not_reported);
  switch (column.type) {
    case CellType::text: {
      const std::string_view text = column.text(row);
      CellValue value;
      if (reads_plain_numbers() && read_plain_number(text, value.number)) {
        value.bare = true;
        return value;
      }
      return read(text, problem);
    }
    case CellType::float64:
      return read(column.float64(row), problem);
    case CellType::float32:
      return read(column.float32(row), problem);
    case CellType::integer:
      return read(column.integer(row), problem);
    case CellType::decimal:
      return read(column.decimal(row), problem);
    case CellType::yesno:
      return read_truth(column.yesno(row), problem);
    case CellType::date:
      return read_day(column.day(row), problem);
    case CellType::empty:
    case CellType::other:
      break;
  }
  return CellValue::missing(Reason::not_reported);
}

}  // namespace dabiao::data
