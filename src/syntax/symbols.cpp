#include "syntax/symbols.hpp"

#include "dabiao/text/utf8.hpp"
#include "syntax/characters.hpp"

namespace dabiao::syntax {

SymbolSpellings::SymbolSpellings() {
  const auto add = [&](std::string_view spelling, Symbol symbol) {
    const std::u32string characters = text::to_code_points(spelling);
    if (begins_word(characters[0])) return;
    list.push_back({characters, spelling, symbol,
                    symbol == Symbol::none ? operators_spelled(spelling) : OperatorNumbers()});
  };
  for (const OperatorSpelling& each : all_operator_spellings()) add(each.text, Symbol::none);
  for (std::string_view rest = range_spellings; !rest.empty();) {
    const std::size_t bar = rest.find('|');
    add(rest.substr(0, bar), Symbol::range);
    rest = bar == std::string_view::npos ? std::string_view() : rest.substr(bar + 1);
  }
  add("+=", Symbol::plus_equals);
  add("*=", Symbol::times_equals);
  std::stable_sort(list.begin(), list.end(), [](const auto& a, const auto& b) {
    if (a.characters.front() != b.characters.front()) {
      return a.characters.front() < b.characters.front();
    }
    return a.characters.size() > b.characters.size();
  });
  for (std::size_t i = list.size(); i > 0; --i) {
    const char32_t character = list[i - 1].characters.front();
    if (character < first.size()) first[character] = static_cast<std::uint8_t>(i);
  }
}

std::bitset<128> signs_alone() {
  std::bitset<128> found;
  const auto set = [&found](char32_t character, bool alone) {
    if (character < found.size()) found.set(character, alone);
  };
  for (const PunctuationRow& row : punctuation) set(row.character, true);
  for (const ForeignOperator& foreign : foreign_operators) set(foreign.seen.front(), false);
  for (const SymbolSpelling& each : symbol_spellings().list) {
    set(each.characters.front(), false);
  }
  return found;
}

}  // namespace dabiao::syntax
