#include <cstdint>
#include <span>
#include <vector>

#include "inverse.hpp"
#include "row_chunk.hpp"
#include "row_followers.hpp"
#include "row_targets.hpp"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/row_kernels.cpp"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

// After foreach_target.h.
#include "row_lanes.hpp"

HWY_BEFORE_NAMESPACE();
namespace dabiao::engine {
namespace HWY_NAMESPACE {
namespace {

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

/// Calls f(row) for every vector of rows.
template <class F>
HWY_ATTR inline void for_rows(const Chunk& chunk, F f) {
  for (std::size_t i = chunk.first_word * 64; i < chunk.past_word * 64; i += hn::Lanes(D())) f(i);
}

/// Where a result goes, by vectors.
struct Sink : ChunkSink {
  Sink(const Chunk& chunk, Register target) : ChunkSink(chunk, target) {}
  explicit Sink(const ChunkSink& other) : ChunkSink(other) {}

  HWY_ATTR void keep(V value, std::size_t row) const { hn::Store(value, D(), to + row); }
  /// Adding 0 turns −0 into 0 in what leaves.
  HWY_ATTR void send(V value, std::size_t row) const {
    const V sent = hn::Add(value, hn::Zero(D()));
    if (is_past_cache) {
      hn::Stream(sent, D(), out + row);
    } else {
      hn::StoreU(sent, D(), out + row);
    }
  }
};

/// target = f(row) at every row.
template <class F>
HWY_ATTR inline void fill(const Chunk& chunk, Register target, F f) {
  const Sink sink(chunk, target);
  if (sink.out == nullptr) {
    for_rows(chunk, [&](std::size_t i) HWY_ATTR { sink.keep(f(i), i); });
  } else if (sink.to != nullptr) {
    for_rows(chunk, [&](std::size_t i) HWY_ATTR {
      const V value = f(i);
      sink.keep(value, i);
      sink.send(value, i);
    });
  } else {
    for_rows(chunk, [&](std::size_t i) HWY_ATTR { sink.send(f(i), i); });
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

/// Divides by a constant by multiplying.
struct Divides {
  V high, low;
  HWY_ATTR explicit Divides(const Inverse& by)
      : high(hn::Set(D(), by.high)), low(hn::Set(D(), by.low)) {}
  HWY_ATTR V operator()(V x) const { return hn::MulAdd(x, high, hn::Mul(x, low)); }
  static bool serves(const Chunk& chunk, const Instruction& each) {
    // Elsewhere products are rounded before they are added.
    constexpr bool fuses = (HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX2) || HWY_ARCH_ARM_A64;
    return fuses && chunk.ordinary && each.inverts;
  }
};

/// target = f(x / y) or f(x / y, z) at every row.
template <class F>
HWY_ATTR inline void map_quotients(const Chunk& chunk, const Instruction& each, F f) {
  if (Divides::serves(chunk, each)) {
    const Divides over(Inverse(*chunk.numbers[each.y].values));
    return map(chunk, each, [=](V x) HWY_ATTR { return f(over(x)); });
  }
  map_two(chunk, each, [=](V x, V y) HWY_ATTR { return f(hn::Div(x, y)); });
}
template <class F>
HWY_ATTR inline void map_quotients_with(const Chunk& chunk, const Instruction& each, F f) {
  with(chunk.numbers[each.z], [&](auto z) HWY_ATTR {
    if (Divides::serves(chunk, each)) {
      const Divides over(Inverse(*chunk.numbers[each.y].values));
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

/// Sets the bits of `words` to what f says of each row; f gives a mask.
template <class F>
HWY_ATTR inline void mark(const Chunk& chunk, std::uint64_t* words, F f) {
  for (std::size_t w = chunk.first_word; w < chunk.past_word; ++w) {
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
      for (std::size_t w = chunk.first_word; w < chunk.past_word; ++w) {
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
  with(chunk.numbers[each.x], [&](auto x_of) HWY_ATTR {
    for (std::size_t w = chunk.first_word; w < chunk.past_word; ++w) {
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
  std::uint64_t* target = chunk.truths[each.target];
  for (std::size_t w = chunk.first_word; w < chunk.past_word; ++w) target[w] = f(w);
}

/// Brings what is read later closer while others are computed: from memory to the second cache long
/// before, as the first one can wait for too few lines at once to keep memory busy, and from there
/// to the first one before the next block.
inline void bring_closer(const double* values) {
  constexpr std::size_t block = Chunk::block_words * 64;
#if defined(__GNUC__)
  __builtin_prefetch(values + 4 * block, 0, 2);
#endif
  hwy::Prefetch(values + block);
}

/// Which score is taken of a quotient.
enum class Score { none, points, weighted };

/// Quotients and what follows them: dividing takes so long that the rest takes next to no time.
template <bool is_capped, Score score>
HWY_ATTR void divide_with(const ChunkStep& step, const Chunk& chunk) {
  const auto same = [](double value) HWY_ATTR { return hn::Set(D(), value); };
  const Sink own(step.own), scaled(step.scaled), scored(step.scored);
  const JointNumbers& numbers = step.numbers;
  const V cap = same(numbers.cap), factor = same(numbers.factor);
  const Divides share(step.inverse);
  const V limit = same(numbers.limit), worth = same(numbers.worth);
  const V low = same(numbers.low), high = same(numbers.high);
  constexpr std::size_t lanes = hn::MaxLanes(D()), marked = Marks::rows / lanes;
  // Each step for several vectors, so that these are computed side by side.
  constexpr std::size_t group = 8;
  for (std::size_t w = chunk.first_word; w < chunk.past_word; ++w) {
    std::uint64_t under = 0, over = 0;
    for (std::size_t from = 0; from < 64; from += group * lanes) {
      const std::size_t first = w * 64 + from;
      V quotients[group];
#pragma GCC unroll 8
      for (std::size_t i = 0; i < group; ++i) {
        const double* const x = step.x + first + i * lanes;
        const double* const y = step.y + first + i * lanes;
        bring_closer(x);
        bring_closer(y);
        V quotient = hn::Div(hn::LoadU(D(), x), hn::LoadU(D(), y));
        if (is_capped) quotient = lesser(quotient, cap);
        quotients[i] = quotient;
      }
      const auto put = [&](const Sink& sink, auto value) HWY_ATTR {
        if (sink.to != nullptr) {
#pragma GCC unroll 8
          for (std::size_t i = 0; i < group; ++i) sink.keep(value(i), first + i * lanes);
        }
        if (sink.out != nullptr) {
#pragma GCC unroll 8
          for (std::size_t i = 0; i < group; ++i) sink.send(value(i), first + i * lanes);
        }
      };
      put(own, [&](std::size_t i) HWY_ATTR { return quotients[i]; });
      put(scaled, [&](std::size_t i) HWY_ATTR { return hn::Mul(quotients[i], factor); });
      if (step.held != nullptr) {
#pragma GCC unroll 8
        for (std::size_t i = 0; i < group; i += marked) {
          Marks unders, overs;
#pragma GCC unroll 8
          for (std::size_t k = 0; k < marked; ++k) {
            unders.put(k, hn::Le(quotients[i + k], low));
            overs.put(k, hn::Ge(quotients[i + k], high));
          }
          under |= unders.bits() << (from + i * lanes);
          over |= overs.bits() << (from + i * lanes);
        }
      }
      if (score == Score::none) continue;
#pragma GCC unroll 8
      for (std::size_t i = 0; i < group; ++i) {
        V value = quotients[i];
        if (score == Score::points) {
          value = share(value);
          value = lesser(value, limit);
        }
        value = hn::Mul(value, worth);
        if (step.more != nullptr) {
          value = hn::Add(value, hn::LoadU(D(), step.more + first + i * lanes));
        }
        quotients[i] = value;
      }
      put(scored, [&](std::size_t i) HWY_ATTR { return quotients[i]; });
    }
    if (step.held == nullptr) continue;
    step.held[w] = step.is_above ? over : under;
    if (step.doubt != nullptr) step.doubt[w] = ~(under | over);
  }
}

template <bool is_capped>
ChunkStep::Run division(const Followers& next) {
  if (next.score == nullptr) return divide_with<is_capped, Score::none>;
  if (Followers::divides(*next.score)) return divide_with<is_capped, Score::points>;
  return divide_with<is_capped, Score::weighted>;
}

/// Makes a step of a quotient together with what follows it; gives how many instructions that is,
/// 0 where they are to run one by one.
std::size_t join(std::span<const Instruction> rest, const Chunk& chunk, ChunkStep& step) {
  const Instruction& each = rest.front();
  Followers next;
  const std::size_t count = next.take_all(
      rest, [&](Register number) { return chunk.numbers[number].constant; },
      [&](const Instruction& after) {
        return !Followers::divides(after) || Divides::serves(chunk, after);
      });
  if (count == 0) return 0;
  step.run = each.opcode == Opcode::divide_least ? division<true>(next) : division<false>(next);
  step.numbers = next.numbers(each, [&](Register number) { return *chunk.numbers[number].values; });
  step.x = chunk.numbers[each.x].values;
  step.y = chunk.numbers[each.y].values;
  step.own = ChunkSink(chunk, each.target);
  if (next.scaled != nullptr) step.scaled = ChunkSink(chunk, next.scaled->target);
  if (next.score != nullptr) {
    step.scored = ChunkSink(chunk, next.score->target);
    if (next.score->z != no_register) step.more = chunk.numbers[next.score->z].values;
    if (Followers::divides(*next.score)) step.inverse = Inverse(step.numbers.divisor);
  }
  if (next.compared != nullptr) {
    step.is_above = next.is_above();
    step.held = chunk.truths[next.compared->target];
    if (next.compared->doubt != no_register) step.doubt = chunk.truths[next.compared->doubt];
  }
  return count;
}

HWY_ATTR void run(const ChunkStep& step, const Chunk& chunk) {
  const Instruction& each = *step.instruction;
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
      return map_two(chunk, each, [](V x, V y) HWY_ATTR { return lesser(x, y); });
    case Opcode::greatest:
      return map_two(chunk, each, [](V x, V y) HWY_ATTR { return greater(x, y); });
    case Opcode::negate:
      return map(chunk, each, [](V x) HWY_ATTR { return hn::Neg(x); });
    case Opcode::absolute:
      return map(chunk, each, [](V x) HWY_ATTR { return hn::Abs(x); });
    case Opcode::multiply_add:
      return map_three(chunk, each,
                       [](V x, V y, V z) HWY_ATTR { return hn::Add(hn::Mul(x, y), z); });
    case Opcode::divide_least:
      return map_quotients_with(chunk, each,
                                [](V quotient, V z) HWY_ATTR { return lesser(quotient, z); });
    case Opcode::divide_multiply: {
      const V factor = hn::Set(D(), each.factor);
      return map_quotients(chunk, each,
                           [=](V quotient) HWY_ATTR { return hn::Mul(quotient, factor); });
    }
    case Opcode::divide_least_multiply: {
      const V limit = hn::Set(D(), each.limit), factor = hn::Set(D(), each.factor);
      return map_quotients(chunk, each, [=](V quotient) HWY_ATTR {
        return hn::Mul(lesser(quotient, limit), factor);
      });
    }
    case Opcode::divide_least_multiply_add: {
      const V limit = hn::Set(D(), each.limit), factor = hn::Set(D(), each.factor);
      return map_quotients_with(chunk, each, [=](V quotient, V z) HWY_ATTR {
        const V least = lesser(quotient, limit);
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

void prepare(std::span<const Instruction> rest, Chunk& chunk) {
  chunk.steps.clear();
  while (!rest.empty()) {
    ChunkStep& step = chunk.steps.emplace_back();
    step.instruction = &rest.front();
    std::size_t count = join(rest, chunk, step);
    if (count == 0) {
      step.run = run;
      count = 1;
    }
    rest = rest.subspan(count);
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace dabiao::engine
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dabiao::engine {

HWY_EXPORT(prepare);

void prepare_chunk(std::span<const Instruction> instructions, Chunk& chunk) {
  HWY_DYNAMIC_DISPATCH(prepare)(instructions, chunk);
}

void compute_chunk(const Chunk& chunk) {
  for (const ChunkStep& step : chunk.steps) step.run(step, chunk);
}

}  // namespace dabiao::engine
#endif
