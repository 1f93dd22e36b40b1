#include "assessor.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "cost.hpp"
#include "dabiao/calendar/period.hpp"
#include "dabiao/text/diagnostic_kinds.hpp"

namespace dabiao::assessment {

using calendar::Date;
using calendar::Span;
using data::EntityIndex;
using engine::Frame;
using engine::FrameId;
using engine::FrameSpan;
using engine::Horizon;
using ir::Comparator;
using ir::Node;
using ir::NodeId;
using ir::Operation;
using value::Reason;

namespace {

std::optional<Rational> known(const engine::Cell& cell) {
  if (!cell.known()) return std::nullopt;
  return cell.value;
}

std::optional<bool> truth(const engine::Cell& cell) {
  if (!cell.known()) return std::nullopt;
  return !cell.value.is_zero();
}

/// How far a comparison is exceeded or missed, in base scale.
std::optional<Rational> gap_of(Comparator comparator, const Rational& value,
                               const Rational& threshold, const std::optional<Rational>& upper,
                               bool holds) {
  switch (comparator) {
    case Comparator::at_least:
    case Comparator::more_than:
      return value - threshold;
    case Comparator::at_most:
    case Comparator::less_than:
      return threshold - value;
    case Comparator::within:
      return std::min(value - threshold, *upper - value);
    case Comparator::equal:
      return -(value - threshold).abs();
    case Comparator::not_equal:
      return (value - threshold).abs();
    case Comparator::holds:
    case Comparator::holds_not:
      return Rational(holds ? 0 : -1);
  }
  return std::nullopt;
}

/// How much of the threshold is reached, 0 to 1.
Rational attained_by(const ir::Comparison& comparison, const Rational& value,
                     const Rational& threshold, const std::optional<Rational>& upper, bool holds) {
  if (holds) return 1;
  if (!comparison.numeric) return 0;
  const auto share = [](const Rational& a, const Rational& b) {
    return a.sign() > 0 && b.sign() > 0 ? std::clamp(a / b, Rational(0), Rational(1)) : Rational(0);
  };
  switch (comparison.comparator) {
    case Comparator::at_least:
    case Comparator::more_than:
      return share(value, threshold);
    case Comparator::at_most:
    case Comparator::less_than:
      return share(threshold, value);
    case Comparator::equal:
      return value < threshold ? share(value, threshold) : share(threshold, value);
    case Comparator::within:
      return value < threshold ? share(value, threshold) : share(*upper, value);
    default:
      return 0;
  }
}

}  // namespace

/// The cells that the judging of a target's cells looks at, over one frame.
struct Assessor::Values {
  struct Comparison {
    const engine::Cells* value = nullptr;
    const engine::Cells* threshold = nullptr;
    const engine::Cells* upper = nullptr;
    const engine::Cells* truth = nullptr;
    const engine::Cells* in_any_future = nullptr;  // null where every cell is due
    const engine::Cells* whatever_flows = nullptr;
    const engine::Cells* start = nullptr;
  };
  const engine::Cells* condition = nullptr;
  const engine::Cells* condition_in_any_future = nullptr;
  const engine::Cells* condition_whatever_flows = nullptr;
  const engine::Cells* filter = nullptr;
  std::vector<Comparison> comparisons;
  std::vector<std::pair<Date, const engine::Cells*>> milestones;  // by date
};

/// By what the cells of some slots were judged.
struct Assessor::Watch {
  model::TargetId target = 0;
  Place place;
  std::vector<Slot> slots;
  Values values;
  std::size_t width = 0;
  std::size_t first_cell = 0;  // of the target's, in the order in which they were judged
  /// By slot: the days on which the condition may have come true, in order, and its cells then.
  struct DayCells {
    Date day;
    const engine::Cell* cells = nullptr;
  };
  std::vector<std::vector<DayCells>> days;
};

Assessor::~Assessor() = default;

Assessor::Assessor(std::shared_ptr<const ir::Program> program,
                   std::shared_ptr<const data::Cube> cube, const Options& options)
    : program_(std::move(program)),
      cube_(std::move(cube)),
      options_(options),
      evaluator_(*program_, *cube_, options.as_of) {
  evaluator_.set_target_reader(this);
  assessed_.resize(program_->targets.size());
  by_place_.resize(program_->targets.size());
  for (const data::InputReports& reports : cube_->inputs) {
    for (const data::ReportBlock& block : reports.blocks) {
      if (!block.grain || block.periods == 0) continue;
      const Date first = calendar::Period{*block.grain, block.first_period}.first_day();
      if (!earliest_ || first < *earliest_) earliest_ = first;
    }
  }
}

const std::vector<Cell>& Assessor::cells(model::TargetId id) {
  if (assessed_[id]) return *assessed_[id];
  std::vector<Cell> cells;
  const double cost = cost_of(*program_, *cube_, id, options_.as_of, earliest_);
  if (cost > static_cast<double>(options_.most_steps)) {
    text::Diagnostics refused(program_->plan->source);
    refused.add(text::kind("evaluation_too_large"), program_->plan->targets[id].place)
        .with("target", program_->plan->targets[id].shown())
        .with("steps", Rational::from_double_exact(std::ceil(cost))->to_string())
        .with("limit", std::to_string(options_.most_steps));
    warnings_.append(refused);
  } else if (program_->targets[id].condition != ir::no_node) {
    for (const Place& place :
         places_of(*program_->plan, cube_->entities, program_->plan->targets[id])) {
      if (!place.entities.empty() || !place.groups.empty()) assess_place(id, place, cells);
    }
  }
  std::vector<std::size_t> order(cells.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t first, std::size_t second) {
    const Cell &a = cells[first], &b = cells[second];
    const Date first_a = a.span.first_day(), first_b = b.span.first_day();
    if (first_a != first_b) return first_a < first_b;
    const Date last_a = a.span.last_day(), last_b = b.span.last_day();
    if (last_a != last_b) return last_a < last_b;
    if (a.level != b.level) return a.level < b.level;
    return a.entity < b.entity;
  });
  auto sorted = std::make_unique<std::vector<Cell>>();
  sorted->reserve(cells.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    Cell& cell = cells[order[i]];
    by_place_[id][{cell.level, cell.entity}].push_back(i);
    sorted->push_back(std::move(cell));
  }
  if (evaluator_.keeps_up()) {
    positions_[id].resize(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) positions_[id][order[i]] = i;
  }
  assessed_[id] = std::move(sorted);
  return *assessed_[id];
}

std::vector<Cell> Assessor::cells_at(model::TargetId id, const Place& place, const Slot& slot) {
  std::vector<Cell> cells;
  assess_slots(id, place, {slot}, cells);
  return cells;
}

void Assessor::assess_place(model::TargetId id, const Place& place, std::vector<Cell>& cells) {
  const model::Plan& plan = *program_->plan;
  const model::Target& target = plan.targets[id];
  if (target.when.kind != syntax::When::Kind::by) {
    assess_slots(id, place, slots(plan, target, options_.as_of, earliest_), cells);
    return;
  }
  // Deadlines may differ from entity to entity: those with the same ones go together.
  const Span standing{plan.window ? plan.window->first : std::nullopt, options_.as_of};
  const FrameId frame = evaluator_.frames().intern(
      frame_of(cube_->entities, place, {{standing, std::nullopt, true}}));
  std::vector<const engine::Cells*> dates;
  for (const NodeId date : program_->targets[id].dates) {
    dates.push_back(&evaluator_.evaluate(date, frame));
    if (evaluator_.keeps_up()) {
      evaluator_.observe(date, frame, Horizon::now, static_cast<std::uint32_t>(looks_.size()));
      looks_.push_back({Look::none, Look::none, id});
    }
  }
  const std::size_t width = evaluator_.frames().at(frame).width();
  std::map<std::vector<Date>, Place> together;
  for (std::size_t column = 0; column < width; ++column) {
    std::vector<Date> due;
    Reason reason = Reason::known;
    for (const engine::Cells* cell : dates) {
      const engine::Cell& date = (*cell)[column];
      reason = value::combine(reason, date.reason);
      if (!date.known()) continue;
      const auto day = date.value.floor().to_int64();
      const auto valid = day ? Date::from_days(*day) : std::nullopt;
      if (valid) {
        due.push_back(*valid);
      } else {
        reason = value::combine(reason, Reason::outside_calendar);
      }
    }
    if (reason != Reason::known) {
      Cell cell;
      cell.target = id;
      cell.level = place.level;
      cell.entity = place.groups.empty() ? place.entities[column] : data::no_entity;
      if (!place.groups.empty()) cell.group = place.groups[column];
      cell.span = standing;
      cell.reason = reason;
      cell.status = value::is_not_applicable(reason) ? Status::not_applicable : Status::undecided;
      cells.push_back(std::move(cell));
      continue;
    }
    Place& group = together[due];
    group.level = place.level;
    if (place.groups.empty()) {
      group.entities.push_back(place.entities[column]);
    } else {
      group.groups.push_back(place.groups[column]);
    }
  }
  for (const auto& [due, group] : together)
    assess_slots(id, group, slots_by(plan, plan.targets[id], due, options_.as_of), cells);
}

Assessor::Values Assessor::evaluate(const ir::Target& target, FrameId frame, bool open) {
  Values values;
  const auto now = [&](NodeId node) {
    return node == ir::no_node ? nullptr : &evaluator_.evaluate(node, frame);
  };
  const auto later = [&](NodeId node, Horizon horizon) {
    return open ? &evaluator_.evaluate(node, frame, horizon) : nullptr;
  };
  values.condition = now(target.condition);
  values.condition_in_any_future = later(target.condition, Horizon::any_future);
  values.condition_whatever_flows = later(target.condition, Horizon::future_flows);
  values.filter = now(target.filter);
  for (const ir::Comparison& comparison : target.comparisons) {
    Values::Comparison found;
    found.value = now(comparison.value);
    found.threshold = now(comparison.threshold);
    found.upper = now(comparison.upper);
    found.truth = now(comparison.truth);
    found.in_any_future = later(comparison.truth, Horizon::any_future);
    found.whatever_flows = later(comparison.truth, Horizon::future_flows);
    values.comparisons.push_back(found);
  }
  return values;
}

void Assessor::assess_slots(model::TargetId id, const Place& place, const std::vector<Slot>& slots,
                            std::vector<Cell>& cells) {
  if (slots.empty()) return;
  const model::Plan& plan = *program_->plan;
  const model::Target& declared = plan.targets[id];
  const ir::Target& target = program_->targets[id];
  std::vector<FrameSpan> spans;
  for (const Slot& each : slots) spans.push_back(each.read);
  const FrameId frame = evaluator_.frames().intern(frame_of(cube_->entities, place, spans));
  const bool open = std::any_of(slots.begin(), slots.end(),
                                [&](const Slot& each) { return options_.as_of < each.due; });
  Values values = evaluate(target, frame, open);
  const bool has_path = declared.when.kind == syntax::When::Kind::by ||
                        declared.when.kind == syntax::When::Kind::in || !target.milestones.empty();
  // The start of a path: the day before the window, or before the span where there is no window.
  std::vector<FrameSpan> starts;
  std::optional<FrameId> kept_start;
  if (has_path) {
    for (const Slot& each : slots) {
      const auto first = plan.window && plan.window->first ? plan.window->first : each.asked.first;
      const auto day = first ? calendar::add_days(*first, -1) : std::nullopt;
      starts.push_back({Span::of(day.value_or(Date::earliest())), std::nullopt, false});
    }
    const FrameId start_frame =
        evaluator_.frames().intern(frame_of(cube_->entities, place, starts));
    kept_start = start_frame;
    for (std::size_t i = 0; i < target.comparisons.size(); ++i) {
      if (!target.comparisons[i].numeric) continue;
      values.comparisons[i].start = &evaluator_.evaluate(target.comparisons[i].value, start_frame);
    }
  }
  for (const ir::Milestone& milestone : target.milestones) {
    values.milestones.emplace_back(milestone.due, &evaluator_.evaluate(milestone.value, frame));
  }
  const std::size_t width = evaluator_.frames().at(frame).width();
  const std::vector<Date> days = data_days(target.condition);
  if (evaluator_.keeps_up()) {
    watch(id, place, slots, frame, kept_start, open, values, cells.size(), days);
  }
  for (std::size_t slot = 0; slot < slots.size(); ++slot) {
    const std::size_t begin = cells.size();
    for (std::size_t column = 0; column < width; ++column) {
      Cell cell = new_cell(id, place, slots[slot], column);
      judge(id, cell, values, slot * width + column);
      if (evaluator_.keeps_up()) find_reached(*watches_.back(), slot, column, cell);
      cells.push_back(std::move(cell));
    }
    if (evaluator_.keeps_up()) continue;
    find_reached(id, place, slots[slot], days, values.condition->data() + slot * width,
                 &cells[begin], width);
  }
  if (place.groups.empty() && !evaluator_.keeps_up()) warn_of_mixed_basis(id, place, frame);
}

Cell Assessor::new_cell(model::TargetId id, const Place& place, const Slot& slot,
                        std::size_t column) const {
  Cell cell;
  cell.target = id;
  cell.level = place.level;
  cell.entity = place.groups.empty() ? place.entities[column] : data::no_entity;
  if (!place.groups.empty()) cell.group = place.groups[column];
  cell.span = slot.asked;
  cell.due = slot.due;
  return cell;
}

void Assessor::judge(model::TargetId id, Cell& cell, const Values& values, std::size_t index) {
  const ir::Target& target = program_->targets[id];
  const engine::Cell& condition = (*values.condition)[index];
  const Date as_of = options_.as_of;
  const bool due = as_of >= *cell.due;
  cell.reported = condition.reported;
  cell.expected = condition.expected;
  cell.reason = condition.reason;
  cell.tight = !condition.loose;
  for (std::uint32_t i = 0; i < target.comparisons.size(); ++i) {
    cell.comparisons.push_back(judge_comparison(id, i, cell, values, index));
  }
  cell.attained = attained_of(target, cell.comparisons);

  if (values.filter != nullptr) {
    const engine::Cell& filter = (*values.filter)[index];
    if (!filter.applicable() || truth(filter) == false) {
      cell.status = Status::not_applicable;
      cell.reason = Reason::not_applicable;
      return;
    }
    if (!filter.known()) {
      cell.may_not_apply = true;
      cell.reason = filter.reason;
    }
  }
  const bool begun = !cell.span.first || *cell.span.first <= as_of;
  cell.status = status_of(target, cell.comparisons, &cell.binding);
  if (!condition.applicable()) {
    cell.status = Status::not_applicable;
    return;
  }
  if (due) {
    const auto holds = truth(condition);
    cell.status = !holds ? Status::undecided : *holds ? Status::met : Status::missed;
  } else if (!begun) {
    cell.status = Status::pending;
  } else {
    // The whole condition may be settled where no part of it is.
    const auto future = truth((*values.condition_in_any_future)[index]);
    const auto whatever = truth((*values.condition_whatever_flows)[index]);
    if (future == false) {
      cell.status = Status::missed;
    } else if (truth(condition) == true && whatever == true) {
      cell.status = Status::met;
    }
  }
  if (cell.may_not_apply && cell.status != Status::met) {
    cell.status = due || truth(condition) == true ? Status::undecided : cell.status;
    if (cell.status == Status::missed || cell.status == Status::behind) {
      cell.status = Status::undecided;
    }
  }
  if (cell.status == Status::met || cell.status == Status::missed) {
    cell.whatever = cell.reported < cell.expected;
    cell.tight = true;
    if (!cell.may_not_apply) cell.reason = Reason::known;
  }
}

ComparisonResult Assessor::judge_comparison(model::TargetId id, std::uint32_t number,
                                            const Cell& cell, const Values& values,
                                            std::size_t index) {
  const model::Plan& plan = *program_->plan;
  const model::Target& declared = plan.targets[id];
  const ir::Target& target = program_->targets[id];
  const ir::Comparison& comparison = target.comparisons[number];
  const Values::Comparison& found = values.comparisons[number];
  const Date as_of = options_.as_of;
  const bool due = as_of >= *cell.due;

  ComparisonResult result;
  result.comparison = number;
  const engine::Cell& value = (*found.value)[index];
  const engine::Cell* threshold = found.threshold ? &(*found.threshold)[index] : nullptr;
  const engine::Cell* upper = found.upper ? &(*found.upper)[index] : nullptr;
  const engine::Cell& holds = (*found.truth)[index];
  result.type = ir::shown_type(*program_, comparison);
  result.value = known(value);
  result.bounds = value.bounds();
  if (threshold != nullptr) {
    result.threshold = known(*threshold);
  } else {
    result.threshold = Rational(1);
  }
  if (upper != nullptr) result.upper = known(*upper);
  result.holds = truth(holds);
  result.reason = value.reason;
  if (threshold != nullptr) result.reason = value::combine(result.reason, threshold->reason);
  if (value.day != engine::Cell::no_day) result.data_day = Date(value.day);
  if (result.value && result.threshold && (upper == nullptr || result.upper) && result.holds) {
    result.gap = gap_of(comparison.comparator, *result.value, *result.threshold, result.upper,
                        *result.holds);
    result.attained =
        attained_by(comparison, *result.value, *result.threshold, result.upper, *result.holds);
  }

  // The path, its progress and its projection.
  const bool has_path = comparison.numeric && found.start != nullptr &&
                        comparison.comparator != Comparator::not_equal && result.threshold &&
                        (upper == nullptr || result.upper);
  std::optional<Path> path;
  // A value that has not come yet is judged by what it would be today.
  const Date day = result.data_day.value_or(std::min(as_of, *cell.due));
  if (has_path) {
    path.emplace();
    path->comparator = comparison.comparator;
    path->contains_flow = program_->at(comparison.value).reads_flow;
    path->threshold = *result.threshold;
    path->upper = result.upper;
    path->due = *cell.due;
    if (path->contains_flow) {
      path->start = Rational(0);
      path->first_day = cell.span.first;
      if (!cell.span.first) path->start.reset();
    } else {
      path->start = known((*found.start)[index]);
      path->first_day = plan.window && plan.window->first ? plan.window->first : cell.span.first;
      if (!path->first_day) path->start.reset();
    }
    path->has_milestones = !target.milestones.empty();
    for (const auto& [milestone_due, cells] : values.milestones) {
      if (milestone_due <= day && (*cells)[index].known()) path->milestone = (*cells)[index].value;
    }
    result.start = path->start;
    if (result.value) {
      result.expected = path->expected(day, result.value);
      result.projected = path->projected(day, *result.value);
      result.projected_date = path->projected_date(day, *result.value);
      result.progress = path->progress(*result.value, result.holds.value_or(false));
    } else {
      result.expected = path->expected(day, std::nullopt);
    }
  }

  if (!holds.applicable()) {
    result.status = Status::not_applicable;
    return result;
  }
  if (due) {
    result.status = !result.holds   ? Status::undecided
                    : *result.holds ? Status::met
                                    : Status::missed;
    return result;
  }
  if (cell.span.first && *cell.span.first > as_of) {
    result.status = Status::pending;
    return result;
  }
  if (truth((*found.in_any_future)[index]) == false) {
    result.status = Status::missed;
    return result;
  }
  if (result.holds == true && truth((*found.whatever_flows)[index]) == true) {
    result.status = Status::met;
    return result;
  }
  const bool waiting = !value.known() && value::is_waited_for(value.reason);
  const bool path_applies =
      path && (declared.when.kind == syntax::When::Kind::by ||
               declared.when.kind == syntax::When::Kind::in || !target.milestones.empty());
  if (!path_applies) {
    if (!result.holds) {
      result.status =
          waiting || value::is_waited_for(holds.reason) ? Status::pending : Status::undecided;
    } else {
      result.status = *result.holds ? Status::on_track : Status::pending;
    }
    return result;
  }
  const Rational expected = *result.expected;
  const Path::Aim aim = path->aim(result.value);
  // Inside a range there is nothing left to go; on its other side the way leads back.
  const bool bounded =
      comparison.comparator == Comparator::within || comparison.comparator == Comparator::equal;
  const Rational far = aim.upward ? result.upper.value_or(*result.threshold) : *result.threshold;
  const auto between = [&](const Interval& reached) -> std::optional<bool> {
    const auto in_order = [&](const Interval& first, const Interval& second) {
      return aim.upward ? exact::less_equal(first, second) : exact::less_equal(second, first);
    };
    const auto there = in_order(Interval::point(expected), reached);
    const std::optional<bool> short_of_far =
        bounded ? in_order(reached, Interval::point(far)) : std::optional(true);
    if (there == false || short_of_far == false) return false;
    return there && short_of_far ? std::optional(true) : std::nullopt;
  };
  const bool inside = bounded && result.holds == true;
  const auto on_track =
      inside ? std::optional(true)
             : between(result.value ? Interval::point(*result.value) : result.bounds);
  result.status = on_track  ? *on_track ? Status::on_track : Status::behind
                  : waiting ? Status::pending
                            : Status::undecided;
  return result;
}

Status Assessor::status_of(const ir::Target& target,
                           const std::vector<ComparisonResult>& comparisons,
                           std::uint32_t* binding) const {
  std::vector<std::pair<Status, std::uint32_t>> done;
  const auto attained = [&](std::uint32_t comparison) {
    return comparisons[comparison].attained.value_or(Rational(0));
  };
  for (const ir::Clause& clause : target.clauses) {
    if (clause.kind == ir::Clause::Kind::comparison) {
      done.emplace_back(comparisons[clause.comparison].status, clause.comparison);
      continue;
    }
    const bool all = clause.kind == ir::Clause::Kind::all;
    std::pair<Status, std::uint32_t> result = done[clause.parts.front()];
    for (const std::uint32_t part : clause.parts) {
      const auto& next = done[part];
      // `and` takes the worst and `or` the best; what does not apply gives way to what does.
      const bool applies = next.first != Status::not_applicable;
      const bool held = result.first != Status::not_applicable;
      const bool better = all ? next.first < result.first : next.first > result.first;
      const bool closer =
          next.first == result.first && (all ? attained(next.second) < attained(result.second)
                                             : attained(next.second) > attained(result.second));
      if (applies && (!held || better || closer)) result = next;
    }
    done.push_back(result);
  }
  *binding = done.back().second;
  return done.back().first;
}

std::optional<Rational> Assessor::attained_of(
    const ir::Target& target, const std::vector<ComparisonResult>& comparisons) const {
  std::vector<std::optional<Rational>> done;
  for (const ir::Clause& clause : target.clauses) {
    if (clause.kind == ir::Clause::Kind::comparison) {
      done.push_back(comparisons[clause.comparison].attained);
      continue;
    }
    const bool all = clause.kind == ir::Clause::Kind::all;
    std::optional<Rational> result = done[clause.parts.front()];
    bool known_throughout = true;
    for (const std::uint32_t part : clause.parts) {
      const auto& next = done[part];
      if (!next) {
        known_throughout = false;
        continue;
      }
      if (!result || (all ? *next < *result : *next > *result)) result = next;
    }
    // One part at nothing decides "and", one in full decides "or".
    if (!known_throughout && result && *result != Rational(all ? 0 : 1)) result.reset();
    done.push_back(result);
  }
  return done.back();
}

std::vector<Date> Assessor::data_days(NodeId root) const {
  std::set<NodeId> seen{root};
  std::vector<NodeId> work{root};
  std::set<std::int32_t> days;
  while (!work.empty()) {
    const Node& node = program_->at(work.back());
    work.pop_back();
    if (node.operation == Operation::input) {
      for (const data::ReportBlock& block : cube_->inputs[node.index].blocks) {
        if (!block.grain) continue;
        for (std::uint32_t i = 0; i < block.periods; ++i) {
          const calendar::Period period{*block.grain,
                                        block.first_period + static_cast<std::int32_t>(i)};
          if (period.first_day() > options_.as_of) break;
          days.insert(std::min(period.last_day(), options_.as_of).days());
        }
      }
    }
    for (const NodeId child : node.arguments) {
      if (seen.insert(child).second) work.push_back(child);
    }
  }
  std::vector<Date> result;
  for (const std::int32_t day : days) result.emplace_back(day);
  return result;
}

void Assessor::find_reached(model::TargetId id, const Place& place, const Slot& slot,
                            const std::vector<Date>& days, const engine::Cell* conditions,
                            Cell* cells, std::size_t count) {
  const ir::Target& target = program_->targets[id];
  // An event says itself when it was.
  std::size_t open = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (cells[i].comparisons.size() == 1 && cells[i].comparisons.front().type.is_date()) {
      const auto& value = cells[i].comparisons.front().value;
      if (value) cells[i].reached_on = Date::from_days(value->to_int64().value_or(0));
    } else if (cells[i].status != Status::not_applicable) {
      ++open;
    }
  }
  if (open == 0) return;
  const Date seen = std::min(options_.as_of, slot.read.span.last_day());
  for (const Date day : days_of(id, slot, days)) {
    const engine::Cell* holds = conditions;
    if (day != seen) {
      const FrameId frame = evaluator_.frames().intern(
          frame_of(cube_->entities, place, {{{slot.asked.first, day}, slot.due, false}}));
      holds = evaluator_.evaluate(target.condition, frame).data();
    }
    for (std::size_t i = 0; i < count; ++i) {
      if (cells[i].reached_on || cells[i].status == Status::not_applicable) continue;
      if (truth(holds[i]) == true) {
        cells[i].reached_on = day;
        --open;
      }
    }
    if (open == 0) return;
  }
}

std::vector<Date> Assessor::days_of(model::TargetId id, const Slot& slot,
                                    const std::vector<Date>& days) const {
  std::vector<Date> found;
  const auto kind = program_->plan->targets[id].when.kind;
  if (!options_.reached_on || kind == syntax::When::Kind::standing) return found;
  // What is asked of a span is not done after it; what is due by a date may be done late.
  const Date last = kind == syntax::When::Kind::by
                        ? options_.as_of
                        : std::min(options_.as_of, slot.asked.last_day());
  for (const Date day : days) {
    if (day <= last && !(slot.asked.first && day < *slot.asked.first)) found.push_back(day);
  }
  return found;
}

void Assessor::warn_of_mixed_basis(model::TargetId id, const Place& place, FrameId frame) {
  const model::Plan& plan = *program_->plan;
  const std::size_t width = evaluator_.frames().at(frame).width();
  for (const ir::Comparison& comparison : program_->targets[id].comparisons) {
    // The inputs that the value reads at the cell itself.
    std::vector<NodeId> inputs, work{comparison.value};
    std::set<NodeId> seen;
    while (!work.empty()) {
      const NodeId node_id = work.back();
      work.pop_back();
      if (!seen.insert(node_id).second) continue;
      const Node& node = program_->at(node_id);
      if (node.operation == Operation::input) {
        if (plan.inputs[node.index].level != place.level) inputs.push_back(node_id);
      } else if (node.operation == Operation::call || node.operation == Operation::indicator) {
        work.insert(work.end(), node.arguments.begin(), node.arguments.end());
      }
    }
    if (inputs.size() < 2) continue;
    for (std::size_t column = 0; column < width; ++column) {
      const NodeId* own = nullptr;
      const NodeId* parts = nullptr;
      for (const NodeId& input : inputs) {
        const engine::Cells& cells = evaluator_.evaluate(input, frame);
        for (std::size_t i = column; i < cells.size(); i += width) {
          if (!cells[i].known()) continue;
          if (cells[i].origin == engine::Origin::own) own = &input;
          if (cells[i].origin == engine::Origin::parts) parts = &input;
        }
      }
      if (own == nullptr || parts == nullptr) continue;
      if (!mixed_.insert({id, place.entities[column]}).second) continue;
      warnings_.add(text::kind("mixed_basis"))
          .with("target", plan.targets[id].shown())
          .with("entity", cube_->entities.level(place.level).names[place.entities[column]])
          .with("own", plan.inputs[program_->at(*own).index].shown())
          .with("parts", plan.inputs[program_->at(*parts).index].shown());
    }
  }
}

const Cell* Assessor::cell_at(model::TargetId target, model::LevelId level, EntityIndex entity,
                              const Span& span) {
  const std::vector<Cell>& all = cells(target);
  const auto found = by_place_[target].find({level, entity});
  if (found == by_place_[target].end()) return nullptr;
  if (found->second.size() == 1) return &all[found->second.front()];
  for (const std::size_t index : found->second) {
    if (all[index].span == span) return &all[index];
  }
  // The cell that ends with the span asked about.
  for (const std::size_t index : found->second) {
    if (all[index].span.last == span.last) return &all[index];
  }
  return nullptr;
}

engine::Cells Assessor::met(model::TargetId target, const Frame& frame, Horizon horizon) {
  return read(target, frame, horizon, met_value);
}

engine::Cells Assessor::attained(model::TargetId target, const Frame& frame, Horizon horizon) {
  return read(target, frame, horizon, attained_value);
}

engine::Cells Assessor::read(model::TargetId target, const Frame& frame, Horizon horizon,
                             engine::Cell (*of)(const Cell*)) {
  engine::Cells result;
  for (const FrameSpan& span : frame.spans) {
    for (std::size_t column = 0; column < frame.width(); ++column) {
      const Cell* cell = frame.has_sets()
                             ? nullptr
                             : cell_at(target, frame.level, frame.entities[column], span.span);
      result.push_back(of(cell));
      if (cell != nullptr && span.span.last && cell->span.first &&
          *span.span.last < *cell->span.first && result.back().applicable()) {
        // Before it began nobody had met it or failed it.
        result.back() = engine::Cell::missing(Reason::no_baseline, {0, 1});
        continue;
      }
      if (cell == nullptr || horizon == Horizon::now || !result.back().applicable()) continue;
      // What is not yet due can still change: a target that is missed already cannot, and one that
      // is met already can only be undone by what is so today, not by what accumulates.
      const bool settled = (cell->due && options_.as_of >= *cell->due) ||
                           cell->status == Status::missed ||
                           (cell->status == Status::met && horizon == Horizon::future_flows);
      if (!settled) result.back() = engine::Cell::missing(Reason::not_yet, {0, 1});
    }
  }
  return result;
}

/// A total that no target asks about at its own period would else go unnoticed.
void Assessor::reconcile_reports() {
  const model::Plan& plan = *program_->plan;
  for (NodeId id = 0; id < program_->nodes.size(); ++id) {
    const Node& node = program_->at(id);
    if (node.operation != Operation::input) continue;
    const model::Input& input = plan.inputs[node.index];
    for (const data::ReportBlock& block : cube_->inputs[node.index].blocks) {
      if (block.level == input.level || !block.grain) continue;
      for (std::uint32_t i = 0; i < block.periods; ++i) {
        const calendar::Period period{*block.grain,
                                      block.first_period + static_cast<std::int32_t>(i)};
        if (period.last_day() > options_.as_of) break;
        Place place{block.level, {}, {}};
        for (EntityIndex entity = 0; entity < block.entities; ++entity) {
          if (block.known(block.cell(period.index, entity))) place.entities.push_back(entity);
        }
        if (place.entities.empty()) continue;
        evaluator_.evaluate(
            id, evaluator_.frames().intern(
                    frame_of(cube_->entities, place, {{Span::of(period), std::nullopt, false}})));
      }
    }
  }
}

text::Diagnostics Assessor::warnings() {
  reconcile_reports();
  text::Diagnostics all;
  all.append(cube_->warnings);
  const model::Plan& plan = *program_->plan;
  std::set<std::string> said;
  for (const engine::Reconciliation& each : evaluator_.reconciliations()) {
    const model::Input& input = plan.inputs[each.input];
    const auto shown = [&](const Rational& base) {
      return units::format(base, input.type.unit, 6);
    };
    const std::string entity = cube_->entities.level(each.level).names[each.entity];
    // The same difference shows at every span that contains it; it is said once per pair of
    // figures.
    std::string key = std::to_string(each.input) + "/" + std::to_string(each.level) + "/" +
                      std::to_string(each.entity) + "/" + each.reported.to_string() + "/" +
                      each.summed.to_string();
    if (!said.insert(key).second) continue;
    all.add(each.over_parts ? text::kind("parts_differ_from_report")
                            : text::kind("periods_differ_from_report"))
        .with("input", input.shown())
        .with("entity", entity)
        .with("span", each.span.to_string())
        .with("reported", shown(each.reported))
        .with("summed", shown(each.summed))
        .with("difference", shown(each.reported - each.summed));
  }
  all.append(warnings_);
  return all;
}

// ---- cells that are kept up to date
// --------------------------------------------------------------

void Assessor::keep_up() {
  positions_.resize(program_->targets.size());
  evaluator_.keep_up(*this);
}

void Assessor::watch(model::TargetId id, const Place& place, const std::vector<Slot>& slots,
                     FrameId frame, std::optional<FrameId> start_frame, bool open,
                     const Values& values, std::size_t first_cell, const std::vector<Date>& days) {
  const ir::Target& target = program_->targets[id];
  auto made = std::make_unique<Watch>();
  made->target = id;
  made->place = place;
  made->slots = slots;
  made->values = values;
  made->width = evaluator_.frames().at(frame).width();
  made->first_cell = first_cell;

  // All that is looked at has the cells of the frame.
  const auto about = static_cast<std::uint32_t>(looks_.size());
  looks_.push_back({watches_.size(), Look::none, id});
  const auto look = [&](NodeId node, FrameId at) {
    if (node != ir::no_node) evaluator_.observe(node, at, Horizon::now, about);
  };
  const auto look_ahead = [&](NodeId node) {
    look(node, frame);
    if (!open) return;
    for (const Horizon horizon : {Horizon::any_future, Horizon::future_flows}) {
      evaluator_.observe(node, frame, horizon, about);
    }
  };
  look_ahead(target.condition);
  look(target.filter, frame);
  for (const ir::Comparison& comparison : target.comparisons) {
    look(comparison.value, frame);
    look(comparison.threshold, frame);
    look(comparison.upper, frame);
    look_ahead(comparison.truth);
    if (start_frame && comparison.numeric) look(comparison.value, *start_frame);
  }
  for (const ir::Milestone& milestone : target.milestones) look(milestone.value, frame);

  made->days.resize(slots.size());
  const bool is_date = target.comparisons.size() == 1 &&
                       ir::shown_type(*program_, target.comparisons.front()).is_date();
  for (std::size_t slot = 0; slot < slots.size() && !is_date; ++slot) {
    const Date seen = std::min(options_.as_of, slots[slot].read.span.last_day());
    for (const Date day : days_of(id, slots[slot], days)) {
      if (day == seen) {
        made->days[slot].push_back({day, values.condition->data() + slot * made->width});
        continue;
      }
      const FrameId then = evaluator_.frames().intern(frame_of(
          cube_->entities, place, {{{slots[slot].asked.first, day}, slots[slot].due, false}}));
      made->days[slot].push_back({day, evaluator_.evaluate(target.condition, then).data()});
      evaluator_.observe(target.condition, then, Horizon::now,
                         static_cast<std::uint32_t>(looks_.size()));
      looks_.push_back({watches_.size(), slot, id});
    }
  }
  watches_.push_back(std::move(made));
}

void Assessor::find_reached(const Watch& watch, std::size_t slot, std::size_t column,
                            Cell& cell) const {
  if (cell.comparisons.size() == 1 && cell.comparisons.front().type.is_date()) {
    const auto& value = cell.comparisons.front().value;
    if (value) cell.reached_on = Date::from_days(value->to_int64().value_or(0));
    return;
  }
  if (cell.status == Status::not_applicable) return;
  for (const Watch::DayCells& then : watch.days[slot]) {
    if (truth(then.cells[column]) != true) continue;
    cell.reached_on = then.day;
    return;
  }
}

void Assessor::cells_changed(std::uint32_t about, const std::vector<std::uint32_t>& cells) {
  const Look& look = looks_[about];
  if (look.watch == Look::none) {
    moved_.insert(look.target);
    return;
  }
  if (watches_[look.watch] == nullptr) return;
  const std::size_t first = look.slot == Look::none ? 0 : look.slot * watches_[look.watch]->width;
  for (const std::uint32_t cell : cells) stale_[look.watch].insert(first + cell);
}

Assessor::Update Assessor::update() {
  Update done;
  evaluator_.update();
  while (!stale_.empty() || !moved_.empty()) {
    if (stale_.empty()) {
      // Other deadlines put other cells together.
      const model::TargetId id = *moved_.begin();
      moved_.erase(moved_.begin());
      std::vector<Cell> before = std::move(*assessed_[id]);
      for (auto each = done.changed.rbegin(); each != done.changed.rend(); ++each) {
        if (each->target == id && !done.moved.contains(id)) before[each->cell] = each->before;
      }
      assessed_[id].reset();
      by_place_[id].clear();
      for (auto& each : watches_) {
        if (each != nullptr && each->target == id) each.reset();
      }
      std::set<std::pair<model::LevelId, EntityIndex>> touched;
      for (const Cell& cell : before) touched.insert({cell.level, cell.entity});
      for (const Cell& cell : cells(id)) touched.insert({cell.level, cell.entity});
      for (const auto& [level, entity] : touched) evaluator_.changed_target(id, level, entity);
      done.moved.emplace(id, std::move(before));
    } else {
      // Targets that others refer to were judged before these, and are now.
      const auto entry = stale_.extract(stale_.begin());
      const Watch* watch = watches_[entry.key()].get();
      if (watch == nullptr) continue;
      const model::TargetId id = watch->target;
      for (const std::size_t index : entry.mapped()) {
        const std::size_t slot = index / watch->width;
        const std::size_t column = index % watch->width;
        Cell cell = new_cell(id, watch->place, watch->slots[slot], column);
        judge(id, cell, watch->values, index);
        find_reached(*watch, slot, column, cell);
        const std::size_t position = positions_[id][watch->first_cell + index];
        Cell& held = (*assessed_[id])[position];
        if (cell == held) continue;
        std::swap(cell, held);
        evaluator_.changed_target(id, held.level, held.entity);
        done.changed.push_back({id, position, std::move(cell)});
      }
    }
    evaluator_.update();
  }
  return done;
}

}  // namespace dabiao::assessment
