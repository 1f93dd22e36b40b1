#pragma once

#include <set>

#include "dabiao/ir/program.hpp"

// What the shape of a formula tells, whatever the data is.
namespace dabiao::assessment::ledger {

/// The quotients and the aggregates without a value over nothing that a node is made of: each can
/// have no value although nothing is missing.
std::set<ir::NodeId> find_failing(const ir::Program& program, ir::NodeId id);

/// Whether a node moves by 1 at most where one of the counted reports that it is made of does: of
/// sums and differences of them all values between two are no further apart.
bool goes_by_ones(const ir::Program& program, ir::NodeId id);

}  // namespace dabiao::assessment::ledger
