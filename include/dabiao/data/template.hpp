#pragma once

#include <string>
#include <vector>

#include "dabiao/model/plan.hpp"

namespace dabiao::data {

/// An empty table with the columns that a plan needs at one level.
struct TemplateSheet {
  model::LevelId level = 0;
  /// The headings in order: the levels from below the top down to this one, `period`, the inputs
  /// with their units in brackets.
  std::vector<std::string> columns;
  std::size_t level_columns = 0;  // how many of them are levels
  bool has_period = false;
  /// The periods inside the plan's window that inputs of this level are reported in, and for stocks
  /// the days that decide: the one before the window and its last. Empty without a window.
  std::vector<std::string> periods;
  /// One row per entity of the level that the plan mentions, with its level columns filled in.
  std::vector<std::vector<std::string>> rows;
};

/// The sheets of a plan: one per level that has inputs, from the top down. What they hold reads
/// back with `read_tables`.
std::vector<TemplateSheet> template_sheets(const model::Plan& plan);

/// The heading of an input: `护理占比 (%)`, or the name alone where there is no unit.
std::string heading_of(const model::Input& input);

}  // namespace dabiao::data
