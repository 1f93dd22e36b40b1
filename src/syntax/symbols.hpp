#pragma once

#include <algorithm>
#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dabiao/syntax/operators.hpp"
#include "dabiao/syntax/token.hpp"

// How symbols are written, and what is written in their place elsewhere.
namespace dabiao::syntax {

/// What people who know other languages write, and what it is here.
struct ForeignOperator {
  std::u32string_view seen;
  std::string_view instead;
};
inline constexpr ForeignOperator foreign_operators[] = {
    {U"===", "="},  {U"==", "="},  {U":=", "="},  {U"=>", ">="}, {U"=<", "<="},
    {U"&&", "and"}, {U"&", "and"}, {U"||", "or"}, {U"|", "or"},  {U"**", "^"},
    {U"!", "not"},  {U"–", "-"},   {U"——", "-"},  {U"—", "-"},
};

struct PunctuationRow {
  char32_t character;
  Symbol symbol;
  std::string_view text;
};
inline constexpr PunctuationRow punctuation[] = {
    {U'(', Symbol::open_parenthesis, "("},
    {U')', Symbol::close_parenthesis, ")"},
    {U'[', Symbol::open_bracket, "["},
    {U']', Symbol::close_bracket, "]"},
    {U'{', Symbol::open_brace, "{"},
    {U'}', Symbol::close_brace, "}"},
    {U',', Symbol::comma, ","},
    {U';', Symbol::semicolon, ";"},
    {U':', Symbol::colon, ":"},
    {U'%', Symbol::percent, "%"},
    {U'‰', Symbol::percent, "‰"},
    {U'·', Symbol::middle_dot, "·"},
};

/// The symbols of the operator table and the range, longest first.
struct SymbolSpelling {
  std::u32string characters;
  std::string_view text;
  Symbol symbol;
  OperatorNumbers operators;
};

/// All of them, those that begin alike together, of these the longest first.
struct SymbolSpellings {
  std::vector<SymbolSpelling> list;
  std::array<std::uint8_t, 128> first{};  // by ASCII character that they begin with, the place
                                          // behind that of the first; 0: none does

  SymbolSpellings();
  std::span<const SymbolSpelling> beginning_with(char32_t character) const;
};

inline std::span<const SymbolSpelling> SymbolSpellings::beginning_with(char32_t character) const {
  auto begin = list.begin();
  if (character < first.size()) {
    if (first[character] == 0) return {};
    begin += first[character] - 1;
  } else {
    begin = std::find_if(begin, list.end(), [&](const SymbolSpelling& each) {
      return each.characters.front() == character;
    });
  }
  const auto end = std::find_if(begin, list.end(), [&](const SymbolSpelling& each) {
    return each.characters.front() != character;
  });
  return {begin, end};
}

inline const SymbolSpellings& symbol_spellings() {
  static const SymbolSpellings spellings;
  return spellings;
}

/// By ASCII character: whether a foreign operator begins with it.
inline constexpr std::array<bool, 128> begins_foreign = [] {
  std::array<bool, 128> found{};
  for (const ForeignOperator& foreign : foreign_operators) {
    if (foreign.seen.front() < found.size()) found[foreign.seen.front()] = true;
  }
  return found;
}();

/// By ASCII character: the place of its row in `punctuation`, counted from 1; 0 where it has none.
inline constexpr std::array<std::uint8_t, 128> punctuation_place = [] {
  std::array<std::uint8_t, 128> found{};
  for (std::size_t i = 0; i < std::size(punctuation); ++i) {
    const char32_t character = punctuation[i].character;
    if (character < found.size()) found[character] = static_cast<std::uint8_t>(i + 1);
  }
  return found;
}();

/// By ASCII character: the signs of punctuation that begin nothing longer.
std::bitset<128> signs_alone();

inline bool stands_alone(char32_t character) {
  static const std::bitset<128> signs = signs_alone();
  return character < signs.size() && signs[character];
}

/// A word that is a symbol.
inline bool is_range_word(std::string_view word) {
  return word == "至";
}

}  // namespace dabiao::syntax
