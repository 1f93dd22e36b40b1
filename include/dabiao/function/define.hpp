#pragma once

#include <optional>
#include <span>

#include "dabiao/function/function.hpp"

// How a table entry is written: what people read of the function, its type rule, and one kernel
// that serves numbers and intervals alike.
namespace dabiao::function {

namespace detail {

inline Interval as_interval(Interval value) {
  return value;
}
inline Interval as_interval(std::optional<bool> truth) {
  if (!truth) return {0, 1};
  return Interval::point(*truth ? 1 : 0);
}

}  // namespace detail

/// One entry of an elementwise table. The kernel is a generic lambda without captures over
/// `(const auto& arguments, const Context&)`; it gives an Outcome, a number or a truth for numbers,
/// and an interval or an `optional<bool>` for intervals.
template <class Kernel>
constexpr Elementwise define(Info info, Typing (*typing)(std::span<const Argument>),
                             std::span<const Example> examples, Kernel) {
  return {info, typing,
          [](std::span<const Rational> arguments, const Context& context) -> Outcome {
            return Kernel{}(arguments, context);
          },
          [](std::span<const Interval> arguments, const Context& context) -> Interval {
            return detail::as_interval(Kernel{}(arguments, context));
          },
          examples};
}

}  // namespace dabiao::function
