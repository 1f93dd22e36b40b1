#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "dabiao/calendar/span.hpp"
#include "dabiao/data/entity_register.hpp"
#include "dabiao/model/plan.hpp"

namespace dabiao::engine {

/// A run of days that cells ask about. What lies after the as-of date is not seen.
struct FrameSpan {
  calendar::Span span;                // as asked, up to the deadline
  std::optional<calendar::Date> due;  // what `due` reads
  /// The span is a target cell's own, so that its last day may lie inside a reporting period.
  bool closing = false;
  /// Its last day was asked for, as a deadline is, and is not just today: on that day it is over,
  /// and a reporting period that it cuts is not waited for any longer.
  bool ends = false;

  /// Whether it goes no further than the day before, or than that day where it ends.
  bool is_over(calendar::Date as_of) const {
    return span.last && (*span.last < as_of || (ends && *span.last == as_of));
  }
  bool operator==(const FrameSpan&) const = default;
};

/// The cells that a node is evaluated at: every span with every entity of one level, period-major
/// (cell = span · width + column). A column is one entity, or a set of entities taken as a whole (a
/// group, or the parts that a partial roll-up admits).
struct Frame {
  model::LevelId level = 0;
  std::vector<data::EntityIndex> entities;  // by column; for sets, those of set 0, then of set 1, …
  std::vector<std::uint32_t> sets;          // where each set begins, and the end; empty: no sets
  std::vector<FrameSpan> spans;
  /// The entities are looked at as parts of those of this level, some of whose lower members nobody
  /// could place: any of the parts may have these beside the members that are known of it.
  model::LevelId sharing = model::none;

  bool has_sets() const { return !sets.empty(); }
  std::size_t width() const { return has_sets() ? sets.size() - 1 : entities.size(); }
  std::size_t size() const { return width() * spans.size(); }

  bool operator==(const Frame&) const = default;
};

using FrameId = std::uint32_t;

}  // namespace dabiao::engine
