#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dabiao/units/dimension.hpp"

namespace dabiao::units {

/// The names of units: those of known_units.hpp and those that a plan declares, with 千, 万 and so
/// on before them. It knows which words are units, which is all that is needed to tell where the
/// unit of a number ends.
class UnitNames {
 public:
  /// As many counted things can be declared.
  static constexpr std::size_t most = 0xffff - first_counted_dimension;

  /// Adds a name that is none yet; does nothing where it is, or where there are too many.
  void declare(std::string_view name);

  /// True for a name of a unit, with or without a magnitude.
  bool is_unit_name(std::string_view name) const;

  /// True for a name that the plan declares.
  bool is_declared(std::string_view name) const;

  /// How many bytes at the beginning of `text` are a unit: the longest run of unit names with /, ·,
  /// *, powers and parentheses between them and no spaces; 0 where there is none. Words are taken
  /// whole: in 人口 there is no 人.
  std::size_t longest_unit_prefix(std::string_view text) const;

  /// The unit name nearest to one that is not known, with its magnitude where it has one.
  std::optional<std::string> nearest(std::string_view name) const;

  /// The name of what is counted, as a plan would declare it: without 千, 万 and so on before it.
  static std::string counted(std::string_view name);

  /// Declared names in the order of their declarations.
  const std::vector<std::string>& declared() const { return order_; }

  /// The place of a name, in plain forms, in `declared()`; nothing where it is not there.
  std::optional<std::uint32_t> place_of(std::string_view plain) const;

 private:
  std::map<std::string, std::uint32_t, std::less<>> places_;
  std::vector<std::string> order_;
};

}  // namespace dabiao::units
