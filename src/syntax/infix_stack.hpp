#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "syntax/builder.hpp"

namespace dabiao::syntax {

/// Puts operands and operators together by the operator table.
class InfixStack {
 public:
  /// Operators of a lower precedence are left to what stands around.
  InfixStack(Builder& builder, std::uint8_t lowest, const Token* begin);
  InfixStack(const InfixStack&) = delete;
  InfixStack& operator=(const InfixStack&) = delete;
  ~InfixStack();

  bool takes_prefix(const Token& token) const;
  void push_prefix(const Token& token);
  void push_operand(ExpressionId operand) { operands_.push_back(operand); }
  bool takes_infix(const Token& token) const;
  void push_infix(const Token& token);
  bool empty() const {
    return operands_.size() == first_operand_ && pending_.size() == first_pending_;
  }
  /// `end` is behind the last token.
  ExpressionId finish(const Token* end);

 private:
  void reduce();
  void report_mixture(const Token* end);
  void report_chain(ExpressionId left, ExpressionId right, Place place);

  Builder& builder_;
  std::uint8_t lowest_;
  bool chained_ = false;  // reported once
  const Token* begin_;
  // The builder's, shared with the expressions around this one: its own part begins there.
  std::vector<ExpressionId>& operands_;
  std::vector<Builder::Pending>& pending_;
  std::size_t first_operand_;
  std::size_t first_pending_;
  std::vector<std::pair<const Token*, bool>> logic_;  // `and` (true) and `or` in their order
};

}  // namespace dabiao::syntax
