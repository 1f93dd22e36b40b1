#pragma once

#include <set>
#include <utility>

#include "dabiao/calendar/date.hpp"
#include "dabiao/data/cube.hpp"
#include "dabiao/engine/evaluator.hpp"
#include "dabiao/ir/program.hpp"
#include "dabiao/text/diagnostic.hpp"
#include "places.hpp"

// What is said of reports that do not go together.
namespace dabiao::assessment {

/// Compares every report above its input's own level with the parts, and warns where they differ,
/// here or in what was evaluated before.
void reconcile_reports(const ir::Program& program, const data::Cube& cube, calendar::Date as_of,
                       engine::Evaluator& evaluator, text::Diagnostics& diagnostics);

/// Warns where a comparison reads one input as the entity itself reported it and another as its
/// parts did.
class MixedBasis {
 public:
  void look(const ir::Program& program, const data::Cube& cube, model::TargetId id,
            const Place& place, engine::FrameId frame, engine::Evaluator& evaluator,
            text::Diagnostics& diagnostics);

 private:
  std::set<std::pair<model::TargetId, data::EntityIndex>> said_;
};

}  // namespace dabiao::assessment
