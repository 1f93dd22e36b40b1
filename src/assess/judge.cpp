#include "judge.hpp"

#include <algorithm>
#include <cstdint>

#include "path.hpp"

namespace dabiao::assessment {

using calendar::Date;
using ir::Comparator;
using value::Reason;

namespace {

std::optional<Rational> known(const engine::Cell& cell) {
  if (!cell.known()) return std::nullopt;
  return cell.value;
}

/// How far a comparison is exceeded or missed, in base scale.
std::optional<Rational> gap_of(Comparator comparator, const Rational& value,
                               const Rational& threshold, const std::optional<Rational>& upper,
                               bool holds) {
  switch (comparator) {
    case Comparator::at_least:
    case Comparator::more_than:
      return value - threshold;
    case Comparator::at_most:
    case Comparator::less_than:
      return threshold - value;
    case Comparator::within:
      return std::min(value - threshold, *upper - value);
    case Comparator::equal:
      return -(value - threshold).abs();
    case Comparator::not_equal:
      return (value - threshold).abs();
    case Comparator::holds:
    case Comparator::holds_not:
      return Rational(holds ? 0 : -1);
  }
  return std::nullopt;
}

/// How much of the threshold is reached, 0 to 1.
Rational attained_by(const ir::Comparison& comparison, const Rational& value,
                     const Rational& threshold, const std::optional<Rational>& upper, bool holds) {
  if (holds) return 1;
  if (!comparison.numeric) return 0;
  const auto share = [](const Rational& a, const Rational& b) {
    return a.sign() > 0 && b.sign() > 0 ? std::clamp(a / b, Rational(0), Rational(1)) : Rational(0);
  };
  switch (comparison.comparator) {
    case Comparator::at_least:
    case Comparator::more_than:
      return share(value, threshold);
    case Comparator::at_most:
    case Comparator::less_than:
      return share(threshold, value);
    case Comparator::equal:
      return value < threshold ? share(value, threshold) : share(threshold, value);
    case Comparator::within:
      return value < threshold ? share(value, threshold) : share(*upper, value);
    default:
      return 0;
  }
}

ComparisonResult judge_comparison(const ir::Program& program, model::TargetId id,
                                  std::uint32_t number, Date as_of, const Cell& cell,
                                  const Evidence& evidence, std::size_t index) {
  const model::Plan& plan = *program.plan;
  const model::Target& declared = plan.targets[id];
  const ir::Target& target = program.targets[id];
  const ir::Comparison& comparison = target.comparisons[number];
  const Evidence::Comparison& found = evidence.comparisons[number];
  const bool due = as_of >= *cell.due;

  ComparisonResult result;
  result.comparison = number;
  const engine::Cell& value = (*found.value)[index];
  const engine::Cell* threshold = found.threshold ? &(*found.threshold)[index] : nullptr;
  const engine::Cell* upper = found.upper ? &(*found.upper)[index] : nullptr;
  const engine::Cell& holds = (*found.truth)[index];
  result.type = ir::shown_type(program, comparison);
  result.value = known(value);
  result.bounds = value.bounds();
  if (threshold != nullptr) {
    result.threshold = known(*threshold);
  } else {
    result.threshold = Rational(1);
  }
  if (upper != nullptr) result.upper = known(*upper);
  result.holds = truth(holds);
  result.reason = value.reason;
  if (threshold != nullptr) result.reason = value::combine(result.reason, threshold->reason);
  if (value.day != engine::Cell::no_day) result.data_day = Date(value.day);
  if (result.value && result.threshold && (upper == nullptr || result.upper) && result.holds) {
    result.gap = gap_of(comparison.comparator, *result.value, *result.threshold, result.upper,
                        *result.holds);
    result.attained =
        attained_by(comparison, *result.value, *result.threshold, result.upper, *result.holds);
  }

  // The path, its progress and its projection.
  const bool has_path = comparison.numeric && found.start != nullptr &&
                        comparison.comparator != Comparator::not_equal && result.threshold &&
                        (upper == nullptr || result.upper);
  std::optional<Path> path;
  // A value that has not come yet is judged by what it would be today.
  const Date day = result.data_day.value_or(std::min(as_of, *cell.due));
  if (has_path) {
    path.emplace();
    path->comparator = comparison.comparator;
    path->contains_flow = program.at(comparison.value).reads_flow;
    path->threshold = *result.threshold;
    path->upper = result.upper;
    path->due = *cell.due;
    if (path->contains_flow) {
      path->start = Rational(0);
      path->first_day = cell.span.first;
      if (!cell.span.first) path->start.reset();
    } else {
      path->start = known((*found.start)[index]);
      path->first_day = plan.window && plan.window->first ? plan.window->first : cell.span.first;
      if (!path->first_day) path->start.reset();
    }
    path->has_milestones = !target.milestones.empty();
    for (const auto& [milestone_due, cells] : evidence.milestones) {
      if (milestone_due <= day && (*cells)[index].known()) path->milestone = (*cells)[index].value;
    }
    result.start = path->start;
    if (result.value) {
      result.expected = path->expected(day, result.value);
      result.projected = path->projected(day, *result.value);
      result.projected_date = path->projected_date(day, *result.value);
      result.progress = path->progress(*result.value, result.holds.value_or(false));
    } else {
      result.expected = path->expected(day, std::nullopt);
    }
  }

  if (!holds.applicable()) {
    result.status = Status::not_applicable;
    return result;
  }
  if (due) {
    result.status = !result.holds   ? Status::undecided
                    : *result.holds ? Status::met
                                    : Status::missed;
    return result;
  }
  if (cell.span.first && *cell.span.first > as_of) {
    result.status = Status::pending;
    return result;
  }
  if (truth((*found.in_any_future)[index]) == false) {
    result.status = Status::missed;
    return result;
  }
  if (result.holds == true && truth((*found.whatever_flows)[index]) == true) {
    result.status = Status::met;
    return result;
  }
  const bool waiting = !value.known() && value::is_waited_for(value.reason);
  const bool path_applies =
      path && (declared.when.kind == syntax::When::Kind::by ||
               declared.when.kind == syntax::When::Kind::in || !target.milestones.empty());
  if (!path_applies) {
    if (!result.holds) {
      result.status =
          waiting || value::is_waited_for(holds.reason) ? Status::pending : Status::undecided;
    } else {
      result.status = *result.holds ? Status::on_track : Status::pending;
    }
    return result;
  }
  const Rational expected = *result.expected;
  const Path::Aim aim = path->aim(result.value);
  // Inside a range there is nothing left to go; on its other side the way leads back.
  const bool bounded =
      comparison.comparator == Comparator::within || comparison.comparator == Comparator::equal;
  const Rational far = aim.upward ? result.upper.value_or(*result.threshold) : *result.threshold;
  const auto between = [&](const Interval& reached) -> std::optional<bool> {
    const auto in_order = [&](const Interval& first, const Interval& second) {
      return aim.upward ? exact::less_equal(first, second) : exact::less_equal(second, first);
    };
    const auto there = in_order(Interval::point(expected), reached);
    const std::optional<bool> short_of_far =
        bounded ? in_order(reached, Interval::point(far)) : std::optional(true);
    if (there == false || short_of_far == false) return false;
    return there && short_of_far ? std::optional(true) : std::nullopt;
  };
  const bool inside = bounded && result.holds == true;
  const auto on_track =
      inside ? std::optional(true)
             : between(result.value ? Interval::point(*result.value) : result.bounds);
  result.status = on_track  ? *on_track ? Status::on_track : Status::behind
                  : waiting ? Status::pending
                            : Status::undecided;
  return result;
}

Status status_of(const ir::Target& target, const std::vector<ComparisonResult>& comparisons,
                 std::uint32_t* binding) {
  std::vector<std::pair<Status, std::uint32_t>> done;
  const auto attained = [&](std::uint32_t comparison) {
    return comparisons[comparison].attained.value_or(Rational(0));
  };
  for (const ir::Clause& clause : target.clauses) {
    if (clause.kind == ir::Clause::Kind::comparison) {
      done.emplace_back(comparisons[clause.comparison].status, clause.comparison);
      continue;
    }
    const bool all = clause.kind == ir::Clause::Kind::all;
    std::pair<Status, std::uint32_t> result = done[clause.parts.front()];
    for (const std::uint32_t part : clause.parts) {
      const auto& next = done[part];
      // `and` takes the worst and `or` the best; what does not apply gives way to what does.
      const bool applies = next.first != Status::not_applicable;
      const bool held = result.first != Status::not_applicable;
      const bool better = all ? next.first < result.first : next.first > result.first;
      const bool closer =
          next.first == result.first && (all ? attained(next.second) < attained(result.second)
                                             : attained(next.second) > attained(result.second));
      if (applies && (!held || better || closer)) result = next;
    }
    done.push_back(result);
  }
  *binding = done.back().second;
  return done.back().first;
}

std::optional<Rational> attained_of(const ir::Target& target,
                                    const std::vector<ComparisonResult>& comparisons) {
  std::vector<std::optional<Rational>> done;
  for (const ir::Clause& clause : target.clauses) {
    if (clause.kind == ir::Clause::Kind::comparison) {
      done.push_back(comparisons[clause.comparison].attained);
      continue;
    }
    const bool all = clause.kind == ir::Clause::Kind::all;
    std::optional<Rational> result = done[clause.parts.front()];
    bool known_throughout = true;
    for (const std::uint32_t part : clause.parts) {
      const auto& next = done[part];
      if (!next) {
        known_throughout = false;
        continue;
      }
      if (!result || (all ? *next < *result : *next > *result)) result = next;
    }
    // One part at nothing decides "and", one in full decides "or".
    if (!known_throughout && result && *result != Rational(all ? 0 : 1)) result.reset();
    done.push_back(result);
  }
  return done.back();
}

}  // namespace

void judge(const ir::Program& program, model::TargetId id, Date as_of, const Evidence& evidence,
           std::size_t index, Cell& cell) {
  const ir::Target& target = program.targets[id];
  const engine::Cell& condition = (*evidence.condition)[index];
  const bool due = as_of >= *cell.due;
  cell.reported = condition.reported;
  cell.expected = condition.expected;
  cell.reason = condition.reason;
  cell.tight = !condition.loose;
  cell.may_lack_truth = condition.may_lack_truth;
  for (std::uint32_t i = 0; i < target.comparisons.size(); ++i) {
    cell.comparisons.push_back(judge_comparison(program, id, i, as_of, cell, evidence, index));
  }
  cell.attained = attained_of(target, cell.comparisons);

  if (evidence.filter != nullptr) {
    const engine::Cell& filter = (*evidence.filter)[index];
    if (!filter.applicable() || truth(filter) == false) {
      cell.status = Status::not_applicable;
      cell.reason = Reason::not_applicable;
      return;
    }
    if (!filter.known()) {
      cell.may_not_apply = true;
      cell.may_lack_truth |= filter.may_lack_truth;
      cell.tight &= !filter.loose;
      cell.reason = filter.reason;
    }
  }
  const bool begun = !cell.span.first || *cell.span.first <= as_of;
  cell.status = status_of(target, cell.comparisons, &cell.binding);
  if (!condition.applicable()) {
    cell.status = Status::not_applicable;
    return;
  }
  if (due) {
    const auto holds = truth(condition);
    cell.status = !holds ? Status::undecided : *holds ? Status::met : Status::missed;
  } else if (!begun) {
    cell.status = Status::pending;
  } else {
    // The whole condition may be settled where no part of it is.
    const auto future = truth((*evidence.condition_in_any_future)[index]);
    const auto whatever = truth((*evidence.condition_whatever_flows)[index]);
    if (future == false) {
      cell.status = Status::missed;
    } else if (truth(condition) == true && whatever == true) {
      cell.status = Status::met;
    }
  }
  if (cell.may_not_apply && cell.status != Status::met) {
    cell.status = due || truth(condition) == true ? Status::undecided : cell.status;
    if (cell.status == Status::missed || cell.status == Status::behind) {
      cell.status = Status::undecided;
    }
  }
  if (cell.status == Status::met || cell.status == Status::missed) {
    cell.whatever = cell.reported < cell.expected;
    cell.tight = true;
    if (!cell.may_not_apply) cell.reason = Reason::known;
  }
}

}  // namespace dabiao::assessment
