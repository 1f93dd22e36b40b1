#include "row_steps.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "row_instruction.hpp"

namespace dabiao::engine {

namespace {

/// What a step does. After _last the named operand is the result of the step before, which is at
/// hand without going through memory.
enum What : std::uint8_t {
  add,
  add_last,  // to y
  subtract,
  subtract_last,       // y from it
  subtract_from_last,  // it from x
  multiply,
  multiply_last,  // by y
  divide,
  divide_last,     // by y
  divide_by_last,  // x by it
  least,
  least_last,     // x
  least_of_last,  // y
  greatest,
  greatest_last,     // x
  greatest_of_last,  // y
  multiply_add,
  multiply_last_add,  // times y, plus z
  multiply_add_last,  // to x times y
  divide_least,
  divide_last_least,  // by y
  divide_multiply,
  divide_last_multiply,  // by y
  divide_least_multiply,
  divide_last_least_multiply,  // by y
  divide_least_multiply_add,
  divide_last_least_multiply_add,  // by y
  less,
  less_equal,
  above,
  above_last,
  below,
  below_last,
  other,  // what is rarer, instruction by instruction
  end,
};

/// The order in which results are used as soon as they are there: every instruction comes after
/// what it reads, and right after that operand which takes the longest; comparisons right after
/// what they compare.
std::vector<const Instruction*> in_chains(const RowProgram& rows) {
  const std::vector<Instruction>& all = rows.instructions;
  constexpr std::uint32_t none = 0xffffffff;
  std::vector<std::uint32_t> number_by(rows.numbers, none), truth_by(rows.truths, none);
  for (std::uint32_t i = 0; i < all.size(); ++i) {
    (gives_number(all[i]) ? number_by : truth_by)[all[i].target] = i;
    if (all[i].doubt != no_register) truth_by[all[i].doubt] = i;
  }
  const auto read_by = [&](const Instruction& each) {
    std::vector<std::uint32_t> read;
    for_each_operand(each, [&](Register from, bool is_truth) {
      const std::uint32_t by = (is_truth ? truth_by : number_by)[from];
      if (by != none) read.push_back(by);
    });
    return read;
  };
  std::vector<std::uint32_t> length(all.size(), 1);
  std::vector<std::vector<std::uint32_t>> compared(all.size());  // that read it alone
  for (std::uint32_t i = 0; i < all.size(); ++i) {
    const std::vector<std::uint32_t> read = read_by(all[i]);
    for (const std::uint32_t each : read) length[i] = std::max(length[i], length[each] + 1);
    const bool is_apart = all[i].opcode == Opcode::above || all[i].opcode == Opcode::below;
    if (is_apart && read.size() == 1) compared[read[0]].push_back(i);
  }
  std::vector<const Instruction*> order;
  std::vector<bool> begun(all.size(), false), done(all.size(), false);
  std::vector<std::uint32_t> work;
  const auto finish = [&](std::uint32_t i) {
    done[i] = true;
    order.push_back(&all[i]);
    for (const std::uint32_t each : compared[i]) {
      if (done[each]) continue;
      done[each] = true;
      order.push_back(&all[each]);
    }
  };
  for (std::uint32_t last = static_cast<std::uint32_t>(all.size()); last-- > 0;) {
    work.push_back(last);
    while (!work.empty()) {
      const std::uint32_t i = work.back();
      if (done[i]) {
        work.pop_back();
      } else if (begun[i]) {
        work.pop_back();
        finish(i);
      } else {
        begun[i] = true;
        std::vector<std::uint32_t> read = read_by(all[i]);
        // The longest is done last, and lies lowest.
        std::stable_sort(read.begin(), read.end(),
                         [&](std::uint32_t a, std::uint32_t b) { return length[a] > length[b]; });
        work.insert(work.end(), read.begin(), read.end());
      }
    }
  }
  return order;
}

/// What an instruction does where `last` is the register of the step before. Operands that change
/// places give the same.
What what_of(Instruction& each, Register last) {
  if (last == no_register) last = no_register - 1;
  const auto to_front = [&] {
    if (each.y == last && each.x != last) std::swap(each.x, each.y);
    return each.x == last;
  };
  switch (each.opcode) {
    case Opcode::add:
      return to_front() ? add_last : add;
    case Opcode::subtract:
      return each.x == last ? subtract_last : each.y == last ? subtract_from_last : subtract;
    case Opcode::multiply:
      return to_front() ? multiply_last : multiply;
    case Opcode::divide:
      return each.x == last ? divide_last : each.y == last ? divide_by_last : divide;
    case Opcode::least:
      return each.x == last ? least_last : each.y == last ? least_of_last : least;
    case Opcode::greatest:
      return each.x == last ? greatest_last : each.y == last ? greatest_of_last : greatest;
    case Opcode::multiply_add:
      return each.z == last ? multiply_add_last : to_front() ? multiply_last_add : multiply_add;
    case Opcode::divide_least:
      return each.x == last ? divide_last_least : divide_least;
    case Opcode::divide_multiply:
      return each.x == last ? divide_last_multiply : divide_multiply;
    case Opcode::divide_least_multiply:
      return each.x == last ? divide_last_least_multiply : divide_least_multiply;
    case Opcode::divide_least_multiply_add:
      return each.x == last ? divide_last_least_multiply_add : divide_least_multiply_add;
    case Opcode::less:
      return less;
    case Opcode::less_equal:
      return less_equal;
    case Opcode::above:
      return each.x == last ? above_last : above;
    case Opcode::below:
      return each.x == last ? below_last : below;
    default:
      return other;
  }
}

}  // namespace

RowSteps::RowSteps(const RowProgram& rows, double* numbers, std::uint8_t* truths)
    : numbers_(numbers), truths_(truths) {
  const void* places[end + 1];
  go(nullptr, places);
  Register last = no_register;
  for (const Instruction* instruction : in_chains(rows)) {
    Instruction each = *instruction;
    const What what = what_of(each, last);
    Step step;
    step.go = places[what];
    step.instruction = instruction;
    if (what != other) {
      if (gives_number(each)) {
        step.target = numbers + each.target;
      } else {
        step.truth = truths + each.target;
      }
      step.x = numbers + each.x;
      step.y = numbers + each.y;
      if (each.z != no_register) step.z = numbers + each.z;
      if (each.doubt != no_register) step.doubt = truths + each.doubt;
      step.limit = each.limit;
      step.factor = each.factor;
    }
    if (gives_number(each)) last = what == other ? no_register : each.target;
    steps_.push_back(step);
  }
  steps_.emplace_back().go = places[end];
}

using detail::greatest_of;
using detail::least_of;

void RowSteps::go(const Step* s, const void** places) const {
  // Every step goes to the next by a jump of its own, which the processor learns to foresee.
  __extension__ static const void* const to[] = {&&add_,
                                                 &&add_last_,
                                                 &&subtract_,
                                                 &&subtract_last_,
                                                 &&subtract_from_last_,
                                                 &&multiply_,
                                                 &&multiply_last_,
                                                 &&divide_,
                                                 &&divide_last_,
                                                 &&divide_by_last_,
                                                 &&least_,
                                                 &&least_last_,
                                                 &&least_of_last_,
                                                 &&greatest_,
                                                 &&greatest_last_,
                                                 &&greatest_of_last_,
                                                 &&multiply_add_,
                                                 &&multiply_last_add_,
                                                 &&multiply_add_last_,
                                                 &&divide_least_,
                                                 &&divide_last_least_,
                                                 &&divide_multiply_,
                                                 &&divide_last_multiply_,
                                                 &&divide_least_multiply_,
                                                 &&divide_last_least_multiply_,
                                                 &&divide_least_multiply_add_,
                                                 &&divide_last_least_multiply_add_,
                                                 &&less_,
                                                 &&less_equal_,
                                                 &&above_,
                                                 &&above_last_,
                                                 &&below_,
                                                 &&below_last_,
                                                 &&other_,
                                                 &&end_};
  if (places != nullptr) {
    std::copy(std::begin(to), std::end(to), places);
    return;
  }
  double last = 0;
#define DABIAO_NEXT \
  ++s;              \
  __extension__({ goto * s->go; })
#define DABIAO_GIVE(value) \
  last = (value);          \
  *s->target = last;       \
  DABIAO_NEXT
  __extension__({ goto * s->go; });
add_:
  DABIAO_GIVE(*s->x + *s->y);
add_last_:
  DABIAO_GIVE(last + *s->y);
subtract_:
  DABIAO_GIVE(*s->x - *s->y);
subtract_last_:
  DABIAO_GIVE(last - *s->y);
subtract_from_last_:
  DABIAO_GIVE(*s->x - last);
multiply_:
  DABIAO_GIVE(*s->x * *s->y);
multiply_last_:
  DABIAO_GIVE(last * *s->y);
divide_:
  DABIAO_GIVE(*s->x / *s->y);
divide_last_:
  DABIAO_GIVE(last / *s->y);
divide_by_last_:
  DABIAO_GIVE(*s->x / last);
least_:
  DABIAO_GIVE(least_of(*s->x, *s->y));
least_last_:
  DABIAO_GIVE(least_of(last, *s->y));
least_of_last_:
  DABIAO_GIVE(least_of(*s->x, last));
greatest_:
  DABIAO_GIVE(greatest_of(*s->x, *s->y));
greatest_last_:
  DABIAO_GIVE(greatest_of(last, *s->y));
greatest_of_last_:
  DABIAO_GIVE(greatest_of(*s->x, last));
multiply_add_:
  DABIAO_GIVE(*s->x * *s->y + *s->z);
multiply_last_add_:
  DABIAO_GIVE(last * *s->y + *s->z);
multiply_add_last_:
  DABIAO_GIVE(*s->x * *s->y + last);
divide_least_:
  DABIAO_GIVE(least_of(*s->x / *s->y, *s->z));
divide_last_least_:
  DABIAO_GIVE(least_of(last / *s->y, *s->z));
divide_multiply_:
  DABIAO_GIVE(*s->x / *s->y * s->factor);
divide_last_multiply_:
  DABIAO_GIVE(last / *s->y * s->factor);
divide_least_multiply_:
  DABIAO_GIVE(least_of(*s->x / *s->y, s->limit) * s->factor);
divide_last_least_multiply_:
  DABIAO_GIVE(least_of(last / *s->y, s->limit) * s->factor);
divide_least_multiply_add_:
  DABIAO_GIVE(least_of(*s->x / *s->y, s->limit) * s->factor + *s->z);
divide_last_least_multiply_add_:
  DABIAO_GIVE(least_of(last / *s->y, s->limit) * s->factor + *s->z);
less_:
  *s->truth = *s->x < *s->y;
  DABIAO_NEXT;
less_equal_:
  *s->truth = *s->x <= *s->y;
  DABIAO_NEXT;
above_ : {
  const double x = *s->x;
  const bool holds = x >= *s->z;
  *s->truth = holds;
  *s->doubt = !(holds | (x <= *s->y));
}
  DABIAO_NEXT;
above_last_ : {
  const double x = last;
  const bool holds = x >= *s->z;
  *s->truth = holds;
  *s->doubt = !(holds | (x <= *s->y));
}
  DABIAO_NEXT;
below_ : {
  const double x = *s->x;
  const bool holds = x <= *s->y;
  *s->truth = holds;
  *s->doubt = !(holds | (x >= *s->z));
}
  DABIAO_NEXT;
below_last_ : {
  const double x = last;
  const bool holds = x <= *s->y;
  *s->truth = holds;
  *s->doubt = !(holds | (x >= *s->z));
}
  DABIAO_NEXT;
other_:
  run_instruction(*s->instruction, numbers_, truths_);
  DABIAO_NEXT;
end_:
  return;
#undef DABIAO_GIVE
#undef DABIAO_NEXT
}

}  // namespace dabiao::engine
