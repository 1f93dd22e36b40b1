// What is missing, what it can be, and verdicts that hold whatever it is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "worked.hpp"

namespace dabiao::worked {
namespace {

const std::string head = R"(
plan p "plan" window 2023-01-01..2023-12-31
level 县  level 镇 in 县
unit 张, 人, 次, 户, 个
)";

/// Inputs a to d of a county of which b = 3 and d = 7 are reported, a and c are not.
const std::string four = head +
                         "input a 张 stock at 县 input b 张 stock at 县 input c 张 stock at 县"
                         " input d 张 stock at 县 input s 米 stock at 县 target t : ";
const std::string reported = "period,a,b,c,d\n2023-12,,3,,7\n";

struct Verdict {
  const char* condition;
  const char* expected;  // status, tight
};

TEST(Verdicts, OverQuotientsMergeWhatIsTheSame) {
  for (const Verdict& each : {
           // a/(a+b) is 0 at a = 0 and stays below 1.
           Verdict{"a / (a + b) <= 100%", "met tight"},
           Verdict{"a / (a + b) < 100%", "met tight"},
           Verdict{"a / (a + b) >= 101%", "missed tight"},
           Verdict{"a / (a + b) >= 0%", "met tight"},
           Verdict{"a / (a + b) >= 50%", "undecided tight"},
           Verdict{"b / (a + b) > 0%", "met tight"},
           Verdict{"(a + b) / (a + d) < 100%", "met tight"},
           Verdict{"(a + d) / (a + b) > 1", "met tight"},
           Verdict{"(a + d) / (a + b) <= 7 / 3", "met tight"},
           Verdict{"a - a >= 0 张", "met tight"},
           Verdict{"a - a = 0 张", "met tight"},
           Verdict{"a + b - a = 3 张", "met tight"},
           Verdict{"2 * a >= a", "met tight"},
           Verdict{"a + c >= c", "met tight"},
           Verdict{"a + b > a", "met tight"},
           Verdict{"a >= c", "undecided tight"},
           Verdict{"(a + c + b) / (a + c) > 100%",
                   "undecided loose"},  // nobody knows that a + c > 0
           Verdict{"1 / (a + b) <= 1 / b", "met tight"},
       }) {
    SCOPED_TRACE(each.condition);
    const Worked worked(four + each.condition + " by 2023-12-31", {reported}, "2023-12-31");
    EXPECT_EQ(worked.says("t", "status tight"), each.expected);
  }
}

TEST(Verdicts, ElsewhereAreTrueButMayBeCautious) {
  // max(a, b) - max(a, b) is 0, but its occurrences count as independent; the cell says so.
  for (const Verdict& each : {
           Verdict{"max(a, b) - max(a, b) >= 0 张", "undecided loose"},
           Verdict{"max(a, b) >= 3 张", "met tight"},
           Verdict{"min(a, b) <= 3 张", "met tight"},
           Verdict{"min(a, b) > 3 张", "missed tight"},
           Verdict{"abs(a - b) >= 0 张", "met tight"},
           Verdict{"(if a > 3 张 then b else d) >= 3 张", "met tight"},
           Verdict{"(if a > 3 张 then b else d) >= 8 张", "missed tight"},
           Verdict{"(if a > 3 张 then b else d) >= 7 张", "undecided"},
       }) {
    SCOPED_TRACE(each.condition);
    const Worked worked(four + each.condition + " by 2023-12-31", {reported}, "2023-12-31");
    const std::string said = worked.says("t", "status tight");
    EXPECT_EQ(said.substr(0, std::string(each.expected).size()), each.expected) << said;
  }
}

TEST(Verdicts, OverRollUpsMergeTheSameReport) {
  // B's nursing beds are missing; they are beds too.
  const std::string plan =
      head +
      "input n 张 stock at 镇 input o 张 stock at 镇 indicator r % = n / (n + o)"
      " target t : r >= 50% by 2023-12-31";
  const auto status = [&](const std::string& data) {
    return Worked(plan, {data}, "2023-12-31").says("t", "status");
  };
  EXPECT_EQ(status("镇,period,n,o\nA,2023-12,10,10\nB,2023-12,,0\n"), "met");
  EXPECT_EQ(status("镇,period,n,o\nA,2023-12,9,10\nB,2023-12,,0\n"), "undecided");
  EXPECT_EQ(status("镇,period,n,o\nA,2023-12,10,10\nB,2023-12,5,\n"), "undecided");
}

TEST(Verdicts, BoundsAreThoseOfTheInputAndIntegralForCountedUnits) {
  for (const Verdict& each : {
           Verdict{"p >= 0%", "met"}, Verdict{"p <= 100%", "met"}, Verdict{"p > 100%", "missed"},
           Verdict{"e <= 10.4 张", "met"},  // at most 10 whole beds
           Verdict{"e >= 0.6 张", "met"},   // and at least one
           Verdict{"e > 9.9 张", "undecided"},
           Verdict{"f <= 10.4 米", "undecided"},  // a length may be anything up to 10.5
           Verdict{"z >= -1 ℃", "undecided"},     // a plain number may be negative
       }) {
    SCOPED_TRACE(each.condition);
    std::string condition = each.condition;
    if (condition.find("℃") != std::string::npos) condition = "z >= -1";
    const Worked worked(head +
                            "input p % stock at 县 range 0..100 % input e 张 stock at 县"
                            " range 0.5..10.5 张 input f 米 stock at 县 range 0.5..10.5 米"
                            " input z stock at 县 input known_one 张 stock at 县 target t : " +
                            condition + " by 2023-12-31",
                        {"period,known_one\n2023-12,1\n"}, "2023-12-31");
    EXPECT_EQ(worked.says("t", "status"), each.expected);
  }
}

TEST(Verdicts, OfCountedThingsKnowThatTheyAreWhole) {
  for (const Verdict& each : {
           Verdict{"a = 2.5 张", "missed tight"}, Verdict{"a != 2.5 张", "met tight"},
           Verdict{"a * 2 = 5 张", "missed tight"}, Verdict{"a * 2 = 6 张", "undecided tight"},
           Verdict{"a = 2.2..2.8 张", "missed tight"}, Verdict{"a = 2.5..3 张", "undecided tight"},
           Verdict{"a + c = 2.5 张", "missed tight"},
           Verdict{"4 * a - 6 * c = 5 张", "missed tight"},
           Verdict{"a + c = 7 张", "undecided tight"},
           Verdict{"3 * a + 5 * c = 4 张", "undecided loose"},  // 3·a + 5·c is never 4
           Verdict{"a / (b + d) = 25%", "missed tight"},        // 2.5 beds of 10
           Verdict{"s = 2.5 米", "undecided tight"},            // a length may be
       }) {
    SCOPED_TRACE(each.condition);
    const Worked worked(four + each.condition + " by 2023-12-31", {reported}, "2023-12-31");
    EXPECT_EQ(worked.says("t", "status tight"), each.expected);
  }
}

TEST(Data, WhatCannotBeIsAnErrorAndMissing) {
  const auto reads = [](const char* cell) {
    const Worked worked(head + "input a 张 stock at 县 target t : a >= 0 张 by 2023-12-31",
                        {std::string("period,a\n2023-12,") + cell + "\n"}, "2023-12-31");
    return worked.says("t", "status reason value");
  };
  // What is there cannot be read; whatever it was, it was not below zero.
  EXPECT_EQ(reads("-3"), "met - -");
  EXPECT_EQ(reads("nan"), "met - -");
  EXPECT_EQ(reads("abc"), "met - -");
  const auto strictly = [](const char* cell) {
    const Worked worked(head + "input a 张 stock at 县 target t : a >= 1 张 by 2023-12-31",
                        {std::string("period,a\n2023-12,") + cell + "\n"}, "2023-12-31");
    return worked.says("t", "status reason");
  };
  EXPECT_EQ(strictly("-3"), "undecided out_of_range");
  EXPECT_EQ(strictly("inf"), "undecided not_finite");
  EXPECT_EQ(strictly("abc"), "undecided bad_cell");
  EXPECT_EQ(strictly(""), "undecided not_reported");
}

TEST(Data, TwoDifferentReportsOfOnePeriodConflict) {
  const Worked worked(head + "input a 张 stock at 县 target t : a >= 1 张 by 2023-12-31",
                      {"period,a\n2023-12,1\n2023-12,2\n"}, "2023-12-31");
  EXPECT_EQ(worked.says("t", "status reason"), "undecided conflicting_reports");
}

TEST(NotApplicable, IsSkippedByAggregatesAndPassedOnByOperators) {
  const std::string plan = head +
                           "input x 张 stock at 镇 table q 张 by 镇 { \"A\": 5, \"B\": 10 }"
                           " indicator over 张 = x - q target t : ";
  const std::string data = "镇,period,x\nA,2023-12,7\nB,2023-12,7\nC,2023-12,7\n";
  const auto says = [&](const std::string& condition, const char* columns) {
    return Worked(plan + condition, {data}, "2023-12-31").says("t", columns);
  };
  EXPECT_EQ(says("over >= 0 张 by 2023-12-31 at each 镇", "entity status"),
            "A met\nB missed\nC not_applicable");
  EXPECT_EQ(says("share(镇: over >= 0 张) >= 50% by 2023-12-31", "status value"), "met 50");
  EXPECT_EQ(says("sum(镇: over) >= 0 张 by 2023-12-31", "value"), "-1");
  EXPECT_EQ(says("average(镇: over) >= 0 张 by 2023-12-31", "value"), "-0.5");
  EXPECT_EQ(says("all(镇: over >= -3 张) by 2023-12-31", "status"), "met");
}

TEST(Unknowns, OfTwoReportsAreNotTheSame) {
  // On 15 August the cell's own value is August's report, the other that of 31 July.
  const std::string plan =
      head + "input x 张 stock each month at 县 target t : x - x[2023-08-15] = 0 张 by 2023-08-15";
  const auto status = [&](const char* data, const char* as_of) {
    return Worked(plan, {data}, as_of).says("t", "status");
  };
  EXPECT_EQ(status("period,x\n2023-07,\n2023-08,\n", "2023-12-31"), "undecided");
  EXPECT_EQ(status("period,x\n2023-07,5\n2023-08,7\n", "2023-12-31"), "missed");
  EXPECT_EQ(status("period,x\n2023-07,\n2023-08,\n", "2023-08-15"), "met");  // both are August's
  // At the end of a month both are that month's.
  const std::string whole =
      head + "input x 张 stock each month at 县 target t : x - x[2023-08-31] = 0 张 by 2023-08-31";
  EXPECT_EQ(Worked(whole, {"period,x\n2023-08,\n"}, "2023-12-31").says("t", "status tight"),
            "met tight");
  // A report that is there and cannot be read is carried forward as one.
  const std::string carried =
      head + "input x 张 stock at 县 target t : x - x[2023-08-15] = 0 张 by 2023-08-15";
  EXPECT_EQ(Worked(carried, {"period,x\n2023-07,?\n"}, "2023-12-31").says("t", "status tight"),
            "met tight");
  EXPECT_EQ(Worked(carried, {"period,x\n2023-07,\n"}, "2023-12-31").says("t", "status"),
            "undecided");
  // Before due the two can still come apart.
  const std::string apart =
      head +
      "input x 张 stock at 县 target t : x - x[2023-01-01..2023-08-15] != 0 张 by 2023-08-15";
  EXPECT_NE(Worked(apart, {"period,x\n2023-05,5\n"}, "2023-06-30").says("t", "status"), "missed");
}

TEST(Verdicts, CountPeriodsThatTheSpanCuts) {
  const std::string monthly = head + "input f 次 flow each month at 县 target t : f <= 3 次";
  const auto by_march = [&](const char* march, const char* as_of) {
    const std::string data = "period,f\n2023-01,1\n2023-02,1\n2023-03," + std::string(march);
    return Worked(monthly + " by 2023-03-15", {data + "\n"}, as_of)
        .says("t", "status value range reason");
  };
  EXPECT_EQ(by_march("100", "2023-06-30"), "undecided - [2..102] coarser_than_asked");
  EXPECT_EQ(by_march("", "2023-06-30"), "undecided - [2..infinity] not_reported");
  EXPECT_EQ(by_march("?", "2023-06-30"), "undecided - [2..infinity] bad_cell");
  // March has not ended, but what was asked of it has: from then on its report is owed.
  EXPECT_EQ(by_march("", "2023-03-14"), "on_track 2 [2..2] -");
  EXPECT_EQ(by_march("", "2023-03-15"), "undecided - [2..infinity] not_reported");
  EXPECT_EQ(by_march("", "2023-03-20"), "undecided - [2..infinity] not_reported");
  // Nothing is owed where silence is 0, or where finer reports tell of the part that is inside.
  EXPECT_EQ(Worked(head + "input f 次 flow each month missing is 0 at 县"
                          " target t : f <= 3 次 by 2023-03-15",
                   {"period,f\n2023-01,1\n2023-02,1\n"}, "2023-06-30")
                .says("t", "status value"),
            "met 2");
  const std::string quarterly = head +
                                "input h 次 flow each quarter at 县"
                                " target t : h = 0 次 in 2023-02..2023-08";
  const auto inside = [&](const char* data) {
    return Worked(quarterly, {data}, "2023-12-31").says("t", "status value range reason");
  };
  EXPECT_EQ(inside("period,h\n2023-Q2,0\n"), "undecided - [0..infinity] not_reported");
  EXPECT_EQ(inside("period,h\n2023-Q1,5\n2023-Q2,0\n2023-Q3,7\n"),
            "undecided - [0..12] coarser_than_asked");
  EXPECT_EQ(inside("period,h\n2023-02,0\n2023-03,0\n2023-Q2,0\n2023-07,0\n2023-08,0\n"),
            "met 0 [0..0] -");
  EXPECT_EQ(inside("period,h\n2023-Q1,5\n2023-Q2,1\n"), "missed - [1..infinity] -");
  // A report that is there and cannot be read is one, promised or not.
  EXPECT_EQ(Worked(head + "input f 次 flow at 县 target t : f <= 3 次 by 2023-03-15",
                   {"period,f\n2023-01,1\n2023-02,1\n2023-03,?\n"}, "2023-06-30")
                .says("t", "status range"),
            "undecided [2..infinity]");
  // With both ends of what one report can be.
  EXPECT_EQ(Worked(head + "input f 次 flow each month range 0 次..10 次 at 县"
                          " target t : f <= 30 次 in 2023-01-15..2023-03-15",
                   {"period,f\n2023-02,1\n"}, "2023-06-30")
                .says("t", "status range"),
            "met [1..21]");
}

TEST(Verdicts, OverWeightedMeansNeedWeights) {
  const auto over_parts = [&](const char* weights, const char* condition, const char* data) {
    const std::string plan = head + "input w 人 stock at 镇" + weights +
                             " input r % stock over parts average weighted by w at 镇 target t : ";
    return Worked(plan + condition, {data}, "2023-12-31").says("t", "status value reason");
  };
  const char* none = "镇,period,w,r\nA,2023-12,0,50\nB,2023-12,0,60\n";
  EXPECT_EQ(over_parts("", "r >= 40%", none), "undecided - division_by_zero");
  EXPECT_EQ(over_parts("", "abs(r) >= 0%", none), "undecided - division_by_zero");
  const char* unknown = "镇,period,w,r\nA,2023-12,,50\nB,2023-12,,60\n";
  EXPECT_EQ(over_parts("", "r >= 40%", unknown), "undecided - partial");
  EXPECT_EQ(over_parts("", "r <= 40%", unknown), "undecided - partial");
  const char* one = "镇,period,w,r\nA,2023-12,5,50\nB,2023-12,,80\n";
  EXPECT_EQ(over_parts("", "r >= 40%", one), "met - -");
  EXPECT_EQ(over_parts("", "r >= 60%", one), "undecided - partial");
  EXPECT_EQ(over_parts(" range -5 人..5 人", "r >= 40%", one), "undecided - partial");
  EXPECT_EQ(over_parts(" range 1 人..5 人", "r >= 40%", unknown), "met - -");
  // What weighs nothing does not matter.
  const char* light = "镇,period,w,r\nA,2023-12,5,50\nB,2023-12,0,\n";
  EXPECT_EQ(over_parts("", "r >= 40%", light), "met - -");

  const auto over_periods = [&](const char* weights, const char* condition, const char* data) {
    const std::string plan =
        head + "input w 人 flow at 县" + weights +
        " input r % flow each month range 0..100 % over periods average weighted by w at 县"
        " target t : ";
    return Worked(plan + condition + " in 2023-Q1", {data}, "2023-12-31")
        .says("t", "status value reason");
  };
  const char* no_weights = "period,w,r\n2023-01,,50\n2023-02,,60\n2023-03,,60\n";
  EXPECT_EQ(over_periods("", "r >= 40%", no_weights), "undecided - not_reported");
  const char* no_weight = "period,w,r\n2023-01,0,50\n2023-02,0,60\n2023-03,0,60\n";
  EXPECT_EQ(over_periods("", "r >= 40%", no_weight), "undecided - division_by_zero");
  EXPECT_EQ(over_periods("", "abs(r) >= 0%", no_weight), "undecided - division_by_zero");
  const char* some = "period,w,r\n2023-01,5,50\n2023-02,,80\n2023-03,,60\n";
  EXPECT_EQ(over_periods("", "r >= 40%", some), "met - -");
  EXPECT_EQ(over_periods(" range -5 人..5 人", "r >= 40%", some), "undecided - not_reported");
  const char* absent = "period,w,r\n2023-01,5,50\n2023-02,5,80\n";
  EXPECT_EQ(over_periods("", "r >= 40%", absent), "undecided - not_reported");
  EXPECT_EQ(over_periods("", "r >= 0%", absent), "met - -");
}

TEST(Known, AsksWhetherThereIsAValue) {
  const std::string data = "镇,period,x\nA,2023-12,7\nB,2023-12,\n";
  const Worked worked(head +
                          "input x 张 stock at 镇 target t : known(x) by 2023-12-31 at each 镇"
                          " target u : share(镇: known(x)) >= 50% by 2023-12-31",
                      {data}, "2023-12-31");
  EXPECT_EQ(worked.says("t", "entity status"), "A met\nB missed");
  EXPECT_EQ(worked.says("u", "status value"), "met 50");
}

TEST(Power, OfWhatMayBeZeroFailsOnlyWhereItDivides) {
  const Worked worked(head +
                          "input x 张 stock at 县 target t : min(x, 1 张)^2 <= 1 张²"
                          " target u : min(x, 1 张)^-2 >= 1 张^-2",
                      {"period,x\n2023-06,\n"}, "2023-12-31");
  EXPECT_EQ(worked.says("t", "status"), "met");
  EXPECT_EQ(worked.says("u", "status"), "undecided");
}

TEST(Known, BeforeDueMayStillComeButDoesNotGo) {
  const std::string plan = head +
                           "input x 次 flow each month at 镇"
                           " target t : known(x) each month in 2023-03..2023-05 at each 镇"
                           " target u : count(镇 where known(x)) >= 2 in 2023-03";
  const Worked worked(plan, {"镇,period,x\nA,2023-02,7\nB,2023-02,7\nA,2023-03,1\nA,2023-04,0\n"},
                      "2023-04-10");
  EXPECT_EQ(worked.says("t", "span entity status"),
            "2023-03 A met\n2023-03 B missed\n2023-04 A met\n2023-04 B pending\n"
            "2023-05 A pending\n2023-05 B pending");
  EXPECT_EQ(worked.says("u", "status value"), "missed 1");
  const Worked stock(head + "input x 张 stock at 县 target t : known(x) by 2023-12-31",
                     {"period,x\n2023-02,7\n"}, "2023-04-10");
  EXPECT_EQ(stock.says("t", "status"), "met");
}

TEST(Rank, BeforeDueMayStillChange) {
  const Worked worked(
      head +
          "input x 次 flow at 镇 target t : rank(x among 镇) = 1 by 2023-12-31 at each 镇"
          " target u : rank(x among 镇) <= 2 by 2023-12-31 at each 镇",
      {"镇,period,x\nA,2023-02,7\nB,2023-02,6\n"}, "2023-04-10");
  EXPECT_EQ(worked.says("t", "entity status"), "A on_track\nB behind");
  EXPECT_EQ(worked.says("u", "entity status"), "A met\nB met");  // there are only two
  // A is the latest so far, but B, not done yet, will be later.
  const Worked dates(head +
                         "input d date constant at 镇 missing is later"
                         " target t : rank(d among 镇) = 1 by 2023-12-31 at \"A\"",
                     {"镇,d\nA,2023-02-01\nB,\n"}, "2023-04-10");
  EXPECT_EQ(dates.says("t", "entity status value"), "A missed 2");
}

}  // namespace
}  // namespace dabiao::worked
