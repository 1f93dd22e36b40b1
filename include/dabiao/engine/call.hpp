#pragma once

#include <span>
#include <vector>

#include "dabiao/engine/cell.hpp"
#include "dabiao/function/function.hpp"
#include "dabiao/ir/program.hpp"

namespace dabiao::engine {

/// A function applied to cells, one cell of each argument at a time: the one place that says what a
/// function makes of known and missing arguments, whichever way a plan is run.
class Call {
 public:
  /// What is known of the unknowns that the forms of the arguments speak of is read at each call.
  Call(const ir::Node& node, function::Context context, const Unknowns& unknowns);

  /// The result: known, or missing with its reason, range and form.
  Cell operator()(std::span<const Cell* const> arguments);

 private:
  Cell missing(std::span<const Cell* const> arguments, Cell cell);
  void add_form(std::span<const Cell* const> arguments, Cell& cell) const;
  /// What forms tell of a comparison.
  struct ByForms {
    bool applicable = false;
    std::optional<bool> holds;  // nothing where it does for some completions only
    bool tight = true;          // or where nobody knows whether it does for some

    /// Takes over whether there is a completion for which it holds; some for which it does not are
    /// known to be there.
    void take(std::optional<bool> can_hold) {
      if (can_hold == false) holds = false;
      tight = can_hold.has_value();
    }
  };
  ByForms decide_by_forms(std::span<const Cell* const> arguments) const;

  const function::Elementwise& function_;
  function::Context context_;
  const Unknowns& unknowns_;
  bool is_known_;
  bool is_choice_;
  bool gives_truth_;
  std::vector<Rational> numbers_;
  std::vector<Interval> ranges_;
};

}  // namespace dabiao::engine
