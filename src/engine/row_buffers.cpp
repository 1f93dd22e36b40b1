#include "row_buffers.hpp"

#include <cstdint>

namespace dabiao::engine {

RowBuffers::RowBuffers(const RowProgram& rows, bool reuse) {
  constexpr std::size_t always = ~std::size_t{0};
  std::vector<std::size_t> last_number(rows.numbers, 0), last_truth(rows.truths, 0);
  for (std::size_t i = 0; i < rows.instructions.size(); ++i) {
    for_each_operand(rows.instructions[i], [&](Register read, bool is_truth) {
      (is_truth ? last_truth : last_number)[read] = i;
    });
  }
  for (const RowOutput& output : rows.outputs) {
    if (output.exact_only) continue;
    if (output.kind == RowOutput::Kind::number) {
      last_number[output.result] = always;
    } else {
      last_truth[output.result] = always;
    }
    if (output.doubt != no_register) last_truth[output.doubt] = always;
    if (output.applies != no_register) last_truth[output.applies] = always;
  }
  number.assign(rows.numbers, no_register);
  truth.assign(rows.truths, no_register);
  std::vector<Register> free_numbers, free_truths;
  const auto take = [](std::vector<Register>& free, std::size_t& count) {
    if (free.empty()) return static_cast<Register>(count++);
    const Register slot = free.back();
    free.pop_back();
    return slot;
  };
  for (std::size_t i = 0; i < rows.instructions.size(); ++i) {
    const Instruction& each = rows.instructions[i];
    // An operand's buffer may be written to while it is read: every kernel reads a row before it
    // writes it. Doubts are apart, since a kernel may write two.
    std::vector<Register> released_numbers, released_truths;
    for_each_operand(each, [&](Register read, bool is_truth) {
      std::size_t& last = (is_truth ? last_truth : last_number)[read];
      const Register buffer = (is_truth ? truth : number)[read];
      if (!reuse || last != i || buffer == no_register) return;
      last = always - 1;
      (is_truth ? released_truths : released_numbers).push_back(buffer);
    });
    if (gives_number(each)) {
      free_numbers.insert(free_numbers.end(), released_numbers.begin(), released_numbers.end());
      number[each.target] = take(free_numbers, numbers);
    } else {
      truth[each.target] = take(free_truths, truths);
      free_numbers.insert(free_numbers.end(), released_numbers.begin(), released_numbers.end());
    }
    if (each.doubt != no_register) truth[each.doubt] = take(free_truths, truths);
    free_truths.insert(free_truths.end(), released_truths.begin(), released_truths.end());
  }
}

}  // namespace dabiao::engine
