#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "dabiao/data/table.hpp"
#include "dabiao/text/diagnostic.hpp"
#include "data/grouping.hpp"

namespace dabiao::data {

/// A cell of one of the tables that are read; a column past the last is none in particular.
struct TableCell {
  std::uint32_t table = 0;
  std::uint64_t row = 0;
  std::size_t column = 0;
};

/// Collects what is wrong with the cells of tables, each with its place, and lists it in the order
/// in which a reader meets the cells. Beyond so many, problems are only counted.
class TableProblems {
 public:
  /// The tables must outlive the collection.
  TableProblems(const std::vector<NamedTable>& tables, std::size_t most);

  text::DataPlace place_of(const TableCell& cell) const;

  /// Adds what is wrong with a cell; the reference is valid until the next.
  text::Diagnostic& add(const TableCell& cell, const text::Diagnostic& diagnostic);
  /// The same of a column as a whole: its place is the header.
  text::Diagnostic& add_to_column(std::uint32_t table, std::size_t column,
                                  const text::Diagnostic& diagnostic);
  /// The same of all rows of a group: at the first, with a note that names the others.
  void add_to_group(std::uint32_t table, std::size_t column, const Grouping& groups,
                    std::uint32_t group, const text::Diagnostic& diagnostic);
  /// The same of what the rows of a group name, while tables are opened. It gives way to what is
  /// found later where not all can be listed.
  void add_to_names(std::uint32_t table, std::size_t column, const Grouping& groups,
                    std::uint32_t group, const text::Diagnostic& diagnostic);
  /// Counts a problem that is not listed.
  void count_unlisted() { ++unlisted_; }

  /// Moves everything to the end of a list, sorted by table, row and column.
  void move_to(text::Diagnostics& diagnostics);

 private:
  struct Found {
    TableCell cell;
    text::Diagnostic diagnostic;
  };

  /// The rows of each group after its first: how many, and the first few.
  struct FurtherRows {
    static constexpr std::size_t most_shown = 5;
    struct Rows {
      std::uint64_t count = 0;
      std::array<std::uint64_t, most_shown> shown{};
    };
    const std::uint32_t* of = nullptr;  // the grouping that was counted
    std::vector<Rows> rows;             // by group
  };

  const FurtherRows::Rows& further_rows(const Grouping& groups, std::uint32_t group);
  void note_rows(text::Diagnostic& diagnostic, std::uint32_t table, const Grouping& groups,
                 std::uint32_t group);

  const std::vector<NamedTable>& tables_;
  std::size_t most_;
  std::vector<Found> found_;
  std::vector<Found> names_;
  text::Diagnostic scratch_;  // stands for one that is not listed
  FurtherRows further_;
  std::uint64_t unlisted_ = 0;
};

}  // namespace dabiao::data
