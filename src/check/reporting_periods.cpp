#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <tuple>

#include "checks.hpp"

namespace dabiao::check::detail {

using calendar::Date;
using calendar::Grain;
using calendar::Period;
using ir::NodeId;
using text::kind;

namespace {

class ReportingPeriods {
 public:
  ReportingPeriods(Inspection& inspection, text::Diagnostics& diagnostics)
      : inspection_(inspection), plan_(inspection.plan), diagnostics_(diagnostics) {}

  void check(model::TargetId id) {
    for (const AskedCell& cell : inspection_.cells(id)) {
      for_each_node(inspection_.program, inspection_.program.targets[id].condition, cell,
                    [&](NodeId node, const AskedCell& here) {
                      if (inspection_.at(node).operation != ir::Operation::input) return;
                      check_input(id, inspection_.at(node).index, here);
                    });
    }
  }

 private:
  /// One message for a place and an input, however many targets share a deadline.
  bool first_time(const text::DiagnosticKind& what, text::Place place, model::InputId input) {
    return reported_.emplace(what.name, place.begin, place.end, input).second;
  }

  text::Diagnostic* report(const text::DiagnosticKind& what, text::Place place,
                           model::InputId input) {
    if (!first_time(what, place, input)) return nullptr;
    const model::Input& declared = plan_.inputs[input];
    text::Diagnostic& diagnostic = diagnostics_.add(what, place).with("name", declared.name);
    return &with(diagnostic, "grain", words(*declared.each))
                .label(declared.place, "declared here", "在此声明");
  }

  void check_input(model::TargetId id, model::InputId input, const AskedCell& cell) {
    const model::Input& declared = plan_.inputs[input];
    if (!declared.each || declared.kind == model::InputKind::constant) return;
    if (!declared.type.is_number()) return;  // dates are events, they have a day of their own
    const Grain each = *declared.each;
    const bool accumulates =
        declared.kind == model::InputKind::flow && declared.over_periods != model::RollUp::last;
    if (accumulates && cell.period && calendar::is_finer(*cell.period, each) &&
        (cell.own_time || cell.asked_by != ir::no_node)) {
      const text::Place place =
          cell.asked_by == ir::no_node ? cell.time_place : inspection_.at(cell.asked_by).place;
      if (text::Diagnostic* diagnostic = report(kind("finer_than_reported"), place, input)) {
        with(*diagnostic, "asked", words(*cell.period));
      }
      return;
    }
    if (!cell.own_time) return;
    const syntax::When& when = plan_.targets[id].when;
    if (cell.period) {
      // The span of a periodic cell ends on the day of the month that it is due on.
      if (when.by_day && *when.by_day < 31) {
        const text::Place place =
            when.by_place.end > when.by_place.begin ? when.by_place : cell.time_place;
        if (text::Diagnostic* diagnostic = report(kind("deadline_inside_period"), place, input)) {
          diagnostic->with("date", "day " + std::to_string(*when.by_day),
                           std::to_string(*when.by_day) + " 日");
        }
      }
      return;
    }
    if (cell.span && cell.span->last && when.kind != syntax::When::Kind::standing &&
        Period::containing(*cell.span->last, each).last_day() != *cell.span->last) {
      if (text::Diagnostic* diagnostic =
              report(kind("deadline_inside_period"), cell.time_place, input)) {
        diagnostic->with("date", cell.span->last->to_string());
      }
    }
    if (accumulates && cell.span && cell.span->first &&
        Period::containing(*cell.span->first, each).first_day() != *cell.span->first) {
      if (text::Diagnostic* diagnostic =
              report(kind("span_begins_inside_period"), cell.time_place, input)) {
        diagnostic->with("date", cell.span->first->to_string())
            .with("target", plan_.targets[id].name);
      }
    }
  }

  Inspection& inspection_;
  const model::Plan& plan_;
  text::Diagnostics& diagnostics_;
  std::set<std::tuple<std::string_view, std::uint32_t, std::uint32_t, model::InputId>> reported_;
};

}  // namespace

void check_reporting_periods(Inspection& inspection, text::Diagnostics& diagnostics) {
  ReportingPeriods periods(inspection, diagnostics);
  for (const model::TargetId id : inspection.targets()) periods.check(id);
}

}  // namespace dabiao::check::detail
