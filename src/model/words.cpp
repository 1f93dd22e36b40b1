#include "dabiao/model/words.hpp"

#include <iterator>

#include "dabiao/text/render.hpp"

namespace dabiao::model {

namespace {

struct KindRow {
  Symbol::Kind kind;
  std::string_view english;
  std::string_view chinese;
};

constexpr KindRow kinds[] = {
    {Symbol::Kind::unknown, "an unknown name", "未知名称"},
    {Symbol::Kind::level, "a level", "层级"},
    {Symbol::Kind::group, "a group", "分组"},
    {Symbol::Kind::scale, "a scale of stages", "阶段表"},
    {Symbol::Kind::stage, "a stage", "阶段"},
    {Symbol::Kind::input, "an input", "数据"},
    {Symbol::Kind::indicator, "an indicator", "指标"},
    {Symbol::Kind::target, "a target", "目标"},
    {Symbol::Kind::table, "a table", "表"},
    {Symbol::Kind::unit, "a unit", "单位"},
    {Symbol::Kind::scenario, "a scenario", "情景"},
    {Symbol::Kind::grain, "a period", "期间"},
};

consteval bool kinds_stand_in_order() {
  for (std::size_t i = 0; i < std::size(kinds); ++i) {
    if (static_cast<std::size_t>(kinds[i].kind) != i) return false;
  }
  return std::size(kinds) == static_cast<std::size_t>(Symbol::Kind::grain) + 1;
}
static_assert(kinds_stand_in_order(), "each kind has its row, at its own index");

}  // namespace

Words words(Symbol::Kind kind) {
  const KindRow& row = kinds[static_cast<std::size_t>(kind)];
  return {std::string(row.english), std::string(row.chinese)};
}

Words words(const value::Type& type, const Plan& plan) {
  const std::string scale =
      type.is_stage() && type.scale < plan.scales.size() ? plan.scales[type.scale].name : "";
  return {value::describe(type, text::Language::english, scale),
          value::describe(type, text::Language::chinese, scale)};
}

std::string_view name(RollUp roll_up) {
  switch (roll_up) {
    case RollUp::sum:
      return "sum";
    case RollUp::last:
      return "last";
    case RollUp::any:
      return "any";
    case RollUp::all:
      return "all";
    case RollUp::min:
      return "min";
    case RollUp::max:
      return "max";
    case RollUp::none:
      return "none";
    case RollUp::average:
      return "average";
  }
  return {};
}

std::string_view name(InputKind kind) {
  switch (kind) {
    case InputKind::flow:
      return "flow";
    case InputKind::stock:
      return "stock";
    case InputKind::constant:
      return "constant";
  }
  return {};
}

}  // namespace dabiao::model
