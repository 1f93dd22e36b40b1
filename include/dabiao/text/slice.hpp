#pragma once

#include <concepts>
#include <string>
#include <string_view>

namespace dabiao::text {

/// A piece of a text that lives elsewhere. It is a view, and where a message is put together it is
/// used like the string that it stands for.
class Slice : public std::string_view {
 public:
  constexpr Slice() = default;
  constexpr Slice(std::string_view view) : std::string_view(view) {}
  constexpr Slice(const char* text) : std::string_view(text) {}

  operator std::string() const { return std::string(data(), size()); }

  friend std::string operator+(Slice before, Slice after) {
    return std::string(before).append(after);
  }
  template <std::convertible_to<std::string_view> Text>
  requires(!std::derived_from<Text, Slice>) friend std::string operator+(const Text& before,
                                                                         Slice after) {
    return std::string(std::string_view(before)).append(after);
  }
  template <std::convertible_to<std::string_view> Text>
  requires(!std::derived_from<Text, Slice>) friend std::string operator+(Slice before,
                                                                         const Text& after) {
    return std::string(before).append(std::string_view(after));
  }
};

}  // namespace dabiao::text
