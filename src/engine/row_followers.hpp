#pragma once

#include <cstddef>
#include <span>

#include "dabiao/engine/row_program.hpp"

namespace dabiao::engine {

/// The numbers of a quotient and of what follows it. What is not there stays as it is here.
struct JointNumbers {
  double cap = 0;                            // of the quotient itself
  double factor = 0;                         // of its product
  double divisor = 1, limit = 0, worth = 0;  // of its score
  double low = 0, high = 0;                  // of its comparison
};

/// What can be done with a quotient while the next ones are divided: one product with a constant,
/// one score (points for a share, or a weighted part of a sum), one comparison with constants. In a
/// program they stand right after the quotient (`gather`).
struct Followers {
  const Instruction* scaled = nullptr;
  const Instruction* score = nullptr;
  const Instruction* compared = nullptr;

  /// Whether an instruction is a quotient that others may follow.
  template <class IsConstant>
  static bool may_follow(const Instruction& each, IsConstant is_constant) {
    const bool is_capped = each.opcode == Opcode::divide_least;
    if (!is_capped && each.opcode != Opcode::divide) return false;
    return !is_constant(each.x) && !is_constant(each.y) && (!is_capped || is_constant(each.z));
  }
  /// Whether a follower divides, by a constant.
  static bool divides(const Instruction& each) {
    return each.opcode == Opcode::divide_least_multiply ||
           each.opcode == Opcode::divide_least_multiply_add;
  }

  /// Takes an instruction, where it reads the quotient and there is room for it.
  template <class IsConstant>
  bool take(Register quotient, const Instruction& each, IsConstant is_constant) {
    const Instruction** place = nullptr;
    const bool is_first = each.x == quotient;
    // Asked only where the operands are numbers.
    const auto is_beside_constant = [&] {
      return (is_first && is_constant(each.y)) || (each.y == quotient && is_constant(each.x));
    };
    const auto adds_computed = [&] { return each.z != quotient && !is_constant(each.z); };
    bool fits = is_first;
    switch (each.opcode) {
      case Opcode::multiply:
        place = &scaled;
        fits = is_first && is_constant(each.y);
        break;
      case Opcode::divide_least_multiply:
        place = &score;
        fits = is_first && is_constant(each.y);
        break;
      case Opcode::divide_least_multiply_add:
        place = &score;
        fits = is_first && is_constant(each.y) && adds_computed();
        break;
      case Opcode::multiply_add:
        place = &score;
        fits = is_beside_constant() && adds_computed();
        break;
      case Opcode::above:
      case Opcode::below:
        place = &compared;
        break;
      case Opcode::less_equal:
        place = &compared;
        fits = is_beside_constant();
        break;
      default:
        return false;
    }
    if (!fits || *place != nullptr) return false;
    *place = &each;
    quotient_ = quotient;
    return true;
  }

  /// Takes what comes after a quotient at the front, as far as it follows it and may do so; gives
  /// how many instructions that is with the quotient, 0 where nothing follows.
  template <class IsConstant, class May>
  std::size_t take_all(std::span<const Instruction> rest, IsConstant is_constant, May may) {
    const Instruction& quotient = rest.front();
    if (!may_follow(quotient, is_constant)) return 0;
    std::size_t count = 1;
    while (count < rest.size() && may(rest[count]) &&
           take(quotient.target, rest[count], is_constant)) {
      ++count;
    }
    return count == 1 ? 0 : count;
  }

  /// The numbers of the quotient that these follow; `constant` gives that of a register.
  template <class Constant>
  JointNumbers numbers(const Instruction& quotient, Constant constant) const {
    JointNumbers found;
    if (quotient.opcode == Opcode::divide_least) found.cap = constant(quotient.z);
    if (scaled != nullptr) found.factor = constant(scaled->y);
    if (score != nullptr && divides(*score)) {
      found.divisor = constant(score->y);
      found.limit = score->limit;
      found.worth = score->factor;
    } else if (score != nullptr) {
      found.worth = constant(weight());
    }
    if (compared != nullptr) {
      found.low = constant(low());
      found.high = constant(high());
    }
    return found;
  }

  /// Whether the comparison holds from a limit on; else up to one.
  bool is_above() const {
    return compared->opcode == Opcode::above ||
           (compared->opcode == Opcode::less_equal && compared->y == quotient_);
  }

 private:
  /// The constants up to which and from which on the comparison is decided.
  Register low() const { return is_plain() ? limit() : compared->y; }
  Register high() const { return is_plain() ? limit() : compared->z; }

  /// The constant by which the score multiplies the quotient, where it is no share.
  Register weight() const { return score->x == quotient_ ? score->y : score->x; }

  bool is_plain() const { return compared->opcode == Opcode::less_equal; }
  Register limit() const { return is_above() ? compared->x : compared->y; }

  Register quotient_ = no_register;
};

}  // namespace dabiao::engine
