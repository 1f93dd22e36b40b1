#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "dabiao/data/cube.hpp"
#include "dabiao/data/table.hpp"
#include "dabiao/model/plan.hpp"
#include "dabiao/text/checked.hpp"

namespace dabiao::data {

struct ReadOptions {
  /// A register of the plan's entities: a column per level, optionally `opened` and `closed`.
  std::optional<NamedTable> entities;
  /// Makes bad cells missing (with the reason) and still gives a cube; what is wrong with them is
  /// then among its warnings.
  bool keep_going = false;
  /// Keeps where reports came from, up to so many of them; beyond, none is kept.
  std::uint64_t keep_provenance = 200'000;
  /// Refuses to lay out more cells than this (9 bytes each): a report by day for every village in a
  /// thousand years is a mistake.
  std::uint64_t most_cells = std::uint64_t{1} << 29;
  /// Diagnostics beyond so many are counted only.
  std::size_t most_diagnostics = 10'000;
};

/// Reads tables into a cube, together with what the plan gives.
///
/// A table is wide (a column per input, by name or label, with a unit in brackets where one is
/// given) or long (columns `input` and `value`). Entities stand in a column per level, where the
/// deepest that is filled in counts, or in `entity` and `level`; periods in `period`, or in `year`
/// with `month` or `quarter`. Rows without an entity are about the top, rows without a period hold
/// at any time. Everything that is wrong is reported, with file, row (the header is row 1) and
/// column; with an error there is no cube. Warnings stand in the cube and beside it. The order of
/// rows changes nothing but provenance.
Checked<Cube> read_tables(std::shared_ptr<const model::Plan> plan,
                          const std::vector<NamedTable>& tables, const ReadOptions& options = {});

}  // namespace dabiao::data
