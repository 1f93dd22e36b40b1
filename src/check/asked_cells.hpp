#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "dabiao/calendar/period.hpp"
#include "dabiao/calendar/span.hpp"
#include "dabiao/ir/program.hpp"
#include "dabiao/model/plan.hpp"
#include "dabiao/text/place.hpp"

namespace dabiao::check::detail {

/// What is known of the cells at which a node is evaluated before there is any data.
struct AskedCell {
  model::LevelId level = 0;
  model::GroupId whole = model::none;     // the cell is this group as a whole
  std::optional<calendar::Grain> period;  // the span is one period of this grain, or
  std::optional<calendar::Span> span;     // the span; at an open end it is not known
  bool own_time = true;                   // the span is the target's own
  ir::NodeId asked_by = ir::no_node;      // the aggregate over periods that asks for the span
  text::Place time_place;                 // where the plan says the span

  bool operator==(const AskedCell&) const = default;
};

/// The kinds of cells of a target: one per level or group that it stands at and per span.
std::vector<AskedCell> cells_of(const ir::Program& program, model::TargetId target);

/// The spans of a target, one per cell in time; a periodic one has one for all its periods.
std::vector<AskedCell> times_of(const ir::Program& program, model::TargetId target);

/// The spans in which a periodic target has its periods, with the plan's window for what is left
/// open; nothing where neither says.
std::vector<calendar::Span> periodic_spans(const model::Plan& plan, const syntax::When& when);

/// The days on which a target is due as far as they are written, in the order of the text.
std::vector<std::optional<calendar::Date>> deadlines_of(const ir::Program& program,
                                                        model::TargetId target);

/// The cell at which the arguments of a node are evaluated.
AskedCell cell_of_arguments(const ir::Program& program, const ir::Node& node,
                            const AskedCell& cell);

/// Visits every node that is evaluated for `root` at `cell`, with the cell it is evaluated at.
void for_each_node(const ir::Program& program, ir::NodeId root, const AskedCell& cell,
                   const std::function<void(ir::NodeId, const AskedCell&)>& visit);

}  // namespace dabiao::check::detail
