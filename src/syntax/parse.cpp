#include "dabiao/syntax/parse.hpp"

#include <algorithm>
#include <boost/spirit/home/x3.hpp>
#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include "dabiao/syntax/token.hpp"
#include "syntax/arrange.hpp"
#include "syntax/builder.hpp"

// The grammar. Nothing outside this file sees Spirit, and its failures end here. Statements are
// parsed one by one; inside a statement a mistake ends the clause in which it stands, and in
// braces the item. Operators are read from their table (InfixParser), not from rules.
namespace dabiao::syntax {
namespace {

namespace x3 = boost::spirit::x3;

using Iterator = const Token*;
using Failure = x3::expectation_failure<Iterator>;

struct BuilderTag;

template <class Context>
Builder& builder_of(const Context& context) {
  return x3::get<BuilderTag>(context);
}

// ---- parsers of single tokens -------------------------------------------------------------------

using TokenTest = bool (*)(const Token&);

/// A token that passes a test; its attribute is the token.
struct TokenParser : x3::parser<TokenParser> {
  using attribute_type = const Token*;
  [[maybe_unused]] static constexpr bool has_attribute = true;

  constexpr TokenParser(TokenTest what, const char* in_words) : test(what), words(in_words) {}

  template <class Context, class Outer, class Attribute>
  bool parse(Iterator& first, const Iterator& last, const Context&, Outer&,
             Attribute& attribute) const {
    if (first == last || !test(*first)) return false;
    x3::traits::move_to(first, attribute);
    ++first;
    return true;
  }

  TokenTest test;
  const char* words;
};

/// A keyword, by position or reserved.
struct KeywordParser : x3::parser<KeywordParser> {
  using attribute_type = const Token*;
  [[maybe_unused]] static constexpr bool has_attribute = true;

  constexpr KeywordParser(Keyword what, bool begins_clause, Keyword counted_as)
      : keyword(what), clause(begins_clause), counts_as(counted_as) {}

  template <class Context, class Outer, class Attribute>
  bool parse(Iterator& first, const Iterator& last, const Context& context, Outer&,
             Attribute& attribute) const {
    if (first == last || !first->is(keyword)) return false;
    if (clause) builder_of(context).begin_clause(*first, counts_as);
    x3::traits::move_to(first, attribute);
    ++first;
    return true;
  }

  Keyword keyword;
  bool clause;
  Keyword counts_as;
};

}  // namespace
}  // namespace dabiao::syntax

// What Spirit says was expected where one of them is missing.
namespace boost::spirit::x3 {

template <>
struct get_info<dabiao::syntax::TokenParser> {
  using result_type = std::string;
  std::string operator()(const dabiao::syntax::TokenParser& parser) const { return parser.words; }
};

template <>
struct get_info<dabiao::syntax::KeywordParser> {
  using result_type = std::string;
  std::string operator()(const dabiao::syntax::KeywordParser& parser) const {
    return "`" +
           std::string(dabiao::syntax::spelled(parser.keyword, dabiao::syntax::Language::english)) +
           "`";
  }
};

// Around a parser stands what says nothing of its own.
template <class Subject, class Action>
struct get_info<action<Subject, Action>> {
  using result_type = std::string;
  std::string operator()(const action<Subject, Action>& parser) const {
    return what(parser.subject);
  }
};

template <class Left, class Right>
struct get_info<sequence<Left, Right>> {
  using result_type = std::string;
  std::string operator()(const sequence<Left, Right>& parser) const { return what(parser.left); }
};

// Alternatives are parted by |.
template <class Left, class Right>
struct get_info<alternative<Left, Right>> {
  using result_type = std::string;
  std::string operator()(const alternative<Left, Right>& parser) const {
    return what(parser.left) + "|" + what(parser.right);
  }
};

}  // namespace boost::spirit::x3

namespace dabiao::syntax {
namespace {

constexpr KeywordParser word(Keyword keyword) {
  return {keyword, false, keyword};
}

/// The keyword of a clause, which may stand once in a statement.
constexpr KeywordParser clause(Keyword keyword) {
  return {keyword, true, keyword};
}
constexpr KeywordParser clause(Keyword keyword, Keyword counted_as) {
  return {keyword, true, counted_as};
}

template <Symbol what>
bool is_symbol(const Token& token) {
  return token.is(what);
}

bool calls(const Token& token, std::string_view function) {
  return token.operators.infix != 0 && token.infix()->row->function == function;
}

bool is_whole_number(const Token& token) {
  return token.kind == TokenKind::number && token.unit.empty() && token.text.size() <= 18 &&
         token.text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_day_number(const Token& token) {
  return token.kind == TokenKind::number &&
         (token.unit.empty() || grain_word(token.unit) == calendar::Grain::day) &&
         token.text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_year_number(const Token& token) {
  return token.kind == TokenKind::number && (token.unit.empty() || token.unit == "年") &&
         token.text.size() == 4 && token.text != "0000" &&
         token.text.find_first_not_of("0123456789") == std::string_view::npos;
}

// The token behind may be looked at: the last one of a text is its end.
const TokenParser colon{is_symbol<Symbol::colon>, "`:`"};
const TokenParser comma{is_symbol<Symbol::comma>, "`,`"};
const TokenParser range_sign{is_symbol<Symbol::range>, "`..`"};
const TokenParser equals{[](const Token& token) { return calls(token, "equal"); }, "`=`"};
const TokenParser less{[](const Token& token) { return calls(token, "less"); }, "`<`"};
const TokenParser plus{[](const Token& token) { return calls(token, "add"); }, "`+`"};
const TokenParser minus{[](const Token& token) { return calls(token, "subtract"); }, "`-`"};
const TokenParser at_least{[](const Token& token) { return calls(token, "greater_equal"); },
                           "`at least`"};
const TokenParser name{[](const Token& token) { return token.is_name(); }, "a name"};
const TokenParser quoted{[](const Token& token) { return token.kind == TokenKind::quoted; },
                         "a text in quotes"};
const TokenParser number{[](const Token& token) { return token.kind == TokenKind::number; },
                         "a value"};
const TokenParser period{[](const Token& token) { return token.kind == TokenKind::period; },
                         "a date or a period"};
const TokenParser whole_number{is_whole_number, "a whole number"};
const TokenParser day_number{is_day_number, "a day of the month"};
const TokenParser marked_day_number{
    [](const Token& token) {
      return is_day_number(token) && (!token.unit.empty() || (&token)[1].is(Keyword::before_day));
    },
    "a day of the month"};
const TokenParser day_word{[](const Token& token) {
                             return token.is(Keyword::day) && (&token)[1].kind == TokenKind::number;
                           },
                           "`day`"};
const TokenParser moment{
    [](const Token& token) { return token.kind == TokenKind::period || is_year_number(token); },
    "a date or a period"};
const TokenParser grain{[](const Token& token) {
                          return token.is_name() && !token.backquoted &&
                                 grain_word(token.text).has_value();
                        },
                        "`year`, `half`, `quarter`, `month` or `day`"};
const TokenParser each_grain{[](const Token& token) {
                               return token.is(Keyword::each_year) ||
                                      token.is(Keyword::each_half) ||
                                      token.is(Keyword::each_quarter) ||
                                      token.is(Keyword::each_month) || token.is(Keyword::each_day);
                             },
                             "`each`"};
const TokenParser zero{[](const Token& token) {
                         return token.kind == TokenKind::number && token.unit.empty() &&
                                token.text == "0";
                       },
                       "`0`, `no` or `later`"};
const TokenParser kind_word{[](const Token& token) {
                              return token.is(Keyword::flow) || token.is(Keyword::stock) ||
                                     token.is(Keyword::constant);
                            },
                            "`flow`, `stock` or `constant`"};
const TokenParser roll_up_method{[](const Token& token) {
                                   switch (token.keyword) {
                                     case Keyword::sum:
                                     case Keyword::last:
                                     case Keyword::any:
                                     case Keyword::all:
                                     case Keyword::min:
                                     case Keyword::max:
                                     case Keyword::none_at_all:
                                     case Keyword::average:
                                       return token.kind == TokenKind::word;
                                     default:
                                       return false;
                                   }
                                 },
                                 "`sum`, `last`, `any`, `all`, `min`, `max`, `none` or `average`"};
const TokenParser change_sign{[](const Token& token) {
                                return calls(token, "equal") || token.is(Symbol::plus_equals) ||
                                       token.is(Symbol::times_equals) || token.is(Keyword::set) ||
                                       token.is(Keyword::add) || token.is(Keyword::scale);
                              },
                              "`=`, `+=` or `*=`"};
const TokenParser truth{
    [](const Token& token) { return token.is(Keyword::yes) || token.is(Keyword::no); },
    "`yes` or `no`"};

/// `:` of a target; its absence is reported and read over.
struct ColonParser : x3::parser<ColonParser> {
  using attribute_type = x3::unused_type;
  [[maybe_unused]] static constexpr bool has_attribute = false;

  template <class Context, class Outer, class Attribute>
  bool parse(Iterator& first, const Iterator& last, const Context& context, Outer&,
             Attribute&) const {
    Builder& builder = builder_of(context);
    if (first != last && first->is(Symbol::colon)) {
      ++first;
      return true;
    }
    if (first == last) return false;
    const bool assigned = calls(*first, "equal");
    // A condition has to follow; what else stands here is another mistake.
    if (!assigned && !first->is_name() && first->kind != TokenKind::number &&
        !first->is(Symbol::open_parenthesis)) {
      return false;
    }
    builder.report(text::kind("missing_colon"), first->place).suggest(":");
    if (assigned) ++first;
    return true;
  }
};

/// `=` before what a statement declares; a colon there is reported and read as one.
struct EqualsParser : x3::parser<EqualsParser> {
  using attribute_type = x3::unused_type;
  [[maybe_unused]] static constexpr bool has_attribute = false;

  template <class Context, class Outer, class Attribute>
  bool parse(Iterator& first, const Iterator& last, const Context& context, Outer&,
             Attribute&) const {
    if (first == last) return false;
    if (first->is(Symbol::colon)) {
      builder_of(context).report(text::kind("missing_equals"), first->place).suggest("=");
    } else if (!calls(*first, "equal")) {
      return false;
    }
    ++first;
    return true;
  }
};

/// What parts the members of a list. Where another symbol stands, or none before the next member,
/// that is reported and read as one, so that the members behind it are known.
struct SeparatorParser : x3::parser<SeparatorParser> {
  using attribute_type = x3::unused_type;
  [[maybe_unused]] static constexpr bool has_attribute = false;

  constexpr SeparatorParser(TokenTest what, const char* written) : test(what), spelling(written) {}

  template <class Context, class Outer, class Attribute>
  bool parse(Iterator& first, const Iterator& last, const Context& context, Outer&,
             Attribute&) const {
    if (first == last) return false;
    if (!test(*first)) {
      const bool another = first->is(Symbol::comma) || first->is(Symbol::semicolon) ||
                           calls(*first, "less") || calls(*first, "greater");
      const bool omitted = first->is_name() && !first->first_on_line;
      if (!omitted && !(another && first + 1 != last && first[1].is_name())) return false;
      Builder& builder = builder_of(context);
      const std::string marked = "`" + std::string(spelling) + "`";
      builder.report(text::kind("unexpected_token"), first->place)
          .with("seen", "`" + builder.slice(first->place) + "`")
          .expect(marked, marked)
          .suggest(another ? spelling : spelling + (" " + builder.slice(first->place)));
      if (!another) return true;
    }
    ++first;
    return true;
  }

  TokenTest test;
  const char* spelling;
};

}  // namespace
}  // namespace dabiao::syntax

namespace boost::spirit::x3 {

template <>
struct get_info<dabiao::syntax::SeparatorParser> {
  using result_type = std::string;
  std::string operator()(const dabiao::syntax::SeparatorParser& parser) const {
    return "`" + std::string(parser.spelling) + "`";
  }
};

template <>
struct get_info<dabiao::syntax::ColonParser> {
  using result_type = std::string;
  std::string operator()(const dabiao::syntax::ColonParser&) const { return "`:`"; }
};

template <>
struct get_info<dabiao::syntax::EqualsParser> {
  using result_type = std::string;
  std::string operator()(const dabiao::syntax::EqualsParser&) const { return "`=`"; }
};

}  // namespace boost::spirit::x3

namespace dabiao::syntax {
namespace {

const ColonParser target_colon;
const EqualsParser is_declared_as;
const SeparatorParser next_unit{is_symbol<Symbol::comma>, ","};
const SeparatorParser next_stage{[](const Token& token) { return calls(token, "less"); }, "<"};

/// The type in a head.
struct TypeParser : x3::parser<TypeParser> {
  using attribute_type = TypeName;
  [[maybe_unused]] static constexpr bool has_attribute = true;

  template <class Context, class Outer, class Attribute>
  bool parse(Iterator& first, const Iterator& last, const Context& context, Outer&,
             Attribute& attribute) const {
    TypeName type;
    if (!builder_of(context).type(first, last, type)) return false;
    x3::traits::move_to(std::move(type), attribute);
    return true;
  }
};
const TypeParser type_name;

// ---- parsers around others ----------------------------------------------------------------------

/// What stands in brackets. A bracket that is never closed is reported and read over.
template <class Subject>
struct Enclosed : x3::unary_parser<Subject, Enclosed<Subject>> {
  using base_type = x3::unary_parser<Subject, Enclosed<Subject>>;
  using attribute_type = x3::unused_type;
  [[maybe_unused]] static constexpr bool has_attribute = false;

  constexpr Enclosed(Subject const& inner, Symbol open, Symbol close, const char* words)
      : base_type(inner), opening(open), closing(close), closing_words(words) {}

  template <class Context, class Outer, class Attribute>
  bool parse(Iterator& first, const Iterator& last, const Context& context, Outer& outer,
             Attribute&) const {
    if (first == last || !first->is(opening)) return false;
    Builder& builder = builder_of(context);
    const Token& bracket = *first++;
    if (!this->subject.parse(first, last, context, outer, x3::unused)) {
      throw Failure(first, x3::what(this->subject));
    }
    if (first != last && first->is(closing)) {
      builder.closed_at(first->place);
      ++first;
      return true;
    }
    if (bracket.partner != Token::nowhere) throw Failure(first, closing_words);
    builder.unclosed(bracket);
    builder.closed_at((first - 1)->place);
    return true;
  }

  Symbol opening;
  Symbol closing;
  const char* closing_words;
};

template <class Subject>
auto enclosed(Subject const& subject, Symbol open, Symbol close, const char* words) {
  using Parser = typename x3::extension::as_parser<Subject>::value_type;
  return Enclosed<Parser>(x3::as_parser(subject), open, close, words);
}
template <class Subject>
auto in_parentheses(Subject const& subject) {
  return enclosed(subject, Symbol::open_parenthesis, Symbol::close_parenthesis, "`)`");
}
template <class Subject>
auto in_brackets(Subject const& subject) {
  return enclosed(subject, Symbol::open_bracket, Symbol::close_bracket, "`]`");
}

/// Any number of items in braces; a mistake in one does not hide the next.
template <class Subject>
struct Items : x3::unary_parser<Subject, Items<Subject>> {
  using base_type = x3::unary_parser<Subject, Items<Subject>>;
  using attribute_type = x3::unused_type;
  [[maybe_unused]] static constexpr bool has_attribute = false;

  constexpr Items(Subject const& item, const char* in_words) : base_type(item), words(in_words) {}

  template <class Context, class Outer, class Attribute>
  bool parse(Iterator& first, const Iterator& last, const Context& context, Outer& outer,
             Attribute&) const {
    Builder& builder = builder_of(context);
    for (;;) {
      while (first != last && (first->is(Symbol::comma) || first->is(Symbol::semicolon))) ++first;
      if (first == last || first->is(Symbol::close_brace)) return true;
      const Iterator begin = first;
      const auto keys = builder.keys.size();
      Iterator failed = first;
      try {
        if (this->subject.parse(first, last, context, outer, x3::unused)) continue;
        builder.unexpected(first, words);
      } catch (const Failure& failure) {
        failed = failure.where();
        builder.unexpected(failed, failure.which());
      }
      builder.keys.resize(keys);
      first = builder.next_item(begin, failed);
      if (first == begin) ++first;
    }
  }

  const char* words;
};

template <class Subject>
auto items_in_braces(Subject const& subject, const char* words) {
  using Parser = typename x3::extension::as_parser<Subject>::value_type;
  return enclosed(Items<Parser>(x3::as_parser(subject), words), Symbol::open_brace,
                  Symbol::close_brace, "`}`");
}

/// The first part of a statement. After a mistake parsing goes on at the next clause.
template <class Subject>
struct Opening : x3::unary_parser<Subject, Opening<Subject>> {
  using base_type = x3::unary_parser<Subject, Opening<Subject>>;
  using attribute_type = x3::unused_type;
  [[maybe_unused]] static constexpr bool has_attribute = false;

  explicit constexpr Opening(Subject const& inner) : base_type(inner) {}

  template <class Context, class Outer, class Attribute>
  bool parse(Iterator& first, const Iterator& last, const Context& context, Outer& outer,
             Attribute&) const {
    Builder& builder = builder_of(context);
    const Iterator begin = first;
    try {
      if (this->subject.parse(first, last, context, outer, x3::unused)) return true;
      first = builder.next_clause(begin, builder.unexpected(first, x3::what(this->subject)));
    } catch (const Failure& failure) {
      first = builder.next_clause(begin, builder.unexpected(failure.where(), failure.which()));
    }
    return true;
  }
};

/// The clauses of a statement in any order, to its end. After a mistake parsing goes on at the
/// next clause.
template <class Subject>
struct Clauses : x3::unary_parser<Subject, Clauses<Subject>> {
  using base_type = x3::unary_parser<Subject, Clauses<Subject>>;
  using attribute_type = x3::unused_type;
  [[maybe_unused]] static constexpr bool has_attribute = false;

  explicit constexpr Clauses(Subject const& inner) : base_type(inner) {}

  template <class Context, class Outer, class Attribute>
  bool parse(Iterator& first, const Iterator& last, const Context& context, Outer& outer,
             Attribute&) const {
    Builder& builder = builder_of(context);
    while (first != last) {
      const Iterator begin = first;
      Iterator failed = first;
      try {
        if (this->subject.parse(first, last, context, outer, x3::unused)) continue;
        builder.unexpected_clause(first);
      } catch (const Failure& failure) {
        failed = builder.unexpected(failure.where(), failure.which());
      }
      first = builder.next_clause(begin, std::max(failed, begin + 1));
    }
    return true;
  }
};

template <class Subject>
auto opening(Subject const& subject) {
  return Opening<typename x3::extension::as_parser<Subject>::value_type>(x3::as_parser(subject));
}
template <class Subject>
auto clauses(Subject const& subject) {
  return Clauses<typename x3::extension::as_parser<Subject>::value_type>(x3::as_parser(subject));
}

// ---- expressions --------------------------------------------------------------------------------

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

// ---- clauses that several statements share ------------------------------------------------------

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

// ---- statements ---------------------------------------------------------------------------------

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

// ---- from the statements to the tree ------------------------------------------------------------

template <class Body, class Grammar>
Body run(const Grammar& grammar, Builder& builder, Iterator first, Iterator last) {
  Body body;
  const auto context = x3::make_context<BuilderTag>(builder);
  grammar.parse(first, last, context, body, x3::unused);
  return body;
}

/// Facts take from the builder what they share.
template <class Facts>
Facts with_shared(Facts body, Builder& builder) {
  body.where = std::move(builder.shared.duties.where);
  body.cite = std::move(builder.shared.cite);
  body.tags = std::move(builder.shared.tags);
  return body;
}

StatementBody body_of(Builder& builder, Iterator first, Iterator last) {
  switch (first->keyword) {
    case Keyword::plan:
      return run<PlanStatement>(plan_grammar, builder, first, last);
    case Keyword::level:
      return run<LevelStatement>(level_grammar, builder, first, last);
    case Keyword::unit:
      return run<UnitStatement>(unit_grammar, builder, first, last);
    case Keyword::stages:
      return run<StagesStatement>(stages_grammar, builder, first, last);
    case Keyword::input:
      return run<InputStatement>(input_grammar, builder, first, last);
    case Keyword::indicator:
      return run<IndicatorStatement>(indicator_grammar, builder, first, last);
    case Keyword::target: {
      auto body = run<TargetStatement>(target_grammar, builder, first, last);
      builder.finish_when();
      body.duties = std::move(builder.shared.duties);
      body.cite = std::move(builder.shared.cite);
      body.tags = std::move(builder.shared.tags);
      return body;
    }
    case Keyword::table:
      return run<TableStatement>(table_grammar, builder, first, last);
    case Keyword::group:
      return run<GroupStatement>(group_grammar, builder, first, last);
    case Keyword::entities:
      return run<EntitiesStatement>(entities_grammar, builder, first, last);
    case Keyword::given:
      return with_shared(run<GivenStatement>(given_grammar, builder, first, last), builder);
    case Keyword::stated:
      return with_shared(run<StatedStatement>(stated_grammar, builder, first, last), builder);
    case Keyword::noted:
      return run<NotedStatement>(noted_grammar, builder, first, last);
    case Keyword::clause: {
      auto body = run<ClauseStatement>(clause_grammar, builder, first, last);
      builder.finish_when();
      body.duties = std::move(builder.shared.duties);
      return body;
    }
    case Keyword::holidays:
      return run<HolidaysStatement>(holidays_grammar, builder, first, last);
    case Keyword::lever: {
      auto body = run<LeverStatement>(lever_grammar, builder, first, last);
      body.where = std::move(builder.shared.duties.where);
      return body;
    }
    default:
      return run<ScenarioStatement>(scenario_grammar, builder, first, last);
  }
}

/// The language of a statement: that of its keyword, or, where that is written alike in simplified
/// and traditional characters, that of the other keywords.
Language language_of(Iterator first, Iterator last) {
  const KeywordRow& row = keyword_row(first->keyword);
  if (first->language != Language::simplified || row.simplified != row.traditional) {
    return first->language;
  }
  const bool traditional = std::any_of(first, last, [](const Token& token) {
    if (token.kind == TokenKind::word) return token.language == Language::traditional;
    return token.infix() && token.infix()->language == Language::traditional;
  });
  return traditional ? Language::traditional : Language::simplified;
}

Statement statement_of(Builder& builder, Iterator first, Iterator last) {
  builder.begin_statement(first, last);
  Statement statement;
  statement.keyword = first->place;
  statement.place = builder.place(first, last);
  statement.language = language_of(first, last);
  statement.blank_before = first->blank_before;
  statement.body = body_of(builder, first, last);
  statement.damaged = builder.damaged();
  statement.clauses = builder.clauses();
  return statement;
}

/// Where diagnostics point at.
std::vector<std::uint32_t> places_of(const text::Diagnostics& diagnostics) {
  std::vector<std::uint32_t> places;
  for (const text::Diagnostic& each : diagnostics) {
    if (each.place) places.push_back(each.place->begin);
  }
  return places;
}

void sort_by_place(text::Diagnostics& diagnostics) {
  std::stable_sort(diagnostics.list().begin(), diagnostics.list().end(),
                   [](const text::Diagnostic& a, const text::Diagnostic& b) {
                     const std::uint32_t first = a.place ? a.place->begin : 0;
                     const std::uint32_t second = b.place ? b.place->begin : 0;
                     return first < second;
                   });
}

}  // namespace

Parsed parse(std::shared_ptr<const text::Source> source, const Limits& limits) {
  Parsed parsed{{}, text::Diagnostics(source)};
  Tokens tokens = lex(std::move(source), limits, parsed.diagnostics);
  const Arranged arranged = arrange(tokens, limits, parsed.diagnostics);
  std::vector<std::uint32_t> mistakes = places_of(parsed.diagnostics);
  mistakes.insert(mistakes.end(), arranged.further_mistakes.begin(),
                  arranged.further_mistakes.end());
  std::sort(mistakes.begin(), mistakes.end());
  Builder builder(tokens, arranged, limits, parsed.diagnostics);
  builder.ast.source = tokens.source;
  builder.ast.texts = std::move(tokens.texts);  // where they are, they stay
  builder.reserve();
  try {
    for (const StatementTokens& each : arranged.statements) {
      if (each.refused) continue;
      const Token* first = tokens.list.data();
      Statement statement = statement_of(builder, first + each.begin, first + each.end);
      const auto mistake =
          std::lower_bound(mistakes.begin(), mistakes.end(), statement.place.begin);
      if (mistake != mistakes.end() && *mistake < statement.place.end) statement.damaged = true;
      builder.ast.statements.push_back(std::move(statement));
    }
  } catch (const TreeTooLarge&) {
    // Reported where it happened; the statements before it stay.
  }
  parsed.ast = std::move(builder.ast);
  parsed.ast.comments = std::move(tokens.comments);
  sort_by_place(parsed.diagnostics);
  return parsed;
}

ParsedExpression parse_expression(std::shared_ptr<const text::Source> source,
                                  std::span<const std::string> units, const Limits& limits) {
  ParsedExpression parsed{{}, no_expression, text::Diagnostics(source)};
  Tokens tokens = lex(std::move(source), limits, parsed.diagnostics);
  const Arranged arranged = arrange_expression(tokens, units, limits, parsed.diagnostics);
  Builder builder(tokens, arranged, limits, parsed.diagnostics);
  builder.ast.source = tokens.source;
  builder.ast.texts = std::move(tokens.texts);  // where they are, they stay
  const StatementTokens& whole = arranged.statements.front();
  const Token* first = tokens.list.data() + whole.begin;
  const Token* last = tokens.list.data() + whole.end;
  builder.begin_statement(first, last);
  try {
    if (!whole.refused) {
      const auto context = x3::make_context<BuilderTag>(builder);
      ExpressionId root = no_expression;
      if (!expression.parse(first, last, context, x3::unused, root)) {
        builder.unexpected(first, "a value");
      } else if (first != last) {
        builder.unexpected(first, "the end of the expression");
      }
      parsed.root = root;
    }
  } catch (const Failure& failure) {
    builder.unexpected(failure.where(), failure.which());
  } catch (const TreeTooLarge&) {
    // Reported where it happened.
  }
  parsed.ast = std::move(builder.ast);
  sort_by_place(parsed.diagnostics);
  return parsed;
}

}  // namespace dabiao::syntax
