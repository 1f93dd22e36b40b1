#include "dabiao/data/export_arrow.hpp"

#include <cassert>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace dabiao::data {

/// Turns output columns into Arrow's structures. Every structure owns what it points at through
/// `private_data`, so that a receiver may move children out and release them on their own.
class ArrowExport {
 public:
  /// The same column without its cells.
  static OutputColumn shape(const OutputColumn& column) {
    OutputColumn empty(column.type_, column.name_);
    for (const OutputColumn& each : column.children_) empty.children_.push_back(shape(each));
    return empty;
  }

  static void schema(const OutputColumn& column, ArrowSchema* out) {
    auto* kept = new SchemaParts;
    kept->name = column.name_;
    kept->format = format(column.type_);
    for (const OutputColumn& each : column.children_) schema(each, kept->add_child());
    fill(kept, out, ARROW_FLAG_NULLABLE);
    if (column.type_ == OutputColumn::Type::dictionary) {
      auto* entries = new SchemaParts;
      entries->format = "u";
      kept->dictionary = std::make_unique<ArrowSchema>();
      fill(entries, kept->dictionary.get(), ARROW_FLAG_NULLABLE);
      out->dictionary = kept->dictionary.get();
    }
  }

  static void array(OutputColumn column, ArrowArray* out) {
    auto* kept = new ArrayParts(std::move(column));
    OutputColumn& cells = kept->column;
    if (cells.owner_ != nullptr) {
      kept->buffers = {cells.lent_validity_, cells.lent_cells_};
      fill(kept, out, cells.size_, cells.nulls_);
      return;
    }
    kept->buffers.push_back(cells.validity_.empty() ? nullptr : cells.validity_.data());
    switch (cells.type_) {
      case OutputColumn::Type::text:
        if (cells.offsets_.empty()) cells.offsets_.push_back(0);
        kept->buffers.push_back(cells.offsets_.data());
        kept->buffers.push_back(cells.bytes_.data());
        break;
      case OutputColumn::Type::float64:
        kept->buffers.push_back(cells.numbers_.data());
        break;
      case OutputColumn::Type::int64:
        kept->buffers.push_back(cells.long_integers_.data());
        break;
      case OutputColumn::Type::int32:
      case OutputColumn::Type::date:
      case OutputColumn::Type::dictionary:
        kept->buffers.push_back(cells.integers_.data());
        break;
      case OutputColumn::Type::yesno:
        kept->buffers.push_back(cells.bits_.data());
        break;
      case OutputColumn::Type::list:
        if (cells.offsets_.empty()) cells.offsets_.push_back(0);
        kept->buffers.push_back(cells.offsets_.data());
        break;
      case OutputColumn::Type::structure:
        break;
    }
    for (OutputColumn& each : cells.children_) array(std::move(each), kept->add_child());
    fill(kept, out, cells.size_, cells.nulls_);
    if (cells.type_ == OutputColumn::Type::dictionary) {
      OutputColumn entries = OutputColumn::text("");
      for (const std::string& entry : cells.entries_) entries.append(std::string_view(entry));
      kept->dictionary = std::make_unique<ArrowArray>();
      array(std::move(entries), kept->dictionary.get());
      out->dictionary = kept->dictionary.get();
    }
  }

 private:
  struct SchemaParts {
    std::string name;
    std::string format;
    std::vector<std::unique_ptr<ArrowSchema>> children;
    std::vector<ArrowSchema*> child_pointers;
    std::unique_ptr<ArrowSchema> dictionary;
    ArrowSchema* add_child() {
      children.push_back(std::make_unique<ArrowSchema>());
      child_pointers.push_back(children.back().get());
      return child_pointers.back();
    }
  };

  struct ArrayParts {
    explicit ArrayParts(OutputColumn cells) : column(std::move(cells)) {}
    OutputColumn column;
    std::vector<const void*> buffers;
    std::vector<std::unique_ptr<ArrowArray>> children;
    std::vector<ArrowArray*> child_pointers;
    std::unique_ptr<ArrowArray> dictionary;
    ArrowArray* add_child() {
      children.push_back(std::make_unique<ArrowArray>());
      child_pointers.push_back(children.back().get());
      return child_pointers.back();
    }
  };

  template <class Structure, class Parts>
  static void release(Structure* structure) {
    for (std::int64_t i = 0; i < structure->n_children; ++i) {
      Structure* child = structure->children[i];
      if (child->release != nullptr) child->release(child);
    }
    if (structure->dictionary != nullptr && structure->dictionary->release != nullptr) {
      structure->dictionary->release(structure->dictionary);
    }
    delete static_cast<Parts*>(structure->private_data);
    structure->release = nullptr;
  }

  static void fill(SchemaParts* kept, ArrowSchema* out, std::int64_t flags) {
    *out = {};
    out->format = kept->format.c_str();
    out->name = kept->name.c_str();
    out->flags = flags;
    out->n_children = static_cast<std::int64_t>(kept->children.size());
    out->children = kept->child_pointers.data();
    out->release = &release<ArrowSchema, SchemaParts>;
    out->private_data = kept;
  }

  static void fill(ArrayParts* kept, ArrowArray* out, std::uint64_t size, std::uint64_t nulls) {
    *out = {};
    out->length = static_cast<std::int64_t>(size);
    out->null_count = static_cast<std::int64_t>(nulls);
    out->n_buffers = static_cast<std::int64_t>(kept->buffers.size());
    out->buffers = kept->buffers.data();
    out->n_children = static_cast<std::int64_t>(kept->children.size());
    out->children = kept->child_pointers.data();
    out->release = &release<ArrowArray, ArrayParts>;
    out->private_data = kept;
  }

  static const char* format(OutputColumn::Type type) {
    switch (type) {
      case OutputColumn::Type::text:
        return "u";
      case OutputColumn::Type::float64:
        return "g";
      case OutputColumn::Type::int32:
      case OutputColumn::Type::dictionary:
        return "i";
      case OutputColumn::Type::int64:
        return "l";
      case OutputColumn::Type::yesno:
        return "b";
      case OutputColumn::Type::date:
        return "tdD";
      case OutputColumn::Type::list:
        return "+l";
      case OutputColumn::Type::structure:
        return "+s";
    }
    return "n";
  }
};

namespace {

OutputColumn record(std::vector<OutputColumn> columns) {
  [[maybe_unused]] const std::uint64_t rows = columns.empty() ? 0 : columns.front().size();
  std::vector<OutputColumn> fields;
  for (OutputColumn& each : columns) {
    assert(each.size() == rows && "the columns of a table have one size");
    fields.push_back(std::move(each));
  }
  return OutputColumn::structure("", std::move(fields));
}

void export_record(OutputColumn table, std::uint64_t rows, ArrowArray* array) {
  ArrowExport::array(std::move(table), array);
  array->length = static_cast<std::int64_t>(rows);
}

}  // namespace

void export_arrow(std::vector<OutputColumn> columns, ArrowSchema* schema, ArrowArray* array) {
  const std::uint64_t rows = columns.empty() ? 0 : columns.front().size();
  OutputColumn table = record(std::move(columns));
  ArrowExport::schema(table, schema);
  schema->flags = 0;
  export_record(std::move(table), rows, array);
}

void export_arrow(std::vector<OutputColumn> columns, ArrowArrayStream* stream) {
  struct Batch {
    OutputColumn table;
    OutputColumn shape;  // the same columns without cells
    std::uint64_t rows;
    bool given = false;
  };
  const std::uint64_t rows = columns.empty() ? 0 : columns.front().size();
  OutputColumn table = record(std::move(columns));
  OutputColumn shape = ArrowExport::shape(table);
  auto* batch = new Batch{std::move(table), std::move(shape), rows};
  *stream = {};
  stream->private_data = batch;
  stream->get_schema = [](ArrowArrayStream* self, ArrowSchema* out) {
    ArrowExport::schema(static_cast<Batch*>(self->private_data)->shape, out);
    out->flags = 0;
    return 0;
  };
  stream->get_next = [](ArrowArrayStream* self, ArrowArray* out) {
    auto* kept = static_cast<Batch*>(self->private_data);
    *out = {};
    if (kept->given) return 0;
    kept->given = true;
    export_record(std::move(kept->table), kept->rows, out);
    return 0;
  };
  stream->get_last_error = [](ArrowArrayStream*) -> const char* { return nullptr; };
  stream->release = [](ArrowArrayStream* self) {
    delete static_cast<Batch*>(self->private_data);
    self->release = nullptr;
  };
}

}  // namespace dabiao::data
