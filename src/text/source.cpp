#include "dabiao/text/source.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <utility>

#include "dabiao/text/utf8.hpp"

namespace dabiao::text {
namespace {

constexpr std::uint32_t block_size = 1024;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

}  // namespace

Source::Source(std::string name, std::string text)
    : name_(std::move(name)), text_(std::move(text)) {
  if (text_.size() >= std::numeric_limits<std::uint32_t>::max()) {
    throw std::length_error("a source text is shorter than 4 GiB");
  }
}

const Source::Lines& Source::lines() const {
  std::call_once(lines_found_, [this] { find_lines(); });
  return lines_;
}

void Source::find_lines() const {
  auto& [starts, marks] = lines_;
  const auto size = static_cast<std::uint32_t>(text_.size());
  starts.push_back(
      text_.starts_with(byte_order_mark) ? static_cast<std::uint32_t>(byte_order_mark.size()) : 0);
  std::uint32_t code_points = 0;
  for (std::uint32_t offset = 0; offset < size; ++code_points) {
    // The first code point that begins in or after each block is its mark.
    while (marks.size() * block_size <= offset) marks.push_back({offset, code_points});
    const char first = text_[offset];
    offset += static_cast<unsigned char>(first) < 0x80 ? 1 : decode(text_, offset).bytes;
    const bool carriage_return = first == '\r' && (offset == size || text_[offset] != '\n');
    if (first == '\n' || carriage_return) starts.push_back(offset);
  }
  if (marks.empty()) marks.push_back({});
}

std::string_view Source::slice(Place place) const {
  const auto size = static_cast<std::uint32_t>(text_.size());
  const std::uint32_t begin = std::min(place.begin, size);
  const std::uint32_t end = std::clamp(place.end, begin, size);
  return std::string_view(text_).substr(begin, end - begin);
}

Position Source::position(std::uint32_t offset) const {
  const std::vector<std::uint32_t>& starts = lines().starts;
  offset = std::max(offset, starts.front());
  const auto after = std::upper_bound(starts.begin(), starts.end(), offset);
  const auto number = static_cast<std::size_t>(after - starts.begin());
  const std::uint32_t start = starts[number - 1];
  const auto end = start + static_cast<std::uint32_t>(line(number).size());
  offset = std::min(offset, end);
  return {number, std::size_t{code_points_before(offset)} - code_points_before(start) + 1};
}

std::string_view Source::line(std::size_t number) const {
  const std::vector<std::uint32_t>& starts = lines().starts;
  if (number == 0 || number > starts.size()) return {};
  const std::uint32_t start = starts[number - 1];
  const std::size_t end = number < starts.size() ? starts[number] : text_.size();
  std::string_view content = std::string_view(text_).substr(start, end - start);
  // The last line has no line break: its text would end where the text ends.
  if (number < starts.size()) {
    if (content.ends_with('\n')) content.remove_suffix(1);
    if (content.ends_with('\r')) content.remove_suffix(1);
  }
  return content;
}

std::uint32_t Source::code_points_before(std::uint32_t offset) const {
  const std::vector<Mark>& marks = lines().marks;
  std::size_t block = std::min<std::size_t>(offset / block_size, marks.size() - 1);
  if (marks[block].offset > offset) --block;
  auto [at, count] = marks[block];
  while (at < offset) {
    at += decode(text_, at).bytes;
    if (at <= offset) ++count;
  }
  return count;
}

}  // namespace dabiao::text
