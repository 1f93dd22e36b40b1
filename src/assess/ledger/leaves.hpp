#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "dabiao/calendar/date.hpp"
#include "dabiao/data/cube.hpp"
#include "dabiao/engine/frame.hpp"
#include "dabiao/engine/horizon.hpp"
#include "values.hpp"

namespace dabiao::assessment::ledger {

/// The reports of an input as a dense block at its own level, where that is all there is of it.
struct Source {
  const data::ReportBlock* block = nullptr;  // null: no report at all
  Facts facts;
  double scale = 1;                       // stored = reported × scale, a power of ten
  std::vector<std::uint8_t> has_missing;  // by period of the block
  bool ever_missing = true;
  double range_low = 0, range_high = 0;  // what a missing report can be, as stored
  bool no_range = false;                 // what is missing cannot be bounded here
  bool accumulates = false;              // over time: a sum, a greatest, a least; else the last
};

/// How an input at its own level is read for one span: "where a value comes from" of the meaning,
/// prepared so that it is a loop over the entities.
struct Leaf {
  enum class Kind : std::uint8_t { sum, greatest, least, latest, nothing };
  struct Row {
    const double* values = nullptr;  // null: a period that was never reported
    std::size_t first = 0;           // the row's first cell in the block
    bool has_missing = true;
    bool expected = true;  // a report is owed; of `latest`: the report is good where it is there
  };
  Kind kind = Kind::nothing;
  const Source* source = nullptr;
  std::vector<Row> rows;  // of `latest`: the last first
  bool silent_is_zero = false;
  bool waited = false;  // a missing value is only waited for
  bool may_miss = true;
  double low = 0, high = 0;            // a value of which nothing was reported
  double each_low = 0, each_high = 0;  // what each absent report adds
  double most = 0;
  // What the future may add to the value (sum) or make of it.
  enum class Future : std::uint8_t { none, more, up, down, anything };
  Future future = Future::none;
  double future_low = 0, future_high = 0;

  /// The rows [begin, begin + count) into `low_out` and `high_out`, or where they stand already.
  struct Ends {
    const double* low;
    const double* high;
  };
  Ends read(std::size_t begin, std::size_t count, double* low_out, double* high_out) const;
};

/// Whether reports of a span that are missing are only waited for, as a cell above the input's own
/// level has it that reports nothing itself.
bool waits_above(const model::Input& input, const engine::FrameSpan& span, calendar::Date as_of);

/// Looks at the reports of an input; nothing where they are not one dense block of plain numbers at
/// the input's own level, which is left to the exact evaluation.
std::optional<Source> source_of(const model::Plan& plan, const data::Cube& cube,
                                model::InputId input, unsigned threads);

/// Nothing where the span cuts a report or the input is of a kind that is left to the exact
/// evaluation.
std::optional<Leaf> leaf_of(const model::Input& input, const Source& source,
                            const engine::FrameSpan& span, calendar::Date as_of,
                            engine::Horizon horizon);

}  // namespace dabiao::assessment::ledger
