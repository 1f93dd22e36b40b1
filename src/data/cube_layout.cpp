#include "data/cube_layout.hpp"

#include <string>
#include <utility>

#include "dabiao/text/diagnostic_kinds.hpp"

namespace dabiao::data {

using model::InputId;
using model::LevelId;
using text::kind;
using value::Reason;

CubeLayout::CubeLayout(const model::Plan& plan)
    : plan_(plan), extents_(plan.inputs.size() * plan.levels.size() * PeriodSlot::grains) {}

bool CubeLayout::make_blocks(Cube& cube, std::uint64_t most_cells, text::Diagnostics& diagnostics) {
  std::uint64_t cells = 0;
  blocks_.assign(extents_.size(), no_block);
  cube.inputs.resize(plan_.inputs.size());
  for (InputId input = 0; input < plan_.inputs.size(); ++input) {
    for (LevelId level = 0; level < plan_.levels.size(); ++level) {
      if (!plan_.is_at_or_above(level, plan_.inputs[input].level)) continue;
      for (std::uint32_t grain = 0; grain < PeriodSlot::grains; ++grain) {
        const Extent& extent = extents_[number(input, level, grain)];
        if (extent.empty()) continue;
        ReportBlock block;
        block.level = level;
        if (grain != PeriodSlot::no_grain) block.grain = static_cast<calendar::Grain>(grain);
        block.first_period = extent.first;
        block.periods =
            static_cast<std::uint32_t>(static_cast<std::int64_t>(extent.last) - extent.first + 1);
        block.entities = cube.entities.level(level).size();
        const std::uint64_t size = static_cast<std::uint64_t>(block.periods) * block.entities;
        cells += size;
        if (cells > most_cells) {
          diagnostics.add(kind("cube_too_large"))
              .with("input", plan_.inputs[input].name)
              .with("entities", std::to_string(block.entities))
              .with("periods", std::to_string(block.periods))
              .with("most", std::to_string(most_cells));
          cube.inputs.clear();
          return false;
        }
        block.values = value::Column(size, Reason::not_reported);
        blocks_[number(input, level, grain)] =
            static_cast<std::uint32_t>(cube.inputs[input].blocks.size());
        cube.inputs[input].blocks.push_back(std::move(block));
      }
    }
  }
  return true;
}

}  // namespace dabiao::data
