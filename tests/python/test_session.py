"""Assessments that live, against assessing the changed data anew.

`DABIAO_PLANS=2000 pytest tests/python/test_session.py` is a longer run of the generated plans.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

import dabiao
from oracle.formulas import decimal
from oracle.plans import INPUTS, columns, numbers, periods, plan_text, rows, targets, worlds
from oracle.worlds import LOWEST, MIDDLE, TOP, Month, World, month, month_text

PLANS = int(os.environ.get("DABIAO_PLANS", "100"))

SHOWN = (
    "status reason value threshold upper gap expected projected projected_date attained progress "
    "reached_on complete whatever tight due unit"
).split()

MORE = f"""
indicator partly number = average(village: b) complete at least 50%
target met_before : met(t0) each month in 2024-01..2024-06 at each LEVEL
target attained_before : attained(t0) >= 50% by 2024-06-30 at each LEVEL
target enough_partly : partly >= 1 each quarter in 2024-Q1..2024-Q2 at each {MIDDLE}
target ahead : rank(a among {LOWEST}) <= 1 by 2024-06-30 milestones 2024-03-31: 2 at each {LOWEST}
target all_known : count({LOWEST} where known(b)) >= 1 each month in 2024-01..2024-09
target more_than_before : a >= a[previous] each month in 2024-03..2024-06 at each {MIDDLE}
target as_the_top : b <= b[{TOP}] by 2024-12-31 at each {LOWEST}
target some_where : a >= 0 each month in 2024-02..2024-04 at each {LOWEST} where p
"""


def shown(cells: Iterable[dabiao.Cell]) -> dict[tuple[str, str, str, str], list[Any]]:
    """What each cell says, by what it is about."""
    return {
        (cell.target, cell.level, cell.entity, cell.span): [getattr(cell, name) for name in SHOWN]
        + [
            (each.status, each.reason, each.value, each.threshold, each.gap)
            for each in cell.comparisons
        ]
        for cell in cells
    }


def written(name: str, period: Month) -> str | None:
    declared = INPUTS[name]
    if declared.kind == "constant":
        return None
    return month_text(period) if declared.each == 1 else f"{period // 12}-Q{period % 12 // 3 + 1}"


@st.composite
def lives(draw: st.DrawFn) -> tuple[str, World, str, bool, list[list[tuple[str, str, Month, Any]]]]:
    world = draw(worlds())
    declared = [draw(targets(world, f"t{i}")) for i in range(draw(st.integers(1, 3)))]
    more = MORE.replace("LEVEL", declared[0].level).replace("village:", f"{LOWEST}:")
    random = Random(draw(st.integers(0, 2**32)))
    # Some reports are missing from the beginning.
    for key in list(world.reports):
        if random.random() < 0.1:
            world.reports[key] = None
    pool = draw(st.lists(numbers(), min_size=2, max_size=4))
    keys = [
        (name, village, period)
        for name, each in INPUTS.items()
        for villages in world.towns.values()
        for village in villages
        for period in [*periods(each), *([month(2025, 3)] if each.kind != "constant" else [])]
    ]
    changes = []
    for _ in range(draw(st.integers(1, 5))):
        together = []
        for name, village, period in random.sample(keys, random.choice([1, 1, 1, 2, 4])):
            value: Any = random.choice(pool)
            if INPUTS[name].yesno:
                value = random.random() < 0.5
            elif name == "weight":
                value = Fraction(random.randint(1, 9))
            together.append((name, village, period, None if random.random() < 0.3 else value))
        changes.append(together)
    as_of = draw(st.sampled_from(["2024-12-31", "2024-05-20", "2024-06-30"]))
    return plan_text(world, declared) + more, world, as_of, draw(st.booleans()), changes


@settings(
    max_examples=PLANS,
    derandomize="DABIAO_PLANS" not in os.environ,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
@given(lives())
def test_a_session_is_what_assessing_anew_is(
    life: tuple[str, World, str, bool, list[list[tuple[str, str, Month, Any]]]],
) -> None:
    text, world, as_of, reached_on, changes = life
    note(text)
    note("\n".join(map(str, rows(world))))
    plan = dabiao.parse(text)
    session = plan.session(columns(rows(world)), as_of, reached_on=reached_on)
    before = shown(plan.assess(columns(rows(world)), as_of, reached_on=reached_on).cells())
    assert shown(session.assessment().cells()) == before
    for together in changes:
        note(str(together))
        reports = []
        for name, village, period, value in together:
            world.reports[name, village, period] = value
            given = Decimal(decimal(value)) if isinstance(value, Fraction) else value
            reports.append((name, village, written(name, period), given))
        changed = shown(session.update(reports))
        after = shown(plan.assess(columns(rows(world)), as_of, reached_on=reached_on).cells())
        assert shown(session.assessment().cells()) == after
        assert all(after[key] == each for key, each in changed.items())
        assert {key for key in after if before.get(key) != after[key]} <= set(changed)
        gone = {(cell.target, cell.level, cell.entity, cell.span) for cell in session.gone}
        assert gone == set(before) - set(after)
        before = after


PLAN = """plan 例 window 2024
level 县  level 村 in 县  unit 张, 次
input 床位 张 stock each month at 村
input 验收日 date at 村
input 走访 "入户走访" 次 flow each month at 村
target 全县 : 床位 >= 100 张 by 2024-03-31
target 各村 : 走访 >= 1 次 each month in 2024-01..2024-03 at each 村
target 验收 : 验收日 <= 2024-03-15 by 2024-03-31 at each 村
"""


def data(villages: int = 3) -> list[dict[str, Any]]:
    return [
        {"村": f"村{i}", "period": f"2024-0{at}", "床位": 30, "走访": 1}
        for i in range(villages)
        for at in (1, 2, 3)
    ] + [{"村": f"村{i}", "验收日": "2024-03-01"} for i in range(villages)]


def test_values_of_every_kind_and_names_by_label() -> None:
    session = dabiao.parse(PLAN).session(data(), "2024-03-31")
    assert [cell.status for cell in session.set("验收日", "村1", None, datetime.date(2024, 3, 20))] == ["missed"]
    assert [cell.value for cell in session.set("床位", "村1", "2024-03", 40.5)] == [100.5]
    assert [cell.gap for cell in session.set("床位", "村1", "2024-03", Decimal("39.9"))] == [-0.1]
    assert [cell.target for cell in session.set("入户走访", "村1", "2024-02", 0)] == ["各村"]
    assert [cell.status for cell in session.set("走访", "村1", "2024-02", "…")] == ["undecided"]
    assert session.set("走访", "村1", "2024-02", float("nan")) == []


def test_a_stage_may_be_called_what_elsewhere_says_that_nothing_is_reported() -> None:
    plan = dabiao.parse(
        "plan 例\nlevel 村\nstages 报送 = 未报 < 已报\n"
        "input 报送情况 报送 stock at 村\ntarget 待报 : 报送情况 = 未报 at each 村\n"
    )
    session = plan.session([{"村": "甲", "报送情况": "已报"}], "2024-03-31")
    assert [cell.status for cell in session.set("报送情况", "甲", None, "未报")] == ["met"]
    assert [cell.status for cell in session.set("报送情况", "甲", None, "暂无")] == ["undecided"]


def test_every_mistake_of_a_report_is_said() -> None:
    session = dabiao.parse(PLAN).session(data(), "2024-03-31")
    with pytest.raises(dabiao.DataError) as raised:
        session.set("床位", "村9", "2024-13", "many")
    assert [each.kind for each in raised.value.diagnostics] == ["unknown_period", "unknown_entity", "unread_cell"]
    assert "row" not in str(raised.value)  # there is only one


def test_a_mistake_changes_nothing() -> None:
    session = dabiao.parse(PLAN).session(data(), "2024-03-31")
    before = shown(session.assessment().cells())
    with pytest.raises(dabiao.DataError) as raised:
        session.update([("床位", "村1", "2024-03", 900), ("床位", "村9", "2024-03", 1), ("床", None, None, 1)])
    assert [each.kind for each in raised.value.diagnostics] == ["unknown_entity", "unknown_input"]
    assert "reports: row 2" in str(raised.value)
    assert "reports: row 3" in str(raised.value)
    assert shown(session.assessment().cells()) == before


def test_an_assessment_that_was_taken_stays_as_it_was() -> None:
    session = dabiao.parse(PLAN).session(data(), "2024-03-31")
    taken = session.assessment()
    session.set("床位", "村1", "2024-03", 100)
    assert taken["全县"].cells[0].value == 90.0
    assert "90" in taken["全县"].explain()
    assert session.assessment()["全县"].cells[0].value == 160.0


def test_only_the_targets_that_were_asked_for() -> None:
    session = dabiao.parse(PLAN).session(data(), "2024-03-31", targets="各村")
    assert session.set("床位", "村1", "2024-03", 100) == []
    assert len(session.set("走访", "村1", "2024-03", 0)) == 1


def test_what_a_change_costs_does_not_grow_with_the_data() -> None:
    costs = []
    for villages in (10, 100, 1000):
        session = dabiao.parse(PLAN).session(data(villages), "2024-03-31")
        before = session.evaluated_cells
        session.set("床位", "村3", "2024-03", 31)
        session.set("走访", "村3", "2024-02", 0)
        costs.append(session.evaluated_cells - before)
    assert costs[0] == costs[1] == costs[2]
    assert 0 < costs[0] < 150
