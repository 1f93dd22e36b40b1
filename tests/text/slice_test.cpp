#include "dabiao/text/slice.hpp"

#include <gtest/gtest.h>

namespace dabiao::text {
namespace {

TEST(Slice, is_used_like_the_string_that_it_stands_for) {
  const std::string text = "护理床位 beds";
  const Slice name = std::string_view(text).substr(0, 12);
  const std::string copy = name;
  EXPECT_EQ(copy, "护理床位");
  EXPECT_EQ(name, copy);
  EXPECT_EQ("`" + name + "`", "`护理床位`");
  EXPECT_EQ(copy + name, "护理床位护理床位");
  EXPECT_EQ(name + copy, "护理床位护理床位");
  EXPECT_EQ(name + name, "护理床位护理床位");
  EXPECT_EQ(name.data(), text.data());
  EXPECT_TRUE(Slice().empty());
}

}  // namespace
}  // namespace dabiao::text
