#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "dabiao/engine/row_program.hpp"

namespace dabiao::engine {

/// Decides comparisons that doubles leave in doubt where the values of the row are whole numbers.
///
/// A comparison of p/q with K, p and q linear in the leaves, is the sign of p − K·q beside that of
/// q; scaled to whole coefficients, with whole numbers below 2^53 all along, doubles compute both
/// without any rounding. Whole numbers are what is mostly reported, and what mostly ties.
class RowTies {
 public:
  /// Whole doubles up to this are the decimals that they show.
  static constexpr std::int64_t largest = 999'999'999'999'999;
  /// Forms that read more than this are left to fractions.
  static constexpr std::size_t most_terms = 8;

  struct Term {
    std::uint32_t leaf = 0;
    double above = 0, below = 0;  // whole
  };
  struct Comparison {
    bool there = false;
    bool holds[3] = {};  // where p/q is below, at, above K
    double above = 0, below = 0;
    /// Whole values whose sizes are up to this are added up without rounding.
    double most = -1;
    std::uint32_t first = 0, count = 0;  // among the terms
  };

  RowTies(const RowProgram& rows, const ir::Program& program);

  /// What is known of a truth output.
  const Comparison& of(std::size_t output) const { return comparisons_[output]; }
  std::span<const Term> terms(const Comparison& each) const {
    return std::span(terms_).subspan(each.first, each.count);
  }

  /// Whether a truth output holds in the row that `value_of(leaf)` gives, all of it there and
  /// standing for itself; nothing where this does not say.
  template <class ValueOf>
  std::optional<bool> truth(std::size_t output, ValueOf value_of) const {
    return truth(comparisons_[output], terms(comparisons_[output]), value_of);
  }
  template <class ValueOf>
  static std::optional<bool> truth(const Comparison& each, std::span<const Term> terms,
                                   ValueOf value_of) {
    if (!each.there) return std::nullopt;
    double above = each.above, below = each.below;
    for (const Term& term : terms) {
      const double value = value_of(term.leaf);
      if (!(value >= -each.most && value <= each.most)) return std::nullopt;
      if (static_cast<double>(static_cast<std::int64_t>(value)) != value) return std::nullopt;
      above += term.above * value;
      below += term.below * value;
    }
    if (below == 0) return std::nullopt;
    const int sign = (above > 0) - (above < 0);
    return each.holds[(below > 0 ? sign : -sign) + 1];
  }

 private:
  std::vector<Comparison> comparisons_;  // by output
  std::vector<Term> terms_;
};

}  // namespace dabiao::engine
