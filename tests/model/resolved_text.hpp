#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "dabiao/model/resolve.hpp"
#include "dabiao/syntax/parse.hpp"
#include "dabiao/text/diagnostic.hpp"
#include "dabiao/text/render.hpp"

namespace dabiao::model::testing {

/// A diagnostic as tests name it: `kind` at line and column, both from 1.
struct Problem {
  std::string kind;
  std::size_t line = 0;
  std::size_t column = 0;
  bool operator==(const Problem&) const = default;
  friend std::ostream& operator<<(std::ostream& stream, const Problem& problem) {
    return stream << problem.kind << " at " << problem.line << ":" << problem.column;
  }
};

/// A plan read from text.
struct ResolvedText {
  std::shared_ptr<const text::Source> source;
  text::Diagnostics parse_diagnostics;
  Resolved resolved;

  const Plan& plan() const { return *resolved.plan; }
  std::vector<Problem> problems() const {
    std::vector<Problem> found;
    for (const text::Diagnostic& diagnostic : resolved.diagnostics) {
      const text::Position position = source->position(diagnostic.place->begin);
      found.push_back({std::string(diagnostic.kind->name), position.line, position.column});
    }
    return found;
  }
  const text::Diagnostic& diagnostic(std::size_t number = 0) const {
    return resolved.diagnostics.list().at(number);
  }
  std::string message(std::size_t number = 0) const {
    return text::message(diagnostic(number), text::Language::english);
  }
  /// Where the labels of a diagnostic begin.
  std::vector<text::Position> labels(std::size_t number = 0) const {
    std::vector<text::Position> found;
    for (const text::Label& label : diagnostic(number).labels) {
      found.push_back(source->position(label.place.begin));
    }
    return found;
  }
};

/// Text in which the parser may find mistakes.
inline ResolvedText resolve_damaged(std::string text) {
  ResolvedText result;
  result.source = std::make_shared<text::Source>("plan.biao", std::move(text));
  syntax::Parsed parsed = syntax::parse(result.source);
  result.parse_diagnostics = std::move(parsed.diagnostics);
  result.resolved = resolve(result.source, std::make_shared<syntax::Ast>(std::move(parsed.ast)));
  // Every message can be written in both languages, whatever the test looks at.
  for (const text::Diagnostic& diagnostic : result.resolved.diagnostics) {
    text::render(diagnostic, text::Language::english);
    text::render(diagnostic, text::Language::chinese);
  }
  return result;
}

/// Text that the parser finds nothing wrong with.
inline ResolvedText resolve_text(std::string text) {
  ResolvedText result = resolve_damaged(std::move(text));
  EXPECT_TRUE(result.parse_diagnostics.empty())
      << text::render_all(result.parse_diagnostics, text::Language::english);
  return result;
}

/// A plan of which only the lines from 2 on matter: line 1 is its `plan` statement.
inline ResolvedText resolve_lines(const std::string& lines) {
  return resolve_text("plan p \"plan\" window 2023-09-01..2023-12-31\n" + lines);
}

}  // namespace dabiao::model::testing
