#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "dabiao/engine/row_limits.hpp"
#include "dabiao/engine/row_program.hpp"
#include "dabiao/engine/row_settler.hpp"
#include "dabiao/engine/sparse_bits.hpp"

namespace dabiao::engine {

class RowFractions;
class RowTies;

/// One record that lives: leaves are set, and what follows from them is brought up to date, in time
/// proportional to what changes or, where something is missing or does not fit a double, to what
/// reads it. Results are the same bits as those of a record run anew. Not shared among threads.
class RowSession {
 public:
  /// Begins with every leaf missing.
  RowSession(const RowProgram& rows, const ir::Program& program, function::Context context = {});
  RowSession(RowSession&&) noexcept;
  ~RowSession();

  /// Gives a leaf a value, in its own unit; NaN and infinities are missing (not_finite).
  void set(std::size_t leaf, double value);
  void set_missing(std::size_t leaf, value::Reason reason = value::Reason::not_reported);
  void set_exact(std::size_t leaf, const exact::Rational& value);

  /// Evaluates what the leaves set since the last update change; the outputs that are different
  /// now, in ascending order, valid until the next.
  std::span<const std::uint32_t> update();

  RowResult result(std::size_t output) const { return results_[output]; }
  /// The first leaf whose value its declaration rules out.
  std::optional<std::size_t> out_of_range() const;
  /// How many instructions the last update ran.
  std::uint64_t instructions_run() const { return run_; }

 private:
  /// Lists by key, one after the other.
  struct Lists {
    std::vector<std::uint32_t> begins, entries;
    std::span<const std::uint32_t> of(std::size_t key) const {
      return {entries.data() + begins[key], entries.data() + begins[key + 1]};
    }
    template <class Visit>
    static Lists gather(std::size_t keys, Visit visit);
  };
  /// Whether doubles say what a leaf is.
  enum class State : std::uint8_t { ordinary, missing, strange };
  /// What is out of the ordinary: then, as in a record, outputs are settled exactly that read what
  /// is missing, or all of them.
  struct Oddity {
    bool all = false;
    std::uint64_t missing = 0;  // leaves
    bool operator==(const Oddity&) const = default;
  };

  void place(std::size_t leaf, double value, value::Reason reason,
             std::optional<exact::Rational> exact);
  void changed_number(Register number);
  void changed_truth(Register truth);
  void touch(std::span<const std::uint32_t> outputs);
  void sweep();
  std::uint32_t step(std::uint32_t instruction);
  Oddity oddity() const;
  RowGiven given(std::size_t leaf) const;
  std::size_t place_of(ir::NodeId node) const;
  void list_nodes();
  void follow_nodes();
  bool is_slow(std::size_t output) const;
  RowResult computed(std::size_t output);

  const RowProgram& rows_;
  const ir::Program& program_;
  RowSettler settler_;
  std::unique_ptr<RowTies> ties_;
  std::unique_ptr<RowFractions> fractions_;
  std::vector<double> numbers_;
  std::vector<std::uint8_t> truths_;
  // By leaf.
  std::vector<RowLimits> limits_;
  std::vector<State> states_;
  std::vector<value::Reason> reasons_;
  std::vector<std::optional<exact::Rational>> exact_;  // in base scale; empty while there are none
  std::size_t strange_ = 0, missing_ = 0;              // how many are
  std::vector<std::uint32_t> changed_leaves_;          // since the last update

  Lists readers_of_number_, readers_of_truth_, outputs_of_number_, outputs_of_truth_;
  std::vector<std::uint32_t> only_reader_;  // by number register; none: it has none or several
  SparseBits dirty_;                        // instructions
  SparseBits touched_;                      // outputs
  // By place in the cone, made when something is first settled beyond the doubles.
  Lists readers_of_node_, outputs_of_node_;
  SparseBits dirty_nodes_;
  bool has_run_ = false;          // the registers hold something
  bool settler_current_ = false;  // the settler has the leaves
  Oddity oddity_;                 // as of the last update
  std::vector<bool> slow_;        // outputs that doubles did not settle
  std::size_t slow_count_ = 0;
  std::vector<RowResult> results_;
  std::vector<std::uint32_t> changed_;
  std::uint64_t run_ = 0;
};

}  // namespace dabiao::engine
