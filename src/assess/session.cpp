#include "dabiao/assess/session.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "assessor.hpp"
#include "dabiao/data/placed_report.hpp"
#include "dabiao/graph/dependency_graph.hpp"

namespace dabiao::assessment {

namespace {

/// What a cell is the answer to.
auto question(const Cell& cell) {
  return std::tuple(cell.target, cell.span.first, cell.span.last, cell.level, cell.entity,
                    cell.group);
}

struct Earlier {
  bool operator()(const Cell* a, const Cell* b) const { return question(*a) < question(*b); }
};

}  // namespace

struct Session::Implementation {
  std::shared_ptr<const ir::Program> program;
  std::shared_ptr<data::Cube> cube;
  Options options;
  std::vector<model::TargetId> targets;  // those asked for, in the order of the plan's
  std::vector<model::TargetId> order;    // those that others refer to before these
  std::optional<data::Cube> givens;      // what the plan gives where nothing is reported
  std::unique_ptr<Assessor> assessor;
  std::uint64_t evaluated_before = 0;

  void assess() {
    if (assessor) evaluated_before += assessor->evaluator().evaluated_cells();
    assessor = std::make_unique<Assessor>(program, cube, options);
    assessor->keep_up();
    for (const model::TargetId id : order) assessor->cells(id);
  }

  /// A report that is taken away uncovers what the plan gives.
  void uncover(data::PlacedReport& report) const {
    if (!givens || report.value.reason != value::Reason::not_reported) return;
    const std::string path = cube->entities.path(report.entity.level, report.entity.entity);
    const auto entity = path.empty() ? std::optional<data::EntityIndex>(report.entity.entity)
                                     : givens->entities.find(report.entity.level, path);
    if (!entity) return;
    for (const data::ReportBlock& block : givens->inputs[report.input].blocks) {
      if (block.level != report.entity.level) continue;
      if (block.grain.has_value() != report.period.has_value()) continue;
      if (report.period && *block.grain != report.period->grain) continue;
      const std::int32_t period = report.period ? report.period->index : 0;
      if (!block.holds(period) || *entity >= block.entities) continue;
      const std::uint64_t cell = block.cell(period, *entity);
      if (block.known(cell)) report.value = data::CellValue::of(block.exact_value(cell));
    }
  }

  Assessment empty() const {
    Assessment result;
    result.program = program;
    result.cube = cube;
    result.as_of = options.as_of;
    return result;
  }

  bool is_asked(model::TargetId id) const {
    return std::find(targets.begin(), targets.end(), id) != targets.end();
  }

  /// What is different between the cells of a target before and now.
  void compare(const std::vector<Cell>& before, const std::vector<Cell>& now,
               Difference& difference) const {
    std::set<const Cell*, Earlier> left;
    for (const Cell& cell : before) left.insert(&cell);
    for (const Cell& cell : now) {
      const auto known = left.find(&cell);
      if (known == left.end()) {
        difference.cells.cells_.push_back(cell);
        continue;
      }
      if (!(**known == cell)) difference.cells.cells_.push_back(cell);
      left.erase(known);
    }
    for (const Cell* cell : left) difference.gone.cells_.push_back(*cell);
  }

  Difference assess_again() {
    std::map<model::TargetId, std::vector<Cell>> before;
    for (const model::TargetId id : targets) before[id] = assessor->cells(id);
    assess();
    Difference difference{empty(), empty()};
    for (const model::TargetId id : targets) compare(before[id], assessor->cells(id), difference);
    return difference;
  }

  Difference update() {
    Assessor::Update done = assessor->update();
    Difference difference{empty(), empty()};
    // The cell as it was before the first of its changes.
    std::map<std::pair<model::TargetId, std::size_t>, const Cell*> first;
    for (const Assessor::Changed& each : done.changed) {
      if (!done.moved.contains(each.target))
        first.emplace(std::pair(each.target, each.cell), &each.before);
    }
    for (const model::TargetId id : targets) {
      const std::vector<Cell>& cells = assessor->cells(id);
      if (const auto moved = done.moved.find(id); moved != done.moved.end()) {
        compare(moved->second, cells, difference);
        continue;
      }
      for (auto at = first.lower_bound({id, 0}); at != first.end() && at->first.first == id; ++at) {
        const Cell& cell = cells[at->first.second];
        if (!(cell == *at->second)) difference.cells.cells_.push_back(cell);
      }
    }
    return difference;
  }
};

Session::Session(std::shared_ptr<const ir::Program> program, const data::Cube& cube,
                 const Options& options)
    : implementation_(std::make_unique<Implementation>()) {
  Implementation& session = *implementation_;
  session.program = std::move(program);
  session.cube = std::make_shared<data::Cube>(cube);
  session.options = options;
  session.targets = options.targets;
  if (session.targets.empty()) {
    for (model::TargetId id = 0; id < session.program->targets.size(); ++id) {
      session.targets.push_back(id);
    }
  }
  const model::Plan& plan = *session.program->plan;
  for (const graph::Node& node : graph::build(plan).needed_for(session.targets)) {
    if (node.kind == graph::Node::Kind::target) session.order.push_back(node.index);
  }
  const bool gives = std::any_of(plan.givens.begin(), plan.givens.end(),
                                 [](const auto& given) { return given.input != model::none; });
  if (gives) {
    auto givens = data::Dataset().build(session.program->plan);
    if (givens) session.givens = std::move(*givens);
  }
  session.assess();
}

Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;
Session::~Session() = default;

Checked<Difference> Session::set(std::span<const data::Report> reports) {
  Implementation& session = *implementation_;
  std::vector<data::PlacedReport> placed;
  text::Diagnostics problems;
  for (std::size_t i = 0; i < reports.size(); ++i) {
    Checked<data::PlacedReport> found = data::place(*session.cube, reports[i]);
    if (found) {
      placed.push_back(std::move(*found));
      continue;
    }
    for (text::Diagnostic problem : found.diagnostics().list()) {
      if (reports.size() > 1) problem.data_place = text::DataPlace{"reports", i + 1, ""};
      problems.list().push_back(std::move(problem));
    }
  }
  if (problems.has_errors()) return problems;
  for (data::PlacedReport& report : placed) session.uncover(report);
  bool reshaped = false;
  std::vector<const data::PlacedReport*> replaced;
  for (const data::PlacedReport& report : placed) {
    const data::Put put = data::put(*session.cube, report);
    reshaped |= put == data::Put::reshaped;
    if (put == data::Put::replaced) replaced.push_back(&report);
  }
  if (reshaped) return session.assess_again();
  for (const data::PlacedReport* report : replaced) {
    session.assessor->evaluator().changed(report->input, report->entity.level,
                                          report->entity.entity);
  }
  return session.update();
}

Assessment Session::assessment() const {
  Assessment result = implementation_->empty();
  for (const model::TargetId id : implementation_->targets) {
    const std::vector<Cell>& cells = implementation_->assessor->cells(id);
    result.cells_.insert(result.cells_.end(), cells.begin(), cells.end());
  }
  result.cube = std::make_shared<const data::Cube>(*implementation_->cube);
  return result;
}

const data::Cube& Session::cube() const {
  return *implementation_->cube;
}

std::uint64_t Session::evaluated_cells() const {
  return implementation_->evaluated_before +
         implementation_->assessor->evaluator().evaluated_cells();
}

}  // namespace dabiao::assessment
