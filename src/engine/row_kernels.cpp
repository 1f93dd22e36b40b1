#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "row_chunk.hpp"

// Vectors of a size that is known when this is compiled: they stand in arrays and in structs.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/row_kernels.cpp"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace dabiao::engine {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::ScalableTag<double>;
using V = hn::Vec<D>;
using M = hn::Mask<D>;

/// How many doubles come from memory at once.
constexpr std::size_t line_rows = 8;

/// The bits of a mask, lowest lane first.
HWY_ATTR inline std::uint64_t bits_of(M mask) {
#if HWY_TARGET == HWY_AVX2
  return static_cast<std::uint64_t>(_mm256_movemask_pd(hn::VecFromMask(D(), mask).raw));
#else
  std::uint8_t bytes[8] = {};
  const std::size_t written = hn::StoreMaskBits(D(), mask, bytes);
  // Reading only what was written spares waiting for the store.
  if (written == 1) return bytes[0];
  std::uint64_t bits = 0;
  std::memcpy(&bits, bytes, sizeof bits);
  return bits;
#endif
}

/// The masks of some vectors of rows, on their way to the bits of a word. Where vectors have four
/// lanes, eight masks shrink to bytes together: a step per mask and row less than bits one by one.
class Marks {
 public:
  static constexpr std::size_t rows = HWY_TARGET == HWY_AVX2 ? 32 : hn::MaxLanes(D());

#if HWY_TARGET == HWY_AVX2
  HWY_ATTR void put(std::size_t vector, M mask) {
    const __m256 now = _mm256_castpd_ps(hn::VecFromMask(D(), mask).raw);
    if (vector % 2 == 0) {
      last_ = now;
    } else {
      halves_[vector / 2] = _mm256_castps_si256(_mm256_shuffle_ps(last_, now, 0x88));
    }
  }
  HWY_ATTR std::uint64_t bits() const {
    const __m256i bytes = _mm256_packs_epi16(_mm256_packs_epi32(halves_[0], halves_[1]),
                                             _mm256_packs_epi32(halves_[2], halves_[3]));
    // The halves of a vector hold the first and the last two lanes of each mask.
    const __m128i first = _mm256_castsi256_si128(bytes), last = _mm256_extracti128_si256(bytes, 1);
    const int low = _mm_movemask_epi8(_mm_unpacklo_epi16(first, last));
    const int high = _mm_movemask_epi8(_mm_unpackhi_epi16(first, last));
    return static_cast<std::uint32_t>(low | high << 16);
  }

 private:
  __m256 last_;
  __m256i halves_[4];
#else
  HWY_ATTR void put(std::size_t, M mask) {
    bits_ = bits_of(mask);
  }
  HWY_ATTR std::uint64_t bits() const {
    return bits_;
  }

 private:
  std::uint64_t bits_;
#endif
};

/// The lanes whose bits are set, lowest first.
template <class Tag>
HWY_ATTR inline hn::Mask<Tag> lanes_of(Tag d, std::uint64_t bits) {
  std::uint8_t bytes[8];
  std::memcpy(bytes, &bits, sizeof bits);
  return hn::LoadMaskBits(d, bytes);
}

HWY_ATTR inline M mask_of(std::uint64_t word, std::size_t shift) {
  return lanes_of(D(), word >> shift);
}

/// An operand: the vector at a row, or the same for all.
struct Rows {
  const double* values;
  HWY_ATTR V operator()(std::size_t row) const { return hn::LoadU(D(), values + row); }
};
struct Same {
  V value;
  HWY_ATTR V operator()(std::size_t) const { return value; }
};

template <class F>
HWY_ATTR inline void with(const ChunkNumber& number, F f) {
  if (number.constant) {
    f(Same{hn::Set(D(), *number.values)});
  } else {
    f(Rows{number.values});
  }
}

/// Called for every word of rows, fetches some of the rows that come next.
HWY_ATTR inline void fetch_ahead(const Chunk& chunk) {
  ChunkAhead& ahead = chunk.ahead;
  for (ahead.owed += ahead.lines; ahead.owed >= ahead.words; ahead.owed -= ahead.words) {
    if (ahead.column == ahead.columns.size()) return;
    hwy::Prefetch(ahead.columns[ahead.column] + ahead.row);
    ahead.row += line_rows;
    if (ahead.row == Chunk::most_rows) {
      ahead.row = 0;
      ++ahead.column;
    }
  }
}

/// Calls f(row) for every vector of rows.
template <class F>
HWY_ATTR inline void for_rows(const Chunk& chunk, F f) {
  for (std::size_t word = 0; word < chunk.rows; word += 64) {
    fetch_ahead(chunk);
    for (std::size_t i = word; i < word + 64; i += hn::Lanes(D())) f(i);
  }
}

/// target = f(row) at every row. Adding 0 turns −0 into 0 in what leaves.
template <class F>
HWY_ATTR inline void fill(const Chunk& chunk, Register target, F f) {
  double* to = chunk.results[target];
  double* out = chunk.streams[target];
  const V zero = hn::Zero(D());
  if (out == nullptr) {
    for_rows(chunk, [&](std::size_t i) HWY_ATTR { hn::Store(f(i), D(), to + i); });
  } else if (chunk.kept[target]) {
    for_rows(chunk, [&](std::size_t i) HWY_ATTR {
      const V value = f(i);
      hn::Store(value, D(), to + i);
      hn::Stream(hn::Add(value, zero), D(), out + i);
    });
  } else {
    for_rows(chunk, [&](std::size_t i) HWY_ATTR { hn::Stream(hn::Add(f(i), zero), D(), out + i); });
  }
}

/// target = f(x), f(x, y) or f(x, y, z) at every row.
template <class F>
HWY_ATTR inline void map(const Chunk& chunk, const Instruction& each, F f) {
  with(chunk.numbers[each.x], [&](auto x) HWY_ATTR {
    fill(chunk, each.target, [&](std::size_t i) HWY_ATTR { return f(x(i)); });
  });
}
template <class F>
HWY_ATTR inline void map_two(const Chunk& chunk, const Instruction& each, F f) {
  with(chunk.numbers[each.x], [&](auto x) HWY_ATTR {
    with(chunk.numbers[each.y], [&](auto y) HWY_ATTR {
      fill(chunk, each.target, [&](std::size_t i) HWY_ATTR { return f(x(i), y(i)); });
    });
  });
}
template <class F>
HWY_ATTR inline void map_three(const Chunk& chunk, const Instruction& each, F f) {
  with(chunk.numbers[each.x], [&](auto x) HWY_ATTR {
    with(chunk.numbers[each.y], [&](auto y) HWY_ATTR {
      with(chunk.numbers[each.z], [&](auto z) HWY_ATTR {
        fill(chunk, each.target, [&](std::size_t i) HWY_ATTR { return f(x(i), y(i), z(i)); });
      });
    });
  });
}

/// A divisor that is the same for all rows, by which multiplying divides: two corrections by the
/// exact remainder give the quotient rounded once, bit for bit as division does (Markstein,
/// "Computation of elementary functions on the IBM RISC System/6000 processor", 1990, which leaves
/// out divisors whose digits are all ones). Nothing over- or underflows where what is divided is
/// bounded and the row ordinary.
struct Inverse {
  V divisor, inverse;
  HWY_ATTR explicit Inverse(double value)
      : divisor(hn::Set(D(), value)), inverse(hn::Set(D(), 1 / value)) {}
  HWY_ATTR V operator()(V x) const {
    V quotient = hn::Mul(x, inverse);
    quotient = hn::MulAdd(hn::NegMulAdd(quotient, divisor, x), inverse, quotient);
    return hn::MulAdd(hn::NegMulAdd(quotient, divisor, x), inverse, quotient);
  }
  static bool serves(const Chunk& chunk, const Instruction& each) {
    const ChunkNumber& number = chunk.numbers[each.y];
    // Elsewhere products are rounded before they are added.
    constexpr bool fuses = (HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX2) || HWY_ARCH_ARM_A64;
    if (!fuses || !chunk.ordinary || !each.bounded || !number.constant) return false;
    const double size = std::fabs(*number.values);
    std::uint64_t bits = 0;
    std::memcpy(&bits, number.values, sizeof bits);
    constexpr std::uint64_t digits = (std::uint64_t{1} << 52) - 1;
    return size > 0x1p-500 && size < 0x1p500 && (bits & digits) != digits;
  }
};

/// target = f(x / y) or f(x / y, z) at every row.
template <class F>
HWY_ATTR inline void map_quotients(const Chunk& chunk, const Instruction& each, F f) {
  if (Inverse::serves(chunk, each)) {
    const Inverse over(*chunk.numbers[each.y].values);
    return map(chunk, each, [=](V x) HWY_ATTR { return f(over(x)); });
  }
  map_two(chunk, each, [=](V x, V y) HWY_ATTR { return f(hn::Div(x, y)); });
}
template <class F>
HWY_ATTR inline void map_quotients_with(const Chunk& chunk, const Instruction& each, F f) {
  with(chunk.numbers[each.z], [&](auto z) HWY_ATTR {
    if (Inverse::serves(chunk, each)) {
      const Inverse over(*chunk.numbers[each.y].values);
      with(chunk.numbers[each.x], [&](auto x) HWY_ATTR {
        fill(chunk, each.target, [&](std::size_t row) HWY_ATTR { return f(over(x(row)), z(row)); });
      });
      return;
    }
    with(chunk.numbers[each.x], [&](auto x) HWY_ATTR {
      with(chunk.numbers[each.y], [&](auto y) HWY_ATTR {
        fill(chunk, each.target,
             [&](std::size_t row) HWY_ATTR { return f(hn::Div(x(row), y(row)), z(row)); });
      });
    });
  });
}

/// The bits of a word of rows, of which f(row in the word) gives the mask of a vector.
template <class F>
HWY_ATTR inline std::uint64_t word_of(F f) {
  std::uint64_t word = 0;
  for (std::size_t from = 0; from < 64; from += Marks::rows) {
    Marks marks;
#pragma GCC unroll 8
    for (std::size_t i = 0; i < Marks::rows; i += hn::Lanes(D())) {
      marks.put(i / hn::Lanes(D()), f(from + i));
    }
    word |= marks.bits() << from;
  }
  return word;
}

/// Sets the bits of `words` to what f says of each row; f gives a mask.
template <class F>
HWY_ATTR inline void mark(const Chunk& chunk, std::uint64_t* words, F f) {
  const std::size_t count = (chunk.rows + 63) / 64;
  for (std::size_t w = 0; w < count; ++w) {
    fetch_ahead(chunk);
    words[w] = word_of([&](std::size_t i) HWY_ATTR { return f(w * 64 + i); });
  }
}

template <class F>
HWY_ATTR inline void compare(const Chunk& chunk, const Instruction& each, F f) {
  with(chunk.numbers[each.x], [&](auto x) HWY_ATTR {
    with(chunk.numbers[each.y], [&](auto y) HWY_ATTR {
      mark(chunk, chunk.truths[each.target],
           [&](std::size_t row) HWY_ATTR { return f(x(row), y(row)); });
    });
  });
}

/// A comparison whose doubt is where |x − y| is not above the error.
HWY_ATTR inline void compare_filtered(const Chunk& chunk, const Instruction& each) {
  const V x_error = hn::Set(D(), each.x_error), y_error = hn::Set(D(), each.y_error);
  const V least_error = hn::Set(D(), smallest_error);
  std::uint64_t* truths = chunk.truths[each.target];
  std::uint64_t* doubts = chunk.truths[each.doubt];
  const double* spread = each.z == no_register ? nullptr : chunk.numbers[each.z].values;
  const std::size_t count = (chunk.rows + 63) / 64;
  const bool is_less = each.opcode == Opcode::less_filtered;
  const std::uint64_t otherwise = each.opcode == Opcode::not_equal_filtered ? ~std::uint64_t{0} : 0;
  with(chunk.numbers[each.x], [&](auto x_of) HWY_ATTR {
    with(chunk.numbers[each.y], [&](auto y_of) HWY_ATTR {
      const auto decides = [&](V x, V y, std::size_t row) HWY_ATTR {
        V error = hn::Add(hn::Mul(x_error, hn::Abs(x)), hn::Mul(y_error, hn::Abs(y)));
        if (spread != nullptr) error = hn::Add(error, hn::LoadU(D(), spread + row));
        error = hn::Add(error, least_error);
        const V apart = hn::Abs(hn::Sub(x, y));
        return spread != nullptr ? hn::Gt(apart, error) : hn::Ge(apart, error);
      };
      for (std::size_t w = 0; w < count; ++w) {
        fetch_ahead(chunk);
        std::uint64_t truth = 0, decided = ~std::uint64_t{0};
        M all = hn::FirstN(D(), hn::Lanes(D()));
#pragma GCC unroll 4
        for (std::size_t i = 0; i < 64; i += hn::Lanes(D())) {
          const V x = x_of(w * 64 + i), y = y_of(w * 64 + i);
          truth |= bits_of(hn::Lt(x, y)) << i;
          all = hn::And(all, decides(x, y, w * 64 + i));
        }
        // Most words have no doubt; which rows do is asked only then.
        if (!hn::AllTrue(D(), all)) {
          decided = word_of([&](std::size_t i) HWY_ATTR {
            const std::size_t row = w * 64 + i;
            return decides(x_of(row), y_of(row), row);
          });
        }
        truths[w] = is_less ? truth : otherwise;
        doubts[w] = ~decided;
      }
    });
  });
}

/// A comparison whose doubt is where x lies between two constants.
template <bool is_above>
HWY_ATTR inline void compare_apart(const Chunk& chunk, const Instruction& each) {
  const V low = hn::Set(D(), *chunk.numbers[each.y].values);
  const V high = hn::Set(D(), *chunk.numbers[each.z].values);
  std::uint64_t* truths = chunk.truths[each.target];
  std::uint64_t* doubts = chunk.truths[each.doubt];
  const std::size_t count = (chunk.rows + 63) / 64;
  with(chunk.numbers[each.x], [&](auto x_of) HWY_ATTR {
    for (std::size_t w = 0; w < count; ++w) {
      fetch_ahead(chunk);
      std::uint64_t truth = 0, other = 0;
      for (std::size_t from = 0; from < 64; from += Marks::rows) {
        Marks holds, fails;
#pragma GCC unroll 8
        for (std::size_t i = 0; i < Marks::rows; i += hn::Lanes(D())) {
          const V x = x_of(w * 64 + from + i);
          const M under = hn::Le(x, low), over = hn::Ge(x, high);
          holds.put(i / hn::Lanes(D()), is_above ? over : under);
          fails.put(i / hn::Lanes(D()), is_above ? under : over);
        }
        truth |= holds.bits() << from;
        other |= fails.bits() << from;
      }
      truths[w] = truth;
      doubts[w] = ~(truth | other);
    }
  });
}

HWY_ATTR inline V rounded(V x) {
  return hn::Trunc(hn::Add(x, hn::CopySign(hn::Set(D(), 0.49999999999999994), x)));
}

template <class F>
HWY_ATTR inline void make_whole(const Chunk& chunk, const Instruction& each, F whole) {
  if (each.doubt == no_register) {
    map(chunk, each, whole);
    return;
  }
  const V x_error = hn::Set(D(), each.x_error);
  const double* spread = each.z == no_register ? nullptr : chunk.numbers[each.z].values;
  double* target = chunk.results[each.target];
  with(chunk.numbers[each.x], [&](auto x_of) HWY_ATTR {
    mark(chunk, chunk.truths[each.doubt], [&](std::size_t row) HWY_ATTR {
      const V x = x_of(row);
      V error = hn::Mul(x_error, hn::Abs(x));
      if (spread != nullptr) error = hn::Add(error, hn::LoadU(D(), spread + row));
      const V low = whole(hn::Sub(x, error)), high = whole(hn::Add(x, error));
      hn::Store(high, D(), target + row);
      return hn::Not(hn::Eq(low, high));
    });
  });
}

template <class F>
HWY_ATTR inline void combine(const Chunk& chunk, const Instruction& each, F f) {
  const std::size_t count = (chunk.rows + 63) / 64;
  std::uint64_t* target = chunk.truths[each.target];
  for (std::size_t w = 0; w < count; ++w) target[w] = f(w);
}

/// Whether all rows of a word are ordinary for a leaf, seen from the upper halves of their doubles.
/// Where this says no, they may still be.
template <bool with_zero, bool with_sign>
HWY_ATTR inline bool all_ordinary([[maybe_unused]] const double* values,
                                  [[maybe_unused]] const ChunkCheck& check) {
#if HWY_TARGET == HWY_SCALAR
  return false;
#else
  const hn::Repartition<std::uint32_t, D> d;
  const hn::Repartition<std::uint64_t, D> wide;
  const auto lowest = hn::BitCast(d, hn::Set(wide, std::uint64_t{check.lowest} << 32));
  const auto magnitude = hn::Set(wide, ~(std::uint64_t{1} << 63));
  auto most = hn::Zero(d);
#pragma GCC unroll 4
  for (std::size_t i = 0; i < 64; i += hn::Lanes(D())) {
    auto bits = hn::BitCast(wide, hn::LoadU(D(), values + i));
    if (with_sign) bits = hn::And(bits, magnitude);
    auto above = hn::Sub(hn::BitCast(d, bits), lowest);
    if (with_zero) {
      const auto zero = hn::VecFromMask(wide, hn::Eq(bits, hn::Zero(wide)));
      above = hn::AndNot(hn::BitCast(d, zero), above);
    }
    most = hn::Max(most, above);
  }
  const hn::Repartition<std::int64_t, D> count;
  const auto upper = hn::BitCast(count, hn::ShiftRight<32>(hn::BitCast(wide, most)));
  return hn::AllTrue(count, hn::Lt(upper, hn::Set(count, std::int64_t{check.size})));
#endif
}

/// The rows of a word that are ordinary for a leaf.
HWY_ATTR inline std::uint64_t ordinary_rows(const double* values, const ChunkCheck& check) {
  const bool all = check.with_zero   ? check.with_sign ? all_ordinary<true, true>(values, check)
                                                       : all_ordinary<true, false>(values, check)
                     : check.with_sign ? all_ordinary<false, true>(values, check)
                                     : all_ordinary<false, false>(values, check);
  if (all) return ~std::uint64_t{0};
  const RowLimits& given = check.limits;
  const V low = hn::Set(D(), given.low), high = hn::Set(D(), given.high);
  const V smallest = hn::Set(D(), given.smallest), zero = hn::Set(D(), given.zero);
  return word_of([&](std::size_t i) HWY_ATTR {
    const V x = hn::LoadU(D(), values + i);
    const M sized = hn::Or(hn::Ge(hn::Abs(x), smallest), hn::Eq(x, zero));
    return hn::And(sized, hn::And(hn::Ge(x, low), hn::Le(x, high)));
  });
}

/// Word by word, so that the columns come from memory side by side.
HWY_ATTR void check(Chunk& chunk) {
  const std::size_t count = (chunk.rows + 63) / 64;
  std::uint64_t any_absent = 0;
  for (std::size_t w = 0; w < count; ++w) {
    std::uint64_t odd = chunk.odd[w];
    for (const ChunkCheck& each : chunk.checks) {
      if (each.values == nullptr) continue;
      const double* values = each.values + w * 64;
      std::uint64_t& absent = each.absent[w];
      const std::uint64_t others = ~(ordinary_rows(values, each) | absent);
      if (others != 0) {
        const std::uint64_t finite = word_of(
            [&](std::size_t i) HWY_ATTR { return hn::IsFinite(hn::LoadU(D(), values + i)); });
        absent |= others & ~finite;
        odd |= others & finite;
      }
      any_absent |= absent;
    }
    chunk.odd[w] = odd;
  }
  chunk.any_absent = any_absent != 0;
}

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

/// Decides by whole numbers what doubles left in doubt.
HWY_ATTR void settle_ties(Chunk& chunk) {
  const std::size_t count = (chunk.rows + 63) / 64;
  const std::size_t lanes = hn::Lanes(D());
  std::memset(chunk.tied, 0, sizeof chunk.tied);
  for (const ChunkTie& tie : chunk.ties) {
    // First which rows there are, so that one need not wait for the other.
    HWY_ALIGN std::int64_t rows[Chunk::most_rows + hn::MaxLanes(D())];
    std::size_t found = 0;
    for (std::size_t w = 0; w < count; ++w) {
      std::uint64_t open = tie.doubts[w] & ~chunk.odd[w];
      if (tie.missed != nullptr) open &= ~tie.missed[w];
      // Whether a word has none, one or two cannot be foreseen; so these go without a branch.
      const auto take = [&] {
        rows[found] = static_cast<std::int64_t>(
            w * 64 + hwy::Num0BitsBelowLS1Bit_Nonzero64(open | (std::uint64_t{1} << 63)));
        found += open != 0 ? 1 : 0;
        open &= open - 1;
      };
      take();
      take();
      while (open != 0) take();
    }
    // Past the last one row 0 stands in.
    for (std::size_t k = found; k < found + lanes; ++k) rows[k] = 0;
    const hn::RebindToSigned<D> index;
    for (std::size_t k = 0; k < found; k += lanes) {
      const Decided truth = whole_truth(tie, chunk, hn::Load(index, rows + k));
      const std::uint64_t decided = bits_of(truth.decided), holds = bits_of(truth.holds);
      for (std::size_t lane = 0; lane < std::min(lanes, found - k); ++lane) {
        const auto row = static_cast<std::size_t>(rows[k + lane]);
        const std::uint64_t now = (decided >> lane & 1) << row % 64;
        const std::uint64_t held = (holds >> lane & 1) << row % 64;
        tie.truths[row / 64] = (tie.truths[row / 64] & ~now) | held;
        tie.doubts[row / 64] &= ~now;
        chunk.tied[row / 64] |= now;
      }
    }
  }
}

HWY_ATTR void run(const Instruction& each, const Chunk& chunk) {
  const auto truth = [&](Register number) { return chunk.truths[number]; };
  switch (each.opcode) {
    case Opcode::add:
      return map_two(chunk, each, [](V x, V y) HWY_ATTR { return hn::Add(x, y); });
    case Opcode::subtract:
      return map_two(chunk, each, [](V x, V y) HWY_ATTR { return hn::Sub(x, y); });
    case Opcode::multiply:
      return map_two(chunk, each, [](V x, V y) HWY_ATTR { return hn::Mul(x, y); });
    case Opcode::divide:
      return map_quotients(chunk, each, [](V quotient) HWY_ATTR { return quotient; });
    case Opcode::least:
      return map_two(chunk, each,
                     [](V x, V y) HWY_ATTR { return hn::IfThenElse(hn::Lt(x, y), x, y); });
    case Opcode::greatest:
      return map_two(chunk, each,
                     [](V x, V y) HWY_ATTR { return hn::IfThenElse(hn::Gt(x, y), x, y); });
    case Opcode::negate:
      return map(chunk, each, [](V x) HWY_ATTR { return hn::Neg(x); });
    case Opcode::absolute:
      return map(chunk, each, [](V x) HWY_ATTR { return hn::Abs(x); });
    case Opcode::multiply_add:
      return map_three(chunk, each,
                       [](V x, V y, V z) HWY_ATTR { return hn::Add(hn::Mul(x, y), z); });
    case Opcode::divide_least:
      return map_quotients_with(chunk, each, [](V quotient, V z) HWY_ATTR {
        return hn::IfThenElse(hn::Lt(quotient, z), quotient, z);
      });
    case Opcode::divide_multiply: {
      const V factor = hn::Set(D(), each.factor);
      return map_quotients(chunk, each,
                           [=](V quotient) HWY_ATTR { return hn::Mul(quotient, factor); });
    }
    case Opcode::divide_least_multiply: {
      const V limit = hn::Set(D(), each.limit), factor = hn::Set(D(), each.factor);
      return map_quotients(chunk, each, [=](V quotient) HWY_ATTR {
        return hn::Mul(hn::IfThenElse(hn::Lt(quotient, limit), quotient, limit), factor);
      });
    }
    case Opcode::divide_least_multiply_add: {
      const V limit = hn::Set(D(), each.limit), factor = hn::Set(D(), each.factor);
      return map_quotients_with(chunk, each, [=](V quotient, V z) HWY_ATTR {
        const V least = hn::IfThenElse(hn::Lt(quotient, limit), quotient, limit);
        return hn::Add(hn::Mul(least, factor), z);
      });
    }
    case Opcode::floor:
      return make_whole(chunk, each, [](V x) HWY_ATTR { return hn::Floor(x); });
    case Opcode::ceil:
      return make_whole(chunk, each, [](V x) HWY_ATTR { return hn::Ceil(x); });
    case Opcode::round:
      return make_whole(chunk, each, [](V x) HWY_ATTR { return rounded(x); });
    case Opcode::truncate:
      return make_whole(chunk, each, [](V x) HWY_ATTR { return hn::Trunc(x); });
    case Opcode::choose: {
      const std::uint64_t* words = truth(each.x);
      with(chunk.numbers[each.y], [&](auto y) HWY_ATTR {
        with(chunk.numbers[each.z], [&](auto z) HWY_ATTR {
          fill(chunk, each.target, [&](std::size_t row) HWY_ATTR {
            return hn::IfThenElse(mask_of(words[row / 64], row % 64), y(row), z(row));
          });
        });
      });
      return;
    }
    case Opcode::number_of: {
      const std::uint64_t* words = truth(each.x);
      const V one = hn::Set(D(), 1.0);
      fill(chunk, each.target, [&](std::size_t row) HWY_ATTR {
        return hn::IfThenElseZero(mask_of(words[row / 64], row % 64), one);
      });
      return;
    }
    case Opcode::less:
      return compare(chunk, each, [](V x, V y) HWY_ATTR { return hn::Lt(x, y); });
    case Opcode::less_equal:
      return compare(chunk, each, [](V x, V y) HWY_ATTR { return hn::Le(x, y); });
    case Opcode::equal:
      return compare(chunk, each, [](V x, V y) HWY_ATTR { return hn::Eq(x, y); });
    case Opcode::not_equal:
      return compare(chunk, each, [](V x, V y) HWY_ATTR { return hn::Ne(x, y); });
    case Opcode::less_filtered:
    case Opcode::equal_filtered:
    case Opcode::not_equal_filtered:
      return compare_filtered(chunk, each);
    case Opcode::above:
      return compare_apart<true>(chunk, each);
    case Opcode::below:
      return compare_apart<false>(chunk, each);
    case Opcode::not_far: {
      const V factor = hn::Set(D(), each.x_error);
      return compare(chunk, each, [=](V x, V y) HWY_ATTR {
        return hn::Not(hn::Gt(hn::Abs(x), hn::Mul(factor, y)));
      });
    }
    case Opcode::not_near: {
      const V factor = hn::Set(D(), each.x_error), largest = hn::Set(D(), largest_number);
      return compare(chunk, each, [=](V x, V y) HWY_ATTR {
        const V size = hn::Abs(x);
        return hn::Not(hn::And(hn::Le(y, hn::Mul(factor, size)), hn::Lt(size, largest)));
      });
    }
    case Opcode::both:
      return combine(chunk, each,
                     [x = truth(each.x), y = truth(each.y)](std::size_t w) { return x[w] & y[w]; });
    case Opcode::either:
      return combine(chunk, each,
                     [x = truth(each.x), y = truth(each.y)](std::size_t w) { return x[w] | y[w]; });
    case Opcode::opposite:
      return combine(chunk, each, [x = truth(each.x)](std::size_t w) { return ~x[w]; });
    case Opcode::pick:
      return combine(chunk, each,
                     [x = truth(each.x), y = truth(each.y), z = truth(each.z)](std::size_t w) {
                       return (x[w] & y[w]) | (~x[w] & z[w]);
                     });
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
  const std::size_t words = (chunk.rows + 63) / 64;
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

HWY_ATTR void run_all(const std::vector<Instruction>& instructions, Chunk& chunk) {
  if (!chunk.ahead.columns.empty()) {
    chunk.ahead.lines = chunk.ahead.columns.size() * (Chunk::most_rows / line_rows);
    chunk.ahead.words = std::max<std::size_t>(instructions.size(), 1) * Chunk::most_words;
    chunk.ahead.owed = 0;
  }
  for (const Instruction& each : instructions) run(each, chunk);
  settle_ties(chunk);
  write(chunk);
  write_marks(chunk);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace dabiao::engine
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dabiao::engine {

HWY_EXPORT(check);
HWY_EXPORT(run_all);
HWY_EXPORT(add_up);

ChunkCheck::ChunkCheck(const RowLimits& given)
    : limits(given),
      with_zero(given.zero == 0 && given.low <= 0 && given.high >= 0),
      with_sign(given.low < 0) {
  const double low = with_sign ? given.smallest : std::max(given.low, given.smallest);
  const double high = with_sign ? std::min(given.high, -given.low) : given.high;
  if (!(high > 0)) return;
  // The doubles of an upper half are all from low on, and all up to high.
  const std::uint64_t first = (std::bit_cast<std::uint64_t>(low) + 0xffffffff) >> 32;
  const std::uint64_t past = (std::bit_cast<std::uint64_t>(high) + 1) >> 32;
  if (past <= first) return;
  lowest = static_cast<std::uint32_t>(first);
  size = static_cast<std::uint32_t>(past - first);
}

void check_chunk(Chunk& chunk) {
  HWY_DYNAMIC_DISPATCH(check)(chunk);
}

void run_chunk(const std::vector<Instruction>& instructions, Chunk& chunk) {
  HWY_DYNAMIC_DISPATCH(run_all)(instructions, chunk);
}

void add_up_chunk(Chunk& chunk, const std::uint64_t* left_out) {
  HWY_DYNAMIC_DISPATCH(add_up)(chunk, left_out);
}

void finish_chunks() {
  hwy::FlushStream();
}

}  // namespace dabiao::engine
#endif
