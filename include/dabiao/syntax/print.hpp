#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dabiao/syntax/ast.hpp"
#include "dabiao/syntax/keywords.hpp"

namespace dabiao::syntax {

struct PrintOptions {
  /// The language of all keywords; none: each statement in the language of its own keyword.
  std::optional<Language> language;
  /// Columns beyond which a statement is broken before its clauses.
  std::size_t width = 100;
};

/// A plan in its one canonical form, comments kept at their statements and clauses. Reading what
/// is printed gives the same tree, and printing that the same text. The tree is one that was read
/// without errors, or made to look like one.
std::string print(const Ast& ast, const PrintOptions& options = {});

/// A formula on one line, with only the parentheses that it needs. Operators are spelled as they
/// were written.
std::string print(const Ast& ast, ExpressionId id, Language language = Language::english);

/// When, where and who as a plan writes them: `each month in 2024-04.. by day 25`,
/// `at each 机构 where 床位 >= 100 张`, `each 县区`. A standing duty is empty.
std::string print(const Ast& ast, const When& when, Language language = Language::english);
std::string print(const Ast& ast, const Where& where, Language language = Language::english);
std::string print(const Party& party, Language language = Language::english);

/// A name as a plan writes it, in backquotes where it needs them.
std::string print_name(std::string_view name);

/// A text in quotes.
std::string print_quoted(std::string_view text);

/// A span as a plan writes it: 2023-08, 2024-Q2..2024-Q4, 2024-04.., 2023-09-01..2023-12-15.
std::string print_span(const calendar::Span& span);

}  // namespace dabiao::syntax
