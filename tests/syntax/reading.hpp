#pragma once

#include <memory>
#include <string>
#include <utility>

#include "dabiao/syntax/parse.hpp"
#include "dabiao/syntax/print.hpp"
#include "dabiao/text/render.hpp"

// What the tests of this folder have in common: texts in, words out.
namespace dabiao::syntax {

inline Parsed read(std::string text) {
  return parse(std::make_shared<text::Source>("plan.biao", std::move(text)));
}

/// Each diagnostic as line:column and kind, one per line.
inline std::string mistakes(const text::Diagnostics& diagnostics) {
  std::string list;
  for (const text::Diagnostic& each : diagnostics) {
    const auto range = text::positions(each);
    list += std::to_string(range->begin.line) + ":" + std::to_string(range->begin.column) + " " +
            std::string(each.kind->name) + "\n";
  }
  return list;
}
inline std::string mistakes(std::string text) {
  return mistakes(read(std::move(text)).diagnostics);
}

/// The canonical form of a text without mistakes, else what is wrong with it.
inline std::string canonical(std::string text, const PrintOptions& options = {}) {
  const Parsed parsed = read(std::move(text));
  if (!parsed.diagnostics.empty()) return mistakes(parsed.diagnostics);
  std::string printed = print(parsed.ast, options);
  if (!printed.empty()) printed.pop_back();
  return printed;
}

/// The canonical form of a formula, with all of the operators' functions shown on request.
inline std::string formula(std::string text) {
  const std::string units[] = {"张", "人", "次", "户", "个", "m"};
  const ParsedExpression parsed =
      parse_expression(std::make_shared<text::Source>("formula", std::move(text)), units);
  if (!parsed.diagnostics.empty()) return mistakes(parsed.diagnostics);
  return print(parsed.ast, parsed.root);
}

/// A formula as nested calls: what the grammar made of it.
inline std::string calls(const Ast& ast, ExpressionId id) {
  if (id == no_expression) return "?";
  const Expression& expression = ast.at(id);
  const auto list = [&] {
    std::string text;
    for (const ExpressionId each : expression.arguments) {
      text += (text.empty() ? "" : ", ") + calls(ast, each);
    }
    return text;
  };
  switch (expression.kind) {
    case ExpressionKind::number:
      return expression.text + (expression.unit.empty() ? "" : "<" + expression.unit + ">");
    case ExpressionKind::yesno:
      return expression.truth ? "yes" : "no";
    case ExpressionKind::period:
      return "@" + expression.span->to_string();
    case ExpressionKind::name:
      return expression.text;
    case ExpressionKind::call:
      return expression.text + "(" + list() + ")";
    case ExpressionKind::aggregate: {
      std::string text = expression.text + "{" + expression.over->text;
      if (!expression.arguments.empty()) text += ": " + list();
      if (expression.filter != no_expression) text += " | " + calls(ast, expression.filter);
      return text + "}";
    }
    case ExpressionKind::rank:
      return expression.text + "{" + list() + " among " + expression.over->text + "}";
    case ExpressionKind::due:
      return "due";
    case ExpressionKind::read:
      break;
  }
  const Bracket& bracket = *expression.bracket;
  std::string inside;
  switch (bracket.kind) {
    case Bracket::Kind::start:
      inside = "start";
      break;
    case Bracket::Kind::end:
      inside = "end";
      break;
    case Bracket::Kind::previous:
      inside = "previous";
      break;
    case Bracket::Kind::span:
      inside = "@" + bracket.span.to_string();
      break;
    case Bracket::Kind::name:
      inside = "name " + bracket.text;
      break;
    case Bracket::Kind::quoted:
      inside = "\"" + bracket.text + "\"";
      break;
  }
  return "read(" + list() + ", " + inside + ")";
}
inline std::string calls(std::string text) {
  const std::string units[] = {"张", "人", "次", "户", "个", "m"};
  const ParsedExpression parsed =
      parse_expression(std::make_shared<text::Source>("formula", std::move(text)), units);
  if (!parsed.diagnostics.empty()) return mistakes(parsed.diagnostics);
  return calls(parsed.ast, parsed.root);
}

}  // namespace dabiao::syntax
