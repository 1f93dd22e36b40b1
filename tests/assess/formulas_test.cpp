// Formulas at cells: ratios of sums, other cells in brackets, aggregates over levels and periods,
// ranks, tables, choices, dates with working days, units, and exactness.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "worked.hpp"

namespace dabiao::worked {
namespace {

const std::string head = R"(
plan p "plan" window 2023-01-01..2023-12-31
level 县  level 镇 in 县  level 村 in 镇
unit 张, 人, 次, 户, 个
)";

struct Case {
  const char* name;
  std::string plan;  // after the head
  std::string data;
  const char* as_of;
  const char* columns;  // of target t
  const char* expected;
};

void check(const std::vector<Case>& cases) {
  for (const Case& each : cases) {
    SCOPED_TRACE(each.name);
    const Worked worked(head + each.plan, {each.data}, each.as_of);
    EXPECT_EQ(worked.says("t", each.columns), each.expected);
  }
}

TEST(Indicator, AtTheCountyIsTheRatioOfSums) {
  const std::string plan =
      "input a 张 stock at 镇 input b 张 stock at 镇 indicator r % = a / b"
      " target t : r >= 84% by 2023-12-31";
  const std::string data = "镇,period,a,b\nA,2023-12,10,20\nB,2023-12,90,100\n";
  check({
      {"at the county", plan, data, "2023-12-31", "status value gap", "missed 250/3 -2/3"},
      {"at each town", plan + " at each 镇", data, "2023-12-31", "entity status value",
       "A missed 50\nB met 90"},
  });
}

TEST(Brackets, ReadAnotherTime) {
  const std::string stock = "input x 张 stock at 县 ";
  const std::string beds = "period,x\n2021-12,2\n2022-06,3\n2022-12,5\n2023-06,9\n2023-12,12\n";
  const std::string flow = "input y 次 flow at 县 ";
  const std::string visits =
      "period,y\n2022-Q4,7\n2023-Q1,4\n2023-Q2,6\n2023-Q3,6\n2023-Q4,5\n2022-Q1,1\n2022-Q2,1\n"
      "2022-Q3,1\n";
  check({
      {"[start] is the day before the window",
       stock + "target t : x - x[start] >= 7 张 by 2023-12-31", beds, "2023-12-31", "value", "7"},
      {"[start] in the middle of the year", stock + "target t : x - x[start] >= 7 张 by 2023-12-31",
       beds, "2023-06-30", "value", "4"},
      {"[2021] is what it was at the end of 2021", stock + "target t : x >= x[2021] by 2023-12-31",
       beds, "2023-12-31", "value threshold", "12 2"},
      {"[2022-09] carries June forward", stock + "target t : x >= x[2022-09] by 2023-12-31", beds,
       "2023-12-31", "threshold", "3"},
      {"[end] is the window", stock + "target t : x <= x[end] in 2023-H1", beds, "2023-12-31",
       "value threshold", "9 12"},
      {"[2022] of a flow is that year's", flow + "target t : y >= y[2022] in 2023", visits,
       "2023-12-31", "value threshold", "21 10"},
      {"[previous] quarter", flow + "target t : y >= y[previous] each quarter", visits,
       "2023-12-31", "span value threshold status",
       "2023-Q1 4 7 missed\n2023-Q2 6 4 met\n2023-Q3 6 6 met\n2023-Q4 5 6 missed"},
      {"[previous] year", flow + "target t : y >= y[previous] in 2023", visits, "2023-12-31",
       "threshold", "10"},
      {"a span that is no period has none before it",
       flow + "target t : y >= y[previous] in 2023-01..2023-09", visits, "2023-12-31",
       "status reason", "undecided no_baseline"},
      {"nothing was there before", flow + "target t : y >= y[previous] in 2022", visits,
       "2022-12-31", "status reason", "undecided not_reported"},
  });
}

TEST(Brackets, ReadAnotherEntity) {
  const std::string data =
      "县,镇,村,period,x,h\nK,,,2023-12,,yes\nK,A,a,2023-12,1,\nK,A,b,2023-12,2,\n"
      "K,B,c,2023-12,4,\n";
  const std::string plan = "input x 张 stock at 村 input h yesno stock at 县 target t : ";
  check({
      {"the ancestor's value", plan + "x <= x[镇] by 2023-12-31 at each 村", data, "2023-12-31",
       "entity value threshold", "a 1 3\nb 2 3\nc 4 4"},
      {"the county's", plan + "x / x[县] >= 0.5 by 2023-12-31 at each 镇", data, "2023-12-31",
       "entity value status", "A 3/7 missed\nB 4/7 met"},
      {"the same level", plan + "x[镇] >= 4 张 by 2023-12-31 at each 镇", data, "2023-12-31",
       "entity status", "A missed\nB met"},
      {"by name", plan + "x <= x[\"B/c\"] by 2023-12-31 at each 村", data, "2023-12-31",
       "entity threshold status", "a 4 met\nb 4 met\nc 4 met"},
      {"a yes/no of the county", plan + "h[县] by 2023-12-31 at each 镇", data, "2023-12-31",
       "entity status", "A met\nB met"},
  });
}

TEST(Aggregates, OverALevel) {
  const std::string inputs = "input x 张 stock at 镇 input s yesno stock at 镇 target t : ";
  const std::string data =
      "镇,period,x,s\nA,2023-12,10,yes\nB,2023-12,20,yes\nC,2023-12,60,no\nD,2023-12,40,no\n";
  const auto of = [&](const char* name, const char* condition, const char* expected) {
    return Case{name, inputs + condition + " by 2023-12-31", data, "2023-12-31", "value", expected};
  };
  check({
      of("sum", "sum(镇: x) >= 0 张", "130"),
      of("sum where", "sum(镇: x where s) >= 0 张", "30"),
      of("sum where none", "sum(镇: x where x > 100 张) >= 0 张", "0"),
      of("count", "count(镇) >= 0", "4"),
      of("count where", "count(镇 where x >= 20 张) >= 0", "3"),
      of("count where none", "count(镇 where x >= 200 张) >= 0", "0"),
      of("share", "share(镇: s) >= 0", "0.5"),
      of("share of some", "share(镇: x >= 40 张 where not s) >= 0", "1"),
      of("average", "average(镇: x) >= 0 张", "32.5"),
      of("average where", "average(镇: x where s) >= 0 张", "15"),
      of("min", "min(镇: x) >= 0 张", "10"),
      of("max where", "max(镇: x where s) >= 0 张", "20"),
      of("median of an even number", "median(镇: x) >= 0 张", "30"),
      of("median of an odd number", "median(镇: x where x < 60 张) >= 0 张", "20"),
      of("any", "any(镇: x > 50 张)", "1"),
      of("any of none", "any(镇: s where x > 100 张)", "0"),
      of("all", "all(镇: x >= 20 张)", "0"),
      of("all of none", "all(镇: s where x > 100 张)", "1"),
  });
}

TEST(Aggregates, OverNothing) {
  const std::string data = "镇,period,x\nA,2023-12,10\n";
  for (const char* name : {"average", "min", "max", "median"}) {
    SCOPED_TRACE(name);
    const Worked worked(head + "input x 张 stock at 镇 target t : " + name +
                            "(镇: x where x > 100 张) >= 0 张 by 2023-12-31",
                        {data}, "2023-12-31");
    EXPECT_EQ(worked.says("t", "status reason"), "undecided no_parts");
  }
  const Worked share(head +
                         "input x 张 stock at 镇 target t : "
                         "share(镇: x > 5 张 where x > 100 张) >= 10% by 2023-12-31",
                     {data}, "2023-12-31");
  EXPECT_EQ(share.says("t", "status reason"), "undecided no_parts");
}

TEST(Aggregates, WithPartsThatAreMissing) {
  std::string ten = "镇,period,x,s\n";
  for (int i = 0; i < 10; ++i) {
    ten += "T" + std::to_string(i) + ",2023-12," + (i == 0 ? "5" : "") + "," +
           (i < 4   ? "yes"
            : i < 7 ? "no"
                    : "") +
           "\n";
  }
  const std::string share =
      "input x 张 stock at 镇 input s yesno stock at 镇 target t : share(镇: s) ";
  const std::string three = "镇,period,x,s\nA,2023-12,10,yes\nB,2023-12,20,\nC,2023-12,60,\n";
  const std::string inputs = "input x 张 stock at 镇 input s yesno stock at 镇 target t : ";
  const auto of = [&](const char* name, const char* condition, const char* expected) {
    return Case{name,    inputs + condition + " by 2023-12-31", three, "2023-12-31", "range",
                expected};
  };
  check({
      {"4 yes, 3 no, 3 unknown", share + ">= 50% by 2023-12-31", ten, "2023-12-31",
       "status range complete", "undecided [40..70] 7/10"},
      {"40 % is met whatever", share + ">= 40% by 2023-12-31", ten, "2023-12-31", "status whatever",
       "met whatever"},
      {"71 % is missed whatever", share + ">= 71% by 2023-12-31", ten, "2023-12-31",
       "status whatever", "missed whatever"},
      of("sum where unknown is 0 or x", "sum(镇: x where s) >= 1000 张", "[10..90]"),
      of("count where unknown", "count(镇 where s) >= 1000", "[1..3]"),
      // 10; 10 and 20: 15; 10 and 60: 35; all: 30.
      of("average where varies sum and count together", "average(镇: x where s) >= 1000 张",
         "[10..35]"),
      of("max where unknown", "max(镇: x where s) >= 1000 张", "[10..60]"),
      of("min where unknown", "min(镇: x where not s) >= 1000 张", "[20..60]"),
      of("share where unknown", "share(镇: x >= 20 张 where s) >= 1000", "[0..2/3]"),
      of("all where unknown", "all(镇: x >= 30 张 where s)", "[0..0]"),
      of("any where unknown", "any(镇: x >= 30 张 where s)", "[0..1]"),
      of("a known part decides any", "any(镇: s)", "[1..1]"),
      of("an unknown part leaves all open", "all(镇: s)", "[0..1]"),
  });
}

TEST(Aggregates, Nested) {
  const std::string plan = "input s yesno stock at 村 input v 次 flow each month at 村 target t : ";
  const std::string data =
      "镇,村,period,s,v\n"
      "A,a,2023-01,yes,1\nA,b,2023-01,yes,2\nB,c,2023-01,yes,1\nB,d,2023-01,no,1\n"
      "A,a,2023-02,,1\nA,b,2023-02,,0\nB,c,2023-02,,1\nB,d,2023-02,,3\n"
      "A,a,2023-03,,1\nA,b,2023-03,,2\nB,c,2023-03,,1\nB,d,2023-03,,3\n";
  check({
      {"the share of towns all of whose villages have one",
       plan + "share(镇: all(村: s)) >= 50% by 2023-12-31", data, "2023-12-31", "status value",
       "met 50"},
      {"the share of towns where half have one",
       plan + "share(镇: share(村: s) >= 50%) >= 50% by 2023-12-31", data, "2023-12-31",
       "status value", "met 100"},
      {"every month", plan + "min(month: v) >= 1 次 in 2023-Q1 at each 村", data, "2023-12-31",
       "entity status value", "a met 1\nb missed 0\nc met 1\nd met 1"},
      {"the share of villages visited every month",
       plan + "share(村: min(month: v) >= 1 次) >= 80% in 2023-Q1", data, "2023-12-31",
       "status value", "missed 75"},
      {"months in which every village was visited",
       plan + "count(month where all(村: v >= 1 次)) >= 3 in 2023-Q1", data, "2023-12-31",
       "status value", "missed 2"},
      {"the same each quarter", plan + "min(month: v) >= 4 次 each quarter in 2023-Q1..2023-Q2",
       data, "2023-03-31", "span status value", "2023-Q1 met 5\n2023-Q2 pending -"},
  });
}

TEST(Aggregates, OverMonthsThatHaveNotBegun) {
  const std::string plan = "input v 次 flow each month at 县 target t : ";
  const std::string data = "period,v\n2023-01,2\n2023-02,1\n2023-03,3\n";
  check({
      {"the least so far is not the least", plan + "min(month: v) >= 1 次 in 2023", data,
       "2023-03-31", "status value", "on_track 1"},
      {"a month that failed fails the year", plan + "min(month: v) >= 2 次 in 2023", data,
       "2023-03-31", "status value", "missed 1"},
      {"a sum over months", plan + "sum(month: v) >= 6 次 in 2023", data, "2023-03-31",
       "status value", "met 6"},
      {"enough months already", plan + "count(month where v >= 2 次) >= 2 in 2023", data,
       "2023-03-31", "status value", "met 2"},
  });
}

TEST(Rank, AmongSiblings) {
  const std::string plan = R"(
plan p "plan" window 2023-01-01..2023-12-31
level 市  level 县 in 市  level 镇 in 县
unit 张
input x 张 stock at 镇
target t : rank(x among 镇) <= 2 by 2023-12-31 at each 镇
)";
  const Worked worked(
      plan,
      {"县,镇,period,x\nK,A,2023-12,10\nK,B,2023-12,20\nK,C,2023-12,20\nK,D,2023-12,\n"
       "L,E,2023-12,5\nL,F,2023-12,4\n"},
      "2023-12-31");
  // D may come before or after each of the others: A is third or fourth, B and C first or second.
  EXPECT_EQ(worked.says("t", "entity status value"),
            "A missed -\nB met -\nC met -\nD undecided -\nE met 1\nF met 2");
}

TEST(Rank, OfOthersWhereOneIsOut) {
  const std::string data = "镇,period,x,y\nA,2023-12,10,1\nB,2023-12,5,1\nC,2023-12,,0\n";
  const std::string inputs = "input x 张 stock at 镇 input y 张 stock at 镇 range 0..9 张 ";
  const std::string when = " by 2023-12-31 at each 镇";
  check({
      {"C may be above B, or above both", inputs + "target t : rank(x among 镇) <= 2" + when, data,
       "2023-12-31", "entity status range reason",
       "A met [1..2] -\nB undecided [2..3] not_reported\nC undecided [1..3] not_reported"},
      {"what ranges settle is settled",
       "input x 张 stock at 镇 range 0..7 张 input y 张 stock at 镇 target t : rank(x among 镇) = "
       "1" +
           when,
       "镇,period,x,y\nA,2023-12,7,1\nB,2023-12,5,1\nC,2023-12,,0\n", "2023-12-31",
       "entity status value", "A met 1\nB missed -\nC undecided -"},
      {"who can have no value is not ranked", inputs + "target t : rank(x / y among 镇) = 1" + when,
       "镇,period,x,y\nA,2023-12,10,1\nB,2023-12,5,1\nC,2023-12,3,0\n", "2023-12-31",
       "entity status value reason", "A met 1 -\nB missed 2 -\nC undecided - division_by_zero"},
  });
}

TEST(Rank, TiesAreExact) {
  // 0.1 + 0.2 and 0.3 share a rank.
  const Worked worked(head +
                          "input a 个 stock at 镇 input b 个 stock at 镇"
                          " target t : rank(a + b among 镇) = 1 by 2023-12-31 at each 镇",
                      {"镇,period,a,b\nA,2023-12,0.1,0.2\nB,2023-12,0.3,0\n"}, "2023-12-31");
  EXPECT_EQ(worked.says("t", "entity status value"), "A met 1\nB met 1");
}

TEST(Tables, GiveThresholdsByEntityAndTime) {
  const std::string data = "镇,period,x\nA,2023-12,10\nB,2023-12,20\nC,2023-12,30\n";
  const std::string plan = "input x 张 stock at 镇 ";
  const std::string at = " target t : x >= q by 2023-12-31 at each 镇";
  check({
      {"a key that is missing does not apply",
       plan + "table q 张 by 镇 { \"A\": 15, \"B\": 15 }" + at, data, "2023-12-31",
       "entity status threshold reason",
       "A missed 15 -\nB met 15 -\nC not_applicable - no_table_entry"},
      {"other", plan + "table q 张 by 镇 { \"A\": 5, other: 25 }" + at, data, "2023-12-31",
       "entity status threshold", "A met 5\nB missed 25\nC met 25"},
      {"by entity and quarter",
       "input x 张 stock at 镇 table q 张 by 镇, quarter { \"A\" { 2023-Q1: 1, 2023-Q2: 3 }"
       " \"B\", 2023-Q2: 2 } target t : x >= q each quarter in 2023-H1 at each 镇",
       "镇,period,x\nA,2023-03,2\nB,2023-03,2\nA,2023-06,2\nB,2023-06,2\n", "2023-12-31",
       "span entity status threshold",
       "2023-Q1 A met 1\n2023-Q1 B not_applicable -\n2023-Q2 A missed 3\n2023-Q2 B met 2"},
      {"by time alone",
       "input x 张 stock at 县 table q 张 by quarter { 2023-Q1: 1, 2023-Q2: 3 }"
       " target t : x >= q each quarter in 2023-H1",
       "period,x\n2023-03,2\n2023-06,2\n", "2023-12-31", "span status threshold",
       "2023-Q1 met 1\n2023-Q2 missed 3"},
  });
}

TEST(Tables, AMisspeltKeyIsADiagnostic) {
  const std::string rest =
      " input x 张 stock at 镇 table q 张 by 镇 { \"东镇\": 5, \"西鎭\": 5 }"
      " target t : x >= q by 2023-12-31 at each 镇";
  // The plan lists its towns, or a register does.
  EXPECT_EQ(PlanText(head + "entities 镇 { \"东镇\", \"西镇\" }" + rest).problems(),
            std::vector<std::string>{"unknown_entity 5:74"});
  const Worked worked(head + rest, {"镇,period,x\n东镇,2023-12,1\n西镇,2023-12,1\n"}, "2023-12-31",
                      "镇\n东镇\n西镇\n");
  EXPECT_NE(worked.reading().find("西鎭"), std::string::npos) << worked.reading();
}

TEST(Choices, ConditionsAndRounding) {
  const std::string plan =
      "input x 张 stock at 县 input s yesno stock at 县 input z 张 stock at 县"
      " target t : ";
  const std::string data = "period,x,s\n2023-12,7,yes\n";  // z was never reported
  const auto of = [&](const char* name, const char* condition, const char* columns,
                      const char* expected) {
    return Case{name, plan + condition + " by 2023-12-31", data, "2023-12-31", columns, expected};
  };
  check({
      of("if yes", "(if s then x else 0 张) >= 7 张", "status value", "met 7"),
      of("if no", "(if not s then x else 0 张) >= 7 张", "status value", "missed 0"),
      of("the branch not taken may be missing", "(if s then x else z) >= 7 张", "status value",
         "met 7"),
      of("a condition in doubt is the hull of its branches",
         "(if z > 3 张 then x else 2 张) >= 10 张", "status range", "missed [2..7]"),
      of("where there is no condition nothing is chosen",
         "(if x / (x - 7 张) >= 1 then x else 2 张) <= 10 张", "status reason",
         "undecided division_by_zero"),
      of("where there may be none, something may be chosen or nothing",
         "(if x / z >= 1 then x else 2 张) <= 10 张", "status reason", "undecided not_reported"),
      of("known", "known(x)", "status", "met"),
      of("not known", "known(z)", "status value", "missed 0"),
      of("min passes missing on", "min(x, z) >= 8 张", "status range", "missed [0..7]"),
      of("max passes missing on", "max(x, z) >= 7 张", "status value range", "met - [7..infinity]"),
      of("no and missing is no", "x > 100 张 and z > 0 张", "status", "missed"),
      of("yes or missing is yes", "x > 1 张 or z > 0 张", "status", "met"),
      of("yes and missing is not known", "x > 1 张 and z > 0 张", "status", "undecided"),
      of("floor", "floor(x / (2 张)) = 3", "status", "met"),
      of("rounding halves go away from zero", "round(x / (2 张)) = 4", "status", "met"),
      of("in steps", "round(x / (9 张), 1%) = 78%", "status value", "met 78"),
      of("division by zero has no value", "x / (x - 7 张) >= 1", "status reason",
         "undecided division_by_zero"),
      of("clamp", "clamp(x, 0 张, 5 张) = 5 张", "status", "met"),
  });
}

TEST(Dates, WorkingDaysWithHolidays) {
  // 2023-09-28 is a Thursday. The 29th to 6 October are off, the 7th and 8th (a weekend) are
  // worked.
  const std::string holidays =
      "holidays 2023 { off 2023-09-29..2023-10-06 work 2023-10-07, 2023-10-08 } ";
  const std::string plan =
      "input a date constant at 镇 input b date constant at 镇 missing is later"
      " target t : b <= due by workday(a, 3) at each 镇";
  check({
      {"the third working day", holidays + plan,
       "镇,a,b\nA,2023-09-28,2023-10-09\nB,2023-09-28,2023-10-10\n", "2023-12-31",
       "entity due status reached", "A 2023-10-09 met 2023-10-09\nB 2023-10-09 missed 2023-10-10"},
      {"without a table only weekends are off", plan, "镇,a,b\nA,2023-09-28,2023-10-04\n",
       "2023-12-31", "due status", "2023-10-03 missed"},
      {"not closed and not yet due", holidays + plan, "镇,a,b\nA,2023-09-28,\n", "2023-10-08",
       "due status", "2023-10-09 pending"},
      {"not closed and due", holidays + plan, "镇,a,b\nA,2023-09-28,\n", "2023-10-09", "due status",
       "2023-10-09 missed"},
      {"a date outside the table", holidays + plan, "镇,a,b\nA,2024-02-01,2024-02-02\n",
       "2024-12-31", "due status reason", "- undecided outside_holidays"},
      {"working days between",
       holidays + "input a date constant at 县 input b date constant at 县"
                  " target t : workdays(a, b) <= 3 by 2023-12-31",
       "a,b\n2023-09-28,2023-10-09\n", "2023-12-31", "status value", "met 3"},
      {"days between",
       "input a date constant at 县 input b date constant at 县"
       " target t : b - a <= 10 日 by 2023-12-31",
       "a,b\n2023-09-28,2023-10-09\n", "2023-12-31", "status value gap", "missed 11 -1"},
  });
}

TEST(Units, ConvertWithinAndNeverAcross) {
  check({
      {"张/千人",
       "input b 张 stock at 县 input n 人 stock at 县 indicator r 张/千人 = b / n"
       " target t : r >= 36 张/千人 by 2023-12-31",
       "period,b,n\n2023-12,72,2000\n", "2023-12-31", "status value unit gap", "met 36 张/千人 0"},
      {"亩 and 公顷", "input a 亩 stock at 县 target t : a >= 1 公顷 by 2023-12-31",
       "period,a\n2023-12,15\n", "2023-12-31", "status", "met"},
      {"万元 and 元", "input c 万元 flow at 县 target t : c >= 30000 元 in 2023",
       "period,c\n2023-12,3\n", "2023-12-31", "status value", "met 3"},
      {"百分点", "input s % stock at 县 target t : s - s[start] >= 2 百分点 by 2023-12-31",
       "period,s\n2022-12,50.5%\n2023-12,52.5%\n", "2023-12-31", "status value unit gap",
       "met 2 % 0"},
      {"weeks and days", "input d 日 flow at 县 target t : d >= 2 周 in 2023",
       "period,d\n2023-12,14\n", "2023-12-31", "status", "met"},
      {"years and months", "input d 月 flow at 县 target t : d >= 1 年 in 2023",
       "period,d\n2023-12,12\n", "2023-12-31", "status", "met"},
      {"㎡/百户: the page's own example",
       "input a ㎡ stock at 县 input h 户 stock at 县 target t : a / h >= 30 ㎡/百户 by 2023-12-31",
       "period,a,h\n2023-12,449.9,1500\n", "2023-12-31", "status value gap",
       "missed 4499/150 -1/150"},
  });
}

TEST(Exact, DecisionsAreThoseOfTheWrittenDecimals) {
  const std::string plan =
      "input a 个 stock at 县 input b 个 stock at 县 input c 个 stock at 县"
      " target t : ";
  const auto of = [&](const char* name, const char* condition, const char* data,
                      const char* expected) {
    return Case{name, plan + condition + " by 2023-12-31", data, "2023-12-31", "status", expected};
  };
  check({
      of("0.1 + 0.2 = 0.3", "a + b = c", "period,a,b,c\n2023-12,0.1,0.2,0.3\n", "met"),
      of("0.1 + 0.2 <= 0.3", "a + b <= c", "period,a,b,c\n2023-12,0.1,0.2,0.3\n", "met"),
      of("29 of 100", "a / b >= 29%", "period,a,b,c\n2023-12,29,100,0\n", "met"),
      of("29/100*100", "a / b * c >= a", "period,a,b,c\n2023-12,29,100,100\n", "met"),
      of("a third three times", "a / b * 3 = 1", "period,a,b,c\n2023-12,1,3,0\n", "met"),
      of("a zero denominator is seen exactly", "known(a / (a + b - c))",
         "period,a,b,c\n2023-12,0.1,0.2,0.3\n", "missed"),
      of("beyond 2^53", "a > b", "period,a,b,c\n2023-12,9007199254740993,9007199254740992,0\n",
         "met"),
      of("more digits than a double has", "a > b",
         "period,a,b,c\n2023-12,0.10000000000000000001,0.1,0\n", "met"),
      of("strictly more than 30 %", "a / b > 30%", "period,a,b,c\n2023-12,3,10,0\n", "missed"),
  });
}

}  // namespace
}  // namespace dabiao::worked
