#pragma once

#include <string_view>

#include "dabiao/syntax/keywords.hpp"
#include "dabiao/syntax/operators.hpp"

namespace dabiao::syntax {

/// All that a word can be, found at once.
struct WordMeaning {
  KeywordSpelling keyword;     // as `find_keyword` says
  OperatorNumbers operators;   // as `operators_spelled` says
  bool begins_longer = false;  // as `begins_longer_keyword` says

  bool is_none() const { return keyword.row == nullptr && operators.is_none(); }
};

WordMeaning meaning_of(std::string_view word);

}  // namespace dabiao::syntax
