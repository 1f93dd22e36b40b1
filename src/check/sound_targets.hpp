#pragma once

#include <vector>

#include "dabiao/graph/dependency_graph.hpp"
#include "dabiao/ir/program.hpp"
#include "dabiao/text/diagnostic.hpp"

namespace dabiao::check::detail {

/// What a plan with errors still says for certain.
struct SoundTargets {
  std::vector<model::TargetId> targets;
  // How many entities there are is known as well: no statement that may say it was lost.
  bool entities = true;
};

/// The targets that no error reaches: neither in their own statement, nor in the clause that they
/// stand under, nor in anything that they are computed from. None where an error lies in what every
/// target rests on, such as levels or units.
SoundTargets sound_targets(const ir::Program& program, const graph::DependencyGraph& dependencies,
                           const text::Diagnostics& errors);

}  // namespace dabiao::check::detail
