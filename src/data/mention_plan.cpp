#include "data/mention_plan.hpp"

#include <algorithm>
#include <cstddef>

namespace dabiao::data {
namespace {

using model::LevelId;

class PlanMentions {
 public:
  PlanMentions(const model::Plan& plan, Mentions& mentions) : plan_(plan), mentions_(mentions) {}

  void mention_all() {
    for (const model::EntityDeclaration& each : plan_.entities) {
      const MentionNumber number =
          mentions_.add({each.level, each.path, {}, model::none}, Origin::declared, each.place);
      mentions_.list[number].opened = each.opened;
      mentions_.list[number].closed = each.closed;
      mentions_.closed_levels[each.level] = true;
    }
    for (const model::Table& table : plan_.tables) {
      const auto by =
          std::find_if(table.by.begin(), table.by.end(),
                       [](const model::Dimension& each) { return each.level != model::none; });
      if (by == table.by.end()) continue;
      for (const model::TableEntry& entry : table.entries) {
        if (!entry.entity.empty()) {
          mentions_.add({by->level, entry.entity, {}, model::none}, Origin::plan, entry.place);
        }
      }
    }
    for (std::uint32_t group = 0; group < plan_.groups.size(); ++group) {
      const model::Group& which = plan_.groups[group];
      for (std::size_t i = 0; i < which.members.size(); ++i) {
        std::optional<text::Place> place;
        if (i < which.member_places.size()) place = which.member_places[i];
        mentions_.group_members[group].push_back(
            mentions_.add({which.level, which.members[i], {}, model::none}, Origin::plan, place));
      }
    }
    for (const model::Given& given : plan_.givens) {
      if (given.counted_level != model::none) {
        mention_count(given);
      } else {
        mention_where(given.where,
                      given.input == model::none ? model::none : plan_.inputs[given.input].level);
      }
    }
    for (const model::Target& target : plan_.targets) {
      mention_where(target.where, level_of(target.condition));
    }
    for (const model::Stated& stated : plan_.stated) {
      mention_where(stated.where, level_of(stated.figure));
    }
    for (const model::Lever& lever : plan_.levers) {
      mention_where(lever.where, plan_.inputs[lever.input].level);
    }
    for (const model::Scenario& scenario : plan_.scenarios) {
      for (const model::ScenarioChange& change : scenario.changes) {
        mention_where(change.where, plan_.inputs[change.input].level);
      }
    }
    mention_brackets();
    for (LevelId level = 0; level < plan_.levels.size(); ++level) {
      if (!plan_.levels[level].count) continue;
      MemberCount count;
      count.lower = level;
      count.count = *plan_.levels[level].count;
      count.place = plan_.levels[level].place;
      mentions_.counts.push_back(count);
    }
  }

 private:
  /// Returns the mentions' indices, in the order of the entities.
  std::vector<MentionNumber> mention_where(const model::Where& where, LevelId likely) {
    std::vector<MentionNumber> mentioned;
    const LevelId level = where.levels.size() == 1 ? where.levels.front() : model::none;
    for (std::size_t i = 0; i < where.entities.size(); ++i) {
      std::optional<text::Place> place;
      if (i < where.entity_places.size()) place = where.entity_places[i];
      mentioned.push_back(
          mentions_.add({level, where.entities[i], {}, likely}, Origin::plan, place));
    }
    return mentioned;
  }

  void mention_count(const model::Given& given) {
    MemberCount count;
    count.lower = given.counted_level;
    count.count = given.value.value.ceil().to_int64().value_or(0);
    count.place = given.place;
    if (!given.where.entities.empty()) {
      for (const MentionNumber mention :
           mention_where(given.where, plan_.levels[given.counted_level].parent)) {
        count.below = mention;
        mentions_.counts.push_back(count);
      }
      return;
    }
    if (!given.where.groups.empty()) {
      for (const model::GroupId group : given.where.groups) {
        count.group = group;
        mentions_.counts.push_back(count);
      }
      return;
    }
    if (given.where.levels.empty()) {
      mentions_.counts.push_back(count);
      return;
    }
    for (const LevelId level : given.where.levels) {
      count.each = level;
      mentions_.counts.push_back(count);
    }
  }

  /// Entities named in brackets: 床位["兴庆区"].
  void mention_brackets() {
    if (plan_.ast == nullptr) return;
    for (const syntax::Expression& each : plan_.ast->expressions) {
      if (each.kind != syntax::ExpressionKind::read || !each.bracket ||
          each.bracket->kind != syntax::Bracket::Kind::quoted || each.arguments.empty()) {
        continue;
      }
      mentions_.add({model::none, each.bracket->text, {}, level_of(each.arguments.front())},
                    Origin::plan, each.bracket->place);
    }
  }

  /// The deepest level of the inputs that an expression reads at its own cell; `none` where it
  /// reads none.
  LevelId level_of(syntax::ExpressionId expression) const {
    LevelId deepest = model::none;
    if (plan_.ast == nullptr || expression == syntax::no_expression) return deepest;
    std::vector<syntax::ExpressionId> open{expression};
    std::vector<bool> seen(plan_.indicators.size());
    while (!open.empty()) {
      const syntax::ExpressionId at = open.back();
      open.pop_back();
      if (at >= plan_.ast->expressions.size()) continue;
      const syntax::Expression& each = plan_.ast->at(at);
      if (each.kind == syntax::ExpressionKind::aggregate) continue;
      open.insert(open.end(), each.arguments.begin(), each.arguments.end());
      if (each.kind != syntax::ExpressionKind::name || at >= plan_.resolution.size()) continue;
      const model::Symbol symbol = plan_.resolution[at];
      if (symbol.kind == model::Symbol::Kind::input) {
        const LevelId level = plan_.inputs[symbol.index].level;
        if (deepest == model::none || plan_.levels[level].depth > plan_.levels[deepest].depth) {
          deepest = level;
        }
      } else if (symbol.kind == model::Symbol::Kind::indicator && !seen[symbol.index]) {
        seen[symbol.index] = true;
        open.push_back(plan_.indicators[symbol.index].formula);
      }
    }
    return deepest;
  }

  const model::Plan& plan_;
  Mentions& mentions_;
};

}  // namespace

void mention_plan(const model::Plan& plan, Mentions& mentions) {
  PlanMentions(plan, mentions).mention_all();
}

}  // namespace dabiao::data
