#include "allocations.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checks.hpp"

namespace dabiao::check::detail {

using calendar::Span;
using exact::Rational;
using ir::Comparison;
using model::TargetId;
using text::kind;

namespace {

bool is_amount(const Inspection& inspection, const Comparison& comparison) {
  return comparison.threshold != ir::no_node &&
         inspection.at(comparison.threshold).type.is_number() &&
         comparison.comparator != ir::Comparator::not_equal;
}

/// Where a part names the whole that it allocates.
text::Place place_of_name(const model::Target& part, TargetId whole) {
  for (std::size_t i = 0; i < part.allocates.size() && i < part.allocates_places.size(); ++i) {
    if (part.allocates[i] == whole) return part.allocates_places[i];
  }
  return part.place;
}

class Allocation {
 public:
  Allocation(Inspection& inspection, TargetId whole, std::vector<TargetId> parts,
             text::Diagnostics& diagnostics)
      : inspection_(inspection),
        plan_(inspection.plan),
        whole_(whole),
        parts_(std::move(parts)),
        diagnostics_(diagnostics) {}

  /// Nothing where the plan does not say how many cells there are. Parts in the place of the whole
  /// and parts in finer places that do not make it up together share it out in two ways, by
  /// quarter and by project say, each of which has to.
  std::vector<AllocatedSum> sums() {
    std::optional<AllocatedSum> all = sum();
    if (!all) return {};
    const auto here = [&](TargetId part) { return same_places(part); };
    std::vector<TargetId> parts = std::move(parts_);
    const auto finer = std::stable_partition(parts.begin(), parts.end(), here);
    if (all->sum == all->whole.sum || finer == parts.begin() || finer == parts.end()) {
      return {std::move(*all)};
    }
    std::vector<AllocatedSum> ways;
    parts_.assign(parts.begin(), finer);
    if (auto way = sum()) ways.push_back(std::move(*way));
    parts_.assign(finer, parts.end());
    if (auto way = sum()) ways.push_back(std::move(*way));
    return ways;
  }

 private:
  std::optional<AllocatedSum> sum() {
    const Comparison* asked = nullptr;
    for (const Comparison& comparison : inspection_.program.targets[whole_].comparisons) {
      if (asked == nullptr && is_amount(inspection_, comparison)) asked = &comparison;
    }
    if (asked == nullptr) return std::nullopt;
    AllocatedSum result;
    result.type = inspection_.at(asked->threshold).type;
    for (const TargetId part : parts_) {
      const Comparison* comparison = comparison_in(part, result.type);
      if (comparison == nullptr) return std::nullopt;
      const auto total = total_of(part, *comparison, same_places(part));
      if (!total) return std::nullopt;  // how many cells there are is known with the data only
      result.parts.push_back(*total);
    }
    // What several places must reach each is allocated place by place.
    const bool place_by_place =
        std::all_of(parts_.begin(), parts_.end(), [&](TargetId p) { return same_places(p); });
    const auto whole = total_of(whole_, *asked, place_by_place);
    if (!whole) return std::nullopt;
    result.whole = *whole;
    for (const AllocatedTotal& total : result.parts) result.sum += total.sum;
    return result;
  }

  /// The comparison of a part that is in the whole's unit; reports where there is none.
  const Comparison* comparison_in(TargetId part, const value::Type& type) {
    const Comparison* other = nullptr;
    for (const Comparison& comparison : inspection_.program.targets[part].comparisons) {
      if (!is_amount(inspection_, comparison)) continue;
      if (value::compatible(inspection_.at(comparison.threshold).type, type)) return &comparison;
      if (other == nullptr) other = &comparison;
    }
    if (other != nullptr) {
      diagnostics_.add(kind("allocates_another_unit"), place_of_name(plan_.targets[part], whole_))
          .with("part", plan_.targets[part].name)
          .with("seen", quoted(inspection_.at(other->threshold).type.unit.text()))
          .with("name", plan_.targets[whole_].name)
          .with("expected", quoted(type.unit.text()));
    }
    return nullptr;
  }

  bool same_places(TargetId part) const {
    const model::Where& a = plan_.targets[part].where;
    const model::Where& b = plan_.targets[whole_].where;
    return a.levels == b.levels && a.groups == b.groups && a.group_cells == b.group_cells &&
           a.entities == b.entities &&
           inspection_.program.targets[part].filter == inspection_.program.targets[whole_].filter;
  }

  /// How many cells a target has side by side; nothing where the plan does not say.
  std::optional<std::int64_t> places_of(TargetId id) const {
    if (inspection_.program.targets[id].filter != ir::no_node) return std::nullopt;
    const model::Where& where = plan_.targets[id].where;
    auto count = static_cast<std::int64_t>(where.group_cells.size() + where.entities.size());
    for (const model::GroupId group : where.groups) {
      count += static_cast<std::int64_t>(plan_.groups[group].members.size());
    }
    for (const model::LevelId level : where.levels) {
      const auto members = inspection_.ranges.count(level);
      if (!members) return std::nullopt;
      count += *members;
    }
    return std::max<std::int64_t>(count, 1);
  }

  /// The spans of the cells of a target in one place; nothing where the plan does not say.
  std::optional<std::vector<Span>> spans_of(TargetId id) const {
    const syntax::When& when = plan_.targets[id].when;
    std::vector<Span> spans;
    if (when.kind == syntax::When::Kind::each) {
      for (const Span& span : periodic_spans(plan_, when)) {
        if (span.is_open()) return std::nullopt;
        const calendar::PeriodRun run = calendar::whole_periods(span, when.grain);
        for (std::int32_t i = 0; i < run.count(); ++i) spans.push_back(Span::of(run[i]));
      }
      if (spans.empty()) return std::nullopt;
      return spans;
    }
    for (const AskedCell& time : times_of(inspection_.program, id)) {
      spans.push_back(time.span.value_or(Span::everything()));
    }
    return spans;
  }

  bool concerns(TargetId id, std::string_view entity) const {
    const model::Where& where = plan_.targets[id].where;
    const auto names = [&](const std::string& name) {
      return name == entity || entity.ends_with("/" + name) ||
             std::string_view(name).ends_with("/" + std::string(entity));
    };
    if (where.groups.empty() && where.entities.empty()) return true;
    if (std::any_of(where.entities.begin(), where.entities.end(), names)) return true;
    return std::any_of(where.groups.begin(), where.groups.end(), [&](model::GroupId group) {
      const auto& members = plan_.groups[group].members;
      return std::any_of(members.begin(), members.end(), names);
    });
  }

  std::optional<AllocatedTotal> total_of(TargetId id, const Comparison& comparison,
                                         bool per_place) {
    const auto spans = spans_of(id);
    if (!spans) return std::nullopt;
    // What is there at the end of a later period includes what was there before.
    const bool adds_up = inspection_.at(comparison.value).reads_flow;
    const ir::Node& threshold = inspection_.at(comparison.threshold);
    const text::Place place = inspection_.place_in(id, comparison.place);
    if (const Rational* each = inspection_.constant(comparison.threshold)) {
      const auto places = per_place ? std::optional<std::int64_t>(1) : places_of(id);
      if (!places) return std::nullopt;
      const auto cells =
          *places * (adds_up ? static_cast<std::int64_t>(spans->size()) : std::int64_t{1});
      const std::string one = amount(plan_, threshold.type, *each).english;
      return AllocatedTotal{id, *each * Rational(cells),
                            cells == 1 ? one : std::to_string(cells) + " × " + one, place};
    }
    if (threshold.operation != ir::Operation::table || per_place ||
        inspection_.program.targets[id].filter != ir::no_node) {
      return std::nullopt;
    }
    return total_of_table(id, plan_.tables[threshold.index], *spans, adds_up, place);
  }

  std::optional<AllocatedTotal> total_of_table(TargetId id, const model::Table& table,
                                               const std::vector<Span>& spans, bool adds_up,
                                               text::Place place) {
    bool by_level = false;
    for (const model::Dimension& dimension : table.by) {
      by_level = by_level || dimension.level != model::none;
    }
    std::map<std::string, std::vector<const model::TableEntry*>> by_entity;
    for (const model::TableEntry& entry : table.entries) {
      if (by_level && entry.entity.empty()) return std::nullopt;  // `other`: nobody knows how many
      if (by_level && !concerns(id, entry.entity)) continue;
      by_entity[entry.entity].push_back(&entry);
    }
    std::int64_t places = 1;
    if (!by_level) {
      const auto known = places_of(id);
      if (!known) return std::nullopt;
      places = *known;
    }
    AllocatedTotal total;
    total.target = id;
    total.place = place;
    std::int64_t count = 0;
    for (const auto& [entity, entries] : by_entity) {
      std::optional<Rational> of_entity;
      for (const Span& span : spans) {
        const model::TableEntry* entry = model::entry_for(entries, span);
        if (entry == nullptr) continue;
        of_entity = adds_up && of_entity ? *of_entity + entry->value.value : entry->value.value;
        ++count;
      }
      if (of_entity) total.sum += *of_entity * Rational(places);
    }
    total.reckoning = std::to_string(count) + " × `" + table.name +
                      "`: " + amount(plan_, table.type, total.sum).english;
    return total;
  }

  Inspection& inspection_;
  const model::Plan& plan_;
  TargetId whole_;
  std::vector<TargetId> parts_;
  text::Diagnostics& diagnostics_;
};

}  // namespace

std::vector<AllocatedSum> allocated_sums(Inspection& inspection, text::Diagnostics& diagnostics) {
  std::map<TargetId, std::vector<TargetId>> parts;
  for (TargetId id = 0; id < inspection.plan.targets.size(); ++id) {
    for (const TargetId whole : inspection.plan.targets[id].allocates) parts[whole].push_back(id);
  }
  std::vector<AllocatedSum> sums;
  for (auto& [whole, by] : parts) {
    auto ways = Allocation(inspection, whole, std::move(by), diagnostics).sums();
    sums.insert(sums.end(), std::make_move_iterator(ways.begin()),
                std::make_move_iterator(ways.end()));
  }
  return sums;
}

void check_allocations(Inspection& inspection, text::Diagnostics& diagnostics) {
  const model::Plan& plan = inspection.plan;
  for (const AllocatedSum& each : allocated_sums(inspection, diagnostics)) {
    const Rational& whole = each.whole.sum;
    if (each.sum == whole) continue;
    const bool more = each.sum > whole;
    const model::Target& target = plan.targets[each.whole.target];
    const model::Target& first = plan.targets[each.parts.front().target];
    text::Diagnostic& diagnostic =
        diagnostics.add(kind("parts_do_not_add_up"), place_of_name(first, each.whole.target))
            .with("name", target.name);
    with(diagnostic, "sum", amount(plan, each.type, each.sum));
    with(diagnostic, "difference", amount(plan, each.type, (each.sum - whole).abs()))
        .with("direction", more ? "above" : "short of", more ? "多" : "少");
    with(diagnostic, "whole", amount(plan, each.type, whole));
    for (const AllocatedTotal& total : each.parts) diagnostic.label(total.place, total.reckoning);
    diagnostic.label(target.place, "the whole: " + each.whole.reckoning,
                     "整体:" + each.whole.reckoning);
  }
}

}  // namespace dabiao::check::detail
