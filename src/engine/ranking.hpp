#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "dabiao/engine/cell.hpp"

namespace dabiao::engine {

/// The cells of a family in the order of their values, sorted once for all that are ranked among
/// them. One whose value is out counts both ways; one that can have none is not ranked.
class Ranking {
 public:
  /// The cells stay where they are as long as the ranking is used.
  explicit Ranking(std::span<const Cell> family);

  /// How many of the others are above a member.
  struct Above {
    std::int64_t surely = 0;   // for every completion
    std::int64_t perhaps = 0;  // for some
    std::int64_t open = 0;     // for some only, since they have no value
  };
  Above above(std::size_t member, const Interval& own) const;

  /// Why the first of those has no value that are open where a member has this one; `known` where
  /// there is none.
  value::Reason reason_at(const Rational& value) const;

  /// Data days and completeness of all.
  const Cell& together() const { return together_; }

 private:
  /// A place on the line: a number, or just behind it.
  using Position = std::pair<exact::Bound, bool>;
  /// Ends of ranges, sorted: those that begin above a range are above it for every completion,
  /// those that end above where it begins for some.
  struct Ends {
    std::vector<Position> lows;  // of those that surely have a value
    std::vector<exact::Bound> highs;

    void include(const Cell& cell);
    void sort();
    std::int64_t surely_above(const Interval& own) const;
    std::int64_t perhaps_above(const Interval& own) const;
  };
  void find_first_open();

  std::span<const Cell> family_;
  Cell together_;
  Ends ranked_;
  Ends open_;  // of these, those without a value
  /// From each position on, which cell is the first that is open there.
  std::vector<std::pair<Position, std::size_t>> first_open_;
};

}  // namespace dabiao::engine
