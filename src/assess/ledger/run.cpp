#include "run.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace dabiao::assessment::ledger {

using Kind = Step::Kind;

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

constexpr std::uint8_t code(Truth truth) {
  return static_cast<std::uint8_t>(truth);
}

bool makes_truths(const Step& step) {
  switch (step.kind) {
    case Kind::truth_column:
    case Kind::truth_of:
    case Kind::compare:
    case Kind::compare_quotient:
    case Kind::negation:
    case Kind::conjunction:
    case Kind::disjunction:
    case Kind::choose_truth:
      return true;
    case Kind::votes:
      return step.vote == Step::Vote::any || step.vote == Step::Vote::all;
    default:
      return false;
  }
}

template <class Visit>
void for_each_read(const Step& step, Visit visit) {
  for (const Register reg : {step.a, step.b, step.c}) {
    if (reg != no_register) visit(reg);
  }
  for (const Register reg : step.many) visit(reg);
  for (const Register reg : step.filters) visit(reg);
  for (const Register reg : step.suspects) visit(reg);
}

}  // namespace

Runner::Runner(const Compiler& program, const std::vector<Register>& kept, std::size_t most_rows)
    : program_(program), most_rows_(most_rows) {
  const std::vector<Step>& steps = program.steps();
  std::vector<std::size_t> last_read(program.registers(), 0);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    for_each_read(steps[i], [&](Register reg) { last_read[reg] = i; });
  }
  for (const Register reg : kept) last_read[reg] = steps.size();
  buffers_.resize(program.registers());
  views_.resize(program.registers());
  std::vector<double*> free_numbers;
  std::vector<std::uint8_t*> free_bytes;
  const auto number = [&] {
    if (free_numbers.empty()) {
      numbers_.push_back(std::make_unique<double[]>(most_rows));
      return numbers_.back().get();
    }
    double* const buffer = free_numbers.back();
    free_numbers.pop_back();
    return buffer;
  };
  const auto take = [&](const Step& step, Register reg) {
    if (makes_truths(step)) {
      if (free_bytes.empty()) {
        bytes_.push_back(std::make_unique<std::uint8_t[]>(most_rows));
        free_bytes.push_back(bytes_.back().get());
      }
      buffers_[reg].bytes = free_bytes.back();
      free_bytes.pop_back();
    } else {
      buffers_[reg].low = number();
      buffers_[reg].high = number();
    }
  };
  const auto give_back = [&](Register reg) {
    if (buffers_[reg].bytes != nullptr) free_bytes.push_back(buffers_[reg].bytes);
    if (buffers_[reg].low != nullptr) {
      free_numbers.push_back(buffers_[reg].high);
      free_numbers.push_back(buffers_[reg].low);
    }
  };
  for (std::size_t i = 0; i < steps.size(); ++i) {
    take(steps[i], steps[i].out);
    if (steps[i].out_below != no_register) take(steps[i], steps[i].out_below);
    std::vector<Register> ended;
    for_each_read(steps[i], [&](Register reg) {
      if (last_read[reg] == i) ended.push_back(reg);
    });
    std::sort(ended.begin(), ended.end());
    ended.erase(std::unique(ended.begin(), ended.end()), ended.end());
    for (const Register reg : ended) give_back(reg);
  }
}

std::uint8_t* Runner::scratch() {
  if (scratch_used_ == scratch_.size()) {
    scratch_.push_back(std::make_unique<std::uint8_t[]>(most_rows_));
  }
  return scratch_[scratch_used_++].get();
}

const std::uint8_t* Runner::joined_unsure(const std::uint8_t* a, const std::uint8_t* b,
                                          std::size_t count) {
  if (a == nullptr || a == b) return b;
  if (b == nullptr) return a;
  std::uint8_t* const both = scratch();
  for (std::size_t i = 0; i < count; ++i) both[i] = a[i] | b[i];
  return both;
}

void Runner::run(const Chunk& chunk) {
  scratch_used_ = 0;
  const std::size_t count = chunk.last - chunk.first;
  for (const Step& step : program_.steps()) run(step, chunk.first, count);
}

void Runner::mark_suspects(const Step& step, std::size_t count, std::uint8_t* out) {
  for (const Register reg : step.suspects) {
    const View& view = views_[reg];
    if (view.truths == nullptr && view.points()) continue;
    for (std::size_t i = 0; i < count; ++i) {
      if (out[i] != code(Truth::open) && out[i] != code(Truth::open_fail)) continue;
      const bool missing =
          view.truths != nullptr ? view.truths[i] >= 2 : !(view.low[i] == view.high[i]);
      if (missing) out[i] = code(Truth::unsure);
    }
  }
}

void Runner::votes(const Step& step, std::size_t count) {
  const Buffers& into = buffers_[step.out];
  const std::size_t members = std::max(step.many.size(), step.filters.size());
  for (std::size_t i = 0; i < count; ++i) {
    Gathered all;
    for (std::size_t k = 0; k < members; ++k) {
      const std::uint8_t filter =
          step.filters.empty() ? code(Truth::yes) : views_[step.filters[k]].truths[i];
      const std::uint8_t truth =
          step.many.empty() ? code(Truth::yes) : views_[step.many[k]].truths[i];
      if (filter == code(Truth::no)) continue;
      ++all.parts;
      if (filter == code(Truth::unsure) || truth == code(Truth::unsure)) all.unsure = true;
      if (filter == code(Truth::yes)) {
        ++(truth == code(Truth::yes) ? all.yes : truth == code(Truth::no) ? all.no : all.open);
      } else {
        ++(truth == code(Truth::yes)  ? all.perhaps_yes
           : truth == code(Truth::no) ? all.perhaps_no
                                      : all.perhaps_open);
      }
    }
    const std::uint32_t more = all.open + all.perhaps_yes + all.perhaps_open;
    switch (step.vote) {
      case Step::Vote::any:
        into.bytes[i] = all.unsure    ? code(Truth::unsure)
                        : all.yes > 0 ? code(Truth::yes)
                        : more == 0   ? code(Truth::no)
                        : all.fails   ? code(Truth::open_fail)
                                      : code(Truth::open);
        break;
      case Step::Vote::all: {
        const bool open = all.open + all.perhaps_no + all.perhaps_open + all.perhaps_yes > 0;
        // One that may be left out and says yes changes nothing.
        const bool doubt = all.open + all.perhaps_no + all.perhaps_open > 0;
        into.bytes[i] = all.unsure          ? code(Truth::unsure)
                        : all.no > 0        ? code(Truth::no)
                        : !doubt            ? code(Truth::yes)
                        : open && all.fails ? code(Truth::open_fail)
                                            : code(Truth::open);
        break;
      }
      case Step::Vote::count: {
        const bool fails = more > 0 && all.fails;
        into.low[i] = all.unsure || fails ? none : all.yes;
        into.high[i] = all.unsure || fails ? none : all.yes + more;
        break;
      }
      case Step::Vote::share: {
        const std::uint32_t sure = all.yes + all.no + all.open;
        const bool open = more + all.perhaps_no > 0;
        const Buffers& below = buffers_[step.out_below];
        if (sure == 0 || (open && all.fails)) {
          into.low[i] = into.high[i] = below.low[i] = below.high[i] = none;
          break;
        }
        into.low[i] = all.yes;
        into.high[i] = all.yes + more;
        // The low end of the share has the greater denominator, whichever that is.
        below.high[i] = sure + all.perhaps_no + all.perhaps_open;
        below.low[i] = sure + all.perhaps_yes + all.perhaps_open;
        break;
      }
    }
    if (all.unsure && !makes_truths(step)) {
      // Told apart from what may fail by the bytes of `unsure`.
      into.low[i] = none;
    }
  }
  View& view = views_[step.out];
  view = {};
  if (makes_truths(step)) {
    view.truths = into.bytes;
    return;
  }
  view.low = into.low;
  view.high = into.high;
  bool any_unsure = false;
  for (const auto& regs : {step.many, step.filters}) {
    for (const Register reg : regs) {
      const std::uint8_t* truths = views_[reg].truths;
      any_unsure |= std::find(truths, truths + count, code(Truth::unsure)) != truths + count;
    }
  }
  if (any_unsure) {
    std::uint8_t* const marks = scratch();
    for (std::size_t i = 0; i < count; ++i) marks[i] = std::isnan(into.low[i]) ? 1 : 0;
    view.unsure = marks;
  }
  if (step.out_below != no_register) {
    const Buffers& below = buffers_[step.out_below];
    views_[step.out_below] = {below.low, below.high, nullptr, view.unsure, false};
  }
}

void Runner::run(const Step& step, std::size_t begin, std::size_t count) {
  const Buffers& into = buffers_[step.out];
  View& view = views_[step.out];
  const View a = step.a != no_register ? views_[step.a] : View{};
  const View b = step.b != no_register ? views_[step.b] : View{};
  view = {};
  const auto set = [&](bool points) {
    view.low = into.low;
    view.high = points ? into.low : into.high;
    view.unsure = joined_unsure(a.unsure, b.unsure, count);
  };
  const auto set_truths = [&](bool plain) {
    view.truths = into.bytes;
    view.plain = plain;
    const std::uint8_t* unsure = joined_unsure(a.unsure, b.unsure, count);
    if (unsure == nullptr) return;
    view.plain = false;
    for (std::size_t i = 0; i < count; ++i) {
      if (unsure[i] != 0) into.bytes[i] = code(Truth::unsure);
    }
  };
  /// A function of one number, the ends of a range changing places where it falls.
  const auto map = [&](auto function, bool falls) {
    function(a.low, into.low);
    if (!a.points()) {
      function(a.high, into.high);
      if (falls) std::swap_ranges(into.low, into.low + count, into.high);
    }
    set(a.points());
  };
  switch (step.kind) {
    case Kind::leaf: {
      const Leaf::Ends ends = step.leaf->read(begin, count, into.low, into.high);
      view.low = ends.low;
      view.high = ends.high;
      return;
    }
    case Kind::number_column: {
      const Column& column = *step.column;
      const Numbers& numbers = step.below_part ? column.below : column.above;
      if (step.ancestors == nullptr) {
        view.low = numbers.low.data() + begin;
        view.high = numbers.high.empty() ? view.low : numbers.high.data() + begin;
        if (!column.unsure.empty()) view.unsure = column.unsure.data() + begin;
        return;
      }
      const data::EntityIndex* const above = step.ancestors->data() + begin;
      for (std::size_t i = 0; i < count; ++i) into.low[i] = numbers.low[above[i]];
      view.low = view.high = into.low;
      if (!numbers.high.empty()) {
        for (std::size_t i = 0; i < count; ++i) into.high[i] = numbers.high[above[i]];
        view.high = into.high;
      }
      if (!column.unsure.empty()) {
        std::uint8_t* const marks = scratch();
        for (std::size_t i = 0; i < count; ++i) marks[i] = column.unsure[above[i]];
        view.unsure = marks;
      }
      return;
    }
    case Kind::truth_column: {
      const std::vector<std::uint8_t>& truths = step.column->truths;
      if (step.ancestors == nullptr) {
        view.truths = truths.data() + begin;
        return;
      }
      const data::EntityIndex* const above = step.ancestors->data() + begin;
      for (std::size_t i = 0; i < count; ++i) into.bytes[i] = truths[above[i]];
      view.truths = into.bytes;
      return;
    }
    case Kind::constant:
      kernels::fill(step.x, count, into.low);
      view.low = view.high = into.low;
      return;
    case Kind::scale:
      return map([&](const double* from, double* to) { kernels::scale(from, step.x, count, to); },
                 false);
    case Kind::shift:
      return map([&](const double* from, double* to) { kernels::shift(from, step.x, count, to); },
                 false);
    case Kind::negate:
      return map([&](const double* from, double* to) { kernels::negate(from, count, to); }, true);
    case Kind::absolute:
      if (a.points()) {
        kernels::absolute(a.low, count, into.low);
      } else {
        kernels::absolute(a, count, into.low, into.high);
      }
      return set(a.points());
    case Kind::add:
      kernels::add(a.low, b.low, count, into.low);
      if (!a.points() || !b.points()) kernels::add(a.high, b.high, count, into.high);
      return set(a.points() && b.points());
    case Kind::subtract:
      kernels::subtract(a.low, b.high, count, into.low);
      if (!a.points() || !b.points()) kernels::subtract(a.high, b.low, count, into.high);
      return set(a.points() && b.points());
    case Kind::multiply:
      if (a.points() && b.points()) {
        kernels::multiply(a.low, b.low, count, into.low);
      } else {
        kernels::multiply(a, b, count, into.low, into.high);
      }
      return set(a.points() && b.points());
    case Kind::divide: {
      if (a.points() && b.points() && !kernels::any_zero(b.low, count)) {
        kernels::divide(a.low, b.low, count, into.low);
        return set(true);
      }
      std::uint8_t* const marks = scratch();
      kernels::divide(a, b, count, into.low, into.high, marks);
      set(false);
      view.unsure = joined_unsure(view.unsure, marks, count);
      return;
    }
    case Kind::least:
    case Kind::greatest: {
      const bool points = a.points() && b.points();
      const auto pick = step.kind == Kind::least
                            ? (points ? kernels::least : kernels::least_of_some)
                            : (points ? kernels::greatest : kernels::greatest_of_some);
      pick(a.low, b.low, count, into.low);
      if (!points) pick(a.high, b.high, count, into.high);
      return set(points);
    }
    case Kind::choose:
    case Kind::masked: {
      // a is the condition here.
      View other;
      if (step.kind == Kind::choose) other = views_[step.c];
      const bool points = a.plain && b.points() && (other.low == nullptr || other.points());
      const std::uint8_t* unsure = joined_unsure(b.unsure, other.unsure, count);
      if (points && unsure == nullptr) {
        kernels::choose(a.truths, b.low, other.low, count, into.low);
        view.low = view.high = into.low;
        return;
      }
      std::uint8_t* marks = nullptr;
      if (unsure != nullptr || !a.plain) {
        marks = scratch();
        for (std::size_t i = 0; i < count; ++i) {
          marks[i] = a.truths[i] == code(Truth::unsure) ||
                     (step.may_lack && a.truths[i] == code(Truth::open)) ||
                     (unsure != nullptr && unsure[i] != 0);
        }
      }
      const auto end = [](const double* numbers, std::size_t i) {
        return numbers == nullptr ? 0.0 : numbers[i];
      };
      for (std::size_t i = 0; i < count; ++i) {
        const std::uint8_t truth = a.truths[i];
        if (truth == code(Truth::yes)) {
          into.low[i] = b.low[i];
          into.high[i] = b.high[i];
        } else if (truth == code(Truth::no)) {
          into.low[i] = end(other.low, i);
          into.high[i] = end(other.high, i);
        } else {
          const double low = end(other.low, i), high = end(other.high, i);
          const bool fails =
              truth == code(Truth::open_fail) || std::isnan(low) || std::isnan(b.low[i]);
          into.low[i] = fails ? none : std::min(low, b.low[i]);
          into.high[i] = fails ? none : std::max(high, b.high[i]);
        }
      }
      view.low = into.low;
      view.high = points ? into.low : into.high;
      view.unsure = marks;
      return;
    }
    case Kind::later: {
      const Leaf& leaf = *step.leaf;
      for (std::size_t i = 0; i < count; ++i) {
        double from = a.low[i], to = a.high[i];
        switch (leaf.future) {
          case Leaf::Future::none:
            break;
          case Leaf::Future::more:
            from += leaf.future_low;
            to += leaf.future_high;
            break;
          case Leaf::Future::up:
            from = std::max(from, leaf.future_low);
            to = std::max(to, leaf.future_high);
            break;
          case Leaf::Future::down:
            from = std::min(from, leaf.future_low);
            to = std::min(to, leaf.future_high);
            break;
          case Leaf::Future::anything:
            from = leaf.future_low;
            to = leaf.future_high;
            break;
        }
        into.low[i] = from;
        into.high[i] = to;
      }
      return set(false);
    }
    case Kind::truth_of:
      if (a.points()) {
        kernels::truth_of(a.low, count, into.bytes);
        return set_truths(true);
      }
      for (std::size_t i = 0; i < count; ++i) {
        into.bytes[i] = std::isnan(a.low[i])    ? code(Truth::open)
                        : a.low[i] != a.high[i] ? code(Truth::open)
                        : a.low[i] != 0         ? code(Truth::yes)
                                                : code(Truth::no);
      }
      return set_truths(false);
    case Kind::compare:
      if (a.points()) {
        kernels::compare(step, a.low, count, into.bytes);
        return set_truths(!step.guarded);
      }
      kernels::compare(step, a, count, into.bytes);
      mark_suspects(step, count, into.bytes);
      return set_truths(false);
    case Kind::compare_quotient:
      if (a.points() && b.points() &&
          kernels::compare_positive(step, a.low, b.low, count, into.bytes)) {
        return set_truths(!step.guarded);
      }
      kernels::compare_quotient(step, a, b, count, into.bytes);
      mark_suspects(step, count, into.bytes);
      return set_truths(false);
    case Kind::negation: {
      const View& of = views_[step.many.front()];
      kernels::opposite(of.truths, count, into.bytes);
      return set_truths(of.plain);
    }
    case Kind::conjunction:
    case Kind::disjunction: {
      const bool all = step.kind == Kind::conjunction;
      bool plain = true;
      for (const Register reg : step.many) plain &= views_[reg].plain;
      const std::uint8_t* first = views_[step.many.front()].truths;
      for (std::size_t k = 1; k < step.many.size(); ++k) {
        const std::uint8_t* next = views_[step.many[k]].truths;
        if (plain) {
          (all ? kernels::both : kernels::either)(first, next, count, into.bytes);
        } else {
          const std::uint8_t settled = code(all ? Truth::no : Truth::yes);
          for (std::size_t i = 0; i < count; ++i) {
            const std::uint8_t x = first[i], y = next[i];
            // What settles it wins, then what is unsure; of what is open, what may fail.
            into.bytes[i] = x == settled || y == settled ? settled
                            : x >= 2 || y >= 2           ? std::max(x, y)
                                                         : x;
          }
        }
        first = into.bytes;
      }
      if (step.many.size() == 1) std::copy_n(first, count, into.bytes);
      return set_truths(plain);
    }
    case Kind::choose_truth: {
      const std::uint8_t* other = views_[step.c].truths;
      for (std::size_t i = 0; i < count; ++i) {
        const std::uint8_t truth = a.truths[i], x = b.truths[i], y = other[i];
        if (truth == code(Truth::yes)) {
          into.bytes[i] = x;
        } else if (truth == code(Truth::no)) {
          into.bytes[i] = y;
        } else if (truth == code(Truth::unsure) || (step.may_lack && truth == code(Truth::open)) ||
                   x == code(Truth::unsure) || y == code(Truth::unsure) || (x == y && x < 2)) {
          into.bytes[i] = code(Truth::unsure);
        } else {
          into.bytes[i] = std::max({truth, x, y});
          if (into.bytes[i] < 2) into.bytes[i] = code(Truth::open);
        }
      }
      return set_truths(false);
    }
    case Kind::votes:
      return votes(step, count);
  }
}

}  // namespace dabiao::assessment::ledger
