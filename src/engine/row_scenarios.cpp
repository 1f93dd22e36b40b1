#include "dabiao/engine/row_scenarios.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "dabiao/text/diagnostic_kinds.hpp"
#include "dabiao/text/nearest.hpp"

namespace dabiao::engine {

using exact::Rational;
using ir::Node;
using ir::NodeId;
using ir::Operation;
using How = RowChange::How;

namespace {

/// Which inputs a scenario changes, by leaf, and how.
using Signature = std::map<std::size_t, How>;

/// A program in which some leaves are changed by numbers that stand in leaves of their own.
struct Changed {
  ir::Program program;
  std::vector<NodeId> moved;  // by node of the old program
  std::vector<RowLeaf> leaves;
  std::vector<std::size_t> constants;  // leaves, in the order of the signature
};

Changed change(const CompiledPlan& plan, const Signature& signature,
               const std::map<std::size_t, bool>& never_negative) {
  const ir::Program& old = plan.program();
  Changed changed;
  changed.program.plan = old.plan;
  changed.leaves = plan.rows().leaves;
  changed.moved.resize(old.nodes.size());
  std::map<NodeId, std::size_t> leaf_of;
  for (const auto& [leaf, how] : signature) leaf_of[changed.leaves[leaf].node] = leaf;
  std::vector<Node>& nodes = changed.program.nodes;
  const auto push = [&](Node node) {
    nodes.push_back(std::move(node));
    return static_cast<NodeId>(nodes.size() - 1);
  };
  std::map<std::size_t, RowLeaf> numbers;  // by leaf that they change
  for (NodeId id = 0; id < old.nodes.size(); ++id) {
    Node node = old.at(id);
    for (NodeId& argument : node.arguments) argument = changed.moved[argument];
    const NodeId here = push(node);
    changed.moved[id] = here;
    const auto found = leaf_of.find(id);
    if (found == leaf_of.end()) continue;
    const How how = signature.at(found->second);
    RowLeaf number = changed.leaves[found->second];
    Node carrier = node;
    if (how != How::set) {
      number.range = never_negative.at(found->second) ? exact::Interval::at_least(Rational(0))
                                                      : exact::Interval::everything();
    }
    if (how == How::scale) {
      number.scale = 1;
      carrier.type = value::Type::number();
    }
    number.node = push(carrier);
    number.assumed.reset();
    number.divides = false;
    if (how == How::set) {
      changed.moved[id] = number.node;
    } else {
      Node call = node;
      call.operation = Operation::call;
      call.function = function::find_elementwise(how == How::add ? "add" : "multiply");
      call.arguments = {here, number.node};
      changed.moved[id] = push(call);
    }
    numbers.emplace(found->second, number);
    changed.leaves[found->second].node = here;
    if (how == How::set) changed.leaves[found->second].range = exact::Interval::everything();
  }
  for (std::size_t i = 0; i < changed.leaves.size(); ++i) {
    RowLeaf& leaf = changed.leaves[i];
    leaf.divides = false;
    if (!signature.contains(i)) leaf.node = changed.moved[leaf.node];
  }
  for (const auto& [leaf, number] : numbers) {
    changed.constants.push_back(changed.leaves.size());
    changed.leaves.push_back(number);
  }
  return changed;
}

}  // namespace

Checked<std::vector<RowTally>> run_scenarios(const CompiledPlan& plan,
                                             std::span<const RowColumn> columns,
                                             std::span<const RowScenario> scenarios,
                                             const RowRun& run) {
  text::Diagnostics diagnostics;
  std::vector<std::string> names;
  for (const CompiledPlan::Column& input : plan.inputs()) names.push_back(input.name);
  std::map<Signature, std::vector<std::size_t>> groups;
  std::vector<std::map<std::size_t, double>> numbers(scenarios.size());
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    Signature signature;
    for (const RowChange& each : scenarios[i].changes) {
      const auto found = std::find(names.begin(), names.end(), each.input);
      if (found == names.end()) {
        text::Diagnostic unknown(text::kind("scenario_input_unknown"));
        unknown.with("name", each.input).with("scenario", scenarios[i].name);
        if (const auto near = text::nearest(each.input, names)) unknown.suggest(*near);
        diagnostics.list().push_back(std::move(unknown));
        continue;
      }
      const auto leaf = static_cast<std::size_t>(found - names.begin());
      signature[leaf] = each.how;
      numbers[i][leaf] = each.value;
    }
    groups[signature].push_back(i);
  }
  if (diagnostics.has_errors()) return diagnostics;

  std::vector<RowTally> tallies(scenarios.size());
  for (const auto& [signature, members] : groups) {
    std::map<std::size_t, bool> never_negative;
    for (const auto& [leaf, how] : signature) {
      never_negative[leaf] = std::all_of(members.begin(), members.end(), [&](std::size_t each) {
        return numbers[each].at(leaf) >= 0;
      });
    }
    const Changed changed = change(plan, signature, never_negative);
    std::vector<RowOutput> outputs;
    for (const RowOutput& given : plan.rows().outputs) {
      RowOutput output;
      output.kind = given.kind;
      output.scale = given.scale;
      output.mirrored = given.mirrored;
      output.decided_by = given.decided_by;
      const auto moved = [&](NodeId node) {
        return node == ir::no_node ? node : changed.moved[node];
      };
      output.node = moved(given.node);
      output.subtracted = moved(given.subtracted);
      output.filter = moved(given.filter);
      outputs.push_back(output);
    }
    const RowProgram rows = compile_rows(changed.program, changed.leaves, std::move(outputs));
    std::vector<RowColumn> all(columns.begin(), columns.end());
    all.resize(rows.leaves.size());
    static constexpr double nothing = 0;
    for (const auto& [leaf, how] : signature) {
      // What is set whatever it was need not be there.
      if (how != How::set) continue;
      all[leaf] = RowColumn();
      all[leaf].values = &nothing;
      all[leaf].constant = true;
    }
    std::vector<std::vector<double>> constants;
    for (const std::size_t member : members) {
      std::vector<double>& each = constants.emplace_back();
      for (const auto& [leaf, how] : signature) each.push_back(numbers[member].at(leaf));
    }
    const auto& holidays = plan.program().plan->holidays;
    std::vector<RowTally> totals =
        run_row_scenarios(rows, changed.program, all, changed.constants, constants, run,
                          {holidays ? &*holidays : nullptr, {}});
    for (std::size_t i = 0; i < members.size(); ++i) {
      tallies[members[i]] = std::move(totals[i]);
    }
  }
  return tallies;
}

}  // namespace dabiao::engine
