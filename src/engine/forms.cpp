#include "dabiao/engine/evaluator.hpp"

// Linear forms of missing values: which report each unknown is.
namespace dabiao::engine {

Unknown Evaluator::unknown(const ReportName& name, const Interval& range) {
  const auto [entry, fresh] = unknowns_.emplace(name, static_cast<Unknown>(unknown_ranges_.size()));
  if (fresh) {
    unknown_ranges_.push_back(range);
  } else if (!(unknown_ranges_[entry->second] == range)) {
    // A report that can be something else now goes by another number: whatever reads it is seen to
    // be different, and never is a range taken for another's.
    entry->second = static_cast<Unknown>(unknown_ranges_.size());
    unknown_ranges_.push_back(range);
  }
  return entry->second;
}

void Evaluator::name_unknown(Cell& cell, const ReportName& name) {
  if (cell.known() || !cell.applicable()) return;
  Linear form;
  form.coefficients.emplace(unknown(name, cell.bounds()), Rational(1));
  cell.form = std::make_shared<const LinearForm>(LinearForm{std::move(form)});
}

}  // namespace dabiao::engine
