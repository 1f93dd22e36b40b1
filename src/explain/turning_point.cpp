#include "explain/turning_point.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include "explain/critical_points.hpp"

namespace dabiao::explain {

using ir::NodeId;
using ir::Operation;

namespace {

/// Whether an operation of a formula takes linear fractions to linear fractions, as a rule.
bool is_smooth(const ir::Node& node) {
  switch (node.operation) {
    case Operation::constant:
    case Operation::input:
    case Operation::indicator:
    case Operation::table:
    case Operation::due:
    case Operation::target_met:
    case Operation::target_attained:
    case Operation::at_start:
    case Operation::at_end:
    case Operation::at_previous:
    case Operation::at_span:
    case Operation::at_ancestor:
    case Operation::at_group:
    case Operation::at_entity:
      return true;
    case Operation::call:
      return node.function->info.family == "arithmetic" && node.function->info.name != "abs";
    case Operation::over_parts:
    case Operation::over_periods:
      return node.aggregate->info.name == "sum" || node.aggregate->info.name == "average";
    default:
      return false;
  }
}

Rational snapped(const Rational& value, const Rational& step, bool up) {
  return (up ? (value / step).ceil() : (value / step).floor()) * step;
}

/// Values on one side of another, in strides that double, the last of the range being the last.
class Strides {
 public:
  Strides(const Rational& from, const Choices& choices, bool upward)
      : from_(from), choices_(choices), upward_(upward), near_(from) {}

  std::optional<Rational> next() {
    const Rational& step = *choices_.step;
    while (!over_ && doubling_ < most_doublings) {
      const Rational stride = step * Rational(2).pow(doubling_++);
      Rational far = snapped(upward_ ? from_ + stride : from_ - stride, step, !upward_);
      if (far == near_) continue;
      if (!choices_.range.contains(far)) {
        over_ = true;
        const exact::Bound& end = upward_ ? choices_.range.high : choices_.range.low;
        if (!end.is_finite()) return std::nullopt;
        far = snapped(end.finite(), step, !upward_);
        if (!choices_.range.contains(far)) far = upward_ ? far - step : far + step;
        if (upward_ ? far <= near_ : far >= near_) return std::nullopt;
      }
      near_ = far;
      return far;
    }
    return std::nullopt;
  }

 private:
  static constexpr int most_doublings = 60;
  Rational from_;
  const Choices& choices_;
  bool upward_;
  Rational near_;
  int doubling_ = 0;
  bool over_ = false;
};

/// The first multiple of a step from `near` on to `far` that is so, where from one on all are.
template <class Predicate>
Rational first_that(Rational near, Rational far, const Rational& step, Predicate is_so) {
  while ((far - near).abs() > step) {
    const Rational middle = snapped((far + near) / Rational(2), step, far > near);
    if (middle == far || middle == near) break;
    (is_so(middle) ? far : near) = middle;
  }
  return far;
}

}  // namespace

Choices choices_of(const value::Type& type, Interval range) {
  Choices choices;
  choices.range = std::move(range);
  switch (type.kind) {
    case value::Type::Kind::yesno:
    case value::Type::Kind::stage:
      break;
    case value::Type::Kind::date: {
      choices.step = Rational(1);
      choices.singly = 366;
      const Interval calendar{calendar::Date::earliest().days(), calendar::Date::latest().days()};
      choices.range = exact::intersect(choices.range, calendar).value_or(calendar);
      break;
    }
    case value::Type::Kind::number:
      if (units::is_counted(type.unit)) {
        choices.step = Rational(1);
      } else {
        choices.step = type.unit.scale() * Rational(1, 100);
        choices.decimals = type.unit.scale();
      }
  }
  return choices;
}

engine::Cell as_reported(OneCell& one, const engine::Place& place, const Rational& value) {
  engine::Cell cell = engine::Cell::of(value);
  cell.day = one.evaluator.seen_last({place.span, std::nullopt, false}).days();
  cell.oldest = cell.day;
  cell.reported = cell.expected = 1;
  cell.origin = engine::Origin::own;
  return cell;
}

Response::Response(OneCell& one, engine::Place place) : one_(one), place_(std::move(place)) {
  find_turns();
}

void Response::set(const Rational& value) {
  if (set_ == value) return;
  set_ = value;
  one_.evaluator.force(place_, as_reported(one_, place_, value));
}

std::optional<bool> Response::holds(const Rational& value) {
  set(value);
  return one_.holds();
}

std::optional<bool> Response::holds_throughout(const Interval& range) {
  set_.reset();
  one_.evaluator.force(place_, engine::Cell::missing(value::Reason::not_reported, range));
  return one_.holds();
}

std::vector<std::optional<Rational>> Response::margins(const Rational& value) {
  set(value);
  std::vector<std::optional<Rational>> found;
  for (const Turn& turn : turns_) {
    const engine::Cell left = one_.at(turn.left, one_.frame);
    found.emplace_back();
    if (!left.known()) continue;
    if (turn.right == ir::no_node) {
      found.back() = left.value;
    } else if (const engine::Cell right = one_.at(turn.right, one_.frame); right.known()) {
      found.back() = left.value - right.value;
    }
  }
  return found;
}

void Response::find_turns() {
  // Which nodes read the one that is set; children stand before their parents.
  const ir::Program& program = one_.program();
  std::vector<bool> depends(program.nodes.size(), false), smooth(program.nodes.size(), true);
  depends[place_.node] = true;
  for (NodeId id = place_.node + 1; id < program.nodes.size(); ++id) {
    for (const NodeId argument : program.at(id).arguments) {
      if (!depends[argument]) continue;
      depends[id] = true;
      if (!smooth[argument] || !is_smooth(program.at(id))) smooth[id] = false;
    }
  }
  // What the condition reads at the cell itself.
  std::set<NodeId> here;
  std::vector<NodeId> work{one_.target().condition};
  while (!work.empty()) {
    const NodeId id = work.back();
    work.pop_back();
    if (!depends[id] || !here.insert(id).second) continue;
    const ir::Node& node = program.at(id);
    if (node.operation != Operation::call && node.operation != Operation::indicator) continue;
    work.insert(work.end(), node.arguments.begin(), node.arguments.end());
  }
  piecewise_ = program.at(place_.node).type.is_number() || program.at(place_.node).type.is_date();
  for (const NodeId id : here) {
    const ir::Node& node = program.at(id);
    if (node.operation != Operation::call) {
      if (!smooth[id] && node.operation != Operation::indicator) piecewise_ = false;
      continue;
    }
    const std::string_view name = node.function->info.name, family = node.function->info.family;
    if (name == "abs") {
      turns_.push_back({node.arguments[0], ir::no_node, false});
    } else if (family == "comparison") {
      const bool touches = name == "equal" || name == "not_equal" || name == "within";
      for (std::size_t i = 1; i < node.arguments.size(); ++i) {
        turns_.push_back({node.arguments[0], node.arguments[i], touches});
      }
    } else if (name == "min" || name == "max" || name == "clamp") {
      for (std::size_t i = 0; i < node.arguments.size(); ++i) {
        for (std::size_t k = 0; k < i; ++k) {
          turns_.push_back({node.arguments[i], node.arguments[k], false});
        }
      }
    } else if (family != "arithmetic" && (family != "logic" || name == "known")) {
      piecewise_ = false;
    }
  }
}

std::optional<Rational> Response::nearest(const Rational& from, const Choices& choices, bool before,
                                          bool& all) {
  const Rational& step = *choices.step;
  bool above = true, below = true;  // whether there are values left on that side
  for (int distance = 1; distance <= choices.singly && (above || below); ++distance) {
    const Rational way = step * Rational(distance);
    std::vector<Rational> two;
    const Rational up = snapped(from + way, step, false), down = snapped(from - way, step, true);
    above = above && choices.range.contains(up);
    below = below && choices.range.contains(down);
    if (above && up > from) two.push_back(up);
    if (below && down < from) two.push_back(down);
    if (two.size() == 2 && from - down < up - from) std::swap(two[0], two[1]);
    for (const Rational& x : two) {
      if (holds(x) == !before) return x;
    }
  }
  all = !above && !below;
  return std::nullopt;
}

std::optional<Rational> Response::search(const Rational& from, const Choices& choices, bool upward,
                                         bool before) {
  const auto turned = [&](const Rational& value) { return holds(value) == !before; };
  Strides strides(from, choices, upward);
  Rational near = from;
  while (const std::optional<Rational> far = strides.next()) {
    if (turned(*far)) return first_that(near, *far, *choices.step, turned);
    near = *far;
  }
  return std::nullopt;
}

bool Response::may_hold_between_strides() const {
  return std::any_of(turns_.begin(), turns_.end(), [](const Turn& each) { return each.touches; });
}

std::vector<Rational> Response::crossings(const Rational& from, const Choices& choices,
                                          bool upward) {
  std::vector<Rational> found;
  Strides strides(from, choices, upward);
  Rational near = from;
  std::vector<std::optional<Rational>> at_near = margins(from);
  while (const std::optional<Rational> far = strides.next()) {
    std::vector<std::optional<Rational>> at_far = margins(*far);
    for (std::size_t i = 0; i < at_far.size(); ++i) {
      if (!at_near[i] || !at_far[i] || at_near[i]->sign() == at_far[i]->sign()) continue;
      const int sign = at_near[i]->sign();
      const Rational beyond = first_that(near, *far, *choices.step, [&](const Rational& value) {
        const std::optional<Rational> margin = margins(value)[i];
        return !margin || margin->sign() != sign;
      });
      found.push_back(beyond);
      found.push_back(upward ? beyond + *choices.step : beyond - *choices.step);
    }
    near = *far;
    at_near = std::move(at_far);
  }
  return found;
}

std::optional<Rational> Response::turning_point(const Rational& from, const Choices& choices) {
  searched_all_ = true;
  const std::optional<bool> before = holds(from);
  if (!before) return std::nullopt;
  const auto nearer = [&](const Rational& a, const Rational& b) {
    const Rational first = (a - from).abs(), second = (b - from).abs();
    return first == second ? a > b : first < second;
  };
  if (!choices.step) {
    // Yes/no and stages: all of them.
    std::vector<Rational> all;
    if (!choices.range.low.is_finite() || !choices.range.high.is_finite()) return std::nullopt;
    for (Rational x = choices.range.low.finite(); choices.range.contains(x); x += Rational(1)) {
      if (x != from) all.push_back(x);
    }
    std::sort(all.begin(), all.end(), nearer);
    for (const Rational& x : all) {
      if (holds(x) == !*before) return x;
    }
    return std::nullopt;
  }
  const Rational& step = *choices.step;
  if (piecewise_) {
    const auto points = critical_points([&](const Rational& x) { return margins(x); },
                                        turns_.size(), choices.range, from, step);
    if (points) {
      std::vector<Rational> candidates;
      for (const Rational& point : *points) {
        const Rational low = snapped(point, step, false), high = snapped(point, step, true);
        for (const Rational& x : {low - step, low, high, high + step}) candidates.push_back(x);
        if (choices.decimals && (point / *choices.decimals).to_finite_decimal(4)) {
          candidates.push_back(point);
        }
      }
      std::sort(candidates.begin(), candidates.end(), nearer);
      for (const Rational& x : candidates) {
        if (x != from && choices.range.contains(x) && holds(x) == !*before) return x;
      }
      return std::nullopt;
    }
  }
  bool all = false;
  if (const auto found = nearest(from, choices, *before, all)) return found;
  if (all) return std::nullopt;
  searched_all_ = false;
  std::optional<Rational> best;
  const auto consider = [&](const Rational& x) {
    if (!best || nearer(x, *best)) best = x;
  };
  for (const bool upward : {true, false}) {
    if (const auto found = search(from, choices, upward, *before)) consider(*found);
    if (!may_hold_between_strides()) continue;
    for (const Rational& x : crossings(from, choices, upward)) {
      if (choices.range.contains(x) && holds(x) == !*before) consider(x);
    }
  }
  return best;
}

std::optional<Rational> Response::turns_once(const Rational& low, const Rational& high,
                                             const Choices& choices) {
  const std::optional<Rational> last = turning_point(high, choices);
  if (!last) return std::nullopt;
  bool searched_all = searched_all_;
  // What turns once comes out as with `low` up to there, and no further.
  const std::optional<Rational> first = turning_point(low, choices);
  searched_all = searched_all && searched_all_;
  const Rational step = choices.step.value_or(Rational(1));
  if (!first || *first <= *last || *first - *last > step) return std::nullopt;
  if (searched_all) return first;
  const std::optional<bool> above = holds(high);
  Interval up = choices.range, down = choices.range;
  up.low = *first;
  down.high = *last;
  up.low_open = down.high_open = false;
  const bool proved = holds_throughout(up) == above && holds_throughout(down) == !*above;
  return proved ? first : std::nullopt;
}

}  // namespace dabiao::explain
