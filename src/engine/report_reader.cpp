#include "dabiao/engine/report_reader.hpp"

#include <algorithm>

#include "dabiao/calendar/period.hpp"
#include "dabiao/value/reason.hpp"

namespace dabiao::engine {

using calendar::Date;
using calendar::Period;
using calendar::Span;
using model::Input;
using model::LevelId;
using model::RollUp;
using value::Reason;

struct ReportReader::Report {
  Date first, last;
  bool periodless = false;
  calendar::Grain grain = calendar::Grain::day;
  bool known = true;
  Reason reason = Reason::known;
  Rational value;
  std::optional<data::Provenance> provenance;

  Span period() const { return Span{first, last}; }
};

struct ReportReader::Found {
  LevelId level = 0;
  data::EntityIndex entity = 0;
  std::vector<Report> reports;  // coarse to fine, then by time
};

namespace {

/// The range of a sum of so many reports.
Interval of_many(const Interval& range, std::int64_t count) {
  return range * Interval::point(count);
}

/// Combines reported values of different periods.
std::optional<Rational> combined(RollUp rule, const std::vector<const Rational*>& values) {
  if (values.empty()) return std::nullopt;
  Rational result = *values.front();
  for (std::size_t i = 1; i < values.size(); ++i) {
    const Rational& next = *values[i];
    switch (rule) {
      case RollUp::sum:
        result += next;
        break;
      case RollUp::any:
      case RollUp::max:
        if (result < next) result = next;
        break;
      case RollUp::all:
      case RollUp::min:
        if (next < result) result = next;
        break;
      case RollUp::last:
        result = next;
        break;
      case RollUp::average:  // needs its weights: see `weighted`
      case RollUp::none:
        return std::nullopt;
    }
  }
  return result;
}

/// What can come out where some values are missing: those that are known, and `absent` more.
Interval combined_range(const Input& input, const std::optional<Rational>& known,
                        std::int64_t absent) {
  const Interval& range = input.range;
  switch (input.over_periods) {
    case RollUp::sum: {
      const Interval rest = of_many(range, absent);
      return known ? Interval::point(*known) + rest : rest;
    }
    case RollUp::any:
    case RollUp::max:
      return known ? exact::max(Interval::point(*known), range) : range;
    case RollUp::all:
    case RollUp::min:
      return known ? exact::min(Interval::point(*known), range) : range;
    default:
      return range;
  }
}

}  // namespace

Interval range_before_reports(const Input& input) {
  Interval range = input.range;
  if (input.over_periods == RollUp::sum) {
    // However many there will be, each is in the range.
    range = range + (range.low >= exact::Bound(0) ? Interval::at_least(Rational(0))
                                                  : Interval::everything());
  }
  return input.zero_when_silent() ? exact::hull(Interval::point(0), range) : range;
}

std::optional<Date> fresh_until(const Input& input, Date day) {
  if (!input.fresh_months) return std::nullopt;
  const auto until = calendar::add_months(day, *input.fresh_months);
  const auto month = [](Date of) { return Period::containing(of, calendar::Grain::month); };
  // From September's end to December's it is three months, as from March's to June's.
  return until && day == month(day).last_day() ? month(*until).last_day() : until;
}

/// How far reports that do not overlap cover some days, and what they add up to there.
struct ReportReader::Covered {
  bool complete = false;
  Rational sum;
};

ReportReader::Covered ReportReader::covered_by(const std::vector<const Report*>& reports,
                                               const Span& days) {
  Covered result;
  std::int64_t open = *days.last - *days.first + 1;
  for (const Report* report : reports) {
    if (!report->known) continue;
    if (report->periodless) {
      result.complete = true;
      return result;
    }
    const Date first = std::max(report->first, *days.first);
    const Date last = std::min(report->last, *days.last);
    if (last < first) continue;
    open -= last - first + 1;
    if (*days.first <= report->first) result.sum += report->value;
  }
  result.complete = open <= 0;
  return result;
}

template <class Differs>
std::vector<const ReportReader::Report*> ReportReader::finest(std::vector<const Report*> reports,
                                                              Date end, Differs differs) {
  // From coarse to fine as they come; those of one grain do not overlap.
  std::vector<const Report*> chosen;  // by time
  const auto by_first = [](const Report* a, const Report* b) { return a->first < b->first; };
  for (auto last = reports.end(); last != reports.begin();) {
    auto first = last;
    while (first != reports.begin() && (*(first - 1))->grain == (*(last - 1))->grain) --first;
    std::vector<const Report*> taken;
    for (auto report = first; report != last; ++report) {
      const Span days{(*report)->first, std::min((*report)->last, end)};
      auto within = std::lower_bound(chosen.begin(), chosen.end(), *report, by_first);
      auto beyond = within;
      while (beyond != chosen.end() && (*beyond)->first <= *days.last) ++beyond;
      if (within != beyond) {
        const Covered covered = covered_by({within, beyond}, days);
        if (covered.complete) {
          differs(**report, covered.sum);
          continue;
        }
        chosen.erase(within, beyond);
      }
      taken.push_back(*report);
    }
    std::vector<const Report*> merged;
    std::merge(chosen.begin(), chosen.end(), taken.begin(), taken.end(), std::back_inserter(merged),
               by_first);
    chosen = std::move(merged);
    last = first;
  }
  return chosen;
}

Cell ReportReader::weighted(const Input& input, const Found& found,
                            const std::vector<const Report*>& used, const Span& asked,
                            bool all_there) const {
  Rational sum;
  Interval weights = Interval::point(0);
  Reason missing = Reason::known;
  std::optional<Interval> range;
  if (!all_there) range = input.range;
  bool negative = !all_there && plan_.inputs[input.weight_over_periods].range.low < exact::Bound(0);
  for (const Report* report : used) {
    const Interval here = report->known ? Interval::point(report->value) : input.range;
    const Span period = report->periodless ? asked : report->period();
    const Cell weight = read(input.weight_over_periods, found.level, found.entity,
                             {period, {}, false}, false, nullptr)
                            .cell;
    weights = weights + weight.bounds();
    negative |= weight.bounds().low < exact::Bound(0);
    if (!weight.known() || !weight.value.is_zero())
      range = range ? exact::hull(*range, here) : here;
    missing = value::combine(missing, value::combine(report->reason, weight.reason));
    if (missing == Reason::known) sum += report->value * weight.value;
  }
  const bool is_none = all_there && weights.is_point() && weights.low.finite().is_zero();
  if (all_there && missing == Reason::known && !is_none)
    return Cell::of(sum / weights.low.finite());
  // A mean lies among its values where no weight is below 0, if the weights come to anything.
  if (missing == Reason::known) missing = is_none ? Reason::division_by_zero : Reason::not_reported;
  Cell mean = Cell::missing(missing);
  if (!is_none && !negative && range) mean = Cell::missing(mean.reason, std::move(*range));
  mean.may_fail = negative || weights.contains(Rational(0));
  return mean;
}

ReportReader::Found ReportReader::gather(const Input&, model::InputId id, model::LevelId level,
                                         data::EntityIndex entity) const {
  Found found;
  found.level = level;
  found.entity = entity;
  for (const data::ReportBlock& block : cube_.inputs[id].blocks) {
    if (block.level != level || entity >= block.entities) continue;
    for (std::uint32_t i = 0; i < block.periods; ++i) {
      const std::int32_t index = block.first_period + static_cast<std::int32_t>(i);
      const std::uint64_t cell = block.cell(index, entity);
      const bool known = block.known(cell);
      const Reason reason = known ? Reason::known : block.values.reason(cell);
      if (!known && reason == Reason::not_reported) continue;  // a blank is no report
      Report report;
      report.known = known;
      report.reason = reason;
      if (block.grain) {
        const Period period{*block.grain, index};
        report.grain = *block.grain;
        report.first = period.first_day();
        report.last = period.last_day();
        if (report.first > as_of_) continue;  // reports of later periods are not seen
      } else {
        report.periodless = true;
        report.first = Date::earliest();
        report.last = as_of_;
      }
      if (known) {
        report.value = block.exact_value(cell) * plan_.inputs[id].type.unit.scale();
        const Input& input = plan_.inputs[id];
        // An event after the as-of date has not happened yet.
        if (input.missing == model::WhenMissing::later && report.value > Rational(as_of_.days())) {
          continue;
        }
        const auto provenance = block.provenance.find(cell);
        if (provenance != block.provenance.end()) report.provenance = provenance->second;
      }
      found.reports.push_back(std::move(report));
    }
  }
  return found;
}

OwnReport ReportReader::latest(const Input& input, const Found& found,
                               const FrameSpan& span) const {
  const Date end = span.span.last ? std::min(*span.span.last, as_of_) : as_of_;
  const bool is_due = span.closing && span.span.last && as_of_ >= *span.span.last;
  const Report* best = nullptr;
  Date best_day = end;
  for (const Report& report : found.reports) {
    if (input.kind != model::InputKind::constant) {
      if (report.first > end) continue;
      // A value of a period that ends after the day asked about is not yet true on that day,
      // except where that day is the cell's own end or today.
      if (report.last > end && !(end == as_of_ || span.closing)) continue;
      if (report.periodless && end != as_of_ && !span.closing) continue;
      // The year does not say what a month had that is promised for itself.
      if (is_due && !report.periodless && report.last > end && input.each &&
          calendar::is_coarser(report.grain, *input.each)) {
        continue;
      }
    }
    const Date day = std::min(report.last, end);
    if (best == nullptr || day > best_day || (day == best_day && !report.periodless)) {
      best = &report;
      best_day = day;
    }
  }
  OwnReport own;
  own.cell.expected = 1;
  own.cell.origin = Origin::own;
  if (best == nullptr) {
    if (input.zero_when_silent()) {
      own.cell.value = Rational(0);
      own.cell.origin = Origin::assumed;
      own.cell.day = end.days();
      own.cell.oldest = own.cell.day;
      own.cell.reported = 1;
      return own;
    }
    const bool later = input.missing == model::WhenMissing::later;
    own.cell =
        later ? Cell::missing(Reason::not_happened, Interval::more_than(Rational(as_of_.days())))
              : Cell::missing(Reason::not_reported, input.range);
    own.cell.expected = 1;
    own.cell.origin = Origin::own;
    return own;
  }
  own.any = true;
  own.used.push_back({best->period(), best->value, best->provenance});
  own.cell.day = best_day.days();
  own.cell.oldest = own.cell.day;
  Reason problem = best->reason;
  if (const auto until = fresh_until(input, best_day); best->known && until && *until < end) {
    problem = Reason::stale;
  }
  if (problem == Reason::known && is_due && input.each && !best->periodless &&
      best_day < Period::containing(end, *input.each).first_day()) {
    problem = Reason::not_reported;
  }
  if (problem != Reason::known) {
    const std::int32_t day = own.cell.day;
    if (!best->known && problem == best->reason) own.unreadable = best->period();
    own.cell = Cell::missing(problem, input.range);
    own.cell.day = day;
    own.cell.oldest = day;
    own.cell.expected = 1;
    own.cell.origin = Origin::own;
    own.cell.value = best->value;  // the last value, shown with its reason
    return own;
  }
  own.cell.value = best->value;
  own.cell.reported = 1;
  return own;
}

OwnReport ReportReader::accumulated(const Input& input, const Found& found, const FrameSpan& span,
                                    Reconciliation* reconciliation, bool* reconciles) const {
  const Date end = span.span.last ? std::min(*span.span.last, as_of_) : as_of_;
  const bool cut_today = end == as_of_;
  const Date asked_last = span.span.last ? *span.span.last : as_of_;
  const bool events = input.type.is_date();  // a date says itself when it was

  const auto begins_inside = [&](const Report& report) {
    return report.periodless || !span.span.first || report.first >= *span.span.first;
  };
  const auto inside = [&](const Report& report) {
    if (report.periodless) return true;
    if (events) return true;  // of those that overlap
    return begins_inside(report) && (report.last <= end || (cut_today && report.first <= end));
  };
  const auto overlaps = [&](const Report& report) {
    if (report.periodless) return true;
    return report.first <= end && (!span.span.first || report.last >= *span.span.first);
  };

  const Span life = found.entity == data::no_entity
                        ? Span{}
                        : cube_.entities.level(found.level).life(found.entity);
  // Nobody reports for a time before there was somebody to report, or after.
  const auto lives = [&](const Span& days) { return calendar::intersect(days, life).has_value(); };

  // The exact period first. Otherwise the finest reports count that leave no gap: a coarser one
  // where those within it do not cover it.
  std::vector<const Report*> cut;
  std::vector<const Report*> inner;
  std::vector<const Report*> timeless;
  const Report* whole = nullptr;
  for (const Report& report : found.reports) {
    if (report.periodless) {
      timeless.push_back(&report);
    } else if (!overlaps(report)) {
      continue;
    } else if (span.span.first && report.first == *span.span.first && report.last == asked_last) {
      whole = &report;
    } else {
      (inside(report) ? inner : cut).push_back(&report);
    }
  }
  const auto differs = [&](const Report& coarse, const Rational& sum) {
    if (input.over_periods != RollUp::sum || !coarse.known || sum == coarse.value) return;
    if (reconciliation == nullptr || *reconciles) return;
    reconciliation->span = coarse.period();
    reconciliation->reported = coarse.value;
    reconciliation->summed = sum;
    *reconciles = true;
  };
  std::vector<const Report*> used = finest(inner, end, differs);
  if (whole != nullptr) {
    const Covered covered = covered_by(used, {whole->first, std::min(whole->last, end)});
    if (covered.complete) differs(*whole, covered.sum);
    if (whole->known) used.clear();
    used.push_back(whole);  // where it cannot be read, the value is missing for that
  }
  // A report that says no period says less than one that does.
  if (used.empty()) used = timeless;

  // Which of the periods that a report is due for are covered.
  std::int64_t expected = 0;
  std::int64_t covered = 0;
  std::vector<Period> absent_periods;
  if (input.each && span.span.first && !events) {
    const calendar::Grain grain = *input.each;
    Period period = Period::containing(*span.span.first, grain);
    if (period.first_day() < *span.span.first) ++period.index;
    for (; period.last_day() <= end; ++period.index) {
      if (!lives(Span::of(period))) continue;
      ++expected;
      std::int64_t days = 0;
      for (const Report* report : used) {
        if (!report->known) continue;
        if (report->periodless) {
          days = period.last_day().days() - period.first_day().days() + 1;
          break;
        }
        const std::int32_t from = std::max(report->first.days(), period.first_day().days());
        const std::int32_t to = std::min(report->last.days(), period.last_day().days());
        if (to >= from) days += to - from + 1;
      }
      if (days == period.last_day().days() - period.first_day().days() + 1) {
        ++covered;
      } else {
        absent_periods.push_back(period);
      }
    }
  }

  OwnReport own;
  own.any = !used.empty() || !cut.empty();
  own.cell.origin = Origin::own;
  std::vector<const Rational*> values;
  Reason problem = Reason::known;
  std::int64_t unreadable = 0;
  for (const Report* report : used) {
    own.used.push_back({report->period(), report->value, report->provenance});
    if (!report->known) {
      problem = value::combine(problem, report->reason);
      ++unreadable;
      continue;
    }
    values.push_back(&report->value);
    const std::int32_t day = std::min(report->last, end).days();
    own.cell.day = std::max(own.cell.day, day);
  }
  own.cell.oldest = own.cell.day;
  std::optional<Rational> total = combined(input.over_periods, values);
  if (input.over_periods == RollUp::none && values.size() == 1) total = *values.front();

  // A report that the span cuts says only that the part inside is no more than the whole, less
  // what is known of it.
  std::vector<const Report*> bounding;
  std::vector<const Report*> there = used;
  std::sort(cut.begin(), cut.end(), [](const Report* a, const Report* b) {
    return a->last - a->first < b->last - b->first;
  });
  Reason cut_problem = Reason::known;
  std::int64_t cut_open = 0;  // parts of which nothing is known
  for (const Report* report : cut) {
    if (report->grain == calendar::Grain::day) continue;
    const Span part = *calendar::intersect(report->period(), Span{span.span.first, end});
    if (covered_by(there, part).complete) continue;
    if (!report->known) {
      own.used.push_back({report->period(), report->value, report->provenance});
      cut_problem = value::combine(cut_problem, report->reason);
      ++cut_open;
      continue;
    }
    std::erase_if(bounding, [&](const Report* finer) {
      return report->first <= finer->first && finer->last <= report->last;
    });
    bounding.push_back(report);
    there.push_back(report);
  }
  Interval cut_range = Interval::point(0);
  for (const Report* report : bounding) {
    own.used.push_back({report->period(), report->value, report->provenance});
    const Rational rest = report->value - covered_by(used, report->period()).sum;
    cut_range = cut_range + (input.range.low < exact::Bound(0)
                                 ? Interval::everything()
                                 : exact::hull(Interval::point(0),
                                               Interval::point(std::max(rest, Rational(0)))));
  }
  const auto cut_known = static_cast<std::int64_t>(bounding.size());

  // The periods that the span cuts are owed too, once they have ended or the span has: what came
  // in up to its end may stand in a report that is still to come.
  const bool is_over = span.is_over(as_of_);
  if (input.each && span.span.first && !events && !input.zero_when_silent()) {
    const Period first = Period::containing(*span.span.first, *input.each);
    const Period last = Period::containing(end, *input.each);
    for (Period period = first; period.index <= last.index;
         period.index += std::max(last.index - first.index, 1)) {
      const bool is_cut = period.first_day() < *span.span.first || period.last_day() > end;
      if (!is_cut || (period.last_day() > as_of_ && !is_over)) continue;
      const Span part = *calendar::intersect(Span::of(period), Span{span.span.first, end});
      if (!lives(part) || covered_by(there, part).complete) continue;
      const bool is_there = std::any_of(cut.begin(), cut.end(), [&](const Report* report) {
        return !report->known && report->first <= *part.first && *part.last <= report->last;
      });
      if (is_there) continue;  // and cannot be read
      cut_problem = value::combine(cut_problem, Reason::not_reported);
      ++cut_open;
    }
  }
  if (cut_open > 0) {
    // Of a report within its range, the part inside is any share.
    cut_range = cut_range + (input.range.low < exact::Bound(0)
                                 ? Interval::everything()
                                 : of_many(exact::hull(Interval::point(0), input.range), cut_open));
  }

  std::int64_t absent = expected - covered;
  if (input.zero_when_silent()) absent = 0;
  own.cell.expected = static_cast<std::uint32_t>(
      std::max<std::int64_t>(expected, static_cast<std::int64_t>(used.size()) + cut_known) +
      cut_open);
  if (own.cell.expected == 0) own.cell.expected = 1;
  own.cell.reported = static_cast<std::uint32_t>(
      input.each ? std::max<std::int64_t>(covered, 0) : static_cast<std::int64_t>(values.size()));
  const auto as_missing = [&](Reason reason, Interval range, const Cell* mean = nullptr) {
    const Cell before = own.cell;
    Cell partial;
    if (input.over_periods == RollUp::average) {
      if (mean == nullptr) {
        partial = weighted(input, found, used, {span.span.first, end}, false);
        mean = &partial;
      }
      range = mean->bounds();
    }
    const bool may_fail = mean != nullptr && mean->may_fail;
    if (range.is_point() && !may_fail) {  // one yes is enough, whatever is missing
      own.cell.value = range.low.finite();
      own.cell.reported = std::min(before.reported, before.expected - 1);
      return;
    }
    own.cell = Cell::missing(reason, std::move(range));
    own.cell.may_fail = may_fail;
    own.cell.day = before.day;
    own.cell.oldest = before.oldest;
    own.cell.expected = before.expected;
    own.cell.reported = std::min(before.reported, before.expected - 1);
    own.cell.origin = Origin::own;
  };

  const auto open_range = [&](std::int64_t count) {
    if (input.over_periods == RollUp::sum) return combined_range(input, total, count) + cut_range;
    return combined_range(input, total, count + cut_known + cut_open);
  };
  if (problem != Reason::known) {
    as_missing(problem, open_range(unreadable + absent));
    return own;
  }
  if (cut_problem != Reason::known && cut_problem != Reason::not_reported) {
    as_missing(cut_problem, open_range(absent));
    return own;
  }
  if (input.over_periods == RollUp::none && values.size() > 1) {
    as_missing(Reason::no_rollup, input.range);
    return own;
  }
  if (cut_known > 0) {
    as_missing(cut_open > 0 ? Reason::not_reported : Reason::coarser_than_asked,
               open_range(absent));
    return own;
  }
  if (events && values.empty() && input.missing == model::WhenMissing::later) {
    as_missing(Reason::not_happened, Interval::more_than(Rational(as_of_.days())));
    return own;
  }
  if (absent > 0 || cut_open > 0) {
    as_missing(Reason::not_reported, open_range(absent));
    if (input.over_periods == RollUp::sum && cut_open == 0) {
      own.absent = std::move(absent_periods);
      own.partial = total.value_or(Rational(0));
    }
    return own;
  }
  if (values.empty()) {
    if (input.zero_when_silent()) {
      own.cell.value = Rational(0);
      own.cell.origin = Origin::assumed;
      own.cell.day = end.days();
      own.cell.oldest = own.cell.day;
      own.cell.reported = own.cell.expected;
      return own;
    }
    // Nothing is due before the first period has ended.
    const bool waiting = asked_last > as_of_ || (input.each && expected == 0 && cut_today);
    as_missing(waiting && input.each ? Reason::not_yet : Reason::not_reported,
               range_before_reports(input));
    return own;
  }
  if (input.over_periods == RollUp::average) {
    const Cell mean = weighted(input, found, used, {span.span.first, end}, true);
    if (!mean.known()) {
      as_missing(mean.reason, mean.bounds(), &mean);
      return own;
    }
    total = mean.value;
  }
  own.cell.value = *total;
  if (input.zero_when_silent() || expected == covered) own.cell.reported = own.cell.expected;
  return own;
}

Interval ReportReader::range_of_nobody(model::InputId id, const FrameSpan& span) const {
  const Input& input = plan_.inputs[id];
  if (input.kind == model::InputKind::constant || input.over_periods != RollUp::sum) {
    return input.zero_when_silent() ? exact::hull(Interval::point(0), input.range) : input.range;
  }
  const bool has_begun = !span.span.first || *span.span.first <= as_of_;
  if (!has_begun || input.zero_when_silent()) return range_before_reports(input);
  Found found;
  found.level = input.level;
  found.entity = data::no_entity;
  return accumulated(input, found, span, nullptr, nullptr).cell.bounds();
}

OwnReport ReportReader::read(model::InputId id, model::LevelId level, data::EntityIndex entity,
                             const FrameSpan& span, bool keep_used,
                             std::vector<Reconciliation>* reconciliations) const {
  const Input& input = plan_.inputs[id];
  const Found found = gather(input, id, level, entity);
  OwnReport own;
  if (input.over_periods == RollUp::last || input.kind == model::InputKind::constant) {
    own = latest(input, found, span);
  } else {
    Reconciliation difference;
    bool reconciles = false;
    own = accumulated(input, found, span, &difference, &reconciles);
    if (reconciles && reconciliations != nullptr) {
      difference.input = id;
      difference.level = level;
      difference.entity = entity;
      reconciliations->push_back(difference);
    }
  }
  // What is counted comes whole; where it was reported otherwise, it may be so again.
  own.whole = input.type.is_whole() && input.over_periods != RollUp::average &&
              std::all_of(own.used.begin(), own.used.end(),
                          [](const ReportUsed& each) { return each.value.is_integer(); });
  if (!own.cell.known() && own.cell.range && own.whole && input.type.is_number()) {
    if (auto whole = exact::integers_in(*own.cell.range)) {
      own.cell.range = std::make_shared<const Interval>(std::move(*whole));
    }
  }
  if (!keep_used) own.used.clear();
  return own;
}

}  // namespace dabiao::engine
