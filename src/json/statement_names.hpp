#pragma once

#include <string_view>
#include <variant>

#include "dabiao/syntax/ast.hpp"

namespace dabiao::json {

/// The form's name and version.
inline constexpr std::string_view plan_format = "dabiao-plan-1";

/// What the statements of a kind are called.
struct StatementName {
  std::string_view keyword;
  std::string_view plural;  // the key of the JSON form
};

/// In the order of syntax::StatementBody.
inline constexpr StatementName statement_names[] = {
    {"plan", "plan"},          {"level", "levels"},      {"unit", "units"},
    {"stages", "stages"},      {"input", "inputs"},      {"indicator", "indicators"},
    {"target", "targets"},     {"table", "tables"},      {"group", "groups"},
    {"entities", "entities"},  {"given", "given"},       {"stated", "stated"},
    {"clause", "clauses"},     {"holidays", "holidays"}, {"lever", "levers"},
    {"scenario", "scenarios"}, {"noted", "noted"},
};
static_assert(std::size(statement_names) == std::variant_size_v<syntax::StatementBody>);

/// By syntax::Language.
inline constexpr std::string_view language_names[] = {"english", "simplified", "traditional"};

}  // namespace dabiao::json
