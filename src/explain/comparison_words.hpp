#pragma once

#include <optional>
#include <string>

#include "dabiao/explain/explanation.hpp"
#include "explain/words.hpp"

// How a comparison comes out, in words.
namespace dabiao::explain {

/// Whether a comparison asks nothing but that something holds.
bool is_truth(const Comparison& comparison);

/// What a comparison asks for: ">= 60 %", "= 1 个..2 个".
std::string asked(const Words& words, const Comparison& comparison, bool full);

/// How far it is from coming out otherwise: "short by 2.8 percentage points"; empty where nobody
/// knows.
std::string gap_words(const Words& words, const Comparison& comparison);

/// The far edge of a range, where the value has gone past it and the way leads back.
std::optional<Rational> edge_passed(const Comparison& comparison);

}  // namespace dabiao::explain
