#pragma once

#include <string>

#include "dabiao/model/plan.hpp"
#include "dabiao/text/diagnostic.hpp"

namespace dabiao::data {

/// What is to be said of a number (in the input's own unit) that the input's range rules out; it
/// carries no place.
text::Diagnostic outside_range(const model::Input& input, double number, const std::string& seen);

}  // namespace dabiao::data
