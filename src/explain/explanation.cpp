#include "dabiao/explain/explanation.hpp"

#include <algorithm>

#include "explain/changes.hpp"
#include "explain/formula_tree.hpp"
#include "explain/missing_reports.hpp"
#include "explain/one_cell.hpp"

namespace dabiao::explain {

namespace {

/// The line that assessment drew: told from the value that it expects.
std::optional<Path> path_of(OneCell& one, const assessment::ComparisonResult& result) {
  if (!result.expected || !result.threshold || !one.cell.due) return std::nullopt;
  const ir::Comparison& comparison = one.target().comparisons[result.comparison];
  Path path;
  path.due = *one.cell.due;
  path.day = result.data_day.value_or(std::min(one.assessment.as_of, path.due));
  path.start = result.start;
  path.end = *result.threshold;
  const auto& milestones = one.target().milestones;
  const bool any_due = std::any_of(milestones.begin(), milestones.end(),
                                   [&](const auto& each) { return each.due <= path.day; });
  if (any_due) {
    path.kind = Path::Kind::milestone;
    return path;
  }
  if (!milestones.empty()) {
    // What the start has reached already stands at an end of what is asked.
    const bool at_end = result.expected == result.threshold || result.expected == result.upper;
    if (result.expected == result.start && !at_end) path.kind = Path::Kind::start;
    path.end = *result.expected;
    return path;
  }
  const std::optional<calendar::Span>& window = one.plan().window;
  std::optional<calendar::Date> first = one.cell.span.first;
  if (!one.program().at(comparison.value).reads_flow && window && window->first) {
    first = window->first;
  }
  if (result.start && first) {
    path.start_day = calendar::add_days(*first, -1);
    path.total = path.due - *first + 1;
    path.elapsed =
        std::clamp<std::int64_t>(path.day - *first + 1, 0, std::max<std::int64_t>(path.total, 0));
    if (path.total > 0) {
      for (const auto& end : {result.threshold, result.upper}) {
        if (!end) continue;
        const Rational there =
            *result.start + (*end - *result.start) * Rational(path.elapsed, path.total);
        if (there != *result.expected) continue;
        path.kind = Path::Kind::line;
        path.end = *end;
        return path;
      }
    }
  }
  path.end = *result.expected;
  return path;
}

}  // namespace

std::string_view name(NodeKind kind) {
  switch (kind) {
    case NodeKind::constant:
      return "constant";
    case NodeKind::input:
      return "input";
    case NodeKind::indicator:
      return "indicator";
    case NodeKind::table:
      return "table";
    case NodeKind::call:
      return "call";
    case NodeKind::aggregate:
      return "aggregate";
    case NodeKind::rank:
      return "rank";
    case NodeKind::elsewhere:
      return "elsewhere";
    case NodeKind::due:
      return "due";
    case NodeKind::target:
      return "target";
    case NodeKind::complete:
      return "complete";
  }
  return "";
}

std::string_view name(Source::From from) {
  switch (from) {
    case Source::From::own:
      return "own";
    case Source::From::parts:
      return "parts";
    case Source::From::assumed:
      return "assumed";
    case Source::From::nothing:
      return "nothing";
  }
  return "";
}

std::string_view name(Report::Whence whence) {
  switch (whence) {
    case Report::Whence::unknown:
      return "unknown";
    case Report::Whence::data:
      return "data";
    case Report::Whence::given:
      return "given";
  }
  return "";
}

std::string_view name(Path::Kind kind) {
  switch (kind) {
    case Path::Kind::line:
      return "line";
    case Path::Kind::milestone:
      return "milestone";
    case Path::Kind::start:
      return "start";
    case Path::Kind::threshold:
      return "threshold";
  }
  return "";
}

std::string_view name(Change::Kind kind) {
  return kind == Change::Kind::input ? "input" : "members";
}

Explanation explain(const assessment::Assessment& assessment, const assessment::Cell& cell,
                    const Options& options) {
  OneCell one(assessment, cell, options);
  const model::Plan& plan = assessment.plan();
  const model::Target& target = plan.targets[cell.target];
  Explanation result;
  result.plan = assessment.program->plan;
  result.target = target.name;
  result.label = target.label;
  if (target.clause != model::none) {
    result.clause = plan.clauses[target.clause].number;
    result.clause_title = plan.clauses[target.clause].title;
  }
  result.cite = target.cite;
  result.tags = target.tags;
  result.lead = assessment.lead(cell);
  result.responsible = assessment.responsible(cell);
  result.cooperating = assessment.cooperating(cell);
  result.at = {assessment.entity_path(cell), assessment.level_name(cell), cell.span};
  result.read = one.evaluator.frames().at(one.frame).spans.front().span;
  result.entity_name = assessment.entity_name(cell);
  result.condition = one.text(target.condition, target.place);
  result.as_of = assessment.as_of;
  result.cell = cell;
  result.due = cell.due && assessment.as_of >= *cell.due;

  FormulaTree tree(one);
  const ir::Target& lowered = one.target();
  if (!cell.due) {
    for (const ir::NodeId date : lowered.dates) {
      result.deadlines.push_back(tree.build(date, one.frame));
    }
    if (cell.status == assessment::Status::undecided) result.missing = missing_reports(one);
    return result;
  }
  result.holds = one.holds();
  if (lowered.filter != ir::no_node) {
    const engine::Cell filter = one.at(lowered.filter, one.frame);
    if (!filter.known() || filter.value.is_zero()) {
      result.filter = tree.build(lowered.filter, one.frame);
    }
  }
  for (const assessment::ComparisonResult& each : cell.comparisons) {
    const ir::Comparison& comparison = lowered.comparisons[each.comparison];
    Comparison found;
    found.text = one.text(comparison.truth);
    found.comparator = comparison.comparator;
    found.result = each;
    found.binding = cell.comparisons.size() > 1 && cell.binding == each.comparison;
    found.path = path_of(one, each);
    found.value = tree.build(comparison.value, one.frame);
    const auto limit = [&](ir::NodeId node) -> std::optional<Node> {
      if (node == ir::no_node) return std::nullopt;
      // What is a plain number, or the deadline, has been said.
      const ir::Operation operation = one.program().at(node).operation;
      if (operation == ir::Operation::constant || operation == ir::Operation::due) {
        return std::nullopt;
      }
      return tree.build(node, one.frame);
    };
    found.threshold = limit(comparison.threshold);
    found.upper = limit(comparison.upper);
    result.comparisons.push_back(std::move(found));
  }
  if (cell.status == assessment::Status::not_applicable) return result;
  result.missing = missing_reports(one);
  if (result.holds) {
    result.turns_to = !*result.holds;
    result.changes = smallest_changes(one);
  }
  return result;
}

}  // namespace dabiao::explain
