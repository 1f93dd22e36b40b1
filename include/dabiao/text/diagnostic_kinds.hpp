#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace dabiao::text {

enum class Severity { error, warning, note };

/// One kind of diagnostic: everything that is said about it, in one place.
///
/// `english` and `chinese` are message templates; `{name}` is replaced by the argument of that
/// name. `meaning` and `meaning_chinese` explain the kind in docs/diagnostics.md. Names say what
/// was seen. Messages start in lower case, have no full stop, say what was seen and what was
/// expected.
struct DiagnosticKind {
  std::string_view name;
  Severity severity;
  std::string_view english;
  std::string_view chinese;
  std::string_view meaning;
  std::string_view meaning_chinese;
};

// To add a kind, add a row; `kind("its_name")` then finds it at compile time.
inline constexpr DiagnosticKind diagnostic_kinds[] = {
    {"unexpected_token", Severity::error, "unexpected {seen}, expected {expected}",
     "此处不应为 {seen},应为 {expected}",
     "The statement does not go on like this; what may stand here is listed.",
     "语句不能这样继续;此处可写的内容已列出。"},
    {"unknown_name", Severity::error, "unknown name `{name}`", "未知名称 `{name}`",
     "No input, indicator, table, level, unit or function of this name is declared.",
     "没有以此为名的数据、指标、表、层级、单位或函数。"},
};

/// The kind of that name; a name that does not exist fails to compile.
consteval const DiagnosticKind& kind(std::string_view name) {
  for (const DiagnosticKind& entry : diagnostic_kinds) {
    if (entry.name == name) return entry;
  }
  throw "no diagnostic kind of this name";
}

/// All kinds, for documentation and tests.
inline constexpr std::span<const DiagnosticKind> all_diagnostic_kinds() { return diagnostic_kinds; }

}  // namespace dabiao::text
