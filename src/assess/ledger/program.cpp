#include "program.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "dabiao/calendar/period.hpp"
#include "dabiao/engine/evaluator.hpp"
#include "formulas.hpp"

namespace dabiao::assessment::ledger {

using calendar::Period;
using calendar::Span;
using data::EntityIndex;
using engine::FrameSpan;
using engine::Horizon;
using ir::Node;
using ir::NodeId;
using ir::Operation;
using model::Input;
using model::LevelId;
using model::RollUp;

namespace {

constexpr double tiny = std::numeric_limits<double>::min();
/// Bounds are computed in doubles themselves; this much more makes up for it.
constexpr double slack = 1.0 + 1e-9;

double integer_of(const Rational& number) {
  const double value = number.to_double();
  if (!number.is_integer() || std::fabs(value) >= most_whole) throw Unfit();
  return value;
}

std::vector<Use> joined(const std::vector<Use>& a, const std::vector<Use>& b) {
  std::vector<Use> all = a;
  all.insert(all.end(), b.begin(), b.end());
  return all;
}

/// How far a product of a bound and a magnitude can go where one of them may be 0 or infinite.
double times(double bound, double most) {
  return bound == 0 ? 0 : bound * most;
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

/// What has an error without a bound says nothing.
Facts certain(Facts facts) {
  constexpr double most = 1e300;
  if (!(facts.absolute < most)) throw Unfit();
  return facts;
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

/// Of either of two.
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

}  // namespace

// ---- what programs share --------------------------------------------------------------------

Ledger::Ledger(const ir::Program& of, const data::Cube& data, calendar::Date day, unsigned count)
    : program(of), cube(data), as_of(day), threads(count) {
  closing_matters_.assign(program.nodes.size(), false);
  for (NodeId id = 0; id < program.nodes.size(); ++id) {
    const Node& node = program.at(id);
    bool matters = false;
    if (node.operation == Operation::input) {
      const Input& input = program.plan->inputs[node.index];
      matters = input.over_periods == RollUp::last && input.kind != model::InputKind::constant;
    }
    for (const NodeId argument : node.arguments) {
      if (argument < id && closing_matters_[argument]) matters = true;
    }
    closing_matters_[id] = matters;
  }
}

const Source& Ledger::source(model::InputId input) {
  auto found = sources_.find(input);
  if (found == sources_.end()) {
    found = sources_.emplace(input, source_of(*program.plan, cube, input, threads)).first;
  }
  if (!found->second) throw Unfit();
  return *found->second;
}

const std::vector<EntityIndex>& Ledger::ancestors(LevelId level, LevelId upper) {
  std::vector<EntityIndex>& result = ancestors_[{level, upper}];
  const std::uint32_t size = cube.entities.level(level).size();
  if (result.size() == size) return result;
  result.resize(size);
  for (EntityIndex entity = 0; entity < size; ++entity) {
    result[entity] = cube.entities.ancestor(level, entity, upper);
    if (result[entity] == data::no_entity) throw Unfit();
  }
  return result;
}

const Wholes& Ledger::wholes(LevelId upper, LevelId lower) {
  Wholes& result = wholes_[{upper, lower}];
  if (!result.begins.empty()) return result;
  const std::uint32_t size = cube.entities.level(upper).size();
  result.begins.reserve(size + 1);
  result.begins.push_back(0);
  for (EntityIndex entity = 0; entity < size; ++entity) {
    result.begins.push_back(cube.entities.descendants(upper, entity, lower).last);
    result.most_parts = std::max(result.most_parts, result.parts(entity));
    result.some_empty |= result.parts(entity) == 0;
  }
  return result;
}

std::vector<double> Ledger::numbers(std::size_t size) {
  const auto found = std::find_if(spare_.rbegin(), spare_.rend(),
                                  [&](const auto& each) { return each.size() == size; });
  if (found == spare_.rend()) return std::vector<double>(size);
  std::swap(*found, spare_.back());
  std::vector<double> numbers = std::move(spare_.back());
  spare_.pop_back();
  return numbers;
}

void Ledger::forget(const ColumnKey& key) {
  const auto found = columns.find(key);
  if (found == columns.end()) return;
  Column& column = found->second.column;
  for (Numbers* const part : {&column.above, &column.below}) {
    if (!part->low.empty()) spare_.push_back(std::move(part->low));
  }
  columns.erase(found);
}

LevelId Ledger::next_level(LevelId from, LevelId toward) const {
  LevelId level = toward;
  while (program.plan->levels[level].parent != from) level = program.plan->levels[level].parent;
  return level;
}

const Column& Ledger::table(NodeId node, LevelId level, const FrameSpan& span) {
  constexpr std::uint32_t most_entities = 200'000;
  const ColumnKey key{node, level, span, Horizon::now, true};
  const auto known = tables_.find(key);
  if (known != tables_.end()) return known->second;
  const std::uint32_t size = cube.entities.level(level).size();
  if (size > most_entities || !program.at(node).type.is_number()) throw Unfit();
  engine::Evaluator evaluator(program, cube, as_of);
  engine::Frame frame;
  frame.level = level;
  for (EntityIndex entity = 0; entity < size; ++entity) frame.entities.push_back(entity);
  frame.spans = {span};
  const engine::Cells& cells = evaluator.evaluate(node, evaluator.frames().intern(frame));
  // One factor for all: the least common denominator.
  Rational denominator = 1;
  for (const engine::Cell& cell : cells) {
    if (!cell.known()) throw Unfit();
    const Rational scaled = cell.value * denominator;
    denominator *= scaled.denominator();
    if (denominator.bit_length() > 64) throw Unfit();
  }
  Column column;
  column.above_facts.factor = denominator.reciprocal();
  for (const engine::Cell& cell : cells) {
    const double stored = integer_of(cell.value * denominator);
    column.above.low.push_back(stored);
    column.above_facts.most = std::max(column.above_facts.most, std::fabs(stored));
    if (stored < 0) column.above_facts.nonnegative = false;
  }
  return tables_.emplace(key, std::move(column)).first->second;
}

// ---- numbers --------------------------------------------------------------------------------

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

Value Compiler::add(Value a, Value b) {
  if (a.shape == Value::Shape::constant) std::swap(a, b);
  if (a.shape == Value::Shape::constant) {
    a.constant += b.constant;
    return a;
  }
  a = number(std::move(a));
  Step step;
  if (b.shape == Value::Shape::constant) {
    if (b.constant.is_zero()) return a;
    a = refined(std::move(a), (b.constant / a.facts.factor).denominator());
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
  step.kind = Step::Kind::add;
  step.a = a.above;
  step.b = b.above;
  Value sum;
  sum.shape = Value::Shape::number;
  sum.facts = certain(sum_facts(a.facts, b.facts, false));
  sum.uses = joined(a.uses, b.uses);
  sum.above = emit(std::move(step));
  return sum;
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
  Step step;
  step.kind = Step::Kind::subtract;
  step.a = a.above;
  step.b = b.above;
  Value difference;
  difference.shape = Value::Shape::number;
  difference.facts = certain(sum_facts(a.facts, b.facts, true));
  difference.uses = joined(a.uses, b.uses);
  difference.above = emit(std::move(step));
  return difference;
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
  Step step;
  step.kind = Step::Kind::multiply;
  step.a = a.above;
  step.b = b.above;
  Value product;
  product.shape = Value::Shape::number;
  product.facts = product_facts(a.facts, b.facts);
  product.uses = joined(a.uses, b.uses);
  product.above = emit(std::move(step));
  return product;
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
  Step step;
  step.kind = least ? Step::Kind::least : Step::Kind::greatest;
  step.a = a.above;
  step.b = b.above;
  Value result;
  result.shape = Value::Shape::number;
  result.facts = either_facts(a.facts, b.facts);
  result.uses = joined(a.uses, b.uses);
  result.above = emit(std::move(step));
  return result;
}

// ---- truths ---------------------------------------------------------------------------------

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

// ---- nodes ----------------------------------------------------------------------------------

Value Compiler::load(const Column& column, const std::vector<Use>& uses,
                     const std::vector<EntityIndex>* ancestors) {
  Value value;
  Step step;
  step.column = &column;
  step.ancestors = ancestors;
  step.kind = Step::Kind::number_column;
  value.facts = column.above_facts;
  value.below_facts = column.below_facts;
  switch (column.shape) {
    case Column::Shape::truth:
      step.kind = Step::Kind::truth_column;
      value.shape = Value::Shape::truth;
      break;
    case Column::Shape::number:
      value.shape = Value::Shape::number;
      break;
    case Column::Shape::quotient: {
      value.shape = Value::Shape::quotient;
      Step below = step;
      below.below_part = true;
      value.below = emit(std::move(below));
      break;
    }
  }
  value.above = emit(std::move(step));
  value.uses = uses;
  for (Use& use : value.uses) {
    use.shown_by = value.above;
    use.is_truth = column.shape == Column::Shape::truth;
  }
  return value;
}

Value Compiler::column(const ColumnKey& key, LevelId from) {
  const data::LevelRegister& members = ledger_.cube.entities.level(from);
  if (!members.opened.empty() || !members.closed.empty()) throw Unfit();
  for (const auto& unnamed : members.unnamed_below) {
    if (!unnamed.empty()) throw Unfit();
  }
  const auto* ancestors = key.level == level_ ? nullptr : &ledger_.ancestors(level_, key.level);
  if (planning_) {
    wanted.push_back(key);
    Value value;
    value.shape =
        ledger_.program.at(key.node).type.is_number() ? Value::Shape::number : Value::Shape::truth;
    if (ledger_.program.at(key.node).operation == Operation::input && !key.whole) {
      value.shape = Value::Shape::number;
    }
    value.above = next_++;
    return value;
  }
  const auto made = ledger_.columns.find(key);
  if (made == ledger_.columns.end() || made->second.failed) throw Unfit();
  return load(made->second.column, made->second.uses, ancestors);
}

Value Compiler::leaf(const Input& input, NodeId node, const FrameSpan& span, Horizon horizon) {
  const Source& source = ledger_.source(ledger_.program.at(node).index);
  auto found = leaf_of(input, source, span, ledger_.as_of, horizon);
  if (!found) throw Unfit();
  leaves_.push_back(std::move(*found));
  const Leaf& leaf = leaves_.back();
  Value value;
  value.shape = Value::Shape::number;
  value.facts = source.facts;
  value.facts.most = leaf.most;
  value.facts.nonnegative = source.facts.nonnegative && (!leaf.may_miss || source.range_low >= 0);
  if (leaf.rows.size() > 1 && leaf.kind == Leaf::Kind::sum) {
    value.facts.written = false;
    if (!source.facts.whole) {
      const auto terms = static_cast<double>(leaf.rows.size());
      if (value.facts.nonnegative) {
        value.facts.relative += terms * half_ulp * 1.01;
      } else {
        value.facts.absolute += terms * half_ulp * leaf.most * 1.01;
      }
    }
    if (leaf.most >= most_whole && value.facts.whole) throw Unfit();
  }
  if (leaf.may_miss && !source.facts.whole) value.facts.written = false;
  Step step;
  step.kind = Step::Kind::leaf;
  step.leaf = &leaf;
  value.above = emit(std::move(step));
  Use use;
  const std::int32_t last = std::min(span.span.last_day(), ledger_.as_of).days();
  const std::int32_t first = source.accumulates ? span.span.first_day().days() : last;
  use.read = {ledger_.program.at(node).index, level_, first, std::max(first, last)};
  use.shown_by = value.above;
  use.waited = leaf.waited;
  use.may_miss = leaf.may_miss;
  value.uses.push_back(use);
  return value;
}

Value Compiler::compile_input(NodeId node, const FrameSpan& span, Horizon horizon) {
  const Input& input = ledger_.program.plan->inputs[ledger_.program.at(node).index];
  const Source& source = ledger_.source(ledger_.program.at(node).index);
  if (input.level == level_) return leaf(input, node, span, horizon);
  if (!ledger_.program.plan->is_at_or_above(level_, input.level)) throw Unfit();
  const data::LevelRegister& members = ledger_.cube.entities.level(level_);
  if (!members.opened.empty() || !members.closed.empty()) throw Unfit();
  if (input.over_parts == RollUp::none || input.over_parts == RollUp::average) throw Unfit();
  // A greatest or least of which the ends agree although parts are missing is left to it as well.
  if ((input.over_parts == RollUp::max || input.over_parts == RollUp::min ||
       input.over_parts == RollUp::last) &&
      source.ever_missing &&
      (std::isfinite(source.range_high) || (input.over_parts == RollUp::min))) {
    throw Unfit();
  }
  const auto own = leaf_of(input, source, span, ledger_.as_of, Horizon::now);
  if (!own) throw Unfit();
  const LevelId below = ledger_.next_level(level_, input.level);
  Value value;
  const bool over = span.span.last && *span.span.last <= ledger_.as_of;
  // A report of a period that is cut by today counts where it is there and is missed by nobody.
  const bool owed = std::all_of(own->rows.begin(), own->rows.end(),
                                [](const Leaf::Row& row) { return row.expected; });
  const bool by_periods = own->kind == Leaf::Kind::sum && input.over_parts == RollUp::sum &&
                          input.each && over && owed && own->rows.size() > 1;
  if (by_periods) {
    // Sums over time and over entities are one sum: the periods are rolled up once for all spans.
    const calendar::PeriodRun run = calendar::whole_periods(span.span, *input.each);
    for (std::int32_t i = 0; i < run.count(); ++i) {
      Value part = column(
          {node, level_, {Span::of(run[i]), std::nullopt, false}, Horizon::now, false}, below);
      value = i == 0 ? std::move(part) : add(std::move(value), std::move(part));
    }
  } else {
    value = column({node, level_, span, Horizon::now, false}, below);
  }
  const auto future = leaf_of(input, source, span, ledger_.as_of, horizon);
  if (!future) throw Unfit();
  if (future->future == Leaf::Future::none) return value;
  leaves_.push_back(*future);
  Leaf& later = leaves_.back();
  if (later.future == Leaf::Future::anything && input.over_parts == RollUp::sum) {
    later.future_low = source.range_low >= 0 ? 0 : -std::numeric_limits<double>::infinity();
    later.future_high = std::numeric_limits<double>::infinity();
  }
  later.waited = waits_above(input, span, ledger_.as_of);
  const bool extreme = later.future == Leaf::Future::up || later.future == Leaf::Future::down;
  if (extreme && input.over_parts == RollUp::sum) throw Unfit();
  // Whether anything is there by now says from where on more is added.
  if (later.waited && later.future == Leaf::Future::more && source.range_low > 0) throw Unfit();
  Step step;
  step.kind = Step::Kind::later;
  step.a = value.above;
  step.leaf = &later;
  value.above = emit(std::move(step));
  value.facts.most = std::max(value.facts.most, later.most);
  for (Use& use : value.uses) {
    use.shown_by = value.above;
    use.may_miss = true;
  }
  return value;
}

Value Compiler::compile_periods(const Node& node, const FrameSpan& span, Horizon horizon) {
  if (!span.span.first) throw Unfit();
  Span asked = span.span;
  if (!asked.last) asked.last = ledger_.as_of;
  const calendar::PeriodRun run = calendar::whole_periods(asked, node.grain);
  std::vector<FrameSpan> periods;
  for (std::int32_t i = 0; i < run.count(); ++i) {
    const Period period = run[i];
    if (horizon == Horizon::now && period.first_day() > ledger_.as_of) break;
    periods.push_back({Span::of(period), std::nullopt, false, true});
    if (periods.size() > 400) throw Unfit();
  }
  const std::size_t plain = node.arguments.size() - (node.filtered ? 1 : 0);
  const std::string_view name = node.aggregate->info.name;
  const bool counts = name == "count" || name == "share" || name == "any" || name == "all";
  if (periods.empty()) throw Unfit();
  if (!counts) {
    if (plain == 0 || name == "median") throw Unfit();
    if (node.filtered && name != "sum") throw Unfit();
    Value total;
    for (std::size_t i = 0; i < periods.size(); ++i) {
      Value part = number(compile(node.arguments[0], periods[i], horizon));
      if (node.filtered) {
        const Value filter = compile(node.arguments.back(), periods[i], horizon);
        part.above = masked(truth(filter), part.above);
        part.facts.written = false;
        part.uses = joined(filter.uses, part.uses);
      }
      if (i == 0) {
        total = std::move(part);
      } else if (name == "min" || name == "max") {
        total = extreme(std::move(total), std::move(part), name == "min");
      } else {
        total = add(std::move(total), std::move(part));
      }
    }
    if (name == "average") {
      total.facts.factor /= Rational(static_cast<std::int64_t>(periods.size()));
    }
    return total;
  }
  Step step;
  step.kind = Step::Kind::votes;
  step.vote = name == "count"   ? Step::Vote::count
              : name == "share" ? Step::Vote::share
              : name == "any"   ? Step::Vote::any
                                : Step::Vote::all;
  Value result;
  for (const FrameSpan& period : periods) {
    if (plain > 0) {
      const Value part = compile(node.arguments[0], period, horizon);
      step.many.push_back(truth(part));
      result.uses = joined(result.uses, part.uses);
    }
    if (node.filtered) {
      const Value filter = compile(node.arguments.back(), period, horizon);
      step.filters.push_back(truth(filter));
      result.uses = joined(result.uses, filter.uses);
    }
  }
  if (step.many.empty() && step.filters.empty()) {
    result.constant = Rational(static_cast<std::int64_t>(periods.size()));
    return result;
  }
  const auto most = static_cast<double>(periods.size());
  result.facts.most = most;
  result.below_facts.most = most;
  const Step::Vote vote = step.vote;
  if (vote == Step::Vote::share) step.out_below = next_++;
  result.below = step.out_below;
  result.above = emit(std::move(step));
  result.shape = vote == Step::Vote::count   ? Value::Shape::number
                 : vote == Step::Vote::share ? Value::Shape::quotient
                                             : Value::Shape::truth;
  return result;
}

Value Compiler::compile_call(const Node& node, const FrameSpan& span, Horizon horizon) {
  const std::string_view name = node.function->info.name;
  const std::string_view family = node.function->info.family;
  if (name == "known" || family == "dates") throw Unfit();
  std::vector<Value> arguments;
  for (const NodeId argument : node.arguments) {
    arguments.push_back(compile(argument, span, horizon));
  }
  if (name == "add") return add(arguments[0], arguments[1]);
  if (name == "subtract") return subtract(arguments[0], arguments[1]);
  if (name == "multiply") return multiply(arguments[0], arguments[1]);
  if (name == "divide") return divide(arguments[0], arguments[1]);
  if (name == "negate") return negate(arguments[0]);
  if (name == "abs") return absolute(arguments[0]);
  if (name == "min" || name == "max") {
    Value result = arguments[0];
    for (std::size_t i = 1; i < arguments.size(); ++i) {
      result = extreme(std::move(result), arguments[i], name == "min");
    }
    return result;
  }
  if (name == "greater_equal") return compare(arguments[0], arguments[1], Relation::at_least);
  if (name == "greater") return compare(arguments[0], arguments[1], Relation::above);
  if (name == "less_equal") return compare(arguments[0], arguments[1], Relation::at_most);
  if (name == "less") return compare(arguments[0], arguments[1], Relation::below);
  if (name == "equal") return compare(arguments[0], arguments[1], Relation::same);
  if (name == "not_equal") return compare(arguments[0], arguments[1], Relation::other);
  if (name == "within") {
    const Value &low = arguments[1], &high = arguments[2];
    const bool in_order = low.shape == Value::Shape::constant &&
                          high.shape == Value::Shape::constant && low.constant <= high.constant;
    // What goes from whole number to whole number does not pass over a range as wide as that.
    const bool is_wide = in_order && high.constant - low.constant >= Rational(1) &&
                         goes_by_ones(ledger_.program, node.arguments[0]);
    const RangeEnd end = is_wide    ? RangeEnd::no
                         : in_order ? RangeEnd::in_order
                                    : RangeEnd::any_order;
    return logic(Step::Kind::conjunction, {compare(arguments[0], low, Relation::at_least, end),
                                           compare(arguments[0], high, Relation::at_most, end)});
  }
  if (name == "and") return logic(Step::Kind::conjunction, std::move(arguments));
  if (name == "or") return logic(Step::Kind::disjunction, std::move(arguments));
  if (name == "not") return logic(Step::Kind::negation, std::move(arguments));
  if (name == "if") {
    return compile_choice(arguments[0], arguments[1], arguments[2],
                          !find_failing(ledger_.program, node.arguments[0]).empty());
  }
  throw Unfit();
}

Value Compiler::compile(NodeId id, FrameSpan span, Horizon horizon) {
  const Node& node = ledger_.program.at(id);
  if (!node.type.is_number() && node.type.kind != value::Type::Kind::yesno) throw Unfit();
  span.due.reset();
  if (!ledger_.closing_matters(id)) span.closing = false;
  if (span.span.last != ledger_.as_of) span.ends = false;  // else it does not matter
  const Key key{{id, level_, span, horizon, false}, false};
  const auto known = done_.find(key);
  if (known != done_.end()) return known->second;
  if (steps_.size() > 20'000) throw Unfit();
  struct Depth {
    explicit Depth(int& deep) : depth(deep) {
      if (++depth > 500) {
        --depth;
        throw Unfit();
      }
    }
    ~Depth() { --depth; }
    int& depth;
  } const depth(depth_);

  Value value;
  switch (node.operation) {
    case Operation::constant:
      value.constant = node.constant;
      break;
    case Operation::indicator:
      value = compile(node.arguments[0], span, horizon);
      break;
    case Operation::input:
      value = compile_input(id, span, horizon);
      break;
    case Operation::table:
      value = load(ledger_.table(id, level_, span), {}, nullptr);
      break;
    case Operation::call:
      value = compile_call(node, span, horizon);
      break;
    case Operation::over_parts:
      if (node.group != model::none || node.aggregate->info.name == "median") throw Unfit();
      value = column({id, level_, span, horizon, false}, node.level);
      break;
    case Operation::over_periods:
      value = compile_periods(node, span, horizon);
      break;
    case Operation::at_start: {
      const auto& window = ledger_.program.plan->window;
      const auto day =
          window && window->first ? calendar::add_days(*window->first, -1) : std::nullopt;
      if (!day) throw Unfit();
      value = compile(node.arguments[0], {Span::of(*day), std::nullopt, false, true}, horizon);
      break;
    }
    case Operation::at_end: {
      const auto& window = ledger_.program.plan->window;
      if (!window) throw Unfit();
      value = compile(node.arguments[0], {*window, std::nullopt, false, true}, horizon);
      break;
    }
    case Operation::at_previous: {
      const auto period = span.span.as_period();
      if (!period || !period->previous().exists()) throw Unfit();
      value = compile(node.arguments[0], {Span::of(period->previous()), std::nullopt, false, true},
                      horizon);
      break;
    }
    case Operation::at_span:
      value = compile(node.arguments[0],
                      {ledger_.program.spans[node.index], std::nullopt, false, true}, horizon);
      break;
    case Operation::at_ancestor:
      if (node.level == level_) {
        value = compile(node.arguments[0], span, horizon);
      } else {
        value = column({node.arguments[0], node.level, span, horizon, true}, node.level);
      }
      break;
    default:
      throw Unfit();
  }
  if (node.type.kind == value::Type::Kind::yesno && value.shape != Value::Shape::truth) {
    const std::vector<Use> uses = value.uses;
    value.above = truth(value);
    value.shape = Value::Shape::truth;
    value.uses = uses;
  }
  done_.emplace(key, value);
  return value;
}

}  // namespace dabiao::assessment::ledger
