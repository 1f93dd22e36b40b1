#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "dabiao/engine/row_program.hpp"

namespace dabiao::engine {

/// A fraction of 128-bit integers, not in lowest terms; the denominator is above zero.
struct Fraction {
  __extension__ using Integer = __int128;
  Integer numerator = 0;
  Integer denominator = 1;
};

/// The number that the shortest decimal of a double is; nothing where it has more than 15 digits or
/// many places.
std::optional<Fraction> short_decimal(double value);

/// The first step of a second decision: outputs of rows in which nothing is missing, in fractions
/// whose numerators and denominators fit 128 bits. Ties, which no interval ever separates, end here
/// mostly; what overflows, or needs more than arithmetic, is left to `RowSettler`.
class RowFractions {
 public:
  RowFractions(const RowProgram& rows, const ir::Program& program);

  /// Takes the leaves of the next row, in their own units.
  void begin(std::span<const double> leaves) {
    leaves_ = leaves;
    ++row_;
  }
  /// Whether a truth output holds; nothing where fractions do not say.
  std::optional<bool> truth(std::size_t output);
  /// A number output as the double nearest to it; nothing where fractions do not say.
  std::optional<double> number(std::size_t output);

 private:
  enum class Step : std::uint8_t {
    unable,
    constant,
    leaf,
    same,
    add,
    subtract,
    multiply,
    divide,
    negate,
    absolute,
    least,
    greatest,
    less,
    less_equal,
    greater,
    greater_equal,
    equal,
    not_equal,
    within,
    opposite,
    choose,
  };
  struct Entry {
    Step step = Step::unable;
    std::uint32_t first = 0, count = 0;  // among `arguments_`, as entries
    std::uint32_t leaf = 0;
    Fraction scale;  // of a leaf; the value of a constant
    Fraction value;
    std::uint64_t row = 0;  // for which the value stands
    bool there = false;
  };

  const Fraction* evaluate(ir::NodeId node);
  bool compute(Entry& entry);

  const RowProgram& rows_;
  std::vector<std::uint32_t> entry_of_;
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> arguments_;
  std::vector<std::uint32_t> work_;
  std::span<const double> leaves_;
  std::uint64_t row_ = 0;
};

}  // namespace dabiao::engine
