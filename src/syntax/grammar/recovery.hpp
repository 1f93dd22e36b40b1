#pragma once

#include <algorithm>
#include <string>

#include "syntax/grammar/tokens.hpp"

// Parsers around others, which go on after a mistake: at the next clause, or in braces at the next
// item.
namespace dabiao::syntax {
namespace {

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

}  // namespace
}  // namespace dabiao::syntax
