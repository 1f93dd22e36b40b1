#include "ranges.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

namespace dabiao::check::detail {

using calendar::Grain;
using exact::Bound;
using exact::Interval;
using exact::Rational;
using ir::Node;
using ir::NodeId;
using ir::Operation;

std::vector<std::optional<std::int64_t>> declared_counts(const model::Plan& plan) {
  std::vector<std::optional<std::int64_t>> counts(plan.levels.size());
  for (const model::EntityDeclaration& entity : plan.entities) {
    counts[entity.level] = counts[entity.level].value_or(0) + 1;
  }
  for (const model::Given& given : plan.givens) {
    const bool of_all = given.where.levels == std::vector<model::LevelId>{0} &&
                        given.where.entities.empty() && given.where.groups.empty() &&
                        given.where.group_cells.empty();
    if (given.counted_level != model::none && of_all) {
      counts[given.counted_level] = given.value.value.to_int64();
    }
  }
  for (model::LevelId level = 0; level < plan.levels.size(); ++level) {
    if (plan.levels[level].count) counts[level] = plan.levels[level].count;
  }
  if (!counts[0]) counts[0] = 1;
  return counts;
}

std::int64_t most_periods(Grain longer, Grain shorter) {
  if (!calendar::is_finer(shorter, longer)) return 1;
  if (shorter == Grain::day) {
    switch (longer) {
      case Grain::year:
        return 366;
      case Grain::half:
        return 184;
      case Grain::quarter:
        return 92;
      default:
        return 31;
    }
  }
  const auto months = [](Grain grain) {
    return grain == Grain::year ? 12 : grain == Grain::half ? 6 : grain == Grain::quarter ? 3 : 1;
  };
  return months(longer) / months(shorter);
}

namespace {

Interval zero() {
  return Interval::point(0);
}
Interval truth() {
  return {0, 1};
}

/// From `least` to so many, or to any number.
Interval numbers(std::int64_t least, std::optional<std::int64_t> most) {
  return {least, most ? Bound(*most) : Bound::positive_infinity()};
}

/// How many periods of a grain a cell's span has at most.
std::optional<std::int64_t> periods_in(const AskedCell& cell, Grain grain) {
  if (cell.period) return most_periods(*cell.period, grain);
  if (cell.span && !cell.span->is_open()) {
    return std::max<std::int64_t>(calendar::touched_periods(*cell.span, grain).count(), 1);
  }
  return std::nullopt;
}

Interval table_range(const model::Table& table) {
  std::optional<Interval> range;
  for (const model::TableEntry& entry : table.entries) {
    const Interval value = Interval::point(entry.value.value);
    range = range ? hull(*range, value) : value;
  }
  return range.value_or(Interval::everything());
}

/// The result of an aggregate whose parts lie in `part`; `most` is how many there are at most.
Interval aggregate_range(std::string_view name, const std::optional<Interval>& part,
                         std::optional<std::int64_t> most) {
  if (name == "count") {
    if (part && part->is_point() && part->low.is_zero()) return zero();
    return numbers(0, most);
  }
  if (!part) return Interval::everything();
  if (name == "sum") return hull(zero(), *part * numbers(0, most));
  if (name == "any") return hull(zero(), *part);
  if (name == "all") return hull(Interval::point(1), *part);
  return *part;  // share, average, min, max, median lie among their parts
}

/// Whether `whole` is a sum that has `part` among its terms and nothing below zero beside it.
bool is_part_of_sum(const ir::Program& program, NodeId part, NodeId whole,
                    const std::function<const Interval&(NodeId)>& range) {
  bool found = false;
  std::vector<NodeId> terms{whole};
  while (!terms.empty()) {
    const NodeId term = terms.back();
    terms.pop_back();
    const Node& node = program.at(term);
    if (term == part && !found) {
      found = true;
      continue;
    }
    if (node.operation == Operation::call && node.function->info.name == "add") {
      terms.insert(terms.end(), node.arguments.begin(), node.arguments.end());
    } else if (range(term).low < Bound(0)) {
      return false;
    }
  }
  return found && !(range(part).low < Bound(0));
}

}  // namespace

std::size_t Ranges::number_of(const AskedCell& cell) {
  const auto found = std::find(cells_.begin(), cells_.end(), cell);
  if (found != cells_.end()) return static_cast<std::size_t>(found - cells_.begin());
  cells_.push_back(cell);
  return cells_.size() - 1;
}

const Interval& Ranges::known(NodeId node, std::size_t cell) const {
  return ranges_.at((std::uint64_t{node} << 32) | cell);
}

const Interval& Ranges::of(NodeId root, const AskedCell& asked) {
  // Where in the text a span is said does not change what values can be.
  AskedCell plain = asked;
  plain.time_place = {};
  plain.asked_by = ir::no_node;
  const std::size_t first = number_of(plain);
  std::vector<std::pair<NodeId, std::size_t>> work{{root, first}};
  while (!work.empty()) {
    const auto [id, cell] = work.back();
    const std::uint64_t key = (std::uint64_t{id} << 32) | cell;
    if (ranges_.contains(key)) {
      work.pop_back();
      continue;
    }
    const Node& node = program_.at(id);
    AskedCell there = cell_of_arguments(program_, node, cells_[cell]);
    there.time_place = {};
    there.asked_by = ir::no_node;
    const std::size_t below = number_of(there);
    bool ready = true;
    for (const NodeId argument : node.arguments) {
      if (!ranges_.contains((std::uint64_t{argument} << 32) | below)) {
        work.emplace_back(argument, below);
        ready = false;
      }
    }
    if (!ready) continue;
    work.pop_back();
    ranges_.emplace(key, compute(node, cells_[cell], below));
  }
  return known(root, first);
}

/// How many parts a cell has at a level at most.
std::optional<std::int64_t> Ranges::parts_of(const AskedCell& cell, model::LevelId lower) const {
  const model::Plan& plan = *program_.plan;
  if (cell.whole != model::none && plan.groups[cell.whole].level == lower) {
    return static_cast<std::int64_t>(plan.groups[cell.whole].members.size());
  }
  return counts_[lower];
}

Interval Ranges::input_range(const model::Input& input, const AskedCell& cell) const {
  Interval range = input.range;
  const bool accumulates =
      input.over_periods == model::RollUp::sum && input.kind == model::InputKind::flow;
  if (accumulates) {
    const auto periods = input.each ? periods_in(cell, *input.each) : std::nullopt;
    range = hull(range, range * numbers(1, periods));
    const bool parted = input.each && cell.period && calendar::is_finer(*cell.period, *input.each);
    if (parted || input.missing == model::WhenMissing::zero) range = hull(zero(), range);
  }
  const bool whole = cell.whole != model::none || cell.level != input.level;
  if (whole && input.over_parts == model::RollUp::sum) {
    range = hull(hull(range, zero()), range * numbers(0, parts_of(cell, input.level)));
  }
  return range;
}

Interval Ranges::compute(const Node& node, const AskedCell& cell, std::size_t below) const {
  const model::Plan& plan = *program_.plan;
  switch (node.operation) {
    case Operation::constant:
      return Interval::point(node.constant);
    case Operation::input:
      return input_range(plan.inputs[node.index], cell);
    case Operation::table:
      return table_range(plan.tables[node.index]);
    case Operation::call: {
      if (node.function->info.name == "known") return truth();
      std::vector<Interval> arguments;
      for (const NodeId argument : node.arguments) arguments.push_back(known(argument, below));
      Interval range = node.function->bounds(
          arguments, {plan.holidays ? &*plan.holidays : nullptr, calendar::Date()});
      if (node.function->info.name == "divide" &&
          is_part_of_sum(program_, node.arguments[0], node.arguments[1],
                         [&](NodeId id) -> const Interval& { return known(id, below); })) {
        range = intersect(range, truth()).value_or(range);
      }
      return range;
    }
    case Operation::over_parts:
    case Operation::over_periods: {
      const std::size_t plain = node.arguments.size() - (node.filtered ? 1 : 0);
      std::optional<Interval> part;
      if (plain > 0) part = known(node.arguments[0], below);
      std::optional<std::int64_t> most;
      if (node.operation == Operation::over_periods) {
        most = periods_in(cell, node.grain);
      } else if (node.group != model::none) {
        most = static_cast<std::int64_t>(plan.groups[node.group].members.size());
      } else {
        most = parts_of(cell, node.level);
      }
      return aggregate_range(node.aggregate->info.name, part, most);
    }
    case Operation::rank:
      return numbers(1, counts_[node.level]);
    case Operation::due:
      return Interval::everything();
    case Operation::target_met:
    case Operation::target_attained:
      return truth();
    default:  // the argument, elsewhere or under another name
      return known(node.arguments[0], below);
  }
}

}  // namespace dabiao::check::detail
