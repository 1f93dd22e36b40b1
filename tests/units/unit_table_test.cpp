#include "dabiao/units/unit_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "dabiao/text/render.hpp"
#include "dabiao/units/known_units.hpp"

namespace dabiao::units {
namespace {

class UnitTableTest : public ::testing::Test {
 protected:
  UnitTableTest() { declare("张", "人", "家", "户", "分"); }

  template <class... Names>
  void declare(const Names&... names) {
    text::Diagnostics diagnostics;
    (table_.declare(names, "", {}, diagnostics), ...);
    ASSERT_TRUE(diagnostics.empty());
  }
  Unit unit(std::string_view text) const {
    const std::optional<Unit> result = table_.parse(text);
    EXPECT_TRUE(result) << text;
    return result.value_or(Unit());
  }
  Rational scale(std::string_view text) const { return unit(text).scale(); }

  /// What is wrong with a text that stands at byte 100 of a plan.
  text::Diagnostic problem(std::string_view text) const {
    text::Diagnostics diagnostics;
    const text::Place place{100, 100 + static_cast<std::uint32_t>(text.size())};
    EXPECT_FALSE(table_.parse(text, place, diagnostics)) << text;
    if (diagnostics.empty()) {
      ADD_FAILURE() << "no diagnostic for " << text;
      return text::Diagnostic(text::kind("unexpected_token"));
    }
    return diagnostics.list().front();
  }
  std::string problem_name(std::string_view text) const {
    return std::string(problem(text).kind->name);
  }
  /// The longest unit at the beginning of a text.
  std::string longest(std::string_view text) const {
    return std::string(text.substr(0, table_.names().longest_unit_prefix(text)));
  }

  UnitTable table_;
};

// ---- names -----------------------------------------------------------------------------------

TEST_F(UnitTableTest, KnowsEverySpellingOfTheTable) {
  std::size_t spellings = 0;
  for (const KnownUnit& row : known_units) {
    std::string_view names = row.names;
    while (!names.empty()) {
      const std::size_t end = names.find(' ');
      const std::string_view name = names.substr(0, end);
      const std::optional<Unit> found = table_.find(name);
      ASSERT_TRUE(found) << name;
      EXPECT_EQ(found->dimension(), Dimension(row.base, row.exponent)) << name;
      EXPECT_EQ(found->scale(), Rational(row.numerator, row.denominator)) << name;
      EXPECT_EQ(found->text(), name);
      EXPECT_EQ(unit(name), *found) << name;
      EXPECT_EQ(longest(name), name);
      ++spellings;
      names = end == std::string_view::npos ? std::string_view() : names.substr(end + 1);
    }
  }
  EXPECT_GT(spellings, 60U);
}

TEST_F(UnitTableTest, CountedThingsAreNotBuiltIn) {
  const UnitTable fresh;
  for (const char* name : {"个", "次", "张", "人", "户", "千人", "百户", "所", "件"}) {
    EXPECT_FALSE(fresh.is_unit_name(name)) << name;
  }
  EXPECT_TRUE(fresh.is_unit_name("万元"));
}

TEST_F(UnitTableTest, SimplifiedTraditionalAndEnglishAreTheSame) {
  EXPECT_EQ(unit("萬元"), unit("万元"));
  EXPECT_EQ(unit("億元"), unit("亿元"));
  EXPECT_EQ(unit("百萬元"), unit("百万元"));
  EXPECT_EQ(unit("畝"), unit("亩"));
  EXPECT_EQ(unit("公頃"), unit("公顷"));
  EXPECT_EQ(unit("小時"), unit("hours"));
  EXPECT_EQ(unit("個月"), unit("months"));
  EXPECT_EQ(unit("百分點"), unit("百分点"));
  EXPECT_EQ(unit("%"), unit("%"));
  EXPECT_EQ(unit("km"), unit("公里"));
}

TEST_F(UnitTableTest, MagnitudesComeFree) {
  EXPECT_EQ(scale("十张"), 10);
  EXPECT_EQ(scale("百户"), 100);
  EXPECT_EQ(scale("千人"), 1000);
  EXPECT_EQ(scale("万人"), 10'000);
  EXPECT_EQ(scale("十万人"), 100'000);
  EXPECT_EQ(scale("百万人"), 1'000'000);
  EXPECT_EQ(scale("千万人"), 10'000'000);
  EXPECT_EQ(scale("亿人"), 100'000'000);
  EXPECT_EQ(scale("百亿元"), 10'000'000'000);
  EXPECT_EQ(scale("千亿元"), 100'000'000'000);
  EXPECT_EQ(scale("万亿元"), 1'000'000'000'000);
  EXPECT_EQ(scale("万亩"), Rational(20'000'000, 3));
  EXPECT_EQ(scale("万平方米"), 10'000);
  EXPECT_EQ(scale("万㎡"), 10'000);
  EXPECT_EQ(scale("万吨"), 10'000'000'000);
  EXPECT_EQ(scale("百米"), 100);
  EXPECT_EQ(scale("千米"), 1000);
  EXPECT_TRUE(compatible(unit("千人"), unit("人")));
  EXPECT_EQ(unit("千人").text(), "千人");
}

TEST_F(UnitTableTest, APowerIsOfTheUnitNotOfItsMagnitude) {
  EXPECT_EQ(scale("万m²"), 10'000);
  EXPECT_EQ(scale("万米^2"), 10'000);
  EXPECT_EQ(scale("万km²"), 10'000'000'000);
  EXPECT_EQ(scale("元/万m²"), Rational(1, 10'000));
  EXPECT_EQ(scale("千人^-1"), 1000);
  EXPECT_EQ(unit("万m²"), unit("万㎡"));
  EXPECT_EQ(unit("万m^2").text(), "万m²");
  EXPECT_EQ(unit("千米²"), unit("km²"));  // 千米 is a unit of its own
  EXPECT_EQ(scale("(千人)²"), 1'000'000);
  EXPECT_EQ(unit("千人^0"), Unit());
  EXPECT_EQ(multiply(unit("万m²/人"), unit("人"))->text(), "万m²");
  EXPECT_EQ(problem_name("千人^17"), "unit_power_too_high");
  EXPECT_EQ(problem_name("万m²²"), "unit_power_too_high");
}

TEST_F(UnitTableTest, NotEverythingTakesAMagnitude) {
  for (const char* name : {"百%", "千‰", "万百分点", "十成", "百", "万", "百百人", "万千人", "人千",
                           "亿万人", "千床"}) {
    EXPECT_FALSE(table_.is_unit_name(name)) << name;
  }
  EXPECT_EQ(scale("百分点"), Rational(1, 100));
}

TEST_F(UnitTableTest, ADeclaredNameWinsOverTheMagnitude) {
  EXPECT_EQ(scale("百分"), 100);  // a hundred points
  EXPECT_TRUE(compatible(unit("千人"), unit("人")));
  declare("千人");
  EXPECT_FALSE(compatible(unit("千人"), unit("人")));
  EXPECT_EQ(scale("千人"), 1);
  EXPECT_TRUE(is_counted_singly(unit("千人")));
  EXPECT_TRUE(compatible(unit("百人"), unit("人")));
  EXPECT_EQ(scale("百人"), 100);
}

TEST_F(UnitTableTest, AMagnitudeStandsBeforeADeclaredNameThatHasOne) {
  declare("万人");
  EXPECT_TRUE(compatible(unit("百万人"), unit("万人")));
  EXPECT_FALSE(compatible(unit("百万人"), unit("人")));
  EXPECT_EQ(scale("百万人"), 100);
}

TEST_F(UnitTableTest, RefusesNamesThatAreTaken) {
  text::Diagnostics diagnostics;
  EXPECT_FALSE(table_.declare("张", "", {3, 6}, diagnostics));
  EXPECT_FALSE(table_.declare("元", "", {7, 10}, diagnostics));
  EXPECT_FALSE(table_.declare_multiple("天", "", 1, unit("张"), {11, 14}, diagnostics));
  ASSERT_EQ(diagnostics.size(), 3U);
  EXPECT_EQ(diagnostics.list()[0].kind->name, "unit_declared_twice");
  EXPECT_EQ(diagnostics.list()[0].place, (text::Place{3, 6}));
  EXPECT_EQ(diagnostics.list()[1].kind->name, "known_unit_declared");
  EXPECT_EQ(diagnostics.list()[2].kind->name, "known_unit_declared");
  EXPECT_EQ(text::message(diagnostics.list()[0], text::Language::english),
            "the unit `张` is already declared");
  EXPECT_EQ(scale("天"), 1);
}

TEST_F(UnitTableTest, ARefusedDeclarationChangesNothing) {
  text::Diagnostics diagnostics;
  table_.declare("元", "", {}, diagnostics);
  EXPECT_EQ(unit("元").dimension(), Dimension(money_dimension));
  EXPECT_THAT(table_.declared(), ::testing::ElementsAre("张", "人", "家", "户", "分"));
  declare("所");
  EXPECT_FALSE(compatible(unit("所"), unit("分")));
}

TEST_F(UnitTableTest, RemembersLabelsAndOrder) {
  text::Diagnostics diagnostics;
  table_.declare("床", "养老床位", {}, diagnostics);
  EXPECT_EQ(table_.label("床"), "养老床位");
  EXPECT_EQ(table_.label("张"), "");
  EXPECT_EQ(table_.label("元"), "");
  EXPECT_TRUE(table_.is_declared("床"));
  EXPECT_FALSE(table_.is_declared("元"));
  EXPECT_FALSE(table_.is_declared("千人"));
}

TEST_F(UnitTableTest, CopiesAreIndependentAndKeepWhatTheyKnew) {
  UnitTable copy = table_;
  text::Diagnostics diagnostics;
  copy.declare("所", "", {}, diagnostics);
  EXPECT_TRUE(copy.is_unit_name("所"));
  EXPECT_FALSE(table_.is_unit_name("所"));
  EXPECT_EQ(*copy.find("张"), *table_.find("张"));
}

// ---- multiples -------------------------------------------------------------------------------

TEST_F(UnitTableTest, MultiplesConvert) {
  text::Diagnostics diagnostics;
  declare("瓶");
  ASSERT_TRUE(table_.declare_multiple("床", "", 1, unit("张"), {}, diagnostics));
  ASSERT_TRUE(table_.declare_multiple("箱", "", 12, unit("瓶"), {}, diagnostics));
  ASSERT_TRUE(table_.declare_multiple("车", "", 40, unit("箱"), {}, diagnostics));
  ASSERT_TRUE(table_.declare_multiple("市尺", "", Rational(1, 3), unit("米"), {}, diagnostics));
  ASSERT_TRUE(table_.declare_multiple("人月", "", 1, unit("人·月"), {}, diagnostics));
  ASSERT_TRUE(table_.declare_multiple("打", "", 12, Unit(), {}, diagnostics));
  EXPECT_TRUE(diagnostics.empty());
  EXPECT_EQ(unit("床"), unit("张"));
  EXPECT_EQ(factor(unit("车"), unit("瓶")), 480);
  EXPECT_EQ(factor(unit("千箱"), unit("瓶")), 12'000);
  EXPECT_EQ(factor(unit("米"), unit("市尺")), 3);
  EXPECT_FALSE(compatible(unit("箱"), unit("张")));
  EXPECT_TRUE(is_counted(unit("箱")));
  EXPECT_FALSE(is_counted_singly(unit("箱")));
  EXPECT_TRUE(is_counted_singly(unit("床")));
  EXPECT_TRUE(unit("打").dimensionless());
  EXPECT_EQ(unit("元/人月"), unit("元/(人·月)"));
  // 人月 and 人 share a base, so the quotient is written in base units.
  EXPECT_EQ(divide(unit("人月"), unit("人"))->text(), "月");
  EXPECT_EQ(multiply(unit("人月"), unit("张"))->text(), "人月·张");
}

TEST_F(UnitTableTest, RefusesMultiplesThatAreNoScale) {
  text::Diagnostics diagnostics;
  EXPECT_FALSE(table_.declare_multiple("床", "", 0, unit("张"), {}, diagnostics));
  EXPECT_FALSE(table_.declare_multiple("床", "", -2, unit("张"), {}, diagnostics));
  EXPECT_FALSE(
      table_.declare_multiple("床", "", Rational(10).pow(60), unit("张"), {}, diagnostics));
  ASSERT_EQ(diagnostics.size(), 3U);
  EXPECT_EQ(diagnostics.list()[0].kind->name, "unit_multiple_not_positive");
  EXPECT_EQ(diagnostics.list()[1].kind->name, "unit_multiple_not_positive");
  EXPECT_EQ(text::message(diagnostics.list()[1], text::Language::english),
            "the unit `床` is declared as `-2` of another, expected a number above zero");
  EXPECT_EQ(diagnostics.list()[2].kind->name, "unit_scale_too_long");
  EXPECT_FALSE(table_.is_unit_name("床"));
  EXPECT_TRUE(table_.declare_multiple("床", "", Rational(10).pow(59), unit("张"), {}, diagnostics));
}

TEST_F(UnitTableTest, SaysWhenThereIsNoRoomForMoreKinds) {
  text::Diagnostics diagnostics;
  int declared = 0;
  for (; declared < 70'000; ++declared) {
    if (!table_.declare("thing" + std::to_string(declared), "", {}, diagnostics)) break;
  }
  EXPECT_EQ(declared, 65'535 - 5 - 5);
  ASSERT_EQ(diagnostics.size(), 1U);
  EXPECT_EQ(diagnostics.list()[0].kind->name, "too_many_units");
  EXPECT_FALSE(compatible(unit("thing0"), unit("thing65000")));
}

// ---- parsing ---------------------------------------------------------------------------------

TEST_F(UnitTableTest, ReadsQuotientsProductsAndPowers) {
  EXPECT_EQ(unit("张/千人").scale(), Rational(1, 1000));
  EXPECT_EQ(unit("元/(人·月)"), unit("元/人/月"));
  EXPECT_EQ(unit("元/(人*月)").text(), "元/(人·月)");
  EXPECT_EQ(unit("元/(人/月)"), unit("元·月/人"));
  EXPECT_EQ(unit("(元/人)/月"), unit("元/(人·月)"));
  EXPECT_EQ(unit("(元/人)²"), unit("元²/人²"));
  EXPECT_EQ(unit("元/(人·月)²"), unit("元/(人²·月²)"));
  EXPECT_EQ(unit("m^3"), unit("立方米"));
  EXPECT_EQ(unit("m³"), unit("立方米"));
  EXPECT_EQ(unit("人^-1"), unit("1/人"));
  EXPECT_EQ(unit("人⁻²"), unit("1/人^2"));
  EXPECT_EQ(unit("m²/m"), unit("m"));
  EXPECT_EQ(unit("人^0"), Unit());
  EXPECT_TRUE(unit("").plain());
  EXPECT_TRUE(unit("  ").plain());
}

TEST_F(UnitTableTest, KeepsTheTextAsWrittenButPlain) {
  EXPECT_EQ(unit(" 张 / 千人 ").text(), "张/千人");
  EXPECT_EQ(unit("张/千人").text(), "张/千人");
  EXPECT_EQ(unit("人*月").text(), "人·月");
  EXPECT_EQ(unit("人⋅月").text(), "人·月");
  EXPECT_EQ(unit("人×月").text(), "人·月");
  EXPECT_EQ(unit("m^2").text(), "m²");
  EXPECT_EQ(unit("公里").text(), "公里");
  EXPECT_EQ(unit("%").text(), "%");
  EXPECT_EQ(unit("人/人").text(), "人/人");
  EXPECT_TRUE(unit("人/人").dimensionless());
  EXPECT_EQ(unit("1/年").text(), "1/年");
}

TEST_F(UnitTableTest, BackquotesFreeAName) {
  declare("床 位/日");
  EXPECT_EQ(unit("`床 位/日`").text(), "`床 位/日`");
  EXPECT_EQ(unit("元/`床 位/日`").text(), "元/`床 位/日`");
  EXPECT_EQ(unit("`张`"), unit("张"));
  EXPECT_EQ(unit("`张`").text(), "张");
  EXPECT_EQ(longest("`床 位/日`/人 x"), "`床 位/日`/人");
}

TEST_F(UnitTableTest, AQuotientIsNotANameWithASlash) {
  declare("张/人");
  EXPECT_EQ(divide(unit("张"), unit("人")), unit("张/人"));
  EXPECT_NE(unit("`张/人`"), unit("张/人"));
}

TEST_F(UnitTableTest, NamesTheUnknownPartAndTheNearest) {
  const text::Diagnostic what = problem("张/千亻");
  EXPECT_EQ(what.kind->name, "unknown_unit");
  EXPECT_EQ(what.place, (text::Place{104, 110}));
  EXPECT_EQ(text::message(what, text::Language::english), "unknown unit `千亻`");
  EXPECT_EQ(text::message(what, text::Language::chinese), "未知单位 `千亻`");
  EXPECT_EQ(problem("KM").suggestion, "km");
  EXPECT_EQ(problem("万平方水").suggestion, "万平方米");
  EXPECT_EQ(problem("平方工里").suggestion, "平方公里");
  EXPECT_EQ(problem("zzzzzz").suggestion, "");
}

TEST_F(UnitTableTest, NamesEveryUnknownPart) {
  text::Diagnostics diagnostics;
  EXPECT_FALSE(table_.parse("foo/人/bar", {0, 11}, diagnostics));
  ASSERT_EQ(diagnostics.size(), 2U);
  EXPECT_EQ(diagnostics.list()[0].place, (text::Place{0, 3}));
  EXPECT_EQ(diagnostics.list()[1].place, (text::Place{8, 11}));
}

TEST_F(UnitTableTest, SuggestsTheWholeTextWhereThePartHasNoPlace) {
  text::Diagnostics diagnostics;
  EXPECT_FALSE(table_.parse("元/KM", {50, 99}, diagnostics));
  ASSERT_EQ(diagnostics.size(), 1U);
  EXPECT_EQ(diagnostics.list()[0].place, (text::Place{50, 99}));
  EXPECT_EQ(diagnostics.list()[0].suggestion, "元/km");
}

TEST_F(UnitTableTest, ReportsWhatIsNoUnit) {
  EXPECT_EQ(problem_name("张/"), "unit_unfinished");
  EXPECT_EQ(problem_name("/张"), "unit_form");
  EXPECT_EQ(problem_name("(张"), "unit_unfinished");
  EXPECT_EQ(problem_name("张)"), "unit_form");
  EXPECT_EQ(problem_name("()"), "unit_form");
  EXPECT_EQ(problem_name("张 人"), "unit_form");
  EXPECT_EQ(problem_name("张+人"), "unit_form");
  EXPECT_EQ(problem_name("3张"), "unit_form");
  EXPECT_EQ(problem_name("张/100人"), "unit_form");
  EXPECT_EQ(problem_name("1"), "unit_unfinished");
  EXPECT_EQ(problem_name("张^"), "unit_unfinished");
  EXPECT_EQ(problem_name("张^人"), "unit_form");
  EXPECT_EQ(problem_name("张²²"), "unit_power_too_high");
  EXPECT_EQ(problem_name("张^17"), "unit_power_too_high");
  EXPECT_EQ(problem_name("张^99999999999999999999"), "unit_power_too_high");
  EXPECT_EQ(problem_name("(张^16)^16"), "unit_power_too_high");
  EXPECT_EQ(problem_name("((((张^16)^16)^16)^16)^16"), "unit_power_too_high");
  EXPECT_EQ(problem_name("张⁻"), "unit_power_too_high");
  EXPECT_EQ(problem_name("``"), "unit_form");
  EXPECT_EQ(problem_name("`张"), "unit_form");
  EXPECT_EQ(problem_name("\xFF"), "unit_form");
  EXPECT_EQ(problem_name(std::string(100'000, '(')), "unit_form");
  const text::Diagnostic what = problem("张+人");
  EXPECT_EQ(what.place, (text::Place{103, 104}));
  EXPECT_EQ(text::message(what, text::Language::english),
            "`张+人` is not a unit: `+` cannot stand here");
}

TEST_F(UnitTableTest, AProductAfterAQuotientIsUnclear) {
  const text::Diagnostic what = problem("元/人·月");
  EXPECT_EQ(what.kind->name, "unit_quotient_unclear");
  EXPECT_EQ(what.suggestion, "元/(人·月)");
  EXPECT_EQ(unit("元·月/人"), unit("(元/人)·月"));
  EXPECT_EQ(problem("元/人·月/张").suggestion, "");
}

// ---- the longest run -------------------------------------------------------------------------

TEST_F(UnitTableTest, TakesTheLongestRunOfUnitNames) {
  EXPECT_EQ(longest("张/千人 by 2023-12-31"), "张/千人");
  EXPECT_EQ(longest("㎡/张) else 0"), "㎡/张");
  EXPECT_EQ(longest("元/(人·月) and"), "元/(人·月)");
  EXPECT_EQ(longest("㎡/百户 and 面积"), "㎡/百户");
  EXPECT_EQ(longest("% 标注"), "%");
  EXPECT_EQ(longest("%且"), "%");
  EXPECT_EQ(longest("% x"), "%");
  EXPECT_EQ(longest("‰"), "‰");
  EXPECT_EQ(longest("m²/人"), "m²/人");
  EXPECT_EQ(longest("m^2/人"), "m^2/人");
  EXPECT_EQ(longest("张/千人"), "张/千人");
}

TEST_F(UnitTableTest, StopsBeforeWhatIsNoUnit) {
  EXPECT_EQ(longest("张/老年人口"), "张");
  EXPECT_EQ(longest("元/(收入)"), "元");
  EXPECT_EQ(longest("元/(人·收入)"), "元");
  EXPECT_EQ(longest("元/(人·月"), "元");
  EXPECT_EQ(longest("分*attained(x)"), "分");
  EXPECT_EQ(longest("分 * 人"), "分");
  EXPECT_EQ(longest("张 / 人"), "张");
  EXPECT_EQ(longest("张/ 人"), "张");
  EXPECT_EQ(longest("张/3"), "张");
  EXPECT_EQ(longest("张^x"), "张");
  EXPECT_EQ(longest("张-人"), "张");
}

TEST_F(UnitTableTest, WordsAreTakenWhole) {
  EXPECT_EQ(longest("人口"), "");
  EXPECT_EQ(longest("张床位"), "");
  EXPECT_EQ(longest("张_2"), "");
  EXPECT_EQ(longest("张至40张"), "");
  EXPECT_EQ(longest("metres"), "");
  EXPECT_EQ(longest(""), "");
  EXPECT_EQ(longest(" 张"), "");
  EXPECT_EQ(longest("床位 / 人"), "");
  EXPECT_EQ(longest(std::string(100'000, '(')), "");
}

TEST_F(UnitTableTest, WhatTheRunTakesIsReadAsAUnit) {
  for (const char* text :
       {"张/千人 x", "元/(人·月) x", "㎡/百户", "m^2/人", "万元/张,", "人·月)"}) {
    EXPECT_TRUE(table_.parse(longest(text))) << text;
  }
}

TEST_F(UnitTableTest, ReadsOnlyAsFarAsTheUnitGoes) {
  // A run in front of a long text must not look at all of it.
  std::string text = "张 ";
  text += std::string(1'000'000, 'x');
  for (int i = 0; i < 10'000; ++i) ASSERT_EQ(table_.names().longest_unit_prefix(text), 3U);
}

// ---- magnitudes and shared units -------------------------------------------------------------

TEST(Magnitude, StandsAlone) {
  EXPECT_EQ(magnitude("万"), Rational(10'000));
  EXPECT_EQ(magnitude("萬"), Rational(10'000));
  EXPECT_EQ(magnitude("百"), Rational(100));
  EXPECT_EQ(magnitude("千万"), Rational(10'000'000));
  EXPECT_EQ(magnitude("亿"), Rational(100'000'000));
  EXPECT_EQ(magnitude("百億"), Rational(10'000'000'000));
  EXPECT_EQ(magnitude(""), std::nullopt);
  EXPECT_EQ(magnitude("万元"), std::nullopt);
  EXPECT_EQ(magnitude("万万"), std::nullopt);
}

TEST(SharedUnits, AreThoseOfEveryTable) {
  const UnitTable table;
  EXPECT_EQ(days(), *table.find("日"));
  EXPECT_EQ(percent(), *table.find("%"));
  EXPECT_EQ(percent().text(), "%");
}

}  // namespace
}  // namespace dabiao::units
