"""A deadline inside a reporting period: what was done in it before the deadline is not known until
its report is there, and that is owed from the deadline on.
"""

from __future__ import annotations

from typing import Any

import pytest

import dabiao

PLAN = dabiao.parse(
    "plan cut window 2025-01-01..2025-12-31\n"
    "level county level town in county unit visit\n"
    "input v visit flow each month at town\n"
    "input silent visit flow each month at town missing is 0\n"
    "target ten : v >= 10 visit by 2025-06-15 at each town\n"
    "target five : v >= 5 visit by 2025-06-15 at each town\n"
    "target most : v <= 8 visit by 2025-06-15 at each town\n"
    "target span : v >= 10 visit in 2025-04-01..2025-06-15 at each town\n"
    "target whole : v >= 10 visit by 2025-06-15 at each county\n"
    "target quiet : silent >= 10 visit by 2025-06-15 at each town\n"
    "target duty : v >= 10 visit always at each town\n"
)


def reports(*visits: int) -> dict[str, list[Any]]:
    """One town's reports from January on."""
    return {
        "county": ["C"] * len(visits),
        "town": ["A"] * len(visits),
        "period": [f"2025-{month:02}" for month in range(1, len(visits) + 1)],
        "v": list(visits),
        "silent": list(visits),
    }


TO_MAY = reports(2, 2, 2, 1, 1)


def statuses(data: dict[str, list[Any]], as_of: str) -> dict[str, str]:
    found = {
        each.name: str(cell.status)
        for each in PLAN.assess(data, as_of=as_of)
        for cell in each.cells
    }
    fast: dict[str, str] = {}
    for batch in PLAN.statuses(data, as_of=as_of):
        for row in batch.to_pylist():
            fast[row["target"]] = row["status"]
    assert fast == found
    live = PLAN.session(data, as_of)
    assert {cell.target: str(cell.status) for cell in live.assessment().cells()} == found
    return found


@pytest.mark.parametrize(
    "as_of", ["2025-06-15", "2025-06-16", "2025-06-20", "2025-06-30", "2025-07-10"]
)
def test_from_the_deadline_on_the_running_month_is_owed(as_of: str) -> None:
    found = statuses(TO_MAY, as_of)
    assert found["ten"] == found["span"] == found["whole"] == "undecided"
    assert found["five"] == "met"  # whatever June was
    assert found["most"] == "undecided"
    assert found["quiet"] == "missed"  # silence says that there were none


def test_before_the_deadline_it_is_waited_for() -> None:
    found = statuses(TO_MAY, "2025-06-14")
    assert found["ten"] in ("on_track", "behind")
    assert found["most"] == "on_track"


def test_a_standing_duty_counts_what_there_is() -> None:
    # Its span ends today only because nothing later is seen.
    assert statuses(TO_MAY, "2025-06-15")["duty"] == "missed"


def test_the_report_bounds_what_was_done_before_the_deadline() -> None:
    # Of three visits in June, none to three were made by the 15th: 8 to 11 in all.
    with_three = reports(2, 2, 2, 1, 1, 3)
    found = statuses(with_three, "2025-06-20")
    assert found["ten"] == found["most"] == "undecided"
    assert statuses(reports(2, 2, 2, 1, 1, 1), "2025-06-20")["ten"] == "missed"
    [cell] = PLAN.assess(with_three, as_of="2025-06-20")["ten"].cells
    assert cell.reason == "coarser_than_asked"
    [cell] = PLAN.assess(TO_MAY, as_of="2025-06-20")["ten"].cells
    assert cell.reason == "not_reported"


def test_an_explanation_names_what_is_owed() -> None:
    told = PLAN.assess(TO_MAY, as_of="2025-06-15")["ten"].explain()
    assert "reports: 5 of 6" in told
    assert "missing reports (1), which decide" in told


def one(declared: str, condition: str, as_of: str, *reports: tuple[str, int]) -> tuple[str, str | None]:
    """Status and reason of a target of one town, by every way of assessing."""
    plan = dabiao.parse(
        "plan one window 2025-01-01..2025-12-31\n"
        "level county level town in county\n"
        'entities county { "C" } entities town { "A" }\n'
        f"input x number flow {declared} at town\n"
        f"target t : {condition} at each town\n"
    )
    data = {
        "town": ["A"] * len(reports),
        "period": [period for period, _ in reports],
        "x": [number for _, number in reports],
    }
    cell = plan.assess(data, as_of=as_of)["t"].cell
    [batch] = plan.statuses(data, as_of=as_of)
    assert batch["status"].to_pylist() == [cell.status]
    return cell.status, cell.reason


@pytest.mark.parametrize("read", ["x[2025-Q1]", "min(quarter: x)", "x[2025-01-01..2025-03-31]"])
def test_a_span_in_brackets_is_over_on_its_last_evening_too(read: str) -> None:
    # Of the half-year only February is there: March may still bring anything.
    for as_of in ("2025-03-31", "2025-04-01"):
        found = one("each half range 0..", f"{read} <= 5 by 2025-12-31", as_of, ("2025-02", 2))
        assert found[0] == "undecided"


def test_what_a_span_that_has_not_begun_will_come_to_is_not_known() -> None:
    december = ("2025-12", 2)
    # Three months of at most 5 each.
    for limit, status in ((10, "undecided"), (2, "undecided"), (-1, "missed")):
        condition = f"x[2026-Q1] <= {limit} by 2025-12-31"
        found = one("each month range 0..5", condition, "2025-12-31", december)
        assert found[0] == status
    found = one("each month range 1..5 missing is 0", "x[2026] >= 1 by 2025-12-31", "2025-12-31", december)
    assert found[0] == "undecided"


@pytest.mark.parametrize("demand", ["= 10", ">= 10", "<= 2"])
def test_where_before_the_span_has_begun(demand: str) -> None:
    plan = dabiao.parse(
        "plan later window 2025-01-01..2025-12-31\n"
        "level county level town in county\n"
        'entities county { "C" } entities town { "A", "B", "D" }\n'
        "input done yesno flow at county\n"
        "input x number flow each month at town range 0..5\n"
        f"target t : done each half at each county where x {demand}\n"
    )
    data = {"town": ["A"], "period": ["2025-05"], "x": [3]}
    for as_of in ("2025-01-01", "2025-06-15"):
        found = [cell.status for cell in plan.assess(data, as_of=as_of)["t"]]
        fast = [each for batch in plan.statuses(data, as_of) for each in batch["status"].to_pylist()]
        assert fast == found
        assert found[1] == "pending"
