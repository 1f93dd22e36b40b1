#include "dabiao/syntax/keywords.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "dabiao/syntax/operators.hpp"
#include "dabiao/syntax/token.hpp"

namespace dabiao::syntax {
namespace {

TEST(Keywords, every_spelling_leads_to_its_row) {
  for (const KeywordRow& row : all_keywords()) {
    for (const std::string_view spelling : {row.english, row.simplified, row.traditional}) {
      ASSERT_FALSE(spelling.empty());
      const KeywordSpelling found = find_keyword(spelling);
      ASSERT_NE(found.row, nullptr) << spelling;
      // `in` of a hierarchy shares its English word.
      if (row.keyword == Keyword::part_of && spelling == "in") continue;
      EXPECT_EQ(found.row->keyword, row.keyword) << spelling;
    }
  }
}

TEST(Keywords, no_spelling_belongs_to_two_keywords_or_to_an_operator) {
  std::set<std::string_view> seen;
  for (const KeywordRow& row : all_keywords()) {
    std::set<std::string_view> own = {row.english, row.simplified, row.traditional};
    if (row.keyword == Keyword::part_of) own.erase("in");
    for (const std::string_view spelling : own) {
      EXPECT_TRUE(seen.insert(spelling).second) << spelling;
      EXPECT_FALSE(is_operator(spelling)) << spelling;
    }
  }
}

TEST(Keywords, chinese_words_of_the_design) {
  const std::pair<const char*, Keyword> words[] = {
      {"计划", Keyword::plan},
      {"来源", Keyword::source},
      {"期限", Keyword::window},
      {"层级", Keyword::level},
      {"单位", Keyword::unit},
      {"阶段", Keyword::stages},
      {"数据", Keyword::input},
      {"指标", Keyword::indicator},
      {"目标", Keyword::target},
      {"表", Keyword::table},
      {"分组", Keyword::group},
      {"名单", Keyword::entities},
      {"已知", Keyword::given},
      {"自述", Keyword::stated},
      {"已阅", Keyword::noted},
      {"因", Keyword::because},
      {"长期", Keyword::always},
      {"条款", Keyword::clause},
      {"节假日", Keyword::holidays},
      {"抓手", Keyword::lever},
      {"情景", Keyword::scenario},
      {"流量", Keyword::flow},
      {"存量", Keyword::stock},
      {"常量", Keyword::constant},
      {"是否", Keyword::yesno},
      {"日期", Keyword::date},
      {"按", Keyword::at},
      {"每", Keyword::each},
      {"每个", Keyword::each},
      {"每月", Keyword::each_month},
      {"每季度", Keyword::each_quarter},
      {"每半年", Keyword::each_half},
      {"每年", Keyword::each_year},
      {"每日", Keyword::each_day},
      {"截至", Keyword::by},
      {"缺报视为", Keyword::missing_is},
      {"未到", Keyword::later},
      {"牵头", Keyword::lead},
      {"责任", Keyword::responsible},
      {"配合", Keyword::cooperating},
      {"依据", Keyword::cite},
      {"标注", Keyword::tag},
      {"其中", Keyword::where},
      {"节点", Keyword::milestones},
      {"分解", Keyword::allocates},
      {"若", Keyword::if_},
      {"则", Keyword::then},
      {"否则", Keyword::else_},
      {"期初", Keyword::start},
      {"上期", Keyword::previous},
      {"限期", Keyword::due},
      {"期末", Keyword::end},
      {"是", Keyword::yes},
      {"否", Keyword::no},
      {"日前", Keyword::before_day},
      {"范围", Keyword::range},
      {"有效期", Keyword::fresh},
      {"計劃", Keyword::plan},
      {"屬於", Keyword::part_of},
      {"牽頭", Keyword::lead},
      {"缺報視為", Keyword::missing_is},
      {"否則", Keyword::else_},
      {"節點", Keyword::milestones},
  };
  for (const auto& [word, keyword] : words) {
    const KeywordSpelling found = find_keyword(word);
    ASSERT_NE(found.row, nullptr) << word;
    EXPECT_EQ(found.row->keyword, keyword) << word;
  }
}

TEST(Keywords, words_that_plans_want_as_names_are_not_reserved) {
  for (const char* word : {"month", "月",   "year", "flow",   "stock",  "constant", "later", "off",
                           "work",  "step", "cost", "opened", "closed", "number",   "sum",   "last",
                           "成本",  "日期", "其他", "合计",   "title",  "count",    "end"}) {
    EXPECT_EQ(find_keyword(word).row->role, Role::contextual) << word;
    EXPECT_FALSE(needs_backquotes(word)) << word;
  }
  for (const char* word :
       {"target", "目标", "by", "截至", "due", "不低于", "and", "且", "至", "at"}) {
    EXPECT_TRUE(needs_backquotes(word)) << word;
  }
}

TEST(Keywords, spelled_in_each_language) {
  EXPECT_EQ(spelled(Keyword::each_quarter, Language::english), "each quarter");
  EXPECT_EQ(spelled(Keyword::each_quarter, Language::simplified), "每季度");
  EXPECT_EQ(spelled(Keyword::milestones, Language::traditional), "節點");
}

TEST(Keywords, grain_words) {
  EXPECT_EQ(grain_word("month"), calendar::Grain::month);
  EXPECT_EQ(grain_word("月"), calendar::Grain::month);
  EXPECT_EQ(grain_word("季度"), calendar::Grain::quarter);
  EXPECT_EQ(grain_word("半年"), calendar::Grain::half);
  EXPECT_EQ(grain_word("乡镇"), std::nullopt);
  EXPECT_EQ(grain_word(calendar::Grain::half, Language::english), "half");
}

TEST(Keywords, a_comparison_inside_a_name_is_shown_with_its_space) {
  EXPECT_EQ(with_space_before_keyword("护理占比不低于60"), "护理占比 不低于60");
  EXPECT_EQ(with_space_before_keyword("占比达到目标值"), "占比 达到 目标值");
  // The longer of two that begin together.
  EXPECT_EQ(with_space_before_keyword("甲不超过5"), "甲 不超过5");
  EXPECT_EQ(with_space_before_keyword("床位"), "");
  EXPECT_EQ(with_space_before_keyword("不低于"), "");
}

TEST(Operators, every_row_has_spellings_and_each_leads_back) {
  for (const OperatorRow& row : all_operators()) {
    EXPECT_EQ(operator_of_function(row.function), &row);
    std::size_t count = 0;
    for (const OperatorSpelling& spelling : all_operator_spellings()) {
      if (spelling.row != &row) continue;
      ++count;
      EXPECT_EQ(find_operator(spelling.text, row.fixity)->row, &row) << spelling.text;
      EXPECT_EQ(operator_spelling(row, spelling.number).text, spelling.text);
    }
    EXPECT_GT(count, 0u) << row.function;
  }
}

TEST(Operators, the_language_of_words_and_the_neutrality_of_symbols) {
  const OperatorRow& row = *operator_of_function("greater_equal");
  EXPECT_EQ(operator_spelling(row, Language::simplified).text, "不少于");
  EXPECT_EQ(operator_spelling(row, Language::traditional).text, "不少於");
  EXPECT_EQ(operator_spelling(row, std::uint8_t{0}).text, ">=");
  EXPECT_EQ(operator_spelling(row, std::uint8_t{0}).language, std::nullopt);
  // No word in that language: the symbol.
  EXPECT_EQ(operator_spelling(*operator_of_function("add"), Language::simplified).text, "+");
}

TEST(Operators, a_minus_is_two_operators) {
  EXPECT_EQ(find_operator("-", Fixity::prefix)->row->function, "negate");
  EXPECT_EQ(find_operator("-", Fixity::infix)->row->function, "subtract");
  EXPECT_EQ(find_operator("+", Fixity::prefix), nullptr);
}

}  // namespace
}  // namespace dabiao::syntax
