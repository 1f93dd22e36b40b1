#include "ranking.hpp"

#include <algorithm>
#include <set>

namespace dabiao::engine {

using value::Reason;

namespace {

bool is_ranked(const Cell& cell) {
  return cell.applicable() && !has_no_value(cell);
}

}  // namespace

void Ranking::Ends::include(const Cell& cell) {
  const Interval range = cell.bounds();
  if (!cell.may_fail) lows.emplace_back(range.low, !range.reaches_low());
  highs.push_back(range.high);
}

void Ranking::Ends::sort() {
  std::sort(lows.begin(), lows.end());
  std::sort(highs.begin(), highs.end());
}

std::int64_t Ranking::Ends::surely_above(const Interval& own) const {
  // Two ends that meet are one number where both are reached.
  const Position end{own.high, false};
  const auto first = own.reaches_high() ? std::upper_bound(lows.begin(), lows.end(), end)
                                        : std::lower_bound(lows.begin(), lows.end(), end);
  return lows.end() - first;
}

std::int64_t Ranking::Ends::perhaps_above(const Interval& own) const {
  return highs.end() - std::upper_bound(highs.begin(), highs.end(), own.low);
}

Ranking::Ranking(std::span<const Cell> family) : family_(family) {
  for (const Cell& cell : family) {
    inherit(together_, cell);
    if (!is_ranked(cell)) continue;
    ranked_.include(cell);
    if (!cell.known()) open_.include(cell);
  }
  together_.may_fail = false;  // whoever has no value leaves the others their rank
  ranked_.sort();
  open_.sort();
  find_first_open();
}

void Ranking::find_first_open() {
  struct Event {
    Position position;
    std::size_t cell;
    bool opens;
  };
  std::vector<Event> events;
  for (std::size_t i = 0; i < family_.size(); ++i) {
    const Cell& cell = family_[i];
    if (cell.known() || !is_ranked(cell)) continue;
    const Interval range = cell.bounds();
    const Position low{range.low, !range.reaches_low()}, high{range.high, false};
    // Whoever may have no value is never surely above.
    events.push_back(
        {cell.may_fail ? Position(exact::Bound::negative_infinity(), false) : low, i, true});
    events.push_back({high, i, false});
  }
  std::sort(events.begin(), events.end(),
            [](const Event& a, const Event& b) { return a.position < b.position; });
  std::set<std::size_t> open;
  for (std::size_t e = 0; e < events.size();) {
    const Position& position = events[e].position;
    std::size_t end = e;
    for (; end < events.size() && events[end].position == position; ++end) {
      if (events[end].opens) open.insert(events[end].cell);
    }
    for (; e < end; ++e) {
      if (!events[e].opens) open.erase(events[e].cell);
    }
    first_open_.emplace_back(position, open.empty() ? family_.size() : *open.begin());
  }
}

Ranking::Above Ranking::above(std::size_t member, const Interval& own) const {
  Above found{ranked_.surely_above(own), ranked_.perhaps_above(own), open_.perhaps_above(own)};
  found.open -= open_.surely_above(own);
  // The member itself was among them.
  if (!is_ranked(family_[member])) return found;
  Ends itself;
  itself.include(family_[member]);
  found.surely -= itself.surely_above(own);
  found.perhaps -= itself.perhaps_above(own);
  if (!family_[member].known()) {
    found.open -= itself.perhaps_above(own) - itself.surely_above(own);
  }
  return found;
}

Reason Ranking::reason_at(const Rational& value) const {
  const Position here{value, false};
  const auto after = std::upper_bound(
      first_open_.begin(), first_open_.end(), here,
      [](const Position& position, const auto& each) { return position < each.first; });
  if (after == first_open_.begin()) return Reason::known;
  const std::size_t cell = std::prev(after)->second;
  return cell < family_.size() ? family_[cell].reason : Reason::known;
}

}  // namespace dabiao::engine
