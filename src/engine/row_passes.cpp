#include "row_passes.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace dabiao::engine {

std::vector<Instruction> needed_instructions(const RowProgram& rows, bool with_values) {
  std::vector<bool> numbers(rows.numbers, false), truths(rows.truths, false);
  for (const RowOutput& output : rows.outputs) {
    if (output.exact_only) continue;
    if (output.kind == RowOutput::Kind::truth) {
      truths[output.result] = true;
    } else if (with_values) {
      numbers[output.result] = true;
    }
    if (output.doubt != no_register) truths[output.doubt] = true;
    if (output.applies != no_register) truths[output.applies] = true;
  }
  std::vector<Instruction> needed;
  for (std::size_t i = rows.instructions.size(); i-- > 0;) {
    const Instruction& each = rows.instructions[i];
    const bool is_read = (gives_number(each) ? numbers : truths)[each.target] ||
                         (each.doubt != no_register && truths[each.doubt]);
    if (!is_read) continue;
    needed.push_back(each);
    for_each_operand(
        each, [&](Register read, bool is_truth) { (is_truth ? truths : numbers)[read] = true; });
  }
  std::reverse(needed.begin(), needed.end());
  return needed;
}

namespace {

/// What becomes of two instructions where the first result goes into the second alone: x / y into
/// the least with z, x · y into the sum with z, a share into a product with a constant. The
/// operations stay the same, one after the other. None where they stay apart.
std::optional<Instruction> fused(const RowProgram& rows, const Instruction& first,
                                 const Instruction& second) {
  const bool is_x = second.x == first.target;
  if (!is_x && second.y != first.target) return std::nullopt;
  const Register other = is_x ? second.y : second.x;
  const bool is_capped = first.opcode == Opcode::divide_least && rows.is_constant(first.z);
  const bool is_scaled = rows.is_constant(other);
  Instruction both = first;
  both.target = second.target;
  const auto constant = [&](Register number) {
    return rows.constants[number - rows.first_constant()];
  };
  if (second.opcode == Opcode::least && first.opcode == Opcode::divide) {
    both.opcode = Opcode::divide_least;
    both.z = other;
  } else if (second.opcode == Opcode::add && first.opcode == Opcode::multiply) {
    both.opcode = Opcode::multiply_add;
    both.z = other;
  } else if (second.opcode == Opcode::multiply && first.opcode == Opcode::divide && is_scaled) {
    both.opcode = Opcode::divide_multiply;
    both.factor = constant(other);
  } else if (second.opcode == Opcode::multiply && is_capped && is_scaled) {
    both.opcode = Opcode::divide_least_multiply;
    both.limit = constant(first.z);
    both.factor = constant(other);
    both.z = no_register;
  } else if (second.opcode == Opcode::add && first.opcode == Opcode::divide_least_multiply) {
    both.opcode = Opcode::divide_least_multiply_add;
    both.z = other;
  } else {
    return std::nullopt;
  }
  return both;
}

}  // namespace

void fuse(RowProgram& rows) {
  std::vector<std::uint32_t> readers(rows.numbers, 0);
  std::vector<std::size_t> set_by(rows.numbers, 0);
  for (const RowOutput& output : rows.outputs) {
    if (output.kind == RowOutput::Kind::number && !output.exact_only) readers[output.result] += 2;
  }
  for (std::size_t i = 0; i < rows.instructions.size(); ++i) {
    const Instruction& each = rows.instructions[i];
    for_each_operand(each, [&](Register read, bool is_truth) {
      if (!is_truth) ++readers[read];
    });
    if (gives_number(each)) set_by[each.target] = i;
  }
  std::vector<bool> gone(rows.instructions.size(), false);
  for (Instruction& each : rows.instructions) {
    const bool may_follow = each.opcode == Opcode::least || each.opcode == Opcode::add ||
                            each.opcode == Opcode::multiply;
    if (!may_follow) continue;
    for (const Register inner : {each.x, each.y}) {
      if (inner < rows.first_result() || readers[inner] != 1) continue;
      const auto both = fused(rows, rows.instructions[set_by[inner]], each);
      if (!both) continue;
      gone[set_by[inner]] = true;
      each = *both;
      break;
    }
  }
  std::vector<Instruction> kept;
  for (std::size_t i = 0; i < gone.size(); ++i) {
    if (!gone[i]) kept.push_back(rows.instructions[i]);
  }
  rows.instructions = std::move(kept);
}

}  // namespace dabiao::engine
