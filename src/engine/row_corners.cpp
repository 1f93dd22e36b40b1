#include "row_corners.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "dabiao/engine/row_limits.hpp"
#include "row_instruction.hpp"

namespace dabiao::engine {

RowEnds::RowEnds(const RowLeaf& leaf) {
  const RowLimits limits(leaf);
  const auto take = [&](const exact::Bound& bound, double& end) {
    if (!bound.is_finite()) return;
    const exact::Rational exact = bound.finite() / leaf.scale;
    end = exact.to_double();
    const auto shown = leaf.number_of(end);
    serve = serve && shown && *shown == exact && (end == 0 || limits.allow(end));
  };
  const exact::Interval range = leaf.where_missing();
  take(range.low, low);
  take(range.high, high);
}

bool corners_serve(std::uint64_t missing, std::span<const RowEnds> ends) {
  constexpr int most = 4;
  if (std::popcount(missing) > most) return false;
  bool serve = true;
  int infinite = 0;
  for (std::uint64_t left = missing; left != 0; left &= left - 1) {
    const RowEnds& each = ends[static_cast<std::size_t>(std::countr_zero(left))];
    serve = serve && each.serve;
    infinite += std::isinf(each.low) || std::isinf(each.high) ? 1 : 0;
  }
  return serve && infinite <= 1;
}

std::vector<std::uint64_t> wild_leaves(const RowProgram& rows, std::uint64_t most_steps) {
  std::vector<std::uint64_t> wild(rows.outputs.size(), 0);
  std::vector<double> numbers(rows.numbers, 0.0);
  std::vector<std::uint8_t> truths(rows.truths, 0);
  std::copy(rows.constants.begin(), rows.constants.end(),
            numbers.begin() + static_cast<std::ptrdiff_t>(rows.leaves.size()));
  std::vector<RowEnds> ends;
  std::vector<std::pair<double, double>> usual;
  for (const RowLeaf& leaf : rows.leaves) {
    ends.emplace_back(leaf);
    const RowLimits limits(leaf);
    const bool from_zero = limits.low <= 0 && limits.allow(0);
    usual.emplace_back(limits.low < 0 ? limits.low
                       : from_zero    ? 0
                                      : std::max(limits.low, limits.smallest),
                       limits.high);
  }
  std::uint64_t steps = 0;
  for (std::size_t i = 0; i < rows.outputs.size(); ++i) {
    const RowOutput& output = rows.outputs[i];
    const Reach& reach = output.reach;
    if (output.kind != RowOutput::Kind::truth || output.exact_only || !reach.simple) continue;
    if (output.applies != no_register || reach.leaves != (reach.rising | reach.falling)) continue;
    // The condition where one leaf stands at an end and the others as far the other way as they go.
    const auto is_surely = [&](std::size_t alone, bool wanted) {
      for (std::size_t leaf = 0; leaf < rows.leaves.size(); ++leaf) {
        const bool is_rising = leaf < 64 && (reach.rising >> leaf & 1) != 0;
        const bool is_high = (leaf == alone) == (is_rising == wanted);
        numbers[leaf] = leaf == alone ? is_high ? ends[leaf].high : ends[leaf].low
                        : is_high     ? usual[leaf].second
                                      : usual[leaf].first;
      }
      run_instructions(rows.instructions, numbers.data(), truths.data());
      const bool is_doubtful = output.doubt != no_register && truths[output.doubt] != 0;
      return !is_doubtful && (truths[output.result] != 0) == wanted;
    };
    for (std::size_t leaf = 0; leaf < std::min<std::size_t>(rows.leaves.size(), 64); ++leaf) {
      if ((reach.leaves >> leaf & 1) == 0 || !ends[leaf].serve) continue;
      steps += 2 * rows.instructions.size();
      if (steps > most_steps) return wild;
      if (is_surely(leaf, false) && is_surely(leaf, true)) wild[i] |= std::uint64_t{1} << leaf;
    }
  }
  return wild;
}

}  // namespace dabiao::engine
