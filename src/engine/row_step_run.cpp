#include <algorithm>
#include <cstddef>
#include <iterator>

#include "row_instruction.hpp"
#include "row_step_kinds.hpp"
#include "row_step_targets.hpp"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/row_step_run.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace dabiao::engine {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::CappedTag<double, RowSteps::check_size>;

using detail::greatest_of;
using detail::least_of;

/// Loads what has just been stored: a load of several stores would wait until they are done.
HWY_ATTR inline hn::Vec<D> load(const double* from) {
#if HWY_TARGET == HWY_AVX2
  const __m128d low = _mm_loadh_pd(_mm_load_sd(from), from + 1);
  const __m128d high = _mm_loadh_pd(_mm_load_sd(from + 2), from + 3);
  return hn::Vec<D>{_mm256_set_m128d(high, low)};
#else
  return hn::LoadU(D(), from);
#endif
}

/// Gives whether the comparison, if there is one, is in doubt.
template <int number>
HWY_ATTR inline bool run_joint(const RowSteps::Step& each, double& last) {
  constexpr Shape shape = Shape::of(number);
  double quotient = *each.x / *each.y;
  if (shape.is_capped) quotient = least_of(quotient, each.numbers.cap);
  *each.target = quotient;
  if (shape.is_scaled) *each.scaled = quotient * each.numbers.factor;
  bool in_doubt = false;
  if (shape.compared != Shape::nothing) {
    const bool over = quotient >= each.numbers.high, under = quotient <= each.numbers.low;
    in_doubt = !(over | under);
    *each.truth = shape.compared == Shape::above ? over : under;
    *each.doubt = in_doubt;
  }
  if (shape.scored == Shape::none) {
    last = quotient;
    return in_doubt;
  }
  const bool is_weighted =
      shape.scored == Shape::weighted_add || shape.scored == Shape::weighted_add_last;
  const bool adds_last =
      shape.scored == Shape::points_add_last || shape.scored == Shape::weighted_add_last;
  const double worth =
      (is_weighted ? quotient : least_of(quotient / each.numbers.divisor, each.numbers.limit)) *
      each.numbers.worth;
  last = shape.scored == Shape::points ? worth : worth + (adds_last ? last : *each.z);
  *each.scored = last;
  return in_doubt;
}

RowSteps::Stop go(const RowSteps::Step* s, unsigned left, const void** places) {
  // Every step goes to the next by a jump of its own, which the processor learns to foresee.
#define DABIAO_PLACE(name) &&name##_,
#define DABIAO_JOINT_PLACE(number) &&joint_##number,
  __extension__ static const void* const to[] = {
      DABIAO_STEPS(DABIAO_PLACE) DABIAO_JOINTS(DABIAO_JOINT_PLACE) && check_, &&doubts_, &&other_,
      &&end_};
#undef DABIAO_PLACE
#undef DABIAO_JOINT_PLACE
  if (places != nullptr) {
    std::copy(std::begin(to), std::end(to), places);
    return {};
  }
  double last = 0;
  const D d;
  auto usual = hn::FirstN(d, hn::Lanes(d));
#define DABIAO_NEXT \
  ++s;              \
  __extension__({ goto * s->go; })
#define DABIAO_GIVE(value) \
  last = (value);          \
  *s->target = last;       \
  DABIAO_NEXT
#define DABIAO_JOINT(number)                            \
  joint_##number : left |= run_joint<number>(*s, last); \
  DABIAO_NEXT;
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
  DABIAO_GIVE(*s->x / *s->y * s->numbers.worth);
divide_last_multiply_:
  DABIAO_GIVE(last / *s->y * s->numbers.worth);
divide_least_multiply_:
  DABIAO_GIVE(least_of(*s->x / *s->y, s->numbers.limit) * s->numbers.worth);
divide_last_least_multiply_:
  DABIAO_GIVE(least_of(last / *s->y, s->numbers.limit) * s->numbers.worth);
divide_least_multiply_add_:
  DABIAO_GIVE(least_of(*s->x / *s->y, s->numbers.limit) * s->numbers.worth + *s->z);
divide_last_least_multiply_add_:
  DABIAO_GIVE(least_of(last / *s->y, s->numbers.limit) * s->numbers.worth + *s->z);
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
  left |= * s->doubt = !(holds | (x <= *s->y));
}
  DABIAO_NEXT;
above_last_ : {
  const double x = last;
  const bool holds = x >= *s->z;
  *s->truth = holds;
  left |= * s->doubt = !(holds | (x <= *s->y));
}
  DABIAO_NEXT;
below_ : {
  const double x = *s->x;
  const bool holds = x <= *s->y;
  *s->truth = holds;
  left |= * s->doubt = !(holds | (x >= *s->z));
}
  DABIAO_NEXT;
below_last_ : {
  const double x = last;
  const bool holds = x <= *s->y;
  *s->truth = holds;
  left |= * s->doubt = !(holds | (x >= *s->z));
}
  DABIAO_NEXT;
  DABIAO_JOINTS(DABIAO_JOINT)
check_ : {
  const RowSteps::Check& check = *s->check;
#pragma GCC unroll 4
  for (std::size_t i = 0; i < RowSteps::check_size; i += hn::Lanes(d)) {
    const auto x = load(check.values + i);
    const auto between =
        hn::And(hn::Ge(x, hn::LoadU(d, check.low + i)), hn::Le(x, hn::LoadU(d, check.high + i)));
    usual = hn::And(usual, hn::Or(between, hn::Eq(x, hn::LoadU(d, check.zero + i))));
  }
}
  DABIAO_NEXT;
doubts_:
  left |= *s->doubt != 0;
  DABIAO_NEXT;
end_:
  s = nullptr;
other_:
  if (!hn::AllTrue(d, usual)) left |= RowSteps::unusual;
  return {s, left};
#undef DABIAO_GIVE
#undef DABIAO_JOINT
#undef DABIAO_NEXT
}

RowSteps::Go own_go() {
  return go;
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace dabiao::engine
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dabiao::engine {

HWY_EXPORT(own_go);

RowSteps::Go best_go() {
  return HWY_DYNAMIC_DISPATCH(own_go)();
}

}  // namespace dabiao::engine
#endif
