#include "data/second_reports.hpp"

#include <cstddef>
#include <utility>

#include "dabiao/model/words.hpp"
#include "dabiao/text/diagnostic_kinds.hpp"
#include "dabiao/text/render.hpp"

namespace dabiao::data {

using calendar::Period;
using exact::Rational;
using model::InputId;
using text::Diagnostic;
using text::kind;
using value::Reason;

FirstReports::FirstReports(const std::vector<SecondReport>& seconds,
                           const std::vector<DifferingGiven>& givens, const Cube& cube,
                           const CubeLayout& layout, const std::vector<OpenedTable>& tables) {
  for (const SecondReport& each : seconds) places_.emplace(each.cell, std::nullopt);
  for (const DifferingGiven& each : givens) places_.emplace(each.cell, std::nullopt);
  if (places_.empty()) return;
  for (const OpenedTable& opened : tables) {
    for (const ValueColumn& values : opened.value_columns()) {
      for_each_cell(
          *cube.plan, opened, values,
          [&](std::uint64_t row, const TableColumn&, std::uint64_t, InputId input,
              const EntityAt& entity, PeriodSlot period) {
            const std::uint32_t block = layout.block(input, entity.level, period.grain);
            if (block == CubeLayout::no_block) return;
            const auto place = places_.find(
                {input, block, cube.inputs[input].blocks[block].cell(period.index, entity.entity)});
            if (place != places_.end() && !place->second) {
              place->second = TableCell{opened.number, row, values.column};
            }
          });
    }
  }
}

namespace {

const ReportBlock& block_of(const Cube& cube, const CubeCell& cell) {
  return cube.inputs[cell.input].blocks[cell.block];
}

/// The entity and period of a cell in words: "兴庆区, 2023-08".
std::string cell_words(const Cube& cube, const CubeCell& cell) {
  const ReportBlock& block = block_of(cube, cell);
  std::string words =
      cube.entities.path(block.level, static_cast<EntityIndex>(cell.index % block.entities));
  if (block.grain) {
    const Period period{
        *block.grain, block.first_period + static_cast<std::int32_t>(cell.index / block.entities)};
    words += ", " + period.to_string();
  }
  return words;
}

/// A value in base scale in words.
model::Words value_words(const model::Plan& plan, const value::Type& type, const Rational& value) {
  switch (type.kind) {
    case value::Type::Kind::number: {
      const std::string text = units::format(value, type.unit, 12);
      return {text, text};
    }
    case value::Type::Kind::yesno:
      return value.is_zero() ? model::Words{"no", "否"} : model::Words{"yes", "是"};
    case value::Type::Kind::date: {
      const auto date = calendar::Date::from_days(value.to_int64().value_or(0));
      const std::string text = date ? date->to_string() : value.to_string();
      return {text, text};
    }
    case value::Type::Kind::stage: {
      const std::vector<std::string>& stages = plan.scales[type.scale].stages;
      const auto rank = static_cast<std::size_t>(value.to_int64().value_or(0));
      const std::string text = rank < stages.size() ? stages[rank] : value.to_string();
      return {text, text};
    }
  }
  return {value.to_string(), value.to_string()};
}

/// What a cell of the cube holds.
model::Words content_words(const Cube& cube, const CubeCell& cell) {
  const ReportBlock& block = block_of(cube, cell);
  if (!block.values.known(cell.index)) return {"different values", "不同的值"};
  const value::Type& type = cube.plan->inputs[cell.input].type;
  const Rational value = block.exact_value(cell.index);
  return value_words(*cube.plan, type, type.is_number() ? value * type.unit.scale() : value);
}

/// The place of a first report; empty where no table has it.
model::Words place_words(const TableProblems& problems, const std::optional<TableCell>& place) {
  if (!place) return {};
  const text::DataPlace named = problems.place_of(*place);
  return {text::data_place_name(named, text::Language::english),
          text::data_place_name(named, text::Language::chinese)};
}

}  // namespace

void explain_second_reports(const std::vector<SecondReport>& seconds, const FirstReports& firsts,
                            const Cube& cube, TableProblems& problems) {
  for (const SecondReport& each : seconds) {
    const model::Words first = place_words(problems, firsts.of(each.cell));
    Diagnostic diagnostic(each.same ? kind("repeated_report") : kind("conflicting_reports"));
    diagnostic.with("input", cube.plan->inputs[each.cell.input].name)
        .with("cell", cell_words(cube, each.cell))
        .with("first", first.english, first.chinese);
    if (each.same) {
      diagnostic.with("count", std::to_string(each.count));
    } else {
      const model::Words other = content_words(cube, each.cell);
      diagnostic.with("seen", each.seen).with("other", other.english, other.chinese);
    }
    problems.add(each.at, diagnostic);
  }
}

void drop_conflicts(const std::vector<SecondReport>& seconds, Cube& cube) {
  for (const SecondReport& each : seconds) {
    if (each.same) continue;
    ReportBlock& block = cube.inputs[each.cell.input].blocks[each.cell.block];
    block.values.set_missing(each.cell.index, Reason::conflicting_reports);
    block.exact.erase(each.cell.index);
  }
}

void explain_differing_givens(const std::vector<DifferingGiven>& givens, const FirstReports& firsts,
                              const Cube& cube, const TableProblems& problems,
                              text::Diagnostics& diagnostics) {
  const model::Plan& plan = *cube.plan;
  for (const DifferingGiven& each : givens) {
    const model::Given& given = plan.givens[each.given];
    const model::Input& input = plan.inputs[each.cell.input];
    const model::Words where = place_words(problems, firsts.of(each.cell));
    const model::Words given_words = value_words(plan, input.type, given.value.value);
    const model::Words reported = content_words(cube, each.cell);
    Diagnostic diagnostic(kind("given_differs"));
    diagnostic.with("input", input.name)
        .with("cell", cell_words(cube, each.cell))
        .with("given", given_words.english, given_words.chinese)
        .with("reported", reported.english, reported.chinese)
        .with("where", where.english, where.chinese);
    say_about_given(plan, given, std::move(diagnostic), diagnostics);
  }
}

}  // namespace dabiao::data
