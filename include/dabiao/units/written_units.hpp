#pragma once

#include <optional>
#include <string_view>
#include <unordered_map>

#include "dabiao/units/unit_table.hpp"

namespace dabiao::units {

/// Units as they are written, each spelling read once. The texts and the table, which does not
/// change any more, outlive it.
class WrittenUnits {
 public:
  explicit WrittenUnits(const UnitTable& table) : table_(table) {}

  /// What is written as a unit; nothing where it is none.
  const std::optional<Unit>& parse(std::string_view text) {
    const auto known = units_.find(text);
    if (known != units_.end()) return known->second;
    return units_.emplace(text, table_.parse(text)).first->second;
  }

 private:
  const UnitTable& table_;
  std::unordered_map<std::string_view, std::optional<Unit>> units_;
};

}  // namespace dabiao::units
