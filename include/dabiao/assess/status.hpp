#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

namespace dabiao::assessment {

/// How a target stands at a cell. The order is that of `and`: the worst of its parts, from missed
/// to met; what does not apply stands apart.
enum class Status : std::uint8_t {
  missed,
  undecided,
  behind,
  pending,
  on_track,
  met,
  not_applicable,
};

/// Everything that is said about a status, in one place.
struct StatusRow {
  Status status;
  std::string_view name;
  std::string_view chinese;
  std::string_view meaning;
  std::string_view meaning_chinese;
  std::string_view colour;  // for tables and pages: #rrggbb
  std::string_view symbol;  // where there is no colour
};

inline constexpr StatusRow statuses[] = {
    {Status::missed, "missed", "未达标", "due and failed, or beyond repair before it is due",
     "已到期而未达到,或未到期但已无法达到", "#c62828", "✗"},
    {Status::undecided, "undecided", "数据不足", "what is missing decides", "取决于缺失的数据",
     "#8e24aa", "?"},
    {Status::behind, "behind", "进度滞后", "not yet due, short of its path", "未到期,落后于进度线",
     "#ef6c00", "↓"},
    {Status::pending, "pending", "未到期", "not yet due, does not hold yet and has no path",
     "未到期,尚未达到,且无进度线", "#757575", "…"},
    {Status::on_track, "on_track", "进度正常", "not yet due, at or past its path",
     "未到期,达到或超过进度线", "#1565c0", "→"},
    {Status::met, "met", "已达标", "the condition holds and cannot be undone before it is due",
     "条件成立,且到期前不会失去", "#2e7d32", "✓"},
    {Status::not_applicable, "not_applicable", "不适用", "the target does not concern this cell",
     "目标不涉及此处", "#bdbdbd", "–"},
};

inline constexpr std::size_t status_count = std::size(statuses);

namespace detail {
consteval bool statuses_stand_in_order() {
  for (std::size_t i = 0; i < status_count; ++i) {
    if (static_cast<std::size_t>(statuses[i].status) != i) return false;
  }
  return true;
}
static_assert(statuses_stand_in_order(), "each status has its row, at its own index");
}  // namespace detail

constexpr const StatusRow& row(Status status) {
  return statuses[static_cast<std::size_t>(status)];
}
constexpr std::string_view name(Status status) {
  return row(status).name;
}

}  // namespace dabiao::assessment
