#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

#include "dabiao/data/cube.hpp"
#include "dabiao/model/plan.hpp"
#include "dabiao/text/diagnostic.hpp"
#include "data/period_slot.hpp"

namespace dabiao::data {

/// A cell of the cube, across inputs.
struct CubeCell {
  model::InputId input;
  std::uint32_t block;  // among those of its input
  std::uint64_t index;  // in the block
  bool operator==(const CubeCell&) const = default;
};
struct HashCubeCell {
  std::size_t operator()(const CubeCell& cell) const {
    return std::hash<std::uint64_t>()((cell.index * 31 + cell.block) * 0x9e3779b97f4a7c15u +
                                      cell.input);
  }
};

/// Which blocks a cube needs for its reports: first it sees where all of them stand, then it makes
/// the blocks, and then it tells where each report belongs.
class CubeLayout {
 public:
  static constexpr std::uint32_t no_block = 0xffffffff;

  /// The plan must outlive the layout.
  explicit CubeLayout(const model::Plan& plan);

  /// Makes room for a report.
  void include(model::InputId input, model::LevelId level, PeriodSlot period) {
    extents_[number(input, level, period.grain)].include(period.index);
  }

  /// Makes the blocks; false, with a diagnostic, where there would be too many cells.
  bool make_blocks(Cube& cube, std::uint64_t most_cells, text::Diagnostics& diagnostics);

  /// After the blocks are made: which of its input's has the reports of a level in periods of a
  /// grain (`PeriodSlot::grain`); no_block where the input is not reported there.
  std::uint32_t block(model::InputId input, model::LevelId level, std::uint32_t grain) const {
    return blocks_[number(input, level, grain)];
  }

 private:
  /// Which periods reports of one input, level and grain stand in.
  struct Extent {
    std::int32_t first = std::numeric_limits<std::int32_t>::max();
    std::int32_t last = std::numeric_limits<std::int32_t>::min();
    bool empty() const { return first > last; }
    void include(std::int32_t period) {
      first = std::min(first, period);
      last = std::max(last, period);
    }
  };

  std::size_t number(model::InputId input, model::LevelId level, std::uint32_t grain) const {
    return (static_cast<std::size_t>(input) * plan_.levels.size() + level) * PeriodSlot::grains +
           grain;
  }

  const model::Plan& plan_;
  std::vector<Extent> extents_;        // by number
  std::vector<std::uint32_t> blocks_;  // by number
};

}  // namespace dabiao::data
