#include "dabiao/syntax/operators.hpp"

#include <cassert>

#include "dabiao/text/spelling_map.hpp"

namespace dabiao::syntax {
namespace {

void add_spellings(std::vector<OperatorSpelling>& list, const OperatorRow& row,
                   std::string_view spellings, std::optional<Language> language,
                   std::uint8_t& number) {
  while (!spellings.empty()) {
    const std::size_t bar = spellings.find('|');
    const std::string_view text = spellings.substr(0, bar);
    list.push_back({&row, text, language, number++});
    spellings = bar == std::string_view::npos ? std::string_view() : spellings.substr(bar + 1);
  }
}

std::vector<OperatorSpelling> list_spellings() {
  std::vector<OperatorSpelling> list;
  for (const OperatorRow& row : operators) {
    std::uint8_t number = 0;
    add_spellings(list, row, row.symbols, std::nullopt, number);
    add_spellings(list, row, row.english, Language::english, number);
    add_spellings(list, row, row.simplified, Language::simplified, number);
    add_spellings(list, row, row.traditional, Language::traditional, number);
  }
  return list;
}

text::SpellingMap<OperatorNumbers> number_spellings() {
  text::SpellingMap<OperatorNumbers> numbers;
  std::uint8_t number = 0;
  for (const OperatorSpelling& each : all_operator_spellings()) {
    ++number;
    assert(number != 0 && "the number of an operator fits a byte");
    OperatorNumbers& both = numbers[each.text];
    std::uint8_t& place = each.row->fixity == Fixity::prefix ? both.prefix : both.infix;
    if (place == 0) place = number;
  }
  return numbers;
}

}  // namespace

std::span<const OperatorSpelling> all_operator_spellings() {
  static const std::vector<OperatorSpelling> list = list_spellings();
  return list;
}

OperatorNumbers operators_spelled(std::string_view spelling) {
  static const text::SpellingMap<OperatorNumbers> numbers = number_spellings();
  const OperatorNumbers* const found = numbers.find(spelling);
  return found == nullptr ? OperatorNumbers() : *found;
}

const OperatorSpelling* operator_numbered(std::uint8_t number) {
  return number == 0 ? nullptr : &all_operator_spellings()[number - 1U];
}

const OperatorSpelling* find_operator(std::string_view spelling, Fixity fixity) {
  const OperatorNumbers found = operators_spelled(spelling);
  return operator_numbered(fixity == Fixity::prefix ? found.prefix : found.infix);
}

bool is_operator(std::string_view spelling) {
  return !operators_spelled(spelling).is_none();
}

const OperatorRow* operator_of_function(std::string_view function) {
  for (const OperatorRow& row : operators) {
    if (row.function == function) return &row;
  }
  return nullptr;
}

const OperatorSpelling& operator_spelling(const OperatorRow& row, std::uint8_t number) {
  const OperatorSpelling* first = nullptr;
  for (const OperatorSpelling& each : all_operator_spellings()) {
    if (each.row != &row) continue;
    if (each.number == number) return each;
    if (!first) first = &each;
  }
  assert(first && "every operator has a spelling");
  return *first;
}

const OperatorSpelling& operator_spelling(const OperatorRow& row, Language language) {
  const OperatorSpelling* first = nullptr;
  for (const OperatorSpelling& each : all_operator_spellings()) {
    if (each.row != &row) continue;
    if (each.language == language) return each;
    if (!first) first = &each;
  }
  assert(first && "every operator has a spelling");
  return *first;
}

}  // namespace dabiao::syntax
