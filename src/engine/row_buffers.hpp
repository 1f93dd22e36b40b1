#pragma once

#include <cstddef>
#include <vector>

#include "dabiao/engine/row_program.hpp"

namespace dabiao::engine {

/// Which buffer each register of results stands in, reused once nothing reads it any more.
struct RowBuffers {
  /// With `reuse` off every register keeps its own, so that what was computed once can be read
  /// again.
  explicit RowBuffers(const RowProgram& rows, bool reuse = true);

  std::vector<Register> number, truth;  // by register
  std::size_t numbers = 0, truths = 0;
};

}  // namespace dabiao::engine
