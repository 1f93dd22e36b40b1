#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "asked_cells.hpp"
#include "dabiao/exact/interval.hpp"
#include "dabiao/ir/program.hpp"

namespace dabiao::check::detail {

/// What nodes can be where they are known, whatever is reported: from the declared ranges of the
/// inputs, how many parts and periods there are, and what functions can give.
class Ranges {
 public:
  explicit Ranges(const ir::Program& program) : program_(program) {}

  /// An interval that holds every value of the node at such a cell.
  const exact::Interval& of(ir::NodeId node, const AskedCell& cell);

 private:
  std::size_t number_of(const AskedCell& cell);
  exact::Interval compute(const ir::Node& node, const AskedCell& cell, std::size_t below) const;
  const exact::Interval& known(ir::NodeId node, std::size_t cell) const;

  const ir::Program& program_;
  std::vector<AskedCell> cells_;
  std::unordered_map<std::uint64_t, exact::Interval> ranges_;  // by node and cell
};

/// How many members of a level there are in all, as the plan says; nothing where it does not.
std::optional<std::int64_t> declared_count(const model::Plan& plan, model::LevelId level);

/// How many of its periods a longer period has at most.
std::int64_t most_periods(calendar::Grain longer, calendar::Grain shorter);

}  // namespace dabiao::check::detail
