#include "dabiao/data/read_tables.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "dabiao/text/render.hpp"
#include "sample_plan.hpp"

namespace dabiao::data {
namespace {

using calendar::Grain;
using calendar::Period;
using exact::Rational;
using Rows = std::vector<std::vector<std::string>>;
using testing::ElementsAre;
using testing::HasSubstr;

class ReadTables : public testing::Test {
 protected:
  SamplePlan sample;
  model::InputId beds =
      sample.add_input("床位", "机构养老床位", sample.number("张"), SamplePlan::home);
  model::InputId nursing =
      sample.add_input("护理床位", "护理型床位", sample.number("张"), SamplePlan::home);
  model::InputId old_people =
      sample.add_input("老年人口", "", sample.number("人"), SamplePlan::county);
  model::InputId share = sample.add_input("占比", "", sample.number("%"), SamplePlan::county);
  model::InputId report_day =
      sample.add_input("报送日", "", value::Type::date(), SamplePlan::member, Grain::month);
  ReadOptions options;

  Checked<Cube> read(std::vector<std::string> headings, const Rows& rows) {
    return read_tables(sample.plan,
                       {{"data.csv", Table::from_rows(std::move(headings), rows), 2, {}}}, options);
  }
  Checked<Cube> read(Table table) {
    return read_tables(sample.plan, {{"data.csv", std::move(table), 2, {}}}, options);
  }

  /// "path period value" of every report of an input, in the order of the blocks.
  static std::vector<std::string> reports(const Cube& cube, model::InputId input) {
    std::vector<std::string> lines;
    for (const ReportBlock& block : cube.inputs[input].blocks) {
      EXPECT_EQ(block.values.size(), std::size_t{block.periods} * block.entities);
      for (std::uint32_t period = 0; period < block.periods; ++period) {
        for (EntityIndex entity = 0; entity < block.entities; ++entity) {
          const auto index = block.first_period + static_cast<std::int32_t>(period);
          const std::uint64_t cell = block.cell(index, entity);
          if (!block.known(cell)) continue;
          std::string line = cube.entities.path(block.level, entity);
          if (block.grain) line += " " + Period{*block.grain, index}.to_string();
          const Rational value = block.exact_value(cell);
          line += " " + value.to_finite_decimal().value_or(value.to_string());
          lines.push_back(line);
        }
      }
    }
    return lines;
  }

  static std::string message(const text::Diagnostic& diagnostic) {
    std::string text;
    if (diagnostic.data_place) {
      text += text::data_place_name(*diagnostic.data_place, text::Language::english) + ": ";
    }
    return text + text::message(diagnostic, text::Language::english);
  }
  static std::vector<std::string> messages(const Checked<Cube>& cube) {
    std::vector<std::string> all;
    for (const text::Diagnostic& each : cube.diagnostics()) {
      all.push_back(message(each));
      EXPECT_FALSE(text::message(each, text::Language::chinese).empty());
    }
    return all;
  }
};

TEST_F(ReadTables, ReadsAWideTableWithAColumnPerLevel) {
  const auto cube = read({"县区", "机构", "period", "床位", "护理床位", "老年人口"},
                         {{"兴庆区", "乙院", "2023-08", "120", "60", ""},
                          {"兴庆区", "甲院", "2023-08", "80", "", ""},
                          {"金凤区", "甲院", "2023-09", "50", "10", ""},
                          {"兴庆区", "", "2023", "", "", "12345"}});
  ASSERT_TRUE(cube) << testing::PrintToString(messages(cube));
  EXPECT_TRUE(cube.diagnostics().empty()) << testing::PrintToString(messages(cube));
  EXPECT_THAT(reports(*cube, beds), ElementsAre("兴庆区/乙院 2023-08 120", "兴庆区/甲院 2023-08 80",
                                                "金凤区/甲院 2023-09 50"));
  EXPECT_THAT(reports(*cube, nursing),
              ElementsAre("兴庆区/乙院 2023-08 60", "金凤区/甲院 2023-09 10"));
  EXPECT_THAT(reports(*cube, old_people), ElementsAre("兴庆区 2023 12345"));
  const ReportBlock& block = cube->inputs[beds].blocks.at(0);
  EXPECT_EQ(block.level, SamplePlan::home);
  EXPECT_EQ(block.periods, 2u);
  EXPECT_EQ(block.entities, 3u);
  EXPECT_EQ(block.cell(block.first_period + 1, 2), 5u) << "periods are major";
  EXPECT_EQ(block.values.reason(block.cell(block.first_period, 2)), value::Reason::not_reported);
  const Provenance from = block.provenance.at(block.cell(block.first_period + 1, 2));
  EXPECT_EQ(from.row, 4u);
  EXPECT_EQ(cube->files.at(from.file), "data.csv");
  EXPECT_EQ(cube->entities.level(SamplePlan::city).names, std::vector<std::string>{"市"});
}

TEST_F(ReadTables, ReadsALongTableAlike) {
  const Rows wide = {{"兴庆区", "乙院", "2023-08", "120", "60"},
                     {"金凤区", "甲院", "2023-09", "50", "-"},
                     {"兴庆区", "", "2023-09", "170", ""}};
  Rows tall;
  for (const auto& row : wide) {
    tall.push_back({row[0], row[1], row[2], "床位", row[3]});
    tall.push_back({row[0], row[1], row[2], "护理型床位", row[4]});
  }
  const auto one = read({"县区", "机构", "period", "床位", "护理床位"}, wide);
  const auto other = read({"县区", "机构", "期间", "数据", "值"}, tall);
  ASSERT_TRUE(one);
  ASSERT_TRUE(other) << testing::PrintToString(messages(other));
  for (const model::InputId input : {beds, nursing}) {
    ASSERT_EQ(one->inputs[input].blocks.size(), other->inputs[input].blocks.size());
    for (std::size_t i = 0; i < one->inputs[input].blocks.size(); ++i) {
      EXPECT_EQ(one->inputs[input].blocks[i].values, other->inputs[input].blocks[i].values);
    }
  }
  EXPECT_THAT(reports(*other, beds), ElementsAre("兴庆区 2023-09 170", "兴庆区/乙院 2023-08 120",
                                                 "金凤区/甲院 2023-09 50"));
}

TEST_F(ReadTables, TheOrderOfRowsChangesNothing) {
  Rows rows;
  for (int home = 0; home < 40; ++home) {
    for (int month = 1; month <= 5; ++month) {
      rows.push_back({"区" + std::to_string(home % 7), "院" + std::to_string(home),
                      "2023-0" + std::to_string(month), std::to_string(home * 10 + month) + ".1"});
    }
  }
  const auto first = read({"县区", "机构", "period", "床位"}, rows);
  std::mt19937 random(7);
  for (int round = 0; round < 3; ++round) {
    std::shuffle(rows.begin(), rows.end(), random);
    const auto again = read({"县区", "机构", "period", "床位"}, rows);
    ASSERT_TRUE(first && again);
    EXPECT_EQ(reports(*first, beds), reports(*again, beds));
    for (model::LevelId level = 0; level < 4; ++level) {
      EXPECT_EQ(first->entities.level(level).names, again->entities.level(level).names);
      EXPECT_EQ(first->entities.level(level).parents, again->entities.level(level).parents);
    }
    EXPECT_EQ(first->inputs[beds].blocks[0].values, again->inputs[beds].blocks[0].values);
  }
}

TEST_F(ReadTables, FindsEntitiesByNameAndLevel) {
  const auto cube =
      read({"单位", "层级", "时间", "床位"}, {{"兴庆区/甲院", "机构", "2023年8月", "3"},
                                              {"金凤区", "县(市)区", "2023Q3", "4"},
                                              {"", "市", "202308", "9"},
                                              {"", "", "", "11"}});
  ASSERT_TRUE(cube) << testing::PrintToString(messages(cube));
  EXPECT_THAT(reports(*cube, beds),
              ElementsAre("市 2023-08 9", "市 11", "金凤区 2023-Q3 4", "兴庆区/甲院 2023-08 3"));
}

TEST_F(ReadTables, TellsTheLevelFromTheInputWhereNoColumnDoes) {
  sample.add_entity(SamplePlan::county, "兴庆区");
  const auto wide = read({"entity", "老年人口"}, {{"兴庆区", "5"}});
  ASSERT_TRUE(wide) << testing::PrintToString(messages(wide));
  EXPECT_THAT(reports(*wide, old_people), ElementsAre("兴庆区 5"));
  const auto tall =
      read({"entity", "input", "value"},
           {{"民政局", "报送日", "2023/9/2"}, {"兴庆区", "床位", "7"}, {"甲院", "床位", "5"}});
  ASSERT_TRUE(tall) << testing::PrintToString(messages(tall));
  EXPECT_THAT(reports(*tall, beds), ElementsAre("兴庆区 7", "兴庆区/甲院 5"));
  EXPECT_THAT(reports(*tall, report_day), ElementsAre("民政局 19602"));
}

TEST_F(ReadTables, TakesHeadingsByNameLabelAndUnit) {
  const auto cube =
      read({" 县（市）区 ", "养老机构", "机构养老床位（百张）", "护理型 床位(张)", "备注", "#x"},
           {{"兴庆区", "甲院", "1.2", "60", "keine", "1"}});
  ASSERT_TRUE(cube) << testing::PrintToString(messages(cube));
  EXPECT_TRUE(cube.diagnostics().empty()) << testing::PrintToString(messages(cube));
  EXPECT_THAT(reports(*cube, beds), ElementsAre("兴庆区/甲院 120"));
  EXPECT_THAT(reports(*cube, nursing), ElementsAre("兴庆区/甲院 60"));
}

TEST_F(ReadTables, WarnsOfUnknownColumnsAndNamesTheNearest) {
  const auto cube = read({"县区", "机构", "床位", "护理床"}, {{"兴庆区", "甲院", "1", "2"}});
  ASSERT_TRUE(cube);
  ASSERT_THAT(kinds(cube.diagnostics()), ElementsAre("unknown_column"));
  EXPECT_EQ(cube.diagnostics().list()[0].suggestion, "护理床位");
  EXPECT_EQ(cube.diagnostics().list()[0].data_place->row, 1u);
  EXPECT_EQ(kinds(cube->warnings), kinds(cube.diagnostics()));
}

TEST_F(ReadTables, RefusesHeadingsThatCannotBeMeant) {
  EXPECT_THAT(kinds(read({"县区", "床位", "机构养老床位"}, {}).diagnostics()),
              ElementsAre("column_twice"));
  EXPECT_THAT(kinds(read({"县区", "床位(人)", "护理床位"}, {}).diagnostics()),
              ElementsAre("heading_unit_differs"));
  EXPECT_THAT(kinds(read({"县区", "机构"}, {{"a", "b"}}).diagnostics()),
              ElementsAre("no_input_columns"));
  EXPECT_THAT(kinds(read({"县区", "value", "床位"}, {}).diagnostics()),
              ElementsAre("unknown_column"));
}

TEST_F(ReadTables, ReportsEveryBadCellWithItsRowAndColumn) {
  const auto cube = read({"县区", "机构", "period", "床位", "护理床位"},
                         {{"兴庆区", "甲院", "2023-08", "八十", "3"},
                          {"兴庆区", "乙院", "2023-13", "1", "2"},
                          {"兴庆区", "乙院", "2023-08", "-5", "40人"},
                          {"兴庆区", "丙院", "2023-13", "1", ""}});
  EXPECT_FALSE(cube);
  EXPECT_THAT(
      messages(cube),
      ElementsAre("data.csv: row 2, column 床位: `八十` is not read as a number in 张",
                  "data.csv: row 3, column period: `2023-13` is not a period, expected one such "
                  "as 2023, 2023-Q3, 2023-08 or 2023-08-31",
                  "data.csv: row 4, column 床位: `床位` is -5, expected nothing below zero",
                  "data.csv: row 4, column 护理床位: `40人` is not read as a number in 张"));
  EXPECT_EQ(cube.diagnostics().list()[1].notes, std::vector<std::string>{"also in row 5"});
}

TEST_F(ReadTables, KeepsGoingWhereAskedToAndNeverTakesABadCellForZero) {
  options.keep_going = true;
  const auto cube = read({"县区", "机构", "床位", "护理床位"}, {{"兴庆区", "甲院", "八十", "-3"},
                                                                {"兴庆区", "乙院", "5", "1"},
                                                                {"兴庆区", "乙院", "6", "nan"}});
  ASSERT_TRUE(cube);
  EXPECT_THAT(kinds(cube->warnings),
              ElementsAre("unread_cell", "negative_report", "conflicting_reports"));
  EXPECT_TRUE(reports(*cube, beds).empty());
  const value::Column& values = cube->inputs[beds].blocks.at(0).values;
  EXPECT_EQ(values.reason(0), value::Reason::conflicting_reports);
  EXPECT_EQ(values.reason(1), value::Reason::bad_cell);
  EXPECT_EQ(cube->inputs[nursing].blocks.at(0).values.reason(1), value::Reason::out_of_range);
  EXPECT_THAT(reports(*cube, nursing), ElementsAre("兴庆区/乙院 1"));
}

TEST_F(ReadTables, NamesBothRowsOfAConflictAndForgivesRepetition) {
  const auto conflict =
      read({"县区", "机构", "period", "床位"}, {{"兴庆区", "甲院", "2023-08", "80"},
                                                {"兴庆区", "乙院", "2023-08", "7"},
                                                {"兴庆区", "甲院", "2023年8月", "81"}});
  EXPECT_FALSE(conflict);
  EXPECT_THAT(
      messages(conflict),
      ElementsAre(
          "data.csv: row 4, column 床位: `床位` of 兴庆区/甲院, 2023-08 is 81 here and 80 张 "
          "in data.csv: row 2, column 床位"));
  const auto repeated = read({"县区", "机构", "床位"}, {{"兴庆区", "甲院", "80"},
                                                        {"兴庆区", "甲院", "80.0"},
                                                        {"兴庆区", "甲院", ""},
                                                        {"兴庆区", "甲院", "80张"}});
  ASSERT_TRUE(repeated);
  EXPECT_THAT(kinds(repeated.diagnostics()), ElementsAre("repeated_report"));
  EXPECT_THAT(messages(repeated).at(0), HasSubstr("repeats 2 such values"));
  EXPECT_THAT(reports(*repeated, beds), ElementsAre("兴庆区/甲院 80"));
}

TEST_F(ReadTables, RefusesReportsBelowTheInputsLevelAndShowsTheFix) {
  const auto cube = read({"县区", "机构", "老年人口", "床位"},
                         {{"兴庆区", "甲院", "5", "3"}, {"兴庆区", "乙院", "6", "3"}});
  EXPECT_FALSE(cube);
  EXPECT_THAT(messages(cube),
              ElementsAre("data.csv: row 2, column 老年人口: `老年人口` is reported at 机构, but "
                          "declared at 县区, expected `at 机构` in its declaration"));
  EXPECT_THAT(kinds(read({"成员单位", "床位"}, {{"民政局", "5"}}).diagnostics()),
              ElementsAre("reported_below_level"));
}

TEST_F(ReadTables, ReadsValuesInUnitsOfTheirOwnExactly) {
  const auto cube = read({"县区", "老年人口", "占比"},
                         {{"a", "1,234", "57.3%"}, {"b", "３万", "2‰"}, {"c", "0.5千人", "0.1"}});
  ASSERT_TRUE(cube) << testing::PrintToString(messages(cube));
  EXPECT_THAT(reports(*cube, old_people), ElementsAre("a 1234", "b 30000", "c 500"));
  EXPECT_THAT(reports(*cube, share), ElementsAre("a 57.3", "b 0.2", "c 0.1"));
  EXPECT_TRUE(cube->inputs[share].blocks[0].exact.empty());
}

TEST_F(ReadTables, KeepsWhatADoubleCannotHold) {
  const auto area = sample.add_input("面积", "", sample.number("平方米"), SamplePlan::county);
  const auto cube =
      read({"县区", "老年人口", "面积"},
           {{"a", "9007199254740993", "1亩"},
            {"b", "9007199254740992", "0.1"},
            {"c", "123456789012345678901234567890", "0.1000000000000000055511151231257827"}});
  ASSERT_TRUE(cube) << testing::PrintToString(messages(cube));
  EXPECT_THAT(reports(*cube, old_people), ElementsAre("a 9007199254740993", "b 9007199254740992",
                                                      "c 123456789012345678901234567890"));
  const ReportBlock& people = cube->inputs[old_people].blocks[0];
  EXPECT_EQ(people.exact.size(), 2u);
  EXPECT_EQ(people.value(0), 9007199254740992.0);
  EXPECT_THAT(reports(*cube, area),
              ElementsAre("a 2000/3", "b 0.1", "c 0.1000000000000000055511151231257827"));
  EXPECT_EQ(cube->inputs[area].blocks[0].value(2), 0.1);
}

TEST_F(ReadTables, TellsApartExactValuesThatShareADouble) {
  const auto cube =
      read({"县区", "老年人口"}, {{"a", "9007199254740993"}, {"a", "9007199254740992"}});
  EXPECT_THAT(kinds(cube.diagnostics()), ElementsAre("conflicting_reports"));
  const auto same =
      read({"县区", "老年人口"}, {{"a", "9007199254740993"}, {"a", "9007199254740993.0"}});
  EXPECT_THAT(kinds(same.diagnostics()), ElementsAre("repeated_report"));
}

TEST_F(ReadTables, ReadsTypedColumnsAsTheirShortestDecimals) {
  Table table;
  table.add("县区", TableColumn::of_text(std::vector<std::string>{"a", "b", "c", "d"}))
      .add("period", TableColumn::of_integers({2023, 202308, 20230831, 2022}))
      .add("占比", TableColumn::of_floats({0.1f, 57.3f, 33.3333f, 16777216.0f}))
      .add("老年人口", TableColumn::of_integers({1, 9007199254740993, 3, 4})
                           .with_validity({true, true, false, true}))
      .add("床位", TableColumn::of_numbers({1.5, std::numeric_limits<double>::quiet_NaN(), -0.0,
                                            std::numeric_limits<double>::infinity()}));
  const auto cube = read(std::move(table));
  ASSERT_TRUE(cube) << testing::PrintToString(messages(cube));
  EXPECT_THAT(reports(*cube, share), ElementsAre("d 2022 16777216", "a 2023 0.1", "b 2023-08 57.3",
                                                 "c 2023-08-31 33.3333"));
  EXPECT_THAT(reports(*cube, old_people),
              ElementsAre("d 2022 4", "a 2023 1", "b 2023-08 9007199254740993"));
  EXPECT_THAT(reports(*cube, beds), ElementsAre("a 2023 1.5", "c 2023-08-31 0"));
  EXPECT_EQ(cube->inputs[beds].blocks[1].grain, Grain::month);
  EXPECT_EQ(cube->inputs[beds].blocks[1].values.reason(1), value::Reason::not_finite);
}

TEST_F(ReadTables, ReadsYesNoStagesAndDates) {
  const auto scale = sample.add_scale("进度", {"未启动", "开工", "建成"});
  const auto stage = sample.add_input("进展", "", value::Type::stage(scale), SamplePlan::county);
  const auto clinic = sample.add_input("医务室", "", value::Type::yesno(), SamplePlan::county);
  const auto cube =
      read({"县区", "进展", "医务室"},
           {{"a", "建成", "是"}, {"b", " 未启动", "×"}, {"c", "NA", "—"}, {"d", "-", "TRUE"}});
  ASSERT_TRUE(cube) << testing::PrintToString(messages(cube));
  EXPECT_THAT(reports(*cube, stage), ElementsAre("a 2", "b 0"));
  EXPECT_THAT(reports(*cube, clinic), ElementsAre("a 1", "b 0", "d 1"));
  const auto bad = read({"县区", "进展", "医务室"}, {{"a", "建城", "大概"}, {"b", "1", "2"}});
  EXPECT_THAT(
      messages(bad),
      ElementsAre(
          "data.csv: row 2, column 进展: `建城` is not a stage, expected 未启动, 开工 or 建成",
          "data.csv: row 2, column 医务室: `大概` is not read as a yes/no",
          "data.csv: row 3, column 进展: `1` is not a stage, expected 未启动, 开工 or 建成",
          "data.csv: row 3, column 医务室: `2` is not read as a yes/no"));
  EXPECT_EQ(bad.diagnostics().list()[0].suggestion, "建成");
}

TEST_F(ReadTables, ReadsDaysThatStandForMonthsAsMonths) {
  Table table;
  table.add("成员单位", TableColumn::of_text(std::vector<std::string>{"民政局", "财政局"}))
      .add("period", TableColumn::of_days({19600, 19630}))  // 2023-08-31, 2023-09-30
      .add("报送日", TableColumn::of_days({19610, 19640}));
  const auto cube = read(table);
  ASSERT_TRUE(cube);
  EXPECT_THAT(kinds(cube.diagnostics()), ElementsAre("dates_read_as_periods"));
  EXPECT_THAT(reports(*cube, report_day),
              ElementsAre("民政局 2023-08 19610", "财政局 2023-09 19640"));

  const auto text =
      read({"成员单位", "period", "报送日"},
           {{"民政局", "2023-08-31", "2023-09-10"}, {"财政局", "2023-09-29", "2023.10.10"}});
  ASSERT_TRUE(text);
  EXPECT_THAT(reports(*text, report_day),
              ElementsAre("民政局 2023-08-31 19610", "财政局 2023-09-29 19640"));
}

TEST_F(ReadTables, PutsYearsAndMonthsOfTwoColumnsTogether) {
  const auto cube =
      read({"县区", "年份", "月份", "老年人口"},
           {{"a", "2023", "8", "1"}, {"a", "2023年", "12月", "2"}, {"a", "2024", "", "3"}});
  ASSERT_TRUE(cube) << testing::PrintToString(messages(cube));
  EXPECT_THAT(reports(*cube, old_people), ElementsAre("a 2024 3", "a 2023-08 1", "a 2023-12 2"));
  EXPECT_THAT(
      kinds(read({"县区", "year", "month", "老年人口"}, {{"a", "2023", "13", "1"}}).diagnostics()),
      ElementsAre("unknown_period"));
}

TEST_F(ReadTables, ReadsAMonthWithoutAYearAsThePeriod) {
  const auto cube =
      read({"县区", "月份", "老年人口"}, {{"a", "2023-08", "1"}, {"b", "2023年9月", "2"}});
  ASSERT_TRUE(cube) << testing::PrintToString(messages(cube));
  EXPECT_TRUE(cube.diagnostics().empty());
  EXPECT_THAT(reports(*cube, old_people), ElementsAre("a 2023-08 1", "b 2023-09 2"));
  const auto quarters = read({"县区", "季度", "老年人口"}, {{"a", "2023Q3", "1"}});
  ASSERT_TRUE(quarters);
  EXPECT_THAT(reports(*quarters, old_people), ElementsAre("a 2023-Q3 1"));
  EXPECT_THAT(kinds(read({"县区", "月份", "老年人口"}, {{"a", "8", "1"}}).diagnostics()),
              ElementsAre("unknown_period"));
  // Beside a period, or beside each other, they say nothing.
  EXPECT_THAT(
      kinds(read({"县区", "期间", "月份", "老年人口"}, {{"a", "2023-08", "8", "1"}}).diagnostics()),
      ElementsAre("unknown_column"));
  EXPECT_THAT(
      kinds(read({"县区", "季度", "月份", "老年人口"}, {{"a", "3", "8", "1"}}).diagnostics()),
      testing::IsSupersetOf({"unknown_column", "unknown_column"}));
}

TEST_F(ReadTables, WarnsOfPercentagesThatLookLikeFractions) {
  const auto fractions = read({"县区", "占比"}, {{"a", "0.57"}, {"b", "1"}, {"c", "0"}});
  ASSERT_TRUE(fractions);
  EXPECT_THAT(kinds(fractions.diagnostics()), ElementsAre("looks_like_fraction"));
  EXPECT_TRUE(read({"县区", "占比"}, {{"a", "0.57"}, {"b", "1.5"}}).diagnostics().empty());
  EXPECT_TRUE(read({"县区", "占比"}, {{"a", "0.57%"}, {"b", "1%"}}).diagnostics().empty());
  EXPECT_TRUE(read({"县区", "占比"}, {{"a", "0"}, {"b", "0"}}).diagnostics().empty());
}

TEST_F(ReadTables, WarnsOfNumbersThatLookComputed) {
  Table table;
  table.add("县区", TableColumn::of_text(std::vector<std::string>{"a", "b", "c", "d"}))
      .add("占比", TableColumn::of_numbers({29.0 / 100 * 100, 100.0 / 3, 200.0 / 7, 50}));
  const auto cube = read(table);
  ASSERT_TRUE(cube);
  EXPECT_THAT(kinds(cube.diagnostics()), ElementsAre("looks_computed"));
  EXPECT_THAT(reports(*cube, share).at(0), "a 28.999999999999996");
  const auto text =
      read({"县区", "占比"},
           {{"a", "28.999999999999996"}, {"b", "33.333333333333336"}, {"c", "28.571428571428573"}});
  ASSERT_TRUE(text);
  EXPECT_THAT(kinds(text.diagnostics()), ElementsAre("looks_computed"));
  EXPECT_TRUE(
      read({"县区", "占比"}, {{"a", "28.57"}, {"b", "33.333"}, {"c", "50"}}).diagnostics().empty());
}

TEST_F(ReadTables, TakesWhatThePlanGivesAndLetsDataWin) {
  model::Given& city = sample.add_given(beds, 9688);
  city.where.levels = {SamplePlan::city};
  city.when = calendar::Span::of(Period::month(2023, 8));
  sample.add_given(share, Rational(573, 1000)).where.entities = {"兴庆区"};
  const auto alone = read_tables(sample.plan, {}, {});
  ASSERT_TRUE(alone) << testing::PrintToString(messages(alone));
  EXPECT_THAT(reports(*alone, beds), ElementsAre("市 2023-08 9688"));
  EXPECT_THAT(reports(*alone, share), ElementsAre("兴庆区 57.3"));
  EXPECT_EQ(alone->inputs[share].blocks[0].provenance.at(0).kind, Provenance::Kind::given);
  EXPECT_EQ(alone->inputs[share].blocks[0].provenance.at(0).file, 1u);

  const auto with_data = read({"市", "period", "床位"}, {{"银川市", "2023-08", "9700"}});
  ASSERT_TRUE(with_data);
  EXPECT_THAT(reports(*with_data, beds), ElementsAre("银川市 2023-08 9700"));
  ASSERT_THAT(kinds(with_data.diagnostics()), ElementsAre("given_differs"));
  EXPECT_THAT(
      messages(with_data).at(0),
      HasSubstr("is given as 9688 张, but reported as 9700 张 in data.csv: row 2, column 床位"));
  EXPECT_TRUE(read({"period", "床位"}, {{"2023-08", "9688"}}).diagnostics().empty());
}

TEST_F(ReadTables, RefusesGivensWithoutACell) {
  sample.add_given(old_people, 5).when = *calendar::Span::parse("2023-08..2023-09");
  EXPECT_THAT(kinds(read_tables(sample.plan, {}, {}).diagnostics()),
              ElementsAre("given_not_in_a_period"));
  sample.plan->givens.clear();
  sample.add_given(old_people, 5);
  sample.add_given(old_people, 6);
  EXPECT_THAT(kinds(read_tables(sample.plan, {}, {}).diagnostics()), ElementsAre("given_twice"));
}

TEST_F(ReadTables, RefusesGivensAtAGroupAsAWhole) {
  model::Group group;
  group.name = "三区";
  group.level = SamplePlan::county;
  group.members = {"兴庆区", "金凤区"};
  sample.plan->groups.push_back(group);
  sample.add_given(old_people, 5).where.group_cells = {0};
  EXPECT_THAT(kinds(read_tables(sample.plan, {}, {}).diagnostics()), ElementsAre("given_at_group"));
  sample.plan->givens[0].where = {};
  sample.plan->givens[0].where.groups = {0};
  const auto each = read_tables(sample.plan, {}, {});
  ASSERT_TRUE(each);
  EXPECT_THAT(reports(*each, old_people), ElementsAre("兴庆区 5", "金凤区 5"));
}

TEST_F(ReadTables, ShowsGivensOfOtherTypesInWords) {
  const auto scale = sample.add_scale("进度", {"未启动", "开工"});
  const auto stage = sample.add_input("进展", "", value::Type::stage(scale), SamplePlan::county);
  const auto clinic = sample.add_input("医务室", "", value::Type::yesno(), SamplePlan::county);
  sample.add_given(stage, 1).where.entities = {"a"};
  sample.add_given(clinic, 1).where.entities = {"a"};
  const auto cube = read({"县区", "进展", "医务室"}, {{"a", "未启动", "否"}});
  ASSERT_TRUE(cube);
  ASSERT_EQ(kinds(cube.diagnostics()),
            (std::vector<std::string>{"given_differs", "given_differs"}));
  EXPECT_THAT(messages(cube)[0], HasSubstr("given as 开工, but reported as 未启动"));
  EXPECT_THAT(messages(cube)[1], HasSubstr("given as yes, but reported as no"));
}

TEST_F(ReadTables, AsksForTheNameWhereALabelBelongsToSeveral) {
  sample.add_input("期末床位", "机构养老床位", sample.number("张"), SamplePlan::home);
  const auto wide = read({"县区", "机构养老床位"}, {{"a", "1"}});
  ASSERT_THAT(kinds(wide.diagnostics()), ElementsAre("label_of_several", "no_input_columns"));
  EXPECT_THAT(wide.diagnostics().list()[0].expected, ElementsAre("床位", "期末床位"));
  EXPECT_THAT(kinds(read({"县区", "input", "value"}, {{"a", "机构养老床位", "1"}}).diagnostics()),
              ElementsAre("label_of_several"));
}

TEST_F(ReadTables, TellsNamesThatDifferInCaseApartByWritingThemExactly) {
  sample.add_input("Beds", "", sample.number("张"), SamplePlan::home);
  sample.add_input("beds", "", sample.number("张"), SamplePlan::home);
  EXPECT_TRUE(read({"县区", "beds", "Beds"}, {{"a", "1", "2"}}));
  const auto neither = read({"县区", "BEDS"}, {{"a", "1"}});
  ASSERT_THAT(kinds(neither.diagnostics()), ElementsAre("name_of_several", "no_input_columns"));
  EXPECT_THAT(neither.diagnostics().list()[0].expected, ElementsAre("Beds", "beds"));
}

TEST_F(ReadTables, StaysQuickWhereEveryNameIsUnknown) {
  sample.add_entity(SamplePlan::county, "兴庆区");
  Rows rows;
  for (int i = 0; i < 60'000; ++i) rows.push_back({"未知" + std::to_string(i % 30'000), "1"});
  const auto cube = read({"县区", "老年人口"}, rows);
  EXPECT_FALSE(cube);
  EXPECT_EQ(cube.diagnostics().size(), options.most_diagnostics + 1);
  EXPECT_EQ(cube.diagnostics().list()[0].notes, std::vector<std::string>{"also in row 30002"});
}

TEST_F(ReadTables, NamesEntitiesThatAreNotInTheRegister) {
  sample.add_entity(SamplePlan::county, "兴庆区");
  sample.add_entity(SamplePlan::county, "金凤区");
  const auto cube =
      read({"县区", "period", "老年人口"},
           {{"兴庆区", "2023", "1"}, {"兴庆县", "2023", "2"}, {"兴庆县", "2024", "2"}});
  EXPECT_FALSE(cube);
  ASSERT_THAT(messages(cube),
              ElementsAre("data.csv: row 3, column 县区: `兴庆县` is not in the list of 县区"));
  EXPECT_EQ(cube.diagnostics().list()[0].suggestion, "兴庆区");
  EXPECT_EQ(cube.diagnostics().list()[0].notes, std::vector<std::string>{"also in row 4"});
}

TEST_F(ReadTables, ShowsTheFixWhereTheParentIsNotKnown) {
  const auto cube = read(
      {"机构", "县区", "床位"},
      {{"甲院", "兴庆区", "1"}, {"乙院", "", "2"}, {"甲院", "", "1"}, {"丙院", "金凤区", "3"}});
  EXPECT_FALSE(cube);
  EXPECT_THAT(
      messages(cube),
      ElementsAre(
          "data.csv: row 3, column 机构: it is not known to which 县区 the 机构 `乙院` belongs, "
          "expected a column 县区 or a path such as 县区/乙院",
          // The only 甲院 is meant.
          HasSubstr("row 4, column 床位: `床位` of 兴庆区/甲院 stands in")));
}

TEST_F(ReadTables, RefusesRowsOfTwoBranches) {
  const auto cube = read({"县区", "成员单位", "床位"}, {{"兴庆区", "民政局", "1"}});
  EXPECT_THAT(kinds(cube.diagnostics()), ElementsAre("two_branches"));
  EXPECT_EQ(cube.diagnostics().list()[0].data_place->row, 2u);
}

TEST_F(ReadTables, RefusesUnknownInputsAndLevelsOfCells) {
  const auto cube = read({"单位", "层级", "指标", "值"}, {{"兴庆区", "县区", "床铺", "1"},
                                                          {"兴庆区", "县", "床位", "1"},
                                                          {"", "机构", "床位", "1"},
                                                          {"兴庆区", "县区", "护理床位", "2"}});
  EXPECT_FALSE(cube);
  EXPECT_THAT(kinds(cube.diagnostics()),
              ElementsAre("unknown_input", "unknown_level_in_data", "no_entity_named"));
  EXPECT_EQ(cube.diagnostics().list()[0].suggestion, "床位");
  EXPECT_EQ(cube.diagnostics().list()[1].data_place->column, "层级");
}

TEST_F(ReadTables, ChecksDeclaredRanges) {
  sample.plan->inputs[share].range = {0, 1};
  EXPECT_TRUE(read({"县区", "占比"}, {{"a", "100"}, {"b", "0"}}));
  const auto cube =
      read({"县区", "占比"}, {{"a", "100.00000000000000001"}, {"b", "-1"}, {"c", "100"}});
  EXPECT_FALSE(cube);
  EXPECT_THAT(
      messages(cube),
      ElementsAre(
          "data.csv: row 2, column 占比: `占比` is 100.00000000000000001, expected at least 0 % "
          "and at most 100 %",
          "data.csv: row 3, column 占比: `占比` is -1, expected nothing below zero"));
}

TEST_F(ReadTables, RefusesPeriodsTooFarApart) {
  options.most_cells = 1000;
  const auto cube =
      read({"县区", "period", "老年人口"}, {{"a", "2023-08-31", "1"}, {"a", "3023-08-30", "2"}});
  EXPECT_FALSE(cube);
  EXPECT_THAT(kinds(cube.diagnostics()), ElementsAre("cube_too_large"));
}

TEST_F(ReadTables, CountsWhatItDoesNotList) {
  options.most_diagnostics = 3;
  Rows rows;
  for (int i = 0; i < 10; ++i) rows.push_back({"a", std::to_string(2000 + i), "x"});
  const auto cube = read({"县区", "period", "老年人口"}, rows);
  EXPECT_FALSE(cube);
  EXPECT_THAT(kinds(cube.diagnostics()),
              ElementsAre("unread_cell", "unread_cell", "unread_cell", "more_not_listed"));
  EXPECT_THAT(messages(cube).back(), "7 more are not listed");
}

TEST_F(ReadTables, JoinsSeveralTablesAndBatches) {
  Table table = Table::from_rows({"县区", "床位"}, {{"a", "1"}, {"b", "2"}});
  table.batches.push_back(Table::from_rows({"县区", "床位"}, {{"c", "3"}, {"d", "x"}}).batches[0]);
  const NamedTable second{"more.csv", Table::from_rows({"县区", "护理床位"}, {{"a", "9"}}), 2, {7}};
  options.keep_going = true;
  const auto cube = read_tables(sample.plan, {{"data.csv", table, 2, {}}, second}, options);
  ASSERT_TRUE(cube);
  EXPECT_THAT(reports(*cube, beds), ElementsAre("a 1", "b 2", "c 3"));
  EXPECT_THAT(reports(*cube, nursing), ElementsAre("a 9"));
  EXPECT_EQ(cube->inputs[nursing].blocks[0].provenance.at(0).file, 1u);
  EXPECT_EQ(cube->inputs[nursing].blocks[0].provenance.at(0).row, 7u);
  EXPECT_THAT(messages(cube), ElementsAre(HasSubstr("data.csv: row 5, column 床位")));
}

TEST_F(ReadTables, SaysWhichColumnHasATypeThatIsNotRead) {
  Table table = Table::from_rows({"县区"}, {{"a"}});
  TableColumn list;
  list.type = CellType::other;
  list.type_name = "+l";
  list.size = 1;
  table.add("床位", list);
  EXPECT_THAT(kinds(read(table).diagnostics()), ElementsAre("column_type_not_read"));
}

}  // namespace
}  // namespace dabiao::data
