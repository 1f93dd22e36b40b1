#pragma once

#include <string>
#include <utility>
#include <vector>

#include "dabiao/check/source_document.hpp"

namespace dabiao::python {

/// The names and texts of a plan's documents.
using Documents = std::vector<std::pair<std::string, std::string>>;

/// The documents, ready to be searched.
std::vector<check::SourceDocument> prepared(const Documents& documents);

}  // namespace dabiao::python
