#include "dabiao/units/dimension.hpp"

#include <gtest/gtest.h>

#include <unordered_set>

namespace dabiao::units {
namespace {

constexpr BaseDimension beds = first_counted_dimension;
constexpr BaseDimension people = first_counted_dimension + 1;

TEST(Dimension, ProductsDoNotDependOnTheOrder) {
  const Dimension left = Dimension(beds).times(Dimension(people), -1);
  const Dimension right = Dimension(people, -1).times(Dimension(beds));
  EXPECT_EQ(left, right);
  EXPECT_EQ(left.hash(), right.hash());
  EXPECT_EQ(left.exponent(beds), 1);
  EXPECT_EQ(left.exponent(people), -1);
  EXPECT_EQ(left.exponent(money_dimension), 0);
}

TEST(Dimension, WhatCancelsLeavesNothingBehind) {
  EXPECT_TRUE(Dimension(beds).times(Dimension(beds), -1).dimensionless());
  EXPECT_EQ(Dimension(beds).times(Dimension(beds), -1), Dimension());
  EXPECT_EQ(Dimension(beds, 0), Dimension());
  EXPECT_EQ(Dimension(length_dimension, 2).times(Dimension(length_dimension), -1),
            Dimension(length_dimension));
}

TEST(Dimension, CountedThingsDiffer) {
  EXPECT_NE(Dimension(beds), Dimension(people));
  EXPECT_NE(Dimension(beds), Dimension(beds, 2));
  EXPECT_NE(Dimension(day_dimension), Dimension(month_dimension));
}

TEST(Dimension, FactorsAscend) {
  const Dimension product =
      Dimension(people).times(Dimension(length_dimension, 2)).times(Dimension(beds), -3);
  ASSERT_EQ(product.factors().size(), 3U);
  EXPECT_EQ(product.factors()[0], (Dimension::Factor{length_dimension, 2}));
  EXPECT_EQ(product.factors()[1], (Dimension::Factor{beds, -3}));
  EXPECT_EQ(product.factors()[2], (Dimension::Factor{people, 1}));
}

TEST(Dimension, KnowsItsLimits) {
  EXPECT_TRUE(Dimension(beds, maximum_exponent).within_limits());
  EXPECT_FALSE(Dimension(beds, maximum_exponent).times(Dimension(beds)).within_limits());
  EXPECT_FALSE(Dimension(beds, -maximum_exponent).times(Dimension(beds), -1).within_limits());
}

TEST(Dimension, HashesApart) {
  std::unordered_set<Dimension> seen;
  for (BaseDimension base = 0; base < 40; ++base) {
    for (int exponent = -3; exponent <= 3; ++exponent) seen.insert(Dimension(base, exponent));
  }
  EXPECT_EQ(seen.size(), 40U * 6U + 1U);
}

}  // namespace
}  // namespace dabiao::units
