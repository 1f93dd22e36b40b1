#pragma once

// Which instruction sets the kernels are compiled for: those whose vectors have a size that is
// known then, as they stand in arrays and in structs. Included before Highway.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
