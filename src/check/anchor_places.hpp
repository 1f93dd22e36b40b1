#pragma once

#include <vector>

#include "dabiao/model/plan.hpp"
#include "dabiao/text/place.hpp"

namespace dabiao::check::detail {

/// Every citation of a plan, by place.
std::vector<model::Citation> citations_of(const model::Plan& plan);

/// Whether a place lies inside one of the regions.
bool lies_in(text::Place place, const std::vector<text::Place>& regions);

}  // namespace dabiao::check::detail
