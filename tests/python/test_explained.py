"""What explanations say of a cell, recomputed with fractions."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

import dabiao

HEAD = """plan explained window 2025
level town
input x stock at town range -5..5
input p yesno stock at town
"""


def explained(condition: str, row: dict[str, Any]) -> dabiao.TargetResult:
    plan = dabiao.parse(HEAD + f"target t : {condition} at each town")
    data = {"town": ["A"], "period": ["2025-12"]} | {name: [row[name]] for name in row}
    return plan.assess(data, as_of="2025-12-31")["t"]


half = Fraction(1, 2)
FORMULAS: list[tuple[str, Callable[[Fraction], bool | None]]] = [
    ("x >= 0.5", lambda x: x >= half),
    ("not (x = -1..0.5)", lambda x: not -1 <= x <= half),
    ("not (x = -1..0.5 and x != 0)", lambda x: not (-1 <= x <= half and x != 0)),
    ("x != 5 or p", lambda x: x != 5),
    ("x > -5", lambda x: x > -5),
    ("abs(x - 3) <= 0", lambda x: x == 3),
    ("abs(abs(x) - 4) = 2..3", lambda x: 2 <= abs(abs(x) - 4) <= 3),
    ("min(x, 4) / (x + 6) >= 0.35", lambda x: min(x, 4) / (x + 6) >= Fraction("0.35")),
    ("(if x > 2 then x else 2 * x) = 1.5..3", lambda x: 1.5 <= (x if x > 2 else 2 * x) <= 3),
    ("max(x, 1) * 3 = 6", lambda x: max(x, 1) * 3 == 6),
    ("clamp(x, -2, 3) + x >= 7.9", lambda x: min(max(x, -2), 3) + x >= Fraction("7.9")),
    ("1 / x <= -4", lambda x: 1 / x <= -4 if x else None),
    ("abs(1 / (x - 2)) > 100", lambda x: abs(1 / (x - 2)) > 100 if x != 2 else None),
    ("(x > 1 and x < 2) = (x > 3)", lambda x: (1 < x < 2) == (x > 3)),
    ("x * 2 > 11", lambda x: x * 2 > 11),
]


@pytest.mark.parametrize(("condition", "holds"), FORMULAS)
def test_the_smallest_change_is_the_nearest_of_all_that_turn_it(
    condition: str, holds: Callable[[Fraction], bool | None]
) -> None:
    steps = [Fraction(k, 100) for k in range(-500, 501)]
    truths = {x: holds(x) for x in steps}
    for start in (Fraction(-5), Fraction(-1), Fraction("-0.37"), half, Fraction(2), Fraction("4.2"), Fraction(5)):
        if truths[start] is None:
            continue
        found = explained(condition, {"x": float(start), "p": "no"}).explanation()
        [change] = [each for each in found["changes"] if each["name"] == "x"]
        turned = [x for x in steps if truths[x] is (not truths[start])]
        nearest = min(turned, key=lambda x: (abs(x - start), -x), default=None)
        if nearest is None:
            assert (change["to"], change["searched_all"]) == (None, True), start
        else:
            assert Fraction(change["to"]["value"]) == nearest, start


@pytest.mark.parametrize(
    ("condition", "low", "high", "turns_at"),
    [
        ("x >= 0.5", False, True, "0.5"),
        ("x > 0.5", False, True, "0.51"),
        ("x <= 0.5", True, False, "0.51"),
        ("round(x, 1) >= 2", False, True, "1.5"),
        ("x * x * x > 8", False, True, None),  # that it turns once is more than bounds tell
        ("(0.3 - x) * x >= -1 or x >= 3.39", False, True, None),
        # Both ends say nothing of what lies between them.
        ("min(x * x, abs(x)) = x", False, True, None),
        ("x = -3 or x >= 2", False, True, None),
        ("x != 1 and x < 2", True, False, None),
    ],
)
def test_a_missing_report_turns_the_verdict_once_or_nothing_is_said(
    condition: str, low: bool, high: bool, turns_at: str | None
) -> None:
    result = explained(condition, {"x": None})
    [missing] = result.explanation()["missing"]["reports"]
    assert (missing["holds_at_low"], missing["holds_at_high"]) == (low, high)
    assert missing["turns_at"] == turns_at
    word = "holds" if high else "fails"
    assert (f"{word} from {turns_at}" in result.explain(lang="en")) == (turns_at is not None)


def test_what_is_negated_says_so() -> None:
    row = {"p": "yes", "x": 3}
    result = explained("not (p or x < -1.5)", row)
    assert [each["text"] for each in result.explanation()["comparisons"]] == ["not (p)", "not (x < -1.5)"]
    assert "not (p) → no" in result.explain(lang="en")
    assert "p = yes" in result.explain(lang="en")
    result = explained("非 (p 或 x < -1.5)", row)
    assert [each["text"] for each in result.explanation()["comparisons"]] == ["非 (p)", "非 (x < -1.5)"]
    assert "不成立:非 (p) 不成立" in result.explain(lang="zh")
    # What the plan says itself stands as it is written.
    [comparison] = explained("not (x < -1.5)", row).explanation()["comparisons"]
    assert comparison["text"] == "not (x < -1.5)"
