#include "formulas.hpp"

#include <string_view>
#include <vector>

namespace dabiao::assessment::ledger {

using ir::Node;
using ir::NodeId;
using ir::Operation;
using model::RollUp;

std::set<NodeId> find_failing(const ir::Program& program, NodeId id) {
  std::vector<NodeId> work{id};
  std::set<NodeId> seen, failing;
  while (!work.empty()) {
    const NodeId next = work.back();
    work.pop_back();
    if (next == ir::no_node || !seen.insert(next).second) continue;
    const Node& node = program.at(next);
    if (node.operation == Operation::call &&
        (node.function->info.name == "divide" || node.function->info.name == "power")) {
      failing.insert(next);
    }
    if (node.aggregate != nullptr) {
      const std::string_view name = node.aggregate->info.name;
      if (name != "sum" && name != "count" && name != "any" && name != "all") {
        failing.insert(next);
      }
    }
    work.insert(work.end(), node.arguments.begin(), node.arguments.end());
  }
  return failing;
}

bool goes_by_ones(const ir::Program& program, NodeId id) {
  std::vector<NodeId> work{id};
  while (!work.empty()) {
    const Node& node = program.at(work.back());
    work.pop_back();
    if (node.operation == Operation::input) {
      const model::Input& input = program.plan->inputs[node.index];
      if (input.over_parts == RollUp::average || input.over_periods == RollUp::average)
        return false;
      continue;
    }
    if (node.operation == Operation::constant) continue;
    const bool goes_on =
        node.operation == Operation::indicator ||
        (node.operation == Operation::call &&
         (node.function->info.name == "add" || node.function->info.name == "subtract" ||
          node.function->info.name == "negate"));
    if (!goes_on) return false;
    work.insert(work.end(), node.arguments.begin(), node.arguments.end());
  }
  return true;
}

}  // namespace dabiao::assessment::ledger
