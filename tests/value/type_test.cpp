#include "dabiao/value/type.hpp"

#include <gtest/gtest.h>

#include "dabiao/units/unit_table.hpp"

namespace dabiao::value {
namespace {

using text::Language;

class TypeTest : public ::testing::Test {
 protected:
  TypeTest() {
    text::Diagnostics diagnostics;
    table_.declare("张", "", {}, diagnostics);
    table_.declare("人", "", {}, diagnostics);
  }
  Type number(std::string_view unit) const { return Type::number(*table_.parse(unit)); }

  units::UnitTable table_;
};

TEST_F(TypeTest, TheDefaultIsAPlainNumber) {
  EXPECT_EQ(Type(), Type::number());
  EXPECT_TRUE(Type().is_number());
  EXPECT_TRUE(Type().is_dimensionless());
}

TEST_F(TypeTest, KindsDiffer) {
  const Type types[] = {Type::number(), Type::yesno(), Type::date(), Type::stage(0)};
  for (const Type& a : types) {
    for (const Type& b : types) {
      EXPECT_EQ(a == b, &a == &b);
      EXPECT_EQ(compatible(a, b), &a == &b);
    }
  }
  EXPECT_TRUE(Type::yesno().is_yesno());
  EXPECT_TRUE(Type::date().is_date());
  EXPECT_TRUE(Type::stage(1).is_stage());
  EXPECT_FALSE(Type::yesno().is_dimensionless());
}

TEST_F(TypeTest, NumbersAreComparedInOneDimension) {
  EXPECT_TRUE(compatible(number("张"), number("千张")));
  EXPECT_NE(number("张"), number("千张"));
  EXPECT_EQ(number("公里"), number("千米"));
  EXPECT_FALSE(compatible(number("张"), number("人")));
  EXPECT_FALSE(compatible(number("张"), Type::number()));
  EXPECT_TRUE(compatible(number("%"), Type::number()));
  EXPECT_FALSE(number("张/人").is_dimensionless());
  EXPECT_TRUE(number("%").is_dimensionless());
}

TEST_F(TypeTest, StagesAreComparedInOneScale) {
  EXPECT_TRUE(compatible(Type::stage(3), Type::stage(3)));
  EXPECT_FALSE(compatible(Type::stage(3), Type::stage(4)));
  EXPECT_NE(Type::stage(3), Type::stage(4));
}

TEST_F(TypeTest, SaysWhatItIs) {
  EXPECT_EQ(describe(number("张/千人"), Language::english), "a number in 张/千人");
  EXPECT_EQ(describe(number("张"), Language::chinese), "以张计的数");
  EXPECT_EQ(describe(Type::number(), Language::english), "a plain number");
  EXPECT_EQ(describe(Type::number(), Language::chinese), "纯数");
  EXPECT_EQ(describe(Type::yesno(), Language::english), "a yes/no");
  EXPECT_EQ(describe(Type::yesno(), Language::chinese), "是否");
  EXPECT_EQ(describe(Type::date(), Language::english), "a date");
  EXPECT_EQ(describe(Type::date(), Language::chinese), "日期");
  EXPECT_EQ(describe(Type::stage(0), Language::english, "进度"), "a stage of 进度");
  EXPECT_EQ(describe(Type::stage(0), Language::chinese, "进度"), "进度的阶段");
  EXPECT_EQ(describe(Type::stage(0), Language::english), "a stage");
  EXPECT_EQ(describe(Type::stage(0), Language::chinese), "阶段");
}

}  // namespace
}  // namespace dabiao::value
