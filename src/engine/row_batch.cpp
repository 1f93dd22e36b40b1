#include "dabiao/engine/row_batch.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <memory>
#include <mutex>
#include <new>
#include <thread>

#include "dabiao/engine/row_limits.hpp"
#include "row_buffers.hpp"
#include "row_chunk.hpp"
#include "row_corners.hpp"
#include "row_fractions.hpp"
#include "row_passes.hpp"
#include "row_ties.hpp"

namespace dabiao::engine {

using value::Reason;

namespace {

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
  if (shift == 0 && wanted == 64) {
    std::memcpy(&word, byte, sizeof word);
    return word;
  }
  std::memcpy(&word, byte, std::min<std::uint64_t>(8, (shift + wanted + 7) / 8));
  word >>= shift;
  if (shift + wanted > 64) word |= std::uint64_t{byte[8]} << (64 - shift);
  return wanted == 64 ? word : word & ((std::uint64_t{1} << wanted) - 1);
}

/// Scenarios that change the same inputs in the same way.
struct ScenarioGroup {
  std::vector<std::size_t> leaves;             // that carry the numbers of a scenario
  std::vector<std::vector<double>> constants;  // by scenario and leaf
  std::vector<Instruction> once, each;         // those that read none of them, and the others
};

/// The rows that a thread takes at once.
constexpr std::uint64_t share_rows = 64 * Chunk::most_rows;

/// Where an output goes, with memory for what is kept of it anyway.
struct CompleteOut : RowColumnOut {
  double* sums = nullptr;  // by chunk, where the output is added up
  /// Of bits that nobody asked for only those of one share are kept.
  bool own_known = false, own_truths = false;
  std::uint64_t first_known = 0, first_truths = 0;  // the words that stand first
};

/// One thread's way through its share of the rows.
class Worker {
 public:
  Worker(const RowProgram& rows, const ir::Program& program, const RowBuffers& buffers,
         std::span<const RowColumn> columns, std::span<const CompleteOut> outputs,
         const RowRun& run, const RowTies& ties, std::span<const std::uint64_t> wild,
         function::Context context)
      : rows_(rows),
        ties_(ties),
        columns_(columns.begin(), columns.end()),
        outputs_(outputs.begin(), outputs.end()),
        run_(run),
        program_(program),
        context_(context),
        given_(rows.leaves.size()),
        plain_(rows.leaves.size()) {
    memory_ = aligned(2 * (buffers.numbers * number_bytes + buffers.truths * truth_bytes +
                           columns.size() * number_bytes));
    auto* next = static_cast<std::byte*>(memory_.get());
    // Rows at their corners run while the chunk that they come from is still looked at.
    for (Chunk* chunk : {&chunk_, &corners_}) lay_out(*chunk, buffers, next);
    for (std::vector<double*>* columns_of : {&rest_, &lanes_}) {
      for (std::size_t i = 0; i < columns.size(); ++i, next += number_bytes) {
        columns_of->push_back(reinterpret_cast<double*>(next));
      }
    }
    for (std::size_t i = 0; i < columns.size(); ++i) {
      ends_.emplace_back(rows.leaves[i]);
      chunk_.checks.emplace_back(RowLimits(rows.leaves[i]));
      if (!columns[i].constant) continue;
      chunk_.numbers[i] = {columns[i].values, true};
      all_odd_ = all_odd_ || !chunk_.checks[i].limits.allow(*columns[i].values);
    }
    for (const RowOutput& output : rows.outputs) {
      if (output.exact_only) all_settled_ = true;
      if (output.doubt == no_register) continue;
      if (std::find(doubts_.begin(), doubts_.end(), output.doubt) == doubts_.end()) {
        doubts_.push_back(output.doubt);
      }
    }
    for (CompleteOut& out : outputs_) {
      if (out.own_known) out.known = own_bits_.emplace_back(share_rows / 64).data();
      if (out.own_truths) out.truths = own_bits_.emplace_back(share_rows / 64).data();
    }
    tally.nulls.assign(rows.outputs.size(), 0);
    tally.truths.assign(rows.outputs.size(), 0);
    settled_values_.resize(rows.outputs.size());
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      const bool is_number = rows.outputs[i].kind == RowOutput::Kind::number;
      if (is_number && outputs[i].sum) summed_.push_back(i);
    }
    corners_.ordinary = false;  // an open range has an infinite one
    chunk_.stream = run.rows * sizeof(double) > (std::uint64_t{1} << 20);
    for (const RowColumnOut& out : outputs) {
      if (reinterpret_cast<std::uintptr_t>(out.numbers) % 64 != 0) chunk_.stream = false;
    }
    choose_streams();
    choose_ties();
    choose_readers(wild);
  }

  /// Goes to the rows from `begin` on.
  void begin_share(std::uint64_t begin) {
    for (CompleteOut& out : outputs_) {
      if (out.own_known) out.first_known = begin / 64;
      if (out.own_truths) out.first_truths = begin / 64;
    }
  }
  /// Runs the rows [begin, begin + count); begin is a multiple of Chunk::most_rows.
  void chunk(std::uint64_t begin, std::size_t count);
  /// The same for every scenario of a group; the tally of each is in `tallies`.
  void chunk(std::uint64_t begin, std::size_t count, const ScenarioGroup& group);
  std::vector<RowTally> tallies;
  /// Settles the rows that wait for their corners; called before the worker leaves their share.
  void flush();

  RowTally tally;

 private:
  /// A row that waits: which outputs ask for its corners, and where these stand among the lanes.
  struct Waiting {
    std::uint64_t row;
    std::uint64_t outputs;
    std::uint32_t first, lanes;
  };

  static constexpr std::size_t number_bytes = Chunk::most_rows * sizeof(double);
  static constexpr std::size_t truth_bytes = Chunk::most_words * sizeof(std::uint64_t);

  /// Which outputs leave for memory while they are computed.
  void choose_streams();
  /// Which comparisons are decided by whole numbers while the chunk is at hand.
  void choose_ties();
  /// Which leaves each output reads, and which of them it cannot do without.
  void choose_readers(std::span<const std::uint64_t> wild);
  /// Gives a chunk's registers their buffers, from `next` on.
  void lay_out(Chunk& chunk, const RowBuffers& buffers, std::byte*& next) const;
  /// Brings the rows of the columns in.
  void take(std::uint64_t begin, std::size_t count);
  /// Writes what came of them, and settles what is left.
  void hand_out(std::uint64_t begin, std::size_t count);
  /// Finds what is missing in the rows that were brought in.
  void find_missing(std::size_t count);
  void settle_row(std::uint64_t row, bool is_odd, std::size_t in_chunk);
  void settle_output(std::uint64_t row, std::size_t output);
  void begin_row(std::uint64_t row);
  void wait(std::uint64_t row, std::uint64_t missing, std::uint64_t outputs);
  double value_at(std::size_t column, std::uint64_t row) const {
    return columns_[column].values[columns_[column].constant ? 0 : row];
  }
  bool is_missed(std::size_t output, std::size_t in_chunk) const {
    return chunk_.any_absent &&
           (missed_[output * Chunk::most_words + in_chunk / 64] >> (in_chunk % 64) & 1) != 0;
  }
  bool in_doubt(std::size_t output, std::size_t in_chunk) const {
    const Register doubt = rows_.outputs[output].doubt;
    return doubt != no_register &&
           (chunk_.truths[doubt][in_chunk / 64] >> (in_chunk % 64) & 1) != 0;
  }
  /// Adds a row that was settled to the sums.
  void add_settled(std::size_t in_chunk);
  /// The sums of a chunk, from the rows that doubles decided and the others.
  void add_up(std::uint64_t begin, const std::uint64_t* slow);
  /// Replaces what stands of an output at a row.
  void put(std::size_t output, std::uint64_t row, const RowResult& result);

  const RowProgram& rows_;
  const RowTies& ties_;
  std::vector<RowColumn> columns_;
  std::vector<CompleteOut> outputs_;
  std::vector<std::vector<std::uint64_t>> own_bits_;
  const RowRun& run_;
  const ir::Program& program_;
  function::Context context_;
  // Made where the first row is settled by them.
  std::optional<RowSettler> settler_;
  std::optional<RowFractions> fractions_;
  std::vector<RowGiven> given_;
  std::vector<double> plain_;  // the same as doubles
  std::vector<Rational> exact_;
  bool begun_ = false;     // the settler has the row
  bool complete_ = false;  // nothing is missing in the row, and doubles say its values
  AlignedMemory memory_;
  std::vector<RowEnds> ends_;   // by leaf
  std::vector<double*> rest_;   // the last rows of columns, padded
  std::vector<double*> lanes_;  // by leaf: corners that wait
  std::size_t lanes_taken_ = 0;
  std::vector<Waiting> waiting_;
  struct Readers {
    std::vector<std::uint32_t> reads;  // leaves
    std::vector<std::uint32_t> fatal;  // of these: where one is missing, so is the output
    bool corners = false;              // what else is missing is looked at from its corners
  };
  std::vector<Readers> readers_;       // by output
  std::vector<std::uint64_t> absent_;  // by leaf: words of the chunk, set where it has no value
  std::vector<std::uint64_t>
      missed_;                       // by output: the same, where something that it reads has none
  std::vector<std::uint64_t> open_;  // by output: of these, the rows that are looked at one by one
  std::uint64_t rows_missing_[Chunk::most_words] = {};
  std::uint64_t rows_open_[Chunk::most_words] = {};
  Chunk chunk_;
  std::vector<double> constants_;     // of the scenario that is run
  Chunk corners_;                     // the same registers, for rows at their corners
  std::vector<std::size_t> summed_;   // outputs
  std::vector<double> settled_sums_;  // by summed output
  std::vector<std::optional<double>> settled_values_;  // by output, of the row that is settled
  std::vector<bool> streamed_;                         // by output
  std::vector<bool> kept_;                             // by register: its buffer is read
  std::vector<Register> doubts_;                       // of the outputs
  bool all_odd_ = false;
  bool all_settled_ = false;
};

void Worker::lay_out(Chunk& chunk, const RowBuffers& buffers, std::byte*& next) const {
  chunk.numbers.resize(rows_.numbers);
  chunk.results.assign(rows_.numbers, nullptr);
  chunk.truths.assign(rows_.truths, nullptr);
  chunk.streams.assign(rows_.numbers, nullptr);
  chunk.kept.assign(rows_.numbers, true);
  for (std::size_t i = 0; i < rows_.constants.size(); ++i) {
    chunk.numbers[rows_.first_constant() + i] = {&rows_.constants[i], true};
  }
  for (Register i = rows_.first_result(); i < rows_.numbers; ++i) {
    if (buffers.number[i] == no_register) continue;
    chunk.results[i] = reinterpret_cast<double*>(next + buffers.number[i] * number_bytes);
    chunk.numbers[i] = {chunk.results[i], false};
  }
  next += buffers.numbers * number_bytes;
  for (Register i = 0; i < rows_.truths; ++i) {
    if (buffers.truth[i] == no_register) continue;
    chunk.truths[i] = reinterpret_cast<std::uint64_t*>(next + buffers.truth[i] * truth_bytes);
  }
  next += buffers.truths * truth_bytes;
}

void Worker::choose_streams() {
  streamed_.assign(outputs_.size(), false);
  kept_.assign(rows_.numbers, false);
  std::vector<bool> computed(rows_.numbers, false);
  for (const Instruction& each : rows_.instructions) {
    if (gives_number(each) && can_stream(each.opcode)) computed[each.target] = true;
    for_each_operand(each, [&](Register read, bool is_truth) {
      if (!is_truth) kept_[read] = true;
    });
  }
  if (!chunk_.stream) return;
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    const RowOutput& output = rows_.outputs[i];
    if (output.kind != RowOutput::Kind::number || output.exact_only) continue;
    if (outputs_[i].numbers == nullptr || !computed[output.result]) continue;
    streamed_[i] = true;
    if (outputs_[i].sum) kept_[output.result] = true;
    computed[output.result] = false;  // once; a second output reads the buffer
    for (std::size_t k = 0; k < outputs_.size(); ++k) {
      const RowOutput& other = rows_.outputs[k];
      if (k != i && other.kind == RowOutput::Kind::number && other.result == output.result) {
        kept_[output.result] = true;
      }
    }
  }
}

void Worker::choose_ties() {
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    const RowOutput& output = rows_.outputs[i];
    const RowTies::Comparison& comparison = ties_.of(i);
    if (!comparison.there || output.exact_only || output.doubt == no_register) continue;
    // A doubt that says something of another output too stays for that.
    const auto is_alone = [&](const RowOutput& other) {
      return &other == &output || other.exact_only || other.doubt != output.doubt;
    };
    if (!std::all_of(rows_.outputs.begin(), rows_.outputs.end(), is_alone)) continue;
    chunk_.ties.push_back({i, &comparison, ties_.terms(comparison), chunk_.truths[output.result],
                           chunk_.truths[output.doubt]});
  }
}

void Worker::choose_readers(std::span<const std::uint64_t> wild) {
  absent_.assign(columns_.size() * Chunk::most_words, 0);
  missed_.assign(outputs_.size() * Chunk::most_words, 0);
  open_.assign(outputs_.size() * Chunk::most_words, 0);
  for (std::size_t k = 0; k < columns_.size(); ++k) {
    chunk_.checks[k].absent = absent_.data() + k * Chunk::most_words;
  }
  constexpr std::uint64_t everything = ~std::uint64_t{0};
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    const RowOutput& output = rows_.outputs[i];
    const Reach& reach = output.reach;
    Readers& each = readers_.emplace_back();
    // Past 64 leaves it is not said which ones are read; why something is missing takes a row.
    const bool is_plain = (reach.leaves != everything || columns_.size() <= 64) &&
                          outputs_[i].reasons == nullptr && !output.exact_only;
    const std::uint64_t fatal = fatal_leaves(output);
    each.corners = is_plain && output.kind == RowOutput::Kind::truth && reach.simple && i < 64;
    for (std::uint32_t leaf = 0; leaf < columns_.size(); ++leaf) {
      const auto has = [&](std::uint64_t set) {
        return leaf < 64 ? (set >> leaf & 1) != 0 : set == everything;
      };
      if (columns_[leaf].constant || !has(reach.leaves)) continue;
      each.reads.push_back(leaf);
      if (is_plain && (has(fatal) || has(wild[i]))) each.fatal.push_back(leaf);
    }
  }
}

void Worker::find_missing(std::size_t count) {
  const std::size_t words = (count + 63) / 64;
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    chunk_.marks[i].missed = chunk_.any_absent ? missed_.data() + i * Chunk::most_words : nullptr;
  }
  for (ChunkTie& tie : chunk_.ties) {
    tie.missed = chunk_.any_absent ? missed_.data() + tie.output * Chunk::most_words : nullptr;
  }
  std::fill_n(rows_missing_, words, 0);
  std::fill_n(rows_open_, words, 0);
  if (!chunk_.any_absent) return;
  for (std::size_t leaf = 0; leaf < columns_.size(); ++leaf) {
    const std::uint64_t* absent = absent_.data() + leaf * Chunk::most_words;
    for (std::size_t w = 0; w < words; ++w) {
      rows_missing_[w] |= absent[w];
      if (rows_.leaves[leaf].assumed) chunk_.odd[w] |= absent[w];
    }
  }
  const auto gather = [&](std::uint64_t* into, std::span<const std::uint32_t> leaves) {
    std::fill_n(into, words, 0);
    for (const std::uint32_t leaf : leaves) {
      const std::uint64_t* absent = absent_.data() + leaf * Chunk::most_words;
      for (std::size_t w = 0; w < words; ++w) into[w] |= absent[w];
    }
  };
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    std::uint64_t* missed = missed_.data() + i * Chunk::most_words;
    std::uint64_t* open = open_.data() + i * Chunk::most_words;
    gather(missed, readers_[i].reads);
    gather(open, readers_[i].fatal);
    for (std::size_t w = 0; w < words; ++w) {
      open[w] = missed[w] & ~open[w];
      rows_open_[w] |= open[w];
    }
  }
}

void Worker::chunk(std::uint64_t begin, std::size_t count) {
  take(begin, count);
  check_chunk(chunk_);
  find_missing(count);
  run_chunk(rows_.instructions, chunk_);
  hand_out(begin, count);
  if (run_.done != nullptr) run_.done->fetch_add(count, std::memory_order_relaxed);
}

void Worker::chunk(std::uint64_t begin, std::size_t count, const ScenarioGroup& group) {
  if (tallies.empty()) {
    constants_.resize(group.leaves.size());
    for (std::size_t k = 0; k < group.leaves.size(); ++k) {
      columns_[group.leaves[k]].values = &constants_[k];
      chunk_.numbers[group.leaves[k]] = {&constants_[k], true};
    }
    tallies.assign(group.constants.size(), tally);
    all_odd_ = false;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const bool varies =
          std::find(group.leaves.begin(), group.leaves.end(), i) != group.leaves.end();
      if (!columns_[i].constant || varies) continue;
      all_odd_ = all_odd_ || !chunk_.checks[i].limits.allow(*columns_[i].values);
    }
  }
  take(begin, count);
  check_chunk(chunk_);
  find_missing(count);
  chunk_.outputs.clear();
  std::vector<ChunkMarks> marks;
  std::swap(marks, chunk_.marks);
  run_chunk(group.once, chunk_);
  std::swap(marks, chunk_.marks);
  std::uint64_t odd[Chunk::most_words];
  std::copy_n(chunk_.odd, Chunk::most_words, odd);
  for (std::size_t scenario = 0; scenario < group.constants.size(); ++scenario) {
    bool all_odd = false;
    for (std::size_t k = 0; k < constants_.size(); ++k) {
      constants_[k] = group.constants[scenario][k];
      all_odd = all_odd || !chunk_.checks[group.leaves[k]].limits.allow(constants_[k]);
    }
    std::copy_n(odd, Chunk::most_words, chunk_.odd);
    if (all_odd) std::fill_n(chunk_.odd, Chunk::most_words, ~std::uint64_t{0});
    std::swap(tally, tallies[scenario]);
    run_chunk(group.each, chunk_);
    hand_out(begin, count);
    flush();
    std::swap(tally, tallies[scenario]);
  }
  if (run_.done != nullptr) run_.done->fetch_add(count, std::memory_order_relaxed);
}

/// Asks for the memory that the bits of a chunk go to. It need not be there.
void bring_close(const std::uint64_t* words) {
  for (std::size_t w = 0; w < Chunk::most_words; w += 8) __builtin_prefetch(words + w, 1);
}

void Worker::take(std::uint64_t begin, std::size_t count) {
  chunk_.rows = count;
  const std::size_t words = (count + 63) / 64;
  std::fill_n(chunk_.odd, words, all_odd_ ? ~std::uint64_t{0} : 0);
  const bool partial = count % 64 != 0;
  chunk_.ahead.columns.clear();
  chunk_.ahead.column = chunk_.ahead.row = 0;
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
      if (begin + 2 * Chunk::most_rows <= run_.rows) {
        chunk_.ahead.columns.push_back(column.values + begin + Chunk::most_rows);
      }
    }
    std::uint64_t* absent = absent_.data() + i * Chunk::most_words;
    std::fill_n(absent, words, 0);
    if (column.validity != nullptr) {
      const std::uint64_t bit = column.validity_offset + begin;
      const std::uint64_t end = column.validity_offset + run_.rows;
      for (std::size_t w = 0; w < words; ++w) {
        absent[w] = ~bits_at(column.validity, bit + w * 64, end);
      }
      // Those of the next rows are brought close.
      constexpr std::uint64_t line = 512;
      for (std::uint64_t at = bit + Chunk::most_rows; at < bit + 2 * Chunk::most_rows; at += line) {
        if (at < end) __builtin_prefetch(column.validity + at / 8);
      }
    }
    if (partial) absent[words - 1] &= (std::uint64_t{1} << count % 64) - 1;
    for (std::size_t w = 0; w < words && column.inexact != nullptr; ++w) {
      chunk_.odd[w] |= bits_at(column.inexact, begin + w * 64, run_.rows);
    }
  }
  chunk_.outputs.clear();
  chunk_.marks.clear();
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    const RowOutput& output = rows_.outputs[i];
    const CompleteOut& out = outputs_[i];
    ChunkMarks marks;
    marks.to_known = out.known + (begin / 64 - out.first_known);
    if (!partial && !out.own_known) bring_close(marks.to_known + Chunk::most_words);
    if (output.applies != no_register) marks.applies = chunk_.truths[output.applies];
    if (output.kind == RowOutput::Kind::truth) {
      marks.to_truths = out.truths + (begin / 64 - out.first_truths);
      if (!partial && !out.own_truths) bring_close(marks.to_truths + Chunk::most_words);
      if (!output.exact_only) marks.truths = chunk_.truths[output.result];
    }
    chunk_.marks.push_back(marks);
    if (output.kind != RowOutput::Kind::number || output.exact_only) continue;
    if (out.numbers == nullptr) continue;
    if (streamed_[i]) {
      // Streaming writes whole words of rows, of which the last one may have less.
      chunk_.streams[output.result] = partial ? nullptr : out.numbers + begin;
      chunk_.kept[output.result] = kept_[output.result] || partial;
      if (!partial) continue;
    }
    const ChunkNumber& from = chunk_.numbers[output.result];
    chunk_.outputs.push_back({from.values, from.constant, out.numbers + begin});
  }
}

void Worker::hand_out(std::uint64_t begin, std::size_t count) {
  const std::size_t words = (count + 63) / 64;
  const auto used = [&](std::size_t w) {
    const std::size_t left = count - w * 64;
    return left >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << left) - 1;
  };
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    tally.nulls[i] += chunk_.marks[i].nulls;
    tally.truths[i] += chunk_.marks[i].held;
    Reason* reasons = outputs_[i].reasons;
    if (reasons == nullptr) continue;
    std::fill_n(reasons + begin, count, Reason::known);
    if (chunk_.marks[i].applies == nullptr) continue;
    for (std::size_t w = 0; w < words; ++w) {
      for (std::uint64_t apart = used(w) & ~chunk_.marks[i].applies[w]; apart != 0;
           apart &= apart - 1) {
        reasons[begin + w * 64 + static_cast<std::size_t>(std::countr_zero(apart))] =
            Reason::not_applicable;
      }
    }
  }
  std::uint64_t slow_rows[Chunk::most_words];
  settled_sums_.assign(summed_.size(), 0.0);
  for (std::size_t w = 0; w < words; ++w) {
    std::uint64_t slow = all_settled_ ? ~std::uint64_t{0} : chunk_.odd[w] | rows_open_[w];
    if (!chunk_.any_absent) {
      for (const Register doubt : doubts_) slow |= chunk_.truths[doubt][w];
    } else {
      for (std::size_t i = 0; i < outputs_.size(); ++i) {
        const Register doubt = rows_.outputs[i].doubt;
        if (doubt == no_register || rows_.outputs[i].exact_only) continue;
        slow |= chunk_.truths[doubt][w] & ~missed_[i * Chunk::most_words + w];
      }
      tally.missing += static_cast<std::uint64_t>(std::popcount(rows_missing_[w] & used(w)));
    }
    slow &= used(w);
    slow_rows[w] = slow;
    const std::uint64_t otherwise = (chunk_.tied[w] | rows_missing_[w]) & ~slow & used(w);
    tally.settled += static_cast<std::uint64_t>(std::popcount(otherwise));
    while (slow != 0) {
      const auto bit = static_cast<std::size_t>(std::countr_zero(slow));
      slow &= slow - 1;
      const std::size_t in_chunk = w * 64 + bit;
      settle_row(begin + in_chunk, (chunk_.odd[w] >> bit & 1) != 0, in_chunk);
      if (!summed_.empty()) add_settled(in_chunk);
    }
  }
  if (!summed_.empty()) add_up(begin, slow_rows);
}

void Worker::add_settled(std::size_t in_chunk) {
  for (std::size_t k = 0; k < summed_.size(); ++k) {
    const RowOutput& output = rows_.outputs[summed_[k]];
    std::optional<double>& settled = settled_values_[summed_[k]];
    if (settled) {
      settled_sums_[k] += *settled;
    } else if (is_missed(summed_[k], in_chunk)) {
      // It has no value.
    } else if (output.applies == no_register ||
               (chunk_.truths[output.applies][in_chunk / 64] >> (in_chunk % 64) & 1) != 0) {
      const ChunkNumber& computed = chunk_.numbers[output.result];
      settled_sums_[k] += computed.values[computed.constant ? 0 : in_chunk];
    }
    settled.reset();
  }
}

void Worker::add_up(std::uint64_t begin, const std::uint64_t* slow) {
  chunk_.sums.clear();
  for (const std::size_t i : summed_) {
    const RowOutput& output = rows_.outputs[i];
    // What is settled row by row has no register; its rows are all left out.
    static constexpr double nothing = 0;
    const ChunkNumber number =
        output.exact_only ? ChunkNumber{&nothing, true} : chunk_.numbers[output.result];
    const std::uint64_t* applies =
        output.applies == no_register ? nullptr : chunk_.truths[output.applies];
    const std::uint64_t* missed =
        chunk_.any_absent ? missed_.data() + i * Chunk::most_words : nullptr;
    chunk_.sums.push_back({number.values, number.constant, applies, missed});
  }
  add_up_chunk(chunk_, slow);
  for (std::size_t k = 0; k < summed_.size(); ++k) {
    outputs_[summed_[k]].sums[begin / Chunk::most_rows] = chunk_.sums[k].sum + settled_sums_[k];
  }
}

void Worker::settle_row(std::uint64_t row, bool is_odd, std::size_t in_chunk) {
  begun_ = false;
  const std::size_t word = in_chunk / 64, bit = in_chunk % 64;
  complete_ = !is_odd && (rows_missing_[word] >> bit & 1) == 0;
  ++tally.settled;
  std::uint64_t corners = 0;
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    if (is_odd || rows_.outputs[i].exact_only) {
      settle_output(row, i);
    } else if (is_missed(i, in_chunk)) {
      if ((open_[i * Chunk::most_words + word] >> bit & 1) == 0) continue;
      if (readers_[i].corners) {
        corners |= std::uint64_t{1} << i;
      } else {
        settle_output(row, i);
      }
    } else if (in_doubt(i, in_chunk)) {
      const auto holds = ties_.truth(i, [&](std::uint32_t leaf) { return value_at(leaf, row); });
      if (holds) {
        put(i, row, {*holds ? 1.0 : 0.0, Reason::known});
      } else {
        settle_output(row, i);
      }
    }
  }
  if (corners == 0) return;
  std::uint64_t missing = 0;
  for (std::size_t leaf = 0; leaf < std::min<std::size_t>(columns_.size(), 64); ++leaf) {
    missing |= (absent_[leaf * Chunk::most_words + word] >> bit & 1) << leaf;
  }
  wait(row, missing, corners);
}

void Worker::wait(std::uint64_t row, std::uint64_t missing, std::uint64_t outputs) {
  std::uint64_t read = 0;
  for (std::uint64_t left = outputs; left != 0; left &= left - 1) {
    read |= rows_.outputs[static_cast<std::size_t>(std::countr_zero(left))].reach.leaves;
  }
  missing &= read;
  if (!corners_serve(missing, ends_)) {
    for (std::uint64_t left = outputs; left != 0; left &= left - 1) {
      settle_output(row, static_cast<std::size_t>(std::countr_zero(left)));
    }
    return;
  }
  const std::size_t lanes = std::size_t{1} << std::popcount(missing);
  if (lanes_taken_ + lanes > Chunk::most_rows) flush();
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    double low = value_at(i, row), high = low;
    std::size_t corner = 0;
    if ((missing >> i & 1) != 0) {
      low = ends_[i].low;
      high = ends_[i].high;
      corner = std::size_t{1} << std::popcount(missing & ((std::uint64_t{1} << i) - 1));
    }
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      lanes_[i][lanes_taken_ + lane] = (lane & corner) != 0 ? high : low;
    }
  }
  waiting_.push_back(
      {row, outputs, static_cast<std::uint32_t>(lanes_taken_), static_cast<std::uint32_t>(lanes)});
  lanes_taken_ += lanes;
  for (std::uint64_t left = outputs; left != 0; left &= left - 1) {
    put(static_cast<std::size_t>(std::countr_zero(left)), row, {0, Reason::not_reported});
  }
}

void Worker::flush() {
  if (waiting_.empty()) return;
  Chunk& chunk = corners_;
  chunk.rows = lanes_taken_;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::fill(lanes_[i] + lanes_taken_, lanes_[i] + (lanes_taken_ + 63) / 64 * 64, 0.0);
    chunk.numbers[i] = {lanes_[i], false};
  }
  run_chunk(rows_.instructions, chunk);
  const auto lane_bit = [&](Register truth, std::uint32_t lane) {
    return (chunk.truths[truth][lane / 64] >> (lane % 64) & 1) != 0;
  };
  for (const Waiting& each : waiting_) {
    begun_ = false;
    complete_ = false;
    for (std::uint64_t left = each.outputs; left != 0; left &= left - 1) {
      const auto i = static_cast<std::size_t>(std::countr_zero(left));
      const RowOutput& output = rows_.outputs[i];
      bool all = true, any = false, doubt = false;
      for (std::uint32_t lane = each.first; lane < each.first + each.lanes; ++lane) {
        const bool holds = lane_bit(output.result, lane);
        all = all && holds;
        any = any || holds;
        doubt = doubt || (output.doubt != no_register && lane_bit(output.doubt, lane));
      }
      if (doubt) {
        settle_output(each.row, i);
      } else if (all || !any) {
        put(i, each.row, {all ? 1.0 : 0.0, Reason::known});
      }
    }
  }
  waiting_.clear();
  lanes_taken_ = 0;
}

void Worker::begin_row(std::uint64_t row) {
  begun_ = true;
  exact_.resize(columns_.size());
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const RowColumn& column = columns_[i];
    RowGiven& given = given_[i];
    given = {value_at(i, row), Reason::known, nullptr};
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
        complete_ = false;
      }
    }
    plain_[i] = given.value;
  }
  if (!settler_) {
    settler_.emplace(rows_, program_, context_);
    fractions_.emplace(rows_, program_);
  }
  if (complete_) fractions_->begin(plain_);
  settler_->begin(given_);
}

void Worker::settle_output(std::uint64_t row, std::size_t i) {
  if (!begun_) begin_row(row);
  const RowOutput& output = rows_.outputs[i];
  if (complete_) {
    if (output.kind == RowOutput::Kind::truth) {
      if (const auto holds = fractions_->truth(i)) {
        put(i, row, {*holds ? 1.0 : 0.0, Reason::known});
        return;
      }
    } else if (const auto value = fractions_->number(i)) {
      put(i, row, {*value, Reason::known});
      return;
    }
  }
  put(i, row, settler_->output(i));
  if (const auto leaf = settler_->out_of_range()) {
    if (tally.first_out_of_range.empty() || tally.first_out_of_range.back().first != row) {
      ++tally.out_of_range;
      if (tally.first_out_of_range.size() < 100) tally.first_out_of_range.emplace_back(row, *leaf);
    }
  }
}

void Worker::put(std::size_t i, std::uint64_t row, const RowResult& result) {
  const CompleteOut& out = outputs_[i];
  const std::uint64_t mask = std::uint64_t{1} << (row % 64);
  std::uint64_t& known = out.known[row / 64 - out.first_known];
  tally.nulls[i] += result.known() ? 0 : 1;
  tally.nulls[i] -= (known & mask) != 0 ? 0 : 1;
  known = result.known() ? known | mask : known & ~mask;
  if (out.reasons != nullptr) out.reasons[row] = result.reason;
  if (rows_.outputs[i].kind == RowOutput::Kind::number) {
    if (out.numbers != nullptr) out.numbers[row] = result.value;
    settled_values_[i] = result.value;
    return;
  }
  std::uint64_t& truths = out.truths[row / 64 - out.first_truths];
  const bool is = result.value != 0;
  tally.truths[i] += is ? 1 : 0;
  tally.truths[i] -= (truths & mask) != 0 ? 1 : 0;
  truths = is ? truths | mask : truths & ~mask;
}

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

}  // namespace

namespace {

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
    Worker worker(rows, program, buffers, columns, complete, run, ties, wild, context);
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
      [](Worker& worker, std::uint64_t row, std::size_t count) { worker.chunk(row, count); },
      [&](const Worker& worker) { add(total, worker.tally); });
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
      [&](Worker& worker, std::uint64_t row, std::size_t count) {
        worker.chunk(row, count, group);
      },
      [&](const Worker& worker) {
        for (std::size_t i = 0; i < worker.tallies.size(); ++i) add(totals[i], worker.tallies[i]);
      });
  return totals;
}

}  // namespace dabiao::engine
