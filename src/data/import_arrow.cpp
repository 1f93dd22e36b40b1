#include "dabiao/data/import_arrow.hpp"

#include <cstring>
#include <memory>
#include <optional>
#include <utility>

#include "arrow_column.hpp"

namespace dabiao::data {
namespace {

using text::Diagnostics;
using text::kind;

/// Owns an Arrow array and releases it once.
struct ArrayOwner {
  ArrowArray array{};
  explicit ArrayOwner(ArrowArray& taken) : array(taken) { taken.release = nullptr; }
  ArrayOwner(const ArrayOwner&) = delete;
  ArrayOwner& operator=(const ArrayOwner&) = delete;
  ~ArrayOwner() {
    if (array.release != nullptr) array.release(&array);
  }
};

struct SchemaOwner {
  ArrowSchema schema{};
  explicit SchemaOwner(ArrowSchema& taken) : schema(taken) { taken.release = nullptr; }
  SchemaOwner(const SchemaOwner&) = delete;
  SchemaOwner& operator=(const SchemaOwner&) = delete;
  ~SchemaOwner() {
    if (schema.release != nullptr) schema.release(&schema);
  }
};

/// The headings of a struct schema; nothing where it is none.
std::optional<std::vector<std::string>> headings(const ArrowSchema& schema,
                                                 Diagnostics& diagnostics) {
  if (schema.format == nullptr || std::string_view(schema.format) != "+s") {
    diagnostics.add(kind("no_table"))
        .with("seen", schema.format == nullptr ? "" : schema.format)
        .expect("a struct array: a column per heading");
    return std::nullopt;
  }
  std::vector<std::string> names;
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    const char* name = schema.children[i]->name;
    names.emplace_back(name == nullptr ? "" : name);
  }
  return names;
}

TableBatch import_batch(const ArrowSchema& schema, ArrowArray& taken) {
  auto owner = std::make_shared<ArrayOwner>(taken);
  const ArrowArray& array = owner->array;
  TableBatch batch;
  batch.rows = static_cast<std::uint64_t>(array.length);
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    const ArrowArray* child = array.children[i];
    batch.columns.push_back(import_column({schema.children[i], child,
                                           static_cast<std::uint64_t>(array.offset + child->offset),
                                           batch.rows, owner}));
  }
  return batch;
}

}  // namespace

Checked<Table> import_arrow(ArrowSchema* schema, ArrowArray* array) {
  const SchemaOwner owned_schema(*schema);
  Diagnostics diagnostics;
  std::optional<std::vector<std::string>> names = headings(owned_schema.schema, diagnostics);
  if (!names) {
    const ArrayOwner unused(*array);
    return diagnostics;
  }
  Table table;
  table.headings = std::move(*names);
  table.batches.push_back(import_batch(owned_schema.schema, *array));
  return table;
}

Checked<Table> import_arrow(ArrowArrayStream* taken) {
  struct StreamOwner {
    ArrowArrayStream stream;
    ~StreamOwner() {
      if (stream.release != nullptr) stream.release(&stream);
    }
  } owner{*taken};
  taken->release = nullptr;
  ArrowArrayStream& stream = owner.stream;

  Diagnostics diagnostics;
  const auto fail = [&](int code) {
    const char* message = stream.get_last_error(&stream);
    diagnostics.add(kind("stream_broke_off"))
        .with("message", message == nullptr ? std::strerror(code) : message);
    return diagnostics;
  };
  ArrowSchema schema{};
  if (const int code = stream.get_schema(&stream, &schema); code != 0) return fail(code);
  const SchemaOwner owned_schema(schema);
  std::optional<std::vector<std::string>> names = headings(owned_schema.schema, diagnostics);
  if (!names) return diagnostics;
  Table table;
  table.headings = std::move(*names);
  while (true) {
    ArrowArray array{};
    if (const int code = stream.get_next(&stream, &array); code != 0) return fail(code);
    if (array.release == nullptr) break;
    table.batches.push_back(import_batch(owned_schema.schema, array));
  }
  return table;
}

}  // namespace dabiao::data
