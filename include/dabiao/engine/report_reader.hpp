#pragma once

#include <optional>
#include <vector>

#include "dabiao/calendar/date.hpp"
#include "dabiao/calendar/period.hpp"
#include "dabiao/data/cube.hpp"
#include "dabiao/engine/cell.hpp"
#include "dabiao/engine/frame.hpp"
#include "dabiao/model/plan.hpp"

namespace dabiao::engine {

/// One report that went into a value.
struct ReportUsed {
  calendar::Span period;
  Rational value;  // in base scale
  std::optional<data::Provenance> provenance;
};

/// What an entity itself reports of an input for a span: MEANING's "where a value comes from"
/// without the parts.
struct OwnReport {
  /// Known, or missing with a reason and a range.
  Cell cell;
  /// Whether the entity reported anything that bears on the span.
  bool any = false;
  std::vector<ReportUsed> used;  // filled where asked for
  /// Where the value is that of a single report which is there and cannot be read: its days.
  std::optional<calendar::Span> unreadable;
  /// Where the cell is a sum of which only reports of these periods are missing: they, and what is
  /// known of it.
  std::vector<calendar::Period> absent;
  Rational partial;
  /// Whether what is missing comes in whole numbers.
  bool whole = false;
};

/// What an input can come to over a span of which no report is there yet and none is owed.
exact::Interval range_before_reports(const model::Input& input);

/// The last day on which what a stock was on a day is not stale: so many months later, and where a
/// month ended with the day, the end of that month. Nothing where it never is, or the input is not
/// limited so.
std::optional<calendar::Date> fresh_until(const model::Input& input, calendar::Date day);

/// Two figures for the same thing that should agree.
struct Reconciliation {
  model::InputId input = 0;
  model::LevelId level = 0;
  data::EntityIndex entity = 0;
  calendar::Span span;
  Rational reported;  // the coarser or the entity's own
  Rational summed;    // from the finer periods or the parts
  bool over_parts = false;
};

/// Reads reports as of a day.
class ReportReader {
 public:
  ReportReader(const model::Plan& plan, const data::Cube& cube, calendar::Date as_of)
      : plan_(plan), cube_(cube), as_of_(as_of) {}

  OwnReport read(model::InputId input, model::LevelId level, data::EntityIndex entity,
                 const FrameSpan& span, bool keep_used,
                 std::vector<Reconciliation>* reconciliations) const;
  /// What an input can be at a member of its own level that nobody named and that has reported
  /// nothing.
  exact::Interval range_of_nobody(model::InputId input, const FrameSpan& span) const;

 private:
  struct Report;
  struct Found;
  struct Covered;
  static Covered covered_by(const std::vector<const Report*>& reports, const calendar::Span& days);
  /// Of reports that overlap, the finest that leave no gap up to `end`; `differs(coarse, sum)`
  /// hears of every coarser one whose place finer ones take.
  template <class Differs>
  static std::vector<const Report*> finest(std::vector<const Report*> reports, calendar::Date end,
                                           Differs differs);
  Found gather(const model::Input& input, model::InputId id, model::LevelId level,
               data::EntityIndex entity) const;
  /// The mean of reports, each weighted by what the entity itself reports of the input that weights
  /// them in the same period. Unless all are there, there may be others: then it is missing, with
  /// what it can be.
  Cell weighted(const model::Input& input, const Found& found,
                const std::vector<const Report*>& used, const calendar::Span& asked,
                bool all_there) const;
  OwnReport latest(const model::Input& input, const Found& found, const FrameSpan& span) const;
  OwnReport accumulated(const model::Input& input, const Found& found, const FrameSpan& span,
                        Reconciliation* reconciliation, bool* reconciles) const;

  const model::Plan& plan_;
  const data::Cube& cube_;
  calendar::Date as_of_;
};

}  // namespace dabiao::engine
