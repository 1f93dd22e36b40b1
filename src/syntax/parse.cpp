#include "dabiao/syntax/parse.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "dabiao/syntax/token.hpp"
#include "syntax/arrange.hpp"
#include "syntax/builder.hpp"
#include "syntax/grammar/statements.hpp"

// From tokens to the tree. Nothing outside this file and the headers of the grammar, which it alone
// includes, sees Spirit, and its failures end here. Statements are parsed one by one; inside a
// statement a mistake ends the clause in which it stands, and in braces the item.
namespace dabiao::syntax {
namespace {

template <class Body, class Grammar>
Body run(const Grammar& grammar, Builder& builder, Iterator first, Iterator last) {
  Body body;
  const auto context = x3::make_context<BuilderTag>(builder);
  grammar.parse(first, last, context, body, x3::unused);
  return body;
}

/// Facts take from the builder what they share.
template <class Facts>
Facts with_shared(Facts body, Builder& builder) {
  body.where = std::move(builder.shared.duties.where);
  body.cite = std::move(builder.shared.cite);
  body.tags = std::move(builder.shared.tags);
  return body;
}

StatementBody body_of(Builder& builder, Iterator first, Iterator last) {
  switch (first->keyword) {
    case Keyword::plan:
      return run<PlanStatement>(plan_grammar, builder, first, last);
    case Keyword::level:
      return run<LevelStatement>(level_grammar, builder, first, last);
    case Keyword::unit:
      return run<UnitStatement>(unit_grammar, builder, first, last);
    case Keyword::stages:
      return run<StagesStatement>(stages_grammar, builder, first, last);
    case Keyword::input:
      return run<InputStatement>(input_grammar, builder, first, last);
    case Keyword::indicator:
      return run<IndicatorStatement>(indicator_grammar, builder, first, last);
    case Keyword::target: {
      auto body = run<TargetStatement>(target_grammar, builder, first, last);
      builder.finish_when();
      body.duties = std::move(builder.shared.duties);
      body.cite = std::move(builder.shared.cite);
      body.tags = std::move(builder.shared.tags);
      return body;
    }
    case Keyword::table:
      return run<TableStatement>(table_grammar, builder, first, last);
    case Keyword::group:
      return run<GroupStatement>(group_grammar, builder, first, last);
    case Keyword::entities:
      return run<EntitiesStatement>(entities_grammar, builder, first, last);
    case Keyword::given:
      return with_shared(run<GivenStatement>(given_grammar, builder, first, last), builder);
    case Keyword::stated:
      return with_shared(run<StatedStatement>(stated_grammar, builder, first, last), builder);
    case Keyword::noted:
      return run<NotedStatement>(noted_grammar, builder, first, last);
    case Keyword::clause: {
      auto body = run<ClauseStatement>(clause_grammar, builder, first, last);
      builder.finish_when();
      body.duties = std::move(builder.shared.duties);
      return body;
    }
    case Keyword::holidays:
      return run<HolidaysStatement>(holidays_grammar, builder, first, last);
    case Keyword::lever: {
      auto body = run<LeverStatement>(lever_grammar, builder, first, last);
      body.where = std::move(builder.shared.duties.where);
      return body;
    }
    default:
      return run<ScenarioStatement>(scenario_grammar, builder, first, last);
  }
}

/// The language of a statement: that of its keyword, or, where that is written alike in simplified
/// and traditional characters, that of the other keywords.
Language language_of(Iterator first, Iterator last) {
  const KeywordRow& row = keyword_row(first->keyword);
  if (first->language != Language::simplified || row.simplified != row.traditional) {
    return first->language;
  }
  const bool traditional = std::any_of(first, last, [](const Token& token) {
    if (token.kind == TokenKind::word) return token.language == Language::traditional;
    return token.infix() && token.infix()->language == Language::traditional;
  });
  return traditional ? Language::traditional : Language::simplified;
}

Statement statement_of(Builder& builder, Iterator first, Iterator last) {
  builder.begin_statement(first, last);
  Statement statement;
  statement.keyword = first->place;
  statement.place = builder.place(first, last);
  statement.language = language_of(first, last);
  statement.blank_before = first->blank_before;
  statement.body = body_of(builder, first, last);
  statement.damaged = builder.damaged();
  statement.clauses = builder.clauses();
  return statement;
}

/// Where diagnostics point at.
std::vector<std::uint32_t> places_of(const text::Diagnostics& diagnostics) {
  std::vector<std::uint32_t> places;
  for (const text::Diagnostic& each : diagnostics) {
    if (each.place) places.push_back(each.place->begin);
  }
  return places;
}

void sort_by_place(text::Diagnostics& diagnostics) {
  std::stable_sort(diagnostics.list().begin(), diagnostics.list().end(),
                   [](const text::Diagnostic& a, const text::Diagnostic& b) {
                     const std::uint32_t first = a.place ? a.place->begin : 0;
                     const std::uint32_t second = b.place ? b.place->begin : 0;
                     return first < second;
                   });
}

}  // namespace

Parsed parse(std::shared_ptr<const text::Source> source, const Limits& limits) {
  Parsed parsed{{}, text::Diagnostics(source)};
  Tokens tokens = lex(std::move(source), limits, parsed.diagnostics);
  const Arranged arranged = arrange(tokens, limits, parsed.diagnostics);
  std::vector<std::uint32_t> mistakes = places_of(parsed.diagnostics);
  mistakes.insert(mistakes.end(), arranged.further_mistakes.begin(),
                  arranged.further_mistakes.end());
  std::sort(mistakes.begin(), mistakes.end());
  Builder builder(tokens, arranged, limits, parsed.diagnostics);
  builder.ast.source = tokens.source;
  builder.ast.texts = std::move(tokens.texts);  // where they are, they stay
  builder.reserve();
  try {
    for (const StatementTokens& each : arranged.statements) {
      if (each.refused) continue;
      const Token* first = tokens.list.data();
      Statement statement = statement_of(builder, first + each.begin, first + each.end);
      const auto mistake =
          std::lower_bound(mistakes.begin(), mistakes.end(), statement.place.begin);
      if (mistake != mistakes.end() && *mistake < statement.place.end) statement.damaged = true;
      builder.ast.statements.push_back(std::move(statement));
    }
  } catch (const TreeTooLarge&) {
    // Reported where it happened; the statements before it stay.
  }
  parsed.ast = std::move(builder.ast);
  parsed.ast.comments = std::move(tokens.comments);
  sort_by_place(parsed.diagnostics);
  return parsed;
}

ParsedExpression parse_expression(std::shared_ptr<const text::Source> source,
                                  std::span<const std::string> units, const Limits& limits) {
  ParsedExpression parsed{{}, no_expression, text::Diagnostics(source)};
  Tokens tokens = lex(std::move(source), limits, parsed.diagnostics);
  const Arranged arranged = arrange_expression(tokens, units, limits, parsed.diagnostics);
  Builder builder(tokens, arranged, limits, parsed.diagnostics);
  builder.ast.source = tokens.source;
  builder.ast.texts = std::move(tokens.texts);  // where they are, they stay
  const StatementTokens& whole = arranged.statements.front();
  const Token* first = tokens.list.data() + whole.begin;
  const Token* last = tokens.list.data() + whole.end;
  builder.begin_statement(first, last);
  try {
    if (!whole.refused) {
      const auto context = x3::make_context<BuilderTag>(builder);
      ExpressionId root = no_expression;
      if (!expression.parse(first, last, context, x3::unused, root)) {
        builder.unexpected(first, "a value");
      } else if (first != last) {
        builder.unexpected(first, "the end of the expression");
      }
      parsed.root = root;
    }
  } catch (const Failure& failure) {
    builder.unexpected(failure.where(), failure.which());
  } catch (const TreeTooLarge&) {
    // Reported where it happened.
  }
  parsed.ast = std::move(builder.ast);
  sort_by_place(parsed.diagnostics);
  return parsed;
}

}  // namespace dabiao::syntax
