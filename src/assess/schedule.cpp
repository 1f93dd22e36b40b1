#include "schedule.hpp"

#include <algorithm>

#include "dabiao/calendar/period.hpp"

namespace dabiao::assessment {

using calendar::Date;
using calendar::Period;
using calendar::Span;

namespace {

Slot slot(Span asked, Span read, Date due) {
  if (read.last && *read.last > due) read.last = due;
  return {asked, {read, due, true}, due};
}

/// Closes the open ends of a span by the window; what is open still stays so.
Span closed_by_window(const model::Plan& plan, Span span) {
  if (!plan.window) return span;
  if (!span.first) span.first = plan.window->first;
  if (!span.last) span.last = plan.window->last;
  return span;
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
  switch (target.when.kind) {
    case syntax::When::Kind::standing: {
      Span span{plan.window ? plan.window->first : std::nullopt, as_of};
      if (span.first && *span.first > as_of) span.last = span.first;
      result.push_back({span, {span, span.last, true}, *span.last});
      break;
    }
    case syntax::When::Kind::in:
      for (const Span& span : asked_spans(plan, target, as_of, earliest)) {
        result.push_back(slot(span, span, *span.last));
      }
      break;
    case syntax::When::Kind::each:
      for (const Span& span : asked_spans(plan, target, as_of, earliest)) {
        const calendar::PeriodRun run = calendar::whole_periods(span, target.when.grain);
        for (std::int32_t i = 0; i < run.count(); ++i) {
          const Span period = Span::of(run[i]);
          result.push_back(slot(period, period, due_of(target, run[i])));
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

std::vector<Slot> slots_by(const model::Plan& plan, const std::vector<Date>& dates) {
  std::vector<Slot> result;
  std::optional<Date> first = plan.window ? plan.window->first : std::nullopt;
  for (const Date& due : dates) {
    // A deadline before the window (a project begun earlier) has no beginning there.
    if (first && *first > due) first.reset();
    const Span span{first, due};
    result.push_back({span, {span, due, true}, due});
    first = calendar::add_days(due, 1);
  }
  return result;
}

}  // namespace dabiao::assessment
