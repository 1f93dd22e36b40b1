#include "dabiao/data/dense.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "dabiao/model/resolve.hpp"
#include "dabiao/syntax/parse.hpp"
#include "dabiao/text/render.hpp"

namespace dabiao::data {
namespace {

std::shared_ptr<const model::Plan> plan_of(std::string text) {
  const auto source = std::make_shared<const text::Source>("plan.biao", std::move(text));
  syntax::Parsed parsed = syntax::parse(source);
  model::Resolved resolved =
      model::resolve(source, std::make_shared<const syntax::Ast>(std::move(parsed.ast)));
  EXPECT_FALSE(parsed.diagnostics.has_errors() || resolved.diagnostics.has_errors());
  return resolved.plan;
}

const char* const plan_text = R"(
  plan dense
  level county level village in county
  unit bed
  input beds bed stock at village
  input open yesno stock at county
  input norm bed constant at village
)";

DenseInput array(std::string name, std::shared_ptr<const std::vector<double>> numbers,
                 bool timeless = false) {
  DenseInput input;
  input.name = std::move(name);
  input.values = *numbers;
  input.owner = std::move(numbers);
  input.timeless = timeless;
  return input;
}

std::shared_ptr<const std::vector<double>> numbers(std::vector<double> of) {
  return std::make_shared<const std::vector<double>>(std::move(of));
}

DenseData data_of(const std::vector<std::vector<std::string>>& rows, std::uint32_t periods) {
  DenseData data;
  data.entities = {"register", Table::from_rows({"county", "village"}, rows), 2, {}};
  data.first_period = calendar::Period::month(2025, 1).index;
  data.periods = periods;
  return data;
}

std::vector<std::string> kinds(const Checked<Cube>& cube) {
  std::vector<std::string> found;
  for (const text::Diagnostic& each : cube.diagnostics()) {
    found.emplace_back(each.kind->name);
    text::render(each, text::Language::english);
    text::render(each, text::Language::chinese);
  }
  return found;
}

TEST(Dense, ReadsArraysWhereTheyStandWhereTheOrderFits) {
  const auto beds = numbers({1, 2, 3, 4, std::numeric_limits<double>::quiet_NaN(), 6});
  DenseData data = data_of({{"A", "a1"}, {"A", "a2"}, {"B", "b1"}}, 2);
  data.inputs = {array("beds", beds), array("open", numbers({1, 0, 0, 1})),
                 array("norm", numbers({7, 8, 9}), true)};
  const Checked<Cube> cube = dense(plan_of(plan_text), std::move(data));
  ASSERT_TRUE(cube);
  EXPECT_EQ(cube->entities.level(1).names, (std::vector<std::string>{"a1", "a2", "b1"}));
  EXPECT_EQ(cube->entities.descendants(0, 0, 1), (EntityRun{0, 2}));
  EXPECT_EQ(cube->entities.find(1, "B/b1"), 2U);
  EXPECT_TRUE(cube->entities.declared());
  const ReportBlock& block = cube->inputs[0].blocks.front();
  EXPECT_EQ(block.values.values().data(), beds->data());
  EXPECT_FALSE(block.known(block.cell(block.first_period + 1, 1)));
  EXPECT_EQ(block.value(block.cell(block.first_period + 1, 2)), 6);
  EXPECT_EQ(cube->inputs[1].blocks.front().entities, 2U);
  EXPECT_FALSE(cube->inputs[2].blocks.front().grain.has_value());
}

TEST(Dense, PutsNumbersInOrderWhereTheRegisterHasAnother) {
  DenseData data = data_of({{"B", "b1"}, {"A", "a2"}, {"A", "a1"}}, 1);
  data.inputs = {array("beds", numbers({3, 2, 1})), array("open", numbers({0, 1}))};
  const Checked<Cube> cube = dense(plan_of(plan_text), std::move(data));
  ASSERT_TRUE(cube);
  EXPECT_EQ(cube->entities.level(1).names, (std::vector<std::string>{"a1", "a2", "b1"}));
  const ReportBlock& beds = cube->inputs[0].blocks.front();
  EXPECT_EQ(beds.value(0), 1);
  EXPECT_EQ(beds.value(1), 2);
  EXPECT_EQ(beds.value(2), 3);
  EXPECT_EQ(cube->inputs[1].blocks.front().value(0), 1);  // A, which the register has second
}

TEST(Dense, ReadsTheBitsOfABitmapFromAnyBit) {
  const std::uint8_t bits[] = {0b10110000};
  DenseData data = data_of({{"A", "a1"}, {"A", "a2"}, {"B", "b1"}}, 1);
  data.inputs = {array("beds", numbers({1, 2, 3}))};
  data.inputs.front().validity = bits;
  data.inputs.front().validity_offset = 4;
  const Checked<Cube> cube = dense(plan_of(plan_text), std::move(data));
  ASSERT_TRUE(cube);
  const ReportBlock& beds = cube->inputs[0].blocks.front();
  EXPECT_TRUE(beds.known(0));
  EXPECT_TRUE(beds.known(1));
  EXPECT_FALSE(beds.known(2));
}

TEST(Dense, SaysEverythingThatIsWrong) {
  DenseData data = data_of({{"A", "a1"}, {"B", "b1"}, {"A", "a1"}}, 1);
  EXPECT_EQ(kinds(dense(plan_of(plan_text), std::move(data))),
            (std::vector<std::string>{"ambiguous_entity"}));

  data = data_of({{"A", "a1"}, {"B", "b1"}}, 1);
  data.inputs = {array("open", numbers({2, 0})), array("norm", numbers({-1, 4}), true),
                 array("bets", numbers({1, 2}))};
  EXPECT_EQ(kinds(dense(plan_of(plan_text), std::move(data))),
            (std::vector<std::string>{"unread_cell", "negative_report", "unknown_name"}));

  data = data_of({{"", "a1"}}, 1);
  EXPECT_EQ(kinds(dense(plan_of(plan_text), std::move(data))),
            (std::vector<std::string>{"parent_not_known"}));
}

TEST(Dense, RefusesArraysOfAnotherSizeAndGivenValues) {
  DenseData data = data_of({{"A", "a1"}, {"B", "b1"}}, 1);
  data.inputs = {array("beds", numbers({1}))};
  EXPECT_THROW(dense(plan_of(plan_text), std::move(data)), std::invalid_argument);

  data = data_of({{"A", "a1"}}, 1);
  EXPECT_THROW(dense(plan_of(std::string(plan_text) + "given beds = 3 bed at \"a1\" in 2025-01"),
                     std::move(data)),
               std::invalid_argument);
}

}  // namespace
}  // namespace dabiao::data
