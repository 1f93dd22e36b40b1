"""Truths about the same missing report, joined: what holds for every value that it can have."""

from __future__ import annotations

from typing import Any

import pytest

import dabiao
from oracle.every_way import every_way

HEAD = """plan joined window 2025
level town
unit bed
input x stock at town range 0..1
input y stock at town range 0..1
input z stock at town
input a bed stock at town range 1..3 bed
input p yesno stock at town
input q yesno stock at town
"""


@pytest.mark.parametrize(
    ("condition", "row", "status", "tight"),
    [
        ("x >= 0.5 and x <= 0.7", {"x": None}, "undecided", True),
        ("x >= 0.7 and x <= 0.5", {"x": None}, "missed", True),
        ("x >= 0.5 and x <= 0.5", {"x": None}, "undecided", True),
        ("x > 0.5 and x <= 0.5", {"x": None}, "missed", True),
        ("x < 0.5 or x >= 0.5", {"x": None}, "met", True),
        ("x < 0.5 or x > 0.5", {"x": None}, "undecided", True),
        ("not (x >= 0.7 and x <= 0.5)", {"x": None}, "met", True),
        ("x != 0.5 or x = 0.4..0.6", {"x": None}, "met", True),
        ("x / (x + 1) >= 0.4 and 2 / (x + 1) >= 1.5", {"x": None}, "missed", True),
        # Whole numbers leave gaps, and have ends.
        ("a >= 1.2 bed and a <= 1.8 bed", {"a": None}, "missed", True),
        ("a < 2 bed or a > 2 bed or a = 2 bed", {"a": None}, "met", True),
        ("a = 1 bed or a = 2 bed or 2 * a = 6 bed", {"a": None}, "met", True),
        ("p or not p", {"p": None}, "met", True),
        ("p and not p", {"p": None}, "missed", True),
        ("p and q", {"p": None, "q": None}, "undecided", True),
        # Each may come to be as it likes.
        ("x >= 0.5 and y >= 0.5", {"x": None, "y": None}, "undecided", True),
        ("x >= 0.7 and y >= 0.5 and x < 0.6", {"x": None, "y": None}, "missed", True),
        # What reads both is taken by itself.
        ("x + y >= 1.5 and x <= 0.2", {"x": None, "y": None}, "undecided", False),
        ("x * x >= 0.5 and x <= 0.2", {"x": None}, "undecided", False),
        # What may have no value is no truth with which to count.
        ("1 / z >= 0 or 1 / z < 0", {"z": None}, "undecided", False),
        ("1 / z >= 0 or z < 1 or z >= 1", {"z": None}, "met", True),
        # Branches of truths.
        ("if p then x >= 0 else x >= -1", {"p": None, "x": 0.5}, "met", True),
        ("if x >= 0.5 then x >= 0.4 else x < 0.6", {"x": None}, "met", True),
        ("if x >= 0.5 then x >= 0.6 else x < 0.6", {"x": None}, "undecided", True),
        ("if x >= 0.5 then x < 0.4 else x > 0.6", {"x": None}, "missed", True),
    ],
)
def test_truths_about_one_report_are_decided_together(
    condition: str, row: dict[str, Any], status: str, tight: bool
) -> None:
    plan = dabiao.parse(HEAD + f"target t : {condition} at each town")
    found = every_way(plan, row)
    assert (found[0], found[2]) == (status, tight)
