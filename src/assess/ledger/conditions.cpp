#include <algorithm>
#include <cmath>
#include <utility>

#include "facts.hpp"
#include "program.hpp"

namespace dabiao::assessment::ledger {

Register Compiler::truth(const Value& value) {
  switch (value.shape) {
    case Value::Shape::truth:
      return value.above;
    case Value::Shape::number: {
      Step step;
      step.kind = Step::Kind::truth_of;
      step.a = value.above;
      return emit(std::move(step));
    }
    case Value::Shape::constant: {
      const Value stored = number(value);
      return truth(stored);
    }
    case Value::Shape::quotient:
      break;
  }
  throw Unfit();
}

std::vector<Register> Compiler::suspects_of(const std::vector<Use>& uses) const {
  std::vector<Register> suspects;
  for (std::size_t i = 0; i < uses.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (!uses[i].may_miss || !uses[j].may_miss || !uses[i].read.meets(uses[j].read)) continue;
      suspects.push_back(uses[i].shown_by);
      suspects.push_back(uses[j].shown_by);
    }
  }
  std::sort(suspects.begin(), suspects.end());
  suspects.erase(std::unique(suspects.begin(), suspects.end()), suspects.end());
  return suspects;
}

bool Compiler::may_leave_gaps(const Value& left, const Rational& limit) const {
  const model::Plan& plan = *ledger_.program.plan;
  const auto is_whole = [&](const Use& use) {
    const value::Type& type = plan.inputs[use.read.input].type;
    return use.may_miss && type.is_whole();
  };
  if (std::none_of(left.uses.begin(), left.uses.end(), is_whole)) return false;
  // What is stored of one report can be any whole number in its range.
  const auto made_by = std::find_if(steps_.rbegin(), steps_.rend(),
                                    [&](const Step& step) { return step.out == left.above; });
  const bool as_it_is = left.uses.size() == 1 && left.shape == Value::Shape::number &&
                        made_by != steps_.rend() &&
                        (made_by->kind == Step::Kind::leaf || made_by->kind == Step::Kind::later);
  return !(as_it_is && (limit / left.facts.factor).is_integer());
}

Value Compiler::compare(const Value& a, const Value& b, Relation relation, RangeEnd end) {
  const auto turned = [](Relation of) {
    switch (of) {
      case Relation::at_least:
        return Relation::at_most;
      case Relation::above:
        return Relation::below;
      case Relation::at_most:
        return Relation::at_least;
      case Relation::below:
        return Relation::above;
      default:
        return of;
    }
  };
  if (a.shape == Value::Shape::truth || b.shape == Value::Shape::truth) throw Unfit();
  if (a.shape == Value::Shape::constant) {
    if (b.shape == Value::Shape::constant) throw Unfit();
    return compare(b, a, turned(relation), end);
  }
  Value left = a;
  Rational limit = 0;
  if (b.shape == Value::Shape::constant) {
    limit = b.constant;
  } else {
    left = subtract(a, b);
  }
  Value result;
  result.shape = Value::Shape::truth;
  result.uses = left.uses;
  Step step;
  step.relation = relation;
  step.suspects = suspects_of(left.uses);
  const bool one_value = relation == Relation::same || relation == Relation::other;
  // Of a range without anything in it both ends can be open, and yet it is never met.
  if (end == RangeEnd::any_order ||
      ((one_value || end == RangeEnd::in_order) && may_leave_gaps(left, limit))) {
    for (const Use& use : left.uses) step.suspects.push_back(use.shown_by);
  }
  step.a = left.above;
  if (left.shape == Value::Shape::quotient) {
    // p/q against n/d as p·d against n·q.
    const Rational against = limit * left.below_facts.factor / left.facts.factor;
    step.kind = Step::Kind::compare_quotient;
    step.b = left.below;
    step.x = integer_of(against.denominator());
    step.y = integer_of(against.numerator());
    const Facts& p = left.facts;
    const Facts& q = left.below_facts;
    if (q.absolute != 0) throw Unfit();
    const bool exact = p.whole && q.whole && p.most * step.x < most_whole &&
                       q.most * std::fabs(step.y) < most_whole;
    step.guarded = !exact;
    step.relative = (std::max(p.relative, q.relative) + 2 * half_ulp) * 1.01;
    step.absolute = p.absolute * step.x * 1.01 + tiny;
    step.open_ends = p.open_ends || q.open_ends;
  } else {
    const Rational against = limit / left.facts.factor;
    step.kind = Step::Kind::compare;
    step.open_ends = left.facts.open_ends;
    if (left.facts.whole) {
      // Between two integers any number does for all that lie between them.
      step.x = against.is_integer() ? against.to_double() : against.floor().to_double() + 0.5;
      if (std::fabs(step.x) >= most_whole / 2) {
        if (std::fabs(step.x) < most_whole * 2) throw Unfit();
      }
    } else {
      step.x = against.to_double();
      const bool shortest =
          left.facts.written && Rational::from_double_shortest(step.x) == std::optional(against);
      step.guarded = !shortest;
      if (!left.facts.written) {
        step.relative = (left.facts.relative + half_ulp) * 1.01;
        step.absolute = left.facts.absolute * 1.01 + half_ulp * 1.01 * std::fabs(step.x) + tiny;
      }
    }
  }
  // Where a missing report may have no end, infinities would meet.
  if (!std::isfinite(step.x) || !std::isfinite(step.y)) throw Unfit();
  result.above = emit(std::move(step));
  return result;
}

Value Compiler::logic(Step::Kind kind, std::vector<Value> parts) {
  Value result;
  result.shape = Value::Shape::truth;
  Step step;
  step.kind = kind;
  for (const Value& part : parts) {
    step.many.push_back(truth(part));
    result.uses.insert(result.uses.end(), part.uses.begin(), part.uses.end());
  }
  result.above = emit(std::move(step));
  return result;
}

Register Compiler::masked(Register filter, Register value) {
  Step step;
  step.kind = Step::Kind::masked;
  step.a = filter;
  step.b = value;
  return emit(std::move(step));
}

Value Compiler::compile_choice(const Value& condition, Value a, Value b, bool may_lack) {
  Step step;
  step.may_lack = may_lack;
  step.a = truth(condition);
  Value result;
  if (a.shape == Value::Shape::truth || b.shape == Value::Shape::truth) {
    step.kind = Step::Kind::choose_truth;
    step.b = truth(a);
    step.c = truth(b);
    result.shape = Value::Shape::truth;
  } else {
    a = number(std::move(a));
    b = number(std::move(b));
    align(a, b);
    step.kind = Step::Kind::choose;
    step.b = a.above;
    step.c = b.above;
    result.shape = Value::Shape::number;
    result.facts = either_facts(a.facts, b.facts);
  }
  result.uses = joined(condition.uses, joined(a.uses, b.uses));
  result.above = emit(std::move(step));
  return result;
}

}  // namespace dabiao::assessment::ledger
