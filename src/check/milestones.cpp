#include <algorithm>
#include <optional>

#include "checks.hpp"

namespace dabiao::check::detail {

using calendar::Date;
using exact::Rational;
using ir::Comparator;
using text::kind;

namespace {

/// Which way a comparison asks its value to go: 1 up, -1 down, 0 neither.
int direction(Comparator comparator) {
  switch (comparator) {
    case Comparator::at_least:
    case Comparator::more_than:
      return 1;
    case Comparator::at_most:
    case Comparator::less_than:
      return -1;
    default:
      return 0;
  }
}

const ir::Comparison* comparison_with_threshold(const ir::Target& target) {
  for (const ir::Comparison& comparison : target.comparisons) {
    if (comparison.threshold != ir::no_node) return &comparison;
  }
  return nullptr;
}

class Milestones {
 public:
  Milestones(Inspection& inspection, model::TargetId id, text::Diagnostics& diagnostics)
      : inspection_(inspection),
        id_(id),
        target_(inspection.program.targets[id]),
        comparison_(*comparison_with_threshold(target_)),
        diagnostics_(diagnostics) {}

  void check() {
    find_times();
    const ir::Milestone* before = nullptr;
    for (const ir::Milestone& milestone : target_.milestones) {
      check_time(milestone);
      check_value(milestone, before);
      if (inspection_.constant(milestone.value) != nullptr) before = &milestone;
    }
  }

 private:
  void find_times() {
    const syntax::When& when = inspection_.plan.targets[id_].when;
    if (inspection_.plan.window) starts_ = inspection_.plan.window->first;
    if (when.kind == syntax::When::Kind::in || when.kind == syntax::When::Kind::each) {
      const auto spans = periodic_spans(inspection_.plan, when);
      if (spans.empty()) return;
      starts_ = spans.front().first;
      ends_ = spans.front().last;
      for (const calendar::Span& span : spans) {
        starts_ = span.first && starts_ ? std::min(starts_, span.first) : std::nullopt;
        ends_ = span.last && ends_ ? std::max(ends_, span.last) : std::nullopt;
      }
      return;
    }
    const auto deadlines = deadlines_of(inspection_.program, id_);
    if (!deadlines.empty()) ends_ = deadlines.back();
  }

  void check_time(const ir::Milestone& milestone) {
    if (ends_ && milestone.due > *ends_) {
      diagnostics_.add(kind("milestone_after_deadline"), milestone.place)
          .with("date", milestone.due.to_string())
          .with("deadline", ends_->to_string());
    }
    if (starts_ && milestone.due < *starts_) {
      diagnostics_.add(kind("milestone_outside_span"), milestone.place)
          .with("date", milestone.due.to_string())
          .with("start", starts_->to_string());
    }
  }

  Words shown(ir::NodeId node) const {
    return amount(inspection_.plan, inspection_.at(comparison_.threshold).type,
                  inspection_.at(node).constant);
  }

  void check_value(const ir::Milestone& milestone, const ir::Milestone* before) {
    const int way = direction(comparison_.comparator);
    const Rational* value = inspection_.constant(milestone.value);
    if (way == 0 || value == nullptr) return;
    const auto short_of = [&](const Rational& a, const Rational& b) {
      return way > 0 ? a < b : a > b;
    };
    if (before != nullptr && short_of(*value, inspection_.at(before->value).constant)) {
      text::Diagnostic& diagnostic =
          diagnostics_.add(kind("milestones_not_ascending"), milestone.place);
      with(with(diagnostic, "value", shown(milestone.value)), "before", shown(before->value))
          .label(before->place, "due earlier", "到期较早");
    }
    const Rational* threshold = inspection_.constant(comparison_.threshold);
    if (threshold == nullptr) return;
    const auto report = [&](const text::DiagnosticKind& what) {
      text::Diagnostic& diagnostic = diagnostics_.add(what, milestone.place);
      with(with(diagnostic, "value", shown(milestone.value)), "threshold",
           shown(comparison_.threshold))
          .label(inspection_.place_in(id_, comparison_.place), "the threshold", "阈值");
    };
    if (short_of(*threshold, *value)) report(kind("milestone_beyond_threshold"));
    if (ends_ && milestone.due == *ends_ && short_of(*value, *threshold)) {
      report(kind("milestone_short_of_threshold"));
    }
  }

  Inspection& inspection_;
  model::TargetId id_;
  const ir::Target& target_;
  const ir::Comparison& comparison_;
  text::Diagnostics& diagnostics_;
  std::optional<Date> starts_, ends_;
};

}  // namespace

void check_milestones(Inspection& inspection, text::Diagnostics& diagnostics) {
  for (const model::TargetId id : inspection.targets()) {
    const ir::Target& target = inspection.program.targets[id];
    if (target.milestones.empty() || comparison_with_threshold(target) == nullptr) continue;
    Milestones(inspection, id, diagnostics).check();
  }
}

}  // namespace dabiao::check::detail
