#include "dabiao/check/figure_table.hpp"

#include <utility>

#include "allocations.hpp"
#include "dabiao/syntax/print.hpp"
#include "figure_words.hpp"

namespace dabiao::check {

using detail::AllocatedSum;
using detail::AllocatedTotal;
using detail::amount;
using detail::Words;
using exact::Rational;

namespace {

FigureWords shown(Words words) {
  return {std::move(words.english), std::move(words.chinese)};
}

void add_citations(FigureRow& row, const std::vector<model::Citation>& cite) {
  for (const model::Citation& each : cite) {
    if (row.clause.empty()) row.clause = each.clause;
    row.anchors.push_back(each.anchor);
  }
}

Rational scale_of(const value::Type& type) {
  return type.is_number() ? type.unit.scale() : Rational(1);
}

FigureRow row_of(const model::Plan& plan, const StatedFigure& figure) {
  const model::Stated& stated = plan.stated[figure.index];
  const Rational scale = scale_of(figure.type);
  FigureRow row;
  row.kind = FigureRow::Kind::stated;
  row.figure = syntax::print(*plan.ast, stated.figure);
  row.entity = figure.entity;
  if (stated.when) row.period = syntax::print_span(*stated.when);
  add_citations(row, stated.cite);
  row.place = stated.place;
  row.verdict = figure.verdict;
  if (figure.type.is_number()) row.unit = figure.type.unit.text();
  row.stated = figure.stated / scale;
  row.stated_words = shown(amount(plan, figure.type, figure.stated));
  if (!figure.recomputed) {
    row.from = shown(detail::missing_words(plan, figure.missing));
    return row;
  }
  row.recomputed = *figure.recomputed / scale;
  row.difference = figure.difference;
  row.recomputed_words =
      shown(detail::readable(plan, figure.type, *figure.recomputed, figure.decimals.value_or(0)));
  if (figure.verdict != Verdict::agrees) {
    row.difference_words = shown(detail::difference_words(plan, figure));
  }
  std::string from = detail::made_of(plan, figure.inputs);
  // A count reads what is declared.
  if (from.empty()) from = row.figure;
  row.from = {from, from};
  return row;
}

FigureRow row_of(const model::Plan& plan, const AllocatedSum& sum) {
  const model::Target& whole = plan.targets[sum.whole.target];
  const Rational scale = scale_of(sum.type);
  FigureRow row;
  row.kind = FigureRow::Kind::allocated;
  row.figure = whole.name;
  add_citations(row, whole.cite);
  row.place = whole.place;
  row.verdict = sum.sum == sum.whole.sum ? Verdict::agrees : Verdict::differs;
  row.unit = sum.type.unit.text();
  row.stated = sum.whole.sum / scale;
  row.recomputed = sum.sum / scale;
  row.difference = *row.stated - *row.recomputed;
  row.stated_words = shown(amount(plan, sum.type, sum.whole.sum));
  row.recomputed_words = shown(amount(plan, sum.type, sum.sum));
  if (row.verdict == Verdict::differs) {
    row.difference_words = shown(amount(plan, sum.type, sum.whole.sum - sum.sum));
  }
  std::string from;
  for (const AllocatedTotal& part : sum.parts) {
    if (!from.empty()) from += ", ";
    from += plan.targets[part.target].name + " " + part.reckoning;
  }
  row.from = {from, from};
  return row;
}

}  // namespace

std::vector<FigureRow> figure_table(const std::shared_ptr<const ir::Program>& program) {
  const model::Plan& plan = *program->plan;
  std::vector<FigureRow> rows;
  for (const StatedFigure& each : check_stated(program).figures) {
    rows.push_back(row_of(plan, each));
  }
  detail::Inspection inspection(*program);
  text::Diagnostics reported_by_the_plan_checks(plan.source);
  for (const AllocatedSum& each : detail::allocated_sums(inspection, reported_by_the_plan_checks)) {
    rows.push_back(row_of(plan, each));
  }
  return rows;
}

}  // namespace dabiao::check
