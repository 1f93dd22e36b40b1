#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string_view>

namespace dabiao::value {

/// Why a cell has no value; `known` where it has one. Fits the byte that a column keeps per row.
/// The order is the one in which reasons win over each other (see `combine`): what does not apply
/// first, then what someone must repair, then what is only waited for.
enum class Reason : std::uint8_t {
  known,
  not_applicable,
  outside_life,
  no_table_entry,
  bad_cell,
  not_finite,
  out_of_range,
  conflicting_reports,
  exact_limit,
  division_by_zero,
  outside_domain,
  outside_calendar,
  outside_holidays,
  no_rollup,
  no_parts,
  coarser_than_asked,
  no_baseline,
  stale,
  undecided,
  partial,
  not_reported,
  not_happened,
  not_yet,
};

/// Everything that is said about a reason, in one place. `english` and `chinese` go after "missing
/// because" in an explanation; the meanings are what the documentation says.
struct ReasonRow {
  Reason reason;
  std::string_view name;  // as in the `reason` column of a result
  bool not_applicable;    // aggregates skip the cell, operators pass it on
  std::string_view english;
  std::string_view chinese;
  std::string_view meaning;
  std::string_view meaning_chinese;
};

inline constexpr ReasonRow reasons[] = {
    {Reason::known, "", false, "known", "已知", "The cell has a value.", "该单元格有值。"},
    {Reason::not_applicable, "not_applicable", true, "it does not apply", "不适用",
     "The target or input does not concern this entity; aggregates leave it out.",
     "该目标或数据与此对象无关;汇总时不计入。"},
    {Reason::outside_life, "outside_life", true, "the entity is not open in this period",
     "该对象此期间尚未设立或已撤销", "The period lies before the entity opened or after it closed.",
     "该期间早于对象设立或晚于其撤销。"},
    {Reason::no_table_entry, "no_table_entry", true, "the table has no entry for it", "表中无此项",
     "The table gives no value for this key, so nothing is asked of it.",
     "表中没有此项的值,因此对其无要求。"},
    {Reason::bad_cell, "bad_cell", false, "what was reported cannot be read", "填报内容无法识别",
     "The cell of the data file holds something that is not a value of this input.",
     "数据文件中该单元格的内容不是此数据的值。"},
    {Reason::not_finite, "not_finite", false, "what was reported is not a finite number",
     "填报值不是有限数", "The data holds a NaN or an infinity.", "数据中为非数(NaN)或无穷大。"},
    {Reason::out_of_range, "out_of_range", false, "what was reported is outside the input's range",
     "填报值超出取值范围", "The reported value is one that the input cannot have, such as −3 beds.",
     "填报值是此数据不可能取的值,例如 -3 张床位。"},
    {Reason::conflicting_reports, "conflicting_reports", false, "reports contradict one another",
     "填报相互矛盾",
     "The same entity and period was reported more than once, with different values.",
     "同一对象同一期间有多次填报且数值不同。"},
    {Reason::exact_limit, "exact_limit", false, "deciding it exactly would take too much work",
     "精确判定超出计算上限",
     "The exact comparison needs more digits than the evaluation may spend; it is not guessed.",
     "精确比较所需位数超出计算上限;不作猜测。"},
    {Reason::division_by_zero, "division_by_zero", false, "its denominator is zero", "分母为零",
     "A quotient has a denominator that is exactly zero.", "商的分母恰为零。"},
    {Reason::outside_domain, "outside_domain", false, "a function has no value here",
     "函数在此无定义",
     "A function was asked for a value outside its domain, such as a step of zero.",
     "函数的参数超出定义域,例如步长为零。"},
    {Reason::outside_calendar, "outside_calendar", false, "the date is outside the calendar",
     "日期超出日历范围", "A computed date lies outside the years that dabiao counts.",
     "计算所得日期超出可处理的年份。"},
    {Reason::outside_holidays, "outside_holidays", false,
     "the plan's holidays do not cover the date", "节假日表未覆盖该日期",
     "Working days are counted in a year for which the plan gives no holidays.",
     "所计工作日所在年份没有节假日安排。"},
    {Reason::no_rollup, "no_rollup", false, "it does not roll up from parts", "不可由下级汇总",
     "The value was asked of a whole, but the input is declared to have no roll-up.",
     "所问为整体的值,而此数据声明为不可汇总。"},
    {Reason::no_parts, "no_parts", false, "there are no parts to take it over",
     "没有可供计算的下级",
     "An average, minimum, maximum, median or share over nothing has no value.",
     "对空集求平均、最小、最大、中位数或占比没有值。"},
    {Reason::coarser_than_asked, "coarser_than_asked", false,
     "it is reported for longer periods than asked", "填报期间长于所问期间",
     "The input is reported for a period that is only partly inside the one asked about.",
     "所问期间只是填报期间的一部分。"},
    {Reason::no_baseline, "no_baseline", false, "the value it starts from is not known",
     "期初值未知", "The value on the day before the window is missing.",
     "期限开始前一日的值缺失。"},
    {Reason::stale, "stale", false, "the last report is too old", "最近一次填报已过期",
     "The last report is older than the input's `fresh` allows.",
     "最近一次填报早于该数据允许的有效期。"},
    {Reason::undecided, "undecided", false, "a target it refers to is undecided",
     "所引用的目标尚无法判定", "It reads the outcome of a target whose data does not decide it.",
     "它引用了一个数据不足、无法判定的目标。"},
    {Reason::partial, "partial", false, "some parts have not reported", "部分下级未报送",
     "A roll-up over parts of which at least one is missing.", "汇总所含的下级中至少有一个缺报。"},
    {Reason::not_reported, "not_reported", false, "it was not reported", "未报送",
     "No report of this input covers the entity and period.", "没有覆盖该对象和期间的填报。"},
    {Reason::not_happened, "not_happened", false, "it has not happened by then", "尚未发生",
     "No date is reported, and the plan says that silence means later than the as-of date.",
     "没有填报日期,而计划规定未填报即尚未发生。"},
    {Reason::not_yet, "not_yet", false, "its period has not begun", "期间尚未开始",
     "The period begins after the as-of date; nothing is expected yet.",
     "该期间晚于评估日期,尚不要求填报。"},
};

inline constexpr std::size_t reason_count = std::size(reasons);

namespace detail {
consteval bool reasons_stand_in_order() {
  for (std::size_t i = 0; i < reason_count; ++i) {
    if (static_cast<std::size_t>(reasons[i].reason) != i) return false;
    if (reasons[i].english.empty() || reasons[i].chinese.empty()) return false;
    // The first rows after `known` are those that do not apply: `combine` relies on it.
    if (i > 1 && reasons[i].not_applicable && !reasons[i - 1].not_applicable) return false;
  }
  return static_cast<std::size_t>(Reason::not_yet) + 1 == reason_count;
}
static_assert(reasons_stand_in_order(), "each reason has its row, at its own index");
}  // namespace detail

constexpr const ReasonRow& row(Reason reason) {
  return reasons[static_cast<std::size_t>(reason)];
}

/// The name in the `reason` column of a result; empty for a known cell.
constexpr std::string_view name(Reason reason) {
  return row(reason).name;
}

/// True for the reasons that aggregates skip.
constexpr bool is_not_applicable(Reason reason) {
  return row(reason).not_applicable;
}

constexpr bool is_known(Reason reason) {
  return reason == Reason::known;
}

/// True where nobody owes a report: the time has not come, or the event has not.
constexpr bool is_waited_for(Reason reason) {
  return reason == Reason::not_yet || reason == Reason::not_happened;
}

/// The reason of a result whose operands have these reasons, whichever way round. `known` adds
/// nothing; what does not apply wins over what is missing; otherwise the earlier row wins.
constexpr Reason combine(Reason a, Reason b) {
  if (a == Reason::known) return b;
  if (b == Reason::known) return a;
  return a < b ? a : b;
}

/// The reason of that name, or nothing; the empty name is not one.
constexpr std::optional<Reason> reason_named(std::string_view name) {
  if (name.empty()) return std::nullopt;
  for (const ReasonRow& each : reasons) {
    if (each.name == name) return each.reason;
  }
  return std::nullopt;
}

/// All rows, `known` first, for documentation and tests.
constexpr std::span<const ReasonRow> all_reasons() {
  return reasons;
}

}  // namespace dabiao::value
