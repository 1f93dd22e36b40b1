#pragma once

#include <array>
#include <cstddef>

#include "dabiao/text/utf8.hpp"

// What a character is to the lexer, in its plain form.
namespace dabiao::syntax {

inline bool is_digit(char32_t character) {
  return character >= U'0' && character <= U'9';
}

inline bool is_latin(char32_t character) {
  return (character >= U'a' && character <= U'z') || (character >= U'A' && character <= U'Z');
}

/// Signs that stand for units and are no letters: ㎡ ㎞ ℃ and their like.
inline bool is_unit_sign(char32_t character) {
  return (character >= 0x3371 && character <= 0x33FF) || character == 0x2103 ||
         character == 0x2109 || character == 0xB0;
}

inline bool is_superscript(char32_t character) {
  return character == 0xB2 || character == 0xB3;
}

inline bool begins_word(char32_t character) {
  return text::is_letter(character) || character == U'_' || is_unit_sign(character);
}

inline bool continues_word(char32_t character) {
  return begins_word(character) || is_digit(character) || text::is_mark(character) ||
         is_superscript(character);
}

/// By byte: whether it is ASCII and `continues_word`.
inline constexpr std::array<bool, 256> plain_word = [] {
  std::array<bool, 256> found{};
  for (std::size_t byte = '0'; byte <= '9'; ++byte) found[byte] = true;
  for (std::size_t byte = 'A'; byte <= 'Z'; ++byte) found[byte] = true;
  for (std::size_t byte = 'a'; byte <= 'z'; ++byte) found[byte] = true;
  found['_'] = true;
  return found;
}();

inline bool is_newline(char32_t character) {
  return character == U'\n' || character == U'\r';
}

inline bool is_space(char32_t character) {
  return character == U' ' || character == U'\t' || character == U'\v' || character == U'\f' ||
         is_newline(character);
}

}  // namespace dabiao::syntax
