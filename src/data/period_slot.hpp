#pragma once

#include <cstdint>

#include "dabiao/calendar/period.hpp"
#include "dabiao/model/plan.hpp"

namespace dabiao::data {

/// Where the reports of a period belong: with those of its grain, each by its number among them.
struct PeriodSlot {
  /// Reports without a period stand after those of every grain.
  static constexpr std::uint32_t no_grain = 5;
  static constexpr std::uint32_t grains = 6;
  /// A period that was not understood: its reports belong nowhere.
  static constexpr std::uint32_t unusable = 0xffffffff;

  std::uint32_t grain = no_grain;
  std::int32_t index = 0;

  static PeriodSlot of(const calendar::Period& period) {
    return {static_cast<std::uint32_t>(period.grain), period.index};
  }
};

/// The grain by which an input is declared to be reported, as slots count it.
inline std::uint32_t declared_grain(const model::Input& input) {
  return input.each ? static_cast<std::uint32_t>(*input.each) : PeriodSlot::no_grain;
}

}  // namespace dabiao::data
