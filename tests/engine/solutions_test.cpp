#include "dabiao/engine/solutions.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace dabiao::engine {
namespace {

/// Report 0 is any number from 0 to 1, report 1 a whole number from 1 to 3, report 2 any number.
const Unknowns unknowns{{{0, 1}, {1, 3}, Interval::everything()}, {false, true, false}};

Solutions at_least(Unknown unknown, const Rational& limit) {
  return {Linear{-limit, {{unknown, Rational(1)}}}, unknown, unknowns};
}
Solutions at_most(Unknown unknown, const Rational& limit) {
  return {Linear{limit, {{unknown, Rational(-1)}}}, unknown, unknowns};
}

TEST(Solutions, AreNoneAllOrSomeOfWhatAReportCanBe) {
  EXPECT_TRUE(at_least(0, 2).is_none());
  EXPECT_TRUE(at_least(0, 0).is_all(unknowns));
  EXPECT_FALSE(at_least(0, 1).is_none());
  EXPECT_FALSE(at_least(0, 1).is_all(unknowns));
  EXPECT_TRUE(at_least(0, 1).complement(unknowns).complement(unknowns) == at_least(0, 1));
  EXPECT_TRUE(at_least(2, 5).complement(unknowns).both(at_least(2, 5), unknowns).is_none());
  EXPECT_TRUE(at_least(2, 5).either(at_most(2, 5), unknowns).is_all(unknowns));
}

TEST(Solutions, EndWhereTheOthersBegin) {
  const Solutions low = at_most(0, Rational(1, 2)), high = at_least(0, Rational(1, 2));
  EXPECT_FALSE(low.both(high, unknowns).is_none());  // the half itself
  EXPECT_TRUE(low.both(low.complement(unknowns), unknowns).is_none());
  const Solutions without = low.complement(unknowns).either(high.complement(unknowns), unknowns);
  EXPECT_FALSE(without.is_all(unknowns));
  EXPECT_EQ(without.size(), 2u);
  EXPECT_TRUE(without.either(low.both(high, unknowns), unknowns).is_all(unknowns));
}

TEST(Solutions, OfWholeNumbersHaveNoneInBetween) {
  EXPECT_TRUE(at_least(1, Rational(6, 5)).both(at_most(1, Rational(9, 5)), unknowns).is_none());
  EXPECT_TRUE(at_most(1, 2).either(at_least(1, Rational(5, 2)), unknowns).is_all(unknowns));
}

TEST(JoinedTruth, PutsTogetherWhatIsSaidOfOneReport) {
  JoinedTruth both{true, {at_least(0, Rational(7, 10))}};
  EXPECT_TRUE(both.add({true, {at_least(1, 2)}}, unknowns));
  EXPECT_EQ(both.decided(unknowns), std::nullopt);
  EXPECT_EQ(both.alone(), nullptr);
  JoinedTruth any{false, {at_least(0, Rational(1, 2))}};
  EXPECT_TRUE(any.add({true, {at_most(0, Rational(1, 2))}}, unknowns));
  EXPECT_EQ(any.decided(unknowns), true);
  EXPECT_FALSE(any.add(both, unknowns));  // of two, joined otherwise
  EXPECT_TRUE(both.add({false, {at_most(0, Rational(1, 2))}}, unknowns));
  EXPECT_EQ(both.decided(unknowns), false);
  EXPECT_EQ(both.opposite(unknowns).decided(unknowns), true);
}

TEST(JoinedTruth, GivesUpOnLongChains) {
  JoinedTruth chain{true, {}};
  for (int i = 0; i < 200; ++i) {
    const Solutions one = at_least(2, i).both(at_most(2, i), unknowns);
    EXPECT_TRUE(chain.add({true, {one.complement(unknowns)}}, unknowns));
  }
  EXPECT_FALSE(chain.complete);
  EXPECT_EQ(chain.decided(unknowns), std::nullopt);
}

}  // namespace
}  // namespace dabiao::engine
