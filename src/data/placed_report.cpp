#include "dabiao/data/placed_report.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "dabiao/data/register_builder.hpp"
#include "dabiao/text/diagnostic_kinds.hpp"
#include "data/headings.hpp"
#include "data/outside_range.hpp"

namespace dabiao::data {

using calendar::Period;
using model::InputId;
using model::LevelId;
using text::Diagnostic;
using text::kind;
using value::Reason;

namespace {

std::optional<EntityAt> entity_of(const Cube& cube, const Report& report, LevelId likely,
                                  Diagnostic& problem) {
  const model::Plan& plan = *cube.plan;
  LevelId level = model::none;
  if (!report.level.empty()) {
    const std::optional<LevelId> named = level_named(plan, report.level);
    if (!named) {
      problem = unknown_level(plan, report.level);
      return std::nullopt;
    }
    level = *named;
  }
  if (report.entity.empty()) {
    if (level == model::none || level == 0) return EntityAt{0, 0};
    problem = Diagnostic(kind("no_entity_named")).with("level", plan.levels[level].name);
    return std::nullopt;
  }
  std::optional<EntityAt> found;
  if (level == model::none) {
    found = cube.entities.find(report.entity, likely);
  } else if (const auto entity = cube.entities.find(level, report.entity)) {
    found = EntityAt{level, *entity};
  }
  if (!found) {
    problem = Diagnostic(kind("unknown_entity"))
                  .with("name", report.entity)
                  .with("level", plan.levels[level == model::none ? likely : level].name);
  }
  return found;
}

bool is_before(const ReportBlock& a, const ReportBlock& b) {
  if (a.level != b.level) return a.level < b.level;
  if (!a.grain || !b.grain) return a.grain.has_value() && !b.grain;
  return *a.grain < *b.grain;
}

/// Whether any report stands in a period of a block.
bool is_occupied(const ReportBlock& block, std::int32_t period) {
  const std::uint64_t first = block.cell(period, 0);
  for (std::uint64_t cell = first; cell < first + block.entities; ++cell) {
    if (block.values.reason(cell) != Reason::not_reported) return true;
  }
  return false;
}

/// Gives a block other periods; what stands in those that stay is kept.
void reshape(ReportBlock& block, std::int32_t first, std::uint32_t periods) {
  ReportBlock other;
  other.level = block.level;
  other.grain = block.grain;
  other.first_period = first;
  other.periods = periods;
  other.entities = block.entities;
  const std::uint64_t size = std::uint64_t{periods} * block.entities;
  other.values = value::Column(size, Reason::not_reported);
  for (std::int32_t period = first; period < first + static_cast<std::int32_t>(periods); ++period) {
    if (!block.holds(period)) continue;
    for (EntityIndex entity = 0; entity < block.entities; ++entity) {
      const std::uint64_t from = block.cell(period, entity);
      const std::uint64_t to = other.cell(period, entity);
      if (block.values.known(from)) {
        other.values.set(to, block.values.value(from));
      } else if (block.values.reason(from) != Reason::not_reported) {
        other.values.set_missing(to, block.values.reason(from));
      }
      if (const auto exact = block.exact.find(from); exact != block.exact.end()) {
        other.exact.emplace(to, exact->second);
      }
      if (const auto known = block.provenance.find(from); known != block.provenance.end()) {
        other.provenance.emplace(to, known->second);
      }
    }
  }
  block = std::move(other);
}

}  // namespace

Checked<PlacedReport> place(const Cube& cube, const Report& report) {
  const model::Plan& plan = *cube.plan;
  text::Diagnostics problems;
  const auto wrong = [&](Diagnostic problem) { problems.list().push_back(std::move(problem)); };
  PlacedReport placed{0, {}, std::nullopt, CellValue::missing(Reason::not_reported)};
  if (!report.period.empty()) {
    placed.period = Period::parse_loosely(report.period);
    if (!placed.period || !placed.period->exists()) {
      wrong(Diagnostic(kind("unknown_period")).with("seen", report.period));
    }
  }
  const Meant meant = input_meant_by(plan, report.input);
  if (!meant.input()) {
    // Without it nobody knows what kind of value this is, or about whom.
    wrong(meant.count() > 1 ? means_several(plan, report.input, meant)
                            : unknown_input(plan, report.input));
    return problems;
  }
  placed.input = *meant.input();
  const model::Input& declared = plan.inputs[placed.input];
  Diagnostic problem;
  if (const auto entity = entity_of(cube, report, declared.level, problem)) {
    placed.entity = *entity;
    if (!plan.is_at_or_above(entity->level, declared.level)) {
      wrong(Diagnostic(kind("reported_below_level"))
                .with("input", declared.name)
                .with("level", plan.levels[entity->level].name)
                .with("declared", plan.levels[declared.level].name));
    }
  } else {
    wrong(std::move(problem));
  }
  const std::string& seen = report.value.text();
  placed.value = CellReader(plan, declared.type).read(seen, problem);
  if (placed.value.reason == Reason::bad_cell) {
    wrong(std::move(problem));
  } else if (placed.value.known() && declared.type.is_number() &&
             !declared.range.contains(placed.value.exact_number() * declared.type.unit.scale())) {
    wrong(outside_range(declared, placed.value.number, seen));
  }
  if (problems.has_errors()) return problems;
  return {std::move(placed), std::move(problems)};
}

Put put(Cube& cube, const PlacedReport& report) {
  std::vector<ReportBlock>& blocks = cube.inputs[report.input].blocks;
  const bool says_something = report.value.reason != Reason::not_reported;
  ReportBlock place;
  place.level = report.entity.level;
  if (report.period) place.grain = report.period->grain;
  const std::int32_t period = report.period ? report.period->index : 0;
  auto block = std::find_if(blocks.begin(), blocks.end(), [&](const ReportBlock& each) {
    return each.level == place.level && each.grain == place.grain;
  });
  Put done = Put::replaced;
  if (block == blocks.end()) {
    if (!says_something) return Put::nothing;
    place.first_period = period;
    place.periods = 1;
    place.entities = cube.entities.level(place.level).size();
    place.values = value::Column(place.entities, Reason::not_reported);
    block = blocks.insert(std::upper_bound(blocks.begin(), blocks.end(), place, is_before),
                          std::move(place));
    done = Put::reshaped;
  } else if (!block->holds(period)) {
    if (!says_something) return Put::nothing;
    const std::int32_t first = std::min(block->first_period, period);
    const std::int32_t last =
        std::max(block->first_period + static_cast<std::int32_t>(block->periods) - 1, period);
    reshape(*block, first, static_cast<std::uint32_t>(last - first + 1));
    done = Put::reshaped;
  }
  const std::uint64_t cell = block->cell(period, report.entity.entity);
  if (report.value.known()) {
    if (block->values.known(cell) && block->exact_value(cell) == report.value.exact_number()) {
      return Put::nothing;
    }
    block->values.set(cell, report.value.number);
  } else {
    if (!block->values.known(cell) && block->values.reason(cell) == report.value.reason) {
      return done == Put::reshaped ? done : Put::nothing;
    }
    block->values.set_missing(cell, report.value.reason);
  }
  block->exact.erase(cell);
  if (report.value.exact) block->exact.emplace(cell, *report.value.exact);
  block->provenance.erase(cell);
  block->facts.reset();
  if (says_something) return done;

  // Periods at either end in which nothing is reported any more are none of the data's.
  std::int32_t first = block->first_period;
  std::int32_t end = first + static_cast<std::int32_t>(block->periods);
  while (first < end && !is_occupied(*block, first)) ++first;
  while (end > first && !is_occupied(*block, end - 1)) --end;
  if (first == end) {
    blocks.erase(block);
    return Put::reshaped;
  }
  if (end - first == static_cast<std::int32_t>(block->periods)) return done;
  reshape(*block, first, static_cast<std::uint32_t>(end - first));
  return Put::reshaped;
}

}  // namespace dabiao::data
