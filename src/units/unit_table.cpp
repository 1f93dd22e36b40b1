#include "dabiao/units/unit_table.hpp"

#include <algorithm>
#include <cassert>
#include <memory>
#include <utility>

#include "dabiao/text/utf8.hpp"
#include "known_names.hpp"
#include "unit_tokens.hpp"

namespace dabiao::units {
namespace {

using detail::known_unit;
using detail::Split;
using detail::Splits;
using detail::Token;
using detail::token_at;
using detail::unit_of;
using detail::written;
using text::kind;

constexpr int most_nested_parentheses = 32;
constexpr std::size_t most_scale_digits = 60;

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
    std::optional<Unit> unit = Unit::of(std::move(factors_), std::move(written_));
    if (!unit) report(kind("unit_power_too_high"), 0, text_.size());
    return unit;
  }

 private:
  void advance() { token_ = token_at(text_, token_.end, true); }
  std::string token_text() const { return detail::plain_text(text_, token_); }
  void accept() {
    written_ += token_text();
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
    } else if (token_.kind == Token::Kind::digits && token_text() == "1" && written_.empty()) {
      accept();
      if (token_.kind != Token::Kind::divide) unexpected();
      return;
    } else {
      return unexpected();
    }
    power(first, bare_name);
  }

  void name(int sign) {
    const std::string text = token_text();
    const std::optional<Unit> unit = table_.find(text);
    if (unit) {
      for (const UnitFactor& factor : unit->factors()) {
        factors_.push_back({factor.unit, factor.exponent * sign});
      }
      written_ += written(text);
    } else {
      unknown(text);
      written_ += text;
    }
    advance();
  }

  void power(std::size_t first, bool bare_name) {
    const std::size_t begin = token_.begin;
    std::string digits;
    if (token_.kind == Token::Kind::superscript) {
      digits = token_text();
      advance();
    } else if (token_.kind == Token::Kind::caret) {
      advance();
      if (token_.kind == Token::Kind::minus) {
        digits = "-";
        advance();
      }
      if (token_.kind != Token::Kind::digits) return unexpected();
      digits += token_text();
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

  [[gnu::cold]] void unexpected() {
    if (stopped_) return;
    stopped_ = true;
    if (token_.kind == Token::Kind::end) {
      report(kind("unit_unfinished"), 0, text_.size());
    } else if (text::Diagnostic* what = report(kind("unit_form"), token_.begin, token_.end)) {
      what->with("seen", token_text());
    }
  }

  [[gnu::cold]] void unknown(const std::string& text) {
    text::Diagnostic* what = report(kind("unknown_unit"), token_.begin, token_.end);
    if (!what) return;
    what->with("name", text);
    const std::optional<std::string> near = table_.nearest(text);
    if (!near) return;
    // Where only the whole text has a place, the whole text is what the suggestion replaces.
    what->suggest(has_places() ? *near
                               : std::string(text_.substr(0, token_.begin)) + *near +
                                     std::string(text_.substr(token_.end)));
  }

  [[gnu::cold]] void report_unclear() {
    text::Diagnostic* what = report(kind("unit_quotient_unclear"), 0, text_.size());
    if (!what || !slash_ || stopped_) return;
    const std::string below = written_.substr(*slash_ + 1);
    if (below.find('/') == std::string::npos) {
      what->suggest(written_.substr(0, *slash_ + 1) + "(" + below + ")");
    }
  }

  bool has_places() const { return place_.end - place_.begin == text_.size(); }

  [[gnu::cold]] text::Diagnostic* report(const text::DiagnosticKind& what, std::size_t begin,
                                         std::size_t end) {
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

}  // namespace

const Unit* UnitTable::find_exact(std::string_view name, bool after_magnitude) const {
  if (const auto own = names_.place_of(name)) return &declared_[*own].unit;
  const detail::Known* known = known_unit(name);
  if (known == nullptr) return nullptr;
  return known->takes_magnitude || !after_magnitude ? &known->unit : nullptr;
}

std::optional<Unit> UnitTable::find(std::string_view name) const {
  const text::Plain plain(name);
  if (const Unit* unit = find_exact(plain.text(), false)) return *unit;
  for (const Split& split : Splits(plain.text())) {
    const Unit* unit = find_exact(split.rest, true);
    if (unit == nullptr) continue;
    NamedUnit larger = *unit->factors().front().unit;
    larger.name = written(plain.text());
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

std::string UnitTable::label(std::string_view name) const {
  const auto found = names_.place_of(text::Plain(name).text());
  return found ? declared_[*found].label : std::string();
}

bool UnitTable::add(std::string_view name, std::string_view label, NamedUnit unit,
                    text::Place place, text::Diagnostics& diagnostics) {
  assert(!name.empty() && "the parser gives a declared unit its name");
  const text::Plain plain(name);
  if (names_.place_of(plain.text())) {
    diagnostics.add(kind("unit_declared_twice"), place).with("name", std::string(plain.text()));
    return false;
  }
  if (known_unit(plain.text()) != nullptr) {
    diagnostics.add(kind("known_unit_declared"), place).with("name", std::string(plain.text()));
    return false;
  }
  unit.name = written(plain.text());
  if (unit.base_names.empty() && !unit.dimension.dimensionless()) unit.base_names = {unit.name};
  declared_.push_back({unit_of(std::move(unit)), std::string(label)});
  names_.declare(plain.text());
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

std::optional<Unit> UnitTable::parse(std::string_view text, text::Place place,
                                     text::Diagnostics& diagnostics) const {
  if (std::optional<Unit> unit = find_written(text)) return unit;
  return UnitParser(*this, text, place, &diagnostics).whole();
}

std::optional<Unit> UnitTable::parse(std::string_view text) const {
  if (std::optional<Unit> unit = find_written(text)) return unit;
  return UnitParser(*this, text, {}, nullptr).whole();
}

std::optional<Rational> magnitude(std::string_view word) {
  const text::Plain plain(word);
  for (const Split& split : Splits(plain.text())) {
    if (split.rest.empty()) return Rational(split.factor);
  }
  return std::nullopt;
}

const Unit& days() {
  static const Unit unit = detail::known_by_name().find("日")->second.unit;
  return unit;
}

const Unit& percent() {
  static const Unit unit = detail::known_by_name().find("%")->second.unit;
  return unit;
}

}  // namespace dabiao::units
