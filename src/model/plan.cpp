#include "dabiao/model/plan.hpp"

#include <cassert>

namespace dabiao::model {

const TableEntry* entry_for(const std::vector<const TableEntry*>& entries,
                            const calendar::Span& span) {
  const TableEntry* best = nullptr;
  for (const TableEntry* entry : entries) {
    if (!entry->span) {
      if (best == nullptr) best = entry;
      continue;
    }
    if (*entry->span == span) return entry;
    if (!span.contains(*entry->span)) continue;
    if (best == nullptr || !best->span || best->span->last_day() < entry->span->last_day()) {
      best = entry;
    }
  }
  return best;
}

Symbol Plan::find(std::string_view wanted) const {
  const auto found = symbols.find(wanted);
  return found == symbols.end() ? Symbol{} : found->second;
}

std::vector<Symbol> Plan::stages_named(std::string_view wanted) const {
  const auto found = stages.find(wanted);
  return found == stages.end() ? std::vector<Symbol>{} : found->second;
}

bool Plan::is_at_or_above(LevelId ancestor, LevelId level) const {
  assert(ancestor < levels.size() && level < levels.size() && "levels of this plan");
  while (levels[level].depth > levels[ancestor].depth) level = levels[level].parent;
  return level == ancestor;
}

}  // namespace dabiao::model
