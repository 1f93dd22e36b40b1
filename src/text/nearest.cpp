#include "dabiao/text/nearest.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "dabiao/text/utf8.hpp"

namespace dabiao::text {
namespace {

// Longer texts are no names that someone mistyped, and comparing them would take long.
constexpr std::size_t longest_name = 128;

std::u32string folded(std::string_view name) {
  std::u32string plain = to_code_points(name);
  for (char32_t& code_point : plain) {
    code_point = normalized(code_point);
    if (code_point >= U'A' && code_point <= U'Z') code_point += U'a' - U'A';
  }
  return plain;
}

// How many code points of `written` have no counterpart in `candidate`.
std::size_t lacking(std::u32string written, std::u32string candidate) {
  std::sort(written.begin(), written.end());
  std::sort(candidate.begin(), candidate.end());
  std::u32string rest;
  std::set_difference(written.begin(), written.end(), candidate.begin(), candidate.end(),
                      std::back_inserter(rest));
  return rest.size();
}

}  // namespace

std::size_t edit_distance(std::u32string_view left, std::u32string_view right) {
  // Three rows of the table of distances between beginnings of the two texts.
  std::vector<std::size_t> before(right.size() + 1);
  std::vector<std::size_t> above(right.size() + 1);
  std::vector<std::size_t> row(right.size() + 1);
  for (std::size_t j = 0; j <= right.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= left.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const bool same = left[i - 1] == right[j - 1];
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0 : 1)});
      const bool swapped =
          i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[right.size()];
}

Nearest::Nearest(std::string_view name) : written_(name) {
  // A code point takes at most four bytes: what is longer is not even decoded.
  if (name.size() <= 4 * longest_name) plain_ = folded(name);
  if (plain_.size() > longest_name) plain_.clear();
}

void Nearest::consider(std::string_view candidate) {
  if (plain_.empty() || candidate.empty() || candidate.size() > 4 * longest_name) return;
  if (candidate == written_) return;
  const std::u32string plain = folded(candidate);
  const std::size_t longer = std::max(plain.size(), plain_.size());
  const std::size_t shorter = std::min(plain.size(), plain_.size());
  if (longer > longest_name) return;

  const bool part = shorter >= 2 && 2 * shorter >= longer &&
                    (plain.size() > plain_.size() ? plain.find(plain_) != std::u32string::npos
                                                  : plain_.find(plain) != std::u32string::npos);
  const std::size_t allowed = std::max<std::size_t>(1, (longer + 1) / 3);
  if (!part && longer - shorter > allowed) return;

  const std::size_t distance = part ? longer - shorter : edit_distance(plain_, plain);
  if (distance >= longer) return;  // nothing is left in common
  if (!part && distance > allowed) return;

  const auto differing =
      std::mismatch(plain.begin(), plain.end(), plain_.begin(), plain_.end()).first;
  const Rank rank{distance, lacking(plain_, plain),
                  static_cast<std::size_t>(plain.end() - differing)};
  const bool nearer =
      !nearest_ || rank < rank_ || (rank == rank_ && candidate < std::string_view(*nearest_));
  if (nearer) {
    rank_ = rank;
    nearest_ = std::string(candidate);
  }
}

}  // namespace dabiao::text
