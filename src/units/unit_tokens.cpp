#include "unit_tokens.hpp"

#include <optional>

#include "dabiao/text/utf8.hpp"

namespace dabiao::units::detail {
namespace {

bool is_digit(char32_t code_point) {
  return code_point >= U'0' && code_point <= U'9';
}

std::optional<char> superscript(char32_t code_point) {
  switch (code_point) {
    case U'¹':
      return '1';
    case U'²':
      return '2';
    case U'³':
      return '3';
    case U'⁻':
      return '-';
    default:
      if (code_point == U'⁰' || (code_point >= U'⁴' && code_point <= U'⁹')) {
        return static_cast<char>('0' + (code_point - U'⁰'));
      }
      return std::nullopt;
  }
}

/// ㎡, ㎞ and their like: symbols that stand in a name as letters do (万㎡).
bool is_squared_symbol(char32_t code_point) {
  return code_point >= 0x3300 && code_point <= 0x33FF;
}

bool begins_name(char32_t code_point) {
  return text::is_letter(code_point) || is_squared_symbol(code_point) || code_point == U'_';
}

bool continues_name(char32_t code_point) {
  return begins_name(code_point) || text::is_mark(code_point) || is_digit(code_point);
}

bool is_middle_dot(char32_t code_point) {
  return code_point == U'·' || code_point == U'⋅' || code_point == U'•' || code_point == U'・' ||
         code_point == U'･' || code_point == U'*';
}

/// The code point that begins at `offset`, in its plain form.
text::Decoded peek(std::string_view text, std::size_t offset) {
  const auto byte = static_cast<unsigned char>(text[offset]);
  if (byte < 0x80) return {byte, 1, true};
  text::Decoded next = text::decode(text, offset);
  next.code_point = text::normalized(next.code_point);
  return next;
}

Token::Kind sign(const text::Decoded& read) {
  switch (read.code_point) {
    case U'/':
      return Token::Kind::divide;
    case U'(':
      return Token::Kind::open;
    case U')':
      return Token::Kind::close;
    case U'^':
      return Token::Kind::caret;
    case U'-':
      return Token::Kind::minus;
    case U'%':
      return Token::Kind::name;
    default:
      if (is_middle_dot(read.code_point)) return Token::Kind::times;
      // ‰ and its like are names of one symbol.
      return read.code_point >= 0x80 && !text::is_invisible(read.code_point) && read.well_formed
                 ? Token::Kind::name
                 : Token::Kind::other;
  }
}

}  // namespace

Token token_at(std::string_view text, std::size_t offset, bool skip_spaces) {
  while (skip_spaces && offset < text.size()) {
    const text::Decoded next = peek(text, offset);
    if (next.code_point != U' ' && next.code_point != U'\t') break;
    offset += next.bytes;
  }
  Token token;
  token.begin = token.end = offset;
  if (offset >= text.size()) return token;
  const auto take_while = [&](auto accepts) {
    while (token.end < text.size()) {
      const text::Decoded next = peek(text, token.end);
      if (!accepts(next.code_point)) break;
      token.end += next.bytes;
    }
  };

  const text::Decoded first = peek(text, offset);
  const char32_t code_point = first.code_point;
  token.end += first.bytes;
  if (code_point == U'`') {
    const std::size_t close = text.find('`', token.end);
    token.kind = Token::Kind::other;
    if (close == std::string_view::npos || close == token.end) return token;
    token.kind = Token::Kind::name;
    token.backquoted = true;
    token.end = close + 1;
  } else if (begins_name(code_point)) {
    token.kind = Token::Kind::name;
    take_while(continues_name);
  } else if (is_digit(code_point)) {
    token.kind = Token::Kind::digits;
    take_while(is_digit);
  } else if (superscript(code_point)) {
    token.kind = Token::Kind::superscript;
    take_while([](char32_t next) { return superscript(next).has_value(); });
  } else {
    token.kind = sign(first);
  }
  return token;
}

std::string_view slice(std::string_view text, const Token& token) {
  std::string_view found = text.substr(token.begin, token.end - token.begin);
  if (token.backquoted) {
    found.remove_prefix(text::decode(found, 0).bytes);
    found.remove_suffix(1);
  }
  return found;
}

std::string plain_text(std::string_view text, const Token& token) {
  const std::string_view found = slice(text, token);
  if (token.backquoted) return std::string(found);
  if (token.kind == Token::Kind::times) return "·";
  if (token.kind != Token::Kind::superscript) return text::normalized(found);
  std::string digits;
  for (std::size_t offset = 0; offset < found.size();) {
    const text::Decoded next = text::decode(found, offset);
    digits += superscript(next.code_point).value_or('?');
    offset += next.bytes;
  }
  return digits;
}

std::string written(std::string_view name) {
  const Token whole = token_at(name, 0, false);
  if (whole.kind == Token::Kind::name && whole.end == name.size() && name.front() != '`') {
    return std::string(name);
  }
  return "`" + std::string(name) + "`";
}

}  // namespace dabiao::units::detail
