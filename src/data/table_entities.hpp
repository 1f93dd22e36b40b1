#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dabiao/data/register_builder.hpp"
#include "dabiao/model/plan.hpp"
#include "data/entity_cells.hpp"
#include "data/opened_table.hpp"
#include "data/table_problems.hpp"

namespace dabiao::data {

/// Finds out which entities the rows of tables are about: all tables first mention theirs, the
/// register is built, and then each table is told whom it meant.
class TableEntities {
 public:
  /// All three must outlive it.
  TableEntities(const model::Plan& plan, RegisterBuilder& builder, TableProblems& problems);

  /// Groups the rows by what they say about their entity, and mentions that; the inputs of the
  /// table must be known.
  void mention(OpenedTable& opened);
  /// After the register is built: finds the entity of each group.
  void settle(OpenedTable& opened);

 private:
  model::LevelId level_of_inputs(const OpenedTable& opened) const;
  std::optional<Mention> mention_of(const OpenedTable& opened, std::uint32_t group,
                                    std::uint64_t row, model::LevelId likely);
  std::size_t column_of(const OpenedTable& opened, const text::Diagnostic& problem) const;

  /// Rows that are about an entity of a name such as 合计.
  struct Total {
    std::uint32_t table = 0;
    std::size_t column = 0;
    std::uint32_t group = 0;
    std::string name;
  };

  const model::Plan& plan_;
  RegisterBuilder& builder_;
  TableProblems& problems_;
  EntityCells entity_cells_;
  std::vector<Total> totals_;
};

}  // namespace dabiao::data
