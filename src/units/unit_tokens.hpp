#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dabiao::units::detail {

/// A word or sign of a unit as it is written.
struct Token {
  enum class Kind {
    end,
    name,
    divide,
    times,
    open,
    close,
    caret,
    minus,
    digits,
    superscript,
    other
  };
  Kind kind = Kind::end;
  bool backquoted = false;
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// Reads the token of a unit that begins at `offset`.
Token token_at(std::string_view text, std::size_t offset, bool skip_spaces);

/// What stands there, without backquotes.
std::string_view slice(std::string_view text, const Token& token);

/// The same in plain forms; of a superscript its number.
std::string plain_text(std::string_view text, const Token& token);

/// A name as it stands in a unit's text: in backquotes where it could not be read back without.
std::string written(std::string_view name);

}  // namespace dabiao::units::detail
