#include "dabiao/engine/row_batch.hpp"

#include <algorithm>
#include <mutex>
#include <thread>

#include "row_passes.hpp"
#include "row_worker.hpp"

namespace dabiao::engine {

namespace {

void add(RowTally& total, const RowTally& part) {
  auto& first = total.first_out_of_range;
  first.insert(first.end(), part.first_out_of_range.begin(), part.first_out_of_range.end());
  std::sort(first.begin(), first.end());
  if (first.size() > 100) first.resize(100);
  total.settled += part.settled;
  total.missing += part.missing;
  total.out_of_range += part.out_of_range;
  for (std::size_t i = 0; i < total.nulls.size(); ++i) {
    total.nulls[i] += part.nulls[i];
    total.truths[i] += part.truths[i];
  }
}

/// The sum of neighbours, then that of neighbouring sums, and so on.
double sum_in_pairs(std::vector<double>& numbers) {
  for (std::size_t left = numbers.size(); left > 1; left = (left + 1) / 2) {
    for (std::size_t i = 0; i < left / 2; ++i) numbers[i] = numbers[2 * i] + numbers[2 * i + 1];
    if (left % 2 == 1) numbers[left / 2] = numbers[left - 1];
  }
  return numbers.empty() ? 0 : numbers.front() + 0.0;
}

/// Calls run(worker, row, count) for all rows, chunk by chunk, on several threads, and
/// conclude(worker) for every worker, one at a time. Shares are handed out in turn; which thread
/// takes which changes nothing. Gives the sums of the outputs that are added up.
template <class Run, class Conclude>
std::vector<double> on_all_rows(const RowProgram& rows, const ir::Program& program,
                                const RowBuffers& buffers, std::span<const RowColumn> columns,
                                std::span<const RowColumnOut> outputs, const RowRun& run,
                                function::Context context, Run run_chunk, Conclude conclude) {
  const std::uint64_t shares = (run.rows + share_rows - 1) / share_rows;
  unsigned threads =
      run.threads != 0 ? run.threads : std::max(1U, std::thread::hardware_concurrency());
  threads =
      static_cast<unsigned>(std::min<std::uint64_t>(threads, std::max<std::uint64_t>(shares, 1)));
  std::atomic<std::uint64_t> next{0};
  std::mutex concluding;
  std::vector<CompleteOut> complete;
  for (const RowColumnOut& out : outputs) complete.push_back({out});
  std::vector<std::vector<double>> sums(outputs.size());
  for (std::size_t i = 0; i < complete.size(); ++i) {
    const bool is_number = rows.outputs[i].kind == RowOutput::Kind::number;
    if (complete[i].sum && is_number) {
      sums[i].assign((run.rows + Chunk::most_rows - 1) / Chunk::most_rows, 0.0);
      complete[i].sums = sums[i].data();
    }
    // What nobody asked for still has its bits, so that rows can be settled one by one.
    complete[i].own_known = complete[i].known == nullptr;
    complete[i].own_truths = complete[i].truths == nullptr && !is_number;
  }
  const RowTies ties(rows, program);
  // Looking for them is to take no longer than the rows do, in steps of one row.
  const std::uint64_t steps = std::min<std::uint64_t>(run.rows, 100'000) * rows.instructions.size();
  const std::vector<std::uint64_t> wild =
      wild_leaves(rows, std::min<std::uint64_t>(steps, 1'000'000));
  const auto work = [&] {
    RowWorker worker(rows, program, buffers, columns, complete, run, ties, wild, context);
    for (std::uint64_t taken = next++; taken < shares; taken = next++) {
      const std::uint64_t end = std::min(run.rows, (taken + 1) * share_rows);
      worker.begin_share(taken * share_rows);
      for (std::uint64_t row = taken * share_rows; row < end; row += Chunk::most_rows) {
        if (run.stop != nullptr && run.stop->load(std::memory_order_relaxed)) return;
        run_chunk(worker, row,
                  static_cast<std::size_t>(std::min<std::uint64_t>(Chunk::most_rows, end - row)));
      }
      worker.flush();
    }
    finish_chunks();
    const std::lock_guard lock(concluding);
    conclude(worker);
  };
  std::vector<std::thread> others;
  for (unsigned i = 1; i < threads; ++i) others.emplace_back(work);
  work();
  for (std::thread& other : others) other.join();
  std::vector<double> totals;
  for (std::vector<double>& of_chunks : sums) totals.push_back(sum_in_pairs(of_chunks));
  return totals;
}

}  // namespace

RowTally run_rows(const RowProgram& rows, const ir::Program& program,
                  std::span<const RowColumn> columns, std::span<const RowColumnOut> outputs,
                  const RowRun& run, function::Context context) {
  RowTally total;
  total.nulls.assign(rows.outputs.size(), 0);
  total.truths.assign(rows.outputs.size(), 0);
  total.sums = on_all_rows(
      rows, program, RowBuffers(rows), columns, outputs, run, context,
      [](RowWorker& worker, std::uint64_t row, std::size_t count) { worker.chunk(row, count); },
      [&](const RowWorker& worker) { add(total, worker.tally); });
  return total;
}

std::vector<RowTally> run_row_scenarios(const RowProgram& rows, const ir::Program& program,
                                        std::span<const RowColumn> columns,
                                        std::span<const std::size_t> leaves,
                                        const std::vector<std::vector<double>>& constants,
                                        const RowRun& run, function::Context context) {
  ScenarioGroup group{{leaves.begin(), leaves.end()}, constants, {}, {}};
  std::vector<bool> numbers(rows.numbers, false), truths(rows.truths, false);
  for (const std::size_t leaf : leaves) numbers[leaf] = true;
  for (const Instruction& each : needed_instructions(rows, false)) {
    bool varies = false;
    for_each_operand(each, [&](Register read, bool is_truth) {
      varies = varies || (is_truth ? truths : numbers)[read];
    });
    (varies ? group.each : group.once).push_back(each);
    if (!varies) continue;
    (gives_number(each) ? numbers : truths)[each.target] = true;
    if (each.doubt != no_register) truths[each.doubt] = true;
  }
  std::vector<RowColumn> all(columns.begin(), columns.end());
  static constexpr double one = 1;
  for (const std::size_t leaf : leaves) {
    all[leaf].values = &one;
    all[leaf].constant = true;
  }
  std::vector<RowTally> totals(constants.size());
  for (RowTally& total : totals) {
    total.nulls.assign(rows.outputs.size(), 0);
    total.truths.assign(rows.outputs.size(), 0);
  }
  const std::vector<RowColumnOut> nowhere(rows.outputs.size());
  on_all_rows(
      rows, program, RowBuffers(rows, false), all, nowhere, run, context,
      [&](RowWorker& worker, std::uint64_t row, std::size_t count) {
        worker.chunk(row, count, group);
      },
      [&](const RowWorker& worker) {
        for (std::size_t i = 0; i < worker.tallies.size(); ++i) add(totals[i], worker.tallies[i]);
      });
  return totals;
}

}  // namespace dabiao::engine
