#pragma once

#include <optional>
#include <string_view>

#include "dabiao/text/spelling_map.hpp"
#include "dabiao/units/unit_table.hpp"

namespace dabiao::units {

/// Units as they are written, each spelling read once. The texts outlive it.
class WrittenUnits {
 public:
  /// What is written as a unit, by a table that does not change any more; nothing where it is none.
  std::optional<Unit> parse(const UnitTable& table, std::string_view text) {
    if (const std::optional<Unit>* const known = units_.find(text)) return *known;
    return units_[text] = table.parse(text);
  }
  /// The same where nothing may be added: what was not read before is read anew.
  std::optional<Unit> parse(const UnitTable& table, std::string_view text) const {
    const std::optional<Unit>* const known = units_.find(text);
    return known != nullptr ? *known : table.parse(text);
  }

 private:
  text::SpellingMap<std::optional<Unit>> units_;
};

}  // namespace dabiao::units
