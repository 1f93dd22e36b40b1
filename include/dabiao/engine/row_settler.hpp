#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "dabiao/engine/call.hpp"
#include "dabiao/engine/row_program.hpp"

namespace dabiao::engine {

/// What an output is at one row: a number or a truth (1 or 0), or missing with a reason.
struct RowResult {
  double value = 0;
  value::Reason reason = value::Reason::known;

  bool known() const { return reason == value::Reason::known; }
};

/// A value of a leaf at one row.
struct RowGiven {
  double value = 0;  // in the column's unit; NaN and infinities are missing
  value::Reason reason = value::Reason::known;
  /// The exact value in base scale where the double does not say it.
  const exact::Rational* exact = nullptr;
};

/// Settles single rows exactly, with everything that MEANING says of missing values: what the
/// doubles of a program leave in doubt, and rows in which something is missing. Not shared among
/// threads.
class RowSettler {
 public:
  RowSettler(const RowProgram& rows, const ir::Program& program, function::Context context = {});

  /// Takes the leaves of the next row, in their order.
  void begin(std::span<const RowGiven> leaves);
  /// Changes a leaf of the row, of which what reads it must be forgotten.
  void change(std::size_t leaf, const RowGiven& given) { given_[leaf] = given; }
  /// Drops what is known of a node of the cone.
  void forget(ir::NodeId node) { entry(node).row = 0; }
  /// Whether a node of the cone is a leaf.
  bool is_leaf(ir::NodeId node) { return entry(node).leaf >= 0; }
  /// An output of the row.
  RowResult output(std::size_t index);
  /// A node of the cone at the row.
  const Cell& cell(ir::NodeId node);
  /// The first leaf of the row whose value its declaration rules out; none: all are allowed.
  std::optional<std::size_t> out_of_range() const { return out_of_range_; }

 private:
  struct Entry {
    Cell cell;
    std::uint64_t row = 0;  // for which it was computed
    std::int64_t call = -1;
    std::int64_t leaf = -1;
  };
  Cell leaf_cell(std::size_t leaf);
  Entry& entry(ir::NodeId node);

  const RowProgram& rows_;
  const ir::Program& program_;
  Unknowns unknowns_;  // by leaf
  std::vector<std::uint32_t> entry_of_;
  std::vector<Entry> entries_;
  std::vector<Call> calls_;
  std::vector<RowGiven> given_;
  std::vector<ir::NodeId> work_;
  std::vector<const Cell*> arguments_;
  std::uint64_t row_ = 0;
  std::optional<std::size_t> out_of_range_;
};

}  // namespace dabiao::engine
