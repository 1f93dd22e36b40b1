#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

#include "dabiao/model/plan.hpp"

namespace dabiao::data {

/// Tells the cells of a column of entities that say nothing from those that name one. A word such
/// as "none" is a name where the plan has an entity of that name.
class EntityCells {
 public:
  explicit EntityCells(const model::Plan& plan);

  bool is_blank(std::string_view cell) const;

 private:
  std::unordered_set<std::string> names_like_marks_;
};

}  // namespace dabiao::data
