"""Weighted means through two levels with reports missing, against fractions at every corner.

With every weight known the mean is linear in what is missing, so the corners of the box say all:
the verdict is what holds at each of them. A missing weight moves it one way, so that corners say
all there too, though not every such verdict is found.
"""

from __future__ import annotations

import itertools
import os
from fractions import Fraction
from random import Random
from typing import Any

import pytest

import dabiao

CASES = int(os.environ.get("DABIAO_MEANS", "150"))
VILLAGES = {"A": ("a", "b"), "B": ("c", "d", "e")}
NAMES = tuple(itertools.chain.from_iterable(VILLAGES.values()))
Reports = dict[str, Fraction | None]


def mean(villages: tuple[str, ...], values: Reports, weights: Reports) -> Fraction | None:
    pairs = [(values[each], weights[each]) for each in villages]
    total = sum((weight for _, weight in pairs if weight is not None), Fraction(0))
    above = sum((value * weight for value, weight in pairs if value is not None and weight is not None), Fraction(0))
    return above / total if total else None


@pytest.mark.parametrize("seed", range(CASES))
def test_a_weighted_mean_holds_at_every_corner(seed: int) -> None:
    random = Random(seed)
    low = random.choice([0, 1])
    values: Reports = {each: Fraction(random.choice([-5, 0, 3, 10, random.randint(-500, 1000)]), 1) for each in NAMES}
    values = {name: max(Fraction(-5), min(Fraction(10), value or Fraction(0))) for name, value in values.items()}
    weights: Reports = {each: Fraction(random.choice([low, 1, 2, 9])) for each in NAMES}
    whole = mean(NAMES, values, weights)
    known = random.random() < 0.7  # every weight is
    for each in random.sample(NAMES, random.randint(1, 3)):
        (values if known or random.random() < 0.5 else weights)[each] = None
    asked = []
    for i in range(8):
        threshold = random.choice([Fraction(0), Fraction(3), Fraction(random.randint(-50, 100), 10), whole or Fraction(1)])
        level = random.choice(["county", "county", "town"])
        asked.append((f"t{i}", level, random.choice([">=", "<="]), threshold))
    text = f"""
        plan p window 2025
        level county level town in county level village in town
        input w number constant at village range {low}..9
        input x number constant at village range -5..10 over parts average weighted by w
        """ + "\n".join(
        f"target {name} : x {sign} {threshold.numerator} / {threshold.denominator} at each {level}"
        for name, level, sign, threshold in asked
    )

    def plain(value: Fraction | None) -> int | None:
        return None if value is None else int(value)

    rows: dict[str, list[Any]] = {
        "county": ["C"] * len(NAMES),
        "town": ["A" if each in VILLAGES["A"] else "B" for each in NAMES],
        "village": list(NAMES),
        "period": [None] * len(NAMES),
        "x": [plain(values[each]) for each in NAMES],
        "w": [plain(weights[each]) for each in NAMES],
    }
    plan = dabiao.parse(text)
    result = plan.assess(rows, as_of="2025-12-31")
    fast = [
        (row["target"], row["status"])
        for batch in plan.statuses(rows, as_of="2025-12-31")
        for row in batch.to_pylist()
    ]
    assert sorted(fast) == sorted((each.name, str(cell.status)) for each in result for cell in each.cells)
    open_values = [each for each in NAMES if values[each] is None]
    open_weights = [each for each in NAMES if weights[each] is None]
    corners = [
        (values | dict(zip(open_values, chosen, strict=False)), weights | dict(zip(open_weights, chosen[len(open_values) :], strict=True)))
        for chosen in itertools.product(
            *([Fraction(-5), Fraction(10)] for _ in open_values),
            *([Fraction(low), Fraction(9)] for _ in open_weights),
        )
    ]
    for name, level, sign, threshold in asked:
        for cell in result[name].cells:
            villages = NAMES if level == "county" else VILLAGES[cell.entity]
            found = set()
            for at_values, at_weights in corners:
                value = mean(villages, at_values, at_weights)
                found.add(None if value is None else value >= threshold if sign == ">=" else value <= threshold)
            told = (level, cell.entity, sign, threshold, values, weights, found)
            if cell.status == "met":
                assert found == {True}, told
            elif cell.status == "missed":
                assert found == {False}, told
            else:
                assert cell.status == "undecided", told
                if known or cell.tight:
                    assert found not in ({True}, {False}), told
