#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "syntax/grammar/expressions.hpp"

// Clauses that several statements share: where, when, who, whence and how firmly.
namespace dabiao::syntax {
namespace {

const auto head = x3::rule<struct HeadRule, Head>("a name") =
    name[put_name(&Head::name)] > -quoted[put_quoted(&Head::label)] > -type_name[put(&Head::type)];

const auto put_filter_of_where = [](auto& context) {
  x3::_val(context).filter = x3::_attr(context);
};
const auto where_is_each = [](auto& context) { x3::_val(context).each = true; };

const auto where_end = [](auto& context) {
  Builder& builder = builder_of(context);
  x3::_val(context).place = builder.place(builder.clause_begin(), x3::_where(context).begin());
};

// A comma after a place may also part two changes of a scenario.
const auto place_item = name[add_name(&Where::names)] | quoted[add_quoted(&Where::entities)];
const auto where = x3::rule<struct WhereRule, Where>("`at`") =
    (clause(Keyword::at_each, Keyword::at)[where_is_each] |
     (clause(Keyword::at) >> -word(Keyword::each)[where_is_each])) > x3::expect[place_item] >
    *(comma >> !(name >> change_sign) >> place_item) >
    -(word(Keyword::where) > expression[put_filter_of_where]) > x3::eps[where_end];

const auto share_where = [](auto& context) {
  builder_of(context).shared.duties.where = std::move(x3::_attr(context));
};

// A condition that is written apart from its `at`.
const auto filter_clause = TokenParser{[](const Token& token) { return token.is(Keyword::where); },
                                       "`where`"}[([](auto& context) {
                             Builder& builder = builder_of(context);
                             const Seldom<Where>& where_so_far = builder.shared.duties.where;
                             x3::_pass(context) =
                                 where_so_far && where_so_far->filter == no_expression;
                           })] > expression[([](auto& context) {
                             Builder& builder = builder_of(context);
                             builder.shared.duties.where->filter = x3::_attr(context);
                           })];

const auto set_grain = [](auto& context) {
  builder_of(context).shared.when.grain = *grain_word(x3::_attr(context)->text);
};
const auto set_each_grain = [](auto& context) {
  using calendar::Grain;
  const Token& token = *x3::_attr(context);
  Builder& builder = builder_of(context);
  builder.begin_clause(token, Keyword::each);
  builder.shared.when.grain = token.is(Keyword::each_year)      ? Grain::year
                              : token.is(Keyword::each_half)    ? Grain::half
                              : token.is(Keyword::each_quarter) ? Grain::quarter
                              : token.is(Keyword::each_month)   ? Grain::month
                                                                : Grain::day;
};
const auto each_grain_of = each_grain[set_each_grain] | (clause(Keyword::each) > grain[set_grain]);

const auto set_by_day = [](auto& context) {
  Builder& builder = builder_of(context);
  builder.shared.by = builder.shared.by_day_or_end = true;
  builder.shared.by_place = x3::_attr(context)->place;
  builder.set_by_day(*x3::_attr(context));
};
const auto each_end = [](auto& context) {
  Builder& builder = builder_of(context);
  builder.shared.each = true;
  builder.shared.each_place = builder.place(builder.clause_begin(), x3::_where(context).begin());
};
const auto each_clause = each_grain_of >
                         -(day_number[set_by_day] > -word(Keyword::before_day)) > x3::eps[each_end];

const auto by_end = [](auto& context) { builder_of(context).shared.by_day_or_end = true; };
const auto by_later = [](auto& context) {
  builder_of(context).shared.when.by_offset = x3::_attr(context);
};
const auto by_earlier = [](auto& context) {
  Builder& builder = builder_of(context);
  const ExpressionId offset = x3::_attr(context);
  builder.shared.when.by_offset = builder.negated(offset, builder.ast.at(offset).place);
};
const auto by_date = [](auto& context) {
  Builder& builder = builder_of(context);
  builder.read_as_date(x3::_attr(context));
  builder.shared.when.dates.push_back(x3::_attr(context));
};
const auto by_finish = [](auto& context) {
  Builder& builder = builder_of(context);
  builder.shared.by = true;
  builder.shared.by_place = builder.place(builder.clause_begin(), x3::_where(context).begin());
};
const auto date_list = x3::rule<struct DateListRule>("a date or a period") = sum[by_date] >>
                                                                             *(comma >
                                                                               sum[by_date]);
const auto by_clause = clause(Keyword::by) >
                       ((day_word > day_number[set_by_day] > -word(Keyword::before_day)) |
                        (marked_day_number[set_by_day] > -word(Keyword::before_day)) |
                        (word(Keyword::end)[by_end] >
                         -((plus > sum[by_later]) | (minus > sum[by_earlier]))) |
                        date_list) > x3::eps[by_finish];

const auto in_span = [](auto& context) {
  Builder& builder = builder_of(context);
  const SpanAt span = span_of(context, x3::_attr(context));
  builder.shared.when.spans.push_back(span.span);
  builder.shared.when.span_places.push_back(span.place);
};
const auto in_finish = [](auto& context) {
  Builder& builder = builder_of(context);
  builder.shared.in = true;
  builder.shared.in_place = builder.place(builder.clause_begin(), x3::_where(context).begin());
};
const auto in_clause = clause(Keyword::in) > span_parts[in_span] >
                       *(comma > span_parts[in_span]) > x3::eps[in_finish];

const auto set_always = [](auto& context) {
  Builder& builder = builder_of(context);
  builder.shared.always = true;
  builder.shared.always_place = x3::_attr(context)->place;
};
const auto always_clause = clause(Keyword::always)[set_always];

// Parties in quotes need no commas between them, and a heading's `title` may follow. A bare name
// needs one before it: else it is rather a misspelt clause.
const TokenParser party_name{
    [](const Token& token) { return token.is_name() && !token.is(Keyword::title); }, "a name"};
const auto party_of = [](auto& context) {
  x3::_val(context).text = x3::_attr(context)->text;
  x3::_val(context).place = x3::_attr(context)->place;
};
const auto party_of_each = [](auto& context) {
  x3::_val(context).each = true;
  x3::_val(context).text = x3::_attr(context)->text;
  x3::_val(context).place = x3::_attr(context)->place;
};
const auto plain_party =
    x3::rule<struct PlainPartyRule, Party>("a body in quotes or `each` LEVEL") =
        (word(Keyword::each) > name[party_of_each]) | quoted[party_of];
const auto party = x3::rule<struct PartyRule, Party>("a body in quotes, a name or `each` LEVEL") =
    (word(Keyword::each) > name[party_of_each]) | quoted[party_of] | party_name[party_of];

auto add_party(Seldom<std::vector<Party>> Duties::*member) {
  return [member](auto& context) {
    (builder_of(context).shared.duties.*member).made().push_back(x3::_attr(context));
  };
}
auto parties(Keyword keyword, Seldom<std::vector<Party>> Duties::*member) {
  return clause(keyword) > party[add_party(member)] >
         *((comma >> party[add_party(member)]) | plain_party[add_party(member)]);
}

const auto duties = parties(Keyword::lead, &Duties::lead) |
                    parties(Keyword::responsible, &Duties::responsible) |
                    parties(Keyword::cooperating, &Duties::cooperating) | each_clause | by_clause |
                    in_clause | always_clause | where[share_where] | filter_clause;

const auto put_anchor = [](auto& context) {
  x3::_val(context).anchor = Builder::quoted(*x3::_attr(context));
};
const TokenParser cited_clause{[](const Token& token) {
                                 return token.kind == TokenKind::quoted &&
                                        (&token)[1].is(Symbol::colon);
                               },
                               "a text in quotes"};
const auto citation = x3::rule<struct CitationRule, Citation>("a text in quotes") =
    (cited_clause[put_quoted(&Citation::clause)] > colon > quoted[put_anchor]) | quoted[put_anchor];
const auto add_citation = [](auto& context) {
  builder_of(context).shared.cite.push_back(std::move(x3::_attr(context)));
};
const auto cite_clause = clause(Keyword::cite) > citation[add_citation] >
                         *(-comma >> citation[add_citation]);

const auto add_tag = [](auto& context) {
  builder_of(context).shared.tags.push_back(Builder::quoted(*x3::_attr(context)));
};
const auto tag_clause = clause(Keyword::tag) > quoted[add_tag] > *(-comma >> quoted[add_tag]);

const auto put_low = [](auto& context) { x3::_val(context).low = x3::_attr(context); };
const auto put_high = [](auto& context) { x3::_val(context).high = x3::_attr(context); };
const auto range_end = [](auto& context) {
  Builder& builder = builder_of(context);
  Range& range = x3::_val(context);
  builder.share_unit(range.low, range.high);
  range.place = builder.place(builder.clause_begin(), x3::_where(context).begin());
};
const auto range = x3::rule<struct RangeRule, Range>("a value") =
    ((sum[put_low] > range_sign > -sum[put_high]) | (range_sign > sum[put_high])) >
    x3::eps[range_end];

const auto complete_clause = [] {
  return clause(Keyword::complete) > at_least >
         sum[([](auto& context) { x3::_val(context).complete = x3::_attr(context); })];
}();

}  // namespace
}  // namespace dabiao::syntax
