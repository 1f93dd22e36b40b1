#include <algorithm>
#include <cassert>

#include "dabiao/engine/evaluator.hpp"

// Keeping results up to date. Every key (node, frame, horizon) knows which keys read it, and which
// of its cells a cell of theirs is made from follows from what the node does. A change marks the
// cells of the input that it is a report of; marked cells are evaluated again, those of what is
// read before those of what reads it, and only a cell that comes out different marks others.
namespace dabiao::engine {

using data::EntityIndex;
using ir::Node;
using ir::NodeId;
using ir::Operation;
using model::LevelId;

namespace {

template <class Pointer>
bool same_content(const Pointer& a, const Pointer& b) {
  return a == b || (a && b && *a == *b);
}

bool same(const Cell& a, const Cell& b) {
  return a.reason == b.reason && a.value == b.value && a.may_fail == b.may_fail &&
         a.may_lack_truth == b.may_lack_truth && a.loose == b.loose && a.day == b.day &&
         a.oldest == b.oldest && a.reported == b.reported && a.expected == b.expected &&
         a.origin == b.origin && same_content(a.range, b.range) && same_content(a.form, b.form);
}

/// Where a number stands among ascending beginnings: the run that it lies in.
std::size_t run_of(const std::vector<std::uint32_t>& begins, std::size_t number) {
  return static_cast<std::size_t>(std::upper_bound(begins.begin(), begins.end(), number) -
                                  begins.begin()) -
         1;
}

}  // namespace

void Evaluator::keep_up(CellObserver& observer) {
  assert(results_.empty() && "who reads what is noted while it is evaluated");
  observer_ = &observer;
  keys_of_inputs_.resize(program_.plan->inputs.size());
  keys_of_targets_.resize(program_.targets.size());
}

void Evaluator::observe(NodeId node, FrameId frame, Horizon horizon, std::uint32_t about) {
  read_by({node, frame, horizon}, {{}, -1, about});
}

void Evaluator::read_by(const Key& read, const Reader& reader) {
  std::vector<Reader>& readers = kept_[read].readers;
  // What reads the same twice does so at once; a single cell may come back to it later.
  const bool known = reader.cell >= 0
                         ? std::find(readers.begin(), readers.end(), reader) != readers.end()
                         : !readers.empty() && readers.back() == reader;
  if (!known) readers.push_back(reader);
}

const std::unordered_map<EntityIndex, std::uint32_t>& Evaluator::columns_of(FrameId id) {
  const auto [known, fresh] = columns_.try_emplace(id);
  if (fresh) {
    const Frame& frame = frames_.at(id);
    for (std::uint32_t column = 0; column < frame.entities.size(); ++column) {
      known->second.emplace(frame.entities[column], column);
    }
  }
  return known->second;
}

void Evaluator::mark(const Key& key, std::uint32_t cell) {
  Kept& kept = kept_.at(key);
  if (kept.dirty.empty()) dirty_.emplace(kept.rank, key);
  kept.dirty.push_back(cell);
}

void Evaluator::mark_entity(const Key& key, EntityIndex entity) {
  const auto& columns = columns_of(key.frame);
  const auto column = columns.find(entity);
  if (column == columns.end()) return;
  const Frame& frame = frames_.at(key.frame);
  for (std::size_t span = 0; span < frame.spans.size(); ++span) {
    mark(key, static_cast<std::uint32_t>(span * frame.width()) + column->second);
  }
}

void Evaluator::changed(model::InputId input, LevelId level, EntityIndex entity) {
  const std::vector<model::Input>& inputs = program_.plan->inputs;
  for (model::InputId id = 0; id < inputs.size(); ++id) {
    // The mean of an input's reports over time is weighted by reports of another one.
    if (id != input && inputs[id].weight_over_periods != input) continue;
    for (const Key& key : keys_of_inputs_[id]) {
      const Frame& frame = frames_.at(key.frame);
      if (!frame.has_sets() && frame.level == level) mark_entity(key, entity);
    }
  }
}

void Evaluator::changed_target(model::TargetId target, LevelId level, EntityIndex entity) {
  for (const Key& key : keys_of_targets_[target]) {
    const Frame& frame = frames_.at(key.frame);
    if (!frame.has_sets() && frame.level == level) mark_entity(key, entity);
  }
}

void Evaluator::update() {
  while (!dirty_.empty()) {
    const Key key = dirty_.begin()->second;
    dirty_.erase(dirty_.begin());
    std::vector<std::uint32_t> cells;
    cells.swap(kept_.at(key).dirty);
    std::sort(cells.begin(), cells.end());
    cells.erase(std::unique(cells.begin(), cells.end()), cells.end());
    Cells fresh = compute(key, Wanted(cells));
    evaluated_cells_ += cells.size();
    Cells& held = *results_.at(key);
    std::vector<std::uint32_t> different;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (same(held[cells[i]], fresh[i])) continue;
      held[cells[i]] = std::move(fresh[i]);
      different.push_back(cells[i]);
    }
    if (!different.empty()) mark_readers(key, different);
  }
  reconciliations_.clear();
}

void Evaluator::mark_readers(const Key& key, const std::vector<std::uint32_t>& cells) {
  // What an observer does may add readers.
  const std::vector<Reader> readers = kept_.at(key).readers;
  for (const Reader& reader : readers) {
    if (reader.about >= 0) {
      observer_->cells_changed(static_cast<std::uint32_t>(reader.about), cells);
    } else if (reader.cell >= 0) {
      mark(reader.key, static_cast<std::uint32_t>(reader.cell));
    } else {
      for (const std::uint32_t cell : cells) {
        cells_reading(reader.key, key, cell,
                      [&](std::size_t own) { mark(reader.key, static_cast<std::uint32_t>(own)); });
      }
    }
  }
}

/// Calls mark(i) for every cell i of a key that is made from that cell of a key that it reads.
template <class Mark>
void Evaluator::cells_reading(const Key& reader, const Key& read, std::uint32_t cell, Mark mark) {
  const Node& node = program_.at(reader.node);
  const Frame& frame = frames_.at(reader.frame);
  const std::size_t width = frame.width();
  const std::size_t width_read = frames_.at(read.frame).width();
  const std::size_t span = cell / width_read;
  const std::size_t column = cell % width_read;
  const auto part_of = [&](const std::vector<std::uint32_t>& offsets) {
    mark(span * width + run_of(offsets, column));
  };
  switch (node.operation) {
    case Operation::input:
      // What comes is made from what is, and what is shared comes beside it.
      if (read.frame == reader.frame || frame.sharing != model::none) {
        mark(cell);
      } else if (frame.has_sets()) {
        part_of(frame.sets);
      } else {
        part_of(
            related_
                .fan_out(reader.frame,
                         related_.next_level(frame.level, program_.plan->inputs[node.index].level))
                .offsets);
      }
      break;
    case Operation::over_parts:
      part_of(related_.fan_out(reader.frame, node.level).offsets);
      break;
    case Operation::complete:
      if (read.frame == reader.frame) {
        mark(cell);
      } else {
        part_of(related_.fan_out(reader.frame, node.level).offsets);
      }
      break;
    case Operation::over_periods:
      mark(run_of(related_.inside(node.grain, reader.frame, reader.horizon).offsets, span) * width +
           column);
      break;
    case Operation::rank: {
      const LevelId above = program_.plan->levels[frame.level].parent;
      if (frame.has_sets() || above == model::none ||
          read.frame != related_.siblings(reader.frame)) {
        mark(cell);
        break;
      }
      // Whoever moves may change the rank of all that have the same parent.
      const EntityIndex moved = frames_.at(read.frame).entities[column];
      const data::EntityRun family = cube_.entities.descendants(
          above, cube_.entities.ancestor(frame.level, moved, above), frame.level);
      const auto& columns = columns_of(reader.frame);
      for (EntityIndex entity = family.first; entity < family.last; ++entity) {
        const auto own = columns.find(entity);
        if (own != columns.end()) mark(span * width + own->second);
      }
      break;
    }
    case Operation::at_start:
    case Operation::at_end:
    case Operation::at_previous:
    case Operation::at_span:
    case Operation::at_ancestor:
    case Operation::at_group:
    case Operation::at_entity: {
      auto& readers = read_elsewhere_[(std::uint64_t{reader.node} << 32) | reader.frame];
      if (readers.empty()) {
        readers.resize(results_.at(read)->size());
        const RelatedFrames::Elsewhere& there = related_.elsewhere(reader.node, reader.frame);
        for (std::size_t own = 0; own < there.cells.size(); ++own) {
          if (there.cells[own] < 0) continue;
          readers[static_cast<std::size_t>(there.cells[own])].push_back(
              static_cast<std::uint32_t>(own));
        }
      }
      for (const std::uint32_t own : readers[cell]) mark(own);
      break;
    }
    default:
      mark(cell);
  }
}

}  // namespace dabiao::engine
