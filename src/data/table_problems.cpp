#include "data/table_problems.hpp"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

#include "dabiao/text/diagnostic_kinds.hpp"

namespace dabiao::data {

using text::Diagnostic;
using text::Diagnostics;
using text::kind;

TableProblems::TableProblems(const std::vector<NamedTable>& tables, std::size_t most)
    : tables_(tables), most_(most) {}

text::DataPlace TableProblems::place_of(const TableCell& cell) const {
  const NamedTable& table = tables_[cell.table];
  const std::vector<std::string>& headings = table.table.headings;
  return {table.name, static_cast<std::size_t>(table.row_number(cell.row)),
          cell.column < headings.size() ? headings[cell.column] : ""};
}

Diagnostic& TableProblems::add(const TableCell& cell, const Diagnostic& diagnostic) {
  Diagnostic placed = diagnostic;
  placed.data_place = place_of(cell);
  if (found_.size() >= most_) {
    ++unlisted_;
    scratch_ = std::move(placed);
    return scratch_;
  }
  return found_.emplace_back(Found{cell, std::move(placed)}).diagnostic;
}

Diagnostic& TableProblems::add_to_column(std::uint32_t table, std::size_t column,
                                         const Diagnostic& diagnostic) {
  Diagnostic& placed = add({table, 0, column}, diagnostic);
  placed.data_place->row = 1;
  return placed;
}

void TableProblems::add_to_group(std::uint32_t table, std::size_t column, const Grouping& groups,
                                 std::uint32_t group, const Diagnostic& diagnostic) {
  Diagnostic& placed = add({table, groups.first_rows[group], column}, diagnostic);
  note_rows(placed, table, groups, group);
}

void TableProblems::add_to_names(std::uint32_t table, std::size_t column, const Grouping& groups,
                                 std::uint32_t group, const Diagnostic& diagnostic) {
  const TableCell cell{table, groups.first_rows[group], column};
  Diagnostic& placed = names_.emplace_back(Found{cell, diagnostic}).diagnostic;
  placed.data_place = place_of(cell);
  note_rows(placed, table, groups, group);
}

const TableProblems::FurtherRows::Rows& TableProblems::further_rows(const Grouping& groups,
                                                                    std::uint32_t group) {
  if (further_.of != groups.groups.data() || further_.rows.size() != groups.size()) {
    further_.of = groups.groups.data();
    further_.rows.assign(groups.size(), {});
    for (std::uint64_t row = 0; row < groups.groups.size(); ++row) {
      const std::uint32_t at = groups.groups[row];
      if (groups.first_rows[at] == row) continue;
      FurtherRows::Rows& rows = further_.rows[at];
      if (rows.count < FurtherRows::most_shown) rows.shown[rows.count] = row;
      ++rows.count;
    }
  }
  return further_.rows[group];
}

/// Adds a note that names the other rows of a group.
void TableProblems::note_rows(Diagnostic& diagnostic, std::uint32_t table, const Grouping& groups,
                              std::uint32_t group) {
  if (groups.groups.empty()) return;
  const FurtherRows::Rows& further = further_rows(groups, group);
  if (further.count == 0) return;
  const std::uint64_t shown = std::min<std::uint64_t>(further.count, FurtherRows::most_shown);
  std::string rows;
  for (std::uint64_t i = 0; i < shown; ++i) {
    rows += (i > 0 ? ", " : "") + std::to_string(tables_[table].row_number(further.shown[i]));
  }
  const std::string more = std::to_string(further.count - shown);
  const bool some_more = further.count > shown;
  diagnostic.note("also in " + std::string(further.count == 1 ? "row " : "rows ") + rows +
                      (some_more ? " and " + more + " more" : ""),
                  "另见第 " + rows + " 行" + (some_more ? "及其他 " + more + " 行" : ""));
}

void TableProblems::move_to(Diagnostics& diagnostics) {
  for (Found& each : names_) {
    if (found_.size() >= most_) {
      ++unlisted_;
    } else {
      found_.push_back(std::move(each));
    }
  }
  std::stable_sort(found_.begin(), found_.end(), [](const Found& a, const Found& b) {
    return std::tie(a.cell.table, a.cell.row, a.cell.column) <
           std::tie(b.cell.table, b.cell.row, b.cell.column);
  });
  for (Found& each : found_) diagnostics.list().push_back(std::move(each.diagnostic));
  if (unlisted_ > 0) {
    diagnostics.add(kind("more_not_listed")).with("count", std::to_string(unlisted_));
  }
}

}  // namespace dabiao::data
