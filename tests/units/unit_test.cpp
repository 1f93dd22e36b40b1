#include "dabiao/units/unit.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "dabiao/units/unit_table.hpp"

namespace dabiao::units {
namespace {

class UnitTest : public ::testing::Test {
 protected:
  UnitTest() {
    text::Diagnostics diagnostics;
    for (const char* name : {"张", "人", "户", "家", "个", "次"}) {
      table_.declare(name, "", {}, diagnostics);
    }
    EXPECT_TRUE(diagnostics.empty());
  }
  Unit unit(std::string_view text) const {
    const std::optional<Unit> result = table_.parse(text);
    EXPECT_TRUE(result) << text;
    return result.value_or(Unit());
  }
  Rational convert(std::string_view from, std::string_view to) const {
    return factor(unit(from), unit(to));
  }
  std::string product(std::string_view a, std::string_view b) const {
    return multiply(unit(a), unit(b))->text();
  }
  std::string quotient(std::string_view a, std::string_view b) const {
    return divide(unit(a), unit(b))->text();
  }

  UnitTable table_;
};

TEST_F(UnitTest, ThePlainNumberIsTheDefault) {
  const Unit plain;
  EXPECT_TRUE(plain.plain());
  EXPECT_TRUE(plain.dimensionless());
  EXPECT_EQ(plain.scale(), 1);
  EXPECT_EQ(plain.text(), "");
  EXPECT_TRUE(plain.factors().empty());
  EXPECT_EQ(plain, unit("倍"));
  EXPECT_FALSE(unit("倍").plain());
}

TEST_F(UnitTest, CountedThingsNeverMix) {
  EXPECT_FALSE(compatible(unit("张"), unit("人")));
  EXPECT_FALSE(compatible(unit("千人"), unit("千张")));
  EXPECT_FALSE(compatible(unit("张"), Unit()));
  EXPECT_FALSE(compatible(unit("张/人"), unit("人/张")));
  EXPECT_FALSE(compatible(unit("张/人"), unit("张/户")));
  EXPECT_TRUE(compatible(unit("张/千人"), unit("张/人")));
}

TEST_F(UnitTest, TheTwoFamiliesOfTimeDoNotConvert) {
  for (const char* day : {"日", "天", "周", "小时", "分钟"}) {
    for (const char* month : {"月", "个月", "季度", "年", "半年"}) {
      EXPECT_FALSE(compatible(unit(day), unit(month))) << day << " " << month;
    }
  }
  EXPECT_EQ(convert("周", "日"), 7);
  EXPECT_EQ(convert("日", "小时"), 24);
  EXPECT_EQ(convert("小时", "分钟"), 60);
  EXPECT_EQ(convert("分钟", "周"), Rational(1, 10080));
  EXPECT_EQ(convert("年", "月"), 12);
  EXPECT_EQ(convert("季度", "个月"), 3);
  EXPECT_EQ(convert("年", "半年"), 2);
}

TEST_F(UnitTest, ConvertsExactly) {
  EXPECT_EQ(convert("亩", "㎡"), Rational(2000, 3));
  EXPECT_EQ(convert("公顷", "亩"), 15);
  EXPECT_EQ(convert("平方公里", "亩"), 1500);
  EXPECT_EQ(convert("km²", "m2"), 1'000'000);
  EXPECT_EQ(convert("公里", "毫米"), 1'000'000);
  EXPECT_EQ(convert("厘米", "m"), Rational(1, 100));
  EXPECT_EQ(convert("立方米", "m³"), 1);
  EXPECT_EQ(convert("吨", "公斤"), 1000);
  EXPECT_EQ(convert("公斤", "g"), 1000);
  EXPECT_EQ(convert("万元", "元"), 10'000);
  EXPECT_EQ(convert("亿元", "万元"), 10'000);
  EXPECT_EQ(convert("元", "亿元"), Rational(1, 100'000'000));
  EXPECT_EQ(convert("‰", "%"), Rational(1, 10));
  EXPECT_EQ(convert("百分点", "%"), 1);
  EXPECT_EQ(convert("成", "%"), 10);
  EXPECT_EQ(convert("倍", "%"), 100);
  EXPECT_EQ(convert("张/千人", "张/人"), Rational(1, 1000));
  EXPECT_EQ(convert("㎡/百户", "㎡/户"), Rational(1, 100));
  EXPECT_EQ(convert("万元/张", "元/张"), 10'000);
  EXPECT_EQ(convert("元/(人·年)", "元/(人·月)"), Rational(1, 12));
}

TEST_F(UnitTest, AreaIsLengthSquared) {
  EXPECT_EQ(unit("m²"), unit("㎡"));
  EXPECT_EQ(unit("m^2"), unit("平方米"));
  EXPECT_EQ(*power(unit("km"), 2), unit("km²"));
  EXPECT_EQ(*power(unit("km"), 2), unit("平方公里"));
  EXPECT_EQ(*multiply(unit("米"), unit("米")), unit("㎡"));
  EXPECT_EQ(*multiply(unit("㎡"), unit("米")), unit("立方米"));
}

TEST_F(UnitTest, EqualityIsOfTheQuantityNotTheText) {
  EXPECT_EQ(unit("公里"), unit("千米"));
  EXPECT_EQ(unit("张/人"), unit("张 / 人"));
  EXPECT_NE(unit("张/千人"), unit("张/人"));
  EXPECT_NE(unit("%"), unit("‰"));
}

TEST_F(UnitTest, ProductsSayWhatRemains) {
  EXPECT_EQ(product("张/千人", "人"), "张");
  EXPECT_EQ(*multiply(unit("张/千人"), unit("人")), unit("张"));
  EXPECT_EQ(product("元/(人·月)", "人"), "元/月");
  EXPECT_EQ(product("人", "月"), "人·月");
  EXPECT_EQ(product("万元/张", "张"), "万元");
  EXPECT_EQ(multiply(unit("万元/张"), unit("张"))->scale(), 10'000);
  EXPECT_EQ(product("张", ""), "张");
  EXPECT_EQ(product("", "%"), "%");
  EXPECT_EQ(product("%", "张"), "张");
  EXPECT_EQ(product("千张", "%"), "千张");
  EXPECT_EQ(product("%", "%"), "");
  EXPECT_EQ(product("%/年", "年"), "%");
  EXPECT_EQ(product("米", "米"), "米²");
  EXPECT_EQ(product("亩", "米"), "立方米");
}

TEST_F(UnitTest, QuotientsSayWhatRemains) {
  EXPECT_EQ(quotient("张", "人"), "张/人");
  EXPECT_EQ(quotient("张", "千人"), "张/千人");
  EXPECT_EQ(quotient("张", "张"), "");
  EXPECT_EQ(quotient("千张", "张"), "");
  EXPECT_EQ(divide(unit("千张"), unit("张"))->scale(), 1);
  EXPECT_EQ(quotient("㎡", "㎡/张"), "张");
  EXPECT_EQ(quotient("张", "张/千人"), "千人");
  EXPECT_EQ(quotient("元/人", "月"), "元/(人·月)");
  EXPECT_EQ(quotient("", "年"), "1/年");
  EXPECT_EQ(quotient("%", "年"), "%/年");
  EXPECT_EQ(quotient("张", "%"), "张");
  EXPECT_EQ(quotient("%", "%"), "");
  EXPECT_EQ(quotient("%", ""), "%");
  EXPECT_EQ(quotient("亩", "米"), "米");
  EXPECT_EQ(*divide(unit("亩"), unit("米")), unit("米"));
  EXPECT_EQ(quotient("张", "亩"), "张/亩");
  EXPECT_EQ(quotient("元", "(亩·米)"), "元/立方米");
  EXPECT_EQ(quotient("人", "米²·亩"), "人/米^4");
}

TEST_F(UnitTest, ComputedTextsReadBackAsTheSameUnit) {
  const char* texts[] = {"张", "张/千人", "元/(人·月)", "㎡/百户", "万元/张", "%",   "%/年",  "亩",
                         "km", "m²",      "人·月",      "1/年",    "亿元",    "元²", "千人^4"};
  for (const char* a : texts) {
    for (const char* b : texts) {
      for (const auto& result : {multiply(unit(a), unit(b)), divide(unit(a), unit(b))}) {
        ASSERT_TRUE(result) << a << " " << b;
        EXPECT_EQ(unit(result->text()), *result) << a << " " << b << " " << result->text();
      }
    }
  }
}

TEST_F(UnitTest, DimensionsOfProductsAndQuotientsAddUp) {
  const char* texts[] = {"张", "张/千人", "元/(人·月)", "㎡/百户", "%", "亩", "km", "1/年"};
  for (const char* a : texts) {
    for (const char* b : texts) {
      const Dimension left = unit(a).dimension();
      const Dimension right = unit(b).dimension();
      EXPECT_EQ(multiply(unit(a), unit(b))->dimension(), left.times(right)) << a << " " << b;
      EXPECT_EQ(divide(unit(a), unit(b))->dimension(), left.times(right, -1)) << a << " " << b;
    }
  }
}

TEST_F(UnitTest, Powers) {
  EXPECT_EQ(power(unit("张"), 0)->text(), "");
  EXPECT_EQ(power(unit("%"), 1)->text(), "%");
  EXPECT_EQ(power(unit("%"), 2)->text(), "");
  EXPECT_EQ(power(unit("张/人"), 2)->text(), "张²/人²");
  EXPECT_EQ(power(unit("张/人"), -1)->text(), "人/张");
  EXPECT_EQ(power(unit("千人"), 3)->scale(), 1'000'000'000);
  EXPECT_EQ(power(unit("千人"), 3)->text(), "(千人)³");
  EXPECT_EQ(power(unit("张/千人"), 2)->text(), "张²/(千人)²");
  EXPECT_EQ(power(unit("元"), -4)->text(), "1/元^4");
}

TEST_F(UnitTest, RefusesPowersWithoutEnd) {
  EXPECT_TRUE(power(unit("张"), maximum_exponent));
  EXPECT_FALSE(power(unit("张"), maximum_exponent + 1));
  EXPECT_FALSE(power(unit("张"), 2'000'000'000));
  EXPECT_FALSE(power(unit("张"), -2'147'483'647 - 1));
  EXPECT_FALSE(power(*power(unit("张"), 10), 10));
  EXPECT_FALSE(multiply(*power(unit("张"), maximum_exponent), unit("张")));
  EXPECT_TRUE(divide(*power(unit("张"), maximum_exponent), unit("张")));
  EXPECT_FALSE(power(unit("㎡"), 9));  // length^18
  EXPECT_EQ(power(Unit(), 1'000'000), Unit());
  EXPECT_EQ(power(unit("%"), 1'000'000), Unit());
}

TEST_F(UnitTest, RefusesProductsWithoutEnd) {
  text::Diagnostics diagnostics;
  std::optional<Unit> product = Unit();
  for (std::size_t i = 0; i < maximum_factors; ++i) {
    const std::string name = "thing" + std::to_string(i);
    ASSERT_TRUE(table_.declare(name, "", {}, diagnostics));
    product = multiply(*product, unit(name));
    ASSERT_TRUE(product) << i;
  }
  EXPECT_FALSE(multiply(*product, unit("张")));
  EXPECT_TRUE(multiply(*product, unit("thing3")));
}

TEST_F(UnitTest, NotBelowZeroUnlessDimensionless) {
  for (const char* text :
       {"张", "千人", "㎡", "亩", "km", "日", "月", "元", "万元", "公斤", "张/千人", "㎡/百户"}) {
    EXPECT_TRUE(nonnegative_by_default(unit(text))) << text;
  }
  for (const char* text : {"", "%", "‰", "百分点", "倍", "成", "万元/元"}) {
    EXPECT_FALSE(nonnegative_by_default(unit(text))) << text;
  }
}

TEST_F(UnitTest, CountedMeansOneKindOfThing) {
  for (const char* text : {"张", "人", "千人", "百户"}) EXPECT_TRUE(is_counted(unit(text))) << text;
  for (const char* text : {"", "%", "㎡", "元", "日", "张/人", "人·月", "人²", "1/人"}) {
    EXPECT_FALSE(is_counted(unit(text))) << text;
  }
  EXPECT_TRUE(is_counted_singly(unit("人")));
  EXPECT_FALSE(is_counted_singly(unit("千人")));
  EXPECT_FALSE(is_counted_singly(unit("元")));
}

TEST_F(UnitTest, NamesBaseUnits) {
  const Unit unit_of_two = unit("张/千人");
  const auto factors = unit_of_two.dimension().factors();
  EXPECT_EQ(base_name(unit_of_two, factors[0].base), "张");
  EXPECT_EQ(base_name(unit_of_two, factors[1].base), "人");
  EXPECT_EQ(base_name(unit("亩"), length_dimension), "米");
}

TEST_F(UnitTest, FormatsInTheUnit) {
  EXPECT_EQ(format(Rational(5586, 9688), unit("%"), 2), "57.66 %");
  EXPECT_EQ(format(Rational(36, 1000), unit("张/千人"), 2), "36 张/千人");
  EXPECT_EQ(format(Rational(11, 2), Unit(), 2), "5.5");
  EXPECT_EQ(format(Rational(-3'000'000), unit("万元"), 2), "-300 万元");
  EXPECT_EQ(format(Rational(10, 3), unit("人"), 0), "3 人");
  EXPECT_EQ(format(Rational(1000), unit("亩"), 3), "1.5 亩");
  EXPECT_EQ(format(Rational(1, 200), unit("%"), 0), "1 %");  // a half goes away from zero
  EXPECT_EQ(format(Rational(0), unit("%"), 2), "0 %");
}

}  // namespace
}  // namespace dabiao::units
