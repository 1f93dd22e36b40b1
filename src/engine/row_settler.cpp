#include "dabiao/engine/row_settler.hpp"

#include <algorithm>
#include <cmath>

#include "dabiao/exact/nearest.hpp"

namespace dabiao::engine {

using ir::Node;
using ir::NodeId;
using ir::Operation;
using value::Reason;

RowSettler::RowSettler(const RowProgram& rows, const ir::Program& program,
                       function::Context context)
    : rows_(rows), program_(program) {
  for (const RowLeaf& leaf : rows.leaves) {
    unknowns_.ranges.push_back(leaf.where_missing());
    unknowns_.whole.push_back(leaf.whole);
  }
  entry_of_.assign(rows.cone.empty() ? 0 : rows.cone.back() + 1, 0);
  entries_.resize(rows.cone.size());
  for (std::size_t i = 0; i < rows.cone.size(); ++i) {
    entry_of_[rows.cone[i]] = static_cast<std::uint32_t>(i);
  }
  for (std::size_t leaf = 0; leaf < rows.leaves.size(); ++leaf) {
    const NodeId node = rows.leaves[leaf].node;
    if (std::binary_search(rows.cone.begin(), rows.cone.end(), node)) {
      entry(node).leaf = static_cast<std::int64_t>(leaf);
    }
  }
  for (const NodeId id : rows.cone) {
    if (entry(id).leaf >= 0 || program.at(id).operation != Operation::call) continue;
    entry(id).call = static_cast<std::int64_t>(calls_.size());
    calls_.emplace_back(program.at(id), context, unknowns_);
  }
}

RowSettler::Entry& RowSettler::entry(NodeId node) {
  return entries_[entry_of_[node]];
}

void RowSettler::begin(std::span<const RowGiven> leaves) {
  ++row_;
  given_.assign(leaves.begin(), leaves.end());
  out_of_range_.reset();
}

Cell RowSettler::leaf_cell(std::size_t index) {
  const RowLeaf& leaf = rows_.leaves[index];
  const RowGiven& given = given_[index];
  Reason reason = given.reason;
  Cell cell;
  if (reason == Reason::not_reported && leaf.assumed) {
    cell.value = *Rational::from_double_shortest(*leaf.assumed) * leaf.scale;
    return cell;
  }
  cell.expected = 1;
  if (reason == Reason::known && given.exact == nullptr && !std::isfinite(given.value)) {
    reason = Reason::not_finite;
  }
  if (reason == Reason::known) {
    if (given.exact != nullptr) {
      cell.value = *given.exact;
    } else {
      cell.value = *leaf.number_of(given.value);
      if (leaf.scale != Rational(1)) cell.value *= leaf.scale;
    }
    cell.reported = 1;
    if (leaf.range.contains(cell.value)) return cell;
    if (!out_of_range_) out_of_range_ = index;
    reason = Reason::out_of_range;
    cell.value = Rational();
    cell.reported = 0;
  }
  cell.reason = reason;
  if (!cell.applicable()) return cell;
  cell.range = std::make_shared<const Interval>(leaf.where_missing());
  Linear form;
  form.coefficients.emplace(static_cast<Unknown>(index), Rational(1));
  cell.form = std::make_shared<const LinearForm>(LinearForm{std::move(form)});
  return cell;
}

const Cell& RowSettler::cell(NodeId root) {
  work_.assign(1, root);
  while (!work_.empty()) {
    const NodeId id = work_.back();
    Entry& here = entry(id);
    if (here.row == row_) {
      work_.pop_back();
      continue;
    }
    const Node& node = program_.at(id);
    if (here.leaf >= 0) {
      here.cell = leaf_cell(static_cast<std::size_t>(here.leaf));
    } else if (node.operation == Operation::constant) {
      here.cell = Cell::of(node.constant);
    } else {
      bool ready = true;
      for (const NodeId argument : node.arguments) {
        if (entry(argument).row != row_) {
          work_.push_back(argument);
          ready = false;
        }
      }
      if (!ready) continue;
      if (node.operation == Operation::indicator) {
        here.cell = entry(node.arguments[0]).cell;
      } else {
        arguments_.clear();
        for (const NodeId argument : node.arguments) {
          arguments_.push_back(&entry(argument).cell);
        }
        here.cell = calls_[static_cast<std::size_t>(here.call)](arguments_);
      }
    }
    here.row = row_;
    work_.pop_back();
  }
  return entry(root).cell;
}

RowResult RowSettler::output(std::size_t index) {
  const RowOutput& output = rows_.outputs[index];
  const Cell& value = cell(output.node);
  if (output.filter != ir::no_node) {
    const Cell& concerned = cell(output.filter);
    if (!concerned.applicable() || (concerned.known() && concerned.value.is_zero())) {
      return {0, Reason::not_applicable};
    }
    // Whether it is concerned is open: then only what holds anyway is said.
    if (!concerned.known() && !(value.known() && !value.value.is_zero())) {
      return {0, concerned.reason};
    }
  }
  if (!value.known()) return {0, value.reason};
  if (output.kind == RowOutput::Kind::truth) return {value.value.is_zero() ? 0.0 : 1.0};
  Rational number = value.value;
  if (output.subtracted != ir::no_node) {
    const Cell& other = cell(output.subtracted);
    if (!other.known()) return {0, other.reason};
    number -= other.value;
    if (output.mirrored) number = -number;
  }
  number /= output.scale;
  const bool is_gap = output.subtracted != ir::no_node;
  const double nearest = is_gap ? exact::nearest_with_sign(number) : number.to_double();
  // No double is near what lies beyond them all.
  if (!std::isfinite(nearest)) return {0, Reason::exact_limit};
  return {nearest};
}

}  // namespace dabiao::engine
