#include <algorithm>
#include <bit>
#include <type_traits>

#include "row_chunk.hpp"
#include "row_targets.hpp"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/row_checks.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

// After foreach_target.h.
#include "row_lanes.hpp"

HWY_BEFORE_NAMESPACE();
namespace dabiao::engine {
namespace HWY_NAMESPACE {
namespace {

/// Whether all rows of some words but those that are absent are ordinary for a leaf, seen from the
/// upper halves of their doubles. Where this says no, they may still be.
template <bool with_zero, bool with_sign, bool with_absent>
HWY_ATTR inline bool all_ordinary([[maybe_unused]] const double* values,
                                  [[maybe_unused]] std::size_t words,
                                  [[maybe_unused]] std::uint64_t absent,
                                  [[maybe_unused]] const ChunkCheck& check) {
#if HWY_TARGET == HWY_SCALAR
  return false;
#else
  // Whole doubles are compared where they can be, else their halves.
  using Part = std::conditional_t<HWY_TARGET <= HWY_AVX3, std::uint64_t, std::uint32_t>;
  const hn::Repartition<Part, D> d;
  const hn::Repartition<std::uint64_t, D> wide;
  const auto first = hn::Set(wide, std::uint64_t{check.lowest} << 32);
  const auto magnitude = hn::Set(wide, ~(std::uint64_t{1} << 63));
  auto most = hn::Zero(d);
#pragma GCC unroll 8
  for (std::size_t i = 0; i < words * 64; i += hn::Lanes(D())) {
    auto bits = hn::BitCast(wide, hn::LoadU(D(), values + i));
    if (with_sign) bits = hn::And(bits, magnitude);
    if (with_absent) bits = hn::IfThenElse(lanes_of(wide, absent >> i), first, bits);
    const auto above = hn::Sub(hn::BitCast(d, bits), hn::BitCast(d, first));
    if (!with_zero) {
      most = hn::Max(most, above);
      continue;
    }
#if HWY_TARGET <= HWY_AVX3
    most = hn::IfThenElse(hn::TestBit(bits, bits), hn::Max(most, above), most);
#else
    const auto is_zero = hn::Eq(bits, hn::Zero(wide));
    most = hn::Max(most, hn::BitCast(d, hn::IfThenZeroElse(is_zero, hn::BitCast(wide, above))));
#endif
  }
  const hn::Repartition<std::int64_t, D> count;
  const auto upper = hn::BitCast(count, hn::ShiftRight<32>(hn::BitCast(wide, most)));
  return hn::AllTrue(count, hn::Lt(upper, hn::Set(count, std::int64_t{check.size})));
#endif
}

template <bool with_absent>
HWY_ATTR inline bool all_ordinary(const double* values, std::size_t words, std::uint64_t absent,
                                  const ChunkCheck& check) {
  if (check.with_zero) {
    return check.with_sign ? all_ordinary<true, true, with_absent>(values, words, absent, check)
                           : all_ordinary<true, false, with_absent>(values, words, absent, check);
  }
  return check.with_sign ? all_ordinary<false, true, with_absent>(values, words, absent, check)
                         : all_ordinary<false, false, with_absent>(values, words, absent, check);
}

/// The rows of a word that are ordinary for a leaf; those that are absent may or may not be.
HWY_ATTR inline std::uint64_t ordinary_rows(const double* values, std::uint64_t absent,
                                            ChunkCheck& check) {
  // What stands where nothing is said may be as ordinary as the rest; once it was not, it is left
  // out at once.
  bool all = (absent == 0 || !check.leaves_out) && all_ordinary<false>(values, 1, absent, check);
  if (!all && absent != 0) {
    all = all_ordinary<true>(values, 1, absent, check);
    check.leaves_out = check.leaves_out || all;
  }
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

HWY_ATTR void check(Chunk& chunk) {
  const std::size_t first = chunk.first_word, past = chunk.past_word;
  std::uint64_t any_absent = 0;
  for (ChunkCheck& each : chunk.checks) {
    if (each.values == nullptr) continue;
    std::uint64_t absent_here = 0;
    for (std::size_t w = first; w < past; ++w) absent_here |= each.absent[w];
    any_absent |= absent_here;
    // Mostly one look is enough for all.
    if ((absent_here == 0 || !each.leaves_out) &&
        all_ordinary<false>(each.values + first * 64, past - first, 0, each)) {
      continue;
    }
    for (std::size_t w = first; w < past; ++w) {
      const double* values = each.values + w * 64;
      std::uint64_t& absent = each.absent[w];
      const std::uint64_t others = ~(ordinary_rows(values, absent, each) | absent);
      if (others == 0) continue;
      const std::uint64_t finite =
          word_of([&](std::size_t i) HWY_ATTR { return hn::IsFinite(hn::LoadU(D(), values + i)); });
      absent |= others & ~finite;
      chunk.odd[w] |= others & finite;
      any_absent |= absent;
    }
  }
  chunk.any_absent = chunk.any_absent || any_absent != 0;
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace dabiao::engine
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dabiao::engine {

HWY_EXPORT(check);

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

}  // namespace dabiao::engine
#endif
