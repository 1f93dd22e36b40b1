#include <algorithm>
#include <bit>
#include <cmath>

#include "row_worker.hpp"

// What doubles do not decide while they run in chunks: row by row.
namespace dabiao::engine {

using value::Reason;

void RowWorker::settle_row(std::uint64_t row, bool is_odd, std::size_t in_chunk) {
  begun_ = false;
  const std::size_t word = in_chunk / 64, bit = in_chunk % 64;
  complete_ = !is_odd && (chunk_.missing[word] >> bit & 1) == 0;
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

void RowWorker::wait(std::uint64_t row, std::uint64_t missing, std::uint64_t outputs) {
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

void RowWorker::flush() {
  if (waiting_.empty()) return;
  Chunk& chunk = corners_;
  chunk.rows = lanes_taken_;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::fill(lanes_[i] + lanes_taken_, lanes_[i] + (lanes_taken_ + 63) / 64 * 64, 0.0);
    chunk.numbers[i] = {lanes_[i], false};
  }
  prepare_chunk(rows_.instructions, chunk);
  chunk.in_blocks(Chunk::block_words, [&] { compute_chunk(chunk); });
  conclude_chunk(chunk);
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

void RowWorker::begin_row(std::uint64_t row) {
  begun_ = true;
  exact_.resize(columns_.size());
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const RowColumn& column = columns_[i];
    RowGiven& given = given_[i];
    given = {column.value_at(row), Reason::known, nullptr};
    if (!column.is_valid(row)) {
      given.reason = column.reasons != nullptr ? column.reasons[row] : Reason::not_reported;
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

void RowWorker::settle_output(std::uint64_t row, std::size_t i) {
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

void RowWorker::put(std::size_t i, std::uint64_t row, const RowResult& result) {
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

}  // namespace dabiao::engine
