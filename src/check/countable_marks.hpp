#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "dabiao/check/source_document.hpp"

namespace dabiao::check::detail {

/// What makes a piece of text countable, by position in the characters that were searched.
struct CountableMark {
  enum class Kind { quantity, date, frequency, obligation };
  Kind kind = Kind::quantity;
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// Finds numbers with units, shares, dates, frequencies and words such as 不少于 in a run of
/// characters, simplified or traditional; in order, without overlaps. Titles in 《》, what stands
/// in square brackets, and ages are passed over.
std::vector<CountableMark> countable_marks(std::span<const SourceDocument::Character> text);

}  // namespace dabiao::check::detail
