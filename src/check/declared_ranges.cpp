#include <string>
#include <string_view>

#include "checks.hpp"

namespace dabiao::check::detail {

using exact::Interval;
using text::kind;

namespace {

int months_of(calendar::Grain grain) {
  switch (grain) {
    case calendar::Grain::year:
      return 12;
    case calendar::Grain::half:
      return 6;
    case calendar::Grain::quarter:
      return 3;
    case calendar::Grain::month:
      return 1;
    case calendar::Grain::day:
      break;
  }
  return 0;
}

/// The words of a range where they are not a predicate.
Words without_verb(Words words) {
  constexpr std::string_view verb = "为 ";
  if (words.chinese.starts_with(verb)) words.chinese.erase(0, verb.size());
  return words;
}

void outside(const model::Plan& plan, const model::Input& input, text::Place place,
             const Interval& seen, text::Diagnostics& diagnostics) {
  text::Diagnostic& diagnostic = diagnostics.add(kind("outside_input_range"), place);
  with(diagnostic, "seen", without_verb(range_words(plan, input.type, seen)))
      .with("name", input.name);
  with(diagnostic, "range", without_verb(range_words(plan, input.type, input.range)))
      .label(input.place, "declared here", "在此声明");
}

/// What a lever or a scenario may set an input to where it is set for a whole: more than one
/// entity's range is the sum of several.
bool concerns_single_entities(const model::Plan& plan, const model::Input& input,
                              const model::Where& where) {
  const bool everywhere = where.levels.empty() && where.groups.empty() &&
                          where.group_cells.empty() && where.entities.empty();
  if (everywhere && input.level != 0 && input.over_parts == model::RollUp::sum) return false;
  for (const model::LevelId level : where.levels) {
    if (level != input.level) return false;
  }
  for (const model::GroupId group : where.group_cells) {
    if (plan.groups[group].level == input.level) return false;
  }
  return where.entities.empty() || input.over_parts != model::RollUp::sum;
}

}  // namespace

void check_declared_ranges(Inspection& inspection, text::Diagnostics& diagnostics) {
  const model::Plan& plan = inspection.plan;
  for (const model::Input& input : plan.inputs) {
    if (!input.fresh_months || !input.each || *input.fresh_months >= months_of(*input.each)) {
      continue;
    }
    text::Diagnostic& diagnostic = diagnostics.add(kind("fresh_shorter_than_period"), input.place)
                                       .with("name", input.name)
                                       .with("months", std::to_string(*input.fresh_months));
    with(diagnostic, "grain", words(*input.each));
  }
  for (const model::Lever& lever : plan.levers) {
    const model::Input& input = plan.inputs[lever.input];
    if (!lever.range || !concerns_single_entities(plan, input, lever.where)) continue;
    const auto inside = intersect(*lever.range, input.range);
    if (inside && *inside == *lever.range) continue;
    outside(plan, input, lever.place, *lever.range, diagnostics);
  }
  for (const model::Scenario& scenario : plan.scenarios) {
    for (const model::ScenarioChange& change : scenario.changes) {
      const model::Input& input = plan.inputs[change.input];
      if (change.how != syntax::ScenarioChange::How::set ||
          input.range.contains(change.value.value) ||
          !concerns_single_entities(plan, input, change.where)) {
        continue;
      }
      outside(plan, input, change.place, Interval::point(change.value.value), diagnostics);
    }
  }
}

}  // namespace dabiao::check::detail
