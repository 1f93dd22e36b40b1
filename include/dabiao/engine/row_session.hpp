#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "dabiao/engine/row_limits.hpp"
#include "dabiao/engine/row_program.hpp"
#include "dabiao/engine/row_record.hpp"

namespace dabiao::engine {

/// One record that lives: leaves are set, and what follows from them is brought up to date, in time
/// proportional to what changes. Results are the same bits as those of a record run anew. Not
/// shared among threads.
class RowSession {
 public:
  /// Begins with every leaf missing.
  RowSession(const RowProgram& rows, const ir::Program& program, function::Context context = {});

  /// Gives a leaf a value, in its own unit; NaN and infinities are missing (not_finite).
  void set(std::size_t leaf, double value);
  void set_missing(std::size_t leaf, value::Reason reason = value::Reason::not_reported);
  void set_exact(std::size_t leaf, const exact::Rational& value);

  /// Evaluates what the leaves set since the last update change; the outputs that are different
  /// now, in ascending order, valid until the next.
  std::span<const std::uint32_t> update();

  RowResult result(std::size_t output) const { return results_[output]; }
  /// The first leaf whose value its declaration rules out, as of the last update.
  std::optional<std::size_t> out_of_range() const { return record_.out_of_range(); }
  /// How many instructions the last update ran.
  std::uint64_t instructions_run() const { return run_; }

 private:
  /// Lists by register, one after the other.
  struct Lists {
    std::vector<std::uint32_t> begins, entries;
    std::span<const std::uint32_t> of(std::uint32_t key) const {
      return {entries.data() + begins[key], entries.data() + begins[key + 1]};
    }
    template <class Visit>
    static Lists gather(std::size_t keys, Visit visit);
  };

  void changed_number(Register number);
  void changed_truth(Register truth);
  void touch(std::span<const std::uint32_t> outputs);
  void mark(std::span<const std::uint32_t> instructions);
  void sweep();
  void step(const Instruction& each);
  void everything();

  const RowProgram& rows_;
  RowRecord record_;  // keeps the leaves, and settles what doubles do not decide
  std::vector<double> numbers_;
  std::vector<std::uint8_t> truths_;
  std::vector<RowLimits> limits_;
  std::vector<bool> odd_;
  std::size_t odd_count_ = 0;
  bool was_odd_ = true;  // what stands in the registers is no use
  Lists readers_of_number_, readers_of_truth_, outputs_of_number_, outputs_of_truth_;
  std::vector<std::uint64_t> dirty_;        // a bit per instruction
  std::vector<std::uint64_t> dirty_words_;  // a bit per word of these
  std::size_t first_dirty_ = 0;             // words of these before have none
  std::vector<std::uint64_t> touched_;
  std::uint64_t changed_leaves_ = 0;     // since the last update, as in Reach
  std::vector<std::uint32_t> in_doubt_;  // outputs that were settled: every leaf of theirs matters
  std::vector<RowResult> results_;
  std::vector<std::uint32_t> changed_;
  std::uint64_t run_ = 0;
};

}  // namespace dabiao::engine
