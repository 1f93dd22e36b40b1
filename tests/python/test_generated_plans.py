"""Generated plans against an oracle of its own: every status, value and gap of every cell.

The ordinary run tries the same plans every time;
`DABIAO_PLANS=5000 pytest tests/python/test_generated_plans.py` tries others, and more of them.
"""

from __future__ import annotations

import os
from fractions import Fraction

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

import dabiao
from oracle.formulas import Comparison, Formula, Reading
from oracle.plans import Target, columns, plan_text, rows, targets, worlds
from oracle.worlds import World, end_text

PLANS = int(os.environ.get("DABIAO_PLANS", "150"))
ORDINARY = settings(
    max_examples=PLANS,
    derandomize="DABIAO_PLANS" not in os.environ,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


@st.composite
def assessed(draw: st.DrawFn) -> tuple[World, list[Target]]:
    world = draw(worlds())
    return world, [draw(targets(world, f"t{i}")) for i in range(draw(st.integers(1, 6)))]


def reads(formula: object) -> bool:
    """Whether a formula reads any data."""
    if isinstance(formula, Reading):
        return True
    parts = vars(formula).values() if isinstance(formula, Formula) else ()
    return any(
        any(map(reads, part)) if isinstance(part, tuple) else reads(part) for part in parts
    )


def as_double(value: Fraction) -> float:
    """The nearest double; Python rounds to it as well."""
    return value.numerator / value.denominator


@ORDINARY
@given(assessed())
def test_statuses_values_and_gaps_are_those_of_fractions(case: tuple[World, list[Target]]) -> None:
    world, declared = case
    text = plan_text(world, declared)
    note(text)
    reports = rows(world)
    note("\n".join(map(str, reports)))
    result = dabiao.parse(text).assess(columns(reports), as_of="2024-12-31")
    for target in declared:
        for place in target.places(world):
            span = f"{place.first // 12}-{place.first % 12 + 1:02d}-01..{end_text(place.last)}"
            found = [
                each
                for each in result[target.name].cells
                if each.entity == place.entity and str(each.due) == end_text(place.last)
            ]
            assert len(found) == 1, (target.statement(), place.entity, span)
            cell = found[0]
            holds = target.condition.at(place)
            if holds is None and "[" in str(target.condition):
                # What has no baseline could be anything, and of anything some things hold.
                assert cell.status in ("met", "missed", "undecided")
                continue
            expected = {True: "met", False: "missed", None: "undecided"}[holds]  # type: ignore[index]
            assert cell.status == expected, (target.statement(), place.entity, span)
            # A comparison of constants is folded; of a constant with a measured value, turned round.
            if not isinstance(target.condition, Comparison) or not reads(target.condition.a):
                continue
            if holds is None:
                continue
            value, threshold = target.condition.a.at(place), target.condition.b.at(place)
            assert isinstance(value, Fraction)
            assert isinstance(threshold, Fraction)
            gap = target.condition.gap(value, threshold)
            assert cell.value == as_double(value), (target.statement(), place.entity, span)
            assert cell.threshold == as_double(threshold), target.statement()
            assert cell.gap == as_double(gap), (target.statement(), place.entity, span)
