#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "dabiao/calendar/period.hpp"
#include "dabiao/data/cube.hpp"
#include "dabiao/engine/frames.hpp"
#include "dabiao/engine/horizon.hpp"
#include "dabiao/ir/program.hpp"

namespace dabiao::engine {

/// How frames follow from one another: what stands below the cells of a frame, what lies inside
/// their spans, what brackets read. Each is found once; none depends on values.
class RelatedFrames {
 public:
  RelatedFrames(const ir::Program& program, const data::Cube& cube, calendar::Date as_of,
                Frames& frames)
      : program_(program), cube_(cube), as_of_(as_of), frames_(frames) {}

  /// The descendants of every cell of a frame at a lower level, one column after the other.
  struct Fan {
    FrameId frame = 0;
    std::vector<std::uint32_t> offsets;  // where each column's parts begin, and the end
    /// The same parts with all that each may have beside; where nothing is, the frame itself.
    FrameId sharing = 0;
  };
  const Fan& fan_out(FrameId frame, model::LevelId lower);
  /// The level below on the way to an input's own.
  model::LevelId next_level(model::LevelId from, model::LevelId toward) const;

  /// The frame of the periods within each span of a frame, and where each span's periods begin.
  struct Inside {
    FrameId frame = 0;
    std::vector<std::uint32_t> offsets;
  };
  const Inside& inside(calendar::Grain grain, FrameId frame, Horizon horizon);

  /// The frame that a bracket reads, and for each cell of `frame` which cell of it, if any.
  struct Elsewhere {
    FrameId frame = 0;
    std::vector<std::int64_t> cells;  // -1: nothing is there
  };
  const Elsewhere& elsewhere(ir::NodeId node, FrameId frame);

  /// The same frame, its entities looked at by themselves.
  FrameId without_sharing(FrameId frame);
  /// The members of a frame's sets, each by itself.
  FrameId members(FrameId frame);
  /// The families of a frame's entities: what a rank is among.
  FrameId siblings(FrameId frame);

 private:
  std::vector<FrameSpan> periods(calendar::Grain grain, const FrameSpan& span,
                                 Horizon horizon) const;
  Elsewhere find_elsewhere(const ir::Node& node, FrameId frame);
  /// The span that a bracket reads; nothing where there is no such.
  std::optional<FrameSpan> moved(const ir::Node& node, const FrameSpan& span) const;

  const ir::Program& program_;
  const data::Cube& cube_;
  calendar::Date as_of_;
  Frames& frames_;
  std::unordered_map<std::uint64_t, Fan> fans_;              // by frame and level
  std::unordered_map<std::uint64_t, Inside> insides_;        // by frame, grain and horizon
  std::unordered_map<std::uint64_t, Elsewhere> elsewheres_;  // by node and frame
  std::unordered_map<FrameId, FrameId> members_;
  std::unordered_map<FrameId, FrameId> siblings_;
};

}  // namespace dabiao::engine
