#include "ledger.hpp"

#include <algorithm>
#include <cmath>

#include "dabiao/engine/evaluator.hpp"
#include "facts.hpp"

namespace dabiao::assessment::ledger {

using data::EntityIndex;
using engine::FrameSpan;
using engine::Horizon;
using ir::Node;
using ir::NodeId;
using ir::Operation;
using model::Input;
using model::LevelId;
using model::RollUp;

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

}  // namespace dabiao::assessment::ledger
