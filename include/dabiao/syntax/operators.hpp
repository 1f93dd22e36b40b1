#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dabiao/syntax/keywords.hpp"

namespace dabiao::syntax {

enum class Fixity : std::uint8_t { prefix, infix };
enum class Associativity : std::uint8_t { left, right, none };

/// One operator: the function that it calls and all its spellings.
///
/// Spellings are parted by |; one may consist of several words parted by one space. The first
/// symbol is what printing uses where nothing else was written.
struct OperatorRow {
  std::string_view function;
  Fixity fixity;
  std::uint8_t precedence;  // a higher one binds tighter
  Associativity associativity;
  std::string_view symbols;
  std::string_view english;
  std::string_view simplified;
  std::string_view traditional;
};

inline constexpr std::uint8_t or_precedence = 1;
inline constexpr std::uint8_t and_precedence = 2;
inline constexpr std::uint8_t not_precedence = 3;
inline constexpr std::uint8_t comparison_precedence = 4;
inline constexpr std::uint8_t sum_precedence = 5;
inline constexpr std::uint8_t product_precedence = 6;
inline constexpr std::uint8_t negation_precedence = 7;
inline constexpr std::uint8_t power_precedence = 8;

// To add an infix spelling, add it here: the lexer, the grammar and the printer read this table.
inline constexpr OperatorRow operators[] = {
    {"or", Fixity::infix, or_precedence, Associativity::left, "", "or", "或|或者", "或|或者"},
    {"and", Fixity::infix, and_precedence, Associativity::left, "", "and", "且|并且", "且|並且"},
    {"not", Fixity::prefix, not_precedence, Associativity::right, "", "not", "非", "非"},
    {"equal", Fixity::infix, comparison_precedence, Associativity::none, "=", "equals", "等于",
     "等於"},
    {"not_equal", Fixity::infix, comparison_precedence, Associativity::none, "!=|≠|<>", "",
     "不等于", "不等於"},
    {"less_equal", Fixity::infix, comparison_precedence, Associativity::none, "<=|≤|≦|⩽",
     "at most|no more than", "不超过|至多|不多于|不高于|不大于",
     "不超過|至多|不多於|不高於|不大於"},
    {"less", Fixity::infix, comparison_precedence, Associativity::none, "<",
     "less than|fewer than|below", "少于|低于|小于", "少於|低於|小於"},
    {"greater_equal", Fixity::infix, comparison_precedence, Associativity::none, ">=|≥|≧|⩾",
     "at least|no less than", "不少于|不低于|至少|达到|不小于", "不少於|不低於|至少|達到|不小於"},
    {"greater", Fixity::infix, comparison_precedence, Associativity::none, ">",
     "more than|greater than|above", "超过|大于|高于|多于", "超過|大於|高於|多於"},
    {"add", Fixity::infix, sum_precedence, Associativity::left, "+", "", "", ""},
    {"subtract", Fixity::infix, sum_precedence, Associativity::left, "-", "", "", ""},
    {"multiply", Fixity::infix, product_precedence, Associativity::left, "*", "", "", ""},
    {"divide", Fixity::infix, product_precedence, Associativity::left, "/", "", "", ""},
    {"negate", Fixity::prefix, negation_precedence, Associativity::right, "-", "", "", ""},
    {"power", Fixity::infix, power_precedence, Associativity::right, "^", "", "", ""},
};

/// Spellings of the range `a..b`, which is no operator of its own: `x = a..b` is within(x, a, b).
inline constexpr std::string_view range_spellings = "..|~|至";

/// One spelling of an operator.
struct OperatorSpelling {
  const OperatorRow* row = nullptr;
  std::string_view text;
  // none for symbols, which belong to no language.
  std::optional<Language> language;
  std::uint8_t number = 0;  // among the spellings of its row
};

inline constexpr std::span<const OperatorRow> all_operators() {
  return operators;
}

/// All spellings of all operators, in the order of the table.
std::span<const OperatorSpelling> all_operator_spellings();

/// Operators by their place in that list, from 1; 0 is none.
struct OperatorNumbers {
  std::uint8_t infix = 0;
  std::uint8_t prefix = 0;
  bool is_none() const { return infix == 0 && prefix == 0; }
};
/// The operators of that spelling.
OperatorNumbers operators_spelled(std::string_view spelling);
/// The operator of a number; none for 0.
const OperatorSpelling* operator_numbered(std::uint8_t number);

/// The operator of that spelling and fixity; none where there is none.
const OperatorSpelling* find_operator(std::string_view spelling, Fixity fixity);

/// Whether the spelling is one of any operator.
bool is_operator(std::string_view spelling);

/// The operator that calls that function; none where there is none.
const OperatorRow* operator_of_function(std::string_view function);

/// Spelling `number` of a row; the first where there are fewer.
const OperatorSpelling& operator_spelling(const OperatorRow& row, std::uint8_t number);

/// The first spelling of a row in a language; the first symbol where the language has none.
const OperatorSpelling& operator_spelling(const OperatorRow& row, Language language);

}  // namespace dabiao::syntax
