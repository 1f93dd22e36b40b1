#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "dabiao/exact/interval.hpp"
#include "dabiao/exact/rational.hpp"

namespace dabiao::explain {

using exact::Interval;
using exact::Rational;

/// The values of some functions of one number; nothing where a function has none.
using Functions = std::function<std::vector<std::optional<Rational>>(const Rational&)>;

/// Where in a range functions of one number are zero or have no value, in order. Each has to be a
/// quotient of linear functions wherever those before it do not change their sign, as min, max, abs
/// and `if` leave them; nothing where samples show that one is not.
std::optional<std::vector<Rational>> critical_points(const Functions& functions, std::size_t count,
                                                     const Interval& range, const Rational& from,
                                                     const Rational& unit);

}  // namespace dabiao::explain
