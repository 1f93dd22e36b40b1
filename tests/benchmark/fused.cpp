// The 100 % mark of the batch benchmark: the seven formulas fused by hand into one pass with
// explicit SIMD and streaming stores. No nulls, no exactness, no generality.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fused.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h.
#include <hwy/cache_control.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace fused {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::ScalableTag<double>;
using V = hn::Vec<D>;

struct Row {
  V ratio, per_k, coverage, score;
};

HWY_INLINE Row seven(const double* const* in, std::size_t row) {
  const D d;
  const V one = hn::Set(d, 1.0);
  const V ratio =
      hn::Mul(hn::Div(hn::Load(d, in[0] + row), hn::Load(d, in[1] + row)), hn::Set(d, 100.0));
  const V per_k =
      hn::Mul(hn::Div(hn::Load(d, in[2] + row), hn::Load(d, in[3] + row)), hn::Set(d, 1000.0));
  const V coverage = hn::Min(one, hn::Div(hn::Load(d, in[4] + row), hn::Load(d, in[5] + row)));
  const V first = hn::Min(one, hn::Mul(ratio, hn::Set(d, 1.0 / 60)));
  const V second = hn::Min(one, hn::Mul(per_k, hn::Set(d, 1.0 / 36)));
  const V score =
      hn::MulAdd(hn::Set(d, 0.4), hn::Add(first, second), hn::Mul(hn::Set(d, 0.2), coverage));
  return {ratio, per_k, coverage, score};
}

// Rows [begin, end), both multiples of 64.
void materialise(const double* const* in, double* const* out, std::uint64_t* const* bits,
                 std::size_t begin, std::size_t end) {
  const D d;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t block = begin; block < end; block += 64) {
    std::uint64_t words[3] = {0, 0, 0};
    for (std::size_t lane = 0; lane < 64; lane += lanes) {
      const std::size_t row = block + lane;
      const Row at = seven(in, row);
      hn::Stream(at.ratio, d, out[0] + row);
      hn::Stream(at.per_k, d, out[1] + row);
      hn::Stream(at.coverage, d, out[2] + row);
      hn::Stream(at.score, d, out[3] + row);
      std::uint8_t mask[16] = {};
      std::uint64_t word = 0;
      const auto put = [&](std::size_t which, hn::Mask<D> holds) {
        word = 0;
        const std::size_t bytes = hn::StoreMaskBits(d, holds, mask);
        for (std::size_t byte = 0; byte < bytes; ++byte) {
          word |= static_cast<std::uint64_t>(mask[byte]) << (8 * byte);
        }
        words[which] |= word << lane;
      };
      put(0, hn::Ge(at.ratio, hn::Set(d, 60.0)));
      put(1, hn::Ge(at.per_k, hn::Set(d, 36.0)));
      put(2, hn::Ge(at.coverage, hn::Set(d, 0.5)));
    }
    for (std::size_t which = 0; which < 3; ++which) bits[which][block / 64] = words[which];
  }
  hwy::FlushStream();
}

void add_up(const double* const* in, std::size_t begin, std::size_t end, double* sums,
            std::uint64_t* counts) {
  const D d;
  const std::size_t lanes = hn::Lanes(d);
  V sum[4] = {hn::Zero(d), hn::Zero(d), hn::Zero(d), hn::Zero(d)};
  std::uint64_t count[3] = {0, 0, 0};
  for (std::size_t row = begin; row < end; row += lanes) {
    const Row at = seven(in, row);
    sum[0] = hn::Add(sum[0], at.ratio);
    sum[1] = hn::Add(sum[1], at.per_k);
    sum[2] = hn::Add(sum[2], at.coverage);
    sum[3] = hn::Add(sum[3], at.score);
    count[0] += hn::CountTrue(d, hn::Ge(at.ratio, hn::Set(d, 60.0)));
    count[1] += hn::CountTrue(d, hn::Ge(at.per_k, hn::Set(d, 36.0)));
    count[2] += hn::CountTrue(d, hn::Ge(at.coverage, hn::Set(d, 0.5)));
  }
  for (int which = 0; which < 4; ++which) sums[which] = hn::GetLane(hn::SumOfLanes(d, sum[which]));
  for (int which = 0; which < 3; ++which) counts[which] = count[which];
}

const char* target_name() {
  return hwy::TargetName(HWY_TARGET);
}

}  // namespace HWY_NAMESPACE
}  // namespace fused
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace fused {

HWY_EXPORT(materialise);
HWY_EXPORT(add_up);
HWY_EXPORT(target_name);

namespace {

// Calls work(thread, begin, end) for as many even parts of the rows as there are threads.
template <class Work>
void share_out(std::size_t rows, unsigned threads, Work work) {
  std::vector<std::thread> others;
  const std::size_t part = (rows / threads + 63) / 64 * 64;
  for (unsigned thread = 1; thread < threads; ++thread) {
    const std::size_t begin = std::min(rows, part * thread);
    others.emplace_back(work, thread, begin, std::min(rows, begin + part));
  }
  work(0U, std::size_t{0}, std::min(rows, part));
  for (std::thread& other : others) other.join();
}

}  // namespace
}  // namespace fused

extern "C" {

// `rows` is a multiple of 64; columns lie on boundaries of 64 bytes.
void fused_materialise(const double* const* in, double* const* out, std::uint64_t* const* bits,
                       std::size_t rows, unsigned threads) {
  fused::share_out(rows, threads, [=](unsigned, std::size_t begin, std::size_t end) {
    HWY_DYNAMIC_DISPATCH(fused::materialise)(in, out, bits, begin, end);
  });
}

void fused_add_up(const double* const* in, std::size_t rows, unsigned threads, double* sums,
                  std::uint64_t* counts) {
  struct alignas(64) Part {
    double sums[4];
    std::uint64_t counts[3];
  };
  std::vector<Part> parts(threads);
  fused::share_out(rows, threads, [&](unsigned thread, std::size_t begin, std::size_t end) {
    HWY_DYNAMIC_DISPATCH(fused::add_up)(in, begin, end, parts[thread].sums, parts[thread].counts);
  });
  for (int which = 0; which < 4; ++which) sums[which] = 0;
  for (int which = 0; which < 3; ++which) counts[which] = 0;
  for (const Part& part : parts) {
    for (int which = 0; which < 4; ++which) sums[which] += part.sums[which];
    for (int which = 0; which < 3; ++which) counts[which] += part.counts[which];
  }
}

const char* fused_target() {
  return HWY_DYNAMIC_DISPATCH(fused::target_name)();
}
}
#endif
