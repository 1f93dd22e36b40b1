"""The seven formulas for numba: a loop over rows, compiled when first called."""

from __future__ import annotations

from typing import Any

from numba import njit, prange


@njit(parallel=True, fastmath=False, error_model="numpy", cache=False)
def materialise(
    nursing: Any, total: Any, beds: Any, elderly: Any, centres: Any, towns: Any,
    out_ratio: Any, out_per_k: Any, out_coverage: Any, out_score: Any,
    ratio_60: Any, per_k_36: Any, coverage_half: Any,
) -> None:  # fmt: skip
    """Writes the seven outputs."""
    for row in prange(len(nursing)):
        ratio = nursing[row] / total[row] * 100.0
        per_k = beds[row] / elderly[row] * 1000.0
        coverage = min(1.0, centres[row] / towns[row])
        out_ratio[row] = ratio
        out_per_k[row] = per_k
        out_coverage[row] = coverage
        out_score[row] = (
            0.4 * min(1.0, ratio / 60.0) + 0.4 * min(1.0, per_k / 36.0) + 0.2 * coverage
        )
        ratio_60[row] = ratio >= 60.0
        per_k_36[row] = per_k >= 36.0
        coverage_half[row] = coverage >= 0.5


@njit(parallel=True, fastmath=False, error_model="numpy", cache=False)
def add_up(
    nursing: Any, total: Any, beds: Any, elderly: Any, centres: Any, towns: Any
) -> tuple[float, float, float, float, int, int, int]:
    """The sums of the four indicators and how often each condition holds."""
    sum_ratio, sum_per_k, sum_coverage, sum_score = 0.0, 0.0, 0.0, 0.0
    count_ratio, count_per_k, count_coverage = 0, 0, 0
    for row in prange(len(nursing)):
        ratio = nursing[row] / total[row] * 100.0
        per_k = beds[row] / elderly[row] * 1000.0
        coverage = min(1.0, centres[row] / towns[row])
        sum_ratio += ratio
        sum_per_k += per_k
        sum_coverage += coverage
        sum_score += 0.4 * min(1.0, ratio / 60.0) + 0.4 * min(1.0, per_k / 36.0) + 0.2 * coverage
        count_ratio += ratio >= 60.0
        count_per_k += per_k >= 36.0
        count_coverage += coverage >= 0.5
    return (
        sum_ratio, sum_per_k, sum_coverage, sum_score, count_ratio, count_per_k, count_coverage,
    )  # fmt: skip
