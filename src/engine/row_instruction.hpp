#pragma once

#include <cmath>
#include <cstdint>
#include <span>

#include "dabiao/engine/row_program.hpp"

namespace dabiao::engine {

namespace detail {

inline double least_of(double x, double y) {
  return x < y ? x : y;
}
inline double greatest_of(double x, double y) {
  return x > y ? x : y;
}

/// x, half away from zero; right also just below a half.
inline double rounded(double x) {
  return std::trunc(x + std::copysign(0.49999999999999994, x));
}

template <double (*whole)(double)>
void make_whole(const Instruction& each, double* numbers, std::uint8_t* truths) {
  const double x = numbers[each.x];
  if (each.doubt == no_register) {
    numbers[each.target] = whole(x);
    return;
  }
  double error = each.x_error * std::fabs(x);
  if (each.z != no_register) error += numbers[each.z];
  const double low = whole(x - error), high = whole(x + error);
  numbers[each.target] = high;
  truths[each.doubt] = !(low == high);
}

inline double error_of(const Instruction& each, double x, double y, const double* numbers) {
  double error = each.x_error * std::fabs(x) + each.y_error * std::fabs(y);
  if (each.z != no_register) error += numbers[each.z];
  return error;
}

}  // namespace detail

/// Runs one instruction for one row, over the registers of numbers and truths.
inline void run_instruction(const Instruction& each, double* n, std::uint8_t* t) {
  switch (each.opcode) {
    case Opcode::add:
      n[each.target] = n[each.x] + n[each.y];
      break;
    case Opcode::subtract:
      n[each.target] = n[each.x] - n[each.y];
      break;
    case Opcode::multiply:
      n[each.target] = n[each.x] * n[each.y];
      break;
    case Opcode::divide:
      n[each.target] = n[each.x] / n[each.y];
      break;
    case Opcode::least:
      n[each.target] = detail::least_of(n[each.x], n[each.y]);
      break;
    case Opcode::greatest:
      n[each.target] = detail::greatest_of(n[each.x], n[each.y]);
      break;
    case Opcode::negate:
      n[each.target] = -n[each.x];
      break;
    case Opcode::absolute:
      n[each.target] = std::fabs(n[each.x]);
      break;
    case Opcode::multiply_add:
      n[each.target] = n[each.x] * n[each.y] + n[each.z];
      break;
    case Opcode::divide_least:
      n[each.target] = detail::least_of(n[each.x] / n[each.y], n[each.z]);
      break;
    case Opcode::divide_multiply:
      n[each.target] = n[each.x] / n[each.y] * each.factor;
      break;
    case Opcode::divide_least_multiply:
      n[each.target] = detail::least_of(n[each.x] / n[each.y], each.limit) * each.factor;
      break;
    case Opcode::divide_least_multiply_add:
      n[each.target] =
          detail::least_of(n[each.x] / n[each.y], each.limit) * each.factor + n[each.z];
      break;
    case Opcode::floor:
      detail::make_whole<std::floor>(each, n, t);
      break;
    case Opcode::ceil:
      detail::make_whole<std::ceil>(each, n, t);
      break;
    case Opcode::round:
      detail::make_whole<detail::rounded>(each, n, t);
      break;
    case Opcode::truncate:
      detail::make_whole<std::trunc>(each, n, t);
      break;
    case Opcode::choose:
      n[each.target] = t[each.x] != 0 ? n[each.y] : n[each.z];
      break;
    case Opcode::number_of:
      n[each.target] = t[each.x];
      break;
    case Opcode::less:
      t[each.target] = n[each.x] < n[each.y];
      break;
    case Opcode::less_equal:
      t[each.target] = n[each.x] <= n[each.y];
      break;
    case Opcode::equal:
      t[each.target] = n[each.x] == n[each.y];
      break;
    case Opcode::not_equal:
      t[each.target] = n[each.x] != n[each.y];
      break;
    case Opcode::less_filtered:
    case Opcode::equal_filtered:
    case Opcode::not_equal_filtered: {
      const double x = n[each.x], y = n[each.y];
      t[each.target] =
          each.opcode == Opcode::less_filtered ? x < y : each.opcode == Opcode::not_equal_filtered;
      const double apart = std::fabs(x - y),
                   error = detail::error_of(each, x, y, n) + smallest_error;
      t[each.doubt] = each.z == no_register ? !(apart >= error) : !(apart > error);
      break;
    }
    case Opcode::above:
      t[each.target] = n[each.x] >= n[each.z];
      t[each.doubt] = (t[each.target] | (n[each.x] <= n[each.y])) ^ 1;
      break;
    case Opcode::below:
      t[each.target] = n[each.x] <= n[each.y];
      t[each.doubt] = (t[each.target] | (n[each.x] >= n[each.z])) ^ 1;
      break;
    case Opcode::not_far:
      t[each.target] = !(std::fabs(n[each.x]) > each.x_error * n[each.y]);
      break;
    case Opcode::not_near:
      t[each.target] = !(n[each.y] <= each.x_error * std::fabs(n[each.x]) &&
                         std::fabs(n[each.x]) < largest_number);
      break;
    case Opcode::both:
      t[each.target] = t[each.x] & t[each.y];
      break;
    case Opcode::either:
      t[each.target] = t[each.x] | t[each.y];
      break;
    case Opcode::opposite:
      t[each.target] = t[each.x] ^ 1;
      break;
    case Opcode::pick:
      t[each.target] = t[each.x] != 0 ? t[each.y] : t[each.z];
      break;
  }
}

/// Runs instructions for one row.
inline void run_instructions(std::span<const Instruction> instructions, double* numbers,
                             std::uint8_t* truths) {
  for (const Instruction& each : instructions) run_instruction(each, numbers, truths);
}

}  // namespace dabiao::engine
