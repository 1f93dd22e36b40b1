#pragma once

#include <algorithm>

#include "dabiao/engine/evaluator.hpp"

namespace dabiao::engine {

/// Whether an entity is one of the parts that an aggregate is over. Where its formula reads data of
/// the part, the cell of that says so: it does not apply where the part was not there on the day
/// that is read. Otherwise it must be there on the last day of the span, or for what happened on
/// some day.
inline bool is_part(const Evaluator& evaluator, const ir::Program& program,
                    const ir::Node& aggregate, data::EntityIndex entity, const FrameSpan& span) {
  const bool reads_parts =
      std::any_of(aggregate.arguments.begin(), aggregate.arguments.end(),
                  [&](ir::NodeId argument) { return program.needs_of(argument).own != 0; });
  return reads_parts || evaluator.alive(aggregate.level, entity, span, aggregate.reads_flow);
}

}  // namespace dabiao::engine
