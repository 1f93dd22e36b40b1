#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "dabiao/check/plan_checks.hpp"
#include "dabiao/graph/dependency_graph.hpp"
#include "lowered_plan.hpp"

// Warnings beside errors: of what no error reaches, and nothing that would not stand without it.
namespace dabiao::check {
namespace {

using ::testing::ElementsAre;
using testing::Finding;
using ::testing::IsEmpty;
using testing::plan_line;

/// What is said beside the errors of a plan that has some, as "kind at line".
std::vector<std::string> beside_errors(std::string text) {
  const auto source = std::make_shared<text::Source>("plan.biao", std::move(text));
  syntax::Parsed parsed = syntax::parse(source);
  text::Diagnostics errors = std::move(parsed.diagnostics);
  model::Resolved resolved =
      model::resolve(source, std::make_shared<syntax::Ast>(std::move(parsed.ast)));
  errors.append(resolved.diagnostics);
  const graph::Ordered ordered = graph::in_order(*resolved.plan);
  errors.append(ordered.cycles);
  const ir::Lowered lowered = ir::lower(resolved.plan, ordered.indicators);
  errors.append(lowered.diagnostics);
  EXPECT_TRUE(errors.has_errors());
  std::vector<std::string> said;
  for (const Finding& finding : testing::findings(check_sound_parts(*lowered.program, errors))) {
    said.push_back(finding.kind + " at " + std::to_string(finding.line));
  }
  return said;
}

// Lines 2 to 5; the target on line 5 never holds.
const std::string never = plan_line + R"(unit bed, home
input beds bed stock
input full bed stock
target never : full / (full + beds) >= 120% by 2023-12-31
)";
const std::string unknown = "target lost : bads >= 700 bed by 2023-12-31\n";

TEST(SoundTargets, AreCheckedBesideTheErrorsOfOthers) {
  EXPECT_THAT(beside_errors(never + unknown), ElementsAre("target_never_holds at 5"));
  EXPECT_THAT(beside_errors(never + "indicator lost = bads + full\n"),
              ElementsAre("target_never_holds at 5"));
  EXPECT_THAT(beside_errors(never + "given bads = 5 bed in 2023\n"), IsEmpty());
  EXPECT_THAT(beside_errors(never + "target late : beds >= 5 bed by 2024-02-01\n" + unknown),
              ElementsAre("target_never_holds at 5", "deadline_after_window at 6"));
}

TEST(SoundTargets, SayNothingThatFollowsFromTheErrors) {
  // `beds` and `home` seem unused, because the names that use them are misspelt.
  EXPECT_THAT(beside_errors(plan_line + "unit bed, home\ninput beds bed stock\n" + unknown),
              IsEmpty());
  // What it is computed from has the error.
  EXPECT_THAT(beside_errors(plan_line + "unit bed\ninput full bed stock range 0..5 homes\n"
                                        "target never : full > 100% by 2023-12-31\n"),
              IsEmpty());
  EXPECT_THAT(beside_errors(plan_line + "unit bed\ninput full bed stock\ninput full % stock\n"
                                        "target never : full < 0 bed by 2023-12-31\n"),
              IsEmpty());
}

TEST(SoundTargets, NeedTheirClause) {
  const std::string target = "target more : beds >= 5 bed\n";
  const std::string beds = plan_line + "unit bed\ninput beds bed stock\n";
  EXPECT_THAT(beside_errors(beds + "clause \"1\" by 2024-02-01\n" + target + unknown),
              ElementsAre("deadline_after_window at 4"));
  EXPECT_THAT(beside_errors(beds + "clause \"1\" by 2024-02-01 at nowhere\n" + target), IsEmpty());
  // The heading that was meant for `most` may be what could not be read.
  const std::string most = "target most : beds >= 9 bed milestones 2024-03: 5 bed\n";
  const std::string first = beds + "clause \"1\" by 2024-02-01\n" + target;
  EXPECT_THAT(beside_errors(first + "clause \"2\"\n" + most + unknown),
              ElementsAre("deadline_after_window at 4"));
  EXPECT_THAT(beside_errors(first + most + unknown),
              ElementsAre("deadline_after_window at 4", "milestone_after_deadline at 6"));
  EXPECT_THAT(beside_errors(first + "clase \"2\"\n" + most),
              ElementsAre("deadline_after_window at 4"));
}

TEST(SoundTargets, NeedToKnowHowManyEntitiesThereAre) {
  const std::string towns = plan_line +
                            "level city\nlevel town in city\ninput beds stock at town\n"
                            "target many : count(town where beds > 1) >= 3 by 2023-12-31\n";
  const std::string two = "entities town = {\"a\", \"b\"}\n";
  EXPECT_THAT(beside_errors(towns + two + "target lost : bads >= 7\n"),
              ElementsAre("target_never_holds at 5"));
  EXPECT_THAT(beside_errors(towns + two + "target lost : beds >= >= 7\n"), IsEmpty());
  EXPECT_THAT(beside_errors(towns + "entities twn = {\"a\", \"b\"}\n"), IsEmpty());
}

// Whatever is cut out of a plan, the rest is looked at without harm.
TEST(SoundTargets, StandAnyDamage) {
  const std::string plan = never + R"(level city
level town in city count 3
level home in town
group some of town = {"a"}
stages grade = none < one < two
input visits flow each month at town
input rank_of grade stock at home
table asked bed by town { "a": 5 bed, other: 7 bed }
indicator share % = sum(town: visits) / beds
holidays 2023 { off 2023-10-01..2023-10-06 }
clause "1" "first" lead "x" each town by 2023-12-15
target a "A" : visits >= 1 each month in 2023-10..2023-11 by day 25 at each town where visits > 0
target b : beds >= asked at each town cite "x" tag "t", "t"
target c : share >= 50% milestones 2023-Q3: 60%, 2023-Q4: 40% allocates never
target d : rank_of >= two by workday(2023-09-01, 5) at each home
target e : met(never) and min(month: visits[previous]) > 0 in 2024-Q1 at some
given count(town) = 2, beds = 7 bed at city in 2023-08 cite "x"
stated share = 57% in 2023-08
)";
  std::size_t said = 0;
  for (std::size_t begin = 0; begin < plan.size(); ++begin) {
    if (begin > 0 && plan[begin - 1] != ' ' && plan[begin - 1] != '\n') continue;
    for (const std::string put : {"", "zz ", "\" "}) {
      std::string text = plan;
      text.replace(begin, plan.find_first_of(" \n", begin) - begin, put);
      const auto source = std::make_shared<text::Source>("plan.biao", text);
      syntax::Parsed parsed = syntax::parse(source);
      text::Diagnostics errors = std::move(parsed.diagnostics);
      model::Resolved resolved =
          model::resolve(source, std::make_shared<syntax::Ast>(std::move(parsed.ast)));
      errors.append(resolved.diagnostics);
      const ir::Lowered lowered = ir::lower(resolved.plan);
      errors.append(lowered.diagnostics);
      if (errors.has_errors()) said += check_sound_parts(*lowered.program, errors).size();
    }
  }
  EXPECT_GT(said, 0u);
}

}  // namespace
}  // namespace dabiao::check
