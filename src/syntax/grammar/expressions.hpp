#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "syntax/grammar/recovery.hpp"
#include "syntax/infix_stack.hpp"

// Expressions, spans of time and what stands in brackets. Operators are read from their table
// (InfixParser), not from rules.
namespace dabiao::syntax {
namespace {

const x3::rule<struct OperandRule, ExpressionId> operand = "a value";
const x3::rule<struct CallRule, CallParts> call_rule = "a call";
const x3::rule<struct ChoiceRule, CallParts> choice_rule = "if";
const x3::rule<struct BracketRule, Bracket> bracket_rule =
    "`start`, `previous`, `end`, a period, a level or an entity in quotes";

/// Operands and operators of at least a precedence, by the operator table.
struct InfixParser : x3::parser<InfixParser> {
  using attribute_type = ExpressionId;
  [[maybe_unused]] static constexpr bool has_attribute = true;

  explicit constexpr InfixParser(std::uint8_t precedence) : lowest(precedence) {}

  template <class Context, class Outer, class Attribute>
  bool parse(Iterator& first, const Iterator& last, const Context& context, Outer&,
             Attribute& attribute) const;

  std::uint8_t lowest;
};

}  // namespace
}  // namespace dabiao::syntax

namespace boost::spirit::x3 {

template <>
struct get_info<dabiao::syntax::InfixParser> {
  using result_type = std::string;
  std::string operator()(const dabiao::syntax::InfixParser&) const { return "a value"; }
};

template <class Subject>
struct get_info<dabiao::syntax::Enclosed<Subject>> {
  using result_type = std::string;
  std::string operator()(const dabiao::syntax::Enclosed<Subject>& parser) const {
    return parser.opening == dabiao::syntax::Symbol::open_brace ? "`{`" : "`(`";
  }
};

}  // namespace boost::spirit::x3

namespace dabiao::syntax {
namespace {

const InfixParser expression{or_precedence};
const InfixParser sum{sum_precedence};

/// Hands the attribute of a part to a member of what is being read.
template <class Whole, class Member>
auto put(Member Whole::*member) {
  return [member](auto& context) { x3::_val(context).*member = std::move(x3::_attr(context)); };
}
/// The same for names and quoted texts, which are read as tokens.
template <class Whole>
auto put_name(Name Whole::*member) {
  return
      [member](auto& context) { x3::_val(context).*member = Builder::name(*x3::_attr(context)); };
}
template <class Whole>
auto add_name(std::vector<Name> Whole::*member) {
  return [member](auto& context) {
    (x3::_val(context).*member).push_back(Builder::name(*x3::_attr(context)));
  };
}
template <class Whole>
auto put_quoted(std::optional<Quoted> Whole::*member) {
  return
      [member](auto& context) { x3::_val(context).*member = Builder::quoted(*x3::_attr(context)); };
}
template <class Whole>
auto add_quoted(std::vector<Quoted> Whole::*member) {
  return [member](auto& context) {
    (x3::_val(context).*member).push_back(Builder::quoted(*x3::_attr(context)));
  };
}

const auto put_argument = [](auto& context) {
  x3::_val(context).arguments.push_back(x3::_attr(context));
};
const auto put_function = [](auto& context) { x3::_val(context).function = x3::_attr(context); };
const auto put_over = [](auto& context) { x3::_val(context).over = x3::_attr(context); };
const auto put_filter = [](auto& context) { x3::_val(context).filter = x3::_attr(context); };
const auto put_among = [](auto& context) {
  x3::_val(context).ranks = true;
  x3::_val(context).among = x3::_attr(context);
};

const TokenParser called_name{
    [](const Token& token) { return token.is_name() && (&token)[1].is(Symbol::open_parenthesis); },
    "a name"};
// Names in parentheses that a colon or `where` follows are what an aggregate runs over.
const TokenParser over_name{
    [](const Token& token) { return token.is_name() && (&token)[1].is(Symbol::colon); }, "a name"};
const TokenParser filtered_name{
    [](const Token& token) { return token.is_name() && (&token)[1].is(Keyword::where); }, "a name"};

const auto call_rule_def =
    called_name[put_function] >>
    in_parentheses((over_name[put_over] > colon > expression[put_argument] >
                    -(word(Keyword::where) > expression[put_filter])) |
                   (filtered_name[put_over] > word(Keyword::where) > expression[put_filter]) |
                   -(expression[put_argument] > *(comma > expression[put_argument]) >
                     -(word(Keyword::among) > name[put_among])));

const auto choice_rule_def = word(Keyword::if_)[put_function] > expression[put_argument] >
                             word(Keyword::then) > expression[put_argument] >
                             word(Keyword::else_) > expression[put_argument];

// Spans of time.
struct SpanParts {
  const Token* from = nullptr;
  const Token* to = nullptr;
  const Token* range = nullptr;
};
const auto put_from = [](auto& context) { x3::_val(context).from = x3::_attr(context); };
const auto put_to = [](auto& context) { x3::_val(context).to = x3::_attr(context); };
const auto put_range = [](auto& context) { x3::_val(context).range = x3::_attr(context); };

const auto span_parts = x3::rule<struct SpanRule, SpanParts>("a date or a period") =
    (moment[put_from] >> -(range_sign[put_range] >> -moment[put_to])) |
    (range_sign[put_range] >> moment[put_to]);

template <class Context>
SpanAt span_of(Context& context, const SpanParts& parts) {
  const Token* first = parts.from ? parts.from : parts.range;
  const Token* last = parts.to ? parts.to : parts.range ? parts.range : parts.from;
  return builder_of(context).span(parts.from, parts.to, parts.range != nullptr,
                                  text::cover(first->place, last->place));
}

template <class Whole>
auto put_span(std::optional<calendar::Span> Whole::*member) {
  return [member](auto& context) {
    x3::_val(context).*member = span_of(context, x3::_attr(context)).span;
  };
}
template <class Whole>
auto put_span(std::optional<calendar::Span> Whole::*member, Place Whole::*place) {
  return [member, place](auto& context) {
    const SpanAt span = span_of(context, x3::_attr(context));
    x3::_val(context).*member = span.span;
    x3::_val(context).*place = span.place;
  };
}
template <class Whole>
auto add_span(std::vector<calendar::Span> Whole::*member) {
  return [member](auto& context) {
    (x3::_val(context).*member).push_back(span_of(context, x3::_attr(context)).span);
  };
}
template <class Whole>
auto add_span(std::vector<calendar::Span> Whole::*member, std::vector<Place> Whole::*places) {
  return [member, places](auto& context) {
    const SpanAt span = span_of(context, x3::_attr(context));
    (x3::_val(context).*member).push_back(span.span);
    (x3::_val(context).*places).push_back(span.place);
  };
}

auto bracket_of(Bracket::Kind kind) {
  return [kind](auto& context) {
    const Token& token = *x3::_attr(context);
    Bracket& bracket = x3::_val(context);
    bracket.kind = kind;
    bracket.place = token.place;
    if (kind == Bracket::Kind::name || kind == Bracket::Kind::quoted) bracket.text = token.text;
  };
}
const auto bracket_of_span = [](auto& context) {
  const SpanAt span = span_of(context, x3::_attr(context));
  x3::_val(context).kind = Bracket::Kind::span;
  x3::_val(context).span = span.span;
  x3::_val(context).place = span.place;
};

const auto bracket_rule_def = word(Keyword::start)[bracket_of(Bracket::Kind::start)] |
                              word(Keyword::end)[bracket_of(Bracket::Kind::end)] |
                              word(Keyword::previous)[bracket_of(Bracket::Kind::previous)] |
                              span_parts[bracket_of_span] | name[bracket_of(Bracket::Kind::name)] |
                              quoted[bracket_of(Bracket::Kind::quoted)];

template <class Make>
auto make(Make make_expression) {
  return [make_expression](auto& context) {
    x3::_val(context) = make_expression(builder_of(context), x3::_attr(context));
  };
}

struct Parenthesised {
  const Token* open = nullptr;
  ExpressionId inner = no_expression;
};
const x3::rule<struct ParenthesisedRule, Parenthesised> parenthesised_rule = "a value";
const auto parenthesised_rule_def =
    &TokenParser{is_symbol<Symbol::open_parenthesis>,
                 "`(`"}[([](auto& context) { x3::_val(context).open = x3::_attr(context); })] >>
    in_parentheses(
        expression[([](auto& context) { x3::_val(context).inner = x3::_attr(context); })]);

const auto operand_def =
    (number[make([](Builder& builder, const Token* token) { return builder.number(*token); })] |
     period[make([](Builder& builder, const Token* token) { return builder.period(*token); })] |
     truth[make([](Builder& builder, const Token* token) { return builder.truth(*token); })] |
     word(Keyword::due)[make([](Builder& builder, const Token* token) {
       return builder.due(*token);
     })] |
     choice_rule[make([](Builder& builder, const CallParts& parts) {
       return builder.choice(*parts.function, parts.arguments);
     })] |
     call_rule[make([](Builder& builder, const CallParts& parts) { return builder.call(parts); })] |
     name[make([](Builder& builder, const Token* token) {
       return builder.name_expression(*token);
     })] |
     parenthesised_rule[make([](Builder& builder, const Parenthesised& parts) {
       builder.parenthesise(parts.inner, text::cover(parts.open->place, builder.closed_at()));
       return parts.inner;
     })]) >>
    *in_brackets(bracket_rule[([](auto& context) {
      // The place is completed once the bracket is closed.
      Builder& builder = builder_of(context);
      builder.closed_at(x3::_attr(context).place);
      x3::_val(context) = builder.read(x3::_val(context), std::move(x3::_attr(context)));
    })])[([](auto& context) {
      Builder& builder = builder_of(context);
      Expression& read = builder.ast.expressions[x3::_val(context)];
      read.place = text::cover(read.place, builder.closed_at());
    })];

BOOST_SPIRIT_DEFINE(operand, call_rule, choice_rule, bracket_rule, parenthesised_rule)

template <class Context, class Outer, class Attribute>
bool InfixParser::parse(Iterator& first, const Iterator& last, const Context& context, Outer&,
                        Attribute& attribute) const {
  InfixStack stack(builder_of(context), lowest, first);
  for (;;) {
    while (first != last && stack.takes_prefix(*first)) stack.push_prefix(*first++);
    ExpressionId id = no_expression;
    if (!operand.parse(first, last, context, x3::unused, id)) {
      if (stack.empty()) return false;
      throw Failure(first, "a value");
    }
    stack.push_operand(id);
    if (first == last || !stack.takes_infix(*first)) break;
    stack.push_infix(*first++);
  }
  x3::traits::move_to(stack.finish(first), attribute);
  return true;
}

}  // namespace
}  // namespace dabiao::syntax
