#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dabiao/calendar/period.hpp"
#include "dabiao/data/cube.hpp"
#include "dabiao/data/table.hpp"
#include "dabiao/text/checked.hpp"

namespace dabiao::data {

/// The numbers of one input, in its own unit: one period after the other, and within a period one
/// per entity of the input's level, in the order in which the register lists them. Numbers that are
/// not finite, or have no bit in `validity`, are missing. A yes/no is 1 or 0, a stage its rank, a
/// date its day number since 1970-01-01.
struct DenseInput {
  std::string name;  // or label
  std::span<const double> values;
  /// In place of `values`: cells as tables have them (decimals, long integers, texts, stages by
  /// name, days), which are read as those are, and once into memory of their own.
  std::optional<TableColumn> cells;
  /// One bit per number, least significant first, from bit `validity_offset`; null: all are there.
  const std::uint8_t* validity = nullptr;
  std::uint64_t validity_offset = 0;
  /// Keeps the numbers (and the bits, while they are read) alive.
  std::shared_ptr<const void> owner;
  /// One number per entity that holds at any time.
  bool timeless = false;
};

struct DenseData {
  /// A column per level, by name or label; a row per entity, its ancestors filled in. Levels above
  /// the first with a column have one entity.
  NamedTable entities;
  calendar::Grain grain = calendar::Grain::month;
  std::int32_t first_period = 0;
  std::uint32_t periods = 0;
  std::vector<DenseInput> inputs;
  unsigned threads = 0;  // 0: one per core
};

/// Makes a cube that reads the numbers where they stand.
///
/// Siblings stand in code-point order. Where the register lists them so, with what stands below one
/// entity together, nothing is copied; otherwise the numbers of the levels that are listed in
/// another order are copied once. Everything that is wrong with the register and the numbers is
/// reported; of numbers outside a range, the first of each input. Throws std::invalid_argument
/// where an array has another size than periods × entities, or the plan gives values of its own.
Checked<Cube> dense(std::shared_ptr<const model::Plan> plan, DenseData data);

}  // namespace dabiao::data
