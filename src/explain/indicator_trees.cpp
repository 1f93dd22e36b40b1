#include "dabiao/explain/indicator_trees.hpp"

#include <algorithm>
#include <utility>

#include "dabiao/ir/lower.hpp"
#include "explain/formula_tree.hpp"
#include "explain/one_cell.hpp"

namespace dabiao::explain {

namespace {

/// The level at which an indicator stands by itself.
model::LevelId own_level(const ir::Program& program, ir::NodeId node) {
  const ir::Needs& needs = program.needs_of(node);
  if ((needs.own | needs.exact | needs.parts) != 0) return ir::deepest_level(program, node);
  model::LevelId highest = model::none;
  for (model::LevelId level = 0; level < program.plan->levels.size(); ++level) {
    if (!ir::fits_level(program, node, level)) continue;
    if (highest == model::none ||
        program.plan->levels[level].depth < program.plan->levels[highest].depth) {
      highest = level;
    }
  }
  return highest;
}

/// The cells at which the indicator is asked about.
std::vector<assessment::Cell> places(const assessment::Assessment& assessment, ir::NodeId node) {
  const ir::Program& program = *assessment.program;
  std::vector<assessment::Cell> found;
  for (const assessment::Cell& cell : assessment.cells()) {
    const std::vector<ir::Comparison>& comparisons = program.targets[cell.target].comparisons;
    const bool measures =
        std::any_of(comparisons.begin(), comparisons.end(),
                    [node](const ir::Comparison& each) { return each.value == node; });
    if (!measures || !cell.due || cell.status == assessment::Status::not_applicable) continue;
    const bool seen = std::any_of(found.begin(), found.end(), [&](const assessment::Cell& other) {
      return other.level == cell.level && other.entity == cell.entity &&
             other.group == cell.group && other.span == cell.span && other.due == cell.due;
    });
    if (!seen) found.push_back(cell);
  }
  if (!found.empty()) return found;
  const model::LevelId level = own_level(program, node);
  if (level == model::none) return found;
  assessment::Cell blank;
  blank.level = level;
  blank.span = assessment.plan().window.value_or(calendar::Span::everything());
  blank.due = blank.span.last.value_or(assessment.as_of);
  for (data::EntityIndex each = 0; each < assessment.cube->entities.level(level).size(); ++each) {
    blank.entity = each;
    found.push_back(blank);
  }
  return found;
}

}  // namespace

std::vector<Node> indicator_trees(const assessment::Assessment& assessment,
                                  model::IndicatorId indicator, const Options& options) {
  const ir::NodeId node = assessment.program->indicators[indicator];
  std::vector<Node> trees;
  if (node == ir::no_node) return trees;
  for (const assessment::Cell& cell : places(assessment, node)) {
    OneCell one(assessment, cell, options);
    Node tree = FormulaTree(one).build(node, one.frame);
    // Elsewhere an indicator stands for its formula; here it is asked what that is.
    const ir::NodeId formula = assessment.program->at(node).arguments.front();
    tree.children = {FormulaTree(one, true).build(formula, one.frame)};
    trees.push_back(std::move(tree));
  }
  return trees;
}

}  // namespace dabiao::explain
