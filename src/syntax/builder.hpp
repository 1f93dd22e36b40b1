#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dabiao/syntax/ast.hpp"
#include "dabiao/syntax/limits.hpp"
#include "dabiao/syntax/token.hpp"
#include "syntax/arrange.hpp"
#include "syntax/report.hpp"

namespace dabiao::syntax {

/// What the grammar expects somewhere, in words.
struct Expectation {
  std::string_view key;  // in English; symbols and keywords in backquotes
  std::string_view chinese;
};

inline constexpr Expectation expectations[] = {
    {"a name", "名称"},
    {"a value", "数值或名称"},
    {"a text in quotes", "引号中的文字"},
    {"a unit or another type", "单位或其他类型"},
    {"a whole number", "整数"},
    {"a day of the month", "日"},
    {"a date or a period", "日期或期间"},
    {"`start`, `previous`, `end`, a period, a level or an entity in quotes",
     "`期初`、`上期`、`期末`、期间、层级或引号中的对象"},
    {"a level, a group or an entity in quotes", "层级、分组或引号中的对象"},
    {"a body in quotes, a name or `each` LEVEL", "引号中的单位、名称或`每个`层级"},
    {"`year`, `half`, `quarter`, `month` or `day`", "`年`、`半年`、`季度`、`月` 或 `日`"},
    {"`0`, `no` or `later`", "`0`、`否` 或 `未到`"},
    {"`sum`, `last`, `any`, `all`, `min`, `max`, `none` or `average`",
     "`合计`、`最后`、`任一`、`全部`、`最小`、`最大`、`不汇总` 或 `平均`"},
    {"`=`, `+=` or `*=`", "`=`、`+=` 或 `*=`"},
    {"`off` or `work`", "`放假` 或 `调休`"},
    {"a key of the table", "表的键"},
    {"the end of the expression", "表达式结尾"},
    {"`flow`, `stock` or `constant`", "`流量`、`存量` 或 `常量`"},
    {"`yes` or `no`", "`是` 或 `否`"},
    {"`=`", "`=`"},
};

/// The parts of a call as they are read.
struct CallParts {
  const Token* function = nullptr;
  const Token* over = nullptr;  // of an aggregate
  bool ranks = false;
  const Token* among = nullptr;
  Operands arguments;
  ExpressionId filter = no_expression;
};

/// A span as it is written: `from..to`, where either end may be missing.
struct SpanAt {
  calendar::Span span;
  Place place;
};

/// Thrown where the tree grows beyond its limit, and caught by the entry points of the parser.
struct TreeTooLarge {};

/// Makes the syntax tree and reports what the grammar finds wrong.
class Builder {
 public:
  Builder(const Tokens& tokens, const Arranged& arranged, const Limits& limits,
          text::Diagnostics& diagnostics);

  Ast ast;
  /// Makes room for what the tokens can become, so that nothing moves while the tree grows.
  void reserve();

  // ---- the statement that is being read -------------------------------------------------------

  void begin_statement(const Token* begin, const Token* end);
  const Token* statement_end() const { return end_; }
  bool damaged() const { return damaged_; }

  /// Notes that a clause begins; a second one of its kind is reported.
  void begin_clause(const Token& token, Keyword clause);
  /// Clauses may stand again: the next item of a list begins.
  void forget_clauses() { clauses_.reset(); }
  const std::vector<ClausePlace>& clauses() const { return clause_places_; }
  const Token* clause_begin() const { return clause_begin_; }
  /// Whether a clause of the statement begins with this token.
  bool begins_clause(const Token& token) const;

  /// Reports that `where` is not what the grammar expects; the place from which to go on.
  [[gnu::cold]] const Token* unexpected(const Token* where, std::string_view expected);
  /// Where a clause was expected.
  [[gnu::cold]] void unexpected_clause(const Token* where);
  /// Suggests the keyword among those expected that is nearest to what was written.
  static void suggest_expected(text::Diagnostic& diagnostic, std::string_view written);
  /// The first place at or after `from` where a clause begins, outside brackets that opened since
  /// `begin`.
  const Token* next_clause(const Token* begin, const Token* from) const;
  /// The first place after `from` where the next item in braces may begin.
  const Token* next_item(const Token* begin, const Token* from) const;
  const Token* out_of_brackets(const Token* begin, const Token* from) const;

  void unclosed(const Token& opening);
  void closed_at(Place place) { closed_at_ = place; }
  Place closed_at() const { return closed_at_; }

  [[gnu::cold]] text::Diagnostic& report(const text::DiagnosticKind& kind, Place place);

  Place place(const Token* begin, const Token* end) const;
  std::string slice(Place place) const;

  // ---- parts ----------------------------------------------------------------------------------

  static Name name(const Token& token) { return {token.text, token.place}; }
  static Quoted quoted(const Token& token) { return {token.text, token.place}; }

  /// A type name that begins at `first`, which is moved behind it; false where none does.
  bool type(const Token*& first, const Token* last, TypeName& type);

  /// Words that stand nowhere in the source as they are, kept with the tree.
  std::string_view kept(std::string words) { return ast.texts.emplace_back(std::move(words)); }

  calendar::Span moment(const Token& token) const;
  SpanAt span(const Token* from, const Token* to, bool range, Place place);

  // ---- expressions ----------------------------------------------------------------------------

  ExpressionId number(const Token& token);
  ExpressionId period(const Token& token);
  ExpressionId truth(const Token& token);
  ExpressionId due(const Token& token);
  ExpressionId name_expression(const Token& token);
  ExpressionId call(const CallParts& parts);
  ExpressionId choice(const Token& keyword, const Operands& parts);
  ExpressionId read(ExpressionId of, Bracket bracket);
  ExpressionId negated(ExpressionId of, Place sign);
  void parenthesise(ExpressionId id, Place place);
  /// A number of four digits where a date is expected is a year.
  void read_as_date(ExpressionId id);
  /// `0..100 %`: a plain number takes the unit of the other end.
  void share_unit(ExpressionId low, ExpressionId high);

  ExpressionId add(Expression expression);

  // What several statements share, collected here while one is read.
  struct Shared {
    Duties duties;
    std::vector<Citation> cite;
    std::vector<Quoted> tags;
    bool each = false, by = false, in = false, by_day_or_end = false, always = false;
    Place each_place, by_place, in_place, always_place;
    When when;
  } shared;

  /// Puts what `each`, `in` and `by` said together.
  void finish_when();
  void set_by_day(const Token& number);

  std::vector<TableKey> keys;  // of the table entries around the present place

  /// What waits to be put together, of the innermost expression last.
  struct Pending {
    const OperatorSpelling* spelling;
    Place place;
    bool range;  // `= a..b`
  };
  struct Waiting {
    std::vector<ExpressionId> operands;
    std::vector<Pending> pending;
  } waiting;

 private:
  bool already_reported(Place place) const;
  void expect(text::Diagnostic& diagnostic, std::string_view expected) const;
  /// Adds a note where the statement's name has signs that no plain name has.
  void note_on_name(text::Diagnostic& diagnostic, const Token* where) const;
  /// Reports a word before this place in which a name and a comparison are glued together.
  bool report_missing_space(const Token* where);

  const Tokens& tokens_;
  const Arranged& arranged_;
  const Limits& limits_;
  text::Diagnostics& diagnostics_;
  Report report_;
  const Token* begin_ = nullptr;
  const Token* end_ = nullptr;
  const Token* clause_begin_ = nullptr;
  std::bitset<256> clauses_;
  std::vector<ClausePlace> clause_places_;
  Place closed_at_;
  bool damaged_ = false;
};

}  // namespace dabiao::syntax
