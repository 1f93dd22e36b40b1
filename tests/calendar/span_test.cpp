#include "dabiao/calendar/span.hpp"

#include <gtest/gtest.h>

#include <random>
#include <sstream>

namespace dabiao::calendar {
namespace {

using namespace std::chrono_literals;

Span days(Date first, Date last) {
  return {first, last};
}

TEST(Span, ContainsItsDays) {
  const Span span = days(2023y / 9 / 1, 2023y / 12 / 31);
  EXPECT_TRUE(span.contains(2023y / 9 / 1));
  EXPECT_TRUE(span.contains(2023y / 12 / 31));
  EXPECT_FALSE(span.contains(2023y / 8 / 31));
  EXPECT_FALSE(span.contains(2024y / 1 / 1));
  EXPECT_EQ(span.days(), 122);
  const Span from{Date(2024y / 4 / 1), std::nullopt};
  EXPECT_TRUE(from.contains(Date::latest()));
  EXPECT_FALSE(from.contains(2024y / 3 / 31));
  EXPECT_EQ(from.days(), std::nullopt);
  EXPECT_TRUE(Span::everything().contains(Date::earliest()));
}

TEST(Span, ContainsOtherSpans) {
  const Span year = Span::of(Period::year(2023));
  EXPECT_TRUE(year.contains(Span::of(Period::quarter(2023, 4))));
  EXPECT_TRUE(year.contains(year));
  EXPECT_FALSE(year.contains(days(2023y / 12 / 1, 2024y / 1 / 1)));
  EXPECT_FALSE(year.contains(Span{Date(2023y / 2 / 1), std::nullopt}));
  EXPECT_FALSE(year.contains(Span{std::nullopt, Date(2023y / 2 / 1)}));
  EXPECT_TRUE(Span::everything().contains(Span{Date(2023y / 2 / 1), std::nullopt}));
  EXPECT_TRUE(
      (Span{Date(2023y / 1 / 1), std::nullopt}.contains(Span{Date(2023y / 2 / 1), std::nullopt})));
  EXPECT_TRUE(year.contains(days(2024y / 2 / 2, 2024y / 2 / 1)));
}

TEST(Span, Emptiness) {
  EXPECT_TRUE(days(2024y / 2 / 2, 2024y / 2 / 1).is_empty());
  EXPECT_EQ(days(2024y / 2 / 2, 2024y / 2 / 1).days(), 0);
  EXPECT_FALSE(Span::of(Date(2024y / 2 / 2)).is_empty());
  EXPECT_FALSE(Span::everything().is_empty());
}

TEST(Span, Intersects) {
  const Span a = days(2023y / 1 / 1, 2023y / 6 / 30);
  const Span b = days(2023y / 4 / 1, 2023y / 12 / 31);
  EXPECT_EQ(intersect(a, b), Span::of(Period::quarter(2023, 2)));
  EXPECT_EQ(intersect(a, Span::everything()), a);
  EXPECT_EQ(intersect(a, Span{Date(2023y / 6 / 30), std::nullopt}), Span::of(Date(2023y / 6 / 30)));
  EXPECT_EQ(intersect(a, Span{Date(2023y / 7 / 1), std::nullopt}), std::nullopt);
  EXPECT_EQ(intersect(Span{std::nullopt, Date(2023y / 7 / 1)}, Span{Date(2023y / 7 / 1), {}}),
            Span::of(Date(2023y / 7 / 1)));
}

TEST(Span, PrintsAsTheCoarsestPeriodOrAsDays) {
  EXPECT_EQ(days(2023y / 8 / 1, 2023y / 8 / 31).to_string(), "2023-08");
  EXPECT_EQ(days(2023y / 7 / 1, 2023y / 9 / 30).to_string(), "2023-Q3");
  EXPECT_EQ(days(2023y / 7 / 1, 2023y / 12 / 31).to_string(), "2023-H2");
  EXPECT_EQ(days(2023y / 1 / 1, 2023y / 12 / 31).to_string(), "2023");
  EXPECT_EQ(days(2023y / 8 / 1, 2023y / 8 / 1).to_string(), "2023-08-01");
  EXPECT_EQ(days(2023y / 9 / 1, 2023y / 12 / 31).to_string(), "2023-09-01..2023-12-31");
  EXPECT_EQ(days(2023y / 1 / 1, 2024y / 12 / 31).to_string(), "2023-01-01..2024-12-31");
  EXPECT_EQ((Span{Date(2024y / 4 / 1), std::nullopt}).to_string(), "2024-04-01..");
  EXPECT_EQ((Span{std::nullopt, Date(2024y / 4 / 1)}).to_string(), "..2024-04-01");
  EXPECT_EQ(Span::everything().to_string(), "..");
}

TEST(Span, ReadsWhatItPrintsAndPeriodsBetween) {
  EXPECT_EQ(Span::parse("2023-08"), Span::of(Period::month(2023, 8)));
  EXPECT_EQ(Span::parse("2024-Q2..2024-Q4"), days(2024y / 4 / 1, 2024y / 12 / 31));
  EXPECT_EQ(Span::parse("2024-04.."), (Span{Date(2024y / 4 / 1), std::nullopt}));
  EXPECT_EQ(Span::parse("..2024-04"), (Span{std::nullopt, Date(2024y / 4 / 30)}));
  EXPECT_EQ(Span::parse(".."), Span::everything());
  EXPECT_EQ(Span::parse("2023-09-01..2023-12-31"), days(2023y / 9 / 1, 2023y / 12 / 31));
  for (const char* text :
       {"", "2023-08..x", "x..2023", "2024..2023", "2023-08...", "2023..2024.."}) {
    EXPECT_FALSE(Span::parse(text)) << text;
  }
}

TEST(Span, CountsWholeAndTouchedPeriods) {
  const Span span = days(2023y / 2 / 15, 2024y / 1 / 31);
  EXPECT_EQ(whole_periods(span, Grain::month).count(), 11);
  EXPECT_EQ(whole_periods(span, Grain::month)[0], Period::month(2023, 3));
  EXPECT_EQ(touched_periods(span, Grain::month).count(), 12);
  EXPECT_EQ(whole_periods(span, Grain::quarter).count(), 3);
  EXPECT_EQ(whole_periods(span, Grain::half).count(), 1);
  EXPECT_TRUE(whole_periods(span, Grain::year).is_empty());
  EXPECT_EQ(whole_periods(span, Grain::year).count(), 0);
  EXPECT_EQ(touched_periods(span, Grain::year).count(), 2);
  EXPECT_FALSE(is_whole(span, Grain::month));
  EXPECT_TRUE(is_whole(days(2023y / 2 / 1, 2024y / 1 / 31), Grain::month));
  EXPECT_FALSE(is_whole(days(2023y / 2 / 1, 2024y / 1 / 31), Grain::quarter));
  EXPECT_TRUE(whole_periods(days(2023y / 2 / 2, 2023y / 2 / 1), Grain::day).is_empty());
  // Inside one month there is no whole one, and the count is not negative.
  EXPECT_EQ(whole_periods(days(2023y / 2 / 2, 2023y / 2 / 3), Grain::month).count(), 0);
  EXPECT_TRUE(whole_periods(span, Grain::month).contains(Period::month(2024, 1)));
  EXPECT_FALSE(whole_periods(span, Grain::month).contains(Period::month(2023, 2)));
  EXPECT_FALSE(whole_periods(span, Grain::month).contains(Period::quarter(2023, 2)));
}

TEST(Span, OpenEndsReachToTheCalendarsEnd) {
  EXPECT_EQ(whole_periods(Span::everything(), Grain::year).count(), 9999);
  EXPECT_EQ(whole_periods(Span::everything(), Grain::day).count(), 3652059);
  EXPECT_EQ(whole_periods(Span{Date(9999y / 11 / 2), {}}, Grain::month).count(), 1);
}

TEST(Span, WholePeriodsAgreeWithTryingEachPeriod) {
  std::mt19937 random(7);
  for (int i = 0; i < 2000; ++i) {
    const auto first = static_cast<std::int32_t>(random() % 3000);
    const Span span = days(Date(first), Date(first + static_cast<std::int32_t>(random() % 800)));
    for (const GrainName& row : grain_names) {
      std::int32_t whole = 0;
      std::int32_t touched = 0;
      for (Period period = Period::containing(Date(0), row.grain); period.first_day() < Date(4000);
           period = period.next()) {
        const Span of_period = Span::of(period);
        if (span.contains(of_period)) ++whole;
        if (intersect(span, of_period)) ++touched;
        ASSERT_EQ(whole_periods(span, row.grain).contains(period), span.contains(of_period));
      }
      ASSERT_EQ(whole_periods(span, row.grain).count(), whole) << span;
      ASSERT_EQ(touched_periods(span, row.grain).count(), touched) << span;
    }
    ASSERT_EQ(Span::parse(span.to_string()), span);
  }
}

TEST(Span, PrintsToStreams) {
  std::ostringstream stream;
  stream << Span::of(Period::year(2024));
  EXPECT_EQ(stream.str(), "2024");
}

}  // namespace
}  // namespace dabiao::calendar
