#include "row_worker.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstring>

#include "dabiao/engine/row_limits.hpp"

namespace dabiao::engine {

using value::Reason;

namespace {

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

}  // namespace

RowWorker::RowWorker(const RowProgram& rows, const ir::Program& program, const RowBuffers& buffers,
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
  for (std::size_t i = 0; i < rows.outputs.size(); ++i) {
    const RowOutput& output = rows.outputs[i];
    if (output.exact_only) {
      all_settled_ = true;
    } else if (output.doubt != no_register) {
      chunk_.doubts.push_back({i, chunk_.truths[output.doubt]});
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

void RowWorker::lay_out(Chunk& chunk, const RowBuffers& buffers, std::byte*& next) const {
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

void RowWorker::choose_streams() {
  streamed_.assign(outputs_.size(), false);
  kept_.assign(rows_.numbers, false);
  std::vector<bool> computed(rows_.numbers, false);
  for (const Instruction& each : rows_.instructions) {
    if (gives_number(each) && can_stream(each.opcode)) computed[each.target] = true;
    for_each_operand(each, [&](Register read, bool is_truth) {
      if (!is_truth) kept_[read] = true;
    });
  }
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

void RowWorker::choose_ties() {
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

void RowWorker::choose_readers(std::span<const std::uint64_t> wild) {
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

void RowWorker::find_missing() {
  const std::size_t words = chunk_.words();
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    chunk_.marks[i].missed = chunk_.any_absent ? missed_.data() + i * Chunk::most_words : nullptr;
  }
  std::fill_n(chunk_.missing, words, 0);
  std::fill_n(rows_open_, words, 0);
  if (!chunk_.any_absent) return;
  for (std::size_t leaf = 0; leaf < columns_.size(); ++leaf) {
    const std::uint64_t* absent = absent_.data() + leaf * Chunk::most_words;
    for (std::size_t w = 0; w < words; ++w) {
      chunk_.missing[w] |= absent[w];
      if (rows_.leaves[leaf].assumed) chunk_.odd[w] |= absent[w];
    }
  }
  const auto gather = [&](std::uint64_t* into, std::span<const std::uint32_t> leaves) {
    if (leaves.empty()) std::fill_n(into, words, 0);
    for (std::size_t k = 0; k < leaves.size(); ++k) {
      const std::uint64_t* absent = absent_.data() + leaves[k] * Chunk::most_words;
      for (std::size_t w = 0; w < words; ++w) into[w] = k == 0 ? absent[w] : into[w] | absent[w];
    }
  };
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    std::uint64_t* missed = missed_.data() + i * Chunk::most_words;
    std::uint64_t* open = open_.data() + i * Chunk::most_words;
    gather(missed, readers_[i].reads);
    if (readers_[i].fatal.size() == readers_[i].reads.size()) continue;  // never open
    gather(open, readers_[i].fatal);
    for (std::size_t w = 0; w < words; ++w) {
      open[w] = missed[w] & ~open[w];
      rows_open_[w] |= open[w];
    }
  }
}

void RowWorker::conclude() {
  for (std::size_t w = 0; w < chunk_.words(); ++w) {
    chunk_.slow[w] = all_settled_ ? ~std::uint64_t{0} : chunk_.odd[w] | rows_open_[w];
  }
  conclude_chunk(chunk_);
}

void RowWorker::chunk(std::uint64_t begin, std::size_t count) {
  take(begin, count);
  prepare_chunk(rows_.instructions, chunk_);
  chunk_.in_blocks(Chunk::block_words, [&] {
    check_chunk(chunk_);
    compute_chunk(chunk_);
  });
  find_missing();
  conclude();
  hand_out(begin, count);
  if (run_.done != nullptr) run_.done->fetch_add(count, std::memory_order_relaxed);
}

void RowWorker::chunk(std::uint64_t begin, std::size_t count, const ScenarioGroup& group) {
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
  prepare_chunk(group.once, chunk_);
  chunk_.in_blocks(Chunk::block_words, [&] {
    check_chunk(chunk_);
    compute_chunk(chunk_);
  });
  find_missing();
  chunk_.outputs.clear();
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
    prepare_chunk(group.each, chunk_);
    chunk_.in_blocks(Chunk::most_words, [&] { compute_chunk(chunk_); });
    conclude();
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

void RowWorker::take(std::uint64_t begin, std::size_t count) {
  chunk_.rows = count;
  chunk_.any_absent = false;
  const std::size_t words = chunk_.words();
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
    std::uint64_t* absent = absent_.data() + i * Chunk::most_words;
    std::fill_n(absent, words, 0);
    if (column.validity != nullptr) {
      const std::uint64_t bit = column.validity_offset + begin;
      const std::uint64_t end = column.validity_offset + run_.rows;
      if (bit % 8 == 0 && bit + words * 64 <= end) {
        std::memcpy(absent, column.validity + bit / 8, words * sizeof *absent);
        for (std::size_t w = 0; w < words; ++w) absent[w] = ~absent[w];
      } else {
        for (std::size_t w = 0; w < words; ++w) {
          absent[w] = ~bits_at(column.validity, bit + w * 64, end);
        }
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
      // What is computed is whole words of rows, of which the last one may have less.
      chunk_.streams[output.result] = partial ? nullptr : out.numbers + begin;
      chunk_.kept[output.result] = kept_[output.result] || partial;
      if (!partial) continue;
    }
    const ChunkNumber& from = chunk_.numbers[output.result];
    chunk_.outputs.push_back({from.values, from.constant, out.numbers + begin});
  }
}

void RowWorker::hand_out(std::uint64_t begin, std::size_t count) {
  const std::size_t words = chunk_.words();
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
  tally.missing += chunk_.lacking;
  tally.settled += chunk_.settled;
  settled_sums_.assign(summed_.size(), 0.0);
  for (std::size_t w = 0; w < words; ++w) {
    for (std::uint64_t slow = chunk_.slow[w]; slow != 0; slow &= slow - 1) {
      const auto bit = static_cast<std::size_t>(std::countr_zero(slow));
      const std::size_t in_chunk = w * 64 + bit;
      settle_row(begin + in_chunk, (chunk_.odd[w] >> bit & 1) != 0, in_chunk);
      if (!summed_.empty()) add_settled(in_chunk);
    }
  }
  if (!summed_.empty()) add_up(begin);
}

void RowWorker::add_settled(std::size_t in_chunk) {
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

void RowWorker::add_up(std::uint64_t begin) {
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
  add_up_chunk(chunk_, chunk_.slow);
  for (std::size_t k = 0; k < summed_.size(); ++k) {
    outputs_[summed_[k]].sums[begin / Chunk::most_rows] = chunk_.sums[k].sum + settled_sums_[k];
  }
}

}  // namespace dabiao::engine
