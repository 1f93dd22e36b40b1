#include <algorithm>
#include <cmath>
#include <utility>

#include "facts.hpp"
#include "program.hpp"

namespace dabiao::assessment::ledger {

Register Compiler::emit(Step step) {
  step.out = next_++;
  steps_.push_back(std::move(step));
  return steps_.back().out;
}

Value Compiler::refined(Value a, const Rational& by) {
  if (by == Rational(1)) return a;
  Step step;
  step.kind = Step::Kind::scale;
  step.a = a.above;
  step.x = integer_of(by);
  a.above = emit(std::move(step));
  a.facts.factor /= by;
  a.facts.most *= steps_.back().x;
  a.facts.absolute *= steps_.back().x * slack;
  a.facts.written = false;
  if (a.facts.whole && a.facts.most < most_whole) return a;
  a.facts.whole = false;
  a.facts.relative = (a.facts.relative + half_ulp) * slack;
  return a;
}

void Compiler::align(Value& a, Value& b) {
  const Rational ratio = a.facts.factor / b.facts.factor;
  a = refined(std::move(a), ratio.numerator());
  b = refined(std::move(b), ratio.denominator());
}

Value Compiler::number(Value value) {
  switch (value.shape) {
    case Value::Shape::number:
      return value;
    case Value::Shape::constant: {
      Step step;
      step.kind = Step::Kind::constant;
      step.x = static_cast<double>(value.constant.sign());
      Value result;
      result.shape = Value::Shape::number;
      result.above = emit(std::move(step));
      result.facts.factor = value.constant.is_zero() ? Rational(1) : value.constant.abs();
      result.facts.most = 1;
      result.facts.nonnegative = value.constant.sign() >= 0;
      return result;
    }
    case Value::Shape::quotient: {
      const Facts& p = value.facts;
      const Facts& q = value.below_facts;
      // A denominator that is only nearly known could be any number near zero.
      if (q.absolute != 0 || (!q.whole && p.absolute != 0)) throw Unfit();
      Step step;
      step.kind = Step::Kind::divide;
      step.a = value.above;
      step.b = value.below;
      Value result;
      result.shape = Value::Shape::number;
      result.above = emit(std::move(step));
      result.uses = value.uses;
      result.facts.factor = p.factor / q.factor;
      result.facts.whole = false;
      result.facts.nonnegative = p.nonnegative && q.nonnegative;
      result.facts.most = q.whole ? p.most : std::numeric_limits<double>::infinity();
      result.facts.relative = (p.relative + q.relative + half_ulp) * 1.01;
      result.facts.absolute = p.absolute * 1.01 + tiny;
      result.facts.open_ends = true;
      return result;
    }
    case Value::Shape::truth:
      break;
  }
  throw Unfit();
}

Value Compiler::of_two(Step::Kind kind, const Value& a, const Value& b, const Facts& facts) {
  Step step;
  step.kind = kind;
  step.a = a.above;
  step.b = b.above;
  Value result;
  result.shape = Value::Shape::number;
  result.facts = facts;
  result.uses = joined(a.uses, b.uses);
  result.above = emit(std::move(step));
  return result;
}

Value Compiler::add(Value a, Value b) {
  if (a.shape == Value::Shape::constant) std::swap(a, b);
  if (a.shape == Value::Shape::constant) {
    a.constant += b.constant;
    return a;
  }
  a = number(std::move(a));
  if (b.shape == Value::Shape::constant) {
    if (b.constant.is_zero()) return a;
    a = refined(std::move(a), (b.constant / a.facts.factor).denominator());
    Step step;
    step.kind = Step::Kind::shift;
    step.a = a.above;
    step.x = integer_of(b.constant / a.facts.factor);
    Facts shift;
    shift.factor = a.facts.factor;
    shift.most = std::fabs(step.x);
    shift.nonnegative = step.x >= 0;
    a.facts = sum_facts(a.facts, shift, false);
    a.above = emit(std::move(step));
    return a;
  }
  b = number(std::move(b));
  align(a, b);
  return of_two(Step::Kind::add, a, b, certain(sum_facts(a.facts, b.facts, false)));
}

Value Compiler::subtract(Value a, Value b) {
  if (b.shape == Value::Shape::constant) {
    b.constant = -b.constant;
    return add(std::move(a), std::move(b));
  }
  if (a.shape == Value::Shape::constant) return add(negate(std::move(b)), std::move(a));
  a = number(std::move(a));
  b = number(std::move(b));
  align(a, b);
  return of_two(Step::Kind::subtract, a, b, certain(sum_facts(a.facts, b.facts, true)));
}

Value Compiler::negate(Value a) {
  if (a.shape == Value::Shape::constant) {
    a.constant = -a.constant;
    return a;
  }
  if (a.shape == Value::Shape::truth) throw Unfit();
  Step step;
  step.kind = Step::Kind::negate;
  step.a = a.above;
  a.above = emit(std::move(step));
  a.facts.nonnegative = false;
  return a;
}

Value Compiler::absolute(Value a) {
  if (a.shape == Value::Shape::constant) {
    a.constant = a.constant.abs();
    return a;
  }
  a = number(std::move(a));
  Step step;
  step.kind = Step::Kind::absolute;
  step.a = a.above;
  a.above = emit(std::move(step));
  a.facts.nonnegative = true;
  return a;
}

Value Compiler::multiply(Value a, Value b) {
  if (a.shape == Value::Shape::constant) std::swap(a, b);
  if (b.shape == Value::Shape::constant) {
    if (a.shape == Value::Shape::constant) {
      a.constant *= b.constant;
      return a;
    }
    if (b.constant.is_zero() || a.shape == Value::Shape::truth) throw Unfit();
    if (b.constant.sign() < 0) a = negate(std::move(a));
    a.facts.factor *= b.constant.abs();
    return a;
  }
  a = number(std::move(a));
  b = number(std::move(b));
  return of_two(Step::Kind::multiply, a, b, product_facts(a.facts, b.facts));
}

Value Compiler::divide(Value a, Value b) {
  if (b.shape == Value::Shape::constant) {
    if (b.constant.is_zero()) throw Unfit();
    b.constant = b.constant.reciprocal();
    return multiply(std::move(a), std::move(b));
  }
  a = number(std::move(a));
  b = number(std::move(b));
  Value quotient;
  quotient.shape = Value::Shape::quotient;
  quotient.above = a.above;
  quotient.below = b.above;
  quotient.facts = a.facts;
  quotient.below_facts = b.facts;
  quotient.uses = joined(a.uses, b.uses);
  return quotient;
}

Value Compiler::extreme(Value a, Value b, bool least) {
  if (a.shape == Value::Shape::constant && b.shape == Value::Shape::constant) {
    a.constant = least ? std::min(a.constant, b.constant) : std::max(a.constant, b.constant);
    return a;
  }
  a = number(std::move(a));
  b = number(std::move(b));
  // Which of two nearly known numbers is the lesser does not matter to how nearly it is known, as
  // long as neither is scaled inexactly against the other.
  align(a, b);
  return of_two(least ? Step::Kind::least : Step::Kind::greatest, a, b,
                either_facts(a.facts, b.facts));
}

}  // namespace dabiao::assessment::ledger
