#include "dabiao/text/nearest.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace dabiao::text {
namespace {

using Names = std::vector<std::string>;

TEST(EditDistance, counts_insertions_removals_exchanges_and_swaps) {
  EXPECT_EQ(edit_distance(U"", U""), 0U);
  EXPECT_EQ(edit_distance(U"", U"床位"), 2U);
  EXPECT_EQ(edit_distance(U"床位", U""), 2U);
  EXPECT_EQ(edit_distance(U"护理床", U"护理床位"), 1U);
  EXPECT_EQ(edit_distance(U"床护理位", U"护理床位"), 2U);
  EXPECT_EQ(edit_distance(U"床位", U"位床"), 1U);
  EXPECT_EQ(edit_distance(U"sitting", U"kitten"), 3U);
  EXPECT_EQ(edit_distance(U"abcd", U"badc"), 2U);
  EXPECT_EQ(edit_distance(U"ca", U"abc"), 3U);  // nothing is touched twice
}

TEST(EditDistance, is_symmetric) {
  const std::vector<std::u32string> words = {U"",         U"床",       U"床位", U"位床",
                                             U"护理床位", U"老年人口", U"beds"};
  for (const auto& left : words) {
    for (const auto& right : words) {
      EXPECT_EQ(edit_distance(left, right), edit_distance(right, left));
    }
  }
}

TEST(NearestName, finds_chinese_names_with_a_character_left_out) {
  const Names names = {"床位", "护理床位", "老年人口", "新增床位", "护理占比"};
  EXPECT_EQ(nearest("护理床", names), "护理床位");
  EXPECT_EQ(nearest("老人口", names), "老年人口");
  EXPECT_EQ(nearest("新床位", names), "新增床位");
}

TEST(NearestName, finds_exchanged_and_swapped_characters) {
  const Names names = {"护理床位", "老年人口", "县区", "stock"};
  EXPECT_EQ(nearest("护里床位", names), "护理床位");
  EXPECT_EQ(nearest("護理床位", names), "护理床位");
  EXPECT_EQ(nearest("老年口人", names), "老年人口");
  EXPECT_EQ(nearest("区县", names), "县区");
  EXPECT_EQ(nearest("sotck", names), "stock");
}

TEST(NearestName, finds_a_name_that_is_part_of_what_was_written_and_the_reverse) {
  EXPECT_EQ(nearest("护理占比不低于", Names{"护理占比", "床位"}), "护理占比");
  EXPECT_EQ(nearest("护理", Names{"护理床位", "老年人口"}), "护理床位");
  EXPECT_EQ(nearest("养老机构床位", Names{"机构床位", "老年人口"}), "机构床位");
}

TEST(NearestName, keeps_what_was_written_rather_than_exchanging_it) {
  EXPECT_EQ(nearest("老人口", Names{"老人数", "老年人口"}), "老年人口");
  EXPECT_EQ(nearest("床位", Names{"单位", "床位数"}), "床位数");
}

TEST(NearestName, says_nothing_where_nothing_is_near) {
  const Names names = {"床位", "老年人口", "护理占比", "beds"};
  EXPECT_EQ(nearest("政策", names), std::nullopt);
  EXPECT_EQ(nearest("办结日", names), std::nullopt);
  EXPECT_EQ(nearest("population", names), std::nullopt);
  EXPECT_EQ(nearest("x", Names{"y"}), std::nullopt);
  EXPECT_EQ(nearest("人", Names{"年龄结构", "人均可支配收入"}), std::nullopt);
  EXPECT_EQ(nearest("", names), std::nullopt);
  EXPECT_EQ(nearest("床位", Names{}), std::nullopt);
  EXPECT_EQ(nearest("床位", Names{""}), std::nullopt);
}

TEST(NearestName, a_third_of_a_longer_name_may_differ) {
  EXPECT_EQ(nearest("养老床位數", Names{"养老床位"}), "养老床位");
  EXPECT_EQ(nearest("養老床位數", Names{"养老床位数"}), "养老床位数");
  EXPECT_EQ(nearest("evaluashun", Names{"evaluation"}), "evaluation");
  EXPECT_EQ(nearest("evaporator", Names{"evaluation"}), std::nullopt);
}

TEST(NearestName, sets_case_and_full_width_forms_aside) {
  EXPECT_EQ(nearest("TARGET", Names{"table", "target"}), "target");
  EXPECT_EQ(nearest("ｔａｒｇｅｔ", Names{"table", "target"}), "target");
}

TEST(NearestName, is_never_the_name_itself) {
  EXPECT_EQ(nearest("床位", Names{"床位"}), std::nullopt);
  EXPECT_EQ(nearest("床位", Names{"床位", "床位数"}), "床位数");
}

TEST(NearestName, does_not_depend_on_the_order_of_candidates) {
  Names names = {"指标丁", "指标乙", "指标丙", "指标甲"};
  std::sort(names.begin(), names.end());
  const std::string first = names.front();
  do {
    ASSERT_EQ(nearest("指标戊", names), first);
  } while (std::next_permutation(names.begin(), names.end()));
}

TEST(NearestName, takes_any_range_of_texts) {
  EXPECT_EQ(nearest("bedz", std::set<std::string_view>{"beds", "homes"}), "beds");
  const char* const names[] = {"beds", "homes"};
  EXPECT_EQ(nearest("home", names), "homes");
}

TEST(NearestName, leaves_very_long_texts_alone) {
  const std::string text(1 << 20, 'x');
  EXPECT_EQ(nearest(text, Names{text + "y", "x"}), std::nullopt);
  EXPECT_EQ(nearest("床位", Names{text}), std::nullopt);
}

TEST(NearestName, bytes_that_are_no_utf8_are_compared_too) {
  EXPECT_EQ(nearest("bed\xFF", Names{"beds", "\xFE\xFE"}), "beds");
}

}  // namespace
}  // namespace dabiao::text
