#include <algorithm>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "dabiao/function/function.hpp"
#include "dabiao/model/mentions.hpp"
#include "dabiao/text/utf8.hpp"
#include "resolver.hpp"

namespace dabiao::model {

namespace {

std::vector<std::string> texts(const std::vector<syntax::Quoted>& written) {
  std::vector<std::string> result;
  for (const syntax::Quoted& each : written) result.push_back(each.text);
  return result;
}

template <class Value>
void add_once(std::vector<Value>& values, const Value& value) {
  if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
}

/// Where something stands, as a key that tells places and times apart.
std::string key_of(const Where& where, const std::optional<calendar::Span>& when) {
  std::string key;
  for (const LevelId level : where.levels) key += "\nlevel " + std::to_string(level);
  for (const GroupId group : where.groups) key += "\ngroup " + std::to_string(group);
  for (const GroupId group : where.group_cells) key += "\ncell " + std::to_string(group);
  for (const std::string& entity : where.entities) key += "\nentity " + entity;
  if (where.filter != syntax::no_expression) key += "\nwhere " + std::to_string(where.filter);
  if (when) key += "\nin " + when->to_string();
  return key;
}

}  // namespace

// ---- what several statements share -----------------------------------------------------------

Where Resolver::at_the_top() {
  Where top;
  top.levels.push_back(0);
  return top;
}

Where Resolver::where(const syntax::Where& written) {
  Where result;
  result.place = written.place;
  for (const syntax::Name& name : written.names) {
    constexpr Kinds kinds = {Kind::level, Kind::group};
    const Symbol symbol = written.each ? find(name, kinds) : find_beside_entities(name, kinds);
    if (symbol.kind == Kind::level) {
      add_once(result.levels, symbol.index);
    } else if (symbol.kind == Kind::group) {
      add_once(written.each ? result.groups : result.group_cells, symbol.index);
    }
  }
  for (const syntax::Quoted& entity : written.entities) {
    check_entity(entity.text, entity.place, none);
    result.entities.push_back(entity.text);
    result.entity_places.push_back(entity.place);
  }
  resolve_expression(written.filter);
  result.filter = written.filter;
  return result;
}

std::vector<Party> Resolver::parties(const std::vector<syntax::Party>& written) {
  std::vector<Party> result;
  for (const syntax::Party& each : written) {
    Party party;
    if (each.each) {
      const Symbol found = find(each.text, each.place, {Kind::level, Kind::group});
      if (found.kind == Kind::level) {
        party.each = found.index;
      } else if (found.kind == Kind::group) {
        party.group = found.index;
        party.each = plan_.groups[found.index].level;
      } else {
        continue;
      }
    }
    party.name = each.text;
    if (!each.each) {
      const std::string_view source = source_->slice(each.place);
      if (source == each.text && plan_.find(each.text).kind == Kind::level) {
        report(text::kind("level_as_body"), each.place)
            .with("level", each.text)
            .suggest("each " + each.text);
      }
      for (const Mention& mention : mentions(each.text)) {
        // The place of the level alone, where the text stands in the plan as it is.
        Place place = each.place;
        const std::string braces = "{" + std::string(mention.level) + "}";
        if (const std::size_t at = source.find(braces); at != std::string_view::npos) {
          place.begin += static_cast<std::uint32_t>(at + 1);
          place.end = place.begin + static_cast<std::uint32_t>(mention.level.size());
        }
        find(mention.level, place, {Kind::level});
      }
    }
    result.push_back(std::move(party));
  }
  return result;
}

std::vector<Citation> Resolver::citations(const std::vector<syntax::Citation>& written,
                                          const std::string& clause) const {
  std::vector<Citation> result;
  for (const syntax::Citation& each : written) {
    result.push_back(
        {each.clause ? each.clause->text : clause, each.anchor.text, each.anchor.place});
  }
  return result;
}

void Resolver::check_when(const syntax::When& when) {
  std::optional<calendar::Date> before;
  for (const ExpressionId id : when.dates) {
    resolve_expression(id);
    if (id == syntax::no_expression) continue;
    const syntax::Expression& date = expression(id);
    if (date.kind != syntax::ExpressionKind::period) continue;
    const calendar::Date day = date.span->last_day();
    if (plan_.window && plan_.window->first && day < *plan_.window->first) {
      text::Diagnostic& diagnostic = report(text::kind("due_before_window"), date.place)
                                         .with("date", day.to_string())
                                         .with("start", plan_.window->first->to_string());
      diagnostic.label(window_place_, "the window", "期限");
    } else if (before && day <= *before) {
      report(text::kind("dates_not_ascending"), date.place)
          .with("date", day.to_string())
          .with("before", before->to_string());
    }
    before = day;
  }
}

Resolver::Duties Resolver::duties(const syntax::Duties& written, const Duties& inherited) {
  Duties result;
  result.lead = written.lead ? parties(*written.lead) : inherited.lead;
  result.responsible = written.responsible ? parties(*written.responsible) : inherited.responsible;
  result.cooperating = written.cooperating ? parties(*written.cooperating) : inherited.cooperating;
  if (written.when) check_when(*written.when);
  result.when = written.when ? *written.when : inherited.when;
  result.where = written.where ? where(*written.where) : inherited.where;
  return result;
}

void Resolver::check_place_of(const Where& where, LevelId level, std::string_view name) {
  const auto check = [&](LevelId at, const std::string& place_name) {
    if (plan_.is_at_or_above(at, level)) return;
    report(text::kind("place_below_input"), where.place)
        .with("name", std::string(name))
        .with("place", place_name)
        .with("level", plan_.levels[level].name)
        .label(plan_.levels[level].place, "declared here", "在此声明");
  };
  for (const LevelId at : where.levels) check(at, plan_.levels[at].name);
  for (const GroupId group : where.groups) {
    check(plan_.groups[group].level, plan_.groups[group].name);
  }
  for (const GroupId group : where.group_cells) {
    check(plan_.groups[group].level, plan_.groups[group].name);
  }
}

// ---- clauses and what stands under them ------------------------------------------------------

void Resolver::resolve_under_clauses() {
  InForce in_force;
  in_force.duties.where = at_the_top();
  TargetId target = 0;
  for (const syntax::Statement& statement : ast_->statements) {
    const auto clause = [&] {
      return in_force.clause == none ? std::string() : plan_.clauses[in_force.clause].number;
    };
    if (const auto* heading = std::get_if<syntax::ClauseStatement>(&statement.body)) {
      resolve_clause(*heading, in_force);
    } else if (const auto* wanted = std::get_if<syntax::TargetStatement>(&statement.body)) {
      resolve_target(target++, *wanted, statement.place, in_force);
    } else if (const auto* given = std::get_if<syntax::GivenStatement>(&statement.body)) {
      resolve_given(*given, clause());
    } else if (const auto* stated = std::get_if<syntax::StatedStatement>(&statement.body)) {
      resolve_stated(*stated, statement.place, clause());
    } else if (const auto* noted = std::get_if<syntax::NotedStatement>(&statement.body)) {
      resolve_noted(*noted, statement.place, clause());
    }
  }
  check_counted_plainly();
}

void Resolver::resolve_clause(const syntax::ClauseStatement& statement, InForce& in_force) {
  Clause clause;
  clause.number = statement.number.text;
  if (statement.title) clause.title = statement.title->text;
  clause.place = statement.number.place;
  Duties nothing;
  nothing.where = at_the_top();
  in_force.clause = static_cast<std::uint32_t>(plan_.clauses.size());
  in_force.duties = duties(statement.duties, nothing);
  plan_.clauses.push_back(std::move(clause));
}

void Resolver::resolve_indicators() {
  for (std::size_t i = 0; i < indicator_statements_.size(); ++i) {
    const syntax::IndicatorStatement& statement = *indicator_statements_[i].first;
    Indicator& indicator = plan_.indicators[i];
    const std::optional<value::Type> type = type_of(statement.head.type);
    if (type) indicator.type = *type;
    indicator.type_known = type.has_value();
    indicator.formula = statement.formula;
    resolve_expression(statement.formula);
    indicator.complete = completeness(statement.complete);
  }
}

void Resolver::resolve_target(TargetId id, const syntax::TargetStatement& statement, Place whole,
                              const InForce& in_force) {
  Target& target = plan_.targets[id];
  target.statement = whole;
  target.condition = statement.condition;
  resolve_expression(statement.condition);
  target.clause = in_force.clause;
  Duties in_all = duties(statement.duties, in_force.duties);
  target.lead = std::move(in_all.lead);
  target.responsible = std::move(in_all.responsible);
  target.cooperating = std::move(in_all.cooperating);
  target.when = std::move(in_all.when);
  target.where = std::move(in_all.where);
  if (target.when.by_offset != syntax::no_expression) {
    const auto days = whole_number_of(target.when.by_offset, units::day_dimension,
                                      text::kind("offset_not_in_days"));
    if (days) target.due_offset = *days;
  }
  target.cite =
      citations(statement.cite,
                in_force.clause == none ? std::string() : plan_.clauses[in_force.clause].number);
  target.tags = texts(statement.tags);
  resolve_milestones(target, statement);
  for (const syntax::Name& name : statement.allocates) {
    const Symbol symbol = find(name, {Kind::target});
    if (symbol.kind != Kind::target) continue;
    if (symbol.index == id) {
      report(text::kind("allocates_itself"), name.place).with("name", target.name);
      continue;
    }
    target.allocates.push_back(symbol.index);
    target.allocates_places.push_back(name.place);
  }
  target.complete = completeness(statement.complete);
}

void Resolver::resolve_milestones(Target& target, const syntax::TargetStatement& statement) {
  const calendar::Date* before = nullptr;
  calendar::Date last;
  for (const syntax::Milestone& written : statement.milestones) {
    resolve_expression(written.value);
    if (written.when.is_open() && is_damaged(written.when_place)) continue;  // no such date
    const calendar::Date day = written.when.last_day();
    if (before != nullptr && day <= *before) {
      report(text::kind("dates_not_ascending"), written.when_place)
          .with("date", day.to_string())
          .with("before", before->to_string());
    }
    last = day;
    before = &last;
    target.milestones.push_back({written.when, written.value, written.when_place});
  }
  if (!statement.milestones.empty() && target.when.kind == syntax::When::Kind::standing) {
    report(text::kind("milestones_without_deadline"), statement.milestones.front().when_place)
        .with("name", target.name);
  }
}

// ---- figures ---------------------------------------------------------------------------------

void Resolver::resolve_given(const syntax::GivenStatement& statement, const std::string& clause) {
  Given common;
  common.where = statement.where ? where(*statement.where) : at_the_top();
  common.when = statement.when;
  common.tags = texts(statement.tags);
  const std::vector<Citation> cite = citations(statement.cite, clause);
  for (std::size_t i = 0; i < statement.items.size(); ++i) {
    Given given = common;
    // As many citations as figures: each has its own.
    if (cite.size() == statement.items.size()) {
      given.cite = {cite[i]};
    } else {
      given.cite = cite;
    }
    resolve_given_item(statement.items[i], std::move(given));
  }
}

bool Resolver::count_in(const units::Unit& unit, LevelId id, Place place) {
  Level& level = plan_.levels[id];
  if (unit.plain()) {
    // Whether the level has a unit is known when all are read.
    counted_plainly_.emplace_back(id, place);
    return true;
  }
  if (level.unit.plain()) {
    // Of 1.2 千户, one is a 户.
    const units::BaseDimension counted = unit.dimension().factors().front().base;
    level.unit = plan_.units.parse(units::base_name(unit, counted)).value_or(unit);
    return true;
  }
  if (units::compatible(unit, level.unit)) return true;
  Words seen = words(value::Type::number(unit), plan_);
  Words wanted = words(value::Type::number(level.unit), plan_);
  report(text::kind("unit_mismatch"), place)
      .with("seen", std::move(seen.english), std::move(seen.chinese))
      .with("expected", std::move(wanted.english), std::move(wanted.chinese))
      .label(level.place, "declared here", "在此声明");
  return false;
}

void Resolver::check_counted_plainly() {
  for (const auto& [id, place] : counted_plainly_) {
    const units::Unit& unit = plan_.levels[id].unit;
    if (unit.plain()) continue;
    report(text::kind("unit_not_written"), place)
        .with("unit", unit.text())
        .suggest(std::string(source_->slice(place)) + " " + unit.text());
  }
}

void Resolver::resolve_given_item(const syntax::GivenStatement::Item& item, Given given) {
  if (item.subject == syntax::no_expression || item.value == syntax::no_expression) return;
  const syntax::Expression& subject = expression(item.subject);
  given.place = text::cover(subject.place, expression(item.value).place);
  std::string key;

  const bool is_count = (subject.kind == syntax::ExpressionKind::aggregate ||
                         subject.kind == syntax::ExpressionKind::call) &&
                        function::find_aggregate(subject.text) != nullptr &&
                        function::find_aggregate(subject.text)->info.name == "count" &&
                        subject.filter == syntax::no_expression;
  if (is_count) {
    Symbol level;
    if (subject.kind == syntax::ExpressionKind::aggregate && subject.arguments.empty()) {
      level = find(*subject.over, {Kind::level});
      plan_.resolution[item.subject] = level;
    } else if (subject.kind == syntax::ExpressionKind::call && subject.arguments.size() == 1 &&
               expression(subject.arguments.front()).kind == syntax::ExpressionKind::name) {
      const syntax::Expression& name = expression(subject.arguments.front());
      level = find(name.text, name.place, {Kind::level});
      plan_.resolution[subject.arguments.front()] = level;
    } else {
      report(text::kind("given_not_an_input"), subject.place);
      return;
    }
    const std::optional<Literal> value = free_literal(item.value);
    if (level.kind != Kind::level || !value) return;
    const bool counts = value->type.is_number() &&
                        (value->type.unit.plain() || units::is_counted(value->type.unit));
    if (!counts || !value->value.is_integer() || value->value.sign() < 0) {
      report(text::kind("count_not_whole"), value->place)
          .with("level", plan_.levels[level.index].name);
      return;
    }
    if (!count_in(value->type.unit, level.index, value->place)) return;
    given.counted_level = level.index;
    given.value = *value;
    check_place_of(given.where, level.index, plan_.levels[level.index].name);
    key = "count " + std::to_string(level.index);
  } else if (subject.kind == syntax::ExpressionKind::name) {
    const Symbol symbol = find(subject.text, subject.place, {Kind::input});
    plan_.resolution[item.subject] = symbol;
    if (symbol.kind != Kind::input || !plan_.inputs[symbol.index].type_known) return;
    const Input& input = plan_.inputs[symbol.index];
    std::optional<Literal> value = literal(item.value, input.type, Bare::refused);
    check_place_of(given.where, input.level, input.name);
    if (!value) return;
    // A range is that of one entity at the input's own level; a sum of what is not below zero is
    // not below zero either.
    const bool own_level = given.where.levels == std::vector<LevelId>{input.level};
    const bool outside = own_level ? !input.range.contains(value->value)
                                   : input.type.is_number() && value->value.sign() < 0 &&
                                         input.range.low >= exact::Bound(0);
    if (outside) {
      report(text::kind("given_outside_range"), value->place)
          .with("name", input.name)
          .label(input.place, "declared here", "在此声明");
    }
    given.input = symbol.index;
    given.value = std::move(*value);
    key = "input " + std::to_string(symbol.index);
  } else {
    report(text::kind("given_not_an_input"), subject.place);
    return;
  }

  const auto [first, is_new] =
      givens_seen_.emplace(key + key_of(given.where, given.when), given.place);
  if (!is_new) {
    report(text::kind("repeated_given"), given.place)
        .with("name", std::string(source_->slice(subject.place)))
        .label(first->second, "first given here", "首次给出在此");
    return;
  }
  plan_.givens.push_back(std::move(given));
}

void Resolver::resolve_stated(const syntax::StatedStatement& statement, Place whole,
                              const std::string& clause) {
  Stated stated;
  stated.figure = statement.figure;
  stated.value = statement.value;
  resolve_expression(statement.figure);
  if (std::optional<Literal> value = free_literal(statement.value)) {
    stated.literal = std::move(*value);
  }
  stated.where = statement.where ? where(*statement.where) : at_the_top();
  stated.when = statement.when;
  stated.cite = citations(statement.cite, clause);
  stated.tags = texts(statement.tags);
  stated.place = whole;
  if (stated.figure != syntax::no_expression) plan_.stated.push_back(std::move(stated));
}

void Resolver::resolve_noted(const syntax::NotedStatement& statement, Place whole,
                             const std::string& clause) {
  // What is said not to matter is quoted shortly, so that no promise hides in it.
  constexpr std::size_t longest = 60;
  Noted noted;
  noted.anchors = citations(statement.anchors, clause);
  noted.place = whole;
  if (statement.reason) noted.reason = statement.reason->text;
  const bool empty = noted.reason.find_first_not_of(" \t\n") == std::string::npos;
  if (empty && !statement.anchors.empty()) {
    report(text::kind("noted_without_reason"),
           statement.reason ? statement.reason->place : noted.anchors.back().place);
  }
  for (const Citation& each : noted.anchors) {
    const std::size_t length = text::count_code_points(each.anchor);
    if (length <= longest) continue;
    report(text::kind("noted_too_long"), each.place)
        .with("length", std::to_string(length))
        .with("longest", std::to_string(longest));
  }
  plan_.noted.push_back(std::move(noted));
}

// ---- levers and scenarios --------------------------------------------------------------------

void Resolver::resolve_levers() {
  for (const auto& [statement, whole] : lever_statements_) {
    Lever lever;
    lever.place = statement->input.place;
    const Symbol symbol = find(statement->input, {Kind::input});
    if (statement->where) lever.where = where(*statement->where);
    if (std::optional<Literal> cost = free_literal(statement->cost)) {
      if (cost->type.is_number()) {
        lever.cost = std::move(*cost);
      } else {
        report(text::kind("literal_of_another_type"), cost->place)
            .with("seen", words(cost->type, plan_).english, words(cost->type, plan_).chinese)
            .expect("a number", "数");
      }
    }
    if (symbol.kind != Kind::input) continue;
    lever.input = symbol.index;
    const Input& input = plan_.inputs[symbol.index];
    check_place_of(lever.where, input.level, input.name);
    if (plan_.inputs[symbol.index].type_known) {
      if (statement->range) lever.range = range(*statement->range, input.type, input.range);
      if (const auto step = literal(statement->step, input.type, Bare::allowed)) {
        if (step->value.sign() <= 0) {
          report(text::kind("step_not_positive"), step->place);
        } else {
          lever.step = step->value;
        }
      }
    }
    plan_.levers.push_back(std::move(lever));
  }
}

void Resolver::resolve_scenarios() {
  using How = syntax::ScenarioChange::How;
  for (std::size_t i = 0; i < scenario_statements_.size(); ++i) {
    for (const syntax::ScenarioChange& written : scenario_statements_[i].first->changes) {
      ScenarioChange change;
      change.how = written.how;
      change.place = written.input.place;
      change.when = written.when;
      const Symbol symbol = find(written.input, {Kind::input});
      if (written.where) change.where = where(*written.where);
      if (symbol.kind != Kind::input) continue;
      change.input = symbol.index;
      const Input& input = plan_.inputs[symbol.index];
      check_place_of(change.where, input.level, input.name);
      if (!plan_.inputs[symbol.index].type_known) continue;
      if (written.how != How::set && !input.type.is_number()) {
        Words what = words(input.type, plan_);
        report(text::kind("change_not_fitting"), written.input.place)
            .with("name", input.name)
            .with("what", std::move(what.english), std::move(what.chinese));
        continue;
      }
      const std::optional<Literal> value =
          written.how == How::scale ? literal(written.value, value::Type::number(), Bare::plain)
                                    : literal(written.value, input.type, Bare::refused);
      if (!value) continue;
      change.value = *value;
      plan_.scenarios[i].changes.push_back(std::move(change));
    }
  }
}

}  // namespace dabiao::model
