// Where a value comes from: seen reports, roll-ups over time and entities, own report or parts,
// what is finer than reported, what is partial. Each expectation is worked out by hand from the
// page on what a plan means.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "worked.hpp"

namespace dabiao::worked {
namespace {

const std::string head = R"(
plan p "plan" window 2023-01-01..2023-12-31
level 县  level 镇 in 县
unit 张, 人, 次, 户
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

TEST(Seen, LaterPeriodsAreNotAndTheCurrentOneCountsUpToItsDate) {
  const std::string stock = "input x 张 stock at 县  target t : x >= 15 张";
  const std::string flow = "input x 次 flow at 县  target t : x >= 100 次 by 2023-12-31";
  const std::string beds = "period,x\n2023-03,10\n2023-06,20\n";
  const std::string visits = "period,x\n2023-01,3\n2023-02,4\n2023-03,5\n";
  check({
      {"before June", stock, beds, "2023-05-31", "value status data", "10 missed 2023-03-31"},
      {"within June", stock, beds, "2023-06-15", "value status data", "20 met 2023-06-15"},
      {"after June", stock, beds, "2023-09-15", "value status data", "20 met 2023-06-30"},
      {"flow within February", flow, visits, "2023-02-10", "value data", "7 2023-02-10"},
      {"flow at the first day of March", flow, visits, "2023-03-01", "value data", "12 2023-03-01"},
      {"flow later", flow, visits, "2023-10-01", "value data", "12 2023-03-31"},
  });
}

TEST(RollUp, OfEveryKind) {
  const auto at_county = [](const std::string& input, const std::string& condition) {
    return input + " target t : " + condition + " by 2023-12-31";
  };
  const char* columns = "status value";
  const char* as_of = "2023-12-31";
  check({
      {"flow adds up over time and towns", at_county("input x 次 flow at 镇", "x >= 10 次"),
       "镇,period,x\nA,2023-02,1\nA,2023-03,2\nB,2023-02,3\nB,2023-03,4\n", as_of, columns,
       "met 10"},
      {"stock: the last of each town, added up", at_county("input x 张 stock at 镇", "x >= 14 张"),
       "镇,period,x\nA,2023-01,5\nA,2023-03,7\nB,2023-02,6\n", as_of, columns, "missed 13"},
      {"yes/no flow happened anywhere, once", at_county("input x yesno flow at 镇", "x"),
       "镇,period,x\nA,2023-01,yes\nA,2023-02,no\nB,2023-01,no\n", as_of, columns, "met 1"},
      {"yes/no flow that never happened", at_county("input x yesno flow at 镇", "x"),
       "镇,period,x\nA,2023-01,no\nA,2023-02,no\nB,2023-01,no\n", as_of, columns, "missed 0"},
      {"yes/no flow as declared over parts",
       at_county("input x yesno flow at 镇 over parts all", "x"),
       "镇,period,x\nA,2023-01,yes\nA,2023-02,no\nB,2023-01,no\n", as_of, columns, "missed 0"},
      {"yes/no stock: the last, of all", at_county("input x yesno stock at 镇", "x"),
       "镇,period,x\nA,2023-01,no\nA,2023-02,yes\nB,2023-01,yes\n", as_of, columns, "met 1"},
      {"yes/no stock lost again", at_county("input x yesno stock at 镇", "x"),
       "镇,period,x\nA,2023-01,yes\nA,2023-02,no\nB,2023-01,yes\n", as_of, columns, "missed 0"},
      {"yes/no stock as declared over parts",
       at_county("input x yesno stock at 镇 over parts any", "x"),
       "镇,period,x\nA,2023-01,yes\nA,2023-02,no\nB,2023-01,yes\n", as_of, columns, "met 1"},
      {"stage: the last of each, the lowest of all",
       at_county("stages 等级 = 无 < 低 < 高 input x 等级 stock at 镇", "x >= 高"),
       "镇,period,x\nA,2023-01,高\nB,2023-01,无\nB,2023-02,低\n", as_of, columns, "missed 1"},
      {"average weighted by another input",
       at_county("input n 人 stock at 镇 input x % stock at 镇 over parts average weighted by n",
                 "x >= 85%"),
       "镇,period,n,x\nA,2023-01,10,50%\nB,2023-01,90,90%\n", as_of, columns, "met 86"},
      {"largest over parts, latest over time",
       at_county("input x 米 stock at 镇 over parts max over periods last", "x <= 8 米"),
       "镇,period,x\nA,2023-01,9\nA,2023-02,7\nB,2023-01,5\n", as_of, columns, "met 7"},
      {"least over time",
       at_county("input x 米 stock at 镇 over parts max over periods min", "x <= 8 米"),
       "镇,period,x\nA,2023-01,9\nA,2023-02,7\nB,2023-01,8\n", as_of, columns, "met 8"},
      {"largest over time",
       at_county("input x 米 flow at 镇 over parts min over periods max", "x >= 6 米"),
       "镇,period,x\nA,2023-01,9\nA,2023-02,7\nB,2023-01,5\n", as_of, columns, "missed 5"},
  });
}

TEST(RollUp, DatesAndRatesDoNotAddUpByThemselves) {
  check({
      {"a date is the earliest over time",
       "input x date at 镇 target t : x <= 2023-03-01 by 2023-12-31 at each 镇",
       "镇,period,x\nA,2023-02,2023-03-02\nA,2023-05,2023-02-27\n", "2023-12-31", "status value",
       "met 2023-02-27"},
      {"a date has no roll-up over entities",
       "input x date at 镇 target t : x <= 2023-03-01 by 2023-12-31",
       "镇,period,x\nA,2023-02,2023-02-01\nB,2023-02,2023-02-01\n", "2023-12-31", "status reason",
       "undecided no_rollup"},
      {"a rate has none unless declared",
       "input x % stock at 镇 over parts none target t : x >= 1% by 2023-12-31",
       "镇,period,x\nA,2023-02,50%\nB,2023-02,50%\n", "2023-12-31", "status reason",
       "undecided no_rollup"},
  });
}

TEST(RollUp, OverTimeMayBeWeightedToo) {
  const std::string plan =
      "input n 人 flow each month at 县 input x % flow each month at 县"
      " over periods average weighted by n target t : x >= 86% in 2023-Q1";
  check({
      // (50 % · 10 + 90 % · 60 + 100 % · 30) / 100
      {"by another input's reports of the same months", plan,
       "period,n,x\n2023-01,10,50%\n2023-02,60,90%\n2023-03,30,100%\n", "2023-12-31",
       "status value", "met 89"},
      {"a month without its weight", plan,
       "period,n,x\n2023-01,10,50%\n2023-02,,90%\n2023-03,30,100%\n", "2023-12-31", "status reason",
       "undecided not_reported"},
      {"a month without its value", plan,
       "period,n,x\n2023-01,10,50%\n2023-02,60,\n2023-03,30,100%\n", "2023-12-31", "status reason",
       "undecided not_reported"},
      {"weights of nothing", plan, "period,n,x\n2023-01,0,50%\n2023-02,0,90%\n2023-03,0,1%\n",
       "2023-12-31", "status reason", "undecided division_by_zero"},
      {"one month alone",
       "input n 人 flow each month at 县 input x % flow each month at 县"
       " over periods average weighted by n target t : x >= 50% in 2023-01",
       "period,n,x\n2023-01,10,50%\n", "2023-12-31", "status value", "met 50"},
  });
}

TEST(RollUp, DoesNotDependOnTheOrderOfRows) {
  const std::string plan = head +
                           "input x 张 stock at 镇 input y 次 flow at 镇"
                           " target t : x >= 1 张 and y >= 1 次 in 2023 at each 镇"
                           " target u : x >= 1 张 in 2023";
  const Worked one(plan,
                   {"镇,period,x,y\nA,2023-01,1,2\nB,2023-01,3,4\nA,2023-02,5,6\nB,2023-03,7,8\n"},
                   "2023-12-31");
  const Worked other(plan,
                     {"镇,period,y,x\nB,2023-03,8,7\nA,2023-02,6,5\n",
                      "镇,period,x,y\nB,2023-01,3,4\nA,2023-01,1,2\n"},
                     "2023-12-31");
  for (const char* target : {"t", "u"}) {
    const char* columns = "entity status value data complete reached";
    EXPECT_EQ(one.says(target, columns), other.says(target, columns));
  }
  EXPECT_EQ(one.says("u", "value"), "12");
}

TEST(OwnOrParts, TheLaterPeriodWinsAndThePartsOnlyWhenComplete) {
  const std::string plan =
      "given x = 100 张 at 县 in 2023-08 entities 镇 { \"A\", \"B\" }"
      " input x 张 stock at 镇 target t : x >= 1 张";
  check({
      {"no parts: what is given stands", plan, "镇,period,x\nA,2023-07,\n", "2023-10-31",
       "value data", "100 2023-08-31"},
      {"one part only", plan, "镇,period,x\nA,2023-09,60\n", "2023-10-31", "value data",
       "100 2023-08-31"},
      {"all parts later", plan, "镇,period,x\nA,2023-09,60\nB,2023-10,50\n", "2023-10-31",
       "value data", "110 2023-10-31"},
      {"all parts, one of them older than what is given", plan,
       "镇,period,x\nA,2023-07,60\nB,2023-10,50\n", "2023-10-31", "value data", "100 2023-08-31"},
      {"all parts earlier", plan, "镇,period,x\nA,2023-06,60\nB,2023-07,50\n", "2023-10-31",
       "value data", "100 2023-08-31"},
      {"an own report later than all parts", plan + " given x = 200 张 at 县 in 2023-11",
       "镇,period,x\nA,2023-09,60\nB,2023-10,50\n", "2023-11-30", "value data", "200 2023-11-30"},
  });
}

TEST(OwnOrParts, AtTheSamePeriodTheOwnReportWinsWithAWarning) {
  const std::string plan =
      head + "given x = 100 张 at 县 in 2023-08 input x 张 stock at 镇 target t : x >= 1 张";
  const Worked differing(plan, {"镇,period,x\nA,2023-08,60\nB,2023-08,50\n"}, "2023-09-30");
  EXPECT_EQ(differing.says("t", "value data"), "100 2023-08-31");
  EXPECT_EQ(differing.warnings(), std::vector<std::string>{"parts_differ_from_report"});
  const Worked agreeing(plan, {"镇,period,x\nA,2023-08,60\nB,2023-08,40\n"}, "2023-09-30");
  EXPECT_EQ(agreeing.says("t", "value"), "100");
  EXPECT_EQ(agreeing.warnings(), std::vector<std::string>{});
  const Worked flows(head +
                         "given y = 9 次 at 县 in 2023-02 input y 次 flow at 镇"
                         " target t : y >= 1 次 in 2023-02",
                     {"镇,period,y\nA,2023-02,4\nB,2023-02,6\n"}, "2023-02-28");
  EXPECT_EQ(flows.says("t", "value"), "9");
  EXPECT_EQ(flows.warnings(), std::vector<std::string>{"parts_differ_from_report"});
}

TEST(OwnOrParts, OfAFlowReportedForTheWholeAndItsParts) {
  check({
      // The county says January and February itself, the towns only January.
      {"own reports reach further", "input x 次 flow at 镇 target t : x >= 1 次 by 2023-12-31",
       "县,镇,period,x\nK,,2023-01,10\nK,,2023-02,10\nK,A,2023-01,3\nK,B,2023-01,4\n", "2023-02-28",
       "value data", "20 2023-02-28"},
      {"the towns reach further", "input x 次 flow at 镇 target t : x >= 1 次 by 2023-12-31",
       "县,镇,period,x\nK,,2023-01,7\nK,A,2023-01,3\nK,B,2023-01,4\nK,A,2023-02,1\nK,B,2023-02,2\n",
       "2023-02-28", "value data", "10 2023-02-28"},
  });
}

TEST(Flow, MonthsQuartersAndYears) {
  const std::string plan = "input x 次 flow at 县 target t : x >= 1 次 in ";
  check({
      {"months add up", plan + "2023-Q1", "period,x\n2023-01,1\n2023-02,2\n2023-03,3\n",
       "2023-12-31", "value", "6"},
      {"a quarter and the months outside it", plan + "2023-H1",
       "period,x\n2023-Q1,10\n2023-04,1\n2023-05,2\n2023-06,3\n", "2023-12-31", "value", "16"},
      {"the finest period counts inside a longer span", plan + "2023-H1",
       "period,x\n2023-Q1,10\n2023-01,1\n2023-02,2\n2023-03,3\n2023-Q2,20\n", "2023-12-31", "value",
       "26"},
      {"the exact period wins", plan + "2023-Q1",
       "period,x\n2023-Q1,10\n2023-01,1\n2023-02,2\n2023-03,3\n", "2023-12-31", "value", "10"},
      {"a year alone", plan + "2023", "period,x\n2023,12\n", "2023-12-31", "value", "12"},
      {"finer than reported", plan + "2023-02", "period,x\n2023-Q1,10\n", "2023-12-31",
       "status reason range", "undecided coarser_than_asked [0..10]"},
      {"a span whose end cuts a quarter", plan + "2023-01..2023-05",
       "period,x\n2023-Q1,10\n2023-Q2,6\n", "2023-12-31", "value range", "- [10..16]"},
      {"what is cut cannot fail a low bar",
       "input x 次 flow at 县 target t : x >= 10 次 in 2023-01..2023-05",
       "period,x\n2023-Q1,10\n2023-Q2,6\n", "2023-12-31", "status whatever", "met whatever"},
      {"nor meet a high one", "input x 次 flow at 县 target t : x >= 17 次 in 2023-01..2023-05",
       "period,x\n2023-Q1,10\n2023-Q2,6\n", "2023-12-31", "status", "missed"},
  });
}

TEST(Flow, AQuarterAndItsMonthsAreReconciled) {
  const std::string plan = head + "input x 次 flow at 县 target t : x >= 1 次 in 2023-Q1";
  const Worked differ(plan, {"period,x\n2023-Q1,10\n2023-01,1\n2023-02,2\n2023-03,3\n"},
                      "2023-12-31");
  EXPECT_EQ(differ.warnings(), std::vector<std::string>{"periods_differ_from_report"});
  const Worked agree(plan, {"period,x\n2023-Q1,6\n2023-01,1\n2023-02,2\n2023-03,3\n"},
                     "2023-12-31");
  EXPECT_EQ(agree.warnings(), std::vector<std::string>{});
  // One month is missing: there is nothing to reconcile.
  const Worked part(plan, {"period,x\n2023-Q1,10\n2023-01,1\n2023-02,2\n"}, "2023-12-31");
  EXPECT_EQ(part.warnings(), std::vector<std::string>{});
  // Within a longer span the months are used; the difference is the same difference.
  const Worked longer(head + "input x 次 flow at 县 target t : x >= 1 次 in 2023-H1",
                      {"period,x\n2023-Q1,10\n2023-01,1\n2023-02,2\n2023-03,3\n2023-Q2,1\n"},
                      "2023-12-31");
  EXPECT_EQ(longer.says("t", "value"), "7");
  EXPECT_EQ(longer.warnings(), std::vector<std::string>{"periods_differ_from_report"});
}

TEST(Flow, DeclaredPeriodsMustAllBeThere) {
  const std::string months = "input x 次 flow each month at 县 target t : x >= 10 次 in ";
  const std::string zero =
      "input x 次 flow each month at 县 missing is 0 target t : x >= 10 次 in ";
  const std::string loose = "input x 次 flow at 县 target t : x >= 10 次 in ";
  const std::string gap = "period,x\n2023-01,3\n2023-02,2\n2023-04,4\n";
  check({
      {"March is missing", months + "2023-01..2023-04", gap, "2023-12-31",
       "status reason range complete", "undecided not_reported [9..infinity] 3/4"},
      {"missing is 0", zero + "2023-01..2023-04", gap, "2023-12-31", "status value complete",
       "missed 9 4/4"},
      {"no period promised", loose + "2023-01..2023-04", gap, "2023-12-31", "status value",
       "missed 9"},
      {"only April of the second quarter has ended", months + "2023-Q2", gap, "2023-04-30",
       "value complete", "4 1/1"},
      {"a quarter covers its months", months + "2023-H1",
       "period,x\n2023-Q1,9\n2023-04,4\n2023-05,4\n2023-06,4\n", "2023-12-31", "value complete",
       "21 6/6"},
      {"before a month has ended nothing is missing", months + "2023-Q2", "period,x\n2023-01,3\n",
       "2023-04-10", "status reason", "pending not_yet"},
      {"all of zero", zero + "2023-Q3", gap, "2023-12-31", "status value", "missed 0"},
      {"whatever the missing month, it is enough", months + "2023-Q1",
       "period,x\n2023-01,8\n2023-02,2\n", "2023-12-31", "status whatever complete",
       "met whatever 2/3"},
  });
}

TEST(Flow, YesNoAndMissingIsNo) {
  check({
      {"silence is no", "input x yesno flow each month at 县 missing is no target t : x in 2023-Q1",
       "period,x\n2023-01,no\n", "2023-12-31", "status value", "missed 0"},
      {"silence is not known", "input x yesno flow each month at 县 target t : x in 2023-Q1",
       "period,x\n2023-01,no\n", "2023-12-31", "status reason", "undecided not_reported"},
      {"once is enough", "input x yesno flow each month at 县 target t : x in 2023-Q1",
       "period,x\n2023-02,yes\n", "2023-12-31", "status whatever", "met whatever"},
  });
}

TEST(Stock, IsCarriedForwardWhileFresh) {
  const std::string fresh = "input x 张 stock at 县 fresh 3 month target t : x >= 1 张 by ";
  check({
      {"carried for half a year", "input x 张 stock at 县 target t : x >= 1 张 by 2023-12-31",
       "period,x\n2023-03,10\n", "2023-12-31", "value data", "10 2023-03-31"},
      {"three months old", fresh + "2023-06-30", "period,x\n2023-03,10\n", "2023-12-31",
       "status value", "met 10"},
      {"a day more", fresh + "2023-07-01", "period,x\n2023-03,10\n", "2023-12-31", "status reason",
       "undecided stale"},
      {"three months from a month's end to a longer month's", fresh + "2023-12-31",
       "period,x\n2023-Q3,10\n", "2023-12-31", "status value", "met 10"},
      {"from February's", fresh + "2023-05-31", "period,x\n2023-02,10\n", "2023-12-31",
       "status value", "met 10"},
      {"and a day more", fresh + "2023-06-01", "period,x\n2023-02,10\n", "2023-12-31",
       "status reason", "undecided stale"},
      {"from within a month", fresh + "2023-05-28", "period,x\n2023-02-27,10\n", "2023-12-31",
       "status reason", "undecided stale"},
      {"never reported", "input x 张 stock at 县 target t : x >= 1 张 by 2023-12-31",
       "period,x\n2024-03,10\n", "2023-12-31", "status reason complete",
       "undecided not_reported 0/1"},
  });
}

TEST(Stock, DueNeedsTheReportOfThePeriodWithTheDueDay) {
  const std::string quarterly =
      "input x 张 stock each quarter at 县 target t : x >= 5 张 by 2023-12-31";
  const std::string monthly =
      "input x 张 stock each month at 县 target t : x >= 5 张 by 2023-12-31";
  check({
      {"not due: carried forward", quarterly, "period,x\n2023-Q2,10\n", "2023-12-30", "value data",
       "10 2023-06-30"},
      {"due: the last quarter is awaited", quarterly, "period,x\n2023-Q3,10\n", "2023-12-31",
       "status reason", "undecided not_reported"},
      {"due: it is there", quarterly, "period,x\n2023-Q4,4\n", "2023-12-31", "status value",
       "missed 4"},
      {"due: a month of that quarter will do", quarterly, "period,x\n2023-11,4\n", "2023-12-31",
       "status value", "missed 4"},
      {"due: November is not December", monthly, "period,x\n2023-11,10\n", "2024-03-01",
       "status reason", "undecided not_reported"},
      {"due by the 15th: that month's report counts",
       "input x 张 stock each month at 县 target t : x >= 5 张 by 2023-06-15",
       "period,x\n2023-05,1\n2023-06,10\n", "2023-12-31", "status value data", "met 10 2023-06-15"},
      {"a yearly value counts where the span contains the year",
       "input x 张 stock each year at 县 target t : x >= 5 张 by 2023-12-31", "period,x\n2023,10\n",
       "2023-12-31", "status value", "met 10"},
      {"a yearly value of a monthly stock does not say what June had",
       "input x 张 stock each month at 县 target t : x >= 5 张 by 2023-06-30",
       "period,x\n2023,10\n2023-05,9\n", "2023-12-31", "status reason", "undecided not_reported"},
      {"a yearly flow does not say what half a year had",
       "input x 次 flow each year at 县 target t : x >= 5 次 in 2023-H1", "period,x\n2023,10\n",
       "2023-12-31", "status reason range", "undecided coarser_than_asked [0..10]"},
  });
}

TEST(Reports, WithoutAPeriodHoldAtAnyTime) {
  check({
      {"a constant", "input x 张 constant at 县 target t : x >= 5 张 by 2023-12-31", "x\n7\n",
       "2023-03-31", "value", "7"},
      {"a stock today", "input x 张 stock at 县 target t : x >= 5 张 by 2023-12-31", "x\n7\n",
       "2023-03-31", "value", "7"},
      {"a dated report goes before it on its day",
       "input x 张 stock at 县 target t : x >= 5 张 by 2023-12-31", "period,x\n,7\n2023-03-31,9\n",
       "2023-03-31", "value", "9"},
  });
}

TEST(Partial, CarriesItsSumItsCompletenessAndItsBounds) {
  const std::string plan =
      "entities 镇 { \"A\", \"B\", \"C\" } input x 张 stock at 镇 target t : x >= 50 张 by "
      "2023-12-31";
  check({
      {"two of three", plan, "镇,period,x\nA,2023-12,10\nB,2023-12,20\n", "2023-12-31",
       "status reason range complete", "undecided partial [30..infinity] 2/3"},
      {"enough whatever the third has", plan, "镇,period,x\nA,2023-12,30\nB,2023-12,20\n",
       "2023-12-31", "status whatever complete", "met whatever 2/3"},
      {"a cap is broken whatever the third has",
       "entities 镇 { \"A\", \"B\", \"C\" } input x 张 stock at 镇 target t : x <= 29 张 by "
       "2023-12-31",
       "镇,period,x\nA,2023-12,10\nB,2023-12,20\n", "2023-12-31", "status whatever",
       "missed whatever"},
      {"none of three", plan, "镇,period,x\nA,2023-12,\n", "2023-12-31",
       "status reason range complete", "undecided not_reported [0..infinity] 0/3"},
  });
}

TEST(Partial, CompleteAtLeastTakesEveryInputOverTheSameParts) {
  const std::string ten = [] {
    std::string list = "entities 镇 {";
    for (int i = 0; i < 10; ++i) list += (i > 0 ? ", \"T" : " \"T") + std::to_string(i) + "\"";
    return list + " }";
  }();
  std::string nine_known = "镇,period,a,b\n";
  // T9 reports b but not a: 9 of 10 have both. a = 1 each, b = 2 each, and 1000 at T9.
  for (int i = 0; i < 9; ++i) nine_known += "T" + std::to_string(i) + ",2023-12,1,2\n";
  nine_known += "T9,2023-12,,1000\n";
  const auto with = [&](const std::string& share) {
    return ten + " input a 张 stock at 镇 input b 张 stock at 镇 indicator r % = a / b " + share +
           " target t : r >= 50% by 2023-12-31";
  };
  check({
      {"at least 90 %", with("complete at least 90%"), nine_known, "2023-12-31",
       "status value complete", "met 50 9/10"},
      {"at least 95 %", with("complete at least 95%"), nine_known, "2023-12-31", "status reason",
       "undecided partial"},
      {"not admitted", with(""), nine_known, "2023-12-31", "status reason", "undecided partial"},
      {"on the target",
       ten + " input a 张 stock at 镇 input b 张 stock at 镇 indicator r % = a / b"
             " target t : r >= 50% by 2023-12-31 complete at least 90%",
       nine_known, "2023-12-31", "status value complete", "met 50 9/10"},
  });
}

TEST(Partial, MixingAnOwnReportWithPartsWarns) {
  const std::string plan = head +
                           "input a 张 stock at 镇 input b 人 stock at 镇"
                           " indicator r 张/人 = a / b target t : r >= 0.1 张/人 by 2023-12-31";
  const Worked mixed(plan,
                     {"县,镇,period,a,b\nK,,2023-06,50,\nK,A,2023-06,,100\nK,B,2023-06,,300\n"},
                     "2023-06-30");
  EXPECT_EQ(mixed.says("t", "value"), "0.125");
  EXPECT_EQ(mixed.warnings(), std::vector<std::string>{"mixed_basis"});
  const Worked parts(plan, {"镇,period,a,b\nA,2023-06,20,100\nB,2023-06,30,300\n"}, "2023-06-30");
  EXPECT_EQ(parts.says("t", "value"), "0.125");
  EXPECT_EQ(parts.warnings(), std::vector<std::string>{});
}

TEST(Entities, DeclaredCountsMakeAShortfallUnreported) {
  const std::string half =
      "level 村 in 县 count 4 input 站 yesno stock at 村"
      " target t : share(村: 站) >= 50% by 2023-12-31";
  const std::string all =
      "level 村 in 县 given count(村) = 3 个 unit 个 input 站 yesno stock at 村"
      " target t : all(村: 站) by 2023-12-31";
  check({
      {"one of four known", half, "村,period,站\nA,2023-12,yes\n", "2023-12-31",
       "status range complete", "undecided [25..100] 1/4"},
      {"two of four are half", half, "村,period,站\nA,2023-12,yes\nB,2023-12,yes\n", "2023-12-31",
       "status whatever", "met whatever"},
      {"three no of four", half, "村,period,站\nA,2023-12,no\nB,2023-12,no\nC,2023-12,no\n",
       "2023-12-31", "status", "missed"},
      {"silence cannot meet all", all, "村,period,站\nA,2023-12,yes\nB,2023-12,yes\n", "2023-12-31",
       "status complete", "undecided 2/3"},
      {"one no decides all", all, "村,period,站\nA,2023-12,no\n", "2023-12-31", "status", "missed"},
      {"a sum over the named and the others",
       "level 村 in 县 count 3 input x 张 stock at 村"
       " target t : x >= 10 张 by 2023-12-31",
       "村,period,x\nA,2023-12,4\nB,2023-12,5\n", "2023-12-31", "status range complete",
       "undecided [9..infinity] 2/3"},
      {"a count knows those whom nobody named",
       "level 村 in 县 count 5 input x 张 stock at 村"
       " target t : count(村) = 5 by 2023-12-31",
       "村,period,x\nA,2023-12,4\n", "2023-12-31", "status value", "met 5"},
  });
}

TEST(Entities, OutsideTheirLifeNothingApplies) {
  const std::string register_text =
      "entities 镇 { \"A\", \"B\" opened 2023-04-01, \"C\" closed 2023-06-30 }";
  const std::string data =
      "镇,period,x\nA,2023-03,1\nB,2023-03,10\nC,2023-03,100\nA,2023-06,2\nB,2023-06,20\nC,2023-06,"
      "200\n";
  const std::string stock = register_text + " input x 张 stock at 镇 target t : x >= 1 张";
  const std::string flow = register_text + " input x 次 flow at 镇 target t : ";
  const std::string monthly =
      register_text + " input x 次 flow each month at 镇 target t : x >= 1 次 in ";
  check({
      {"before B opened", stock, data, "2023-03-31", "value", "101"},
      {"all three", stock, data, "2023-06-30", "value", "222"},
      {"after C closed", stock, data, "2023-07-01", "value", "22"},
      {"the cells of those outside do not apply", stock + " at each 镇", data, "2023-07-01",
       "entity status reason", "A met -\nB met -\nC not_applicable outside_life"},
      {"a flow counts who lived on some day of the span",
       register_text + " input x 次 flow at 镇 target t : x >= 1 次 in 2023", data, "2023-12-31",
       "value", "333"},
      {"so do the parts of an aggregate", flow + "sum(镇: x) >= 1 次 in 2023", data, "2023-12-31",
       "value", "333"},
      {"its mean", flow + "average(镇: x) >= 1 次 in 2023", data, "2023-12-31", "value", "111"},
      {"its share", flow + "share(镇: x >= 100 次) >= 30% in 2023", data, "2023-12-31",
       "status gap", "met 10/3"},
      {"its filter", flow + "count(镇 where x >= 1 次) >= 3 in 2023", data, "2023-12-31", "status",
       "met"},
      {"what stood before one closed",
       register_text + " input x 张 stock at 镇 target t : "
                       "sum(镇: x[2023-03]) >= 1 张 in 2023",
       data, "2023-12-31", "value", "101"},
      {"what is no flow counts who lives on the last day", flow + "count(镇) >= 3 in 2023", data,
       "2023-12-31", "status", "missed"},
      {"a flow by a stock counts who has both",
       flow + "sum(镇: x / y) >= 1 次 in 2023 input y number stock at 镇",
       "镇,period,x,y\nA,2023-03,1,1\nB,2023-03,10,2\nC,2023-03,100,1\n", "2023-12-31", "value",
       "6"},
      {"a flow of a span after its life",
       register_text + " input x 次 flow at 镇 target t : x >= 1 次 in 2023-Q3",
       data + "A,2023-07,1\nB,2023-07,2\nC,2023-07,4\n", "2023-12-31", "value", "3"},
      {"nothing is owed for months before it opened", monthly + "2023-03..2023-04",
       "镇,period,x\nA,2023-03,1\nA,2023-04,1\nB,2023-04,10\nC,2023-03,100\nC,2023-04,100\n",
       "2023-12-31", "value complete", "212 5/5"},
      {"but for those from then on", monthly + "2023-03..2023-04",
       "镇,period,x\nA,2023-03,1\nA,2023-04,1\nC,2023-03,100\nC,2023-04,100\n", "2023-12-31",
       "status whatever reason", "met whatever -"},
      {"nor for months after it closed", monthly + "2023-06..2023-07",
       "镇,period,x\nA,2023-06,1\nA,2023-07,1\nB,2023-06,10\nB,2023-07,10\nC,2023-06,100\n",
       "2023-12-31", "value", "122"},
      {"who does not live is no part",
       register_text + " input x 张 stock at 镇"
                       " target t : count(镇) = 2",
       data, "2023-03-31", "status value", "met 2"},
  });
}

TEST(Entities, OfOneNameAreToldApartByTheirPaths) {
  const Worked worked(R"(
plan p "plan" window 2023-01-01..2023-12-31
level 县  level 镇 in 县  level 村 in 镇
unit 张
input x 张 stock at 村
group 组 of 村 = { "东镇/黄旗村", "西镇/白旗村" }
table q 张 by 村 { "东镇/黄旗村": 2, "西镇/黄旗村": 5 }
target t : x >= q by 2023-12-31 at each 村
target u : x >= 4 张 by 2023-12-31 at 组
target v : x >= 3 张 by 2023-12-31 at "西镇/黄旗村"
)",
                      {"镇,村,period,x\n东镇,黄旗村,2023-12,1\n西镇,黄旗村,2023-12,2\n"
                       "西镇,白旗村,2023-12,4\n"},
                      "2023-12-31");
  EXPECT_EQ(worked.says("t", "path status threshold"),
            "东镇/黄旗村 missed 2\n西镇/白旗村 not_applicable -\n西镇/黄旗村 missed 5");
  EXPECT_EQ(worked.says("u", "status value"), "met 5");
  EXPECT_EQ(worked.says("v", "path status value"), "西镇/黄旗村 missed 2");
}

TEST(Entities, FromARegisterCountEvenWhereTheyAreSilent) {
  const std::string plan = head +
                           "input x 张 stock at 镇 target t : all(镇: x >= 1 张)"
                           " target u : x >= 1 张 at each 镇";
  const std::string data = "镇,period,x\nA,2023-03,1\nB,2023-03,2\n";
  const Worked alone(plan, {data}, "2023-05-31");
  EXPECT_EQ(alone.says("t", "status"), "met");
  const Worked with_register(
      plan, {data}, "2023-05-31",
      "镇,opened,closed\nA,,\nB,,2023-04-30\nC,2023-05-01,\nD,2023-06-01,\n");
  EXPECT_EQ(with_register.says("t", "status complete"), "undecided 1/2");
  EXPECT_EQ(with_register.says("u", "entity status"),
            "A met\nB not_applicable\nC undecided\nD not_applicable");
}

TEST(Entities, OfTwoBranchesStandSideBySide) {
  const Worked worked(
      R"(
plan p "plan" window 2023-01-01..2023-12-31
level 市  level 县 in 市  level 局 in 市
unit 张
input x 张 stock at 县
input r yesno stock at 局
target t : x >= 3 张 and any(局: r) by 2023-12-31
target u : r by 2023-12-31 at each 局
)",
      {"县,period,x\nK,2023-12,1\nL,2023-12,2\n", "局,period,r\nM,2023-12,no\nN,2023-12,yes\n"},
      "2023-12-31");
  EXPECT_EQ(worked.says("t", "status"), "met");
  EXPECT_EQ(worked.says("u", "entity status"), "M missed\nN met");
}

TEST(Data, NegativeValuesNeedToBeDeclared) {
  check({
      {"declared", "input x 张 flow at 县 range -100..100 张 target t : x >= 0 张 in 2023",
       "period,x\n2023-01,5\n2023-02,-3\n", "2023-12-31", "status value", "met 2"},
      // What may fall again is not met before the end.
      {"declared, before the end",
       "input x 张 flow at 县 range -100..100 张"
       " target t : x >= 2 张 in 2023",
       "period,x\n2023-01,5\n2023-02,-3\n", "2023-02-28", "status", "on_track"},
  });
}

TEST(Entities, OfAGroupAreMembersOrOneCell) {
  const std::string plan = "input x 张 stock at 镇 group 组 of 镇 = { \"A\", \"C\" } target t : ";
  const std::string data = "镇,period,x\nA,2023-12,1\nB,2023-12,10\nC,2023-12,100\n";
  check({
      {"the group as one cell", plan + "x >= 101 张 by 2023-12-31 at 组", data, "2023-12-31",
       "entity status value", "组 met 101"},
      {"each member", plan + "x >= 50 张 by 2023-12-31 at each 组", data, "2023-12-31",
       "entity status value", "A missed 1\nC met 100"},
      {"a sum over its members", plan + "sum(组: x) >= 101 张 by 2023-12-31", data, "2023-12-31",
       "status value", "met 101"},
      {"a share of its members", plan + "share(组: x >= 50 张) >= 50% by 2023-12-31", data,
       "2023-12-31", "status value", "met 50"},
      {"the group and what is above all of it", plan + "x / x[县] >= 90% by 2023-12-31 at 组", data,
       "2023-12-31", "entity status value", "组 met 10100/111"},
      {"in brackets", plan + "x[组] >= 101 张 by 2023-12-31 at each 镇", data, "2023-12-31",
       "entity value", "A 101\nB 101\nC 101"},
  });
}

}  // namespace
}  // namespace dabiao::worked
