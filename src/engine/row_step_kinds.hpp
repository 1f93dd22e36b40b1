#pragma once

#include "row_steps.hpp"

namespace dabiao::engine {

// clang-format off
/// What a step does. The operand called last is the result of the step before, which is at hand
/// without going through memory.
#define DABIAO_STEPS(M) \
  M(add) M(add_last) M(subtract) M(subtract_last) M(subtract_from_last) M(multiply) \
  M(multiply_last) M(divide) M(divide_last) M(divide_by_last) M(least) M(least_last) \
  M(least_of_last) M(greatest) M(greatest_last) M(greatest_of_last) M(multiply_add) \
  M(multiply_last_add) M(multiply_add_last) M(divide_least) M(divide_last_least) \
  M(divide_multiply) M(divide_last_multiply) M(divide_least_multiply) \
  M(divide_last_least_multiply) M(divide_least_multiply_add) \
  M(divide_last_least_multiply_add) M(less) M(less_equal) M(above) M(above_last) M(below) \
  M(below_last)

/// Quotients with what follows them, by the number of their shape.
#define DABIAO_JOINTS(M) \
  M(0) M(1) M(2) M(3) M(4) M(5) M(6) M(7) M(8) M(9) M(10) M(11) M(12) M(13) M(14) M(15) \
  M(16) M(17) M(18) M(19) M(20) M(21) M(22) M(23) M(24) M(25) M(26) M(27) M(28) M(29) M(30) \
  M(31) M(32) M(33) M(34) M(35) M(36) M(37) M(38) M(39) M(40) M(41) M(42) M(43) M(44) M(45) \
  M(46) M(47) M(48) M(49) M(50) M(51) M(52) M(53) M(54) M(55) M(56) M(57) M(58) M(59) M(60) \
  M(61) M(62) M(63) M(64) M(65) M(66) M(67) M(68) M(69) M(70) M(71)
// clang-format on

/// What follows a quotient, and how.
struct Shape {
  enum Compared { nothing, above, below };
  enum Scored { none, points, points_add, points_add_last, weighted_add, weighted_add_last };
  static constexpr int count = 2 * 2 * 3 * 6;

  bool is_capped = false, is_scaled = false;
  Compared compared = nothing;
  Scored scored = none;

  static constexpr Shape of(int number) {
    return {number % 2 != 0, number / 2 % 2 != 0, static_cast<Compared>(number / 4 % 3),
            static_cast<Scored>(number / 12)};
  }
  constexpr int number() const { return is_capped + 2 * is_scaled + 4 * compared + 12 * scored; }
};

enum What {
#define DABIAO_NAME(name) name,
  DABIAO_STEPS(DABIAO_NAME)
#undef DABIAO_NAME
      joint,                     // the first of them
  check = joint + Shape::count,  // looks at leaves
  doubts,                        // looks at a doubt that no step before has said
  other,                         // stops: what is rarer runs instruction by instruction
  end,
};

/// Goes through steps with the best instructions that the processor has.
RowSteps::Go best_go();

}  // namespace dabiao::engine
