#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "dabiao/engine/row_program.hpp"

namespace dabiao::engine {

/// The instructions of a program made ready for one set of registers: what is looked up per
/// instruction is looked up once.
class RowSteps {
 public:
  RowSteps() = default;
  /// Registers and the program stay where they are while the steps are used.
  RowSteps(const RowProgram& rows, double* numbers, std::uint8_t* truths);

  void run() const { go(steps_.data(), nullptr); }

 private:
  struct Step {
    const void* go = nullptr;  // where what it does stands
    double* target = nullptr;
    const double* x = nullptr;
    const double* y = nullptr;
    const double* z = nullptr;
    std::uint8_t* truth = nullptr;
    std::uint8_t* doubt = nullptr;
    const Instruction* instruction = nullptr;
    double limit = 0, factor = 0;
  };

  /// Goes through the steps; or, given somewhere to put them, says where what they do stands.
  void go(const Step* step, const void** places) const;

  std::vector<Step> steps_;
  double* numbers_ = nullptr;
  std::uint8_t* truths_ = nullptr;
};

}  // namespace dabiao::engine
