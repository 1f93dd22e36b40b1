#include "dabiao/check/figure_table.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "lowered_plan.hpp"

namespace dabiao::check {
namespace {

using exact::Rational;
using testing::lowered_plan;
using testing::plan_line;

std::vector<FigureRow> rows(const std::string& lines) {
  return figure_table(lowered_plan(plan_line + lines));
}

const std::string beds =
    "level 市\nlevel 县 in 市\nentities 县 = { \"甲\", \"乙\" }\nunit 张\n"
    "input 床位 张 stock at 县\ninput 护理 张 stock at 县\n";

TEST(FigureTable, stated_figures_beside_their_givens) {
  const auto table = rows(beds +
                          "given 床位 = 9688 张, 护理 = 5586 张 at 市 in 2023-08\n"
                          "clause \"一\"\n"
                          "stated 护理 / 床位 = 57% in 2023-08 cite \"占比57%\"\n"
                          "stated 床位 - 护理 = 4102 张 in 2023-08\n");
  ASSERT_EQ(table.size(), 2u);
  EXPECT_EQ(table[0].kind, FigureRow::Kind::stated);
  EXPECT_EQ(table[0].figure, "护理 / 床位");
  EXPECT_EQ(table[0].period, "2023-08");
  EXPECT_EQ(table[0].clause, "一");
  EXPECT_EQ(table[0].anchors, std::vector<std::string>{"占比57%"});
  EXPECT_EQ(table[0].verdict, Verdict::truncated);
  EXPECT_EQ(table[0].unit, "%");
  EXPECT_EQ(table[0].stated, Rational(57));
  EXPECT_EQ(table[0].recomputed, Rational(558600, 9688));
  EXPECT_EQ(table[0].difference, Rational(57) - Rational(558600, 9688));
  EXPECT_EQ(table[0].from.english, "护理 = 5586 张, 床位 = 9688 张");
  EXPECT_EQ(table[1].verdict, Verdict::agrees);
  EXPECT_EQ(table[1].difference, Rational(0));
  EXPECT_EQ(table[1].difference_words.english, "");
}

TEST(FigureTable, sums_of_lists_and_ledgers_name_their_entries) {
  const auto table = rows(beds +
                          "table 任务 张 by 县 { \"甲\": 20, \"乙\": 15 }\n"
                          "table 各季 张 by quarter { 2024-Q3: 40, 2024-Q4: 35 }\n"
                          "stated sum(县: 任务) = 36 张\n"
                          "stated sum(quarter: 各季) = 75 张 in 2024\n"
                          "stated count(县) = 2\n");
  ASSERT_EQ(table.size(), 3u);
  EXPECT_EQ(table[0].verdict, Verdict::differs);
  EXPECT_EQ(table[0].difference, Rational(1));
  EXPECT_EQ(table[0].difference_words.english, "1 张");
  EXPECT_NE(table[0].from.english.find("任务[甲] = 20 张"), std::string::npos);
  EXPECT_NE(table[0].from.english.find("任务[乙] = 15 张"), std::string::npos);
  EXPECT_EQ(table[1].verdict, Verdict::agrees);
  EXPECT_EQ(table[1].from.english, "各季[2024-Q3] = 40 张, 各季[2024-Q4] = 35 张");
  EXPECT_EQ(table[2].verdict, Verdict::agrees);
  EXPECT_EQ(table[2].from.english, "count(县)");
}

TEST(FigureTable, what_is_missing_is_named) {
  const auto table = rows(beds + "stated 床位 = 5 张 at \"甲\" in 2023-08\n");
  ASSERT_EQ(table.size(), 1u);
  EXPECT_EQ(table[0].verdict, Verdict::not_recomputable);
  EXPECT_EQ(table[0].entity, "甲");
  EXPECT_FALSE(table[0].recomputed);
  EXPECT_EQ(table[0].from.english, "`床位` (甲) is not given");
}

TEST(FigureTable, parts_of_what_is_allocated) {
  const std::string flow = beds + "input 新建 张 flow each quarter at 县\n";
  const auto table = rows(flow +
                          "target 全年 : 新建 >= 700 张 in 2024 cite \"700张\"\n"
                          "target 上半年 : 新建 >= 300 张 in 2024-H1 allocates 全年\n"
                          "target 下半年 : 新建 >= 399 张 in 2024-H2 allocates 全年\n");
  ASSERT_EQ(table.size(), 1u);
  EXPECT_EQ(table[0].kind, FigureRow::Kind::allocated);
  EXPECT_EQ(table[0].figure, "全年");
  EXPECT_EQ(table[0].anchors, std::vector<std::string>{"700张"});
  EXPECT_EQ(table[0].verdict, Verdict::differs);
  EXPECT_EQ(table[0].stated, Rational(700));
  EXPECT_EQ(table[0].recomputed, Rational(699));
  EXPECT_EQ(table[0].difference, Rational(1));
  EXPECT_EQ(table[0].from.english, "上半年 300 张, 下半年 399 张");
}

}  // namespace
}  // namespace dabiao::check
