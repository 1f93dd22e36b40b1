#include "dabiao/exact/limits.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>

namespace dabiao::exact {
namespace {

Rational power_of_two(int exponent) {
  return Rational(2).pow(exponent);
}

/// A number whose numerator and denominator have about so many bits.
Rational random_number(std::mt19937_64& random, int above, int below) {
  const auto integer = [&](int bits) {
    Rational value = 1;
    for (int i = 0; i < bits; i += 32) {
      value = value * power_of_two(32) + Rational(static_cast<std::int64_t>(random() >> 32));
    }
    return value;
  };
  const Rational value = integer(above) / integer(below);
  return (random() & 1) != 0 ? -value : value;
}

TEST(Limits, A_number_with_fewer_bits_lies_close_by_on_the_side_asked_for) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 200; ++round) {
    const Rational value = random_number(random, 32 * (round % 17), 32 * (round % 13));
    for (const std::size_t bits : {8U, 64U, 200U}) {
      const Rational above = value.with_bits(bits, true);
      const Rational below = value.with_bits(bits, false);
      ASSERT_LE(below, value);
      ASSERT_GE(above, value);
      // Four of the last places at most, two for each way.
      ASSERT_LE(above - below, value.abs() * power_of_two(4 - static_cast<int>(bits)));
      // So many bits, and a power of two above or below.
      ASSERT_LE(above.numerator().bit_length(), std::max<std::size_t>(bits, 600) + 4);
    }
  }
}

TEST(Limits, A_number_that_has_no_more_bits_stays_what_it_is) {
  for (const Rational& value : {Rational(0), Rational(3), Rational(-5, 8), power_of_two(90),
                                power_of_two(-90), Rational(255) * power_of_two(100)}) {
    EXPECT_EQ(value.with_bits(8, true), value);
    EXPECT_EQ(value.with_bits(8, false), value);
  }
  EXPECT_EQ(Rational(2049).with_bits(8, false), Rational(2048));
  EXPECT_GT(Rational(2049).with_bits(8, true), Rational(2049));
}

TEST(Limits, Short_ends_stay) {
  const Interval range{Rational(1, 3), Rational(2).pow(60'000), true, false};
  EXPECT_EQ(shortened(range), range);
}

TEST(Limits, Long_ends_move_outwards_and_no_further_than_a_little) {
  // 70,000 bits above and as many below.
  const Rational value = (Rational(10).pow(21'000) + 1) / (Rational(10).pow(21'000) + 3);
  const Interval range = shortened(Interval::point(value));
  EXPECT_TRUE(range.contains(value));
  EXPECT_LE(range.low.finite().bit_length(), most_bits);
  EXPECT_LE(range.high.finite().bit_length(), most_bits);
  EXPECT_LE(range.high.finite() - range.low.finite(), power_of_two(-4'000));
  EXPECT_TRUE(shortened(Interval::point(-value)).contains(-value));
  EXPECT_EQ(shortened(Interval::point(-value)), -range);
}

TEST(Limits, What_is_too_large_or_too_small_keeps_its_sign) {
  const Rational large = Rational(10).pow(30'000) + 1;
  const Interval above = shortened(Interval::point(large));
  EXPECT_GT(above.low, Bound(Rational(10).pow(19'000)));
  EXPECT_FALSE(above.high.is_finite());
  const Interval below = shortened(Interval::point(-large.reciprocal()));
  EXPECT_TRUE(below.contains(-large.reciprocal()));
  EXPECT_FALSE(below.contains(0));
  EXPECT_LT(below.high, Bound(power_of_two(-60'000)));
}

TEST(Limits, Powers_too_long_to_be_written_out_lie_where_they_are_said_to) {
  const Rational base = Rational(12'345'678'901) / Rational(10'000'000'000);
  const Interval written_out = pow(Interval::point(base), 700);
  ASSERT_TRUE(written_out.is_point());
  const Rational third = written_out.low.finite();  // about 45,000 bits: its square is too long
  const Interval square = pow(Interval::point(third), 2);
  EXPECT_FALSE(square.is_point());
  EXPECT_TRUE(square.contains(third * third));
  EXPECT_LT(square.high.finite() / square.low.finite() - 1, power_of_two(-4'000));
  const Interval cube = pow(Interval::point(-third), 3);
  EXPECT_TRUE(cube.contains(-(third * third * third)));
  EXPECT_LT(cube.high, Bound(0));
  const Interval inverse = pow(Interval::point(third), -2);
  EXPECT_TRUE(inverse.contains((third * third).reciprocal()));
  // A tower: what is above 1 grows beyond everything, what is below 1 goes to zero.
  Interval growing = Interval::point(base), shrinking = Interval::point(base.reciprocal());
  for (int i = 0; i < 40; ++i) {
    growing = shortened(pow(growing, 1'000));
    shrinking = shortened(pow(shrinking, 1'000));
  }
  EXPECT_GT(growing.low, Bound(Rational(10).pow(19'000)));
  EXPECT_GE(shrinking.low, Bound(0));
  EXPECT_LT(shrinking.high, Bound(Rational(10).pow(-19'000)));
}

}  // namespace
}  // namespace dabiao::exact
