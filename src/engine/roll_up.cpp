#include "roll_up.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

namespace dabiao::engine {

using model::Input;
using model::RollUp;
using value::Reason;

Cell rolled_up(const Input& input, const std::vector<WeightedPart>& all_parts,
               const Strangers& strangers, const Nobody& nobody, const Unknowns& unknowns) {
  const std::int64_t unnamed = strangers.count;
  Cell whole;
  whole.origin = Origin::parts;
  whole.expected = static_cast<std::uint32_t>(unnamed);
  std::vector<WeightedPart> parts;
  std::vector<const Cell*> cells;
  bool none_applies = !all_parts.empty();
  for (const WeightedPart& part : all_parts) {
    if (!part.cell->applicable()) continue;
    none_applies = false;
    if (nobody.certain && part.cell->reason == Reason::no_parts) continue;
    parts.push_back(part);
    cells.push_back(part.cell);
  }
  // Of a least or greatest only who has no members has no value, unless a mean over time has none.
  const auto may_be_empty = [&](const Cell& cell) {
    return cell.reason == Reason::no_parts ||
           (cell.may_fail && input.over_parts != RollUp::average &&
            input.over_periods != RollUp::average);
  };
  Reason missing = Reason::known;
  bool all_missing = true, only_waiting = true;
  for (const WeightedPart& part : parts) {
    whole.day = std::max(whole.day, part.cell->day);
    if (part.cell->oldest == Cell::no_day) {
      whole.oldest = Cell::no_day;
    } else if (&part == &parts.front() || whole.oldest != Cell::no_day) {
      whole.oldest =
          &part == &parts.front() ? part.cell->oldest : std::min(whole.oldest, part.cell->oldest);
    }
    whole.reported += part.cell->reported;
    whole.expected += part.cell->expected;
    if (part.cell->known()) {
      all_missing = false;
    } else {
      whole.may_fail |= part.cell->may_fail && !may_be_empty(*part.cell);
      missing = value::combine(missing, part.cell->reason);
      if (!value::is_waited_for(part.cell->reason)) only_waiting = false;
    }
  }
  const auto as_missing = [&](Reason reason, Interval range) {
    whole.reason = reason;
    whole.range = std::make_shared<const Interval>(std::move(range));
    return whole;
  };
  if (input.over_parts == RollUp::none) {
    return as_missing(Reason::no_rollup, input.range);
  }
  if (cells.empty() && unnamed == 0) {
    if (none_applies) return Cell::missing(Reason::not_applicable);
    const bool has_empty_value = input.over_parts == RollUp::sum ||
                                 input.over_parts == RollUp::any || input.over_parts == RollUp::all;
    whole.may_fail = !has_empty_value;
    if (!nobody.certain) {
      whole.expected = 1;  // there may be parts, and nobody knows how many
      return as_missing(Reason::no_parts, nobody.range);
    }
    if (!has_empty_value) return as_missing(Reason::no_parts, Interval::everything());
    whole.value = Rational(input.over_parts == RollUp::all ? 1 : 0);
    return whole;
  }
  if (unnamed > 0 && missing == Reason::known) {
    missing = Reason::not_reported;
    only_waiting = false;
    all_missing = cells.empty();
  } else if (unnamed > 0) {
    only_waiting = false;
  }

  std::optional<Interval> range;
  const auto join = [&](const Interval& next, auto combine) {
    range = range ? combine(*range, next) : next;
  };
  const auto hull = [](const Interval& a, const Interval& b) { return exact::hull(a, b); };
  const auto extreme = [&](auto better) {
    for (const Cell* cell : cells) {
      if (!may_be_empty(*cell)) join(cell->bounds(), better);
    }
    if (strangers.have_value) join(strangers.each, better);
    // The others may have no value, and leave it to these.
    const std::optional<Interval> certain = range;
    const auto perhaps = [&](const Interval& next) {
      join(certain ? better(*certain, next) : next, hull);
    };
    for (const Cell* cell : cells) {
      if (may_be_empty(*cell)) perhaps(cell->bounds());
    }
    if (unnamed > 0 && !strangers.have_value) perhaps(strangers.each);
    const bool truth = input.over_parts == RollUp::any || input.over_parts == RollUp::all;
    whole.may_fail |= !certain && !truth;
  };
  switch (input.over_parts) {
    case RollUp::sum: {
      if (missing == Reason::known) {
        for (const Cell* cell : cells) whole.value += cell->value;
        return whole;
      }
      range = Interval::point(0);
      FormSum total;
      for (const Cell* cell : cells) {
        range = *range + cell->bounds();
        add_to(total, *cell);
        whole.loose |= cell->loose;
      }
      auto form = total.take();
      if (form && unnamed == 0) whole.form = std::make_shared<const LinearForm>(std::move(*form));
      if (unnamed > 0) range = *range + strangers.total;
      break;
    }
    case RollUp::any:
    case RollUp::max:
    case RollUp::last:
      extreme([](const Interval& a, const Interval& b) { return exact::max(a, b); });
      break;
    case RollUp::all:
    case RollUp::min:
      extreme([](const Interval& a, const Interval& b) { return exact::min(a, b); });
      break;
    case RollUp::average: {
      Rational sum;
      FormSum of_values, of_weights;
      Interval weights = Interval::point(0);
      bool whole_known = unnamed == 0, negative = false, anybody = strangers.have_value;
      whole.may_fail = false;
      for (const WeightedPart& part : parts) {
        const Interval weight =
            part.weight != nullptr ? part.weight->bounds() : Interval::everything();
        const bool weighs = part.weight != nullptr && part.weight->known();
        weights = weights + weight;
        negative |= weight.low < exact::Bound(0);
        // A part without any weight need not have a value.
        if (weighs && part.weight->value.is_zero()) {
          if (!part.cell->known() && !part.cell->may_fail) whole_known = false;
          continue;
        }
        if (part.weight != nullptr) add_to(of_weights, *part.weight);
        const auto value = form_of(*part.cell);
        const auto heavy = part.weight != nullptr ? form_of(*part.weight) : std::nullopt;
        const auto product = value && heavy ? multiply(*value, *heavy) : std::nullopt;
        if (product) {
          of_values.add(*product);
        } else {
          of_values.give_up();
        }
        const bool is_there = part.cell->reason != Reason::no_parts;
        anybody |= is_there;
        whole.may_fail |= is_there && part.cell->may_fail;
        join(part.cell->bounds(), hull);
        if (!part.cell->known() || !weighs) {
          whole_known = false;
          continue;
        }
        sum += part.cell->value * part.weight->value;
      }
      if (unnamed > 0) {
        join(strangers.each, hull);
        weights = weights + strangers.weights;
        negative |= strangers.weights.low < exact::Bound(0);
      }
      const bool is_none = weights.is_point() && weights.low.finite().is_zero();
      if (whole_known && !is_none) {
        whole.value = sum / weights.low.finite();
        return whole;
      }
      // A mean lies among its parts where no weight is below 0, if the weights come to anything.
      whole.may_fail |= !anybody || weights.contains(Rational(0));
      if (is_none || negative) range = Interval::everything();
      const auto above = of_values.take(), below = of_weights.take();
      const bool linear = unnamed == 0 && !is_none && above && below;
      if (auto form = linear ? divide(*above, *below) : std::nullopt; form && is_short(*form)) {
        const auto sharper = range_of(*form, unknowns.ranges);
        if (const auto both = sharper ? exact::intersect(*range, *sharper) : std::nullopt) {
          range = *both;
        }
        whole.form = std::make_shared<const LinearForm>(std::move(*form));
      } else {
        whole.loose = true;
      }
      return as_missing(is_none ? Reason::division_by_zero : Reason::partial, *range);
    }
    case RollUp::none:
      break;
  }
  // One yes decides "any" and one no decides "all", whatever the others are.
  const bool decides = input.over_parts == RollUp::any || input.over_parts == RollUp::all;
  if (range->is_point() && (missing == Reason::known || decides)) {
    whole.value = range->low.finite();
    whole.may_fail = false;
    return whole;
  }
  Reason reason = only_waiting ? Reason::not_yet : all_missing ? missing : Reason::partial;
  return as_missing(reason, *range);
}

}  // namespace dabiao::engine
