#include "dabiao/json/diagnostics_json.hpp"

#include "document.hpp"

namespace dabiao::json {
namespace {

void add_positions(Document& object, const std::optional<text::PositionRange>& range) {
  object["line"] = range ? Document(range->begin.line) : Document(nullptr);
  object["column"] = range ? Document(range->begin.column) : Document(nullptr);
  object["end_line"] = range ? Document(range->end.line) : Document(nullptr);
  object["end_column"] = range ? Document(range->end.column) : Document(nullptr);
}

}  // namespace

Document to_document(const text::Diagnostic& diagnostic, text::Language language) {
  Document object;
  object["kind"] = diagnostic.kind->name;
  object["severity"] = text::severity_name(diagnostic.kind->severity, text::Language::english);
  object["message"] = text::message(diagnostic, language);
  object["file"] = nullptr;
  if (diagnostic.source) object["file"] = diagnostic.source->name();
  if (diagnostic.data_place) object["file"] = diagnostic.data_place->file;
  add_positions(object, text::positions(diagnostic));
  object["row"] = nullptr;
  object["data_column"] = nullptr;
  if (diagnostic.data_place && diagnostic.data_place->row != 0) {
    object["row"] = diagnostic.data_place->row;
  }
  if (diagnostic.data_place) object["data_column"] = optional_text(diagnostic.data_place->column);
  object["expected"] = text::expected(diagnostic, language);
  object["suggestion"] = optional_text(diagnostic.suggestion);
  object["notes"] = text::notes(diagnostic, language);
  object["labels"] = Document::array();
  for (const text::Label& label : diagnostic.labels) {
    Document place;
    place["message"] = text::words(label, language);
    std::optional<text::PositionRange> range;
    if (diagnostic.source) range = text::positions(*diagnostic.source, label.place);
    add_positions(place, range);
    object["labels"].push_back(std::move(place));
  }
  return object;
}

std::string diagnostic_json(const text::Diagnostic& diagnostic, text::Language language) {
  return written(to_document(diagnostic, language));
}

std::string diagnostics_json(const text::Diagnostics& diagnostics, text::Language language) {
  Document array = Document::array();
  for (const text::Diagnostic& each : text::sorted(diagnostics)) {
    array.push_back(to_document(each, language));
  }
  return written(array);
}

}  // namespace dabiao::json
