#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "dabiao/graph/dependency_graph.hpp"
#include "dabiao/ir/lower.hpp"
#include "dabiao/model/resolve.hpp"
#include "dabiao/syntax/parse.hpp"
#include "dabiao/text/render.hpp"

namespace dabiao::ir::testing {

/// A plan from text, lowered; its names are all right, its types may not be.
struct TypedText {
  std::shared_ptr<const text::Source> source;
  std::shared_ptr<const model::Plan> plan;
  Lowered lowered;

  explicit TypedText(std::string text) {
    source = std::make_shared<const text::Source>("plan.biao", std::move(text));
    syntax::Parsed parsed = syntax::parse(source);
    EXPECT_TRUE(parsed.diagnostics.empty())
        << text::render_all(parsed.diagnostics, text::Language::english);
    model::Resolved resolved =
        model::resolve(source, std::make_shared<const syntax::Ast>(std::move(parsed.ast)));
    EXPECT_FALSE(resolved.diagnostics.has_errors())
        << text::render_all(resolved.diagnostics, text::Language::english);
    plan = resolved.plan;
    EXPECT_FALSE(graph::cycle_diagnostics(graph::build(*plan), *plan).has_errors());
    lowered = lower(plan);
  }

  /// "kind line:column" of every diagnostic.
  std::vector<std::string> problems() const {
    std::vector<std::string> found;
    for (const text::Diagnostic& each : lowered.diagnostics) {
      const text::Position position = source->position(each.place->begin);
      found.push_back(std::string(each.kind->name) + " " + std::to_string(position.line) + ":" +
                      std::to_string(position.column));
      // Every message can be written in both languages, whatever the test looks at.
      EXPECT_FALSE(text::message(each, text::Language::english).empty());
      EXPECT_FALSE(text::message(each, text::Language::chinese).empty());
    }
    return found;
  }
};

}  // namespace dabiao::ir::testing
