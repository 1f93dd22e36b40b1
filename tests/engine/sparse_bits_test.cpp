#include "dabiao/engine/sparse_bits.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace dabiao::engine {
namespace {

TEST(SparseBits, GivesTheLeastFirst) {
  constexpr std::size_t size = 10'000;
  SparseBits bits(size);
  std::set<std::size_t> same;
  std::mt19937 random(1);
  for (int step = 0; step < 20'000; ++step) {
    EXPECT_EQ(bits.empty(), same.empty());
    // Also what stands before that which was taken last.
    if (same.empty() || random() % 2 == 0) {
      const std::size_t number = random() % size;
      bits.insert(number);
      same.insert(number);
    } else {
      ASSERT_EQ(bits.take_least(), *same.begin());
      same.erase(same.begin());
    }
  }
}

}  // namespace
}  // namespace dabiao::engine
