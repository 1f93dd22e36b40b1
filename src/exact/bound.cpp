#include "dabiao/exact/bound.hpp"

#include <cassert>
#include <limits>
#include <ostream>

namespace dabiao::exact {

const Rational& Bound::finite() const {
  assert(is_finite() && "only a finite bound is a number");
  return finite_;
}

Bound Bound::operator-() const {
  return is_finite() ? Bound(-finite_) : Bound(Infinity{-infinite_});
}

Bound operator+(const Bound& a, const Bound& b) {
  if (a.is_finite() && b.is_finite()) return Bound(a.finite_ + b.finite_);
  assert((a.is_finite() || b.is_finite() || a.infinite_ == b.infinite_) &&
         "opposite infinities have no sum");
  return a.is_finite() ? b : a;
}

Bound operator*(const Bound& a, const Bound& b) {
  if (a.is_finite() && b.is_finite()) return Bound(a.finite_ * b.finite_);
  const int sign = a.sign() * b.sign();
  return sign == 0 ? Bound() : Bound(Bound::Infinity{sign});
}

Bound Bound::reciprocal() const {
  return is_finite() ? Bound(finite_.reciprocal()) : Bound();
}

double Bound::to_double() const {
  return is_finite() ? finite_.to_double() : infinite_ * std::numeric_limits<double>::infinity();
}

std::string Bound::to_string() const {
  if (is_finite()) return finite_.to_string();
  return infinite_ < 0 ? "-infinity" : "infinity";
}

std::ostream& operator<<(std::ostream& stream, const Bound& bound) {
  return stream << bound.to_string();
}

}  // namespace dabiao::exact
