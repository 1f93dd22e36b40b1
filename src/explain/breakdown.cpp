#include "dabiao/explain/breakdown.hpp"

#include "dabiao/ir/lower.hpp"
#include "explain/one_cell.hpp"

namespace dabiao::explain {

namespace {

/// The first level right below at which the node has a value of its own; none where there is none.
model::LevelId level_below(const ir::Program& program, ir::NodeId node, model::LevelId above) {
  const model::Plan& plan = *program.plan;
  const ir::Needs& needs = program.needs_of(node);
  for (model::LevelId level = 0; level < plan.levels.size(); ++level) {
    if (plan.levels[level].parent != above || !ir::fits_level(program, node, level)) continue;
    // Some data of that level or below it is read, not only what ancestors have.
    for (model::LevelId read = 0; read < plan.levels.size(); ++read) {
      const bool is_read = (((needs.own | needs.exact | needs.parts) >> read) & 1) != 0;
      if (is_read && plan.is_at_or_above(level, read)) return level;
    }
  }
  return model::none;
}

}  // namespace

std::optional<Breakdown> breakdown(const assessment::Assessment& assessment,
                                   const assessment::Cell& cell) {
  if (cell.group != model::none || !cell.due || cell.comparisons.empty()) return std::nullopt;
  const ir::Program& program = *assessment.program;
  const assessment::ComparisonResult& binding = cell.comparisons[cell.binding];
  const ir::NodeId node = program.targets[cell.target].comparisons[binding.comparison].value;
  if (!program.at(node).type.is_number()) return std::nullopt;
  const model::LevelId level = level_below(program, node, cell.level);
  if (level == model::none) return std::nullopt;

  const Options options;
  OneCell one(assessment, cell, options);
  engine::Frame below;
  below.level = level;
  below.spans = one.evaluator.frames().at(one.frame).spans;
  const data::EntityRun run = one.cube().entities.descendants(cell.level, cell.entity, level);
  for (data::EntityIndex entity = run.first; entity < run.last; ++entity) {
    below.entities.push_back(entity);
  }
  if (below.entities.empty()) return std::nullopt;
  const engine::FrameId id = one.evaluator.frames().intern(std::move(below));
  const engine::Cells& values = one.evaluator.evaluate(node, id);
  const engine::Frame& frame = one.evaluator.frames().at(id);
  Breakdown result;
  result.level = one.plan().levels[level].name;
  for (std::size_t column = 0; column < values.size(); ++column) {
    if (!values[column].applicable()) continue;
    Part part;
    part.at = one.location(frame, column);
    part.value = one.quantity(binding.type, values[column]);
    result.parts.push_back(std::move(part));
  }
  if (result.parts.empty()) return std::nullopt;
  return result;
}

}  // namespace dabiao::explain
