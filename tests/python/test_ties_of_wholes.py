"""Ties of totals, averages, medians, ranks, filters and branches over towns of villages.

Every town's threshold is the exact value of its own formula, or lies a hair beside it. The oracle
is Python's `fractions`. `DABIAO_TIE_TOWNS=50000 pytest tests/python/test_ties_of_wholes.py` is a
longer run.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from fractions import Fraction

import pytest

import dabiao
from oracle.formulas import decimal, half_away, mean, median

TOWNS = int(os.environ.get("DABIAO_TIE_TOWNS", "1500"))
VILLAGES = 3

Pair = tuple[Fraction, Fraction]
Formula = Callable[[list[Pair]], Fraction | None]


def total(numbers: list[Fraction]) -> Fraction:
    return sum(numbers, Fraction(0))


def quotient(a: Fraction, b: Fraction) -> Fraction | None:
    return a / b if b else None


LIMIT = Fraction("0.3")
"""What filters and branches compare with; many reports are exactly this."""

FORMULAS: dict[str, tuple[str, Formula]] = {
    "ratio of totals": ("a / b", lambda v: quotient(total([a for a, _ in v]), total([b for _, b in v]))),
    "cancelling totals": ("(a + b) - a", lambda v: total([b for _, b in v])),
    "near zero": ("1 / (a - b + 0.000001)",
                  lambda v: quotient(Fraction(1), total([a - b for a, b in v]) + Fraction("0.000001"))),
    "average": ("average(village: a)", lambda v: mean([a for a, _ in v])),
    "average of ratios": ("average(village: a / (b * b + 1))", lambda v: mean([a / (b * b + 1) for a, b in v])),
    "median": ("median(village: a - b)", lambda v: median([a - b for a, b in v])),
    "filtered total": ("sum(village: b where a >= 0.3)", lambda v: total([b for a, b in v if a >= LIMIT])),
    "filtered count": ("count(village where a > 0.3)", lambda v: Fraction(sum(a > LIMIT for a, _ in v))),
    "share": ("share(village: a <= b)", lambda v: Fraction(sum(a <= b for a, b in v), len(v))),
    "branch": ("sum(village: if a = 0.3 then b else 2 * a)",
               lambda v: total([b if a == LIMIT else 2 * a for a, b in v])),
    "rounded": ("sum(village: round(a, 0.1)) / 3",
                lambda v: total([half_away(a * 10) / Fraction(10) for a, _ in v]) / 3),
    "largest": ("max(village: a) - min(village: b)", lambda v: max(a for a, _ in v) - min(b for _, b in v)),
}


def number(source: random.Random) -> Fraction:
    """Often the limit itself, half a step of rounding, or small; else long, huge or tiny."""
    kind = source.randrange(9)
    if kind <= 1:
        return LIMIT
    if kind == 2:
        return Fraction(source.randint(-40, 40), 20)
    if kind <= 4:
        return Fraction(source.randint(0, 5))
    if kind == 5:
        return Fraction(source.randint(1, 10**17 - 1), 10**17)
    if kind == 6:
        return Fraction(source.randint(10**15, 10**18))
    if kind == 7:
        return LIMIT + Fraction(source.choice([-1, 1]), 10 ** source.randint(10, 20))
    return Fraction(source.randint(1, 999), 10 ** source.randint(10, 18))


@pytest.mark.parametrize("name", FORMULAS)
def test_every_tie_of_a_whole_is_decided_as_fractions_decide_it(name: str) -> None:
    text, formula = FORMULAS[name]
    source = random.Random(sum(map(ord, name)))
    plan = dabiao.parse(
        f"""
        plan ties
        level city
        level town in city
        level village in town
        input a number constant at village range -1e40..1e40
        input b number constant at village range -1e40..1e40
        input numerator number constant at town range -1e200..1e200
        input denominator number constant at town range 0..1e200
        indicator x number = {text}
        target at_least : x >= numerator / denominator at each town
        target more : x > numerator / denominator at each town
        target at_most : x <= numerator / denominator at each town
        target less : x < numerator / denominator at each town
        target equal : x = numerator / denominator at each town
        target other : x != numerator / denominator at each town
        """
    )
    rows: list[dict[str, str | None]] = []
    expected: dict[str, tuple[Fraction, Fraction] | None] = {}
    for at in range(TOWNS):
        town = f"T{at:05d}"
        pairs = [(number(source), number(source)) for _ in range(VILLAGES)]
        value = formula(pairs)
        threshold = value if value is not None else Fraction(1)
        if source.randrange(4) == 0:
            threshold += Fraction(source.choice([-1, 1]), 10 ** source.randint(12, 40))
        expected[town] = None if value is None else (value, threshold)
        for village, (a, b) in enumerate(pairs):
            rows.append({"town": town, "village": f"{town}V{village}", "a": decimal(a), "b": decimal(b),
                         "numerator": None, "denominator": None})
        rows.append({"town": town, "village": None, "a": None, "b": None,
                     "numerator": str(threshold.numerator), "denominator": str(threshold.denominator)})
    source.shuffle(rows)
    columns = {heading: [row[heading] for row in rows] for heading in rows[0]}
    result = plan.assess(columns, as_of="2024-01-01")
    table = result.to_arrow().select(["target", "entity", "status", "gap"]).to_pylist()
    assert len(table) == 6 * TOWNS
    wrong = []
    for row in table:
        known = expected[row["entity"]]
        if known is None:
            if row["status"] != "undecided":
                wrong.append((row, known))
            continue
        value, threshold = known
        holds = {
            "at_least": value >= threshold, "more": value > threshold,
            "at_most": value <= threshold, "less": value < threshold,
            "equal": value == threshold, "other": value != threshold,
        }[row["target"]]
        if row["status"] != ("met" if holds else "missed"):
            wrong.append((row, known))
        if row["target"] == "at_least":
            gap = value - threshold
            if row["gap"] != gap.numerator / gap.denominator:
                wrong.append((row, known))
    assert not wrong, wrong[:5]


def test_ranks_share_ties() -> None:
    source = random.Random(5)
    plan = dabiao.parse(
        """
        plan ranks
        level city
        level town in city
        level village in town
        input a number constant at village range -1e40..1e40
        input b number constant at village range -1e40..1e40
        input place number constant at village
        target ranked : rank(a / b among village) = place at each village
        """
    )
    rows = []
    for at in range(TOWNS):
        shares = []
        for _ in range(4):
            # The same ratio in other numbers, or one beside it.
            b = Fraction(source.randint(1, 999), 10 ** source.randint(0, 9))
            share = Fraction(source.randint(1, 2), source.choice([3, 7]))
            if source.randrange(4) == 0:
                share += Fraction(1, 10 ** source.randint(12, 25))
            a = Fraction(half_away(share * b * 10**40), 10**40)
            shares.append((a, b))
        for village, (a, b) in enumerate(shares):
            place = 1 + sum(c / d > a / b for c, d in shares)
            rows.append({"town": f"T{at}", "village": f"T{at}V{village}",
                         "a": decimal(a), "b": decimal(b), "place": str(place)})
    source.shuffle(rows)
    columns = {heading: [row[heading] for row in rows] for heading in rows[0]}
    result = plan.assess(columns, as_of="2024-01-01")
    assert result.counts["met"] == len(rows), result.counts
