#include "dabiao/value/column_facts.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <thread>
#include <vector>

namespace dabiao::value {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double fifteen_digits = 1e15;
constexpr double powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000};

/// Adding and taking it away again rounds to an integer whatever is below 2^51.
constexpr double rounding_shift = 6755399441055744.0;  // 1.5 · 2^52

struct Found {
  double lowest = infinity;
  double highest = -infinity;
  std::uint64_t known = 0;
  int decimals = 0;  // beyond most_decimals: there is no such number
};

/// Whether every value is a decimal with so many fraction digits: r / 10^k is the double nearest to
/// that decimal, and with at most 15 digits no other decimal of that length has the same one.
template <bool whole>
bool all_decimal(const double* values, std::size_t count, double power) {
  bool good = true;
  for (std::size_t i = 0; i < count; ++i) {
    const double stored = whole ? values[i] : values[i] * power;
    const double rounded = (stored + rounding_shift) - rounding_shift;
    const double back = whole ? rounded : rounded / power;
    good &= (back == values[i]) & (std::fabs(rounded) < fifteen_digits);
  }
  return good;
}

void look_at(const double* values, std::size_t count, Found& found) {
  double lowest = infinity, highest = -infinity;
  for (std::size_t i = 0; i < count; ++i) {
    lowest = values[i] < lowest ? values[i] : lowest;
    highest = values[i] > highest ? values[i] : highest;
  }
  found.lowest = std::min(found.lowest, lowest);
  found.highest = std::max(found.highest, highest);
  found.known += count;
  while (found.decimals <= ColumnFacts::most_decimals) {
    const bool good = found.decimals == 0
                          ? all_decimal<true>(values, count, 1)
                          : all_decimal<false>(values, count, powers[found.decimals]);
    if (good) return;
    ++found.decimals;
  }
}

Found look_at(const Column& column, std::size_t begin, std::size_t end) {
  constexpr std::size_t chunk = 2048;
  Found found;
  std::vector<double> present;
  const double* values = column.values().data();
  for (std::size_t first = begin; first < end; first += chunk) {
    const std::size_t count = std::min(chunk, end - first);
    const Validity& validity = column.validity();
    if (validity.empty() || validity.count(first, first + count) == count) {
      look_at(values + first, count, found);
      continue;
    }
    present.clear();
    for (std::size_t i = first; i < first + count; ++i) {
      if (validity.get(i)) present.push_back(values[i]);
    }
    look_at(present.data(), present.size(), found);
  }
  return found;
}

}  // namespace

ColumnFacts facts_of(const Column& column, unsigned threads) {
  constexpr std::size_t alone = 1 << 16;
  if (threads == 0) threads = std::max(1U, std::thread::hardware_concurrency());
  const std::size_t size = column.size();
  threads = static_cast<unsigned>(std::clamp<std::size_t>(size / alone, 1, threads));
  std::vector<Found> parts(threads);
  const auto part = [&](unsigned number) {
    // Whole words of the validity each.
    const std::size_t words = (size + 63) / 64;
    const std::size_t begin = std::min(size, words * number / threads * 64);
    const std::size_t end = std::min(size, words * (number + 1) / threads * 64);
    parts[number] = look_at(column, begin, end);
  };
  std::vector<std::thread> others;
  for (unsigned number = 1; number < threads; ++number) others.emplace_back(part, number);
  part(0);
  for (std::thread& other : others) other.join();

  Found all;
  for (const Found& each : parts) {
    all.lowest = std::min(all.lowest, each.lowest);
    all.highest = std::max(all.highest, each.highest);
    all.known += each.known;
    all.decimals = std::max(all.decimals, each.decimals);
  }
  ColumnFacts facts;
  facts.known = all.known;
  if (all.known > 0) {
    facts.lowest = all.lowest;
    facts.highest = all.highest;
  }
  if (all.decimals > ColumnFacts::most_decimals) {
    facts.decimals.reset();
  } else {
    facts.decimals = all.decimals;
  }
  // Scaled to the digits that others need, every value has to stay one of 15 digits.
  if (facts.decimals &&
      std::max(std::fabs(facts.lowest), std::fabs(facts.highest)) * powers[*facts.decimals] >=
          fifteen_digits) {
    facts.decimals.reset();
  }
  return facts;
}

}  // namespace dabiao::value
