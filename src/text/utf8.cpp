#include "dabiao/text/utf8.hpp"

#include <algorithm>
#include <cassert>
#include <iterator>

#include "text/code_point_ranges.hpp"

namespace dabiao::text {
namespace {

template <std::size_t size>
bool stands_in(const detail::CodePointRange (&ranges)[size], char32_t code_point) {
  const auto value = static_cast<std::uint32_t>(code_point);
  const auto* after =
      std::upper_bound(std::begin(ranges), std::end(ranges), value,
                       [](std::uint32_t sought, const detail::CodePointRange& range) {
                         return sought < range.first;
                       });
  return after != std::begin(ranges) && value <= std::prev(after)->last;
}

}  // namespace

Decoded decode(std::string_view text, std::size_t offset) {
  assert(offset < text.size() && "a code point is read inside the text");
  const auto byte = [&](std::size_t ahead) -> std::uint32_t {
    return static_cast<unsigned char>(text[offset + ahead]);
  };
  const std::uint32_t lead = byte(0);
  if (lead < 0x80) return {static_cast<char32_t>(lead), 1, true};

  std::uint32_t length = 0;
  std::uint32_t value = 0;
  std::uint32_t least = 0;  // a smaller value is overlong
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
    value = lead & 0x1F;
    least = 0x80;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    value = lead & 0x0F;
    least = 0x800;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    value = lead & 0x07;
    least = 0x10000;
  } else {
    return {};
  }
  if (text.size() - offset < length) return {};
  for (std::uint32_t ahead = 1; ahead < length; ++ahead) {
    const std::uint32_t next = byte(ahead);
    if ((next & 0xC0) != 0x80) return {};
    value = (value << 6) | (next & 0x3F);
  }
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < least || value > 0x10FFFF || surrogate) return {};
  return {static_cast<char32_t>(value), length, true};
}

void append_utf8(std::string& text, char32_t code_point) {
  auto value = static_cast<std::uint32_t>(code_point);
  if (value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
    value = static_cast<std::uint32_t>(replacement_character);
  }
  const auto put = [&](std::uint32_t byte) { text.push_back(static_cast<char>(byte)); };
  if (value < 0x80) {
    put(value);
  } else if (value < 0x800) {
    put(0xC0 | (value >> 6));
    put(0x80 | (value & 0x3F));
  } else if (value < 0x10000) {
    put(0xE0 | (value >> 12));
    put(0x80 | ((value >> 6) & 0x3F));
    put(0x80 | (value & 0x3F));
  } else {
    put(0xF0 | (value >> 18));
    put(0x80 | ((value >> 12) & 0x3F));
    put(0x80 | ((value >> 6) & 0x3F));
    put(0x80 | (value & 0x3F));
  }
}

std::string to_utf8(char32_t code_point) {
  std::string text;
  append_utf8(text, code_point);
  return text;
}

std::string to_utf8(std::u32string_view code_points) {
  std::string text;
  text.reserve(code_points.size() * 3);
  for (const char32_t code_point : code_points) append_utf8(text, code_point);
  return text;
}

std::u32string to_code_points(std::string_view text) {
  std::u32string code_points;
  code_points.reserve(text.size());
  for (std::size_t offset = 0; offset < text.size();) {
    const Decoded next = decode(text, offset);
    code_points.push_back(next.code_point);
    offset += next.bytes;
  }
  return code_points;
}

std::size_t count_code_points(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t offset = 0; offset < text.size(); ++count) offset += decode(text, offset).bytes;
  return count;
}

std::optional<std::size_t> first_ill_formed(std::string_view text) {
  for (std::size_t offset = 0; offset < text.size();) {
    const Decoded next = decode(text, offset);
    if (!next.well_formed) return offset;
    offset += next.bytes;
  }
  return std::nullopt;
}

std::size_t previous_code_point(std::string_view text, std::size_t offset) {
  assert(offset > 0 && offset <= text.size() && "a code point stands before the offset");
  for (std::size_t back = 1; back <= 4 && back <= offset; ++back) {
    const Decoded candidate = decode(text, offset - back);
    if (candidate.well_formed && candidate.bytes == back) return offset - back;
  }
  return offset - 1;
}

std::size_t display_width(char32_t code_point) {
  if (code_point >= 0x20 && code_point < 0x7F) return 1;
  if (is_invisible(code_point) || code_point == 0x200C || code_point == 0x200D) return 0;
  if (stands_in(detail::without_width, code_point)) return 0;
  return stands_in(detail::wide, code_point) ? 2 : 1;
}

std::size_t display_width(std::string_view text) {
  std::size_t columns = 0;
  for (std::size_t offset = 0; offset < text.size();) {
    const Decoded next = decode(text, offset);
    columns += display_width(next.code_point);
    offset += next.bytes;
  }
  return columns;
}

bool is_letter(char32_t code_point) {
  if (code_point < 0x80) {
    return (code_point >= U'a' && code_point <= U'z') || (code_point >= U'A' && code_point <= U'Z');
  }
  if (code_point >= 0x4E00 && code_point <= 0x9FFF) return true;  // most of what is read
  return stands_in(detail::letters, code_point);
}

bool is_mark(char32_t code_point) {
  return code_point >= 0x300 && stands_in(detail::marks, code_point);
}

bool is_invisible(char32_t code_point) {
  const auto within = [&](char32_t first, char32_t last) {
    return code_point >= first && code_point <= last;
  };
  return code_point < 0x20 || within(0x7F, 0x9F) || code_point == 0xAD || code_point == 0x61C ||
         code_point == 0x180E || code_point == 0x200B || within(0x200E, 0x200F) ||
         within(0x2028, 0x202E) || within(0x2060, 0x206F) || code_point == 0xFEFF ||
         within(0xFFF9, 0xFFFB) || within(0xE0000, 0xE007F);
}

char32_t normalized(char32_t code_point) {
  if (code_point < 0x80) return code_point;
  if (code_point >= 0xFF01 && code_point <= 0xFF5E) return code_point - 0xFEE0;
  switch (code_point) {
    case 0x00A0:  // no-break space
    case 0x3000:  // ideographic space
      return U' ';
    case 0x00D7:
      return U'*';
    case 0x00F7:
      return U'/';
    case 0x2212:
      return U'-';
    case 0x3001:
      return U',';
    case 0x3002:
      return U'.';
    case 0x301C:
      return U'~';
    default:
      return code_point;
  }
}

bool is_plain(std::string_view text) {
  for (std::size_t offset = 0; offset < text.size();) {
    if (static_cast<unsigned char>(text[offset]) < 0x80) {
      ++offset;
      continue;
    }
    const Decoded next = decode(text, offset);
    if (!next.well_formed || normalized(next.code_point) != next.code_point) return false;
    offset += next.bytes;
  }
  return true;
}

std::string normalized(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t offset = 0; offset < text.size();) {
    const Decoded next = decode(text, offset);
    append_utf8(plain, normalized(next.code_point));
    offset += next.bytes;
  }
  return plain;
}

}  // namespace dabiao::text
