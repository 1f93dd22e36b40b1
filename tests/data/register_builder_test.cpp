#include "dabiao/data/register_builder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "dabiao/model/resolve.hpp"
#include "dabiao/syntax/parse.hpp"
#include "dabiao/text/render.hpp"
#include "sample_plan.hpp"

namespace dabiao::data {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Names = std::vector<std::string>;

constexpr model::LevelId city = SamplePlan::city, county = SamplePlan::county,
                         home = SamplePlan::home, member = SamplePlan::member;

Names paths(const EntityRegister& entities, model::LevelId level) {
  Names all;
  for (EntityIndex entity = 0; entity < entities.level(level).size(); ++entity) {
    all.push_back(entities.path(level, entity));
  }
  return all;
}

Names messages(const text::Diagnostics& diagnostics) {
  Names all;
  for (const text::Diagnostic& each : diagnostics) {
    all.push_back(text::message(each, text::Language::english));
    EXPECT_FALSE(text::message(each, text::Language::chinese).empty());
  }
  return all;
}

class Register : public testing::Test {
 protected:
  SamplePlan sample;
  text::Diagnostics diagnostics;
  std::unique_ptr<RegisterBuilder> builder;

  RegisterBuilder& start() {
    builder = std::make_unique<RegisterBuilder>(*sample.plan);
    return *builder;
  }
  EntityRegister build() {
    if (builder == nullptr) start();
    return builder->build(diagnostics);
  }
};

TEST_F(Register, NumbersSiblingsInCodePointOrderUnderTheirParents) {
  // In code-point order: B, a, 丙 (U+4E19), 乙 (U+4E59), 甲 (U+7532).
  for (const char* path : {"乙/甲院", "甲/z院", "乙/a院", "B/x院", "甲/B院", "a/y院", "丙/w院"}) {
    sample.add_entity(home, path);
  }
  const EntityRegister entities = build();
  EXPECT_THAT(diagnostics.list(), IsEmpty());
  EXPECT_EQ(entities.level(county).names, (Names{"B", "a", "丙", "乙", "甲"}));
  EXPECT_THAT(paths(entities, home),
              ElementsAre("B/x院", "a/y院", "丙/w院", "乙/a院", "乙/甲院", "甲/B院", "甲/z院"));
  EXPECT_EQ(entities.level(home).parents, (std::vector<EntityIndex>{0, 1, 2, 3, 3, 4, 4}));
  EXPECT_TRUE(entities.level(city).parents.empty());
  EXPECT_EQ(entities.descendants(county, 3, home), (EntityRun{3, 5}));
  EXPECT_EQ(entities.descendants(city, 0, home), (EntityRun{0, 7}));
  EXPECT_EQ(entities.descendants(home, 2, home), (EntityRun{2, 3}));
  EXPECT_EQ(entities.descendants(city, 0, member), (EntityRun{0, 0}));
  EXPECT_EQ(entities.descendants(member, 0, home).size(), 0u);
  EXPECT_EQ(entities.ancestor(home, 6, county), 4u);
  EXPECT_EQ(entities.ancestor(home, 6, city), 0u);
  EXPECT_EQ(entities.ancestor(home, 6, member), no_entity);
  EXPECT_TRUE(entities.declared());
}

TEST_F(Register, NamesTheTopByItsLevelUnlessSomebodyNamesIt) {
  EXPECT_EQ(build().level(city).names, Names{"市"});
  sample.plan->levels[0].label = "银川市";
  builder.reset();
  EXPECT_EQ(build().level(city).names, Names{"银川市"});
  start().mention({city, "锦州市", {}, model::none});
  EXPECT_EQ(build().level(city).names, Names{"锦州市"});
}

TEST_F(Register, TellsNamesakesApartByTheirPaths) {
  RegisterBuilder& entities_of = start();
  const MentionId first = entities_of.mention({home, "甲院", {{county, "兴庆区"}}, model::none});
  const MentionId second = entities_of.mention({home, "金凤区/甲院", {}, model::none});
  const MentionId again = entities_of.mention({home, "市/兴庆区/甲院", {}, model::none});
  const MentionId neither = entities_of.mention({home, "甲院", {}, model::none});
  const EntityRegister entities = build();
  EXPECT_EQ(builder->found(first), (EntityAt{home, 0}));
  EXPECT_EQ(builder->found(second), (EntityAt{home, 1}));
  EXPECT_EQ(builder->found(again), builder->found(first));
  ASSERT_EQ(builder->found(neither), std::nullopt);
  EXPECT_EQ(builder->problem(neither)->kind->name, "ambiguous_entity");
  EXPECT_EQ(builder->problem(neither)->expected, (Names{"兴庆区/甲院", "金凤区/甲院"}));
  EXPECT_EQ(entities.find(home, "甲院"), std::nullopt);
  EXPECT_EQ(entities.find(home, "金凤区/甲院"), 1u);
  EXPECT_EQ(entities.find(home, "市/金凤区/甲院"), 1u);
  EXPECT_EQ(entities.find(home, "乙区/甲院"), std::nullopt);
  EXPECT_EQ(entities.find("金凤区"), (EntityAt{county, 1}));
  EXPECT_FALSE(entities.declared());
}

TEST_F(Register, ShowsAFewOfManyNamesakes) {
  RegisterBuilder& entities_of = start();
  for (int i = 100; i < 130; ++i) {
    entities_of.mention({home, "第一网格", {{county, "区" + std::to_string(i)}}, model::none});
  }
  const MentionId any = entities_of.mention({home, "第一网格", {}, model::none});
  EXPECT_EQ(build().level(home).size(), 30u);
  ASSERT_NE(builder->problem(any), nullptr);
  EXPECT_EQ(builder->problem(any)->expected.size(), 6u);
  EXPECT_EQ(builder->problem(any)->expected.front(), "区100/第一网格");
  EXPECT_EQ(builder->problem(any)->expected.back(), "…");
}

TEST_F(Register, LetsAPathLeaveOutLevels) {
  SamplePlan deep;
  const model::LevelId village = deep.add_level("村", "", home);
  RegisterBuilder entities_of(*deep.plan);
  entities_of.mention({village, "黄旗村", {{home, "三宝街道"}, {county, "凌河区"}}, model::none});
  entities_of.mention({village, "黄旗村", {{home, "他街道"}, {county, "太和区"}}, model::none});
  const MentionId short_path = entities_of.mention({village, "凌河区/黄旗村", {}, model::none});
  const EntityRegister entities = entities_of.build(diagnostics);
  ASSERT_TRUE(entities_of.found(short_path));
  EXPECT_EQ(entities.path(village, entities_of.found(short_path)->entity),
            "凌河区/三宝街道/黄旗村");
  EXPECT_EQ(entities.find(village, "太和区/黄旗村"), 1u);
  EXPECT_EQ(entities.level(village).size(), 2u);
}

TEST_F(Register, TakesTheOnlyPossibleParent) {
  RegisterBuilder& entities_of = start();
  entities_of.mention({county, "兴庆区", {}, model::none});
  const MentionId floating = entities_of.mention({home, "甲院", {}, model::none});
  const EntityRegister entities = build();
  EXPECT_EQ(entities.path(home, builder->found(floating)->entity), "兴庆区/甲院");
}

TEST_F(Register, AsksForTheParentWhereSeveralArePossibleOrNone) {
  const MentionId alone = start().mention({home, "甲院", {}, model::none});
  build();
  EXPECT_EQ(builder->problem(alone)->kind->name, "parent_not_known");

  RegisterBuilder& entities_of = start();
  entities_of.mention({county, "兴庆区", {}, model::none});
  entities_of.mention({county, "金凤区", {}, model::none});
  const MentionId floating = entities_of.mention({home, "甲院", {}, model::none});
  const MentionId placed = entities_of.mention({home, "乙院", {{county, "金凤区"}}, model::none});
  const MentionId known = entities_of.mention({home, "乙院", {}, model::none});
  build();
  EXPECT_EQ(text::message(*builder->problem(floating), text::Language::english),
            "it is not known to which 县区 the 机构 `甲院` belongs, expected a column 县区 or a "
            "path such as "
            "县区/甲院");
  EXPECT_EQ(builder->found(known), builder->found(placed));
}

TEST_F(Register, RefusesContradictionsBetweenPathAndColumns) {
  const MentionId mention =
      start().mention({home, "金凤区/甲院", {{county, "兴庆区"}}, model::none});
  const MentionId same = builder->mention({home, "兴庆区/甲院", {{county, "兴庆区"}}, model::none});
  const MentionId too_long = builder->mention({county, "a/市/兴庆区", {}, model::none});
  build();
  EXPECT_EQ(builder->problem(mention)->kind->name, "two_ancestors");
  EXPECT_TRUE(builder->found(same));
  EXPECT_EQ(builder->problem(too_long)->kind->name, "path_too_long");
}

TEST_F(Register, FindsTheLevelOfANameThatIsKnownElsewhere) {
  RegisterBuilder& entities_of = start();
  entities_of.mention({county, "兴庆区", {}, model::none});
  const MentionId known = entities_of.mention({model::none, "兴庆区", {}, home});
  const MentionId likely = entities_of.mention({model::none, "甲院", {}, home});
  const MentionId open = entities_of.mention({model::none, "某单位", {}, model::none});
  const MentionId whole = entities_of.mention({model::none, "", {}, home});
  build();
  EXPECT_EQ(builder->found(known)->level, county);
  EXPECT_EQ(builder->found(likely)->level, home);
  EXPECT_EQ(builder->problem(open)->kind->name, "level_not_known");
  EXPECT_EQ(builder->found(whole), (EntityAt{city, 0}));
}

TEST_F(Register, IsClosedWhereThePlanDeclaresIt) {
  sample.add_entity(county, "兴庆区");
  sample.add_entity(county, "金凤区");
  RegisterBuilder& entities_of = start();
  const MentionId misspelt = entities_of.mention({county, "兴庆县", {}, model::none});
  const MentionId below = entities_of.mention({home, "甲院", {{county, "兴庆县"}}, model::none});
  const MentionId fine = entities_of.mention({home, "甲院", {{county, "兴庆区"}}, model::none});
  const EntityRegister entities = build();
  EXPECT_EQ(entities.level(county).names, (Names{"兴庆区", "金凤区"}));
  ASSERT_NE(builder->problem(misspelt), nullptr);
  EXPECT_EQ(builder->problem(misspelt)->kind->name, "unknown_entity");
  EXPECT_EQ(builder->problem(misspelt)->suggestion, "兴庆区");
  EXPECT_EQ(builder->problem(below)->kind->name, "unknown_entity");
  EXPECT_TRUE(builder->found(fine));
  EXPECT_TRUE(entities.level(county).declared);
  EXPECT_FALSE(entities.level(home).declared);
  EXPECT_FALSE(entities.declared()) << "the data alone named the homes";
}

TEST_F(Register, LetsDataPlaceWhatThePlanOnlyNames) {
  sample.add_entity(home, "甲院");
  sample.add_entity(home, "乙院");
  RegisterBuilder& entities_of = start();
  entities_of.mention({home, "甲院", {{county, "兴庆区"}}, model::none});
  entities_of.mention({home, "乙院", {{county, "金凤区"}}, model::none});
  const MentionId other = entities_of.mention({home, "丙院", {{county, "金凤区"}}, model::none});
  const EntityRegister entities = build();
  EXPECT_THAT(diagnostics.list(), IsEmpty());
  EXPECT_THAT(paths(entities, home), ElementsAre("兴庆区/甲院", "金凤区/乙院"));
  EXPECT_EQ(builder->problem(other)->kind->name, "unknown_entity");
}

TEST_F(Register, TakesKeysAndMembersWithoutClosingTheLevel) {
  model::Table table;
  table.by = {{county, {}}};
  table.entries.push_back({"兴庆区", {}, {}, {}});
  table.entries.push_back({"", {}, {}, {}});
  sample.plan->tables.push_back(table);
  model::Group group;
  group.level = county;
  group.members = {"金凤区", "兴庆区", "贺兰县"};
  group.member_places.resize(3);
  sample.plan->groups.push_back(group);
  start().mention({county, "灵武市", {}, model::none});
  const EntityRegister entities = build();
  EXPECT_EQ(entities.level(county).names, (Names{"兴庆区", "灵武市", "贺兰县", "金凤区"}));
  EXPECT_THAT(entities.group(0), ElementsAre(0, 2, 3));
  EXPECT_FALSE(entities.level(county).declared);
}

TEST_F(Register, PointsAtMisspeltKeysOfThePlan) {
  sample.plan->source = std::make_shared<text::Source>("p.biao", "0123456789");
  sample.add_entity(county, "兴庆区");
  model::Group group;
  group.level = county;
  group.members = {"兴庆县"};
  group.member_places = {{3, 5}};
  sample.plan->groups.push_back(group);
  const EntityRegister entities = build();
  ASSERT_THAT(kinds(diagnostics), ElementsAre("unknown_entity"));
  EXPECT_EQ(diagnostics.list()[0].place, (text::Place{3, 5}));
  EXPECT_EQ(diagnostics.list()[0].suggestion, "兴庆区");
  EXPECT_TRUE(entities.group(0).empty());
}

TEST_F(Register, ReadsARegisterFileWithLives) {
  RegisterBuilder& entities_of = start();
  entities_of.add_register({"register.csv",
                            Table::from_rows({"县区", "养老机构", "opened", "closed", "地址"},
                                             {{"兴庆区", "甲院", "2023-03-01", "", "x"},
                                              {"兴庆区", "乙院", "", "2023年6月30日", ""},
                                              {"金凤区", "", "", "", ""},
                                              {"", "", "", "", ""}}),
                            2,
                            {}},
                           diagnostics);
  const MentionId unknown = entities_of.mention({home, "丙院", {{county, "金凤区"}}, model::none});
  const EntityRegister entities = build();
  EXPECT_THAT(diagnostics.list(), IsEmpty());
  EXPECT_THAT(paths(entities, home), ElementsAre("兴庆区/乙院", "兴庆区/甲院"));
  EXPECT_EQ(entities.level(county).names, (Names{"兴庆区", "金凤区"}));
  EXPECT_EQ(builder->problem(unknown)->kind->name, "unknown_entity");
  const auto day = [](int year, int month, int date) {
    return *calendar::Date::create(year, month, date);
  };
  EXPECT_FALSE(entities.alive(home, 1, day(2023, 2, 28)));
  EXPECT_TRUE(entities.alive(home, 1, day(2023, 3, 1)));
  EXPECT_TRUE(entities.alive(home, 0, day(2023, 6, 30)));
  EXPECT_FALSE(entities.alive(home, 0, day(2023, 7, 1)));
  EXPECT_TRUE(entities.alive(county, 0, day(1999, 1, 1)));
}

TEST_F(Register, SaysWhatIsWrongInARegisterFile) {
  start().add_register({"r.csv", Table::from_rows({"名称"}, {{"甲院"}}), 2, {}}, diagnostics);
  builder->add_register(
      {"r.csv",
       Table::from_rows({"县区", "成员单位", "opened"}, {{"a", "b", ""}, {"c", "", "soon"}}),
       2,
       {}},
      diagnostics);
  EXPECT_THAT(kinds(diagnostics), ElementsAre("no_level_columns", "two_branches", "unread_cell"));
  EXPECT_EQ(diagnostics.list()[2].data_place->row, 3u);
  EXPECT_EQ(diagnostics.list()[2].data_place->column, "opened");
}

TEST_F(Register, CountsTotalsAtTheLowestCommonAncestor) {
  sample.plan->levels[county].count = 6;
  sample.plan->levels[home].count = 10;
  sample.add_entity(home, "兴庆区/甲院");
  sample.add_entity(home, "金凤区/乙院");
  const EntityRegister entities = build();
  EXPECT_EQ(entities.unnamed(city, 0, county), 4);
  EXPECT_EQ(entities.unnamed(city, 0, home), 8);
  EXPECT_EQ(entities.unnamed(county, 0, home), 0) << "nobody knows below which county they are";
  EXPECT_EQ(entities.unnamed(county, 0, county), 0);
  EXPECT_EQ(entities.level(county).unnamed, std::vector<std::int64_t>{4});
  EXPECT_TRUE(entities.level(home).unnamed.empty());
}

TEST_F(Register, CountsATotalBelowTheOnlyParent) {
  sample.plan->levels[home].count = 10;
  sample.add_entity(home, "兴庆区/甲院");
  const EntityRegister entities = build();
  EXPECT_EQ(entities.unnamed(county, 0, home), 9);
  EXPECT_EQ(entities.unnamed(city, 0, home), 9);
  EXPECT_EQ(entities.level(home).unnamed, std::vector<std::int64_t>{9});
}

TEST_F(Register, AddsUpPartsAndDoesNotCountThemTwice) {
  sample.plan->levels[home].count = 10;
  for (const char* path : {"兴庆区/甲院", "兴庆区/乙院", "金凤区/丙院"})
    sample.add_entity(home, path);
  sample.add_count(home, 5).where.entities = {"兴庆区"};
  const EntityRegister entities = build();
  EXPECT_EQ(entities.unnamed(county, 0, home), 3);
  EXPECT_EQ(entities.unnamed(county, 1, home), 0);
  EXPECT_EQ(entities.unnamed(city, 0, home), 7) << "three of the seven are in 兴庆区";

  sample.plan->levels[home].count.reset();
  builder.reset();
  EXPECT_EQ(build().unnamed(city, 0, home), 3);

  sample.plan->givens[0].where = {};
  sample.plan->givens[0].where.levels = {county};
  builder.reset();
  const EntityRegister each = build();
  EXPECT_EQ(each.unnamed(county, 0, home), 3);
  EXPECT_EQ(each.unnamed(county, 1, home), 4);
  EXPECT_EQ(each.unnamed(city, 0, home), 7);
}

TEST_F(Register, AWholeLacksAtLeastWhatItsPartsLack) {
  // The city is said to have fewer homes than one of its counties; the county is believed.
  sample.plan->levels[home].count = 2;
  sample.add_entity(home, "兴庆区/甲院");
  sample.add_entity(home, "金凤区/乙院");
  sample.add_count(home, 5).where.entities = {"兴庆区"};
  const EntityRegister entities = build();
  EXPECT_EQ(entities.unnamed(county, 0, home), 4);
  EXPECT_EQ(entities.unnamed(city, 0, home), 4);
  EXPECT_EQ(entities.unplaced(city, 0, county, home), 0);
  EXPECT_THAT(entities.unplaced_below(city, 0, county), IsEmpty());
}

TEST_F(Register, SaysAtWhichLevelsNobodyKnowsWhereMembersBelong) {
  sample.plan->levels[home].count = 10;
  sample.add_entity(home, "兴庆区/甲院");
  sample.add_entity(home, "金凤区/乙院");
  sample.add_count(home, 3).where.entities = {"兴庆区"};
  const EntityRegister entities = build();
  EXPECT_EQ(entities.unplaced_below(city, 0, county), (std::vector<CountAt>{{home, 6}}));
  EXPECT_EQ(entities.unplaced_below(city, 0, city), std::vector<CountAt>{});
  EXPECT_THAT(entities.unplaced_below(county, 0, home), IsEmpty());
}

TEST_F(Register, CountsBelowEntitiesThatOnlyAGivenNames) {
  sample.add_count(home, 24).where.entities = {"兴庆区"};
  const EntityRegister entities = build();
  EXPECT_THAT(diagnostics.list(), IsEmpty());
  EXPECT_EQ(entities.level(county).names, Names{"兴庆区"});
  EXPECT_EQ(entities.unnamed(county, 0, home), 24);
  EXPECT_EQ(entities.descendants(county, 0, home).size(), 0u);
}

TEST_F(Register, WarnsOfMoreEntitiesThanDeclared) {
  sample.plan->levels[county].count = 1;
  sample.add_entity(county, "兴庆区");
  sample.add_entity(county, "金凤区");
  const EntityRegister entities = build();
  EXPECT_THAT(messages(diagnostics),
              ElementsAre("2 entities of 县区 are named in 市, the plan declares 1"));
  EXPECT_EQ(entities.unnamed(city, 0, county), 0);
  EXPECT_EQ(entities.level(county).size(), 2u);
}

TEST_F(Register, ReadsWhatAResolvedPlanMentions) {
  const auto source = std::make_shared<text::Source>("plan.biao", R"(
plan 示例
level 市
level 县区 in 市 count 6
level 机构 in 县区
unit 张, 个
input 床位 张 stock at 机构
entities 县区 = { "兴庆区", "金凤区" }
given count(机构) = 24 个 at "兴庆区"
target 甲 : 床位 >= 100 张 at "金凤区/甲院"
)");
  auto parsed = syntax::parse(source);
  const model::Resolved resolved =
      model::resolve(source, std::make_shared<const syntax::Ast>(std::move(parsed.ast)));
  ASSERT_FALSE(parsed.diagnostics.has_errors())
      << text::render_all(parsed.diagnostics, text::Language::english);
  ASSERT_FALSE(resolved.diagnostics.has_errors())
      << text::render_all(resolved.diagnostics, text::Language::english);
  RegisterBuilder entities_of(*resolved.plan);
  const EntityRegister entities = entities_of.build(diagnostics);
  EXPECT_THAT(diagnostics.list(), IsEmpty());
  EXPECT_EQ(entities.level(1).names, (Names{"兴庆区", "金凤区"}));
  EXPECT_THAT(paths(entities, 2), ElementsAre("金凤区/甲院"));
  EXPECT_EQ(entities.unnamed(0, 0, 1), 4);
  EXPECT_EQ(entities.unnamed(1, 0, 2), 24);
  EXPECT_EQ(entities.unnamed(1, 1, 2), 0);
}

}  // namespace
}  // namespace dabiao::data
