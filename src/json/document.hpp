#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "dabiao/calendar/date.hpp"
#include "dabiao/calendar/span.hpp"
#include "dabiao/exact/rational.hpp"
#include "dabiao/text/diagnostic.hpp"
#include "dabiao/text/render.hpp"

// What the JSON forms have in common.
namespace dabiao::json {

/// Keys stay in the order in which they are written.
using Document = nlohmann::ordered_json;

/// The text of a document; bytes that are no UTF-8 become U+FFFD.
inline std::string written(const Document& document, int indent = -1) {
  return document.dump(indent, ' ', false, Document::error_handler_t::replace);
}

/// The decimal with all its digits, or a fraction where it does not end.
inline std::string exact_text(const exact::Rational& value) {
  return value.to_finite_decimal().value_or(value.to_string());
}

inline Document optional_text(const std::string& text) {
  return text.empty() ? Document(nullptr) : Document(text);
}
template <class Value>
Document optional_text(const std::optional<Value>& value) {
  if (!value) return nullptr;
  return value->to_string();
}
inline Document optional_exact(const std::optional<exact::Rational>& value) {
  if (!value) return nullptr;
  return exact_text(*value);
}

Document to_document(const text::Diagnostic& diagnostic, text::Language language);

}  // namespace dabiao::json
