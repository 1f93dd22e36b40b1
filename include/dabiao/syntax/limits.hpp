#pragma once

#include <cstddef>

namespace dabiao::syntax {

/// What a text may not exceed. Each limit is tested before it could do harm; a text beyond one is
/// refused with a diagnostic that says where.
struct Limits {
  std::size_t bytes = std::size_t{16} << 20;
  std::size_t tokens = 4'000'000;
  /// Brackets, signs, `not`, `if` and `^` that stand inside one another.
  std::size_t nesting = 200;
  /// Expressions of the syntax tree.
  std::size_t nodes = 4'000'000;
  /// Digits of a number together with its exponent.
  std::size_t number_digits = 1'000;
  /// Diagnostics after which no more are reported.
  std::size_t diagnostics = 1'000;
};

}  // namespace dabiao::syntax
