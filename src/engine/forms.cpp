#include "dabiao/engine/evaluator.hpp"

// Linear forms of missing values: which report each unknown is.
namespace dabiao::engine {

Unknown Evaluator::unknown(const ReportName& name, const Interval& range, bool whole) {
  const auto next = static_cast<Unknown>(unknown_.ranges.size());
  const auto [entry, fresh] = unknowns_.emplace(name, next);
  const bool same =
      !fresh && unknown_.ranges[entry->second] == range && unknown_.whole[entry->second] == whole;
  if (same) return entry->second;
  // A report that can be something else now goes by another number: whatever reads it is seen to
  // be different, and never is a range taken for another's.
  entry->second = next;
  unknown_.ranges.push_back(range);
  unknown_.whole.push_back(whole);
  return next;
}

void Evaluator::name_unknown(Cell& cell, const ReportName& name, bool whole) {
  if (cell.known() || !cell.applicable()) return;
  Linear form;
  form.coefficients.emplace(unknown(name, cell.bounds(), whole), Rational(1));
  cell.form = std::make_shared<const LinearForm>(LinearForm{std::move(form)});
}

}  // namespace dabiao::engine
