#pragma once

#include <memory>
#include <string>

#include "dabiao/explain/explanation.hpp"
#include "dabiao/text/render.hpp"

namespace dabiao::json {

/// An explanation as a JSON object; bindings/python/dabiao/schema/explanation.schema.json describes
/// it. Values carry their exact number, its unit, and what people read (in that language).
std::string explanation_json(const explain::Explanation& explanation, text::Language language);

/// A formula with its values as a JSON object, as `node` in explanation.schema.json describes it.
std::string node_json(const explain::Node& node, const std::shared_ptr<const model::Plan>& plan,
                      text::Language language);

}  // namespace dabiao::json
