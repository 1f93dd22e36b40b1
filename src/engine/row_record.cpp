#include "dabiao/engine/row_record.hpp"

#include <algorithm>
#include <cmath>

#include "row_limits.hpp"

namespace dabiao::engine {

using value::Reason;

namespace {

/// x, half away from zero; right also just below a half.
double rounded(double x) {
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

double error_of(const Instruction& each, double x, double y, const double* numbers) {
  double error = each.x_error * std::fabs(x) + each.y_error * std::fabs(y);
  if (each.z != no_register) error += numbers[each.z];
  return error;
}

}  // namespace

void run_instructions(std::span<const Instruction> instructions, double* n, std::uint8_t* t) {
  for (const Instruction& each : instructions) {
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
        n[each.target] = n[each.x] < n[each.y] ? n[each.x] : n[each.y];
        break;
      case Opcode::greatest:
        n[each.target] = n[each.x] > n[each.y] ? n[each.x] : n[each.y];
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
      case Opcode::divide_least: {
        const double quotient = n[each.x] / n[each.y];
        n[each.target] = quotient < n[each.z] ? quotient : n[each.z];
        break;
      }
      case Opcode::floor:
        make_whole<std::floor>(each, n, t);
        break;
      case Opcode::ceil:
        make_whole<std::ceil>(each, n, t);
        break;
      case Opcode::round:
        make_whole<rounded>(each, n, t);
        break;
      case Opcode::truncate:
        make_whole<std::trunc>(each, n, t);
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
        t[each.target] = each.opcode == Opcode::less_filtered
                             ? x < y
                             : each.opcode == Opcode::not_equal_filtered;
        t[each.doubt] = !(std::fabs(x - y) > error_of(each, x, y, n));
        break;
      }
      case Opcode::not_far:
        t[each.target] = !(std::fabs(n[each.x]) > each.x_error * n[each.y]);
        break;
      case Opcode::not_near:
        t[each.target] = !(n[each.y] <= each.x_error * std::fabs(n[each.x]));
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
}

RowRecord::RowRecord(const RowProgram& rows, const ir::Program& program, function::Context context)
    : rows_(rows),
      numbers_(rows.numbers, 0.0),
      truths_(rows.truths, 0),
      reasons_(rows.leaves.size(), Reason::known),
      given_(rows.leaves.size()),
      settler_(rows, program, context),
      settled_(rows.outputs.size()) {
  std::copy(rows.constants.begin(), rows.constants.end(),
            numbers_.begin() + static_cast<std::ptrdiff_t>(rows.leaves.size()));
  for (const RowLeaf& leaf : rows.leaves) {
    const RowLimits limits(leaf);
    checks_.push_back({limits.low, limits.high, leaf.smallest});
  }
  for (std::size_t i = 0; i < rows.outputs.size(); ++i) {
    if (rows.outputs[i].exact_only) always_settles_ = true;
    if (rows.outputs[i].exact_only || rows.outputs[i].doubt != no_register) doubtful_.push_back(i);
  }
}

void RowRecord::set_missing(std::size_t leaf, Reason reason) {
  numbers_[leaf] = std::nan("");
  reasons_[leaf] = reason;
  has_missing_ = true;
}

bool RowRecord::ordinary() const {
  bool fine = true;
  for (std::size_t i = 0; i < checks_.size(); ++i) {
    const double x = numbers_[i];
    const Check& check = checks_[i];
    fine &= (x >= check.low) & (x <= check.high) & ((std::fabs(x) >= check.smallest) | (x == 0));
  }
  return fine;
}

void RowRecord::run() {
  settled_any_ = false;
  out_of_range_.reset();
  if (!ordinary()) {
    settle(true);
    return;
  }
  run_instructions(rows_.instructions, numbers_.data(), truths_.data());
  if (always_settles_) {
    settle(false);
    return;
  }
  std::uint8_t doubt = 0;
  for (const std::size_t output : doubtful_) doubt |= truths_[rows_.outputs[output].doubt];
  if (doubt != 0) settle(false);
}

void RowRecord::settle(bool all) {
  for (std::size_t i = 0; i < given_.size(); ++i) {
    given_[i] = {numbers_[i], has_missing_ ? reasons_[i] : Reason::known, nullptr};
  }
  settler_.begin(given_);
  settled_any_ = true;
  for (std::size_t i = 0; i < settled_.size(); ++i) {
    const RowOutput& output = rows_.outputs[i];
    settled_[i].there =
        all || output.exact_only || (output.doubt != no_register && truths_[output.doubt] != 0);
    if (settled_[i].there) settled_[i].result = settler_.output(i);
  }
  out_of_range_ = settler_.out_of_range();
}

}  // namespace dabiao::engine
