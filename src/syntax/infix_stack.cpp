#include "syntax/infix_stack.hpp"

namespace dabiao::syntax {

InfixStack::InfixStack(Builder& builder, std::uint8_t lowest, const Token* begin)
    : builder_(builder),
      lowest_(lowest),
      begin_(begin),
      operands_(builder.waiting.operands),
      pending_(builder.waiting.pending),
      first_operand_(operands_.size()),
      first_pending_(pending_.size()) {}

InfixStack::~InfixStack() {
  operands_.resize(first_operand_);
  pending_.resize(first_pending_);
}

bool InfixStack::takes_prefix(const Token& token) const {
  return token.operators.prefix != 0 && token.prefix()->row->precedence >= lowest_;
}

void InfixStack::push_prefix(const Token& token) {
  pending_.push_back({token.prefix(), token.place, false});
}

bool InfixStack::takes_infix(const Token& token) const {
  if (token.is(Symbol::range)) {
    for (std::size_t i = pending_.size(); i > first_pending_; --i) {
      const Builder::Pending& each = pending_[i - 1];
      if (each.spelling->row->precedence > comparison_precedence) continue;
      return each.spelling->row->function == "equal" && !each.range;
    }
    return false;
  }
  return token.operators.infix != 0 && token.infix()->row->precedence >= lowest_;
}

void InfixStack::push_infix(const Token& token) {
  if (token.is(Symbol::range)) {
    while (pending_.back().spelling->row->precedence > comparison_precedence) reduce();
    pending_.back().range = true;
    return;
  }
  const OperatorRow& row = *token.infix()->row;
  while (pending_.size() > first_pending_) {
    const OperatorRow& top = *pending_.back().spelling->row;
    const bool binds =
        top.precedence > row.precedence ||
        (top.precedence == row.precedence && row.associativity != Associativity::right);
    if (!binds) break;
    reduce();
  }
  if (row.precedence <= and_precedence)
    logic_.emplace_back(&token, row.precedence == and_precedence);
  pending_.push_back({token.infix(), token.place, false});
}

void InfixStack::reduce() {
  const Builder::Pending top = pending_.back();
  pending_.pop_back();
  const OperatorRow& row = *top.spelling->row;
  const std::size_t count = row.fixity == Fixity::prefix ? 1 : top.range ? 3 : 2;
  // An operand is missing only where the text has ended, which is reported.
  if (operands_.size() - first_operand_ < count) return;
  Expression expression;
  expression.kind = ExpressionKind::call;
  expression.text = top.range ? std::string_view("within") : row.function;
  expression.operator_place = top.place;
  expression.spelling = top.spelling->number;
  expression.arguments = Operands(std::span(operands_).subspan(operands_.size() - count));
  operands_.resize(operands_.size() - count);
  const Ast& ast = builder_.ast;
  expression.place = text::cover(top.place, text::cover(ast.at(expression.arguments.front()).place,
                                                        ast.at(expression.arguments.back()).place));
  if (row.precedence == comparison_precedence && row.fixity == Fixity::infix) {
    report_chain(expression.arguments.front(), expression.arguments.back(), top.place);
    if (top.range) builder_.share_unit(expression.arguments[1], expression.arguments[2]);
  }
  operands_.push_back(builder_.add(std::move(expression)));
}

void InfixStack::report_chain(ExpressionId left, ExpressionId right, Place place) {
  const Expression& before = builder_.ast.at(left);
  if (before.kind != ExpressionKind::call || before.parenthesised) return;
  const OperatorRow* row = operator_of_function(before.text);
  const bool compares =
      before.text == "within" || (row && row->precedence == comparison_precedence);
  if (!compares || chained_) return;
  chained_ = true;
  const std::string middle = builder_.slice(builder_.ast.at(before.arguments.back()).place);
  const std::string instead = builder_.slice(before.place) + " and " + middle + " " +
                              builder_.slice(place) + " " +
                              builder_.slice(builder_.ast.at(right).place);
  builder_.report(text::kind("chained_comparison"), place)
      .with("instead", instead)
      .suggest(instead);
}

ExpressionId InfixStack::finish(const Token* end) {
  while (pending_.size() > first_pending_) reduce();
  report_mixture(end);
  return operands_.back();
}

void InfixStack::report_mixture(const Token* end) {
  const bool has_and =
      std::any_of(logic_.begin(), logic_.end(), [](auto& each) { return each.second; });
  const bool has_or =
      std::any_of(logic_.begin(), logic_.end(), [](auto& each) { return !each.second; });
  if (!has_and || !has_or) return;
  // A condition that long is not written out.
  constexpr std::size_t most = 50;
  if (logic_.size() > most) logic_.resize(most);
  // The text with parentheses around each run of one of the two.
  const auto grouped = [&](bool grouped_and) {
    std::string text;
    std::string run;
    std::size_t length = 0;
    const Token* from = begin_;
    const auto flush = [&] {
      text += length > 1 ? "(" + run + ")" : run;
      run.clear();
      length = 0;
    };
    for (std::size_t i = 0; i <= logic_.size(); ++i) {
      const Token* to = i < logic_.size() ? logic_[i].first : end;
      run += builder_.slice(builder_.place(from, to));
      ++length;
      if (i == logic_.size()) break;
      const std::string word = " " + builder_.slice(to->place) + " ";
      if (logic_[i].second == grouped_and) {
        run += word;
      } else {
        flush();
        text += word;
      }
      from = to + 1;
    }
    flush();
    return text;
  };
  const Token* place = logic_.front().first;
  for (const auto& [token, is_and] : logic_) {
    if (is_and != logic_.front().second) {
      place = token;
      break;
    }
  }
  const std::string first = grouped(true);
  const std::string second = grouped(false);
  builder_.report(text::kind("mixed_and_or"), place->place)
      .with("first", first)
      .with("second", second)
      .suggest(first);
}

}  // namespace dabiao::syntax
