#pragma once

#include <memory>
#include <span>
#include <string>

#include "dabiao/syntax/ast.hpp"
#include "dabiao/syntax/limits.hpp"
#include "dabiao/text/diagnostic.hpp"
#include "dabiao/text/source.hpp"

namespace dabiao::syntax {

/// What a text says, and everything that is wrong with how it says it. The tree is there in any
/// case, so that the later stages can look at the rest; a statement with a mistake is in it,
/// marked as damaged, with what could be read.
struct Parsed {
  Ast ast;
  text::Diagnostics diagnostics;
};

/// Reads a plan. Diagnostics come in the order of their places.
Parsed parse(std::shared_ptr<const text::Source> source, const Limits& limits = {});

/// An expression that stands alone.
struct ParsedExpression {
  Ast ast;
  ExpressionId root = no_expression;  // absent where the text could not be read at all
  text::Diagnostics diagnostics;
};

/// Reads one expression, with units that are known and those of `units`.
ParsedExpression parse_expression(std::shared_ptr<const text::Source> source,
                                  std::span<const std::string> units = {},
                                  const Limits& limits = {});

}  // namespace dabiao::syntax
