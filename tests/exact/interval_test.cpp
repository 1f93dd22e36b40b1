#include "dabiao/exact/interval.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <vector>

namespace dabiao::exact {
namespace {

const Bound minus_infinity = Bound::negative_infinity();
const Bound infinity = Bound::positive_infinity();

Interval closed(const Bound& low, const Bound& high) {
  return {low, high};
}
Interval open(const Bound& low, const Bound& high) {
  return {low, high, true, true};
}

/// Every interval with ends among some halves and the infinities, open and closed.
std::vector<Interval> all_intervals() {
  std::vector<Bound> ends = {minus_infinity};
  for (int half = -3; half <= 3; ++half) ends.emplace_back(Rational(half, 2));
  ends.push_back(infinity);
  std::vector<Interval> result;
  for (const Bound& low : ends) {
    for (const Bound& high : ends) {
      for (const bool low_open : {false, true}) {
        for (const bool high_open : {false, true}) {
          const Interval interval{low, high, low_open, high_open};
          if (interval.is_empty()) continue;
          if (std::find(result.begin(), result.end(), interval) == result.end()) {
            result.push_back(interval);
          }
        }
      }
    }
  }
  return result;
}

const Rational tiny = Rational(10).pow(-6);
const Rational huge = Rational(10).pow(12);
// Between the two: how close to an end, or how far out, samples of a result come.
const Rational close = Rational(10).pow(-3);
const Rational far = Rational(10).pow(5);

/// Numbers in an interval that reach its closed ends and come close to its open ones.
std::vector<Rational> samples(const Interval& interval) {
  std::vector<Rational> candidates;
  for (int quarter = -8; quarter <= 8; ++quarter) {
    const Rational place(quarter, 4);
    candidates.push_back(place);
    if (quarter % 2 == 0) {
      candidates.push_back(place + tiny);
      candidates.push_back(place - tiny);
    }
  }
  candidates.push_back(huge);
  candidates.push_back(-huge);
  std::vector<Rational> inside;
  for (const Rational& candidate : candidates) {
    if (interval.contains(candidate)) inside.push_back(candidate);
  }
  return inside;
}

/// Checks that an interval holds the numbers and that none smaller would.
void expect_smallest(const Interval& result, const std::vector<Rational>& numbers,
                     const std::string& what) {
  ASSERT_FALSE(numbers.empty()) << what;
  for (const Rational& number : numbers) ASSERT_TRUE(result.contains(number)) << what << number;
  const auto [low, high] = std::minmax_element(numbers.begin(), numbers.end());
  if (!result.low.is_finite()) {
    ASSERT_LT(*low, -far) << what;
  } else if (result.low_open) {
    ASSERT_LT(*low - result.low.finite(), close) << what;
  } else {
    ASSERT_EQ(*low, result.low.finite()) << what;
  }
  if (!result.high.is_finite()) {
    ASSERT_GT(*high, far) << what;
  } else if (result.high_open) {
    ASSERT_LT(result.high.finite() - *high, close) << what;
  } else {
    ASSERT_EQ(*high, result.high.finite()) << what;
  }
}

using Unary = std::function<Rational(const Rational&)>;
using Binary = std::function<Rational(const Rational&, const Rational&)>;

void expect_smallest_image(const std::function<Interval(const Interval&)>& over_intervals,
                           const Unary& over_numbers) {
  for (const Interval& a : all_intervals()) {
    std::vector<Rational> results;
    for (const Rational& x : samples(a)) results.push_back(over_numbers(x));
    const Interval image = over_intervals(a);
    expect_smallest(image, results, a.to_string() + " gave " + image.to_string() + " ");
    if (testing::Test::HasFatalFailure()) return;
  }
}

void expect_smallest_image(
    const std::function<Interval(const Interval&, const Interval&)>& over_intervals,
    const Binary& over_numbers) {
  const std::vector<Interval> intervals = all_intervals();
  std::vector<std::vector<Rational>> numbers;
  for (const Interval& interval : intervals) numbers.push_back(samples(interval));
  for (std::size_t i = 0; i < intervals.size(); ++i) {
    for (std::size_t j = 0; j < intervals.size(); ++j) {
      std::vector<Rational> results;
      for (const Rational& x : numbers[i]) {
        for (const Rational& y : numbers[j]) results.push_back(over_numbers(x, y));
      }
      const Interval image = over_intervals(intervals[i], intervals[j]);
      expect_smallest(image, results,
                      intervals[i].to_string() + " with " + intervals[j].to_string() + " gave " +
                          image.to_string() + " ");
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

TEST(Interval, KnowsWhatItHolds) {
  EXPECT_TRUE(closed(0, 1).contains(0));
  EXPECT_FALSE(open(0, 1).contains(0));
  EXPECT_FALSE(open(0, 1).contains(1));
  EXPECT_TRUE(open(0, 1).contains(Rational(1, 1000)));
  EXPECT_FALSE(closed(0, 1).contains(2));
  EXPECT_TRUE(Interval::everything().contains(huge));
  EXPECT_FALSE(Interval::more_than(3).contains(3));
  EXPECT_TRUE(Interval::at_most(3).contains(3));
  EXPECT_FALSE(Interval::less_than(3).contains(3));
  EXPECT_TRUE(Interval::at_least(3).contains(3));
  EXPECT_TRUE(Interval::point(3).is_point());
  EXPECT_FALSE(closed(3, 4).is_point());
  EXPECT_TRUE(Interval().is_point());
}

TEST(Interval, Emptiness) {
  EXPECT_TRUE(open(1, 1).is_empty());
  EXPECT_TRUE((Interval{1, 1, true, false}.is_empty()));
  EXPECT_FALSE(closed(1, 1).is_empty());
  EXPECT_TRUE(closed(2, 1).is_empty());
  EXPECT_FALSE(open(1, 2).is_empty());
  EXPECT_TRUE(closed(infinity, infinity).is_empty());
  EXPECT_FALSE(Interval::everything().is_empty());
}

TEST(Interval, EqualityIgnoresFlagsAtInfinity) {
  EXPECT_EQ(Interval::everything(), open(minus_infinity, infinity));
  EXPECT_NE(closed(0, 1), open(0, 1));
}

TEST(Interval, Prints) {
  EXPECT_EQ(closed(0, Rational(5, 2)).to_string(), "[0, 5/2]");
  EXPECT_EQ(Interval::more_than(-1).to_string(), "(-1, infinity)");
  EXPECT_EQ(Interval::everything().to_string(), "(-infinity, infinity)");
}

TEST(Interval, Sums) {
  expect_smallest_image([](const Interval& a, const Interval& b) { return a + b; },
                        std::plus<Rational>());
  expect_smallest_image([](const Interval& a, const Interval& b) { return a - b; },
                        std::minus<Rational>());
}

TEST(Interval, Products) {
  expect_smallest_image([](const Interval& a, const Interval& b) { return a * b; },
                        std::multiplies<Rational>());
}

TEST(Interval, ProductsWithZeroAndInfinity) {
  EXPECT_EQ(Interval::point(0) * Interval::everything(), Interval::point(0));
  EXPECT_EQ(open(0, 1) * Interval::at_least(1), Interval::more_than(0));
  EXPECT_EQ(closed(0, 1) * Interval::at_least(1), Interval::at_least(0));
  EXPECT_EQ(closed(0, 2) * open(1, 3), (Interval{0, 6, false, true}));
}

TEST(Interval, Minima) {
  const auto lesser = [](const Rational& x, const Rational& y) { return std::min(x, y); };
  const auto greater = [](const Rational& x, const Rational& y) { return std::max(x, y); };
  expect_smallest_image([](const Interval& a, const Interval& b) { return min(a, b); }, lesser);
  expect_smallest_image([](const Interval& a, const Interval& b) { return max(a, b); }, greater);
}

TEST(Interval, Quotients) {
  const std::vector<Interval> intervals = all_intervals();
  for (const Interval& a : intervals) {
    for (const Interval& b : intervals) {
      const Interval quotient = a / b;
      if (b == Interval::point(0)) {
        ASSERT_EQ(quotient, Interval::everything());
        continue;
      }
      std::vector<Rational> results;
      for (const Rational& y : samples(b)) {
        if (y.is_zero()) continue;
        for (const Rational& x : samples(a)) results.push_back(x / y);
      }
      expect_smallest(quotient, results,
                      a.to_string() + " / " + b.to_string() + " = " + quotient.to_string() + " ");
      if (HasFatalFailure()) return;
    }
  }
}

TEST(Interval, QuotientsAreOneSidedWhereZeroIsAnEnd) {
  EXPECT_EQ(closed(1, 2) / closed(0, 4), Interval::at_least(Rational(1, 4)));
  EXPECT_EQ(closed(1, 2) / closed(-4, 0), Interval::at_most(Rational(-1, 4)));
  EXPECT_EQ(closed(1, 2) / closed(-1, 1), Interval::everything());
  EXPECT_EQ(Interval::point(0) / closed(-1, 1), Interval::point(0));
  EXPECT_EQ(closed(1, 2) / Interval::at_least(1), (Interval{0, 2, true, false}));
}

TEST(Interval, AbsoluteValues) {
  expect_smallest_image([](const Interval& a) { return abs(a); },
                        [](const Rational& x) { return x.abs(); });
  expect_smallest_image([](const Interval& a) { return -a; }, [](const Rational& x) { return -x; });
}

TEST(Interval, Roundings) {
  expect_smallest_image([](const Interval& a) { return floor(a); },
                        [](const Rational& x) { return x.floor(); });
  expect_smallest_image([](const Interval& a) { return ceil(a); },
                        [](const Rational& x) { return x.ceil(); });
  expect_smallest_image([](const Interval& a) { return round(a); },
                        [](const Rational& x) { return x.round(); });
  expect_smallest_image([](const Interval& a) { return truncate(a); },
                        [](const Rational& x) { return x.truncate(); });
}

TEST(Interval, Powers) {
  for (int exponent = 0; exponent <= 4; ++exponent) {
    expect_smallest_image([exponent](const Interval& a) { return pow(a, exponent); },
                          [exponent](const Rational& x) { return x.pow(exponent); });
  }
  for (int exponent = -3; exponent < 0; ++exponent) {
    for (const Interval& a : all_intervals()) {
      std::vector<Rational> results;
      for (const Rational& x : samples(a)) {
        if (!x.is_zero()) results.push_back(x.pow(exponent));
      }
      if (results.empty()) continue;
      expect_smallest(pow(a, exponent), results,
                      a.to_string() + " ^ " + std::to_string(exponent) + " ");
      if (HasFatalFailure()) return;
    }
  }
  EXPECT_EQ(pow(closed(-1, 1), -2), Interval::at_least(1));
}

TEST(Interval, HullAndIntersection) {
  for (const Interval& a : all_intervals()) {
    const std::vector<Rational> of_a = samples(a);
    for (const Interval& b : all_intervals()) {
      std::vector<Rational> either = of_a;
      std::vector<Rational> both;
      for (const Rational& x : samples(b)) {
        either.push_back(x);
        if (a.contains(x)) both.push_back(x);
      }
      const std::string what = a.to_string() + " with " + b.to_string() + " ";
      expect_smallest(hull(a, b), either, what);
      const auto common = intersect(a, b);
      ASSERT_EQ(common.has_value(), !both.empty()) << what;
      if (common) expect_smallest(*common, both, what);
      if (HasFatalFailure()) return;
    }
  }
}

TEST(Interval, IntegersInside) {
  for (const Interval& a : all_intervals()) {
    std::vector<Rational> whole;
    for (const Rational& x : samples(a)) {
      if (x.is_integer()) whole.push_back(x);
    }
    const auto result = integers_in(a);
    ASSERT_EQ(result.has_value(), !whole.empty()) << a;
    if (result) expect_smallest(*result, whole, a.to_string() + " ");
    if (HasFatalFailure()) return;
  }
  EXPECT_EQ(integers_in(open(Rational(1, 2), 3)), closed(1, 2));
  EXPECT_EQ(integers_in(open(0, 1)), std::nullopt);
}

/// What the pairs of samples say: all, none, or some.
std::optional<bool> agreed(const Interval& a, const Interval& b,
                           const std::function<bool(const Rational&, const Rational&)>& holds) {
  bool some = false;
  bool all = true;
  for (const Rational& x : samples(a)) {
    for (const Rational& y : samples(b)) {
      const bool result = holds(x, y);
      some = some || result;
      all = all && result;
    }
  }
  if (all) return true;
  if (!some) return false;
  return std::nullopt;
}

TEST(Interval, ComparisonsSayWhatHoldsForAll) {
  const std::vector<Interval> intervals = all_intervals();
  for (const Interval& a : intervals) {
    for (const Interval& b : intervals) {
      const std::string what = a.to_string() + " with " + b.to_string();
      ASSERT_EQ(less(a, b), agreed(a, b, std::less<Rational>())) << what;
      ASSERT_EQ(less_equal(a, b), agreed(a, b, std::less_equal<Rational>())) << what;
      ASSERT_EQ(equal(a, b), agreed(a, b, std::equal_to<Rational>())) << what;
    }
  }
}

TEST(Interval, ComparisonsAtOpenEnds) {
  EXPECT_EQ(less(open(0, 1), closed(1, 2)), true);
  EXPECT_EQ(less(closed(0, 1), closed(1, 2)), std::nullopt);
  EXPECT_EQ(less_equal(closed(0, 1), closed(1, 2)), true);
  EXPECT_EQ(less(closed(1, 2), closed(0, 1)), false);
  EXPECT_EQ(less_equal(open(1, 2), closed(0, 1)), false);
  EXPECT_EQ(equal(open(0, 1), closed(1, 2)), false);
  EXPECT_EQ(equal(closed(0, 1), closed(1, 2)), std::nullopt);
  EXPECT_EQ(less(Interval::at_most(0), Interval::more_than(0)), true);
}

}  // namespace
}  // namespace dabiao::exact
