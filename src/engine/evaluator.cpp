#include "dabiao/engine/evaluator.hpp"

#include <algorithm>
#include <cassert>
#include <map>

#include "dabiao/calendar/period.hpp"
#include "dabiao/engine/call.hpp"
#include "dabiao/exact/limits.hpp"
#include "parts.hpp"
#include "ranking.hpp"

namespace dabiao::engine {

using calendar::Date;
using calendar::Period;
using calendar::Span;
using data::EntityIndex;
using ir::Node;
using ir::NodeId;
using ir::Operation;
using model::LevelId;
using value::Reason;

namespace {

/// Adds a part of a whole: its reports count beside those of the other parts.
void gather(Cell& whole, const Cell& part) {
  whole.may_fail |= part.may_fail;
  whole.may_lack_truth |= part.may_lack_truth;
  whole.loose |= part.loose;
  whole.day = std::max(whole.day, part.day);
  if (part.oldest != Cell::no_day) {
    whole.oldest = whole.oldest == Cell::no_day ? part.oldest : std::min(whole.oldest, part.oldest);
  }
  whole.reported += part.reported;
  whole.expected += part.expected;
}

/// Whether the cell has a value, be it one too long to be written out.
bool exists(const Cell& cell) {
  return cell.known() ||
         (cell.reason == Reason::exact_limit && !cell.may_fail && cell.reported == cell.expected);
}

/// Which cells of a frame a place is; the node is not looked at.
std::vector<std::size_t> cells_at(const Frame& frame, const Place& place) {
  std::vector<std::size_t> found;
  if (frame.level != place.level) return found;
  for (std::size_t column = 0; column < frame.width(); ++column) {
    const bool same = frame.has_sets() ? std::equal(frame.entities.begin() + frame.sets[column],
                                                    frame.entities.begin() + frame.sets[column + 1],
                                                    place.entities.begin(), place.entities.end())
                                       : place.entities.size() == 1 &&
                                             place.entities.front() == frame.entities[column];
    if (!same) continue;
    for (std::size_t span = 0; span < frame.spans.size(); ++span) {
      if (frame.spans[span].span == place.span) found.push_back(span * frame.width() + column);
    }
  }
  return found;
}

}  // namespace

std::size_t Evaluator::KeyHash::operator()(const Key& key) const {
  const std::uint64_t packed = (std::uint64_t{key.node} << 32) | key.frame;
  return std::hash<std::uint64_t>()(packed * 4 + static_cast<std::uint64_t>(key.horizon));
}

Evaluator::Evaluator(const ir::Program& program, const data::Cube& cube, Date as_of)
    : program_(program), cube_(cube), as_of_(as_of), reader_(*program.plan, cube, as_of) {}

void Evaluator::forget() {
  results_.clear();
}

Horizon Evaluator::horizon_below(const Key& key) const {
  // Whether something is known is a matter of today.
  const Node& node = program_.at(key.node);
  const bool asks = node.operation == Operation::call && node.function->info.name == "known";
  return asks ? Horizon::now : key.horizon;
}

Date Evaluator::frame_end(FrameId id, std::size_t cell) const {
  const Frame& frame = frames_.at(id);
  return frame.spans[cell / frame.width()].span.last_day();
}

Date Evaluator::seen_last(const FrameSpan& span) const {
  return span.span.last ? std::min(*span.span.last, as_of_) : as_of_;
}

const Cells& Evaluator::result(NodeId node, FrameId frame, Horizon horizon) const {
  const auto found = results_.find(Key{node, frame, horizon});
  assert(found != results_.end() && "what a node demands is evaluated before it");
  return *found->second;
}

const Cells& Evaluator::evaluate(NodeId node, FrameId frame, Horizon horizon) {
  std::vector<Key> work{{node, frame, horizon}};
  while (!work.empty()) {
    const Key key = work.back();
    if (results_.contains(key)) {
      work.pop_back();
      continue;
    }
    const auto forced = forced_at(key);
    if (!forced.empty() && forced.size() == frames_.at(key.frame).size()) {
      work.pop_back();
      auto cells = std::make_unique<Cells>();
      for (const auto& [index, cell] : forced) cells->push_back(*cell);
      results_.emplace(key, std::move(cells));
      continue;
    }
    bool ready = true;
    std::vector<Demand> read;
    // The future of an input is made from what is known of it now.
    const bool future_input =
        key.horizon != Horizon::now && program_.at(key.node).operation == Operation::input;
    if (future_input) {
      const Key now{key.node, key.frame, Horizon::now};
      if (!results_.contains(now)) {
        work.push_back(now);
        ready = false;
      }
    } else {
      read = demands(key.node, key.frame, key.horizon);
      for (const Demand& demand : read) {
        const Key needed{demand.node, demand.frame, horizon_below(key)};
        if (!results_.contains(needed)) {
          work.push_back(needed);
          ready = false;
        }
      }
    }
    if (!ready) continue;
    work.pop_back();
    const std::size_t size = frames_.at(key.frame).size();
    auto cells = std::make_unique<Cells>(compute(key, Wanted(size)));
    evaluated_cells_ += size;
    if (keeps_up()) {
      kept_[key].rank = ++ranks_;
      if (future_input) read_by({key.node, key.frame, Horizon::now}, {key});
      for (const Demand& demand : read) {
        read_by({demand.node, demand.frame, horizon_below(key)}, {key});
      }
      const Node& evaluated = program_.at(key.node);
      if (evaluated.operation == Operation::input && key.horizon == Horizon::now) {
        keys_of_inputs_[evaluated.index].push_back(key);
      }
    }
    for (const auto& [index, cell] : forced) (*cells)[index] = *cell;
    results_.emplace(key, std::move(cells));
  }
  return result(node, frame, horizon);
}

void Evaluator::force(Place place, Cell cell) {
  const auto is_apart = [&](const Key& key) {
    if (key.node != place.node || key.horizon != Horizon::now) return false;
    const Frame& frame = frames_.at(key.frame);
    return !frame.has_sets() && program_.plan->is_at_or_above(place.level, frame.level);
  };
  forget_dependents(place.node, is_apart);
  auto& there = forced_[place.node];
  auto known = std::find_if(there.begin(), there.end(),
                            [&](const auto& each) { return each.first == place; });
  if (known != there.end()) {
    known->second = std::move(cell);
  } else {
    known = there.insert(known, {std::move(place), std::move(cell)});
  }
  // What was kept is the same but at the place itself.
  const auto& [here, forced] = *known;
  for (auto& [key, cells] : results_) {
    if (key.node != here.node || key.horizon != Horizon::now) continue;
    for (const std::size_t index : cells_at(frames_.at(key.frame), here)) (*cells)[index] = forced;
  }
}

void Evaluator::release() {
  for (const auto& each : forced_) {
    forget_dependents(each.first, [](const Key&) { return false; });
  }
  forced_.clear();
}

std::vector<std::pair<std::size_t, const Cell*>> Evaluator::forced_at(const Key& key) const {
  std::vector<std::pair<std::size_t, const Cell*>> found;
  if (forced_.empty() || key.horizon != Horizon::now) return found;
  const auto places = forced_.find(key.node);
  if (places == forced_.end()) return found;
  for (const auto& [place, cell] : places->second) {
    for (const std::size_t index : cells_at(frames_.at(key.frame), place)) {
      found.emplace_back(index, &cell);
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

void Evaluator::forget_dependents(NodeId node, const std::function<bool(const Key&)>& except) {
  // Children stand before their parents, so one pass finds all that read the node.
  std::vector<bool> depends(program_.nodes.size(), false);
  depends[node] = true;
  for (NodeId id = node + 1; id < program_.nodes.size(); ++id) {
    const syntax::Operands& arguments = program_.at(id).arguments;
    depends[id] = std::any_of(arguments.begin(), arguments.end(),
                              [&](NodeId argument) { return depends[argument]; });
  }
  std::erase_if(results_,
                [&](const auto& each) { return depends[each.first.node] && !except(each.first); });
}

LevelId Evaluator::next_level(LevelId from, LevelId toward) const {
  LevelId level = toward;
  while (program_.plan->levels[level].parent != from) level = program_.plan->levels[level].parent;
  return level;
}

const Evaluator::Fan& Evaluator::fan_out(FrameId id, LevelId lower) {
  const auto [known, fresh] = fans_.try_emplace((std::uint64_t{id} << 32) | lower);
  if (!fresh) return known->second;
  const Frame& frame = frames_.at(id);
  Frame parts;
  parts.level = lower;
  parts.spans = frame.spans;
  Fan& fan = known->second;
  fan.offsets.push_back(0);
  const auto append = [&](EntityIndex entity) {
    const data::EntityRun run = cube_.entities.descendants(frame.level, entity, lower);
    for (EntityIndex part = run.first; part < run.last; ++part) parts.entities.push_back(part);
  };
  for (std::size_t column = 0; column < frame.width(); ++column) {
    if (frame.has_sets()) {
      for (std::uint32_t i = frame.sets[column]; i < frame.sets[column + 1]; ++i) {
        append(frame.entities[i]);
      }
    } else {
      append(frame.entities[column]);
    }
    fan.offsets.push_back(static_cast<std::uint32_t>(parts.entities.size()));
  }
  fan.frame = frames_.intern(std::move(parts));
  return fan;
}

std::vector<FrameSpan> Evaluator::periods(const Node& node, const FrameSpan& span,
                                          Horizon horizon) const {
  std::vector<FrameSpan> result;
  if (!span.span.first) return result;
  Span asked = span.span;
  if (!asked.last) asked.last = as_of_;
  const calendar::PeriodRun run = calendar::whole_periods(asked, node.grain);
  for (std::int32_t i = 0; i < run.count(); ++i) {
    const Period period = run[i];
    if (horizon == Horizon::now && period.first_day() > as_of_) break;
    result.push_back({Span::of(period), span.due, false, true});
  }
  return result;
}

const Evaluator::Inside& Evaluator::inside(const Key& key) {
  const auto [known, fresh] = insides_.try_emplace(key);
  if (!fresh) return known->second;
  const Node& node = program_.at(key.node);
  const Frame& frame = frames_.at(key.frame);
  Frame inner;
  inner.level = frame.level;
  inner.entities = frame.entities;
  inner.sets = frame.sets;
  Inside& result = known->second;
  result.offsets.push_back(0);
  for (const FrameSpan& span : frame.spans) {
    for (FrameSpan& period : periods(node, span, key.horizon)) inner.spans.push_back(period);
    result.offsets.push_back(static_cast<std::uint32_t>(inner.spans.size()));
  }
  result.frame = frames_.intern(std::move(inner));
  return result;
}

FrameId Evaluator::members(FrameId id) {
  const auto [known, fresh] = members_.try_emplace(id);
  if (!fresh) return known->second;
  const Frame& frame = frames_.at(id);
  Frame members;
  members.level = frame.level;
  members.entities = frame.entities;
  members.spans = frame.spans;
  return known->second = frames_.intern(std::move(members));
}

FrameId Evaluator::siblings(FrameId id) {
  const auto [known, fresh] = siblings_.try_emplace(id);
  if (!fresh) return known->second;
  const Frame& frame = frames_.at(id);
  Frame siblings;
  siblings.level = frame.level;
  siblings.spans = frame.spans;
  std::vector<EntityIndex> parents;
  const LevelId above = program_.plan->levels[frame.level].parent;
  for (const EntityIndex entity : frame.entities) {
    parents.push_back(cube_.entities.ancestor(frame.level, entity, above));
  }
  std::sort(parents.begin(), parents.end());
  parents.erase(std::unique(parents.begin(), parents.end()), parents.end());
  for (const EntityIndex parent : parents) {
    const auto run = cube_.entities.descendants(above, parent, frame.level);
    for (EntityIndex entity = run.first; entity < run.last; ++entity) {
      siblings.entities.push_back(entity);
    }
  }
  return known->second = frames_.intern(std::move(siblings));
}

std::optional<FrameSpan> Evaluator::moved(const Node& node, const FrameSpan& span) const {
  const std::optional<Span>& window = program_.plan->window;
  switch (node.operation) {
    case Operation::at_start: {
      if (!window || !window->first) return std::nullopt;
      const auto day = calendar::add_days(*window->first, -1);
      if (!day) return std::nullopt;
      return FrameSpan{Span::of(*day), span.due, false, true};
    }
    case Operation::at_end:
      if (!window) return std::nullopt;
      return FrameSpan{*window, span.due, false, true};
    case Operation::at_previous: {
      const auto period = span.span.as_period();
      if (!period || !period->previous().exists()) return std::nullopt;
      return FrameSpan{Span::of(period->previous()), span.due, false, true};
    }
    case Operation::at_span:
      return FrameSpan{program_.spans[node.index], span.due, false, true};
    default:
      return span;
  }
}

const Evaluator::Elsewhere& Evaluator::elsewhere(NodeId node, FrameId id) {
  const std::uint64_t which = (std::uint64_t{node} << 32) | id;
  const auto known = elsewheres_.find(which);
  if (known != elsewheres_.end()) return known->second;
  return elsewheres_.emplace(which, find_elsewhere(program_.at(node), id)).first->second;
}

Evaluator::Elsewhere Evaluator::find_elsewhere(const Node& node, FrameId id) {
  const Frame& frame = frames_.at(id);
  Elsewhere result;
  Frame there;
  there.level = frame.level;
  there.spans = frame.spans;
  std::vector<std::int64_t> column_of(frame.width(), -1);
  std::vector<std::int64_t> span_of(frame.spans.size(), -1);
  for (std::size_t i = 0; i < frame.spans.size(); ++i) span_of[i] = static_cast<std::int64_t>(i);
  switch (node.operation) {
    case Operation::at_ancestor: {
      there.level = node.level;
      std::unordered_map<EntityIndex, std::int64_t> columns;
      for (std::size_t column = 0; column < frame.width(); ++column) {
        // A set has an ancestor where it is the same for all of its members.
        const std::size_t begin = frame.has_sets() ? frame.sets[column] : column;
        const std::size_t end = frame.has_sets() ? frame.sets[column + 1] : column + 1;
        if (begin == end) continue;
        const auto ancestor = [&](std::size_t member) {
          return cube_.entities.ancestor(frame.level, frame.entities[member], node.level);
        };
        const EntityIndex above = ancestor(begin);
        bool one = true;
        for (std::size_t member = begin + 1; member < end && one; ++member) {
          one = ancestor(member) == above;
        }
        if (!one) continue;
        const auto [known, fresh] =
            columns.emplace(above, static_cast<std::int64_t>(there.entities.size()));
        if (fresh) there.entities.push_back(above);
        column_of[column] = known->second;
      }
      break;
    }
    case Operation::at_group:
      there.level = program_.plan->groups[node.group].level;
      there.entities = cube_.entities.group(node.group);
      there.sets = {0, static_cast<std::uint32_t>(there.entities.size())};
      std::fill(column_of.begin(), column_of.end(), 0);
      break;
    case Operation::at_entity: {
      there.level = node.level;
      if (const auto entity = cube_.entities.find(node.level, program_.entities[node.index])) {
        there.entities = {*entity};
        std::fill(column_of.begin(), column_of.end(), 0);
      }
      break;
    }
    default: {  // another time
      there.entities = frame.entities;
      there.sets = frame.sets;
      for (std::size_t i = 0; i < column_of.size(); ++i) {
        column_of[i] = static_cast<std::int64_t>(i);
      }
      there.spans.clear();
      for (std::size_t i = 0; i < frame.spans.size(); ++i) {
        span_of[i] = -1;
        if (const auto span = moved(node, frame.spans[i])) {
          const auto known = std::find(there.spans.begin(), there.spans.end(), *span);
          span_of[i] = known - there.spans.begin();
          if (known == there.spans.end()) there.spans.push_back(*span);
        }
      }
    }
  }
  const auto width = static_cast<std::int64_t>(there.width());
  for (const std::int64_t span : span_of) {
    for (const std::int64_t column : column_of) {
      result.cells.push_back(span < 0 || column < 0 ? -1 : span * width + column);
    }
  }
  result.frame = frames_.intern(std::move(there));
  return result;
}

std::vector<Demand> Evaluator::demands(NodeId id, FrameId frame_id, Horizon horizon) {
  const Node& node = program_.at(id);
  std::vector<Demand> result;
  const auto here = [&](NodeId child) { result.push_back({child, frame_id}); };
  switch (node.operation) {
    case Operation::constant:
    case Operation::table:
    case Operation::due:
    case Operation::target_met:
    case Operation::target_attained:
    case Operation::complete:  // which parts it reads is found out while computing
      break;
    case Operation::input: {
      const Frame& frame = frames_.at(frame_id);
      const LevelId own = program_.plan->inputs[node.index].level;
      if (frame.has_sets()) {
        const FrameId parts = members(frame_id);
        result.push_back({id, parts});
        for (const NodeId weight : node.arguments) result.push_back({weight, parts});
      } else if (frame.level != own) {
        const Fan& fan = fan_out(frame_id, next_level(frame.level, own));
        result.push_back({id, fan.frame});
        for (const NodeId weight : node.arguments) result.push_back({weight, fan.frame});
      }
      break;
    }
    case Operation::indicator:
    case Operation::call:
      for (const NodeId argument : node.arguments) here(argument);
      break;
    case Operation::over_parts: {
      const Fan& fan = fan_out(frame_id, node.level);
      for (const NodeId argument : node.arguments) result.push_back({argument, fan.frame});
      break;
    }
    case Operation::over_periods: {
      const Inside& periods = inside({id, frame_id, horizon});
      for (const NodeId argument : node.arguments) result.push_back({argument, periods.frame});
      break;
    }
    case Operation::rank: {
      const Frame& frame = frames_.at(frame_id);
      here(node.arguments[0]);
      if (frame.has_sets() || program_.plan->levels[frame.level].parent == model::none) break;
      result.push_back({node.arguments[0], siblings(frame_id)});
      break;
    }
    case Operation::at_start:
    case Operation::at_end:
    case Operation::at_previous:
    case Operation::at_span:
    case Operation::at_ancestor:
    case Operation::at_group:
    case Operation::at_entity:
      result.push_back({node.arguments[0], elsewhere(id, frame_id).frame});
      break;
  }
  return result;
}

Cells Evaluator::compute(const Key& key, const Wanted& wanted) {
  const Node& node = program_.at(key.node);
  const Frame& frame = frames_.at(key.frame);
  switch (node.operation) {
    case Operation::constant:
      return Cells(frame.size(), Cell::of(node.constant));
    case Operation::input:
      return key.horizon == Horizon::now ? compute_input(node, key, wanted)
                                         : future_input(node, key, wanted);
    case Operation::indicator: {
      const Cells& formula = result(node.arguments[0], key.frame, key.horizon);
      Cells cells;
      cells.reserve(wanted.size());
      for (std::size_t i = 0; i < wanted.size(); ++i) cells.push_back(formula[wanted[i]]);
      return cells;
    }
    case Operation::table:
      return compute_table(node, frame);
    case Operation::call:
      return compute_call(node, key, wanted);
    case Operation::over_parts:
      return compute_over_parts(node, key, wanted);
    case Operation::over_periods:
      return compute_over_periods(node, key, wanted);
    case Operation::rank:
      return compute_rank(node, key, wanted);
    case Operation::due: {
      Cells cells;
      for (const FrameSpan& span : frame.spans) {
        const Cell cell =
            span.due ? Cell::of(Rational(span.due->days())) : Cell::missing(Reason::not_applicable);
        cells.insert(cells.end(), frame.width(), cell);
      }
      return cells;
    }
    case Operation::target_met:
    case Operation::target_attained:
      return compute_target(node, key, wanted);
    case Operation::complete:
      return compute_complete(node, key, wanted);
    case Operation::at_start:
    case Operation::at_end:
    case Operation::at_previous:
    case Operation::at_span:
    case Operation::at_ancestor:
    case Operation::at_group:
    case Operation::at_entity:
      return compute_elsewhere(node, key, wanted);
  }
  return {};
}

Cells Evaluator::compute_call(const Node& node, const Key& key, const Wanted& wanted) {
  std::vector<const Cells*> arguments;
  for (const NodeId argument : node.arguments) {
    arguments.push_back(&result(argument, key.frame, horizon_below(key)));
  }
  const bool is_known = node.function->info.name == "known";
  Call call(node, {program_.plan->holidays ? &*program_.plan->holidays : nullptr, as_of_},
            unknown_);
  Cells cells;
  cells.reserve(wanted.size());
  std::vector<const Cell*> here(arguments.size());
  for (std::size_t n = 0; n < wanted.size(); ++n) {
    const std::size_t i = wanted[n];
    for (std::size_t a = 0; a < arguments.size(); ++a) here[a] = &(*arguments[a])[i];
    const Cell& asked = *here[0];
    if (is_known && asked.applicable() && key.horizon != Horizon::now &&
        frame_end(key.frame, i) > as_of_ &&
        !(asked.known() && key.horizon == Horizon::future_flows)) {
      cells.push_back(Cell::missing(Reason::not_yet, {0, 1}));
      inherit(cells.back(), asked);
      continue;
    }
    cells.push_back(call(here));
  }
  return cells;
}

Interval Evaluator::range_of_input(model::InputId id, const Stranger& where) const {
  const model::Input& input = program_.plan->inputs[id];
  Interval range = where.span != nullptr ? reader_.range_of_nobody(id, *where.span)
                   : input.over_periods == model::RollUp::sum ? range_before_reports(input)
                                                              : input.range;
  if (where.level == input.level || input.over_parts != model::RollUp::sum) return range;
  // A whole of nobody knows how many members, which may be none.
  return range * Interval::at_least(0);
}

Interval Evaluator::part_range(const Node& given, const Stranger& where, int depth) const {
  const Node* at = &given;
  while (at->operation == Operation::indicator) at = &program_.at(at->arguments[0]);
  const Node& node = *at;
  switch (node.type.kind) {
    case value::Type::Kind::yesno:
      return {0, 1};
    case value::Type::Kind::stage: {
      const auto& scale = program_.plan->scales[node.type.scale];
      return {0, static_cast<std::int64_t>(scale.stages.size()) - 1};
    }
    case value::Type::Kind::date:
      return Interval::everything();
    case value::Type::Kind::number:
      if (node.operation == Operation::input) return range_of_input(node.index, where);
      if (node.operation == Operation::constant) return Interval::point(node.constant);
      if (node.operation == Operation::call && depth < deepest_range) {
        std::vector<Interval> arguments;
        for (const NodeId argument : node.arguments) {
          arguments.push_back(part_range(program_.at(argument), where, depth + 1));
        }
        return node.function->bounds(
            arguments, {program_.plan->holidays ? &*program_.plan->holidays : nullptr, as_of_});
      }
      return Interval::everything();
  }
  return Interval::everything();
}

bool Evaluator::part_may_fail(const Node& given, const Stranger& where, int depth) const {
  const Node* at = &given;
  while (at->operation == Operation::indicator) at = &program_.at(at->arguments[0]);
  if (at->operation == Operation::input) {
    // A mean whose weights come to nothing.
    const model::Input& input = program_.plan->inputs[at->index];
    const bool is_mean = input.over_parts == model::RollUp::average && where.level != input.level;
    return is_mean &&
           (at->arguments.empty() ||
            part_range(program_.at(at->arguments[0]), where, depth + 1).contains(Rational(0)));
  }
  if (at->operation == Operation::over_parts) {
    // A whole of nobody knows how many parts may have none.
    const std::string_view name = at->aggregate->info.name;
    return name != "sum" && name != "count" && name != "any" && name != "all";
  }
  if (at->operation != Operation::call) return false;
  if (depth == deepest_range) return true;
  const std::string_view name = at->function->info.name;
  if (name == "power") return true;
  if (name == "divide" &&
      part_range(program_.at(at->arguments[1]), where, depth + 1).contains(Rational(0))) {
    return true;
  }
  return std::any_of(at->arguments.begin(), at->arguments.end(), [&](NodeId argument) {
    return part_may_fail(program_.at(argument), where, depth + 1);
  });
}

namespace {

/// What an aggregate runs over at one cell, gathered from the cells of its parts.
struct Members {
  std::vector<function::Part> parts;
  Cell standing;               // data days and completeness
  bool only_waiting = true;    // every missing part is only waited for
  bool beyond_limits = false;  // some part is too long to be written out
  FormSum total;               // of the values, while it stays linear

  void include(const Cell* x, const Cell* filter, const Cell* truth) {
    if (filter != nullptr) {
      if (!filter->applicable()) return;
      if (filter->known() && filter->value.is_zero()) return;
    }
    const Cell* subject = x != nullptr ? x : truth;
    if (subject != nullptr && !subject->applicable()) return;
    function::Part part;
    part.doubtful = filter != nullptr && !filter->known();
    if (part.doubtful) total.give_up();
    Cell own;
    if (subject == nullptr) {
      static const Rational one(1);
      part.value = &one;
      own.reported = own.expected = 1;
    } else {
      part.value = subject->known() ? &subject->value : nullptr;
      if (!subject->known()) part.bounds = subject->bounds();
      add_to(total, *subject);
      inherit(own, *subject);
    }
    if (filter != nullptr) inherit(own, *filter);
    if (own.expected == 0) own.expected = 1, own.reported = part.value != nullptr ? 1 : 0;
    // Value and filter may hang on the same report.
    if (part.doubtful && part.value == nullptr) own.loose = true;
    gather(standing, own);
    if (part.value == nullptr && !value::is_waited_for(subject->reason)) only_waiting = false;
    if (part.doubtful && !value::is_waited_for(filter->reason)) only_waiting = false;
    for (const Cell* each : {subject, filter}) {
      if (each != nullptr && each->reason == Reason::exact_limit) beyond_limits = true;
    }
    parts.push_back(std::move(part));
  }

  Cell reduce(const function::Aggregate& aggregate, std::int64_t unnamed, bool filtered,
              const Interval& range) {
    const bool all_named = unnamed == 0;
    if (filtered) {
      // Whether a filter would keep those that nobody named is not known either.
      function::Part stranger;
      stranger.bounds = range;
      stranger.doubtful = true;
      parts.insert(parts.end(), static_cast<std::size_t>(unnamed), stranger);
      standing.expected += static_cast<std::uint32_t>(unnamed);
      if (unnamed > 0) only_waiting = false;
      unnamed = 0;
    }
    function::Aggregated outcome = aggregate.reduce(parts, unnamed, range);
    Cell cell = standing;
    cell.expected += static_cast<std::uint32_t>(unnamed);
    const std::string_view name = aggregate.info.name;
    if (outcome.value) {
      cell.value = std::move(*outcome.value);
      cell.may_fail = cell.may_lack_truth = false;
    } else {
      // Where a filter may leave nobody, there may be no value.
      const bool needs_parts = name != "sum" && name != "count" && name != "any" && name != "all";
      if (needs_parts && unnamed == 0 &&
          std::all_of(parts.begin(), parts.end(), [](const auto& part) { return part.doubtful; })) {
        cell.may_fail = true;
      }
      cell.reason = outcome.reason;
      if (beyond_limits) cell.reason = value::combine(cell.reason, Reason::exact_limit);
      if (cell.reason == Reason::exact_limit) cell.loose = true;
      if (outcome.reason == Reason::partial && only_waiting && unnamed == 0) {
        cell.reason = Reason::not_yet;
      }
      cell.range = std::make_shared<const Interval>(exact::shortened(std::move(outcome.bounds)));
      const bool mean = name == "average" || name == "share";
      if (all_named && !parts.empty() && (mean || name == "sum" || name == "count")) {
        auto form = total.take();
        if (form && mean) {
          const Rational each(1, static_cast<std::int64_t>(parts.size()));
          form = multiply(*form, LinearForm{Linear::of(each)});
        }
        if (form) cell.form = std::make_shared<const LinearForm>(std::move(*form));
      }
    }
    return cell;
  }
};

}  // namespace

namespace {

/// What an aggregate is if nobody knows how many parts there are beside those that it was taken
/// over, each of them in the range.
Cell with_countless(const function::Aggregate& aggregate, Cell cell, const Interval& range) {
  const std::string_view name = aggregate.info.name;
  const Interval among = cell.bounds();
  // One yes decides "any" and one no decides "all", whatever the others are.
  if (cell.known() &&
      ((name == "any" && !cell.value.is_zero()) || (name == "all" && cell.value.is_zero()))) {
    return cell;
  }
  Interval bounds = exact::hull(among, range);
  if (name == "sum") bounds = among + range * Interval::at_least(0);
  if (name == "count") bounds = among + Interval::at_least(0);
  if (name == "any" || name == "all" || name == "share") bounds = {0, 1};
  if (name == "min") bounds = exact::hull(among, exact::min(among, range));
  if (name == "max") bounds = exact::hull(among, exact::max(among, range));
  if (cell.known()) cell.reason = Reason::partial;
  ++cell.expected;
  cell.form = nullptr;
  cell.range = std::make_shared<const Interval>(std::move(bounds));
  return cell;
}

}  // namespace

Cells Evaluator::compute_over_parts(const Node& node, const Key& key, const Wanted& wanted) {
  const Fan& fan = fan_out(key.frame, node.level);
  const Frame& frame = frames_.at(key.frame);
  const Frame& parts = frames_.at(fan.frame);
  const std::size_t plain = node.arguments.size() - (node.filtered ? 1 : 0);
  const Cells* x = plain > 0 ? &result(node.arguments[0], fan.frame, key.horizon) : nullptr;
  const Cells* filter =
      node.filtered ? &result(node.arguments.back(), fan.frame, key.horizon) : nullptr;
  // A group within the level: only its members count.
  const auto is_member = [&](EntityIndex entity) {
    if (node.group == model::none) return true;
    const std::vector<EntityIndex>& group = cube_.entities.group(node.group);
    return std::binary_search(group.begin(), group.end(), entity);
  };
  Cells cells;
  cells.reserve(wanted.size());
  for (std::size_t n = 0; n < wanted.size(); ++n) {
    const std::size_t span = wanted[n] / frame.width();
    const std::size_t column = wanted[n] % frame.width();
    const std::size_t row = span * parts.width();
    Members members;
    for (std::uint32_t i = fan.offsets[column]; i < fan.offsets[column + 1]; ++i) {
      if (!is_member(parts.entities[i])) continue;
      if (!is_part(*this, program_, node, parts.entities[i], frame.spans[span])) continue;
      members.include(x != nullptr ? &(*x)[row + i] : nullptr,
                      filter != nullptr ? &(*filter)[row + i] : nullptr, nullptr);
    }
    std::int64_t unnamed = 0;
    bool countless = false;
    if (!frame.has_sets() && node.group == model::none) {
      unnamed = cube_.entities.unnamed(frame.level, frame.entities[column], node.level);
      countless = cube_.entities.countless(frame.level, frame.entities[column], node.level);
    }
    Interval range{0, 1};  // of one of these
    if ((unnamed > 0 || countless) && plain > 0) {
      const Node& of_each = program_.at(node.arguments[0]);
      const Stranger stranger{node.level, &frame.spans[span]};
      range = part_range(of_each, stranger);
      if (part_may_fail(of_each, stranger)) members.standing.may_fail = true;
    }
    // Members that nobody named are members all the same: a bare count knows them.
    if (x == nullptr && filter == nullptr && unnamed > 0) {
      Cell cell = members.reduce(*node.aggregate, 0, false, range);
      if (cell.known()) cell.value += Rational(unnamed);
      cells.push_back(std::move(cell));
    } else {
      cells.push_back(members.reduce(*node.aggregate, unnamed, filter != nullptr, range));
    }
    if (countless) {
      cells.back() = with_countless(*node.aggregate, std::move(cells.back()), range);
    }
  }
  return cells;
}

Cells Evaluator::compute_over_periods(const Node& node, const Key& key, const Wanted& wanted) {
  const Inside& periods = inside(key);
  const Frame& frame = frames_.at(key.frame);
  const std::size_t width = frame.width();
  const std::size_t plain = node.arguments.size() - (node.filtered ? 1 : 0);
  const Cells* x = plain > 0 ? &result(node.arguments[0], periods.frame, key.horizon) : nullptr;
  const Cells* filter =
      node.filtered ? &result(node.arguments.back(), periods.frame, key.horizon) : nullptr;
  Cells cells;
  cells.reserve(wanted.size());
  for (std::size_t n = 0; n < wanted.size(); ++n) {
    const std::size_t span = wanted[n] / width;
    const std::size_t column = wanted[n] % width;
    Members members;
    for (std::uint32_t i = periods.offsets[span]; i < periods.offsets[span + 1]; ++i) {
      const std::size_t cell = i * width + column;
      members.include(x != nullptr ? &(*x)[cell] : nullptr,
                      filter != nullptr ? &(*filter)[cell] : nullptr, nullptr);
    }
    cells.push_back(members.reduce(*node.aggregate, 0, filter != nullptr, Interval::everything()));
  }
  return cells;
}

Cells Evaluator::compute_rank(const Node& node, const Key& key, const Wanted& wanted) {
  const Frame& frame = frames_.at(key.frame);
  const Cells& own = result(node.arguments[0], key.frame, key.horizon);
  const LevelId above = program_.plan->levels[frame.level].parent;
  Cells cells(wanted.size());
  if (frame.has_sets() || above == model::none) {  // alone at the top
    for (std::size_t n = 0; n < cells.size(); ++n) {
      const Cell& mine = own[wanted[n]];
      cells[n] = mine.known() ? Cell::of(Rational(1)) : Cell::missing(mine.reason, {1, 1});
      inherit(cells[n], mine);
    }
    return cells;
  }
  const FrameId families = siblings(key.frame);
  const Cells& values = result(node.arguments[0], families, key.horizon);
  const Frame& siblings = frames_.at(families);
  // Each family is sorted once for all of its members.
  std::map<std::pair<std::size_t, EntityIndex>, Ranking> rankings;
  const Node& ranked = program_.at(node.arguments[0]);
  for (std::size_t n = 0; n < wanted.size(); ++n) {
    const std::size_t span = wanted[n] / frame.width();
    const EntityIndex entity = frame.entities[wanted[n] % frame.width()];
    Cell& cell = cells[n];
    const Cell& mine = own[wanted[n]];
    const EntityIndex parent = cube_.entities.ancestor(frame.level, entity, above);
    const auto run = cube_.entities.descendants(above, parent, frame.level);
    auto known = rankings.find({span, parent});
    if (known == rankings.end()) {
      const auto first =
          std::lower_bound(siblings.entities.begin(), siblings.entities.end(), run.first) -
          siblings.entities.begin();
      const Cell* const family =
          values.data() + span * siblings.width() + static_cast<std::size_t>(first);
      known = rankings.try_emplace({span, parent}, std::span(family, run.size())).first;
    }
    const Ranking& ranking = known->second;
    inherit(cell, mine);
    inherit(cell, ranking.together());
    auto [surely, perhaps, open] = ranking.above(entity - run.first, mine.bounds());
    if (!mine.known()) ++open;
    Reason reason = mine.known() ? ranking.reason_at(mine.value) : mine.reason;
    // A sibling that nobody named stands anywhere in its range.
    const std::int64_t unnamed = cube_.entities.unnamed(above, parent, frame.level);
    if (unnamed > 0) {
      cell.expected += static_cast<std::uint32_t>(unnamed);
      const Stranger stranger{frame.level, &frame.spans[span]};
      const std::optional<bool> above_it = exact::less(mine.bounds(), part_range(ranked, stranger));
      if (above_it != false) {
        perhaps += unnamed;
        if (above_it == true && !part_may_fail(ranked, stranger)) {
          surely += unnamed;
        } else {
          open += unnamed;
          if (reason == Reason::known) reason = Reason::not_reported;
        }
      }
    }
    if (!mine.applicable()) {
      cell.reason = mine.reason;
    } else if (exists(mine) && surely == perhaps) {
      cell.value = Rational(surely + 1);
      cell.may_lack_truth = false;
      cell.loose = mine.loose;
    } else {
      // In how many of their values two agree is not looked into.
      cell.loose |= open > 1;
      cell.reason = reason;
      cell.range = std::make_shared<const Interval>(Interval{surely + 1, perhaps + 1});
    }
  }
  return cells;
}

Cells Evaluator::compute_elsewhere(const Node& node, const Key& key, const Wanted& wanted) {
  const Elsewhere& there = elsewhere(key.node, key.frame);
  const Cells& values = result(node.arguments[0], there.frame, key.horizon);
  Cells cells;
  cells.reserve(wanted.size());
  for (std::size_t n = 0; n < wanted.size(); ++n) {
    const std::int64_t cell = there.cells[wanted[n]];
    if (cell >= 0) {
      cells.push_back(values[static_cast<std::size_t>(cell)]);
      cells.back().origin = Origin::computed;
      // What was is not today's news: the data day of a baseline says nothing of the cell.
      if (node.operation == Operation::at_start) cells.back().day = Cell::no_day;
    } else {
      cells.push_back(Cell::missing(
          node.operation == Operation::at_start || node.operation == Operation::at_previous
              ? Reason::no_baseline
              : Reason::not_applicable,
          part_range(program_.at(node.arguments[0]))));
    }
  }
  return cells;
}

Cells Evaluator::compute_table(const Node& node, const Frame& frame) {
  const model::Table& table = program_.plan->tables[node.index];
  LevelId level = model::none;
  bool over_time = false;
  for (const model::Dimension& dimension : table.by) {
    if (dimension.level != model::none) level = dimension.level;
    if (dimension.grain) over_time = true;
  }
  // The entries by entity; those for `other` under no_entity.
  std::unordered_map<EntityIndex, std::vector<const model::TableEntry*>> entries;
  for (const model::TableEntry& entry : table.entries) {
    EntityIndex entity = data::no_entity;
    if (level != model::none && !entry.entity.empty()) {
      const auto found = cube_.entities.find(level, entry.entity);
      if (!found) continue;
      entity = *found;
    }
    entries[entity].push_back(&entry);
  }
  const auto pick = [&](const std::vector<const model::TableEntry*>& among,
                        const Span& span) -> const model::TableEntry* {
    if (!over_time) return among.front();
    const model::TableEntry* best = nullptr;
    for (const model::TableEntry* entry : among) {
      if (!entry->span) {
        if (best == nullptr) best = entry;
        continue;
      }
      if (*entry->span == span) return entry;
      // Asked about a longer span: the latest entry that ends inside it.
      if (!span.contains(*entry->span)) continue;
      if (best == nullptr || !best->span || best->span->last_day() < entry->span->last_day()) {
        best = entry;
      }
    }
    return best;
  };
  Cells cells;
  cells.reserve(frame.size());
  for (const FrameSpan& span : frame.spans) {
    for (std::size_t column = 0; column < frame.width(); ++column) {
      const model::TableEntry* entry = nullptr;
      if (level == model::none) {
        const auto found = entries.find(data::no_entity);
        if (found != entries.end()) entry = pick(found->second, span.span);
      } else if (!frame.has_sets() && frame.level == level) {
        auto found = entries.find(frame.entities[column]);
        if (found == entries.end()) found = entries.find(data::no_entity);
        if (found != entries.end()) entry = pick(found->second, span.span);
      }
      cells.push_back(entry != nullptr ? Cell::of(entry->value.value)
                                       : Cell::missing(Reason::no_table_entry));
    }
  }
  return cells;
}

Cells Evaluator::compute_target(const Node& node, const Key& key, const Wanted& wanted) {
  assert(targets_ != nullptr && "assessment answers what targets are asked");
  const Frame& frame = frames_.at(key.frame);
  const auto ask = [&](const Frame& where) {
    return node.operation == Operation::target_met
               ? targets_->met(node.index, where, key.horizon)
               : targets_->attained(node.index, where, key.horizon);
  };
  if (wanted.is_all()) {
    if (keeps_up()) keys_of_targets_[node.index].push_back(key);
    return ask(frame);
  }
  // Of a set no target is asked.
  Cells cells;
  for (std::size_t n = 0; n < wanted.size(); ++n) {
    Frame one;
    one.level = frame.level;
    one.entities = {frame.entities[wanted[n] % frame.width()]};
    one.spans = {frame.spans[wanted[n] / frame.width()]};
    cells.push_back(ask(one).front());
  }
  return cells;
}

}  // namespace dabiao::engine
