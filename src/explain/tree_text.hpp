#pragma once

#include <cstddef>

#include "dabiao/explain/explanation.hpp"
#include "explain/lines.hpp"
#include "explain/words.hpp"

namespace dabiao::explain {

/// Writes the tree of a formula: a line for each part with its value and where that came from.
/// `parent` is where the reader already is.
void write_tree(const Words& words, const Node& tree, const Location& parent, std::size_t indent,
                Lines& lines);

}  // namespace dabiao::explain
