#include <cmath>
#include <cstring>
#include <span>
#include <vector>

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
struct Sink {
  double* to = nullptr;   // its buffer; null: nothing reads it
  double* out = nullptr;  // past the cache; null: it stays here

  Sink() = default;
  Sink(const Chunk& chunk, Register target)
      : to(chunk.kept[target] || chunk.streams[target] == nullptr ? chunk.results[target]
                                                                  : nullptr),
        out(chunk.streams[target]) {}

  HWY_ATTR void keep(V value, std::size_t row) const { hn::Store(value, D(), to + row); }
  /// Adding 0 turns −0 into 0 in what leaves.
  HWY_ATTR void send(V value, std::size_t row) const {
    hn::Stream(hn::Add(value, hn::Zero(D())), D(), out + row);
  }
  HWY_ATTR void put(V value, std::size_t row) const {
    if (to != nullptr) keep(value, row);
    if (out != nullptr) send(value, row);
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

/// Which score is taken of a quotient.
enum class Score { none, points, weighted };

/// Quotients and what follows them: dividing takes so long that the rest takes next to no time.
template <bool is_capped, Score score>
HWY_ATTR inline void divide_with(const Chunk& chunk, const Instruction& each,
                                 const Followers& next) {
  const auto constant = [&](Register number) HWY_ATTR {
    return hn::Set(D(), number == no_register ? 1 : *chunk.numbers[number].values);
  };
  const auto sink = [&](const Instruction* of) {
    return of == nullptr ? Sink() : Sink(chunk, of->target);
  };
  const double* const x = chunk.numbers[each.x].values;
  const double* const y = chunk.numbers[each.y].values;
  const V cap = constant(is_capped ? each.z : no_register);
  const Sink own(chunk, each.target), scaled = sink(next.scaled), scored = sink(next.score);
  const V factor = constant(next.scaled == nullptr ? no_register : next.scaled->y);
  const Inverse share(score == Score::points ? *chunk.numbers[next.score->y].values : 1);
  const V limit = hn::Set(D(), score == Score::points ? next.score->limit : 1);
  const V worth = score == Score::weighted
                      ? constant(next.weight())
                      : hn::Set(D(), score == Score::points ? next.score->factor : 1);
  const bool adds = score != Score::none && next.score->z != no_register;
  const double* const more = adds ? chunk.numbers[next.score->z].values : nullptr;
  const Instruction* const compared = next.compared;
  const V low = constant(compared == nullptr ? no_register : next.low());
  const V high = constant(compared == nullptr ? no_register : next.high());
  for (std::size_t w = chunk.first_word; w < chunk.past_word; ++w) {
    std::uint64_t under = 0, over = 0;
    for (std::size_t from = 0; from < 64; from += Marks::rows) {
      Marks unders, overs;
#pragma GCC unroll 8
      for (std::size_t i = 0; i < Marks::rows; i += hn::Lanes(D())) {
        const std::size_t row = w * 64 + from + i;
        // What the next block divides comes close meanwhile.
        hwy::Prefetch(x + row + Chunk::block_words * 64);
        hwy::Prefetch(y + row + Chunk::block_words * 64);
        V quotient = hn::Div(hn::LoadU(D(), x + row), hn::LoadU(D(), y + row));
        if (is_capped) quotient = hn::IfThenElse(hn::Lt(quotient, cap), quotient, cap);
        own.put(quotient, row);
        scaled.put(hn::Mul(quotient, factor), row);
        if (score != Score::none) {
          V value = quotient;
          if (score == Score::points) {
            value = share(quotient);
            value = hn::IfThenElse(hn::Lt(value, limit), value, limit);
          }
          value = hn::Mul(value, worth);
          if (adds) value = hn::Add(value, hn::LoadU(D(), more + row));
          scored.put(value, row);
        }
        unders.put(i / hn::Lanes(D()), hn::Le(quotient, low));
        overs.put(i / hn::Lanes(D()), hn::Ge(quotient, high));
      }
      under |= unders.bits() << from;
      over |= overs.bits() << from;
    }
    if (compared == nullptr) continue;
    chunk.truths[compared->target][w] = next.is_above() ? over : under;
    if (compared->doubt != no_register) chunk.truths[compared->doubt][w] = ~(under | over);
  }
}

template <bool is_capped>
HWY_ATTR inline void divide_with(const Chunk& chunk, const Instruction& each,
                                 const Followers& next) {
  if (next.score == nullptr) {
    divide_with<is_capped, Score::none>(chunk, each, next);
  } else if (Followers::divides(*next.score)) {
    divide_with<is_capped, Score::points>(chunk, each, next);
  } else {
    divide_with<is_capped, Score::weighted>(chunk, each, next);
  }
}

/// Runs a quotient together with what follows it; gives how many instructions that was, 0 where
/// they are to run one by one.
HWY_ATTR inline std::size_t run_together(std::span<const Instruction> rest, const Chunk& chunk) {
  const auto is_constant = [&](Register number) { return chunk.numbers[number].constant; };
  const Instruction& each = rest.front();
  if (!Followers::may_follow(each, is_constant)) return 0;
  Followers next;
  std::size_t count = 1;
  for (; count < rest.size(); ++count) {
    const Instruction& after = rest[count];
    if (Followers::divides(after) && !Inverse::serves(chunk, after)) break;
    if (!next.take(each.target, after, is_constant)) break;
  }
  if (count == 1) return 0;
  if (each.opcode == Opcode::divide) {
    divide_with<false>(chunk, each, next);
  } else {
    divide_with<true>(chunk, each, next);
  }
  return count;
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

HWY_ATTR void compute(const std::vector<Instruction>& instructions, const Chunk& chunk) {
  std::span<const Instruction> rest = instructions;
  while (!rest.empty()) {
    std::size_t done = run_together(rest, chunk);
    if (done == 0) {
      run(rest.front(), chunk);
      done = 1;
    }
    rest = rest.subspan(done);
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace dabiao::engine
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dabiao::engine {

HWY_EXPORT(compute);

void compute_chunk(const std::vector<Instruction>& instructions, const Chunk& chunk) {
  HWY_DYNAMIC_DISPATCH(compute)(instructions, chunk);
}

}  // namespace dabiao::engine
#endif
