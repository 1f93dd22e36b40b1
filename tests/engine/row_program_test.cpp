#include "dabiao/engine/row_program.hpp"

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "dabiao/engine/row_batch.hpp"
#include "dabiao/engine/row_record.hpp"
#include "dabiao/engine/row_session.hpp"
#include "dabiao/ir/lower.hpp"
#include "dabiao/model/resolve.hpp"
#include "dabiao/syntax/parse.hpp"
#include "dabiao/text/render.hpp"

namespace dabiao::engine {
namespace {

using value::Reason;

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
    plan = std::make_shared<const model::Plan>(std::move(resolved.plan));
    ir::Lowered lowered = ir::lower(plan);
    diagnostics.append(lowered.diagnostics);
    if (diagnostics.has_errors()) {
      ADD_FAILURE() << statements << "\n" << text::render_all(diagnostics, text::Language::english);
      return;
    }
    program = std::move(lowered.program);
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
                                const std::vector<Reason>& reasons) {
    if (!record_) record_ = std::make_unique<RowRecord>(rows, program);
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (reasons[i] == Reason::known) {
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
                                 const std::vector<Reason>& reasons = {}) {
    if (!settler_) settler_ = std::make_unique<RowSettler>(rows, program);
    std::vector<RowGiven> given;
    for (std::size_t i = 0; i < row.size(); ++i) {
      given.push_back({row[i], reasons.empty() ? Reason::known : reasons[i], nullptr});
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

TEST(RowProgram, DecidesTiesExactly) {
  Rows rows(worked);
  ASSERT_EQ(rows.rows.outputs.size(), 7u);
  const auto tie = rows.record({6, 10, 36, 1000, 1, 1});
  EXPECT_EQ(tie[0].value, 60);
  EXPECT_EQ(tie[1].value, 36);
  EXPECT_EQ(tie[3].value, 1);
  EXPECT_EQ(tie[4].value, 1);
  EXPECT_EQ(tie[5].value, 1);
  EXPECT_EQ(tie[6].value, 1);
  EXPECT_GT(rows.settled, 0);
  // 29/100 of anything is below 29 % in doubles after a detour; here it is not.
  Rows share("input a stock range 0.. input b stock range 0.. target t : a / b * 100 >= 29");
  EXPECT_EQ(share.record({29, 100})[0].value, 1);
  EXPECT_EQ(share.record({28.999999999999996, 100})[0].value, 0);
}

TEST(RowProgram, NeedsNoSecondDecisionWhereDoublesDo) {
  Rows rows(worked);
  rows.record({5886, 10388, 10388, 290000, 5, 6});
  EXPECT_EQ(rows.settled, 0);
}

TEST(RowProgram, ComparesColumnsWithConstantsWithoutDoubt) {
  Rows rows(
      "input x 张 stock input y % stock target t : x >= 1 张 target u : y >= 57.3%"
      " target v : y > 57.3% target w : y = 57.3%");
  const auto tie = rows.record({1, 57.3});
  EXPECT_EQ(tie[0].value, 1);
  EXPECT_EQ(tie[1].value, 1);
  EXPECT_EQ(tie[2].value, 0);
  EXPECT_EQ(tie[3].value, 1);
  EXPECT_EQ(rows.record({1, std::nextafter(57.3, 0)})[1].value, 0);
  EXPECT_EQ(rows.record({1, std::nextafter(57.3, 100)})[2].value, 1);
  EXPECT_EQ(rows.settled, 0);
}

TEST(RowProgram, KnowsZeroFromAlmostZero) {
  Rows rows(
      "input x stock input y stock indicator d = x / (0.1 * y + 0.2 * y - 0.3 * y + x)"
      " indicator z = 0.1 + 0.2 * y - 0.3");
  const auto row = rows.record({0, 1});
  EXPECT_EQ(row[0].reason, Reason::division_by_zero);
  EXPECT_EQ(row[1].value, 0);
  EXPECT_FALSE(std::signbit(row[1].value));
}

TEST(RowProgram, LeavesMagnitudesBeyondItsBoundsToExactArithmetic) {
  Rows rows(
      "input x stock range 0.. input y stock range 0.. indicator p = x * x * x * y * y * y"
      " target t : x * x * x >= y * y * y");
  EXPECT_EQ(rows.record({1e150, 1e150})[1].value, 1);
  EXPECT_EQ(rows.record({1e150, 1e150})[0].reason, Reason::exact_limit);
  EXPECT_EQ(rows.record({1e-150, 1e-150})[1].value, 1);
  EXPECT_EQ(rows.record({1e-150, std::nextafter(1e-150, 1)})[1].value, 0);
  EXPECT_EQ(rows.record({1e-150, 1e-150})[0].value, 0);
}

TEST(RowProgram, SaysWhatIsMissing) {
  Rows rows(worked);
  const double nan = std::nan("");
  const auto row = rows.record({nan, 10, 36, 1000, 1, 1});
  EXPECT_EQ(row[0].reason, Reason::not_finite);
  EXPECT_EQ(row[1].value, 36);
  EXPECT_EQ(row[3].reason, Reason::not_finite);
  EXPECT_FALSE(row[4].known());
  EXPECT_EQ(row[5].value, 1);
  // 0.4 at least without the ratio: not enough; 0.6 and what the ratio adds may be.
  EXPECT_FALSE(row[6].known());
  const auto poor = rows.record({nan, 10, 1, 1000, 0, 1});
  EXPECT_EQ(poor[6].value, 0);
  EXPECT_TRUE(poor[6].known());
}

TEST(RowProgram, FindsWhatTheDeclarationRulesOut) {
  Rows rows(worked);
  RowRecord record(rows.rows, rows.program);
  const double row[] = {-3, 10, 36, 1000, 1, 1};
  for (std::size_t i = 0; i < 6; ++i) record.set(i, row[i]);
  record.run();
  EXPECT_EQ(record.out_of_range(), 0u);
  EXPECT_EQ(record.result(0).reason, Reason::out_of_range);
}

TEST(RowProgram, TakesAllInputsAndGivesAllValuesAtOnce) {
  Rows rows(worked);
  RowRecord record(rows.rows, rows.program);
  const std::vector<double> whole = {6, 10, 35, 1000, 3, 4};
  std::vector<double> values(7);
  record.set_missing(0);
  record.set_missing(5);
  record.run();
  record.set(whole);
  record.run();
  record.values(values);
  EXPECT_EQ(values, (std::vector<double>{60, 35, 0.75, 0.4 + 0.4 * (35.0 / 36) + 0.2 * 0.75,  //
                                         1, 0, 1}));
  record.set_missing(5);
  record.run();
  record.values(values);
  EXPECT_EQ(values[0], 60);
  EXPECT_TRUE(std::isnan(values[2]));
  EXPECT_TRUE(std::isnan(values[3]));
  EXPECT_EQ(values[4], 1);
  EXPECT_EQ(values[5], 0);
}

TEST(RowProgram, OneStepForSeveralGivesTheSameBits) {
  const std::string inputs =
      "input a stock range 0.. input b stock range 0.. input c stock range 0..";
  Rows in_one(inputs +
              " indicator x = a / b * 3.7 indicator y = min(1, a / 7) * 0.3"
              " indicator z = 0.3 * min(1, b / a) + c indicator w = min(b / 7, 0.9) * 0.1 + c");
  Rows by_steps(inputs +
                " indicator q = a / b indicator s = a / 7 indicator r = b / a indicator v = b / 7"
                " indicator capped_r = min(1, r) indicator capped_s = min(1, s)"
                " indicator low_v = min(v, 0.9) indicator part_r = 0.3 * capped_r"
                " indicator part_v = low_v * 0.1 indicator x = q * 3.7"
                " indicator y = capped_s * 0.3 indicator z = part_r + c"
                " indicator w = part_v + c");
  const auto shares = [](const Rows& rows) {
    return std::count_if(rows.rows.instructions.begin(), rows.rows.instructions.end(),
                         [](const Instruction& each) { return each.factor != 0; });
  };
  EXPECT_EQ(shares(in_one), 4);
  EXPECT_EQ(shares(by_steps), 0);
  ASSERT_EQ(in_one.inputs, by_steps.inputs);
  std::mt19937 random(5);
  std::uniform_real_distribution<double> size(-3, 3);
  for (int i = 0; i < 1000; ++i) {
    const std::vector<double> row = {std::pow(10, size(random)), std::pow(10, size(random)),
                                     std::pow(10, size(random))};
    const auto one = in_one.record(row), many = by_steps.record(row);
    for (std::size_t k = 0; k < 4; ++k) {
      EXPECT_TRUE(one[k].known());
      EXPECT_EQ(std::bit_cast<std::uint64_t>(one[k].value),
                std::bit_cast<std::uint64_t>(many[9 + k].value));
    }
  }
}

TEST(RowProgram, KeepsToItsFilter) {
  Rows rows(
      "level 院 input beds 张 stock input clinic yesno stock"
      " target t : clinic at each 院 where beds >= 100 张");
  // The inputs in the order in which the formula reads them.
  ASSERT_EQ(rows.rows.leaves.size(), 2u);
  const bool beds_first = rows.plan->inputs[rows.inputs[0]].name == "beds";
  const auto at = [&](double beds, double clinic) {
    return rows.record(beds_first ? std::vector{beds, clinic} : std::vector{clinic, beds})[0];
  };
  EXPECT_EQ(at(99, 0).reason, Reason::not_applicable);
  EXPECT_EQ(at(100, 1).value, 1);
  EXPECT_TRUE(at(100, 0).known());
  EXPECT_EQ(at(100, 0).value, 0);
  EXPECT_EQ(at(std::nan(""), 1).value, 1);
  EXPECT_FALSE(at(std::nan(""), 0).known());
}

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

/// Conditions whose least and greatest values stand at corners, over ranges of every kind.
TEST(RowProgram, SaysAtCornersWhatHoldsForEveryCompletion) {
  int decided = 0, open = 0;
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    Formulas formulas(seed);
    static const char* const ranges[] = {"stock range 0..", "stock range 0..3", "stock",
                                         "stock range 0.1..", "stock range ..2"};
    std::string plan;
    for (const char* name : {"a", "b", "c", "d"}) {
      plan += std::string("input ") + name + " " + ranges[formulas.dice(5)] + " ";
    }
    plan += "input y yesno stock ";
    static const char* const conditions[] = {
        "a / b >= 0.5",       "min(1, a / 0.6) + 0.2 * min(1, c / 3) >= 0.8",
        "a <= b / 2",         "a + 0.3 * b > c",
        "0.2 * a - 1 < 3",    "y and a >= 0.3",
        "not (a / b > c)",    "a >= 0.1 or b / 0.3 <= 1",
        "max(a, b) = 0.1..2", "min(a, b, 1) / c < 0.4",
        "a * b >= 0.2",       "if a > 1 then b > 1 else c > 1",
    };
    for (int i = 0; i < 4; ++i) {
      plan += " target t" + std::to_string(i) + " : " + conditions[formulas.dice(12)];
    }
    plan += " indicator n = a / (b - c) * 2 + min(d, 3)";
    SCOPED_TRACE("seed " + std::to_string(seed) + ": " + plan);
    Rows rows(plan);
    if (HasFailure()) return;
    constexpr std::size_t count = 400;
    const std::size_t leaves = rows.rows.leaves.size();
    std::vector<std::vector<double>> columns(leaves, std::vector<double>(count));
    std::vector<RowColumn> in(leaves);
    for (std::size_t leaf = 0; leaf < leaves; ++leaf) {
      const bool yesno = rows.plan->inputs[rows.inputs[leaf]].name == "y";
      for (double& each : columns[leaf]) {
        each = yesno ? formulas.dice(2) : 0.1 + formulas.dice(20) / 10.0;
        if (formulas.dice(4) == 0) each = std::nan("");
      }
      in[leaf].values = columns[leaf].data();
    }
    const std::size_t outputs = rows.rows.outputs.size();
    std::vector<std::vector<std::uint64_t>> truths(outputs, std::vector<std::uint64_t>(7));
    auto known = truths;
    std::vector<RowColumnOut> out;
    for (std::size_t i = 0; i < outputs; ++i) {
      out.push_back({nullptr, truths[i].data(), known[i].data(), nullptr});
    }
    RowRun run;
    run.rows = count;
    run_rows(rows.rows, rows.program, in, out, run);
    for (std::size_t row = 0; row < count; ++row) {
      std::vector<double> values;
      bool missing = false;
      for (const auto& column : columns) {
        values.push_back(column[row]);
        missing = missing || std::isnan(column[row]);
      }
      // Why something is missing is handed on too.
      static constexpr Reason missing_for[] = {Reason::not_reported, Reason::not_reported,
                                               Reason::not_reported, Reason::not_yet,
                                               Reason::bad_cell,     Reason::not_applicable};
      std::vector<Reason> reasons;
      for (const double each : values) {
        const Reason why = missing_for[formulas.dice(row % 2 == 0 ? 3 : 6)];
        reasons.push_back(std::isnan(each) ? why : Reason::known);
      }
      const auto with_reasons = rows.record(values, reasons);
      const auto exactly_with_reasons = rows.exactly(values, reasons);
      for (std::size_t i = 0; i < outputs; ++i) {
        ASSERT_EQ(with_reasons[i].reason, exactly_with_reasons[i].reason) << i << " row " << row;
        ASSERT_NEAR(with_reasons[i].value, exactly_with_reasons[i].value, 1e-9)
            << i << " row " << row;
      }
      const auto exactly = rows.exactly(values);
      for (std::size_t i = 0; i < outputs; ++i) {
        if (rows.rows.outputs[i].kind == RowOutput::Kind::number) continue;
        const bool is_known = (known[i][row / 64] >> (row % 64) & 1) != 0;
        const bool holds = (truths[i][row / 64] >> (row % 64) & 1) != 0;
        ASSERT_EQ(is_known, exactly[i].known()) << i << " in row " << row;
        ASSERT_EQ(holds, exactly[i].value != 0) << i << " in row " << row;
        if (missing) ++(is_known ? decided : open);
      }
    }
  }
  EXPECT_GT(decided, 1000);
  EXPECT_GT(open, 1000);
}

TEST(RowProgram, AgreesWithExactArithmeticAndWithItself) {
  int rows_tried = 0, settled = 0;
  for (std::uint32_t seed = 1; seed <= 150; ++seed) {
    Formulas formulas(seed);
    const bool is_signed = seed % 2 == 0;
    const std::string range = is_signed ? "stock " : "stock range 0.. ";
    std::string plan;
    for (const char* name : {"a", "b", "c", "d"}) {
      plan += std::string("input ") + name + " " + range;
    }
    for (int i = 0; i < 3; ++i) {
      plan += " indicator n" + std::to_string(i) + " = " + formulas.number(3);
      plan += " target t" + std::to_string(i) + " : " + formulas.truth(2);
    }
    SCOPED_TRACE("seed " + std::to_string(seed) + ": " + plan);
    Rows rows(plan);
    if (HasFailure()) return;
    // The plan's inputs that nothing reads have no node.
    const std::size_t leaves = rows.rows.leaves.size();
    constexpr std::size_t count = 450;
    std::vector<std::vector<double>> columns(leaves, std::vector<double>(count));
    for (auto& column : columns) {
      for (double& each : column) {
        each = formulas.decimal();
        if (is_signed && formulas.dice(2) == 0) each = -each;
      }
    }
    std::vector<RowColumn> in;
    for (const auto& column : columns) {
      RowColumn each;
      each.values = column.data();
      in.push_back(each);
    }
    const std::size_t outputs = rows.rows.outputs.size();
    std::vector<std::vector<double>> numbers(outputs, std::vector<double>(count));
    std::vector<std::vector<std::uint64_t>> truths(outputs,
                                                   std::vector<std::uint64_t>(count / 64 + 1));
    auto known = truths;
    std::vector<std::vector<Reason>> reasons(outputs, std::vector<Reason>(count));
    std::vector<RowColumnOut> out;
    for (std::size_t i = 0; i < outputs; ++i) {
      out.push_back({numbers[i].data(), truths[i].data(), known[i].data(), reasons[i].data()});
    }
    RowRun run;
    run.rows = count;
    run.threads = 1 + seed % 2;
    const RowTally told = run_rows(rows.rows, rows.program, in, out, run);
    // Where nobody asks why something is missing, corners say what is met.
    auto brief_truths = truths, brief_known = known;
    auto brief_numbers = numbers;
    std::vector<RowColumnOut> brief;
    for (std::size_t i = 0; i < outputs; ++i) {
      brief.push_back(
          {brief_numbers[i].data(), brief_truths[i].data(), brief_known[i].data(), nullptr});
    }
    const RowTally brief_told = run_rows(rows.rows, rows.program, in, brief, run);
    EXPECT_EQ(brief_truths, truths);
    EXPECT_EQ(brief_known, known);
    for (std::size_t i = 0; i < outputs; ++i) {
      for (std::size_t row = 0; row < count; ++row) {
        const bool is_known = (known[i][row / 64] >> (row % 64) & 1) != 0;
        ASSERT_TRUE(!is_known || brief_numbers[i][row] == numbers[i][row]) << i << " " << row;
      }
    }
    EXPECT_EQ(brief_told.nulls, told.nulls);
    EXPECT_EQ(brief_told.truths, told.truths);
    for (std::size_t i = 0; i < outputs; ++i) {
      std::uint64_t nulls = count, holding = 0;
      for (std::size_t w = 0; w < known[i].size(); ++w) {
        nulls -= static_cast<std::uint64_t>(std::popcount(known[i][w]));
        holding += static_cast<std::uint64_t>(std::popcount(truths[i][w]));
      }
      EXPECT_EQ(told.nulls[i], nulls);
      if (rows.rows.outputs[i].kind == RowOutput::Kind::truth) {
        EXPECT_EQ(told.truths[i], holding);
      }
    }
    for (std::size_t row = 0; row < count; ++row) {
      std::vector<double> values;
      for (const auto& column : columns) values.push_back(column[row]);
      const auto record = rows.record(values);
      const auto exactly = rows.exactly(values);
      for (std::size_t i = 0; i < outputs; ++i) {
        std::string where = "row";
        for (const double each : values) where += " " + std::to_string(each);
        const bool is_known = (known[i][row / 64] >> (row % 64) & 1) != 0;
        ASSERT_EQ(record[i].reason, exactly[i].reason) << i << " " << where;
        ASSERT_EQ(is_known, record[i].known()) << i << " " << where;
        ASSERT_EQ(reasons[i][row], record[i].reason) << i << " " << where;
        if (rows.rows.outputs[i].kind == RowOutput::Kind::truth) {
          ASSERT_EQ(record[i].value, exactly[i].value) << i << " " << where;
          ASSERT_EQ((truths[i][row / 64] >> (row % 64) & 1) != 0, record[i].value != 0)
              << i << " " << where;
        } else {
          ASSERT_EQ(std::bit_cast<std::uint64_t>(numbers[i][row]),
                    std::bit_cast<std::uint64_t>(record[i].value))
              << i << " " << where;
          ASSERT_NEAR(record[i].value, exactly[i].value, 1e-12 * std::fabs(exactly[i].value))
              << i << " " << where;
        }
      }
      ++rows_tried;
    }
    settled += rows.settled;
  }
  EXPECT_GT(rows_tried, 50000);
  EXPECT_GT(settled, 1000);
}

TEST(RowProgram, DividesByConstantsAsDivisionDoes) {
  // Divisors are spelt as their doubles print, so that both sides divide by the same.
  for (const std::string divisor : {"3", "7", "0.6", "49", "0.001", "123456.789", "1e-7", "97e5"}) {
    Rows rows("input x stock indicator a = x / " + divisor + " indicator b = min(x / " + divisor +
              ", 1e60)");
    ASSERT_EQ(rows.rows.outputs.size(), 2u);
    const double by = std::stod(divisor);
    std::mt19937_64 random(7);
    std::vector<double> x{0, 49, 0.6, 147, by, 3 * by};
    while (x.size() < 6400) {
      const double digits = static_cast<double>(random() >> 11) + 0x1p52;
      x.push_back(
          std::ldexp(random() % 2 == 0 ? digits : -digits, static_cast<int>(random() % 200) - 152));
    }
    std::vector<RowColumn> in(1);
    in[0].values = x.data();
    std::vector<double> a(x.size()), b(x.size());
    std::vector<RowColumnOut> out(2);
    out[0].numbers = a.data();
    out[1].numbers = b.data();
    RowRun run;
    run.rows = x.size();
    run_rows(rows.rows, rows.program, in, out, run);
    for (std::size_t i = 0; i < x.size(); ++i) {
      ASSERT_EQ(std::bit_cast<std::uint64_t>(a[i]), std::bit_cast<std::uint64_t>(x[i] / by + 0.0))
          << x[i] << " / " << divisor;
      ASSERT_EQ(a[i], b[i]);
    }
  }
}

TEST(RowProgram, StreamsWhatItWouldStoreAndAddsItUp) {
  Rows rows(
      "input p 张 stock input q 张 stock range 0 张.. indicator share % = p / q"
      " indicator again % = share indicator half = min(1, p / q) / 2 indicator same 张 = p"
      " indicator fixed = 2.5 target t : p / q >= 50% target u : p >= 3 张");
  constexpr std::size_t count = 140'003;  // enough to be written past the cache, no whole word
  std::vector<double> p(count), q(count);
  std::mt19937 random(3);
  for (std::size_t i = 0; i < count; ++i) {
    p[i] = static_cast<double>(random() % 9);
    q[i] = static_cast<double>(random() % 9);  // also zero, where there is no share
    if (random() % 50 == 0) p[i] = std::nan("");
  }
  std::vector<RowColumn> in(2);
  in[0].values = p.data();
  in[1].values = q.data();
  const std::size_t outputs = rows.rows.outputs.size();
  ASSERT_EQ(outputs, 7u);
  struct alignas(64) Line {
    double values[8];
  };
  // On boundaries of lines what leaves goes past the cache; beside them it does not.
  const auto evaluate = [&](std::size_t beside, unsigned threads) {
    std::vector<std::vector<Line>> memory(outputs, std::vector<Line>(count / 8 + 2));
    std::vector<RowColumnOut> out(outputs);
    std::vector<std::vector<std::uint64_t>> bits;
    for (std::size_t i = 0; i < outputs; ++i) {
      out[i].known = bits.emplace_back(count / 64 + 1).data();
      out[i].sum = true;
      if (rows.rows.outputs[i].kind == RowOutput::Kind::truth) {
        out[i].truths = bits.emplace_back(count / 64 + 1).data();
      } else {
        out[i].numbers = memory[i].front().values + beside;
      }
    }
    RowRun run;
    run.rows = count;
    run.threads = threads;
    const RowTally tally = run_rows(rows.rows, rows.program, in, out, run);
    std::vector<std::uint64_t> all;
    for (std::size_t i = 0; i < outputs; ++i) {
      if (out[i].numbers != nullptr) {
        for (std::size_t row = 0; row < count; ++row) {
          all.push_back(std::bit_cast<std::uint64_t>(out[i].numbers[row]));
        }
      }
    }
    for (const auto& each : bits) all.insert(all.end(), each.begin(), each.end());
    return std::pair(all, tally);
  };
  const auto [streamed, told] = evaluate(0, 2);
  const auto [stored, told_again] = evaluate(1, 1);
  EXPECT_EQ(streamed, stored);
  EXPECT_EQ(told.sums, told_again.sums);
  EXPECT_EQ(told.nulls, told_again.nulls);
  EXPECT_EQ(told.truths, told_again.truths);
  // What nobody keeps adds up to the same.
  std::vector<RowColumnOut> nowhere(outputs);
  for (RowColumnOut& each : nowhere) each.sum = true;
  RowRun run;
  run.rows = count;
  const RowTally totals = run_rows(rows.rows, rows.program, in, nowhere, run);
  EXPECT_EQ(totals.sums, told.sums);
  EXPECT_EQ(totals.nulls, told.nulls);
  EXPECT_EQ(totals.truths, told.truths);
  // Against sums row by row.
  std::vector<long double> sums(outputs, 0);
  std::vector<std::uint64_t> holding(outputs, 0), nulls(outputs, 0);
  for (std::size_t row = 0; row < count; ++row) {
    const auto record = rows.record({p[row], q[row]});
    for (std::size_t i = 0; i < outputs; ++i) {
      sums[i] += record[i].value;
      nulls[i] += record[i].known() ? 0 : 1;
      if (rows.rows.outputs[i].kind == RowOutput::Kind::truth) holding[i] += record[i].value != 0;
    }
  }
  for (std::size_t i = 0; i < outputs; ++i) {
    EXPECT_EQ(told.nulls[i], nulls[i]) << i;
    if (rows.rows.outputs[i].kind == RowOutput::Kind::truth) {
      EXPECT_EQ(told.truths[i], holding[i]) << i;
    } else {
      EXPECT_NEAR(told.sums[i], static_cast<double>(sums[i]), 1e-9 * std::fabs(told.sums[i])) << i;
    }
  }
}

// Opcodes in the order in which they run.
std::vector<Opcode> opcodes(const Rows& rows) {
  std::vector<Opcode> found;
  for (const Instruction& each : rows.rows.instructions) found.push_back(each.opcode);
  return found;
}

TEST(RowProgram, PutsWhatReadsAQuotientRightAfterIt) {
  const Rows rows(
      "input a stock range 0.. input b stock range 0.. input c stock range 0.."
      " input d stock range 0.. input e stock range 0.. input f stock range 0.."
      " indicator p % = a / b indicator q % = c / d indicator r = min(1, e / f)"
      " indicator score = 0.4 * min(1, p / 60%) + 0.4 * min(1, q / 36%) + 0.2 * r"
      " target t : p >= 60% target u : q >= 36% target v : r >= 0.5");
  using enum Opcode;
  // The sum needs q's points before p's, and r's part after both.
  EXPECT_EQ(opcodes(rows), (std::vector<Opcode>{divide, divide_least_multiply, above, multiply,
                                                divide, above, multiply, divide_least_multiply_add,
                                                divide_least, above, multiply_add}));
}

TEST(RowProgram, QuotientsAndWhatFollowsAreTheSameBitsOnEveryInstructionSet) {
  const std::string inputs =
      "input a stock input b stock range 0.. input c stock range 0.. input d stock range 1.. ";
  for (const std::string plan :
       {"indicator p % = a / b indicator score = 0.4 * min(1, p / 60%) + 0.2 * min(2, c / d)"
        " target t : p >= 60% target u : c / d <= 0.5",
        // Two comparisons and two products of one quotient; one that another divides.
        "indicator p = a / b indicator q = 7 * p indicator r = p * 0.3 indicator s = p / d"
        " target t : p >= 0.9 target u : p <= 0.3 target v : p >= 0.5 target w : s >= 0.1 target x "
        ": c >= 3",
        // Parts of sums before and after each other.
        "indicator p = a / d indicator q = min(3, c / d) indicator r = 3 * p + q"
        " indicator s = 0.5 * q + p indicator u = 2 * (c / d) + a * b target t : q >= 1"}) {
    SCOPED_TRACE(plan);
    Rows rows(inputs + plan);
    if (HasFailure()) return;
    const std::size_t leaves = rows.rows.leaves.size(), outputs = rows.rows.outputs.size();
    ASSERT_EQ(leaves, 4u);
    constexpr std::size_t count = 131'237;  // enough to be written past the cache, no whole word
    std::mt19937 random(5);
    std::vector<std::vector<double>> columns(leaves, std::vector<double>(count));
    std::vector<RowColumn> in(leaves);
    for (std::size_t i = 0; i < leaves; ++i) {
      for (double& each : columns[i]) each = static_cast<double>(random() % 40 + (i == 3 ? 1 : 0));
      in[i].values = columns[i].data();
    }
    for (std::size_t row = 0; row < count; row += 3) columns[0][row] = -columns[0][row] / 8;
    for (std::size_t row = 7; row < count; row += 501) columns[2][row] = std::nan("");
    // Where a column says that there is nothing, anything may stand.
    std::vector<std::uint8_t> validity(count / 8 + 1, 0xff);
    in[1].validity = validity.data();
    std::vector<std::vector<RowResult>> expected;
    for (std::size_t row = 0; row < count; ++row) {
      const bool is_there = row % 77 != 5;
      expected.push_back(rows.record({columns[0][row], is_there ? columns[1][row] : std::nan(""),
                                      columns[2][row], columns[3][row]}));
      if (is_there) continue;
      validity[row / 8] &= static_cast<std::uint8_t>(~(1U << row % 8));
      columns[1][row] = row % 2 == 0 ? std::nan("") : row % 3 == 0 ? -5 : 1e308;
    }
    for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
      hwy::SetSupportedTargetsForTest(target);
      hwy::GetChosenTarget().Update(hwy::SupportedTargets());
      for (const std::size_t beside : {0, 1}) {  // of a line; then nothing goes past the cache
        struct alignas(64) Line {
          double values[8];
        };
        std::vector<std::vector<Line>> memory(outputs, std::vector<Line>(count / 8 + 2));
        std::vector<std::vector<std::uint64_t>> truths(outputs,
                                                       std::vector<std::uint64_t>(count / 64 + 1));
        auto known = truths;
        std::vector<RowColumnOut> out(outputs);
        for (std::size_t i = 0; i < outputs; ++i) {
          out[i].known = known[i].data();
          out[i].numbers = memory[i].front().values + beside;
          if (rows.rows.outputs[i].kind == RowOutput::Kind::truth) {
            out[i].numbers = nullptr;
            out[i].truths = truths[i].data();
          }
        }
        RowRun run;
        run.rows = count;
        run_rows(rows.rows, rows.program, in, out, run);
        for (std::size_t row = 0; row < count; ++row) {
          for (std::size_t i = 0; i < outputs; ++i) {
            const RowResult& right = expected[row][i];
            ASSERT_EQ((known[i][row / 64] >> (row % 64) & 1) != 0, right.known())
                << hwy::TargetName(target) << ", row " << row << ", output " << i;
            if (!right.known()) continue;
            const double found = out[i].numbers != nullptr
                                     ? out[i].numbers[row]
                                     : static_cast<double>(truths[i][row / 64] >> (row % 64) & 1);
            ASSERT_EQ(std::bit_cast<std::uint64_t>(found),
                      std::bit_cast<std::uint64_t>(right.value))
                << hwy::TargetName(target) << ", row " << row << ", output " << i;
          }
        }
      }
    }
    hwy::SetSupportedTargetsForTest(0);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }
}

TEST(RowProgram, ComparisonsAtTheirWordFollowQuotientsToo) {
  Rows rows(
      "input a stock range 0.. input b stock range 1.. indicator p = a / b"
      " target t : p >= 0.25 target u : p <= 0.75");
  // No bounds and no doubts: limit <= p, and p <= limit.
  RowProgram& bare = rows.rows;
  int plain = 0;
  for (Instruction& each : bare.instructions) {
    if (each.opcode != Opcode::above && each.opcode != Opcode::below) continue;
    const bool is_above = each.opcode == Opcode::above;
    bare.constants[each.y - bare.first_constant()] = is_above ? 0.25 : 0.75;
    each.opcode = Opcode::less_equal;
    if (is_above) std::swap(each.x, each.y);
    each.z = each.doubt = no_register;
    ++plain;
  }
  ASSERT_EQ(plain, 2);
  for (RowOutput& output : bare.outputs) output.doubt = no_register;
  constexpr std::size_t count = 1000;
  std::vector<double> a(count), b(count);
  for (std::size_t row = 0; row < count; ++row) {
    a[row] = static_cast<double>(row % 9);
    b[row] = static_cast<double>(row % 8 + 1);
  }
  std::vector<RowColumn> in(2);
  in[0].values = a.data();
  in[1].values = b.data();
  std::vector<std::uint64_t> t(count / 64 + 1), u(count / 64 + 1);
  std::vector<RowColumnOut> out(3);
  out[1].truths = t.data();
  out[2].truths = u.data();
  RowRun run;
  run.rows = count;
  run_rows(bare, rows.program, in, out, run);
  for (std::size_t row = 0; row < count; ++row) {
    EXPECT_EQ((t[row / 64] >> (row % 64) & 1) != 0, a[row] / b[row] >= 0.25) << row;
    EXPECT_EQ((u[row / 64] >> (row % 64) & 1) != 0, a[row] / b[row] <= 0.75) << row;
  }
}

TEST(RowSession, HasWhatARecordRunAnewHas) {
  std::uint64_t run = 0, all = 0;
  for (std::uint32_t seed = 1; seed <= 90; ++seed) {
    Formulas formulas(seed);
    std::string plan;
    for (const char* name : {"a", "b", "c", "d"}) {
      plan += std::string("input ") + name + (seed % 2 == 0 ? " stock " : " stock range 0.. ");
    }
    for (int i = 0; i < 4; ++i) {
      plan += " indicator n" + std::to_string(i) + " = " + formulas.number(3);
      plan += " target t" + std::to_string(i) + " : " + formulas.truth(2);
    }
    if (seed % 3 == 0) {
      // Of more leaves than a word has bits.
      for (int i = 0; i < 66; ++i) {
        plan += " input given_" + std::to_string(i) + " stock";
        plan +=
            " indicator part_" + std::to_string(i) + " = given_" + std::to_string(i) + " / 3 + b";
      }
    }
    SCOPED_TRACE("seed " + std::to_string(seed) + ": " + plan);
    Rows rows(plan);
    if (HasFailure()) return;
    RowSession session(rows.rows, rows.program);
    struct Leaf {
      double number = std::nan("");
      Reason reason = Reason::not_reported;
      std::optional<exact::Rational> exact;
    };
    std::vector<Leaf> leaves(rows.rows.leaves.size());
    std::vector<RowResult> before(rows.rows.outputs.size(), {0, Reason::not_reported});
    const auto change = [&](std::size_t leaf) {
      Leaf& each = leaves[leaf];
      each = {formulas.decimal(), Reason::known, std::nullopt};
      if (seed % 2 == 0 && formulas.dice(2) == 0) each.number = -each.number;
      if (formulas.dice(40) == 0) {
        static constexpr Reason why[] = {Reason::not_reported, Reason::bad_cell};
        each = {std::nan(""), why[formulas.dice(2)], std::nullopt};
        session.set_missing(leaf, each.reason);
      } else if (formulas.dice(60) == 0) {
        each.exact = exact::Rational::parse(formulas.dice(2) == 0 ? "0.30000000000000000001"
                                                                  : "0.29999999999999999999");
        session.set_exact(leaf, *each.exact);
      } else {
        session.set(leaf, each.number);
      }
    };
    for (int step = 0; step < 200; ++step) {
      if (step == 4) {
        for (std::size_t leaf = 0; leaf < leaves.size(); ++leaf) change(leaf);
      }
      change(static_cast<std::size_t>(formulas.dice(static_cast<int>(leaves.size()))));
      if (formulas.dice(3) == 0) continue;  // several at once
      const auto changed = session.update();
      RowRecord record(rows.rows, rows.program);
      for (std::size_t i = 0; i < leaves.size(); ++i) {
        if (leaves[i].exact) {
          record.set_exact(i, *leaves[i].exact);
        } else if (leaves[i].reason != Reason::known) {
          record.set_missing(i, leaves[i].reason);
        } else {
          record.set(i, leaves[i].number);
        }
      }
      record.run();
      EXPECT_EQ(session.out_of_range(), record.out_of_range());
      std::vector<std::uint32_t> expected;
      for (std::uint32_t i = 0; i < before.size(); ++i) {
        const RowResult now = session.result(i);
        EXPECT_EQ(std::bit_cast<std::uint64_t>(now.value),
                  std::bit_cast<std::uint64_t>(record.result(i).value))
            << i << " at step " << step;
        EXPECT_EQ(now.reason, record.result(i).reason) << i << " at step " << step;
        if (std::bit_cast<std::uint64_t>(now.value) !=
                std::bit_cast<std::uint64_t>(before[i].value) ||
            now.reason != before[i].reason) {
          expected.push_back(i);
        }
        before[i] = now;
      }
      EXPECT_EQ(std::vector<std::uint32_t>(changed.begin(), changed.end()), expected);
      run += session.instructions_run();
      all += rows.rows.instructions.size();
      if (HasFailure()) return;
    }
  }
  EXPECT_LT(run, all);
}

TEST(RowSession, RunsOnlyWhatIsAffected) {
  std::string plan = "input x0 stock range 0.. input y stock range 0.. ";
  for (int i = 0; i < 1000; ++i) {
    plan += "indicator x" + std::to_string(i + 1) + " = x" + std::to_string(i) + " + 1 ";
  }
  plan += "indicator z = min(1, x1000 / 5000) + y indicator w = min(1, x1000 / 500)";
  Rows rows(plan);
  RowSession session(rows.rows, rows.program);
  for (std::size_t i = 0; i < rows.rows.leaves.size(); ++i) session.set(i, 1);
  EXPECT_EQ(session.update().size(), 1002u);
  const std::size_t y = rows.plan->inputs[rows.inputs[0]].name == "y" ? 0 : 1;
  session.set(y, 2);
  EXPECT_EQ(session.update().size(), 1u);
  EXPECT_EQ(session.instructions_run(), 1u);
  session.set(y, 2);
  EXPECT_EQ(session.update().size(), 0u);
  EXPECT_EQ(session.instructions_run(), 0u);
  session.set(1 - y, 3);
  // All but what the cap at 1 keeps from changing.
  EXPECT_EQ(session.update().size(), 1001u);
  // What is missing elsewhere changes nothing of that.
  session.set_missing(y);
  EXPECT_EQ(session.update().size(), 1u);
  EXPECT_EQ(session.result(1000).reason, Reason::not_reported);
  session.set(y, 2);
  session.update();
  session.set(y, 3);
  session.update();
  EXPECT_EQ(session.instructions_run(), 1u);
}

}  // namespace
}  // namespace dabiao::engine
