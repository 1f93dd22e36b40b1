#include "dabiao/text/spelling_map.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <string>

namespace dabiao::text {
namespace {

TEST(SpellingMap, Empty) {
  const SpellingMap<int> map;
  EXPECT_EQ(map.find("床位"), nullptr);
  EXPECT_FALSE(map.contains(""));
  EXPECT_EQ(map.size(), 0U);
}

TEST(SpellingMap, HoldsWhatAMapHolds) {
  std::deque<std::string> words;
  std::map<std::string, int> expected;
  SpellingMap<int> map;
  for (int i = 0; i < 5000; ++i) {
    // Lengths around eight bytes, many with equal beginnings and ends, each word twice.
    const std::string& word = words.emplace_back(
        std::string(i % 11, 'a') + std::to_string(i / 2 * 7919) + (i % 4 < 2 ? "b" : ""));
    EXPECT_EQ(map.contains(word), expected.contains(word)) << word;
    map[word] += i;
    expected[word] += i;
  }
  EXPECT_EQ(map.size(), expected.size());
  for (const auto& [word, value] : expected) {
    ASSERT_NE(map.find(word), nullptr) << word;
    EXPECT_EQ(*map.find(word), value) << word;
  }
  EXPECT_EQ(map.find("a"), nullptr);
}

TEST(SpellingMap, TheEmptyWordIsAWord) {
  SpellingMap<bool> map;
  map[""] = true;
  EXPECT_TRUE(map.contains(""));
  EXPECT_FALSE(map.contains(std::string_view("\0", 1)));
}

TEST(SpellingMap, KeepsWhatItHeldWhereRoomIsMade) {
  SpellingMap<int> map;
  map["一"] = 1;
  map.reserve(1000);
  ASSERT_NE(map.find("一"), nullptr);
  EXPECT_EQ(*map.find("一"), 1);
}

}  // namespace
}  // namespace dabiao::text
