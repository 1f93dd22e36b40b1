#include <algorithm>
#include <map>
#include <set>

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

Interval Evaluator::unplaced(LevelId upper, EntityIndex entity, LevelId between,
                             LevelId lower) const {
  const data::EntityRegister& entities = cube_.entities;
  const std::int64_t members = entities.unplaced(upper, entity, between, lower);
  if (!entities.counted(upper, entity, lower)) {
    for (LevelId level = entities.parent_level(lower); level != between && level != model::none;
         level = entities.parent_level(level)) {
      if (entities.unplaced(upper, entity, between, level) > 0) return Interval::at_least(members);
    }
  }
  return Interval::point(members);
}

Interval Evaluator::perhaps_more(const Frame& frame, std::size_t column, LevelId lower) const {
  if (frame.sharing == model::none || lower == frame.level ||
      !program_.plan->is_at_or_above(frame.level, lower)) {
    return Interval::point(0);
  }
  const EntityIndex whole =
      cube_.entities.ancestor(frame.level, frame.entities[column], frame.sharing);
  return exact::hull(Interval::point(0), unplaced(frame.sharing, whole, frame.level, lower));
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
  const auto of_call = [&] {
    std::vector<Interval> arguments;
    for (const NodeId argument : node.arguments) {
      arguments.push_back(part_range(program_.at(argument), where, depth + 1));
    }
    return node.function->bounds(
        arguments, {program_.plan->holidays ? &*program_.plan->holidays : nullptr, as_of_});
  };
  switch (node.type.kind) {
    case value::Type::Kind::yesno: {
      // Of a comparison of what may not exist nothing follows.
      if (node.operation != Operation::call || depth >= deepest_range) return {0, 1};
      const std::string_view name = node.function->info.name;
      const bool decides = node.function->info.family == "comparison" || name == "and" ||
                           name == "or" || name == "not";
      return decides && !part_may_fail(node, where, depth) ? of_call() : Interval{0, 1};
    }
    case value::Type::Kind::stage: {
      const auto& scale = program_.plan->scales[node.type.scale];
      return {0, static_cast<std::int64_t>(scale.stages.size()) - 1};
    }
    case value::Type::Kind::date:
      return Interval::everything();
    case value::Type::Kind::number:
      if (node.operation == Operation::input) return range_of_input(node.index, where);
      if (node.operation == Operation::constant) return Interval::point(node.constant);
      if (node.operation == Operation::call && depth < deepest_range) return of_call();
      return Interval::everything();
  }
  return Interval::everything();
}

bool Evaluator::part_may_fail(const Node& given, const Stranger& where, int depth) const {
  const Node* at = &given;
  while (at->operation == Operation::indicator) at = &program_.at(at->arguments[0]);
  if (at->operation == Operation::input) {
    // It may have no members, and then only some have a value.
    const model::Input& input = program_.plan->inputs[at->index];
    return where.level != input.level && input.over_parts != model::RollUp::sum &&
           input.over_parts != model::RollUp::any && input.over_parts != model::RollUp::all;
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
  bool own_reports = false;    // some part's value is its own report
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
      own_reports |= subject->origin != Origin::parts;
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

/// What an aggregate is if there are `more` parts beside those that it was taken over, which may be
/// none; `one` says what each of them can be.
Cell with_more(const function::Aggregate& aggregate, Cell cell, const Cell& one,
               const Interval& more) {
  const Interval range = one.bounds();
  const std::string_view name = aggregate.info.name;
  const Interval among = cell.bounds();
  Interval bounds = exact::hull(among, range);
  if (name == "sum") bounds = among + range * more;
  if (name == "count") bounds = among + range * more;
  if (name == "any") bounds = exact::hull(among, exact::max(among, range));
  if (name == "all" || name == "min") bounds = exact::hull(among, exact::min(among, range));
  if (name == "max") bounds = exact::hull(among, exact::max(among, range));
  // One yes decides "any" and one no decides "all", whatever the others are.
  const bool truth = name == "any" || name == "all";
  if (truth && cell.known() && bounds.is_point()) return cell;
  if (cell.known()) cell.reason = Reason::partial;
  cell.may_fail |= one.may_fail;
  cell.may_lack_truth |= one.may_lack_truth;
  ++cell.expected;
  cell.form = nullptr;
  cell.range = std::make_shared<const Interval>(std::move(bounds));
  return cell;
}

/// Whether a formula reads the same input in two places.
bool reads_twice(const ir::Program& program, NodeId formula) {
  std::vector<NodeId> work{formula};
  std::set<model::InputId> read;
  while (!work.empty()) {
    const Node& node = program.at(work.back());
    work.pop_back();
    if (node.operation == Operation::input && !read.insert(node.index).second) return true;
    if (node.operation == Operation::input) continue;
    work.insert(work.end(), node.arguments.begin(), node.arguments.end());
  }
  return false;
}

/// Whether what an aggregate is taken over reads the places of parts among others.
bool ranks(const ir::Program& program, const Node& aggregate) {
  std::vector<NodeId> work(aggregate.arguments.begin(), aggregate.arguments.end());
  while (!work.empty()) {
    const Node& node = program.at(work.back());
    work.pop_back();
    if (node.operation == Operation::rank) return true;
    work.insert(work.end(), node.arguments.begin(), node.arguments.end());
  }
  return false;
}

}  // namespace

Cells Evaluator::compute_over_parts(const Node& node, const Key& key, const Wanted& wanted) {
  const RelatedFrames::Fan& fan = related_.fan_out(key.frame, node.level);
  const Frame& frame = frames_.at(key.frame);
  const std::size_t plain = node.arguments.size() - (node.filtered ? 1 : 0);
  // A group within the level: only its members count.
  const auto is_member = [&](EntityIndex entity) {
    if (node.group == model::none) return true;
    const std::vector<EntityIndex>& group = cube_.entities.group(node.group);
    return std::binary_search(group.begin(), group.end(), entity);
  };
  const auto over = [&](FrameId parts_frame, std::size_t span, std::size_t column) {
    const Frame& parts = frames_.at(parts_frame);
    const Cells* x = plain > 0 ? &result(node.arguments[0], parts_frame, key.horizon) : nullptr;
    const Cells* filter =
        node.filtered ? &result(node.arguments.back(), parts_frame, key.horizon) : nullptr;
    const std::size_t row = span * parts.width();
    Members members;
    for (std::uint32_t i = fan.offsets[column]; i < fan.offsets[column + 1]; ++i) {
      if (!is_member(parts.entities[i])) continue;
      if (!is_part(*this, program_, node, parts.entities[i], frame.spans[span])) continue;
      members.include(x != nullptr ? &(*x)[row + i] : nullptr,
                      filter != nullptr ? &(*filter)[row + i] : nullptr, nullptr);
    }
    std::int64_t unnamed = 0;
    Interval more = Interval::point(0);
    if (!frame.has_sets() && node.group == model::none) {
      const EntityIndex entity = frame.entities[column];
      unnamed = cube_.entities.unnamed(frame.level, entity, node.level);
      more = cube_.entities.countless(frame.level, entity, node.level)
                 ? Interval::at_least(0)
                 : perhaps_more(frame, column, node.level);
    }
    const bool has_more = more != Interval::point(0);
    // One of these: a bare count has them all.
    Cell one =
        Cell::missing(Reason::not_reported, node.filtered ? Interval{0, 1} : Interval::point(1));
    if ((unnamed > 0 || has_more) && plain > 0) {
      const Node& of_each = program_.at(node.arguments[0]);
      const Stranger stranger{node.level, &frame.spans[span]};
      one.range = std::make_shared<const Interval>(part_range(of_each, stranger));
      // A comparison of what does not exist is a truth that does not.
      (of_each.type.is_yesno() ? one.may_lack_truth : one.may_fail) =
          part_may_fail(of_each, stranger);
      one.loose = reads_twice(program_, node.arguments[0]);
      inherit(members.standing, one);
    }
    Whole whole;
    whole.parts = static_cast<std::int64_t>(members.parts.size()) + unnamed;
    whole.own_reports = members.own_reports;
    // Members that nobody named are members all the same: a bare count knows them.
    if (x == nullptr && filter == nullptr && unnamed > 0) {
      whole.cell = members.reduce(*node.aggregate, 0, false, one.bounds());
      if (whole.cell.known()) whole.cell.value += Rational(unnamed);
    } else {
      whole.cell = members.reduce(*node.aggregate, unnamed, filter != nullptr, one.bounds());
    }
    if (has_more) {
      whole.cell = with_more(*node.aggregate, std::move(whole.cell), one, more);
    }
    return whole;
  };
  Cells cells;
  cells.reserve(wanted.size());
  for (std::size_t n = 0; n < wanted.size(); ++n) {
    const std::size_t span = wanted[n] / frame.width();
    const std::size_t column = wanted[n] % frame.width();
    Whole alone = over(fan.frame, span, column);
    if (fan.sharing != fan.frame) {
      const Cell shared = over(fan.sharing, span, column).cell;
      share(alone, shared, node, key, wanted[n]);
    }
    cells.push_back(std::move(alone.cell));
  }
  return cells;
}

void Evaluator::share(Whole& alone, const Cell& shared, const Node& node, const Key& key,
                      std::size_t index) const {
  const Frame& frame = frames_.at(key.frame);
  if (shared.known() || !shared.applicable() || frame.sharing != model::none) {
    alone.cell = shared;
    return;
  }
  const EntityIndex entity = frame.entities[index % frame.width()];
  std::int64_t more = 0;
  for (const data::CountAt& each : cube_.entities.unplaced_below(frame.level, entity, node.level)) {
    more += each.count;
  }
  const std::string_view name = node.aggregate->info.name;
  const bool all_parts = !node.filtered && node.group == model::none;
  const std::uint32_t reported = alone.cell.reported, expected = alone.cell.expected;
  Interval range = shared.bounds();
  bool loose = shared.loose;
  if (name == "sum" && all_parts) {
    // Wherever they belong, they add the same to the sum of an input that has no other report.
    const Node* at = &program_.at(node.arguments[0]);
    while (at->operation == Operation::indicator) at = &program_.at(at->arguments[0]);
    if (at->operation == Operation::input && key.horizon == Horizon::now &&
        program_.plan->inputs[at->index].over_parts == model::RollUp::sum && !alone.own_reports) {
      const LevelId lower = program_.plan->inputs[at->index].level;
      const FrameSpan& span = frame.spans[index / frame.width()];
      range = alone.cell.bounds() + range_of_input(at->index, {lower, &span}) *
                                        unplaced(frame.level, entity, node.level, lower);
      loose = alone.cell.loose;
    }
  } else if (!ranks(program_, node) && (name == "count" || (name == "share" && all_parts))) {
    // Each of them belongs to one part: a truth that it changes changes the count by one.
    const Rational most(more, name == "share" ? std::max<std::int64_t>(alone.parts, 1) : 1);
    if (const auto near = exact::intersect(range, alone.cell.bounds() + Interval{-most, most})) {
      range = *near;
    }
  }
  alone.cell = shared;
  alone.cell.loose = loose;
  alone.cell.reported = reported;
  alone.cell.expected = expected + static_cast<std::uint32_t>(more);
  alone.cell.range = std::make_shared<const Interval>(std::move(range));
}

Cells Evaluator::compute_over_periods(const Node& node, const Key& key, const Wanted& wanted) {
  const RelatedFrames::Inside& periods = related_.inside(node.grain, key.frame, key.horizon);
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
  const FrameId families = related_.siblings(key.frame);
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
