#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "checks.hpp"

namespace dabiao::check::detail {

using exact::Interval;
using exact::Rational;
using ir::Comparator;
using ir::Comparison;
using ir::NodeId;
using text::kind;

namespace {

/// What a comparison says of a value: the value and where it must lie.
struct Demanded {
  NodeId value;
  Interval interval;
};

std::optional<Demanded> demanded(const Inspection& inspection, const Comparison& comparison) {
  if (comparison.comparator == Comparator::holds) {
    return Demanded{comparison.value, Interval::point(1)};
  }
  if (comparison.comparator == Comparator::holds_not) {
    const ir::Node& negation = inspection.at(comparison.truth);
    if (negation.operation != ir::Operation::call || negation.function->info.name != "not") {
      return std::nullopt;
    }
    return Demanded{negation.arguments[0], Interval::point(0)};
  }
  const Rational* threshold = inspection.constant(comparison.threshold);
  if (threshold == nullptr) return std::nullopt;
  switch (comparison.comparator) {
    case Comparator::at_least:
      return Demanded{comparison.value, Interval::at_least(*threshold)};
    case Comparator::more_than:
      return Demanded{comparison.value, Interval::more_than(*threshold)};
    case Comparator::at_most:
      return Demanded{comparison.value, Interval::at_most(*threshold)};
    case Comparator::less_than:
      return Demanded{comparison.value, Interval::less_than(*threshold)};
    case Comparator::equal:
      return Demanded{comparison.value, Interval::point(*threshold)};
    case Comparator::within: {
      const Rational* upper = inspection.constant(comparison.upper);
      if (upper == nullptr) return std::nullopt;
      return Demanded{comparison.value, {*threshold, *upper}};
    }
    default:
      return std::nullopt;
  }
}

/// Where the values of a condition can lie, each with the comparison that said so last; nothing
/// where the condition cannot hold.
struct Feasible {
  std::map<NodeId, std::pair<Interval, std::uint32_t>> values;
};

class Target {
 public:
  Target(Inspection& inspection, model::TargetId id, text::Diagnostics& diagnostics)
      : inspection_(inspection),
        id_(id),
        target_(inspection.program.targets[id]),
        diagnostics_(diagnostics) {}

  void check() {
    if (target_.condition == ir::no_node) return;
    check_filter();
    bool all_ruled_out = true, all_certain = true;
    for (const AskedCell& cell : inspection_.cells(id_)) {
      const Interval& range = inspection_.ranges.of(target_.condition, cell);
      all_ruled_out = all_ruled_out && range.is_point() && range.low.is_zero();
      all_certain = all_certain && range.is_point() && !range.low.is_zero();
    }
    for (std::uint32_t i = 0; i < target_.comparisons.size(); ++i) check_comparison(i);
    if (all_certain) always_holds();
    if (!contradiction() && all_ruled_out && !reported_) {
      never_holds(target_.condition, inspection_.cells(id_).front(), whole_place());
    }
    check_table_thresholds();
  }

 private:
  text::Place whole_place() const {
    return inspection_.plan.ast->at(inspection_.plan.targets[id_].condition).place;
  }

  void check_filter() {
    if (target_.filter == ir::no_node) return;
    for (const AskedCell& cell : inspection_.cells(id_)) {
      const Interval& range = inspection_.ranges.of(target_.filter, cell);
      if (!range.is_point() || !range.low.is_zero()) return;
    }
    const text::Place place =
        inspection_.plan.ast->at(inspection_.plan.targets[id_].where.filter).place;
    diagnostics_.add(kind("filter_never_holds"), place)
        .with("condition", inspection_.written(place))
        .with("name", inspection_.plan.targets[id_].name);
  }

  void never_holds(NodeId value, const AskedCell& cell, text::Place place) {
    reported_ = true;
    const Interval& range = inspection_.ranges.of(value, cell);
    text::Diagnostic& diagnostic = diagnostics_.add(kind("target_never_holds"), place)
                                       .with("value", inspection_.called(value));
    with(diagnostic, "range", range_words(inspection_.plan, inspection_.at(value).type, range))
        .with("condition", inspection_.written(place));
  }

  void check_comparison(std::uint32_t index) {
    const Comparison& comparison = target_.comparisons[index];
    bool never = true;
    for (const AskedCell& cell : inspection_.cells(id_)) {
      const Interval& truth = inspection_.ranges.of(comparison.truth, cell);
      never = never && truth.is_point() && truth.low.is_zero();
    }
    if (!never) return;
    never_holds(comparison.value, inspection_.cells(id_).front(),
                inspection_.place_in(id_, comparison.place));
  }

  void always_holds() {
    const Comparison& comparison = target_.comparisons.front();
    const AskedCell& cell = inspection_.cells(id_).front();
    const text::Place place = whole_place();
    const Interval& range = inspection_.ranges.of(comparison.value, cell);
    text::Diagnostic& diagnostic = diagnostics_.add(kind("target_always_holds"), place)
                                       .with("value", inspection_.called(comparison.value));
    with(diagnostic, "range",
         range_words(inspection_.plan, inspection_.at(comparison.value).type, range))
        .with("condition", inspection_.written(place));
  }

  using Clash = std::optional<std::pair<std::uint32_t, std::uint32_t>>;

  /// What is feasible for all parts together. Each part has one parent, so the largest is taken
  /// over rather than copied: a chain of conditions costs no more than its length.
  static std::optional<Feasible> all_of(const std::vector<std::uint32_t>& parts,
                                        std::vector<std::optional<Feasible>>& found, Clash& clash) {
    std::uint32_t largest = parts.front();
    for (const std::uint32_t part : parts) {
      if (!found[part]) return std::nullopt;
      if (found[part]->values.size() > found[largest]->values.size()) largest = part;
    }
    std::optional<Feasible> result = std::move(found[largest]);
    for (const std::uint32_t part : parts) {
      if (part == largest) continue;
      for (const auto& [value, demand] : found[part]->values) {
        const auto [known, is_new] = result->values.emplace(value, demand);
        if (is_new) continue;
        const auto both = intersect(known->second.first, demand.first);
        if (!both) {
          if (!clash) clash = std::minmax(known->second.second, demand.second);
          return std::nullopt;
        }
        // The comparison that narrowed a bound stands for it.
        if (!(*both == known->second.first)) known->second = {*both, demand.second};
      }
    }
    return result;
  }

  /// Reports two comparisons that exclude one another where the whole condition cannot hold for it.
  bool contradiction() {
    std::vector<std::optional<Feasible>> found;
    Clash clash;
    for (const ir::Clause& clause : target_.clauses) {
      std::optional<Feasible> result = Feasible{};
      switch (clause.kind) {
        case ir::Clause::Kind::comparison:
          if (const auto demand = demanded(inspection_, target_.comparisons[clause.comparison])) {
            result->values.emplace(demand->value, std::pair(demand->interval, clause.comparison));
            if (demand->interval.is_empty()) result.reset();  // 3..2
          }
          break;
        case ir::Clause::Kind::all:
          result = all_of(clause.parts, found, clash);
          break;
        case ir::Clause::Kind::any: {
          std::optional<Feasible> either;
          for (const std::uint32_t part : clause.parts) {
            if (!found[part]) continue;
            if (!either) {
              either = found[part];
              continue;
            }
            for (auto entry = either->values.begin(); entry != either->values.end();) {
              const auto other = found[part]->values.find(entry->first);
              if (other == found[part]->values.end()) {
                entry = either->values.erase(entry);
                continue;
              }
              entry->second.first = hull(entry->second.first, other->second.first);
              ++entry;
            }
          }
          result = std::move(either);
          break;
        }
      }
      found.push_back(std::move(result));
    }
    if (found.empty() || found.back() || !clash) return false;
    const text::Place first = inspection_.place_in(id_, target_.comparisons[clash->first].place);
    const text::Place second = inspection_.place_in(id_, target_.comparisons[clash->second].place);
    diagnostics_.add(kind("contradictory_conditions"), second)
        .with("first", inspection_.written(first))
        .with("second", inspection_.written(second))
        .label(first, "the other condition", "另一条件");
    reported_ = true;
    return true;
  }

  /// A threshold from a table is one per entry; each must be within reach.
  void check_table_thresholds() {
    if (reported_) return;
    for (const Comparison& comparison : target_.comparisons) {
      if (comparison.threshold == ir::no_node) continue;
      const ir::Node& threshold = inspection_.at(comparison.threshold);
      if (threshold.operation != ir::Operation::table) continue;
      for (const model::TableEntry& entry : inspection_.plan.tables[threshold.index].entries) {
        check_entry(comparison, entry);
      }
    }
  }

  void check_entry(const Comparison& comparison, const model::TableEntry& entry) {
    const Rational& value = entry.value.value;
    std::optional<Interval> asked;
    switch (comparison.comparator) {
      case Comparator::at_least:
        asked = Interval::at_least(value);
        break;
      case Comparator::more_than:
        asked = Interval::more_than(value);
        break;
      case Comparator::at_most:
        asked = Interval::at_most(value);
        break;
      case Comparator::less_than:
        asked = Interval::less_than(value);
        break;
      case Comparator::equal:
        asked = Interval::point(value);
        break;
      default:
        return;
    }
    for (const AskedCell& cell : inspection_.cells(id_)) {
      const Interval& range = inspection_.ranges.of(comparison.value, cell);
      if (intersect(range, *asked)) return;
    }
    const Interval& range = inspection_.ranges.of(comparison.value, inspection_.cells(id_).front());
    text::Diagnostic& diagnostic = diagnostics_.add(kind("target_never_holds"), entry.value.place)
                                       .with("value", inspection_.called(comparison.value));
    with(diagnostic, "range",
         range_words(inspection_.plan, inspection_.at(comparison.value).type, range))
        .with("condition", inspection_.written(inspection_.place_in(id_, comparison.place)))
        .label(inspection_.place_in(id_, comparison.place), "asked here", "要求在此");
  }

  Inspection& inspection_;
  model::TargetId id_;
  const ir::Target& target_;
  text::Diagnostics& diagnostics_;
  bool reported_ = false;
};

}  // namespace

void check_conditions(Inspection& inspection, text::Diagnostics& diagnostics) {
  for (const model::TargetId id : inspection.targets()) {
    Target(inspection, id, diagnostics).check();
  }
}

}  // namespace dabiao::check::detail
