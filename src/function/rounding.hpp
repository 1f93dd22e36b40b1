#pragma once

#include "dabiao/function/define.hpp"
#include "logic.hpp"
#include "typing.hpp"

namespace dabiao::function {

namespace detail {

inline Rational floored(const Rational& x) {
  return x.floor();
}
inline Interval floored(const Interval& x) {
  return floor(x);
}
inline Rational ceiled(const Rational& x) {
  return x.ceil();
}
inline Interval ceiled(const Interval& x) {
  return ceil(x);
}
inline Rational rounded(const Rational& x) {
  return x.round();
}
inline Interval rounded(const Interval& x) {
  return round(x);
}
inline Rational truncated(const Rational& x) {
  return x.truncate();
}
inline Interval truncated(const Interval& x) {
  return truncate(x);
}

/// Rounds in steps; a step of one where none is given.
template <class Arguments, class Rounding>
auto in_steps(const Arguments& a, Rounding rounding) {
  using Value = std::remove_cvref_t<decltype(a[0])>;
  if constexpr (std::is_same_v<Value, Rational>) {
    if (a.size() == 1) return Outcome(rounding(a[0]));
    if (a[1].sign() <= 0) return Outcome(value::Reason::outside_domain);
    return Outcome(rounding(a[0] / a[1]) * a[1]);
  } else {
    if (a.size() == 1) return rounding(a[0]);
    return rounding(a[0] / a[1]) * a[1];
  }
}

inline constexpr Example round_examples[] = {
    {"round(2.5)", "3"}, {"round(-2.5)", "-3"}, {"round(57.658%, 0.01%)", "57.66%"}};
inline constexpr Example floor_examples[] = {{"floor(2.9)", "2"}, {"floor(-2.1)", "-3"}};
inline constexpr Example ceil_examples[] = {{"ceil(2.1)", "3"}};
inline constexpr Example truncate_examples[] = {{"truncate(-2.9)", "-2"},
                                                {"truncate(57.66%, 1%)", "57%"}};
inline constexpr Example clamp_examples[] = {{"clamp(12, 0, 10)", "10"}};
inline constexpr Example min_examples[] = {{"min(3, 1, 2)", "1"}};
inline constexpr Example max_examples[] = {{"max(3, 1, 2)", "3"}};

}  // namespace detail

inline constexpr Elementwise rounding[] = {
    define({"round", "四舍五入 四捨五入", "rounding", "round(x, step)", 1, 2,
            "the nearest multiple of step, halves away from zero",
            "最接近的 step 的倍数,恰为一半时远离零"},
           typing::rounding, detail::round_examples,
           [](const auto& a, const Context&) {
             return detail::in_steps(a, [](const auto& x) { return detail::rounded(x); });
           }),
    define({"floor", "向下取整", "rounding", "floor(x, step)", 1, 2,
            "the greatest multiple of step that is not above x", "不大于 x 的最大的 step 的倍数"},
           typing::rounding, detail::floor_examples,
           [](const auto& a, const Context&) {
             return detail::in_steps(a, [](const auto& x) { return detail::floored(x); });
           }),
    define({"ceil", "向上取整", "rounding", "ceil(x, step)", 1, 2,
            "the least multiple of step that is not below x", "不小于 x 的最小的 step 的倍数"},
           typing::rounding, detail::ceil_examples,
           [](const auto& a, const Context&) {
             return detail::in_steps(a, [](const auto& x) { return detail::ceiled(x); });
           }),
    define({"truncate", "截尾", "rounding", "truncate(x, step)", 1, 2,
            "the nearest multiple of step towards zero", "向零方向最接近的 step 的倍数"},
           typing::rounding, detail::truncate_examples,
           [](const auto& a, const Context&) {
             return detail::in_steps(a, [](const auto& x) { return detail::truncated(x); });
           }),
    define({"clamp", "限于 限於", "rounding", "clamp(x, low, high)", 3, 3,
            "x, or the limit that it passes", "x 或其越过的界限"},
           typing::alike, detail::clamp_examples,
           [](const auto& a, const Context&) {
             return detail::least(detail::greatest(a[0], a[1]), a[2]);
           }),
    define({"min", "最小", "rounding", "min(a, b, …)", 2, -1,
            "the least; missing where one is missing", "最小者;有一个缺失即缺失"},
           typing::alike, detail::min_examples,
           [](const auto& a, const Context&) {
             auto result = a[0];
             for (std::size_t i = 1; i < a.size(); ++i) result = detail::least(result, a[i]);
             return result;
           }),
    define({"max", "最大", "rounding", "max(a, b, …)", 2, -1,
            "the greatest; missing where one is missing", "最大者;有一个缺失即缺失"},
           typing::alike, detail::max_examples,
           [](const auto& a, const Context&) {
             auto result = a[0];
             for (std::size_t i = 1; i < a.size(); ++i) result = detail::greatest(result, a[i]);
             return result;
           }),
};

}  // namespace dabiao::function
