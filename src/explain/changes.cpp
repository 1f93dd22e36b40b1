#include "explain/changes.hpp"

#include <algorithm>
#include <set>

#include "explain/formula_tree.hpp"
#include "explain/turning_point.hpp"

namespace dabiao::explain {

using engine::Frame;
using engine::FrameId;
using ir::NodeId;
using ir::Operation;

namespace {

/// More would not be read.
constexpr std::size_t most_changes = 24;

/// A node at the cell's own entity that can be changed.
struct Lever {
  NodeId node;
  FrameId frame;  // of one cell
};

/// What the condition reads at the cell's own entity, in its own span or in periods of it: inputs,
/// and aggregates that ask something of each part.
std::vector<Lever> levers(OneCell& one) {
  std::vector<Lever> found, work{{one.target().condition, one.frame}};
  std::set<std::pair<NodeId, FrameId>> seen;
  while (!work.empty() && found.size() < most_changes) {
    const Lever next = work.back();
    work.pop_back();
    if (!seen.insert({next.node, next.frame}).second) continue;
    const ir::Node& node = one.program().at(next.node);
    const auto read = [&](FrameId frame) {
      for (auto argument = node.arguments.rbegin(); argument != node.arguments.rend(); ++argument) {
        work.push_back({*argument, frame});
      }
    };
    const auto asks_of_each = [&] {
      return !node.arguments.empty() &&
             (node.aggregate->info.name == "count" || node.aggregate->info.name == "share" ||
              node.aggregate->info.name == "any" || node.aggregate->info.name == "all");
    };
    switch (node.operation) {
      case Operation::input:
        found.push_back(next);
        break;
      case Operation::call:
      case Operation::indicator:
      case Operation::rank:
        read(next.frame);
        break;
      case Operation::at_end:
        read(one.evaluator.demands(next.node, next.frame).front().frame);
        break;
      case Operation::over_parts:
        if (asks_of_each()) found.push_back(next);
        break;
      case Operation::over_periods: {
        if (asks_of_each()) found.push_back(next);
        if (node.arguments.empty()) break;
        const FrameId inside = one.evaluator.demands(next.node, next.frame).front().frame;
        const Frame periods = one.evaluator.frames().at(inside);
        for (std::size_t i = periods.size(); i-- > 0;) read(one.single(periods, i));
        break;
      }
      default:
        break;
    }
  }
  return found;
}

Interval range_of_total(const model::Input& input, const Frame& at) {
  if (!input.type.is_number()) return input.range;
  const bool whole =
      (at.has_sets() || at.level != input.level) && input.over_parts == model::RollUp::sum;
  const bool many = input.over_periods == model::RollUp::sum;
  if (!whole && !many) return input.range;
  // A sum can pass what each of its parts cannot.
  return input.range.low >= exact::Bound(0) ? Interval::at_least(0) : Interval::everything();
}

engine::Place place_of(NodeId node, const Frame& at) {
  return {node, at.level, at.entities, at.spans.front().span};
}

Change change_of_input(OneCell& one, const Lever& lever, const engine::Cell& cell) {
  const ir::Node& node = one.program().at(lever.node);
  const model::Input& input = one.plan().inputs[node.index];
  const Frame at = one.evaluator.frames().at(lever.frame);
  Change change;
  change.name = input.name;
  if (input.label != input.name) change.label = input.label;
  change.at = one.location(at, 0);
  change.from = one.quantity(node.type, cell);
  Interval range = range_of_total(input, at);
  if (input.type.is_yesno()) range = {0, 1};
  if (input.type.is_stage()) {
    const auto& scale = one.plan().scales[input.type.scale];
    range = {0, static_cast<std::int64_t>(scale.stages.size()) - 1};
  }
  const Choices choices = choices_of(input.type, std::move(range));
  change.step = choices.step;
  Response response(one, place_of(lever.node, at));
  change.to = response.turning_point(cell.value, choices);
  change.searched_all = response.searched_all();
  return change;
}

std::optional<Change> change_of_members(OneCell& one, const Lever& lever,
                                        const engine::Cell& cell) {
  const ir::Node& node = one.program().at(lever.node);
  const Parts parts = FormulaTree(one).members(lever.node, lever.frame);
  if (parts.count == 0) return std::nullopt;
  const Frame at = one.evaluator.frames().at(lever.frame);
  const std::string_view name = node.aggregate->info.name;
  const Rational one_more = name == "share" ? Rational(1, parts.count) : Rational(1);
  Change change;
  change.kind = Change::Kind::members;
  change.name = one.text(node.arguments.front());
  change.of = parts.of;
  change.at = one.location(at, 0);
  change.from = one.quantity(node.type, cell);
  Choices choices;
  choices.range = {Rational(0), name == "count" ? Rational(parts.count) : Rational(1)};
  choices.step = one_more;
  change.step = one_more;
  Response response(one, place_of(lever.node, at));
  change.to = response.turning_point(cell.value, choices);
  change.searched_all = response.searched_all();
  if (!change.to) return change;
  const auto yes = static_cast<std::int64_t>(parts.yes);
  if (name == "any") {
    change.members = change.to->is_zero() ? -yes : 1;
  } else if (name == "all") {
    change.members = change.to->is_zero() ? -1 : static_cast<std::int64_t>(parts.count) - yes;
  } else {
    change.members = ((*change.to - cell.value) / one_more).round().to_int64().value_or(0);
  }
  return change;
}

}  // namespace

std::vector<Change> smallest_changes(OneCell& one) {
  std::vector<Change> changes;
  if (!one.cell.due || !one.holds()) return changes;
  for (const Lever& lever : levers(one)) {
    const engine::Cell cell = one.at(lever.node, lever.frame);
    if (!cell.known()) continue;
    if (one.program().at(lever.node).operation == Operation::input) {
      changes.push_back(change_of_input(one, lever, cell));
    } else if (auto change = change_of_members(one, lever, cell)) {
      changes.push_back(std::move(*change));
    }
  }
  return changes;
}

}  // namespace dabiao::explain
