#include "dabiao/engine/linear_form.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <utility>
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

/// Random linear forms over at most three small ranges, with every completion by whole numbers.
class Wholes {
 public:
  explicit Wholes(unsigned seed) : engine_(seed) {}

  int dice(int low, int high) {
    return low + static_cast<int>(engine_() % static_cast<unsigned>(high - low + 1));
  }

  void draw_unknowns(int count) {
    unknowns_ = {};
    for (int n = 0; n < count; ++n) {
      const int low = dice(-2, 2);
      unknowns_.ranges.push_back({low, low + dice(0, 4)});
      unknowns_.whole.push_back(true);
    }
  }

  Linear form() {
    Linear form = Linear::of(Rational(dice(-9, 9), dice(1, 2)));
    for (Unknown n = 0; n < unknowns_.ranges.size(); ++n) {
      if (const int slope = dice(-6, 6)) form.coefficients.emplace(n, Rational(slope, dice(1, 2)));
    }
    return form;
  }

  template <class Holds>
  bool any(Holds holds) const {
    std::vector<Rational> values(unknowns_.ranges.size());
    const auto from = [&](const auto& self, std::size_t n) -> bool {
      if (n == values.size()) return holds(values);
      const Interval& range = unknowns_.ranges[n];
      for (Rational x = range.low.finite(); x <= range.high.finite(); x += Rational(1)) {
        values[n] = x;
        if (self(self, n + 1)) return true;
      }
      return false;
    };
    return from(from, 0);
  }

  const Unknowns& unknowns() const { return unknowns_; }

 private:
  std::mt19937 engine_;
  Unknowns unknowns_;
};

Rational at(const Linear& form, const std::vector<Rational>& values) {
  return *value(LinearForm{form}, values);
}

TEST(LinearForm, OfWholeNumbersMeetsWhatACompletionMeets) {
  Wholes wholes(3);
  int missed_in_a_gap = 0, left_open = 0;
  for (int round = 0; round < 4000; ++round) {
    wholes.draw_unknowns(wholes.dice(1, 3));
    const Linear form = wholes.form();
    const Rational low(wholes.dice(-20, 20), 2);
    const Interval interval{low, low + Rational(wholes.dice(0, 3), 4)};
    const bool possible = wholes.any(
        [&](const std::vector<Rational>& values) { return interval.contains(at(form, values)); });
    const auto found = meets(form, interval, wholes.unknowns());
    if (found) {
      EXPECT_EQ(*found, possible);
    } else {
      ++left_open;
      EXPECT_GT(form.coefficients.size(), 1u);  // one unknown is always decided
    }
    const bool in_range =
        exact::intersect(range_of(form, wholes.unknowns().ranges), interval).has_value();
    if (found == false && in_range) ++missed_in_a_gap;
  }
  EXPECT_GT(missed_in_a_gap, 300);
  EXPECT_LT(left_open, 1200);
}

TEST(LinearForm, OfWholeNumbersLiesBetweenTwoEndsWhereACompletionDoes) {
  // p/q between two numbers, as p − K·q for each of them.
  Wholes wholes(5);
  int decided_without = 0;
  for (int round = 0; round < 4000; ++round) {
    wholes.draw_unknowns(wholes.dice(1, 2));
    const Linear above = wholes.form(), below = wholes.form();
    const LinearForm quotient{above, below};
    const Rational low(wholes.dice(-8, 8), 4), high = low + Rational(wholes.dice(0, 2), 8);
    const auto& ranges = wholes.unknowns().ranges;
    const auto from = difference(quotient, constant(low), ranges);
    const auto to = difference(quotient, constant(high), ranges);
    if (!from || !to) continue;  // the denominator can be zero
    const bool possible = wholes.any([&](const std::vector<Rational>& values) {
      const Rational found = *value(quotient, values);
      return low <= found && found <= high;
    });
    const auto found = meets_range(*from, *to, true, wholes.unknowns());
    if (found) {
      EXPECT_EQ(*found, possible);
      if (!possible) ++decided_without;
    } else {
      EXPECT_EQ(ranges.size(), 2u);
    }
  }
  EXPECT_GT(decided_without, 200);
}

TEST(LinearForm, FillsGapsWithWhatVariesFreely) {
  // 3·x with x whole and y from 0 to `width`: from 3 on y reaches from step to step.
  const auto reaches = [](Rational width, bool open, Rational limit) {
    const Unknowns unknowns{{{0, 4}, {0, std::move(width), open, open}}, {true, false}};
    Linear form;
    form.coefficients = {{0, Rational(3)}, {1, Rational(1)}};
    return meets(form, Interval::point(limit), unknowns);
  };
  EXPECT_EQ(reaches(3, false, Rational(5, 2)), true);
  EXPECT_EQ(reaches(2, false, Rational(5, 2)), std::nullopt);  // between 2 and 3 there is nothing
  EXPECT_EQ(reaches(3, true, 3), std::nullopt);                // neither 0 + 3 nor 3 + 0 is reached
  EXPECT_EQ(reaches(3, false, 16), false);
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
