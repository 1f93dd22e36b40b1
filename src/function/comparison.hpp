#pragma once

#include "dabiao/function/define.hpp"
#include "typing.hpp"

namespace dabiao::function {

namespace detail {

inline std::optional<bool> negated(std::optional<bool> truth) {
  if (truth) return !*truth;
  return truth;
}
inline bool negated(bool truth) {
  return !truth;
}

inline std::optional<bool> both(std::optional<bool> a, std::optional<bool> b) {
  if ((a && !*a) || (b && !*b)) return false;
  if (a && b) return true;
  return std::nullopt;
}
inline bool both(bool a, bool b) {
  return a && b;
}

// The names that intervals have, for numbers.
inline bool less(const Rational& a, const Rational& b) {
  return a < b;
}
inline bool less_equal(const Rational& a, const Rational& b) {
  return a <= b;
}
inline bool equal(const Rational& a, const Rational& b) {
  return a == b;
}

inline constexpr Example equal_examples[] = {{"0.1 + 0.2 = 0.3", "yes"}, {"1/3 = 0.333", "no"}};
inline constexpr Example not_equal_examples[] = {{"1 != 2", "yes"}};
inline constexpr Example less_examples[] = {{"0.1 + 0.2 < 0.3", "no"}};
inline constexpr Example less_equal_examples[] = {{"0.1 + 0.2 <= 0.3", "yes"}};
inline constexpr Example greater_examples[] = {{"30% > 30%", "no"}};
inline constexpr Example greater_equal_examples[] = {{"29 / 100 * 100 >= 29", "yes"}};
inline constexpr Example within_examples[] = {{"2 = 1..2", "yes"}, {"2.5 = 1..2", "no"}};

}  // namespace detail

inline constexpr Elementwise comparison[] = {
    define({"equal", "等于", "comparison", "a = b", 2, 2, "whether both are the same",
            "两者是否相等", MissingRule::decide},
           typing::compared, detail::equal_examples,
           [](const auto& a, const Context&) {
             using namespace detail;
             return equal(a[0], a[1]);
           }),
    define({"not_equal", "不等于", "comparison", "a != b", 2, 2, "whether they differ",
            "两者是否不等", MissingRule::decide},
           typing::compared, detail::not_equal_examples,
           [](const auto& a, const Context&) {
             using namespace detail;
             return negated(equal(a[0], a[1]));
           }),
    define({"less", "少于 低于 小于", "comparison", "a < b", 2, 2, "whether a is below b",
            "a 是否低于 b", MissingRule::decide},
           typing::ordered, detail::less_examples,
           [](const auto& a, const Context&) {
             using namespace detail;
             return less(a[0], a[1]);
           }),
    define({"less_equal", "不超过 至多", "comparison", "a <= b", 2, 2, "whether a is at most b",
            "a 是否不超过 b", MissingRule::decide},
           typing::ordered, detail::less_equal_examples,
           [](const auto& a, const Context&) {
             using namespace detail;
             return less_equal(a[0], a[1]);
           }),
    define({"greater", "超过 大于", "comparison", "a > b", 2, 2, "whether a is above b",
            "a 是否超过 b", MissingRule::decide},
           typing::ordered, detail::greater_examples,
           [](const auto& a, const Context&) {
             using namespace detail;
             return less(a[1], a[0]);
           }),
    define({"greater_equal", "不少于 不低于 至少 达到", "comparison", "a >= b", 2, 2,
            "whether a is at least b", "a 是否不低于 b", MissingRule::decide},
           typing::ordered, detail::greater_equal_examples,
           [](const auto& a, const Context&) {
             using namespace detail;
             return less_equal(a[1], a[0]);
           }),
    define({"within", "介于", "comparison", "a = b..c", 3, 3,
            "whether a lies in b to c, both included", "a 是否在 b 至 c 之间(含两端)",
            MissingRule::decide},
           typing::ordered, detail::within_examples,
           [](const auto& a, const Context&) {
             using namespace detail;
             return both(less_equal(a[1], a[0]), less_equal(a[0], a[2]));
           }),
};

}  // namespace dabiao::function
