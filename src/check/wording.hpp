#pragma once

#include <string>
#include <string_view>

#include "dabiao/calendar/period.hpp"
#include "dabiao/exact/interval.hpp"
#include "dabiao/exact/rational.hpp"
#include "dabiao/model/plan.hpp"
#include "dabiao/text/diagnostic.hpp"
#include "dabiao/value/type.hpp"

namespace dabiao::check::detail {

/// The same words in both languages.
struct Words {
  std::string english;
  std::string chinese;
};

/// A value exactly, in the unit of its type: "57.66 %", "1471/2597 张", a stage, a date, yes or no.
Words amount(const model::Plan& plan, const value::Type& type, const exact::Rational& value);

/// What an interval holds, to go after "is" and 总是: "at least 0 张", 不低于 0 张.
Words range_words(const model::Plan& plan, const value::Type& type,
                  const exact::Interval& interval);

/// A text in one line and in backquotes.
std::string quoted(std::string_view text);
/// The same, with the middle of a long text left out.
std::string quoted_shortly(std::string_view text);

/// "month", 月.
Words words(calendar::Grain grain);

/// Adds an argument whose words differ between the languages.
text::Diagnostic& with(text::Diagnostic& diagnostic, std::string_view name, const Words& words);

}  // namespace dabiao::check::detail
