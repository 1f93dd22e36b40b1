#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "dabiao/engine/row_limits.hpp"
#include "dabiao/engine/row_program.hpp"
#include "row_followers.hpp"

namespace dabiao::engine {

/// The instructions of a program made ready for one set of registers: what is looked up per
/// instruction is looked up once. After them the leaves are looked at, as what instructions wait
/// for leaves time to do so.
class RowSteps {
 public:
  /// What of a run is left to look at, as bits.
  enum Left : unsigned {
    nothing = 0,
    doubt = 1,    // the doubles do not decide some comparison
    unusual = 2,  // a leaf may be out of the ordinary
  };
  /// So many leaves are looked at in one step.
  static constexpr std::size_t check_size = 4;

  /// What leaves are ordinary beyond doubt: between low and high, or at zero where this is not NaN.
  struct Check {
    const double* values = nullptr;
    double low[check_size], high[check_size], zero[check_size];
  };
  /// An instruction, a quotient with what follows it (Followers), or a look at leaves or doubts.
  struct Step {
    const void* go = nullptr;  // where what it does stands
    const double* x = nullptr;
    const double* y = nullptr;
    const double* z = nullptr;
    double* target = nullptr;
    double* scaled = nullptr;
    double* scored = nullptr;
    std::uint8_t* truth = nullptr;
    std::uint8_t* doubt = nullptr;
    const Instruction* instruction = nullptr;
    const Check* check = nullptr;
    JointNumbers numbers;
  };
  /// Where steps stopped: at an instruction that is run by itself, or at their end (null).
  struct Stop {
    const Step* at = nullptr;
    unsigned left = nothing;
  };
  /// Goes through steps; or, given somewhere to put them, says where what they do stands.
  using Go = Stop (*)(const Step* step, unsigned left, const void** places);

  RowSteps() = default;
  /// The first numbers are the leaves; up to `check_size` past them can be read. Registers and the
  /// program stay where they are while the steps are used.
  RowSteps(const RowProgram& rows, std::span<const RowLimits> limits, double* numbers,
           std::uint8_t* truths);

  /// Gives what is left to look at, beside what was `left` before.
  unsigned run(unsigned left) const {
    const Stop stop = go_(steps_.data(), left, nullptr);
    return stop.at == nullptr ? stop.left : finish(stop);
  }

 private:
  unsigned finish(Stop stop) const;
  Step step_of(std::span<const Instruction> all, const Followers& next) const;
  Step step_of(const Instruction& each) const;
  void add_checks(std::span<const RowLimits> limits, const void* place);
  void add_doubts(const RowProgram& rows, const void* place);

  Go go_ = nullptr;
  std::vector<Step> steps_;
  std::vector<Check> checks_;
  std::unique_ptr<std::uint8_t> no_doubt_;  // of what is never in doubt
  double* numbers_ = nullptr;
  std::uint8_t* truths_ = nullptr;
};

}  // namespace dabiao::engine
