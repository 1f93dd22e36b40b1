#pragma once

#include <string>
#include <string_view>

#include "dabiao/ir/program.hpp"
#include "dabiao/model/plan.hpp"
#include "dabiao/text/checked.hpp"

namespace dabiao::json {

/// The JSON form of a plan that has no errors; bindings/python/dabiao/schema/plan.schema.json
/// describes it. Targets carry what they take over from their clauses, and their comparisons with
/// exact values. Comments and the order of the statements are kept.
std::string plan_json(const model::Plan& plan, const ir::Program& program);

/// The text of a plan, in its canonical form, from the JSON form. What is derived there (`text`
/// beside its parts, comparisons, what a target takes over) is not read. Diagnostics say which part
/// of the document does not have the form, by its JSON path.
Checked<std::string> plan_text(std::string_view json);

}  // namespace dabiao::json
