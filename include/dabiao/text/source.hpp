#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "dabiao/text/place.hpp"

namespace dabiao::text {

/// A line and a column, both from 1; a column counts code points, not bytes.
struct Position {
  std::size_t line = 1;
  std::size_t column = 1;

  bool operator==(const Position&) const = default;
};

/// A named UTF-8 text that places point into.
///
/// A line ends at `\n`, `\r\n` or a lone `\r`. A byte-order mark belongs to no line. Bytes that are
/// no UTF-8 count as one code point each.
class Source {
 public:
  /// Throws std::length_error for a text of 4 GiB or more: places count bytes in 32 bits.
  Source(std::string name, std::string text);

  const std::string& name() const { return name_; }
  const std::string& text() const { return text_; }
  /// The text of a place; what lies past the end is left out.
  std::string_view slice(Place place) const;

  /// The position of a byte: inside a code point that of the code point, inside a line break that
  /// of the line's end; an offset past the end is the end.
  Position position(std::uint32_t offset) const;

  /// The text of a line (from 1) without its line break; empty where there is no such line.
  std::string_view line(std::size_t number) const;
  std::size_t line_count() const { return lines().starts.size(); }
  std::uint32_t line_start(std::size_t number) const { return lines().starts[number - 1]; }

 private:
  // Code points before some byte. One mark per block of the text keeps a position cheap even
  // where the whole text is one line.
  struct Mark {
    std::uint32_t offset = 0;
    std::uint32_t code_points = 0;
  };
  struct Lines {
    std::vector<std::uint32_t> starts;
    std::vector<Mark> marks;
  };
  /// Found when somebody first asks: of a plan without mistakes nobody does.
  const Lines& lines() const;
  void find_lines() const;
  std::uint32_t code_points_before(std::uint32_t offset) const;

  std::string name_;
  std::string text_;
  mutable std::once_flag lines_found_;
  mutable Lines lines_;
};

}  // namespace dabiao::text
