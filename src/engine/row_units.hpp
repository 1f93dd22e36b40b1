#pragma once

#include <span>
#include <vector>

#include "dabiao/engine/row_program.hpp"
#include "row_followers.hpp"

namespace dabiao::engine {

/// Instructions that run at once: one, or a quotient with what follows it.
struct Unit {
  std::span<const Instruction> all;
  Followers next;

  bool is_joint() const { return all.size() > 1; }
};

/// The instructions of a program as units, in its order.
std::vector<Unit> units_of(const RowProgram& rows);

/// The order in which results are used as soon as they are there: every unit comes after what it
/// reads, and right after that operand which takes the longest; comparisons right after what they
/// compare.
std::vector<const Unit*> in_chains(const RowProgram& rows, const std::vector<Unit>& all);

}  // namespace dabiao::engine
