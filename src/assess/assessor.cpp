#include "assessor.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "cost.hpp"
#include "dabiao/calendar/period.hpp"
#include "dabiao/text/diagnostic_kinds.hpp"
#include "reached_days.hpp"

namespace dabiao::assessment {

using calendar::Date;
using calendar::Span;
using data::EntityIndex;
using engine::Frame;
using engine::FrameId;
using engine::FrameSpan;
using engine::Horizon;
using ir::NodeId;
using value::Reason;

/// By what the cells of some slots were judged.
struct Assessor::Watch {
  model::TargetId target = 0;
  Place place;
  std::vector<Slot> slots;
  Evidence evidence;
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

Evidence Assessor::evaluate(const ir::Target& target, FrameId frame, bool open) {
  Evidence evidence;
  const auto now = [&](NodeId node) {
    return node == ir::no_node ? nullptr : &evaluator_.evaluate(node, frame);
  };
  const auto later = [&](NodeId node, Horizon horizon) {
    return open ? &evaluator_.evaluate(node, frame, horizon) : nullptr;
  };
  evidence.condition = now(target.condition);
  evidence.condition_in_any_future = later(target.condition, Horizon::any_future);
  evidence.condition_whatever_flows = later(target.condition, Horizon::future_flows);
  evidence.filter = now(target.filter);
  for (const ir::Comparison& comparison : target.comparisons) {
    Evidence::Comparison found;
    found.value = now(comparison.value);
    found.threshold = now(comparison.threshold);
    found.upper = now(comparison.upper);
    found.truth = now(comparison.truth);
    found.in_any_future = later(comparison.truth, Horizon::any_future);
    found.whatever_flows = later(comparison.truth, Horizon::future_flows);
    evidence.comparisons.push_back(found);
  }
  return evidence;
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
  Evidence evidence = evaluate(target, frame, open);
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
      evidence.comparisons[i].start =
          &evaluator_.evaluate(target.comparisons[i].value, start_frame);
    }
  }
  for (const ir::Milestone& milestone : target.milestones) {
    evidence.milestones.emplace_back(milestone.due, &evaluator_.evaluate(milestone.value, frame));
  }
  const std::size_t width = evaluator_.frames().at(frame).width();
  const std::vector<Date> days =
      options_.reached_on ? data_days(*program_, *cube_, target.condition, options_.as_of)
                          : std::vector<Date>();
  if (evaluator_.keeps_up()) {
    watch(id, place, slots, frame, kept_start, open, evidence, cells.size(), days);
  }
  for (std::size_t slot = 0; slot < slots.size(); ++slot) {
    const std::size_t begin = cells.size();
    for (std::size_t column = 0; column < width; ++column) {
      Cell cell = new_cell(id, place, slots[slot], column);
      judge(*program_, id, options_.as_of, evidence, slot * width + column, cell);
      if (evaluator_.keeps_up()) find_reached(*watches_.back(), slot, column, cell);
      cells.push_back(std::move(cell));
    }
    if (evaluator_.keeps_up()) continue;
    find_reached(id, place, slots[slot], days, evidence.condition->data() + slot * width,
                 &cells[begin], width);
  }
  if (place.groups.empty() && !evaluator_.keeps_up())
    mixed_basis_.look(*program_, *cube_, id, place, frame, evaluator_, warnings_);
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
  for (const Date day : reached_days(program_->plan->targets[id], slot, days, options_.as_of)) {
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

text::Diagnostics Assessor::warnings() {
  text::Diagnostics all;
  all.append(cube_->warnings);
  reconcile_reports(*program_, *cube_, options_.as_of, evaluator_, all);
  all.append(warnings_);
  return all;
}

// ---- cells that are kept up to date ------------------------------------------------------------

void Assessor::keep_up() {
  positions_.resize(program_->targets.size());
  evaluator_.keep_up(*this);
}

void Assessor::watch(model::TargetId id, const Place& place, const std::vector<Slot>& slots,
                     FrameId frame, std::optional<FrameId> start_frame, bool open,
                     const Evidence& evidence, std::size_t first_cell,
                     const std::vector<Date>& days) {
  const ir::Target& target = program_->targets[id];
  auto made = std::make_unique<Watch>();
  made->target = id;
  made->place = place;
  made->slots = slots;
  made->evidence = evidence;
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
    for (const Date day :
         reached_days(program_->plan->targets[id], slots[slot], days, options_.as_of)) {
      if (day == seen) {
        made->days[slot].push_back({day, evidence.condition->data() + slot * made->width});
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
        judge(*program_, id, options_.as_of, watch->evidence, index, cell);
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
