"""What the record and batch benchmarks compute: a plan with seven outputs over six inputs.

Every contestant computes the same: four indicators and three conditions on them. The reference
answers here are fractions; they share no code with any contestant.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

INPUTS = ["nursing", "total", "beds", "elderly", "centres", "towns"]
NUMBERS = ["ratio", "per_k", "coverage", "score"]
CONDITIONS = ["ratio_60", "per_k_36", "coverage_half"]
OUTPUTS = NUMBERS + CONDITIONS

PLAN = """
plan seven "The seven formulas of the benchmarks"

level place
unit bed, person, site

input nursing "nursing beds"         bed    stock at place
input total   "beds of homes"        bed    stock at place
input beds    "beds of all kinds"    bed    stock at place
input elderly "elderly people"       person stock at place
input centres "towns with a centre"  site   stock at place
input towns   "towns"                site   stock at place

indicator ratio    %            = nursing / total
indicator per_k    bed/千person = beds / elderly
indicator coverage              = min(1, centres / towns)
indicator score =
  0.4 * min(1, ratio / 60%) + 0.4 * min(1, per_k / (36 bed/千person)) + 0.2 * coverage

target ratio_60      : ratio >= 60%                 at each place
target per_k_36      : per_k >= 36 bed/千person     at each place
target coverage_half : coverage >= 0.5              at each place
"""

FORMULAS = [
    ("ratio", "nursing / total * 100"),
    ("per_k", "beds / elderly * 1000"),
    ("coverage", "least(1, centres / towns)"),
    ("score", "0.4 * least(1, ratio / 60) + 0.4 * least(1, per_k / 36) + 0.2 * coverage"),
    ("ratio_60", "ratio >= 60"),
    ("per_k_36", "per_k >= 36"),
    ("coverage_half", "coverage >= 0.5"),
]
"""The same as the plan says, in plain numbers, for languages without units; `least` is spelt by
`spelt` as each language does."""

READS = {
    "ratio": ["nursing", "total"],
    "per_k": ["beds", "elderly"],
    "coverage": ["centres", "towns"],
    "score": INPUTS,
    "ratio_60": ["nursing", "total"],
    "per_k_36": ["beds", "elderly"],
    "coverage_half": ["centres", "towns"],
}
"""The inputs without which an output is missing."""

WORK = (
    "ratio = nursing / total · 100; per_k = beds / elderly · 1000; coverage = min(1, centres / towns); "
    "score = 0.4 · min(1, ratio / 60) + 0.4 · min(1, per_k / 36) + 0.2 · coverage; "
    "ratio ≥ 60; per_k ≥ 36; coverage ≥ 0.5"
)

Row = Sequence[float]


def spelt(least: str) -> list[tuple[str, str]]:
    """The formulas with the lesser of two written as `least` says: `{0}` and `{1}` are the two; the
    second is always a quotient `{x} / {k}`, the first is 1."""

    def other(found: re.Match[str]) -> str:
        first, x, k = found.groups()
        return least.format(first, f"{x} / {k}", x=x, k=k)

    # One pass: what is put in may be called `least` itself.
    pattern = re.compile(r"least\((\w+), (\w+) / (\w+)\)")
    return [(name, pattern.sub(other, formula)) for name, formula in FORMULAS]


def exact(row: Row) -> list[Fraction | bool]:
    """The seven outputs of one row in fractions."""
    nursing, total, beds, elderly, centres, towns = map(Fraction, row)
    ratio = nursing / total * 100
    per_k = beds / elderly * 1000
    coverage = min(Fraction(1), centres / towns)
    one = Fraction(1)
    score = 2 * min(one, ratio / 60) / 5 + 2 * min(one, per_k / 36) / 5 + coverage / 5
    return [ratio, per_k, coverage, score, ratio >= 60, per_k >= 36, coverage >= Fraction(1, 2)]


def record(random_: random.Random) -> list[float]:
    """Six whole numbers as a town of some size would report them."""
    total = random_.randint(50, 20000)
    elderly = random_.randint(1000, 400000)
    towns = random_.randint(3, 40)
    return [
        float(random_.randint(total * 3 // 10, total * 9 // 10)),
        float(total),
        float(random_.randint(elderly * 2 // 100, elderly * 5 // 100)),
        float(elderly),
        float(random_.randint(0, towns + 3)),
        float(towns),
    ]


def records(count: int, seed: int = 1) -> list[list[float]]:
    """So many records; the first ones are ties with each of the three thresholds."""
    ties = [
        [60.0, 100.0, 36.0, 1000.0, 1.0, 2.0],
        [174.0, 290.0, 1.0, 7.0, 7.0, 14.0],
        [1.0, 3.0, 9.0, 250.0, 0.0, 9.0],
        [5766.0, 10208.0, 10208.0, 286000.0, 20.0, 20.0],
    ]
    random_ = random.Random(seed)
    return (ties + [record(random_) for _ in range(count)])[:count]


def columns(rows: int, seed: int = 1) -> dict[str, Any]:
    """The same kind of numbers as NumPy columns, each on a boundary of 64 bytes."""
    import numpy as np

    generator = np.random.default_rng(seed)

    def whole(low: Any, high: Any) -> Any:
        return np.floor(low + generator.random(rows) * (high - low + 1))

    total = whole(50, 20000)
    nursing = whole(total * 0.3, total * 0.9)
    elderly = whole(1000, 400000)
    beds = whole(elderly * 0.02, elderly * 0.05)
    towns = whole(3, 40)
    centres = whole(0, towns + 3)
    made = dict(zip(INPUTS, [nursing, total, beds, elderly, centres, towns], strict=True))
    return {name: aligned_copy(column) for name, column in made.items()}


def aligned_empty(rows: int, kind: str = "float64") -> Any:
    """An array on a boundary of 64 bytes, touched, so that no page is first used in a timing."""
    import numpy as np

    size = np.dtype(kind).itemsize
    raw = np.zeros(rows * size + 64, dtype="uint8")
    raw[:] = 1
    start = -raw.ctypes.data % 64
    return raw[start : start + rows * size].view(kind)


def aligned_copy(column: Any) -> Any:
    copy = aligned_empty(len(column), column.dtype.name)
    copy[:] = column
    return copy


def disagreement(row: Row, answers: Sequence[Any]) -> str | None:
    """What is wrong with one row's seven answers, if anything: numbers to 1 in 10¹², conditions
    wherever the exact value is not within 1 in 10⁹ of the threshold (there floating point may err,
    and dabiao alone is asked to be right)."""
    right = exact(row)
    for name, expected, answer in zip(OUTPUTS, right, answers, strict=True):
        if isinstance(expected, bool):
            indicator = right[CONDITIONS.index(name)]
            threshold = [Fraction(60), Fraction(36), Fraction(1, 2)][CONDITIONS.index(name)]
            near = abs(indicator - threshold) <= threshold / 10**9
            if not near and bool(answer) != expected:
                return f"{name} of {list(row)}: {answer}, exactly {expected}"
        elif abs(Fraction(float(answer)) - expected) > abs(expected) / 10**12:
            return f"{name} of {list(row)}: {answer}, exactly {float(expected)}"
    return None


def wrong_decisions(row: Row, answers: Sequence[Any]) -> int:
    """How many of the three conditions of a row are not what fractions say."""
    return sum(bool(a) != b for a, b in zip(answers[4:], exact(row)[4:], strict=True))
