#include "dabiao/calendar/workdays.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <random>

namespace dabiao::calendar {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t int64_max = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t int64_min = std::numeric_limits<std::int64_t>::min();

Span days(Date first, Date last) {
  return {first, last};
}

/// The last months of 2023: the autumn holidays with their make-up days.
Holidays autumn_2023() {
  Holidays holidays;
  holidays.cover(Span::of(Period::year(2023)));
  EXPECT_EQ(holidays.add_days_off(days(2023y / 9 / 29, 2023y / 10 / 6)), HolidayEntry::entered);
  EXPECT_EQ(holidays.add_make_up_days(days(2023y / 10 / 7, 2023y / 10 / 8)), HolidayEntry::entered);
  return holidays;
}

TEST(Workdays, WithoutATableAreMondayToFriday) {
  const Holidays weekends;
  EXPECT_EQ(weekends.workday(2023y / 9 / 1, 1), Date(2023y / 9 / 4));
  EXPECT_EQ(weekends.workday(2023y / 9 / 1, 5), Date(2023y / 9 / 8));
  EXPECT_EQ(weekends.workday(2023y / 9 / 2, 1), Date(2023y / 9 / 4));
  EXPECT_EQ(weekends.workday(2023y / 9 / 3, -1), Date(2023y / 9 / 1));
  EXPECT_EQ(weekends.workday(2023y / 9 / 4, -1), Date(2023y / 9 / 1));
  EXPECT_EQ(weekends.workday(2023y / 9 / 2, 0), Date(2023y / 9 / 2));
  EXPECT_EQ(weekends.workdays(2023y / 9 / 1, 2023y / 9 / 8), 5);
  EXPECT_EQ(weekends.workdays(2023y / 9 / 8, 2023y / 9 / 1), -5);
  EXPECT_EQ(weekends.workdays(2023y / 9 / 2, 2023y / 9 / 3), 0);
  EXPECT_EQ(weekends.workdays(2023y / 9 / 1, 2023y / 9 / 1), 0);
  EXPECT_EQ(weekends.is_workday(2023y / 9 / 1), true);
  EXPECT_EQ(weekends.is_workday(2023y / 9 / 2), false);
  EXPECT_EQ(weekends.is_workday(2023y / 9 / 3), false);
}

TEST(Workdays, FollowTheTable) {
  const Holidays holidays = autumn_2023();
  EXPECT_EQ(holidays.workday(2023y / 9 / 28, 1), Date(2023y / 10 / 7));
  EXPECT_EQ(holidays.workday(2023y / 9 / 28, 2), Date(2023y / 10 / 8));
  EXPECT_EQ(holidays.workday(2023y / 9 / 28, 3), Date(2023y / 10 / 9));
  EXPECT_EQ(holidays.workday(2023y / 10 / 7, -1), Date(2023y / 9 / 28));
  EXPECT_EQ(holidays.workdays(2023y / 9 / 28, 2023y / 10 / 8), 2);
  EXPECT_EQ(holidays.is_workday(2023y / 10 / 2), false);
  EXPECT_EQ(holidays.is_workday(2023y / 10 / 7), true);
}

TEST(Workdays, OutsideTheTableAreUnknown) {
  const Holidays holidays = autumn_2023();
  EXPECT_EQ(holidays.is_workday(2024y / 1 / 1), std::nullopt);
  EXPECT_EQ(holidays.workday(2023y / 12 / 29, 1), std::nullopt);
  EXPECT_EQ(holidays.workday(2023y / 12 / 28, 1), Date(2023y / 12 / 29));
  EXPECT_EQ(holidays.workday(2023y / 1 / 2, -1), std::nullopt);
  EXPECT_EQ(holidays.workday(2023y / 1 / 3, -1), Date(2023y / 1 / 2));
  EXPECT_EQ(holidays.workdays(2023y / 12 / 29, 2024y / 1 / 1), std::nullopt);
  EXPECT_EQ(holidays.workdays(2024y / 1 / 1, 2023y / 12 / 29), std::nullopt);
  // Only the days after the first one are counted.
  EXPECT_EQ(holidays.workdays(2022y / 12 / 31, 2023y / 1 / 2), 1);
  EXPECT_EQ(holidays.workday(2022y / 12 / 31, 1), Date(2023y / 1 / 2));
  EXPECT_EQ(holidays.workday(2022y / 12 / 30, 1), std::nullopt);
  EXPECT_EQ(holidays.workday(2024y / 1 / 1, -1), Date(2023y / 12 / 29));
  EXPECT_EQ(holidays.workday(2025y / 1 / 1, 0), Date(2025y / 1 / 1));
}

TEST(Workdays, CoverMayHaveGapsAndGrows) {
  Holidays holidays;
  holidays.cover(Span::of(Period::year(2025)));
  holidays.cover(Span::of(Period::year(2023)));
  EXPECT_EQ(holidays.covered().size(), 2U);
  EXPECT_FALSE(holidays.covers(days(2023y / 12 / 1, 2025y / 1 / 31)));
  EXPECT_EQ(holidays.workdays(2023y / 12 / 1, 2025y / 1 / 31), std::nullopt);
  EXPECT_EQ(holidays.workday(2023y / 12 / 1, 100), std::nullopt);
  holidays.cover(Span::of(Period::year(2024)));
  ASSERT_EQ(holidays.covered().size(), 1U);
  EXPECT_EQ(holidays.covered()[0], days(2023y / 1 / 1, 2025y / 12 / 31));
  EXPECT_EQ(holidays.workdays(2023y / 12 / 29, 2024y / 1 / 31), 23);
}

TEST(Workdays, RefusesEntriesThatContradictOrLieOutside) {
  Holidays holidays = autumn_2023();
  EXPECT_EQ(holidays.add_make_up_days(Span::of(Date(2023y / 10 / 6))), HolidayEntry::contradicts);
  EXPECT_EQ(holidays.add_days_off(days(2023y / 10 / 8, 2023y / 10 / 9)), HolidayEntry::contradicts);
  EXPECT_EQ(holidays.add_days_off(Span::of(Date(2024y / 1 / 1))), HolidayEntry::not_covered);
  EXPECT_EQ(holidays.add_make_up_days(days(2023y / 12 / 30, 2024y / 1 / 1)),
            HolidayEntry::not_covered);
  EXPECT_EQ(holidays.is_workday(2023y / 10 / 9), true);
  EXPECT_EQ(holidays.is_workday(2023y / 12 / 30), false);
  // The same again is no contradiction and counts once.
  EXPECT_EQ(holidays.add_days_off(days(2023y / 10 / 1, 2023y / 10 / 3)), HolidayEntry::entered);
  EXPECT_EQ(holidays.workdays(2023y / 9 / 28, 2023y / 10 / 8), 2);
}

TEST(Workdays, DaysThatAreWhatTheirWeekdaySaysChangeNothing) {
  Holidays holidays;
  EXPECT_EQ(holidays.add_days_off(Span::of(Date(2023y / 9 / 2))), HolidayEntry::entered);
  EXPECT_EQ(holidays.add_make_up_days(Span::of(Date(2023y / 9 / 4))), HolidayEntry::entered);
  EXPECT_EQ(holidays.workdays(2023y / 9 / 1, 2023y / 9 / 8), 5);
}

TEST(Workdays, ReachTheCalendarsEnds) {
  // 521,722 weeks and the days from Monday to Friday.
  constexpr std::int64_t all_workdays = 521722 * 5 + 5;
  const Holidays weekends;
  EXPECT_EQ(weekends.workdays(Date::earliest(), Date::latest()), all_workdays - 1);
  EXPECT_EQ(weekends.workday(Date::latest(), 1), std::nullopt);
  EXPECT_EQ(weekends.workday(Date::earliest(), -1), std::nullopt);
  EXPECT_EQ(weekends.workday(2023y / 9 / 1, int64_max), std::nullopt);
  EXPECT_EQ(weekends.workday(2023y / 9 / 1, int64_min), std::nullopt);
  EXPECT_EQ(weekends.workday(Date::earliest(), all_workdays - 1), Date::latest());
  EXPECT_EQ(weekends.workday(Date::earliest(), all_workdays), std::nullopt);
  EXPECT_EQ(weekends.workday(Date::latest(), 1 - all_workdays), Date::earliest());
  EXPECT_EQ(weekends.workday(Date::latest(), -all_workdays), std::nullopt);
}

TEST(Workdays, AgreeWithCountingDayByDay) {
  std::mt19937 random(11);
  for (int round = 0; round < 60; ++round) {
    Holidays holidays;
    const std::int32_t origin = round % 2 == 0 ? 19600 : -400;
    const std::int32_t length = 300;
    const bool limited = round % 3 != 0;
    if (limited) holidays.cover(days(Date(origin), Date(origin + length - 1)));
    std::map<std::int32_t, bool> entered;
    for (int i = 0; i < 25; ++i) {
      const auto first = origin + static_cast<std::int32_t>(random() % 280);
      const auto last = first + static_cast<std::int32_t>(random() % 8);
      const bool off = random() % 2 == 0;
      const Span span = days(Date(first), Date(last));
      const HolidayEntry entry =
          off ? holidays.add_days_off(span) : holidays.add_make_up_days(span);
      bool contradicts = false;
      for (std::int32_t day = first; day <= last; ++day) {
        const auto found = entered.find(day);
        contradicts = contradicts || (found != entered.end() && found->second == off);
      }
      ASSERT_EQ(entry, contradicts ? HolidayEntry::contradicts : HolidayEntry::entered);
      if (contradicts) continue;
      for (std::int32_t day = first; day <= last; ++day) entered[day] = !off;
    }
    const auto is_covered = [&](std::int32_t day) {
      return !limited || (day >= origin && day < origin + length);
    };
    const auto is_worked = [&](std::int32_t day) {
      const auto found = entered.find(day);
      return found != entered.end() ? found->second : Date(day).weekday() <= 5;
    };
    for (int i = 0; i < 400; ++i) {
      const auto from = origin - 10 + static_cast<std::int32_t>(random() % 320);
      const auto n = static_cast<std::int32_t>(random() % 161) - 80;
      std::optional<Date> expected = Date(from);
      std::int32_t day = from;
      for (std::int32_t left = n < 0 ? -n : n; left > 0;) {
        day += n < 0 ? -1 : 1;
        if (!is_covered(day)) {
          expected = std::nullopt;
          break;
        }
        if (is_worked(day)) --left;
        expected = Date(day);
      }
      ASSERT_EQ(holidays.workday(Date(from), n), expected) << Date(from) << " and " << n;

      const auto to = origin - 10 + static_cast<std::int32_t>(random() % 320);
      std::optional<std::int64_t> count = 0;
      for (std::int32_t each = std::min(from, to) + 1; each <= std::max(from, to); ++each) {
        if (!is_covered(each)) count = std::nullopt;
        if (count && is_worked(each)) ++*count;
      }
      if (count && to < from) count = -*count;
      ASSERT_EQ(holidays.workdays(Date(from), Date(to)), count) << Date(from) << ' ' << Date(to);
      ASSERT_EQ(holidays.is_workday(Date(from)),
                is_covered(from) ? std::optional(is_worked(from)) : std::nullopt);
    }
  }
}

}  // namespace
}  // namespace dabiao::calendar
