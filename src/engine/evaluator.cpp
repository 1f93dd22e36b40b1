#include "dabiao/engine/evaluator.hpp"

#include <algorithm>
#include <cassert>

#include "dabiao/calendar/period.hpp"
#include "dabiao/engine/call.hpp"

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
  Frame sharing = parts;
  fan.sharing = fan.frame = frames_.intern(std::move(parts));
  if (frame.has_sets()) return fan;
  sharing.sharing = frame.sharing != model::none ? frame.sharing : frame.level;
  const auto lacks_some = [&](EntityIndex entity) {
    const EntityIndex whole = cube_.entities.ancestor(frame.level, entity, sharing.sharing);
    for (LevelId level = 0; level < cube_.entities.level_count(); ++level) {
      if (level == lower || !program_.plan->is_at_or_above(lower, level)) continue;
      if (cube_.entities.unplaced(sharing.sharing, whole, lower, level) > 0) return true;
    }
    return false;
  };
  if (std::any_of(frame.entities.begin(), frame.entities.end(), lacks_some)) {
    fan.sharing = frames_.intern(std::move(sharing));
  }
  return fan;
}

bool Evaluator::shares(const Node& node, FrameId frame) {
  const Fan& fan = fan_out(frame, node.level);
  if (fan.sharing == fan.frame) return false;
  const auto differs = [](const Cell& a, const Cell& b) {
    return a.known() != b.known() || a.bounds() != b.bounds();
  };
  return std::any_of(node.arguments.begin(), node.arguments.end(), [&](NodeId argument) {
    const Cells& alone = evaluate(argument, fan.frame);
    const Cells& shared = evaluate(argument, fan.sharing);
    return !std::equal(alone.begin(), alone.end(), shared.begin(), std::not_fn(differs));
  });
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
  inner.sharing = frame.sharing;
  Inside& result = known->second;
  result.offsets.push_back(0);
  for (const FrameSpan& span : frame.spans) {
    for (FrameSpan& period : periods(node, span, key.horizon)) inner.spans.push_back(period);
    result.offsets.push_back(static_cast<std::uint32_t>(inner.spans.size()));
  }
  result.frame = frames_.intern(std::move(inner));
  return result;
}

FrameId Evaluator::without_sharing(FrameId id) {
  Frame frame = frames_.at(id);
  frame.sharing = model::none;
  return frames_.intern(std::move(frame));
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
  siblings.sharing = frame.sharing;
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
      there.sharing = frame.sharing;
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
      if (frame.sharing != model::none) {
        result.push_back({id, without_sharing(frame_id)});
      } else if (frame.has_sets()) {
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
      for (const NodeId argument : node.arguments) {
        result.push_back({argument, fan.frame});
        if (fan.sharing != fan.frame) result.push_back({argument, fan.sharing});
      }
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
