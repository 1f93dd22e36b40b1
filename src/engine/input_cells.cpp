#include <algorithm>
#include <cassert>

#include "dabiao/calendar/period.hpp"
#include "dabiao/engine/evaluator.hpp"
#include "roll_up.hpp"

// The cells of an input: an entity's own report or its parts, whichever MEANING prefers.
namespace dabiao::engine {

using calendar::Date;
using data::EntityIndex;
using ir::Node;
using ir::NodeId;
using ir::Operation;
using model::Input;
using model::LevelId;
using model::RollUp;
using value::Reason;

namespace {

/// Whether a stock read on a target cell's own last day may come from another report than
/// elsewhere: from that of a period which the day cuts.
bool closes_a_cut(const Input& input, Date last) {
  const calendar::Grain coarsest = input.each.value_or(calendar::Grain::year);
  return calendar::Period::containing(last, coarsest).last_day() != last;
}

/// Whether the ends of a range of whole numbers are among them.
bool ends_whole(const Interval& range) {
  const auto is_whole = [](const exact::Bound& end, bool open) {
    return !end.is_finite() || (!open && end.finite().is_integer());
  };
  return is_whole(range.low, range.low_open) && is_whole(range.high, range.high_open);
}

/// Own report or parts: the later period wins, parts only when complete; at the same period the
/// entity's own.
bool prefers_own(const OwnReport& own, const Cell& parts) {
  if (!own.any) return false;
  if (!parts.known()) return true;
  if (!own.cell.known()) return false;
  return own.cell.day >= parts.oldest;
}

/// An own report that does not count, where the parts are not complete: either may yet come in and
/// be the value.
Cell either_may_come(Cell own, const Cell& parts) {
  if (own.known() || parts.known() || !own.applicable() || !parts.applicable()) return own;
  own.range = std::make_shared<const Interval>(exact::hull(own.bounds(), parts.bounds()));
  own.may_fail |= parts.may_fail;
  own.loose |= parts.loose;
  return own;
}

}  // namespace

bool Evaluator::alive(LevelId level, EntityIndex entity, const FrameSpan& span,
                      bool throughout) const {
  const data::LevelRegister& members = cube_.entities.level(level);
  if (!members.has_lives()) return true;
  const Date last = seen_last(span);
  if (throughout && span.span.first) {
    // What accumulates concerns an entity that lived on some day of the span.
    const calendar::Span life = members.life(entity);
    return !(life.first && *life.first > last) && !(life.last && *life.last < *span.span.first);
  }
  return cube_.entities.alive(level, entity, last);
}

Cells Evaluator::compute_input(const Node& node, const Key& key, const Wanted& wanted) {
  const Frame& frame = frames_.at(key.frame);
  const Input& input = program_.plan->inputs[node.index];
  if (frame.sharing != model::none) return shared_input(node, key, wanted);
  if (frame.has_sets()) return input_over_parts(node, key, wanted);
  const bool accumulates =
      input.over_periods != RollUp::last && input.kind != model::InputKind::constant;
  const bool at_own_level = frame.level == input.level;
  Cells cells;
  cells.reserve(wanted.size());
  std::vector<OwnReport> reports;
  for (std::size_t n = 0; n < wanted.size(); ++n) {
    const FrameSpan& span = frame.spans[wanted[n] / frame.width()];
    const EntityIndex entity = frame.entities[wanted[n] % frame.width()];
    OwnReport own;
    if (!alive(frame.level, entity, span, accumulates)) {
      own.cell = Cell::missing(Reason::outside_life);
      own.any = true;
    } else if (span.span.first && *span.span.first > as_of_ && accumulates) {
      own.cell = Cell::missing(Reason::not_yet, range_before_reports(input));
    } else {
      own = reader_.read(node.index, frame.level, entity, span, false, &reconciliations_);
      if (at_own_level && !own.any) {
        // Counting what is above the input's own level is the parts' business; here there are
        // none.
        own.any = true;
      }
    }
    if (at_own_level) {
      cells.push_back(std::move(own.cell));
      Cell& cell = cells.back();
      const auto name = [&](Date first, Date last) {
        return ReportName{node.index,  frame.level,  entity, first.days(),
                          last.days(), Horizon::now, false};
      };
      if (!own.absent.empty()) {
        Linear form = Linear::of(own.partial);
        const auto integers = own.whole ? exact::integers_in(input.range) : std::nullopt;
        for (const calendar::Period& period : own.absent) {
          form.coefficients.emplace(
              unknown(name(period.first_day(), period.last_day()),
                      integers ? *integers : input.range, integers.has_value()),
              Rational(1));
        }
        cell.form = std::make_shared<const LinearForm>(LinearForm{std::move(form)});
      } else {
        const Date last = seen_last(span);
        ReportName unread = accumulates
                                ? name(span.span.first_day(), span.span.last.value_or(as_of_))
                            : own.unreadable ? name(*own.unreadable->first, *own.unreadable->last)
                                             : name(last, last);
        unread.closing = !accumulates && !own.unreadable && span.closing && last < as_of_ &&
                         closes_a_cut(input, last);
        name_unknown(cell, unread, own.whole && ends_whole(cell.bounds()));
      }
    } else {
      reports.push_back(std::move(own));
    }
  }
  if (at_own_level) return cells;

  Cells parts = input_over_parts(node, key, wanted);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    OwnReport& own = reports[i];
    if (own.cell.reason == Reason::outside_life || value::is_waited_for(own.cell.reason)) {
      if (!own.cell.applicable() || (own.any && !parts[i].known()) || !parts[i].applicable()) {
        parts[i] = either_may_come(std::move(own.cell), parts[i]);
      } else if (!parts[i].known()) {
        // Nothing is owed yet, but what some parts have reported says where the whole can lie.
        parts[i].reason = own.cell.reason;
      }
      continue;
    }
    const bool same_time =
        own.any && own.cell.known() && parts[i].known() &&
        (accumulates ? own.cell.day == parts[i].day : own.cell.day == parts[i].oldest);
    if (same_time && own.cell.value != parts[i].value) {
      const std::size_t width = frame.width();
      reconciliations_.push_back({node.index, frame.level, frame.entities[wanted[i] % width],
                                  frame.spans[wanted[i] / width].span, own.cell.value,
                                  parts[i].value, true});
    }
    if (prefers_own(own, parts[i])) parts[i] = either_may_come(std::move(own.cell), parts[i]);
  }
  return parts;
}

Cells Evaluator::input_over_parts(const Node& node, const Key& key, const Wanted& wanted) {
  const Frame& frame = frames_.at(key.frame);
  const Input& input = program_.plan->inputs[node.index];
  const RelatedFrames::Fan* fan =
      frame.has_sets()
          ? nullptr
          : &related_.fan_out(key.frame, related_.next_level(frame.level, input.level));
  const FrameId below = fan != nullptr ? fan->frame : related_.members(key.frame);
  const std::vector<std::uint32_t>& offsets = fan != nullptr ? fan->offsets : frame.sets;
  const Frame& parts = frames_.at(below);
  const Cells& values = result(key.node, below, Horizon::now);
  const Cells* weights =
      node.arguments.empty() ? nullptr : &result(node.arguments[0], below, Horizon::now);
  Cells cells;
  cells.reserve(wanted.size());
  std::vector<WeightedPart> of_one;
  for (std::size_t n = 0; n < wanted.size(); ++n) {
    const std::size_t row = wanted[n] / frame.width() * parts.width();
    const std::size_t column = wanted[n] % frame.width();
    of_one.clear();
    for (std::uint32_t i = offsets[column]; i < offsets[column + 1]; ++i) {
      of_one.push_back({&values[row + i], weights != nullptr ? &(*weights)[row + i] : nullptr});
    }
    Strangers strangers;
    Nobody nobody{cube_.entities.declared(), {}};
    const bool nobody_named = std::all_of(of_one.begin(), of_one.end(), [](const auto& part) {
      return part.cell->reason == Reason::no_parts;
    });
    const FrameSpan* span = frame.has_sets() ? nullptr : &frame.spans[wanted[n] / frame.width()];
    if (nobody_named) nobody.range = range_of_input(node.index, {model::none, span});
    if (!frame.has_sets()) {
      const EntityIndex entity = frame.entities[column];
      const std::int64_t wholes = cube_.entities.unnamed(frame.level, entity, parts.level);
      // Members of the input's own level, of which nobody knows below which part they are.
      const Interval members = unplaced(frame.level, entity, parts.level, input.level);
      const std::int64_t counted =
          cube_.entities.unplaced(frame.level, entity, parts.level, input.level);
      strangers.count = wholes + counted + (members.is_point() ? 0 : 1);
      strangers.have_value = counted > 0 || (parts.level == input.level && wholes > 0);
      if (strangers.count > 0) {
        strangers.each = range_of_input(node.index, {input.level, span});
        strangers.total = strangers.each * members;
        // A count of the members counts those of the wholes as well.
        if (parts.level == input.level ||
            !cube_.entities.counted(frame.level, entity, input.level)) {
          strangers.total = strangers.total + range_of_input(node.index, {parts.level, span}) *
                                                  Interval::point(wholes);
        }
        strangers.weights = Interval::everything();
        if (!node.arguments.empty()) {
          const Node& weight = program_.at(node.arguments[0]);
          strangers.weights = part_range(weight, {parts.level, span}) * Interval::point(wholes) +
                              part_range(weight, {input.level, span}) * members;
        }
      }
    }
    cells.push_back(rolled_up(input, of_one, strangers, nobody, unknown_));
  }
  return cells;
}

Cells Evaluator::shared_input(const Node& node, const Key& key, const Wanted& wanted) {
  const Frame& frame = frames_.at(key.frame);
  const Input& input = program_.plan->inputs[node.index];
  const Cells& alone = result(key.node, related_.without_sharing(key.frame), Horizon::now);
  Cells cells;
  cells.reserve(wanted.size());
  for (std::size_t n = 0; n < wanted.size(); ++n) {
    cells.push_back(alone[wanted[n]]);
    Cell& cell = cells.back();
    // An own report that counts has all members in it.
    if (!cell.applicable() || (cell.known() && cell.origin == Origin::own)) continue;
    const Interval more = perhaps_more(frame, wanted[n] % frame.width(), input.level);
    if (more == Interval::point(0) || input.over_parts == RollUp::none) continue;
    const FrameSpan& span = frame.spans[wanted[n] / frame.width()];
    const Interval each = range_of_input(node.index, {input.level, &span});
    const Interval among = cell.bounds();
    Interval range;
    switch (input.over_parts) {
      case RollUp::sum:
        range = among + each * more;
        break;
      case RollUp::any:
      case RollUp::max:
      case RollUp::last:
        range = exact::hull(among, exact::max(among, each));
        break;
      case RollUp::all:
      case RollUp::min:
        range = exact::hull(among, exact::min(among, each));
        break;
      case RollUp::average:
      case RollUp::none: {
        const bool may_undo =
            node.arguments.empty() ||
            part_range(program_.at(node.arguments[0]), {input.level, &span}).low < exact::Bound(0);
        range = may_undo ? Interval::everything() : exact::hull(among, each);
        cell.may_fail |= may_undo;
        break;
      }
    }
    if (cell.known() || cell.reason == Reason::no_parts) cell.reason = Reason::partial;
    ++cell.expected;
    cell.loose = true;
    cell.form = nullptr;
    cell.range = std::make_shared<const Interval>(std::move(range));
  }
  return cells;
}

Cells Evaluator::future_input(const Node& node, const Key& key, const Wanted& wanted) {
  const Frame& frame = frames_.at(key.frame);
  const Input& input = program_.plan->inputs[node.index];
  const Cells& now = result(key.node, key.frame, Horizon::now);
  Cells cells;
  cells.reserve(wanted.size());
  for (std::size_t n = 0; n < wanted.size(); ++n) cells.push_back(now[wanted[n]]);
  if (input.kind == model::InputKind::constant) return cells;
  const bool accumulates = input.over_periods != RollUp::last;
  if (key.horizon == Horizon::future_flows && !accumulates) return cells;
  const bool adds = input.over_periods == RollUp::sum;
  const bool own_level = frame.level == input.level && !frame.has_sets();
  const bool nonnegative = input.range.low >= exact::Bound(0);
  const Interval more = nonnegative ? Interval::at_least(Rational(0)) : Interval::everything();
  const bool rises = input.over_periods == RollUp::any || input.over_periods == RollUp::max;
  const bool extreme =
      rises || input.over_periods == RollUp::all || input.over_periods == RollUp::min;
  // A mean of parts moves with their weights, which flows alone leave as they are.
  const bool shifts = !own_level && input.over_parts == RollUp::average &&
                      (key.horizon != Horizon::future_flows || node.arguments.empty() ||
                       program_.at(node.arguments[0]).reads_flow);
  const bool is_whole = input.type.is_whole() && input.over_periods != RollUp::average &&
                        (own_level || input.over_parts != RollUp::average);
  const auto goes_below_zero = [](const Interval& weight) { return weight.low < exact::Bound(0); };
  const bool may_weigh_less_than_nothing =
      (input.over_periods == RollUp::average &&
       goes_below_zero(program_.plan->inputs[input.weight_over_periods].range)) ||
      (!own_level && input.over_parts == RollUp::average && !node.arguments.empty() &&
       goes_below_zero(part_range(program_.at(node.arguments[0]))));
  for (std::size_t n = 0; n < wanted.size(); ++n) {
    const std::size_t span = wanted[n] / frame.width();
    const std::size_t column = wanted[n] % frame.width();
    const auto& last = frame.spans[span].span.last;
    if (last && *last <= as_of_) continue;  // nothing more comes
    Cell& cell = cells[n];
    if (!cell.applicable()) continue;
    Interval range = cell.bounds();
    if (input.type.is_date()) {
      // A date that is reported stays; one that is not lies after today if silence says so.
      if (cell.known()) continue;
    } else if (adds) {
      // Of what no report is there yet, nothing is said before the first one.
      const bool begun = cell.known() || cell.reason != Reason::not_yet || cell.reported > 0;
      if (!begun) range = Interval::point(0);
      range = range + more;
      if (shifts) range = more;
    } else if (extreme && shifts) {
      range = input.range;
    } else if (extreme && !own_level && input.over_parts == RollUp::sum) {
      // How far the parts together can still go one way is not looked into; they never go back.
      if (rises) {
        range = {range.low, exact::Bound::positive_infinity(), range.low_open, false};
      } else {
        range = {more.low, range.high, false, range.high_open};
      }
    } else if (extreme) {
      range = rises ? exact::max(range, input.range) : exact::min(range, input.range);
      if (range.is_point()) continue;
    } else {
      range = own_level || input.over_parts != RollUp::sum ? input.range : more;
    }
    if (may_weigh_less_than_nothing) range = Interval::everything();
    const Cell before = cell;
    // What is to come is added to what there is by now: an end tells whether that is whole.
    const bool whole =
        is_whole && ends_whole(range) && (range.low.is_finite() || range.high.is_finite());
    cell = Cell::missing(Reason::not_yet, std::move(range));
    cell.may_fail = before.may_fail || may_weigh_less_than_nothing;
    // What a frame that shares has beside is not one report.
    if (!frame.has_sets() && frame.sharing == model::none) {
      const FrameSpan& about = frame.spans[span];
      name_unknown(cell,
                   {node.index, frame.level, frame.entities[column], about.span.first_day().days(),
                    about.span.last_day().days(), key.horizon,
                    !accumulates && about.closing && closes_a_cut(input, about.span.last_day())},
                   whole);
    }
    cell.day = before.day;
    cell.oldest = before.oldest;
    cell.reported = before.reported;
    cell.expected = before.expected;
  }
  return cells;
}

OwnReport Evaluator::own_report(NodeId id, FrameId frame_id, std::size_t cell) const {
  const Frame& frame = frames_.at(frame_id);
  if (frame.has_sets()) return {};
  return reader_.read(program_.at(id).index, frame.level, frame.entities[cell % frame.width()],
                      frame.spans[cell / frame.width()], true, nullptr);
}

Cells Evaluator::compute_complete(const Node& node, const Key& key, const Wanted& wanted) {
  // Every input is rolled up over the same parts: those where the whole formula's inputs are known.
  const Frame frame = frames_.at(key.frame);
  const NodeId formula = node.arguments[0];
  const auto reads = [&](FrameId read, std::int64_t cell) {
    if (keeps_up()) read_by({formula, read, key.horizon}, {key, cell});
  };
  Cells cells;
  cells.reserve(wanted.size());
  const Cells& whole = evaluate(formula, key.frame, key.horizon);
  if (wanted.is_all()) reads(key.frame, -1);
  for (std::size_t n = 0; n < wanted.size(); ++n) cells.push_back(whole[wanted[n]]);
  if (frame.has_sets() || frame.level == node.level ||
      !program_.plan->is_at_or_above(frame.level, node.level)) {
    return cells;
  }
  const RelatedFrames::Fan& fan = related_.fan_out(key.frame, node.level);
  const Frame& parts = frames_.at(fan.frame);
  const Cells& at_parts = evaluate(formula, fan.frame, key.horizon);
  if (wanted.is_all()) reads(fan.frame, -1);
  for (std::size_t n = 0; n < wanted.size(); ++n) {
    const std::size_t span = wanted[n] / frame.width();
    const std::size_t column = wanted[n] % frame.width();
    Cell& cell = cells[n];
    if (cell.known()) continue;
    Frame admitted;
    admitted.level = node.level;
    admitted.spans = {frame.spans[span]};
    std::int64_t all = cube_.entities.unnamed(frame.level, frame.entities[column], node.level);
    for (std::uint32_t i = fan.offsets[column]; i < fan.offsets[column + 1]; ++i) {
      const Cell& part = at_parts[span * parts.width() + i];
      if (!part.applicable()) continue;
      ++all;
      // All reports may be there and the formula have no value at this part, as in 5 beds for 0
      // people; both are part of the whole.
      const bool has_inputs = part.expected > 0 && part.reported == part.expected;
      if (part.known() || has_inputs) admitted.entities.push_back(parts.entities[i]);
    }
    const auto known = static_cast<std::int64_t>(admitted.entities.size());
    if (all == 0 || known == 0 || Rational(known, all) < node.constant) continue;
    admitted.sets = {0, static_cast<std::uint32_t>(known)};
    const FrameId together = frames_.intern(std::move(admitted));
    Cell partial = evaluate(formula, together, key.horizon).front();
    reads(together, static_cast<std::int64_t>(wanted[n]));
    if (!partial.known()) continue;
    partial.reported = static_cast<std::uint32_t>(known);
    partial.expected = static_cast<std::uint32_t>(all);
    cell = std::move(partial);
  }
  return cells;
}

}  // namespace dabiao::engine
