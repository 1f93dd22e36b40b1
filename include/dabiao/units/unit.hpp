#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dabiao/exact/rational.hpp"
#include "dabiao/units/dimension.hpp"

namespace dabiao::units {

using exact::Rational;

/// A unit with a name of its own: 张, 千人, ㎡. One of it is `scale` of the base units of its
/// dimension.
struct NamedUnit {
  std::string name;  // as written, in backquotes where it is no identifier
  Dimension dimension;
  Rational scale = 1;
  Rational magnitude = 1;  // the part of the scale that 千, 万 … in the name stand for
  std::vector<std::string> base_names;  // what the base units are called, by dimension.factors()

  bool operator==(const NamedUnit&) const = default;
};

/// A named unit to a power.
struct UnitFactor {
  std::shared_ptr<const NamedUnit> unit;
  int exponent = 1;
};

/// A unit: a dimension with an exact scale, and how it is written. A quantity is kept as a number
/// of base units, so the scale matters only where a number is read or shown. The default is the
/// plain number. Units are small, immutable and cheap to copy; those of different unit tables
/// must not meet.
class Unit {
 public:
  Unit() = default;

  const Dimension& dimension() const;
  /// How many base units one of this is; greater than 0.
  const Rational& scale() const;
  /// As written or made up for a result: 张/千人, %, 元/(人·月); empty for the plain number.
  const std::string& text() const;
  /// In the order in which they are written; empty for the plain number.
  std::span<const UnitFactor> factors() const;

  /// No unit at all. (倍 has scale 1 too, but is written.)
  bool plain() const { return body_ == nullptr; }
  /// A number, %, ‰, 倍, 万元/元: nothing that has a dimension.
  bool dimensionless() const { return dimension().dimensionless(); }

  /// The same quantity: equal dimensions and scales, however written.
  friend bool operator==(const Unit& a, const Unit& b) {
    return a.body_ == b.body_ || (a.dimension() == b.dimension() && a.scale() == b.scale());
  }

  /// The unit with those factors, written as `text`, or as the factors say where it is empty.
  /// Nothing where an exponent or the number of factors passes its limit.
  static std::optional<Unit> of(std::vector<UnitFactor> factors, std::string text = {});

 private:
  struct Body;
  std::shared_ptr<const Body> body_;
};

/// How a power other than 1 is written: ², ³, ^4, ^-1.
std::string exponent_text(int exponent);

/// What the base unit of a dimension that occurs in `unit` is called: 人 for 张/千人 and its
/// second.
std::string_view base_name(const Unit& unit, BaseDimension base);

/// The unit of a product. It is written so that a reader sees what remains: 张/千人 times 人 is 张.
/// A share of something is in the unit of the thing; two shares make a plain number. Nothing where
/// an exponent or the number of factors passes its limit.
std::optional<Unit> multiply(const Unit& a, const Unit& b);

/// The unit of a quotient, likewise: 张 by 人 is 张/人, 张 by 张 and % by % are plain numbers.
std::optional<Unit> divide(const Unit& a, const Unit& b);

/// The unit of a whole power, likewise: 米 to 2 is 米², anything to 0 is a plain number.
std::optional<Unit> power(const Unit& unit, int exponent);

/// True where quantities of both may be compared, added and converted: equal dimensions.
bool compatible(const Unit& a, const Unit& b);

/// How many `to` one `from` is, exactly: 2000/3 from 亩 to ㎡. The units must be compatible.
Rational factor(const Unit& from, const Unit& to);

/// True for quantities that are not below zero unless the plan declares otherwise: all that have a
/// dimension (counted things, area, length, mass, time, money and quotients of them).
bool nonnegative_by_default(const Unit& unit);

/// True for a number of one kind of counted thing (张, 千人): its values are whole at scale 1.
bool is_counted(const Unit& unit);

/// True for a counted thing at scale 1 (人 but not 千人): it is rounded to whole numbers unasked.
bool is_counted_singly(const Unit& unit);

/// A quantity of so many base units in words: "57.66 %", "36 张/千人", "5.5" for a plain number.
/// Rounds to `fraction_digits`, halves away from zero, and leaves out zeros at the end.
std::string format(const Rational& base_value, const Unit& unit, int fraction_digits);

}  // namespace dabiao::units
