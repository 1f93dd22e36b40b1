#include "dabiao/exact/rational.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <boost/multiprecision/cpp_int.hpp>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <random>
#include <sstream>
#include <unordered_set>
#include <utility>
#include <vector>

namespace dabiao::exact {
namespace {

using boost::multiprecision::cpp_int;
using boost::multiprecision::cpp_rational;

constexpr std::int64_t int64_max = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t int64_min = std::numeric_limits<std::int64_t>::min();

cpp_rational oracle(const Rational& value) {
  return cpp_rational(value.to_string());
}

std::string text(const cpp_rational& value) {
  return value.str();
}

/// Numbers of every size, with many edges and many shared factors among them.
class Numbers {
 public:
  std::int64_t whole() {
    switch (random_() % 6) {
      case 0:
        return static_cast<std::int64_t>(random_() % 21) - 10;
      case 1: {
        static constexpr std::int64_t edges[] = {int64_min,        int64_min + 1, int64_max,
                                                 int64_max - 1,    int64_min / 2, int64_max / 2,
                                                 int64_max / 2 + 1};
        return edges[random_() % std::size(edges)];
      }
      case 2:
        return static_cast<std::int64_t>(random_());
      case 3:
        return std::int64_t{1} << (random_() % 63);
      case 4: {
        // Products of small primes, so that common divisors abound.
        std::int64_t value = 1;
        for (int i = 0; i < 12; ++i) {
          static constexpr std::int64_t primes[] = {1, 2, 3, 5, 7, 10};
          value *= primes[random_() % std::size(primes)];
        }
        return random_() % 2 == 0 ? value : -value;
      }
      default:
        return static_cast<std::int64_t>(random_()) >> (random_() % 60);
    }
  }

  std::pair<std::int64_t, std::int64_t> fraction() {
    const std::int64_t numerator = whole();
    std::int64_t denominator = whole();
    if (random_() % 3 == 0) denominator = 1;
    return {numerator, denominator == 0 ? 1 : denominator};
  }

  /// A number with its oracle; sometimes beyond 64 bits.
  std::pair<Rational, cpp_rational> number() {
    const auto [n, d] = fraction();
    Rational value(n, d);
    cpp_rational expected = cpp_rational(n) / cpp_rational(d);
    if (random_() % 4 == 0) {
      const auto [m, e] = fraction();
      value *= Rational(m, e);
      expected *= cpp_rational(m) / cpp_rational(e);
    }
    return {value, expected};
  }

  std::uint64_t bits() { return random_(); }

 private:
  std::mt19937_64 random_{20231125};
};

cpp_rational floor_of(const cpp_rational& value) {
  const cpp_int n = numerator(value);
  const cpp_int d = denominator(value);
  cpp_int quotient = n / d;
  if (quotient * d > n) --quotient;
  return quotient;
}

TEST(Rational, DefaultIsZero) {
  EXPECT_EQ(Rational(), 0);
  EXPECT_TRUE(Rational().is_zero());
  EXPECT_EQ(Rational().to_string(), "0");
}

TEST(Rational, IsInLowestTermsWithAPositiveDenominator) {
  EXPECT_EQ(Rational(5886, 10388).to_string(), "2943/5194");
  EXPECT_EQ(Rational(6, -4).to_string(), "-3/2");
  EXPECT_EQ(Rational(-6, -3).to_string(), "2");
  EXPECT_EQ(Rational(0, -7).to_string(), "0");
  EXPECT_EQ(Rational(int64_min, int64_min), 1);
  EXPECT_EQ(Rational(int64_min, -1).to_string(), "9223372036854775808");
  EXPECT_EQ(Rational(1, int64_min).to_string(), "-1/9223372036854775808");
  EXPECT_EQ(Rational(-1, int64_min).to_string(), "1/9223372036854775808");
}

TEST(Rational, TakesEveryUnsignedInteger) {
  EXPECT_EQ(Rational(std::numeric_limits<std::uint64_t>::max()).to_string(),
            "18446744073709551615");
  EXPECT_EQ(Rational(std::size_t{7}), 7);
  static_assert(!std::is_constructible_v<Rational, double>);
  static_assert(!std::is_convertible_v<double, Rational>);
}

TEST(Rational, ArithmeticAgreesWithBoost) {
  Numbers numbers;
  for (int i = 0; i < 60000; ++i) {
    const auto [a, a_expected] = numbers.number();
    const auto [b, b_expected] = numbers.number();
    ASSERT_EQ(oracle(a), a_expected);
    ASSERT_EQ((a + b).to_string(), text(a_expected + b_expected)) << a << " + " << b;
    ASSERT_EQ((a - b).to_string(), text(a_expected - b_expected)) << a << " - " << b;
    ASSERT_EQ((a * b).to_string(), text(a_expected * b_expected)) << a << " * " << b;
    if (!b.is_zero()) {
      ASSERT_EQ((a / b).to_string(), text(a_expected / b_expected)) << a << " / " << b;
    }
    ASSERT_EQ((-a).to_string(), text(-a_expected));
    ASSERT_EQ(a < b, a_expected < b_expected) << a << " < " << b;
    ASSERT_EQ(a > b, a_expected > b_expected);
    ASSERT_EQ(a == b, a_expected == b_expected);
    ASSERT_EQ(a.sign(), a_expected.sign());
  }
}

TEST(Rational, ComesBackFromLargeToSmall) {
  const Rational huge = Rational(int64_max) * int64_max;
  EXPECT_FALSE(huge.to_int64());
  EXPECT_EQ((huge / int64_max).to_int64(), int64_max);
  EXPECT_EQ(huge - huge, 0);
  EXPECT_TRUE((huge - huge).is_zero());
  EXPECT_EQ((huge - huge).hash(), Rational().hash());
  // -2^63 has a small form although 2^63 has none.
  EXPECT_EQ(-(-Rational(int64_min)), Rational(int64_min));
  EXPECT_EQ((-(-Rational(int64_min))).to_int64(), int64_min);
  EXPECT_EQ(huge.numerator() / huge, 1);
}

TEST(Rational, CopiesAndMovesKeepTheValue) {
  const Rational large = Rational(int64_max) + int64_max;
  Rational copy = large;
  Rational moved = std::move(copy);
  EXPECT_EQ(moved, large);
  copy = 3;
  EXPECT_EQ(copy, 3);
  copy = large;
  const Rational& same = copy;
  copy = same;
  EXPECT_EQ(copy, large);
  moved = std::move(copy);
  EXPECT_EQ(moved, large);
  moved = Rational(1, 2);
  EXPECT_EQ(moved.to_string(), "1/2");
  moved += moved;
  EXPECT_EQ(moved, 1);
  Rational squared = large;
  squared *= squared;
  EXPECT_EQ(squared, large.pow(2));
  std::vector<Rational> list(3, large);
  list.insert(list.begin(), Rational(1, 3));
  list.erase(list.begin() + 1);
  EXPECT_THAT(list, testing::ElementsAre(Rational(1, 3), large, large));
}

TEST(Rational, HashesEqualNumbersAlike) {
  const Rational large = Rational(int64_max) * 3;
  EXPECT_EQ(std::hash<Rational>()(Rational(2, 4)), std::hash<Rational>()(Rational(1, 2)));
  EXPECT_EQ((large / 5).hash(), (Rational(int64_max) * Rational(3, 5)).hash());
  std::unordered_set<std::size_t> hashes;
  for (int n = -50; n <= 50; ++n) {
    for (int d = 1; d <= 50; ++d) hashes.insert(Rational(n, d).hash());
  }
  std::unordered_set<Rational> distinct;
  for (int n = -50; n <= 50; ++n) {
    for (int d = 1; d <= 50; ++d) distinct.insert(Rational(n, d));
  }
  EXPECT_EQ(hashes.size(), distinct.size());
}

TEST(Rational, RoundsToIntegersAsDefined) {
  Numbers numbers;
  for (int i = 0; i < 30000; ++i) {
    const auto [a, expected] = numbers.number();
    const cpp_rational half(1, 2);
    ASSERT_EQ(oracle(a.floor()), floor_of(expected)) << a;
    ASSERT_EQ(oracle(a.ceil()), -floor_of(-expected)) << a;
    const cpp_rational size = expected < 0 ? -expected : expected;
    const int sign = expected.sign();
    ASSERT_EQ(oracle(a.truncate()), sign * floor_of(size)) << a;
    ASSERT_EQ(oracle(a.round()), sign * floor_of(size + half)) << a;
    ASSERT_EQ(a.is_integer(), floor_of(expected) == expected);
  }
  EXPECT_EQ(Rational(5, 2).round(), 3);
  EXPECT_EQ(Rational(-5, 2).round(), -3);
  EXPECT_EQ(Rational(int64_min, 2).round(), int64_min / 2);
  EXPECT_EQ(Rational(int64_max, 2).round(), int64_max / 2 + 1);
}

TEST(Rational, Powers) {
  EXPECT_EQ(Rational(2, 3).pow(3), Rational(8, 27));
  EXPECT_EQ(Rational(-2, 3).pow(-3), Rational(-27, 8));
  EXPECT_EQ(Rational().pow(0), 1);
  EXPECT_EQ(Rational().pow(5), 0);
  EXPECT_EQ(Rational(-1).pow(std::numeric_limits<int>::max()), -1);
  EXPECT_EQ(Rational(-1).pow(std::numeric_limits<int>::min()), 1);
  EXPECT_EQ(Rational(2).pow(100).to_string(), "1267650600228229401496703205376");
  EXPECT_EQ(Rational(1, 2).pow(100), Rational(2).pow(-100));
  EXPECT_EQ(Rational(-2).pow(63).to_int64(), int64_min);
  EXPECT_EQ(Rational(10).pow(18), 1000000000000000000);
  EXPECT_EQ(Rational(10).pow(30).pow(3), Rational(10).pow(90));
}

TEST(Rational, CountsBits) {
  EXPECT_EQ(Rational().bit_length(), 1U);
  EXPECT_EQ(Rational(1).bit_length(), 2U);
  EXPECT_EQ(Rational(-5, 8).bit_length(), 7U);
  EXPECT_EQ(Rational(2).pow(1000).bit_length(), 1002U);
  EXPECT_EQ(Rational(int64_min).bit_length(), 65U);
}

TEST(RationalDeathTest, DivisionByZeroIsABrokenInvariant) {
  EXPECT_DEATH((void)(Rational(1) / Rational()), "divisor is not zero");
  EXPECT_DEATH((void)Rational(1, 0), "denominator of a fraction is not zero");
  EXPECT_DEATH((void)Rational().pow(-1), "no negative powers");
}

// Doubles.

cpp_rational exact_value(double value) {
  int exponent = 0;
  const double fraction = std::frexp(value, &exponent);
  cpp_rational result = static_cast<std::int64_t>(std::ldexp(fraction, 53));
  for (exponent -= 53; exponent > 0; --exponent) result *= 2;
  cpp_int scale = 1;
  if (exponent < 0) scale <<= static_cast<unsigned>(-exponent);
  return result / cpp_rational(scale);
}

/// Checks that no double is nearer, and that a tie went to the even one.
void expect_nearest(const Rational& value) {
  const double result = value.to_double();
  ASSERT_TRUE(std::isfinite(result)) << value;
  const cpp_rational target = oracle(value);
  const auto distance = [&target](double candidate) {
    const cpp_rational difference = exact_value(candidate) - target;
    return difference < 0 ? cpp_rational(-difference) : difference;
  };
  const cpp_rational error = distance(result);
  for (const double towards : {-INFINITY, INFINITY}) {
    const double neighbour = std::nextafter(result, towards);
    if (!std::isfinite(neighbour)) continue;
    const cpp_rational other = distance(neighbour);
    ASSERT_LE(error, other) << value << " gave " << result;
    if (error == other) {
      ASSERT_EQ(std::bit_cast<std::uint64_t>(result) % 2, 0U) << value << " is a tie";
    }
  }
}

double any_double(Numbers& numbers) {
  for (;;) {
    const auto value = std::bit_cast<double>(numbers.bits());
    if (std::isfinite(value)) return value;
  }
}

TEST(Rational, ToDoubleIsTheNearest) {
  Numbers numbers;
  for (int i = 0; i < 20000; ++i) expect_nearest(numbers.number().first);
}

TEST(Rational, ToDoubleRoundsTiesToEven) {
  Numbers numbers;
  for (int i = 0; i < 3000; ++i) {
    // Every double's midpoint to the next, exactly and a little beside it.
    const double value = any_double(numbers);
    const double next = std::nextafter(value, INFINITY);
    if (!std::isfinite(next)) continue;
    const Rational middle =
        (*Rational::from_double_exact(value) + *Rational::from_double_exact(next)) / 2;
    const Rational beside = *Rational::from_double_exact(next) - middle;
    const double even = std::bit_cast<std::uint64_t>(value) % 2 == 0 ? value : next;
    ASSERT_EQ(middle.to_double(), even);
    const Rational little = beside / Rational(10).pow(30);
    ASSERT_EQ((middle + little).to_double(), next);
    ASSERT_EQ((middle - little).to_double(), value);
  }
  EXPECT_EQ(Rational((std::int64_t{1} << 53) + 1).to_double(), 9007199254740992.0);
  EXPECT_EQ(Rational((std::int64_t{1} << 53) + 3).to_double(), 9007199254740996.0);
  // A tie with a denominator, inside 64 bits.
  EXPECT_EQ(Rational((std::int64_t{1} << 54) + 1, 2).to_double(), 9007199254740992.0);
  EXPECT_EQ(Rational((std::int64_t{1} << 54) + 3, 2).to_double(), 9007199254740994.0);
}

TEST(Rational, ToDoubleAtTheEndsOfTheRange) {
  const Rational least = Rational(2).pow(-1074);
  const double denormal = std::numeric_limits<double>::denorm_min();
  EXPECT_EQ(least.to_double(), denormal);
  EXPECT_EQ((-least).to_double(), -denormal);
  EXPECT_EQ((least / 2).to_double(), 0.0);
  EXPECT_FALSE(std::signbit((-least / 2).to_double()));
  EXPECT_EQ((least * Rational(501, 1000)).to_double(), denormal);
  EXPECT_EQ((least * Rational(499, 1000)).to_double(), 0.0);
  EXPECT_EQ((least * Rational(3, 2)).to_double(), 2 * denormal);
  EXPECT_EQ((least * Rational(5, 2)).to_double(), 2 * denormal);
  const double smallest_normal = std::numeric_limits<double>::min();
  EXPECT_EQ((*Rational::from_double_exact(smallest_normal) - least / 2).to_double(),
            smallest_normal);
  expect_nearest(*Rational::from_double_exact(smallest_normal) - least * Rational(2, 3));

  const double greatest = std::numeric_limits<double>::max();
  const Rational top = *Rational::from_double_exact(greatest);
  const Rational half_step = Rational(2).pow(970);
  EXPECT_EQ(top.to_double(), greatest);
  EXPECT_EQ((top + half_step).to_double(), INFINITY);
  EXPECT_EQ((top + half_step - 1).to_double(), greatest);
  EXPECT_EQ((-top - half_step).to_double(), -INFINITY);
  EXPECT_EQ(Rational(10).pow(4000).to_double(), INFINITY);
  EXPECT_EQ(Rational(10).pow(-4000).to_double(), 0.0);
}

TEST(Rational, FromDoubleExactIsTheBinaryValue) {
  Numbers numbers;
  for (int i = 0; i < 5000; ++i) {
    const double value = any_double(numbers);
    const auto exact = Rational::from_double_exact(value);
    ASSERT_TRUE(exact);
    ASSERT_EQ(oracle(*exact), exact_value(value));
    ASSERT_EQ(exact->to_double(), value);
  }
  EXPECT_EQ(Rational::from_double_exact(0.1)->to_string(), "3602879701896397/36028797018963968");
  EXPECT_EQ(Rational::from_double_exact(-0.0), 0);
  EXPECT_EQ(Rational::from_double_exact(-6.5), Rational(-13, 2));
  EXPECT_FALSE(Rational::from_double_exact(NAN));
  EXPECT_FALSE(Rational::from_double_exact(INFINITY));
}

template <class Float>
std::string printed(Float value) {
  char buffer[64];
  const auto end = std::to_chars(buffer, buffer + 64, value, std::chars_format::scientific).ptr;
  return std::string(buffer, end);
}

TEST(Rational, FromDoubleShortestIsThePrintedDecimal) {
  Numbers numbers;
  for (int i = 0; i < 40000; ++i) {
    double value = any_double(numbers);
    // Most data are decimals with few digits, of any size that doubles hold exactly or not.
    if (i % 4 != 0) {
      const auto whole = static_cast<double>(numbers.whole() >> (numbers.bits() % 50));
      value = whole / std::pow(10.0, static_cast<double>(numbers.bits() % 12));
    }
    const auto shortest = Rational::from_double_shortest(value);
    ASSERT_TRUE(shortest);
    ASSERT_EQ(shortest, Rational::parse(printed(value))) << printed(value);
    ASSERT_EQ(shortest->to_double(), value);
  }
  EXPECT_EQ(Rational::from_double_shortest(0.1), Rational(1, 10));
  EXPECT_EQ(Rational::from_double_shortest(1e23), Rational(10).pow(23));
  EXPECT_EQ(Rational::from_double_shortest(-0.0), 0);
  EXPECT_EQ(Rational::from_double_shortest(28.999999999999996)->to_finite_decimal(),
            "28.999999999999996");
  EXPECT_EQ(Rational::from_double_shortest(5e-324), Rational(5) * Rational(10).pow(-324));
  EXPECT_EQ(Rational::from_double_shortest(9007199254740991.0), 9007199254740991);
  EXPECT_FALSE(Rational::from_double_shortest(NAN));
  EXPECT_FALSE(Rational::from_double_shortest(-INFINITY));
}

TEST(Rational, FromFloatShortestIsThePrintedDecimal) {
  Numbers numbers;
  for (int i = 0; i < 40000; ++i) {
    auto value = std::bit_cast<float>(static_cast<std::uint32_t>(numbers.bits()));
    if (i % 2 == 0) {
      value = static_cast<float>(static_cast<double>(numbers.bits() % 2000000) /
                                 std::pow(10.0, static_cast<double>(numbers.bits() % 8)));
    }
    if (!std::isfinite(value)) continue;
    const auto shortest = Rational::from_float_shortest(value);
    ASSERT_TRUE(shortest);
    ASSERT_EQ(shortest, Rational::parse(printed(value))) << printed(value);
  }
  EXPECT_EQ(Rational::from_float_shortest(0.1F), Rational(1, 10));
  EXPECT_EQ(Rational::from_float_shortest(57.66F), Rational(5766, 100));
  EXPECT_FALSE(Rational::from_float_shortest(std::numeric_limits<float>::infinity()));
}

// Text.

TEST(Rational, ParsesDecimals) {
  EXPECT_EQ(Rational::parse("0"), 0);
  EXPECT_EQ(Rational::parse("-0.0"), 0);
  EXPECT_EQ(Rational::parse("0010"), 10);
  EXPECT_EQ(Rational::parse("12.50"), Rational(25, 2));
  EXPECT_EQ(Rational::parse("+.5"), Rational(1, 2));
  EXPECT_EQ(Rational::parse("7."), 7);
  EXPECT_EQ(Rational::parse("-1.5e3"), -1500);
  EXPECT_EQ(Rational::parse("1.5E-3"), Rational(3, 2000));
  EXPECT_EQ(Rational::parse("1e+2"), 100);
  EXPECT_EQ(Rational::parse("9223372036854775808"), -Rational(int64_min));
  EXPECT_EQ(Rational::parse("-9223372036854775808")->to_int64(), int64_min);
  EXPECT_EQ(Rational::parse("0.1e-30"), Rational(10).pow(-31));
  EXPECT_EQ(Rational::parse("123456789012345678901234567890.5"),
            Rational::parse("1234567890123456789012345678905").value() / 10);
}

TEST(Rational, ParsesFractions) {
  EXPECT_EQ(Rational::parse("5886/10388"), Rational(5886, 10388));
  EXPECT_EQ(Rational::parse("-3/6"), Rational(-1, 2));
  EXPECT_EQ(Rational::parse("08/010"), Rational(4, 5));  // never octal
}

TEST(Rational, SaysWhyATextIsNoNumber) {
  const auto problem = [](std::string_view number_text) {
    NumberProblem seen = NumberProblem::not_a_number;
    EXPECT_FALSE(Rational::parse(number_text, &seen)) << number_text;
    return seen;
  };
  for (const char* not_a_number :
       {"",      "-",  ".",  "e5",    "1e",   "1e+", "--1", "1 ", " 1",    "1,234", "1.2.3", "0x10",
        "1/2/3", "1/", "/2", "1.5/2", "1/-2", "nan", "inf", "１", "1e5.5", "+-1",   "1_000"}) {
    EXPECT_EQ(problem(not_a_number), NumberProblem::not_a_number) << not_a_number;
  }
  EXPECT_EQ(problem("1/0"), NumberProblem::zero_denominator);
  EXPECT_EQ(problem("1/000"), NumberProblem::zero_denominator);
  EXPECT_EQ(problem("1e999999999"), NumberProblem::too_long);
  EXPECT_EQ(problem("1e-99999999999999999999999999"), NumberProblem::too_long);
  EXPECT_EQ(problem("1e4000"), NumberProblem::too_long);
  EXPECT_EQ(problem(std::string(4001, '1')), NumberProblem::too_long);
  EXPECT_EQ(problem(std::string(4000, '1') + "/1"), NumberProblem::too_long);
  EXPECT_TRUE(Rational::parse("1e3999"));
  EXPECT_TRUE(Rational::parse("1e-3999"));
  EXPECT_TRUE(Rational::parse(std::string(4000, '9')));
}

TEST(Rational, ParsingAgreesWithArithmetic) {
  Numbers numbers;
  for (int i = 0; i < 20000; ++i) {
    const std::int64_t n = numbers.whole();
    const auto places = static_cast<int>(numbers.bits() % 40);
    const std::string written = std::to_string(n) + "e-" + std::to_string(places);
    ASSERT_EQ(Rational::parse(written), Rational(n) / Rational(10).pow(places)) << written;
    // A long number, through both the digits and the power of ten.
    const std::string longer = std::to_string(n) + std::to_string(numbers.bits()) +
                               std::to_string(numbers.bits() % 1000 * 5) + "." +
                               std::to_string(numbers.bits());
    const auto point = static_cast<int>(longer.size() - longer.find('.') - 1);
    std::string digits = longer;
    digits.erase(digits.find('.'), 1);
    const cpp_rational expected =
        cpp_rational(cpp_int(digits.substr(digits.find_first_not_of("-0"))),
                     boost::multiprecision::pow(cpp_int(10), static_cast<unsigned>(point)));
    ASSERT_EQ(oracle(*Rational::parse(longer)), n < 0 ? cpp_rational(-expected) : expected)
        << longer;
  }
}

TEST(Rational, TextComesBack) {
  Numbers numbers;
  for (int i = 0; i < 20000; ++i) {
    const Rational value = numbers.number().first;
    ASSERT_EQ(Rational::parse(value.to_string()), value);
    if (const auto decimal = value.to_finite_decimal()) {
      ASSERT_EQ(Rational::parse(*decimal), value) << *decimal;
    } else {
      // Only twos and fives leave nothing over.
      cpp_int d = denominator(oracle(value));
      while (d % 2 == 0) d /= 2;
      while (d % 5 == 0) d /= 5;
      ASSERT_GT(d, 1) << value;
    }
  }
}

TEST(Rational, FiniteDecimals) {
  EXPECT_EQ(Rational(1, 8).to_finite_decimal(), "0.125");
  EXPECT_EQ(Rational(-1, 5).to_finite_decimal(), "-0.2");
  EXPECT_EQ(Rational(12).to_finite_decimal(), "12");
  EXPECT_EQ(Rational(1, 3).to_finite_decimal(), std::nullopt);
  EXPECT_EQ(Rational(1, 8).to_finite_decimal(2), std::nullopt);
  EXPECT_EQ(Rational(1, 125).to_finite_decimal(2), std::nullopt);
  EXPECT_EQ(Rational(1, 8).to_finite_decimal(3), "0.125");
  for (int k = 0; k <= 400; ++k) {
    ASSERT_TRUE(Rational(5).pow(-k).to_finite_decimal()) << k;
    ASSERT_FALSE((Rational(5).pow(-k) / 3).to_finite_decimal()) << k;
  }
}

TEST(Rational, DecimalsRoundHalvesAwayFromZero) {
  EXPECT_EQ(Rational(5886, 10388).to_decimal(4), "0.5666");
  EXPECT_EQ((Rational(5886, 10388) * 100).to_decimal(2), "56.66");
  EXPECT_EQ(Rational(1, 8).to_decimal(2), "0.13");
  EXPECT_EQ(Rational(-1, 8).to_decimal(2), "-0.13");
  EXPECT_EQ(Rational(5, 2).to_decimal(0), "3");
  EXPECT_EQ(Rational(-1, 1000).to_decimal(2), "0.00");
  EXPECT_EQ(Rational(99995, 10000).to_decimal(3), "10.000");
  EXPECT_EQ(Rational(1, 20).to_decimal(3), "0.050");
  EXPECT_EQ(Rational(int64_max).to_decimal(1), "9223372036854775807.0");
  EXPECT_EQ(Rational(1, 20).shortest_decimal(3), "0.05");
  EXPECT_EQ(Rational(-1, 1000).shortest_decimal(2), "0");
  EXPECT_EQ(Rational(1200).shortest_decimal(2), "1200");
  EXPECT_EQ(Rational(1200).shortest_decimal(0), "1200");
  EXPECT_EQ(Rational(2, 3).shortest_decimal(3), "0.667");
}

TEST(Rational, SignificantDigits) {
  EXPECT_EQ(Rational(2, 3).to_significant(3), "0.667");
  EXPECT_EQ(Rational(123456).to_significant(3), "123000");
  EXPECT_EQ(Rational(-123456).to_significant(6), "-123456");
  EXPECT_EQ(Rational(9996, 10000).to_significant(3), "1");
  EXPECT_EQ(Rational(9996).to_significant(3), "10000");
  EXPECT_EQ(Rational(1, 3000).to_significant(2), "0.00033");
  EXPECT_EQ(Rational(1).to_significant(1), "1");
  EXPECT_EQ(Rational(10).to_significant(1), "10");
  EXPECT_EQ(Rational(5, 2).to_significant(8), "2.5");
  EXPECT_EQ(Rational().to_significant(3), "0");
  EXPECT_EQ(Rational(10).pow(25).to_significant(4), "1" + std::string(25, '0'));
  for (int e = -60; e <= 60; ++e) {
    const Rational power = Rational(10).pow(e);
    ASSERT_EQ(Rational::parse(power.to_significant(2)), power);
    ASSERT_EQ(Rational::parse((power * Rational(995, 1000)).to_significant(3)),
              power * Rational(995, 1000));
  }
}

TEST(Rational, PrintsToStreams) {
  std::ostringstream stream;
  stream << Rational(-3, 4);
  EXPECT_EQ(stream.str(), "-3/4");
}

}  // namespace
}  // namespace dabiao::exact
