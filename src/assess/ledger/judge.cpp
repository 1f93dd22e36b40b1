#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "formulas.hpp"
#include "pass.hpp"

// Statuses from the truths of conditions: what Assessor::judge does, for many cells.
namespace dabiao::assessment::ledger {

using engine::Horizon;
using ir::NodeId;

namespace {

constexpr std::uint8_t code(Truth truth) {
  return static_cast<std::uint8_t>(truth);
}
constexpr std::uint8_t code(Status status) {
  return static_cast<std::uint8_t>(status);
}

/// The status of a cell that is due, by condition and filter.
std::uint8_t when_due(std::uint8_t condition, std::uint8_t filter) {
  if (filter == code(Truth::no)) return code(Status::not_applicable);
  if (filter == code(Truth::unsure) || condition == code(Truth::unsure)) return undetermined;
  if (condition == code(Truth::yes)) return code(Status::met);
  if (filter != code(Truth::yes)) return code(Status::undecided);
  return code(condition == code(Truth::no) ? Status::missed : Status::undecided);
}

/// The status of a cell whose span has not begun.
std::uint8_t before_begin(std::uint8_t condition, std::uint8_t filter) {
  if (filter == code(Truth::no)) return code(Status::not_applicable);
  if (filter == code(Truth::unsure)) return undetermined;
  if (filter == code(Truth::yes)) return code(Status::pending);
  if (condition == code(Truth::unsure)) return undetermined;
  return code(condition == code(Truth::yes) ? Status::undecided : Status::pending);
}

bool is_constant(const ir::Program& program, NodeId id) {
  return id == ir::no_node || program.at(id).operation == ir::Operation::constant;
}

}  // namespace

Judge::Comparison::Waiting Judge::waiting_of(const Ledger& ledger, const ir::Comparison& comparison,
                                             const std::vector<Use>& uses) const {
  using Waiting = Comparison::Waiting;
  bool some = false, all = true;
  for (const Use& use : uses) {
    if (!use.may_miss) continue;
    some |= use.waited;
    all &= use.waited;
  }
  if (!some) return Waiting::no;
  if (!all) return Waiting::unsure;
  std::set<NodeId> failing;
  for (const NodeId part :
       {comparison.value, comparison.threshold, comparison.upper, comparison.truth}) {
    failing.merge(find_failing(ledger.program, part));
  }
  if (failing.empty()) return Waiting::yes;
  // A quotient as the measured value itself has none where its denominator is 0; where something
  // of it is missing, that is the reason.
  NodeId root = comparison.value;
  while (ledger.program.at(root).operation == ir::Operation::indicator) {
    root = ledger.program.at(root).arguments[0];
  }
  const bool alone = failing.size() == 1 && *failing.begin() == root &&
                     ledger.program.at(root).operation == ir::Operation::call &&
                     is_constant(ledger.program, comparison.threshold) &&
                     is_constant(ledger.program, comparison.upper);
  return alone ? Waiting::where_missing : Waiting::unsure;
}

Judge::Judge(Compiler& compiler, const Ledger& ledger, Task& task)
    : task_(&task), target_(&ledger.program.targets[task.target]) {
  const model::Target& declared = ledger.program.plan->targets[task.target];
  if (target_->condition == ir::no_node) throw Unfit();
  const engine::FrameSpan& span = task.slot.read;
  const auto truth = [&](NodeId node, Horizon horizon) {
    return compiler.truth(compiler.compile(node, span, horizon));
  };
  const bool begun = !task.slot.asked.first || *task.slot.asked.first <= ledger.as_of;
  mode_ = ledger.as_of >= task.slot.due ? Mode::due : begun ? Mode::open : Mode::not_begun;
  if (target_->filter != ir::no_node) filter_ = truth(target_->filter, Horizon::now);
  // Before the span has begun the condition matters only where the filter is in doubt; that it fits
  // says as well that it applies everywhere.
  condition_ = truth(target_->condition, Horizon::now);
  if (mode_ != Mode::open) return;
  condition_in_future_ = truth(target_->condition, Horizon::any_future);
  condition_whatever_ = truth(target_->condition, Horizon::future_flows);
  const bool may_have_path = declared.when.kind == syntax::When::Kind::by ||
                             declared.when.kind == syntax::When::Kind::in ||
                             !target_->milestones.empty();
  for (const ir::Comparison& comparison : target_->comparisons) {
    Comparison found;
    const Value holds = compiler.compile(comparison.truth, span, Horizon::now);
    found.holds = compiler.truth(holds);
    found.any_future = truth(comparison.truth, Horizon::any_future);
    found.whatever_flows = truth(comparison.truth, Horizon::future_flows);
    found.has_path =
        may_have_path && comparison.numeric && comparison.comparator != ir::Comparator::not_equal;
    found.waiting = waiting_of(ledger, comparison, holds.uses);
    if (found.waiting == Comparison::Waiting::where_missing) found.uses = holds.uses;
    comparisons_.push_back(std::move(found));
  }
}

std::vector<Register> Judge::kept() const {
  std::vector<Register> kept;
  const auto keep = [&](Register reg) {
    if (reg != no_register) kept.push_back(reg);
  };
  for (const Register reg : {condition_, filter_, condition_in_future_, condition_whatever_}) {
    keep(reg);
  }
  for (const Comparison& comparison : comparisons_) {
    keep(comparison.holds);
    keep(comparison.any_future);
    keep(comparison.whatever_flows);
    for (const Use& use : comparison.uses) keep(use.shown_by);
  }
  return kept;
}

std::uint8_t Judge::open_status(const Runner& runner, std::size_t row) const {
  const auto at = [&](Register reg) { return runner.at(reg).truths[row]; };
  const std::uint8_t yes = code(Truth::yes), no = code(Truth::no), unsure = code(Truth::unsure);
  const std::uint8_t filter = filter_ == no_register ? yes : at(filter_);
  if (filter == no) return code(Status::not_applicable);
  const std::uint8_t condition = at(condition_);
  const std::uint8_t future = at(condition_in_future_), whatever = at(condition_whatever_);
  if (filter == unsure || condition == unsure || future == unsure || whatever == unsure) {
    return undetermined;
  }
  const auto doubted = [&](Status status) {
    if (filter == yes || status == Status::met) return code(status);
    if (condition == yes || status == Status::missed || status == Status::behind) {
      return code(Status::undecided);
    }
    return code(status);
  };
  // The whole condition may be settled, whatever its parts are.
  if (future == no) return doubted(Status::missed);
  if (condition == yes && whatever == yes) return code(Status::met);

  std::vector<std::uint8_t> each;
  for (const Comparison& comparison : comparisons_) {
    const std::uint8_t holds = at(comparison.holds);
    const std::uint8_t later = at(comparison.any_future);
    const std::uint8_t kept = at(comparison.whatever_flows);
    if (holds == unsure || later == unsure || kept == unsure) return undetermined;
    if (later == no) {
      each.push_back(code(Status::missed));
    } else if (holds == yes && kept == yes) {
      each.push_back(code(Status::met));
    } else if (comparison.has_path) {
      return undetermined;
    } else if (holds == yes) {
      each.push_back(code(Status::on_track));
    } else if (holds == no) {
      each.push_back(code(Status::pending));
    } else {
      switch (comparison.waiting) {
        case Comparison::Waiting::no:
          each.push_back(code(Status::undecided));
          break;
        case Comparison::Waiting::yes:
          each.push_back(code(Status::pending));
          break;
        case Comparison::Waiting::where_missing: {
          const bool missing =
              std::any_of(comparison.uses.begin(), comparison.uses.end(), [&](const Use& use) {
                const View& view = runner.at(use.shown_by);
                return view.truths != nullptr ? view.truths[row] >= 2
                                              : !(view.low[row] == view.high[row]);
              });
          each.push_back(code(missing ? Status::pending : Status::undecided));
          break;
        }
        case Comparison::Waiting::unsure:
          return undetermined;
      }
    }
  }
  std::vector<std::uint8_t> done;
  for (const ir::Clause& clause : target_->clauses) {
    if (clause.kind == ir::Clause::Kind::comparison) {
      done.push_back(each[clause.comparison]);
      continue;
    }
    std::uint8_t result = done[clause.parts.front()];
    for (const std::uint32_t part : clause.parts) {
      result = clause.kind == ir::Clause::Kind::all ? std::min(result, done[part])
                                                    : std::max(result, done[part]);
    }
    done.push_back(result);
  }
  return doubted(static_cast<Status>(done.back()));
}

void Judge::judge(const Runner& runner, const Chunk& chunk, StatusCounts& counts) const {
  static_assert(sizeof(Status) == 1);
  auto* const out = reinterpret_cast<std::uint8_t*>(task_->statuses->data()) + chunk.first;
  const std::size_t count = chunk.last - chunk.first;
  if (mode_ == Mode::not_begun && filter_ == no_register) {
    std::fill_n(out, count, code(Status::pending));
    counts[code(Status::pending)] += count;
    return;
  }
  if (mode_ == Mode::open) {
    for (std::size_t i = 0; i < count; ++i) out[i] = open_status(runner, i);
  } else {
    const View& condition = runner.at(condition_);
    if (filter_ == no_register && condition.plain) {
      static_assert(code(Status::missed) == 0);
      const std::uint64_t met = kernels::spread(condition.truths, code(Status::met), count, out);
      counts[code(Status::met)] += met;
      counts[code(Status::missed)] += count - met;
      return;
    }
    // By condition and filter, each one of eight codes; without a filter everything passes.
    std::uint8_t table[64];
    for (std::uint8_t of = 0; of < 8; ++of) {
      for (std::uint8_t by = 0; by < 8; ++by) {
        const std::uint8_t c = std::min(of, code(Truth::unsure));
        const std::uint8_t f =
            filter_ == no_register ? code(Truth::yes) : std::min(by, code(Truth::unsure));
        table[by * 8 + of] = mode_ == Mode::due ? when_due(c, f) : before_begin(c, f);
      }
    }
    const std::uint8_t* const filter = filter_ == no_register ? nullptr : runner.at(filter_).truths;
    kernels::look_up(condition.truths, filter, table, count, out);
  }
  static_assert(std::tuple_size_v<StatusCounts> == 8);
  kernels::tally(out, count, counts.data());
}

}  // namespace dabiao::assessment::ledger
