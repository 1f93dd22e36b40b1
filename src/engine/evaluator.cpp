#include "dabiao/engine/evaluator.hpp"

#include <algorithm>
#include <cassert>

#include "dabiao/engine/call.hpp"

namespace dabiao::engine {

using calendar::Date;
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
    : program_(program),
      cube_(cube),
      as_of_(as_of),
      reader_(*program.plan, cube, as_of),
      related_(program, cube, as_of, frames_) {}

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

bool Evaluator::shares(const Node& node, FrameId frame) {
  const RelatedFrames::Fan& fan = related_.fan_out(frame, node.level);
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
        result.push_back({id, related_.without_sharing(frame_id)});
      } else if (frame.has_sets()) {
        const FrameId parts = related_.members(frame_id);
        result.push_back({id, parts});
        for (const NodeId weight : node.arguments) result.push_back({weight, parts});
      } else if (frame.level != own) {
        const RelatedFrames::Fan& fan =
            related_.fan_out(frame_id, related_.next_level(frame.level, own));
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
      const RelatedFrames::Fan& fan = related_.fan_out(frame_id, node.level);
      for (const NodeId argument : node.arguments) {
        result.push_back({argument, fan.frame});
        if (fan.sharing != fan.frame) result.push_back({argument, fan.sharing});
      }
      break;
    }
    case Operation::over_periods: {
      const RelatedFrames::Inside& periods = related_.inside(node.grain, frame_id, horizon);
      for (const NodeId argument : node.arguments) result.push_back({argument, periods.frame});
      break;
    }
    case Operation::rank: {
      const Frame& frame = frames_.at(frame_id);
      here(node.arguments[0]);
      if (frame.has_sets() || program_.plan->levels[frame.level].parent == model::none) break;
      result.push_back({node.arguments[0], related_.siblings(frame_id)});
      break;
    }
    case Operation::at_start:
    case Operation::at_end:
    case Operation::at_previous:
    case Operation::at_span:
    case Operation::at_ancestor:
    case Operation::at_group:
    case Operation::at_entity:
      result.push_back({node.arguments[0], related_.elsewhere(id, frame_id).frame});
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
  const RelatedFrames::Elsewhere& there = related_.elsewhere(key.node, key.frame);
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
