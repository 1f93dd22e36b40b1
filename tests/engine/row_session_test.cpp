#include "dabiao/engine/row_session.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "dabiao/engine/row_record.hpp"
#include "sample_rows.hpp"

namespace dabiao::engine {
namespace {

using value::Reason;

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
