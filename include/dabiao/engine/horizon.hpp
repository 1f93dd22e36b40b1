#pragma once

#include <cstdint>

namespace dabiao::engine {

/// Which completions of the data an evaluation speaks of.
enum class Horizon : std::uint8_t {
  /// What is reported up to the as-of date.
  now,
  /// Everything that can still be reported in a span that has not ended.
  any_future,
  /// The same for what accumulates (flows, events); what is so today (stocks, stages) stays.
  future_flows,
};

}  // namespace dabiao::engine
