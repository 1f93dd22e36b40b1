#pragma once

#include <algorithm>
#include <boost/spirit/home/x3.hpp>
#include <string>
#include <utility>

#include "dabiao/syntax/token.hpp"
#include "syntax/builder.hpp"

// Parsers of single tokens. Only parse.cpp includes the grammar: it is one unit of compilation.
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

}  // namespace
}  // namespace dabiao::syntax
