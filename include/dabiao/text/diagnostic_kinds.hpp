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
    // units
    {"unknown_unit", Severity::error, "unknown unit `{name}`", "未知单位 `{name}`",
     "The name is neither a unit that every plan knows nor declared with `unit`, not even after "
     "taking 百, 千, 万 or 亿 from its front.",
     "此名既不是内置单位,也未用 `unit`(单位)声明;去掉前面的百、千、万、亿后也不是。"},
    {"unit_form", Severity::error, "`{unit}` is not a unit: `{seen}` cannot stand here",
     "`{unit}` 不是单位:此处不能写 `{seen}`",
     "A unit is made of names with `/`, `·`, parentheses and whole powers, as in 元/(人·月).",
     "单位由名称以及 `/`、`·`、括号和整数次幂组成,例如 元/(人·月)。"},
    {"unit_unfinished", Severity::error, "the unit `{unit}` is unfinished", "单位 `{unit}` 不完整",
     "After `/`, `·` or `(` a unit goes on, and every `(` needs its `)`.",
     "`/`、`·`、`(` 之后单位尚未写完,每个 `(` 都要有 `)`。"},
    {"unit_quotient_unclear", Severity::error,
     "`{unit}` can be read in two ways, expected parentheses around what `/` divides by",
     "`{unit}` 有两种读法,`/` 之后的部分应加括号",
     "A product after a quotient is read as 元/(人·月) by some and as (元/人)·月 by others.",
     "商之后再乘,有人读作 元/(人·月),有人读作 (元/人)·月。"},
    {"unit_power_too_high", Severity::error,
     "the unit `{unit}` has more than 16 factors or a power beyond 16",
     "单位 `{unit}` 的因子超过 16 个或次幂超过 16",
     "No quantity that a plan speaks of has such a unit.", "计划中的量不会有这样的单位。"},
    {"unit_declared_twice", Severity::error, "the unit `{name}` is already declared",
     "单位 `{name}` 已声明", "Each unit is declared once.", "每个单位只声明一次。"},
    {"known_unit_declared", Severity::error, "`{name}` is a unit that every plan knows",
     "`{name}` 是内置单位", "Such a unit is used without declaring it, and keeps its meaning.",
     "内置单位不需声明,也不能改变含义。"},
    {"unit_multiple_not_positive", Severity::error,
     "the unit `{name}` is declared as `{count}` of another, expected a number above zero",
     "单位 `{name}` 声明为另一单位的 `{count}` 倍,应大于零",
     "A unit is a positive multiple of the one that it is declared by.",
     "单位只能声明为另一单位的正数倍。"},
    {"unit_scale_too_long", Severity::error,
     "the scale of the unit `{name}` is longer than 60 digits", "单位 `{name}` 的换算率超过 60 位",
     "Scales are exact, so a scale that long would make every comparison in this unit slow.",
     "换算是精确的;过长的换算率会使该单位的每次比较变慢。"},
    {"too_many_units", Severity::error, "the plan declares more than {count} units",
     "计划声明的单位超过 {count} 个", "There is no room for more kinds of counted things.",
     "计数单位的种类已达上限。"},
    // data
    {"no_table", Severity::error, "expected a table, seen an Arrow array of format `{seen}`",
     "应为表格,所给 Arrow 数组的格式为 `{seen}`",
     "Data is read from record batches: struct arrays with a field per column.",
     "数据须为记录批次,即每列一个字段的结构数组。"},
    {"stream_broke_off", Severity::error, "the stream of data broke off: {message}",
     "数据流中断:{message}", "The program that hands over the data reported a failure.",
     "提供数据的程序报告了错误。"},
};

/// The kind of that name; a name that does not exist fails to compile.
consteval const DiagnosticKind& kind(std::string_view name) {
  for (const DiagnosticKind& entry : diagnostic_kinds) {
    if (entry.name == name) return entry;
  }
  throw "no diagnostic kind of this name";
}

/// All kinds, for documentation and tests.
inline constexpr std::span<const DiagnosticKind> all_diagnostic_kinds() {
  return diagnostic_kinds;
}

}  // namespace dabiao::text
