#include "dabiao/exact/bound.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace dabiao::exact {
namespace {

const Bound low = Bound::negative_infinity();
const Bound high = Bound::positive_infinity();

TEST(Bound, OrdersInfinitiesAroundEveryNumber) {
  EXPECT_LT(low, Bound(Rational(10).pow(-400) * -1));
  EXPECT_LT(low, Bound(-1000));
  EXPECT_LT(Bound(1000), high);
  EXPECT_LT(low, high);
  EXPECT_EQ(high, Bound::positive_infinity());
  EXPECT_NE(low, high);
  EXPECT_NE(Bound(0), high);
  EXPECT_LT(Bound(Rational(1, 3)), Bound(Rational(1, 2)));
  EXPECT_EQ(Bound(), Bound(0));
}

TEST(Bound, Signs) {
  EXPECT_EQ(low.sign(), -1);
  EXPECT_EQ(high.sign(), 1);
  EXPECT_EQ(Bound(-3).sign(), -1);
  EXPECT_TRUE(Bound().is_zero());
  EXPECT_FALSE(high.is_zero());
}

TEST(Bound, AddsAsEndsOfIntervals) {
  EXPECT_EQ(Bound(1) + Bound(2), Bound(3));
  EXPECT_EQ(high + Bound(-5), high);
  EXPECT_EQ(Bound(5) + low, low);
  EXPECT_EQ(high - low, high);
  EXPECT_EQ(low - Bound(3), low);
  EXPECT_EQ(high + high, high);
  EXPECT_EQ(-low, high);
}

TEST(Bound, MultipliesZeroWithInfinityToZero) {
  EXPECT_EQ(Bound(0) * high, Bound(0));
  EXPECT_EQ(low * Bound(0), Bound(0));
  EXPECT_EQ(low * Bound(-2), high);
  EXPECT_EQ(low * high, low);
  EXPECT_EQ(low * low, high);
  EXPECT_EQ(Bound(3) * Bound(Rational(1, 3)), Bound(1));
}

TEST(Bound, InvertsInfinityToZero) {
  EXPECT_EQ(high.reciprocal(), Bound(0));
  EXPECT_EQ(low.reciprocal(), Bound(0));
  EXPECT_EQ(Bound(-4).reciprocal(), Bound(Rational(-1, 4)));
}

TEST(Bound, PrintsAndConverts) {
  EXPECT_EQ(low.to_string(), "-infinity");
  EXPECT_EQ(high.to_string(), "infinity");
  EXPECT_EQ(Bound(Rational(1, 2)).to_string(), "1/2");
  EXPECT_EQ(low.to_double(), -INFINITY);
  EXPECT_EQ(high.to_double(), INFINITY);
  EXPECT_EQ(Bound(Rational(1, 2)).to_double(), 0.5);
}

}  // namespace
}  // namespace dabiao::exact
