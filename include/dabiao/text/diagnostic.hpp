#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dabiao/text/diagnostic_kinds.hpp"
#include "dabiao/text/place.hpp"
#include "dabiao/text/source.hpp"

namespace dabiao::text {

/// A place in a plan's text with a few words about it.
struct Label {
  Place place;
  std::string message = {};          // may be empty
  std::string message_chinese = {};  // empty: the same words as `message`
};

/// A cell of a data file: row counts from 1 with the header as row 1; column is its heading.
struct DataPlace {
  std::string file;
  std::size_t row = 0;
  std::string column;
};

/// What is wrong, as data: rendering is separate (render.hpp).
struct Diagnostic {
  const DiagnosticKind* kind = nullptr;
  std::shared_ptr<const Source> source;  // null where there is no text to point at
  std::optional<Place> place;
  std::optional<DataPlace> data_place;
  std::vector<std::pair<std::string, std::string>> arguments;
  std::vector<Label> labels;       // further places ("declared here")
  std::vector<std::string> notes;  // further sentences, already in words
  std::string suggestion;          // the text that would repair it, or empty
  std::vector<std::string> expected;

  // The Chinese words where they differ, in the order of the lists above; an empty or missing
  // element stands for the same words.
  std::vector<std::string> arguments_chinese;
  std::vector<std::string> notes_chinese;
  std::vector<std::string> expected_chinese;

  Diagnostic() = default;
  explicit Diagnostic(const DiagnosticKind& what) : kind(&what) {}
  Diagnostic(const DiagnosticKind& what, Place where) : kind(&what), place(where) {}

  // The builders return the diagnostic itself, so that one expression describes it. Words that
  // differ between the languages are given twice, English first. They are marked as seldom called,
  // so that compilers move all that describes mistakes away from what a sound plan runs through.
  [[gnu::cold]] Diagnostic& with(std::string_view name, std::string value,
                                 std::string chinese = {}) {
    arguments.emplace_back(std::string(name), std::move(value));
    arguments_chinese.resize(arguments.size());
    arguments_chinese.back() = std::move(chinese);
    return *this;
  }
  [[gnu::cold]] Diagnostic& label(Place where, std::string message, std::string chinese = {}) {
    labels.push_back({where, std::move(message), std::move(chinese)});
    return *this;
  }
  [[gnu::cold]] Diagnostic& note(std::string sentence, std::string chinese = {}) {
    notes.push_back(std::move(sentence));
    notes_chinese.resize(notes.size());
    notes_chinese.back() = std::move(chinese);
    return *this;
  }
  [[gnu::cold]] Diagnostic& suggest(std::string text) {
    suggestion = std::move(text);
    return *this;
  }
  [[gnu::cold]] Diagnostic& expect(std::string what, std::string chinese = {}) {
    expected.push_back(std::move(what));
    expected_chinese.resize(expected.size());
    expected_chinese.back() = std::move(chinese);
    return *this;
  }
  Diagnostic& in_source(std::shared_ptr<const Source> text) {
    source = std::move(text);
    return *this;
  }
  Diagnostic& in_data(DataPlace where) {
    data_place = std::move(where);
    return *this;
  }
  bool is_error() const { return kind->severity == Severity::error; }
};

/// The diagnostics of one run, in the order in which they were found.
class Diagnostics {
 public:
  Diagnostics() = default;
  explicit Diagnostics(std::shared_ptr<const Source> source) : source_(std::move(source)) {}

  /// Adds a diagnostic about a place in the current source; the reference is valid until the next.
  [[gnu::cold]] Diagnostic& add(const DiagnosticKind& kind, Place place) {
    list_.emplace_back(kind, place).source = source_;
    return list_.back();
  }
  /// Adds a diagnostic that has no place in a text.
  [[gnu::cold]] Diagnostic& add(const DiagnosticKind& kind) { return list_.emplace_back(kind); }
  void append(const Diagnostics& other) {
    list_.insert(list_.end(), other.list_.begin(), other.list_.end());
  }

  bool has_errors() const {
    for (const Diagnostic& each : list_) {
      if (each.is_error()) return true;
    }
    return false;
  }
  bool empty() const { return list_.empty(); }
  std::size_t size() const { return list_.size(); }
  auto begin() const { return list_.begin(); }
  auto end() const { return list_.end(); }
  std::vector<Diagnostic>& list() { return list_; }
  const std::vector<Diagnostic>& list() const { return list_; }
  const std::shared_ptr<const Source>& source() const { return source_; }

 private:
  std::shared_ptr<const Source> source_;
  std::vector<Diagnostic> list_;
};

}  // namespace dabiao::text
