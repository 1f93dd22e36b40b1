#include "dabiao/function/function.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace dabiao::function {
namespace {

using exact::Bound;
using value::Reason;

Outcome compute(std::string_view name, const std::vector<Rational>& arguments) {
  return find_elementwise(name)->exact(arguments, {});
}
TEST(Functions, AreFoundByEverySpelling) {
  EXPECT_EQ(find_elementwise("round"), find_elementwise("四舍五入"));
  EXPECT_EQ(find_elementwise("greater_equal"), find_elementwise("达到"));
  EXPECT_EQ(find_elementwise("greater_equal"), find_elementwise("不低于"));
  EXPECT_EQ(find_aggregate("average"), find_aggregate("均值"));
  EXPECT_EQ(find_cell_function("met"), find_cell_function("达标"));
  EXPECT_EQ(find_elementwise("round"), find_elementwise("四捨五入"));
  EXPECT_EQ(find_aggregate("sum"), find_aggregate("合計"));
  EXPECT_EQ(find_aggregate("count"), find_aggregate("計數"));
  EXPECT_NE(find_cell_function("達標"), nullptr);
  EXPECT_EQ(find_cell_function("met"), find_cell_function("達標"));
  EXPECT_EQ(find_elementwise("sum"), nullptr);
  EXPECT_EQ(find_aggregate(""), nullptr);
}

TEST(Functions, SayEverythingAboutThemselves) {
  std::set<std::string> names;
  const auto whole = [&](const Info& info) {
    EXPECT_FALSE(info.summary.empty()) << info.name;
    EXPECT_FALSE(info.summary_chinese.empty()) << info.name;
    EXPECT_FALSE(info.chinese.empty()) << info.name;
    EXPECT_FALSE(info.parameters.empty()) << info.name;
    EXPECT_TRUE(info.most < 0 || info.fewest <= info.most) << info.name;
    names.insert(std::string(info.family) + "/" + std::string(info.name));
  };
  for (const Elementwise* each : all_elementwise()) whole(each->info);
  for (const Aggregate* each : all_aggregates()) whole(each->info);
  for (const CellFunction& each : all_cell_functions()) whole(each.info);
  EXPECT_EQ(names.size(),
            all_elementwise().size() + all_aggregates().size() + all_cell_functions().size());
}

TEST(Rounding, IsHalfAwayFromZeroInSteps) {
  struct Case {
    const char* name;
    const char* x;
    const char* step;
    const char* expected;
  };
  for (const Case& each : {
           Case{"round", "2.5", "1", "3"},
           Case{"round", "-2.5", "1", "-3"},
           Case{"round", "2.4999", "1", "2"},
           Case{"round", "1.005", "0.01", "1.01"},
           Case{"round", "15", "10", "20"},
           Case{"floor", "-2.1", "1", "-3"},
           Case{"floor", "29", "30", "0"},
           Case{"ceil", "-2.9", "1", "-2"},
           Case{"ceil", "31", "30", "60"},
           Case{"truncate", "-2.9", "1", "-2"},
           Case{"truncate", "57.66", "1", "57"},
       }) {
    SCOPED_TRACE(std::string(each.name) + "(" + each.x + ", " + each.step + ")");
    const Outcome outcome =
        compute(each.name, {*Rational::parse(each.x), *Rational::parse(each.step)});
    EXPECT_EQ(outcome.reason, Reason::known);
    EXPECT_EQ(outcome.value, *Rational::parse(each.expected));
  }
  EXPECT_EQ(compute("round", {1, 0}).reason, Reason::outside_domain);
  EXPECT_EQ(compute("floor", {1, -1}).reason, Reason::outside_domain);
}

TEST(Arithmetic, FailsWithAReason) {
  EXPECT_EQ(compute("divide", {1, 0}).reason, Reason::division_by_zero);
  EXPECT_EQ(compute("power", {0, -1}).reason, Reason::division_by_zero);
  EXPECT_EQ(compute("power", {0, 0}).value, Rational(1));
}

TEST(Dates, LeaveTheirCalendarWithAReason) {
  const Rational last = calendar::Date::latest().days();
  EXPECT_EQ(compute("add_months", {last, 1}).reason, Reason::outside_calendar);
  EXPECT_EQ(compute("year", {last + Rational(1)}).reason, Reason::outside_calendar);
  EXPECT_EQ(compute("add_months", {Rational(calendar::Date::parse("2023-01-31")->days()), 1}).value,
            Rational(calendar::Date::parse("2023-02-28")->days()));
}

TEST(Bounds, HoldEveryValueOfTheFunction) {
  // Every function at points of its arguments' intervals lies in the interval that it gives for
  // them.
  const std::vector<Rational> points = {-7, Rational(-5, 2), -1, 0, Rational(1, 3), 1, 2, 10};
  for (const Elementwise* function : all_elementwise()) {
    const Info& info = function->info;
    if (info.family == "dates" || info.name == "known" || info.name == "power") continue;
    SCOPED_TRACE(info.name);
    const bool truths = info.family == "logic";
    const std::vector<Rational> values = truths ? std::vector<Rational>{0, 1} : points;
    const auto count = static_cast<std::size_t>(info.fewest);
    // Intervals between any two of the points, in every argument alike and one by one.
    for (std::size_t low = 0; low < values.size(); ++low) {
      for (std::size_t high = low; high < values.size(); ++high) {
        for (std::size_t other = 0; other < values.size(); ++other) {
          std::vector<Interval> ranges(count, Interval::point(values[other]));
          ranges[0] = {values[low], values[high]};
          const Interval result = function->bounds(ranges, {});
          for (std::size_t inside = low; inside <= high; ++inside) {
            std::vector<Rational> arguments(count, values[other]);
            arguments[0] = values[inside];
            const Outcome outcome = function->exact(arguments, {});
            if (outcome.reason != Reason::known) continue;
            EXPECT_TRUE(result.contains(outcome.value))
                << outcome.value.to_string() << " in " << result.to_string();
          }
        }
      }
    }
  }
}

/// Parts for an aggregate: known, missing within a range, or perhaps left out.
struct Given {
  std::optional<int> value;
  int low = 0, high = 0;
  bool doubtful = false;
};

/// Runs an aggregate over the given parts and over each of their completions; the first must bound
/// the others as tightly as can be where `tight`.
void compare_with_completions(std::string_view name, const std::vector<Given>& given, bool tight) {
  const Aggregate& aggregate = *find_aggregate(name);
  const bool truths = name == "any" || name == "all" || name == "count" || name == "share";
  std::vector<Rational> values(given.size());
  std::vector<Part> parts(given.size());
  for (std::size_t i = 0; i < given.size(); ++i) {
    parts[i].doubtful = given[i].doubtful;
    if (given[i].value) {
      values[i] = *given[i].value;
      parts[i].value = &values[i];
    } else {
      parts[i].bounds = {given[i].low, given[i].high};
    }
  }
  const Interval range = truths ? Interval{0, 1} : Interval{0, 100};
  const Aggregated bounded = aggregate.reduce(parts, 0, range);
  std::optional<Interval> seen;
  bool sometimes_nothing = false;
  // Every part: left out or not, at every whole number of its range.
  std::vector<int> choice(given.size(), 0);
  while (true) {
    std::vector<Rational> chosen(given.size());
    std::vector<Part> complete;
    for (std::size_t i = 0; i < given.size(); ++i) {
      const int options = given[i].value ? 1 : given[i].high - given[i].low + 1;
      if (choice[i] >= options) continue;  // left out
      chosen[i] = given[i].value ? *given[i].value : given[i].low + choice[i];
      Part part;
      part.value = &chosen[i];
      complete.push_back(part);
    }
    const Aggregated result = aggregate.reduce(complete, 0, range);
    if (result.value) {
      const Interval point = Interval::point(*result.value);
      seen = seen ? exact::hull(*seen, point) : point;
    } else {
      sometimes_nothing = true;
    }
    std::size_t next = 0;
    for (; next < given.size(); ++next) {
      const int options = (given[next].value ? 1 : given[next].high - given[next].low + 1) +
                          (given[next].doubtful ? 1 : 0);
      if (++choice[next] < options) break;
      choice[next] = 0;
    }
    if (next == given.size()) break;
  }
  ASSERT_TRUE(seen || sometimes_nothing);
  if (bounded.value) {
    EXPECT_EQ(*seen, Interval::point(*bounded.value)) << name;
    EXPECT_FALSE(sometimes_nothing) << name;
    return;
  }
  if (!seen) return;
  const Interval& claimed = bounded.bounds;
  EXPECT_EQ(exact::hull(claimed, *seen), claimed)
      << name << ": " << claimed.to_string() << " does not hold " << seen->to_string();
  if (tight && !sometimes_nothing) {
    EXPECT_EQ(claimed, *seen) << name;
  }
}

TEST(Aggregates, BoundTheirCompletions) {
  const std::vector<std::vector<Given>> numbers = {
      {{10}, {20, 0, 0, true}, {60, 0, 0, true}},
      {{10}, {std::nullopt, 0, 3}, {4}},
      {{10}, {std::nullopt, 0, 3, true}, {4, 0, 0, true}, {7}},
      {{std::nullopt, 1, 2}, {std::nullopt, 0, 4, true}},
      {{3, 0, 0, true}, {5, 0, 0, true}},
      {{5}, {5, 0, 0, true}, {std::nullopt, 4, 6, true}, {6, 0, 0, true}},
  };
  for (const char* name : {"sum", "average", "min", "max", "median"}) {
    const bool tight = std::string_view(name) != "median";
    for (const auto& parts : numbers) compare_with_completions(name, parts, tight);
  }
  const std::vector<std::vector<Given>> truths = {
      {{1}, {1}, {0}, {std::nullopt, 0, 1}},
      {{1}, {0, 0, 0, true}, {1, 0, 0, true}},
      {{0}, {std::nullopt, 0, 1, true}, {1}},
      {{0, 0, 0, true}, {0}},
      {{1, 0, 0, true}, {1}},
      {{std::nullopt, 0, 1, true}, {std::nullopt, 0, 1}},
  };
  for (const char* name : {"count", "share", "any", "all"}) {
    for (const auto& parts : truths) compare_with_completions(name, parts, true);
  }
}

TEST(Aggregates, KnowNothingOfThoseWhomNobodyNamed) {
  const Rational ten = 10;
  Part part;
  part.value = &ten;
  const std::vector<Part> parts = {part};
  const Interval range{2, 4};
  EXPECT_EQ(find_aggregate("sum")->reduce(parts, 2, range).bounds, (Interval{14, 18}));
  EXPECT_EQ(find_aggregate("average")->reduce(parts, 1, range).bounds, (Interval{6, 7}));
  EXPECT_EQ(find_aggregate("min")->reduce(parts, 1, range).bounds, (Interval{2, 4}));
  EXPECT_EQ(find_aggregate("max")->reduce(parts, 1, range).bounds, (Interval{10, 10}));
  EXPECT_EQ(find_aggregate("median")->reduce(parts, 1, range).bounds, (Interval{6, 7}));
}

TEST(Aggregates, OverNothing) {
  const auto reduce = [](const char* name) { return find_aggregate(name)->reduce({}, 0, {0, 1}); };
  EXPECT_EQ(*reduce("sum").value, Rational(0));
  EXPECT_EQ(*reduce("count").value, Rational(0));
  EXPECT_EQ(*reduce("any").value, Rational(0));
  EXPECT_EQ(*reduce("all").value, Rational(1));
  for (const char* name : {"average", "min", "max", "median", "share"}) {
    EXPECT_FALSE(reduce(name).value) << name;
    EXPECT_EQ(reduce(name).reason, Reason::no_parts) << name;
    EXPECT_EQ(reduce(name).bounds, Interval::everything()) << name;
  }
}

}  // namespace
}  // namespace dabiao::function
