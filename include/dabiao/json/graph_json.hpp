#pragma once

#include <string>

#include "dabiao/graph/drawing.hpp"
#include "dabiao/text/source.hpp"

namespace dabiao::json {

/// A drawing as a JSON object: `title`, `nodes[{id kind name label type group in_cycle}]` and
/// `edges[{from to kind line column in_cycle}]`, where edges lead from what is needed to what needs
/// it, and line and column say where the plan names it.
std::string graph_json(const graph::Drawing& drawing, const text::Source& source);

}  // namespace dabiao::json
