#include "program.hpp"

#include <algorithm>
#include <cmath>

#include "dabiao/calendar/period.hpp"
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
  if (members.has_lives()) throw Unfit();
  // Nor may there be any in between.
  for (LevelId at = from; at != key.level && at != model::none;
       at = ledger_.program.plan->levels[at].parent) {
    for (const auto& unnamed : ledger_.cube.entities.level(at).unnamed_below) {
      if (!unnamed.empty()) throw Unfit();
    }
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
  if (members.has_lives()) throw Unfit();
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
