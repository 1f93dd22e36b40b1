#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "dabiao/assess/assessment.hpp"
#include "dabiao/calendar/date.hpp"
#include "dabiao/engine/evaluator.hpp"
#include "dabiao/ir/program.hpp"

namespace dabiao::assessment {

/// The cells that the judging of a target's cells looks at, over one frame.
struct Evidence {
  struct Comparison {
    const engine::Cells* value = nullptr;
    const engine::Cells* threshold = nullptr;
    const engine::Cells* upper = nullptr;
    const engine::Cells* truth = nullptr;
    const engine::Cells* in_any_future = nullptr;  // null where every cell is due
    const engine::Cells* whatever_flows = nullptr;
    const engine::Cells* start = nullptr;
  };
  const engine::Cells* condition = nullptr;
  const engine::Cells* condition_in_any_future = nullptr;
  const engine::Cells* condition_whatever_flows = nullptr;
  const engine::Cells* filter = nullptr;
  std::vector<Comparison> comparisons;
  std::vector<std::pair<calendar::Date, const engine::Cells*>> milestones;  // by date
};

/// Whether a condition holds; nothing where that is not known.
inline std::optional<bool> truth(const engine::Cell& cell) {
  if (!cell.known()) return std::nullopt;
  return !cell.value.is_zero();
}

/// Judges a cell of a target as of a day: its comparisons, how much of it is reached, its status.
/// The cell has its place and its deadline already; its evidence stands at `index`.
void judge(const ir::Program& program, model::TargetId id, calendar::Date as_of,
           const Evidence& evidence, std::size_t index, Cell& cell);

}  // namespace dabiao::assessment
