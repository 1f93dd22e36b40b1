#include <algorithm>
#include <map>

#include "dabiao/engine/evaluator.hpp"
#include "dabiao/exact/limits.hpp"
#include "parts.hpp"
#include "ranking.hpp"

// What comes of the parts of an entity, of the periods of a span, and of a place among others.
namespace dabiao::engine {

using data::EntityIndex;
using ir::Node;
using ir::NodeId;
using ir::Operation;
using model::LevelId;
using value::Reason;

namespace {

/// Adds a part of a whole: its reports count beside those of the other parts.
void gather(Cell& whole, const Cell& part) {
  const std::uint32_t reported = whole.reported + part.reported;
  const std::uint32_t expected = whole.expected + part.expected;
  inherit(whole, part);
  whole.reported = reported;
  whole.expected = expected;
}

/// Whether the cell has a value, be it one too long to be written out.
bool exists(const Cell& cell) {
  return cell.known() ||
         (cell.reason == Reason::exact_limit && !cell.may_fail && cell.reported == cell.expected);
}

}  // namespace

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

}  // namespace dabiao::engine
