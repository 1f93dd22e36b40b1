"""Members that are counted and not named, against enumeration.

A county has some towns and villages by name, and is said to have more. Every way in which these
others can stand (in which town, named or not, and with which report) is a world of its own:
`met` and `missed` must hold in all of them.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

import pytest

import dabiao

CASES = int(os.environ.get("DABIAO_WORLDS", "40"))
VALUES = (2, 3, 9)  # the ends of the range, and one between
Village = tuple[int, bool]
Towns = tuple[tuple[Village, ...], ...]
Number = Fraction | None

INPUTS = """
input total number stock at village range 2..9
input least number stock at village range 2..9 over parts min
input most number stock at village range 2..9 over parts max
input mean number stock at village range 2..9 over parts average weighted by total
input ready yesno stock at village
input some yesno stock at village over parts any
indicator double = 2 * total
indicator ratio = total / most
"""


def read(name: str, villages: tuple[Village, ...]) -> Number | bool:
    """An input, or an indicator, over some villages."""
    numbers = [Fraction(number) for number, _ in villages]
    if name in ("total", "double"):
        return sum(numbers, Fraction(0)) * (2 if name == "double" else 1)
    if name in ("ready", "some"):
        return (all if name == "ready" else any)(truth for _, truth in villages)
    if not numbers:
        return None
    if name == "ratio":
        return sum(numbers, Fraction(0)) / max(numbers)
    if name == "mean":
        return sum((number * number for number in numbers), Fraction(0)) / sum(numbers)
    return min(numbers) if name == "least" else max(numbers)


def reduced(kind: str, values: list[Number]) -> Number:
    """An aggregate; none where it has no value."""
    if kind == "sum":
        return None if None in values else sum((each for each in values if each is not None), Fraction(0))
    if not values or None in values:
        return None
    known = sorted(each for each in values if each is not None)
    half = len(known) // 2
    return {
        "average": sum(known, Fraction(0)) / len(known),
        "min": known[0],
        "max": known[-1],
        "median": known[half] if len(known) % 2 else (known[half - 1] + known[half]) / 2,
    }[kind]


def holds(sign: str, value: Number, threshold: Fraction) -> bool | None:
    if value is None:
        return None
    return value >= threshold if sign == ">=" else value <= threshold


@dataclass(frozen=True)
class Condition:
    """`kind(over: name) sign threshold`, where `kind` may take a comparison with `bound`."""

    kind: str
    over: str
    name: str
    sign: str
    threshold: Fraction
    inner: str
    bound: int

    def text(self) -> str:
        number = f"{self.threshold.numerator} / {self.threshold.denominator}"
        truth = self.name if self.name in ("ready", "some") else f"{self.name} {self.inner} {self.bound}"
        if self.kind == "own":
            return truth if self.name in ("ready", "some") else f"{self.name} {self.sign} {number}"
        if self.kind in ("any", "all"):
            return f"{self.kind}({self.over}: {truth})"
        if self.kind == "count":
            return f"count({self.over} where {truth}) {self.sign} {number}"
        if self.kind == "share":
            return f"share({self.over}: {truth}) {self.sign} {number}"
        return f"{self.kind}({self.over}: {self.name}) {self.sign} {number}"

    def at(self, towns: Towns) -> bool | None:
        everyone = tuple(itertools.chain.from_iterable(towns))
        if self.kind == "own":
            value = read(self.name, everyone)
            return value if isinstance(value, bool) else holds(self.sign, value, self.threshold)
        parts = towns if self.over == "town" else tuple((village,) for village in everyone)
        values = [read(self.name, part) for part in parts]
        if self.kind not in ("any", "all", "count", "share"):
            return holds(self.sign, reduced(self.kind, values), self.threshold)  # type: ignore[arg-type]
        truths = [
            value if isinstance(value, bool) else holds(self.inner, value, Fraction(self.bound))
            for value in values
        ]
        found = set()
        for chosen in itertools.product(*([truth] if truth is not None else [False, True] for truth in truths)):
            if self.kind in ("any", "all"):
                found.add((any if self.kind == "any" else all)(chosen))
            else:
                count = Fraction(sum(chosen))
                share = count / len(chosen) if chosen else None
                found.add(holds(self.sign, count if self.kind == "count" else share, self.threshold))
        return found.pop() if len(found) == 1 else None


def conditions(random: Random) -> Condition:
    kind = random.choice("own sum sum average min max median any all count count share share".split())
    names = "total least most mean double ratio".split()
    if kind in ("own", "any", "all", "count", "share"):
        names += ["ready", "some"]
    threshold = Fraction(random.choice([0, 1, 2, 3, 4, 5, 7, 9, 12, 14, 18, 23, 27, 36]), random.choice([1, 1, 2]))
    if kind in ("share", "count"):
        threshold = Fraction(random.randint(0, 4), 4 if kind == "share" else 1)
    over = random.choice(["town", "town", "village"])
    return Condition(
        kind, over, random.choice(names), random.choice([">=", "<="]), threshold,
        random.choice([">=", "<="]), random.choice([2, 3, 5, 9, 11, 12]),
    )  # fmt: skip


def worlds(named: Towns, towns: int, villages: int | None) -> Iterator[Towns]:
    """All that the county can be; unnamed towns have up to two villages where none are counted."""
    unnamed = towns - len(named)
    reports = list(itertools.product(VALUES, (False, True)))
    if villages is None:
        for chosen in itertools.product(
            [one for size in range(3) for one in itertools.combinations_with_replacement(reports, size)],
            repeat=unnamed,
        ):
            yield named + chosen
        return
    lacking = villages - sum(map(len, named))
    for places in itertools.product(range(towns), repeat=lacking):
        for chosen in itertools.product(reports, repeat=lacking):
            world = list(named) + [()] * unnamed
            for place, report in zip(places, chosen, strict=True):
                world[place] = (*world[place], report)
            yield tuple(world)


@pytest.mark.parametrize("seed", range(CASES))
def test_what_holds_holds_wherever_the_unnamed_are(seed: int) -> None:
    random = Random(seed)
    named: Towns = tuple(
        tuple((random.choice(VALUES), random.random() < 0.7) for _ in range(random.choice([0, 1, 1, 2, 2])))
        for _ in range(random.randint(1, 3))
    )
    if not any(named):
        named = (*named, ((3, True),))
    towns = len(named) + random.choice([0, 0, 1])
    villages = sum(map(len, named)) + random.choice([1, 1, 2])
    counted: int | None = villages
    if random.random() < 0.3:
        counted, towns = None, max(towns, len(named) + 1)
    places = [
        f'entities town in "C" {{ "T{t}" }}'
        + (f' entities village in "T{t}" {{ ' + ", ".join(f'"V{t}{v}"' for v in range(len(part))) + " }" if part else "")
        for t, part in enumerate(named)
    ]
    asked = [conditions(random) for _ in range(40)]
    text = "\n".join(
        [
            "plan p window 2025",
            f"level county level town in county count {towns} level village in town",
            'entities county { "C" }',
            *places,
            f"given count(village) = {counted}" if counted is not None else "",
            INPUTS,
            *(f"target t{i} : {each.text()} at each county" for i, each in enumerate(asked)),
        ]
    )
    rows: dict[str, list[Any]] = {name: [] for name in ("town", "village", "period", "total", "least", "most", "mean", "ready", "some")}
    for t, part in enumerate(named):
        for v, (number, truth) in enumerate(part):
            said = "yes" if truth else "no"
            for name, value in zip(rows, (f"T{t}", f"V{t}{v}", "2025-01", number, number, number, number, said, said), strict=True):
                rows[name].append(value)
    plan = dabiao.parse(text)
    result = plan.assess(rows, as_of="2025-12-31")
    fast = {
        row["target"]: row["status"]
        for batch in plan.statuses(rows, as_of="2025-12-31")
        for row in batch.to_pylist()
    }
    possible = list(worlds(named, towns, counted))
    for i, each in enumerate(asked):
        cell = result[f"t{i}"].cell
        outcomes = {each.at(world) for world in possible}
        told = (each.text(), named, towns, counted, outcomes)
        assert fast[f"t{i}"] == str(cell.status), told
        if cell.status == "met":
            assert outcomes == {True}, told
        elif cell.status == "missed":
            assert outcomes == {False}, told
        else:
            assert cell.status == "undecided", told
            # What the two of a ratio are apart is no world here.
            if cell.tight and each.name != "ratio":
                assert outcomes not in ({True}, {False}), told

