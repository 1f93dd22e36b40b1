#include "dabiao/units/unit_table.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>
#include <limits>
#include <unordered_map>
#include <utility>

#include "dabiao/text/nearest.hpp"
#include "dabiao/text/utf8.hpp"
#include "dabiao/units/known_units.hpp"

namespace dabiao::units {
namespace {

using text::kind;

constexpr int most_nested_parentheses = 32;
constexpr std::size_t most_scale_digits = 60;

/// Calls visit(word) for each word of a text parted by spaces, until one returns true.
template <class Visit>
bool any_word(std::string_view words, Visit visit) {
  while (!words.empty()) {
    const std::size_t end = words.find(' ');
    if (visit(words.substr(0, end))) return true;
    if (end == std::string_view::npos) break;
    words.remove_prefix(end + 1);
  }
  return false;
}

Unit unit_of(NamedUnit named) {
  std::optional<Unit> unit = Unit::of({{std::make_shared<const NamedUnit>(std::move(named)), 1}});
  assert(unit && "a single name is within every limit");
  return *std::move(unit);
}

struct Known {
  Unit unit;
  bool takes_magnitude = false;
};

/// Every spelling of every known unit.
const std::map<std::string, Known, std::less<>>& known_by_name() {
  static const auto table = [] {
    constexpr std::array<std::string_view, first_counted_dimension> base_names = {"米", "元", "克",
                                                                                  "日", "月"};
    std::map<std::string, Known, std::less<>> result;
    for (const KnownUnit& row : known_units) {
      any_word(row.names, [&](std::string_view name) {
        NamedUnit unit;
        unit.name = name;
        unit.dimension = Dimension(row.base, row.exponent);
        unit.scale = Rational(row.numerator, row.denominator);
        if (row.exponent != 0) unit.base_names = {std::string(base_names[row.base])};
        const bool fresh =
            result.emplace(name, Known{unit_of(std::move(unit)), row.takes_magnitude}).second;
        assert(fresh && "each spelling of a known unit occurs once");
        static_cast<void>(fresh);
        return false;
      });
    }
    return result;
  }();
  return table;
}

/// Takes one word of a table of magnitudes from the front of `text`; 1 where there is none.
template <std::size_t count>
std::int64_t take_magnitude(const KnownMagnitude (&table)[count], std::string_view& text) {
  for (const KnownMagnitude& row : table) {
    std::size_t length = 0;
    any_word(row.names, [&](std::string_view word) {
      if (!text.starts_with(word)) return false;
      length = word.size();
      return true;
    });
    if (length != 0) {
      text.remove_prefix(length);
      return row.factor;
    }
  }
  return 1;
}

/// A way to read the beginning of a name as a magnitude.
struct Split {
  std::int64_t factor;
  std::string_view rest;
};

/// All of them, the shortest magnitude first: 百万张 is 百·万张, then 百万·张.
std::vector<Split> splits(std::string_view name) {
  std::vector<Split> result;
  // Magnitudes are Chinese, and most names that are looked for are not.
  if (name.empty() || static_cast<unsigned char>(name.front()) < 0x80) return result;
  std::string_view rest = name;
  const std::int64_t small = take_magnitude(known_small_magnitudes, rest);
  if (small != 1) result.push_back({small, rest});
  const std::int64_t large = take_magnitude(known_large_magnitudes, rest);
  if (large != 1) result.push_back({small * large, rest});
  return result;
}

struct Token {
  enum class Kind {
    end,
    name,
    divide,
    times,
    open,
    close,
    caret,
    minus,
    digits,
    superscript,
    other
  };
  Kind kind = Kind::end;
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string text;  // in plain forms; of a superscript its number
};

bool is_digit(char32_t code_point) {
  return code_point >= U'0' && code_point <= U'9';
}

std::optional<char> superscript(char32_t code_point) {
  switch (code_point) {
    case U'¹':
      return '1';
    case U'²':
      return '2';
    case U'³':
      return '3';
    case U'⁻':
      return '-';
    default:
      if (code_point == U'⁰' || (code_point >= U'⁴' && code_point <= U'⁹')) {
        return static_cast<char>('0' + (code_point - U'⁰'));
      }
      return std::nullopt;
  }
}

/// ㎡, ㎞ and their like: symbols that stand in a name as letters do (万㎡).
bool is_squared_symbol(char32_t code_point) {
  return code_point >= 0x3300 && code_point <= 0x33FF;
}

/// The same where nobody asks for an order; most names that are looked for are no units.
const Known* known_unit(std::string_view name) {
  static const auto index = [] {
    std::unordered_map<std::string_view, const Known*> found;
    for (const auto& [known, row] : known_by_name()) found.emplace(known, &row);
    return found;
  }();
  const auto found = index.find(name);
  return found == index.end() ? nullptr : found->second;
}

bool is_middle_dot(char32_t code_point) {
  return code_point == U'·' || code_point == U'⋅' || code_point == U'•' || code_point == U'・' ||
         code_point == U'･' || code_point == U'*';
}

/// Reads the token of a unit that begins at `offset`.
Token token_at(std::string_view text, std::size_t offset, bool skip_spaces) {
  const auto peek = [&](std::size_t at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x80) return text::Decoded{byte, 1, true};
    text::Decoded next = text::decode(text, at);
    next.code_point = text::normalized(next.code_point);
    return next;
  };
  if (skip_spaces) {
    while (offset < text.size()) {
      const text::Decoded next = peek(offset);
      if (next.code_point != U' ' && next.code_point != U'\t') break;
      offset += next.bytes;
    }
  }
  Token token;
  token.begin = token.end = offset;
  if (offset >= text.size()) return token;
  const auto take_while = [&](auto accepts) {
    while (token.end < text.size()) {
      const text::Decoded next = peek(token.end);
      if (!accepts(next.code_point)) break;
      token.end += next.bytes;
    }
    token.text = text::normalized(text.substr(offset, token.end - offset));
  };

  const text::Decoded first = peek(offset);
  const char32_t code_point = first.code_point;
  if (code_point == U'`') {
    const std::size_t close = text.find('`', offset + first.bytes);
    if (close == std::string_view::npos || close == offset + first.bytes) {
      token.kind = Token::Kind::other;
      token.text = "`";
      token.end = offset + first.bytes;
      return token;
    }
    token.kind = Token::Kind::name;
    token.text = text.substr(offset + first.bytes, close - offset - first.bytes);
    token.end = close + 1;
  } else if (text::is_letter(code_point) || is_squared_symbol(code_point) || code_point == U'_') {
    token.kind = Token::Kind::name;
    take_while([](char32_t next) {
      return text::is_letter(next) || text::is_mark(next) || is_squared_symbol(next) ||
             is_digit(next) || next == U'_';
    });
  } else if (is_digit(code_point)) {
    token.kind = Token::Kind::digits;
    take_while(is_digit);
  } else if (superscript(code_point)) {
    token.kind = Token::Kind::superscript;
    while (token.end < text.size()) {
      const text::Decoded next = peek(token.end);
      const std::optional<char> digit = superscript(next.code_point);
      if (!digit) break;
      token.text += *digit;
      token.end += next.bytes;
    }
  } else {
    token.end += first.bytes;
    if (is_middle_dot(code_point)) {
      token.kind = Token::Kind::times;
      token.text = "·";
      return token;
    }
    text::append_utf8(token.text, code_point);
    switch (code_point) {
      case U'/':
        token.kind = Token::Kind::divide;
        break;
      case U'(':
        token.kind = Token::Kind::open;
        break;
      case U')':
        token.kind = Token::Kind::close;
        break;
      case U'^':
        token.kind = Token::Kind::caret;
        break;
      case U'-':
        token.kind = Token::Kind::minus;
        break;
      case U'%':
        token.kind = Token::Kind::name;
        break;
      default:
        // ‰ and its like are names of one symbol.
        token.kind = code_point >= 0x80 && !text::is_invisible(code_point) && first.well_formed
                         ? Token::Kind::name
                         : Token::Kind::other;
    }
  }
  return token;
}

/// A name as it stands in a unit's text: in backquotes where it could not be read back without.
std::string written(std::string_view name) {
  const Token whole = token_at(name, 0, false);
  if (whole.kind == Token::Kind::name && whole.end == name.size() && name.front() != '`') {
    return std::string(name);
  }
  return "`" + std::string(name) + "`";
}

/// A whole number of at most two digits with an optional sign.
std::optional<int> small_number(std::string_view digits) {
  const bool negative = digits.starts_with('-');
  if (negative) digits.remove_prefix(1);
  if (digits.empty() || digits.size() > 2) return std::nullopt;
  int value = 0;
  for (char digit : digits) {
    if (digit < '0' || digit > '9') return std::nullopt;
    value = value * 10 + (digit - '0');
  }
  return negative ? -value : value;
}

/// Reads a whole text as a unit and says everything that is wrong with it.
class UnitParser {
 public:
  UnitParser(const UnitTable& table, std::string_view text, text::Place place,
             text::Diagnostics* diagnostics)
      : table_(table), text_(text), place_(place), diagnostics_(diagnostics) {
    advance();
  }

  std::optional<Unit> whole() {
    if (token_.kind == Token::Kind::end) return Unit();
    product(1, 0);
    if (!stopped_ && token_.kind != Token::Kind::end) unexpected();
    if (unclear_) report_unclear();
    if (failed_) return std::nullopt;
    std::optional<Unit> unit = Unit::of(factors_, written_);
    if (!unit) report(kind("unit_power_too_high"), 0, text_.size());
    return unit;
  }

 private:
  void advance() { token_ = token_at(text_, token_.end, true); }
  void accept() {
    written_ += token_.text;
    advance();
  }

  /// A product of quotients; the factors of it count `sign` times.
  void product(int sign, int depth) {
    term(sign, depth);
    bool quotient = false;
    while (!stopped_) {
      if (token_.kind == Token::Kind::divide) {
        if (depth == 0 && !slash_) slash_ = written_.size();
        quotient = true;
        accept();
        term(-sign, depth);
      } else if (token_.kind == Token::Kind::times) {
        unclear_ = unclear_ || quotient;
        accept();
        term(sign, depth);
      } else {
        return;
      }
    }
  }

  void term(int sign, int depth) {
    const std::size_t first = factors_.size();
    const bool bare_name = token_.kind == Token::Kind::name;
    if (bare_name) {
      name(sign);
    } else if (token_.kind == Token::Kind::open && depth < most_nested_parentheses) {
      accept();
      product(sign, depth + 1);
      if (stopped_) return;
      if (token_.kind != Token::Kind::close) return unexpected();
      accept();
    } else if (token_.kind == Token::Kind::digits && token_.text == "1" && written_.empty()) {
      accept();
      if (token_.kind != Token::Kind::divide) unexpected();
      return;
    } else {
      return unexpected();
    }
    power(first, bare_name);
  }

  void name(int sign) {
    const std::optional<Unit> unit = table_.find(token_.text);
    if (unit) {
      for (const UnitFactor& factor : unit->factors()) {
        factors_.push_back({factor.unit, factor.exponent * sign});
      }
      token_.text = written(token_.text);
    } else {
      unknown();
    }
    accept();
  }

  void power(std::size_t first, bool bare_name) {
    const std::size_t begin = token_.begin;
    std::string digits;
    if (token_.kind == Token::Kind::superscript) {
      digits = token_.text;
      advance();
    } else if (token_.kind == Token::Kind::caret) {
      advance();
      if (token_.kind == Token::Kind::minus) {
        digits = "-";
        advance();
      }
      if (token_.kind != Token::Kind::digits) return unexpected();
      digits += token_.text;
      advance();
    } else {
      return;
    }
    const std::optional<int> exponent = small_number(digits);
    if (!exponent || *exponent > maximum_exponent || *exponent < -maximum_exponent) {
      report(kind("unit_power_too_high"), begin, token_.begin);
      return;
    }
    if (*exponent == 0) factors_.resize(first);
    if (bare_name && first < factors_.size() && factors_[first].unit->magnitude != 1) {
      raise_below_magnitude(factors_[first], *exponent);
      written_ += exponent_text(*exponent);
      return;
    }
    for (std::size_t i = first; i < factors_.size(); ++i) {
      // Beyond the limit it is refused as a whole; until then it must not overflow.
      const int product = factors_[i].exponent * *exponent;
      factors_[i].exponent =
          std::min(std::max(product, -maximum_exponent - 1), maximum_exponent + 1);
    }
    written_ += exponent_text(*exponent);
  }

  /// 万m² is ten thousand m²: the power is of what stands after the magnitude.
  void raise_below_magnitude(UnitFactor& factor, int exponent) {
    const NamedUnit& plain = *factor.unit;
    Dimension dimension = Dimension().times(plain.dimension, exponent);
    if (!dimension.within_limits()) {
      factor.exponent = maximum_exponent + 1;  // refused as a whole
      return;
    }
    NamedUnit raised = plain;
    raised.name += exponent_text(exponent);
    raised.dimension = std::move(dimension);
    raised.scale = plain.magnitude * (plain.scale / plain.magnitude).pow(exponent);
    factor.unit = std::make_shared<const NamedUnit>(std::move(raised));
  }

  void unexpected() {
    if (stopped_) return;
    stopped_ = true;
    if (token_.kind == Token::Kind::end) {
      report(kind("unit_unfinished"), 0, text_.size());
    } else if (text::Diagnostic* what = report(kind("unit_form"), token_.begin, token_.end)) {
      what->with("seen", token_.text);
    }
  }

  void unknown() {
    text::Diagnostic* what = report(kind("unknown_unit"), token_.begin, token_.end);
    if (!what) return;
    what->with("name", token_.text);
    const std::optional<std::string> near = table_.nearest(token_.text);
    if (!near) return;
    // Where only the whole text has a place, the whole text is what the suggestion replaces.
    what->suggest(has_places() ? *near
                               : std::string(text_.substr(0, token_.begin)) + *near +
                                     std::string(text_.substr(token_.end)));
  }

  void report_unclear() {
    text::Diagnostic* what = report(kind("unit_quotient_unclear"), 0, text_.size());
    if (!what || !slash_ || stopped_) return;
    const std::string below = written_.substr(*slash_ + 1);
    if (below.find('/') == std::string::npos) {
      what->suggest(written_.substr(0, *slash_ + 1) + "(" + below + ")");
    }
  }

  bool has_places() const { return place_.end - place_.begin == text_.size(); }

  text::Diagnostic* report(const text::DiagnosticKind& what, std::size_t begin, std::size_t end) {
    failed_ = true;
    if (diagnostics_ == nullptr) return nullptr;
    text::Place place = place_;
    if (has_places()) {
      place.end = place_.begin + static_cast<std::uint32_t>(end);
      place.begin += static_cast<std::uint32_t>(begin);
    }
    return &diagnostics_->add(what, place).with("unit", std::string(text_));
  }

  const UnitTable& table_;
  std::string_view text_;
  text::Place place_;
  text::Diagnostics* diagnostics_;
  Token token_;
  std::string written_;
  std::vector<UnitFactor> factors_;
  std::optional<std::size_t> slash_;
  bool unclear_ = false;
  bool failed_ = false;
  bool stopped_ = false;
};

/// Finds where the longest unit at the beginning of a text ends.
class UnitScanner {
 public:
  UnitScanner(const UnitTable& table, std::string_view text) : table_(table), text_(text) {}

  /// The end of a product that begins at `offset`; nothing where there is none.
  std::optional<std::size_t> product(std::size_t offset, int depth) const {
    std::optional<std::size_t> end = term(offset, depth);
    while (end) {
      const Token sign = token_at(text_, *end, false);
      if (sign.kind != Token::Kind::divide && sign.kind != Token::Kind::times) break;
      const std::optional<std::size_t> next = term(sign.end, depth);
      if (!next) break;
      end = next;
    }
    return end;
  }

 private:
  std::optional<std::size_t> term(std::size_t offset, int depth) const {
    const Token token = token_at(text_, offset, false);
    std::size_t end = token.end;
    if (token.kind == Token::Kind::open && depth < most_nested_parentheses) {
      const std::optional<std::size_t> inside = product(end, depth + 1);
      if (!inside) return std::nullopt;
      const Token close = token_at(text_, *inside, false);
      if (close.kind != Token::Kind::close) return std::nullopt;
      end = close.end;
    } else if (token.kind != Token::Kind::name || !table_.is_unit_name(token.text)) {
      return std::nullopt;
    }
    return after_power(end);
  }

  std::size_t after_power(std::size_t offset) const {
    Token token = token_at(text_, offset, false);
    if (token.kind == Token::Kind::superscript) return token.end;
    if (token.kind != Token::Kind::caret) return offset;
    token = token_at(text_, token.end, false);
    if (token.kind == Token::Kind::minus) token = token_at(text_, token.end, false);
    return token.kind == Token::Kind::digits ? token.end : offset;
  }

  const UnitTable& table_;
  std::string_view text_;
};

}  // namespace

const Unit* UnitTable::find_exact(std::string_view name, bool after_magnitude) const {
  const auto own = declared_.find(name);
  if (own != declared_.end()) return &own->second.unit;
  const Known* known = known_unit(name);
  if (known == nullptr) return nullptr;
  return known->takes_magnitude || !after_magnitude ? &known->unit : nullptr;
}

std::optional<Unit> UnitTable::find(std::string_view name) const {
  const std::string plain = text::normalized(name);
  if (const Unit* unit = find_exact(plain, false)) return *unit;
  for (const Split& split : splits(plain)) {
    const Unit* unit = find_exact(split.rest, true);
    if (unit == nullptr) continue;
    NamedUnit larger = *unit->factors().front().unit;
    larger.name = written(plain);
    larger.magnitude = split.factor;
    larger.scale *= larger.magnitude;
    return unit_of(std::move(larger));
  }
  return std::nullopt;
}

std::optional<Unit> UnitTable::find_written(std::string_view text) const {
  std::optional<Unit> unit = find(text);
  // A name that needs backquotes is not meant where there are none.
  if (unit && unit->text().starts_with('`')) return std::nullopt;
  return unit;
}

bool UnitTable::is_unit_name(std::string_view name) const {
  const std::string plain = text::normalized(name);
  if (find_exact(plain, false) != nullptr) return true;
  const std::vector<Split> readings = splits(plain);
  return std::any_of(readings.begin(), readings.end(),
                     [&](const Split& split) { return find_exact(split.rest, true) != nullptr; });
}

bool UnitTable::is_declared(std::string_view name) const {
  return declared_.find(text::normalized(name)) != declared_.end();
}

std::string UnitTable::label(std::string_view name) const {
  const auto found = declared_.find(text::normalized(name));
  return found == declared_.end() ? std::string() : found->second.label;
}

bool UnitTable::add(std::string_view name, std::string_view label, NamedUnit unit,
                    text::Place place, text::Diagnostics& diagnostics) {
  assert(!name.empty() && "the parser gives a declared unit its name");
  const std::string plain = text::normalized(name);
  if (declared_.contains(plain)) {
    diagnostics.add(kind("unit_declared_twice"), place).with("name", plain);
    return false;
  }
  if (known_unit(plain) != nullptr) {
    diagnostics.add(kind("known_unit_declared"), place).with("name", plain);
    return false;
  }
  unit.name = written(plain);
  if (unit.base_names.empty() && !unit.dimension.dimensionless()) unit.base_names = {unit.name};
  declared_.emplace(plain, Declared{unit_of(std::move(unit)), std::string(label)});
  order_.push_back(plain);
  return true;
}

bool UnitTable::declare(std::string_view name, std::string_view label, text::Place place,
                        text::Diagnostics& diagnostics) {
  constexpr BaseDimension last = std::numeric_limits<BaseDimension>::max();
  if (next_ == last) {
    diagnostics.add(kind("too_many_units"), place)
        .with("count", std::to_string(last - first_counted_dimension));
    return false;
  }
  NamedUnit unit;
  unit.dimension = Dimension(next_);
  if (!add(name, label, std::move(unit), place, diagnostics)) return false;
  ++next_;
  return true;
}

bool UnitTable::declare_multiple(std::string_view name, std::string_view label,
                                 const Rational& count, const Unit& of, text::Place place,
                                 text::Diagnostics& diagnostics) {
  if (count.sign() <= 0) {
    diagnostics.add(kind("unit_multiple_not_positive"), place)
        .with("name", std::string(name))
        .with("count", count.to_string());
    return false;
  }
  NamedUnit unit;
  unit.dimension = of.dimension();
  unit.scale = count * of.scale();
  if (unit.scale.to_string().size() > most_scale_digits) {
    diagnostics.add(kind("unit_scale_too_long"), place).with("name", std::string(name));
    return false;
  }
  for (const Dimension::Factor& part : unit.dimension.factors()) {
    unit.base_names.emplace_back(base_name(of, part.base));
  }
  return add(name, label, std::move(unit), place, diagnostics);
}

std::size_t UnitTable::longest_unit_prefix(std::string_view text) const {
  return UnitScanner(*this, text).product(0, 0).value_or(0);
}

std::optional<Unit> UnitTable::parse(std::string_view text, text::Place place,
                                     text::Diagnostics& diagnostics) const {
  if (std::optional<Unit> unit = find_written(text)) return unit;
  return UnitParser(*this, text, place, &diagnostics).whole();
}

std::optional<Unit> UnitTable::parse(std::string_view text) const {
  if (std::optional<Unit> unit = find_written(text)) return unit;
  return UnitParser(*this, text, {}, nullptr).whole();
}

std::optional<std::string> UnitTable::nearest(std::string_view name) const {
  const std::string plain = text::normalized(name);
  text::Nearest search(plain);
  const auto consider_all = [&](const std::string& before, bool magnitude) {
    for (const std::string& declared : order_) search.consider(before + declared);
    for (const auto& [known, row] : known_by_name()) {
      if (!magnitude || row.takes_magnitude) search.consider(before + known);
    }
  };
  consider_all("", false);
  for (const Split& split : splits(plain)) {
    consider_all(plain.substr(0, plain.size() - split.rest.size()), true);
  }
  return search.name();
}

std::optional<Rational> magnitude(std::string_view word) {
  const std::string plain = text::normalized(word);
  for (const Split& split : splits(plain)) {
    if (split.rest.empty()) return Rational(split.factor);
  }
  return std::nullopt;
}

const Unit& days() {
  static const Unit unit = known_by_name().find("日")->second.unit;
  return unit;
}

const Unit& percent() {
  static const Unit unit = known_by_name().find("%")->second.unit;
  return unit;
}

}  // namespace dabiao::units
