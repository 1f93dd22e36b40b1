#include "dabiao/units/unit.hpp"

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <iterator>
#include <string_view>
#include <utility>

#include "dabiao/units/known_units.hpp"

namespace dabiao::units {

struct Unit::Body {
  Dimension dimension;
  Rational scale;
  std::string text;
  std::vector<UnitFactor> factors;
};

namespace {

/// A unit to a power above 0. 千人² would be a thousand 人², so a name with a magnitude is put in
/// parentheses.
std::string power_text(const NamedUnit& unit, int exponent) {
  if (exponent == 1) return unit.name;
  const std::string name = unit.magnitude == 1 ? unit.name : "(" + unit.name + ")";
  return name + exponent_text(exponent);
}

std::string text_of(const std::vector<UnitFactor>& factors) {
  std::string above;
  std::string below;
  int names_below = 0;
  for (const UnitFactor& factor : factors) {
    std::string& side = factor.exponent > 0 ? above : below;
    if (!side.empty()) side += "·";
    side += power_text(*factor.unit, std::abs(factor.exponent));
    if (factor.exponent < 0) ++names_below;
  }
  if (below.empty()) return above;
  if (above.empty()) above = "1";
  return above + (names_below > 1 ? "/(" + below + ")" : "/" + below);
}

/// Adds the exponents of units that stand for the same kind of thing, the first one written
/// staying.
void merge(std::vector<UnitFactor>& factors) {
  auto merged = factors.begin();  // the end of those that are
  for (UnitFactor& factor : factors) {
    const auto same = std::find_if(factors.begin(), merged, [&](const UnitFactor& other) {
      if (other.unit == factor.unit) return true;
      if (other.unit->dimension != factor.unit->dimension) return false;
      return !factor.unit->dimension.dimensionless() || *other.unit == *factor.unit;
    });
    if (same != merged) {
      same->exponent += factor.exponent;
    } else {
      if (&*merged != &factor) *merged = std::move(factor);
      ++merged;
    }
  }
  factors.erase(merged, factors.end());
  std::erase_if(factors, [](const UnitFactor& factor) { return factor.exponent == 0; });
}

/// True where a base dimension occurs in more than one factor (亩/米), which a reader would have to
/// cancel.
bool overlaps(const std::vector<UnitFactor>& factors) {
  if (factors.size() < 2) return false;
  std::vector<BaseDimension> bases;
  for (const UnitFactor& factor : factors) {
    for (const Dimension::Factor& each : factor.unit->dimension.factors()) {
      bases.push_back(each.base);
    }
  }
  std::sort(bases.begin(), bases.end());
  return std::adjacent_find(bases.begin(), bases.end()) != bases.end();
}

std::string_view base_name_in(std::span<const UnitFactor> factors, BaseDimension base) {
  for (const UnitFactor& factor : factors) {
    const auto parts = factor.unit->dimension.factors();
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (parts[i].base == base) return factor.unit->base_names[i];
    }
  }
  assert(false && "a base dimension of the unit");
  return {};
}

/// The same dimension in base units.
std::optional<std::vector<UnitFactor>> in_base_units(const std::vector<UnitFactor>& factors) {
  Dimension dimension;
  for (const UnitFactor& factor : factors) {
    dimension = dimension.times(factor.unit->dimension, factor.exponent);
    if (!dimension.within_limits()) return std::nullopt;
  }
  std::vector<UnitFactor> result;
  for (const Dimension::Factor& part : dimension.factors()) {
    const std::string name(base_name_in(factors, part.base));
    NamedUnit unit{name, Dimension(part.base), 1, 1, {name}};
    int exponent = part.exponent;
    const auto powers = static_cast<int>(std::size(known_length_powers));
    if (part.base == length_dimension && std::abs(exponent) <= powers) {
      unit.dimension = Dimension(part.base, std::abs(exponent));
      unit.name = known_length_powers[std::abs(exponent) - 1];
      exponent = exponent > 0 ? 1 : -1;
    }
    result.push_back({std::make_shared<const NamedUnit>(std::move(unit)), exponent});
  }
  return result;
}

std::optional<Unit> simplified(std::vector<UnitFactor> factors) {
  merge(factors);
  const auto out_of_limits = [](const UnitFactor& factor) {
    return std::abs(factor.exponent) > maximum_exponent;
  };
  if (std::any_of(factors.begin(), factors.end(), out_of_limits)) return std::nullopt;
  if (overlaps(factors)) {
    auto base = in_base_units(factors);
    if (!base) return std::nullopt;
    factors = std::move(*base);
  }
  return Unit::of(std::move(factors));
}

std::vector<UnitFactor> joined(const Unit& a, const Unit& b, int sign) {
  std::vector<UnitFactor> factors;
  factors.reserve(a.factors().size() + b.factors().size());
  factors.assign(a.factors().begin(), a.factors().end());
  for (const UnitFactor& factor : b.factors()) {
    factors.push_back({factor.unit, factor.exponent * sign});
  }
  return factors;
}

}  // namespace

std::string exponent_text(int exponent) {
  if (exponent == 2) return "²";
  if (exponent == 3) return "³";
  return "^" + std::to_string(exponent);
}

std::optional<Unit> Unit::of(std::vector<UnitFactor> factors, std::string text) {
  Unit unit;
  if (factors.empty()) return unit;
  if (factors.size() > maximum_factors) return std::nullopt;
  auto body = std::make_shared<Body>();
  body->scale = 1;
  for (const UnitFactor& factor : factors) {
    if (std::abs(factor.exponent) > maximum_exponent) return std::nullopt;
    body->dimension = body->dimension.times(factor.unit->dimension, factor.exponent);
    if (!body->dimension.within_limits()) return std::nullopt;
    // What most are.
    if (factor.unit->scale == Rational(1)) continue;
    body->scale *= factor.unit->scale.pow(factor.exponent);
  }
  body->text = text.empty() ? text_of(factors) : std::move(text);
  body->factors = std::move(factors);
  unit.body_ = std::move(body);
  return unit;
}

const Dimension& Unit::dimension() const {
  static const Dimension none;
  return body_ ? body_->dimension : none;
}

const Rational& Unit::scale() const {
  static const Rational one = 1;
  return body_ ? body_->scale : one;
}

const std::string& Unit::text() const {
  static const std::string empty;
  return body_ ? body_->text : empty;
}

std::span<const UnitFactor> Unit::factors() const {
  if (!body_) return {};
  return body_->factors;
}

std::string_view base_name(const Unit& unit, BaseDimension base) {
  return base_name_in(unit.factors(), base);
}

std::optional<Unit> multiply(const Unit& a, const Unit& b) {
  if (a.plain()) return b;
  if (b.plain()) return a;
  if (a.dimensionless() && b.dimensionless()) return Unit();
  if (a.dimensionless()) return simplified(joined(b, Unit(), 1));
  if (b.dimensionless()) return simplified(joined(a, Unit(), 1));
  return simplified(joined(a, b, 1));
}

std::optional<Unit> divide(const Unit& a, const Unit& b) {
  if (b.plain()) return a;
  if (b.dimensionless()) {
    if (a.dimensionless()) return Unit();
    return simplified(joined(a, Unit(), 1));
  }
  return simplified(joined(a, b, -1));
}

std::optional<Unit> power(const Unit& unit, int exponent) {
  if (exponent == 1) return unit;
  if (exponent == 0 || unit.dimensionless()) return Unit();
  if (exponent < -maximum_exponent || exponent > maximum_exponent) return std::nullopt;
  std::vector<UnitFactor> factors(unit.factors().begin(), unit.factors().end());
  for (UnitFactor& factor : factors) factor.exponent *= exponent;
  return simplified(std::move(factors));
}

bool compatible(const Unit& a, const Unit& b) {
  return a.dimension() == b.dimension();
}

Rational factor(const Unit& from, const Unit& to) {
  assert(compatible(from, to) && "only units of one dimension convert");
  return from.scale() / to.scale();
}

bool nonnegative_by_default(const Unit& unit) {
  return !unit.dimensionless();
}

bool is_counted(const Unit& unit) {
  const auto factors = unit.dimension().factors();
  return factors.size() == 1 && factors[0].base >= first_counted_dimension &&
         factors[0].exponent == 1;
}

bool is_counted_singly(const Unit& unit) {
  return is_counted(unit) && unit.scale() == 1;
}

std::string format(const Rational& base_value, const Unit& unit, int fraction_digits) {
  std::string number = (base_value / unit.scale()).shortest_decimal(fraction_digits);
  if (!unit.text().empty()) number += " " + unit.text();
  return number;
}

}  // namespace dabiao::units
