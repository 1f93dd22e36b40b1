#include "dabiao/calendar/period.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <utility>

namespace dabiao::calendar {
namespace {

using namespace std::chrono_literals;

constexpr Grain all_grains[] = {Grain::year, Grain::half, Grain::quarter, Grain::month, Grain::day};

TEST(Grain, IsOrderedFromCoarseToFine) {
  EXPECT_TRUE(is_coarser(Grain::year, Grain::half));
  EXPECT_TRUE(is_coarser(Grain::half, Grain::quarter));
  EXPECT_TRUE(is_coarser(Grain::quarter, Grain::month));
  EXPECT_TRUE(is_finer(Grain::day, Grain::month));
  EXPECT_FALSE(is_finer(Grain::day, Grain::day));
}

TEST(Grain, HasNamesInBothLanguages) {
  for (const Grain grain : all_grains) {
    EXPECT_EQ(name_of(grain).grain, grain);
    EXPECT_EQ(grain_named(name_of(grain).english), grain);
    EXPECT_EQ(grain_named(name_of(grain).chinese), grain);
  }
  EXPECT_EQ(grain_named("quarter"), Grain::quarter);
  EXPECT_EQ(grain_named("季度"), Grain::quarter);
  EXPECT_EQ(grain_named("季"), Grain::quarter);
  EXPECT_EQ(grain_named("半年"), Grain::half);
  EXPECT_EQ(grain_named("日"), Grain::day);
  EXPECT_EQ(grain_named("week"), std::nullopt);
  EXPECT_EQ(grain_named(""), std::nullopt);
}

TEST(Period, FollowOneAnotherWithoutGapsOverTheWholeCalendar) {
  for (const Grain grain : all_grains) {
    Period period = Period::earliest(grain);
    EXPECT_EQ(period.first_day(), Date::earliest());
    EXPECT_FALSE(period.previous().exists());
    Date after = Date::earliest();
    for (;; period = period.next()) {
      ASSERT_TRUE(period.exists());
      ASSERT_EQ(period.first_day(), after) << period;
      ASSERT_GE(period.last_day(), period.first_day());
      ASSERT_EQ(Period::containing(period.first_day(), grain), period);
      ASSERT_EQ(Period::containing(period.last_day(), grain), period);
      if (period == Period::latest(grain)) break;
      after = Date(period.last_day().days() + 1);
    }
    EXPECT_EQ(period.last_day(), Date::latest());
    EXPECT_FALSE(period.next().exists());
  }
}

TEST(Period, KnowsItsDays) {
  EXPECT_EQ(Period::quarter(2023, 3).first_day(), Date(2023y / 7 / 1));
  EXPECT_EQ(Period::quarter(2023, 3).last_day(), Date(2023y / 9 / 30));
  EXPECT_EQ(Period::half(2024, 1).first_day(), Date(2024y / 1 / 1));
  EXPECT_EQ(Period::half(2024, 1).last_day(), Date(2024y / 6 / 30));
  EXPECT_EQ(Period::half(2024, 2).last_day(), Date(2024y / 12 / 31));
  EXPECT_EQ(Period::month(2024, 2).days(), 29);
  EXPECT_EQ(Period::year(2024).days(), 366);
  EXPECT_TRUE(Period::month(2024, 2).contains(2024y / 2 / 29));
  EXPECT_FALSE(Period::month(2024, 2).contains(2024y / 3 / 1));
}

TEST(Period, NeighboursCrossYears) {
  EXPECT_EQ(Period::month(2024, 1).previous(), Period::month(2023, 12));
  EXPECT_EQ(Period::quarter(2023, 4).next(), Period::quarter(2024, 1));
  EXPECT_EQ(Period::half(2024, 1).previous(), Period::half(2023, 2));
  EXPECT_EQ(Period::day(2024y / 3 / 1).previous(), Period::day(2024y / 2 / 29));
  EXPECT_LT(Period::month(2023, 12), Period::month(2024, 1));
}

TEST(Period, LiesInCoarserPeriods) {
  EXPECT_EQ(Period::month(2024, 8).enclosing(Grain::quarter), Period::quarter(2024, 3));
  EXPECT_EQ(Period::month(2024, 8).enclosing(Grain::half), Period::half(2024, 2));
  EXPECT_EQ(Period::day(2024y / 8 / 31).enclosing(Grain::year), Period::year(2024));
  EXPECT_EQ(Period::quarter(2024, 2).enclosing(Grain::quarter), Period::quarter(2024, 2));
}

TEST(Period, CanonicalFormsComeBack) {
  EXPECT_EQ(Period::year(2023).to_string(), "2023");
  EXPECT_EQ(Period::half(2023, 1).to_string(), "2023-H1");
  EXPECT_EQ(Period::quarter(2023, 3).to_string(), "2023-Q3");
  EXPECT_EQ(Period::month(2024, 8).to_string(), "2024-08");
  EXPECT_EQ(Period::day(2024y / 8 / 31).to_string(), "2024-08-31");
  EXPECT_EQ(Period::year(33).to_string(), "0033");
  for (const Grain grain : all_grains) {
    const std::int32_t step = grain == Grain::day ? 101 : 1;
    for (Period period = Period::earliest(grain); period.exists(); period.index += step) {
      ASSERT_EQ(Period::parse(period.to_string()), period);
      ASSERT_EQ(Period::parse_loosely(period.to_string()), period);
      if (period.first_day().year() >= 1000) {
        ASSERT_EQ(Period::parse_loosely(period.to_chinese()), period) << period.to_chinese();
      }
    }
  }
}

TEST(Period, CanonicalReadingIsStrict) {
  for (const char* text :
       {"",        "23",      "02023",    "2023年",     "2023-8",          "2023-13", "2023-00",
        "2023-H0", "2023-H3", "2023-Q0",  "2023-Q5",    "2023Q3",          "2023-q3", "2023-Q33",
        "2023-Q",  "2023-",   "2023-08-", "2023-08-32", "2023-02-29",      "2023/08", "202308",
        " 2023",   "2023 ",   "0000",     "0000-01",    "2023-08-31T00:00"}) {
    EXPECT_FALSE(Period::parse(text)) << text;
  }
}

TEST(Period, ReadsWhatDataCellsHold) {
  const std::pair<const char*, Period> cases[] = {
      {"2023年", Period::year(2023)},
      {"2023年度", Period::year(2023)},
      {"2023年全年", Period::year(2023)},
      {"2023全年", Period::year(2023)},
      {"二〇二三年", Period::year(2023)},
      {"二零二三年", Period::year(2023)},
      {"２０２３", Period::year(2023)},
      {"2023年8月", Period::month(2023, 8)},
      {"2023年08月", Period::month(2023, 8)},
      {"2023年8月份", Period::month(2023, 8)},
      {"2023年 8月", Period::month(2023, 8)},
      {"2023 年 8 月", Period::month(2023, 8)},
      {"2023年十二月", Period::month(2023, 12)},
      {"2023/8", Period::month(2023, 8)},
      {"2023/08", Period::month(2023, 8)},
      {"2023-8", Period::month(2023, 8)},
      {"202308", Period::month(2023, 8)},
      {"2023年第三季度", Period::quarter(2023, 3)},
      {"2023年三季度", Period::quarter(2023, 3)},
      {"2023年第3季度", Period::quarter(2023, 3)},
      {"2023年3季度", Period::quarter(2023, 3)},
      {"2023年三季", Period::quarter(2023, 3)},
      {"2023年第四季", Period::quarter(2023, 4)},
      {"2023第三季度", Period::quarter(2023, 3)},
      {"2023Q3", Period::quarter(2023, 3)},
      {"2023q3", Period::quarter(2023, 3)},
      {"2023 Q3", Period::quarter(2023, 3)},
      {"2023/Q3", Period::quarter(2023, 3)},
      {"2023年Q3", Period::quarter(2023, 3)},
      {"２０２３Ｑ３", Period::quarter(2023, 3)},
      {"2023年上半年", Period::half(2023, 1)},
      {"2023上半年", Period::half(2023, 1)},
      {"2023年下半年", Period::half(2023, 2)},
      {"2023H2", Period::half(2023, 2)},
      {"2023年H2", Period::half(2023, 2)},
      {"2023-08-31", Period::day(2023y / 8 / 31)},
      {"2023年8月31日", Period::day(2023y / 8 / 31)},
      {"2023-08-31T12:00:00Z", Period::day(2023y / 8 / 31)},
      {"20230831", Period::day(2023y / 8 / 31)},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(Period::parse_loosely(text), expected) << text;
  }
}

TEST(Period, RefusesWhatIsNoPeriod) {
  for (const char* text : {"",           " ",        "8月",      "Q3",         "2023.8",
                           "2023.10",    "202313",   "202300",   "2023年13月", "2023年五季度",
                           "2023年第三", "2023年Q5", "2023H3",   "20231301",   "2023年8",
                           "2023年月",   "2023x",    "2023Q",    "123",        "20235",
                           "2023123",    "-2023",    "二〇二三", "2023年上",   "2023年度8月x",
                           "合计",       "2023-",    "2023--8",  "2023年Q3x",  "0000年",
                           "000001"}) {
    EXPECT_FALSE(Period::parse_loosely(text)) << text;
  }
}

TEST(Period, PrintsInChinese) {
  EXPECT_EQ(Period::year(2023).to_chinese(), "2023年");
  EXPECT_EQ(Period::half(2023, 2).to_chinese(), "2023年下半年");
  EXPECT_EQ(Period::quarter(2023, 3).to_chinese(), "2023年第三季度");
  EXPECT_EQ(Period::month(2024, 8).to_chinese(), "2024年8月");
  EXPECT_EQ(Period::day(2024y / 8 / 31).to_chinese(), "2024年8月31日");
}

TEST(Period, HashesAndStreams) {
  EXPECT_NE(std::hash<Period>()(Period::year(24)), std::hash<Period>()(Period{Grain::half, 24}));
  std::ostringstream stream;
  stream << Period::quarter(2024, 2);
  EXPECT_EQ(stream.str(), "2024-Q2");
}

}  // namespace
}  // namespace dabiao::calendar
