#include <string_view>

#include "dabiao/syntax/keywords.hpp"
#include "dabiao/syntax/operators.hpp"
#include "dabiao/syntax/token.hpp"
#include "dabiao/text/utf8.hpp"
#include "syntax/characters.hpp"
#include "syntax/symbols.hpp"

namespace dabiao::syntax {

bool needs_backquotes(std::string_view name) {
  if (name.empty() || !begins_word(text::decode(name, 0).code_point)) return true;
  if (text::normalized(name) != name || find_keyword(name).row || is_operator(name)) {
    // Contextual keywords are names wherever the grammar expects one.
    const KeywordSpelling found = find_keyword(name);
    if (!found.row || found.row->role != Role::contextual || is_operator(name)) return true;
  }
  if (is_range_word(name) || begins_longer_keyword(name)) return true;
  for (std::size_t from = 0; from < name.size();) {
    const text::Decoded each = text::decode(name, from);
    if (!each.well_formed || !continues_word(each.code_point)) return true;
    from += each.bytes;
  }
  // A name that begins like a keyword before a digit would be cut there.
  const std::size_t digit = name.find_first_of("0123456789");
  if (digit == std::string_view::npos || digit == 0) return false;
  if (is_latin(text::decode(name, 0).code_point)) return false;
  const std::string_view beginning = name.substr(0, digit);
  if (is_operator(beginning) || is_range_word(beginning)) return true;
  const KeywordSpelling found = find_keyword(beginning);
  return found.row &&
         (found.row->role != Role::contextual || found.row->splits_in != Keyword::none);
}

}  // namespace dabiao::syntax
