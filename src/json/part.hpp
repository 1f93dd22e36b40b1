#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dabiao/text/diagnostic.hpp"
#include "document.hpp"

namespace dabiao::json {

/// A part of a document and the way to it, for messages.
class Part {
 public:
  Part(const Document* value, std::string path) : value_(value), path_(std::move(path)) {}

  bool is_absent() const { return value_ == nullptr || value_->is_null(); }
  bool is_text() const { return value_ != nullptr && value_->is_string(); }
  bool is_object() const { return value_ != nullptr && value_->is_object(); }
  const Document& value() const { return *value_; }
  const std::string& path() const { return path_; }

  Part at(std::string_view key) const {
    const std::string path = path_.empty() ? std::string(key) : path_ + "." + std::string(key);
    if (!is_object()) return {nullptr, path};
    const auto found = value_->find(key);
    return {found == value_->end() ? nullptr : &*found, path};
  }
  Part at(std::size_t index) const {
    return {&(*value_)[index], path_ + "[" + std::to_string(index) + "]"};
  }

 private:
  const Document* value_;
  std::string path_;
};

/// Reads parts of a document; what has another form than expected is reported, and read as nothing.
class PartReader {
 public:
  explicit PartReader(text::Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

 protected:
  void wrong(const Part& part, std::string expected, std::string chinese);
  std::string required_text(const Part& part);
  std::string optional_text(const Part& part);
  bool flag(const Part& part);
  std::optional<std::int64_t> optional_integer(const Part& part);
  std::vector<Part> list(const Part& part);
  std::string chosen(const Part& part, std::initializer_list<std::string_view> choices);

  text::Diagnostics& diagnostics_;
};

}  // namespace dabiao::json
