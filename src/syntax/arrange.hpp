#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "dabiao/syntax/token.hpp"
#include "dabiao/text/spelling_map.hpp"
#include "dabiao/units/unit_names.hpp"

namespace dabiao::syntax {

/// The tokens of one statement, its keyword first.
struct StatementTokens {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool refused = false;  // beyond a limit, and reported
};

/// What is settled before the grammar runs.
struct Arranged {
  units::UnitNames units;
  text::SpellingMap<std::monostate> names;  // all that the text declares, as in the tokens
  std::vector<StatementTokens> statements;
  std::vector<std::uint32_t> further_mistakes;  // places of those that are reported elsewhere
};

/// Settles where statements begin, which brackets belong together, how deep they are nested and
/// which words after numbers are units, and reports what is wrong with them. Words that were
/// glued together or misspelt are repaired, so that one mistake never hides the next.
Arranged arrange(Tokens& tokens, const Limits& limits, text::Diagnostics& diagnostics);

/// The statement keyword that someone who wrote this word most likely meant.
std::optional<std::string> nearest_opener(std::string_view word);

/// What `arrange` does, for an expression that stands alone; `units` are unit names known besides.
Arranged arrange_expression(Tokens& tokens, std::span<const std::string> units,
                            const Limits& limits, text::Diagnostics& diagnostics);

}  // namespace dabiao::syntax
