#pragma once

// Which instruction sets the steps of records are compiled for. They look at four doubles at once:
// what is better than AVX2 would do no more. Included before Highway.
#define HWY_DISABLED_TARGETS \
  ((HWY_AVX2 - 1) | HWY_SSSE3 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
