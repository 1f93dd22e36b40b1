#include "dabiao/engine/row_record.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "sample_rows.hpp"

namespace dabiao::engine {
namespace {

using value::Reason;

TEST(RowRecord, LooksAtEveryLeaf) {
  for (std::size_t count = 1; count <= 9; ++count) {
    std::string inputs, sum = "0";
    for (std::size_t i = 0; i < count; ++i) {
      inputs += "input x" + std::to_string(i) + " stock range 1..100 ";
      sum += " + x" + std::to_string(i);
    }
    Rows rows(inputs + "indicator s = " + sum + " target t : s >= " + std::to_string(count));
    ASSERT_FALSE(HasFailure());
    RowRecord record(rows.rows, rows.program);
    const std::vector<double> fine(count, 2);
    for (std::size_t odd = 0; odd < count; ++odd) {
      const auto reason_with = [&](double value) {
        std::vector<double> given = fine;
        given[odd] = value;
        record.set(given);
        record.run();
        return record.result(0).reason;
      };
      SCOPED_TRACE(std::to_string(odd) + " of " + std::to_string(count));
      EXPECT_EQ(reason_with(0.5), Reason::out_of_range);
      EXPECT_EQ(record.out_of_range(), odd);
      EXPECT_EQ(reason_with(101), Reason::out_of_range);
      EXPECT_EQ(reason_with(0), Reason::out_of_range);
      EXPECT_EQ(reason_with(-2), Reason::out_of_range);
      EXPECT_EQ(reason_with(std::nan("")), Reason::not_finite);
      EXPECT_EQ(reason_with(HUGE_VAL), Reason::not_finite);
      EXPECT_EQ(reason_with(100), Reason::known);
      EXPECT_EQ(record.result(0).value, 98.0 + 2 * static_cast<double>(count));
      EXPECT_FALSE(record.out_of_range());
    }
  }
}

// What one step has at hand for the next is lost where an instruction between them is run by
// itself.
TEST(RowRecord, GoesOnAfterInstructionsThatRunByThemselves) {
  Rows rows(
      "input a stock input b stock indicator p = floor(a) / b + a indicator q = (a * b) / floor(p)"
      " indicator r = floor(b) * q + round(q, 1) target t : floor(p) + a >= b and q <= r");
  ASSERT_FALSE(HasFailure());
  RowRecord record(rows.rows, rows.program);
  for (const double a : {0.5, 3.25, 7.0, 12.75}) {
    for (const double b : {1.5, 4.0, 9.25}) {
      record.set(std::vector<double>{a, b});
      record.run();
      const double p = std::floor(a) / b + a, q = a * b / std::floor(p);
      if (std::floor(p) == 0) continue;
      const double r = std::floor(b) * q + std::round(q);
      EXPECT_DOUBLE_EQ(record.result(0).value, p);
      EXPECT_DOUBLE_EQ(record.result(1).value, q);
      EXPECT_DOUBLE_EQ(record.result(2).value, r);
      EXPECT_EQ(record.result(3).value, std::floor(p) + a >= b && q <= r);
    }
  }
}

}  // namespace
}  // namespace dabiao::engine
