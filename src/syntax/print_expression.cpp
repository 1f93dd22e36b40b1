#include "print_expression.hpp"

#include <string_view>
#include <utility>
#include <vector>

#include "dabiao/syntax/operators.hpp"
#include "dabiao/syntax/print.hpp"
#include "dabiao/syntax/token.hpp"
#include "dabiao/text/utf8.hpp"
#include "syntax/dates.hpp"

namespace dabiao::syntax {
namespace {

/// The operator that an expression calls with as many arguments as it takes.
const OperatorRow* operator_of(const Expression& expression) {
  if (expression.kind != ExpressionKind::call) return nullptr;
  if (expression.text == "within") {
    return expression.arguments.size() == 3 ? operator_of_function("equal") : nullptr;
  }
  const OperatorRow* row = operator_of_function(expression.text);
  if (!row) return nullptr;
  const std::size_t count = row->fixity == Fixity::prefix ? 1 : 2;
  return expression.arguments.size() == count ? row : nullptr;
}

bool is_choice(const Expression& expression) {
  return expression.kind == ExpressionKind::call && expression.text == "if" &&
         expression.arguments.size() == 3;
}

int precedence_of(const Expression& expression) {
  if (is_choice(expression)) return if_precedence;
  // 30 ㎡/张 is one quantity; beside another slash or a power parentheses show that.
  if (expression.kind == ExpressionKind::number &&
      (expression.unit.find('/') != std::string::npos ||
       expression.unit.find("·") != std::string::npos)) {
    return product_precedence;
  }
  const OperatorRow* row = operator_of(expression);
  return row ? row->precedence : primary_precedence;
}

/// Prints without recursion: what is still to be printed stands on a stack.
class ExpressionPrinter {
 public:
  ExpressionPrinter(const Ast& ast, const PrintStyle& style) : ast_(ast), style_(style) {}

  /// `lowest` is the precedence below which parentheses are needed around the whole.
  std::string print(ExpressionId id, int lowest) {
    push(id, lowest);
    while (!stack_.empty()) {
      Piece piece = std::move(stack_.back());
      stack_.pop_back();
      if (piece.id == no_expression) {
        text_ += piece.text;
      } else {
        expand(piece.id);
      }
    }
    return std::move(text_);
  }

 private:
  struct Piece {
    ExpressionId id = no_expression;
    std::string text;
  };

  // Pieces are pushed last first.
  void push(std::string text) { stack_.push_back({no_expression, std::move(text)}); }
  void push(ExpressionId id, int lowest) {
    if (id == no_expression) return push("?");
    if (precedence_of(ast_.at(id)) >= lowest) {
      stack_.push_back({id, {}});
    } else {
      push(")");
      stack_.push_back({id, {}});
      push("(");
    }
  }

  void expand(ExpressionId id) {
    const Expression& expression = ast_.at(id);
    switch (expression.kind) {
      case ExpressionKind::number:
        return push(number(expression, true));
      case ExpressionKind::yesno:
        return push(style_.word(expression.truth ? Keyword::yes : Keyword::no));
      case ExpressionKind::period:
        return push(written(*expression.span));
      case ExpressionKind::name:
        return push(print_name(expression.text));
      case ExpressionKind::due:
        return push(style_.word(Keyword::due));
      case ExpressionKind::read:
        push(bracket(*expression.bracket));
        return push(expression.arguments.front(), primary_precedence);
      case ExpressionKind::aggregate:
        return aggregate(expression);
      case ExpressionKind::rank:
        push(")");
        if (expression.over) {
          push(" " + style_.word(Keyword::among) + " " + print_name(expression.over->text));
        }
        push(expression.arguments.front(), if_precedence);
        return push(print_name(expression.text) + "(");
      case ExpressionKind::call:
        break;
    }
    if (is_choice(expression)) return choice(expression);
    if (const OperatorRow* row = operator_of(expression)) return operation(expression, *row);
    push(")");
    for (std::size_t i = expression.arguments.size(); i-- > 0;) {
      push(expression.arguments[i], if_precedence);
      if (i > 0) push(", ");
    }
    push(print_name(expression.text) + "(");
  }

  static std::string number(const Expression& expression, bool with_unit) {
    std::string text = expression.text;
    if (!with_unit || expression.unit.empty()) return text;
    if (!expression.unit.starts_with("%") && !expression.unit.starts_with("‰")) text += ' ';
    return text + expression.unit;
  }

  std::string bracket(const Bracket& bracket) const {
    switch (bracket.kind) {
      case Bracket::Kind::start:
        return "[" + style_.word(Keyword::start) + "]";
      case Bracket::Kind::end:
        return "[" + style_.word(Keyword::end) + "]";
      case Bracket::Kind::previous:
        return "[" + style_.word(Keyword::previous) + "]";
      case Bracket::Kind::span:
        return "[" + written(bracket.span) + "]";
      case Bracket::Kind::name: {
        const KeywordSpelling found = find_keyword(bracket.text);
        const bool special = found.row && (found.row->keyword == Keyword::start ||
                                           found.row->keyword == Keyword::end ||
                                           found.row->keyword == Keyword::previous);
        return special ? "[`" + bracket.text + "`]" : "[" + print_name(bracket.text) + "]";
      }
      case Bracket::Kind::quoted:
        break;
    }
    return "[" + print_quoted(bracket.text) + "]";
  }

  void aggregate(const Expression& expression) {
    push(")");
    if (expression.filter != no_expression) {
      push(expression.filter, if_precedence);
      push(" " + style_.word(Keyword::where) + " ");
    }
    if (!expression.arguments.empty()) {
      push(expression.arguments.front(), if_precedence);
      push(": ");
    }
    push(print_name(expression.text) + "(" + print_name(expression.over->text));
  }

  void choice(const Expression& expression) {
    push(expression.arguments[2], if_precedence);
    push(" " + style_.word(Keyword::else_) + " ");
    push(expression.arguments[1], or_precedence);
    push(" " + style_.word(Keyword::then) + " ");
    push(expression.arguments[0], or_precedence);
    push(style_.word(Keyword::if_) + " ");
  }

  std::string_view spelling(const Expression& expression, const OperatorRow& row) const {
    const OperatorSpelling& written_so = operator_spelling(row, expression.spelling);
    if (style_.keep_operators || !written_so.language) return written_so.text;
    return operator_spelling(row, style_.language).text;
  }

  /// The lowest precedence that an operand of a logical operator may have: people read a mixture
  /// of `and` and `or` in different ways.
  int lowest_beside(const OperatorRow& row, ExpressionId operand, int lowest) const {
    if (row.precedence > and_precedence) return lowest;
    if (operand == no_expression) return lowest;
    const int precedence = precedence_of(ast_.at(operand));
    const bool other = precedence <= and_precedence && precedence != row.precedence;
    return other ? primary_precedence : lowest;
  }

  void operation(const Expression& expression, const OperatorRow& row) {
    const std::string sign(spelling(expression, row));
    const bool is_word = text::is_letter(text::decode(sign, 0).code_point);
    if (row.fixity == Fixity::prefix) {
      push(expression.arguments.front(), row.precedence + (is_word ? 0 : 1));
      return push(is_word ? sign + " " : sign);
    }
    if (expression.text == "within") return within(expression, sign);
    const int left = row.precedence + (row.associativity == Associativity::left ? 0 : 1);
    const int right = row.precedence + (row.associativity == Associativity::right ? 0 : 1);
    push(expression.arguments[1], lowest_beside(row, expression.arguments[1], right));
    push(" " + sign + " ");
    push(expression.arguments[0], lowest_beside(row, expression.arguments[0], left));
  }

  void within(const Expression& expression, const std::string& sign) {
    push(expression.arguments[2], sum_precedence);
    push("..");
    push_low(expression.arguments[1], expression.arguments[2]);
    push(" " + sign + " ");
    push(expression.arguments[0], sum_precedence);
  }

  /// The lower end of a range; its unit is left out where it is that of the upper end.
  void push_low(ExpressionId low, ExpressionId high) {
    if (const auto [sign, number_id] = shared_unit(low, high); number_id != no_expression) {
      return push(sign + number(ast_.at(number_id), false));
    }
    push(low, sum_precedence);
  }

  const Expression* plain_number(ExpressionId id, bool& negative) const {
    if (id == no_expression) return nullptr;
    const Expression* expression = &ast_.at(id);
    if (expression->kind == ExpressionKind::call && expression->text == "negate" &&
        expression->arguments.size() == 1) {
      negative = true;
      expression = &ast_.at(expression->arguments.front());
    }
    return expression->kind == ExpressionKind::number ? expression : nullptr;
  }

  std::pair<std::string, ExpressionId> shared_unit(ExpressionId low, ExpressionId high) const {
    bool low_negative = false;
    bool high_negative = false;
    const Expression* first = plain_number(low, low_negative);
    const Expression* second = plain_number(high, high_negative);
    const bool shared = first && second && !first->unit.empty() && first->unit == second->unit &&
                        first->unit_place == second->unit_place;
    if (!shared) return {"", no_expression};
    return {low_negative ? "-" : "", static_cast<ExpressionId>(first - ast_.expressions.data())};
  }

 public:
  std::string range(const Range& range) {
    std::string text;
    if (range.low != no_expression) {
      if (const auto [sign, id] = shared_unit(range.low, range.high); id != no_expression) {
        text = sign + number(ast_.at(id), false);
      } else {
        text = print(range.low, sum_precedence);
      }
    }
    text += "..";
    if (range.high != no_expression) text += print(range.high, sum_precedence);
    return text;
  }

 private:
  const Ast& ast_;
  const PrintStyle& style_;
  std::string text_;
  std::vector<Piece> stack_;
};

}  // namespace

std::string print_expression(const Ast& ast, const PrintStyle& style, ExpressionId id, int lowest) {
  return ExpressionPrinter(ast, style).print(id, lowest);
}

std::string print_range(const Ast& ast, const PrintStyle& style, const Range& range) {
  return ExpressionPrinter(ast, style).range(range);
}

}  // namespace dabiao::syntax
