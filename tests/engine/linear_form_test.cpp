#include "dabiao/engine/linear_form.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace dabiao::engine {
namespace {

LinearForm constant(Rational value) {
  return {Linear::of(std::move(value))};
}
LinearForm unknown(Unknown number, Rational coefficient = 1) {
  Linear form;
  form.coefficients.emplace(number, std::move(coefficient));
  return {std::move(form)};
}

/// The value of a form where the unknowns have these values; nothing where it divides by zero.
std::optional<Rational> value(const LinearForm& form, const std::vector<Rational>& values) {
  const auto of = [&](const Linear& linear) {
    Rational sum = linear.constant;
    for (const auto& [number, coefficient] : linear.coefficients) {
      sum += coefficient * values[number];
    }
    return sum;
  };
  const Rational below = of(form.below);
  if (below.is_zero()) return std::nullopt;
  return of(form.above) / below;
}

TEST(LinearForm, MergesWhatIsTheSame) {
  // (a + 2) − a is 2, and a + a is 2a.
  const auto difference = add(*add(unknown(0), constant(2)), negate(unknown(0)));
  ASSERT_TRUE(difference);
  EXPECT_TRUE(difference->above.is_constant());
  EXPECT_EQ(difference->above.constant, Rational(2));
  EXPECT_EQ(add(unknown(0), unknown(0))->above.coefficients.at(0), Rational(2));
}

TEST(LinearForm, StaysAQuotientOfLinearOnes) {
  EXPECT_TRUE(multiply(unknown(0), constant(3)));
  EXPECT_FALSE(multiply(unknown(0), unknown(1)));
  EXPECT_TRUE(divide(unknown(0), *add(unknown(0), unknown(1))));
  EXPECT_TRUE(divide(constant(1), unknown(0)));
}

TEST(LinearForm, OfAQuotientComparesTightly) {
  const std::vector<Interval> ranges = {Interval::at_least(0), {3, 3}};
  const LinearForm share = *divide(unknown(0), *add(unknown(0), unknown(1)));
  const auto against = [&](const Rational& limit) {
    return *difference_sign(share, constant(limit), ranges);
  };
  // a/(a+3) goes from 0 up to but not including 1.
  EXPECT_EQ(exact::less(against(1), Interval::point(0)), true);
  EXPECT_EQ(exact::less_equal(Interval::point(0), against(0)), true);
  EXPECT_EQ(exact::less(against(Rational(1, 2)), Interval::point(0)), std::nullopt);
  EXPECT_EQ(range_of(share, ranges)->low, exact::Bound(0));
  EXPECT_EQ(range_of(share, ranges)->high, exact::Bound(1));
  EXPECT_TRUE(range_of(share, ranges)->high_open);
  EXPECT_FALSE(range_of(share, ranges)->low_open);
}

TEST(LinearForm, HasTheSmallestRange) {
  // a in [0, 4], b in [1, 2], c at least 1.
  const std::vector<Interval> ranges = {{0, 4}, {1, 2}, Interval::at_least(1)};
  const auto of = [&](const std::optional<LinearForm>& form) { return *range_of(*form, ranges); };
  const LinearForm a = unknown(0), b = unknown(1), c = unknown(2);
  EXPECT_EQ(of(divide(a, *add(a, b))), (Interval{0, Rational(4, 5)}));
  EXPECT_EQ(of(divide(*add(a, constant(2)), *add(a, constant(1)))), (Interval{Rational(6, 5), 2}));
  EXPECT_EQ(of(divide(*add(a, b), *add(a, b))), (Interval{1, 1}));
  EXPECT_EQ(of(divide(c, *add(c, b))), (Interval{Rational(1, 3), 1, false, true}));
  EXPECT_EQ(of(divide(negate(c), *add(c, b))), (Interval{-1, Rational(-1, 3), true, false}));
  EXPECT_EQ(of(divide(*add(a, c), c)), (Interval{1, 5}));
  EXPECT_EQ(of(divide(a, c)), (Interval{0, 4}));
  EXPECT_EQ(of(divide(c, b)), (Interval::at_least(Rational(1, 2))));
  EXPECT_EQ(of(divide(a, negate(b))), (Interval{-4, 0}));
}

TEST(LinearForm, MayHaveADenominatorThatOnlyTendsToZero) {
  const std::vector<Interval> ranges = {Interval::more_than(0), {0, 4}};
  EXPECT_EQ(range_of(*divide(constant(1), unknown(0)), ranges)->high,
            exact::Bound::positive_infinity());
  EXPECT_TRUE(range_of(*divide(unknown(1), *add(unknown(0), unknown(1))), ranges)
                  ->contains(Rational(1, 2)));
}

TEST(LinearForm, SaysNothingWhereADenominatorCanBeZero) {
  const std::vector<Interval> ranges = {Interval::at_least(0), Interval::at_least(0)};
  const LinearForm share = *divide(unknown(0), *add(unknown(0), unknown(1)));
  EXPECT_FALSE(difference_sign(share, constant(1), ranges));
  EXPECT_FALSE(range_of(share, ranges));
}

TEST(FormSum, IsWhatAddingOneAfterTheOtherGives) {
  const std::vector<LinearForm> parts = {
      unknown(1, 2), constant(3), unknown(0), unknown(1, -2), *divide(unknown(2), constant(4)),
      constant(-1)};
  FormSum total;
  auto one_by_one = std::optional(constant(0));
  for (const LinearForm& part : parts) {
    total.add(part);
    one_by_one = add(*one_by_one, part);
  }
  const auto sum = total.take();
  ASSERT_TRUE(sum && one_by_one);
  for (int i = 0; i < 27; ++i) {
    const std::vector<Rational> values = {i % 3, i / 3 % 3, i / 9};
    EXPECT_EQ(value(*sum, values), value(*one_by_one, values));
  }
  EXPECT_EQ(sum->above.coefficients.size(), 2u);  // 2b − 2b is gone
}

TEST(FormSum, OverOneDenominatorKeepsIt) {
  // a/(a+b) + 2 + b/(a+b) is 3.
  const LinearForm whole = *add(unknown(0), unknown(1));
  FormSum total;
  total.add(*divide(unknown(0), whole));
  total.add(Rational(2));
  total.add(*divide(unknown(1), whole));
  const auto sum = total.take();
  ASSERT_TRUE(sum);
  EXPECT_EQ(*difference_sign(*sum, constant(3), {{1, 5}, {1, 5}}), Interval::point(0));
}

TEST(FormSum, OfManyKnownDenominatorsStaysShort) {
  FormSum total;
  for (Unknown i = 0; i < 20'000; ++i) {
    total.add(*divide(unknown(i), constant(static_cast<int>(i) + 2)));
  }
  const auto sum = total.take();
  ASSERT_TRUE(sum);
  EXPECT_EQ(sum->below.constant, Rational(1));
  EXPECT_EQ(sum->above.coefficients.at(19'999), Rational(1, 20'001));
}

TEST(FormSum, EndsWhereAPartIsNoFormOfTheSameKind) {
  FormSum total;
  total.add(*divide(constant(1), unknown(0)));
  total.add(*divide(constant(1), unknown(1)));
  EXPECT_FALSE(total.is_linear());
  total.add(Rational(1));
  EXPECT_FALSE(total.take());
}

TEST(LinearForm, BoundsEveryValueInTheBox) {
  const std::vector<Interval> ranges = {{0, 3}, {1, 2}, {-1, 1}};
  std::vector<LinearForm> forms = {constant(2), unknown(0), unknown(1), unknown(2)};
  // Two rounds of combining what there is.
  for (int round = 0; round < 2; ++round) {
    const std::vector<LinearForm> before(
        forms.begin(), forms.begin() + std::min<std::ptrdiff_t>(14, std::ssize(forms)));
    for (const LinearForm& a : before) {
      for (const LinearForm& b : before) {
        for (const auto& made : {add(a, b), add(a, negate(b)), multiply(a, b), divide(a, b)}) {
          if (made && forms.size() < 400) forms.push_back(*made);
        }
      }
    }
  }
  int bounded = 0;
  for (const LinearForm& form : forms) {
    const auto range = range_of(form, ranges);
    const auto sign = difference_sign(form, constant(1), ranges);
    for (int a = 0; a <= 3; ++a) {
      for (int b = 1; b <= 2; ++b) {
        for (int c = -1; c <= 1; ++c) {
          const auto at = value(form, {a, b, c});
          if (range) {
            ASSERT_TRUE(at);
            EXPECT_TRUE(range->contains(*at)) << at->to_string() << " in " << range->to_string();
            ++bounded;
          }
          if (!sign || !at) continue;
          const int direction = (*at - Rational(1)).sign();
          if (direction > 0) {
            EXPECT_TRUE(sign->high.sign() > 0);
          }
          if (direction < 0) {
            EXPECT_TRUE(sign->low.sign() < 0);
          }
          if (direction == 0) {
            EXPECT_TRUE(sign->contains(Rational(0)));
          }
        }
      }
    }
  }
  EXPECT_GT(bounded, 1000);
}

}  // namespace
}  // namespace dabiao::engine
