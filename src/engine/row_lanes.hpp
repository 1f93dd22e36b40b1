// What the kernels do with vectors of rows. Included once for every instruction set, after Highway.
#if defined(DABIAO_ENGINE_ROW_LANES_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef DABIAO_ENGINE_ROW_LANES_HPP
#undef DABIAO_ENGINE_ROW_LANES_HPP
#else
#define DABIAO_ENGINE_ROW_LANES_HPP
#endif

#include <hwy/highway.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

HWY_BEFORE_NAMESPACE();
namespace dabiao::engine {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::ScalableTag<double>;
using V = hn::Vec<D>;
using M = hn::Mask<D>;

/// x where it is less than y, else y: what the instruction of x86 does, also for NaN and zeros.
HWY_ATTR inline V lesser(V x, V y) {
#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR
  return hn::Min(x, y);
#else
  return hn::IfThenElse(hn::Lt(x, y), x, y);
#endif
}
/// x where it is greater than y, else y.
HWY_ATTR inline V greater(V x, V y) {
#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR
  return hn::Max(x, y);
#else
  return hn::IfThenElse(hn::Gt(x, y), x, y);
#endif
}

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
  std::uint64_t bits_ = 0;
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

}  // namespace HWY_NAMESPACE
}  // namespace dabiao::engine
HWY_AFTER_NAMESPACE();
#endif
