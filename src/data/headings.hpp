#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
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

/// What a heading may mean: one level or input, nothing, or several that are called so alike that
/// it does not say which.
struct Meant {
  std::vector<model::LevelId> levels;
  std::vector<model::InputId> inputs;
  std::size_t count() const { return levels.size() + inputs.size(); }
  std::optional<model::LevelId> level() const;  // where it is a level and nothing else
  std::optional<model::InputId> input() const;
};

/// The levels and inputs that a heading means: those whose name is written so exactly; else whose
/// label is; else whose name, then whose label, is the same but for spaces, case and full-width
/// forms.
Meant meant_by(const model::Plan& plan, std::string_view heading);

/// The same for a text that can only mean an input.
Meant input_meant_by(const model::Plan& plan, std::string_view name);

/// Says that a heading or name means several.
text::Diagnostic means_several(const model::Plan& plan, const std::string& seen,
                               const Meant& meant);

/// Says that a name is that of no input; suggests the nearest name or label.
text::Diagnostic unknown_input(const model::Plan& plan, const std::string& name);
/// Says that a name is that of no level, and which there are.
text::Diagnostic unknown_level(const model::Plan& plan, const std::string& name);

}  // namespace dabiao::data
