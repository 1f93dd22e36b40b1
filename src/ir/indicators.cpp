#include <optional>
#include <utility>

#include "lowering.hpp"

namespace dabiao::ir::detail {

NodeId Lowering::completed(NodeId formula, const std::optional<Rational>& share, Place place) {
  if (!share || formula == no_node) return formula;
  Node node;
  node.operation = Operation::complete;
  node.arguments = {formula};
  node.constant = *share;
  node.type = at(formula).type;
  node.place = place;
  node.level = deepest_level(program_, formula);
  if (node.level == model::none) return formula;
  inherit(node, formula);
  pass_needs(node, formula);
  return add(std::move(node));
}

bool Lowering::check_formula_type(const model::Indicator& indicator, NodeId formula) {
  const Type& found = at(formula).type;
  if (value::compatible(indicator.type, found)) return true;
  const Expression& written = ast_.at(indicator.formula);
  const bool are_numbers = indicator.type.is_number() && found.is_number();
  if (are_numbers && written.kind == ExpressionKind::number && written.unit.empty()) {
    report({&kind("unit_not_written"), {{"unit", indicator.type.unit.text(), {}}}, 0},
           written.place, indicator.formula);
    return false;
  }
  diagnostics_.add(are_numbers ? kind("unit_mismatch") : kind("type_mismatch"), written.place)
      .with("seen", value::describe(found, Language::english),
            value::describe(found, Language::chinese))
      .with("expected", value::describe(indicator.type, Language::english),
            value::describe(indicator.type, Language::chinese))
      .label(indicator.place, "declared here", "在此声明");
  return false;
}

NodeId Lowering::indicator_node(model::IndicatorId id) {
  const model::Indicator& indicator = plan_.indicators[id];
  if (program_.indicators[id] != no_node || !indicator.type_known) return program_.indicators[id];
  // Its formula is wrong, and that has been said. What is wrong with the use of it is told by its
  // declared type, so that one mistake does not hide the next.
  Node node;
  node.operation = Operation::indicator;
  node.index = id;
  node.type = indicator.type;
  node.place = indicator.place;
  node.reads_data = true;
  return add(std::move(node));
}

void Lowering::lower_indicator(model::IndicatorId id) {
  const model::Indicator& indicator = plan_.indicators[id];
  NodeId formula = lower(indicator.formula);
  if (formula == no_node || !indicator.type_known) return;
  if (indicator.type.is_stage()) {
    formula = as_stage_of(formula, indicator.formula, indicator.type.scale);
  }
  if (!check_formula_type(indicator, formula)) return;
  formula = completed(formula, indicator.complete, indicator.place);
  Node node;
  node.operation = Operation::indicator;
  node.index = id;
  node.arguments = {formula};
  node.type = indicator.type;
  node.place = ast_.at(indicator.formula).place;
  node.origin = indicator.formula;
  node.is_share_difference = at(formula).is_share_difference;
  inherit(node, formula);
  pass_needs(node, formula);
  formula = add(std::move(node));
  program_.indicators[id] = formula;
  if (deepest_level(program_, formula) == model::none) {
    diagnostics_.add(kind("no_common_level"), indicator.place).with("name", indicator.name);
    program_.indicators[id] = no_node;
  }
}

}  // namespace dabiao::ir::detail
