#pragma once

#include <optional>

#include "dabiao/assess/assessment.hpp"
#include "dabiao/calendar/date.hpp"
#include "dabiao/ir/program.hpp"

namespace dabiao::assessment {

/// The line that a measured value should follow to its threshold.
struct Path {
  ir::Comparator comparator = ir::Comparator::at_least;
  bool contains_flow = false;
  std::optional<Rational> start;  // s0; 0 for a flow
  Rational threshold;
  std::optional<Rational> upper;            // of a range
  std::optional<calendar::Date> first_day;  // the line begins at the end of the day before
  calendar::Date due;
  std::optional<Rational> milestone;  // the last milestone due; its value
  bool has_milestones = false;

  /// Which way the value has to go from where it started, and to where.
  struct Aim {
    bool upward = true;
    Rational edge;
    bool satisfied_at_start = false;
  };
  Aim aim(const std::optional<Rational>& value) const;

  /// What the value should be at the end of a day.
  Rational expected(calendar::Date day, const std::optional<Rational>& value) const;
  /// Where the line through the value ends at the deadline; nothing at the very start.
  std::optional<Rational> projected(calendar::Date day, const Rational& value) const;
  /// When the line through the value reaches the threshold; nothing where it leads away from it.
  std::optional<calendar::Date> projected_date(calendar::Date day, const Rational& value) const;
  /// How much of the way from the start to the threshold is done, 0 to 1.
  std::optional<Rational> progress(const Rational& value, bool holds) const;

 private:
  std::int64_t elapsed(calendar::Date day) const { return day - *first_day + 1; }
  std::int64_t total() const { return due - *first_day + 1; }
};

}  // namespace dabiao::assessment
