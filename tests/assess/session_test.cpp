// Assessments that live: what a report changes, against assessing the changed data anew, and what
// that costs.
#include "dabiao/assess/session.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "dabiao/text/render.hpp"
#include "worked.hpp"

namespace dabiao::worked {
namespace {

using data::Report;

/// A session beside the reports that it stands for, so that both can be assessed.
class Lived {
 public:
  Lived(const std::string& plan_text, std::vector<Report> reports, const std::string& as_of,
        bool reached_on = true)
      : plan_(plan_text), reports_(std::move(reports)) {
    EXPECT_FALSE(plan_.diagnostics.has_errors()) << plan_.rendered();
    options_.as_of = *calendar::Date::parse(as_of);
    options_.reached_on = reached_on;
    session_.emplace(plan_.program, *cube(), options_);
  }

  /// Sets reports in both; the changed cells as "target entity span status".
  std::string set(const std::vector<Report>& changes) {
    const std::uint64_t before = session_->evaluated_cells();
    Checked<assessment::Difference> difference = session_->set(changes);
    cost_ = session_->evaluated_cells() - before;
    if (!difference) {
      return text::render_all(difference.diagnostics(), text::Language::english);
    }
    for (const Report& change : changes) put(change);
    expect_fresh();
    std::string all;
    for (const assessment::Cell& cell : difference->cells.cells()) {
      if (!all.empty()) all += '\n';
      all += plan_.model->targets[cell.target].name + " " + difference->cells.entity_name(cell) +
             " " + cell.span.to_string() + " " + std::string(assessment::name(cell.status));
    }
    for (const assessment::Cell& cell : difference->gone.cells()) {
      all += "\ngone " + plan_.model->targets[cell.target].name + " " + cell.span.to_string();
    }
    return all;
  }

  /// How many cells the last change had evaluated.
  std::uint64_t cost() const { return cost_; }

 private:
  void put(const Report& change) {
    std::erase_if(reports_, [&](const Report& each) {
      return each.input == change.input && each.entity == change.entity &&
             each.period == change.period;
    });
    reports_.push_back(change);
  }

  std::shared_ptr<const data::Cube> cube() const {
    data::Dataset dataset;
    for (const Report& each : reports_) dataset.add(each);
    Checked<data::Cube> cube = dataset.build(plan_.model);
    EXPECT_TRUE(cube) << text::render_all(cube.diagnostics(), text::Language::english);
    return std::make_shared<const data::Cube>(std::move(*cube));
  }

  void expect_fresh() {
    const auto fresh = assessment::assess(plan_.program, cube(), options_);
    const auto lived = session_->assessment();
    ASSERT_EQ(lived.cells().size(), fresh.cells().size());
    for (std::size_t i = 0; i < fresh.cells().size(); ++i) {
      EXPECT_TRUE(lived.cells()[i] == fresh.cells()[i])
          << plan_.model->targets[fresh.cells()[i].target].name << " "
          << fresh.entity_name(fresh.cells()[i]) << " " << fresh.cells()[i].span.to_string();
    }
  }

  PlanText plan_;
  std::vector<Report> reports_;
  assessment::Options options_;
  std::optional<assessment::Session> session_;
  std::uint64_t cost_ = 0;
};

const std::string plan = R"(
plan p "plan" window 2024-01-01..2024-12-31
level city  level county in city  level village in county
unit bed, visit
input beds bed stock each month at village
input visits visit flow each month at village
indicator dense = average(village: beds / 1 bed)
target all : beds >= 100 bed by 2024-02-29
target most : share(village: visits >= 2 visit) >= 50% each month in 2024-01..2024-02 at each county
target each_one : visits >= 2 visit each month in 2024-01..2024-02 at each village
target both : met(all)[city] and dense >= 10 by 2024-02-29 at each county
target first : rank(beds among village) <= 1 by 2024-02-29 at each village
)";

std::vector<Report> reports(int counties, int villages) {
  std::vector<Report> all;
  for (int county = 0; county < counties; ++county) {
    for (int village = 0; village < villages; ++village) {
      const std::string entity = "c" + std::to_string(county) + "/v" + std::to_string(county) +
                                 "_" + std::to_string(village);
      for (const char* period : {"2024-01", "2024-02"}) {
        all.push_back({"beds", 20 - village % 5, entity, period, "village"});
        all.push_back({"visits", 1 + village % 2, entity, period, "village"});
      }
    }
  }
  return all;
}

TEST(Session, GivesTheCellsThatChange) {
  Lived lived(plan, reports(2, 3), "2024-02-29");
  EXPECT_EQ(lived.set({{"visits", 5, "c0/v0_0", "2024-02", "village"}}),
            "most c0 2024-02 met\neach_one v0_0 2024-02 met");
  EXPECT_EQ(lived.set({{"visits", 5, "c0/v0_0", "2024-02", "village"}}), "");
  // Ranks are shared among siblings: one moves up, and another gives way.
  EXPECT_EQ(lived.set({{"beds", 30, "c1/v1_1", "2024-02", "village"}}),
            "all city 2024-01-01..2024-02-29 met\n"
            "both c1 2024-01-01..2024-02-29 met\n"
            "first v1_0 2024-01-01..2024-02-29 missed\n"
            "first v1_1 2024-01-01..2024-02-29 met");
}

TEST(Session, TakesReportsAwayAndPutsThemBack) {
  Lived lived(plan, reports(2, 2), "2024-02-29");
  EXPECT_NE(lived.set({{"beds", "", "c0/v0_0", "2024-02", "village"}}).find("all city"),
            std::string::npos);
  lived.set({{"beds", "", "c0/v0_0", "2024-01", "village"}});
  lived.set({{"visits", "-", "c0/v0_1", "2024-01", "village"}});
  lived.set({{"beds", 90, "c0/v0_0", "2024-02", "village"},
             {"beds", 3, "c0/v0_0", "2024-01", "village"},
             {"visits", 2, "c0/v0_1", "2024-01", "village"}});
}

TEST(Session, BeginsAnewWherePeriodsDo) {
  Lived lived(plan, reports(2, 2), "2024-03-31");
  lived.set({{"beds", 60, "c0/v0_0", "2024-03", "village"}});
  lived.set({{"beds", "", "c0/v0_0", "2024-03", "village"}});
  // A report of a whole county beside those of its villages.
  lived.set({{"beds", 500, "c0", "2024-02", "county"}});
  lived.set({{"beds", "", "c0", "2024-02", "county"}});
}

TEST(Session, IsAssessingAnewWhateverChanges) {
  const std::string rich = plan + R"(
input people bed constant at village range 1..9 bed
input done yesno flow each month at village  missing is no
input load bed stock each month at village  over parts average weighted by people
indicator known_ones bed = average(village: beds) complete at least 50%
target weighed : load >= 4 bed by 2024-06-30 milestones 2024-02: 2 bed at each county
target counted : count(village where known(beds)) >= 2 each month in 2024-01..2024-03
target grown : beds >= beds[previous] and visits <= visits[city] each month in 2024-01..2024-03 at each village where done
target partly : known_ones >= 15 bed by 2024-03-31 at each county
target half : attained(most) >= 50% each month in 2024-01..2024-02 at each county
target steady : min(month: visits) >= 1 visit in 2024-01-01..2024-03-31 at each county
)";
  std::mt19937 random(7);
  const auto pick = [&](int below) {
    return static_cast<int>(random() % static_cast<unsigned>(below));
  };
  for (const char* as_of : {"2024-02-29", "2024-02-10", "2024-12-31"}) {
    Lived lived(rich, reports(2, 3), as_of);
    for (int round = 0; round < 60; ++round) {
      std::vector<Report> changes;
      for (int count = 1 + pick(3); count > 0; --count) {
        const int county = pick(2);
        const std::string entity = "c" + std::to_string(county) + "/v" + std::to_string(county) +
                                   "_" + std::to_string(pick(3));
        const std::string period = "2024-0" + std::to_string(1 + pick(3));
        const bool gone = pick(3) == 0;
        const auto value = [&](int most) {
          return gone ? std::string() : std::to_string(pick(most));
        };
        switch (pick(5)) {
          case 0:
            changes.push_back({"visits", value(4), entity, period, "village"});
            break;
          case 1:
            changes.push_back(
                {"people", gone ? "" : std::to_string(1 + pick(9)), entity, "", "village"});
            break;
          case 2:
            changes.push_back({"done", gone ? "" : "yes", entity, period, "village"});
            break;
          case 3:
            changes.push_back({"load", value(9), entity, period, "village"});
            break;
          default:
            changes.push_back({"beds", value(40), entity, period, "village"});
        }
      }
      SCOPED_TRACE(std::string(as_of) + " round " + std::to_string(round));
      lived.set(changes);
      if (testing::Test::HasFailure()) return;
    }
  }
}

TEST(Session, MovesDeadlines) {
  Lived lived(
      "plan p window 2024-01-01..2024-12-31 level city level project in city unit bed "
      "input begun date at project input beds bed stock each month at project "
      "target soon : beds >= 10 bed by begun + 10 天 at each project "
      "target after : met(soon) each month in 2024-01..2024-02 at each project",
      {{"begun", "2024-01-05", "a", "", "project"},
       {"begun", "2024-01-15", "b", "", "project"},
       {"beds", 10, "a", "2024-01", "project"},
       {"beds", 10, "b", "2024-01", "project"}},
      "2024-01-31");
  lived.set({{"begun", "2024-01-20", "a", "", "project"}});
  lived.set({{"begun", "", "b", "", "project"}});
  lived.set({{"beds", 9, "a", "2024-01", "project"}, {"begun", "2024-02-01", "b", "", "project"}});
}

TEST(Session, UncoversWhatThePlanGives) {
  Lived lived(
      "plan p unit bed input beds bed stock each month given beds = 7 bed in 2024-01 "
      "target t : beds >= 10 bed",
      {{"beds", 12, "", "2024-01", ""}}, "2024-01-31");
  EXPECT_EQ(lived.set({{"beds", "", "", "2024-01", ""}}), "t whole ..2024-01-31 missed");
}

TEST(Session, ChangesNothingWhereSomethingIsWrong) {
  Lived lived(plan, reports(1, 2), "2024-02-29");
  const std::string said = lived.set({{"visits", 9, "c0/v0_0", "2024-02", "village"},
                                      {"visit", 9, "c0/v0_0", "2024-02", "village"},
                                      {"visits", 9, "c0/v9", "2024-02", "village"},
                                      {"visits", 9, "c0/v0_0", "spring", "village"},
                                      {"visits", "nine", "c0/v0_0", "2024-02", "village"},
                                      {"visits", -9, "c0/v0_0", "2024-02", "village"}});
  for (const char* words : {"`visit` is not an input", "`c0/v9` is not in the list",
                            "`spring` is not a period", "`nine` is not read", "-9"}) {
    EXPECT_NE(said.find(words), std::string::npos) << words << "\n" << said;
  }
  EXPECT_EQ(lived.set({}), "");
}

TEST(Session, CostsWhatIsAffected) {
  // A change of one village costs the same whether there are ten villages or a thousand, as long
  // as no rank is asked for, which every sibling shares.
  const std::string unranked = plan.substr(0, plan.find("target first"));
  std::vector<std::uint64_t> costs;
  for (const int villages : {5, 20, 100}) {
    Lived lived(unranked, reports(10, villages), "2024-02-29");
    lived.set({{"beds", 21, "c3/v3_1", "2024-02", "village"}});
    const std::uint64_t stock = lived.cost();
    lived.set({{"visits", 1, "c3/v3_1", "2024-02", "village"}});
    costs.push_back(stock * 1000 + lived.cost());
    EXPECT_GT(stock, 0U);
    EXPECT_LT(stock, 200U);
    EXPECT_LT(lived.cost(), 200U);
  }
  EXPECT_EQ(costs[0], costs[1]);
  EXPECT_EQ(costs[1], costs[2]);
}

}  // namespace
}  // namespace dabiao::worked
