#pragma once

#include <vector>

#include "dabiao/ir/program.hpp"
#include "dabiao/text/diagnostic.hpp"

namespace dabiao::check::detail {

/// Which parts of a plan with errors depend on nothing that is wrong.
struct Soundness {
  std::vector<bool> targets;
  bool allocations = false;  // every name of what a target allocates is known
  bool entities = false;     // every list that names entities is as it was meant
};

Soundness soundness(const ir::Program& program, const text::Diagnostics& errors);

}  // namespace dabiao::check::detail
