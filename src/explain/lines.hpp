#pragma once

#include <cstddef>
#include <string>
#include <utility>

namespace dabiao::explain {

/// Indented lines of a text.
class Lines {
 public:
  void add(std::size_t indent, const std::string& text) {
    text_.append(indent * 2, ' ');
    text_ += text;
    text_ += '\n';
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

}  // namespace dabiao::explain
