#include "dabiao/engine/row_program.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "dabiao/engine/row_batch.hpp"
#include "dabiao/engine/row_record.hpp"
#include "sample_rows.hpp"

namespace dabiao::engine {
namespace {

using value::Reason;

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

}  // namespace
}  // namespace dabiao::engine
