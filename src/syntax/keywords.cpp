#include "dabiao/syntax/keywords.hpp"

#include <array>
#include <cassert>

#include "dabiao/syntax/operators.hpp"
#include "dabiao/text/spelling_map.hpp"
#include "dabiao/text/utf8.hpp"
#include "syntax/word_meaning.hpp"

namespace dabiao::syntax {
namespace {

template <class Take>
void each_part(std::string_view list, Take take) {
  while (!list.empty()) {
    const std::size_t bar = list.find('|');
    take(list.substr(0, bar));
    list = bar == std::string_view::npos ? std::string_view() : list.substr(bar + 1);
  }
}

bool is_ascii(std::string_view text) {
  for (const char character : text) {
    if (static_cast<unsigned char>(character) >= 0x80) return false;
  }
  return true;
}

struct Index {
  text::SpellingMap<WordMeaning> words;
  std::array<const KeywordRow*, 256> rows{};

  Index() {
    for (const KeywordRow& row : keywords) {
      rows[static_cast<std::size_t>(row.keyword)] = &row;
      add(row.english, row, Language::english);
      add(row.simplified, row, Language::simplified);
      add(row.traditional, row, Language::traditional);
      each_part(row.others, [&](std::string_view other) {
        add(other, row, is_ascii(other) ? Language::english : Language::simplified);
      });
    }
    for (const OperatorSpelling& spelling : all_operator_spellings()) {
      words[spelling.text].operators = operators_spelled(spelling.text);
      begin(spelling.text);
    }
  }

  void add(std::string_view spelling, const KeywordRow& row, Language language) {
    if (spelling.empty()) return;
    KeywordSpelling& keyword = words[spelling].keyword;
    if (keyword.row == nullptr) keyword = {&row, language};
    begin(spelling);
  }

  void begin(std::string_view spelling) {
    for (std::size_t space = spelling.find(' '); space != std::string_view::npos;
         space = spelling.find(' ', space + 1)) {
      words[spelling.substr(0, space)].begins_longer = true;
    }
  }
};

const Index& index() {
  static const Index built;
  return built;
}

constexpr std::pair<Keyword, calendar::Grain> grains[] = {
    {Keyword::year, calendar::Grain::year},       {Keyword::half, calendar::Grain::half},
    {Keyword::quarter, calendar::Grain::quarter}, {Keyword::month, calendar::Grain::month},
    {Keyword::day, calendar::Grain::day},
};

}  // namespace

const KeywordRow& keyword_row(Keyword keyword) {
  const KeywordRow* row = index().rows[static_cast<std::size_t>(keyword)];
  assert(row && "every keyword but none has a row");
  return *row;
}

std::string_view spelled(Keyword keyword, Language language) {
  const KeywordRow& row = keyword_row(keyword);
  switch (language) {
    case Language::simplified:
      return row.simplified;
    case Language::traditional:
      return row.traditional;
    case Language::english:
      break;
  }
  return row.english;
}

WordMeaning meaning_of(std::string_view word) {
  const WordMeaning* const found = index().words.find(word);
  return found == nullptr ? WordMeaning() : *found;
}

KeywordSpelling find_keyword(std::string_view spelling) {
  return meaning_of(spelling).keyword;
}

bool begins_longer_keyword(std::string_view word) {
  return meaning_of(word).begins_longer;
}

std::optional<calendar::Grain> grain_word(std::string_view word) {
  const KeywordSpelling found = find_keyword(word);
  if (!found.row) return std::nullopt;
  for (const auto& [keyword, grain] : grains) {
    if (keyword == found.row->keyword) return grain;
  }
  return std::nullopt;
}

std::string_view grain_word(calendar::Grain grain, Language language) {
  for (const auto& [keyword, known] : grains) {
    if (known == grain) return spelled(keyword, language);
  }
  assert(false && "every grain has a word");
  return {};
}

std::string with_space_before_keyword(std::string_view name) {
  if (is_operator(name)) return {};
  // The earliest comparison; of two that begin together the longer.
  std::size_t position = std::string_view::npos;
  std::string_view operation;
  for (const OperatorSpelling& spelling : all_operator_spellings()) {
    if (is_ascii(spelling.text) || text::count_code_points(spelling.text) < 2) continue;
    const std::size_t found = name.find(spelling.text);
    if (found == std::string_view::npos || found == 0) continue;
    if (found < position || (found == position && spelling.text.size() > operation.size())) {
      position = found;
      operation = spelling.text;
    }
  }
  if (position == std::string_view::npos) return {};
  std::string spaced(name.substr(0, position));
  spaced += ' ';
  spaced += operation;
  const std::string_view rest = name.substr(position + operation.size());
  if (!rest.empty() && text::is_letter(text::decode(rest, 0).code_point)) spaced += ' ';
  spaced += rest;
  return spaced;
}

}  // namespace dabiao::syntax
