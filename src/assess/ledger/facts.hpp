#pragma once

#include <limits>

#include "values.hpp"

// What is known of the numbers of a result, from what is known of those of its operands.
namespace dabiao::assessment::ledger {

/// What an underflow may lose.
inline constexpr double tiny = std::numeric_limits<double>::min();
/// Bounds are computed in doubles themselves; this much more makes up for it.
inline constexpr double slack = 1.0 + 1e-9;

/// Throws Unfit where the number is no integer, or too large to be exact.
double integer_of(const Rational& number);

/// Of a sum of numbers of one factor or, with `minus`, of their difference.
Facts sum_facts(const Facts& a, const Facts& b, bool minus);
/// Of a product.
Facts product_facts(const Facts& a, const Facts& b);
/// Of either of two of one factor.
Facts either_facts(const Facts& a, const Facts& b);
/// The same facts; throws Unfit where the error has no bound and so says nothing.
Facts certain(Facts facts);

}  // namespace dabiao::assessment::ledger
