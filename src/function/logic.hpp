#pragma once

#include "dabiao/function/define.hpp"
#include "typing.hpp"

namespace dabiao::function {

namespace detail {

inline Rational least(const Rational& a, const Rational& b) {
  return b < a ? b : a;
}
inline Interval least(const Interval& a, const Interval& b) {
  return min(a, b);
}
inline Rational greatest(const Rational& a, const Rational& b) {
  return a < b ? b : a;
}
inline Interval greatest(const Interval& a, const Interval& b) {
  return max(a, b);
}

inline Rational complement(const Rational& a) {
  return Rational(1) - a;
}
inline Interval complement(const Interval& a) {
  return Interval::point(1) - a;
}

// The engine knows what is missing; what there is to compute with is known.
inline Rational there(const Rational&) {
  return Rational(1);
}
inline Interval there(const Interval&) {
  return Interval::point(1);
}

// The engine takes the branch; this is what remains where the condition is in doubt.
inline Rational chosen(const Rational& c, const Rational& a, const Rational& b) {
  return c.is_zero() ? b : a;
}
inline Interval chosen(const Interval& c, const Interval& a, const Interval& b) {
  if (c.is_point()) return c.low.is_zero() ? b : a;
  return hull(a, b);
}

inline constexpr Example and_examples[] = {{"1 < 2 and 2 < 3", "yes"}};
inline constexpr Example or_examples[] = {{"1 > 2 or 2 < 3", "yes"}};
inline constexpr Example not_examples[] = {{"not 1 > 2", "yes"}};
inline constexpr Example if_examples[] = {{"if 1 < 2 then 10 else 20", "10"}};
inline constexpr Example known_examples[] = {{"known(1)", "yes"}, {"known(1 / 0)", "no"}};

}  // namespace detail

// Yes is 1 and no is 0, so that "and" is the least, "or" the greatest, and Kleene's logic is what
// intervals make of them.
inline constexpr Elementwise logic[] = {
    define({"and", "且", "logic", "a and b", 2, -1, "whether all hold; one no decides",
            "是否全部成立;有一个否即为否", MissingRule::decide},
           typing::logical, detail::and_examples,
           [](const auto& a, const Context&) {
             auto result = a[0];
             for (std::size_t i = 1; i < a.size(); ++i) result = detail::least(result, a[i]);
             return result;
           }),
    define({"or", "或", "logic", "a or b", 2, -1, "whether one holds; one yes decides",
            "是否至少一个成立;有一个是即为是", MissingRule::decide},
           typing::logical, detail::or_examples,
           [](const auto& a, const Context&) {
             auto result = a[0];
             for (std::size_t i = 1; i < a.size(); ++i) result = detail::greatest(result, a[i]);
             return result;
           }),
    define({"not", "非", "logic", "not a", 1, 1, "whether it does not hold", "是否不成立",
            MissingRule::decide},
           typing::logical, detail::not_examples,
           [](const auto& a, const Context&) { return detail::complement(a[0]); }),
    define({"if", "若", "logic", "if c then a else b", 3, 3, "a where c holds, b where it does not",
            "c 成立时取 a,否则取 b", MissingRule::own},
           typing::choice, detail::if_examples,
           [](const auto& a, const Context&) { return detail::chosen(a[0], a[1], a[2]); }),
    define({"known", "已知否", "logic", "known(x)", 1, 1, "whether x has a value here",
            "x 在此处是否有值", MissingRule::own},
           typing::known, detail::known_examples,
           [](const auto& a, const Context&) { return detail::there(a[0]); }),
};

}  // namespace dabiao::function
