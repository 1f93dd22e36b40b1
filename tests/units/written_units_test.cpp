#include "dabiao/units/written_units.hpp"

#include <gtest/gtest.h>

#include <string>

namespace dabiao::units {
namespace {

TEST(WrittenUnits, SayOfASpellingWhatTheTableSays) {
  const UnitTable table;
  WrittenUnits written(table);
  for (int times = 0; times < 2; ++times) {
    EXPECT_EQ(written.parse("万元"), table.parse("万元"));
    EXPECT_EQ(written.parse("%"), table.parse("%"));
    EXPECT_FALSE(written.parse("no such unit"));
  }
  EXPECT_NE(written.parse("万元"), written.parse("元"));
}

}  // namespace
}  // namespace dabiao::units
