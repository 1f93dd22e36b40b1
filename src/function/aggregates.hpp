#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "dabiao/exact/limits.hpp"
#include "dabiao/function/function.hpp"
#include "typing.hpp"

// The functions over parts. Where everything is known they are exact; where a part is missing, or
// whether it is included is not known, they give the range that the result can have: parts vary
// independently, an unnamed part is anything that one part can be.
namespace dabiao::function {

namespace detail {

using value::Reason;

/// What an aggregate needs to know of its parts before it computes.
struct Standing {
  std::vector<const Part*> sure;      // included beyond doubt
  std::vector<const Part*> doubtful;  // perhaps included
  bool complete = true;               // every value known, nothing doubtful, nobody unnamed
};

inline Standing standing(std::span<const Part> parts, std::int64_t unnamed) {
  Standing result;
  result.complete = unnamed == 0;
  for (const Part& part : parts) {
    if (part.doubtful) {
      result.doubtful.push_back(&part);
      result.complete = false;
    } else if (part.included) {
      result.sure.push_back(&part);
      if (part.value == nullptr) result.complete = false;
    }
  }
  return result;
}

inline Interval range_of(const Part& part) {
  return part.value != nullptr ? Interval::point(*part.value) : part.bounds;
}

inline Interval zero() {
  return Interval::point(0);
}

/// What an aggregate has over no parts: there is no value, so nothing bounds it.
inline Aggregated nothing() {
  return {Reason::no_parts, Interval::everything()};
}

/// A total that has become too long to go on with; its parts come in the order of the entities, so
/// it is the same one however the data was ordered.
inline bool is_too_long(const Rational& total) {
  return total.bit_length() > exact::most_bits_of_total;
}

/// Where a total lies that is too long to be written out.
inline Interval total_near(std::span<const Part* const> parts) {
  Interval total = zero();
  for (const Part* part : parts) total = exact::shortened(total + range_of(*part));
  return total;
}

/// The sum of n values that are each anything in `range`.
inline Interval times(const Interval& range, std::int64_t count) {
  return range * Interval::point(count);
}

inline Aggregated summed(std::span<const Part> parts, std::int64_t unnamed, const Interval& range) {
  const Standing found = standing(parts, unnamed);
  if (found.complete) {
    Rational total;
    for (const Part* part : found.sure) {
      total += *part->value;
      if (is_too_long(total)) return {Reason::exact_limit, total_near(found.sure)};
    }
    return total;
  }
  Interval total = total_near(found.sure);
  for (const Part* part : found.doubtful) {
    total = exact::shortened(total + hull(zero(), range_of(*part)));
  }
  if (unnamed > 0) total = total + times(range, unnamed);
  return {Reason::partial, total};
}

/// The truths of an aggregate over conditions. Of those that may be left out by a filter it is
/// counted apart what they would say.
struct Votes {
  std::int64_t yes = 0, no = 0, open = 0;
  std::int64_t perhaps_yes = 0, perhaps_no = 0, perhaps_open = 0;
  std::int64_t sure() const { return yes + no + open; }
  /// How many more may say yes.
  std::int64_t more() const { return open + perhaps_yes + perhaps_open; }
};

inline Votes votes(std::span<const Part> parts, std::int64_t unnamed, const Interval& range) {
  Votes result;
  (!range.is_point()             ? result.open
   : range == Interval::point(0) ? result.no
                                 : result.yes) = unnamed;
  for (const Part& part : parts) {
    if (part.doubtful) {
      ++(part.value == nullptr   ? result.perhaps_open
         : part.value->is_zero() ? result.perhaps_no
                                 : result.perhaps_yes);
    } else if (part.included) {
      ++(part.value == nullptr ? result.open : part.value->is_zero() ? result.no : result.yes);
    }
  }
  return result;
}

inline Aggregated counted(std::span<const Part> parts, std::int64_t unnamed,
                          const Interval& range) {
  const Votes found = votes(parts, unnamed, range);
  if (found.more() == 0) return Rational(found.yes);
  return {Reason::partial, {found.yes, found.yes + found.more()}};
}

inline Aggregated shared(std::span<const Part> parts, std::int64_t unnamed, const Interval& range) {
  const Votes found = votes(parts, unnamed, range);
  if (found.more() == 0 && found.perhaps_no == 0) {
    if (found.sure() == 0) return nothing();
    return Rational(found.yes, found.sure());
  }
  // Whoever may join changes the denominator too. Lowest: every open one is no, and those join
  // that are no; highest: the other way round.
  const std::int64_t low_all = found.sure() + found.perhaps_no + found.perhaps_open;
  const std::int64_t high_all = found.sure() + found.perhaps_yes + found.perhaps_open;
  const Rational low = low_all == 0 ? Rational(0) : Rational(found.yes, low_all);
  const Rational high = high_all == 0 ? Rational(1) : Rational(found.yes + found.more(), high_all);
  return {Reason::partial, {low, high}};
}

/// From the least to the greatest that any part can be.
inline Interval spread(const Standing& found, std::int64_t unnamed, const Interval& range) {
  std::optional<Interval> all;
  const auto widen = [&all](const Interval& next) { all = all ? hull(*all, next) : next; };
  for (const Part* part : found.sure) widen(range_of(*part));
  for (const Part* part : found.doubtful) widen(range_of(*part));
  if (unnamed > 0) widen(range);
  return *all;
}

inline Aggregated averaged(std::span<const Part> parts, std::int64_t unnamed,
                           const Interval& range) {
  const Standing found = standing(parts, unnamed);
  if (found.complete) {
    if (found.sure.empty()) return nothing();
    Rational total;
    for (const Part* part : found.sure) {
      total += *part->value;
      if (is_too_long(total)) {
        const Rational each(1, static_cast<std::int64_t>(found.sure.size()));
        return {Reason::exact_limit, total_near(found.sure) * Interval::point(each)};
      }
    }
    return total / Rational(static_cast<std::int64_t>(found.sure.size()));
  }
  if (found.doubtful.empty()) {
    Interval total = total_near(found.sure);
    if (unnamed > 0) total = total + times(range, unnamed);
    const auto count = static_cast<std::int64_t>(found.sure.size()) + unnamed;
    return {Reason::partial, total * Interval::point(Rational(1, count))};
  }
  // Sum and count vary together: of those that may join, the lowest average has the lowest values
  // as long as they pull it down, the highest average likewise.
  if (found.sure.empty() && unnamed == 0) return {Reason::partial, spread(found, unnamed, range)};
  const auto furthest = [&](bool up) {
    const auto end_of = [up](const Interval& each) { return up ? each.high : each.low; };
    exact::Bound total = 0;
    auto count = static_cast<std::int64_t>(found.sure.size()) + unnamed;
    for (const Part* part : found.sure) {
      total = exact::shortened(total + end_of(range_of(*part)), up);
    }
    if (unnamed > 0) total = total + end_of(times(range, unnamed));
    std::vector<exact::Bound> joining;
    for (const Part* part : found.doubtful) joining.push_back(end_of(range_of(*part)));
    std::sort(joining.begin(), joining.end());
    if (up) std::reverse(joining.begin(), joining.end());
    for (const exact::Bound& next : joining) {
      if (!total.is_finite()) break;
      if (!next.is_finite()) return next;
      const Rational mean = total.finite() / Rational(count);
      if (up ? next.finite() <= mean : next.finite() >= mean) break;
      total = exact::shortened(total + next, up);
      ++count;
    }
    return total * exact::Bound(Rational(1, count));
  };
  return {Reason::partial, {furthest(false), furthest(true)}};
}

/// Least and greatest: `better(a, b)` is the interval function that keeps the one asked for.
template <class Better>
Aggregated extreme(std::span<const Part> parts, std::int64_t unnamed, const Interval& range,
                   Better better) {
  const Standing found = standing(parts, unnamed);
  if (found.sure.empty() && found.doubtful.empty() && unnamed == 0) {
    return nothing();
  }
  std::optional<Interval> result;
  for (const Part* part : found.sure) {
    const Interval next = range_of(*part);
    result = result ? better(*result, next) : next;
  }
  if (found.complete) return result->low.finite();
  if (unnamed > 0) result = result ? better(*result, range) : range;
  if (!result) return {Reason::partial, spread(found, unnamed, range)};
  for (const Part* part : found.doubtful) {
    result = hull(*result, better(*result, range_of(*part)));
  }
  return {Reason::partial, *result};
}

inline Aggregated least(std::span<const Part> parts, std::int64_t unnamed, const Interval& range) {
  return extreme(parts, unnamed, range,
                 [](const Interval& a, const Interval& b) { return exact::min(a, b); });
}

inline Aggregated greatest(std::span<const Part> parts, std::int64_t unnamed,
                           const Interval& range) {
  return extreme(parts, unnamed, range,
                 [](const Interval& a, const Interval& b) { return exact::max(a, b); });
}

/// The middle of sorted values; of an even number the mean of the two in the middle.
template <class Value, class Mean>
Value middle(std::vector<Value> values, Mean mean) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : mean(values[half - 1], values[half]);
}

inline Aggregated median(std::span<const Part> parts, std::int64_t unnamed, const Interval& range) {
  const Standing found = standing(parts, unnamed);
  const auto mean = [](const Rational& a, const Rational& b) { return (a + b) / Rational(2); };
  if (found.complete) {
    if (found.sure.empty()) return nothing();
    std::vector<Rational> values;
    for (const Part* part : found.sure) values.push_back(*part->value);
    return middle(std::move(values), mean);
  }
  if (!found.doubtful.empty()) return {Reason::partial, spread(found, unnamed, range)};
  // Raising one value never lowers the median: the lowest ends give the lowest median.
  std::vector<exact::Bound> lows, highs;
  for (const Part* part : found.sure) {
    lows.push_back(range_of(*part).low);
    highs.push_back(range_of(*part).high);
  }
  lows.insert(lows.end(), static_cast<std::size_t>(unnamed), range.low);
  highs.insert(highs.end(), static_cast<std::size_t>(unnamed), range.high);
  const auto mean_of_ends = [](const exact::Bound& a, const exact::Bound& b) {
    if (!a.is_finite()) return a;
    if (!b.is_finite()) return b;
    return (a + b) * exact::Bound(Rational(1, 2));
  };
  return {Reason::partial,
          {middle(std::move(lows), mean_of_ends), middle(std::move(highs), mean_of_ends)}};
}

inline Aggregated any(std::span<const Part> parts, std::int64_t unnamed, const Interval& range) {
  const Votes found = votes(parts, unnamed, range);
  if (found.yes > 0) return Rational(1);
  if (found.more() == 0) return Rational(0);
  return {Reason::partial, {0, 1}};
}

inline Aggregated all(std::span<const Part> parts, std::int64_t unnamed, const Interval& range) {
  const Votes found = votes(parts, unnamed, range);
  if (found.no > 0) return Rational(0);
  // A part that may be left out by the filter can still be a no that counts.
  if (found.open + found.perhaps_no + found.perhaps_open == 0) return Rational(1);
  return {Reason::partial, {0, 1}};
}

// Written for a county of three towns with 10, 20 and 60 beds, of which the first two have a
// station.
inline constexpr Example sum_of_parts_examples[] = {{"sum(镇: 床位)", "90 张"},
                                                    {"sum(镇: 床位 where 有站)", "30 张"}};
inline constexpr Example count_of_parts_examples[] = {{"count(镇)", "3"},
                                                      {"count(镇 where 床位 >= 20 张)", "2"}};
inline constexpr Example share_of_parts_examples[] = {{"share(镇: 床位 >= 20 张) * 3", "2"}};
inline constexpr Example average_of_parts_examples[] = {{"average(镇: 床位)", "30 张"}};
inline constexpr Example min_of_parts_examples[] = {{"min(镇: 床位)", "10 张"}};
inline constexpr Example max_of_parts_examples[] = {{"max(镇: 床位)", "60 张"}};
inline constexpr Example median_of_parts_examples[] = {{"median(镇: 床位)", "20 张"}};
inline constexpr Example any_of_parts_examples[] = {{"any(镇: 有站)", "yes"},
                                                    {"any(镇: 床位 > 100 张)", "no"}};
inline constexpr Example all_of_parts_examples[] = {{"all(镇: 有站)", "no"},
                                                    {"all(镇: 床位 >= 10 张)", "yes"}};

}  // namespace detail

inline constexpr Aggregate aggregates[] = {
    {{"sum", "合计 求和 合計", "aggregates", "sum(L: x where c)", 1, 1,
      "the sum of x over the parts; over none it is 0", "各部分 x 之和;没有部分时为 0"},
     typing::additive,
     detail::summed,
     detail::sum_of_parts_examples},
    {{"count", "计数 个数 計數 個數", "aggregates", "count(L where c)", 0, 1,
      "how many parts there are for which c holds", "满足 c 的部分个数"},
     typing::counted,
     detail::counted,
     detail::count_of_parts_examples},
    {{"share", "占比 佔比", "aggregates", "share(L: x where c)", 1, 1,
      "the share of the parts for which x holds; over none it is missing",
      "x 成立的部分所占比例;没有部分时缺失"},
     typing::counted,
     detail::shared,
     detail::share_of_parts_examples},
    {{"average", "平均 均值", "aggregates", "average(L: x where c)", 1, 1,
      "the mean of x over the parts, each counting once", "各部分 x 的算术平均"},
     typing::averaged,
     detail::averaged,
     detail::average_of_parts_examples},
    {{"min", "最小", "aggregates", "min(L: x where c)", 1, 1, "the least x among the parts",
      "各部分 x 的最小者"},
     typing::extreme,
     detail::least,
     detail::min_of_parts_examples},
    {{"max", "最大", "aggregates", "max(L: x where c)", 1, 1, "the greatest x among the parts",
      "各部分 x 的最大者"},
     typing::extreme,
     detail::greatest,
     detail::max_of_parts_examples},
    {{"median", "中位数 中位數", "aggregates", "median(L: x where c)", 1, 1,
      "the middle x of the parts; of an even number the mean of the middle two",
      "各部分 x 的中位数;偶数个时取中间两数的平均"},
     typing::averaged,
     detail::median,
     detail::median_of_parts_examples},
    {{"any", "任一", "aggregates", "any(L: x where c)", 1, 1,
      "whether x holds for one part at least; over none it is no", "是否至少一个部分 x 成立"},
     typing::quantified,
     detail::any,
     detail::any_of_parts_examples},
    {{"all", "全部", "aggregates", "all(L: x where c)", 1, 1,
      "whether x holds for every part; over none it is yes", "是否每个部分 x 都成立"},
     typing::quantified,
     detail::all,
     detail::all_of_parts_examples},
};

}  // namespace dabiao::function
