"""Verdicts over missing data against enumeration: every completion from a grid of values is tried.

`met` and `missed` must hold for every completion; where the condition is linear-fractional in the
missing reports, `undecided` must mean that completions disagree.
"""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dabiao

PLAN = dabiao.parse(
    """
    plan missing
    level 县
    level 村 in 县
    unit 张, 人
    input 床位 张 constant at 村 range 0..10 张
    input 护理 张 constant at 村 range 0..10 张
    input 老人 人 constant at 村 range 1..10 人
    indicator 占比 % = 护理 / (护理 + 床位)
    indicator 人均床位 张/人 = 床位 / 老人
    target 总数 : 床位 >= 12 张
    target 差额 : 床位 - 护理 <= 3 张
    target 占比半 : 占比 >= 50%
    target 人均 : 人均床位 > 1.5 张/人
    target 不超 : 占比 <= 100%
    target 每村 : all(村: 床位 >= 3 张)
    target 半数 : share(村: 床位 >= 3 张) >= 50%
    target 任意 : 床位 >= 12 张 or 老人 <= 9 人
    """
)
VILLAGES = ["东村", "西村"]
INPUTS = ["床位", "护理", "老人"]
LINEAR = {"总数", "差额", "占比半", "人均", "不超"}
GRID = {"床位": [0, 1, 2, 3, 5, 10], "护理": [0, 1, 2, 3, 5, 10], "老人": [1, 2, 5, 9, 10]}


def verdicts(values: dict[tuple[str, str], int]) -> dict[str, bool | None]:
    """What each target says of complete data; None where a denominator is zero. Of whole numbers,
    a quotient is compared by multiplying with its denominator.
    """
    total = {name: sum(values[name, village] for village in VILLAGES) for name in INPUTS}
    whole = total["护理"] + total["床位"]
    enough = [values["床位", village] >= 3 for village in VILLAGES]
    return {
        "总数": total["床位"] >= 12,
        "差额": total["床位"] - total["护理"] <= 3,
        "占比半": None if whole == 0 else 2 * total["护理"] >= whole,
        "人均": 2 * total["床位"] > 3 * total["老人"],
        "不超": None if whole == 0 else total["护理"] <= whole,
        "每村": all(enough),
        "半数": 2 * sum(enough) >= len(enough),
        "任意": total["床位"] >= 12 or total["老人"] <= 9,
    }


cell = st.one_of(st.none(), st.integers(0, 10))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    beds=st.tuples(cell, cell),
    nursing=st.tuples(cell, cell),
    elderly=st.tuples(
        st.one_of(st.none(), st.integers(1, 10)), st.one_of(st.none(), st.integers(1, 10))
    ),
)
def test_whatever_the_missing_values_are(
    beds: tuple[int | None, int | None],
    nursing: tuple[int | None, int | None],
    elderly: tuple[int | None, int | None],
) -> None:
    given_values = dict(zip(INPUTS, (beds, nursing, elderly), strict=True))
    rows: list[dict[str, Any]] = [
        {"村": village, **{name: given_values[name][i] for name in INPUTS}}
        for i, village in enumerate(VILLAGES)
    ]
    columns = {key: [row[key] for row in rows] for key in rows[0]}
    result = PLAN.assess(columns, as_of="2024-01-01")
    holes = [
        (name, village)
        for name in INPUTS
        for i, village in enumerate(VILLAGES)
        if given_values[name][i] is None
    ]
    known = {
        (name, village): value
        for name in INPUTS
        for i, village in enumerate(VILLAGES)
        if (value := given_values[name][i]) is not None
    }
    seen: dict[str, set[bool | None]] = {}
    grids = [
        GRID[name] if len(holes) <= 4 else [GRID[name][0], 3, GRID[name][-1]] for name, _ in holes
    ]
    for completion in itertools.product(*grids):
        values = known | dict(zip(holes, completion, strict=True))
        for target, verdict in verdicts(values).items():
            seen.setdefault(target, set()).add(verdict)
    for target, possible in seen.items():
        status = result[target].status
        if status == "met":
            assert possible == {True}, (target, possible, rows)
        elif status == "missed":
            assert possible == {False}, (target, possible, rows)
        else:
            assert status == "undecided", (target, status)
            if target in LINEAR:
                assert possible not in ({True}, {False}), (target, rows)


def test_what_does_not_exist_decides_nothing_further_up() -> None:
    # min(x / 0, 0.1) is no number at most 0.1; it is no number.
    plan = dabiao.parse(
        """
        plan nothing
        level city
        level town in city
        input x number constant at town range -10..10
        input y number constant at town range -10..10
        target smaller : min(x / y, 0.1) <= 5 at each town
        target other : min(x / y, 1 / x) != 5 at each town
        target negated : not (min(x / y, 0.1) > 5) at each town
        target either : min(x / y, 0.1) <= 5 or x >= 1 at each town
        """
    )
    result = plan.assess({"town": ["A"], "x": [1], "y": [0]}, as_of="2024-01-01")
    for name in ("smaller", "other", "negated"):
        assert (result[name].status, result[name].cell.reason) == ("undecided", "division_by_zero")
    assert result["either"].status == "met"


def test_on_the_way_to_a_range_means_not_beyond_it_whatever_is_missing() -> None:
    """A report that is out may have led beyond a range, from where no path leads into it."""
    plan = dabiao.parse(
        """plan p window 2025 level town
        input visits flow each month at town range 0..
        input full stock each month at town range 5..10
        input half stock each month at town range 5..6
        target exactly : visits = 16 by 2025-07-31 at each town
        target within : visits = 16..20 by 2025-07-31 at each town
        target least : visits >= 16 by 2025-07-31 at each town
        target most : visits <= 20 by 2025-07-31 at each town
        target full_within : full = 4..6 by 2025-07-31 at each town
        target half_within : half = 4..6 by 2025-07-31 at each town
        target half_beyond : half = 3..4 by 2025-07-31 at each town
        """
    )
    data = {"town": ["A"] * 3, "period": ["2025-01", "2025-03", "2025-05"], "visits": [1, 4, 10]}
    expected = {
        "exactly": "undecided",
        "within": "undecided",
        "least": "on_track",
        "most": "undecided",
        "full_within": "undecided",
        "half_within": "met",
        "half_beyond": "missed",
    }
    result = plan.assess(data, as_of="2025-06-07")
    assert {target.name: target.cell.status for target in result} == expected
    found = {}
    for batch in plan.statuses(data, as_of="2025-06-07"):
        for row in batch.to_pylist():
            found[row["target"]] = row["status"]
    assert found == expected
    data["visits"] = [1, 4, 16]  # beyond, whatever February and April were
    assert plan.assess(data, as_of="2025-06-07")["within"].cell.status == "missed"


def every_status(plan: dabiao.Plan, rows: list[dict[str, Any]], as_of: str) -> dict[str, str]:
    """The status of the one cell of every target, which `statuses` tells as well."""
    register = {"county": ["C", "C"], "town": ["A", "B"]}
    data = plan.read(rows, entities=register)
    found = {target.name: target.cell.status for target in plan.assess(data, as_of=as_of)}
    for batch in plan.statuses(data, as_of=as_of):
        for row in batch.to_pylist():
            assert row["status"] == found[row["target"]], row
    return found


def test_what_some_parts_have_reported_counts_before_the_others_owe_it() -> None:
    plan = dabiao.parse(
        """plan p window 2025 level county level town in county
        input visits flow each month at town range 0..
        input peak flow each month at town range 2..9 over periods max
        input first date each month at town missing is later over parts min
        target most : visits <= 11 in 2025-01..2025-02 at each county
        target least : visits >= 12 in 2025-01..2025-02 at each county
        target peak_most : peak <= 9 in 2025-01..2025-02 at each county
        target early : first <= 2025-01-10 in 2025-01 at each county
        target late : first > 2025-01-10 in 2025-01 at each county
        """
    )
    rows = [
        {
            "county": "C",
            "town": "A",
            "period": "2025-01",
            "visits": 12,
            "peak": 7,
            "first": "2025-01-05",
        },
    ]
    expected = {
        "most": "missed",
        "least": "met",
        "peak_most": "on_track",
        "early": "met",
        "late": "missed",
    }
    # B may have 2 to 9: 9 to 16 in all.
    assert every_status(plan, rows, "2025-01-20") == expected | {"peak_most": "pending"}
    assert every_status(plan, rows, "2025-02-05")["early"] == "met"
    rows.append(rows[0] | {"town": "B", "visits": 0, "peak": 2, "first": "2025-01-19"})
    assert every_status(plan, rows, "2025-01-20") == expected


def test_parts_go_on_one_by_one_before_the_deadline() -> None:
    plan = dabiao.parse(
        """plan p window 2025 level county level town in county
        input peak flow each month at town range 2..9 over periods max
        input low flow each month at town range 2..9 over periods min
        input weight stock each month at town range 0..
        input rate flow each month at town range 0.. over parts average weighted by weight
        target peak_most : peak <= 16 in 2025-01..2025-02 at each county
        target peak_least : peak >= 17 in 2025-01..2025-02 at each county
        target low_least : low >= 10 in 2025-01..2025-02 at each county
        target low_most : low <= 5 in 2025-01..2025-02 at each county
        target rate_most : rate <= 8 in 2025-01..2025-02 at each county
        """
    )
    rows = [
        {
            "county": "C",
            "town": "A",
            "period": "2025-01",
            "peak": 9,
            "low": 9,
            "weight": 9,
            "rate": 10,
        },
        {
            "county": "C",
            "town": "B",
            "period": "2025-01",
            "peak": 7,
            "low": 2,
            "weight": 1,
            "rate": 0,
        },
    ]
    # The peaks may come to 9 + 9, the lows to 2 + 2; all the weight may move to B.
    found = every_status(plan, rows, "2025-01-31")
    assert found["peak_most"] == "on_track"
    assert found["peak_least"] in ("on_track", "behind")
    assert found["low_least"] == "on_track"
    assert found["low_most"] in ("on_track", "behind")
    assert found["rate_most"] == "behind"
    rows += [row | {"period": "2025-02"} for row in rows]
    rows[3] |= {"peak": 9, "weight": 99}
    found = every_status(plan, rows, "2025-02-28")
    assert found == {
        "peak_most": "missed",
        "peak_least": "met",
        "low_least": "met",
        "low_most": "missed",
        "rate_most": "met",
    }


def test_a_part_with_all_inputs_belongs_to_the_whole_though_it_has_no_quotient() -> None:
    plan = dabiao.parse(
        """plan p window 2025 level county level town in county unit bed, person
        input beds bed stock at town  input people person stock at town
        indicator rate bed/person = beds / people complete at least 60%
        target t : rate >= 0.5 bed/person at each county
        """
    )
    data = {
        "county": ["C"] * 4,
        "town": ["A", "B", "C", "D"],
        "period": ["2025-01"] * 4,
        "beds": [10, 20, 30, 10],
        "people": [40, 50, 0, None],  # 60 of 90: the beds of C count, D has not reported
    }
    cell = plan.assess(data, as_of="2025-01-31")["t"].cell
    assert (cell.status, cell.binding.exact_value, cell.complete) == ("met", Fraction(2, 3), 0.75)
    data["people"] = [40, None, 0, None]  # too few
    assert plan.assess(data, as_of="2025-01-31")["t"].cell.status == "undecided"
    data["people"] = [40, 50, 0, 30]
    cell = plan.assess(data, as_of="2025-01-31")["t"].cell
    assert (cell.status, cell.binding.exact_value) == ("met", Fraction(7, 12))


def test_what_may_not_apply_is_not_met_for_others() -> None:
    plan = dabiao.parse(
        """plan p window 2025 level county level town in county
        input ok yesno stock at town  input size stock at town range 0..
        target own : ok by 2025-12-31 at each town where size >= 5
        target some : count(town where met(own)) >= 1 by 2025-12-31 at each county
        target all_of_them : share(town where met(own)) >= 100% by 2025-12-31 at each county
        target mean_of_them : average(town: attained(own)) >= 100% by 2025-12-31 at each county
        """
    )

    def found(sizes: list[int | None]) -> dict[str, str]:
        data = {
            "county": ["C"] * 2,
            "town": ["A", "B"],
            "period": ["2025-12"] * 2,
            "ok": [True, True],
            "size": sizes,
        }
        result = plan.assess(data, as_of="2025-12-31")
        return {name: result[name].cell.status for name in ("some", "all_of_them", "mean_of_them")}

    decided = dict.fromkeys(("some", "all_of_them", "mean_of_them"), "met")
    assert found([9, 9]) == found([9, 1]) == decided
    # A may be too small: then nothing is asked of it, and there is none that has met its target.
    assert found([1, 1])["some"] == "missed"
    assert found([None, 1])["some"] == "undecided"
    assert found([None, 9])["some"] == "met"
    towns = plan.assess(
        {"county": ["C"], "town": ["A"], "period": ["2025-12"], "ok": [True], "size": [None]},
        as_of="2025-12-31",
    )
    assert towns["own"].cell.status == "met"


def test_an_own_report_that_is_out_of_date_bounds_no_more_than_the_parts_do() -> None:
    """When the parts come in complete, they are the value, whatever the town itself could report."""
    plan = dabiao.parse(
        """plan p window 2025 level county level town in county level village in town unit bed
        input beds bed stock each month at village range 0..20 bed
        input visits number flow each month at village range 0..4
        entities village in "A" = { "v", "w" }
        target few : beds <= 20 bed by 2025-06-30 at each town
        target some : beds >= 1 bed by 2025-06-30 at each town
        target seldom : visits <= 12 in 2025-H1 at each town
        """
    )
    months = [f"2025-0{month}" for month in range(1, 7)]
    rows: list[dict[str, Any]] = [
        {"town": "A", "village": "", "period": "2025-02", "beds": 7, "visits": 4},
        {"town": "A", "village": "v", "period": "2025-06", "beds": 14},
        *({"town": "A", "village": "v", "period": month, "visits": 4} for month in months),
    ]
    result = plan.assess(rows, as_of="2025-06-30")
    statuses = {target.name: target.cell.status for target in result}
    assert statuses == {"few": "undecided", "some": "undecided", "seldom": "undecided"}
    for month in months:
        rows.append({"town": "A", "village": "w", "period": month, "beds": 10, "visits": 4})
    result = plan.assess(rows, as_of="2025-06-30")
    statuses = {target.name: target.cell.status for target in result}
    assert statuses == {"few": "missed", "some": "met", "seldom": "missed"}


def test_a_stock_in_brackets_or_month_by_month_is_carried_forward() -> None:
    plan = dabiao.parse(
        """plan p window 2025 level town
        input beds number stock each month at town range 0..
        target own_day : beds >= 1 by 2025-03-31 at each town
        target bracket : beds[2025-03] >= 1 by 2025-03-31 at each town
        target each_month : min(month: beds) >= 2 by 2025-03-31 at each town
        """
    )
    rows: list[dict[str, Any]] = [{"town": "A", "period": "2025-01", "beds": 2}]
    found = {each.name: each.cell for each in plan.assess(rows, as_of="2025-04-30")}
    assert {name: cell.status for name, cell in found.items()} == {
        "own_day": "undecided",
        "bracket": "met",
        "each_month": "met",
    }
    rows.append({"town": "A", "period": "2025-03", "beds": 1})
    found = {each.name: each.cell for each in plan.assess(rows, as_of="2025-04-30")}
    assert [cell.status for cell in found.values()] == ["met", "met", "missed"]


def test_what_reads_a_cautious_verdict_is_cautious_too() -> None:
    plan = dabiao.parse(
        "plan p window 2025 level town input a number constant input b yesno constant\n"
        "target same_t : a * a - a * a >= 0\n"
        "target reads : met(same_t)\n"
        "target in_part : attained(same_t) >= 10%\n"
        "target filtered : b at each town where a * a - a * a >= 0\n"
        "target opened : b\n"
        "target reads_open : met(opened)"
    )
    result = plan.assess({"town": ["A"], "period": [None], "a": [None], "b": [None]}, as_of="2025-12-31")
    assert {each.name: (str(each.cell.status), each.cell.tight) for each in result} == {
        "same_t": ("undecided", False),
        "reads": ("undecided", False),
        "in_part": ("undecided", False),
        "filtered": ("undecided", False),
        "opened": ("undecided", True),
        "reads_open": ("undecided", True),
    }
