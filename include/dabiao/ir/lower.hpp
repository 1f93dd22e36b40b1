#pragma once

#include <memory>
#include <vector>

#include "dabiao/ir/program.hpp"
#include "dabiao/model/plan.hpp"
#include "dabiao/text/diagnostic.hpp"

namespace dabiao::ir {

/// A program and what is wrong with the types, units and levels of the plan. Where there are
/// errors the program must not be evaluated.
struct Lowered {
  std::shared_ptr<const Program> program;
  text::Diagnostics diagnostics;
};

/// Turns every formula, target and stated figure into typed nodes. What depends on itself, or on
/// something with a mistake, becomes none, without a word of its own.
Lowered lower(std::shared_ptr<const model::Plan> plan);
/// The same where the order of its indicators is at hand.
Lowered lower(std::shared_ptr<const model::Plan> plan,
              const std::vector<model::IndicatorId>& order);

/// The deepest level at which a node can be evaluated; none where there is no such level.
model::LevelId deepest_level(const Program& program, NodeId node);
/// Whether it can be evaluated at that level.
bool fits_level(const Program& program, NodeId node, model::LevelId level);

}  // namespace dabiao::ir
