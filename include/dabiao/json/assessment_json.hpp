#pragma once

#include <string>
#include <string_view>

#include "dabiao/assess/assessment.hpp"
#include "dabiao/ir/program.hpp"
#include "dabiao/text/render.hpp"

namespace dabiao::json {

/// `>=`, `>`, `<=`, `<`, `=`, `!=`, `..` for a range, `holds` and `holds not` for a yes/no.
std::string_view symbol(ir::Comparator comparator);

/// An assessment as a JSON object: `plan`, `as_of`, `counts`, `targets` (a summary each), `cells`
/// and `warnings`. Numbers are in `unit`; beside each stands its exact value as a decimal or a
/// fraction in `exact`. Warnings are in that language.
std::string assessment_json(const assessment::Assessment& assessment, text::Language language);

}  // namespace dabiao::json
