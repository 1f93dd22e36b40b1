#include "explain/turning_point.hpp"

#include <algorithm>

namespace dabiao::explain {

using ir::NodeId;
using ir::Operation;

namespace {

/// A quotient of linear functions, (above + slope·u) / (1 + lean·u) with u = x − origin.
struct LinearFraction {
  Rational origin, above, slope, lean;

  bool passes(const Rational& x, const Rational& y) const {
    const Rational u = x - origin;
    return y * (Rational(1) + lean * u) == above + slope * u;
  }
  /// Where it is zero and where it has no value.
  void add_critical(std::vector<Rational>& found) const {
    if (!slope.is_zero()) found.push_back(origin - above / slope);
    if (!lean.is_zero()) found.push_back(origin - lean.reciprocal());
  }
};

/// The linear fraction through three points with different x; nothing where there is none.
std::optional<LinearFraction> through(const Rational (&x)[3], const Rational (&y)[3]) {
  const Rational first = (y[1] - y[0]) / (x[1] - x[0]);
  const Rational second = (y[2] - y[0]) / (x[2] - x[0]);
  LinearFraction found;
  found.origin = x[0];
  found.above = y[0];
  if (y[1] == y[2]) {
    if (first != second) return std::nullopt;  // they differ, unless all three are alike
  } else {
    found.lean = (first - second) / (y[2] - y[1]);
  }
  found.slope = first + found.lean * y[1];
  return found;
}

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

Response::Response(OneCell& one, engine::Place place) : one_(one), place_(std::move(place)) {}

void Response::set(const Rational& value) {
  if (set_ == value) return;
  set_ = value;
  one_.evaluator.force(place_, as_reported(one_, place_, value));
}

std::optional<bool> Response::holds(const Rational& value) {
  set(value);
  return one_.holds();
}

std::vector<std::optional<Rational>> Response::margins(const Rational& value) {
  set(value);
  std::vector<std::optional<Rational>> found;
  for (const ir::Comparison& comparison : one_.target().comparisons) {
    const engine::Cell measured = one_.at(comparison.value, one_.frame);
    for (const NodeId limit : {comparison.threshold, comparison.upper}) {
      if (limit == ir::no_node) continue;
      const engine::Cell threshold = one_.at(limit, one_.frame);
      found.emplace_back();
      if (measured.known() && threshold.known()) found.back() = measured.value - threshold.value;
    }
  }
  return found;
}

bool Response::depends_smoothly() const {
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
  for (const ir::Comparison& comparison : one_.target().comparisons) {
    if (comparison.threshold == ir::no_node && depends[comparison.value]) return false;
    for (const NodeId side : {comparison.value, comparison.threshold, comparison.upper}) {
      if (side != ir::no_node && depends[side] && !smooth[side]) return false;
    }
  }
  return true;
}

std::optional<std::vector<Rational>> Response::critical(const Rational& from,
                                                        const Choices& choices) {
  const Rational unit = choices.step.value_or(Rational(1));
  std::vector<Rational> points;
  for (const Rational& x :
       {from, from + unit, from + unit * Rational(7), from * Rational(2) + unit * Rational(13),
        from * Rational(10) + unit * Rational(101), from - unit, from - unit * Rational(5),
        from * Rational(1, 2) - unit * Rational(11)}) {
    if (!choices.range.contains(x)) continue;
    if (std::find(points.begin(), points.end(), x) == points.end()) points.push_back(x);
  }
  if (points.size() < 5) return std::nullopt;
  std::vector<std::vector<std::optional<Rational>>> values;
  for (const Rational& x : points) values.push_back(margins(x));
  std::vector<Rational> found;
  for (std::size_t margin = 0; margin < values.front().size(); ++margin) {
    std::vector<std::size_t> known;
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (values[i][margin]) known.push_back(i);
    }
    if (known.size() < 5) return std::nullopt;
    const auto x = [&](std::size_t i) { return points[known[i]]; };
    const auto y = [&](std::size_t i) { return *values[known[i]][margin]; };
    const auto fraction = through({x(0), x(1), x(2)}, {y(0), y(1), y(2)});
    if (!fraction) return std::nullopt;
    for (std::size_t i = 3; i < known.size(); ++i) {
      if (!fraction->passes(x(i), y(i))) return std::nullopt;
    }
    fraction->add_critical(found);
  }
  return found;
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
  const auto& comparisons = one_.target().comparisons;
  return std::any_of(comparisons.begin(), comparisons.end(), [](const ir::Comparison& each) {
    return each.comparator == ir::Comparator::equal || each.comparator == ir::Comparator::within ||
           each.comparator == ir::Comparator::not_equal;
  });
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
  if (depends_smoothly()) {
    if (const auto points = critical(from, choices)) {
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

}  // namespace dabiao::explain
