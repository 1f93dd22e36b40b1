#include "dabiao/engine/evaluator.hpp"

// What a table of the plan says at a cell.
namespace dabiao::engine {

using data::EntityIndex;
using ir::Node;
using model::LevelId;
using value::Reason;

Cells Evaluator::compute_table(const Node& node, const Frame& frame) {
  const model::Table& table = program_.plan->tables[node.index];
  LevelId level = model::none;
  for (const model::Dimension& dimension : table.by) {
    if (dimension.level != model::none) level = dimension.level;
  }
  // The entries by entity; those for `other` under no_entity.
  std::unordered_map<EntityIndex, std::vector<const model::TableEntry*>> entries;
  for (const model::TableEntry& entry : table.entries) {
    EntityIndex entity = data::no_entity;
    if (level != model::none && !entry.entity.empty()) {
      const auto found = cube_.entities.find(level, entry.entity);
      if (!found) continue;
      entity = *found;
    }
    entries[entity].push_back(&entry);
  }
  Cells cells;
  cells.reserve(frame.size());
  for (const FrameSpan& span : frame.spans) {
    for (std::size_t column = 0; column < frame.width(); ++column) {
      const model::TableEntry* entry = nullptr;
      if (level == model::none) {
        const auto found = entries.find(data::no_entity);
        if (found != entries.end()) entry = model::entry_for(found->second, span.span);
      } else if (!frame.has_sets() && frame.level == level) {
        auto found = entries.find(frame.entities[column]);
        if (found == entries.end()) found = entries.find(data::no_entity);
        if (found != entries.end()) entry = model::entry_for(found->second, span.span);
      }
      cells.push_back(entry != nullptr ? Cell::of(entry->value.value)
                                       : Cell::missing(Reason::no_table_entry));
    }
  }
  return cells;
}

}  // namespace dabiao::engine
