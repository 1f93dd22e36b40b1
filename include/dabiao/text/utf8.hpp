#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dabiao::text {

/// What stands for a byte that is no UTF-8 (U+FFFD).
inline constexpr char32_t replacement_character = U'\uFFFD';

/// One code point read from UTF-8.
struct Decoded {
  char32_t code_point = replacement_character;
  std::uint32_t bytes = 1;   // how many were read, at least 1
  bool well_formed = false;  // false: one byte was read as the replacement character
};

/// Reads the code point that begins at `offset`, which must be inside the text.
///
/// Overlong forms, surrogates, values past U+10FFFF and truncated sequences are ill-formed: their
/// first byte alone is read as U+FFFD, so that reading always goes on at the next byte.
Decoded decode(std::string_view text, std::size_t offset);

/// Appends a code point as UTF-8; what is no Unicode scalar value is appended as U+FFFD.
void append_utf8(std::string& text, char32_t code_point);

std::string to_utf8(char32_t code_point);
std::string to_utf8(std::u32string_view code_points);

/// All code points of a text; ill-formed bytes as U+FFFD, one each.
std::u32string to_code_points(std::string_view text);

/// How many code points `to_code_points` would give.
std::size_t count_code_points(std::string_view text);

/// The offset of the first byte that is no UTF-8; none where the whole text is well-formed.
std::optional<std::size_t> first_ill_formed(std::string_view text);

/// Where the code point before `offset` (greater than 0) begins.
std::size_t previous_code_point(std::string_view text, std::size_t offset);

/// The columns that a code point takes in a terminal: 2 for wide East Asian characters, 0 for
/// combining marks, joiners and controls, else 1.
std::size_t display_width(char32_t code_point);

/// The columns that a text takes in a terminal; tabs and line breaks count as controls.
std::size_t display_width(std::string_view text);

/// A letter of any script, which may begin a name; no digit, mark, punctuation or symbol.
bool is_letter(char32_t code_point);

/// A mark that may continue a name (accents, vowel signs, variation selectors).
bool is_mark(char32_t code_point);

/// A control, an invisible format character or one that turns the direction of writing: shown as
/// it is, it could hide or rearrange what stands around it. Tabs and line breaks are controls.
bool is_invisible(char32_t code_point);

/// The plain form of a full-width character: digits, letters and punctuation of U+FF01 to U+FF5E
/// as ASCII, `、` as `,`, `。` as `.`, `×` as `*`, `÷` as `/`, the minus sign as `-`, the wave dash
/// as `~`, ideographic and no-break spaces as a space. Everything else is itself.
char32_t normalized(char32_t code_point);

/// The text with every code point in its plain form; ill-formed bytes become U+FFFD.
std::string normalized(std::string_view text);

/// Whether that is the text itself, as of most texts.
bool is_plain(std::string_view text);

/// A text in its plain form, copied only where that differs. The text outlives it.
class Plain {
 public:
  explicit Plain(std::string_view text)
      : given_(text), changed_(is_plain(text) ? std::string() : normalized(text)) {}

  std::string_view text() const { return changed_.empty() ? given_ : changed_; }

 private:
  std::string_view given_;
  std::string changed_;
};

}  // namespace dabiao::text
