#include "dabiao/engine/row_batch.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <memory>
#include <mutex>
#include <new>
#include <thread>

#include "row_chunk.hpp"
#include "row_limits.hpp"

namespace dabiao::engine {

using value::Reason;

namespace {

/// Which buffer each register of results stands in, reused once nothing reads it any more.
class Buffers {
 public:
  explicit Buffers(const RowProgram& rows) {
    constexpr std::size_t always = ~std::size_t{0};
    std::vector<std::size_t> last_number(rows.numbers, 0), last_truth(rows.truths, 0);
    for (std::size_t i = 0; i < rows.instructions.size(); ++i) {
      for_each_operand(rows.instructions[i], [&](Register read, bool is_truth) {
        (is_truth ? last_truth : last_number)[read] = i;
      });
    }
    for (const RowOutput& output : rows.outputs) {
      if (output.exact_only) continue;
      if (output.kind == RowOutput::Kind::number) {
        last_number[output.result] = always;
      } else {
        last_truth[output.result] = always;
      }
      if (output.doubt != no_register) last_truth[output.doubt] = always;
      if (output.applies != no_register) last_truth[output.applies] = always;
    }
    number.assign(rows.numbers, no_register);
    truth.assign(rows.truths, no_register);
    std::vector<Register> free_numbers, free_truths;
    const auto take = [](std::vector<Register>& free, std::size_t& count) {
      if (free.empty()) return static_cast<Register>(count++);
      const Register slot = free.back();
      free.pop_back();
      return slot;
    };
    for (std::size_t i = 0; i < rows.instructions.size(); ++i) {
      const Instruction& each = rows.instructions[i];
      // An operand's buffer may be written to while it is read: every kernel reads a row before it
      // writes it. Doubts are apart, since a kernel may write two.
      std::vector<Register> released_numbers, released_truths;
      for_each_operand(each, [&](Register read, bool is_truth) {
        std::size_t& last = (is_truth ? last_truth : last_number)[read];
        const Register buffer = (is_truth ? truth : number)[read];
        if (last != i || buffer == no_register) return;
        last = always - 1;
        (is_truth ? released_truths : released_numbers).push_back(buffer);
      });
      if (gives_number(each)) {
        free_numbers.insert(free_numbers.end(), released_numbers.begin(), released_numbers.end());
        number[each.target] = take(free_numbers, numbers);
      } else {
        truth[each.target] = take(free_truths, truths);
        free_numbers.insert(free_numbers.end(), released_numbers.begin(), released_numbers.end());
      }
      if (each.doubt != no_register) truth[each.doubt] = take(free_truths, truths);
      free_truths.insert(free_truths.end(), released_truths.begin(), released_truths.end());
    }
  }

  std::vector<Register> number, truth;  // by register
  std::size_t numbers = 0, truths = 0;
};

struct AlignedFree {
  void operator()(void* memory) const { ::operator delete (memory, std::align_val_t{128}); }
};
using AlignedMemory = std::unique_ptr<void, AlignedFree>;
AlignedMemory aligned(std::size_t bytes) {
  return AlignedMemory(::operator new (bytes, std::align_val_t{128}));
}

/// The 64 bits from a bit on, of a bitmap of which `bits` are there.
std::uint64_t bits_at(const std::uint8_t* bitmap, std::uint64_t bit, std::uint64_t bits) {
  const std::uint64_t wanted = std::min<std::uint64_t>(64, bits - bit);
  const std::uint8_t* byte = bitmap + bit / 8;
  const unsigned shift = static_cast<unsigned>(bit % 8);
  std::uint64_t word = 0;
  std::memcpy(&word, byte, std::min<std::uint64_t>(8, (shift + wanted + 7) / 8));
  word >>= shift;
  if (shift + wanted > 64) word |= std::uint64_t{byte[8]} << (64 - shift);
  return wanted == 64 ? word : word & ((std::uint64_t{1} << wanted) - 1);
}

/// One thread's way through its share of the rows.
class Worker {
 public:
  Worker(const RowProgram& rows, const ir::Program& program, const Buffers& buffers,
         std::span<const RowColumn> columns, std::span<const RowColumnOut> outputs,
         const RowRun& run, function::Context context)
      : rows_(rows),
        columns_(columns),
        outputs_(outputs),
        run_(run),
        settler_(rows, program, context),
        given_(rows.leaves.size()) {
    const std::size_t number_bytes = Chunk::most_rows * sizeof(double);
    const std::size_t truth_bytes = Chunk::most_words * sizeof(std::uint64_t);
    memory_ = aligned(buffers.numbers * number_bytes + buffers.truths * truth_bytes +
                      columns.size() * number_bytes + 128);
    auto* next = static_cast<std::byte*>(memory_.get());
    std::vector<double*> numbers;
    std::vector<std::uint64_t*> truths;
    for (std::size_t i = 0; i < buffers.numbers; ++i, next += number_bytes) {
      numbers.push_back(reinterpret_cast<double*>(next));
    }
    for (std::size_t i = 0; i < columns.size(); ++i, next += number_bytes) {
      rest_.push_back(reinterpret_cast<double*>(next));
    }
    for (std::size_t i = 0; i < buffers.truths; ++i, next += truth_bytes) {
      truths.push_back(reinterpret_cast<std::uint64_t*>(next));
    }
    chunk_.numbers.resize(rows.numbers);
    chunk_.results.assign(rows.numbers, nullptr);
    chunk_.truths.assign(rows.truths, nullptr);
    for (std::size_t i = 0; i < rows.constants.size(); ++i) {
      chunk_.numbers[rows.first_constant() + i] = {&rows.constants[i], true};
    }
    for (Register i = rows.first_result(); i < rows.numbers; ++i) {
      if (buffers.number[i] == no_register) continue;
      chunk_.results[i] = numbers[buffers.number[i]];
      chunk_.numbers[i] = {chunk_.results[i], false};
    }
    for (Register i = 0; i < rows.truths; ++i) {
      if (buffers.truth[i] != no_register) chunk_.truths[i] = truths[buffers.truth[i]];
    }
    chunk_.checks.resize(columns.size());
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const RowLimits limits(rows.leaves[i]);
      chunk_.checks[i] = {nullptr, limits.low, limits.high, rows.leaves[i].smallest};
      if (columns[i].constant) {
        chunk_.numbers[i] = {columns[i].values, true};
        // A constant that is not ordinary makes no row so.
        const double x = *columns[i].values;
        const bool fine = x >= limits.low && x <= limits.high &&
                          (x == 0 || std::fabs(x) >= rows.leaves[i].smallest);
        all_odd_ = all_odd_ || !fine;
      }
    }
    for (const RowOutput& output : rows.outputs) {
      if (output.exact_only) all_settled_ = true;
    }
    tally.nulls.assign(rows.outputs.size(), 0);
    tally.truths.assign(rows.outputs.size(), 0);
    chunk_.stream = run.rows * sizeof(double) > (std::uint64_t{1} << 20);
    for (const RowColumnOut& out : outputs) {
      if (reinterpret_cast<std::uintptr_t>(out.numbers) % 64 != 0) chunk_.stream = false;
    }
  }

  /// Runs the rows [begin, begin + count); begin is a multiple of Chunk::most_rows.
  void chunk(std::uint64_t begin, std::size_t count);

  RowTally tally;

 private:
  void settle_row(std::uint64_t row, bool is_odd, std::size_t in_chunk);

  const RowProgram& rows_;
  std::span<const RowColumn> columns_;
  std::span<const RowColumnOut> outputs_;
  const RowRun& run_;
  RowSettler settler_;
  std::vector<RowGiven> given_;
  std::vector<Rational> exact_;
  AlignedMemory memory_;
  std::vector<double*> rest_;  // the last rows of columns, padded
  Chunk chunk_;
  bool all_odd_ = false;
  bool all_settled_ = false;
};

void Worker::chunk(std::uint64_t begin, std::size_t count) {
  chunk_.rows = count;
  const std::size_t words = (count + 63) / 64;
  std::fill_n(chunk_.odd, words, all_odd_ ? ~std::uint64_t{0} : 0);
  const bool partial = count % 64 != 0;
  std::vector<ChunkCheck>& checks = chunk_.checks;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const RowColumn& column = columns_[i];
    if (column.constant) {
      checks[i].values = nullptr;
    } else {
      const double* values = column.values + begin;
      if (partial) {
        std::copy_n(values, count, rest_[i]);
        std::fill(rest_[i] + count, rest_[i] + words * 64, 0.0);
        values = rest_[i];
      }
      chunk_.numbers[i] = {values, false};
      checks[i].values = values;
    }
    for (std::size_t w = 0; w < words; ++w) {
      const std::uint64_t row = begin + w * 64;
      if (column.validity != nullptr) {
        chunk_.odd[w] |= ~bits_at(column.validity, column.validity_offset + row,
                                  column.validity_offset + run_.rows);
      }
      if (column.inexact != nullptr) chunk_.odd[w] |= bits_at(column.inexact, row, run_.rows);
    }
  }
  chunk_.outputs.clear();
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    const RowOutput& output = rows_.outputs[i];
    if (output.kind != RowOutput::Kind::number || output.exact_only) continue;
    if (outputs_[i].numbers == nullptr) continue;
    const ChunkNumber& from = chunk_.numbers[output.result];
    chunk_.outputs.push_back({from.values, from.constant, outputs_[i].numbers + begin});
  }
  run_chunk(rows_.instructions, chunk_);

  const auto used = [&](std::size_t w) {
    const std::size_t left = count - w * 64;
    return left >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << left) - 1;
  };
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    const RowOutput& output = rows_.outputs[i];
    const RowColumnOut& out = outputs_[i];
    if (out.reasons != nullptr) std::fill_n(out.reasons + begin, count, Reason::known);
    for (std::size_t w = 0; w < words; ++w) {
      const std::size_t word = static_cast<std::size_t>(begin / 64) + w;
      std::uint64_t there = used(w);
      if (output.applies != no_register) {
        there &= chunk_.truths[output.applies][w];
        tally.nulls[i] += static_cast<std::uint64_t>(std::popcount(used(w) & ~there));
        for (std::uint64_t apart = out.reasons == nullptr ? 0 : used(w) & ~there; apart != 0;
             apart &= apart - 1) {
          out.reasons[begin + w * 64 + static_cast<std::size_t>(std::countr_zero(apart))] =
              Reason::not_applicable;
        }
      }
      if (out.known != nullptr) out.known[word] = there;
      if (output.kind != RowOutput::Kind::truth || output.exact_only) continue;
      const std::uint64_t bits = chunk_.truths[output.result][w] & there;
      if (out.truths != nullptr) out.truths[word] = bits;
      tally.truths[i] += static_cast<std::uint64_t>(std::popcount(bits));
    }
  }
  for (std::size_t w = 0; w < words; ++w) {
    std::uint64_t slow = all_settled_ ? ~std::uint64_t{0} : chunk_.odd[w];
    for (const RowOutput& output : rows_.outputs) {
      if (output.doubt != no_register) slow |= chunk_.truths[output.doubt][w];
    }
    slow &= used(w);
    while (slow != 0) {
      const auto bit = static_cast<std::size_t>(std::countr_zero(slow));
      slow &= slow - 1;
      settle_row(begin + w * 64 + bit, (chunk_.odd[w] >> bit & 1) != 0, w * 64 + bit);
    }
  }
  if (run_.done != nullptr) run_.done->fetch_add(count, std::memory_order_relaxed);
}

void Worker::settle_row(std::uint64_t row, bool is_odd, std::size_t in_chunk) {
  bool missing = false;
  exact_.resize(columns_.size());
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const RowColumn& column = columns_[i];
    RowGiven& given = given_[i];
    given = {column.values[column.constant ? 0 : row], Reason::known, nullptr};
    if (column.validity != nullptr) {
      const std::uint64_t bit = column.validity_offset + row;
      if ((column.validity[bit / 8] >> (bit % 8) & 1) == 0) {
        given.reason = column.reasons != nullptr ? column.reasons[row] : Reason::not_reported;
      }
    }
    if (given.reason == Reason::known && column.exact) {
      if (auto value = column.exact(row)) {
        exact_[i] = std::move(*value);
        given.exact = &exact_[i];
      }
    }
    missing = missing || given.reason != Reason::known || !std::isfinite(given.value);
  }
  settler_.begin(given_);
  ++tally.settled;
  if (missing) ++tally.missing;
  const std::uint64_t mask = std::uint64_t{1} << (in_chunk % 64);
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    const RowOutput& output = rows_.outputs[i];
    const bool in_doubt =
        output.doubt != no_register && (chunk_.truths[output.doubt][in_chunk / 64] & mask) != 0;
    if (!is_odd && !in_doubt && !output.exact_only) continue;
    const RowResult result = settler_.output(i);
    const RowColumnOut& out = outputs_[i];
    const std::size_t word = static_cast<std::size_t>(row / 64);
    const bool concerned =
        output.applies == no_register || (chunk_.truths[output.applies][in_chunk / 64] & mask) != 0;
    tally.nulls[i] += result.known() ? 0 : 1;
    tally.nulls[i] -= concerned ? 0 : 1;
    if (out.known != nullptr) {
      out.known[word] = result.known() ? out.known[word] | mask : out.known[word] & ~mask;
    }
    if (out.reasons != nullptr) out.reasons[row] = result.reason;
    if (output.kind == RowOutput::Kind::number) {
      if (out.numbers != nullptr) out.numbers[row] = result.value;
      continue;
    }
    const bool was = !output.exact_only && concerned &&
                     (chunk_.truths[output.result][in_chunk / 64] & mask) != 0;
    const bool is = result.value != 0;
    tally.truths[i] += is ? 1 : 0;
    tally.truths[i] -= was ? 1 : 0;
    if (out.truths != nullptr) {
      if (is) {
        out.truths[word] |= mask;
      } else {
        out.truths[word] &= ~mask;
      }
    }
  }
  if (const auto leaf = settler_.out_of_range()) {
    ++tally.out_of_range;
    if (tally.first_out_of_range.size() < 100) {
      tally.first_out_of_range.emplace_back(row, *leaf);
    }
  }
}

void add(RowTally& total, const RowTally& part) {
  total.settled += part.settled;
  total.missing += part.missing;
  total.out_of_range += part.out_of_range;
  total.first_out_of_range.insert(total.first_out_of_range.end(), part.first_out_of_range.begin(),
                                  part.first_out_of_range.end());
  for (std::size_t i = 0; i < total.nulls.size(); ++i) {
    total.nulls[i] += part.nulls[i];
    total.truths[i] += part.truths[i];
  }
}

}  // namespace

RowTally run_rows(const RowProgram& rows, const ir::Program& program,
                  std::span<const RowColumn> columns, std::span<const RowColumnOut> outputs,
                  const RowRun& run, function::Context context) {
  // Shares are handed out in turn; which thread takes which changes nothing.
  constexpr std::uint64_t share = 64 * Chunk::most_rows;
  const Buffers buffers(rows);
  const std::uint64_t shares = (run.rows + share - 1) / share;
  unsigned threads =
      run.threads != 0 ? run.threads : std::max(1U, std::thread::hardware_concurrency());
  threads =
      static_cast<unsigned>(std::min<std::uint64_t>(threads, std::max<std::uint64_t>(shares, 1)));
  RowTally total;
  total.nulls.assign(rows.outputs.size(), 0);
  total.truths.assign(rows.outputs.size(), 0);
  std::atomic<std::uint64_t> next{0};
  std::mutex adding;
  const auto work = [&] {
    Worker worker(rows, program, buffers, columns, outputs, run, context);
    for (std::uint64_t taken = next++; taken < shares; taken = next++) {
      const std::uint64_t end = std::min(run.rows, (taken + 1) * share);
      for (std::uint64_t row = taken * share; row < end; row += Chunk::most_rows) {
        if (run.stop != nullptr && run.stop->load(std::memory_order_relaxed)) return;
        worker.chunk(
            row, static_cast<std::size_t>(std::min<std::uint64_t>(Chunk::most_rows, end - row)));
      }
    }
    const std::lock_guard lock(adding);
    add(total, worker.tally);
  };
  std::vector<std::thread> others;
  for (unsigned i = 1; i < threads; ++i) others.emplace_back(work);
  work();
  for (std::thread& other : others) other.join();
  std::sort(total.first_out_of_range.begin(), total.first_out_of_range.end());
  if (total.first_out_of_range.size() > 100) total.first_out_of_range.resize(100);
  return total;
}

}  // namespace dabiao::engine
