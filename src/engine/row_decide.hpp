#pragma once

#include <optional>
#include <span>

#include "dabiao/engine/row_settler.hpp"
#include "row_fractions.hpp"
#include "row_ties.hpp"

namespace dabiao::engine {

/// An output that doubles leave in doubt, where nothing that it reads is out of the ordinary: by
/// whole numbers, then by fractions that fit 128 bits. Nothing where they do not say; the settler
/// does.
inline std::optional<RowResult> decide(const RowProgram& rows, std::size_t output,
                                       const RowTies& ties, RowFractions& fractions,
                                       std::span<const double> leaves) {
  if (rows.outputs[output].kind == RowOutput::Kind::number) {
    const auto value = fractions.number(output);
    return value ? std::optional(RowResult{*value}) : std::nullopt;
  }
  auto holds = ties.truth(output, [&](std::uint32_t leaf) { return leaves[leaf]; });
  if (!holds) holds = fractions.truth(output);
  return holds ? std::optional(RowResult{*holds ? 1.0 : 0.0}) : std::nullopt;
}

}  // namespace dabiao::engine
