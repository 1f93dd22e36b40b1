#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "dabiao/calendar/span.hpp"
#include "dabiao/engine/frame.hpp"
#include "dabiao/model/plan.hpp"

namespace dabiao::assessment {

/// One cell in time: what it asks about and when that is due.
struct Slot {
  calendar::Span asked;    // as people are told: the quarter, the window up to the deadline
  engine::FrameSpan read;  // as evaluated: frozen at the deadline
  calendar::Date due;
};

/// What a cell that asks about a span and is due by a day reads: what lies up to the deadline.
engine::FrameSpan read_span(const model::Plan& plan, const model::Target& target,
                            const calendar::Span& asked, calendar::Date due, calendar::Date as_of);

/// The slots of a target whose deadlines do not depend on the entity: `in`, `each`, or standing.
/// `earliest` is the first day of any report, where nothing else says when to begin.
std::vector<Slot> slots(const model::Plan& plan, const model::Target& target, calendar::Date as_of,
                        std::optional<calendar::Date> earliest);

/// How many these are, without making them.
std::uint64_t slot_count(const model::Plan& plan, const model::Target& target, calendar::Date as_of,
                         std::optional<calendar::Date> earliest);

/// The days that the slots of such a target lie in, one span after the other.
std::vector<calendar::Span> asked_spans(const model::Plan& plan, const model::Target& target,
                                        calendar::Date as_of,
                                        std::optional<calendar::Date> earliest);

/// The slots of a target due by these dates, one after the other.
std::vector<Slot> slots_by(const model::Plan& plan, const model::Target& target,
                           const std::vector<calendar::Date>& dates, calendar::Date as_of);

}  // namespace dabiao::assessment
