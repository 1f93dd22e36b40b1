#include "dabiao/syntax/operands.hpp"

#include <gmock/gmock.h>

#include <utility>
#include <vector>

namespace dabiao::syntax {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;

TEST(Operands, keep_their_order_within_the_object_and_beyond_it) {
  Operands operands;
  std::vector<std::uint32_t> expected;
  EXPECT_TRUE(operands.empty());
  for (std::uint32_t id = 0; id < 1000; ++id) {
    operands.push_back(id * 7);
    expected.push_back(id * 7);
    ASSERT_THAT(operands, ElementsAreArray(expected));
    ASSERT_EQ(operands.front(), 0u);
    ASSERT_EQ(operands.back(), id * 7);
    ASSERT_EQ(Operands(std::span<const std::uint32_t>(expected)), operands);
  }
}

TEST(Operands, copies_are_their_own) {
  for (const std::uint32_t count : {0u, 1u, 3u, 4u, 5u, 16u, 17u}) {
    const std::vector<std::uint32_t> ids(count, 5);
    const Operands first{std::span<const std::uint32_t>(ids)};
    Operands second = first;
    second.push_back(6);
    EXPECT_EQ(first.size(), count);
    EXPECT_EQ(second.size(), count + 1);
    EXPECT_EQ(second.back(), 6u);
    Operands third = std::move(second);
    EXPECT_EQ(third.size(), count + 1);
    third = first;
    EXPECT_EQ(third, first);
    EXPECT_FALSE((third == Operands{5, 6}));
  }
}

TEST(Operands, are_read_from_either_end_and_written_in_place) {
  Operands operands{1, 2, 3, 4};
  operands[1] = 9;
  EXPECT_THAT(operands, ElementsAre(1, 9, 3, 4));
  EXPECT_THAT(std::vector<std::uint32_t>(operands.rbegin(), operands.rend()),
              ElementsAre(4, 3, 9, 1));
}

}  // namespace
}  // namespace dabiao::syntax
