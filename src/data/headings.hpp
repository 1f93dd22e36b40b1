#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dabiao/data/table.hpp"
#include "dabiao/model/plan.hpp"
#include "dabiao/text/diagnostic.hpp"
#include "dabiao/units/unit.hpp"

namespace dabiao::data {

/// What a column of a table is for.
struct ColumnRole {
  enum class Kind : std::uint8_t {
    ignored,
    level,
    entity,
    level_name,
    period,
    year,
    quarter,
    month,
    input,
    input_name,
    value
  };
  Kind kind = Kind::ignored;
  std::uint32_t index = model::none;  // of the level or input
  std::optional<units::Unit> unit;    // of bare numbers, where the heading says so
};

/// The columns of a table by their roles.
struct TableLayout {
  std::vector<ColumnRole> roles;  // by column
  std::vector<std::size_t> levels, inputs;
  std::optional<std::size_t> entity, level_name, period, year, quarter, month, input_name, value;
  bool is_long() const { return input_name && value; }
};

/// Finds the role of every heading; what is unknown, doubled or lacking is a diagnostic.
TableLayout read_headings(const model::Plan& plan, const NamedTable& table,
                          text::Diagnostics& diagnostics);

/// An input by name or label, spaces, case and full-width forms aside; `several` where a label
/// belongs to more than one.
struct InputNamed {
  std::optional<model::InputId> input;
  bool several = false;
};
InputNamed input_named(const model::Plan& plan, std::string_view name);

/// The name or label of an input nearest to one that is not known.
std::optional<std::string> nearest_input(const model::Plan& plan, std::string_view name);

}  // namespace dabiao::data
