#include "engine/inverse.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <utility>

namespace dabiao::engine {
namespace {

double divide(double x, const Inverse& by) {
  return std::fma(x, by.high, x * by.low);
}

TEST(Inverse, DividesAsDivisionDoesWhereItServes) {
  std::mt19937_64 random(1);
  int served = 0;
  for (int i = 1; i <= 2000; ++i) {
    const double divisor = i % 2 == 0 ? i * 0.001 : -static_cast<double>(random() >> 11);
    if (!Inverse::serves(divisor)) continue;
    ++served;
    const Inverse by(divisor);
    for (int k = 0; k < 200; ++k) {
      const double x = static_cast<double>(random() >> 11);
      ASSERT_EQ(divide(x, by), x / divisor) << x << " / " << divisor;
    }
  }
  EXPECT_GT(served, 1900);
}

// The digits of the x come from a search with whole numbers for quotients next to halfway between
// two doubles.
TEST(Inverse, DoesNotServeWhereOneQuotientComesOutWrong) {
  constexpr std::pair<double, double> wrong[] = {
      {0.975, 7135390659615127}, {0.999, 6186257038146860}, {1.623, 6167257477218879}};
  for (const auto& [divisor, x] : wrong) {
    EXPECT_NE(divide(x, Inverse(divisor)), x / divisor);
    EXPECT_FALSE(Inverse::serves(divisor));
    EXPECT_FALSE(Inverse::serves(-divisor));
    EXPECT_FALSE(Inverse::serves(std::ldexp(divisor, 100)));
  }
}

TEST(Inverse, DoesNotServeBeyondTheSizesItIsFor) {
  EXPECT_FALSE(Inverse::serves(0));
  EXPECT_FALSE(Inverse::serves(std::nan("")));
  EXPECT_FALSE(Inverse::serves(HUGE_VAL));
  EXPECT_FALSE(Inverse::serves(0x1p-500));
  EXPECT_FALSE(Inverse::serves(0x1p500));
  EXPECT_TRUE(Inverse::serves(0x1p-499));
  EXPECT_TRUE(Inverse::serves(-3));
}

}  // namespace
}  // namespace dabiao::engine
