#include "dabiao/assess/statuses.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "dabiao/data/dense.hpp"
#include "worked.hpp"

namespace dabiao::assessment {
namespace {

using data::DenseData;
using data::DenseInput;
using worked::PlanText;

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

DenseInput array(std::string name, std::vector<double> numbers, bool timeless = false) {
  const auto kept = std::make_shared<const std::vector<double>>(std::move(numbers));
  DenseInput input;
  input.name = std::move(name);
  input.values = *kept;
  input.owner = kept;
  input.timeless = timeless;
  return input;
}

std::shared_ptr<const data::Cube> cube_of(const PlanText& plan, const char* entities,
                                          std::uint32_t months, std::vector<DenseInput> inputs) {
  DenseData given;
  given.entities = {"register", worked::table(entities), 2, {}};
  given.first_period = calendar::Period::month(2025, 1).index;
  given.periods = months;
  given.inputs = std::move(inputs);
  Checked<data::Cube> cube = data::dense(plan.model, std::move(given));
  EXPECT_TRUE(cube) << text::render_all(cube.diagnostics(), text::Language::english);
  return std::make_shared<const data::Cube>(std::move(*cube));
}

using Key = std::tuple<model::TargetId, model::LevelId, data::EntityIndex, std::string>;

std::map<Key, Status> assessed(const PlanText& plan, std::shared_ptr<const data::Cube> cube,
                               calendar::Date as_of) {
  Options options;
  options.as_of = as_of;
  options.reached_on = false;
  std::map<Key, Status> found;
  const Assessment result = assess(plan.program, std::move(cube), options);
  for (const Cell& cell : result.cells()) {
    found[{cell.target, cell.level, cell.entity, cell.span.to_string()}] = cell.status;
  }
  return found;
}

struct Streamed {
  std::map<Key, Status> cells;
  std::vector<StatusCount> counts;
  Statuses::Effort effort;
};

Streamed streamed(const PlanText& plan, std::shared_ptr<const data::Cube> cube,
                  calendar::Date as_of, unsigned threads = 1, std::uint32_t chunk = 1024) {
  StatusOptions options;
  options.as_of = as_of;
  options.threads = threads;
  options.chunk = chunk;
  Statuses statuses(plan.program, std::move(cube), options);
  Streamed result;
  while (const auto block = statuses.next()) {
    for (std::size_t i = 0; i < block->statuses->size(); ++i) {
      const data::EntityIndex entity = block->group != model::none ? data::no_entity
                                       : block->entities           ? (*block->entities)[i]
                                                         : static_cast<data::EntityIndex>(i);
      result.cells[{block->target, block->level, entity, block->span.to_string()}] =
          (*block->statuses)[i];
    }
  }
  result.counts = statuses.counts();
  result.effort = statuses.effort();
  return result;
}

calendar::Date day(int month, int number) {
  return *calendar::Date::create(2025, month, number);
}

constexpr const char* villages =
    "county, village\n"
    "A, a1\n A, a2\n A, a3\n B, b1\n B, b2\n";

const char* const head = R"(
  plan ledger window 2025-01-01..2025-12-31
  level county
  level village in county
  unit visit, bed
  input visits visit flow each month at village
  input beds bed stock each month at village
  input care bed stock each month at village
)";

TEST(Statuses, AreThoseOfEveryCellWithTiesDecidedInColumns) {
  const PlanText plan(std::string(head) + R"(
    target share : care / beds >= 50% each month at each village
    target sum : visits >= 10 visit each month at each county
    target half : share(village: visits >= 5 visit) >= 1/2 each month at each county
  )");
  ASSERT_FALSE(plan.diagnostics.has_errors()) << plan.rendered();
  const auto cube = cube_of(plan, villages, 1,
                            {array("visits", {5, 5, 0, 4, 5}), array("beds", {2, 4, 6, 8, 0}),
                             array("care", {1, 1, 3, 5, 0})});
  const Streamed found = streamed(plan, cube, day(1, 31));
  EXPECT_EQ(found.cells, assessed(plan, cube, day(1, 31)));
  EXPECT_EQ(found.cells.at({0, 1, 0, "2025-01"}), Status::met);  // 1 of 2: a tie
  EXPECT_EQ(found.cells.at({0, 1, 1, "2025-01"}), Status::missed);
  EXPECT_EQ(found.cells.at({0, 1, 4, "2025-01"}), Status::undecided);  // 0 of 0
  EXPECT_EQ(found.cells.at({1, 0, 0, "2025-01"}), Status::met);        // 10 of 10: a tie
  EXPECT_EQ(found.cells.at({2, 0, 1, "2025-01"}), Status::met);        // 1 of 2: a tie
  EXPECT_EQ(found.effort.one_by_one, 0U);
  EXPECT_EQ(found.counts.front().tally[Status::met], 3U);
}

TEST(Statuses, HoldWhateverIsMissing) {
  const PlanText plan(std::string(head) + R"(
    target enough : visits >= 9 visit each month at each county
    target few : visits <= 9 visit each month at each county
    target half : share(village: visits >= 5 visit) >= 2/3 each month at each county
    target within : care / (care + beds) <= 100% each month at each village
  )");
  ASSERT_FALSE(plan.diagnostics.has_errors()) << plan.rendered();
  const auto cube =
      cube_of(plan, villages, 1,
              {array("visits", {5, missing, 6, 4, missing}),
               array("beds", {2, 4, missing, 8, missing}), array("care", {1, missing, 3, 5, 0})});
  const Streamed found = streamed(plan, cube, day(1, 31));
  EXPECT_EQ(found.cells, assessed(plan, cube, day(1, 31)));
  EXPECT_EQ(found.cells.at({0, 0, 0, "2025-01"}), Status::met);     // 11 at least
  EXPECT_EQ(found.cells.at({1, 0, 0, "2025-01"}), Status::missed);  // already above
  EXPECT_EQ(found.cells.at({0, 0, 1, "2025-01"}), Status::undecided);
  EXPECT_EQ(found.cells.at({2, 0, 0, "2025-01"}), Status::met);  // 2 of 3 at least
  EXPECT_EQ(found.cells.at({3, 1, 1, "2025-01"}), Status::met);  // whatever care is
}

TEST(Statuses, AreTheSameOverRandomDataThreadsAndChunks) {
  const PlanText plan(std::string(head) + R"(
    target t_a : visits >= 3 visit each quarter at each village
    target t_b : beds - care >= 1 bed and visits >= visits[previous] each month at each village
    target t_c : visits >= 30 visit by 2025-06-30 at each county
    target t_d : share(village: care / beds >= 50%) > 1/3 each month at each county
    target t_e : average(village: visits) >= 3 visit each month at each county
    target t_f : 0.5 * min(1, care / beds) + 0.5 * min(1, visits / (4 visit)) >= 0.75 each month
      at each village where beds >= 1 bed
    target t_g : visits / visits[county] >= 1/5 each month at each village
    target t_h : min(month: visits) >= 1 visit each quarter at each county
  )");
  ASSERT_FALSE(plan.diagnostics.has_errors()) << plan.rendered();
  std::mt19937 random(7);
  for (int round = 0; round < 20; ++round) {
    const auto numbers = [&](int most) {
      std::vector<double> found;
      for (int i = 0; i < 6 * 5; ++i) {
        found.push_back(random() % 8 == 0 && round % 2 == 0
                            ? missing
                            : static_cast<double>(random() % static_cast<unsigned>(most)));
      }
      return found;
    };
    const auto cube = cube_of(
        plan, villages, 6,
        {array("visits", numbers(7)), array("beds", numbers(4)), array("care", numbers(4))});
    for (const calendar::Date as_of : {day(1, 31), day(4, 15), day(6, 30), day(12, 31)}) {
      const std::map<Key, Status> expected = assessed(plan, cube, as_of);
      EXPECT_EQ(streamed(plan, cube, as_of).cells, expected) << round;
      EXPECT_EQ(streamed(plan, cube, as_of, 3, 1).cells, expected) << round;
      EXPECT_EQ(streamed(plan, cube, as_of, 2, 2).cells, expected) << round;
    }
  }
}

}  // namespace
}  // namespace dabiao::assessment
