#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dabiao/calendar/span.hpp"
#include "dabiao/syntax/ast.hpp"
#include "dabiao/syntax/keywords.hpp"
#include "dabiao/syntax/limits.hpp"
#include "dabiao/syntax/operators.hpp"
#include "dabiao/text/diagnostic.hpp"
#include "dabiao/text/source.hpp"

namespace dabiao::syntax {

enum class TokenKind : std::uint8_t {
  end,     // of the text
  word,    // a name or a keyword
  number,  // text = plain digits
  quoted,  // text = what stands between the quotes
  period,  // 2023-08-31, 2023-Q3, 2023年8月 …
  symbol,  // punctuation or an operator
};

enum class Symbol : std::uint8_t {
  none,  // an operator or no symbol
  open_parenthesis,
  close_parenthesis,
  open_bracket,
  close_bracket,
  open_brace,
  close_brace,
  comma,
  semicolon,
  colon,
  range,
  plus_equals,
  times_equals,
  percent,
  middle_dot,
  other,
};

namespace detail {

/// By keyword.
inline constexpr std::array<Role, 256> roles = [] {
  std::array<Role, 256> found{};
  found.fill(Role::contextual);
  for (const KeywordRow& row : keywords) found[static_cast<std::size_t>(row.keyword)] = row.role;
  return found;
}();

}  // namespace detail

/// A word of the language with its place in the bytes of the text.
struct Token {
  static constexpr std::uint32_t nowhere = 0xffffffff;

  TokenKind kind = TokenKind::end;
  Symbol symbol = Symbol::none;
  Keyword keyword = Keyword::none;
  Language language = Language::english;  // of a keyword
  bool backquoted : 1 = false;
  bool first_on_line : 1 = false;
  bool spaced : 1 = false;        // white space, a comment or the text's beginning stands before it
  bool blank_before : 1 = false;  // an empty line stands before it
  OperatorNumbers operators;      // that the token is
  Place place;
  Place unit_place;                 // of a number with a unit
  std::string_view text;            // in plain forms
  std::string_view unit;            // of a number
  std::uint32_t partner = nowhere;  // index of the other bracket
  std::uint32_t span = nowhere;     // of a period, index into Tokens::spans

  const OperatorSpelling* infix() const { return operator_numbered(operators.infix); }
  const OperatorSpelling* prefix() const { return operator_numbered(operators.prefix); }
  bool is(Symbol what) const { return kind == TokenKind::symbol && symbol == what; }
  bool is(Keyword what) const { return kind == TokenKind::word && keyword == what; }
  /// A keyword that no name may be spelled like.
  bool is_reserved() const { return kind == TokenKind::word && role() != Role::contextual; }
  bool is_opener() const { return kind == TokenKind::word && role() == Role::opener; }
  /// A word that may be a name here.
  bool is_name() const { return kind == TokenKind::word && !is_reserved(); }

 private:
  Role role() const { return detail::roles[static_cast<std::size_t>(keyword)]; }
};

/// All tokens of a text, the last of kind `end`. They point into the source or into `texts`.
struct Tokens {
  std::shared_ptr<const text::Source> source;
  std::vector<Token> list;
  std::vector<calendar::Span> spans;
  std::deque<std::string> texts;
  std::vector<Comment> comments;
};

/// Cuts a text into tokens. What is no token is reported and left out; a text beyond the limits is
/// reported and cut short there.
Tokens lex(std::shared_ptr<const text::Source> source, const Limits& limits,
           text::Diagnostics& diagnostics);

/// Cuts the bytes [begin, end) of the tokens' source into tokens and appends them, without an end.
/// `statement` is the opener of the statement that they stand in.
void lex_part(Tokens& tokens, Place part, Keyword statement, const Limits& limits,
              text::Diagnostics& diagnostics);

/// Whether a name needs backquotes to be read as that name.
bool needs_backquotes(std::string_view name);

}  // namespace dabiao::syntax
