#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "asked_cells.hpp"
#include "dabiao/exact/interval.hpp"
#include "dabiao/ir/program.hpp"

namespace dabiao::check::detail {

/// How many members each level has in all, as the plan says; nothing where it does not.
std::vector<std::optional<std::int64_t>> declared_counts(const model::Plan& plan);

/// What nodes can be where they are known, whatever is reported: from the declared ranges of the
/// inputs, how many parts and periods there are, and what functions can give.
class Ranges {
 public:
  explicit Ranges(const ir::Program& program)
      : program_(program), counts_(declared_counts(*program.plan)) {}

  /// An interval that holds every value of the node at such a cell.
  const exact::Interval& of(ir::NodeId node, const AskedCell& cell);
  /// How many members a level has in all; nothing where the plan does not say.
  std::optional<std::int64_t> count(model::LevelId level) const { return counts_[level]; }

 private:
  std::size_t number_of(const AskedCell& cell);
  std::optional<std::int64_t> parts_of(const AskedCell& cell, model::LevelId lower) const;
  exact::Interval input_range(const model::Input& input, const AskedCell& cell) const;
  exact::Interval compute(const ir::Node& node, const AskedCell& cell, std::size_t below) const;
  const exact::Interval& known(ir::NodeId node, std::size_t cell) const;

  const ir::Program& program_;
  std::vector<std::optional<std::int64_t>> counts_;  // by level
  std::vector<AskedCell> cells_;
  std::unordered_map<std::uint64_t, exact::Interval> ranges_;  // by node and cell
};

/// How many of its periods a longer period has at most.
std::int64_t most_periods(calendar::Grain longer, calendar::Grain shorter);

}  // namespace dabiao::check::detail
