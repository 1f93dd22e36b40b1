#include "dabiao/calendar/span.hpp"

#include <ostream>

namespace dabiao::calendar {

bool Span::contains(const Span& other) const {
  if (other.is_empty()) return true;
  if (first && (!other.first || *other.first < *first)) return false;
  return !last || (other.last && *other.last <= *last);
}

std::optional<std::int32_t> Span::days() const {
  if (is_open()) return std::nullopt;
  return is_empty() ? 0 : *last - *first + 1;
}

std::optional<Period> Span::as_period() const {
  if (is_open() || is_empty()) return std::nullopt;
  for (const GrainName& row : grain_names) {
    const Period period = Period::containing(*first, row.grain);
    if (period.first_day() == *first && period.last_day() == *last) return period;
  }
  return std::nullopt;
}

std::optional<Span> Span::parse(std::string_view text) {
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) {
    const std::optional<Period> period = Period::parse(text);
    if (!period) return std::nullopt;
    return Span::of(*period);
  }
  Span span;
  if (const std::string_view from = text.substr(0, dots); !from.empty()) {
    const std::optional<Period> period = Period::parse(from);
    if (!period) return std::nullopt;
    span.first = period->first_day();
  }
  if (const std::string_view to = text.substr(dots + 2); !to.empty()) {
    const std::optional<Period> period = Period::parse(to);
    if (!period) return std::nullopt;
    span.last = period->last_day();
  }
  if (span.is_empty()) return std::nullopt;
  return span;
}

std::string Span::to_string() const {
  if (const std::optional<Period> period = as_period()) return period->to_string();
  return (first ? first->to_string() : "") + ".." + (last ? last->to_string() : "");
}

std::ostream& operator<<(std::ostream& stream, const Span& span) {
  return stream << span.to_string();
}

std::optional<Span> intersect(const Span& a, const Span& b) {
  Span both = a;
  if (b.first && (!both.first || *both.first < *b.first)) both.first = b.first;
  if (b.last && (!both.last || *b.last < *both.last)) both.last = b.last;
  if (both.is_empty()) return std::nullopt;
  return both;
}

PeriodRun whole_periods(const Span& span, Grain grain) {
  if (span.is_empty()) return {grain, 0, -1};
  const Period first = Period::containing(span.first_day(), grain);
  const Period last = Period::containing(span.last_day(), grain);
  return {grain, first.first_day() < span.first_day() ? first.index + 1 : first.index,
          last.last_day() > span.last_day() ? last.index - 1 : last.index};
}

PeriodRun touched_periods(const Span& span, Grain grain) {
  if (span.is_empty()) return {grain, 0, -1};
  return {grain, Period::containing(span.first_day(), grain).index,
          Period::containing(span.last_day(), grain).index};
}

bool is_whole(const Span& span, Grain grain) {
  return !span.is_empty() && whole_periods(span, grain) == touched_periods(span, grain);
}

}  // namespace dabiao::calendar
