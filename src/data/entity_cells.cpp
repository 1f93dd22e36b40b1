#include "data/entity_cells.hpp"

#include <algorithm>

#include "dabiao/data/cell_text.hpp"

namespace dabiao::data {

EntityCells::EntityCells(const model::Plan& plan) {
  const auto take = [this](std::string_view path) {
    for (std::size_t begin = 0; begin <= path.size();) {
      const std::size_t end = std::min(path.find('/', begin), path.size());
      const std::string_view name = trimmed(path.substr(begin, end - begin));
      if (!name.empty() && is_missing_mark(name)) names_like_marks_.emplace(name);
      begin = end + 1;
    }
  };
  for (const model::EntityDeclaration& entity : plan.entities) take(entity.path);
  for (const model::Group& group : plan.groups) {
    for (const std::string& member : group.members) take(member);
  }
  for (const model::Table& table : plan.tables) {
    for (const model::TableEntry& entry : table.entries) take(entry.entity);
  }
}

bool EntityCells::is_blank(std::string_view cell) const {
  if (!is_missing_mark(cell)) return false;
  return names_like_marks_.empty() || !names_like_marks_.contains(std::string(trimmed(cell)));
}

}  // namespace dabiao::data
