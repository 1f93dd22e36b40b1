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

void Reduction::start(Ledger& ledger, std::size_t rows, std::size_t chunks) {
  Column& column = made.column;
  if (kind != Kind::whole) {
    parts_.resize(chunks);
    // Somebody without parts has none of most; that is seen to one by one.
    one_number_ = !wholes->some_empty && filter == no_register;
    any_order_ = value.facts.whole && wholes->most_parts * value.facts.most < most_whole;
    column.above.low = ledger.numbers(wholes->size());
    if (kind == Kind::share || kind == Kind::average) {
      column.below.low = ledger.numbers(wholes->size());
    }
    return;
  }
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

bool Reduction::gather_known(const View& of, const Families& families, double* out) const {
  if (!one_number_) return false;
  if (is_votes(kind)) {
    if (of.truths == nullptr) {
      for (std::size_t i = 0; i < families.count; ++i) {
        out[i] = families.begins[i + 1] - families.begins[i];
      }
      return true;
    }
    if (!of.plain) return false;
    kernels::votes(of.truths, families, out);
    return true;
  }
  if (!of.points() || of.unsure != nullptr) return false;
  switch (kind) {
    case Kind::least:
      kernels::lowest(of.low, families, out);
      return true;
    case Kind::greatest:
      kernels::highest(of.low, families, out);
      return true;
    default:
      break;
  }
  if (any_order_) {
    kernels::sums(of.low, families, out);
    return true;
  }
  for (std::size_t i = 0; i < families.count; ++i) {
    const std::size_t from = families.begins[i] - families.first;
    out[i] = summed(of.low + from, families.begins[i + 1] - families.begins[i]);
  }
  return true;
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

void Reduction::gather(const Runner& runner, const Chunk& chunk, std::size_t number) {
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
  const std::vector<data::EntityIndex>& begins = wholes->begins;
  Part& part = parts_[number];
  const auto add_edge = [&](data::EntityIndex whole) {
    const data::EntityIndex from = std::max(begins[whole], chunk.first);
    const data::EntityIndex to = std::min(begins[whole + 1], chunk.last);
    if (from < to) {
      part.edges.push_back({whole, gather(of, by, from - chunk.first, to - chunk.first)});
    }
  };
  // From the first whole that begins in the chunk to the first that ends beyond it.
  const auto at = [&](auto found) {
    return static_cast<data::EntityIndex>(found - begins.begin());
  };
  part.first = at(std::lower_bound(begins.begin(), begins.end(), chunk.first));
  part.last = at(std::upper_bound(begins.begin(), begins.end(), chunk.last)) - 1;
  if (part.first > part.last) {  // all of it lies within one whole
    add_edge(part.last);
    part.first = part.last;
    return;
  }
  if (part.first > 0 && begins[part.first] > chunk.first) add_edge(part.first - 1);
  if (part.first < part.last) {
    const Families families{begins.data() + part.first, part.last - part.first, chunk.first};
    if (!gather_known(of, families, made.column.above.low.data() + part.first)) {
      part.inside.reserve(families.count);
      for (data::EntityIndex whole = part.first; whole < part.last; ++whole) {
        part.inside.push_back(
            gather(of, by, begins[whole] - chunk.first, begins[whole + 1] - chunk.first));
      }
    }
  }
  if (part.last + 1 < begins.size() && begins[part.last] < chunk.last) add_edge(part.last);
}

/// What the one number of a known whole stands for.
Gathered Reduction::known(double number, std::uint32_t parts) const {
  Gathered gathered;
  gathered.parts = parts;
  if (is_votes(kind)) {
    gathered.yes = static_cast<std::uint32_t>(number);
    gathered.no = parts - gathered.yes;
  } else {
    gathered.low = gathered.high = number;
  }
  return gathered;
}

std::vector<Gathered> Reduction::all_gathered() const {
  std::vector<Gathered> all(wholes->size(), empty(kind));
  for (const Part& part : parts_) {
    for (data::EntityIndex whole = part.first; whole < part.last; ++whole) {
      all[whole] = part.inside.empty() ? known(made.column.above.low[whole], wholes->parts(whole))
                                       : part.inside[whole - part.first];
    }
    for (const Part::Edge& edge : part.edges) add_to(all[edge.whole], edge.gathered, kind);
  }
  return all;
}

namespace {

/// Drops what says nothing, and finds how great the numbers are.
void settle(Numbers& numbers, Facts& facts) {
  facts.most = std::max(kernels::most(numbers.low.data(), numbers.low.size()),
                        kernels::most(numbers.high.data(), numbers.high.size()));
  bool same = true;
  for (std::size_t i = 0; i < numbers.high.size(); ++i) {
    same &= numbers.low[i] == numbers.high[i];
  }
  if (same) numbers.high = {};
}

/// Sums of so many parts at most, which are known as `from` says.
void settle_sums(Column& column, const Facts& from, std::uint32_t most_parts) {
  Facts& facts = column.above_facts;
  facts = from;
  facts.written = false;
  settle(column.above, facts);
  const auto parts = static_cast<double>(most_parts);
  const double reach = from.nonnegative ? facts.most : parts * from.most;
  facts.whole = from.whole && reach < most_whole;
  if (facts.whole) return;
  facts.absolute = from.absolute * parts * 1.01;
  facts.relative = 0;
  if (from.nonnegative) {
    facts.relative = from.relative + (parts + 64) * half_ulp * 1.01;
  } else {
    facts.absolute += parts * from.most * (from.relative + parts * half_ulp) * 1.01;
  }
}

void settle_extremes(Column& column, const Facts& from) {
  column.above_facts = from;
  settle(column.above, column.above_facts);
  column.above_facts.most = std::max(column.above_facts.most, from.whole ? 0.0 : from.most);
}

}  // namespace

void Reduction::finish(const Ledger& ledger) {
  made.uses = uses;
  Column& column = made.column;
  if (kind == Kind::whole) {
    column.above_facts = value.facts;
    column.below_facts = value.below_facts;
    if (column.shape == Column::Shape::truth) return;
    settle_extremes(column, value.facts);
    if (column.shape == Column::Shape::quotient) settle(column.below, column.below_facts);
    if (std::find(column.unsure.begin(), column.unsure.end(), 1) == column.unsure.end()) {
      column.unsure = {};
    }
    return;
  }
  if (know_edges()) {
    finish_known();
  } else {
    finish_gathered(ledger, all_gathered());
  }
  parts_ = {};
}

/// Whether everything is one number; then what lies at the edges of chunks is as well.
bool Reduction::know_edges() {
  if (!one_number_) return false;
  for (const Part& part : parts_) {
    if (!part.inside.empty()) return false;
  }
  Gathered all = empty(kind);
  const Part::Edge* last = nullptr;
  const auto end = [&] {
    if (last == nullptr) return true;
    double& number = made.column.above.low[last->whole];
    number = is_votes(kind) ? static_cast<double>(all.yes) : all.low;
    const bool one = is_votes(kind) ? all.yes + all.no == all.parts : all.low == all.high;
    return one && !all.unsure;
  };
  for (const Part& part : parts_) {
    for (const Part::Edge& edge : part.edges) {
      if (last != nullptr && last->whole != edge.whole) {
        if (!end()) return false;
        all = empty(kind);
      }
      add_to(all, edge.gathered, kind);
      last = &edge;
    }
  }
  return end();
}

/// What each whole has one number for.
void Reduction::finish_known() {
  Column& column = made.column;
  std::vector<double>& low = column.above.low;
  const auto parts_below = [&] {
    column.shape = Column::Shape::quotient;
    for (data::EntityIndex i = 0; i < low.size(); ++i) column.below.low[i] = wholes->parts(i);
    settle(column.below, column.below_facts);
  };
  switch (kind) {
    case Kind::sum:
      settle_sums(column, value.facts, wholes->most_parts);
      break;
    case Kind::average:
      settle_sums(column, value.facts, wholes->most_parts);
      parts_below();
      break;
    case Kind::least:
    case Kind::greatest:
      settle_extremes(column, value.facts);
      break;
    case Kind::count:
      settle(column.above, column.above_facts);
      break;
    case Kind::share:
      settle(column.above, column.above_facts);
      parts_below();
      break;
    case Kind::any:
    case Kind::all:
      column.shape = Column::Shape::truth;
      column.truths.resize(low.size());
      for (data::EntityIndex i = 0; i < low.size(); ++i) {
        column.truths[i] = low[i] >= (kind == Kind::any ? 1.0 : wholes->parts(i)) ? 1 : 0;
      }
      column.above = {};
      break;
    case Kind::whole:
      break;
  }
}

void Reduction::finish_gathered(const Ledger& ledger, const std::vector<Gathered>& all) {
  Column& column = made.column;
  column.above.low.clear();
  column.below.low.clear();
  const Facts& from = value.facts;
  const ir::Node& node = ledger.program.at(key.node);
  const bool is_input = node.operation == ir::Operation::input;
  const bool declared = ledger.cube.entities.declared();
  bool any_unsure = false;
  column.unsure.assign(all.size(), 0);
  for (std::size_t i = 0; i < all.size(); ++i) {
    bool unsure = all[i].unsure;
    if (is_input && all[i].parts == 0) {
      // Whether nobody below means none is left to the exact evaluation.
      unsure |= !declared || kind != Kind::sum;
    }
    column.unsure[i] = unsure ? 1 : 0;
    any_unsure |= unsure;
  }
  const auto numbers = [&](auto low, auto high) {
    column.above.low.reserve(all.size());
    column.above.high.reserve(all.size());
    for (const Gathered& whole : all) {
      column.above.low.push_back(low(whole));
      column.above.high.push_back(high(whole));
    }
  };
  const auto more = [](const Gathered& whole) {
    return whole.open + whole.perhaps_yes + whole.perhaps_open;
  };
  switch (kind) {
    case Kind::sum:
    case Kind::average:
      numbers([](const Gathered& whole) { return whole.low; },
              [](const Gathered& whole) { return whole.high; });
      settle_sums(column, from, wholes->most_parts);
      if (kind == Kind::average) {
        column.shape = Column::Shape::quotient;
        for (std::size_t i = 0; i < all.size(); ++i) {
          if (all[i].parts == 0) {
            if (column.above.high.empty()) column.above.high = column.above.low;
            column.above.low[i] = column.above.high[i] = none;
          }
          column.below.low.push_back(std::max(all[i].parts, 1U));
        }
        settle(column.below, column.below_facts);
      }
      break;
    case Kind::least:
    case Kind::greatest:
      numbers([](const Gathered& whole) { return whole.parts == 0 ? none : whole.low; },
              [](const Gathered& whole) { return whole.parts == 0 ? none : whole.high; });
      settle_extremes(column, from);
      break;
    case Kind::count:
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
    case Kind::share:
      column.shape = Column::Shape::quotient;
      for (const Gathered& whole : all) {
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
    case Kind::any:
      column.shape = Column::Shape::truth;
      for (const Gathered& whole : all) {
        column.truths.push_back(whole.yes > 0      ? code(Truth::yes)
                                : more(whole) == 0 ? code(Truth::no)
                                : whole.fails      ? code(Truth::open_fail)
                                                   : code(Truth::open));
      }
      break;
    case Kind::all:
      column.shape = Column::Shape::truth;
      for (const Gathered& whole : all) {
        const bool doubt = whole.open + whole.perhaps_no + whole.perhaps_open > 0;
        column.truths.push_back(whole.no > 0  ? code(Truth::no)
                                : !doubt      ? code(Truth::yes)
                                : whole.fails ? code(Truth::open_fail)
                                              : code(Truth::open));
      }
      break;
    case Kind::whole:
      break;
  }
  if (!any_unsure) {
    column.unsure = {};
  } else if (column.shape == Column::Shape::truth) {
    for (std::size_t i = 0; i < column.truths.size(); ++i) {
      if (column.unsure[i] != 0) column.truths[i] = code(Truth::unsure);
    }
  }
}

}  // namespace dabiao::assessment::ledger
