#pragma once

#include <string>

#include "dabiao/text/diagnostic.hpp"
#include "dabiao/text/render.hpp"

namespace dabiao::json {

/// A diagnostic as a JSON object: `kind severity message file line column end_line end_column row
/// data_column expected suggestion notes labels`. What it does not have is null or an empty list.
std::string diagnostic_json(const text::Diagnostic& diagnostic, text::Language language);

/// All of them as an array, sorted by file and place.
std::string diagnostics_json(const text::Diagnostics& diagnostics, text::Language language);

}  // namespace dabiao::json
