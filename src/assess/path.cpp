#include "path.hpp"

#include <algorithm>

namespace dabiao::assessment {

using calendar::Date;
using ir::Comparator;

Path::Aim Path::aim(const std::optional<Rational>& value) const {
  switch (comparator) {
    case Comparator::at_least:
      return {true, threshold, start && *start >= threshold};
    case Comparator::more_than:
      return {true, threshold, start && *start > threshold};
    case Comparator::at_most:
      return {false, threshold, start && *start <= threshold};
    case Comparator::less_than:
      return {false, threshold, start && *start < threshold};
    default:
      break;
  }
  // A range, or a point as a range of one: the edge nearest to where the value started, or, from
  // inside, to where it went.
  const Rational high = upper ? *upper : threshold;
  if (start && *start < threshold) return {true, threshold, false};
  if (start && *start > high) return {false, high, false};
  const bool above = value && *value > high;
  return {!above, above ? high : threshold, start.has_value()};
}

Rational Path::expected(Date day, const std::optional<Rational>& value) const {
  const Aim where = aim(value);
  if (has_milestones) {
    if (milestone) return *milestone;
    // What the start satisfies, such as a cap on a flow, asks no more before the first than in the
    // end.
    return start && !where.satisfied_at_start ? *start : where.edge;
  }
  if (!start || where.satisfied_at_start || !first_day || total() <= 0) return where.edge;
  const std::int64_t days = std::clamp<std::int64_t>(elapsed(day), 0, total());
  return *start + (where.edge - *start) * Rational(days, total());
}

std::optional<Rational> Path::projected(Date day, const Rational& value) const {
  if (!start || !first_day || elapsed(day) <= 0 || total() <= 0) return std::nullopt;
  return *start + (value - *start) * Rational(total(), elapsed(day));
}

std::optional<Date> Path::projected_date(Date day, const Rational& value) const {
  if (!start || !first_day || elapsed(day) <= 0) return std::nullopt;
  const Aim where = aim(value);
  if (where.satisfied_at_start) return std::nullopt;
  const Rational way = where.edge - *start;
  const Rational gone = value - *start;
  if (way.is_zero() || gone.is_zero() || way.sign() != gone.sign()) return std::nullopt;
  const auto days = (way / gone * Rational(elapsed(day))).ceil().to_int64();
  if (!days || *days > 4'000'000) return std::nullopt;
  return calendar::add_days(*first_day, *days - 1);
}

std::optional<Rational> Path::progress(const Rational& value, bool holds) const {
  if (!start) return std::nullopt;
  const Aim where = aim(value);
  if (where.satisfied_at_start || where.edge == *start) return Rational(holds ? 1 : 0);
  const Rational share = (value - *start) / (where.edge - *start);
  return std::clamp(share, Rational(0), Rational(1));
}

}  // namespace dabiao::assessment
