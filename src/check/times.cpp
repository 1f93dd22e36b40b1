#include <set>
#include <utility>

#include "checks.hpp"

namespace dabiao::check::detail {

using calendar::Span;
using text::kind;

void check_times(Inspection& inspection, text::Diagnostics& diagnostics) {
  const model::Plan& plan = inspection.plan;
  // A clause's `by` or `in` is said once for all its targets.
  std::set<std::pair<std::uint32_t, std::uint32_t>> reported;
  const auto first_time = [&](text::Place place) {
    return reported.emplace(place.begin, place.end).second;
  };
  for (const model::TargetId id : inspection.targets()) {
    const syntax::When& when = plan.targets[id].when;
    if (plan.window && !plan.window->is_open()) {
      for (std::size_t i = 0; i < when.spans.size(); ++i) {
        if (intersect(when.spans[i], *plan.window)) continue;
        const text::Place place = i < when.span_places.size() ? when.span_places[i] : when.place;
        if (!first_time(place)) continue;
        diagnostics.add(kind("span_outside_window"), place)
            .with("span", quoted(when.spans[i].to_string()))
            .with("window", quoted(plan.window->to_string()));
      }
      if (when.kind == syntax::When::Kind::by) {
        const auto deadlines = deadlines_of(inspection.program, id);
        for (std::size_t i = 0; i < deadlines.size() && i < when.dates.size(); ++i) {
          if (!deadlines[i] || *deadlines[i] <= *plan.window->last) continue;
          const text::Place place = plan.ast->at(when.dates[i]).place;
          if (!first_time(place)) continue;
          diagnostics.add(kind("deadline_after_window"), place)
              .with("date", deadlines[i]->to_string())
              .with("end", plan.window->last->to_string());
        }
      }
    }
    if (when.kind != syntax::When::Kind::each) continue;
    const std::vector<Span> spans = periodic_spans(plan, when);
    for (std::size_t i = 0; i < spans.size(); ++i) {
      if (!calendar::whole_periods(spans[i], when.grain).is_empty()) continue;
      const text::Place place = i < when.span_places.size() ? when.span_places[i] : when.place;
      text::Diagnostic& diagnostic = diagnostics.add(kind("no_whole_period"), place);
      with(diagnostic, "grain", words(when.grain))
          .with("span", quoted(spans[i].to_string()))
          .with("name", plan.targets[id].name);
    }
  }
}

}  // namespace dabiao::check::detail
