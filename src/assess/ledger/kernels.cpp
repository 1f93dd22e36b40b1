#include "kernels.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

// Loops that the compiler turns into vector instructions, for the processor that is there. The
// sanitizers do not get along with the choice at load time.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(DABIAO_NO_CLONES)
#define DABIAO_FAST __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define DABIAO_FAST
#endif
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O3")
#endif

namespace dabiao::assessment::ledger::kernels {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double none = std::numeric_limits<double>::quiet_NaN();

constexpr std::uint8_t code(Truth truth) {
  return static_cast<std::uint8_t>(truth);
}

}  // namespace

DABIAO_FAST void fill(double x, std::size_t count, double* out) {
  for (std::size_t i = 0; i < count; ++i) out[i] = x;
}
DABIAO_FAST void scale(const double* a, double x, std::size_t count, double* out) {
  for (std::size_t i = 0; i < count; ++i) out[i] = a[i] * x;
}
DABIAO_FAST void shift(const double* a, double x, std::size_t count, double* out) {
  for (std::size_t i = 0; i < count; ++i) out[i] = a[i] + x;
}
DABIAO_FAST void negate(const double* a, std::size_t count, double* out) {
  for (std::size_t i = 0; i < count; ++i) out[i] = 0.0 - a[i];
}
DABIAO_FAST void absolute(const double* a, std::size_t count, double* out) {
  for (std::size_t i = 0; i < count; ++i) out[i] = std::fabs(a[i]);
}
DABIAO_FAST void add(const double* a, const double* b, std::size_t count, double* out) {
  for (std::size_t i = 0; i < count; ++i) out[i] = a[i] + b[i];
}
DABIAO_FAST void subtract(const double* a, const double* b, std::size_t count, double* out) {
  for (std::size_t i = 0; i < count; ++i) out[i] = a[i] - b[i];
}
DABIAO_FAST void multiply(const double* a, const double* b, std::size_t count, double* out) {
  for (std::size_t i = 0; i < count; ++i) out[i] = a[i] * b[i];
}
DABIAO_FAST void divide(const double* a, const double* b, std::size_t count, double* out) {
  for (std::size_t i = 0; i < count; ++i) out[i] = a[i] / b[i];
}
DABIAO_FAST void least(const double* a, const double* b, std::size_t count, double* out) {
  // What is no number stays in sight, on either side.
  for (std::size_t i = 0; i < count; ++i) {
    const double taken = b[i] < a[i] ? b[i] : a[i];
    out[i] = b[i] != b[i] ? b[i] : taken;
  }
}
DABIAO_FAST void greatest(const double* a, const double* b, std::size_t count, double* out) {
  for (std::size_t i = 0; i < count; ++i) {
    const double taken = b[i] > a[i] ? b[i] : a[i];
    out[i] = b[i] != b[i] ? b[i] : taken;
  }
}
void least_of_some(const double* a, const double* b, std::size_t count, double* out) {
  for (std::size_t i = 0; i < count; ++i) {
    out[i] = std::isnan(b[i]) || b[i] < a[i] ? b[i] : a[i];
  }
}
void greatest_of_some(const double* a, const double* b, std::size_t count, double* out) {
  for (std::size_t i = 0; i < count; ++i) {
    out[i] = std::isnan(b[i]) || b[i] > a[i] ? b[i] : a[i];
  }
}
DABIAO_FAST void truth_of(const double* a, std::size_t count, std::uint8_t* out) {
  for (std::size_t i = 0; i < count; ++i) out[i] = a[i] != 0 ? 1 : 0;
}
DABIAO_FAST void both(const std::uint8_t* a, const std::uint8_t* b, std::size_t count,
                      std::uint8_t* out) {
  for (std::size_t i = 0; i < count; ++i) out[i] = a[i] & b[i];
}
DABIAO_FAST void either(const std::uint8_t* a, const std::uint8_t* b, std::size_t count,
                        std::uint8_t* out) {
  for (std::size_t i = 0; i < count; ++i) out[i] = a[i] | b[i];
}
DABIAO_FAST void opposite(const std::uint8_t* a, std::size_t count, std::uint8_t* out) {
  for (std::size_t i = 0; i < count; ++i) out[i] = a[i] < 2 ? a[i] ^ 1 : a[i];
}
DABIAO_FAST bool any_zero(const double* a, std::size_t count) {
  bool found = false;
  for (std::size_t i = 0; i < count; ++i) found |= a[i] == 0;
  return found;
}

namespace {

/// What follows for a value between two ends of which it is known how each stands to the limit
/// (-1, 0 or 1).
std::uint8_t decided(Relation relation, int low, int high) {
  const auto as = [](bool yes, bool no) {
    return code(yes ? Truth::yes : no ? Truth::no : Truth::open);
  };
  switch (relation) {
    case Relation::at_least:
      return as(low >= 0, high < 0);
    case Relation::above:
      return as(low > 0, high <= 0);
    case Relation::at_most:
      return as(high <= 0, low > 0);
    case Relation::below:
      return as(high < 0, low >= 0);
    case Relation::same:
      return as(low == 0 && high == 0, high < 0 || low > 0);
    case Relation::other:
      return as(high < 0 || low > 0, low == 0 && high == 0);
  }
  return code(Truth::unsure);
}

int side(double a, double b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

/// The same for two ends and what they are compared with; `unsure` where an end is too near.
std::uint8_t decided(const Step& step, double low, double low_limit, double high,
                     double high_limit) {
  if (low == infinity || high == -infinity) return code(Truth::unsure);
  const auto near = [&](double a, double b) {
    if (std::isinf(a) || std::isinf(b)) return false;
    return !(std::fabs(a - b) > step.relative * (std::fabs(a) + std::fabs(b)) + step.absolute);
  };
  if (step.guarded && (near(low, low_limit) || near(high, high_limit))) {
    return code(Truth::unsure);
  }
  const int from = side(low, low_limit), to = side(high, high_limit);
  if (step.open_ends && low != high && (from == 0 || to == 0)) return code(Truth::unsure);
  return decided(step.relation, from, to);
}

}  // namespace

void compare(const Step& step, const View& a, std::size_t count, std::uint8_t* out) {
  // Most are known; the others are seen to one by one.
  compare(step, a.low, count, out);
  for (std::size_t i = 0; i < count; ++i) {
    const double low = a.low[i], high = a.high[i];
    if (low == high && std::fabs(low) < infinity) continue;
    if (std::isnan(low) || std::isnan(high)) {
      out[i] = code(Truth::open);  // nothing follows from what may not exist
      continue;
    }
    if (low == high && std::isinf(low)) {
      out[i] = code(Truth::unsure);
      continue;
    }
    out[i] = decided(step, low, step.x, high, step.x);
  }
}

void compare_quotient(const Step& step, const View& p, const View& q, std::size_t count,
                      std::uint8_t* out) {
  const bool points = p.points() && q.points();
  const double x = step.x, y = step.y;
  const auto times_y = [y](double end) { return y == 0 ? 0.0 : end * y; };
  // Most are known, with a denominator above zero; the others are seen to one by one.
  compare_positive(step, p.low, q.low, count, out);
  for (std::size_t i = 0; i < count; ++i) {
    const double from = p.low[i], to = p.high[i], least = q.low[i], most = q.high[i];
    if (from == to && least == most && least > 0 && std::fabs(from) < infinity &&
        least < infinity) {
      continue;
    }
    if (points) {
      if (least == 0) {
        out[i] = code(Truth::open);  // there is no quotient, and nothing bounds it
      } else if (least > 0) {
        out[i] = decided(step, from * x, times_y(least), from * x, times_y(least));
      } else {
        out[i] = decided(step, -from * x, times_y(-least), -from * x, times_y(-least));
      }
      continue;
    }
    if (std::isnan(from) || std::isnan(to) || std::isnan(least) || std::isnan(most)) {
      out[i] = code(Truth::open);
    } else if (least > 0 && most > 0) {
      // Of a share the ends of the denominator may stand the other way round: each goes with an
      // end of the numerator.
      const double low_limit = times_y(y > 0 ? most : least);
      const double high_limit = times_y(y > 0 ? least : most);
      out[i] = decided(step, from * x, low_limit, to * x, high_limit);
    } else if (least <= 0 && most >= 0) {
      out[i] = code(Truth::open);  // the denominator can be zero
    } else {
      out[i] = code(Truth::unsure);
    }
  }
}

void multiply(const View& a, const View& b, std::size_t count, double* low, double* high) {
  for (std::size_t i = 0; i < count; ++i) {
    const double a0 = a.low[i], a1 = a.high[i], b0 = b.low[i], b1 = b.high[i];
    if (std::isnan(a0) || std::isnan(b0) || std::isnan(a1) || std::isnan(b1)) {
      low[i] = high[i] = none;
      continue;
    }
    const auto product = [](double u, double v) { return u == 0 || v == 0 ? 0.0 : u * v; };
    const double p = product(a0, b0), q = product(a0, b1), r = product(a1, b0), s = product(a1, b1);
    low[i] = std::min({p, q, r, s});
    high[i] = std::max({p, q, r, s});
  }
}

void divide(const View& a, const View& b, std::size_t count, double* low, double* high,
            std::uint8_t* unsure) {
  const bool points = a.points() && b.points();
  for (std::size_t i = 0; i < count; ++i) {
    const double a0 = a.low[i], a1 = a.high[i];
    // Of a share the ends of the denominator may stand the other way round.
    const double b0 = b.low[i], b1 = b.high[i];
    unsure[i] = 0;
    if (std::isnan(a0) || std::isnan(b0) || std::isnan(a1) || std::isnan(b1)) {
      low[i] = high[i] = none;
    } else if (b0 > 0 && b1 > 0) {
      const auto quotient = [](double u, double v) {
        return std::isinf(v) ? (std::isinf(u) ? u : 0.0) : u / v;
      };
      low[i] = quotient(a0, a0 >= 0 ? b1 : b0);
      high[i] = quotient(a1, a1 >= 0 ? b0 : b1);
    } else if (points && b0 != 0) {
      low[i] = high[i] = a0 / b0;
    } else if (b0 <= 0 && b1 >= 0) {
      low[i] = high[i] = none;
    } else {
      low[i] = high[i] = 0;
      unsure[i] = 1;
    }
  }
}

void absolute(const View& a, std::size_t count, double* low, double* high) {
  for (std::size_t i = 0; i < count; ++i) {
    const double from = a.low[i], to = a.high[i];
    if (from >= 0) {
      low[i] = from;
      high[i] = to;
    } else if (to <= 0) {
      low[i] = -to;
      high[i] = -from;
    } else {  // also where there is none
      low[i] = std::isnan(from) ? none : 0.0;
      high[i] = std::isnan(from) ? none : std::max(-from, to);
    }
  }
}

}  // namespace dabiao::assessment::ledger::kernels
