#include <algorithm>
#include <cmath>
#include <limits>

#include "run.hpp"

// What is gathered of parts, and the columns that it becomes.
namespace dabiao::assessment::ledger {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double none = std::numeric_limits<double>::quiet_NaN();

constexpr std::uint8_t code(Truth truth) {
  return static_cast<std::uint8_t>(truth);
}

/// The sum in a fixed order: four strands, then what is left over.
double summed(const double* numbers, std::size_t count) {
  if (count < 8) {
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += numbers[i];
    return sum;
  }
  double a = 0, b = 0, c = 0, d = 0;
  std::size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    a += numbers[i];
    b += numbers[i + 1];
    c += numbers[i + 2];
    d += numbers[i + 3];
  }
  for (; i < count; ++i) a += numbers[i];
  return (a + b) + (c + d);
}

bool is_votes(Reduction::Kind kind) {
  return kind == Reduction::Kind::count || kind == Reduction::Kind::share ||
         kind == Reduction::Kind::any || kind == Reduction::Kind::all;
}

double lesser(double a, double b) {
  return std::isnan(b) || b < a ? b : a;
}
double greater(double a, double b) {
  return std::isnan(b) || b > a ? b : a;
}

Gathered empty(Reduction::Kind kind) {
  Gathered gathered;
  if (kind == Reduction::Kind::least) gathered.low = gathered.high = infinity;
  if (kind == Reduction::Kind::greatest) gathered.low = gathered.high = -infinity;
  return gathered;
}

void add_to(Gathered& into, const Gathered& more, Reduction::Kind kind) {
  if (kind == Reduction::Kind::least) {
    into.low = lesser(into.low, more.low);
    into.high = lesser(into.high, more.high);
  } else if (kind == Reduction::Kind::greatest) {
    into.low = greater(into.low, more.low);
    into.high = greater(into.high, more.high);
  } else {
    into.low += more.low;
    into.high += more.high;
  }
  into.parts += more.parts;
  into.yes += more.yes;
  into.no += more.no;
  into.open += more.open;
  into.perhaps_yes += more.perhaps_yes;
  into.perhaps_no += more.perhaps_no;
  into.perhaps_open += more.perhaps_open;
  into.fails |= more.fails;
  into.unsure |= more.unsure;
}

}  // namespace

void Reduction::start(std::size_t size, std::size_t rows) {
  if (kind != Kind::whole) {
    wholes.assign(size, empty(kind));
    return;
  }
  Column& column = made.column;
  if (value.shape == Value::Shape::truth) {
    column.shape = Column::Shape::truth;
    column.truths.resize(rows);
    return;
  }
  column.shape =
      value.shape == Value::Shape::quotient ? Column::Shape::quotient : Column::Shape::number;
  column.above.low.resize(rows);
  column.above.high.resize(rows);
  if (value.shape == Value::Shape::quotient) {
    column.below.low.resize(rows);
    column.below.high.resize(rows);
  }
  column.unsure.resize(rows);
}

Gathered Reduction::gather(const View& of, const View* filtered, std::size_t from,
                           std::size_t to) const {
  Gathered gathered = empty(kind);
  const std::size_t count = to - from;
  if (is_votes(kind)) {
    if (filtered == nullptr && of.truths == nullptr) {
      gathered.parts = gathered.yes = static_cast<std::uint32_t>(count);
      return gathered;
    }
    if (filtered == nullptr && of.plain) {
      std::uint32_t yes = 0;
      for (std::size_t i = from; i < to; ++i) yes += of.truths[i];
      gathered.parts = static_cast<std::uint32_t>(count);
      gathered.yes = yes;
      gathered.no = gathered.parts - yes;
      return gathered;
    }
    for (std::size_t i = from; i < to; ++i) {
      const std::uint8_t kept = filtered == nullptr ? code(Truth::yes) : filtered->truths[i];
      const std::uint8_t truth = of.truths == nullptr ? code(Truth::yes) : of.truths[i];
      if (kept == code(Truth::no)) continue;
      ++gathered.parts;
      gathered.unsure |= kept == code(Truth::unsure) || truth == code(Truth::unsure);
      if (kept == code(Truth::yes)) {
        ++(truth == code(Truth::yes)  ? gathered.yes
           : truth == code(Truth::no) ? gathered.no
                                      : gathered.open);
      } else {
        ++(truth == code(Truth::yes)  ? gathered.perhaps_yes
           : truth == code(Truth::no) ? gathered.perhaps_no
                                      : gathered.perhaps_open);
      }
    }
    return gathered;
  }
  if (of.unsure != nullptr) {
    for (std::size_t i = from; i < to; ++i) gathered.unsure |= of.unsure[i] != 0;
  }
  if (filtered == nullptr && (kind == Kind::sum || kind == Kind::average)) {
    gathered.parts = static_cast<std::uint32_t>(count);
    gathered.low = summed(of.low + from, count);
    gathered.high = of.points() ? gathered.low : summed(of.high + from, count);
    return gathered;
  }
  for (std::size_t i = from; i < to; ++i) {
    const std::uint8_t kept = filtered == nullptr ? code(Truth::yes) : filtered->truths[i];
    if (kept == code(Truth::no)) continue;
    // Who may be left out changes an extreme or a mean in ways that ends do not tell.
    if (kept != code(Truth::yes)) gathered.unsure = true;
    ++gathered.parts;
    if (kind == Kind::least) {
      gathered.low = lesser(gathered.low, of.low[i]);
      gathered.high = lesser(gathered.high, of.high[i]);
    } else if (kind == Kind::greatest) {
      gathered.low = greater(gathered.low, of.low[i]);
      gathered.high = greater(gathered.high, of.high[i]);
    } else {
      gathered.low += of.low[i];
      gathered.high += of.high[i];
    }
  }
  return gathered;
}

void Reduction::gather(const Runner& runner, const Chunk& chunk, std::vector<Edge>& edges) {
  const View of = reg == no_register ? View{} : runner.at(reg);
  if (kind == Kind::whole) {
    const std::size_t count = chunk.last - chunk.first;
    Column& column = made.column;
    if (of.truths != nullptr) {
      std::copy_n(of.truths, count, column.truths.begin() + chunk.first);
      return;
    }
    std::copy_n(of.low, count, column.above.low.begin() + chunk.first);
    std::copy_n(of.high, count, column.above.high.begin() + chunk.first);
    const std::uint8_t* unsure = of.unsure;
    if (value.shape == Value::Shape::quotient) {
      const View below = runner.at(value.below);
      std::copy_n(below.low, count, column.below.low.begin() + chunk.first);
      std::copy_n(below.high, count, column.below.high.begin() + chunk.first);
      if (below.unsure != nullptr) {
        for (std::size_t i = 0; i < count; ++i) column.unsure[chunk.first + i] |= below.unsure[i];
      }
    }
    if (unsure != nullptr) {
      for (std::size_t i = 0; i < count; ++i) column.unsure[chunk.first + i] |= unsure[i];
    }
    return;
  }
  const View* const by = filter == no_register ? nullptr : &runner.at(filter);
  const std::vector<data::EntityIndex>& begin = *bounds;
  auto whole = static_cast<data::EntityIndex>(
      std::upper_bound(begin.begin(), begin.end(), chunk.first) - begin.begin() - 1);
  for (; whole + 1 < begin.size() && begin[whole] < chunk.last; ++whole) {
    const data::EntityIndex from = std::max(begin[whole], chunk.first);
    const data::EntityIndex to = std::min(begin[whole + 1], chunk.last);
    if (from >= to) continue;
    const Gathered found = gather(of, by, from - chunk.first, to - chunk.first);
    if (from == begin[whole] && to == begin[whole + 1]) {
      wholes[whole] = found;
    } else {
      edges.push_back({whole, found});
    }
  }
}

void Reduction::add(const Edge& edge) {
  add_to(wholes[edge.whole], edge.gathered, kind);
}

namespace {

/// Drops what says nothing, and finds how great the numbers are.
void settle(Numbers& numbers, Facts& facts) {
  double most = 0;
  bool same = true;
  for (const double each : numbers.low) {
    if (std::isfinite(each)) most = std::max(most, std::fabs(each));
  }
  for (std::size_t i = 0; i < numbers.high.size(); ++i) {
    if (std::isfinite(numbers.high[i])) most = std::max(most, std::fabs(numbers.high[i]));
    same &= numbers.low[i] == numbers.high[i];
  }
  if (same) numbers.high = {};
  facts.most = most;
}

/// An input above its own level that has no report there and need not have one yet.
void wait_above(Ledger& ledger, const Reduction& reduction, Column& column) {
  const ColumnKey& key = reduction.key;
  const ir::Node& node = ledger.program.at(key.node);
  if (node.operation != ir::Operation::input || key.whole) return;
  const model::Input& input = ledger.program.plan->inputs[node.index];
  if (!waits_above(input, key.span, ledger.as_of) || column.above.high.empty()) return;
  const Source& source = ledger.source(node.index);
  const bool begun = !key.span.span.first || *key.span.span.first <= ledger.as_of;
  const bool sums = begun && input.over_periods == model::RollUp::sum;
  for (std::size_t i = 0; i < column.above.low.size(); ++i) {
    if (column.above.low[i] == column.above.high[i]) continue;
    column.above.low[i] = sums && source.range_low < 0 ? -infinity : source.range_low;
    column.above.high[i] = sums ? infinity : source.range_high;
  }
  for (const double end : {source.range_low, source.range_high}) {
    if (std::isfinite(end)) {
      column.above_facts.most = std::max(column.above_facts.most, std::fabs(end));
    }
  }
}

}  // namespace

Made finished(Ledger& ledger, Reduction& reduction) {
  Made made = std::move(reduction.made);
  made.uses = reduction.uses;
  Column& column = made.column;
  const Facts& from = reduction.value.facts;
  if (reduction.kind == Reduction::Kind::whole) {
    column.above_facts = from;
    column.below_facts = reduction.value.below_facts;
    if (column.shape == Column::Shape::truth) return made;
    settle(column.above, column.above_facts);
    column.above_facts.most = std::max(column.above_facts.most, from.whole ? 0.0 : from.most);
    if (column.shape == Column::Shape::quotient) settle(column.below, column.below_facts);
    if (std::find(column.unsure.begin(), column.unsure.end(), 1) == column.unsure.end()) {
      column.unsure = {};
    }
    return made;
  }

  const std::vector<Gathered>& wholes = reduction.wholes;
  const ir::Node& node = ledger.program.at(reduction.key.node);
  const bool is_input = node.operation == ir::Operation::input;
  const bool declared = ledger.cube.entities.declared();
  std::uint32_t most_parts = 1;
  bool any_unsure = false;
  column.unsure.assign(wholes.size(), 0);
  for (std::size_t i = 0; i < wholes.size(); ++i) {
    bool unsure = wholes[i].unsure;
    if (is_input && wholes[i].parts == 0) {
      // Whether nobody below means none is left to the exact evaluation.
      unsure |= !declared || reduction.kind != Reduction::Kind::sum;
    }
    column.unsure[i] = unsure ? 1 : 0;
    any_unsure |= unsure;
    most_parts = std::max(most_parts, wholes[i].parts);
  }
  const auto numbers = [&](auto low, auto high) {
    column.above.low.reserve(wholes.size());
    column.above.high.reserve(wholes.size());
    for (const Gathered& whole : wholes) {
      column.above.low.push_back(low(whole));
      column.above.high.push_back(high(whole));
    }
  };
  const auto more = [](const Gathered& whole) {
    return whole.open + whole.perhaps_yes + whole.perhaps_open;
  };
  switch (reduction.kind) {
    case Reduction::Kind::sum:
    case Reduction::Kind::average: {
      const bool mean = reduction.kind == Reduction::Kind::average;
      numbers([](const Gathered& whole) { return whole.low; },
              [](const Gathered& whole) { return whole.high; });
      Facts& facts = column.above_facts;
      facts = from;
      facts.written = false;
      settle(column.above, facts);
      const auto parts = static_cast<double>(most_parts);
      const double reach = from.nonnegative ? facts.most : parts * from.most;
      facts.whole = from.whole && reach < most_whole;
      if (!facts.whole) {
        facts.absolute = from.absolute * parts * 1.01;
        facts.relative = 0;
        if (from.nonnegative) {
          facts.relative = from.relative + (parts + 64) * half_ulp * 1.01;
        } else {
          facts.absolute += parts * from.most * (from.relative + parts * half_ulp) * 1.01;
        }
      }
      if (mean) {
        column.shape = Column::Shape::quotient;
        for (std::size_t i = 0; i < wholes.size(); ++i) {
          if (wholes[i].parts == 0) {
            if (column.above.high.empty()) column.above.high = column.above.low;
            column.above.low[i] = column.above.high[i] = none;
          }
          column.below.low.push_back(std::max(wholes[i].parts, 1U));
        }
        settle(column.below, column.below_facts);
      }
      break;
    }
    case Reduction::Kind::least:
    case Reduction::Kind::greatest:
      numbers([](const Gathered& whole) { return whole.parts == 0 ? none : whole.low; },
              [](const Gathered& whole) { return whole.parts == 0 ? none : whole.high; });
      column.above_facts = from;
      settle(column.above, column.above_facts);
      column.above_facts.most = std::max(column.above_facts.most, from.whole ? 0.0 : from.most);
      break;
    case Reduction::Kind::count:
      numbers(
          [&](const Gathered& whole) {
            return more(whole) > 0 && whole.fails ? none : static_cast<double>(whole.yes);
          },
          [&](const Gathered& whole) {
            return more(whole) > 0 && whole.fails ? none
                                                  : static_cast<double>(whole.yes + more(whole));
          });
      settle(column.above, column.above_facts);
      break;
    case Reduction::Kind::share:
      column.shape = Column::Shape::quotient;
      for (const Gathered& whole : wholes) {
        const std::uint32_t sure = whole.yes + whole.no + whole.open;
        const bool open = more(whole) + whole.perhaps_no > 0;
        const bool fails = sure == 0 || (open && whole.fails);
        column.above.low.push_back(fails ? none : whole.yes);
        column.above.high.push_back(fails ? none : whole.yes + more(whole));
        // The low end of the share has the greater denominator, whichever that is.
        column.below.low.push_back(fails ? none : sure + whole.perhaps_yes + whole.perhaps_open);
        column.below.high.push_back(fails ? none : sure + whole.perhaps_no + whole.perhaps_open);
      }
      settle(column.above, column.above_facts);
      settle(column.below, column.below_facts);
      break;
    case Reduction::Kind::any:
      column.shape = Column::Shape::truth;
      for (const Gathered& whole : wholes) {
        column.truths.push_back(whole.yes > 0      ? code(Truth::yes)
                                : more(whole) == 0 ? code(Truth::no)
                                : whole.fails      ? code(Truth::open_fail)
                                                   : code(Truth::open));
      }
      break;
    case Reduction::Kind::all:
      column.shape = Column::Shape::truth;
      for (const Gathered& whole : wholes) {
        const bool doubt = whole.open + whole.perhaps_no + whole.perhaps_open > 0;
        column.truths.push_back(whole.no > 0  ? code(Truth::no)
                                : !doubt      ? code(Truth::yes)
                                : whole.fails ? code(Truth::open_fail)
                                              : code(Truth::open));
      }
      break;
    case Reduction::Kind::whole:
      break;
  }
  wait_above(ledger, reduction, column);
  if (!any_unsure) {
    column.unsure = {};
  } else if (column.shape == Column::Shape::truth) {
    for (std::size_t i = 0; i < column.truths.size(); ++i) {
      if (column.unsure[i] != 0) column.truths[i] = code(Truth::unsure);
    }
  }
  reduction.wholes = {};
  return made;
}

}  // namespace dabiao::assessment::ledger
