#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "kernels.hpp"

// The loops that take most of the time, in the vectors of the processor that is there; what is left
// of them, and all where there are no vectors, goes row by row.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "assess/ledger/lane_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace dabiao::assessment::ledger {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::ScalableTag<double>;
using V = hn::Vec<D>;
using M = hn::Mask<D>;
using D64 = hn::RebindToUnsigned<D>;
using V64 = hn::Vec<D64>;
#if HWY_TARGET != HWY_SCALAR
using D8 = hn::Repartition<std::uint8_t, D>;
using V8 = hn::Vec<D8>;
#endif

constexpr std::uint8_t unsure = static_cast<std::uint8_t>(Truth::unsure);

#if HWY_TARGET != HWY_SCALAR
/// The lower halves of the lanes of two vectors, in order.
template <class D>
HWY_ATTR inline auto halved(D, hn::Vec<D> a, hn::Vec<D> b) {
  const hn::Repartition<hwy::MakeNarrow<hn::TFromD<D>>, D> narrow;
  return hn::ConcatEven(narrow, hn::BitCast(narrow, b), hn::BitCast(narrow, a));
}

#endif
/// The bytes of `numbers(row)`, vectors of 64-bit numbers, and, for the last rows, of `one(row)`.
template <class Numbers, class One>
HWY_ATTR inline void bytes_of(std::size_t count, std::uint8_t* out, Numbers numbers, One one) {
  std::size_t row = 0;
#if HWY_TARGET != HWY_SCALAR
  const D64 d64;
  const hn::Repartition<std::uint32_t, D> d32;
  const hn::Repartition<std::uint16_t, D> d16;
  const std::size_t lanes = hn::Lanes(d64);
  for (; row + 8 * lanes <= count; row += 8 * lanes) {
    const auto a = halved(d64, numbers(row), numbers(row + lanes));
    const auto b = halved(d64, numbers(row + 2 * lanes), numbers(row + 3 * lanes));
    const auto c = halved(d64, numbers(row + 4 * lanes), numbers(row + 5 * lanes));
    const auto d = halved(d64, numbers(row + 6 * lanes), numbers(row + 7 * lanes));
    hn::StoreU(halved(d16, halved(d32, a, b), halved(d32, c, d)), D8(), out + row);
  }
#else
  (void)numbers;
#endif
  for (; row < count; ++row) out[row] = one(row);
}

/// Calls `f` with the relation of vectors and that of numbers.
template <class F>
HWY_ATTR inline void with_relation(Relation relation, F f) {
  switch (relation) {
    case Relation::at_least:
      return f([](V a, V b) HWY_ATTR { return hn::Ge(a, b); },
               [](double a, double b) { return a >= b; });
    case Relation::above:
      return f([](V a, V b) HWY_ATTR { return hn::Gt(a, b); },
               [](double a, double b) { return a > b; });
    case Relation::at_most:
      return f([](V a, V b) HWY_ATTR { return hn::Le(a, b); },
               [](double a, double b) { return a <= b; });
    case Relation::below:
      return f([](V a, V b) HWY_ATTR { return hn::Lt(a, b); },
               [](double a, double b) { return a < b; });
    case Relation::same:
      return f([](V a, V b) HWY_ATTR { return hn::Eq(a, b); },
               [](double a, double b) { return a == b; });
    case Relation::other:
      return f([](V a, V b) HWY_ATTR { return hn::Ne(a, b); },
               [](double a, double b) { return a != b; });
  }
}

HWY_ATTR inline V64 ones_of(M mask) {
  return hn::And(hn::BitCast(D64(), hn::VecFromMask(D(), mask)), hn::Set(D64(), 1));
}

HWY_ATTR void compare(const Step& step, const double* a, std::size_t count, std::uint8_t* out) {
  const double x = step.x, relative = step.relative, absolute = step.absolute;
  const D d;
  const V limit = hn::Set(d, x), times = hn::Set(d, relative), plus = hn::Set(d, absolute);
  const V64 doubt = hn::Set(D64(), unsure);
  with_relation(step.relation, [&](auto holds, auto holds_one) HWY_ATTR {
    if (!step.guarded) {
      bytes_of(
          count, out,
          [&](std::size_t i) HWY_ATTR { return ones_of(holds(hn::LoadU(d, a + i), limit)); },
          [&](std::size_t i) -> std::uint8_t { return holds_one(a[i], x) ? 1 : 0; });
      return;
    }
    bytes_of(
        count, out,
        [&](std::size_t i) HWY_ATTR {
          const V value = hn::LoadU(d, a + i);
          const V reach = hn::Add(hn::Mul(times, hn::Abs(value)), plus);
          const M apart = hn::Gt(hn::Abs(hn::Sub(value, limit)), reach);
          return hn::IfThenElse(hn::RebindMask(D64(), apart), ones_of(holds(value, limit)), doubt);
        },
        [&](std::size_t i) -> std::uint8_t {
          if (!(std::fabs(a[i] - x) > relative * std::fabs(a[i]) + absolute)) return unsure;
          return holds_one(a[i], x) ? 1 : 0;
        });
  });
}

HWY_ATTR bool compare_positive(const Step& step, const double* p, const double* q,
                               std::size_t count, std::uint8_t* out) {
  const double x = step.x, y = step.y, relative = step.relative, absolute = step.absolute;
  const D d;
  const V times_p = hn::Set(d, x), times_q = hn::Set(d, y);
  const V times = hn::Set(d, relative), plus = hn::Set(d, absolute);
  const V64 doubt = hn::Set(D64(), unsure);
  const V zero = hn::Zero(d);
  V not_positive = zero;  // a lane is not 0 where a denominator was not above 0
  bool positive = true;
  const auto denominator = [&](std::size_t i) HWY_ATTR {
    const V value = hn::LoadU(d, q + i);
    not_positive = hn::Or(not_positive, hn::VecFromMask(d, hn::Not(hn::Gt(value, zero))));
    return hn::Mul(value, times_q);
  };
  const auto denominator_one = [&](std::size_t i) {
    positive &= q[i] > 0;
    return q[i] * y;
  };
  with_relation(step.relation, [&](auto holds, auto holds_one) HWY_ATTR {
    if (!step.guarded) {
      bytes_of(
          count, out,
          [&](std::size_t i) HWY_ATTR {
            return ones_of(holds(hn::Mul(hn::LoadU(d, p + i), times_p), denominator(i)));
          },
          [&](std::size_t i) -> std::uint8_t {
            return holds_one(p[i] * x, denominator_one(i)) ? 1 : 0;
          });
      return;
    }
    bytes_of(
        count, out,
        [&](std::size_t i) HWY_ATTR {
          const V left = hn::Mul(hn::LoadU(d, p + i), times_p), right = denominator(i);
          const V reach = hn::Add(hn::Mul(times, hn::Add(hn::Abs(left), hn::Abs(right))), plus);
          const M apart = hn::Gt(hn::Abs(hn::Sub(left, right)), reach);
          return hn::IfThenElse(hn::RebindMask(D64(), apart), ones_of(holds(left, right)), doubt);
        },
        [&](std::size_t i) -> std::uint8_t {
          const double left = p[i] * x, right = denominator_one(i);
          if (!(std::fabs(left - right) >
                relative * (std::fabs(left) + std::fabs(right)) + absolute)) {
            return unsure;
          }
          return holds_one(left, right) ? 1 : 0;
        });
  });
  const V64 bits = hn::BitCast(D64(), not_positive);
  return positive && hn::AllTrue(D64(), hn::Eq(bits, hn::Zero(D64())));
}

HWY_ATTR void choose(const std::uint8_t* truths, const double* a, const double* b,
                     std::size_t count, double* out) {
  std::size_t row = 0;
#if HWY_TARGET != HWY_SCALAR
  const D d;
  const D64 d64;
  const hn::Rebind<std::uint32_t, D64> d32;
  const hn::Rebind<std::uint8_t, D64> few;
  const std::size_t lanes = hn::Lanes(d);
  for (; row + lanes <= count; row += lanes) {
    const V64 wide = hn::PromoteTo(d64, hn::PromoteTo(d32, hn::LoadU(few, truths + row)));
    const M holds = hn::MaskFromVec(hn::BitCast(d, hn::Sub(hn::Zero(d64), wide)));
    const V other = b == nullptr ? hn::Zero(d) : hn::LoadU(d, b + row);
    hn::StoreU(hn::IfThenElse(holds, hn::LoadU(d, a + row), other), d, out + row);
  }
#endif
  for (; row < count; ++row) {
    out[row] = truths[row] == 1 ? a[row] : b == nullptr ? 0.0 : b[row];
  }
}

HWY_ATTR std::uint64_t spread(const std::uint8_t* truths, std::uint8_t value, std::size_t count,
                              std::uint8_t* out) {
  std::size_t row = 0;
  std::uint64_t yes = 0;
#if HWY_TARGET != HWY_SCALAR
  const D8 d;
  const hn::Repartition<std::uint64_t, D8> d64;
  const std::size_t lanes = hn::Lanes(d);
  const V8 byte = hn::Set(d, value), zero = hn::Zero(d);
  auto sums = hn::Zero(d64);
  for (; row + lanes <= count; row += lanes) {
    const V8 each = hn::LoadU(d, truths + row);
    sums = hn::Add(sums, hn::SumsOf8(each));
    hn::StoreU(hn::And(hn::Sub(zero, each), byte), d, out + row);
  }
  yes = hn::GetLane(hn::SumOfLanes(d64, sums));
#endif
  for (; row < count; ++row) {
    yes += truths[row];
    out[row] = static_cast<std::uint8_t>(truths[row] * value);
  }
  return yes;
}

HWY_ATTR void look_up(const std::uint8_t* conditions, const std::uint8_t* filters,
                      const std::uint8_t table[64], std::size_t count, std::uint8_t* out) {
  std::size_t row = 0;
#if HWY_TARGET != HWY_SCALAR
  const D8 d;
  const std::size_t lanes = hn::Lanes(d);
  // Filters are codes up to 4, so that the first 40 bytes are looked at.
  const V8 first = hn::LoadDup128(d, table), second = hn::LoadDup128(d, table + 16),
           third = hn::LoadDup128(d, table + 32);
  const V8 fifteen = hn::Set(d, 15), sixteen = hn::Set(d, 16), thirty_two = hn::Set(d, 32);
  for (; row + lanes <= count; row += lanes) {
    V8 index = hn::LoadU(d, conditions + row);
    if (filters == nullptr) {
      hn::StoreU(hn::TableLookupBytes(first, index), d, out + row);
      continue;
    }
    const V8 filter = hn::LoadU(d, filters + row);
    const V8 twice = hn::Add(filter, filter), four = hn::Add(twice, twice);
    index = hn::Add(index, hn::Add(four, four));
    const V8 low = hn::And(index, fifteen);
    V8 found = hn::TableLookupBytes(first, low);
    const auto in_second = hn::Eq(hn::And(index, sixteen), sixteen);
    const auto in_third = hn::Eq(hn::And(index, thirty_two), thirty_two);
    found = hn::IfThenElse(in_second, hn::TableLookupBytes(second, low), found);
    found = hn::IfThenElse(in_third, hn::TableLookupBytes(third, low), found);
    hn::StoreU(found, d, out + row);
  }
#endif
  for (; row < count; ++row) {
    const std::size_t filter = filters == nullptr ? 0 : filters[row];
    out[row] = table[filter * 8 + conditions[row]];
  }
}

HWY_ATTR void tally(const std::uint8_t* bytes, std::size_t count, std::uint64_t counts[8]) {
  std::size_t row = 0;
#if HWY_TARGET != HWY_SCALAR
  const D8 d;
  const hn::Repartition<std::uint64_t, D8> d64;
  const std::size_t lanes = hn::Lanes(d);
  while (row + lanes <= count) {
    // Bytes count up to 255.
    const std::size_t end = row + std::min<std::size_t>((count - row) / lanes, 255) * lanes;
    V8 none = hn::Zero(d), one = none, two = none, three = none, four = none, five = none,
       six = none, seven = none;
    const auto add = [&](V8& found, V8 each, std::uint8_t value) HWY_ATTR {
      found = hn::Sub(found, hn::VecFromMask(d, hn::Eq(each, hn::Set(d, value))));
    };
    for (; row < end; row += lanes) {
      const V8 each = hn::LoadU(d, bytes + row);
      add(none, each, 0);
      add(one, each, 1);
      add(two, each, 2);
      add(three, each, 3);
      add(four, each, 4);
      add(five, each, 5);
      add(six, each, 6);
      add(seven, each, 7);
    }
    const auto all = [&](V8 found)
                         HWY_ATTR { return hn::GetLane(hn::SumOfLanes(d64, hn::SumsOf8(found))); };
    counts[0] += all(none);
    counts[1] += all(one);
    counts[2] += all(two);
    counts[3] += all(three);
    counts[4] += all(four);
    counts[5] += all(five);
    counts[6] += all(six);
    counts[7] += all(seven);
  }
#endif
  for (; row < count; ++row) {
    if (bytes[row] < 8) ++counts[bytes[row]];
  }
}

/// One number for each family; `join` of vectors, `join_one` of numbers, `across` a vector.
template <class Join, class JoinOne, class Across>
HWY_ATTR inline void gather(const double* numbers, const Families& of, double* out, double empty,
                            Join join, JoinOne join_one, Across across) {
  const D d;
  const std::size_t lanes = hn::Lanes(d);
  const V nothing = hn::Set(d, empty);
  for (std::size_t family = 0; family < of.count; ++family) {
    const double* at = numbers + (of.begins[family] - of.first);
    const double* const end = numbers + (of.begins[family + 1] - of.first);
    V all = nothing;
    for (; at + lanes <= end; at += lanes) all = join(all, hn::LoadU(d, at));
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX2
    // Here a masked load reads nothing beyond its mask.
    if (at < end) {
      const M rest = hn::FirstN(d, static_cast<std::size_t>(end - at));
      all = join(all, hn::IfThenElse(rest, hn::MaskedLoad(rest, d, at), nothing));
    }
    out[family] = across(all);
#else
    double one = across(all);
    for (; at < end; ++at) one = join_one(one, *at);
    out[family] = one;
#endif
    (void)join_one;
  }
}

HWY_ATTR void sums(const double* numbers, const Families& of, double* out) {
  gather(
      numbers, of, out, 0.0, [](V a, V b) HWY_ATTR { return hn::Add(a, b); },
      [](double a, double b) { return a + b; },
      [](V all) HWY_ATTR { return hn::GetLane(hn::SumOfLanes(D(), all)); });
}
HWY_ATTR void lowest(const double* numbers, const Families& of, double* out) {
  gather(
      numbers, of, out, std::numeric_limits<double>::infinity(),
      [](V a, V b) HWY_ATTR { return hn::Min(a, b); },
      [](double a, double b) { return std::min(a, b); },
      [](V all) HWY_ATTR { return hn::GetLane(hn::MinOfLanes(D(), all)); });
}
HWY_ATTR void highest(const double* numbers, const Families& of, double* out) {
  gather(
      numbers, of, out, -std::numeric_limits<double>::infinity(),
      [](V a, V b) HWY_ATTR { return hn::Max(a, b); },
      [](double a, double b) { return std::max(a, b); },
      [](V all) HWY_ATTR { return hn::GetLane(hn::MaxOfLanes(D(), all)); });
}

HWY_ATTR void votes(const std::uint8_t* truths, const Families& of, double* out) {
  // How many say yes before each row is told by the bits of the words before it and of its own.
  constexpr std::size_t block = 64;
  std::uint64_t word = 0;
  std::uint64_t before = 0;
  const std::size_t begin = of.begins[0] - of.first;
  const std::size_t rows = of.begins[of.count] - of.first;
  std::size_t ready = begin;  // the first row that is not in `word` or before
  const auto fetch = [&](std::size_t from) HWY_ATTR {
    word = 0;
    const std::size_t here = std::min(block, rows - from);
    std::size_t at = 0;
#if HWY_TARGET != HWY_SCALAR
    const D8 d;
    const std::size_t lanes = hn::Lanes(d);
    for (; at + lanes <= here; at += lanes) {
      std::uint8_t bits[HWY_MAX_BYTES / 8 < 8 ? 8 : HWY_MAX_BYTES / 8] = {};
      const auto yes = hn::Eq(hn::LoadU(d, truths + from + at), hn::Set(d, 1));
      hn::StoreMaskBits(d, yes, bits);
      std::uint64_t some = 0;
      std::memcpy(&some, bits, sizeof some);
      word |= some << at;
    }
#endif
    for (; at < here; ++at) word |= std::uint64_t{truths[from + at]} << at;
    ready = from + block;
  };
  std::uint64_t last = 0;
  if (begin < rows) fetch(begin);
  std::size_t start = begin;  // of the word
  for (std::size_t family = 0; family < of.count; ++family) {
    const std::size_t end = of.begins[family + 1] - of.first;
    while (end > ready) {
      before += hwy::PopCount(word);
      start = ready;
      fetch(ready);
    }
    const std::size_t within = end - start;
    const std::uint64_t part = within >= 64 ? word : word & ((std::uint64_t{1} << within) - 1);
    const std::uint64_t until = before + hwy::PopCount(part);
    out[family] = static_cast<double>(until - last);
    last = until;
  }
}

HWY_ATTR double most(const double* numbers, std::size_t count) {
  const D d;
  const std::size_t lanes = hn::Lanes(d);
  const V infinity = hn::Set(d, std::numeric_limits<double>::infinity());
  V found = hn::Zero(d);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const V each = hn::Abs(hn::LoadU(d, numbers + i));
    // Neither infinite nor not a number.
    found = hn::Max(found, hn::IfThenElseZero(hn::Lt(each, infinity), each));
  }
  double all = hn::GetLane(hn::MaxOfLanes(d, found));
  for (; i < count; ++i) {
    if (std::isfinite(numbers[i])) all = std::max(all, std::fabs(numbers[i]));
  }
  return all;
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace dabiao::assessment::ledger
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dabiao::assessment::ledger {

HWY_EXPORT(compare);
HWY_EXPORT(compare_positive);
HWY_EXPORT(choose);
HWY_EXPORT(spread);
HWY_EXPORT(look_up);
HWY_EXPORT(tally);
HWY_EXPORT(sums);
HWY_EXPORT(lowest);
HWY_EXPORT(highest);
HWY_EXPORT(votes);
HWY_EXPORT(most);

namespace kernels {

void compare(const Step& step, const double* a, std::size_t count, std::uint8_t* out) {
  HWY_DYNAMIC_DISPATCH(compare)(step, a, count, out);
}
bool compare_positive(const Step& step, const double* p, const double* q, std::size_t count,
                      std::uint8_t* out) {
  return HWY_DYNAMIC_DISPATCH(compare_positive)(step, p, q, count, out);
}
void choose(const std::uint8_t* truths, const double* a, const double* b, std::size_t count,
            double* out) {
  HWY_DYNAMIC_DISPATCH(choose)(truths, a, b, count, out);
}
std::uint64_t spread(const std::uint8_t* truths, std::uint8_t value, std::size_t count,
                     std::uint8_t* out) {
  return HWY_DYNAMIC_DISPATCH(spread)(truths, value, count, out);
}
void look_up(const std::uint8_t* conditions, const std::uint8_t* filters,
             const std::uint8_t table[64], std::size_t count, std::uint8_t* out) {
  HWY_DYNAMIC_DISPATCH(look_up)(conditions, filters, table, count, out);
}
void tally(const std::uint8_t* bytes, std::size_t count, std::uint64_t counts[8]) {
  HWY_DYNAMIC_DISPATCH(tally)(bytes, count, counts);
}
void sums(const double* numbers, const Families& of, double* out) {
  HWY_DYNAMIC_DISPATCH(sums)(numbers, of, out);
}
void lowest(const double* numbers, const Families& of, double* out) {
  HWY_DYNAMIC_DISPATCH(lowest)(numbers, of, out);
}
void highest(const double* numbers, const Families& of, double* out) {
  HWY_DYNAMIC_DISPATCH(highest)(numbers, of, out);
}
void votes(const std::uint8_t* truths, const Families& of, double* out) {
  HWY_DYNAMIC_DISPATCH(votes)(truths, of, out);
}
double most(const double* numbers, std::size_t count) {
  return HWY_DYNAMIC_DISPATCH(most)(numbers, count);
}

}  // namespace kernels
}  // namespace dabiao::assessment::ledger
#endif
