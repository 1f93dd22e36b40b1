#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "dabiao/ir/lower.hpp"
#include "dabiao/model/resolve.hpp"
#include "dabiao/syntax/parse.hpp"
#include "dabiao/text/diagnostic.hpp"
#include "dabiao/text/render.hpp"

namespace dabiao::check::testing {

/// A diagnostic as tests name it: its kind, line and column, and its English headline.
struct Finding {
  std::string kind;
  std::size_t line = 0;
  std::size_t column = 0;
  std::string message;
  bool operator==(const Finding&) const = default;
  friend std::ostream& operator<<(std::ostream& stream, const Finding& finding) {
    return stream << finding.kind << " at " << finding.line << ":" << finding.column << ": "
                  << finding.message;
  }
};

inline std::vector<Finding> findings(const text::Diagnostics& diagnostics) {
  std::vector<Finding> found;
  for (const text::Diagnostic& diagnostic : diagnostics) {
    // Every message can be written in both languages, whatever the test looks at.
    text::render(diagnostic, text::Language::english);
    text::render(diagnostic, text::Language::chinese);
    Finding finding;
    finding.kind = diagnostic.kind->name;
    if (diagnostic.source && diagnostic.place) {
      const text::Position at = diagnostic.source->position(diagnostic.place->begin);
      finding.line = at.line;
      finding.column = at.column;
    }
    finding.message = text::message(diagnostic, text::Language::english);
    found.push_back(std::move(finding));
  }
  return found;
}

/// The findings of one kind.
inline std::vector<Finding> of_kind(const text::Diagnostics& diagnostics, std::string_view kind) {
  std::vector<Finding> found;
  for (Finding& finding : findings(diagnostics)) {
    if (finding.kind == kind) found.push_back(std::move(finding));
  }
  return found;
}

/// A plan that has no errors, as typed nodes.
inline std::shared_ptr<const ir::Program> lowered_plan(std::string text) {
  const auto source = std::make_shared<text::Source>("plan.biao", std::move(text));
  syntax::Parsed parsed = syntax::parse(source);
  EXPECT_FALSE(parsed.diagnostics.has_errors())
      << text::render_all(parsed.diagnostics, text::Language::english);
  model::Resolved resolved =
      model::resolve(source, std::make_shared<syntax::Ast>(std::move(parsed.ast)));
  EXPECT_FALSE(resolved.diagnostics.has_errors())
      << text::render_all(resolved.diagnostics, text::Language::english);
  ir::Lowered lowered = ir::lower(resolved.plan);
  EXPECT_FALSE(lowered.diagnostics.has_errors())
      << text::render_all(lowered.diagnostics, text::Language::english);
  return std::move(lowered.program);
}

/// Line 1 of the plans below; what matters begins on line 2.
inline const std::string plan_line = "plan p \"plan\" window 2023-09-01..2023-12-31\n";

}  // namespace dabiao::check::testing
