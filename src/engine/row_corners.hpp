#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "dabiao/engine/row_program.hpp"

// Rows in which something is missing, looked at where it is least and greatest. docs/exactness.md
// says for which outputs these corners tell what every completion tells.
namespace dabiao::engine {

/// Leaves of which one that is missing leaves an output without a value, whatever the others are.
/// Where a leaf that divides can be zero there may be no value, so no condition holds.
inline std::uint64_t fatal_leaves(const RowOutput& output) {
  const Reach& reach = output.reach;
  if (output.kind == RowOutput::Kind::number) return reach.strict ? reach.leaves : 0;
  return reach.simple ? reach.divisors : 0;
}

/// Between what a leaf that is missing lies, as doubles.
struct RowEnds {
  double low = -HUGE_VAL, high = HUGE_VAL;
  bool serve = true;  // they are what columns have, or infinite

  explicit RowEnds(const RowLeaf& leaf);
};

/// Whether the corners of these leaves (bit i is leaf i) are worth a look: few, at values that
/// doubles say. Infinity over infinity is nothing that corners tell.
bool corners_serve(std::uint64_t missing, std::span<const RowEnds> ends);

/// By output, the leaves of which one alone, where it is missing, leaves a condition undecided: at
/// one of its ends the condition fails whatever the others are, at the other one it holds. Those of
/// which so many steps of the program do not say it are left out.
std::vector<std::uint64_t> wild_leaves(const RowProgram& rows, std::uint64_t most_steps);

}  // namespace dabiao::engine
