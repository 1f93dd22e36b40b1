// Targets in time: spans and deadlines, every status, paths, projections, progress, attainment,
// dates reached, references to other targets, and summaries.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "worked.hpp"

namespace dabiao::worked {
namespace {

// 122 days: September 30, October 31, November 30, December 31. The 61st is 31 October.
const std::string head = R"(
plan p "plan" window 2023-09-01..2023-12-31
level 县  level 镇 in 县
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

const std::string flow = "input x 次 flow at 县 target t : ";
const std::string stock = "input x 张 stock at 县 target t : ";

TEST(When, ByADate) {
  const std::string data = "period,x\n2023-08,50\n2023-09,1\n2023-10,2\n2023-11,4\n2023-12,8\n";
  check({
      {"the window's start to the date", flow + "x >= 3 次 by 2023-10-31", data, "2023-12-31",
       "span due value status", "2023-09-01..2023-10-31 2023-10-31 3 met"},
      {"before it is due the span ends at the as-of date", flow + "x >= 3 次 by 2023-12-31", data,
       "2023-10-31", "value", "3"},
      {"after it is due it is frozen", flow + "x >= 4 次 by 2023-10-31", data, "2023-12-31",
       "value status", "3 missed"},
      {"the due day itself counts", flow + "x >= 4 次 by 2023-10-31", data, "2023-10-31", "status",
       "missed"},
      {"the day before it does not", flow + "x >= 4 次 by 2023-10-31", data, "2023-10-30", "status",
       "behind"},
      {"two dates are two cells, the second beginning after the first",
       flow + "x >= 12 次 by 2023-10-31, 2023-12-31", data, "2023-12-31", "span due value status",
       "2023-09-01..2023-10-31 2023-10-31 3 missed\n2023-11-01..2023-12-31 2023-12-31 12 met"},
      {"the second has not begun", flow + "x >= 12 次 by 2023-10-31, 2023-12-31", data,
       "2023-10-15", "due status", "2023-10-31 behind\n2023-12-31 pending"},
  });
}

TEST(When, DatesMayBeExpressionsAtTheCell) {
  const std::string data =
      "镇,period,a,b\nA,,2023-10-10,2023-10-12\nB,,2023-10-20,2023-10-15\nC,,,2023-10-15\n";
  check({
      {"each town's own day",
       "input a date constant at 镇 input b date constant at 镇"
       " target t : b <= due by a at each 镇",
       data, "2023-12-31", "entity due status reached",
       "A 2023-10-10 missed 2023-10-12\nB 2023-10-20 met 2023-10-15\nC - undecided -"},
      {"ten days later",
       "input a date constant at 镇 input b date constant at 镇"
       " target t : b <= due by a + 2 日 at each 镇 where known(a)",
       data, "2023-12-31", "entity due status",
       "A 2023-10-12 met\nB 2023-10-22 met\nC - undecided"},
  });
}

TEST(When, InSpans) {
  const std::string data = "period,x\n2023-09,1\n2023-10,2\n2023-11,4\n2023-12,8\n2024-01,16\n";
  check({
      {"two spans", flow + "x >= 3 次 in 2023-Q4, 2024-Q1", data, "2023-12-31",
       "span due value status", "2023-Q4 2023-12-31 14 met\n2024-Q1 2024-03-31 - pending"},
      {"an open end is closed by the window", flow + "x >= 3 次 in 2023-11..", data, "2023-12-31",
       "span value", "2023-11-01..2023-12-31 12"},
  });
}

TEST(When, EachPeriod) {
  const std::string months = "period,x\n2023-09,1\n2023-10,2\n2023-11,4\n2023-12,8\n";
  check({
      {"every whole month of the window", flow + "x >= 3 次 each month", months, "2023-12-31",
       "span due status",
       "2023-09 2023-09-30 missed\n2023-10 2023-10-31 missed\n2023-11 2023-11-30 met\n"
       "2023-12 2023-12-31 met"},
      {"months that lie inside as a whole", flow + "x >= 3 次 each month in 2023-10-15..2023-12-30",
       months, "2023-12-31", "span", "2023-11"},
      {"whole quarters only", flow + "x >= 3 次 each quarter", months, "2023-12-31", "span value",
       "2023-Q4 14"},
      {"an open span", flow + "x >= 3 次 each month in 2023-11..", months, "2023-11-15",
       "span status", "2023-11 met\n2023-12 pending"},
      {"a month under way has no path", flow + "x >= 30 次 each month in 2023-11..", months,
       "2023-11-15", "span status expected", "2023-11 pending -\n2023-12 pending -"},
  });
}

TEST(When, EachPeriodByADayOfItsOwn) {
  const std::string reports =
      "input r date each month at 镇 missing is later target t : "
      "r <= due each month in 2023-09..2023-10 by day 25 at each 镇";
  const std::string data =
      "镇,period,r\nA,2023-09,2023-09-25\nB,2023-09,2023-09-26\nA,2023-10,2023-10-20\n"
      "C,2023-09,\n";
  const std::string half =
      "input r date each half at 县 missing is later target t : "
      "r <= due each half in 2023 by end + 20 天";
  check({
      {"by day 25, in time, late and not at all", reports, data, "2023-09-30",
       "span entity due status reached",
       "2023-09 A 2023-09-25 met 2023-09-25\n2023-09 B 2023-09-25 missed 2023-09-26\n"
       "2023-09 C 2023-09-25 missed -\n2023-10 A 2023-10-25 pending -\n"
       "2023-10 B 2023-10-25 pending -\n2023-10 C 2023-10-25 pending -"},
      {"on the 20th nobody is late", reports, data, "2023-09-20", "span entity status",
       "2023-09 A pending\n2023-09 B pending\n2023-09 C pending\n2023-10 A pending\n"
       "2023-10 B pending\n2023-10 C pending"},
      {"on the 25th silence is late", reports, data, "2023-09-25", "span entity status",
       "2023-09 A met\n2023-09 B missed\n2023-09 C missed\n2023-10 A pending\n"
       "2023-10 B pending\n2023-10 C pending"},
      {"twenty days after the half year", half,
       "period,r\n2023-H1,2023-07-20\n2023-H2,2024-01-21\n", "2024-02-01",
       "span due status reached",
       "2023-H1 2023-07-20 met 2023-07-20\n2023-H2 2024-01-20 missed 2024-01-21"},
      {"within the twenty days", half, "period,r\n2023-H1,2023-07-20\n", "2023-07-19",
       "span due status", "2023-H1 2023-07-20 pending\n2023-H2 2024-01-20 pending"},
      {"by day 31", flow + "x >= 1 次 each month by day 31", "period,x\n2023-09,1\n", "2023-09-30",
       "due", "2023-09-30\n2023-10-31\n2023-11-30\n2023-12-31"},
  });
}

TEST(When, NothingIsAStandingDuty) {
  const std::string data = "period,x\n2023-06,5\n2023-10,2\n";
  check({
      {"before the window", stock + "x >= 3 张", data, "2023-08-31", "status due",
       "pending 2023-09-01"},
      {"due at every as-of date", stock + "x >= 3 张", data, "2023-09-15", "status due value",
       "met 2023-09-15 5"},
      {"due again", stock + "x >= 3 张", data, "2023-10-15", "status due value",
       "missed 2023-10-15 2"},
      {"nothing reported", stock + "x >= 3 张", "period,x\n2024-06,5\n", "2023-10-15",
       "status reason", "undecided not_reported"},
  });
}

TEST(Status, WhenDueIsWhatEveryCompletionSays) {
  const std::string towns = "entities 镇 { \"A\", \"B\" } input x 张 stock at 镇 target t : ";
  const std::string one = "镇,period,x\nA,2023-12,10\n";
  check({
      {"holds for all", towns + "x >= 10 张 by 2023-12-31", one, "2023-12-31", "status", "met"},
      {"holds for none", towns + "x < 10 张 by 2023-12-31", one, "2023-12-31", "status", "missed"},
      {"holds for some", towns + "x >= 11 张 by 2023-12-31", one, "2023-12-31", "status",
       "undecided"},
  });
}

TEST(Status, BeforeDueWhatNoFutureCanChange) {
  const std::string visits = "period,x,y\n2023-09,6,20\n2023-10,5,20\n";
  const std::string beds = "period,x\n2023-08,5\n2023-10,12\n";
  const std::string two = "input x 次 flow at 县 input y 次 flow at 县 target t : ";
  check({
      {"a cap on a flow is already broken", flow + "x <= 10 次 by 2023-12-31", visits, "2023-10-31",
       "status", "missed"},
      {"a cap on a flow that still holds", flow + "x <= 11 次 by 2023-12-31", visits, "2023-10-31",
       "status", "on_track"},
      {"a cap on a flow that was kept to the end", flow + "x <= 11 次 by 2023-10-31", visits,
       "2023-10-31", "status", "met"},
      {"a flow that has reached it", flow + "x >= 11 次 by 2023-12-31", visits, "2023-10-31",
       "status", "met"},
      {"a stock that holds today", stock + "x >= 12 张 by 2023-12-31", beds, "2023-10-31", "status",
       "met"},
      {"and may lose it later", stock + "x >= 12 张 by 2023-12-31", beds + "2023-11,10\n",
       "2023-11-30", "status", "behind"},
      {"a cap on a stock that is broken today may heal", stock + "x <= 11 张 by 2023-12-31", beds,
       "2023-10-31", "status", "behind"},
      {"a ratio of flows may fall again", two + "x / y >= 25% by 2023-12-31", visits, "2023-10-31",
       "status", "on_track"},
      {"more than all is impossible", two + "x / (x + y) > 100% by 2023-12-31", visits,
       "2023-10-31", "status", "missed"},
      {"a flow equal to a number that it has passed", flow + "x = 10 次 by 2023-12-31", visits,
       "2023-10-31", "status", "missed"},
      {"a flow above its range", flow + "x = 5..10 次 by 2023-12-31", visits, "2023-10-31",
       "status", "missed"},
      {"a flow inside its range may leave it", flow + "x = 5..20 次 by 2023-12-31", visits,
       "2023-10-31", "status", "on_track"},
      {"an event that happened", "input e yesno flow at 县 target t : e by 2023-12-31",
       "period,e\n2023-09,yes\n2023-10,no\n", "2023-10-31", "status", "met"},
      {"an event that did not happen yet", "input e yesno flow at 县 target t : e by 2023-12-31",
       "period,e\n2023-09,no\n2023-10,no\n", "2023-10-31", "status", "pending"},
      {"an event that must not happen", "input e yesno flow at 县 target t : not e by 2023-12-31",
       "period,e\n2023-09,yes\n", "2023-10-31", "status", "missed"},
      {"and has not so far", "input e yesno flow at 县 target t : not e by 2023-12-31",
       "period,e\n2023-09,no\n2023-10,no\n", "2023-10-31", "status", "on_track"},
      {"what is so today", "input e yesno stock at 县 target t : e by 2023-12-31",
       "period,e\n2023-09,yes\n", "2023-10-31", "status", "met"},
      {"what is not so today", "input e yesno stock at 县 target t : e by 2023-12-31",
       "period,e\n2023-09,no\n", "2023-10-31", "status", "pending"},
      {"a stage on the way",
       "stages 等级 = 无 < 开工 < 建成 input s 等级 stock at 县"
       " target t : s >= 建成 by 2023-12-31",
       "period,s\n2023-09,开工\n", "2023-10-31", "status", "pending"},
      {"a stage reached",
       "stages 等级 = 无 < 开工 < 建成 input s 等级 stock at 县"
       " target t : s >= 建成 by 2023-12-31",
       "period,s\n2023-09,建成\n", "2023-10-31", "status", "met"},
      {"a date that was kept",
       "input d date constant at 县 missing is later"
       " target t : d <= 2023-11-30 by 2023-12-31",
       "d\n2023-10-05\n", "2023-10-31", "status reached", "met 2023-10-05"},
      {"a date that has passed in silence",
       "input d date constant at 县 missing is later"
       " target t : d <= 2023-10-15 by 2023-12-31",
       "d\n\n", "2023-10-31", "status", "missed"},
      {"a date not yet passed in silence",
       "input d date constant at 县 missing is later"
       " target t : d <= 2023-11-30 by 2023-12-31",
       "d\n\n", "2023-10-31", "status", "pending"},
  });
}

TEST(Status, BeforeDueWithMissingDataTakesTheBounds) {
  const std::string towns = "entities 镇 { \"A\", \"B\" } input x 张 stock at 镇 target t : ";
  check({
      {"at the path whatever the other has", towns + "x >= 61 张 by 2023-12-31",
       "镇,period,x\nA,2023-08,0\nB,2023-08,0\nA,2023-10,40\n", "2023-10-31", "status value",
       "on_track 40"},
      {"a part that never reported leaves it open", towns + "x >= 61 张 by 2023-12-31",
       "镇,period,x\nA,2023-08,0\nA,2023-10,30\n", "2023-10-31", "status reason",
       "undecided partial"},
      {"but enough is enough", towns + "x >= 61 张 by 2023-12-31",
       "镇,period,x\nA,2023-08,0\nA,2023-10,61\n", "2023-10-31", "status whatever", "met whatever"},
  });
}

TEST(Path, OfAFlowGoesFromZeroAtTheSpansStart) {
  check({
      {"above", flow + "x >= 700 次 by 2023-12-31", "period,x\n2023-09,200\n2023-10,200\n",
       "2023-10-31", "status start expected progress attained projected reaches",
       "on_track 0 350 4/7 4/7 800 2023-12-16"},
      {"at the path exactly", flow + "x >= 700 次 by 2023-12-31",
       "period,x\n2023-09,150\n2023-10,200\n", "2023-10-31", "status gap", "on_track -350"},
      {"short of it", flow + "x >= 700 次 by 2023-12-31", "period,x\n2023-09,100\n2023-10,200\n",
       "2023-10-31", "status expected projected reaches", "behind 350 600 2024-01-21"},
      {"it is read at the data day", flow + "x >= 700 次 by 2023-12-31",
       "period,x\n2023-09,150\n2023-10,200\n", "2023-11-25", "status expected data",
       "on_track 350 2023-10-31"},
      {"in a span of its own", flow + "x >= 61 次 in 2023-11..2023-12", "period,x\n2023-11,30\n",
       "2023-11-30", "status expected", "on_track 30"},
      // A ratio with a flow in it goes from 0 too: 100 % · 61/122.
      {"a ratio that contains a flow",
       "input x 次 flow at 县 input n 人 stock at 县 target t : x / n >= 2 次/人 by 2023-12-31",
       "period,x,n\n2023-08,,10\n2023-10,9,10\n", "2023-10-31", "status expected value",
       "behind 1 0.9"},
  });
}

TEST(Path, OfAStockGoesFromItsValueBeforeTheWindow) {
  check({
      {"short of it", stock + "x >= 161 张 by 2023-12-31", "period,x\n2023-08,100\n2023-10,130\n",
       "2023-10-31", "status start expected progress attained projected reaches",
       "behind 100 130.5 30/61 130/161 160 2024-01-03"},
      {"past it", stock + "x >= 161 张 by 2023-12-31", "period,x\n2023-08,100\n2023-10,131\n",
       "2023-10-31", "status progress projected", "on_track 31/61 162"},
      {"before the first report of the window it stands at its start",
       stock + "x >= 161 张 by 2023-12-31", "period,x\n2023-08,100\n", "2023-10-31",
       "status expected data", "on_track 100 2023-08-31"},
      {"the second date has the same start", stock + "x >= 222 张 by 2023-10-31, 2023-12-31",
       "period,x\n2023-08,100\n2023-10,161\n", "2023-11-15", "due status expected",
       "2023-10-31 missed 222\n2023-12-31 on_track 161"},
      {"without a start the threshold itself", stock + "x >= 161 张 by 2023-12-31",
       "period,x\n2023-10,160\n", "2023-10-31", "status start expected progress projected",
       "behind - 161 - -"},
      {"satisfying already at the start: the threshold itself", stock + "x >= 161 张 by 2023-12-31",
       "period,x\n2023-08,200\n2023-10,160\n", "2023-10-31", "status expected progress",
       "behind 161 0"},
      {"at most: mirrored, past it", stock + "x <= 139 张 by 2023-12-31",
       "period,x\n2023-08,200\n2023-10,169\n", "2023-10-31", "status expected progress attained",
       "on_track 169.5 31/61 139/169"},
      {"at most: mirrored, short of it", stock + "x <= 139 张 by 2023-12-31",
       "period,x\n2023-08,200\n2023-10,170\n", "2023-10-31", "status gap", "behind -31"},
      {"57.66 % to 58.83 % of 60 %", "input x % stock at 县 target t : x >= 60% by 2023-12-31",
       "period,x\n2023-08,57.66%\n2023-10,58.83%\n", "2023-10-31",
       "status progress attained expected", "on_track 0.5 0.9805 58.83"},
      {"a range from below", stock + "x = 61..80 张 by 2023-12-31",
       "period,x\n2023-08,0\n2023-10,30\n", "2023-10-31", "status expected progress",
       "behind 30.5 30/61"},
      {"a range from above", stock + "x = 10..39 张 by 2023-12-31",
       "period,x\n2023-08,100\n2023-10,69\n", "2023-10-31", "status expected", "on_track 69.5"},
      {"inside the range", stock + "x = 10..39 张 by 2023-12-31",
       "period,x\n2023-08,100\n2023-10,39\n", "2023-10-31", "status", "met"},
      {"past the range", stock + "x = 61..80 张 by 2023-12-31", "period,x\n2023-08,0\n2023-10,90\n",
       "2023-10-31", "status", "behind"},
      {"a point is a range of one", stock + "x = 61 张 by 2023-12-31",
       "period,x\n2023-08,0\n2023-10,31\n", "2023-10-31", "status expected", "on_track 30.5"},
      {"unequal has no path", stock + "x != 61 张 by 2023-12-31",
       "period,x\n2023-08,0\n2023-10,61\n", "2023-10-31", "status expected", "pending -"},
  });
}

TEST(Path, MilestonesAreAStep) {
  const std::string plan =
      stock + "x >= 75 张 by 2023-12-31 milestones 2023-10: 40 张, 2023-11: 60 张";
  check({
      {"before the first: the start value", plan, "period,x\n2023-08,7\n2023-09,7\n", "2023-09-30",
       "status expected", "on_track 7"},
      {"below the start value", plan, "period,x\n2023-08,7\n2023-09,6\n", "2023-09-30",
       "status expected", "behind 7"},
      {"on the day of the first", plan, "period,x\n2023-08,7\n2023-10,39\n", "2023-10-31",
       "status expected", "behind 40"},
      {"the first is kept", plan, "period,x\n2023-08,7\n2023-10,40\n", "2023-10-31",
       "status expected", "on_track 40"},
      {"between the second and the end", plan, "period,x\n2023-08,7\n2023-11,60\n", "2023-12-15",
       "status expected", "on_track 60"},
      {"at the data day", plan, "period,x\n2023-08,7\n2023-09,30\n", "2023-10-31",
       "status expected data", "on_track 7 2023-09-30"},
      {"due", plan, "period,x\n2023-08,7\n2023-12,74\n", "2023-12-31", "status", "missed"},
      {"of a period", stock + "x >= 75 张 each quarter in 2023-Q4 milestones 2023-10: 40 张",
       "period,x\n2023-08,7\n2023-10,39\n", "2023-10-31", "status expected", "behind 40"},
      {"of a period, kept", stock + "x >= 75 张 each quarter in 2023-Q4 milestones 2023-10: 40 张",
       "period,x\n2023-08,7\n2023-10,40\n", "2023-10-31", "status expected", "on_track 40"},
      {"a flow starts at 0", flow + "x >= 75 次 by 2023-12-31 milestones 2023-10: 40 次",
       "period,x\n2023-09,0\n", "2023-09-30", "status expected", "on_track 0"},
      {"a cap holds before the first", flow + "x <= 75 次 by 2023-12-31 milestones 2023-10: 40 次",
       "period,x\n2023-09,9\n", "2023-09-30", "status expected", "on_track 75"},
      {"a cap on the day of the first", flow + "x <= 75 次 by 2023-12-31 milestones 2023-10: 40 次",
       "period,x\n2023-09,9\n2023-10,32\n", "2023-10-31", "status expected", "behind 40"},
  });
}

TEST(Attained, IsTheShareOfTheThreshold) {
  const auto due = [](const char* name, const char* condition, const char* value,
                      const char* expected) {
    return Case{name,
                stock + condition + " by 2023-12-31",
                std::string("period,x\n2023-12,") + value + "\n",
                "2023-12-31",
                "attained gap",
                expected};
  };
  check({
      due("at least, met", "x >= 50 张", "60", "1 10"),
      due("at least, short", "x >= 50 张", "40", "0.8 -10"),
      due("at most, met", "x <= 50 张", "40", "1 10"),
      due("at most, exceeded", "x <= 50 张", "80", "0.625 -30"),
      due("nothing of it", "x >= 50 张", "0", "0 -50"),
      due("at most nothing", "x <= 0 张", "80", "0 -80"),
      due("strictly more: equal fails", "x > 50 张", "50", "1 0"),
      {"a stage has nothing or all",
       "stages 等级 = 无 < 开工 < 建成 input s 等级 stock at 县"
       " target t : s >= 建成 by 2023-12-31",
       "period,s\n2023-12,开工\n", "2023-12-31", "attained", "0"},
      {"and takes the least",
       "input x 张 stock at 县 input y 张 stock at 县 target t : "
       "x >= 50 张 and y >= 10 张 by 2023-12-31",
       "period,x,y\n2023-12,40,5\n", "2023-12-31", "attained value threshold", "0.5 5 10"},
      {"or takes the greatest",
       "input x 张 stock at 县 input y 张 stock at 县 target t : "
       "x >= 50 张 or y >= 10 张 by 2023-12-31",
       "period,x,y\n2023-12,40,5\n", "2023-12-31", "attained value threshold", "0.8 40 50"},
      {"and of a yes/no",
       "input x 张 stock at 县 input e yesno stock at 县 target t : "
       "x >= 50 张 and e by 2023-12-31",
       "period,x,e\n2023-12,40,no\n", "2023-12-31", "attained", "0"},
      {"missing has none", stock + "x >= 50 张 by 2023-12-31", "period,x\n2024-12,1\n",
       "2023-12-31", "attained gap", "- -"},
  });
}

TEST(Compound, AndTakesTheWorstOrTheBest) {
  const std::string inputs =
      "input x 张 stock at 县 input y 张 stock at 县 input e yesno stock at 县 target t : ";
  // On 31 October: x is behind its path of 50, y past it, e is not so yet.
  const std::string data = "period,x,y,e\n2023-08,0,0,no\n2023-10,10,60,no\n";
  const auto of = [&](const char* name, const char* condition, const char* expected) {
    return Case{name,
                inputs + condition + " by 2023-12-31",
                data,
                "2023-10-31",
                "status statuses binding",
                expected};
  };
  check({
      of("behind and on track", "x >= 100 张 and y >= 100 张", "behind behind,on_track 0"),
      of("behind or on track", "x >= 100 张 or y >= 100 张", "on_track behind,on_track 1"),
      of("behind and pending", "e and x >= 100 张", "behind pending,behind 1"),
      of("pending or behind", "e or x >= 100 张", "pending pending,behind 0"),
      of("met and pending", "y >= 60 张 and e", "pending met,pending 1"),
      of("met or pending", "y >= 60 张 or e", "met met,pending 0"),
      of("on track and met", "y >= 100 张 and x >= 10 张", "on_track on_track,met 0"),
      of("nested", "(x >= 100 张 or y >= 100 张) and x >= 10 张", "on_track behind,on_track,met 1"),
      of("not of an or is an and of nots", "not (x < 10 张 or y < 100 张)",
         "on_track met,on_track 1"),
  });
  const std::string missing = "period,x,y,e\n2023-08,0,,no\n2023-10,10,,no\n";
  check({
      {"undecided and behind", inputs + "y >= 100 张 and x >= 100 张 by 2023-12-31", missing,
       "2023-10-31", "status statuses", "undecided undecided,behind"},
      {"undecided or behind", inputs + "y >= 100 张 or x >= 100 张 by 2023-12-31", missing,
       "2023-10-31", "status", "behind"},
      {"missed and undecided", inputs + "y >= 100 张 and x >= 100 张 by 2023-12-31",
       "period,x,y,e\n2023-12,10,,no\n", "2023-12-31", "status statuses",
       "missed undecided,missed"},
      {"met or undecided", inputs + "y >= 100 张 or x >= 10 张 by 2023-12-31",
       "period,x,y,e\n2023-12,10,,no\n", "2023-12-31", "status statuses binding",
       "met undecided,met 1"},
  });
}

TEST(Where, KeepsTheCellsThatItConcerns) {
  const std::string plan =
      "input x 张 stock at 镇 input e yesno stock at 镇"
      " target t : e at each 镇 where x >= 100 张";
  check({
      {"within, without and unknown", plan,
       "镇,period,x,e\nA,2023-10,100,no\nB,2023-10,99,no\nC,2023-10,,yes\nD,2023-10,,no\n",
       "2023-10-31", "entity status reason",
       "A missed -\nB not_applicable not_applicable\nC met not_reported\nD undecided not_reported"},
      {"unknown before it is due",
       "input x 张 stock at 镇 input y 张 stock at 镇"
       " target t : y >= 122 张 by 2023-12-31 at each 镇 where x >= 100 张",
       "镇,period,x,y\nA,2023-08,,0\nA,2023-10,,122\nB,2023-08,,0\nB,2023-10,,60\n", "2023-10-31",
       "entity status", "A met\nB undecided"},
  });
}

TEST(Completeness, CountsTheReportsThatAreThere) {
  check({
      {"of two inputs the less complete one",
       "entities 镇 { \"A\", \"B\" } input x 张 stock at 镇 input y 人 stock at 镇"
       " target t : x / y >= 1 张/人 by 2023-12-31",
       "镇,period,x,y\nA,2023-12,1,1\nB,2023-12,,1\n", "2023-12-31", "complete", "1/2"},
      {"months of towns", "input x 次 flow each month at 镇 target t : x >= 100 次 in 2023-Q4",
       "镇,period,x\nA,2023-10,1\nA,2023-11,1\nA,2023-12,1\nB,2023-10,1\n", "2023-12-31",
       "complete", "4/6"},
      {"all there", "input x 次 flow each month at 镇 target t : x >= 4 次 in 2023-11..2023-12",
       "镇,period,x\nA,2023-11,1\nA,2023-12,1\nB,2023-11,1\nB,2023-12,1\n", "2023-12-31",
       "complete status", "4/4 met"},
  });
}

TEST(Reached, IsTheFirstDataDayOnWhichItHeld) {
  check({
      {"a flow", flow + "x >= 10 次 by 2023-12-31", "period,x\n2023-09,4\n2023-10,6\n2023-11,5\n",
       "2023-12-31", "status reached", "met 2023-10-31"},
      {"a stock that was lost again", stock + "x >= 10 张 by 2023-12-31",
       "period,x\n2023-09,4\n2023-10,12\n2023-12,9\n", "2023-12-31", "status reached",
       "missed 2023-10-31"},
      {"done late", stock + "x >= 10 张 by 2023-10-31", "period,x\n2023-10,4\n2023-11,12\n",
       "2023-12-31", "status value reached", "missed 4 2023-11-30"},
      {"a span is not filled up after its end", flow + "x >= 10 次 in 2023-10",
       "period,x\n2023-10,4\n2023-11,6\n", "2023-12-31", "status reached", "missed -"},
      {"each month", flow + "x >= 3 次 each month in 2023-09..2023-10",
       "period,x\n2023-09,4\n2023-10,2\n2023-11,6\n", "2023-12-31", "span status reached",
       "2023-09 met 2023-09-30\n2023-10 missed -"},
      {"each quarter, by its second month", flow + "x >= 3 次 each quarter",
       "period,x\n2023-10,1\n2023-11,2\n2023-12,6\n", "2023-12-31", "span status reached",
       "2023-Q4 met 2023-11-30"},
      {"never", stock + "x >= 10 张 by 2023-12-31", "period,x\n2023-10,4\n", "2023-12-31",
       "status reached", "missed -"},
      {"a flow done late counts on", flow + "x >= 10 次 by 2023-10-31",
       "period,x\n2023-10,4\n2023-11,6\n", "2023-12-31", "status value reached",
       "missed 4 2023-11-30"},
  });
}

TEST(References, ReadTheTargetsOwnCells) {
  const std::string plan =
      "unit 分 input x 张 stock at 镇"
      " target u : x >= 10 张 by 2023-12-31 at each 镇"
      " target w : x >= 30 张 by 2023-12-31 target t : ";
  const std::string data = "镇,period,x\nA,2023-12,12\nB,2023-12,8\nC,2023-12,\n";
  const std::string two = "镇,period,x\nA,2023-12,12\nB,2023-12,8\n";
  check({
      {"this entity's", plan + "met(u) by 2023-12-31 at each 镇", data, "2023-12-31",
       "entity status reason", "A met -\nB missed -\nC undecided undecided"},
      {"the ancestor's", plan + "met(w)[县] by 2023-12-31 at each 镇", two, "2023-12-31",
       "entity status", "A missed\nB missed"},
      {"or the own threshold", plan + "x >= 12 张 or met(w)[县] by 2023-12-31 at each 镇", two,
       "2023-12-31", "entity status", "A met\nB missed"},
      {"the share of those that met it", plan + "share(镇: met(u)) >= 50% by 2023-12-31", two,
       "2023-12-31", "status value", "met 50"},
      {"undecided is missing", plan + "share(镇: met(u)) >= 50% by 2023-12-31", data, "2023-12-31",
       "status range", "undecided [100/3..200/3]"},
      {"how far, this entity", plan + "attained(u) >= 80% by 2023-12-31 at each 镇", two,
       "2023-12-31", "entity status value", "A met 100\nB met 80"},
      {"how far, the ancestor", plan + "60 分 * attained(w)[县] >= 40 分 by 2023-12-31 at each 镇",
       two, "2023-12-31", "entity status value", "A met 40\nB met 40"},
      {"how far, of parts", plan + "average(镇: attained(u)) >= 90% by 2023-12-31", two,
       "2023-12-31", "status value", "met 90"},
  });
}

TEST(References, BeforeDueGiveTodaysStatus) {
  const std::string plan =
      "input x 次 flow at 镇 target u : x >= 122 次 by 2023-12-31 at each 镇"
      " target t : count(镇 where met(u)) >= 3";
  // On 31 October: A has met it, B is on track, C is behind.
  const Worked worked(head + plan, {"镇,period,x\nA,2023-10,122\nB,2023-10,61\nC,2023-10,60\n"},
                      "2023-10-31");
  EXPECT_EQ(worked.says("u", "entity status"), "A met\nB on_track\nC behind");
  EXPECT_EQ(worked.says("t", "status value"), "missed 1");
}

TEST(References, BeforeDueDoNotSayWhatWillBe) {
  // On 31 October: A has met it for good (a flow), B is on track, C is behind.
  const std::string data = "镇,period,x\nA,2023-10,122\nB,2023-10,61\nC,2023-10,60\n";
  const std::string plan =
      "input x 次 flow at 镇 target u : x >= 122 次 by 2023-12-31 at each 镇"
      " target t : ";
  check({
      {"two thirds may still meet it; their share has no start",
       plan + "share(镇: met(u)) >= 50% by 2023-12-31", data, "2023-10-31", "status value expected",
       "behind 100/3 50"},
      {"one has met it for good", plan + "count(镇 where met(u)) >= 1 by 2023-12-31", data,
       "2023-10-31", "status value", "met 1"},
      {"nobody may fail, and nobody has failed yet", plan + "all(镇: met(u)) by 2023-12-31", data,
       "2023-10-31", "status", "pending"},
      {"a cap that is broken fails for good",
       "input x 次 flow at 镇"
       " target u : x <= 100 次 by 2023-12-31 at each 镇 target t : all(镇: met(u)) by 2023-12-31",
       data, "2023-10-31", "status", "missed"},
      {"the other way is open while the ancestor may still meet it",
       plan + "x >= 1000 次 or met(w)[县] by 2023-12-31 at each 镇 target w : x >= 244 次 by "
              "2023-12-31",
       data, "2023-10-31", "entity statuses",
       "A behind,pending\nB behind,pending\nC behind,pending"},
      {"how far is today's", plan + "average(镇: attained(u)) >= 50% by 2023-12-31", data,
       "2023-10-31", "value", "4050/61"},
  });
}

// A name may mention the cell's own bodies; namesakes are told apart by their paths.
TEST(Bodies, AreThoseOfTheCell) {
  const Worked worked(R"biao(
plan p "plan" window 2023-09-01..2023-12-31
level 市  level 县 "县(区)" in 市  level 镇 in 县
unit 张
input x 张 stock at 镇
clause "一" lead "{县}民政局" responsible "{县}{镇}办公室", each 镇, "市残联" by 2023-12-31
target t : x >= 10 张 at each 镇
target u : x >= 10 张
)biao",
                      {"市,县,镇,period,x\nS,K,东镇,2023-12,12\nS,K,西镇,2023-12,8\n"
                       "S,L,东镇,2023-12,20\n"},
                      "2023-12-31");
  const assessment::Assessment& result = worked.assessment();
  std::vector<std::string> lines;
  for (const char* target : {"t", "u"}) {
    for (const assessment::Cell& cell : result.cells(target)) {
      std::string line;
      for (const std::string& body : result.lead(cell)) line += body + ";";
      for (const std::string& body : result.responsible(cell)) line += " " + body;
      lines.push_back(line);
    }
  }
  EXPECT_EQ(lines,
            (std::vector<std::string>{
                "K民政局; KK/东镇办公室 K/东镇 市残联", "K民政局; K西镇办公室 西镇 市残联",
                "L民政局; LL/东镇办公室 L/东镇 市残联", "县(区)民政局; 县(区)镇办公室 镇 市残联"}));
}

TEST(Summaries, TallyCellsAtEveryLevelAbove) {
  const Worked worked(R"(
plan p "plan" window 2023-09-01..2023-12-31
level 市  level 县 in 市  level 镇 in 县
unit 张
input x 张 stock at 镇
clause "一" lead "民政局" responsible each 县 by 2023-12-31
target t : x >= 10 张 at each 镇
clause "二" lead "卫健局" by 2023-12-31
target u : x >= 1000 张
)",
                      {"市,县,镇,period,x\nS,K,A,2023-12,12\nS,K,B,2023-12,8\nS,L,C,2023-12,\n"
                       "S,L,D,2023-12,20\n"},
                      "2023-12-31");
  const auto line = [](const assessment::Summary& each) {
    using assessment::Status;
    std::string text = each.key + ":";
    for (const assessment::StatusRow& row : assessment::statuses) {
      if (each.tally[row.status] == 0) continue;
      text += " " + std::string(row.name) + " " + std::to_string(each.tally[row.status]);
    }
    return text;
  };
  const auto lines = [&](const std::vector<assessment::Summary>& all) {
    std::vector<std::string> found;
    for (const assessment::Summary& each : all) found.push_back(line(each));
    return found;
  };
  const assessment::Assessment& result = worked.assessment();
  EXPECT_EQ(lines(result.by_target()),
            (std::vector<std::string>{"t: missed 1 undecided 1 met 2", "u: undecided 1"}));
  EXPECT_EQ(lines(result.by_clause()),
            (std::vector<std::string>{"一: missed 1 undecided 1 met 2", "二: undecided 1"}));
  EXPECT_EQ(lines(result.by_body()),
            (std::vector<std::string>{"K: missed 1 met 1", "民政局: missed 1 undecided 1 met 2",
                                      "L: undecided 1 met 1", "卫健局: undecided 1"}));
  EXPECT_EQ(lines(result.by_entity()),
            (std::vector<std::string>{"K/A: met 1", "K: missed 1 met 1",
                                      "S: missed 1 undecided 2 met 2", "K/B: missed 1",
                                      "L/C: undecided 1", "L: undecided 1 met 1", "L/D: met 1"}));
  EXPECT_EQ(*result.by_target()[0].tally.share_met(), 0.5);
}

TEST(Bodies, OfAGroupAnswerOnlyWhereTheyAreMembers) {
  const Worked worked(R"(
plan p "plan" window 2023-09-01..2023-12-31
level 市  level 县 in 市  level 镇 in 县
unit 张
input x 张 stock at 镇
group 山区 "山区县" of 县 = { "L" }
clause "一" lead "民政局" responsible "财政局", each 山区 cooperating each 县 by 2023-12-31
target t : x >= 10 张 at each 镇
target u : x >= 20 张
)",
                      {"市,县,镇,period,x\nS,K,A,2023-12,12\nS,L,B,2023-12,8\n"}, "2023-12-31");
  const assessment::Assessment& result = worked.assessment();
  using Names = std::vector<std::string>;
  ASSERT_EQ(result.cells().size(), 3u);
  EXPECT_EQ(result.responsible(result.cells()[0]), (Names{"财政局"}));
  EXPECT_EQ(result.cooperating(result.cells()[0]), (Names{"K"}));
  EXPECT_EQ(result.responsible(result.cells()[1]), (Names{"财政局", "L"}));
  EXPECT_EQ(result.responsible(result.cells()[2]), (Names{"财政局", "山区县"}));
}

}  // namespace
}  // namespace dabiao::worked
