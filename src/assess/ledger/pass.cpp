#include "pass.hpp"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <mutex>
#include <thread>
#include <utility>

namespace dabiao::assessment::ledger {

using ir::Operation;
using model::LevelId;
using model::RollUp;

namespace {

/// Chunks of a level: whole families while they are small, so that what is gathered of parts mostly
/// stays within one; great ones are cut at fixed distances.
std::vector<Chunk> chunks_of(Ledger& ledger, LevelId level, std::uint32_t rows) {
  std::vector<Chunk> chunks;
  const std::uint32_t size = ledger.cube.entities.level(level).size();
  const auto cut = [&](data::EntityIndex first, data::EntityIndex last) {
    for (; first < last; first += std::min(rows, last - first)) {
      chunks.push_back({first, first + std::min(rows, last - first)});
    }
  };
  const LevelId parent = ledger.cube.entities.parent_level(level);
  if (parent == model::none) {
    cut(0, size);
    return chunks;
  }
  const std::vector<data::EntityIndex>& bounds = ledger.wholes(parent, level).begins;
  data::EntityIndex first = 0;
  for (std::size_t whole = 0; whole + 1 < bounds.size(); ++whole) {
    const data::EntityIndex end = bounds[whole + 1];
    if (end - first <= rows) continue;
    if (bounds[whole] > first) chunks.push_back({first, bounds[whole]});
    first = bounds[whole];
    if (end - first > rows) {
      cut(first, end);
      first = end;
    }
  }
  if (first < size) cut(first, size);
  return chunks;
}

/// Runs the same on some threads, this one among them.
template <class Work>
void in_parallel(std::size_t threads, const Work& work) {
  std::vector<std::thread> others;
  for (std::size_t i = 1; i < threads; ++i) others.emplace_back(work);
  work();
  for (std::thread& other : others) other.join();
}

Reduction::Kind kind_of(const ir::Node& node, const model::Plan& plan) {
  if (node.operation == Operation::input) {
    switch (plan.inputs[node.index].over_parts) {
      case RollUp::sum:
        return Reduction::Kind::sum;
      case RollUp::any:
      case RollUp::max:
      case RollUp::last:
        return Reduction::Kind::greatest;
      case RollUp::all:
      case RollUp::min:
        return Reduction::Kind::least;
      default:
        throw Unfit();
    }
  }
  const std::string_view name = node.aggregate->info.name;
  if (name == "sum") return Reduction::Kind::sum;
  if (name == "average") return Reduction::Kind::average;
  if (name == "min") return Reduction::Kind::least;
  if (name == "max") return Reduction::Kind::greatest;
  if (name == "count") return Reduction::Kind::count;
  if (name == "share") return Reduction::Kind::share;
  if (name == "any") return Reduction::Kind::any;
  if (name == "all") return Reduction::Kind::all;
  throw Unfit();
}

/// Compiles what a column is made of.
Reduction prepared(Ledger& ledger, Compiler& compiler, const ColumnKey& key) {
  const ir::Node& node = ledger.program.at(key.node);
  Reduction reduction;
  reduction.key = key;
  if (key.whole) {
    reduction.kind = Reduction::Kind::whole;
    reduction.value = compiler.compile(key.node, key.span, key.horizon);
    if (reduction.value.shape == Value::Shape::constant) {
      reduction.value = compiler.number(reduction.value);
    }
    reduction.reg = reduction.value.above;
    reduction.uses = reduction.value.uses;
    return reduction;
  }
  reduction.kind = kind_of(node, *ledger.program.plan);
  reduction.wholes = &ledger.wholes(key.level, Planner::made_from(ledger, key));
  if (node.operation == Operation::input) {
    reduction.value = compiler.compile_input(key.node, key.span, key.horizon);
    reduction.reg = reduction.value.above;
    reduction.uses = reduction.value.uses;
    return reduction;
  }
  const std::size_t plain = node.arguments.size() - (node.filtered ? 1 : 0);
  const bool votes =
      reduction.kind == Reduction::Kind::count || reduction.kind == Reduction::Kind::share ||
      reduction.kind == Reduction::Kind::any || reduction.kind == Reduction::Kind::all;
  Value filter;
  if (node.filtered) {
    filter = compiler.compile(node.arguments.back(), key.span, key.horizon);
    reduction.filter = compiler.truth(filter);
    reduction.uses = filter.uses;
  }
  if (plain > 0) {
    Value value = compiler.compile(node.arguments[0], key.span, key.horizon);
    reduction.uses.insert(reduction.uses.end(), value.uses.begin(), value.uses.end());
    if (reduction.kind == Reduction::Kind::sum || reduction.kind == Reduction::Kind::average) {
      // A report from above the parts is read by each of them.
      const LevelId parts = Planner::made_from(ledger, key);
      for (const Use& use : value.uses) {
        const bool is_above =
            use.read.level != parts && ledger.program.plan->is_at_or_above(use.read.level, parts);
        if (is_above) reduction.uses.push_back(use);
      }
    }
    if (votes) {
      reduction.reg = compiler.truth(value);
    } else {
      value = compiler.number(std::move(value));
      reduction.reg = value.above;
    }
    reduction.value = std::move(value);
    if (node.filtered && reduction.kind == Reduction::Kind::sum) {
      reduction.reg = compiler.masked(reduction.filter, reduction.reg);
      reduction.filter = no_register;
    }
  } else if (!votes) {
    throw Unfit();
  }
  return reduction;
}

}  // namespace

LevelId Planner::made_from(const Ledger& ledger, const ColumnKey& key) {
  if (key.whole) return key.level;
  const ir::Node& node = ledger.program.at(key.node);
  if (node.operation != Operation::input) return node.level;
  return ledger.next_level(key.level, ledger.program.plan->inputs[node.index].level);
}

std::uint32_t Planner::stage_of(const ColumnKey& key) {
  const auto known = planned_.find(key);
  if (known != planned_.end()) return known->second.stage;
  if (unfit_.contains(key)) throw Unfit();
  try {
    Compiler compiler(ledger_, made_from(ledger_, key), true);
    prepared(ledger_, compiler, key);
    Planned planned;
    for (const ColumnKey& each : compiler.wanted) {
      planned.stage = std::max(planned.stage, stage_of(each) + 1);
    }
    planned.reads = std::move(compiler.wanted);
    return planned_.emplace(key, std::move(planned)).first->second.stage;
  } catch (const Unfit&) {
    unfit_[key] = true;
    throw;
  }
}

std::uint32_t Planner::stage_of(Task& task) {
  Compiler compiler(ledger_, task.place->level, true);
  const Judge judge(compiler, ledger_, task);
  std::uint32_t stage = 0;
  for (const ColumnKey& each : compiler.wanted) stage = std::max(stage, stage_of(each) + 1);
  task.reads = std::move(compiler.wanted);
  return stage;
}

std::shared_ptr<std::vector<Status>> StatusPool::take(std::size_t size) {
  std::unique_ptr<std::vector<Status>> found;
  {
    const std::scoped_lock lock(free_->mutex);
    auto& all = free_->all;
    for (auto each = all.rbegin(); each != all.rend() && !found; ++each) {
      if ((*each)->size() != size) continue;
      found = std::move(*each);
      all.erase(std::next(each).base());
    }
  }
  if (!found) found = std::make_unique<std::vector<Status>>(size);
  return {found.release(), [free = free_](std::vector<Status>* statuses) {
            std::unique_ptr<std::vector<Status>> back(statuses);
            const std::scoped_lock lock(free->mutex);
            if (free->all.size() < Free::most) free->all.push_back(std::move(back));
          }};
}

void run(Ledger& ledger, const Pass& pass, std::uint32_t rows_at_once, StatusPool& pool) {
  // Everything of the level in one program, so that what they share is read and computed once. What
  // turns out not to fit leaves steps behind that nobody reads.
  Compiler compiler(ledger, pass.level, false);
  std::vector<Reduction> reductions;
  for (const ColumnKey& key : pass.columns) {
    try {
      reductions.push_back(prepared(ledger, compiler, key));
    } catch (const Unfit&) {
      ledger.columns[key].failed = true;
    }
  }
  std::vector<Judge> judges;
  for (Task* const task : pass.tasks) {
    try {
      judges.emplace_back(compiler, ledger, *task);
    } catch (const Unfit&) {
      task->one_by_one = true;
    }
  }
  if (reductions.empty() && judges.empty()) return;

  const std::uint32_t size = ledger.cube.entities.level(pass.level).size();
  const std::vector<Chunk> chunks = chunks_of(ledger, pass.level, rows_at_once);
  for (Reduction& each : reductions) each.start(ledger, size, chunks.size());
  for (const Judge& each : judges) each.task().statuses = pool.take(size);
  std::vector<Register> kept;
  for (const Judge& each : judges) {
    const std::vector<Register> more = each.kept();
    kept.insert(kept.end(), more.begin(), more.end());
  }
  for (const Reduction& each : reductions) {
    for (const Register reg : {each.reg, each.filter, each.value.below}) {
      if (reg != no_register) kept.push_back(reg);
    }
  }

  std::atomic<std::size_t> next = 0;
  std::mutex adding;
  // A thread is worth its start where there is something to do for it.
  constexpr std::size_t least_chunks = 4;
  in_parallel(std::min<std::size_t>(ledger.threads, chunks.size() / least_chunks), [&] {
    Runner runner(compiler, kept, rows_at_once);
    std::vector<StatusCounts> counts(judges.size());
    while (true) {
      const std::size_t index = next.fetch_add(1, std::memory_order_relaxed);
      if (index >= chunks.size()) break;
      runner.run(chunks[index]);
      for (std::size_t i = 0; i < judges.size(); ++i) {
        judges[i].judge(runner, chunks[index], counts[i]);
      }
      for (Reduction& each : reductions) each.gather(runner, chunks[index], index);
    }
    const std::scoped_lock lock(adding);
    for (std::size_t i = 0; i < judges.size(); ++i) {
      for (std::size_t code = 0; code < counts[i].size(); ++code) {
        judges[i].task().counts[code] += counts[i][code];
      }
    }
  });

  next = 0;
  const bool is_small = size < 16 * rows_at_once;
  in_parallel(is_small ? 1 : std::min<std::size_t>(ledger.threads, reductions.size()), [&] {
    while (true) {
      const std::size_t index = next.fetch_add(1, std::memory_order_relaxed);
      if (index >= reductions.size()) return;
      reductions[index].finish(ledger);
    }
  });
  for (Reduction& each : reductions) {
    ledger.columns.insert_or_assign(each.key, std::move(each.made));
  }
}

}  // namespace dabiao::assessment::ledger
