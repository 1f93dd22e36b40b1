#include "dabiao/units/written_units.hpp"

#include <gtest/gtest.h>

#include <string>

namespace dabiao::units {
namespace {

TEST(WrittenUnits, SayOfASpellingWhatTheTableSays) {
  const UnitTable table;
  WrittenUnits written;
  for (int times = 0; times < 2; ++times) {
    EXPECT_EQ(written.parse(table, "万元"), table.parse("万元"));
    EXPECT_EQ(written.parse(table, "%"), table.parse("%"));
    EXPECT_FALSE(written.parse(table, "no such unit"));
  }
  EXPECT_NE(written.parse(table, "万元"), written.parse(table, "元"));
  const WrittenUnits& read_only = written;
  EXPECT_EQ(read_only.parse(table, "万元"), table.parse("万元"));
  EXPECT_EQ(read_only.parse(table, "亩"), table.parse("亩"));
}

}  // namespace
}  // namespace dabiao::units
