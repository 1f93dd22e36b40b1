#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "lowering.hpp"

namespace dabiao::ir::detail {

namespace {

// Values that grow beyond this before any data is read are refused.
constexpr std::size_t most_bits = 40'000;  // of a constant, below that of values over data

}  // namespace

NodeId Lowering::add(Node&& node) {
  return interning_.find_or_add(program_.nodes, std::move(node));
}

void Lowering::inherit(Node& node, NodeId child) const {
  const Node& from = at(child);
  node.reads_flow |= from.reads_flow;
  node.reads_stock |= from.reads_stock;
  node.reads_data |= from.reads_data;
}

/// What a node asks of its cell's level, passed on to one that is evaluated at the same cell.
void Lowering::pass_needs(Node& node, NodeId from) {
  const Node& child = at(from);
  add_needs(node, child);
  if (child.periods && (!node.periods || calendar::is_coarser(*child.periods, *node.periods))) {
    node.periods = child.periods;
  }
}

void Lowering::add_needs(Node& node, const Node& child) {
  if (node.needs == child.needs || child.needs == 0) return;
  if (node.needs == 0) {
    node.needs = child.needs;
  } else {
    add_needs(node, program_.needs[child.needs]);
  }
}

void Lowering::add_needs(Node& node, const Needs& more) {
  Needs all = program_.needs[node.needs];
  all.own |= more.own;
  all.exact |= more.exact;
  all.parts |= more.parts;
  all.ancestors |= more.ancestors;
  const auto [known, is_new] =
      needs_.emplace(all, static_cast<std::uint32_t>(program_.needs.size()));
  if (is_new) program_.needs.push_back(all);
  node.needs = known->second;
}

NodeId Lowering::constant(Rational value, Type type, Place place, ExpressionId origin) {
  Node node;
  node.operation = Operation::constant;
  node.constant = std::move(value);
  node.type = std::move(type);
  node.place = place;
  node.origin = origin;
  return add(std::move(node));
}

NodeId Lowering::input_node(model::InputId input, Place place, ExpressionId origin) {
  const model::Input& declared = plan_.inputs[input];
  Node node;
  node.operation = Operation::input;
  node.index = input;
  node.type = declared.type;
  node.place = place;
  node.origin = origin;
  node.reads_data = true;
  const bool accumulates = declared.kind == model::InputKind::flow && !declared.type.is_date() &&
                           declared.over_periods != model::RollUp::last;
  node.reads_flow = accumulates;
  node.reads_stock = !accumulates;
  add_needs(node, Needs{.own = bit(declared.level)});
  if (declared.over_parts == model::RollUp::average && declared.weight != model::none) {
    const NodeId weight = input_node(declared.weight, place, no_expression);
    add_needs(node, Needs{.own = program_.needs_of(weight).own});
    node.arguments.push_back(weight);
  }
  return add(std::move(node));
}

NodeId Lowering::call(const function::Elementwise& function, syntax::Operands arguments, Type type,
                      Place place, ExpressionId origin) {
  Node node;
  node.operation = Operation::call;
  node.function = &function;
  node.type = std::move(type);
  node.place = place;
  node.origin = origin;
  bool all_constant = true;
  for (const NodeId argument : arguments) {
    inherit(node, argument);
    pass_needs(node, argument);
    all_constant = all_constant && at(argument).operation == Operation::constant;
  }
  if (all_constant && function.info.family != "dates" &&
      function.info.missing != function::MissingRule::own) {
    std::vector<Rational> values;
    for (const NodeId argument : arguments) values.push_back(at(argument).constant);
    std::size_t bits = 0;
    for (const Rational& value : values) bits += value.bit_length();
    if (function.info.name == "power") {
      bits = values[0].bit_length() *
             static_cast<std::size_t>(std::abs(values[1].to_int64().value_or(1)));
    }
    if (bits > most_bits) {
      diagnostics_.add(kind("exact_value_too_long"), place)
          .with("limit", std::to_string(most_bits * 3 / 10));
      return no_node;
    }
    const function::Outcome outcome = function.exact(values, {});
    if (outcome.reason == value::Reason::known) {
      return constant(outcome.value, node.type, place, origin);
    }
  }
  node.arguments = std::move(arguments);
  return add(std::move(node));
}

}  // namespace dabiao::ir::detail
