"""Verdicts where a register counts more parts than the data name: these may be anything."""

from __future__ import annotations

from typing import Any

import pytest

import dabiao

HEAD = """
plan p window 2025
level county  level town in county count 3
unit bed, person
input a bed stock at town  input b bed stock at town
input c bed stock at town range -20..20 bed
indicator cc bed = c
"""
TOWNS: dict[str, list[Any]] = {
    "county": ["C", "C"],
    "town": ["A", "B"],
    "period": ["2025-01", "2025-01"],
    "a": [10, 5],
    "b": [5, 5],
    "c": [10, 5],
}


def statuses(target: str) -> list[str]:
    plan = dabiao.parse(HEAD + "target t : " + target)
    [found] = plan.assess(TOWNS, as_of="2025-12-31")
    fast = [
        status
        for batch in plan.statuses(TOWNS, as_of="2025-12-31")
        for status in batch.column("status").to_pylist()
    ]
    exact = [str(cell.status) for cell in found.cells]
    assert fast == exact
    return exact


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ("sum(town: a) >= 15 bed", "met"),  # beds are never fewer than none
        ("sum(town: a - b) >= 5 bed", "undecided"),
        ("average(town: a - b) >= 1 bed", "undecided"),
        ("min(town: a - b) >= -5 bed", "undecided"),
        ("max(town: a - b) >= 5 bed", "met"),
        ("count(town: a - b >= 0 bed) >= 2", "met"),
        ("sum(town: c) >= 5 bed", "undecided"),
        ("sum(town: cc) >= 5 bed", "undecided"),  # the indicator is what its input is
        ("sum(town: cc) >= -5 bed", "met"),
        ("sum(town: min(c, 30 bed) + 20 bed) >= 55 bed", "met"),
        ("average(town: a / b) >= 0", "undecided"),  # the third may have no value
        ("average(town: a / (1 bed)) >= 0", "met"),
    ],
)
def test_a_part_that_nobody_named(condition: str, status: str) -> None:
    assert statuses(f"{condition} at each county") == [status]


def test_a_sibling_that_nobody_named_is_ranked_anywhere() -> None:
    assert statuses("rank(a among town) = 1 at each town") == ["undecided", "missed"]
    assert statuses("rank(a among town) <= 2 at each town") == ["met", "undecided"]
    assert statuses("rank(a among town) <= 3 at each town") == ["met", "met"]
    # Nobody is above the end of the range.
    plan = "rank(0 bed - c among town) = 1 at each town"
    assert statuses(plan) == ["missed", "undecided"]


def test_a_baseline_that_is_not_there_has_the_range_of_its_formula() -> None:
    plan = dabiao.parse(
        "plan p window 2025 level county level town in county unit bed\n"
        "input a bed flow each month at town  input b bed flow each month at town\n"
        "indicator net bed = a - b\n"
        "target t : net[previous] >= 0 bed by 2025-03-15 at each town\n"
        "target u : a[previous] >= 0 bed by 2025-03-15 at each town"
    )
    data = {"county": ["C"], "town": ["A"], "period": ["2025-01"], "a": [1], "b": [0]}
    found = {
        target.name: str(target.cells[0].status) for target in plan.assess(data, as_of="2025-06-30")
    }
    assert found == {"t": "undecided", "u": "met"}
