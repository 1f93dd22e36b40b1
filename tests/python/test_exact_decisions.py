"""Decisions against an oracle written with `fractions`: ties on purpose, in the tens of thousands.

The oracle knows the formulas as Python functions over Fractions; it shares no code with the
evaluator. Thresholds are made from the exact value itself, so that every row is a tie or lies a
hair beside one, where floating point goes wrong.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from fractions import Fraction

import pytest

import dabiao

ROWS = int(os.environ.get("DABIAO_TIE_ROWS", "12500"))
"""How many rows each formula is tried with; a longer run sets it higher."""

Number = Fraction
Formula = Callable[..., Fraction]

FORMULAS: dict[str, tuple[str, int, Formula]] = {
    "share of a hundred": ("甲 / 100 * 100", 1, lambda a: a / 100 * 100),
    "sum of decimals": ("甲 + 乙 + 丙", 3, lambda a, b, c: a + b + c),
    "cancellation": ("(甲 + 乙) - 乙", 2, lambda a, b: (a + b) - b),
    "ratio": ("甲 / 乙", 2, lambda a, b: a / b),
    "ratio of sums": ("(甲 + 乙) / (丙 + 丁)", 4, lambda a, b, c, d: (a + b) / (c + d)),
    "weighted": ("0.4 * 甲 + 0.35 * 乙 + 0.25 * 丙", 3,
                 lambda a, b, c: Fraction("0.4") * a + Fraction("0.35") * b + Fraction("0.25") * c),
    "product": ("甲 * 乙 * 丙", 3, lambda a, b, c: a * b * c),
    "difference of ratios": ("甲 / 乙 - 丙 / 丁", 4, lambda a, b, c, d: a / b - c / d),
    "capped": ("min(1, 甲 / 乙) + max(丙, 0.3)", 3,
               lambda a, b, c: min(Fraction(1), a / b) + max(c, Fraction("0.3"))),
}
LETTERS = "甲乙丙丁"


def decimal(random_: random.Random) -> str:
    """A decimal of one of the kinds that go wrong: short, long, huge, tiny."""
    kind = random_.randrange(6)
    if kind == 0:
        return str(random_.randint(1, 9999))
    if kind == 1:
        return f"{random_.randint(1, 99)}.{random_.randint(0, 99):02d}"
    if kind == 2:
        return f"0.{random_.randint(1, 10**17 - 1):017d}"
    if kind == 3:
        return f"{random_.randint(1, 10**17)}"
    if kind == 4:
        return f"{random_.randint(1, 10**20)}.{random_.randint(0, 9)}"
    return f"{random_.randint(1, 999)}.{random_.randint(0, 999):03d}"


def rows_of(formula: Formula, arity: int, seed: int) -> list[tuple[list[str], Fraction, Fraction]]:
    """Arguments, the exact value, and a threshold that is the value or just beside it."""
    random_ = random.Random(seed)
    rows = []
    while len(rows) < ROWS:
        arguments = [decimal(random_) for _ in range(arity)]
        value = formula(*(Fraction(argument) for argument in arguments))
        beside = random_.choice([0, 0, 0, 1, -1])
        rows.append((arguments, value, value + Fraction(beside, 10 ** random_.randint(12, 30))))
    return rows


@pytest.mark.parametrize("name", FORMULAS)
def test_every_tie_is_decided_as_fractions_decide_it(name: str) -> None:
    text, arity, formula = FORMULAS[name]
    rows = rows_of(formula, arity, seed=sum(map(ord, name)))
    letters = LETTERS[:arity]
    inputs = "\n".join(f"input {letter} number constant at 村 range -1e60..1e60" for letter in letters)
    plan = dabiao.parse(
        f"""
        plan ties
        level 县
        level 村 in 县
        {inputs}
        input 分子 number constant at 村 range -1e200..1e200
        input 分母 number constant at 村 range 0..1e200
        target 至少目标 : {text} >= 分子 / 分母 at each 村
        target 超过目标 : {text} > 分子 / 分母 at each 村
        target 相等目标 : {text} = 分子 / 分母 at each 村
        """
    )
    columns: dict[str, list[str]] = {"村": [f"村{i:06d}" for i in range(len(rows))]}
    for place, letter in enumerate(letters):
        columns[letter] = [arguments[place] for arguments, _, _ in rows]
    columns["分子"] = [str(threshold.numerator) for _, _, threshold in rows]
    columns["分母"] = [str(threshold.denominator) for _, _, threshold in rows]
    result = plan.assess(columns, as_of="2024-01-01")
    table = result.to_arrow().select(["target", "entity", "status", "gap"])
    columns_found = (column.to_pylist() for column in table.columns)
    found = {
        (target, entity): (status, gap)
        for target, entity, status, gap in zip(*columns_found, strict=True)
    }
    wrong = []
    for i, (_, value, threshold) in enumerate(rows):
        entity = f"村{i:06d}"
        for target, holds in [
            ("至少目标", value >= threshold),
            ("超过目标", value > threshold),
            ("相等目标", value == threshold),
        ]:
            status, gap = found[target, entity]
            if status != ("met" if holds else "missed"):
                wrong.append((target, entity, rows[i], status, gap))
        _, gap = found["至少目标", entity]
        assert (gap > 0) == (value > threshold), (rows[i], gap)
        assert (gap < 0) == (value < threshold), (rows[i], gap)
    assert not wrong, wrong[:5]


@pytest.mark.parametrize("step", ["1", "0.01", "0.5", "0.3"])
def test_rounding_at_halves(step: str) -> None:
    """Multiples of half a step, and a hair beside, in four kinds of rounding."""
    random_ = random.Random(int(Fraction(step) * 1000))
    size = Fraction(step)
    values = []
    for _ in range(2000):
        half = Fraction(random_.randint(-(10**6), 10**6), 2) * size
        values.append(half + random_.choice([0, 0, 1, -1]) * Fraction(1, 10 ** random_.randint(8, 25)))

    def text(value: Fraction) -> str:
        scaled = value * 10**30
        assert scaled.denominator == 1
        digits = f"{abs(scaled.numerator):031d}"
        return ("-" if value < 0 else "") + digits[:-30] + "." + digits[-30:]

    def half_away(value: Fraction) -> int:
        whole = (abs(value) + Fraction(1, 2)).__floor__()
        return whole if value >= 0 else -whole

    kinds: dict[str, Callable[[Fraction], int]] = {
        "round": half_away,
        "floor": lambda value: value.__floor__(),
        "ceil": lambda value: value.__ceil__(),
        "truncate": lambda value: value.__trunc__(),
    }
    targets = "\n".join(
        f"target {kind}对 : {kind}(甲, {step}) = {kind}乙 at each 村" for kind in kinds
    )
    inputs = "\n".join(f"input {kind}乙 number constant at 村 range -1e60..1e60" for kind in kinds)
    plan = dabiao.parse(
        f"""
        plan rounding
        level 县
        level 村 in 县
        input 甲 number constant at 村 range -1e60..1e60
        {inputs}
        {targets}
        """
    )
    columns = {"村": [f"村{i:05d}" for i in range(len(values))], "甲": [text(v) for v in values]}
    for kind, rounded in kinds.items():
        columns[f"{kind}乙"] = [text(rounded(value / size) * size) for value in values]
    result = plan.assess(columns, as_of="2024-01-01")
    assert result.counts["met"] == len(kinds) * len(values), result.counts
