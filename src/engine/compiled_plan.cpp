#include "dabiao/engine/compiled_plan.hpp"

#include <algorithm>
#include <utility>

#include "dabiao/text/diagnostic_kinds.hpp"
#include "dabiao/text/nearest.hpp"
#include "output_memory.hpp"

namespace dabiao::engine {

using exact::Rational;
using ir::Node;
using ir::NodeId;
using ir::Operation;

namespace {

/// What a node reads besides one record, in words: English, Chinese.
std::pair<std::string, std::string> reads(const ir::Program& program, const Node& node) {
  switch (node.operation) {
    case Operation::over_parts:
    case Operation::over_periods:
      return {"parts or periods", "下级或期间"};
    case Operation::rank:
      return {"its siblings", "同级对象"};
    case Operation::table:
      return {"the table `" + program.plan->tables[node.index].name + "`",
              "表 `" + program.plan->tables[node.index].name + "`"};
    case Operation::due:
      return {"its deadline", "限期"};
    case Operation::target_met:
    case Operation::target_attained:
      return {"the target `" + program.plan->targets[node.index].name + "`",
              "目标 `" + program.plan->targets[node.index].name + "`"};
    case Operation::complete:
      return {"how many parts are complete", "下级的完整程度"};
    default:
      return {"another entity or time", "其他对象或时间"};
  }
}

RowLeaf leaf_of(const model::Plan& plan, NodeId node, const model::Input& input) {
  RowLeaf leaf;
  leaf.node = node;
  leaf.range = input.range;
  leaf.whole = input.type.is_whole() && input.over_periods != model::RollUp::average &&
               input.over_parts != model::RollUp::average;
  switch (input.type.kind) {
    case value::Type::Kind::number:
      leaf.scale = input.type.unit.scale();
      break;
    case value::Type::Kind::yesno:
      leaf.error = 0;
      leaf.largest = 1;
      break;
    case value::Type::Kind::stage:
      leaf.error = 0;
      leaf.largest =
          std::max(1.0, static_cast<double>(plan.scales[input.type.scale].stages.size()));
      break;
    case value::Type::Kind::date:
      leaf.error = 0;
      leaf.largest = 0x1p23;  // days, beyond the years that are counted
      break;
  }
  if (input.zero_when_silent()) leaf.assumed = 0;
  return leaf;
}

}  // namespace

Checked<CompiledPlan> CompiledPlan::compile(std::shared_ptr<const ir::Program> program,
                                            const CompileOptions& options) {
  const model::Plan& plan = *program->plan;
  CompiledPlan compiled;
  text::Diagnostics diagnostics(plan.source), refused(plan.source);
  std::vector<RowOutput> outputs;
  const std::vector<NodeId> beyond = reads_beyond_cell(*program);

  const auto add = [&](const model::Named& named, std::string suffix, const value::Type& type,
                       RowOutput output) {
    if (type.is_number()) output.scale = type.unit.scale();
    compiled.outputs_.push_back({named.name + suffix,
                                 named.label.empty() ? "" : named.label + suffix,
                                 type.is_number() ? type.unit.text() : "", type});
    outputs.push_back(output);
  };
  /// Whether nodes are formulas of one record; what they read else is a diagnostic.
  const auto fits = [&](const model::Named& named, std::initializer_list<NodeId> nodes) {
    for (const NodeId id : nodes) {
      if (id == ir::no_node) continue;
      if (beyond[id] == ir::no_node) continue;
      const Node& node = program->at(beyond[id]);
      const auto [english, chinese] = reads(*program, node);
      refused.add(text::kind("not_of_one_record"), node.place)
          .with("name", named.shown())
          .with("reads", english, chinese);
      return false;
    }
    return true;
  };
  const auto add_indicator = [&](model::IndicatorId id) {
    const model::Indicator& indicator = plan.indicators[id];
    const NodeId node = program->indicators[id];
    if (!fits(indicator, {node})) return false;
    RowOutput output;
    output.node = node;
    if (indicator.type.is_yesno()) output.kind = RowOutput::Kind::truth;
    add(indicator, "", indicator.type, output);
    return true;
  };
  const auto add_target = [&](model::TargetId id) {
    const model::Target& target = plan.targets[id];
    const ir::Target& lowered = program->targets[id];
    if (!fits(target, {lowered.condition, lowered.filter})) return false;
    RowOutput output;
    output.kind = RowOutput::Kind::truth;
    output.node = lowered.condition;
    output.filter = lowered.filter;
    add(target, "", value::Type::yesno(), output);
    if (!options.gaps || lowered.comparisons.size() != 1) return true;
    const ir::Comparison& comparison = lowered.comparisons.front();
    const bool above = comparison.comparator == ir::Comparator::at_least ||
                       comparison.comparator == ir::Comparator::more_than;
    const bool below = comparison.comparator == ir::Comparator::at_most ||
                       comparison.comparator == ir::Comparator::less_than;
    if (!comparison.numeric || !(above || below)) return true;
    RowOutput gap;
    gap.node = comparison.value;
    gap.subtracted = comparison.threshold;
    gap.mirrored = below;
    gap.decided_by = static_cast<std::uint32_t>(outputs.size()) - 1;
    add(target, ".gap", ir::shown_type(*program, comparison), gap);
    return true;
  };

  if (options.outputs.empty()) {
    const std::size_t most = plan.indicators.size() + plan.targets.size() * (options.gaps ? 2 : 1);
    compiled.outputs_.reserve(most);
    outputs.reserve(most);
    for (model::IndicatorId id = 0; id < plan.indicators.size(); ++id) add_indicator(id);
    for (model::TargetId id = 0; id < plan.targets.size(); ++id) add_target(id);
    if (outputs.empty()) diagnostics.append(refused);
  } else {
    for (const std::string& name : options.outputs) {
      const model::Symbol symbol = plan.find(name);
      if (symbol.kind == model::Symbol::Kind::indicator) {
        add_indicator(symbol.index);
      } else if (symbol.kind == model::Symbol::Kind::target) {
        add_target(symbol.index);
      } else {
        std::vector<std::string> names;
        for (const auto& each : plan.indicators) names.push_back(each.name);
        for (const auto& each : plan.targets) names.push_back(each.name);
        text::Diagnostic& unknown =
            diagnostics.add(text::kind("unknown_output")).with("name", name);
        if (const auto near = text::nearest(name, names)) unknown.suggest(*near);
      }
    }
    diagnostics.append(refused);
  }
  if (diagnostics.has_errors()) return diagnostics;

  // The inputs that are read, in the order of the plan.
  std::vector<RowLeaf> leaves;
  leaves.reserve(plan.inputs.size());
  compiled.inputs_.reserve(plan.inputs.size());
  std::vector<NodeId> work;
  work.reserve(outputs.size() * 3);
  std::vector<bool> seen(program->nodes.size(), false);
  std::vector<NodeId> node_of(plan.inputs.size(), ir::no_node);
  for (const RowOutput& output : outputs) {
    for (const NodeId node : {output.node, output.subtracted, output.filter}) {
      if (node != ir::no_node) work.push_back(node);
    }
  }
  while (!work.empty()) {
    const NodeId id = work.back();
    work.pop_back();
    if (seen[id]) continue;
    seen[id] = true;
    const Node& node = program->at(id);
    if (node.operation == Operation::input) {
      node_of[node.index] = id;
      continue;
    }
    work.insert(work.end(), node.arguments.begin(), node.arguments.end());
  }
  for (model::InputId id = 0; id < plan.inputs.size(); ++id) {
    if (node_of[id] == ir::no_node) continue;
    const model::Input& input = plan.inputs[id];
    leaves.push_back(leaf_of(plan, node_of[id], input));
    compiled.inputs_.push_back({input.name, input.label,
                                input.type.is_number() ? input.type.unit.text() : "", input.type});
  }
  compiled.rows_ = std::make_shared<const RowProgram>(
      compile_rows(*program, std::move(leaves), std::move(outputs)));
  compiled.memory_ = std::make_shared<OutputMemory>();
  compiled.program_ = std::move(program);
  return compiled;
}

}  // namespace dabiao::engine
