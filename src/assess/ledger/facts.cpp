#include "facts.hpp"

#include <algorithm>
#include <cmath>

#include "program.hpp"

namespace dabiao::assessment::ledger {

namespace {

/// How far a product of a bound and a magnitude can go where one of them may be 0 or infinite.
double times(double bound, double most) {
  return bound == 0 ? 0 : bound * most;
}

}  // namespace

double integer_of(const Rational& number) {
  const double value = number.to_double();
  if (!number.is_integer() || std::fabs(value) >= most_whole) throw Unfit();
  return value;
}

Facts certain(Facts facts) {
  constexpr double most = 1e300;
  if (!(facts.absolute < most)) throw Unfit();
  return facts;
}

Facts sum_facts(const Facts& a, const Facts& b, bool minus) {
  Facts sum;
  sum.factor = a.factor;
  sum.most = a.most + b.most;
  sum.nonnegative = a.nonnegative && b.nonnegative && !minus;
  sum.open_ends = a.open_ends || b.open_ends;
  sum.whole = a.whole && b.whole && sum.most < most_whole;
  if (sum.whole) return sum;
  sum.absolute = (a.absolute + b.absolute) * slack;
  if (sum.nonnegative) {
    sum.relative = (std::max(a.relative, b.relative) + half_ulp) * slack;
  } else {
    sum.absolute +=
        (times(a.relative, a.most) + times(b.relative, b.most) + half_ulp * sum.most) * 1.01;
  }
  return sum;
}

Facts product_facts(const Facts& a, const Facts& b) {
  Facts product;
  product.factor = a.factor * b.factor;
  product.most = times(a.most, b.most);
  product.nonnegative = a.nonnegative && b.nonnegative;
  product.open_ends = a.open_ends || b.open_ends;
  product.whole = a.whole && b.whole && product.most < most_whole;
  if (product.whole) return product;
  product.relative = (a.relative + b.relative + half_ulp) * slack;
  product.absolute =
      (times(a.absolute, b.most) + times(b.absolute, a.most) + times(a.absolute, b.absolute)) *
          1.01 +
      tiny;
  return product;
}

Facts either_facts(const Facts& a, const Facts& b) {
  Facts facts;
  facts.factor = a.factor;
  facts.whole = a.whole && b.whole;
  facts.nonnegative = a.nonnegative && b.nonnegative;
  facts.most = std::max(a.most, b.most);
  facts.relative = std::max(a.relative, b.relative);
  facts.absolute = std::max(a.absolute, b.absolute);
  facts.open_ends = a.open_ends || b.open_ends;
  return facts;
}

}  // namespace dabiao::assessment::ledger
