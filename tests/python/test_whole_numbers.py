"""What is counted comes whole: verdicts over missing numbers against all that they can be."""

from __future__ import annotations

import itertools
import os
import re
from random import Random
from typing import Any

import pytest

import dabiao
from oracle.every_way import every_way

HEAD = """plan whole window 2025
level town
unit bed
input a bed stock at town range 0..4 bed
input b bed stock at town range 0..3 bed
input s km stock at town range 0..2 km
"""
RANGES = {"a": range(5), "b": range(4)}
PLANS = int(os.environ.get("DABIAO_PLANS", "150"))


def parsed(condition: str) -> dabiao.Plan:
    return dabiao.parse(f"{HEAD}target t : {condition} at each town")


@pytest.mark.parametrize(
    ("condition", "status", "tight"),
    [
        ("a = 2.5 bed", "missed", True),
        ("a != 2.5 bed", "met", True),
        ("a * 2 = 5 bed", "missed", True),
        ("a * 2 = 6 bed", "undecided", True),
        ("a = 2 bed", "undecided", True),
        ("a = 5 bed", "missed", True),  # out of range
        ("a = 2.2..2.8 bed", "missed", True),
        ("a = 2.2..3.2 bed", "undecided", True),
        ("a >= 0.5 bed and a <= 0.7 bed", "undecided", False),
        ("a / (a + 1 bed) = 45%..48%", "missed", True),  # 0, 50, 66.7, 75, 80 %
        ("a / (a + 1 bed) = 45%..50%", "undecided", True),
        ("a + b = 2.5 bed", "missed", True),
        ("a + b = 7 bed", "undecided", True),
        ("2 * a + 4 * b = 5 bed", "missed", True),
        ("2 * a + 4 * b = 6 bed", "undecided", True),
        ("3 * a + 5 * b = 4 bed", "undecided", False),  # a gap that is not looked into
        ("a / (a + b + 1 bed) = 45%..48%", "undecided", False),
        ("(a - b) / (2 bed) = 25%", "missed", True),
        ("s = 0.5 km", "undecided", True),  # a length is not counted
        ("s * 2 = 2.2..2.8 km", "undecided", True),
    ],
)
def test_a_value_between_two_whole_ones(condition: str, status: str, tight: bool) -> None:
    row = dict.fromkeys(re.findall(r"\b[abs]\b", condition))
    reason = "not_reported" if status == "undecided" else None
    assert every_way(parsed(condition), row) == (status, reason, tight)


@pytest.mark.parametrize(
    ("low", "high", "status", "tight"),
    [
        (0.5, 1.5, "undecided", True),
        (1.5, 0.5, "missed", True),  # nothing lies between them
        (None, 0.5, "undecided", False),  # whether anything does is not looked into
        (2.5, 3, "missed", True),
    ],
)
def test_a_range_that_was_reported(low: Any, high: Any, status: str, tight: bool) -> None:
    plan = dabiao.parse(
        "plan ends window 2025 level town\n"
        "input s km stock at town range 0..2 km\n"
        "input low km stock at town range 0..3 km  input high km stock at town range 0..3 km\n"
        "target t : s = low..high at each town\n"
    )
    reason = "not_reported" if status == "undecided" else None
    assert every_way(plan, {"s": None, "low": low, "high": high}) == (status, reason, tight)


def linear(random: Random) -> tuple[str, Any]:
    """A formula of a and b, and its value."""
    x, y, z = random.randint(-3, 3), random.randint(-3, 3), random.randint(-2, 2)
    text = f"{x} * a + {y} * b + {z} bed".replace("+ -", "- ")
    return f"({text})", lambda a, b: x * a + y * b + z


def holds(kind: str, found: float, low: float, high: float) -> bool:
    return low <= found <= high if kind == ".." else (found == low) == (kind == "=")


def test_single_values_and_ranges_against_enumeration() -> None:
    random = Random(7)
    seen = set()
    for _ in range(PLANS):
        text, value = linear(random)
        low = random.randint(-12, 20) / 2
        high = low + random.randint(0, 3) / 4
        kind = random.choice(["=", "!=", ".."])
        limit = f"= {low}..{high}" if kind == ".." else f"{kind} {low}"
        condition = f"{text} {limit} bed"
        row = {name: random.choice([None, None, random.choice(RANGES[name])]) for name in RANGES}
        given: list[Any] = [RANGES[name] if row[name] is None else [row[name]] for name in RANGES]
        possible = {holds(kind, value(*each), low, high) for each in itertools.product(*given)}
        status, _, tight = every_way(parsed(condition), row)
        told = (condition, row, possible)
        if status == "undecided":
            assert not tight or possible == {True, False}, told
            # One number that is missing is always decided.
            assert list(row.values()).count(None) == 2 or tight, told
        else:
            assert possible == {status == "met"}, told
        seen.add((kind, status, tight))
    expected = {("=", "missed", True), ("..", "missed", True), ("!=", "met", True)}
    assert expected | {("=", "undecided", False), ("=", "undecided", True)} <= seen


def test_shares_of_counted_towns() -> None:
    plan = dabiao.parse(
        "plan p window 2025 level county level town in county input p yesno stock at town\n"
        "target third : share(town: p) = 33% at each county\n"
        "target half : share(town: p) = 50% at each county\n"
        "target some : count(town: p) = 1.5..1.7 at each county\n"
    )
    data = {
        "county": ["C"] * 4,
        "town": ["A", "B", "C", "D"],
        "period": ["2025-12"] * 4,
        "p": ["yes", "no", None, None],
    }
    result = plan.assess(data, as_of="2025-12-31")
    found = {each.name: (str(each.cells[0].status), each.cells[0].tight) for each in result}
    assert found == {
        "third": ("missed", True),
        "half": ("undecided", True),
        "some": ("missed", True),
    }
    fast = {
        batch.column("target")[0].as_py(): batch.column("status").to_pylist()
        for batch in plan.statuses(data, as_of="2025-12-31")
    }
    assert {name: statuses[0] for name, statuses in fast.items()} == {
        name: status for name, (status, _) in found.items()
    }


def test_a_flow_that_is_still_to_come_stays_whole() -> None:
    plan = dabiao.parse(
        "plan p window 2025 level town unit case input c case flow each month at town\n"
        "target t : c = 2.5 case by 2025-12-31 at each town\n"
        "target u : c = 3 case by 2025-12-31 at each town\n"
        "target v : c * 3 = 10 case by 2025-12-31 at each town\n"
    )
    data = {"town": ["A"], "period": ["2025-01"], "c": [1]}
    found = {each.name: str(each.cells[0].status) for each in plan.assess(data, as_of="2025-01-31")}
    assert found["t"] == found["v"] == "missed"
    assert found["u"] in ("behind", "on_track")
    for batch in plan.statuses(data, as_of="2025-01-31"):
        assert batch.column("status").to_pylist() == [found[batch.column("target")[0].as_py()]]


def test_what_was_reported_in_halves_may_be_again() -> None:
    # Half a place was reported, so the sum is no whole number, and what is missing may be none.
    plan = dabiao.parse(
        "plan p window 2025 level town unit place input c place flow each month at town\n"
        "target t : c >= 3 place in 2025-01..2025-02 at each town\n"
        "target u : c = 3 place in 2025-01..2025-02 at each town\n"
    )
    data = {"town": ["A"], "period": ["2025-01"], "c": [2.5]}
    for target in plan.assess(data, as_of="2025-02-28"):
        assert [str(cell.status) for cell in target.cells] == ["undecided"]
