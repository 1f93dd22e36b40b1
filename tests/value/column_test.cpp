#include "dabiao/value/column.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace dabiao::value {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST(Column, RowsBeginMissing) {
  const Column column(3, Reason::not_yet);
  EXPECT_EQ(column.size(), 3U);
  EXPECT_EQ(column.missing_count(), 3U);
  for (std::size_t row = 0; row < 3; ++row) {
    EXPECT_FALSE(column.known(row));
    EXPECT_EQ(column.get(row), std::nullopt);
    EXPECT_EQ(column.reason(row), Reason::not_yet);
  }
  EXPECT_EQ(Column(2).reason(1), Reason::not_reported);
}

TEST(Column, WhereAllIsKnownNothingMoreIsStored) {
  const Column column(std::vector<double>{1, 2, 3});
  EXPECT_TRUE(column.validity().empty());
  EXPECT_TRUE(column.reasons().empty());
  EXPECT_EQ(column.view().validity, nullptr);
  EXPECT_EQ(column.view().reasons, nullptr);
  EXPECT_EQ(column.known_count(), 3U);
  EXPECT_EQ(column.value(2), 3.0);
  EXPECT_EQ(column.reason(2), Reason::known);
  EXPECT_EQ(Column(2, Reason::known).value(1), 0.0);
}

TEST(Column, MissingIsNeverZeroButStoredAsZero) {
  Column column(std::vector<double>{1, 2, 3});
  column.set_missing(1, Reason::bad_cell);
  EXPECT_FALSE(column.known(1));
  EXPECT_EQ(column.get(1), std::nullopt);
  EXPECT_EQ(column.reason(1), Reason::bad_cell);
  EXPECT_EQ(column.values()[1], 0.0);
  EXPECT_EQ(column.get(0), 1.0);
  EXPECT_EQ(column.reason(2), Reason::known);
  EXPECT_EQ(column.known_count(), 2U);
  column.set(1, 7);
  EXPECT_EQ(column.get(1), 7.0);
  EXPECT_EQ(column.reason(1), Reason::known);
  EXPECT_EQ(column.missing_count(), 0U);
}

TEST(Column, WhatIsNotFiniteIsMissing) {
  Column column(std::vector<double>{1, nan, infinity, -infinity, 5});
  EXPECT_EQ(column.missing_count(), 3U);
  for (std::size_t row : {1U, 2U, 3U}) EXPECT_EQ(column.reason(row), Reason::not_finite);
  column.set(0, nan);
  EXPECT_EQ(column.reason(0), Reason::not_finite);
  column.push_back(-infinity);
  EXPECT_EQ(column.reason(5), Reason::not_finite);
  for (double value : column.values()) EXPECT_TRUE(std::isfinite(value));
  EXPECT_EQ(column.get(4), 5.0);
}

TEST(Column, NegativeZeroBecomesZero) {
  Column column(std::vector<double>{-0.0});
  EXPECT_FALSE(std::signbit(column.value(0)));
  column.set(0, -0.0);
  EXPECT_FALSE(std::signbit(column.value(0)));
  column.push_back(-0.0);
  EXPECT_FALSE(std::signbit(column.value(1)));
}

TEST(Column, GrowsRowByRow) {
  Column column;
  column.push_back(1);
  column.push_back_missing(Reason::stale);
  column.push_back(3);
  ASSERT_EQ(column.size(), 3U);
  EXPECT_EQ(column.get(0), 1.0);
  EXPECT_EQ(column.reason(1), Reason::stale);
  EXPECT_EQ(column.get(2), 3.0);
  Column first_missing;
  first_missing.push_back_missing(Reason::partial);
  first_missing.push_back(2);
  EXPECT_EQ(first_missing.reason(0), Reason::partial);
  EXPECT_EQ(first_missing.get(1), 2.0);
}

TEST(Column, Resizes) {
  Column column(std::vector<double>{1, 2});
  column.resize(4, Reason::not_yet);
  EXPECT_EQ(column.get(1), 2.0);
  EXPECT_EQ(column.reason(3), Reason::not_yet);
  column.resize(5, Reason::known);
  EXPECT_EQ(column.get(4), 0.0);
  EXPECT_EQ(column.missing_count(), 2U);
  column.resize(2);
  EXPECT_EQ(column, Column(std::vector<double>{1, 2}));
  Column empty;
  empty.resize(3);
  EXPECT_EQ(empty, Column(3));
  Column all_known;
  all_known.resize(3, Reason::known);
  EXPECT_TRUE(all_known.reasons().empty());
  column.resize(0);
  EXPECT_TRUE(column.empty());
  column.push_back(4);
  EXPECT_EQ(column.get(0), 4.0);
}

TEST(Column, EqualityIsOfRowsNotOfStorage) {
  Column touched(std::vector<double>{1, 2});
  touched.set_missing(0, Reason::stale);
  touched.set(0, 1);
  EXPECT_EQ(touched, Column(std::vector<double>{1, 2}));
  Column stale(std::vector<double>{1, 2});
  stale.set_missing(0, Reason::stale);
  Column partial(std::vector<double>{1, 2});
  partial.set_missing(0, Reason::partial);
  EXPECT_NE(stale, partial);
  EXPECT_NE(stale, touched);
  EXPECT_NE(stale, Column(std::vector<double>{0, 2}));
}

TEST(Column, ViewsSliceInWholeWords) {
  Column column(std::vector<double>(200, 1.0));
  column.set_missing(64, Reason::stale);
  column.set_missing(130, Reason::partial);
  column.set(65, 9);
  const ColumnView slice = column.view().slice(64, 100);
  EXPECT_EQ(slice.size, 100U);
  EXPECT_FALSE(slice.known(0));
  EXPECT_EQ(slice.reason(0), Reason::stale);
  EXPECT_TRUE(slice.known(1));
  EXPECT_EQ(slice.values[1], 9.0);
  EXPECT_FALSE(slice.known(66));
  const Column known(std::vector<double>(200, 2.0));
  EXPECT_TRUE(known.view().slice(128, 72).known(71));
  EXPECT_EQ(known.view().reason(3), Reason::known);
}

}  // namespace
}  // namespace dabiao::value
