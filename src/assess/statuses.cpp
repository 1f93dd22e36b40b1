#include "dabiao/assess/statuses.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <deque>
#include <map>
#include <numeric>
#include <thread>
#include <tuple>
#include <utility>

#include "assessor.hpp"
#include "cost.hpp"
#include "dabiao/calendar/period.hpp"
#include "dabiao/text/diagnostic_kinds.hpp"
#include "ledger/pass.hpp"

namespace dabiao::assessment {

using calendar::Date;
using data::EntityIndex;
using ledger::Task;
using model::TargetId;

namespace {

constexpr std::uint8_t code(Status status) {
  return static_cast<std::uint8_t>(status);
}

/// The first day of any report, as the assessor has it.
std::optional<Date> earliest_of(const data::Cube& cube) {
  std::optional<Date> earliest;
  for (const data::InputReports& reports : cube.inputs) {
    for (const data::ReportBlock& block : reports.blocks) {
      if (!block.grain || block.periods == 0) continue;
      const Date first = calendar::Period{*block.grain, block.first_period}.first_day();
      if (!earliest || first < *earliest) earliest = first;
    }
  }
  return earliest;
}

}  // namespace

class Statuses::Run {
 public:
  Run(std::shared_ptr<const ir::Program> program, std::shared_ptr<const data::Cube> cube,
      const StatusOptions& options)
      : program_(std::move(program)),
        cube_(std::move(cube)),
        options_(options),
        threads_(options.threads != 0 ? options.threads
                                      : std::max(1U, std::thread::hardware_concurrency())),
        earliest_(earliest_of(*cube_)),
        ledger_(*program_, *cube_, options.as_of, threads_) {
    exact_options_.as_of = options.as_of;
    exact_options_.reached_on = false;
    exact_options_.most_steps = options.most_steps;
    plan();
  }

  std::optional<StatusBlock> next() {
    while (ready_.empty()) {
      if (next_pass_ < order_.size()) {
        run_next();
      } else if (next_whole_ < whole_.size()) {
        assess_whole(whole_[next_whole_++]);
      } else {
        return std::nullopt;
      }
    }
    auto [block, tally] = std::move(ready_.front());
    ready_.pop_front();
    effort_.cells += block.statuses->size();
    counts_.push_back({block.target, block.level, block.group, block.span, tally});
    return std::move(block);
  }

  const std::vector<StatusCount>& counts() const { return counts_; }
  const text::Diagnostics& warnings() const { return warnings_; }
  Effort effort() const { return effort_; }
  const std::vector<calendar::Span>& spans() const { return spans_; }
  bool knows_all_spans() const { return whole_.empty(); }
  const data::Cube& cube() const { return *cube_; }

 private:
  void plan();
  void add_tasks(TargetId target);
  void run_next();
  void make_columns(std::size_t number);
  void make_columns_of(const std::vector<ledger::ColumnKey>& keys);
  void run(const ledger::Pass& pass);
  void let_go(const std::vector<ledger::ColumnKey>& keys);
  void decide(Task& task);
  void assess_whole(TargetId target);
  /// The place of everybody at a level.
  const Place& whole_level(model::LevelId level);
  bool too_costly(TargetId target);
  void hand_out(Task& task);

  std::shared_ptr<const ir::Program> program_;
  std::shared_ptr<const data::Cube> cube_;
  StatusOptions options_;
  unsigned threads_;
  std::optional<Date> earliest_;
  ledger::Ledger ledger_;
  Options exact_options_;
  std::deque<Place> places_;
  std::map<model::LevelId, const Place*> whole_levels_;
  std::deque<Task> tasks_;
  std::vector<TargetId> whole_;  // targets that only the assessor can do
  using PassKey =
      std::tuple<std::int32_t, std::int32_t, bool, bool, std::uint32_t, int, model::LevelId>;
  struct Planned {
    ledger::Pass pass;
    bool has_columns = false;
  };
  std::vector<Planned> passes_;
  std::vector<std::size_t> order_;
  std::map<ledger::ColumnKey, std::size_t> made_by_;                   // the pass
  std::map<ledger::ColumnKey, std::vector<ledger::ColumnKey>> reads_;  // of a column
  std::map<ledger::ColumnKey, std::uint32_t> readers_;                 // that are still to come
  std::size_t next_pass_ = 0;
  std::size_t next_whole_ = 0;
  std::map<TargetId, bool> costly_;
  std::unique_ptr<Assessor> assessor_;
  std::vector<calendar::Span> spans_;
  std::deque<std::pair<StatusBlock, Tally>> ready_;
  ledger::StatusPool pool_;
  std::vector<StatusCount> counts_;
  text::Diagnostics warnings_;
  Effort effort_;
};

void Statuses::Run::plan() {
  std::vector<TargetId> targets = options_.targets;
  if (targets.empty()) {
    for (TargetId id = 0; id < program_->targets.size(); ++id) targets.push_back(id);
  }
  for (const TargetId id : targets) add_tasks(id);

  // What stands at one level and asks about one span goes together, as soon as what it reads is
  // there. Spans that end first come first, so that little has to be kept; of one span, what needs
  // nothing else.
  ledger::Planner planner(ledger_);
  std::map<PassKey, std::size_t> numbers;
  const auto pass_at = [&](std::uint32_t stage, model::LevelId level,
                           const engine::FrameSpan& span) -> Planned& {
    const int depth = -static_cast<int>(program_->plan->levels[level].depth);
    const PassKey key{span.span.last_day().days(),
                      -span.span.first_day().days(),
                      span.span.first.has_value(),
                      span.span.last.has_value(),
                      stage,
                      depth,
                      level};
    const auto [found, is_new] = numbers.try_emplace(key, passes_.size());
    if (is_new) {
      passes_.emplace_back();
      passes_.back().pass.level = level;
    }
    return passes_[found->second];
  };
  for (Task& task : tasks_) {
    std::uint32_t stage = 0;
    try {
      stage = planner.stage_of(task);
    } catch (const ledger::Unfit&) {
      task.one_by_one = true;
      task.reads.clear();
    }
    pass_at(stage, task.place->level, task.slot.read).pass.tasks.push_back(&task);
    for (const ledger::ColumnKey& key : task.reads) ++readers_[key];
  }
  for (const auto& [key, planned] : planner.columns()) {
    pass_at(planned.stage, ledger::Planner::made_from(ledger_, key), key.span)
        .pass.columns.push_back(key);
    for (const ledger::ColumnKey& each : planned.reads) ++readers_[each];
    reads_[key] = planned.reads;
  }
  for (const auto& [key, number] : numbers) order_.push_back(number);
  for (std::size_t number = 0; number < passes_.size(); ++number) {
    for (const ledger::ColumnKey& key : passes_[number].pass.columns) made_by_[key] = number;
  }
}

/// Makes the columns of a pass before its turn, and what they are made of.
void Statuses::Run::make_columns(std::size_t number) {
  Planned& planned = passes_[number];
  if (planned.has_columns || planned.pass.columns.empty()) return;
  planned.has_columns = true;
  ledger::Pass pass;
  pass.level = planned.pass.level;
  pass.columns = planned.pass.columns;
  for (const ledger::ColumnKey& key : pass.columns) make_columns_of(reads_[key]);
  run(pass);
}

void Statuses::Run::make_columns_of(const std::vector<ledger::ColumnKey>& keys) {
  for (const ledger::ColumnKey& key : keys) {
    const auto made = made_by_.find(key);
    if (made != made_by_.end()) make_columns(made->second);
  }
}

void Statuses::Run::run_next() {
  Planned& planned = passes_[order_[next_pass_++]];
  ledger::Pass pass = planned.pass;
  if (planned.has_columns) pass.columns.clear();
  planned.has_columns = true;
  for (const ledger::ColumnKey& key : pass.columns) make_columns_of(reads_[key]);
  for (const Task* const task : pass.tasks) make_columns_of(task->reads);
  run(pass);
}

void Statuses::Run::add_tasks(TargetId id) {
  const model::Plan& plan = *program_->plan;
  const model::Target& declared = plan.targets[id];
  const ir::Target& target = program_->targets[id];
  if (target.condition == ir::no_node) return;
  // Who asks for another target's cells, or has deadlines of each entity's own, goes to the
  // assessor.
  std::vector<bool> seen(program_->nodes.size(), false);
  std::vector<ir::NodeId> work{target.condition};
  if (target.filter != ir::no_node) work.push_back(target.filter);
  for (const ir::Comparison& comparison : target.comparisons) work.push_back(comparison.truth);
  bool fits = true;
  while (!work.empty()) {
    const ir::NodeId node = work.back();
    work.pop_back();
    if (node == ir::no_node || seen[node]) continue;
    seen[node] = true;
    const ir::Operation operation = program_->at(node).operation;
    fits &= operation != ir::Operation::target_met && operation != ir::Operation::target_attained;
    const auto& arguments = program_->at(node).arguments;
    work.insert(work.end(), arguments.begin(), arguments.end());
  }
  std::vector<Slot> all;
  if (declared.when.kind == syntax::When::Kind::by) {
    std::vector<Date> dates;
    for (const ir::NodeId node : target.dates) {
      const ir::Node& date = program_->at(node);
      const auto day = date.operation == ir::Operation::constant ? date.constant.floor().to_int64()
                                                                 : std::nullopt;
      const auto valid = day ? Date::from_days(*day) : std::nullopt;
      fits &= valid.has_value();
      if (valid) dates.push_back(*valid);
    }
    if (fits) all = slots_by(plan, declared, dates, options_.as_of);
  } else if (fits) {
    all = slots(plan, declared, options_.as_of, earliest_);
  }
  std::vector<const Place*> places;
  const model::Where& where = declared.where;
  if (!where.levels.empty() && where.groups.empty() && where.entities.empty() &&
      where.group_cells.empty()) {
    for (const model::LevelId level : where.levels) {
      const Place* const place = &whole_level(level);
      if (std::find(places.begin(), places.end(), place) == places.end()) places.push_back(place);
    }
  } else {
    for (Place& place : places_of(plan, cube_->entities, declared)) {
      fits &= place.groups.empty();
      places_.push_back(std::move(place));
      places.push_back(&places_.back());
    }
  }
  if (!fits) {
    whole_.push_back(id);
    return;
  }
  for (const Place* const place : places) {
    if (place->entities.empty()) continue;
    for (const Slot& slot : all) {
      if (std::find(spans_.begin(), spans_.end(), slot.asked) == spans_.end()) {
        spans_.push_back(slot.asked);
      }
      Task task;
      task.target = id;
      task.place = place;
      task.slot = slot;
      tasks_.push_back(std::move(task));
    }
  }
}

const Place& Statuses::Run::whole_level(model::LevelId level) {
  const Place*& known = whole_levels_[level];
  if (known == nullptr) {
    Place place;
    place.level = level;
    place.entities.resize(cube_->entities.level(level).size());
    std::iota(place.entities.begin(), place.entities.end(), EntityIndex{0});
    places_.push_back(std::move(place));
    known = &places_.back();
  }
  return *known;
}

bool Statuses::Run::too_costly(TargetId id) {
  const auto known = costly_.find(id);
  if (known != costly_.end()) return known->second;
  const double cost = cost_of(*program_, *cube_, id, options_.as_of, earliest_);
  const bool costly = cost > static_cast<double>(options_.most_steps);
  if (costly) {
    text::Diagnostics refused(program_->plan->source);
    refused.add(text::kind("evaluation_too_large"), program_->plan->targets[id].place)
        .with("target", program_->plan->targets[id].shown())
        .with("steps", Rational::from_double_exact(std::ceil(cost))->to_string())
        .with("limit", std::to_string(options_.most_steps));
    warnings_.append(refused);
  }
  costly_[id] = costly;
  return costly;
}

void Statuses::Run::run(const ledger::Pass& pass) {
  ledger::Pass fitting;
  fitting.level = pass.level;
  fitting.columns = pass.columns;
  for (Task* const task : pass.tasks) {
    if (!task->one_by_one) fitting.tasks.push_back(task);
  }
  ledger::run(ledger_, fitting, std::max(options_.chunk, 1U), pool_);
  for (const ledger::ColumnKey& key : pass.columns) let_go(reads_[key]);
  for (const Task* const task : pass.tasks) let_go(task->reads);
  for (Task* const task : pass.tasks) {
    if (task->one_by_one && too_costly(task->target)) continue;
    decide(*task);
    hand_out(*task);
  }
}

/// One reader less for each of these columns.
void Statuses::Run::let_go(const std::vector<ledger::ColumnKey>& keys) {
  for (const ledger::ColumnKey& key : keys) {
    if (--readers_[key] == 0) ledger_.forget(key);
  }
}

void Statuses::Run::decide(Task& task) {
  const Place& place = *task.place;
  const std::uint32_t size = cube_->entities.level(place.level).size();
  const auto undetermined = static_cast<Status>(ledger::undetermined);
  if (task.one_by_one) {
    task.statuses = pool_.take(size);
    std::fill(task.statuses->begin(), task.statuses->end(), undetermined);
    task.counts[ledger::undetermined] = size;
  }
  if (task.counts[ledger::undetermined] == 0) return;
  std::vector<EntityIndex> open;
  for (const EntityIndex entity : place.entities) {
    if ((*task.statuses)[entity] == undetermined) open.push_back(entity);
  }
  if (open.empty()) return;
  effort_.one_by_one += open.size();

  // Some at a time: an assessor keeps everything that it computes.
  constexpr std::size_t together = 256;
  const std::size_t batches = (open.size() + together - 1) / together;
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    while (true) {
      const std::size_t batch = next.fetch_add(1, std::memory_order_relaxed);
      if (batch >= batches) return;
      const auto first = open.begin() + static_cast<std::ptrdiff_t>(batch * together);
      const auto last =
          open.begin() + static_cast<std::ptrdiff_t>(std::min(open.size(), (batch + 1) * together));
      Assessor assessor(program_, cube_, exact_options_);
      const std::vector<Cell> cells =
          assessor.cells_at(task.target, {place.level, {first, last}, {}}, task.slot);
      for (const Cell& cell : cells) (*task.statuses)[cell.entity] = cell.status;
    }
  };
  std::vector<std::thread> others;
  const std::size_t threads = std::min<std::size_t>(threads_, batches);
  for (std::size_t i = 1; i < threads; ++i) others.emplace_back(work);
  work();
  for (std::thread& other : others) other.join();
  task.counts[ledger::undetermined] -= open.size();
  for (const EntityIndex entity : open) ++task.counts[code((*task.statuses)[entity])];
}

void Statuses::Run::hand_out(Task& task) {
  const Place& place = *task.place;
  StatusBlock block;
  block.target = task.target;
  block.level = place.level;
  block.span = task.slot.asked;
  block.due = task.slot.due;
  Tally tally;
  if (place.entities.size() == task.statuses->size()) {
    std::copy_n(task.counts.begin(), status_count, tally.counts.begin());
    block.statuses = std::move(task.statuses);
  } else {
    block.entities = std::make_shared<const std::vector<EntityIndex>>(place.entities);
    auto some = std::make_shared<std::vector<Status>>();
    some->reserve(place.entities.size());
    for (const EntityIndex entity : place.entities) {
      some->push_back((*task.statuses)[entity]);
      ++tally.counts[code(some->back())];
    }
    block.statuses = std::move(some);
    task.statuses.reset();
  }
  ready_.emplace_back(std::move(block), tally);
}

void Statuses::Run::assess_whole(TargetId id) {
  if (too_costly(id)) return;
  if (!assessor_) assessor_ = std::make_unique<Assessor>(program_, cube_, exact_options_);
  const std::vector<Cell>& cells = assessor_->cells(id);
  effort_.one_by_one += cells.size();
  for (std::size_t first = 0; first < cells.size();) {
    std::size_t last = first;
    auto entities = std::make_shared<std::vector<EntityIndex>>();
    auto bytes = std::make_shared<std::vector<Status>>();
    const Cell& head = cells[first];
    Tally tally;
    while (last < cells.size() && cells[last].span == head.span &&
           cells[last].level == head.level && cells[last].group == head.group &&
           cells[last].due == head.due) {
      entities->push_back(cells[last].entity);
      bytes->push_back(cells[last].status);
      ++tally.counts[code(cells[last].status)];
      ++last;
    }
    StatusBlock block;
    block.target = id;
    block.level = head.level;
    block.group = head.group;
    block.span = head.span;
    block.due = head.due;
    if (head.group == model::none) block.entities = std::move(entities);
    block.statuses = std::move(bytes);
    ready_.emplace_back(std::move(block), tally);
    first = last;
  }
}

Statuses::Statuses(std::shared_ptr<const ir::Program> program,
                   std::shared_ptr<const data::Cube> cube, const StatusOptions& options)
    : run_(std::make_unique<Run>(std::move(program), std::move(cube), options)) {}
Statuses::~Statuses() = default;
Statuses::Statuses(Statuses&&) noexcept = default;
Statuses& Statuses::operator=(Statuses&&) noexcept = default;

std::optional<StatusBlock> Statuses::next() {
  return run_->next();
}
const std::vector<StatusCount>& Statuses::counts() const {
  return run_->counts();
}
const text::Diagnostics& Statuses::warnings() const {
  return run_->warnings();
}
const std::vector<calendar::Span>& Statuses::spans() const {
  return run_->spans();
}
bool Statuses::knows_all_spans() const {
  return run_->knows_all_spans();
}
const data::Cube& Statuses::cube() const {
  return run_->cube();
}
Statuses::Effort Statuses::effort() const {
  return run_->effort();
}

}  // namespace dabiao::assessment
