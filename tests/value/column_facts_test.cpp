#include "dabiao/value/column_facts.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <vector>

namespace dabiao::value {
namespace {

TEST(ColumnFacts, TellTheDigitsThatEveryNumberNeeds) {
  EXPECT_EQ(facts_of(Column(std::vector<double>{1, 2, -3})).decimals, 0);
  EXPECT_EQ(facts_of(Column(std::vector<double>{1, 0.1, 2.5})).decimals, 1);
  EXPECT_EQ(facts_of(Column(std::vector<double>{0.57, 0.1})).decimals, 2);
  EXPECT_EQ(facts_of(Column(std::vector<double>{1e-6})).decimals, 6);
  // What was computed in floating point is no short decimal.
  EXPECT_EQ(facts_of(Column(std::vector<double>{0.1 + 0.2})).decimals, std::nullopt);
  EXPECT_EQ(facts_of(Column(std::vector<double>{1.0 / 3})).decimals, std::nullopt);
  EXPECT_EQ(facts_of(Column(std::vector<double>{1e16})).decimals, std::nullopt);
  // One long number and one with digits have no common scale that a double holds.
  EXPECT_EQ(facts_of(Column(std::vector<double>{123456789012345.0, 0.25})).decimals, std::nullopt);
}

TEST(ColumnFacts, LeaveOutWhatIsMissing) {
  Column column(std::vector<double>{5, std::numeric_limits<double>::quiet_NaN(), -2});
  const ColumnFacts facts = facts_of(column);
  EXPECT_EQ(facts.known, 2U);
  EXPECT_EQ(facts.lowest, -2);
  EXPECT_EQ(facts.highest, 5);
  EXPECT_EQ(facts_of(Column(3)).known, 0U);
  EXPECT_EQ(facts_of(Column(3)).highest, 0);
}

TEST(ColumnFacts, AreTheSameForAnyNumberOfThreads) {
  std::vector<double> numbers(300'000);
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<double>(i % 1000);
  numbers[299'999] = 0.25;
  numbers[150'000] = -7;
  const Column column(std::move(numbers));
  for (const unsigned threads : {1U, 2U, 5U}) {
    const ColumnFacts facts = facts_of(column, threads);
    EXPECT_EQ(facts.decimals, 2);
    EXPECT_EQ(facts.lowest, -7);
    EXPECT_EQ(facts.highest, 999);
  }
}

TEST(BorrowedColumn, ReadsNumbersWhereTheyStandUntilOneIsChanged) {
  const auto numbers = std::make_shared<std::vector<double>>(std::vector<double>{1, 99, 3});
  Validity there(3, true);
  there.clear(1);
  Column column = Column::borrowed(*numbers, there, numbers);
  EXPECT_TRUE(column.is_borrowed());
  EXPECT_EQ(column.values().data(), numbers->data());
  EXPECT_FALSE(column.known(1));
  EXPECT_EQ(column.reason(1), Reason::not_reported);
  EXPECT_EQ(column.reason(0), Reason::known);
  EXPECT_EQ(column.missing_count(), 1U);

  const Column before = column;
  column.set(0, 7);
  EXPECT_FALSE(column.is_borrowed());
  EXPECT_EQ(column.value(0), 7);
  EXPECT_EQ(column.value(2), 3);
  EXPECT_EQ(column.reason(1), Reason::not_reported);
  EXPECT_EQ(numbers->front(), 1);
  EXPECT_FALSE(before == column);
  column.set(0, 1);
  EXPECT_TRUE(before == column);
}

}  // namespace
}  // namespace dabiao::value
