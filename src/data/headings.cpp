#include "data/headings.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "dabiao/data/cell_text.hpp"
#include "dabiao/text/nearest.hpp"
#include "dabiao/text/utf8.hpp"

namespace dabiao::data {
namespace {

using text::Diagnostic;
using text::Diagnostics;
using text::kind;
using Kind = ColumnRole::Kind;

struct ReservedHeading {
  std::string_view heading;  // in the form of plain_heading
  Kind kind;
};
constexpr ReservedHeading reserved_headings[] = {
    {"entity", Kind::entity},    {"单位", Kind::entity},     {"對象", Kind::entity},
    {"单位名称", Kind::entity},  {"單位", Kind::entity},     {"对象", Kind::entity},
    {"level", Kind::level_name}, {"层级", Kind::level_name}, {"層級", Kind::level_name},
    {"period", Kind::period},    {"期间", Kind::period},     {"期間", Kind::period},
    {"时间", Kind::period},      {"時間", Kind::period},     {"日期", Kind::period},
    {"date", Kind::period},      {"统计期", Kind::period},   {"报告期", Kind::period},
    {"year", Kind::year},        {"年份", Kind::year},       {"年度", Kind::year},
    {"年", Kind::year},          {"month", Kind::month},     {"月份", Kind::month},
    {"月", Kind::month},         {"quarter", Kind::quarter}, {"季度", Kind::quarter},
    {"input", Kind::input_name}, {"数据", Kind::input_name}, {"數據", Kind::input_name},
    {"指标", Kind::input_name},  {"指標", Kind::input_name}, {"数据项", Kind::input_name},
    {"value", Kind::value},      {"值", Kind::value},        {"数值", Kind::value},
    {"數值", Kind::value},       {"note", Kind::ignored},    {"notes", Kind::ignored},
    {"remark", Kind::ignored},   {"remarks", Kind::ignored}, {"comment", Kind::ignored},
    {"备注", Kind::ignored},     {"備註", Kind::ignored},    {"说明", Kind::ignored},
    {"說明", Kind::ignored},     {"序号", Kind::ignored},    {"", Kind::ignored}};

/// The text before the last bracket at the end of a heading, and what stands in it.
std::optional<std::pair<std::string, std::string>> bracketed(std::string_view heading) {
  const std::string normal = text::normalized(heading);
  const std::string_view plain = trimmed(normal);
  if (plain.empty() || (plain.back() != ')' && plain.back() != ']')) return std::nullopt;
  const char open = plain.back() == ')' ? '(' : '[';
  std::size_t depth = 0;
  for (std::size_t at = plain.size(); at-- > 0;) {
    if (plain[at] == plain.back()) ++depth;
    if (plain[at] == open && --depth == 0) {
      return std::pair(std::string(plain.substr(0, at)),
                       std::string(trimmed(plain.substr(at + 1, plain.size() - at - 2))));
    }
  }
  return std::nullopt;
}

class HeadingReader {
 public:
  HeadingReader(const model::Plan& plan, const NamedTable& table, Diagnostics& diagnostics)
      : plan_(plan), table_(table), diagnostics_(diagnostics) {}

  TableLayout read() {
    const std::vector<std::string>& headings = table_.table.headings;
    layout_.roles.resize(headings.size());
    for (column_ = 0; column_ < headings.size(); ++column_) read_heading(headings[column_]);
    take_lone_period();
    drop_halves_of_long_form();
    if (layout_.inputs.empty() && !layout_.is_long()) {
      Diagnostic& diagnostic = add(kind("no_input_columns"), "");
      for (const model::Input& input : plan_.inputs) diagnostic.expect(input.name);
    }
    return std::move(layout_);
  }

 private:
  Diagnostic& add(const text::DiagnosticKind& what, const std::string& heading) {
    Diagnostic& diagnostic = diagnostics_.add(what);
    diagnostic.data_place = text::DataPlace{table_.name, 1, heading};
    return diagnostic;
  }

  void read_heading(const std::string& heading) {
    Meant meant = meant_by(plan_, heading);
    std::optional<std::pair<std::string, std::string>> parts;
    if (meant.count() == 0) {
      parts = bracketed(heading);
      if (parts) meant = input_meant_by(plan_, parts->first);
    }
    if (meant.count() > 1) {
      Diagnostic& diagnostic = diagnostics_.list().emplace_back(
          means_several(plan_, parts ? parts->first : heading, meant));
      diagnostic.in_data({table_.name, 1, heading});
      return;
    }
    if (const auto level = meant.level()) {
      if (claim(heading, Kind::level, *level)) layout_.levels.push_back(column_);
      return;
    }
    if (const auto input = meant.input()) {
      if (!claim(heading, Kind::input, *input)) return;
      if (parts && !read_unit(heading, *input, parts->second)) return;
      layout_.inputs.push_back(column_);
      return;
    }
    const std::string plain = plain_heading(heading);
    if (plain.starts_with('#')) return;
    for (const ReservedHeading& each : reserved_headings) {
      if (each.heading != plain) continue;
      if (each.kind != Kind::ignored && claim(heading, each.kind, model::none)) {
        *slot(each.kind) = column_;
      }
      return;
    }
    say_unknown(heading);
  }

  /// The unit in the brackets after an input's name.
  bool read_unit(const std::string& heading, model::InputId input, const std::string& unit_text) {
    const value::Type& type = plan_.inputs[input].type;
    if (!type.is_number()) return true;  // (是/否), (日期): no unit to read
    const std::optional<units::Unit> unit = plan_.units.parse(unit_text);
    if (unit && units::compatible(*unit, type.unit)) {
      layout_.roles[column_].unit = unit;
      return true;
    }
    layout_.roles[column_] = {};
    Diagnostic& diagnostic = add(kind("heading_unit_differs"), heading)
                                 .with("unit", unit_text)
                                 .with("input", plan_.inputs[input].name);
    diagnostic.expect(type.unit.plain() ? "no unit" : type.unit.text(),
                      type.unit.plain() ? "不写单位" : type.unit.text());
    return false;
  }

  /// False, with a diagnostic, where another column has the role already.
  bool claim(const std::string& heading, Kind role, std::uint32_t index) {
    for (std::size_t other = 0; other < column_; ++other) {
      if (layout_.roles[other].kind == role && layout_.roles[other].index == index) {
        add(kind("column_twice"), heading)
            .with("first", table_.table.headings[other])
            .with("second", heading);
        return false;
      }
    }
    layout_.roles[column_].kind = role;
    layout_.roles[column_].index = index;
    return true;
  }

  std::optional<std::size_t>* slot(Kind role) {
    switch (role) {
      case Kind::entity:
        return &layout_.entity;
      case Kind::level_name:
        return &layout_.level_name;
      case Kind::period:
        return &layout_.period;
      case Kind::year:
        return &layout_.year;
      case Kind::quarter:
        return &layout_.quarter;
      case Kind::month:
        return &layout_.month;
      case Kind::input_name:
        return &layout_.input_name;
      case Kind::value:
      case Kind::ignored:
      case Kind::level:
      case Kind::input:
        break;
    }
    return &layout_.value;
  }

  void say_unknown(const std::string& heading) {
    Diagnostic& diagnostic = add(kind("unknown_column"), heading).with("column", heading);
    text::Nearest near(heading);
    for (const model::Level& level : plan_.levels) near.consider(level.name);
    for (const model::Input& input : plan_.inputs) {
      near.consider(input.name);
      if (!input.label.empty()) near.consider(input.label);
    }
    for (const std::string_view word : {"entity", "level", "period", "input", "value"}) {
      near.consider(word);
    }
    if (near.name()) diagnostic.suggest(*near.name());
  }

  /// A month or a quarter without a year is the period itself: its cells say the year, or what they
  /// say is told to be no period.
  void take_lone_period() {
    std::optional<std::size_t>& lone = layout_.month ? layout_.month : layout_.quarter;
    if (layout_.year || layout_.period || !lone || (layout_.month && layout_.quarter)) return;
    layout_.roles[*lone].kind = Kind::period;
    layout_.period = std::exchange(lone, std::nullopt);
  }

  /// `value` without `input`, or the other way round, means nothing; nor do `month` and `quarter`
  /// without `year`, or beside a period.
  void drop_halves_of_long_form() {
    const auto drop = [&](std::optional<std::size_t>& which) {
      if (!which) return;
      layout_.roles[*which] = {};
      say_unknown(table_.table.headings[*which]);
      which.reset();
    };
    if (!layout_.is_long()) {
      drop(layout_.input_name);
      drop(layout_.value);
    }
    if (!layout_.year || layout_.period) {
      drop(layout_.year);
      drop(layout_.month);
      drop(layout_.quarter);
    }
  }

  const model::Plan& plan_;
  const NamedTable& table_;
  Diagnostics& diagnostics_;
  TableLayout layout_;
  std::size_t column_ = 0;
};

}  // namespace

std::optional<model::LevelId> Meant::level() const {
  return count() == 1 && !levels.empty() ? std::optional(levels.front()) : std::nullopt;
}

std::optional<model::InputId> Meant::input() const {
  return count() == 1 && !inputs.empty() ? std::optional(inputs.front()) : std::nullopt;
}

namespace {

Meant meant(const model::Plan& plan, std::string_view text, bool with_levels) {
  const std::string_view exact = trimmed(text);
  const std::string plain = plain_heading(text);
  Meant found;
  if (plain.empty()) return found;
  const auto look = [&](auto is_called_so) {
    for (model::LevelId level = 0; with_levels && level < plan.levels.size(); ++level) {
      if (is_called_so(plan.levels[level])) found.levels.push_back(level);
    }
    for (model::InputId input = 0; input < plan.inputs.size(); ++input) {
      if (is_called_so(plan.inputs[input])) found.inputs.push_back(input);
    }
    return found.count() > 0;
  };
  if (look([&](const auto& each) { return each.name == exact; })) return found;
  if (look([&](const auto& each) { return each.label == exact; })) return found;
  if (look([&](const auto& each) { return plain_heading(each.name) == plain; })) return found;
  look([&](const auto& each) { return plain_heading(each.label) == plain; });
  return found;
}

}  // namespace

Meant meant_by(const model::Plan& plan, std::string_view heading) {
  return meant(plan, heading, true);
}

Meant input_meant_by(const model::Plan& plan, std::string_view name) {
  return meant(plan, name, false);
}

Diagnostic means_several(const model::Plan& plan, const std::string& seen, const Meant& meant) {
  const auto is_labelled_so = [&](model::InputId input) {
    return plain_heading(plan.inputs[input].label) == plain_heading(seen);
  };
  const bool labels =
      meant.levels.empty() && std::all_of(meant.inputs.begin(), meant.inputs.end(), is_labelled_so);
  Diagnostic diagnostic(labels ? kind("label_of_several") : kind("name_of_several"));
  diagnostic.with(labels ? "label" : "seen", seen);
  for (const model::LevelId level : meant.levels) diagnostic.expect(plan.levels[level].name);
  for (const model::InputId input : meant.inputs) diagnostic.expect(plan.inputs[input].name);
  return diagnostic;
}

Diagnostic unknown_input(const model::Plan& plan, const std::string& name) {
  Diagnostic diagnostic = Diagnostic(kind("unknown_input")).with("seen", name);
  text::Nearest near(name);
  for (const model::Input& input : plan.inputs) {
    near.consider(input.name);
    if (!input.label.empty()) near.consider(input.label);
  }
  if (near.name()) diagnostic.suggest(*near.name());
  return diagnostic;
}

Diagnostic unknown_level(const model::Plan& plan, const std::string& name) {
  Diagnostic diagnostic = Diagnostic(kind("unknown_level_in_data")).with("seen", name);
  text::Nearest near(name);
  for (const model::Level& level : plan.levels) {
    near.consider(level.name);
    diagnostic.expect(level.name);
  }
  if (near.name()) diagnostic.suggest(*near.name());
  return diagnostic;
}

TableLayout read_headings(const model::Plan& plan, const NamedTable& table,
                          Diagnostics& diagnostics) {
  return HeadingReader(plan, table, diagnostics).read();
}

}  // namespace dabiao::data
