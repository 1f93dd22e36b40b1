#include "syntax/builder.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "dabiao/text/nearest.hpp"
#include "dabiao/text/utf8.hpp"
#include "syntax/attach_units.hpp"
#include "syntax/dates.hpp"

namespace dabiao::syntax {
namespace {

/// The clauses of a statement, by the words that they begin with.
struct StatementClauses {
  Keyword statement;
  std::vector<Keyword> clauses;
};

const std::vector<StatementClauses>& statement_clauses() {
  using enum Keyword;
  static const std::vector<StatementClauses> list = {
      {plan, {source, window}},
      {level, {in, count}},
      {input,
       {flow, stock, constant, each, at, missing_is, fresh, range, over_periods, over_parts}},
      {indicator, {complete}},
      {target,
       {by, in, each, always, at, where, lead, responsible, cooperating, cite, tag, milestones,
        allocates, complete}},
      {given, {at, in, cite, tag, where}},
      {stated, {at, in, cite, tag, where}},
      {noted, {because}},
      {clause, {lead, responsible, cooperating, by, in, each, always, at, where, title}},
      {lever, {at, range, step, cost, where}},
  };
  return list;
}

/// Words that begin a clause in several ways count as one.
Keyword clause_of(Keyword keyword) {
  switch (keyword) {
    case Keyword::at_each:
      return Keyword::at;
    case Keyword::each_year:
    case Keyword::each_half:
    case Keyword::each_quarter:
    case Keyword::each_month:
    case Keyword::each_day:
      return Keyword::each;
    default:
      return keyword;
  }
}

std::span<const Keyword> clauses_of(Keyword statement) {
  for (const StatementClauses& each : statement_clauses()) {
    if (each.statement == statement) return each.clauses;
  }
  return {};
}

bool is_year(const Token& token) {
  return token.kind == TokenKind::number && (token.unit.empty() || token.unit == "年") &&
         token.text.size() == 4 &&
         std::all_of(token.text.begin(), token.text.end(),
                     [](char digit) { return digit >= '0' && digit <= '9'; }) &&
         token.text != "0000";
}

std::string quoted_code(std::string_view text) {
  return "`" + std::string(text) + "`";
}

}  // namespace

Builder::Builder(const Tokens& tokens, const Arranged& arranged, const Limits& limits,
                 text::Diagnostics& diagnostics)
    : tokens_(tokens),
      arranged_(arranged),
      limits_(limits),
      diagnostics_(diagnostics),
      report_(diagnostics, limits.diagnostics) {}

void Builder::reserve() {
  ast.statements.reserve(arranged_.statements.size());
  // Each expression has a token of its own: a value, a name, an operator or a bracket.
  std::size_t expressions = 0;
  for (const Token& token : tokens_.list) {
    expressions += (token.kind != TokenKind::quoted && token.keyword == Keyword::none &&
                    (token.kind != TokenKind::symbol || token.operators.infix != 0 ||
                     token.operators.prefix != 0 || token.is(Symbol::open_bracket)))
                       ? 1
                       : 0;
  }
  ast.expressions.reserve(std::min<std::size_t>(expressions, limits_.nodes));
}

void Builder::begin_statement(const Token* begin, const Token* end) {
  begin_ = begin;
  end_ = end;
  clause_begin_ = begin;
  clauses_.reset();
  clause_places_.clear();
  shared = {};
  keys.clear();
  damaged_ = false;
}

void Builder::begin_clause(const Token& token, Keyword clause) {
  clause_begin_ = &token;
  const auto bit = static_cast<std::size_t>(clause);
  if (clauses_[bit]) {
    report(text::kind("duplicate_clause"), token.place).with("clause", std::string(token.text));
  }
  clauses_[bit] = true;
  clause_places_.push_back({clause, token.place});
}

bool Builder::begins_clause(const Token& token) const {
  if (token.kind != TokenKind::word || token.keyword == Keyword::none) return false;
  const std::span<const Keyword> clauses = clauses_of(begin_->keyword);
  return std::find(clauses.begin(), clauses.end(), clause_of(token.keyword)) != clauses.end();
}

text::Diagnostic& Builder::report(const text::DiagnosticKind& kind, Place place) {
  damaged_ = true;
  return report_.add(kind, place);
}

bool Builder::already_reported(Place place) const {
  return std::any_of(diagnostics_.begin(), diagnostics_.end(), [&](const text::Diagnostic& each) {
    return each.place && each.place->begin <= place.begin && place.begin < each.place->end;
  });
}

Place Builder::place(const Token* begin, const Token* end) const {
  if (begin >= end) return begin->place;
  return text::cover(begin->place, text::cover((end - 1)->place, (end - 1)->unit_place.end != 0
                                                                     ? (end - 1)->unit_place
                                                                     : (end - 1)->place));
}

std::string Builder::slice(Place place) const {
  // Messages show short passages only.
  constexpr std::size_t most = 400;
  std::string_view text = tokens_.source->slice(place);
  if (text.size() <= most) return std::string(text);
  std::size_t end = most;
  while ((static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "…";
}

const Token* Builder::unexpected(const Token* where, std::string_view expected) {
  damaged_ = true;
  const Token& previous = *(where > begin_ ? where - 1 : where);
  if (where >= end_) {
    const std::uint32_t end = std::max(previous.place.end, previous.unit_place.end);
    text::Diagnostic& diagnostic = report_.add(text::kind("unexpected_token"), Place{end, end})
                                       .with("seen", "the end of the statement", "语句结尾");
    expect(diagnostic, expected);
    return where;
  }
  if (already_reported(where->place)) return where;
  const bool name = expected.find("a name") != std::string_view::npos;
  const bool value = expected.find("a value") != std::string_view::npos;
  const bool followed = where + 1 < end_ && where[1].infix();
  const bool keyword_as_name =
      where->is_reserved() &&
      ((name && where == begin_ + 1) || ((name || value) && (!begins_clause(*where) || followed)));
  if (keyword_as_name) {
    report_.add(text::kind("keyword_as_name"), where->place)
        .with("keyword", std::string(where->text))
        .with("name", std::string(where->text))
        .suggest(quoted_code(where->text));
    return where + 1;
  }
  if (report_missing_space(where)) return where;
  text::Diagnostic& diagnostic = report_.add(text::kind("unexpected_token"), where->place)
                                     .with("seen", quoted_code(slice(where->place)));
  expect(diagnostic, expected);
  note_on_wording(diagnostic, where->text);
  if (where->is_name()) suggest_expected(diagnostic, where->text);
  note_on_name(diagnostic, where);
  return where;
}

void Builder::note_on_name(text::Diagnostic& diagnostic, const Token* where) const {
  const Token* const first = begin_ + 1;
  if (where < first || where > first + 1) return;
  const Token* last = first;
  while (last + 1 < end_ && !last[1].spaced && !last[1].is(Symbol::colon)) ++last;
  if (last == first || where > last || first->kind == TokenKind::quoted) return;
  const std::string name = quoted_code(slice(place(first, last + 1)));
  diagnostic.note("a name with such signs stands in backquotes: " + name,
                  "含有此类符号的名称写在反引号内:" + name);
}

void Builder::suggest_expected(text::Diagnostic& diagnostic, std::string_view written) {
  text::Nearest near(written);
  const auto consider = [&near](std::string_view words) {
    // Keywords stand in backquotes.
    for (std::size_t open = words.find('`'); open != std::string_view::npos;) {
      const std::size_t close = words.find('`', open + 1);
      if (close == std::string_view::npos) return;
      near.consider(words.substr(open + 1, close - open - 1));
      open = words.find('`', close + 1);
    }
  };
  for (const std::string& words : diagnostic.expected) consider(words);
  for (const std::string& words : diagnostic.expected_chinese) consider(words);
  if (near.name()) diagnostic.suggest(*near.name());
}

bool Builder::report_missing_space(const Token* where) {
  // A name before this place may hold a comparison that was meant to stand by itself.
  for (const Token* token = where; token >= begin_ && where - token < 4; --token) {
    if (token >= end_ || !token->is_name() || token->backquoted) continue;
    const std::string spaced = with_space_before_keyword(token->text);
    if (spaced.empty() || arranged_.names.contains(token->text)) continue;
    report_.add(text::kind("missing_space"), token->place)
        .with("seen", std::string(token->text))
        .with("spaced", spaced)
        .suggest(spaced);
    return true;
  }
  return false;
}

void Builder::expect(text::Diagnostic& diagnostic, std::string_view expected) const {
  while (!expected.empty()) {
    const std::size_t bar = expected.find('|');
    const std::string_view one = expected.substr(0, bar);
    expected = bar == std::string_view::npos ? std::string_view() : expected.substr(bar + 1);
    std::string_view chinese;
    for (const Expectation& each : expectations) {
      if (each.key == one) chinese = each.chinese;
    }
    diagnostic.expect(std::string(one), std::string(chinese));
  }
}

void Builder::unexpected_clause(const Token* where) {
  damaged_ = true;
  if (where < end_ && already_reported(where->place)) return;
  if (where->is(Keyword::where) && clauses_of(begin_->keyword).size() > 4) {
    report_.add(text::kind("where_without_at"), where->place);
    return;
  }
  if (report_missing_space(where)) return;
  text::Diagnostic& diagnostic = report_.add(text::kind("unexpected_token"), where->place)
                                     .with("seen", quoted_code(slice(where->place)));
  text::Nearest near(where->text);
  for (const Keyword each : clauses_of(begin_->keyword)) {
    if (clauses_[static_cast<std::size_t>(each)] || each == Keyword::where) continue;
    const bool hierarchy = each == Keyword::in && begin_->is(Keyword::level);
    const std::string_view english = spelled(each, Language::english);
    const std::string_view chinese =
        spelled(hierarchy ? Keyword::part_of : each, Language::simplified);
    near.consider(english);
    near.consider(chinese);
    diagnostic.expect(quoted_code(english), quoted_code(chinese));
  }
  diagnostic.expect("the next statement", "下一语句");
  note_on_wording(diagnostic, where->text);
  if (!where->is_name()) return;
  const auto opener = where->first_on_line ? nearest_opener(where->text) : std::nullopt;
  if (opener) {
    diagnostic.suggest(*opener);
  } else if (near.name()) {
    diagnostic.suggest(*near.name());
  }
}

const Token* Builder::out_of_brackets(const Token* begin, const Token* from) const {
  // Brackets that opened since `begin` and close later: what stands in them is passed over.
  const Token* first = tokens_.list.data();
  for (const Token* token = begin; token < from; ++token) {
    if (token->partner == Token::nowhere) continue;
    const Token* partner = first + token->partner;
    if (partner >= from && partner < end_) from = partner + 1;
  }
  return from;
}

const Token* Builder::next_clause(const Token* begin, const Token* from) const {
  from = out_of_brackets(begin, from);
  const Token* first = tokens_.list.data();
  while (from < end_ && !begins_clause(*from)) {
    const Token* partner = from->partner == Token::nowhere ? from : first + from->partner;
    from = std::max(from, partner) + 1;
  }
  return std::min(from, end_);
}

const Token* Builder::next_item(const Token* begin, const Token* from) const {
  from = out_of_brackets(begin, from);
  const Token* first = tokens_.list.data();
  while (from < end_ && !from->is(Symbol::comma) && !from->is(Symbol::semicolon) &&
         !from->is(Symbol::close_brace) && !from->first_on_line) {
    const Token* partner = from->partner == Token::nowhere ? from : first + from->partner;
    from = std::max(from, partner) + 1;
  }
  return std::min(from, end_);
}

void Builder::unclosed(const Token& opening) {
  const std::string closing = opening.is(Symbol::open_parenthesis) ? ")"
                              : opening.is(Symbol::open_bracket)   ? "]"
                                                                   : "}";
  report(text::kind("unclosed_bracket"), opening.place)
      .with("seen", std::string(opening.text))
      .with("expected", closing)
      .suggest(closing);
}

// ---- parts --------------------------------------------------------------------------------------

bool Builder::type(const Token*& first, const Token* last, TypeName& type) {
  const Token* at = first;
  const auto factor = [&](auto&& self, const Token* token) -> const Token* {
    if (token >= last) return nullptr;
    if (token->is(Symbol::percent)) return token + 1;
    if (token->is_name()) {
      const bool kind = token->keyword == Keyword::flow || token->keyword == Keyword::stock ||
                        token->keyword == Keyword::constant;
      return kind ? nullptr : token + 1;
    }
    if (!token->is(Symbol::open_parenthesis)) return nullptr;
    const Token* inner = self(self, token + 1);
    while (inner && inner < last && !inner->is(Symbol::close_parenthesis)) {
      const bool joins = inner->is(Symbol::middle_dot) ||
                         (inner->infix() && (inner->infix()->row->function == "divide" ||
                                             inner->infix()->row->function == "multiply"));
      inner = joins ? self(self, inner + 1) : nullptr;
    }
    return inner && inner < last ? inner + 1 : nullptr;
  };
  at = factor(factor, at);
  if (!at) return false;
  while (at + 1 < last && !at->spaced && !at[1].spaced) {
    const std::string_view function = at->infix() ? at->infix()->row->function : std::string_view();
    if (function == "power" && at[1].kind == TokenKind::number) {
      at += 2;
      continue;
    }
    if (!at->is(Symbol::middle_dot) && function != "divide" && function != "multiply") break;
    const Token* after = factor(factor, at + 1);
    if (!after) break;
    at = after;
  }
  type.place = text::cover(first->place, (at - 1)->place);
  if (at == first + 1) {
    type.text = first->text;
  } else {
    std::string joined;
    for (const Token* token = first; token < at; ++token) joined += token->text;
    type.text = kept(std::move(joined));
  }
  if (at == first + 1 && !first->backquoted) {
    for (const Keyword keyword : {Keyword::yesno, Keyword::date, Keyword::number}) {
      if (first->keyword == keyword) type.text = spelled(keyword, Language::english);
    }
  }
  first = at;
  return true;
}

calendar::Span Builder::moment(const Token& token) const {
  if (token.kind == TokenKind::period) return tokens_.spans[token.span];
  if (!is_year(token)) return {};
  int year = 0;
  std::from_chars(token.text.data(), token.text.data() + token.text.size(), year);
  return span_of_year(year);
}

SpanAt Builder::span(const Token* from, const Token* to, bool range, Place place) {
  SpanAt found;
  found.place = place;
  if (from) found.span = moment(*from);
  if (!range) return found;
  found.span.last.reset();
  if (to) found.span.last = moment(*to).last;
  if (!from) found.span.first.reset();
  if (found.span.is_empty()) {
    report(text::kind("span_backwards"), place);
    found.span = {moment(*to).first, moment(*from).last};
  }
  return found;
}

void Builder::set_by_day(const Token& number) {
  int day = 0;
  std::from_chars(number.text.data(), number.text.data() + number.text.size(), day);
  if (number.text.size() > 2 || day < 1 || day > 31) {
    report(text::kind("day_of_month"), number.place).with("day", std::string(number.text));
    return;
  }
  shared.when.by_day = day;
}

void Builder::finish_when() {
  if (!shared.each && !shared.by && !shared.in && !shared.always) return;
  When& when = shared.when;
  const auto conflict = [&](Place place, Keyword first, Keyword second) {
    report(text::kind("conflicting_when"), place)
        .with("first", std::string(spelled(first, Language::english)),
              std::string(spelled(first, Language::simplified)))
        .with("second", std::string(spelled(second, Language::english)),
              std::string(spelled(second, Language::simplified)));
  };
  const bool dates = shared.by && !shared.by_day_or_end;
  if (shared.always) {
    if (shared.each) conflict(shared.each_place, Keyword::always, Keyword::each);
    if (shared.by) conflict(shared.by_place, Keyword::always, Keyword::by);
    if (shared.in) conflict(shared.in_place, Keyword::always, Keyword::in);
    when = {};
  } else if (shared.each) {
    when.kind = When::Kind::each;
    if (dates) {
      conflict(shared.by_place, Keyword::each, Keyword::by);
      when.dates.clear();
    }
  } else if (dates) {
    when.kind = When::Kind::by;
    if (shared.in) {
      conflict(shared.in_place, Keyword::by, Keyword::in);
      when.spans.clear();
      when.span_places.clear();
    }
  } else if (shared.by) {
    when.kind = shared.in ? When::Kind::in : When::Kind::standing;
    report(text::kind("day_without_each"), shared.by_place);
    when.by_day.reset();
    when.by_offset = no_expression;
  } else {
    when.kind = When::Kind::in;
  }
  std::optional<Place> place;
  for (const auto& [there, part] :
       {std::pair(shared.each, shared.each_place), std::pair(shared.by, shared.by_place),
        std::pair(shared.in, shared.in_place), std::pair(shared.always, shared.always_place)}) {
    if (there) place = place ? text::cover(*place, part) : part;
  }
  when.place = *place;
  when.by_place = shared.by_place;
  shared.duties.when = when;
}

// ---- expressions --------------------------------------------------------------------------------

ExpressionId Builder::add(Expression expression) {
  if (ast.expressions.size() >= limits_.nodes) {
    report(text::kind("too_many_expressions"), expression.place)
        .with("limit", std::to_string(limits_.nodes));
    throw TreeTooLarge();
  }
  ast.expressions.push_back(std::move(expression));
  return static_cast<ExpressionId>(ast.expressions.size() - 1);
}

ExpressionId Builder::number(const Token& token) {
  Expression expression;
  expression.kind = ExpressionKind::number;
  expression.place = token.place;
  expression.operator_place = token.place;
  expression.text = token.text;
  if (!token.unit.empty()) {
    expression.place = text::cover(token.place, token.unit_place);
    expression.unit_place = token.unit_place;
    expression.unit = token.unit;
  }
  return add(std::move(expression));
}

ExpressionId Builder::period(const Token& token) {
  Expression expression;
  expression.kind = ExpressionKind::period;
  expression.place = expression.operator_place = token.place;
  expression.span = moment(token);
  return add(std::move(expression));
}

ExpressionId Builder::truth(const Token& token) {
  Expression expression;
  expression.kind = ExpressionKind::yesno;
  expression.place = expression.operator_place = token.place;
  expression.truth = token.keyword == Keyword::yes;
  return add(std::move(expression));
}

ExpressionId Builder::due(const Token& token) {
  Expression expression;
  expression.kind = ExpressionKind::due;
  expression.place = expression.operator_place = token.place;
  return add(std::move(expression));
}

ExpressionId Builder::name_expression(const Token& token) {
  Expression expression;
  expression.kind = ExpressionKind::name;
  expression.place = expression.operator_place = token.place;
  expression.text = token.text;
  return add(std::move(expression));
}

ExpressionId Builder::call(const CallParts& parts) {
  Expression expression;
  expression.kind = parts.over    ? ExpressionKind::aggregate
                    : parts.ranks ? ExpressionKind::rank
                                  : ExpressionKind::call;
  expression.place = text::cover(parts.function->place, closed_at_);
  expression.operator_place = parts.function->place;
  expression.text = parts.function->text;
  expression.arguments = parts.arguments;
  expression.filter = parts.filter;
  if (parts.over) expression.over = name(*parts.over);
  if (parts.ranks && parts.among) expression.over = name(*parts.among);
  return add(std::move(expression));
}

ExpressionId Builder::choice(const Token& keyword, const Operands& parts) {
  Expression expression;
  expression.kind = ExpressionKind::call;
  expression.text = "if";
  expression.operator_place = keyword.place;
  expression.place = text::cover(keyword.place, ast.at(parts.back()).place);
  expression.arguments = parts;
  return add(std::move(expression));
}

ExpressionId Builder::read(ExpressionId of, Bracket bracket) {
  Expression expression;
  expression.kind = ExpressionKind::read;
  expression.place = text::cover(ast.at(of).place, closed_at_);
  expression.operator_place = bracket.place;
  expression.arguments = {of};
  expression.bracket = bracket;
  return add(std::move(expression));
}

ExpressionId Builder::negated(ExpressionId of, Place sign) {
  Expression expression;
  expression.kind = ExpressionKind::call;
  expression.text = "negate";
  expression.operator_place = sign;
  expression.place = text::cover(sign, ast.at(of).place);
  expression.arguments = {of};
  return add(std::move(expression));
}

void Builder::parenthesise(ExpressionId id, Place place) {
  ast.expressions[id].place = place;
  ast.expressions[id].parenthesised = true;
}

void Builder::read_as_date(ExpressionId id) {
  Expression& expression = ast.expressions[id];
  if (expression.kind != ExpressionKind::number) return;
  Token token;
  token.kind = TokenKind::number;
  token.text = expression.text;
  token.unit = expression.unit;
  if (!is_year(token)) return;
  expression.span = moment(token);
  expression.kind = ExpressionKind::period;
  expression.text = {};
  expression.unit = {};
}

void Builder::share_unit(ExpressionId low, ExpressionId high) {
  if (low == no_expression || high == no_expression) return;
  Expression& first = ast.expressions[low];
  const Expression* second = &ast.expressions[high];
  const auto negated_number = [&](const Expression& expression) -> Expression* {
    if (expression.kind != ExpressionKind::call || expression.text != "negate") return nullptr;
    return &ast.expressions[expression.arguments.front()];
  };
  Expression* number = &first;
  if (Expression* inner = negated_number(first)) number = inner;
  if (const Expression* inner = negated_number(*second)) second = inner;
  if (number->kind != ExpressionKind::number || second->kind != ExpressionKind::number) return;
  if (!number->unit.empty() || second->unit.empty()) return;
  number->unit = second->unit;
  number->unit_place = second->unit_place;
}

}  // namespace dabiao::syntax
