#include "dabiao/engine/solutions.hpp"

#include <algorithm>
#include <utility>

namespace dabiao::engine {

Solutions::Solutions(const Linear& form, Unknown unknown, const Unknowns& unknowns)
    : unknown_(unknown) {
  if (const auto part = not_below_zero(form)) add(*part, unknowns);
}

void Solutions::add(const Interval& interval, const Unknowns& unknowns) {
  std::optional<Interval> part = exact::intersect(interval, unknowns.ranges[unknown_]);
  if (part && unknowns.whole[unknown_]) part = exact::integers_in(*part);
  if (part) where_.push_back(*std::move(part));
}

Solutions Solutions::complement(const Unknowns& unknowns) const {
  Solutions rest(unknown_);
  Interval gap = Interval::everything();
  const auto add_gap = [&](const Interval& each) {
    if (!each.is_empty()) rest.add(each, unknowns);
  };
  for (const Interval& each : where_) {
    if (each.low.is_finite()) {
      add_gap({gap.low, each.low, gap.low_open, !each.low_open});
    }
    gap.low = each.high;
    gap.low_open = !each.high_open;
  }
  // Beyond one that has no end there is nothing.
  if (where_.empty() || where_.back().high.is_finite()) add_gap(gap);
  return rest;
}

Solutions Solutions::both(const Solutions& other, const Unknowns& unknowns) const {
  Solutions common(unknown_);
  for (const Interval& mine : where_) {
    for (const Interval& theirs : other.where_) {
      if (const auto part = exact::intersect(mine, theirs)) common.add(*part, unknowns);
    }
  }
  return common;
}

Solutions Solutions::either(const Solutions& other, const Unknowns& unknowns) const {
  return complement(unknowns).both(other.complement(unknowns), unknowns).complement(unknowns);
}

bool JoinedTruth::add(const JoinedTruth& other, const Unknowns& unknowns) {
  if (other.all != all && other.alone() == nullptr) return false;
  for (const Solutions& part : other.parts) {
    const auto same = std::find_if(parts.begin(), parts.end(), [&](const Solutions& each) {
      return each.unknown() == part.unknown();
    });
    if (same == parts.end()) {
      parts.push_back(part);
    } else {
      *same = all ? same->both(part, unknowns) : same->either(part, unknowns);
    }
  }
  complete = complete && other.complete;
  // Long chains are not followed further than people write them.
  constexpr std::size_t most_parts = 16, most_intervals = 64;
  const auto is_long = [](const Solutions& each) { return each.size() > most_intervals; };
  if (parts.size() > most_parts || std::any_of(parts.begin(), parts.end(), is_long)) {
    parts.clear();
    complete = false;
  }
  return true;
}

JoinedTruth JoinedTruth::opposite(const Unknowns& unknowns) const {
  JoinedTruth result{!all, {}, complete};
  for (const Solutions& part : parts) result.parts.push_back(part.complement(unknowns));
  return result;
}

std::optional<bool> JoinedTruth::decided(const Unknowns& unknowns) const {
  const bool alike = alone() != nullptr;
  for (const Solutions& part : parts) {
    if ((all || alike) && part.is_none()) return false;
    if ((!all || alike) && part.is_all(unknowns)) return true;
  }
  return std::nullopt;
}

}  // namespace dabiao::engine
