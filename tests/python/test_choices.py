"""`if`: where there is no condition nothing is chosen, whatever the branches are."""

from __future__ import annotations

from typing import Any

import pytest

import dabiao
from oracle.every_way import every_way

HEAD = """plan choice window 2025
level town
unit bed
input x bed stock at town  input y bed stock at town  input z bed stock at town
input p yesno stock at town
"""


@pytest.mark.parametrize(
    ("condition", "row", "status", "reason"),
    [
        # A condition that is missing may turn out either way: both branches bound the value.
        ("(if x >= 3 bed then 5 bed else 4 bed) >= 4 bed", {"x": None}, "met", None),
        ("(if p then 5 bed else 4 bed) >= 4 bed", {"p": None}, "met", None),
        # One that does not exist will never choose.
        (
            "(if x / y >= 1 then 5 bed else 4 bed) >= 4 bed",
            {"x": 1, "y": 0},
            "undecided",
            "division_by_zero",
        ),
        (
            "(if x / y >= 1 then 5 bed else 4 bed) <= 3 bed",
            {"x": 1, "y": 0},
            "undecided",
            "division_by_zero",
        ),
        (
            "(if not (x / y >= 1) then 5 bed else 4 bed) >= 4 bed",
            {"x": 1, "y": 0},
            "undecided",
            "division_by_zero",
        ),
        ("(if x / y >= 1 then 5 bed else 4 bed) >= 4 bed", {"x": 1, "y": 2}, "met", None),
        # One that may not exist may never choose.
        (
            "(if x / y >= 1 then 5 bed else 4 bed) >= 4 bed",
            {"x": 1, "y": None},
            "undecided",
            "not_reported",
        ),
        (
            "(if x / (y + 1 bed) >= 1 then 5 bed else 4 bed) >= 4 bed",
            {"x": 1, "y": None},
            "met",
            None,
        ),
        # Logic settles what it can before anything is chosen.
        (
            "(if x / y >= 1 or p then 5 bed else z) >= 5 bed",
            {"x": 1, "y": 0, "p": True, "z": 0},
            "met",
            None,
        ),
        (
            "(if x / y >= 1 or p then 5 bed else 4 bed) >= 4 bed",
            {"x": 1, "y": 0, "p": False},
            "undecided",
            "division_by_zero",
        ),
        (
            "if x / y >= 1 then z >= 0 bed else p or not p",
            {"x": 1, "y": 0, "z": 1, "p": True},
            "undecided",
            "division_by_zero",
        ),
        ("known(if x / y >= 1 then 5 bed else 4 bed)", {"x": 1, "y": 0}, "missed", None),
        ("(if known(x / y) then x / y else 2) >= 2", {"x": 1, "y": 0}, "met", None),
        # Where it is chosen among values, others decide as ever.
        (
            "(if x / y >= 1 then 5 bed else 4 bed) >= 4 bed or p",
            {"x": 1, "y": 0, "p": True},
            "met",
            None,
        ),
    ],
)
def test_what_is_chosen_by_no_condition(
    condition: str, row: dict[str, Any], status: str, reason: str | None
) -> None:
    plan = dabiao.parse(f"{HEAD}target t : {condition} at each town")
    assert every_way(plan, row)[:2] == (status, reason)


def test_a_choice_among_the_parts_of_a_whole() -> None:
    plan = dabiao.parse(
        "plan parts window 2025 level county level town in county unit bed\n"
        "input x bed stock at town  input y bed stock at town\n"
        "indicator counted bed = if x / y >= 1 then 5 bed else 4 bed\n"
        "target total : sum(town: counted) >= 8 bed at each county\n"
        "target least : min(town: counted) >= 4 bed at each county\n"
        "target place : rank(counted among town) = 1 at each town\n"
        "target many : (if count(town: x / y >= 1) >= 1 then 1 else 0) >= 0 at each county\n"
        "target any_of : (if any(town: x / y >= 1) then 1 else 0) >= 0 at each county\n"
    )
    data = {
        "county": ["C", "C"],
        "town": ["A", "B"],
        "period": ["2025-12"] * 2,
        "x": [1, 1],
        "y": [0, 2],
    }
    found = {
        each.name: [str(cell.status) for cell in each.cells]
        for each in plan.assess(data, as_of="2025-12-31")
    }
    assert found == {
        "total": ["undecided"],
        "least": ["undecided"],
        "place": ["undecided", "met"],  # who has no value has no rank, and takes none
        "many": ["undecided"],
        "any_of": ["undecided"],
    }
    fast: dict[str, list[str]] = {}
    for batch in plan.statuses(data, as_of="2025-12-31"):
        for row in batch.to_pylist():
            fast.setdefault(row["target"], []).append(row["status"])
    assert fast == found


@pytest.mark.parametrize(
    ("row", "status"),
    [
        ({"x": 1, "y": 2}, "met"),
        ({"x": None, "y": 2}, "met"),  # either branch will do
        ({"x": 1, "y": 0}, "undecided"),  # whether it is met does not exist
        ({"x": 1, "y": None}, "undecided"),  # and may not exist
    ],
)
def test_what_is_chosen_by_a_target_without_a_value_has_none(
    row: dict[str, Any], status: str
) -> None:
    plan = dabiao.parse(
        HEAD
        + """target s : x / y >= 1 at each town
        target t : (if met(s) then 5 bed else 4 bed) >= 4 bed at each town"""
    )
    columns = {"town": ["A"], "period": ["2025-12"]} | {name: [row[name]] for name in row}
    assert plan.assess(columns, as_of="2025-12-31")["t"].status == status
    blank = columns | {name: [None] for name in row}
    live = plan.session(blank, "2025-12-31")
    live.update([(name, "A", "2025-12", value) for name, value in row.items() if value is not None])
    assert [cell.status for cell in live.assessment()["t"]] == [status]
