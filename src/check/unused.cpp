#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <variant>
#include <vector>

#include "checks.hpp"
#include "dabiao/model/mentions.hpp"

namespace dabiao::check::detail {

using model::LevelId;
using model::Symbol;
using text::kind;

namespace {

void report(const model::Named& named, const char* english, const char* chinese,
            text::Diagnostics& diagnostics) {
  diagnostics.add(kind("unused_declaration"), named.place)
      .with("what", english, chinese)
      .with("name", named.name);
}

/// Levels that something stands at, and those above them.
std::vector<bool> used_levels(const model::Plan& plan) {
  std::vector<bool> used(plan.levels.size());
  const auto use = [&](LevelId level) {
    for (; level != model::none && !used[level]; level = plan.levels[level].parent) {
      used[level] = true;
    }
  };
  const auto use_where = [&](const model::Where& where) {
    for (const LevelId level : where.levels) use(level);
  };
  const auto use_parties = [&](const std::vector<model::Party>& parties) {
    for (const model::Party& party : parties) {
      use(party.each);
      if (party.each != model::none) continue;
      for (const model::Mention& mention : model::mentions(party.name)) {
        const Symbol level = plan.find(mention.level);
        if (level.kind == Symbol::Kind::level) use(level.index);
      }
    }
  };
  use(0);
  for (const model::Input& input : plan.inputs) use(input.level);
  for (const model::Group& group : plan.groups) use(group.level);
  for (const model::Table& table : plan.tables) {
    for (const model::Dimension& dimension : table.by) use(dimension.level);
  }
  for (const model::Target& target : plan.targets) {
    use_where(target.where);
    use_parties(target.lead);
    use_parties(target.responsible);
    use_parties(target.cooperating);
  }
  for (const model::Stated& stated : plan.stated) use_where(stated.where);
  for (const model::Given& given : plan.givens) {
    use(given.counted_level);
    use_where(given.where);
  }
  for (const Symbol& symbol : plan.resolution) {
    if (symbol.kind == Symbol::Kind::level) use(symbol.index);
  }
  // A clause may name a level for targets that then say something else.
  for (const syntax::Statement& statement : plan.ast->statements) {
    const auto* clause = std::get_if<syntax::ClauseStatement>(&statement.body);
    if (clause == nullptr) continue;
    for (const auto* parties :
         {&clause->duties.lead, &clause->duties.responsible, &clause->duties.cooperating}) {
      if (!*parties) continue;
      for (const syntax::Party& party : **parties) {
        if (!party.each) continue;
        const Symbol symbol = plan.find(party.text);
        if (symbol.kind == Symbol::Kind::level) use(symbol.index);
      }
    }
  }
  return used;
}

void check_scales(const model::Plan& plan, text::Diagnostics& diagnostics) {
  std::set<std::uint32_t> used;
  const auto use = [&](const value::Type& type) {
    if (type.is_stage()) used.insert(type.scale);
  };
  for (const model::Input& input : plan.inputs) use(input.type);
  for (const model::Indicator& indicator : plan.indicators) use(indicator.type);
  for (const model::Table& table : plan.tables) use(table.type);
  for (std::uint32_t i = 0; i < plan.scales.size(); ++i) {
    if (!used.contains(i)) report(plan.scales[i], "scale of stages", "阶段表", diagnostics);
  }
}

/// Every name that units are written with in the plan.
std::set<std::string, std::less<>> used_unit_names(const model::Plan& plan) {
  std::set<std::string, std::less<>> names;
  const auto use = [&](const units::Unit& unit) {
    for (const units::UnitFactor& factor : unit.factors()) {
      names.insert(factor.unit->name);
      names.insert(factor.unit->base_names.begin(), factor.unit->base_names.end());
    }
  };
  for (const model::Input& input : plan.inputs) use(input.type.unit);
  for (const model::Indicator& indicator : plan.indicators) use(indicator.type.unit);
  for (const model::Table& table : plan.tables) use(table.type.unit);
  std::unordered_set<std::string_view> read;
  for (const syntax::Expression& expression : plan.ast->expressions) {
    if (expression.kind != syntax::ExpressionKind::number || expression.unit.empty()) continue;
    if (!read.insert(expression.unit).second) continue;
    if (const auto unit = plan.units.parse(expression.unit)) use(*unit);
  }
  return names;
}

void check_units(const model::Plan& plan, text::Diagnostics& diagnostics) {
  const auto used = used_unit_names(plan);
  for (const syntax::Statement& statement : plan.ast->statements) {
    const auto* units = std::get_if<syntax::UnitStatement>(&statement.body);
    if (units == nullptr) continue;
    for (const syntax::UnitDeclaration& unit : units->units) {
      if (unit.name.empty() || used.contains(unit.name.text)) continue;
      diagnostics.add(kind("unused_declaration"), unit.name.place)
          .with("what", "unit", "单位")
          .with("name", unit.name.text);
    }
  }
}

}  // namespace

void check_unused(Inspection& inspection, text::Diagnostics& diagnostics) {
  const model::Plan& plan = inspection.plan;
  const graph::Unused& unused = inspection.dependencies().unused();
  for (const auto id : unused.inputs) report(plan.inputs[id], "input", "数据", diagnostics);
  for (const auto id : unused.indicators) {
    report(plan.indicators[id], "indicator", "指标", diagnostics);
  }
  for (const auto id : unused.tables) report(plan.tables[id], "table", "表", diagnostics);
  for (const auto id : unused.groups) report(plan.groups[id], "group", "分组", diagnostics);
  const std::vector<bool> used = used_levels(plan);
  for (LevelId level = 0; level < plan.levels.size(); ++level) {
    if (!used[level]) report(plan.levels[level], "level", "层级", diagnostics);
  }
  check_scales(plan, diagnostics);
  check_units(plan, diagnostics);
}

}  // namespace dabiao::check::detail
