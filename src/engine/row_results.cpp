#include <algorithm>
#include <bit>
#include <cstring>

#include "row_chunk.hpp"
#include "row_targets.hpp"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/row_results.cpp"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

// After foreach_target.h.
#include "row_lanes.hpp"

HWY_BEFORE_NAMESPACE();
namespace dabiao::engine {
namespace HWY_NAMESPACE {
namespace {

/// The values of a vector of rows. Instructions that gather are slower than this on some
/// processors.
HWY_ATTR inline V at_rows(const ChunkNumber& number, const std::uint32_t* rows) {
  if (number.constant) return hn::Set(D(), *number.values);
  const double* const values = number.values;
  HWY_ALIGN double found[hn::MaxLanes(D())];
#pragma GCC unroll 8
  for (std::size_t k = 0; k < hn::MaxLanes(D()); ++k) found[k] = values[rows[k]];
  return hn::Load(D(), found);
}

/// Whether the comparison ties in all rows, as whole numbers say it (RowTies). Past the last one
/// some row stands in, for a vector.
HWY_ATTR inline bool all_tie(const ChunkTie& tie, const Chunk& chunk, const std::uint32_t* rows,
                             std::size_t count) {
  const RowTies::Comparison& each = *tie.comparison;
  const V most = hn::Set(D(), each.most), zero = hn::Zero(D());
  M all = hn::FirstN(D(), hn::Lanes(D()));
  for (std::size_t k = 0; k < count; k += hn::Lanes(D())) {
    V above = hn::Set(D(), each.above), below = hn::Set(D(), each.below);
    for (const RowTies::Term& term : tie.terms) {
      const V value = at_rows(chunk.numbers[term.leaf], rows + k);
      all = hn::And(all, hn::Le(hn::Abs(value), most));
      all = hn::And(all, hn::Eq(hn::Trunc(value), value));
      above = hn::Add(above, hn::Mul(hn::Set(D(), term.above), value));
      below = hn::Add(below, hn::Mul(hn::Set(D(), term.below), value));
    }
    all = hn::And(all, hn::And(hn::Eq(above, zero), hn::Ne(below, zero)));
  }
  return hn::AllTrue(D(), all);
}

/// Writes which bits of a word are set, counted from `first`, and gives how many. It writes some at
/// a time, whatever their number: how many there are cannot be foreseen.
constexpr std::size_t rows_at_once = 4;
HWY_ATTR inline std::size_t write_rows(std::uint64_t bits, std::size_t first, std::uint32_t* rows) {
  const std::size_t count = hwy::PopCount(bits);
  for (std::size_t from = 0; from < count; from += rows_at_once) {
#pragma GCC unroll 4
    for (std::size_t k = 0; k < rows_at_once; ++k, bits &= bits - 1) {
      const std::size_t row = first + static_cast<std::size_t>(std::countr_zero(bits));
      rows[from + k] = static_cast<std::uint32_t>(row);
    }
  }
  return count;
}

/// Decides by whole numbers what doubles left in doubt.
HWY_ATTR void settle_ties(Chunk& chunk, std::uint64_t* tied) {
  static_assert(Chunk::most_words <= 64);
  const std::size_t count = chunk.words();
  for (const ChunkTie& tie : chunk.ties) {
    // First which rows there are, so that one need not wait for the other.
    std::uint64_t open[Chunk::most_words];
    std::uint64_t words = 0;  // those with such a row: which they are cannot be foreseen
    const std::uint64_t* missed = chunk.marks[tie.output].missed;
    for (std::size_t w = 0; w < count; ++w) {
      open[w] = tie.doubts[w] & ~chunk.odd[w];
      if (missed != nullptr) open[w] &= ~missed[w];
    }
    for (std::size_t w = 0; w < count; ++w) {
      words |= static_cast<std::uint64_t>(open[w] != 0) << w;
    }
    if (words == 0) continue;
    std::uint32_t rows[Chunk::most_rows + rows_at_once + hn::MaxLanes(D())];
    std::size_t found = 0;
    for (std::uint64_t left = words; left != 0; left &= left - 1) {
      const std::size_t w = hwy::Num0BitsBelowLS1Bit_Nonzero64(left);
      found += write_rows(open[w], w * 64, rows + found);
    }
    std::fill_n(rows + found, hn::MaxLanes(D()), rows[0]);
    if (all_tie(tie, chunk, rows, found)) {
      // As nearly always: what is so near to K is at it.
      const bool holds = tie.comparison->holds[1];
      for (std::size_t w = 0; w < count; ++w) {
        tie.truths[w] = holds ? tie.truths[w] | open[w] : tie.truths[w] & ~open[w];
        tie.doubts[w] &= ~open[w];
        tied[w] |= open[w];
      }
      continue;
    }
    for (std::size_t k = 0; k < found; ++k) {
      const std::size_t row = rows[k], w = row / 64;
      const auto holds = RowTies::truth(*tie.comparison, tie.terms, [&](std::uint32_t leaf) {
        const ChunkNumber& number = chunk.numbers[leaf];
        return number.values[number.constant ? 0 : row];
      });
      if (!holds) continue;
      const std::uint64_t bit = std::uint64_t{1} << row % 64;
      tie.truths[w] = *holds ? tie.truths[w] | bit : tie.truths[w] & ~bit;
      tie.doubts[w] &= ~bit;
      tied[w] |= bit;
    }
  }
}

/// Adding 0 turns −0 into 0.
HWY_ATTR void write(const Chunk& chunk) {
  const V zero = hn::Zero(D());
  for (const ChunkOutput& each : chunk.outputs) {
    const std::size_t lanes = hn::Lanes(D());
    std::size_t row = 0;
    if (each.constant) {
      const double value = *each.from + 0.0;
      for (; row < chunk.rows; ++row) each.to[row] = value;
      continue;
    }
    const double* from = each.from;
    double* to = each.to;
    const std::size_t rows = chunk.rows;
    if (chunk.stream) {
      for (; row + lanes <= rows; row += lanes) {
        hn::Stream(hn::Add(hn::LoadU(D(), from + row), zero), D(), to + row);
      }
    } else {
      for (; row + lanes <= rows; row += lanes) {
        hn::StoreU(hn::Add(hn::LoadU(D(), from + row), zero), D(), to + row);
      }
    }
    for (; row < rows; ++row) to[row] = from[row] + 0.0;
  }
}

HWY_ATTR void write_marks(Chunk& chunk) {
  const std::size_t count = chunk.words(), rows = chunk.rows;
  for (ChunkMarks& each : chunk.marks) {
    std::uint64_t* const known = each.to_known;
    std::fill_n(known, count, ~std::uint64_t{0});
    if (rows % 64 != 0) known[count - 1] = (std::uint64_t{1} << rows % 64) - 1;
    for (std::size_t w = 0; each.applies != nullptr && w < count; ++w) known[w] &= each.applies[w];
    for (std::size_t w = 0; each.missed != nullptr && w < count; ++w) known[w] &= ~each.missed[w];
    const auto bits_in = [&](const std::uint64_t* words) HWY_ATTR {
      std::uint64_t sum = 0;
      for (std::size_t w = 0; w < count; ++w) sum += hwy::PopCount(words[w]);
      return sum;
    };
    each.nulls = each.applies == nullptr && each.missed == nullptr ? 0 : rows - bits_in(known);
    each.held = 0;
    if (each.to_truths == nullptr) continue;
    if (each.truths == nullptr) {
      std::fill_n(each.to_truths, count, 0);
      continue;
    }
    for (std::size_t w = 0; w < count; ++w) each.to_truths[w] = each.truths[w] & known[w];
    each.held = bits_in(each.to_truths);
  }
}

/// Sixteen sums side by side, whatever the width of a vector, then these in pairs.
HWY_ATTR void add_up(Chunk& chunk, const std::uint64_t* left_out) {
  constexpr std::size_t sides = 16;
  const hn::CappedTag<double, sides> d;
  constexpr std::size_t lanes = hn::MaxLanes(d), vectors = sides / lanes;
  const std::size_t words = chunk.words();
  for (ChunkSum& each : chunk.sums) {
    decltype(hn::Zero(d)) sums[vectors];
    for (auto& sum : sums) sum = hn::Zero(d);
    const auto add = [&](auto value_at) HWY_ATTR {
      for (std::size_t i = 0; i < 64; i += sides) {
#pragma GCC unroll 16
        for (std::size_t v = 0; v < vectors; ++v) {
          sums[v] = hn::Add(sums[v], value_at(i + v * lanes));
        }
      }
    };
    for (std::size_t w = 0; w < words; ++w) {
      std::uint64_t counts = ~left_out[w];
      if (each.applies != nullptr) counts &= each.applies[w];
      if (each.missed != nullptr) counts &= ~each.missed[w];
      if (w == chunk.rows / 64) counts &= (std::uint64_t{1} << chunk.rows % 64) - 1;
      const double* values = each.values + w * 64;
      if (each.constant) {
        const auto value = hn::Set(d, *each.values);
        add([&](std::size_t i)
                HWY_ATTR { return hn::IfThenElseZero(lanes_of(d, counts >> i), value); });
      } else if (counts == ~std::uint64_t{0}) {
        add([&](std::size_t i) HWY_ATTR { return hn::LoadU(d, values + i); });
      } else {
        add([&](std::size_t i) HWY_ATTR {
          return hn::IfThenElseZero(lanes_of(d, counts >> i), hn::LoadU(d, values + i));
        });
      }
    }
    HWY_ALIGN double all[sides];
    for (std::size_t v = 0; v < vectors; ++v) hn::Store(sums[v], d, all + v * lanes);
    for (std::size_t left = sides / 2; left > 0; left /= 2) {
      for (std::size_t i = 0; i < left; ++i) all[i] = all[2 * i] + all[2 * i + 1];
    }
    each.sum = all[0];
  }
}

/// Says which rows are left in doubt, and counts what was settled with the chunk.
HWY_ATTR void find_slow(Chunk& chunk, std::uint64_t* tied) {
  const std::size_t count = chunk.words();
  for (const ChunkDoubt& each : chunk.doubts) {
    const std::uint64_t* missed = chunk.marks[each.output].missed;
    for (std::size_t w = 0; w < count; ++w) {
      chunk.slow[w] |= missed == nullptr ? each.rows[w] : each.rows[w] & ~missed[w];
    }
  }
  if (chunk.rows % 64 != 0) {
    const std::uint64_t used = (std::uint64_t{1} << chunk.rows % 64) - 1;
    for (std::uint64_t* words : {chunk.slow, chunk.missing, tied}) words[count - 1] &= used;
  }
  chunk.settled = chunk.lacking = 0;
  for (std::size_t w = 0; w < count; ++w) {
    chunk.lacking += hwy::PopCount(chunk.missing[w]);
    chunk.settled += hwy::PopCount((tied[w] | chunk.missing[w]) & ~chunk.slow[w]);
  }
}

HWY_ATTR void conclude(Chunk& chunk) {
  std::uint64_t tied[Chunk::most_words] = {};  // rows of which whole numbers decided something
  settle_ties(chunk, tied);
  write(chunk);
  write_marks(chunk);
  find_slow(chunk, tied);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace dabiao::engine
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dabiao::engine {

HWY_EXPORT(conclude);
HWY_EXPORT(add_up);

void conclude_chunk(Chunk& chunk) {
  HWY_DYNAMIC_DISPATCH(conclude)(chunk);
}

void add_up_chunk(Chunk& chunk, const std::uint64_t* left_out) {
  HWY_DYNAMIC_DISPATCH(add_up)(chunk, left_out);
}

void finish_chunks() {
  hwy::FlushStream();
}

}  // namespace dabiao::engine
#endif
