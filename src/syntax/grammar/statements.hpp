#pragma once

#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include "syntax/grammar/clauses.hpp"

// Statements, each as its opening and its clauses.
namespace dabiao::syntax {
namespace {

const TokenParser opener{[](const Token& token) { return token.is_opener(); }, "a statement"};

const auto plan_grammar =
    opening(opener > name[put_name(&PlanStatement::name)] >
            -quoted[put_quoted(&PlanStatement::label)]) >>
    clauses((clause(Keyword::source) > quoted[add_quoted(&PlanStatement::sources)] >
             *(-comma >> quoted[add_quoted(&PlanStatement::sources)])) |
            (clause(Keyword::window) >
             span_parts[put_span(&PlanStatement::window, &PlanStatement::window_place)]));

const auto put_count = [](auto& context) {
  const Token& token = *x3::_attr(context);
  std::int64_t count = 0;
  std::from_chars(token.text.data(), token.text.data() + token.text.size(), count);
  x3::_val(context).count = count;
  x3::_val(context).count_place = token.place;
};
// Before another name no unit stands but a misspelt clause.
const auto two_names = name >> !word(Keyword::count) >> name;
const auto level_grammar = opening(opener > name[put_name(&LevelStatement::name)] >
                                   -quoted[put_quoted(&LevelStatement::label)] >
                                   -(!word(Keyword::count) >> !two_names >>
                                     type_name[put(&LevelStatement::unit)])) >>
                           clauses((clause(Keyword::in) > name[put_name(&LevelStatement::parent)]) |
                                   (clause(Keyword::count) > whole_number[put_count]));

const auto unit_declaration = x3::rule<struct UnitRule, UnitDeclaration>("a name") =
    name[put_name(&UnitDeclaration::name)] > -quoted[put_quoted(&UnitDeclaration::label)] >
    -(equals > sum[put(&UnitDeclaration::multiple)]);
const auto add_unit = [](auto& context) {
  if (x3::_attr(context).name.empty()) return;  // empty backquotes, which are reported
  x3::_val(context).units.push_back(std::move(x3::_attr(context)));
};
const auto unit_grammar = opening(opener > unit_declaration[add_unit] >
                                  *(next_unit > unit_declaration[add_unit])) >>
                          clauses(!x3::eps);

const auto stages_grammar = opening(opener > name[put_name(&StagesStatement::name)] >
                                    -quoted[put_quoted(&StagesStatement::label)] > is_declared_as >
                                    name[add_name(&StagesStatement::stages)] >
                                    *(next_stage > name[add_name(&StagesStatement::stages)])) >>
                            clauses(!x3::eps);

const auto put_kind = [](auto& context) {
  const Token& token = *x3::_attr(context);
  builder_of(context).begin_clause(token, Keyword::flow);
  x3::_val(context).kind = {spelled(token.keyword, Language::english), token.place};
};
const auto put_each = [](auto& context) {
  Builder& builder = builder_of(context);
  x3::_val(context).each = builder.shared.when.grain;
  x3::_val(context).each_place = builder.place(builder.clause_begin(), x3::_where(context).begin());
};
auto put_missing(InputStatement::Missing missing) {
  return [missing](auto& context) {
    x3::_val(context).missing = missing;
    x3::_val(context).missing_place = x3::_attr(context)->place;
  };
}
const auto missing_value = x3::rule<struct MissingRule, InputStatement>("`0`, `no` or `later`") =
    zero[put_missing(InputStatement::Missing::zero)] |
    word(Keyword::no)[put_missing(InputStatement::Missing::no)] |
    word(Keyword::later)[put_missing(InputStatement::Missing::later)];
const auto take_missing = [](auto& context) {
  x3::_val(context).missing = x3::_attr(context).missing;
  x3::_val(context).missing_place = x3::_attr(context).missing_place;
};
const auto put_method = [](auto& context) {
  const Token& token = *x3::_attr(context);
  x3::_val(context).method = {spelled(token.keyword, Language::english), token.place};
};
const auto roll_up = x3::rule<struct RollUpRule, RollUp>(
    "`sum`, `last`, `any`, `all`, `min`, `max`, `none` or `average`") =
    roll_up_method[put_method] > -(word(Keyword::weighted_by) > name[put_name(&RollUp::weight)]);

const auto input_grammar =
    opening(opener > head[put(&InputStatement::head)]) >>
    clauses(kind_word[put_kind] | (each_grain_of > x3::eps[put_each]) |
            (clause(Keyword::at) > name[add_name(&InputStatement::levels)] >
             *(comma > name[add_name(&InputStatement::levels)])) |
            (clause(Keyword::at_each, Keyword::at) > name[add_name(&InputStatement::levels)] >
             *(comma > name[add_name(&InputStatement::levels)])) |
            (clause(Keyword::missing_is) > missing_value[take_missing]) |
            (clause(Keyword::fresh) > sum[put(&InputStatement::fresh)]) |
            (clause(Keyword::range) > range[put(&InputStatement::range)]) |
            (clause(Keyword::over_periods) > roll_up[put(&InputStatement::over_periods)]) |
            (clause(Keyword::over_parts) > roll_up[put(&InputStatement::over_parts)]));

const auto indicator_grammar = opening(opener > head[put(&IndicatorStatement::head)] >
                                       is_declared_as >
                                       expression[put(&IndicatorStatement::formula)]) >>
                               clauses(complete_clause);

const auto milestone_when = [](auto& context) {
  const SpanAt span = span_of(context, x3::_attr(context));
  x3::_val(context).when = span.span;
  x3::_val(context).when_place = span.place;
};
const auto milestone = x3::rule<struct MilestoneRule, Milestone>("a date or a period") =
    span_parts[milestone_when] > colon > expression[put(&Milestone::value)];
const auto add_milestone = [](auto& context) {
  x3::_val(context).milestones.push_back(std::move(x3::_attr(context)));
};

const auto target_grammar = opening(opener > name[put_name(&TargetStatement::name)] >
                                    -quoted[put_quoted(&TargetStatement::label)] > target_colon >
                                    expression[put(&TargetStatement::condition)]) >>
                            clauses(duties | cite_clause | tag_clause | complete_clause |
                                    (clause(Keyword::milestones) > milestone[add_milestone] >
                                     *(-comma >> milestone[add_milestone])) |
                                    (clause(Keyword::allocates) >
                                     name[add_name(&TargetStatement::allocates)] >
                                     *(comma > name[add_name(&TargetStatement::allocates)])));

// Tables.
const auto add_entry = [](auto& context) {
  Builder& builder = builder_of(context);
  TableStatement& table = x3::_val(context);
  TableEntry entry;
  entry.keys = builder.keys;
  entry.value = x3::_attr(context);
  // `other` alone stands for all that is not listed, in every dimension.
  while (!entry.keys.empty() && entry.keys.back().kind == TableKey::Kind::other &&
         entry.keys.size() < table.by.size()) {
    entry.keys.push_back(entry.keys.back());
  }
  if (entry.keys.size() != table.by.size() && !table.by.empty()) {
    builder
        .report(text::kind("table_key_count"),
                text::cover(entry.keys.front().place, entry.keys.back().place))
        .with("seen", std::to_string(entry.keys.size()))
        .with("expected", std::to_string(table.by.size()));
  }
  table.entries.push_back(std::move(entry));
};
auto push_key(TableKey::Kind kind) {
  return [kind](auto& context) {
    const Token& token = *x3::_attr(context);
    TableKey key;
    key.kind = kind;
    key.text =
        kind == TableKey::Kind::other ? spelled(Keyword::other, Language::english) : token.text;
    key.place = token.place;
    builder_of(context).keys.push_back(std::move(key));
  };
}
const auto push_span_key = [](auto& context) {
  const SpanAt span = span_of(context, x3::_attr(context));
  builder_of(context).keys.push_back({TableKey::Kind::span, "", span.span, span.place});
};
const auto table_key = x3::rule<struct TableKeyRule, TableStatement>("a key of the table") =
    word(Keyword::other)[push_key(TableKey::Kind::other)] |
    quoted[push_key(TableKey::Kind::entity)] | name[push_key(TableKey::Kind::entity)] |
    span_parts[push_span_key];

/// One entry, or a group of entries with keys in common; the keys stand with the builder.
struct TableEntryParser : x3::parser<TableEntryParser> {
  using attribute_type = x3::unused_type;
  [[maybe_unused]] static constexpr bool has_attribute = false;
  [[maybe_unused]] static constexpr bool has_action = true;

  template <class Context, class Outer, class Attribute>
  bool parse(Iterator& first, const Iterator& last, const Context& context, Outer& outer,
             Attribute&) const;
};
const TableEntryParser table_entry;

const auto table_entry_grammar = (table_key >> *(comma > table_key)) >
                                 ((colon > expression[add_entry]) |
                                  items_in_braces(table_entry, "a key of the table"));

template <class Context, class Outer, class Attribute>
bool TableEntryParser::parse(Iterator& first, const Iterator& last, const Context& context,
                             Outer& outer, Attribute&) const {
  Builder& builder = builder_of(context);
  const std::size_t keys = builder.keys.size();
  const bool parsed = table_entry_grammar.parse(first, last, context, outer, x3::unused);
  builder.keys.resize(keys);
  return parsed;
}

const auto table_grammar = opening(opener > head[put(&TableStatement::head)] >
                                   (word(Keyword::by) | word(Keyword::at)) >
                                   name[add_name(&TableStatement::by)] >
                                   *(comma > name[add_name(&TableStatement::by)]) > -equals >
                                   items_in_braces(table_entry, "a key of the table")) >>
                           clauses(!x3::eps);

const auto group_grammar = opening(opener > name[put_name(&GroupStatement::name)] >
                                   -quoted[put_quoted(&GroupStatement::label)] >
                                   (word(Keyword::in) | word(Keyword::of)) >
                                   name[put_name(&GroupStatement::level)] > is_declared_as >
                                   items_in_braces(quoted[add_quoted(&GroupStatement::members)],
                                                   "a text in quotes")) >>
                           clauses(!x3::eps);

const auto put_entity_name = [](auto& context) {
  x3::_val(context).name = Builder::quoted(*x3::_attr(context));
};
const auto entity = x3::rule<struct EntityRule, EntityDeclaration>("a text in quotes") =
    quoted[put_entity_name] >
    *((word(Keyword::opened) > span_parts[put_span(&EntityDeclaration::opened)]) |
      (word(Keyword::closed) > span_parts[put_span(&EntityDeclaration::closed)]));
const auto add_entity = [](auto& context) {
  x3::_val(context).entities.push_back(std::move(x3::_attr(context)));
};
const auto entities_grammar = opening(opener > name[put_name(&EntitiesStatement::level)] >
                                      -(word(Keyword::in) >
                                        quoted[put_quoted(&EntitiesStatement::parent)]) >
                                      -is_declared_as >
                                      items_in_braces(entity[add_entity], "a text in quotes")) >>
                              clauses(!x3::eps);

const auto given_item = x3::rule<struct GivenItemRule, GivenStatement::Item>("a name") =
    operand[put(&GivenStatement::Item::subject)] > is_declared_as >
    sum[put(&GivenStatement::Item::value)];
const auto add_given = [](auto& context) { x3::_val(context).items.push_back(x3::_attr(context)); };
const auto put_where = [](auto& context) {
  builder_of(context).shared.duties.where = std::move(x3::_attr(context));
};
template <class Whole>
auto facts() {
  return where[put_where] | filter_clause | cite_clause | tag_clause |
         (clause(Keyword::in) > span_parts[put_span(&Whole::when, &Whole::when_place)]);
}
const auto given_grammar = opening(opener > given_item[add_given] >
                                   *((comma | &(name >> equals)) > given_item[add_given])) >>
                           clauses(facts<GivenStatement>());

const auto stated_grammar = opening(opener > sum[put(&StatedStatement::figure)] > is_declared_as >
                                    sum[put(&StatedStatement::value)]) >>
                            clauses(facts<StatedStatement>());

const auto add_noted = [](auto& context) {
  x3::_val(context).anchors.push_back(std::move(x3::_attr(context)));
};
const auto noted_grammar = opening(opener > citation[add_noted] >
                                   *(-comma >> citation[add_noted])) >>
                           clauses(clause(Keyword::because) >
                                   quoted[put_quoted(&NotedStatement::reason)]);

const auto put_clause_number = [](auto& context) {
  x3::_val(context).number = Builder::quoted(*x3::_attr(context));
};
const auto clause_grammar = opening(opener > quoted[put_clause_number] > -word(Keyword::title) >
                                    -quoted[put_quoted(&ClauseStatement::title)]) >>
                            clauses(duties | (clause(Keyword::title) >
                                              quoted[put_quoted(&ClauseStatement::title)]));

const auto add_day_off =
    add_span(&HolidaysStatement::days_off, &HolidaysStatement::days_off_places);
const auto add_make_up = add_span(&HolidaysStatement::make_up, &HolidaysStatement::make_up_places);
const auto holiday_item = x3::rule<struct HolidayRule, HolidaysStatement>("`off` or `work`") =
    (word(Keyword::off) > span_parts[add_day_off] > *(comma >> span_parts[add_day_off])) |
    (word(Keyword::work) > span_parts[add_make_up] > *(comma >> span_parts[add_make_up]));
const auto add_holidays = [](auto& context) {
  HolidaysStatement& whole = x3::_val(context);
  const HolidaysStatement& part = x3::_attr(context);
  const auto append = [](auto& to, const auto& from) {
    to.insert(to.end(), from.begin(), from.end());
  };
  append(whole.days_off, part.days_off);
  append(whole.days_off_places, part.days_off_places);
  append(whole.make_up, part.make_up);
  append(whole.make_up_places, part.make_up_places);
};
const auto holidays_grammar = opening(opener > span_parts[add_span(&HolidaysStatement::years)] >
                                      *(comma > span_parts[add_span(&HolidaysStatement::years)]) >
                                      -is_declared_as > items_in_braces(holiday_item[add_holidays],
                                                                        "`off` or `work`")) >>
                              clauses(!x3::eps);

const auto lever_grammar = opening(opener > name[put_name(&LeverStatement::input)]) >>
                           clauses(where[put_where] | filter_clause |
                                   (clause(Keyword::range) > range[put(&LeverStatement::range)]) |
                                   (clause(Keyword::step) > sum[put(&LeverStatement::step)]) |
                                   (clause(Keyword::cost) > sum[put(&LeverStatement::cost)]));

const auto put_how = [](auto& context) {
  const Token& token = *x3::_attr(context);
  using How = ScenarioChange::How;
  x3::_val(context).how = token.is(Symbol::plus_equals) || token.is(Keyword::add)      ? How::add
                          : token.is(Symbol::times_equals) || token.is(Keyword::scale) ? How::scale
                                                                                       : How::set;
};
const auto begin_change = [](auto& context) {
  builder_of(context).forget_clauses();
  x3::_val(context).input = Builder::name(*x3::_attr(context));
};
const auto change = x3::rule<struct ChangeRule, ScenarioChange>("a name") =
    name[begin_change] > change_sign[put_how] > expression[put(&ScenarioChange::value)] >
    *(where[put(&ScenarioChange::where)] |
      (clause(Keyword::in) > span_parts[put_span(&ScenarioChange::when)]));
const auto add_change = [](auto& context) {
  x3::_val(context).changes.push_back(std::move(x3::_attr(context)));
};
const auto scenario_grammar = opening(opener > name[put_name(&ScenarioStatement::name)] >
                                      -quoted[put_quoted(&ScenarioStatement::label)] >
                                      -is_declared_as >
                                      items_in_braces(change[add_change], "a name")) >>
                              clauses(!x3::eps);

}  // namespace
}  // namespace dabiao::syntax
