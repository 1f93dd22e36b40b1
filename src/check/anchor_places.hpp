#pragma once

#include <vector>

#include "dabiao/check/source_anchors.hpp"
#include "dabiao/model/plan.hpp"
#include "dabiao/text/place.hpp"

namespace dabiao::check::detail {

/// Words of the source that a plan quotes, and what for.
struct Quotation {
  model::Citation citation;
  CitedBy by = CitedBy::target;
};

/// Every quotation of a plan, by place.
std::vector<Quotation> quotations_of(const model::Plan& plan);

/// Whether a place lies inside one of the regions.
bool lies_in(text::Place place, const std::vector<text::Place>& regions);

}  // namespace dabiao::check::detail
