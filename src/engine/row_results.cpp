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

/// What RowTies::truth says of a few rows: the lanes that it decides, and where it holds.
struct Decided {
  M decided, holds;
};
HWY_ATTR inline Decided whole_truth(const ChunkTie& tie, const Chunk& chunk,
                                    hn::Vec<hn::RebindToSigned<D>> rows) {
  const RowTies::Comparison& each = *tie.comparison;
  const V largest = hn::Set(D(), RowTies::largest), zero = hn::Zero(D());
  V above = hn::Set(D(), each.above), below = hn::Set(D(), each.below);
  V above_size = hn::Abs(above), below_size = hn::Abs(below);
  M decided = hn::FirstN(D(), hn::Lanes(D()));
  for (const RowTies::Term& term : tie.terms) {
    const ChunkNumber& number = chunk.numbers[term.leaf];
    const V value =
        hn::GatherIndex(D(), number.values, number.constant ? hn::Sub(rows, rows) : rows);
    const M whole = hn::And(hn::Lt(hn::Abs(value), largest), hn::Eq(hn::Trunc(value), value));
    decided = hn::And(decided, whole);
    const V a = hn::Mul(hn::Set(D(), term.above), value);
    const V b = hn::Mul(hn::Set(D(), term.below), value);
    above = hn::Add(above, a);
    below = hn::Add(below, b);
    above_size = hn::Add(above_size, hn::Abs(a));
    below_size = hn::Add(below_size, hn::Abs(b));
  }
  const V most = hn::Set(D(), 0x1p53);
  decided = hn::And(decided, hn::And(hn::Lt(above_size, most), hn::Lt(below_size, most)));
  decided = hn::And(decided, hn::Ne(below, zero));
  // The sign of p − K·q beside that of q.
  const V side = hn::IfThenElse(hn::Lt(below, zero), hn::Neg(above), above);
  const auto where = [&](bool holds, M mask) HWY_ATTR { return holds ? mask : hn::FirstN(D(), 0); };
  const M holds = hn::Or(
      where(each.holds[0], hn::Lt(side, zero)),
      hn::Or(where(each.holds[1], hn::Eq(side, zero)), where(each.holds[2], hn::Gt(side, zero))));
  return {decided, hn::And(holds, decided)};
}

/// Writes which bits of a word are set, counted from `first`, and gives how many. It writes some at
/// a time, whatever their number: how many there are cannot be foreseen.
constexpr std::size_t rows_at_once = 8;
HWY_ATTR inline std::size_t write_rows(std::uint64_t bits, std::size_t first, std::int64_t* rows) {
  const std::size_t count = hwy::PopCount(bits);
  for (std::size_t from = 0; from < count; from += rows_at_once) {
#pragma GCC unroll 8
    for (std::size_t k = 0; k < rows_at_once; ++k, bits &= bits - 1) {
      const auto row = first + static_cast<std::size_t>(std::countr_zero(bits));
      rows[from + k] = static_cast<std::int64_t>(row);
    }
  }
  return count;
}

/// The lowest bits of `packed` where `places` has ones, in their order.
HWY_ATTR inline std::uint64_t spread(std::uint64_t packed, std::uint64_t places) {
#if HWY_ARCH_X86_64 && HWY_TARGET <= HWY_AVX2
  return _pdep_u64(packed, places);
#else
  std::uint64_t bits = 0;
  for (; places != 0; places &= places - 1, packed >>= 1) {
    if ((packed & 1) != 0) bits |= places & (~places + 1);
  }
  return bits;
#endif
}

/// Bits of rows that do not stand side by side, packed.
struct Packed {
  std::uint64_t words[Chunk::most_words + 1] = {};

  void put(std::size_t at, std::uint64_t bits) { words[at / 64] |= bits << at % 64; }
  std::uint64_t from(std::size_t at) const {
    // Shifting by 64 is not defined.
    return words[at / 64] >> at % 64 | words[at / 64 + 1] << 1 << (63 - at % 64);
  }
};

/// Decides by whole numbers what doubles left in doubt.
HWY_ATTR void settle_ties(Chunk& chunk, std::uint64_t* tied) {
  static_assert(Chunk::most_words <= 64);
  const std::size_t count = chunk.words(), lanes = hn::Lanes(D());
  for (const ChunkTie& tie : chunk.ties) {
    // First which rows there are, so that one need not wait for the other.
    std::uint64_t open[Chunk::most_words];
    std::uint64_t words = 0;  // those with such a row: which they are cannot be foreseen
    const std::uint64_t* missed = chunk.marks[tie.output].missed;
    for (std::size_t w = 0; w < count; ++w) {
      open[w] = tie.doubts[w] & ~chunk.odd[w];
      if (missed != nullptr) open[w] &= ~missed[w];
      words |= static_cast<std::uint64_t>(open[w] != 0) << w;
    }
    if (words == 0) continue;
    HWY_ALIGN std::int64_t rows[Chunk::most_rows + rows_at_once + hn::MaxLanes(D())];
    std::size_t found = 0;
    for (std::uint64_t left = words; left != 0; left &= left - 1) {
      const std::size_t w = hwy::Num0BitsBelowLS1Bit_Nonzero64(left);
      found += write_rows(open[w], w * 64, rows + found);
    }
    // Past the last one row 0 stands in.
    for (std::size_t k = found; k < found + lanes; ++k) rows[k] = 0;
    const hn::RebindToSigned<D> index;
    Packed decided, holds;
    for (std::size_t k = 0; k < found; k += lanes) {
      const Decided truth = whole_truth(tie, chunk, hn::Load(index, rows + k));
      decided.put(k, bits_of(truth.decided));
      holds.put(k, bits_of(truth.holds));
    }
    std::size_t at = 0;
    for (std::uint64_t left = words; left != 0; left &= left - 1) {
      const std::size_t w = hwy::Num0BitsBelowLS1Bit_Nonzero64(left);
      const std::uint64_t now = spread(decided.from(at), open[w]);
      tie.truths[w] = (tie.truths[w] & ~now) | spread(holds.from(at), open[w]);
      tie.doubts[w] &= ~now;
      tied[w] |= now;
      at += hwy::PopCount(open[w]);
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
  const std::size_t whole = chunk.rows / 64;
  for (ChunkMarks& each : chunk.marks) {
    std::uint64_t nulls = 0, held = 0;
    const auto write_word = [&](std::size_t w, std::uint64_t used) HWY_ATTR {
      std::uint64_t there = each.applies == nullptr ? used : used & each.applies[w];
      if (each.missed != nullptr) there &= ~each.missed[w];
      each.to_known[w] = there;
      if (each.applies != nullptr || each.missed != nullptr) nulls += hwy::PopCount(used & ~there);
      if (each.to_truths == nullptr) return;
      const std::uint64_t bits = each.truths == nullptr ? 0 : each.truths[w] & there;
      each.to_truths[w] = bits;
      held += hwy::PopCount(bits);
    };
    for (std::size_t w = 0; w < whole; ++w) write_word(w, ~std::uint64_t{0});
    if (chunk.rows % 64 != 0) write_word(whole, (std::uint64_t{1} << chunk.rows % 64) - 1);
    each.nulls = nulls;
    each.held = held;
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
