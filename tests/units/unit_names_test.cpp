#include "dabiao/units/unit_names.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "dabiao/text/diagnostic.hpp"
#include "dabiao/units/unit_table.hpp"

namespace dabiao::units {
namespace {

using ::testing::ElementsAre;

TEST(UnitNames, AreWhatATableWithTheSameDeclarationsKnows) {
  UnitNames names;
  UnitTable table;
  text::Diagnostics diagnostics;
  for (const std::string_view name : {"张", "人", "张", "m", "千人", "ｂｅｄ", "10岁", "人 次"}) {
    names.declare(name);
    table.declare(name, "", {}, diagnostics);
  }
  EXPECT_EQ(diagnostics.size(), 2U);  // 张 again, and m
  EXPECT_THAT(names.declared(), ElementsAre("张", "人", "千人", "bed", "10岁", "人 次"));
  EXPECT_EQ(names.declared(), table.declared());
  for (const std::string_view name :
       {"张", "百张", "万亿张", "十百张", "千人", "万千人", "bed", "ｂed", "人口", "m", "％", "千%",
        "万元", "半年", "千半年", "", "千", "人 次"}) {
    EXPECT_EQ(names.is_unit_name(name), table.find(name).has_value()) << name;
    EXPECT_EQ(names.is_declared(name), table.is_declared(name)) << name;
  }
  for (const std::string_view text : {"张/千人 和", "bed/千人", "元/(人·月)", "㎡/百户", "千人",
                                      "`人 次`/人", "m^-2", "m²x", "(张", "％"}) {
    EXPECT_EQ(names.longest_unit_prefix(text), table.names().longest_unit_prefix(text)) << text;
  }
}

TEST(UnitNames, NearestHasMoreInCommonThanTheMagnitude) {
  UnitNames names;
  EXPECT_EQ(names.nearest("千人"), std::nullopt);
  names.declare("人次");
  EXPECT_EQ(names.nearest("千人"), "千人次");
  EXPECT_EQ(names.nearest("万meters"), std::nullopt);
  names.declare("meter");
  EXPECT_EQ(names.nearest("万meters"), "万meter");
}

TEST(UnitNames, WhatIsCountedHasNoMagnitude) {
  EXPECT_EQ(UnitNames::counted("千人"), "人");
  EXPECT_EQ(UnitNames::counted("百万张"), "张");
  EXPECT_EQ(UnitNames::counted("bed"), "bed");
  EXPECT_EQ(UnitNames::counted("ｂed"), "bed");
  EXPECT_EQ(UnitNames::counted("千"), "千");
}

TEST(UnitNames, EndAtTheirLimit) {
  UnitNames names;
  for (std::size_t i = 0; i < UnitNames::most + 5; ++i) names.declare("件" + std::to_string(i));
  EXPECT_EQ(names.declared().size(), UnitNames::most);
  EXPECT_TRUE(names.is_unit_name("件0"));
  EXPECT_FALSE(names.is_unit_name("件" + std::to_string(UnitNames::most)));
}

}  // namespace
}  // namespace dabiao::units
