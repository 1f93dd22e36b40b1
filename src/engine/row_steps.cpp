#include "row_steps.hpp"

#include <algorithm>
#include <iterator>

#include "dabiao/engine/row_record.hpp"

namespace dabiao::engine {

namespace {

enum What : std::uint8_t {
  add,
  subtract,
  multiply,
  divide,
  least,
  greatest,
  multiply_add,
  divide_least,
  less,
  less_equal,
  above,
  below,
  other,    // what is rarer, instruction by instruction
  end,
};

What what_of(const Instruction& each) {
  switch (each.opcode) {
    case Opcode::add:
      return add;
    case Opcode::subtract:
      return subtract;
    case Opcode::multiply:
      return multiply;
    case Opcode::divide:
      return divide;
    case Opcode::least:
      return least;
    case Opcode::greatest:
      return greatest;
    case Opcode::multiply_add:
      return multiply_add;
    case Opcode::divide_least:
      return divide_least;
    case Opcode::less:
      return less;
    case Opcode::less_equal:
      return less_equal;
    case Opcode::above:
      return above;
    case Opcode::below:
      return below;
    default:
      return other;
  }
}

}  // namespace

RowSteps::RowSteps(const RowProgram& rows, double* numbers, std::uint8_t* truths)
    : numbers_(numbers), truths_(truths) {
  const void* places[end + 1];
  go(nullptr, places);
  for (const Instruction& each : rows.instructions) {
    Step step;
    const What what = what_of(each);
    step.go = places[what];
    step.instruction = &each;
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
    }
    steps_.push_back(step);
  }
  steps_.emplace_back().go = places[end];
}

void RowSteps::go(const Step* s, const void** places) const {
  // Every step goes to the next by a jump of its own, which the processor learns to foresee.
  __extension__ static const void* const to[] = {
      &&add_,          &&subtract_, &&multiply_, &&divide_,  &&least_, &&greatest_, &&fused_,
      &&divide_least_, &&less_,     &&at_most_,  &&above_, &&below_, &&other_, &&end_};
  if (places != nullptr) {
    std::copy(std::begin(to), std::end(to), places);
    return;
  }
#define DABIAO_NEXT \
  ++s;              \
  __extension__({ goto* s->go; })
  __extension__({ goto* s->go; });
add_:
  *s->target = *s->x + *s->y;
  DABIAO_NEXT;
subtract_:
  *s->target = *s->x - *s->y;
  DABIAO_NEXT;
multiply_:
  *s->target = *s->x * *s->y;
  DABIAO_NEXT;
divide_:
  *s->target = *s->x / *s->y;
  DABIAO_NEXT;
least_:
  *s->target = *s->x < *s->y ? *s->x : *s->y;
  DABIAO_NEXT;
greatest_:
  *s->target = *s->x > *s->y ? *s->x : *s->y;
  DABIAO_NEXT;
fused_:
  *s->target = *s->x * *s->y + *s->z;
  DABIAO_NEXT;
divide_least_ : {
  const double quotient = *s->x / *s->y, z = *s->z;
  *s->target = quotient < z ? quotient : z;
}
  DABIAO_NEXT;
less_:
  *s->truth = *s->x < *s->y;
  DABIAO_NEXT;
at_most_:
  *s->truth = *s->x <= *s->y;
  DABIAO_NEXT;
above_ : {
  const double x = *s->x;
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
other_:
  run_instructions({s->instruction, 1}, numbers_, truths_);
  DABIAO_NEXT;
end_:
  return;
#undef DABIAO_NEXT
}

}  // namespace dabiao::engine
