#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "dabiao/calendar/date.hpp"
#include "dabiao/engine/linear_form.hpp"
#include "dabiao/exact/interval.hpp"
#include "dabiao/exact/rational.hpp"
#include "dabiao/value/reason.hpp"

namespace dabiao::engine {

using exact::Interval;
using exact::Rational;

/// Where the value of an input at a cell came from.
enum class Origin : std::uint8_t {
  computed,  // not an input
  own,       // the entity's own report
  parts,     // rolled up from the level below
  assumed,   // what the plan says silence means
};

/// The value of an expression at one cell, exactly: known, or missing with a reason and the range
/// of what it can be.
struct Cell {
  Rational value;  // where known, in base scale
  value::Reason reason = value::Reason::known;
  std::shared_ptr<const Interval> range;  // where missing; null: anything
  /// Where missing: the value as a quotient of linear forms in the reports that are missing.
  std::shared_ptr<const LinearForm> form;
  /// For some completion there is no value at all (a denominator can be zero).
  bool may_fail = false;
  /// For some completion a truth that went into it does not exist (what was compared has no value).
  /// Counting and logic take such a truth both ways; what is chosen by it has no value then.
  bool may_lack_truth = false;
  /// A verdict over what is missing took occurrences of the same report as independent: what it
  /// decides is true, but it may leave open what is not.
  bool loose = false;

  static constexpr std::int32_t no_day = std::numeric_limits<std::int32_t>::min();
  std::int32_t day = no_day;     // data day: the end of the latest period in it
  std::int32_t oldest = no_day;  // the earliest of the latest periods of its parts
  std::uint32_t reported = 0;    // of the reports that it needs, how many there are
  std::uint32_t expected = 0;
  Origin origin = Origin::computed;

  bool known() const { return reason == value::Reason::known; }
  bool applicable() const { return !value::is_not_applicable(reason); }
  /// What the value can be; a point where it is known.
  Interval bounds() const {
    if (known()) return Interval::point(value);
    return range ? *range : Interval::everything();
  }

  static Cell of(Rational known) {
    Cell cell;
    cell.value = std::move(known);
    return cell;
  }
  static Cell missing(value::Reason why) {
    Cell cell;
    cell.reason = why;
    return cell;
  }
  static Cell missing(value::Reason why, Interval bounds) {
    Cell cell = missing(why);
    cell.range = std::make_shared<const Interval>(std::move(bounds));
    return cell;
  }
};

/// Whether no report that is still to come gives the cell a value: what it is computed from is
/// there.
inline bool has_no_value(const Cell& cell) {
  using value::Reason;
  const bool is_there = cell.reported == cell.expected;
  return is_there &&
         (cell.reason == Reason::division_by_zero || cell.reason == Reason::outside_domain ||
          cell.reason == Reason::outside_calendar || cell.reason == Reason::no_parts);
}

/// Adds to a result what it inherits from a cell that went into it: data days, and how complete its
/// data is, which is how complete its least complete input is.
void inherit(Cell& result, const Cell& from);

/// A known value as a form, or the form that a missing one has, if any.
std::optional<LinearForm> form_of(const Cell& cell);

/// Adds a cell to a sum of forms, which ends where the cell has none.
void add_to(FormSum& total, const Cell& part);

/// The values of a node over a frame, by cell.
using Cells = std::vector<Cell>;

}  // namespace dabiao::engine
