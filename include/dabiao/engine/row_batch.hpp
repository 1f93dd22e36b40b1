#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "dabiao/engine/row_program.hpp"
#include "dabiao/engine/row_settler.hpp"

namespace dabiao::engine {

/// The values of a leaf for all rows of a batch; memory is the caller's.
struct RowColumn {
  const double* values = nullptr;  // or, where `constant`, one value for all rows
  bool constant = false;
  /// One bit per row, least significant first, set where there is a value; null: all have.
  const std::uint8_t* validity = nullptr;
  std::uint64_t validity_offset = 0;  // in bits
  /// Why what has no value has none; null: not reported.
  const value::Reason* reasons = nullptr;
  /// The exact value of a row in base scale where the double does not say it; such rows must be
  /// marked in `inexact`.
  std::function<std::optional<exact::Rational>(std::uint64_t row)> exact;
  /// One bit per row, set where `exact` speaks; null: nowhere.
  const std::uint8_t* inexact = nullptr;

  double value_at(std::uint64_t row) const { return values[constant ? 0 : row]; }
  bool is_valid(std::uint64_t row) const {
    return validity == nullptr || bit(validity, validity_offset + row);
  }
  bool is_inexact(std::uint64_t row) const { return inexact != nullptr && bit(inexact, row); }

 private:
  static bool bit(const std::uint8_t* bits, std::uint64_t at) {
    return (bits[at / 8] >> (at % 8) & 1) != 0;
  }
};

/// Where an output goes; memory is the caller's. Null pointers are left out.
struct RowColumnOut {
  double* numbers = nullptr;         // of a number; of no meaning where it is missing
  std::uint64_t* truths = nullptr;   // of a truth: one bit per row, 0 where it is missing
  std::uint64_t* known = nullptr;    // one bit per row, set where there is a value
  value::Reason* reasons = nullptr;  // one byte per row
  bool sum = false;                  // whether to add up a number, where it has a value
};

/// What a run came across.
struct RowTally {
  std::uint64_t settled = 0;       // rows that doubles alone did not decide
  std::uint64_t missing = 0;       // among these, rows in which a leaf is missing
  std::uint64_t out_of_range = 0;  // values that the declaration of their leaf rules out
  /// The first of these, by row and leaf.
  std::vector<std::pair<std::uint64_t, std::size_t>> first_out_of_range;
  std::vector<std::uint64_t> nulls;   // by output: rows without a value
  std::vector<std::uint64_t> truths;  // by output: rows where the truth holds
  /// By output: of a number that was to be added up, the sum of its doubles, taken in an order that
  /// depends on the rows alone.
  std::vector<double> sums;
};

struct RowRun {
  std::uint64_t rows = 0;
  unsigned threads = 0;  // 0: as many as there are processors
  /// Stops the run when it is set; what was computed by then is of no use.
  const std::atomic<bool>* stop = nullptr;
  /// Counts the rows that are done.
  std::atomic<std::uint64_t>* done = nullptr;
};

/// Evaluates the outputs of a program over whole columns, on all processors. Bits and bytes of the
/// outputs do not depend on the number of threads or on the processor's instruction set.
RowTally run_rows(const RowProgram& rows, const ir::Program& program,
                  std::span<const RowColumn> columns, std::span<const RowColumnOut> outputs,
                  const RowRun& run, function::Context context = {});

/// Runs a program once for every list of constants, one for each of `leaves`, over the same
/// columns; `columns` has a place for those leaves too, which is not read. What reads none of them
/// is computed once for all.
std::vector<RowTally> run_row_scenarios(const RowProgram& rows, const ir::Program& program,
                                        std::span<const RowColumn> columns,
                                        std::span<const std::size_t> leaves,
                                        const std::vector<std::vector<double>>& constants,
                                        const RowRun& run, function::Context context = {});

}  // namespace dabiao::engine
