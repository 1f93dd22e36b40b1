#include "explain/missing_reports.hpp"

#include <algorithm>
#include <set>

#include "explain/turning_point.hpp"

namespace dabiao::explain {

using engine::Cells;
using engine::Frame;
using engine::FrameId;
using ir::NodeId;
using ir::Operation;

namespace {

/// Beyond so many nobody reads a list; they are then said to exist.
constexpr std::size_t most_found = 1'000;

struct Found {
  engine::Place place;  // no entities: members that are not named
  engine::Cell cell;
  MissingReport report;
};

/// Follows what is missing from a node down to the reports.
class Search {
 public:
  explicit Search(OneCell& one) : one_(one) {}

  void walk(NodeId node, FrameId frame);
  std::vector<Found>& found() { return found_; }
  bool overflowed() const { return overflowed_; }

 private:
  struct Work {
    NodeId node;
    FrameId frame;
  };
  void add(NodeId node, FrameId frame);
  void step(const Work& work);
  void step_input(NodeId node, FrameId frame);
  void step_members(const ir::Node& node, FrameId frame, bool over_parts);
  void record(NodeId node, FrameId frame, std::size_t column);
  void record_unnamed(NodeId node, std::string_view what, model::LevelId level, const Frame& frame);
  void record_strangers(NodeId node, std::string_view what, model::LevelId level,
                        const Frame& frame, std::int64_t count);
  /// The entities of a frame of one span for which `keep` holds; nothing where none does.
  template <class Keep>
  std::optional<FrameId> narrowed(FrameId frame, Keep keep);
  /// The same frame, a span at a time.
  std::vector<FrameId> by_span(FrameId frame);

  OneCell& one_;
  std::vector<Work> work_;
  std::set<std::pair<NodeId, FrameId>> seen_;
  std::vector<Found> found_;
  bool overflowed_ = false;
};

template <class Keep>
std::optional<FrameId> Search::narrowed(FrameId id, Keep keep) {
  const Frame& frame = one_.evaluator.frames().at(id);
  if (frame.has_sets()) {
    // Sets stand alone here.
    return frame.width() > 0 && keep(0) ? std::optional(id) : std::nullopt;
  }
  Frame kept;
  kept.level = frame.level;
  kept.spans = frame.spans;
  for (std::size_t column = 0; column < frame.width(); ++column) {
    if (keep(column)) kept.entities.push_back(frame.entities[column]);
  }
  if (kept.entities.empty()) return std::nullopt;
  return one_.evaluator.frames().intern(std::move(kept));
}

std::vector<FrameId> Search::by_span(FrameId id) {
  const Frame& frame = one_.evaluator.frames().at(id);
  if (frame.spans.size() == 1) return {id};
  std::vector<FrameId> result;
  for (const engine::FrameSpan& span : frame.spans) {
    Frame single = frame;
    single.spans = {span};
    result.push_back(one_.evaluator.frames().intern(std::move(single)));
  }
  return result;
}

void Search::add(NodeId node, FrameId frame) {
  for (const FrameId single : by_span(frame)) {
    const Cells& cells = one_.evaluator.evaluate(node, single);
    const auto left = narrowed(single, [&](std::size_t column) {
      return !cells[column].known() && cells[column].applicable();
    });
    if (left && seen_.insert({node, *left}).second) work_.push_back({node, *left});
  }
}

void Search::walk(NodeId node, FrameId frame) {
  if (node == ir::no_node) return;
  add(node, frame);
  while (!work_.empty() && !overflowed_) {
    const Work work = work_.back();
    work_.pop_back();
    step(work);
  }
}

void Search::step(const Work& work) {
  const ir::Node& node = one_.program().at(work.node);
  switch (node.operation) {
    case Operation::constant:
    case Operation::table:
    case Operation::due:
      break;
    case Operation::input:
      step_input(work.node, work.frame);
      break;
    case Operation::call:
      if (node.function->info.name == "if") {
        add(node.arguments[0], work.frame);
        const Cells& condition = one_.evaluator.evaluate(node.arguments[0], work.frame);
        for (const bool branch : {true, false}) {
          const auto taken = narrowed(work.frame, [&](std::size_t column) {
            const engine::Cell& cell = condition[column];
            return !cell.known() || cell.value.is_zero() != branch;
          });
          if (taken) add(node.arguments[branch ? 1 : 2], *taken);
        }
        break;
      }
      [[fallthrough]];
    case Operation::indicator:
    case Operation::complete:
      // Work is taken from the back; what is read first should be named first.
      for (auto argument = node.arguments.rbegin(); argument != node.arguments.rend(); ++argument) {
        add(*argument, work.frame);
      }
      break;
    case Operation::over_parts:
      step_members(node, work.frame, true);
      break;
    case Operation::over_periods:
      step_members(node, work.frame, false);
      break;
    case Operation::rank:
      add(node.arguments[0], work.frame);
      break;
    case Operation::target_met:
    case Operation::target_attained: {
      const Frame frame = one_.evaluator.frames().at(work.frame);
      if (frame.has_sets()) break;
      for (const data::EntityIndex entity : frame.entities) {
        const assessment::Cell* cell =
            one_.targets.find(node.index, frame.level, entity, frame.spans.front().span);
        if (cell == nullptr || !cell->due) continue;
        add(one_.program().targets[node.index].condition, one_.frame_of(*cell));
      }
      break;
    }
    default:
      add(node.arguments[0], one_.evaluator.demands(work.node, work.frame).front().frame);
  }
}

void Search::step_members(const ir::Node& node, FrameId id, bool over_parts) {
  const Frame whole = one_.evaluator.frames().at(id);
  const bool has_value = node.arguments.size() > (node.filtered ? 1u : 0u);
  const FrameId members =
      over_parts ? one_.evaluator.related().fan_out(id, node.level).frame
      : node.arguments.empty()
          ? id
          : one_.evaluator.demands(static_cast<NodeId>(&node - one_.program().nodes.data()), id)
                .front()
                .frame;
  if (node.arguments.empty()) return;
  for (const FrameId single : by_span(members)) {
    const Cells* filter =
        node.filtered ? &one_.evaluator.evaluate(node.arguments.back(), single) : nullptr;
    const auto included = narrowed(single, [&](std::size_t column) {
      if (filter != nullptr) {
        const engine::Cell& cell = (*filter)[column];
        if (!cell.applicable() || (cell.known() && cell.value.is_zero())) return false;
      }
      if (node.group == model::none) return true;
      const auto& group = one_.cube().entities.group(node.group);
      return std::binary_search(group.begin(), group.end(),
                                one_.evaluator.frames().at(single).entities[column]);
    });
    if (!included) continue;
    if (node.filtered) add(node.arguments.back(), *included);
    if (has_value) add(node.arguments[0], *included);
  }
  if (over_parts && node.group == model::none && !whole.has_sets()) {
    record_unnamed(ir::no_node, one_.text(node.arguments[0]), node.level, whole);
    // Nor below which of its parts some are, where what is asked of these goes by them.
    if (one_.evaluator.shares(node, id)) {
      for (const data::EntityIndex entity : whole.entities) {
        for (const data::CountAt& each :
             one_.cube().entities.unplaced_below(whole.level, entity, node.level)) {
          record_strangers(ir::no_node, one_.text(node.arguments[0]), each.level, whole,
                           each.count);
        }
      }
    }
    // Nor is it known how many are below members of a level in between.
    const auto& levels = one_.plan().levels;
    for (model::LevelId level = levels[node.level].parent;
         level != whole.level && level != model::none; level = levels[level].parent) {
      for (const data::EntityIndex entity : whole.entities) {
        if (!one_.cube().entities.countless(whole.level, entity, node.level)) continue;
        record_strangers(ir::no_node, one_.text(node.arguments[0]), level, whole,
                         one_.cube().entities.unnamed(whole.level, entity, level));
      }
    }
  }
}

void Search::step_input(NodeId id, FrameId frame_id) {
  const ir::Node& node = one_.program().at(id);
  const model::Input& input = one_.plan().inputs[node.index];
  const Cells& cells = one_.evaluator.evaluate(id, frame_id);
  const Frame& frame = one_.evaluator.frames().at(frame_id);
  for (const NodeId weight : node.arguments) {
    if (frame.has_sets() || frame.level != input.level) {
      add(weight, one_.evaluator.demands(id, frame_id).front().frame);
    }
  }
  // A report of its own that does not count (too old, not readable) is what is missing.
  const auto ends_here = [&](std::size_t column) {
    return !frame.has_sets() &&
           (frame.level == input.level || cells[column].origin != engine::Origin::parts);
  };
  for (std::size_t column = 0; column < frame.width(); ++column) {
    if (ends_here(column)) record(id, frame_id, column);
  }
  const auto below = narrowed(frame_id, [&](std::size_t column) { return !ends_here(column); });
  if (!below) return;
  const engine::Demand parts = one_.evaluator.demands(id, *below).front();
  add(parts.node, parts.frame);
  if (!frame.has_sets()) {
    const model::LevelId between = one_.evaluator.frames().at(parts.frame).level;
    const Frame whole = one_.evaluator.frames().at(*below);
    record_unnamed(id, input.name, between, whole);
    // Members of its own level of which nobody knows below which part they are.
    for (const data::EntityIndex entity : whole.entities) {
      record_strangers(id, input.name, input.level, whole,
                       one_.cube().entities.unplaced(whole.level, entity, between, input.level));
    }
  }
}

void Search::record(NodeId id, FrameId frame_id, std::size_t column) {
  const Frame& frame = one_.evaluator.frames().at(frame_id);
  const ir::Node& node = one_.program().at(id);
  Found found;
  found.place = {id, frame.level, {frame.entities[column]}, frame.spans.front().span};
  const auto same = [&](const Found& other) { return other.place == found.place; };
  if (std::any_of(found_.begin(), found_.end(), same)) return;
  if (found_.size() >= most_found) {
    overflowed_ = true;
    return;
  }
  const model::Input& input = one_.plan().inputs[node.index];
  found.cell = one_.evaluator.evaluate(id, frame_id)[column];
  found.report.input = input.name;
  if (input.label != input.name) found.report.label = input.label;
  found.report.at = one_.location(frame, column);
  found.report.value = one_.quantity(node.type, found.cell);
  const engine::OwnReport own = one_.evaluator.own_report(id, frame_id, column);
  for (const calendar::Period& period : own.absent) {
    // Where the whole span is one period, it is said already.
    const calendar::Span span = calendar::Span::of(period);
    if (span != found.place.span) found.report.periods.push_back(span);
  }
  found_.push_back(std::move(found));
}

void Search::record_unnamed(NodeId node, std::string_view what, model::LevelId level,
                            const Frame& frame) {
  for (const data::EntityIndex entity : frame.entities) {
    record_strangers(node, what, level, frame,
                     one_.cube().entities.unnamed(frame.level, entity, level));
  }
}

void Search::record_strangers(NodeId node, std::string_view what, model::LevelId level,
                              const Frame& frame, std::int64_t count) {
  if (count == 0) return;
  Found found;
  found.place.node = node;
  found.report.input = what;
  found.report.at.level = one_.plan().levels[level].name;
  found.report.at.span = frame.spans.front().span;
  found.report.unnamed = static_cast<std::uint32_t>(count);
  found.report.value.reason = value::Reason::not_reported;
  found.report.value.type =
      node == ir::no_node ? value::Type::yesno() : one_.program().at(node).type;
  found.report.value.range = Interval::everything();
  found_.push_back(std::move(found));
}

/// The ends of what a missing value can be, as values that it can take. Where it goes on without
/// end, a value far out, beyond all that plans speak of.
struct Ends {
  Rational low, high;
  bool low_exists = true, high_exists = true;
};

Ends ends_of(const value::Type& type, const Interval& given) {
  const Choices choices = choices_of(type, given);
  const Interval& range = choices.range;
  const bool whole = type.is_whole();
  const Rational step = whole ? Rational(1) : type.unit.scale() * Rational(1, 1'000'000);
  const Rational far = Rational(10).pow(15) * (type.is_number() ? type.unit.scale() : 1);
  Ends ends;
  ends.low_exists = range.low.is_finite();
  ends.high_exists = range.high.is_finite();
  ends.low = ends.low_exists ? range.low.finite() : -far;
  ends.high = ends.high_exists ? range.high.finite() : far;
  if (ends.low_exists && whole) ends.low = ends.low.ceil();
  if (ends.high_exists && whole) ends.high = ends.high.floor();
  if (!range.contains(ends.low)) ends.low += step;
  if (!range.contains(ends.high)) ends.high -= step;
  return ends;
}

/// Everything that a cell reads, or, where its deadline is missing, what that reads.
void walk_cell(OneCell& one, Search& search) {
  if (one.cell.due) {
    search.walk(one.target().condition, one.frame);
    search.walk(one.target().filter, one.frame);
  } else {
    for (const NodeId date : one.target().dates) search.walk(date, one.frame);
  }
}

}  // namespace

AbsentReports absent_reports(OneCell& one) {
  Search search(one);
  walk_cell(one, search);
  AbsentReports result;
  result.more_exist = search.overflowed();
  for (Found& each : search.found()) result.reports.push_back(std::move(each.report));
  return result;
}

std::optional<Missing> missing_reports(OneCell& one) {
  Search search(one);
  walk_cell(one, search);
  std::vector<Found>& found = search.found();
  if (found.empty()) return std::nullopt;

  Missing missing;
  missing.more_exist = search.overflowed();
  missing.tight = one.cell.tight;
  const bool open = one.cell.due && !one.holds();
  // What can be anything weighs most.
  std::stable_sort(found.begin(), found.end(), [](const Found& a, const Found& b) {
    return a.report.value.range.width() > b.report.value.range.width();
  });
  for (Found& each : found) {
    if (missing.reports.size() == one.options.max_children) {
      ++missing.more;
      continue;
    }
    if (open && !each.place.entities.empty()) {
      const value::Type& type = each.report.value.type;
      const Interval range = each.cell.bounds();
      const Ends ends = ends_of(type, range);
      Response response(one, each.place);
      each.report.at_low = response.holds(ends.low);
      each.report.at_high = response.holds(ends.high);
      if (each.report.at_low && each.report.at_high &&
          *each.report.at_low != *each.report.at_high) {
        each.report.turns_at = response.turns_once(ends.low, ends.high, choices_of(type, range));
      }
    }
    missing.reports.push_back(each.report);
  }
  const bool all_named = std::all_of(
      found.begin(), found.end(), [](const Found& each) { return !each.place.entities.empty(); });
  if (open && all_named && !missing.more_exist) {
    for (const bool low : {true, false}) {
      for (const Found& each : found) {
        const Ends ends = ends_of(each.report.value.type, each.cell.bounds());
        one.evaluator.force(each.place, as_reported(one, each.place, low ? ends.low : ends.high));
      }
      (low ? missing.all_low : missing.all_high) = one.holds();
    }
    one.evaluator.release();
  }
  // One completion that holds and one that does not: there is nothing sharper to say.
  bool can_hold = missing.all_low == true || missing.all_high == true;
  bool can_fail = missing.all_low == false || missing.all_high == false;
  for (const MissingReport& each : missing.reports) {
    can_hold |= each.at_low == true || each.at_high == true;
    can_fail |= each.at_low == false || each.at_high == false;
  }
  missing.tight |= can_hold && can_fail;
  return missing;
}

}  // namespace dabiao::explain
