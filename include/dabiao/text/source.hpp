#pragma once

#include <cstddef>
#include <cstdint>
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
class Source {
 public:
  Source(std::string name, std::string text);

  const std::string& name() const { return name_; }
  const std::string& text() const { return text_; }
  std::string_view slice(Place place) const;

  /// The position of a byte; an offset past the end is the end.
  Position position(std::uint32_t offset) const;

  /// The text of a line (from 1) without its line break.
  std::string_view line(std::size_t number) const;
  std::size_t line_count() const { return line_starts_.size(); }
  std::uint32_t line_start(std::size_t number) const { return line_starts_[number - 1]; }

 private:
  std::string name_;
  std::string text_;
  std::vector<std::uint32_t> line_starts_;
};

}  // namespace dabiao::text
