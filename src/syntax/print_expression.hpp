#pragma once

#include <string>

#include "dabiao/syntax/ast.hpp"
#include "dabiao/syntax/keywords.hpp"

namespace dabiao::syntax {

/// How keywords and operators are spelled.
struct PrintStyle {
  Language language = Language::english;
  bool keep_operators = true;  // as they were written

  std::string word(Keyword keyword) const { return std::string(spelled(keyword, language)); }
};

/// Precedences below and above those of all operators: of a choice, and of what is no operator.
inline constexpr int if_precedence = 0;
inline constexpr int primary_precedence = 100;

/// A formula on one line; `lowest` is the precedence below which parentheses are needed around the
/// whole.
std::string print_expression(const Ast& ast, const PrintStyle& style, ExpressionId id, int lowest);

/// `low..high`; the unit of the lower end is left out where it is that of the upper.
std::string print_range(const Ast& ast, const PrintStyle& style, const Range& range);

}  // namespace dabiao::syntax
