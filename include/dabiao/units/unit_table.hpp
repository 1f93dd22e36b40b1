#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dabiao/exact/rational.hpp"
#include "dabiao/text/diagnostic.hpp"
#include "dabiao/units/unit.hpp"
#include "dabiao/units/unit_names.hpp"

namespace dabiao::units {

/// The units that a plan can write: those of known_units.hpp and those that it declares, with 千,
/// 万 and so on before them.
///
/// A unit is written with `/` for a quotient, `·` or `*` for a product, parentheses, and `²` or
/// `^2` for a power: 张/千人, 元/(人·月), ㎡/百户. Full-width forms are read as plain ones.
/// A product after a quotient needs parentheses, since 元/人·月 is read both ways by people.
class UnitTable {
 public:
  UnitTable() = default;

  /// Declares a counted thing: a base dimension of its own, which nothing else converts to.
  /// False, with a diagnostic, where the name is taken by a declared or known unit.
  bool declare(std::string_view name, std::string_view label, text::Place place,
               text::Diagnostics& diagnostics);

  /// Declares a name for `count` of another unit (`unit 箱 = 12 瓶`). False, with a diagnostic,
  /// where the name is taken, the count is not positive, or the scale has more than 60 digits.
  bool declare_multiple(std::string_view name, std::string_view label, const Rational& count,
                        const Unit& of, text::Place place, text::Diagnostics& diagnostics);

  /// The unit of a single name, with or without a magnitude. A declared name wins over the reading
  /// as magnitude and unit, so that a plan may give 千人 a meaning of its own.
  std::optional<Unit> find(std::string_view name) const;

  /// The names of these units.
  const UnitNames& names() const { return names_; }
  bool is_unit_name(std::string_view name) const { return names_.is_unit_name(name); }
  bool is_declared(std::string_view name) const { return names_.is_declared(name); }
  std::optional<std::string> nearest(std::string_view name) const { return names_.nearest(name); }
  const std::vector<std::string>& declared() const { return names_.declared(); }

  /// Reads a unit, spaces allowed; the empty text is the plain number. Where it is none, adds a
  /// diagnostic that names the part which is not known and the nearest name that is.
  std::optional<Unit> parse(std::string_view text, text::Place place,
                            text::Diagnostics& diagnostics) const;
  /// The same where nobody asks why not.
  std::optional<Unit> parse(std::string_view text) const;

  /// The label of a declared unit; empty where it has none or is not declared.
  std::string label(std::string_view name) const;

 private:
  struct Declared {
    Unit unit;
    std::string label;
  };
  bool add(std::string_view name, std::string_view label, NamedUnit unit, text::Place place,
           text::Diagnostics& diagnostics);
  const Unit* find_exact(std::string_view name, bool after_magnitude) const;
  /// The unit of a text that is a single name, without reading it as a quotient or product.
  std::optional<Unit> find_written(std::string_view text) const;

  UnitNames names_;
  std::vector<Declared> declared_;  // by their places in `names_`
  BaseDimension next_ = first_counted_dimension;
};

/// The number that a word of magnitude stands for (十, 百, 千, 万, 十万, 亿, 百亿 …), in simplified
/// or traditional characters; nothing for other text.
std::optional<Rational> magnitude(std::string_view word);

/// The unit of a difference of dates, 日.
const Unit& days();
/// The unit %, for shares that are shown.
const Unit& percent();

}  // namespace dabiao::units
