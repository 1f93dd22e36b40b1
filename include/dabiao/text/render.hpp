#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dabiao/text/diagnostic.hpp"

namespace dabiao::text {

enum class Language { english, chinese };

/// The language of the messages category, from the values of LC_ALL, LC_MESSAGES and LANG (empty
/// where unset): the first that is not empty decides, and Chinese is whatever begins with `zh`.
Language language_from_locale(std::string_view lc_all, std::string_view lc_messages,
                              std::string_view lang);

// The parts of a diagnostic in words, for terminals and for machine-readable output alike.

/// `error`, `warning` or `note`; in Chinese `错误`, `警告`, `说明`.
std::string_view severity_name(Severity severity, Language language);

/// The headline: the kind's template with its arguments filled in. `{expected}` is built from the
/// list of what was expected unless it is given as an argument. An argument that is missing is a
/// bug: an assertion names it, and without assertions the placeholder stands in the message.
std::string message(const Diagnostic& diagnostic, Language language);

/// `a`, `a or b`, `a, b or c`; in Chinese `a、b 或 c`. Repetitions are left out.
std::string alternatives(const std::vector<std::string>& items, Language language);

/// What was expected, in words of that language.
std::vector<std::string> expected(const Diagnostic& diagnostic, Language language);

/// The words of the notes, of a label, and of the suggestion (empty where there is none).
std::vector<std::string> notes(const Diagnostic& diagnostic, Language language);
const std::string& words(const Label& label, Language language);
std::string suggestion(const Diagnostic& diagnostic, Language language);

/// Where a place begins and ends; the end is the position after its last character.
struct PositionRange {
  Position begin;
  Position end;

  bool operator==(const PositionRange&) const = default;
};
PositionRange positions(const Source& source, Place place);
/// None for a diagnostic that points at no text.
std::optional<PositionRange> positions(const Diagnostic& diagnostic);

/// `data.csv: row 12, column 床位`; in Chinese `data.csv: 第 12 行,列 床位`. A row of 0 and an
/// empty column are left out.
std::string data_place_name(const DataPlace& place, Language language);

/// The diagnostics by file, then by position or row; those at the same place as they were found.
std::vector<Diagnostic> sorted(const Diagnostics& diagnostics);

/// `2 errors, 1 warning`; in Chinese `2 个错误,1 个警告`; empty where there is nothing.
std::string summary(const Diagnostics& diagnostics, Language language);

/// A template's placeholders in order of appearance, each once: `{name}` where the name consists
/// of ASCII letters, digits and underscores.
std::vector<std::string> placeholders(std::string_view pattern);

/// The template with each `{name}` replaced by the argument of that name; what has no argument
/// stays. Arguments are not searched for placeholders.
std::string fill(std::string_view pattern,
                 std::span<const std::pair<std::string, std::string>> arguments);

struct RenderOptions {
  bool colour = false;  // with terminal escape sequences
};

/// A diagnostic as lines for a terminal, the last one ended too:
///
///     error: unknown name `护理床` [unknown_name]
///       --> plan.biao:12:11
///        |
///     12 | 指标 护理占比 = 护理床 / 床位
///        |                 ^^^^^^ did you mean `护理床位`?
///        = note: …
///
/// Carets stand under what is meant where wide characters take two columns. Tabs are shown as four
/// spaces, and controls, invisible characters and bytes that are no UTF-8 as U+FFFD. Of a long
/// line only the part around the caret is shown.
std::string render(const Diagnostic& diagnostic, Language language, RenderOptions options = {});

/// All of them, sorted, with empty lines between, and the summary as the last line.
std::string render_all(const Diagnostics& diagnostics, Language language,
                       RenderOptions options = {});

}  // namespace dabiao::text
