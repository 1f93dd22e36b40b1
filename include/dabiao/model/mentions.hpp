#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace dabiao::model {

/// A level that stands in braces in the name of a body: {county} in "{county} Water Office" is the
/// cell's own county.
struct Mention {
  std::string_view level;  // what stands between the braces
  std::size_t begin = 0;   // of the braces in the name, in bytes
  std::size_t end = 0;
};

/// What a body's name mentions, in its order. A brace without its other half is a character.
std::vector<Mention> mentions(std::string_view body);

}  // namespace dabiao::model
