#include "data/given_reports.hpp"

#include <optional>
#include <string>
#include <utility>

#include "dabiao/text/diagnostic_kinds.hpp"

namespace dabiao::data {

using calendar::Period;
using model::LevelId;
using text::Diagnostic;
using text::Diagnostics;
using text::kind;

void say_about_given(const model::Plan& plan, const model::Given& given, Diagnostic diagnostic,
                     Diagnostics& diagnostics) {
  diagnostic.place = given.place;
  diagnostic.source = plan.source;
  diagnostics.list().push_back(std::move(diagnostic));
}

namespace {

std::optional<EntityAt> named_at(const EntityRegister& entities, LevelId level,
                                 const std::string& name) {
  const std::optional<EntityIndex> entity = entities.find(level, name);
  return entity ? std::optional(EntityAt{level, *entity}) : std::nullopt;
}

std::vector<EntityAt> entities_of(const model::Plan& plan, const EntityRegister& entities,
                                  const model::Given& given, Diagnostics& diagnostics) {
  const model::Where& where = given.where;
  std::vector<EntityAt> cells;
  const auto add_level = [&](LevelId level) {
    for (EntityIndex entity = 0; entity < entities.level(level).size(); ++entity) {
      cells.push_back({level, entity});
    }
  };
  if (!where.group_cells.empty()) {
    say_about_given(plan, given,
                    Diagnostic(kind("given_at_group"))
                        .with("group", plan.groups[where.group_cells.front()].name)
                        .with("input", plan.inputs[given.input].name),
                    diagnostics);
    return cells;
  }
  for (const model::GroupId group : where.groups) {
    for (const EntityIndex entity : entities.group(group)) {
      cells.push_back({plan.groups[group].level, entity});
    }
  }
  for (const std::string& name : where.entities) {
    // An entity that was not found has its diagnostic already.
    if (const auto entity = where.levels.size() == 1
                                ? named_at(entities, where.levels.front(), name)
                                : entities.find(name, plan.inputs[given.input].level)) {
      cells.push_back(*entity);
    }
  }
  if (where.entities.empty()) {
    for (const LevelId level : where.levels) add_level(level);
    if (where.levels.empty() && where.groups.empty()) add_level(0);
  }
  return cells;
}

}  // namespace

std::vector<GivenReport> read_givens(const model::Plan& plan, const EntityRegister& entities,
                                     Diagnostics& diagnostics) {
  std::vector<GivenReport> reports;
  for (std::uint32_t number = 0; number < plan.givens.size(); ++number) {
    const model::Given& given = plan.givens[number];
    if (given.input == model::none) continue;
    const model::Input& input = plan.inputs[given.input];
    PeriodSlot slot;
    if (given.when) {
      const std::optional<Period> period = given.when->as_period();
      if (!period) {
        say_about_given(plan, given,
                        Diagnostic(kind("given_not_in_a_period"))
                            .with("span", given.when->to_string())
                            .with("input", input.name),
                        diagnostics);
        continue;
      }
      slot = PeriodSlot::of(*period);
    }
    const CellValue value = CellValue::of(
        input.type.is_number() ? given.value.value / input.type.unit.scale() : given.value.value);
    for (const EntityAt& entity : entities_of(plan, entities, given, diagnostics)) {
      if (!plan.is_at_or_above(entity.level, input.level)) {
        say_about_given(plan, given,
                        Diagnostic(kind("reported_below_level"))
                            .with("input", input.name)
                            .with("level", plan.levels[entity.level].name)
                            .with("declared", plan.levels[input.level].name),
                        diagnostics);
        break;
      }
      reports.push_back({number, given.input, entity, slot, value});
    }
  }
  return reports;
}

std::vector<DifferingGiven> write_givens(const std::vector<GivenReport>& givens,
                                         const CubeLayout& layout, Cube& cube,
                                         Diagnostics& diagnostics) {
  const model::Plan& plan = *cube.plan;
  std::vector<DifferingGiven> differing;
  for (const GivenReport& given : givens) {
    const std::uint32_t which = layout.block(given.input, given.entity.level, given.period.grain);
    ReportBlock& block = cube.inputs[given.input].blocks[which];
    const std::uint64_t cell = block.cell(given.period.index, given.entity.entity);
    if (!block.values.known(cell)) {
      block.values.set(cell, given.value.number);
      if (given.value.exact) block.exact.insert_or_assign(cell, *given.value.exact);
      block.provenance.insert_or_assign(cell, Provenance{Provenance::Kind::given, given.given, 0});
      continue;
    }
    if (block.exact_value(cell) == given.value.exact_number()) continue;
    const auto source = block.provenance.find(cell);
    if (source != block.provenance.end() && source->second.kind == Provenance::Kind::given) {
      say_about_given(
          plan, plan.givens[given.given],
          Diagnostic(kind("given_twice"))
              .with("input", plan.inputs[given.input].name)
              .label(plan.givens[source->second.file].place, "given here first", "先在此处给出"),
          diagnostics);
      continue;
    }
    differing.push_back({{given.input, which, cell}, given.given});
  }
  return differing;
}

}  // namespace dabiao::data
