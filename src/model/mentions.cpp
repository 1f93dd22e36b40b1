#include "dabiao/model/mentions.hpp"

namespace dabiao::model {

std::vector<Mention> mentions(std::string_view body) {
  std::vector<Mention> found;
  std::size_t end = 0;
  for (std::size_t begin = body.find('{'); begin != std::string_view::npos;
       begin = body.find('{', end)) {
    end = body.find('}', begin);
    if (end == std::string_view::npos) break;
    ++end;
    found.push_back({body.substr(begin + 1, end - begin - 2), begin, end});
  }
  return found;
}

}  // namespace dabiao::model
