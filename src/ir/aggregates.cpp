#include <string>
#include <utility>

#include "dabiao/text/nearest.hpp"
#include "lowering.hpp"

namespace dabiao::ir::detail {

NodeId Lowering::aggregate_over(const Expression& expression, const function::Aggregate& function,
                                const Symbol& over, std::optional<NodeId> x,
                                std::optional<NodeId> filter) {
  Node node;
  node.aggregate = &function;
  node.place = expression.place;
  node.origin = static_cast<ExpressionId>(&expression - ast_.expressions.data());
  const bool counts = function.info.name == "count";
  const bool quantifies =
      function.info.name == "share" || function.info.name == "any" || function.info.name == "all";
  // count(L where c), share(L where c): the condition is what is counted.
  if (!x && filter && (counts || quantifies)) {
    x = filter;
    filter.reset();
  }
  if (!x && !counts) {
    const std::string shown =
        over.kind == Symbol::Kind::level ? plan_.levels[over.index].name
        : over.kind == Symbol::Kind::group
            ? plan_.groups[over.index].name
            : std::string(calendar::name_of(static_cast<calendar::Grain>(over.index)).english);
    diagnostics_.add(kind("aggregate_without_argument"), expression.place)
        .with("name", expression.text)
        .with("over", shown);
    return no_node;
  }
  function::Argument argument;
  argument.type = x ? at(*x).type : Type::yesno();
  const function::Typing typing = function.typing(argument);
  if (const auto* mismatch = std::get_if<function::Mismatch>(&typing)) {
    const ExpressionId culprit = !expression.arguments.empty()        ? expression.arguments[0]
                                 : expression.filter != no_expression ? expression.filter
                                                                      : node.origin;
    report(*mismatch, ast_.at(culprit).place, culprit);
    return no_node;
  }
  node.type = std::get<Type>(typing);
  if (filter && !at(*filter).type.is_yesno()) {
    report({&kind("type_mismatch"),
            {{"seen", value::describe(at(*filter).type, Language::english),
              value::describe(at(*filter).type, Language::chinese)},
             {"expected", "a yes/no", "是否"}},
            0},
           ast_.at(expression.filter).place, expression.filter);
    return no_node;
  }
  for (const auto& child : {x, filter}) {
    if (!child) continue;
    inherit(node, *child);
    node.arguments.push_back(*child);
  }
  node.filtered = filter.has_value();
  node.reads_data = true;
  if (over.kind == Symbol::Kind::grain) {
    const auto grain = static_cast<calendar::Grain>(over.index);
    node.operation = Operation::over_periods;
    node.grain = grain;
    node.periods = grain;
    for (const NodeId child : node.arguments) {
      const auto& inner = at(child).periods;
      if (inner && !calendar::is_finer(*inner, grain)) {
        diagnostics_.add(kind("aggregate_not_finer"), expression.place)
            .with("grain", std::string(calendar::name_of(*inner).english),
                  std::string(calendar::name_of(*inner).chinese))
            .with("outer", std::string(calendar::name_of(grain).english),
                  std::string(calendar::name_of(grain).chinese));
        return no_node;
      }
      add_needs(node, at(child));
    }
    if (function.info.name == "sum" && x && at(*x).operation == Operation::input &&
        plan_.inputs[at(*x).index].kind == model::InputKind::stock) {
      diagnostics_.add(kind("sum_of_stock_over_periods"), ast_.at(expression.arguments[0]).place)
          .with("name", plan_.inputs[at(*x).index].name);
    }
    return add(std::move(node));
  }
  node.operation = Operation::over_parts;
  node.group = over.kind == Symbol::Kind::group ? over.index : model::none;
  node.level = over.kind == Symbol::Kind::group ? plan_.groups[over.index].level : over.index;
  for (const NodeId child : node.arguments) {
    check_level(child, node.level, expression.place);
    if (at(child).periods) node.periods = at(child).periods;
  }
  add_needs(node, Needs{.parts = bit(node.level)});
  // Members are counted in what their level is counted in.
  if (counts) node.type = Type::number(plan_.levels[node.level].unit);
  return add(std::move(node));
}

NodeId Lowering::lower_aggregate(ExpressionId id, const Expression& expression) {
  const auto* function = function::find_aggregate(expression.text);
  if (function == nullptr) {
    text::Diagnostic& unknown =
        diagnostics_.add(kind("unknown_function"), expression.operator_place)
            .with("name", expression.text);
    if (const auto near = text::nearest(expression.text, function::all_names())) {
      unknown.suggest(*near);
    }
    return no_node;
  }
  const Symbol over = plan_.resolution[id];
  std::optional<NodeId> x, filter;
  if (!expression.arguments.empty()) {
    if (is_deferred(expression.arguments[0])) {
      lowered_[expression.arguments[0]] =
          lower_name(expression.arguments[0], ast_.at(expression.arguments[0]));
    }
    x = lowered_[expression.arguments[0]];
  }
  if (expression.filter != no_expression) filter = lowered_[expression.filter];
  if ((x && *x == no_node) || (filter && *filter == no_node)) return no_node;
  if (over.kind != Symbol::Kind::level && over.kind != Symbol::Kind::group &&
      over.kind != Symbol::Kind::grain) {
    if (over.kind != Symbol::Kind::unknown) {
      diagnostics_.add(kind("aggregate_over_unknown"), expression.over->place);
    }
    return no_node;
  }
  return aggregate_over(expression, *function, over, x, filter);
}

NodeId Lowering::lower_rank(ExpressionId id, const Expression& expression) {
  const NodeId x = lowered_[expression.arguments[0]];
  const Symbol among = plan_.resolution[id];
  if (x == no_node || among.kind != Symbol::Kind::level) return no_node;
  if (at(x).type.is_yesno()) {
    report({&kind("type_mismatch"),
            {{"seen", value::describe(at(x).type, Language::english),
              value::describe(at(x).type, Language::chinese)},
             {"expected", "a number, a date or a stage", "数、日期或阶段"}},
            0},
           ast_.at(expression.arguments[0]).place, expression.arguments[0]);
    return no_node;
  }
  check_level(x, among.index, expression.place);
  Node node;
  node.operation = Operation::rank;
  node.arguments = {x};
  node.level = among.index;
  node.type = Type::number();
  node.place = expression.place;
  node.origin = id;
  inherit(node, x);
  pass_needs(node, x);
  add_needs(node, Needs{.exact = bit(among.index)});
  return add(std::move(node));
}

}  // namespace dabiao::ir::detail
