#pragma once

#include <algorithm>
#include <cstdint>

namespace dabiao::text {

/// A run of bytes in a source text: [begin, end).
struct Place {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  bool operator==(const Place&) const = default;
};

/// The smallest place that covers both.
inline Place cover(Place a, Place b) {
  return {std::min(a.begin, b.begin), std::max(a.end, b.end)};
}

}  // namespace dabiao::text
