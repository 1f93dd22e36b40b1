#pragma once

#include <string>
#include <vector>

#include "dabiao/exact/rational.hpp"
#include "dabiao/model/plan.hpp"
#include "dabiao/text/place.hpp"
#include "dabiao/value/type.hpp"
#include "inspection.hpp"

namespace dabiao::check::detail {

/// What a target asks for in all its cells together.
struct AllocatedTotal {
  model::TargetId target = 0;
  exact::Rational sum;
  std::string reckoning;  // "3 × 30 人"
  text::Place place;
};

/// A target that others allocate, and what those add up to; in base scale.
struct AllocatedSum {
  AllocatedTotal whole;
  std::vector<AllocatedTotal> parts;
  exact::Rational sum;  // of the parts
  value::Type type;
};

/// Every target that others allocate, as far as the plan alone says how many cells they have.
/// Reports parts that are counted in another unit.
std::vector<AllocatedSum> allocated_sums(Inspection& inspection, text::Diagnostics& diagnostics);

}  // namespace dabiao::check::detail
