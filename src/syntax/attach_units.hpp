#pragma once

#include <string_view>

#include "dabiao/syntax/limits.hpp"
#include "dabiao/syntax/token.hpp"
#include "dabiao/text/diagnostic.hpp"
#include "syntax/arrange.hpp"

namespace dabiao::syntax {

/// Gives numbers the units that stand behind them, joins those that are written with commas, and
/// reports what is no unit. The tokens of a unit become part of their number.
void attach_units(Tokens& tokens, Arranged& arranged, const Limits& limits,
                  text::Diagnostics& diagnostics);

/// Adds a note where a word says what is written otherwise here: it ends like 以上 (at least),
/// which a comparison before the number says, or begins a range.
void note_on_wording(text::Diagnostic& diagnostic, std::string_view word);

}  // namespace dabiao::syntax
