#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "dabiao/engine/row_program.hpp"
#include "row_followers.hpp"

namespace dabiao::engine {

/// The instructions of a program made ready for one set of registers: what is looked up per
/// instruction is looked up once.
class RowSteps {
 public:
  RowSteps() = default;
  /// Registers and the program stay where they are while the steps are used.
  RowSteps(const RowProgram& rows, double* numbers, std::uint8_t* truths);

  /// Gives whether some doubt may be left.
  bool run() const { return go(steps_.data(), nullptr); }

 private:
  /// A quotient and what follows it (Followers).
  struct Joint {
    const double *x, *y, *more;
    double *own, *scaled, *scored;
    std::uint8_t *truth, *doubt;
    JointNumbers numbers;
  };
  struct Step {
    const void* go = nullptr;  // where what it does stands
    double* target = nullptr;
    const double* x = nullptr;
    const double* y = nullptr;
    const double* z = nullptr;
    std::uint8_t* truth = nullptr;
    std::uint8_t* doubt = nullptr;
    const Instruction* instruction = nullptr;
    const Joint* joint = nullptr;
    double limit = 0, factor = 0;
  };

  /// Goes through the steps, as `run`; or, given somewhere to put them, says where what they do
  /// stands.
  bool go(const Step* step, const void** places) const;
  template <int number>
  static bool run_joint(const Joint& each, double& last);

  Joint joint_of(std::span<const Instruction> all, const Followers& next) const;

  std::vector<Step> steps_;
  std::vector<Joint> joints_;
  std::unique_ptr<std::uint8_t> no_doubt_;  // of what is never in doubt
  double* numbers_ = nullptr;
  std::uint8_t* truths_ = nullptr;
};

}  // namespace dabiao::engine
