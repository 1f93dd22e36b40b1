// Verdicts on missing data and on the future, checked against what can come: conditions are made
// at random, and every completion of the data (or a sample of futures) is assessed by itself.
#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "worked.hpp"

namespace dabiao::worked {
namespace {

/// The same numbers everywhere: the distributions of the standard library are not.
class Dice {
 public:
  explicit Dice(std::uint32_t seed) : engine_(seed) {}
  int operator()(int sides) {
    return static_cast<int>(engine_() % static_cast<std::uint32_t>(sides));
  }
  const char* of(std::initializer_list<const char*> words) {
    return *(words.begin() + (*this)(static_cast<int>(words.size())));
  }

 private:
  std::mt19937 engine_;
};

/// Makes conditions over x and y (beds) and s (yes/no) of towns.
struct Conditions {
  Dice& dice;

  std::string at_town() {
    switch (dice(4)) {
      case 0:
        return "s";
      case 1:
        return "not s";
      case 2:
        return std::string("x ") + dice.of({">=", "<", "=", "!="}) + " y";
      default:
        return std::string(dice.of({"x", "y"})) + dice.of({" >= ", " > ", " <= "}) +
               std::to_string(dice(4)) + " 张";
    }
  }
  std::string filter() { return dice(2) == 0 ? "" : " where " + at_town(); }
  std::string number(int depth) {
    switch (depth <= 0 ? dice(6) : dice(12)) {
      case 0:
        return "x";
      case 1:
        return "y";
      case 2:
        return std::to_string(dice(5)) + " 张";
      case 3:
        return "sum(镇: " + std::string(dice.of({"x", "y"})) + filter() + ")";
      case 4:
        return std::string(dice.of({"min", "max", "average", "median"})) +
               "(镇: " + dice.of({"x", "y"}) + filter() + ")";
      case 5:
        return "max(镇: x + y)";
      case 6:
        return "(" + number(depth - 1) + " + " + number(depth - 1) + ")";
      case 7:
        return "(" + number(depth - 1) + " - " + number(depth - 1) + ")";
      case 8:
        return std::string(dice.of({"min", "max"})) + "(" + number(depth - 1) + ", " +
               number(depth - 1) + ")";
      case 9:
        return "abs(" + number(depth - 1) + ")";
      case 10:
        return "(if " + truth(depth - 1) + " then " + number(depth - 1) + " else " +
               number(depth - 1) + ")";
      default:
        return "floor(" + number(depth - 1) + " / 2)";
    }
  }
  std::string plain(int depth) {
    switch (dice(4)) {
      case 0:
        return "share(镇: " + at_town() + filter() + ")";
      case 1:
        return "count(镇 where " + at_town() + ")";
      default:
        return number(depth) + " / " + number(depth);
    }
  }
  std::string truth(int depth) {
    const std::string compares = dice.of({" >= ", " > ", " <= ", " < ", " = ", " != "});
    switch (depth <= 0 ? dice(4) : dice(7)) {
      case 0:
        return std::string(dice.of({"any", "all"})) + "(镇: " + at_town() + filter() + ")";
      case 1:
        return "(" + plain(depth) + compares + dice.of({"0", "0.5", "1", "2"}) + ")";
      case 2:
      case 3:
        return "(" + number(depth) + compares + number(depth) + ")";
      case 4:
        return "(" + truth(depth - 1) + " and " + truth(depth - 1) + ")";
      case 5:
        return "(" + truth(depth - 1) + " or " + truth(depth - 1) + ")";
      default:
        return "not " + truth(depth - 1);
    }
  }
};

/// A plan that is assessed over one table after the other.
class Repeated {
 public:
  explicit Repeated(std::string text) : plan_(std::move(text)) {}

  bool fits() const { return !plan_.diagnostics.has_errors(); }
  std::string rendered() const { return plan_.rendered(); }

  assessment::Cell assess(const std::string& csv, std::string_view as_of) const {
    Checked<data::Cube> cube =
        data::read_tables(plan_.model, {{"data.csv", table(csv), 2, {}}}, {});
    EXPECT_TRUE(cube);
    assessment::Options options;
    options.as_of = *calendar::Date::parse(as_of);
    options.reached_on = false;
    return assessment::assess(plan_.program, std::make_shared<const data::Cube>(std::move(*cube)),
                              options)
        .cells()
        .front();
  }

 private:
  PlanText plan_;
};

TEST(Soundness, AVerdictHoldsForEveryCompletion) {
  int decided = 0;
  for (std::uint32_t seed = 1; seed <= 600; ++seed) {
    Dice dice(seed);
    Conditions conditions{dice};
    const std::string condition = conditions.truth(2);
    SCOPED_TRACE("seed " + std::to_string(seed) + ": " + condition);
    const Repeated plan(
        "plan p \"plan\" window 2023-01-01..2023-12-31 level 县 level 镇 in 县 unit 张"
        " input x 张 stock at 镇 range 0..2 张 input y 张 stock at 镇 range 0..2 张"
        " input s yesno stock at 镇 target t : " +
        condition + " by 2023-12-31");
    ASSERT_TRUE(plan.fits()) << plan.rendered();
    // Two towns, three inputs; up to four of the six cells are missing.
    int cells[6];
    std::vector<int> missing;
    for (int i = 0; i < 6; ++i) {
      const int values = i % 3 == 2 ? 2 : 3;
      cells[i] = dice(values);
      if (missing.size() < 4 && dice(2) == 0) missing.push_back(i);
    }
    const auto data = [&](bool complete) {
      std::string csv = "镇,period,x,y,s\n";
      for (int town = 0; town < 2; ++town) {
        csv += std::string(1, static_cast<char>('A' + town)) + ",2023-12";
        for (int input = 0; input < 3; ++input) {
          const int cell = town * 3 + input;
          const bool blank =
              !complete && std::find(missing.begin(), missing.end(), cell) != missing.end();
          csv += ',';
          if (!blank)
            csv += input == 2 ? (cells[cell] ? "yes" : "no") : std::to_string(cells[cell]);
        }
        csv += '\n';
      }
      return csv;
    };
    const assessment::Cell verdict = plan.assess(data(false), "2023-12-31");
    std::map<assessment::Status, int> seen;
    // Every completion in turn.
    int completions = 1;
    for (const int cell : missing) completions *= cell % 3 == 2 ? 2 : 3;
    for (int number = 0; number < completions; ++number) {
      int rest = number;
      for (const int cell : missing) {
        const int values = cell % 3 == 2 ? 2 : 3;
        cells[cell] = rest % values;
        rest /= values;
      }
      ++seen[plan.assess(data(true), "2023-12-31").status];
    }
    if (verdict.status == assessment::Status::undecided) {
      // A sharp one leaves something to decide.
      EXPECT_TRUE(!verdict.tight || seen.size() > 1)
          << "always " << assessment::name(seen.begin()->first);
      continue;
    }
    ++decided;
    EXPECT_EQ(seen.size(), 1u);
    EXPECT_EQ(seen.begin()->first, verdict.status)
        << assessment::name(verdict.status) << ", but " << assessment::name(seen.begin()->first);
  }
  EXPECT_GT(decided, 200);  // the test is about something
}

TEST(Soundness, AVerdictBeforeItIsDueHoldsInEveryFuture) {
  int met = 0, missed = 0;
  for (std::uint32_t seed = 1; seed <= 400; ++seed) {
    Dice dice(seed);
    // Two flows, and in half of the plans a stock that anything may happen to.
    const bool with_stock = seed % 2 == 0;
    const auto number = [&](auto& self, int depth) -> std::string {
      switch (depth == 0 ? dice(with_stock ? 4 : 3) : dice(8)) {
        case 0:
          return "f";
        case 1:
          return "h";
        case 2:
          return std::to_string(dice(12)) + " 张";
        case 3:
          return with_stock ? "z" : "max(month: f)";
        case 4:
          return "(" + self(self, depth - 1) + " + " + self(self, depth - 1) + ")";
        case 5:
          return "(" + self(self, depth - 1) + " - " + self(self, depth - 1) + ")";
        case 6:
          return std::string(dice.of({"min", "max"})) + "(" + self(self, depth - 1) + ", " +
                 self(self, depth - 1) + ")";
        default:
          return std::string(dice.of({"min", "max", "sum"})) + "(month: " + dice.of({"f", "h"}) +
                 ")";
      }
    };
    std::string condition =
        number(number, 2) + dice.of({" >= ", " <= ", " > ", " < ", " = "}) + number(number, 1);
    if (dice(3) == 0) {
      condition = "(" + condition + ")" + dice.of({" and ", " or "}) + "(" + number(number, 1) +
                  dice.of({" >= ", " <= "}) + number(number, 0) + ")";
    }
    SCOPED_TRACE("seed " + std::to_string(seed) + ": " + condition);
    const Repeated plan(
        "plan p \"plan\" window 2023-01-01..2023-12-31 level 县 unit 张"
        " input f 张 flow each month at 县 input h 张 flow each month at 县"
        " input z 张 stock at 县 target t : " +
        condition + " by 2023-12-31");
    ASSERT_TRUE(plan.fits()) << plan.rendered();
    // The months of the past, of which in some plans a report or two are missing.
    int reports[12][3];
    bool blank[12][3] = {};
    for (int month = 0; month < 6; ++month) {
      for (int input = 0; input < 3; ++input) {
        reports[month][input] = dice(input == 2 ? 12 : 4);
        blank[month][input] = input < 2 && seed % 3 == 0 && dice(6) == 0;
      }
    }
    const auto table_of = [&](int months, bool complete) {
      std::string csv = "period,f,h,z\n";
      for (int month = 0; month < months; ++month) {
        csv += "2023-" + std::string(month < 9 ? "0" : "") + std::to_string(month + 1);
        for (int input = 0; input < 3; ++input) {
          csv += ',';
          if (complete || !blank[month][input]) csv += std::to_string(reports[month][input]);
        }
        csv += '\n';
      }
      return csv;
    };
    const std::string past = table_of(6, false);
    const assessment::Cell verdict = plan.assess(past, "2023-06-30");
    const bool is_met = verdict.status == assessment::Status::met;
    const bool is_missed = verdict.status == assessment::Status::missed;
    if (!is_met && !is_missed) continue;
    if (is_met && with_stock && condition.find('z') != std::string::npos) continue;
    ++(is_met ? met : missed);
    for (int future = 0; future < 12; ++future) {
      // Little, much, or here and there something.
      const int most = future == 0 ? 1 : future % 3 == 1 ? 100 : 3;
      for (int month = 0; month < 12; ++month) {
        for (int input = 0; input < 3; ++input) {
          if (month >= 6 || blank[month][input]) {
            reports[month][input] = dice(input == 2 ? 2 * most : most);
          }
        }
      }
      EXPECT_EQ(assessment::name(plan.assess(table_of(12, true), "2023-12-31").status),
                assessment::name(verdict.status))
          << past << table_of(12, true);
    }
  }
  EXPECT_GT(met, 30);
  EXPECT_GT(missed, 30);
}

TEST(Soundness, AResultIsFrozenAtItsDeadline) {
  int told_apart = 0;
  for (std::uint32_t seed = 1; seed <= 100; ++seed) {
    Dice dice(seed);
    Conditions conditions{dice};
    const std::string condition = conditions.truth(1);
    SCOPED_TRACE("seed " + std::to_string(seed) + ": " + condition);
    const Repeated plan(
        "plan p \"plan\" window 2023-01-01..2023-12-31 level 县 level 镇 in 县 unit 张"
        " input x 张 stock each month at 镇 input y 张 flow each month at 镇"
        " input s yesno stock at 镇 target t : " +
        condition + " by 2023-06-30");
    ASSERT_TRUE(plan.fits()) << plan.rendered();
    std::string csv = "镇,period,x,y,s\n";
    for (int month = 1; month <= 9; ++month) {
      for (const char* town : {"A", "B"}) {
        csv += std::string(town) + ",2023-0" + std::to_string(month) + "," +
               std::to_string(dice(4)) + "," + std::to_string(dice(3)) + "," +
               dice.of({"yes", "no", ""}) + "\n";
      }
    }
    const assessment::Cell due = plan.assess(csv, "2023-06-30");
    for (const char* later : {"2023-07-01", "2023-08-15", "2024-02-29"}) {
      const assessment::Cell after = plan.assess(csv, later);
      EXPECT_EQ(assessment::name(after.status), assessment::name(due.status)) << later << "\n"
                                                                              << csv;
      EXPECT_EQ(after.attained, due.attained) << later;
    }
    if (plan.assess(csv, "2023-05-31").status != due.status) ++told_apart;
  }
  EXPECT_GT(told_apart, 10);
}

}  // namespace
}  // namespace dabiao::worked
