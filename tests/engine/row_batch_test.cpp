#include "dabiao/engine/row_batch.hpp"

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <array>
#include <bit>
#include <cmath>
#include <functional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "sample_rows.hpp"

namespace dabiao::engine {
namespace {

TEST(RowBatch, DividesByConstantsAsDivisionDoes) {
  // Divisors are spelt as their doubles print, so that both sides divide by the same.
  for (const std::string divisor :
       {"3", "7", "0.6", "49", "0.001", "123456.789", "1e-7", "97e5", "0.975", "0.999"}) {
    Rows rows("input x stock indicator a = x / " + divisor + " indicator b = min(x / " + divisor +
              ", 1e60)");
    ASSERT_EQ(rows.rows.outputs.size(), 2u);
    const double by = std::stod(divisor);
    std::mt19937_64 random(7);
    // Multiplied, the last two would come out wrong for the last two divisors.
    std::vector<double> x{0, 49, 0.6, 147, by, 3 * by, 7135390659615127, 6186257038146860};
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

TEST(RowBatch, StreamsWhatItWouldStoreAndAddsItUp) {
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

// Chunks are whole words; what stands in for the rows past the last one ties, but is none.
TEST(RowBatch, CountsOnlyRowsThatAreThere) {
  Rows rows("input a stock input b stock target t : a - b >= 0");
  for (const std::size_t count : {1u, 63u, 70u, 2048u + 5u}) {
    std::vector<double> a(count, 0.5), b(count, 0.25);
    a[0] = 2;
    b[0] = 2;
    a.back() = std::nan("");
    std::vector<RowColumn> in(2);
    in[0].values = a.data();
    in[1].values = b.data();
    std::vector<std::uint64_t> truths(count / 64 + 1);
    std::vector<RowColumnOut> out(1);
    out[0].truths = truths.data();
    RowRun run;
    run.rows = count;
    const RowTally tally = run_rows(rows.rows, rows.program, in, out, run);
    EXPECT_EQ(tally.missing, 1u);
    EXPECT_EQ(tally.settled, count == 1 ? 1u : 2u) << count;  // the tie, and what is missing
    EXPECT_EQ(tally.truths[0], count == 1 ? 0 : count - 1);
  }
}

TEST(RowBatch, DecidesTiesAndWhatIsNextToThem) {
  Rows rows(
      "input x stock input y stock input z stock"
      " target a : x / y >= 0.5 target b : min(1, x / y) < 0.5 target c : x - z <= 3 * y"
      " target d : x / (y + 2 * z) <= 0.3 target e : x / y = 1.0001");
  ASSERT_EQ(rows.rows.outputs.size(), 5u);
  // Values are whole numbers of tenths here, so that whole numbers say what is right.
  using Whole = __int128;
  using Row = std::array<std::int64_t, 3>;
  std::mt19937_64 random(11);
  const auto up_to = [&](std::int64_t most) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most + 1));
  };
  const auto number = [](std::int64_t of_tenths) { return static_cast<double>(of_tenths) / 10; };
  const auto about = [&](std::int64_t most) { return most - up_to(most / 100); };
  const std::vector<std::function<Row()>> kinds = {
      [&]() -> Row {  // whole numbers, at K and beside it
        const std::int64_t y = 10 * up_to(40), z = 10 * up_to(40), beside = 10 * (up_to(2) - 1);
        const std::int64_t at[] = {y / 2, 3 * y + z, (y + 2 * z) / 100 * 30, y};
        return {at[up_to(3)] + beside, y, z};
      },
      [&]() -> Row {  // as near to K as whole numbers get
        const std::int64_t y = 10 * about(450'000'000'000'000), z = 10 * about(450'000'000'000'000);
        return {3 * (y + 2 * z) / 100 * 10 + 10 * up_to(1), y, z};
      },
      [&]() -> Row {  // of a second comparison
        const std::int64_t y = about(40'000'000), beside = up_to(3);
        return {10 * (10'001 * y + beside), 10 * (10'000 * y + beside), 0};
      },
      [&]() -> Row {  // at K as doubles add up what is not whole
        while (true) {
          const std::int64_t y = about(4'500'000'000'000'000), z = about(4'500'000'000'000'000);
          const std::int64_t x = 3 * (y + 2 * z) / 10 + up_to(1);
          if (10 * number(x) - 3 * number(y) - 6 * number(z) == 0) return {x, y, z};
        }
      },
      [&]() -> Row {  // at K as doubles add up what is too large
        while (true) {
          const std::int64_t y = about(200'000'000), beside = 1 + up_to(2);
          const Row row = {10 * (10'001 * y + beside), 10 * (10'000 * y + beside), 0};
          if (10'000 * number(row[0]) - 10'001 * number(row[1]) == 0) return row;
        }
      },
      [&]() -> Row {  // neither dividend nor divisor
        const std::int64_t z = 10 * up_to(1000);
        return {0, -2 * z, z};
      },
  };
  // Chunks of one kind each, then mixed ones.
  constexpr std::size_t chunk = 2048, count = 8 * chunk + 77;
  std::vector<Row> tenths;
  for (std::size_t row = 0; row < count; ++row) {
    const std::size_t kind = row / chunk;
    Row made = kinds[kind < kinds.size() ? kind : random() % kinds.size()]();
    if (random() % 3 == 0) {
      for (std::int64_t& each : made) each = -each;
    }
    tenths.push_back(made);
  }
  std::vector<std::vector<double>> columns(3);
  std::vector<RowColumn> in(3);
  for (std::size_t i = 0; i < 3; ++i) {
    for (const auto& each : tenths) columns[i].push_back(number(each[i]));
    in[i].values = columns[i].data();
  }
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    std::vector<std::vector<std::uint64_t>> truths(5, std::vector<std::uint64_t>(count / 64 + 1));
    auto known = truths;
    std::vector<RowColumnOut> out(5);
    for (std::size_t i = 0; i < 5; ++i) {
      out[i].truths = truths[i].data();
      out[i].known = known[i].data();
    }
    RowRun run;
    run.rows = count;
    const RowTally tally = run_rows(rows.rows, rows.program, in, out, run);
    EXPECT_GT(tally.settled, count / 5);
    for (std::size_t row = 0; row < count; ++row) {
      const Whole x = tenths[row][0], y = tenths[row][1], z = tenths[row][2], sum = y + 2 * z;
      const auto over = [](Whole above, Whole below) { return below < 0 ? -above : above; };
      const std::array<bool, 5> right = {over(2 * x - y, y) >= 0, over(2 * x - y, y) < 0,
                                         x - z <= 3 * y, over(10 * x - 3 * sum, sum) <= 0,
                                         10'000 * x == 10'001 * y};
      for (std::size_t i = 0; i < 5; ++i) {
        const Whole below = i == 2 ? 1 : i == 3 ? sum : y;
        const auto has = [&](const auto& words) {
          return (words[i][row / 64] >> (row % 64) & 1) != 0;
        };
        ASSERT_EQ(has(known), below != 0)
            << hwy::TargetName(target) << ", row " << row << ", " << i;
        if (below != 0) {
          ASSERT_EQ(has(truths), right[i])
              << hwy::TargetName(target) << ", row " << row << ", output " << i << ": "
              << columns[0][row] << " " << columns[1][row] << " " << columns[2][row];
        }
      }
    }
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

TEST(RowBatch, QuotientsAndWhatFollowsAreTheSameBitsOnEveryInstructionSet) {
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
    std::vector<std::vector<double>> records;
    std::vector<std::vector<RowResult>> expected;
    for (std::size_t row = 0; row < count; ++row) {
      const bool is_there = row % 77 != 5;
      records.push_back({columns[0][row], is_there ? columns[1][row] : std::nan(""),
                         columns[2][row], columns[3][row]});
      expected.push_back(rows.record(records.back()));
      if (is_there) continue;
      validity[row / 8] &= static_cast<std::uint8_t>(~(1U << row % 8));
      columns[1][row] = row % 2 == 0 ? std::nan("") : row % 3 == 0 ? -5 : 1e308;
    }
    for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
      hwy::SetSupportedTargetsForTest(target);
      hwy::GetChosenTarget().Update(hwy::SupportedTargets());
      RowRecord record(rows.rows, rows.program);
      for (std::size_t row = 0; row < 1000; ++row) {
        record.set(records[row]);
        record.run();
        for (std::size_t i = 0; i < outputs; ++i) {
          ASSERT_EQ(record.result(i).reason, expected[row][i].reason);
          ASSERT_EQ(std::bit_cast<std::uint64_t>(record.result(i).value),
                    std::bit_cast<std::uint64_t>(expected[row][i].value))
              << hwy::TargetName(target) << ", record " << row << ", output " << i;
        }
      }
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

TEST(RowBatch, ComparisonsAtTheirWordFollowQuotientsToo) {
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

}  // namespace
}  // namespace dabiao::engine
