#include <string>

#include "lowering.hpp"

namespace dabiao::ir {

namespace detail {

namespace {

/// Which level of a set does not go with the cell's level; none where all do.
LevelId misfit(const model::Plan& plan, const Needs& needs, LevelId cell) {
  for (LevelId level = 0; level < plan.levels.size(); ++level) {
    const std::uint64_t mask = bit(level);
    if ((needs.own & mask) != 0 && !plan.is_at_or_above(cell, level)) return level;
    if ((needs.exact & mask) != 0 && cell != level) return level;
    if ((needs.parts & mask) != 0 && (cell == level || !plan.is_at_or_above(cell, level))) {
      return level;
    }
    if ((needs.ancestors & mask) != 0 && !plan.is_at_or_above(level, cell)) return level;
  }
  return model::none;
}

}  // namespace

void Lowering::check_level(NodeId root, LevelId cell, Place cell_place) {
  if (root == no_node || misfit(plan_, program_.needs_of(root), cell) == model::none) return;
  // Go down to the name that does not fit.
  NodeId culprit = root;
  for (bool deeper = true; deeper;) {
    deeper = false;
    const Node& node = at(culprit);
    if (node.operation == Operation::over_parts || node.operation == Operation::at_ancestor ||
        node.operation == Operation::at_group || node.operation == Operation::at_entity ||
        node.operation == Operation::input) {
      break;
    }
    for (const NodeId child : node.arguments) {
      if (misfit(plan_, program_.needs_of(child), cell) != model::none) {
        culprit = child;
        deeper = true;
        break;
      }
    }
  }
  const Node& node = at(culprit);
  const LevelId level = misfit(plan_, program_.needs_of(culprit), cell);
  const std::string name = node.operation == Operation::input ? plan_.inputs[node.index].name
                           : node.operation == Operation::table
                               ? plan_.tables[node.index].name
                               : std::string(plan_.source->slice(node.place));
  const auto describe = [&](const text::DiagnosticKind& what) -> text::Diagnostic& {
    text::Diagnostic& diagnostic = diagnostics_.add(what, node.place);
    if (!(cell_place == node.place)) {
      diagnostic.label(cell_place, "evaluated at `" + level_name(cell) + "` here",
                       "在此处按 `" + level_name(cell) + "` 求值");
    }
    return diagnostic;
  };
  if (node.operation == Operation::over_parts) {
    describe(kind("aggregate_not_lower"))
        .with("level", level_name(level))
        .with("outer", level_name(cell));
  } else if (node.operation == Operation::at_ancestor) {
    describe(kind("bracket_not_above"))
        .with("level", level_name(level))
        .with("cell", level_name(cell));
  } else if (plan_.is_at_or_above(level, cell)) {
    describe(kind("reading_upward"))
        .with("name", name)
        .with("level", level_name(level))
        .with("cell", level_name(cell))
        .suggest(name + "[" + level_name(level) + "]");
  } else {
    describe(kind("reading_sideways"))
        .with("name", name)
        .with("level", level_name(level))
        .with("cell", level_name(cell));
  }
}

}  // namespace detail

bool fits_level(const Program& program, NodeId node, model::LevelId level) {
  return detail::misfit(*program.plan, program.needs_of(node), level) == model::none;
}

model::LevelId deepest_level(const Program& program, NodeId node) {
  model::LevelId deepest = model::none;
  for (model::LevelId level = 0; level < program.plan->levels.size(); ++level) {
    if (!fits_level(program, node, level)) continue;
    if (deepest == model::none ||
        program.plan->levels[level].depth > program.plan->levels[deepest].depth) {
      deepest = level;
    }
  }
  return deepest;
}

}  // namespace dabiao::ir
