#include "dabiao/syntax/seldom.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace dabiao::syntax {
namespace {

TEST(Seldom, holds_a_value_or_none) {
  Seldom<std::string> none;
  EXPECT_FALSE(none.has_value());
  const Seldom<std::string> word(std::string("word"));
  ASSERT_TRUE(word);
  EXPECT_EQ(*word, "word");
  EXPECT_EQ(word->size(), 4u);
  none = std::string("now");
  EXPECT_EQ(*none, "now");
}

TEST(Seldom, copies_are_their_own) {
  Seldom<std::string> first(std::string("a"));
  Seldom<std::string> second = first;
  *second += "b";
  EXPECT_EQ(*first, "a");
  EXPECT_EQ(*second, "ab");
  first = std::move(second);
  EXPECT_EQ(*first, "ab");
  first = std::nullopt;
  EXPECT_FALSE(first);
}

TEST(Seldom, is_made_where_it_is_needed) {
  Seldom<std::string> words;
  words.made() += "a";
  words.made() += "b";
  EXPECT_EQ(*words, "ab");
}

TEST(Seldom, takes_the_room_of_a_pointer) {
  EXPECT_EQ(sizeof(Seldom<std::string>), sizeof(void*));
}

}  // namespace
}  // namespace dabiao::syntax
