#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "dabiao/engine/linear_form.hpp"

namespace dabiao::engine {

/// With which values of one missing report a truth holds: exactly these, whatever else is missing.
class Solutions {
 public:
  /// Those of the report's range that make a form >= 0, which speaks of no other report.
  Solutions(const Linear& form, Unknown unknown, const Unknowns& unknowns);

  Unknown unknown() const { return unknown_; }
  /// How many intervals they are.
  std::size_t size() const { return where_.size(); }
  bool is_none() const { return where_.empty(); }
  /// Whether they are all values that the report can have.
  bool is_all(const Unknowns& unknowns) const { return complement(unknowns).is_none(); }

  /// No value of the same report.
  Solutions none() const { return Solutions(unknown_); }
  Solutions complement(const Unknowns& unknowns) const;
  /// With the solutions of another truth about the same report.
  Solutions both(const Solutions& other, const Unknowns& unknowns) const;
  Solutions either(const Solutions& other, const Unknowns& unknowns) const;

  bool operator==(const Solutions&) const = default;

 private:
  explicit Solutions(Unknown unknown) : unknown_(unknown) {}
  /// Adds what is a value of the report.
  void add(const Interval& interval, const Unknowns& unknowns);

  Unknown unknown_;
  std::vector<Interval> where_;  // apart, in order; of whole numbers their ends are whole
};

/// A truth that is joined from others that hang on one report each.
struct JoinedTruth {
  bool all = true;               // whether it takes all of them, else any
  std::vector<Solutions> parts;  // by report
  bool complete = true;          // else there is more to it

  /// The report that it hangs on, and nothing else.
  const Solutions* alone() const {
    return complete && parts.size() == 1 ? &parts.front() : nullptr;
  }
  /// Takes in one more; false where it is not joined in the same way.
  bool add(const JoinedTruth& other, const Unknowns& unknowns);
  JoinedTruth opposite(const Unknowns& unknowns) const;
  /// What it is whatever the reports are.
  std::optional<bool> decided(const Unknowns& unknowns) const;

  bool operator==(const JoinedTruth&) const = default;
};

}  // namespace dabiao::engine
