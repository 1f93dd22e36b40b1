#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "lowering.hpp"

namespace dabiao::ir::detail {

namespace {

Comparator comparator_of(std::string_view function) {
  if (function == "greater_equal") return Comparator::at_least;
  if (function == "greater") return Comparator::more_than;
  if (function == "less_equal") return Comparator::at_most;
  if (function == "less") return Comparator::less_than;
  if (function == "equal") return Comparator::equal;
  if (function == "not_equal") return Comparator::not_equal;
  if (function == "within") return Comparator::within;
  return Comparator::holds;
}

/// The other way round, for comparisons that have a threshold.
std::string_view function_of(Comparator comparator) {
  switch (comparator) {
    case Comparator::at_least:
      return "greater_equal";
    case Comparator::more_than:
      return "greater";
    case Comparator::at_most:
      return "less_equal";
    case Comparator::less_than:
      return "less";
    case Comparator::equal:
      return "equal";
    case Comparator::not_equal:
      return "not_equal";
    default:
      return "within";
  }
}

Comparator mirrored(Comparator comparator) {
  switch (comparator) {
    case Comparator::at_least:
      return Comparator::at_most;
    case Comparator::more_than:
      return Comparator::less_than;
    case Comparator::at_most:
      return Comparator::at_least;
    case Comparator::less_than:
      return Comparator::more_than;
    default:
      return comparator;
  }
}

Comparator opposite(Comparator comparator) {
  switch (comparator) {
    case Comparator::at_least:
      return Comparator::less_than;
    case Comparator::more_than:
      return Comparator::at_most;
    case Comparator::at_most:
      return Comparator::more_than;
    case Comparator::less_than:
      return Comparator::at_least;
    case Comparator::equal:
      return Comparator::not_equal;
    case Comparator::not_equal:
      return Comparator::equal;
    case Comparator::holds:
    case Comparator::within:
      return Comparator::holds_not;
    case Comparator::holds_not:
      return Comparator::holds;
  }
  return comparator;
}

}  // namespace

std::uint32_t Lowering::comparison_of(Target& target, NodeId id, bool negated) {
  const Node node = at(id);
  Comparison comparison;
  comparison.place = node.place;
  comparison.truth = id;
  comparison.value = id;
  if (node.operation == Operation::call && node.function->info.family == "comparison") {
    comparison.comparator = comparator_of(node.function->info.name);
    NodeId measured = node.arguments[0];
    NodeId threshold = node.arguments[1];
    const bool turned = comparison.comparator != Comparator::within && !at(measured).reads_data &&
                        at(threshold).reads_data;
    if (turned) {
      std::swap(measured, threshold);
      comparison.comparator = mirrored(comparison.comparator);
    }
    comparison.numeric = at(measured).type.is_number();
    if (!at(measured).type.is_yesno()) {
      comparison.value = measured;
      comparison.threshold = threshold;
      if (comparison.comparator == Comparator::within) comparison.upper = node.arguments[2];
    } else {
      comparison.comparator = Comparator::holds;
    }
  }
  if (negated) {
    comparison.comparator = opposite(comparison.comparator);
    comparison.truth =
        call(*function::find_elementwise("not"), {id}, Type::yesno(), node.place, node.origin);
    if (comparison.comparator == Comparator::holds_not) {
      comparison.value = comparison.truth;
      comparison.threshold = comparison.upper = no_node;
      comparison.numeric = false;
    }
  }
  target.comparisons.push_back(comparison);
  return static_cast<std::uint32_t>(target.comparisons.size() - 1);
}

std::uint32_t Lowering::clauses_of(Target& target, NodeId condition, bool negated) {
  const auto is_parted = [&](const Node& node) {
    if (node.operation != Operation::call) return false;
    const std::string_view name = node.function->info.name;
    return name == "and" || name == "or" || name == "not";
  };
  if (!is_parted(at(condition))) {  // as most are
    target.clauses.emplace_back().comparison = comparison_of(target, condition, negated);
    return static_cast<std::uint32_t>(target.clauses.size() - 1);
  }
  // A work list with a second visit, so that long chains of `or` need no stack.
  struct Visit {
    NodeId node;
    bool negated;
    bool opened;
  };
  std::vector<Visit> work{{condition, negated, false}};
  std::vector<std::uint32_t> done;
  const auto junction = [&](NodeId id) {
    const Node& node = at(id);
    return node.operation == Operation::call &&
           (node.function->info.name == "and" || node.function->info.name == "or");
  };
  while (!work.empty()) {
    const Visit visit = work.back();
    work.pop_back();
    const Node& node = at(visit.node);
    if (!visit.opened && node.operation == Operation::call && node.function->info.name == "not") {
      work.push_back({node.arguments[0], !visit.negated, false});
    } else if (!visit.opened && junction(visit.node)) {
      work.push_back({visit.node, visit.negated, true});
      for (auto part = node.arguments.rbegin(); part != node.arguments.rend(); ++part) {
        work.push_back({*part, visit.negated, false});
      }
    } else if (visit.opened) {
      Clause clause;
      const bool all = (node.function->info.name == "and") != visit.negated;
      clause.kind = all ? Clause::Kind::all : Clause::Kind::any;
      const std::size_t count = node.arguments.size();
      clause.parts.assign(done.end() - static_cast<std::ptrdiff_t>(count), done.end());
      done.resize(done.size() - count);
      target.clauses.push_back(std::move(clause));
      done.push_back(static_cast<std::uint32_t>(target.clauses.size() - 1));
    } else {
      Clause clause;
      clause.comparison = comparison_of(target, visit.node, visit.negated);
      target.clauses.push_back(std::move(clause));
      done.push_back(static_cast<std::uint32_t>(target.clauses.size() - 1));
    }
  }
  return done.back();
}

/// Takes every measured side over the parts that are there, and makes the condition anew from the
/// comparisons.
void Lowering::complete_comparisons(Target& target, const Rational& share) {
  for (Comparison& comparison : target.comparisons) {
    if (!comparison.numeric) continue;
    comparison.value = completed(comparison.value, share, comparison.place);
    syntax::Operands arguments{comparison.value, comparison.threshold};
    if (comparison.upper != no_node) arguments.push_back(comparison.upper);
    comparison.truth = call(*function::find_elementwise(function_of(comparison.comparator)),
                            std::move(arguments), Type::yesno(), comparison.place, no_expression);
  }
  std::vector<NodeId> truths;
  for (const Clause& clause : target.clauses) {
    if (clause.kind == Clause::Kind::comparison) {
      truths.push_back(target.comparisons[clause.comparison].truth);
      continue;
    }
    syntax::Operands parts;
    for (const std::uint32_t part : clause.parts) parts.push_back(truths[part]);
    truths.push_back(call(
        *function::find_elementwise(clause.kind == Clause::Kind::all ? "and" : "or"),
        std::move(parts), Type::yesno(), at(target.condition).place, at(target.condition).origin));
  }
  target.condition = truths.back();
}

void Lowering::lower_target(model::TargetId id) {
  const model::Target& declared = plan_.targets[id];
  Target& target = program_.targets[id];
  NodeId condition = lower(declared.condition);
  if (condition != no_node && !at(condition).type.is_yesno()) {
    report({&kind("type_mismatch"),
            {{"seen", value::describe(at(condition).type, Language::english),
              value::describe(at(condition).type, Language::chinese)},
             {"expected", "a condition, as in `x >= 1`", "条件,如 `x >= 1`"}},
            0},
           ast_.at(declared.condition).place, declared.condition);
    condition = no_node;
  }
  const Place where_place =
      declared.where.place.end > declared.where.place.begin ? declared.where.place : declared.place;
  std::vector<LevelId> levels = declared.where.levels;
  for (const model::GroupId group : declared.where.groups) {
    levels.push_back(plan_.groups[group].level);
  }
  for (const model::GroupId group : declared.where.group_cells) {
    levels.push_back(plan_.groups[group].level);
  }
  if (levels.empty() && declared.where.entities.empty()) levels.push_back(0);
  for (const LevelId level : levels) check_level(condition, level, where_place);
  if (declared.where.filter != no_expression) {
    const NodeId filter = lower(declared.where.filter);
    if (filter != no_node && !at(filter).type.is_yesno()) {
      report({&kind("type_mismatch"),
              {{"seen", value::describe(at(filter).type, Language::english),
                value::describe(at(filter).type, Language::chinese)},
               {"expected", "a yes/no", "是否"}},
              0},
             ast_.at(declared.where.filter).place, declared.where.filter);
    } else {
      for (const LevelId level : levels) check_level(filter, level, where_place);
      target.filter = filter;
    }
  }
  for (const ExpressionId date : declared.when.dates) {
    const NodeId node = lower(date);
    if (node == no_node) continue;
    if (!at(node).type.is_date()) {
      report({&kind("type_mismatch"),
              {{"seen", value::describe(at(node).type, Language::english),
                value::describe(at(node).type, Language::chinese)},
               {"expected", "a date, as in `2024-12-31`", "日期,如 `2024-12-31`"}},
              0},
             ast_.at(date).place, date);
      continue;
    }
    for (const LevelId level : levels) check_level(node, level, where_place);
    target.dates.push_back(node);
  }
  if (condition == no_node) return;
  if (declared.when.kind == syntax::When::Kind::each && at(condition).periods &&
      !calendar::is_finer(*at(condition).periods, declared.when.grain)) {
    const auto& inner = calendar::name_of(*at(condition).periods);
    const auto& outer = calendar::name_of(declared.when.grain);
    diagnostics_.add(kind("aggregate_not_finer"), ast_.at(declared.condition).place)
        .with("grain", std::string(inner.english), std::string(inner.chinese))
        .with("outer", std::string(outer.english), std::string(outer.chinese));
  }
  target.condition = condition;
  clauses_of(target, condition, false);
  if (declared.complete) complete_comparisons(target, *declared.complete);
  const auto numeric =
      std::find_if(target.comparisons.begin(), target.comparisons.end(),
                   [](const Comparison& each) { return each.threshold != no_node; });
  for (const model::Milestone& milestone : declared.milestones) {
    NodeId node = lower(milestone.value);
    if (node == no_node) continue;
    if (numeric == target.comparisons.end()) {
      diagnostics_.add(kind("milestone_without_threshold"), milestone.place);
      break;
    }
    const Type& wanted = at(numeric->threshold).type;
    if (wanted.is_stage()) node = as_stage_of(node, milestone.value, wanted.scale);
    if (!value::compatible(wanted, at(node).type)) {
      const Expression& written = ast_.at(milestone.value);
      const bool bare =
          written.kind == ExpressionKind::number && written.unit.empty() && wanted.is_number();
      if (bare) {
        report({&kind("unit_not_written"), {{"unit", wanted.unit.text(), {}}}, 0}, written.place,
               milestone.value);
      } else {
        report({&kind("type_mismatch"),
                {{"seen", value::describe(at(node).type, Language::english),
                  value::describe(at(node).type, Language::chinese)},
                 {"expected", value::describe(wanted, Language::english),
                  value::describe(wanted, Language::chinese)}},
                0},
               written.place, milestone.value);
      }
      continue;
    }
    for (const LevelId level : levels) check_level(node, level, where_place);
    target.milestones.push_back({milestone.when.last_day(), node, milestone.place});
  }
  std::sort(target.milestones.begin(), target.milestones.end(),
            [](const Milestone& a, const Milestone& b) { return a.due < b.due; });
}

void Lowering::lower_stated() {
  for (std::size_t i = 0; i < plan_.stated.size(); ++i) {
    const model::Stated& declared = plan_.stated[i];
    Stated& stated = program_.stated[i];
    stated.figure = lower(declared.figure);
    stated.value = lower(declared.value);
    if (stated.figure == no_node || stated.value == no_node) continue;
    if (at(stated.figure).type.is_stage()) {
      stated.value = as_stage_of(stated.value, declared.value, at(stated.figure).type.scale);
    }
    if (!value::compatible(at(stated.figure).type, at(stated.value).type)) {
      const Expression& written = ast_.at(declared.value);
      if (written.kind == ExpressionKind::number && written.unit.empty() &&
          at(stated.figure).type.is_number()) {
        report({&kind("unit_not_written"), {{"unit", at(stated.figure).type.unit.text(), {}}}, 0},
               written.place, declared.value);
      } else {
        report({&kind("type_mismatch"),
                {{"seen", value::describe(at(stated.value).type, Language::english),
                  value::describe(at(stated.value).type, Language::chinese)},
                 {"expected", value::describe(at(stated.figure).type, Language::english),
                  value::describe(at(stated.figure).type, Language::chinese)}},
                0},
               written.place, declared.value);
      }
      stated.value = no_node;
    }
    for (const LevelId level : declared.where.levels) {
      check_level(stated.figure, level, declared.where.place);
    }
    if (declared.where.levels.empty() && declared.where.entities.empty() &&
        declared.where.groups.empty() && declared.where.group_cells.empty()) {
      check_level(stated.figure, 0, ast_.at(declared.figure).place);
    }
  }
}

}  // namespace dabiao::ir::detail
