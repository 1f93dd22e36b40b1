#include "dabiao/explain/indicator_trees.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "explained.hpp"

namespace dabiao::explain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const char* const scores = R"biao(plan scores
  window 2024
level city
level town in city
unit bed, point
entities city = { "Y" }
entities town = { "A", "B" }
input beds bed stock at town
indicator score point = 60 point * attained(enough)
indicator fixed point = 5 point
indicator total bed = beds
target enough : beds >= 10 bed by 2024-12-31 at each town
target whole  : total >= 20 bed by 2024-06-30
)biao";

const char* const table =
    "town,period,beds\n"
    "A,2024-06,8\n"
    "B,2024-06,10\n";

std::vector<Node> trees_of(const Explained& data, const std::string& name) {
  const auto& indicators = data.assessment().plan().indicators;
  for (model::IndicatorId id = 0; id < indicators.size(); ++id) {
    if (indicators[id].name == name) return indicator_trees(data.assessment(), id);
  }
  ADD_FAILURE() << "no indicator " << name;
  return {};
}

std::vector<std::string> places_of(const std::vector<Node>& trees) {
  std::vector<std::string> places;
  for (const Node& tree : trees) {
    places.push_back(tree.at.entity + " " + tree.at.span.to_string() + " " + shown(tree.value));
  }
  return places;
}

// Nothing measures the score: it stands at every town over the window. 8 of 10 beds are 4/5 of 60.
TEST(IndicatorTrees, WhatNoTargetMeasuresStandsAtEachEntity) {
  const Explained data(scores, table, "2024-06-30");
  const std::vector<Node> trees = trees_of(data, "score");
  EXPECT_THAT(places_of(trees), ElementsAre("A 2024 48", "B 2024 60"));
  ASSERT_THAT(trees.front().children, SizeIs(1));
  const Node& formula = trees.front().children.front();
  EXPECT_EQ(formula.name, "multiply");
  // Plain numbers are there too.
  ASSERT_THAT(formula.children, SizeIs(2));
  EXPECT_EQ(formula.children[0].kind, NodeKind::constant);
  EXPECT_EQ(formula.children[1].kind, NodeKind::target);
}

// A target measures the total at the city: it is asked there, not at the towns.
TEST(IndicatorTrees, WhatATargetMeasuresStandsAtItsCells) {
  const Explained data(scores, table, "2024-06-30");
  const std::vector<Node> trees = trees_of(data, "total");
  ASSERT_THAT(trees, SizeIs(1));
  EXPECT_EQ(trees.front().at.entity, "Y");
  EXPECT_EQ(trees.front().at.level, "city");
  EXPECT_EQ(shown(trees.front().value), "18");
}

// What reads no data stands at the highest level.
TEST(IndicatorTrees, AConstantStandsAtTheTop) {
  const Explained data(scores, table, "2024-06-30");
  EXPECT_THAT(places_of(trees_of(data, "fixed")), ElementsAre("Y 2024 5"));
}

}  // namespace
}  // namespace dabiao::explain
