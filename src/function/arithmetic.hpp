#pragma once

#include "dabiao/exact/limits.hpp"
#include "dabiao/function/define.hpp"
#include "typing.hpp"

namespace dabiao::function {

namespace detail {

/// Numbers so long that the operation would take too much work.
inline bool too_long(const Rational& a, const Rational& b) {
  return exact::is_too_much_work(a.bit_length(), b.bit_length());
}
inline Outcome sum(const Rational& a, const Rational& b) {
  if (too_long(a, b)) return value::Reason::exact_limit;
  return a + b;
}
inline Interval sum(const Interval& a, const Interval& b) {
  return a + b;
}

inline Outcome product(const Rational& a, const Rational& b) {
  if (too_long(a, b)) return value::Reason::exact_limit;
  return a * b;
}
inline Interval product(const Interval& a, const Interval& b) {
  return a * b;
}

inline Outcome quotient(const Rational& a, const Rational& b) {
  if (too_long(a, b)) return value::Reason::exact_limit;
  if (b.is_zero()) return value::Reason::division_by_zero;
  return a / b;
}
inline Interval quotient(const Interval& a, const Interval& b) {
  return a / b;
}

inline Outcome power(const Rational& base, const Rational& exponent) {
  const int whole = static_cast<int>(*exponent.to_int64());
  if (base.is_zero() && whole < 0) return value::Reason::division_by_zero;
  if (exact::is_too_long_a_power(base, whole)) return value::Reason::exact_limit;
  return base.pow(whole);
}
inline Interval power(const Interval& base, const Interval& exponent) {
  return pow(base, static_cast<int>(*exponent.low.finite().to_int64()));
}

inline Rational absolute(const Rational& x) {
  return x.abs();
}
inline Interval absolute(const Interval& x) {
  return abs(x);
}

inline constexpr Example add_examples[] = {{"0.1 + 0.2", "0.3"},
                                           {"2023-08-31 + 1 日", "2023-09-01"}};
inline constexpr Example subtract_examples[] = {{"0.3 - 0.1", "0.2"},
                                                {"2023-12-31 - 2023-09-01", "121 日"}};
inline constexpr Example multiply_examples[] = {{"2 万元 * 3", "6 万元"}};
inline constexpr Example divide_examples[] = {{"29 / 100 * 100", "29"}, {"90 元 / 3 元", "30"}};
inline constexpr Example power_examples[] = {{"1.1 ^ 2", "1.21"}, {"2 ^ -1", "0.5"}};
inline constexpr Example negate_examples[] = {{"-(3 - 5)", "2"}};
inline constexpr Example abs_examples[] = {{"abs(3 - 5)", "2"}};

}  // namespace detail

inline constexpr Elementwise arithmetic[] = {
    define({"add", "加", "arithmetic", "a + b", 2, 2,
            "the sum; a date plus days, weeks or months is a later date",
            "和;日期加若干日、周或月为其后的日期"},
           typing::sum, detail::add_examples,
           [](const auto& a, const Context&) { return detail::sum(a[0], a[1]); }),
    define({"subtract", "减", "arithmetic", "a - b", 2, 2,
            "the difference; two dates are their distance in days", "差;两个日期之差以日计"},
           typing::sum, detail::subtract_examples,
           [](const auto& a, const Context&) { return detail::sum(a[0], -a[1]); }),
    define({"multiply", "乘", "arithmetic", "a * b", 2, 2, "the product; units multiply",
            "积;单位相乘"},
           typing::product, detail::multiply_examples,
           [](const auto& a, const Context&) { return detail::product(a[0], a[1]); }),
    define({"divide", "除", "arithmetic", "a / b", 2, 2,
            "the quotient; units divide; by zero it is missing", "商;单位相除;除数为零时缺失"},
           typing::quotient, detail::divide_examples,
           [](const auto& a, const Context&) { return detail::quotient(a[0], a[1]); }),
    define({"power", "幂", "arithmetic", "a ^ n", 2, 2, "a whole power; n is written as a number",
            "整数次幂;指数须直接写出"},
           typing::power, detail::power_examples,
           [](const auto& a, const Context&) { return detail::power(a[0], a[1]); }),
    define({"negate", "取负", "arithmetic", "-a", 1, 1, "the same amount below zero", "相反数"},
           typing::same_number, detail::negate_examples,
           [](const auto& a, const Context&) { return -a[0]; }),
    define({"abs", "绝对值 絕對值", "arithmetic", "abs(x)", 1, 1, "the amount without its sign",
            "绝对值"},
           typing::same_number, detail::abs_examples,
           [](const auto& a, const Context&) { return detail::absolute(a[0]); }),
};

}  // namespace dabiao::function
