#include "known_names.hpp"

#include <cassert>
#include <memory>
#include <optional>
#include <utility>

#include "dabiao/text/spelling_map.hpp"
#include "dabiao/units/known_units.hpp"

namespace dabiao::units::detail {
namespace {

/// Calls visit(word) for each word of a text parted by spaces, until one returns true.
template <class Visit>
bool any_word(std::string_view words, Visit visit) {
  while (!words.empty()) {
    const std::size_t end = words.find(' ');
    if (visit(words.substr(0, end))) return true;
    if (end == std::string_view::npos) break;
    words.remove_prefix(end + 1);
  }
  return false;
}

/// Takes one word of a table of magnitudes from the front of `text`; 1 where there is none.
template <std::size_t count>
std::int64_t take_magnitude(const KnownMagnitude (&table)[count], std::string_view& text) {
  for (const KnownMagnitude& row : table) {
    std::size_t length = 0;
    any_word(row.names, [&](std::string_view word) {
      if (!text.starts_with(word)) return false;
      length = word.size();
      return true;
    });
    if (length != 0) {
      text.remove_prefix(length);
      return row.factor;
    }
  }
  return 1;
}

}  // namespace

Unit unit_of(NamedUnit named) {
  std::vector<UnitFactor> factors;
  factors.push_back({std::make_shared<const NamedUnit>(std::move(named)), 1});
  std::optional<Unit> unit = Unit::of(std::move(factors));
  assert(unit && "a single name is within every limit");
  return *std::move(unit);
}

const std::map<std::string, Known, std::less<>>& known_by_name() {
  static const auto table = [] {
    constexpr std::array<std::string_view, first_counted_dimension> base_names = {"米", "元", "克",
                                                                                  "日", "月"};
    std::map<std::string, Known, std::less<>> result;
    for (const KnownUnit& row : known_units) {
      any_word(row.names, [&](std::string_view name) {
        NamedUnit unit;
        unit.name = name;
        unit.dimension = Dimension(row.base, row.exponent);
        unit.scale = Rational(row.numerator, row.denominator);
        if (row.exponent != 0) unit.base_names = {std::string(base_names[row.base])};
        const bool fresh =
            result.emplace(name, Known{unit_of(std::move(unit)), row.takes_magnitude}).second;
        assert(fresh && "each spelling of a known unit occurs once");
        static_cast<void>(fresh);
        return false;
      });
    }
    return result;
  }();
  return table;
}

const Known* known_unit(std::string_view name) {
  static const auto index = [] {
    text::SpellingMap<const Known*> found;
    for (const auto& [known, row] : known_by_name()) found[known] = &row;
    return found;
  }();
  const Known* const* const found = index.find(name);
  return found == nullptr ? nullptr : *found;
}

Splits::Splits(std::string_view name) {
  // Magnitudes are Chinese, and most names that are looked for are not.
  if (name.empty() || static_cast<unsigned char>(name.front()) < 0x80) return;
  std::string_view rest = name;
  const std::int64_t small = take_magnitude(known_small_magnitudes, rest);
  if (small != 1) splits_[count_++] = {small, rest};
  const std::int64_t large = take_magnitude(known_large_magnitudes, rest);
  if (large != 1) splits_[count_++] = {small * large, rest};
}

}  // namespace dabiao::units::detail
