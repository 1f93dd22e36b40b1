#pragma once

#include <compare>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace dabiao::text {

/// The name, among those considered, that someone who wrote another name most likely meant.
///
/// Names are compared by code point, with full-width forms and the case of ASCII letters set
/// aside. A candidate is near when about a third of it, and at least one character, was inserted,
/// left out, exchanged or swapped with its neighbour, and something is left in common; or when one
/// name is part of the other and at least half of it. The name itself is not near. Among names at
/// the same distance one that keeps what was written goes first, then the longer common beginning,
/// then code-point order, so the order of considering does not matter.
class Nearest {
 public:
  explicit Nearest(std::string_view name);

  void consider(std::string_view candidate);

  /// The nearest name so far; none where no candidate is near.
  const std::optional<std::string>& name() const { return nearest_; }

 private:
  // Smaller is nearer; the parts decide one after another.
  struct Rank {
    std::size_t distance = 0;
    std::size_t lost = 0;           // code points of the written name that the candidate lacks
    std::size_t unlike_prefix = 0;  // code points after the common beginning
    auto operator<=>(const Rank&) const = default;
  };

  std::string written_;
  std::u32string plain_;
  Rank rank_;
  std::optional<std::string> nearest_;
};

/// The candidate nearest to `name`; candidates are a range of texts.
template <class Range>
std::optional<std::string> nearest(std::string_view name, const Range& candidates) {
  Nearest search(name);
  for (const auto& candidate : candidates) search.consider(std::string_view(candidate));
  return search.name();
}

/// The fewest insertions, removals, exchanges and swaps of neighbours that turn one text into the
/// other, where no code point is touched twice.
std::size_t edit_distance(std::u32string_view left, std::u32string_view right);

}  // namespace dabiao::text
