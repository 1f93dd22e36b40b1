#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "dabiao/engine/row_record.hpp"
#include "dabiao/ir/lower.hpp"
#include "dabiao/model/resolve.hpp"
#include "dabiao/syntax/parse.hpp"
#include "dabiao/text/render.hpp"

namespace dabiao::engine {

/// A plan without levels whose indicators and targets are run over rows of its inputs.
class Rows {
 public:
  explicit Rows(const std::string& statements) {
    const auto source = std::make_shared<const text::Source>(
        "plan.biao", "plan p \"plan\" unit 张, 人 " + statements);
    syntax::Parsed parsed = syntax::parse(source);
    text::Diagnostics diagnostics = parsed.diagnostics;
    model::Resolved resolved =
        model::resolve(source, std::make_shared<const syntax::Ast>(std::move(parsed.ast)));
    diagnostics.append(resolved.diagnostics);
    plan = resolved.plan;
    ir::Lowered lowered = ir::lower(plan);
    diagnostics.append(lowered.diagnostics);
    if (diagnostics.has_errors()) {
      ADD_FAILURE() << statements << "\n" << text::render_all(diagnostics, text::Language::english);
      return;
    }
    program = *lowered.program;
    std::vector<RowLeaf> leaves;
    for (ir::NodeId id = 0; id < program.nodes.size(); ++id) {
      const ir::Node& node = program.at(id);
      if (node.operation != ir::Operation::input) continue;
      const model::Input& input = plan->inputs[node.index];
      RowLeaf leaf;
      leaf.node = id;
      leaf.range = input.range;
      if (input.type.is_number()) {
        leaf.scale = input.type.unit.scale();
      } else {
        leaf.error = 0;
        leaf.largest = input.type.is_yesno() ? 1 : 0x1p23;
      }
      leaves.push_back(leaf);
      inputs.push_back(node.index);
    }
    std::vector<RowOutput> outputs;
    for (std::size_t i = 0; i < plan->indicators.size(); ++i) {
      RowOutput output;
      output.node = program.indicators[i];
      const value::Type& type = plan->indicators[i].type;
      if (type.is_yesno()) output.kind = RowOutput::Kind::truth;
      if (type.is_number()) output.scale = type.unit.scale();
      outputs.push_back(output);
    }
    for (const ir::Target& target : program.targets) {
      RowOutput output;
      output.kind = RowOutput::Kind::truth;
      output.node = target.condition;
      output.filter = target.filter;
      outputs.push_back(output);
    }
    rows = compile_rows(program, std::move(leaves), std::move(outputs));
  }

  /// What the outputs are at a row, by the doubles and, where they are in doubt, exactly.
  std::vector<RowResult> record(const std::vector<double>& row) {
    if (!record_) record_ = std::make_unique<RowRecord>(rows, program);
    for (std::size_t i = 0; i < row.size(); ++i) record_->set(i, row[i]);
    record_->run();
    std::vector<RowResult> results;
    for (std::size_t i = 0; i < rows.outputs.size(); ++i) {
      results.push_back(record_->result(i));
      settled += record_->was_settled(i) ? 1 : 0;
    }
    return results;
  }
  /// The same of rows of which it is known why something is missing.
  std::vector<RowResult> record(const std::vector<double>& row,
                                const std::vector<value::Reason>& reasons) {
    if (!record_) record_ = std::make_unique<RowRecord>(rows, program);
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (reasons[i] == value::Reason::known) {
        record_->set(i, row[i]);
      } else {
        record_->set_missing(i, reasons[i]);
      }
    }
    record_->run();
    std::vector<RowResult> results;
    for (std::size_t i = 0; i < rows.outputs.size(); ++i) results.push_back(record_->result(i));
    return results;
  }
  /// What they are exactly.
  std::vector<RowResult> exactly(const std::vector<double>& row,
                                 const std::vector<value::Reason>& reasons = {}) {
    if (!settler_) settler_ = std::make_unique<RowSettler>(rows, program);
    std::vector<RowGiven> given;
    for (std::size_t i = 0; i < row.size(); ++i) {
      given.push_back({row[i], reasons.empty() ? value::Reason::known : reasons[i], nullptr});
    }
    settler_->begin(given);
    std::vector<RowResult> results;
    for (std::size_t i = 0; i < rows.outputs.size(); ++i) results.push_back(settler_->output(i));
    return results;
  }

  std::shared_ptr<const model::Plan> plan;
  ir::Program program;
  std::vector<std::uint32_t> inputs;
  RowProgram rows;
  int settled = 0;

 private:
  std::unique_ptr<RowRecord> record_;
  std::unique_ptr<RowSettler> settler_;
};

const char* const worked =
    "input nursing 张 stock input total 张 stock input beds 张 stock input elderly 人 stock"
    " input centres stock range 0.. input towns stock range 0.."
    " indicator ratio % = nursing / total indicator per_k 张/千人 = beds / elderly"
    " indicator coverage = min(1, centres / towns)"
    " indicator score = 0.4 * min(1, ratio / 60%) + 0.4 * min(1, per_k / (36 张/千人))"
    "   + 0.2 * coverage"
    " target a : ratio >= 60% target b : per_k >= 36 张/千人 target c : score >= 0.8";

/// Random formulas: every operation that has instructions, and some that have none.
class Formulas {
 public:
  explicit Formulas(std::uint32_t seed) : random_(seed) {}

  std::string number(int depth) {
    if (depth == 0) {
      static const char* const leaves[] = {"a", "b", "c", "d", "0.1", "3", "0.3", "7"};
      return leaves[dice(8)];
    }
    const std::string x = number(depth - 1), y = number(dice(depth));
    switch (dice(14)) {
      case 0:
      case 1:
        return "(" + x + " + " + y + ")";
      case 2:
        return "(" + x + " - " + y + ")";
      case 3:
      case 4:
        return "(" + x + " * " + y + ")";
      case 5:
      case 6:
        return "(" + x + " / " + y + ")";
      case 7:
        return "min(" + x + ", " + y + ")";
      case 8:
        return "max(" + x + ", " + y + ")";
      case 9:
        return "(if " + truth(depth - 1) + " then " + x + " else " + y + ")";
      case 10:
        return "round(" + x + ", 0.5)";
      case 11:
        return "floor(" + x + ")";
      case 12:
        return "abs(" + x + ")";
      default:
        return "(" + x + ")^" + std::to_string(1 + dice(2));
    }
  }
  std::string truth(int depth) {
    static const char* const operators[] = {">=", ">", "<=", "<", "=", "!="};
    const std::string comparison =
        number(depth) + " " + operators[dice(6)] + " " + number(dice(depth + 1));
    if (depth == 0) return "(" + comparison + ")";
    switch (dice(6)) {
      case 0:
        return "(" + truth(depth - 1) + " and " + truth(depth - 1) + ")";
      case 1:
        return "(" + truth(depth - 1) + " or " + truth(depth - 1) + ")";
      case 2:
        return "(not " + truth(depth - 1) + ")";
      default:
        return "(" + comparison + ")";
    }
  }
  int dice(int sides) { return std::uniform_int_distribution<int>(0, sides - 1)(random_); }
  /// Small decimals, so that much is equal or zero.
  double decimal() {
    switch (dice(12)) {
      case 0:
        return 0;
      case 1:
        return dice(3) == 0 ? std::nan("") : 0.3;
      case 2:
        return std::ldexp(1 + dice(1000) / 999.0, dice(40) - 20);
      case 3:
        return dice(20) == 0 ? 1e300 : 0.1;
      default:
        return dice(40) / 10.0;
    }
  }

 private:
  std::mt19937 random_;
};

}  // namespace dabiao::engine
