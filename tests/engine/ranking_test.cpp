#include "engine/ranking.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace dabiao::engine {
namespace {

using value::Reason;

/// What is above a member by looking at every other one.
struct OneByOne {
  Ranking::Above above;
  Reason reason = Reason::known;
};

OneByOne one_by_one(const std::vector<Cell>& family, std::size_t member) {
  OneByOne found;
  const Interval own = family[member].bounds();
  for (std::size_t i = 0; i < family.size(); ++i) {
    const Cell& other = family[i];
    if (i == member || !other.applicable() || has_no_value(other)) continue;
    const auto is_above = exact::less(own, other.bounds());
    if (is_above == false) continue;
    ++found.above.perhaps;
    if (is_above == true && !other.may_fail) {
      ++found.above.surely;
    } else if (!other.known()) {
      ++found.above.open;
      if (found.reason == Reason::known) found.reason = other.reason;
    }
  }
  return found;
}

TEST(Ranking, IsWhatEveryOtherMemberSays) {
  std::mt19937 engine(1);
  const auto dice = [&](int sides) {
    return static_cast<int>(engine() % static_cast<unsigned>(sides));
  };
  const exact::Bound infinity = exact::Bound::positive_infinity();
  constexpr Reason reasons[] = {Reason::not_reported, Reason::partial, Reason::stale};
  for (int round = 0; round < 3000; ++round) {
    std::vector<Cell> family;
    for (int n = 1 + dice(7); n > 0; --n) {
      const int low = dice(4), width = dice(4);
      Interval range{low, low + width, dice(3) == 0, dice(3) == 0};
      if (dice(5) == 0) range.high = infinity;
      if (dice(8) == 0) range.low = -infinity;
      if (range.is_empty()) range = Interval::point(low);
      switch (dice(8)) {
        case 0:
          family.push_back(Cell::missing(Reason::division_by_zero));
          break;
        case 1:
          family.push_back(Cell::missing(Reason::outside_life));
          break;
        case 2:
        case 3:
        case 4:
          family.push_back(Cell::missing(reasons[dice(3)], range));
          family.back().may_fail = dice(4) == 0;
          break;
        default:
          family.push_back(Cell::of(dice(5)));
      }
      family.back().expected = static_cast<std::uint32_t>(dice(3));
      family.back().reported =
          std::min(family.back().expected, static_cast<std::uint32_t>(dice(3)));
    }
    const Ranking ranking(family);
    for (std::size_t member = 0; member < family.size(); ++member) {
      const OneByOne expected = one_by_one(family, member);
      const Ranking::Above above = ranking.above(member, family[member].bounds());
      EXPECT_EQ(above.surely, expected.above.surely);
      EXPECT_EQ(above.perhaps, expected.above.perhaps);
      EXPECT_EQ(above.open, expected.above.open);
      if (family[member].known()) {
        EXPECT_EQ(ranking.reason_at(family[member].value), expected.reason);
      }
      // Whatever the order, the least complete one tells how complete they are together.
      Cell mine, together;
      inherit(mine, family[member]);
      together = mine;
      inherit(together, ranking.together());
      for (std::size_t i = 0; i < family.size(); ++i) {
        if (i != member) inherit(mine, family[i]);
      }
      EXPECT_EQ(together.reported, mine.reported);
      EXPECT_EQ(together.expected, mine.expected);
    }
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace dabiao::engine
