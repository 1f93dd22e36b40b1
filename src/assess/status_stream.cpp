#include "dabiao/assess/status_stream.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <exception>
#include <map>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

namespace dabiao::assessment {

namespace {

/// Memory that several arrays read.
using Bytes = std::shared_ptr<const std::vector<std::uint8_t>>;
using Numbers = std::shared_ptr<const std::vector<data::EntityIndex>>;

/// What keeps the buffers of an array, and where they are listed.
struct Kept {
  std::vector<std::shared_ptr<const void>> owners;
  std::vector<const void*> buffers;
  std::vector<ArrowArray> children;
  std::vector<ArrowArray*> child_pointers;
  std::unique_ptr<ArrowArray> dictionary;
};

void release(ArrowArray* array) {
  auto* const kept = static_cast<Kept*>(array->private_data);
  for (ArrowArray& child : kept->children) {
    if (child.release != nullptr) child.release(&child);
  }
  if (kept->dictionary && kept->dictionary->release != nullptr) {
    kept->dictionary->release(kept->dictionary.get());
  }
  delete kept;
  array->release = nullptr;
}

void fill(ArrowArray* array, std::unique_ptr<Kept> kept, std::size_t length,
          std::int64_t nulls = 0) {
  *array = {};
  array->length = static_cast<std::int64_t>(length);
  array->null_count = nulls;
  array->n_buffers = static_cast<std::int64_t>(kept->buffers.size());
  array->buffers = kept->buffers.data();
  for (ArrowArray& child : kept->children) kept->child_pointers.push_back(&child);
  array->n_children = static_cast<std::int64_t>(kept->children.size());
  array->children = kept->child_pointers.data();
  array->dictionary = kept->dictionary.get();
  array->release = release;
  array->private_data = kept.release();
}

/// Texts with their offsets.
struct Texts {
  std::string bytes;
  std::vector<std::int32_t> offsets{0};
  void add(std::string_view text) {
    bytes += text;
    offsets.push_back(static_cast<std::int32_t>(bytes.size()));
  }
  std::size_t size() const { return offsets.size() - 1; }
};

void fill(ArrowArray* array, const std::shared_ptr<const Texts>& texts) {
  auto kept = std::make_unique<Kept>();
  kept->owners.push_back(texts);
  kept->buffers = {nullptr, texts->offsets.data(), texts->bytes.data()};
  fill(array, std::move(kept), texts->size());
}

void fill_dictionary(ArrowArray* array, std::shared_ptr<const void> owner, const void* indices,
                     std::size_t length, const std::shared_ptr<const Texts>& texts) {
  auto kept = std::make_unique<Kept>();
  kept->owners.push_back(std::move(owner));
  kept->buffers = {nullptr, indices};
  kept->dictionary = std::make_unique<ArrowArray>();
  fill(kept->dictionary.get(), texts);
  fill(array, std::move(kept), length);
}

struct KeptSchema {
  std::string name, format;
  std::vector<ArrowSchema> children;
  std::vector<ArrowSchema*> child_pointers;
  std::unique_ptr<ArrowSchema> dictionary;
};

void release(ArrowSchema* schema) {
  auto* const kept = static_cast<KeptSchema*>(schema->private_data);
  for (ArrowSchema& child : kept->children) {
    if (child.release != nullptr) child.release(&child);
  }
  if (kept->dictionary && kept->dictionary->release != nullptr) {
    kept->dictionary->release(kept->dictionary.get());
  }
  delete kept;
  schema->release = nullptr;
}

void fill(ArrowSchema* schema, std::string name, std::string format, bool texts,
          std::vector<ArrowSchema> children, bool nullable) {
  auto kept = std::make_unique<KeptSchema>();
  kept->name = std::move(name);
  kept->format = std::move(format);
  kept->children = std::move(children);
  for (ArrowSchema& child : kept->children) kept->child_pointers.push_back(&child);
  if (texts) {
    kept->dictionary = std::make_unique<ArrowSchema>();
    fill(kept->dictionary.get(), "", "u", false, {}, false);
  }
  *schema = {};
  schema->format = kept->format.c_str();
  schema->name = kept->name.c_str();
  schema->flags = nullable ? ARROW_FLAG_NULLABLE : 0;
  schema->n_children = static_cast<std::int64_t>(kept->children.size());
  schema->children = kept->child_pointers.data();
  schema->dictionary = kept->dictionary.get();
  schema->release = release;
  schema->private_data = kept.release();
}

/// The state of a stream.
struct Source {
  std::shared_ptr<Statuses> statuses;
  std::shared_ptr<const Texts> targets, levels, names;
  std::shared_ptr<Texts> spans;
  std::vector<calendar::Span> known_spans;
  std::map<std::int32_t, Bytes> constants;  // by the value: indices that are all it
  Numbers ascending;
  std::string problem;
  std::size_t index_bytes = sizeof(std::int32_t);  // of the dictionaries that are not of statuses

  explicit Source(std::shared_ptr<Statuses> of) : statuses(std::move(of)) {
    const model::Plan& plan = *statuses->cube().plan;
    Texts found;
    for (const model::Target& each : plan.targets) found.add(each.name);
    targets = std::make_shared<const Texts>(std::move(found));
    found = {};
    for (const model::Level& each : plan.levels) found.add(each.name);
    for (const model::Group& each : plan.groups) found.add(each.name);
    levels = std::make_shared<const Texts>(std::move(found));
    found = {};
    for (const StatusRow& each : dabiao::assessment::statuses) found.add(each.name);
    names = std::make_shared<const Texts>(std::move(found));
    spans = std::make_shared<Texts>();
    for (const calendar::Span& each : statuses->spans()) {
      known_spans.push_back(each);
      spans->add(each.to_string());
    }
    const std::size_t most = std::max({targets->size(), levels->size(), spans->size()});
    if (statuses->knows_all_spans() && most <= 127) index_bytes = sizeof(std::int8_t);
  }

  /// `count` indices that are all `value`.
  Bytes constant(std::int32_t value, std::size_t count) {
    Bytes& bytes = constants[value];
    if (!bytes || bytes->size() < count * index_bytes) {
      if (index_bytes == 1) {
        bytes =
            std::make_shared<std::vector<std::uint8_t>>(count, static_cast<std::uint8_t>(value));
      } else {
        auto made = std::make_shared<std::vector<std::uint8_t>>(count * index_bytes);
        for (std::size_t i = 0; i < count; ++i) {
          std::memcpy(made->data() + i * index_bytes, &value, index_bytes);
        }
        bytes = std::move(made);
      }
    }
    return bytes;
  }

  Numbers first(std::size_t count) {
    if (!ascending || ascending->size() < count) {
      auto made = std::make_shared<std::vector<data::EntityIndex>>(count);
      std::iota(made->begin(), made->end(), 0U);
      ascending = std::move(made);
    }
    return ascending;
  }

  std::int32_t span_number(const calendar::Span& span) {
    const auto known = std::find(known_spans.begin(), known_spans.end(), span);
    if (known == known_spans.end()) {
      // Earlier batches keep the shorter list, which this one begins with.
      spans = std::make_shared<Texts>(*spans);
      spans->add(span.to_string());
      known_spans.push_back(span);
      return static_cast<std::int32_t>(known_spans.size()) - 1;
    }
    return static_cast<std::int32_t>(known - known_spans.begin());
  }

  void next(ArrowArray* out) {
    *out = {};
    auto block = statuses->next();
    while (block && block->statuses->empty()) block = statuses->next();
    if (!block) return;
    const std::size_t count = block->statuses->size();
    auto kept = std::make_unique<Kept>();
    kept->buffers = {nullptr};
    kept->children.resize(5);
    const auto same = [&](std::size_t child, std::int32_t value,
                          const std::shared_ptr<const Texts>& texts) {
      const Bytes bytes = constant(value, count);
      fill_dictionary(&kept->children[child], bytes, bytes->data(), count, texts);
    };
    const std::size_t level = block->group == model::none
                                  ? block->level
                                  : statuses->cube().plan->levels.size() + block->group;
    same(0, static_cast<std::int32_t>(block->target), targets);
    same(1, static_cast<std::int32_t>(level), levels);
    same(2, span_number(block->span), spans);
    auto entity = std::make_unique<Kept>();
    if (block->group != model::none) {
      auto nothing = std::make_shared<std::vector<std::uint8_t>>((count + 7) / 8);
      const Numbers numbers = first(count);
      entity->owners = {nothing, numbers};
      entity->buffers = {nothing->data(), numbers->data()};
      fill(&kept->children[3], std::move(entity), count, static_cast<std::int64_t>(count));
    } else {
      const Numbers numbers = block->entities ? block->entities : first(count);
      entity->owners = {numbers};
      entity->buffers = {nullptr, numbers->data()};
      fill(&kept->children[3], std::move(entity), count);
    }
    fill_dictionary(&kept->children[4], block->statuses, block->statuses->data(), count, names);
    fill(out, std::move(kept), count);
  }
};

}  // namespace

void export_arrow(std::shared_ptr<Statuses> of, ArrowArrayStream* stream) {
  *stream = {};
  stream->get_schema = [](ArrowArrayStream* self, ArrowSchema* out) {
    const auto* const source = static_cast<const Source*>(self->private_data);
    const char* const index = source->index_bytes == 1 ? "c" : "i";
    std::vector<ArrowSchema> children(5);
    fill(&children[0], "target", index, true, {}, false);
    fill(&children[1], "level", index, true, {}, false);
    fill(&children[2], "span", index, true, {}, false);
    fill(&children[3], "entity", "I", false, {}, true);
    fill(&children[4], "status", "c", true, {}, false);
    fill(out, "", "+s", false, std::move(children), false);
    return 0;
  };
  stream->get_next = [](ArrowArrayStream* self, ArrowArray* out) {
    auto* const source = static_cast<Source*>(self->private_data);
    try {
      source->next(out);
      return 0;
    } catch (const std::exception& error) {
      source->problem = error.what();
      return EIO;
    }
  };
  stream->get_last_error = [](ArrowArrayStream* self) {
    const auto* const source = static_cast<Source*>(self->private_data);
    return source->problem.empty() ? nullptr : source->problem.c_str();
  };
  stream->release = [](ArrowArrayStream* self) {
    delete static_cast<Source*>(self->private_data);
    self->release = nullptr;
  };
  stream->private_data = new Source(std::move(of));
}

}  // namespace dabiao::assessment
