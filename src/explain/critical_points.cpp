#include "explain/critical_points.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace dabiao::explain {

namespace {

/// More pieces than this are left to a search.
constexpr std::size_t most_pieces = 48;
constexpr std::size_t samples_of_piece = 5;

/// A quotient of linear functions, (above + slope·u) / (1 + lean·u) with u = x − origin.
struct LinearFraction {
  Rational origin, above, slope, lean;

  bool passes(const Rational& x, const Rational& y) const {
    const Rational u = x - origin;
    return y * (Rational(1) + lean * u) == above + slope * u;
  }
  /// Where it is zero and where it has no value.
  void add_critical(std::vector<Rational>& found) const {
    if (!slope.is_zero()) found.push_back(origin - above / slope);
    if (!lean.is_zero()) found.push_back(origin - lean.reciprocal());
  }
};

/// The linear fraction through three points with different x; nothing where there is none.
std::optional<LinearFraction> through(const Rational (&x)[3], const Rational (&y)[3]) {
  const Rational first = (y[1] - y[0]) / (x[1] - x[0]);
  const Rational second = (y[2] - y[0]) / (x[2] - x[0]);
  LinearFraction found;
  found.origin = x[0];
  found.above = y[0];
  if (y[1] == y[2]) {
    if (first != second) return std::nullopt;  // they differ, unless all three are alike
  } else {
    found.lean = (first - second) / (y[2] - y[1]);
  }
  found.slope = first + found.lean * y[1];
  return found;
}

/// Values between two ends; those beyond what is needed stand in for poles.
std::vector<Rational> samples_between(const std::optional<Rational>& low,
                                      const std::optional<Rational>& high, const Rational& from,
                                      const Rational& unit) {
  static constexpr std::int64_t ways[] = {1, 2, 7, 13, 101, 1'003, 20'011};
  std::vector<Rational> found;
  for (const std::int64_t way : ways) {
    if (low && high) {
      const Rational part(static_cast<std::int64_t>(found.size()) + 1, std::ssize(ways) + 1);
      found.push_back(*low + (*high - *low) * part);
    } else {
      const Rational stride = unit * Rational(way);
      found.push_back(low ? *low + stride : high ? *high - stride : from + stride);
    }
  }
  return found;
}

}  // namespace

std::optional<std::vector<Rational>> critical_points(const Functions& functions, std::size_t count,
                                                     const Interval& range, const Rational& from,
                                                     const Rational& unit) {
  std::map<Rational, std::vector<std::optional<Rational>>> seen;
  const auto at = [&](const Rational& x, std::size_t function) -> const std::optional<Rational>& {
    auto known = seen.find(x);
    if (known == seen.end()) known = seen.emplace(x, functions(x)).first;
    return known->second[function];
  };
  const auto end_of = [](const exact::Bound& end) {
    return end.is_finite() ? std::optional(end.finite()) : std::nullopt;
  };
  std::vector<Rational> points;
  for (std::size_t function = 0; function < count; ++function) {
    std::vector<Rational> found = points;
    for (std::size_t piece = 0; piece <= points.size(); ++piece) {
      const auto low = piece == 0 ? end_of(range.low) : std::optional(points[piece - 1]);
      const auto high = piece == points.size() ? end_of(range.high) : std::optional(points[piece]);
      if (low && high && *low >= *high) continue;
      std::vector<Rational> x, y;
      for (const Rational& sample : samples_between(low, high, from, unit)) {
        const std::optional<Rational>& value = at(sample, function);
        if (value) {
          x.push_back(sample);
          y.push_back(*value);
        }
        if (x.size() == samples_of_piece) break;
      }
      if (x.size() < samples_of_piece) return std::nullopt;
      const auto fraction = through({x[0], x[1], x[2]}, {y[0], y[1], y[2]});
      if (!fraction) return std::nullopt;
      for (std::size_t i = 3; i < x.size(); ++i) {
        if (!fraction->passes(x[i], y[i])) return std::nullopt;
      }
      std::vector<Rational> here;
      fraction->add_critical(here);
      for (Rational& point : here) {
        if ((!low || *low <= point) && (!high || point <= *high)) found.push_back(std::move(point));
      }
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    points = std::move(found);
    if (points.size() >= most_pieces) return std::nullopt;
  }
  return points;
}

}  // namespace dabiao::explain
