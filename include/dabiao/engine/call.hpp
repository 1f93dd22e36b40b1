#pragma once

#include <span>
#include <vector>

#include "dabiao/engine/cell.hpp"
#include "dabiao/function/function.hpp"

namespace dabiao::engine {

/// A function applied to cells, one cell of each argument at a time: the one place that says what a
/// function makes of known and missing arguments, whichever way a plan is run.
class Call {
 public:
  /// The ranges of the unknowns that the forms of the arguments speak of are read at each call.
  Call(const function::Elementwise& function, function::Context context,
       const std::vector<Interval>& unknown_ranges);

  /// The result: known, or missing with its reason, range and form.
  Cell operator()(std::span<const Cell* const> arguments);

 private:
  Cell missing(std::span<const Cell* const> arguments, Cell cell);
  void add_form(std::span<const Cell* const> arguments, Cell& cell) const;
  std::optional<bool> decide_by_forms(std::span<const Cell* const> arguments,
                                      bool& applicable) const;

  const function::Elementwise& function_;
  function::Context context_;
  const std::vector<Interval>& unknown_ranges_;
  bool is_known_;
  bool is_choice_;
  std::vector<Rational> numbers_;
  std::vector<Interval> ranges_;
};

}  // namespace dabiao::engine
