#include "schedule.hpp"

#include <algorithm>

#include "dabiao/calendar/period.hpp"

namespace dabiao::assessment {

using calendar::Date;
using calendar::Period;
using calendar::Span;

namespace {

/// Closes the open ends of a span by the window; what is open still stays so.
Span closed_by_window(const model::Plan& plan, Span span) {
  if (!plan.window) return span;
  if (!span.first) span.first = plan.window->first;
  if (!span.last) span.last = plan.window->last;
  return span;
}

/// Whether a span of the target goes on to today, whatever day that is.
bool runs_on(const model::Plan& plan, const model::Target& target) {
  if (target.when.kind == syntax::When::Kind::standing) return true;
  if (target.when.kind != syntax::When::Kind::in) return false;
  return std::any_of(target.when.spans.begin(), target.when.spans.end(),
                     [&](const Span& span) { return !closed_by_window(plan, span).last; });
}

/// The day by which a period's cell is due.
Date due_of(const model::Target& target, const Period& period) {
  const Date last = period.last_day();
  if (target.when.by_day) {
    const int days_in_month = last.day();
    return *calendar::add_days(last, std::min(*target.when.by_day, days_in_month) - days_in_month);
  }
  return calendar::add_days(last, target.due_offset).value_or(last);
}

}  // namespace

engine::FrameSpan read_span(const model::Plan& plan, const model::Target& target, const Span& asked,
                            Date due, Date as_of) {
  engine::FrameSpan read{asked, due, true, true};
  if (read.span.last && *read.span.last > due) read.span.last = due;
  if (read.span.last == as_of && runs_on(plan, target)) read.ends = false;
  return read;
}

std::vector<Span> asked_spans(const model::Plan& plan, const model::Target& target, Date as_of,
                              std::optional<Date> earliest) {
  const bool each = target.when.kind == syntax::When::Kind::each;
  std::vector<Span> spans = target.when.spans;
  if (spans.empty()) spans.push_back(Span::everything());
  for (Span& span : spans) {
    span = closed_by_window(plan, span);
    if (each && !span.first) span.first = earliest.value_or(as_of);
    if (!span.last) {
      const Date today = span.first ? std::max(as_of, *span.first) : as_of;
      span.last = each ? Period::containing(today, target.when.grain).last_day() : today;
    }
  }
  return spans;
}

std::vector<Slot> slots(const model::Plan& plan, const model::Target& target, Date as_of,
                        std::optional<Date> earliest) {
  std::vector<Slot> result;
  const auto add = [&](const Span& asked, Date due) {
    result.push_back({asked, read_span(plan, target, asked, due, as_of), due});
  };
  switch (target.when.kind) {
    case syntax::When::Kind::standing: {
      Span span{plan.window ? plan.window->first : std::nullopt, as_of};
      if (span.first && *span.first > as_of) span.last = span.first;
      add(span, *span.last);
      break;
    }
    case syntax::When::Kind::in:
      for (const Span& span : asked_spans(plan, target, as_of, earliest)) {
        add(span, *span.last);
      }
      break;
    case syntax::When::Kind::each:
      for (const Span& span : asked_spans(plan, target, as_of, earliest)) {
        const calendar::PeriodRun run = calendar::whole_periods(span, target.when.grain);
        for (std::int32_t i = 0; i < run.count(); ++i) {
          add(Span::of(run[i]), due_of(target, run[i]));
        }
      }
      break;
    case syntax::When::Kind::by:
      break;
  }
  return result;
}

std::uint64_t slot_count(const model::Plan& plan, const model::Target& target, Date as_of,
                         std::optional<Date> earliest) {
  if (target.when.kind != syntax::When::Kind::each) {
    return std::max(target.when.spans.size(), target.when.dates.size()) + 1;
  }
  std::uint64_t count = 0;
  for (const Span& span : asked_spans(plan, target, as_of, earliest)) {
    count += static_cast<std::uint64_t>(calendar::whole_periods(span, target.when.grain).count());
  }
  return count;
}

std::vector<Slot> slots_by(const model::Plan& plan, const model::Target& target,
                           const std::vector<Date>& dates, Date as_of) {
  std::vector<Slot> result;
  std::optional<Date> first = plan.window ? plan.window->first : std::nullopt;
  for (const Date& due : dates) {
    // A deadline before the window (a project begun earlier) has no beginning there.
    if (first && *first > due) first.reset();
    const Span span{first, due};
    result.push_back({span, read_span(plan, target, span, due, as_of), due});
    first = calendar::add_days(due, 1);
  }
  return result;
}

}  // namespace dabiao::assessment
