#include "leaves.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "dabiao/calendar/period.hpp"
#include "dabiao/engine/report_reader.hpp"

namespace dabiao::assessment::ledger {

using calendar::Date;
using calendar::Period;
using calendar::Span;
using engine::FrameSpan;
using engine::Horizon;
using model::Input;
using model::RollUp;
using model::WhenMissing;
using value::Reason;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// An end of a range as a stored number; nothing where it is not one exactly.
std::optional<double> stored(const exact::Bound& end, bool open, const Facts& facts) {
  if (!end.is_finite()) return end.sign() < 0 ? -infinity : infinity;
  if (open) return std::nullopt;
  const Rational value = end.finite() / facts.factor;
  if (!value.is_integer()) return std::nullopt;
  const double number = value.to_double();
  if (std::fabs(number) >= most_whole) return std::nullopt;
  return number;
}

bool is_latest(const Input& input) {
  return input.over_periods == RollUp::last || input.kind == model::InputKind::constant;
}

}  // namespace

std::optional<Source> source_of(const model::Plan& plan, const data::Cube& cube, model::InputId id,
                                unsigned threads) {
  const Input& input = plan.inputs[id];
  if (!input.type.is_number() && input.type.kind != value::Type::Kind::yesno) return std::nullopt;
  if (input.missing == WhenMissing::later) return std::nullopt;
  const data::LevelRegister& members = cube.entities.level(input.level);
  if (members.has_lives()) return std::nullopt;

  Source source;
  source.accumulates = !is_latest(input);
  if (source.accumulates && input.over_periods != RollUp::sum &&
      input.over_periods != RollUp::any && input.over_periods != RollUp::all &&
      input.over_periods != RollUp::max && input.over_periods != RollUp::min) {
    return std::nullopt;
  }
  const Rational unit = input.type.is_number() ? input.type.unit.scale() : Rational(1);
  if (unit.sign() <= 0) return std::nullopt;
  source.facts.factor = unit;
  const data::InputReports& reports = cube.inputs[id];
  if (reports.blocks.size() > 1) return std::nullopt;
  if (!reports.blocks.empty()) {
    const data::ReportBlock& block = reports.blocks.front();
    if (block.level != input.level || block.entities != members.size()) return std::nullopt;
    if (!block.exact.empty()) return std::nullopt;
    if (!block.grain && (source.accumulates || block.periods != 1)) return std::nullopt;
    if (block.grain && input.kind == model::InputKind::constant) return std::nullopt;
    if (block.grain && input.each && *input.each != *block.grain) return std::nullopt;
    for (const Reason reason : block.values.reasons()) {
      if (reason != Reason::known && reason != Reason::not_reported) return std::nullopt;
    }
    const value::ColumnFacts found =
        block.facts ? *block.facts : value::facts_of(block.values, threads);
    source.block = &block;
    Facts& facts = source.facts;
    facts.nonnegative = found.lowest >= 0;
    facts.most = std::max(std::fabs(found.lowest), std::fabs(found.highest));
    if (found.decimals) {
      source.scale = std::pow(10.0, *found.decimals);
      facts.factor = unit / Rational(static_cast<std::int64_t>(source.scale));
      facts.most = std::nearbyint(facts.most * source.scale);
    }
    if (!found.decimals || facts.most >= most_whole) {
      source.scale = 1;
      facts.factor = unit;
      facts.most = std::max(std::fabs(found.lowest), std::fabs(found.highest));
      facts.whole = false;
      facts.written = true;
      facts.relative = half_ulp;
      facts.absolute = std::numeric_limits<double>::min();
    }
    source.ever_missing = false;
    for (std::uint32_t period = 0; period < block.periods; ++period) {
      const std::size_t first = std::size_t{period} * block.entities;
      const value::Validity& validity = block.values.validity();
      const bool missing =
          !validity.empty() && validity.count(first, first + block.entities) != block.entities;
      source.has_missing.push_back(missing);
      source.ever_missing |= missing;
    }
  } else {
    source.facts.whole = true;
  }
  const auto low = stored(input.range.low, input.range.low_open, source.facts);
  const auto high = stored(input.range.high, input.range.high_open, source.facts);
  // What is counted comes whole: so must be the numbers, or ranges would not be theirs.
  const bool counted = input.type.is_number() && units::is_counted(input.type.unit);
  if (!low || !high || *low == *high ||
      (counted && !(source.facts.whole && source.facts.factor.is_integer()))) {
    // Without ranges only what is never missing can be read, and carried on into no future.
    if (source.ever_missing) return std::nullopt;
    source.range_low = -infinity;
    source.range_high = infinity;
    source.no_range = true;
  } else {
    source.range_low = *low;
    source.range_high = *high;
  }
  return source;
}

bool waits_above(const Input& input, const FrameSpan& span, Date as_of) {
  if (is_latest(input)) return false;
  if (span.span.first && *span.span.first > as_of) return true;
  if (!input.each || input.zero_when_silent() || !span.span.first) return false;
  const Date end = span.span.last ? std::min(*span.span.last, as_of) : as_of;
  const Date asked_last = span.span.last.value_or(as_of);
  Period period = Period::containing(*span.span.first, *input.each);
  if (period.first_day() < *span.span.first) {
    if (period.last_day() <= as_of) return false;  // a report is owed already
    ++period.index;
  }
  if (period.last_day() <= end) return false;
  return asked_last > as_of || (end == as_of && !span.is_over(as_of));
}

namespace {

bool prepare_latest(const Input& input, const Source& source, const FrameSpan& span, Date as_of,
                    Leaf& leaf) {
  leaf.kind = Leaf::Kind::latest;
  leaf.silent_is_zero = input.zero_when_silent();
  leaf.low = source.range_low;
  leaf.high = source.range_high;
  const data::ReportBlock* block = source.block;
  if (block == nullptr) return true;
  const Date end = span.span.last ? std::min(*span.span.last, as_of) : as_of;
  if (!block->grain) {
    const bool counts = input.kind == model::InputKind::constant || end == as_of || span.closing;
    if (counts) {
      leaf.rows.push_back({block->values.values().data(), 0, source.has_missing[0] != 0, true});
    }
    return true;
  }
  const bool is_due = span.closing && span.span.last && as_of >= *span.span.last;
  for (std::uint32_t i = block->periods; i-- > 0;) {
    const Period period{*block->grain, block->first_period + static_cast<std::int32_t>(i)};
    if (period.first_day() > end || period.first_day() > as_of) continue;
    if (period.last_day() > end && !(end == as_of || span.closing)) continue;
    const Date day = std::min(period.last_day(), end);
    bool good = true;
    if (const auto until = engine::fresh_until(input, day); until && *until < end) good = false;
    if (is_due && input.each && day < Period::containing(end, *input.each).first_day()) {
      good = false;
    }
    const std::size_t first = std::size_t{i} * block->entities;
    leaf.rows.push_back(
        {block->values.values().data() + first, first, source.has_missing[i] != 0, good});
    if (source.has_missing[i] == 0) break;
    if (!good && !leaf.silent_is_zero) break;
  }
  leaf.may_miss = leaf.rows.empty() || leaf.rows.back().has_missing || !leaf.rows.back().expected;
  return true;
}

bool prepare_accumulated(const Input& input, const Source& source, const FrameSpan& span,
                         Date as_of, Leaf& leaf) {
  const auto& asked = span.span;
  if (!asked.first) return false;
  leaf.low = source.range_low;
  leaf.high = source.range_high;
  leaf.each_low = source.range_low;
  leaf.each_high = source.range_high;
  if (*asked.first > as_of) {
    leaf.kind = Leaf::Kind::nothing;
    leaf.waited = true;
    if (input.over_periods == RollUp::sum) {
      leaf.low = source.range_low >= 0 ? source.range_low : -infinity;
      leaf.high = infinity;
    }
    if (input.zero_when_silent()) {
      leaf.low = std::min(leaf.low, 0.0);
      leaf.high = std::max(leaf.high, 0.0);
    }
    return true;
  }
  switch (input.over_periods) {
    case RollUp::sum:
      leaf.kind = Leaf::Kind::sum;
      break;
    case RollUp::any:
    case RollUp::max:
      leaf.kind = Leaf::Kind::greatest;
      break;
    default:
      leaf.kind = Leaf::Kind::least;
  }
  const Date end = asked.last ? std::min(*asked.last, as_of) : as_of;
  const Date asked_last = asked.last.value_or(as_of);
  leaf.silent_is_zero = input.zero_when_silent();
  const data::ReportBlock* block = source.block;
  std::optional<calendar::Grain> grain = input.each;
  if (block != nullptr && block->grain) grain = *block->grain;
  if (!grain) {  // no report, and none is owed
    leaf.high = input.over_periods == RollUp::sum ? infinity : leaf.high;
    return true;
  }
  std::int64_t owed = 0;
  for (Period period = Period::containing(*asked.first, *grain); period.first_day() <= end;
       ++period.index) {
    const bool within = period.first_day() >= *asked.first;
    const bool inside = within && (period.last_day() <= end || end == as_of);
    const bool reported = block != nullptr && block->holds(period.index);
    // Whether a report that the span cuts is there or not is left to the exact evaluation.
    if (!inside && reported) return false;
    // So is one that is owed by now.
    const bool is_cut = !within || period.last_day() > end;
    const bool is_owed = period.last_day() <= as_of || span.is_over(as_of);
    if (is_cut && is_owed && input.each && !leaf.silent_is_zero) return false;
    const bool expected = input.each && within && period.last_day() <= end && !leaf.silent_is_zero;
    if (input.each && within && period.last_day() <= end) ++owed;
    if (!inside || (!reported && !expected)) continue;
    Leaf::Row row;
    row.expected = expected;
    if (reported) {
      const auto index = static_cast<std::size_t>(period.index - block->first_period);
      row.first = index * block->entities;
      row.values = block->values.values().data() + row.first;
      row.has_missing = source.has_missing[index] != 0;
    }
    leaf.rows.push_back(row);
    if (leaf.rows.size() > 4096) return false;
  }
  if (input.each) leaf.waited = owed == 0 && (asked_last > as_of || end == as_of);
  // Nothing is reported and nothing owed: how many reports there are is not known.
  if (input.over_periods == RollUp::sum) {
    leaf.high = infinity;
    leaf.low = source.range_low >= 0 ? source.range_low : -infinity;
  }
  leaf.may_miss = leaf.rows.empty() && !leaf.silent_is_zero;
  for (const Leaf::Row& row : leaf.rows) {
    leaf.may_miss |= row.has_missing && !leaf.silent_is_zero;
  }
  return true;
}

}  // namespace

std::optional<Leaf> leaf_of(const Input& input, const Source& source, const FrameSpan& span,
                            Date as_of, Horizon horizon) {
  Leaf leaf;
  leaf.source = &source;
  const bool fits = source.accumulates ? prepare_accumulated(input, source, span, as_of, leaf)
                                       : prepare_latest(input, source, span, as_of, leaf);
  if (!fits) return std::nullopt;
  const double finite_low = std::isfinite(source.range_low) ? std::fabs(source.range_low) : 0;
  const double finite_high = std::isfinite(source.range_high) ? std::fabs(source.range_high) : 0;
  leaf.most = std::max({source.facts.most, finite_low, finite_high}) *
              static_cast<double>(std::max<std::size_t>(leaf.rows.size(), 1));
  if (source.no_range && leaf.may_miss) return std::nullopt;

  if (horizon == Horizon::now || input.kind == model::InputKind::constant) return leaf;
  if (horizon == Horizon::future_flows && !source.accumulates) return leaf;
  if (span.span.last && *span.span.last <= as_of) return leaf;
  if (source.no_range) return std::nullopt;
  leaf.may_miss = true;
  switch (input.over_periods) {
    case RollUp::sum:
      leaf.future = Leaf::Future::more;
      leaf.future_low = source.range_low >= 0 ? 0 : -infinity;
      leaf.future_high = infinity;
      break;
    case RollUp::any:
    case RollUp::max:
      leaf.future = Leaf::Future::up;
      leaf.future_low = source.range_low;
      leaf.future_high = source.range_high;
      break;
    case RollUp::all:
    case RollUp::min:
      leaf.future = Leaf::Future::down;
      leaf.future_low = source.range_low;
      leaf.future_high = source.range_high;
      break;
    default:
      leaf.future = Leaf::Future::anything;
      leaf.future_low = source.range_low;
      leaf.future_high = source.range_high;
  }
  return leaf;
}

namespace {

bool bit(const std::uint64_t* words, std::size_t at) {
  return ((words[at / 64] >> (at % 64)) & 1U) != 0;
}

/// x·scale rounded to the integer that it stands for; magnitudes are below 2^51 or scale is 1.
void scaled(const double* from, std::size_t count, double scale, double* to) {
  constexpr double shift = 6755399441055744.0;  // 1.5 · 2^52
  for (std::size_t i = 0; i < count; ++i) {
    const double shifted = from[i] * scale + shift;
    to[i] = shifted - shift;
  }
}

double scaled(double from, double scale) {
  return scale == 1 ? from : std::nearbyint(from * scale);
}

}  // namespace

Leaf::Ends Leaf::read(std::size_t begin, std::size_t count, double* low_out,
                      double* high_out) const {
  const double scale = source->scale;
  const std::uint64_t* words = nullptr;
  if (source->block != nullptr && !source->block->values.validity().empty()) {
    words = source->block->values.validity().words().data();
  }
  const auto known = [&](const Row& row, std::size_t i) {
    if (row.values == nullptr) return false;
    return !row.has_missing || bit(words, row.first + begin + i);
  };
  const auto all_known = [&](const Row& row) {
    if (row.values == nullptr) return false;
    if (!row.has_missing) return true;
    return source->block->values.validity().count(row.first + begin, row.first + begin + count) ==
           count;
  };
  if (future == Future::none) {
    if (!rows.empty() && all_known(rows.front()) && (rows.size() == 1 || kind == Kind::latest) &&
        (kind != Kind::latest || rows.front().expected)) {
      const double* values = rows.front().values + begin;
      if (scale == 1) return {values, values};
      scaled(values, count, scale, low_out);
      return {low_out, low_out};
    }
    if (kind == Kind::sum && rows.size() > 1 && std::all_of(rows.begin(), rows.end(), all_known)) {
      scaled(rows[0].values + begin, count, scale, low_out);
      if (scale == 1) std::copy_n(rows[0].values + begin, count, low_out);
      for (std::size_t r = 1; r < rows.size(); ++r) {
        const double* values = rows[r].values + begin;
        if (scale == 1) {
          for (std::size_t i = 0; i < count; ++i) low_out[i] += values[i];
        } else {
          scaled(values, count, scale, high_out);
          for (std::size_t i = 0; i < count; ++i) low_out[i] += high_out[i];
        }
      }
      return {low_out, low_out};
    }
  }
  const auto read_one = [&](std::size_t i) {
    double from = 0, to = 0;
    bool is_known = false;
    if (kind == Kind::latest) {
      from = low;
      to = high;
      bool found = false;
      for (const Row& row : rows) {
        if (!known(row, i)) continue;
        found = true;
        if (row.expected) {
          from = to = scaled(row.values[begin + i], scale);
          is_known = true;
        }
        break;
      }
      if (!found && silent_is_zero) {
        from = to = 0;
        is_known = true;
      }
    } else {
      std::int64_t there = 0, absent = 0;
      double total = 0, absent_low = 0, absent_high = 0;
      for (const Row& row : rows) {
        if (known(row, i)) {
          const double value = scaled(row.values[begin + i], scale);
          if (there == 0) {
            total = value;
          } else if (kind == Kind::sum) {
            total += value;
          } else {
            total = kind == Kind::greatest ? std::max(total, value) : std::min(total, value);
          }
          ++there;
        } else if (row.expected) {
          ++absent;
          absent_low += each_low;
          absent_high += each_high;
        }
      }
      if (absent == 0 && there > 0) {
        from = to = total;
        is_known = true;
      } else if (absent == 0 && silent_is_zero && kind != Kind::nothing) {
        is_known = true;
      } else if (absent == 0) {
        from = low;
        to = high;
      } else if (kind == Kind::sum) {
        from = total + absent_low;
        to = total + absent_high;
      } else if (there == 0) {
        from = each_low;
        to = each_high;
      } else if (kind == Kind::greatest) {
        from = std::max(total, each_low);
        to = std::max(total, each_high);
      } else {
        from = std::min(total, each_low);
        to = std::min(total, each_high);
      }
      is_known |= from == to;
    }
    switch (future) {
      case Future::none:
        break;
      case Future::more:
        if (!is_known && waited) from = to = 0;
        from += future_low;
        to += future_high;
        break;
      case Future::up:
        from = std::max(from, future_low);
        to = std::max(to, future_high);
        break;
      case Future::down:
        from = std::min(from, future_low);
        to = std::min(to, future_high);
        break;
      case Future::anything:
        from = future_low;
        to = future_high;
        break;
    }
    low_out[i] = from;
    high_out[i] = to;
  };
  const bool has_rows = future == Future::none && !rows.empty() && rows.front().values != nullptr &&
                        words != nullptr &&
                        (kind == Kind::latest ? rows.front().expected : rows.size() == 1);
  if (!has_rows) {
    for (std::size_t i = 0; i < count; ++i) read_one(i);
    return {low_out, high_out};
  }
  // What the first row reports is the value; the others are read one by one.
  if (scale == 1) {
    std::copy_n(rows.front().values + begin, count, low_out);
  } else {
    scaled(rows.front().values + begin, count, scale, low_out);
  }
  std::copy_n(low_out, count, high_out);
  constexpr std::size_t word_bits = value::Validity::word_bits;
  const std::size_t first = rows.front().first + begin;
  for (std::size_t done = 0; done < count;) {
    const std::size_t within = (first + done) % word_bits;
    const std::size_t here = std::min(word_bits - within, count - done);
    std::uint64_t missing = ~words[(first + done) / word_bits] >> within;
    if (here < word_bits) missing &= (std::uint64_t{1} << here) - 1;
    for (; missing != 0; missing &= missing - 1) {
      read_one(done + static_cast<std::size_t>(std::countr_zero(missing)));
    }
    done += here;
  }
  return {low_out, high_out};
}

}  // namespace dabiao::assessment::ledger
