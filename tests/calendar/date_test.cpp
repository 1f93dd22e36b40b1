#include "dabiao/calendar/date.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <sstream>

namespace dabiao::calendar {
namespace {

using namespace std::chrono_literals;

bool is_leap(int year) {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int month_length(int year, int month) {
  constexpr int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : lengths[month - 1];
}

TEST(Date, CountsEveryDayOfTheCalendar) {
  std::int32_t days = Date::earliest().days();
  int weekday = 1;  // 0001-01-01 is a Monday
  for (int year = 1; year <= 9999; ++year) {
    for (int month = 1; month <= 12; ++month) {
      for (int day = 1; day <= month_length(year, month); ++day) {
        const auto date = Date::create(year, month, day);
        ASSERT_TRUE(date);
        ASSERT_EQ(date->days(), days) << year << '-' << month << '-' << day;
        ASSERT_EQ(date->year(), year);
        ASSERT_EQ(date->month(), month);
        ASSERT_EQ(date->day(), day);
        ASSERT_EQ(date->weekday(), weekday);
        ++days;
        weekday = weekday % 7 + 1;
      }
      ASSERT_FALSE(Date::create(year, month, month_length(year, month) + 1));
    }
  }
  EXPECT_EQ(days - 1, Date::latest().days());
  EXPECT_EQ(Date::create(1970, 1, 1)->days(), 0);
  EXPECT_EQ(Date().to_string(), "1970-01-01");
}

TEST(Date, RefusesDaysThatDoNotExist) {
  EXPECT_FALSE(Date::create(2023, 2, 29));
  EXPECT_TRUE(Date::create(2024, 2, 29));
  EXPECT_FALSE(Date::create(1900, 2, 29));
  EXPECT_TRUE(Date::create(2000, 2, 29));
  EXPECT_FALSE(Date::create(2023, 13, 1));
  EXPECT_FALSE(Date::create(2023, 0, 1));
  EXPECT_FALSE(Date::create(2023, 1, 0));
  EXPECT_FALSE(Date::create(0, 1, 1));
  EXPECT_FALSE(Date::create(10000, 1, 1));
  EXPECT_FALSE(Date::create(2023, 1, -1));
  EXPECT_FALSE(Date::create(2023, 257, 1));  // 257 would be 1 in a byte
  EXPECT_FALSE(Date::create(2023, 1, 257));
  EXPECT_FALSE(Date::from_days(Date::latest().days() + 1));
  EXPECT_FALSE(Date::from_days(Date::earliest().days() - 1));
  EXPECT_FALSE(Date::from_days(std::numeric_limits<std::int64_t>::max()));
  EXPECT_TRUE(Date::from_days(Date::latest().days()));
}

TEST(Date, TakesTheStandardLibrarysDates) {
  constexpr Date date = 2023y / 11 / 25;
  static_assert(date.year() == 2023 && date.month() == 11 && date.day() == 25);
  EXPECT_EQ(date, Date::create(2023, 11, 25));
  EXPECT_EQ(date.weekday(), 6);
}

TEST(Date, OrdersAndSubtracts) {
  const Date a = 2023y / 8 / 31;
  const Date b = 2023y / 9 / 1;
  EXPECT_LT(a, b);
  EXPECT_EQ(b - a, 1);
  EXPECT_EQ(Date::latest() - Date::earliest(), 3652058);
}

TEST(Date, ReadsTheUsualSpellings) {
  const Date expected = 2023y / 8 / 31;
  for (const char* text : {"2023-08-31",
                           "2023-8-31",
                           "2023/8/31",
                           "2023/08/31",
                           "2023.8.31",
                           "20230831",
                           "2023年8月31日",
                           "2023年08月31日",
                           "2023年8月31号",
                           "2023年8月31號",
                           "2023年8月 31日",
                           "２０２３－０８－３１",
                           "２０２３年８月３１日",
                           " 2023-08-31 ",
                           "2023-08-31T00:00:00",
                           "2023-08-31 10:30",
                           "2023-08-31T10:30:00.123456",
                           "2023-08-31T10:30:00Z",
                           "2023-08-31T10:30:00+08:00",
                           "2023-08-31 10:30:00+0800",
                           "2023/8/31 0:00:00",
                           "20230831 10:30",
                           "二〇二三年八月三十一日",
                           "2023年8月31日 08:00"}) {
    EXPECT_EQ(Date::parse(text), expected) << text;
  }
}

TEST(Date, RefusesOtherTexts) {
  for (const char* text : {"",
                           "2023",
                           "2023-08",
                           "2023-13-01",
                           "2023-02-29",
                           "23-08-31",
                           "2023-08-31x",
                           "2023-08-31T",
                           "2023-08-31T25:00",
                           "2023-08-31T10",
                           "2023-08-31T10:61",
                           "2023-8/31",
                           "2023-08-031",
                           "2023-08-31T10:30+8x",
                           "0000-01-01",
                           "20230229",
                           "202308311",
                           "2023年8月31",
                           "2023--08-31",
                           "-2023-08-31",
                           "31/8/2023",
                           "2023 08 31",
                           "45169",
                           "2023年8月日"}) {
    EXPECT_FALSE(Date::parse(text)) << text;
  }
}

TEST(Date, IsoIsStrict) {
  EXPECT_EQ(Date::parse_iso("2023-08-31"), Date(2023y / 8 / 31));
  for (const char* text : {"2023-8-31", "2023/08/31", " 2023-08-31", "2023-08", "20230831"}) {
    EXPECT_FALSE(Date::parse_iso(text)) << text;
  }
}

TEST(Date, PrintsAndReadsBack) {
  EXPECT_EQ(Date::earliest().to_string(), "0001-01-01");
  EXPECT_EQ(Date::latest().to_string(), "9999-12-31");
  for (std::int32_t day = Date::earliest().days(); day <= Date::latest().days(); day += 97) {
    ASSERT_EQ(Date::parse_iso(Date(day).to_string()), Date(day));
    ASSERT_EQ(Date::parse(Date(day).to_string()), Date(day));
  }
  std::ostringstream stream;
  stream << Date(2024y / 1 / 2);
  EXPECT_EQ(stream.str(), "2024-01-02");
}

TEST(Date, AddsDays) {
  EXPECT_EQ(add_days(2023y / 12 / 31, 1), Date(2024y / 1 / 1));
  EXPECT_EQ(add_days(2024y / 3 / 1, -1), Date(2024y / 2 / 29));
  EXPECT_FALSE(add_days(Date::latest(), 1));
  EXPECT_FALSE(add_days(Date::earliest(), -1));
  EXPECT_FALSE(add_days(2024y / 3 / 1, std::numeric_limits<std::int64_t>::max()));
  EXPECT_FALSE(add_days(1960y / 3 / 1, std::numeric_limits<std::int64_t>::min()));
}

TEST(Date, AddsMonthsUpToTheMonthsEnd) {
  EXPECT_EQ(add_months(2024y / 1 / 31, 1), Date(2024y / 2 / 29));
  EXPECT_EQ(add_months(2023y / 1 / 31, 1), Date(2023y / 2 / 28));
  EXPECT_EQ(add_months(2024y / 3 / 31, -1), Date(2024y / 2 / 29));
  EXPECT_EQ(add_months(2024y / 1 / 15, -1), Date(2023y / 12 / 15));
  EXPECT_EQ(add_months(2024y / 2 / 29, 12), Date(2025y / 2 / 28));
  EXPECT_EQ(add_months(2024y / 2 / 29, 48), Date(2028y / 2 / 29));
  EXPECT_EQ(add_months(2024y / 2 / 29, 0), Date(2024y / 2 / 29));
  EXPECT_FALSE(add_months(9999y / 12 / 1, 1));
  EXPECT_FALSE(add_months(1y / 1 / 1, -1));
  EXPECT_FALSE(add_months(2024y / 1 / 1, std::numeric_limits<std::int64_t>::max()));
  for (int from = 0; from < 28; ++from) {
    for (int months = -30; months <= 30; ++months) {
      const Date start = *add_days(2023y / 12 / 20, from);
      const auto moved = add_months(start, months);
      ASSERT_TRUE(moved);
      const int index = start.year() * 12 + start.month() - 1 + months;
      ASSERT_EQ(moved->year() * 12 + moved->month() - 1, index);
      ASSERT_EQ(moved->day(), std::min(start.day(), month_length(index / 12, index % 12 + 1)));
    }
  }
}

TEST(Date, HashesByDay) {
  EXPECT_EQ(std::hash<Date>()(Date(5)), std::hash<Date>()(Date(5)));
  EXPECT_NE(std::hash<Date>()(Date(5)), std::hash<Date>()(Date(6)));
}

}  // namespace
}  // namespace dabiao::calendar
