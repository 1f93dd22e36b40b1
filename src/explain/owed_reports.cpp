#include "dabiao/explain/owed_reports.hpp"

#include <map>
#include <tuple>

#include "explain/missing_reports.hpp"

namespace dabiao::explain {

namespace {

/// What makes two missing reports the same: whose, of what, for when.
using Key = std::tuple<std::string, std::string, std::string, std::string>;

std::string when(const MissingReport& report) {
  if (report.periods.empty()) return report.at.span.to_string();
  std::string text;
  for (const calendar::Span& period : report.periods) text += period.to_string() + " ";
  return text;
}

bool can_wait(const assessment::Assessment& assessment, const assessment::Cell& cell) {
  using assessment::Status;
  if (cell.status == Status::not_applicable) return false;
  // Of what has not begun nobody owes anything.
  if (cell.span.first && *cell.span.first > assessment.as_of) return false;
  return cell.status == Status::undecided || cell.reported < cell.expected;
}

}  // namespace

OwedReports owed_reports(const assessment::Assessment& assessment) {
  std::map<Key, OwedReport> found;
  OwedReports result;
  const Options options;
  for (std::size_t index = 0; index < assessment.cells().size(); ++index) {
    const assessment::Cell& cell = assessment.cells()[index];
    if (!can_wait(assessment, cell)) continue;
    OneCell one(assessment, cell, options);
    const AbsentReports absent = absent_reports(one);
    result.more_exist |= absent.more_exist;
    for (const MissingReport& each : absent.reports) {
      if (value::is_waited_for(each.value.reason)) continue;
      // Several spans that want the same periods want the same report.
      OwedReport& owed = found[{each.at.level, each.at.entity, each.input, when(each)}];
      if (owed.cells.empty()) {
        owed.input = each.input;
        owed.label = each.label;
        owed.at = each.at;
        owed.periods = each.periods;
        owed.unnamed = each.unnamed;
        owed.reason = each.value.reason;
      }
      if (owed.cells.empty() || owed.cells.back() != index) owed.cells.push_back(index);
    }
  }
  for (auto& [key, owed] : found) result.reports.push_back(std::move(owed));
  return result;
}

}  // namespace dabiao::explain
