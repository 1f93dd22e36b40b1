#include "dabiao/data/cell_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "dabiao/text/render.hpp"
#include "sample_plan.hpp"

namespace dabiao::data {
namespace {

using exact::Rational;
using value::Reason;

class CellText : public testing::Test {
 protected:
  SamplePlan sample;
  text::Diagnostic problem;

  /// The number that a cell of that unit is, in the unit; "missing" or "bad" for others.
  std::string read(std::string_view unit, std::string_view cell) {
    return shown(CellReader(*sample.plan, sample.number(unit)).read(cell, problem));
  }
  std::string read(const value::Type& type, std::string_view cell) {
    return shown(CellReader(*sample.plan, type).read(cell, problem));
  }
  static std::string shown(const CellValue& value) {
    if (value.reason == Reason::not_reported) return "missing";
    if (value.reason == Reason::bad_cell) return "bad";
    if (!value.known()) return std::string(value::name(value.reason));
    const Rational number = value.exact_number();
    EXPECT_EQ(value.number, number.to_double());
    return number.to_finite_decimal().value_or(number.to_string());
  }
  std::string problem_text() const { return text::message(problem, text::Language::english); }
};

TEST_F(CellText, ReadsNumbersAsPeopleWriteThem) {
  EXPECT_EQ(read("张", "12"), "12");
  EXPECT_EQ(read("张", " -12.50 "), "-12.5");
  EXPECT_EQ(read("张", "+3"), "3");
  EXPECT_EQ(read("张", "1,234"), "1234");
  EXPECT_EQ(read("张", "12,345,678.9"), "12345678.9");
  EXPECT_EQ(read("张", "１，２３４．５"), "1234.5");
  EXPECT_EQ(read("张", "　７　"), "7");
  EXPECT_EQ(read("张", ".5"), "0.5");
  EXPECT_EQ(read("张", "5."), "5");
  EXPECT_EQ(read("张", "1.2e3"), "1200");
  EXPECT_EQ(read("张", "1E-2"), "0.01");
  EXPECT_EQ(read("张", "-0"), "0");
  EXPECT_EQ(read("张", "007"), "7");
}

TEST_F(CellText, ReadsUnitsAndMagnitudes) {
  EXPECT_EQ(read("%", "57%"), "57");
  EXPECT_EQ(read("%", "57.3 ％"), "57.3");
  EXPECT_EQ(read("%", "2‰"), "0.2");
  EXPECT_EQ(read("%", "57"), "57") << "a bare number is in the input's unit";
  EXPECT_EQ(read("张", "300万"), "3000000");
  EXPECT_EQ(read("张", "1.5亿"), "150000000");
  EXPECT_EQ(read("张", "300万张"), "3000000");
  EXPECT_EQ(read("百张", "300张"), "3");
  EXPECT_EQ(read("张/千人", "36 张/千人"), "36");
  EXPECT_EQ(read("张/千人", "0.036张/人"), "36");
  EXPECT_EQ(read("平方米", "1亩"), "2000/3");
  EXPECT_EQ(read("亩", "2000 ㎡"), "3");
  EXPECT_EQ(read("万元", "5000元"), "0.5");
  EXPECT_EQ(read("张", "12张"), "12");
}

TEST_F(CellText, ShowsTheBeginningOfALongCell) {
  std::string nines, shown;
  for (int i = 0; i < 5000; ++i) nines += "9";
  EXPECT_EQ(read("张", nines), "bad");
  EXPECT_EQ(problem_text(), "`" + nines.substr(0, 80) + "…` is not read as a number in 张");
  for (int i = 0; i < 80; ++i) shown += "床";
  EXPECT_EQ(read("张", shown), "bad");
  EXPECT_EQ(problem_text(), "`" + shown + "` is not read as a number in 张");
  EXPECT_EQ(read("张", shown + "床"), "bad");
  EXPECT_EQ(problem_text(), "`" + shown + "…` is not read as a number in 张");
}

TEST_F(CellText, RefusesWhatIsNoNumberOfTheUnit) {
  for (const char* cell :
       {"八十", "12人", "57%", "1,23", "1 234", "12..5", "3-5", "(12)", "12张张", "约12", "1/2",
        "0x10", "１2个半", "2023-08", "12;", "--5", "1e", "#DIV/0!"}) {
    EXPECT_EQ(read("张", cell), "bad") << cell;
    EXPECT_EQ(problem.kind->name, "unread_cell");
    EXPECT_EQ(problem.arguments.at(0).second, cell);
  }
  EXPECT_EQ(problem_text(), "`#DIV/0!` is not read as a number in 张");
  EXPECT_EQ(read("张", "1e999999999"), "bad");
  EXPECT_EQ(read("张", "1e400"), "bad") << "no double is near it";
}

TEST_F(CellText, TakesMarksForMissing) {
  for (const char* cell :
       {"",  " ", "　", "NA", "n/a", "N/A", "#N/A", "-",    "－",   "—",      "——",
        "–", "/", "／", "…",  "……",  "...", "null", "NULL", "None", "无数据", "暂无"}) {
    EXPECT_TRUE(is_missing_mark(cell)) << cell;
    EXPECT_EQ(read("张", cell), "missing") << cell;
    EXPECT_EQ(read(value::Type::date(), cell), "missing") << cell;
    EXPECT_EQ(read(value::Type::yesno(), cell), "missing") << cell;
  }
  for (const char* cell : {"0", "无", "-1", "nap", "甲"})
    EXPECT_FALSE(is_missing_mark(cell)) << cell;
  EXPECT_EQ(read("张", "NaN"), "not_finite");
  EXPECT_EQ(read("张", "-inf"), "not_finite");
}

TEST_F(CellText, KeepsTheDecimalThatWasWritten) {
  EXPECT_EQ(read("张", "0.1"), "0.1");
  EXPECT_EQ(read("张", "9007199254740993"), "9007199254740993");
  EXPECT_EQ(read("张", "0.300000000000000000000000000001"), "0.300000000000000000000000000001");
  const CellReader reader(*sample.plan, sample.number("张"));
  EXPECT_FALSE(reader.read("0.1", problem).exact);
  EXPECT_FALSE(reader.read("1e23", problem).exact) << "1e23 prints as 1e+23";
  EXPECT_TRUE(reader.read("9007199254740993", problem).exact);
  EXPECT_TRUE(reader.read("0.10000000000000001", problem).exact) << "prints as 0.1";
  EXPECT_FALSE(reader.read("28.999999999999996", problem).exact);
}

TEST_F(CellText, ReadsPlainNumbersAsTheNearestDouble) {
  for (const char* cell : {"0.1", "123456.789012345", "999999999999999", "0.00000000000001", "57.3",
                           "-8.05", "100000000.000001", "1", "0", "4503599627370.49"}) {
    double number = 0;
    ASSERT_TRUE(read_plain_number(cell, number)) << cell;
    EXPECT_EQ(number, std::stod(cell)) << cell;
    EXPECT_EQ(*Rational::from_double_shortest(number), *Rational::parse(cell)) << cell;
  }
  double number = 0;
  for (const char* cell :
       {"", "-", ".", ".5", "5.", "1.2.3", "1e3", "1,234", "1234567890123456", "１", "5%"}) {
    EXPECT_FALSE(read_plain_number(cell, number)) << cell;
  }
  ASSERT_TRUE(read_plain_number("-0", number));
  EXPECT_FALSE(std::signbit(number));
}

TEST_F(CellText, ReadsBareNumbersInTheUnitOfTheHeading) {
  const CellReader reader(*sample.plan, sample.number("张"), sample.number("百张").unit);
  EXPECT_EQ(shown(reader.read("1.5", problem)), "150");
  EXPECT_EQ(shown(reader.read("1.5张", problem)), "1.5");
  EXPECT_EQ(shown(reader.read(0.1, problem)), "10");
  EXPECT_EQ(shown(reader.read(std::int64_t{3}, problem)), "300");
  EXPECT_FALSE(reader.reads_plain_numbers());
}

TEST_F(CellText, ReadsTypedCells) {
  const CellReader beds(*sample.plan, sample.number("张"));
  EXPECT_EQ(shown(beds.read(0.1f, problem)), "0.1");
  EXPECT_EQ(shown(beds.read(0.1, problem)), "0.1");
  EXPECT_EQ(shown(beds.read(std::int64_t{9007199254740993}, problem)), "9007199254740993");
  EXPECT_EQ(shown(beds.read(Rational(2, 3), problem)), "2/3");
  EXPECT_EQ(shown(beds.read(std::numeric_limits<float>::infinity(), problem)), "not_finite");
  EXPECT_EQ(shown(beds.read_truth(true, problem)), "bad");
  EXPECT_EQ(shown(beds.read_day(19600, problem)), "bad");
  EXPECT_EQ(problem.arguments.at(0).second, "2023-08-31");
  const CellReader yesno(*sample.plan, value::Type::yesno());
  EXPECT_EQ(shown(yesno.read(1.0, problem)), "1");
  EXPECT_EQ(shown(yesno.read(std::int64_t{2}, problem)), "bad");
  EXPECT_EQ(shown(yesno.read_truth(false, problem)), "0");
}

TEST_F(CellText, ReadsDatesInTheFormsThatPeopleUse) {
  for (const char* cell : {"2023-08-31", "2023/8/31", "2023.8.31", "20230831", "2023年8月31日",
                           "２０２３－０８－３１", "2023-08-31T10:00:00", "2023-08-31 00:00:00"}) {
    EXPECT_EQ(read(value::Type::date(), cell), "19600") << cell;
  }
  for (const char* cell : {"2023-02-29", "2023-08", "31/08/2023", "明天", "45169"}) {
    EXPECT_EQ(read(value::Type::date(), cell), "bad") << cell;
  }
  EXPECT_THAT(problem.notes.at(0), testing::HasSubstr("spreadsheet"));
  EXPECT_EQ(
      shown(CellReader(*sample.plan, value::Type::date()).read(std::int64_t{20230831}, problem)),
      "19600");
}

TEST_F(CellText, ReadsYesAndNo) {
  for (const char* cell : {"是", "yes", "Y", "TRUE", "1", "√", "✓", "１"}) {
    EXPECT_EQ(read(value::Type::yesno(), cell), "1") << cell;
  }
  for (const char* cell : {"否", "No", "n", "false", "0", "×", "✗"}) {
    EXPECT_EQ(read(value::Type::yesno(), cell), "0") << cell;
  }
  for (const char* cell : {"已完成", "2", "ok", "有", "无"}) {
    EXPECT_EQ(read(value::Type::yesno(), cell), "bad") << cell;
  }
}

TEST_F(CellText, ReadsStagesByName) {
  const value::Type type = value::Type::stage(sample.add_scale("等级", {"—", "一级", "Ａ级"}));
  EXPECT_EQ(read(type, "—"), "0") << "a stage may be called like a missing mark";
  EXPECT_EQ(read(type, " 一 级"), "1");
  EXPECT_EQ(read(type, "a级"), "2");
  EXPECT_EQ(read(type, ""), "missing");
  EXPECT_EQ(read(type, "-"), "missing");
  EXPECT_EQ(read(type, "二级"), "bad");
  EXPECT_EQ(problem_text(), "`二级` is not a stage, expected —, 一级 or Ａ级");
}

TEST_F(CellText, ComparesHeadingsWithoutSpacesCaseAndWidth) {
  EXPECT_EQ(plain_heading(" 县（市） 区\u3000"), "县(市)区");
  EXPECT_EQ(plain_heading("\ufeffBeds A"), "bedsa");
  EXPECT_EQ(trimmed("\ufeff 甲 乙\u00a0"), "甲 乙");
}

}  // namespace
}  // namespace dabiao::data
