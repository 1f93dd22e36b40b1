#pragma once

#include <optional>
#include <vector>

#include "explain/one_cell.hpp"

namespace dabiao::explain {

/// The values that something can be set to.
struct Choices {
  Interval range;
  std::optional<Rational> step;  // multiples of it; nothing: any integer counts (yes/no, stages)
  /// A value between two steps is taken too where it is a short decimal in this scale.
  std::optional<Rational> decimals;
  /// As many steps on each side are looked at one by one, where it is not known how a formula goes.
  int singly = 128;
};

/// Choices for a value of that type within a range.
Choices choices_of(const value::Type& type, Interval range);

/// How the condition of a cell responds to one value, all else as it is. While it lives the value
/// is forced; it must not outlive the cell.
class Response {
 public:
  Response(OneCell& one, engine::Place place);
  ~Response() { one_.evaluator.release(); }
  Response(const Response&) = delete;
  Response& operator=(const Response&) = delete;

  /// Whether the condition holds with that value.
  std::optional<bool> holds(const Rational& value);
  /// The value nearest to `from` with which the condition comes out other than with `from`; nothing
  /// where there is none.
  std::optional<Rational> turning_point(const Rational& from, const Choices& choices);
  /// Between two values of which the condition holds with one only: the first from which on it
  /// comes out as with `high`; nothing where it turns more than once.
  std::optional<Rational> turns_once(const Rational& low, const Rational& high,
                                     const Choices& choices);
  /// Whether the last search passed over no value.
  bool searched_all() const { return searched_all_; }

 private:
  /// Two sides of which it matters which one is greater; zero where there is no right one.
  struct Turn {
    ir::NodeId left, right;
    bool touches;  // it may matter at a single value that both are the same
  };
  /// Finds them where the condition reads what is set, children first.
  void find_turns();
  /// The differences of their sides; nothing where one is not known.
  std::vector<std::optional<Rational>> margins(const Rational& value);
  void set(const Rational& value);
  /// Whether the condition holds whatever the value is within a range.
  std::optional<bool> holds_throughout(const Interval& range);
  /// One by one, the nearest first; `all` becomes whether no value is farther away.
  std::optional<Rational> nearest(const Rational& from, const Choices& choices, bool before,
                                  bool& all);
  /// In strides that grow: finds the nearest one where the condition turns only once.
  std::optional<Rational> search(const Rational& from, const Choices& choices, bool upward,
                                 bool before);
  /// Whether some comparison can hold, or fail, for a few values only.
  bool may_hold_between_strides() const;
  /// Where a comparison's value passes a threshold on one side of `from`, as strides that grow see
  /// it: the first step on the other side and the one after it.
  std::vector<Rational> crossings(const Rational& from, const Choices& choices, bool upward);

  OneCell& one_;
  engine::Place place_;
  std::optional<Rational> set_;
  std::vector<Turn> turns_;
  /// Whether the condition is made of nothing but linear functions of what is set, their quotients,
  /// and turns, as far as its operations tell.
  bool piecewise_ = false;
  bool searched_all_ = true;
};

/// A known value for an evaluation to read in place of another.
engine::Cell as_reported(OneCell& one, const engine::Place& place, const Rational& value);

}  // namespace dabiao::explain
