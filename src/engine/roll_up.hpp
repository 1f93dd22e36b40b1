#pragma once

#include <cstdint>
#include <vector>

#include "dabiao/engine/cell.hpp"
#include "dabiao/model/plan.hpp"

namespace dabiao::engine {

/// One part of a whole with its weight, where the roll-up has one.
struct WeightedPart {
  const Cell* cell;
  const Cell* weight;
};

/// Parts that are known to exist and that nobody named.
struct Strangers {
  std::int64_t count = 0;
  bool have_value = false;                // one has, surely; else all may be without members
  Interval each = Interval::point(0);     // what the input can be at one of them
  Interval total = Interval::point(0);    // what they add up to
  Interval weights = Interval::point(0);  // of all together
};

/// What is known of a whole of which no parts are named.
struct Nobody {
  bool certain = false;  // it has none
  Interval range;        // what the input can be there, if it has some
};

/// Rolls the parts up as the input declares. A part that has no parts itself adds nothing.
Cell rolled_up(const model::Input& input, const std::vector<WeightedPart>& all_parts,
               const Strangers& strangers, const Nobody& nobody, const Unknowns& unknowns);

}  // namespace dabiao::engine
