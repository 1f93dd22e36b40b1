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
        # Whether a filter keeps it is not known either.
        ("sum(town: c where a >= 5 bed) <= 15 bed", "undecided"),
        ("sum(town: c where a >= 5 bed) <= 35 bed", "met"),
        ("average(town: c where a >= 5 bed) <= 8 bed", "undecided"),
        ("count(town where a >= 5 bed) <= 2", "undecided"),
        ("share(town: c >= 5 bed where a >= 5 bed) >= 90%", "undecided"),
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


def every_status(plan: dabiao.Plan, rows: dict[str, list[Any]], as_of: str) -> dict[str, str]:
    """The status of the one cell of every target, which `statuses` tells as well."""
    found = {each.name: str(each.cell.status) for each in plan.assess(rows, as_of=as_of)}
    for batch in plan.statuses(rows, as_of=as_of):
        for row in batch.to_pylist():
            assert row["status"] == found[row["target"]], row
    return found


def test_a_member_of_which_nobody_knows_where_it_belongs_is_missing_further_up() -> None:
    """Three villages are counted and two are named, below two towns: the county lacks the third."""
    plan = dabiao.parse(
        """
        plan p window 2025
        level county  level town in county  level village in town count 3
        unit bed
        input beds bed stock at village range 0..9 bed
        input least bed stock at village range 2..9 bed over parts min
        input ready yesno stock at village
        indicator most bed = beds complete at least 60%
        target few : beds <= 5 bed at each county
        target fewer : beds <= 15 bed at each county
        target some : beds >= 5 bed at each county
        target lowest : least >= 3 bed at each county
        target lowest_of_all : least >= 2 bed at each county
        target all_ready : ready at each county
        target known : most <= 5 bed at each county
        """
    )
    rows: dict[str, list[Any]] = {
        "county": ["C", "C"],
        "town": ["A", "B"],
        "village": ["a", "b"],
        "period": ["2025-01", "2025-01"],
        "beds": [1, 4],
        "least": [3, 4],
        "ready": ["yes", "yes"],
    }
    assert every_status(plan, rows, "2025-12-31") == {
        "few": "undecided",
        "fewer": "met",
        "some": "met",
        "lowest": "undecided",
        "lowest_of_all": "met",
        "all_ready": "undecided",
        "known": "met",
    }
    report = plan.assess(rows, as_of="2025-12-31")["few"].explanation()["missing"]["reports"][0]
    assert (report["input"], report["unnamed"], report["at"]["level"]) == ("beds", 1, "village")


def test_what_nobody_reports_adds_up_over_periods_and_members() -> None:
    """A range is of one report; a member has one for each month, and a town has many members."""
    plan = dabiao.parse(
        """
        plan p window 2025
        level county  level town in county count 2  level village in town
        unit bed
        input visits number flow each month at town range 0..10
        input beds bed stock at village range 0..10 bed
        target q_most : visits <= 20 in 2025-Q1 at each county
        target q_more : visits <= 45 in 2025-Q1 at each county
        target q_sum : sum(town: visits) <= 20 in 2025-Q1 at each county
        target q_sum_more : sum(town: visits) <= 45 in 2025-Q1 at each county
        target q_max : max(town: visits) <= 20 in 2025-Q1 at each county
        target q_rank : rank(visits among town) <= 1 in 2025-Q1 at each town
        target in_all : beds <= 20 bed at each county
        target summed : sum(town: beds) <= 20 bed at each county
        """
    )
    rows: dict[str, list[Any]] = {
        "county": ["C"] * 4,
        "town": ["A"] * 4,
        "village": ["", "", "", "a"],
        "period": ["2025-01", "2025-02", "2025-03", "2025-01"],
        "visits": [4, 5, 6, None],
        "beds": [None, None, None, 5],
    }
    assert every_status(plan, rows, "2025-12-31") == {
        "q_most": "undecided",
        "q_more": "met",
        "q_sum": "undecided",
        "q_sum_more": "met",
        "q_max": "undecided",
        "q_rank": "undecided",
        "in_all": "undecided",
        "summed": "undecided",
    }


def test_a_town_that_nobody_named_has_nobody_knows_how_many_villages() -> None:
    text = """
        plan p window 2025
        level county  level town in county count 3  level village in town
        input homes number stock at village range 0..9
        input ready yesno stock at village
        target everyone : all(village: ready) at each county
        target half : share(village: ready) >= 50% at each county
        target someone : any(village: ready) at each county
        target few : sum(village: homes) <= 9 at each county
        target more : sum(village: homes) >= 5 at each county
        target on_average : average(village: homes) <= 5 at each county
        target at_most : max(village: homes) <= 9 at each county
        target two : count(village) <= 2 at each county
        target two_filtered : count(village where ready) >= 2 at each county
    """
    rows: dict[str, list[Any]] = {
        "county": ["C", "C"],
        "town": ["A", "B"],
        "village": ["a", "b"],
        "period": ["2025-01", "2025-01"],
        "homes": [1, 4],
        "ready": ["yes", "yes"],
    }
    expected = {
        "everyone": "undecided",
        "half": "undecided",
        "someone": "met",
        "few": "undecided",
        "more": "met",
        "on_average": "undecided",
        "at_most": "met",
        "two": "undecided",
        "two_filtered": "met",
    }
    plan = dabiao.parse(text)
    assert every_status(plan, rows, "2025-12-31") == expected
    missing = plan.assess(rows, as_of="2025-12-31")["everyone"].explanation()["missing"]["reports"]
    assert [(each["unnamed"], each["at"]["level"]) for each in missing] == [(1, "town")]
    # Where all villages are counted, those of the third town are.
    plan = dabiao.parse(text.replace("village in town", "village in town count 2"))
    met = dict.fromkeys(expected, "met")
    assert every_status(plan, rows, "2025-12-31") == met


def test_who_has_no_members_has_no_least() -> None:
    """A third town may have no villages, and then its least is none; a named one without is known."""
    text = """
        plan p window 2025
        level county  level town in county {count}  level village in town
        {entities}
        input least number stock at village range 2..9 over parts min
        input mean number stock at village range 2..9 over parts average weighted by least
        target whole : least >= 2 at each county
        target own : least >= 2 at each town
        target lowest : min(town: least) >= 2 at each county
        target highest : max(town: least) >= 2 at each county
        target middle : median(town: least) >= 2 at each county
        target means : sum(town: mean) >= 6 at each county
        target two : count(town: least >= 2) >= 2 at each county
        target three : count(town: least >= 2) >= 3 at each county
        """
    rows: dict[str, list[Any]] = {
        "county": ["C", "C"],
        "town": ["A", "B"],
        "village": ["a", "b"],
        "period": ["2025-01", "2025-01"],
        "least": [3, 4],
        "mean": [3, 4],
    }
    over_towns = dict.fromkeys(["lowest", "highest", "middle", "means", "three"], "undecided")
    plan = dabiao.parse(text.format(count="count 3", entities=""))
    found = {each.name: str(each.cells[0].status) for each in plan.assess(rows, as_of="2025-12-31")}
    assert found == {"whole": "met", "own": "met", "two": "met"} | over_towns
    named = (
        'entities county { "C" } entities town in "C" { "A", "B", "D" }'
        'entities village in "A" { "a" } entities village in "B" { "b" }'
    )
    plan = dabiao.parse(text.format(count="", entities=named))
    result = plan.assess(rows, as_of="2025-12-31")
    found = {each.name: str(each.cells[0].status) for each in result}
    assert found == {"whole": "met", "own": "met", "two": "met"} | over_towns
    # The villages of the county are there, and have a least one; those of the third town are not.
    assert result["whole"].cell.value == 3
    assert [(cell.status, cell.reason) for cell in result["own"].cells][2] == ("undecided", "no_parts")


def test_a_village_of_which_nobody_knows_the_town_is_in_one_of_them() -> None:
    """Each town stands as it is reported; what the county says of its towns allows for the third."""
    plan = dabiao.parse(
        """
        plan p window 2025
        level county  level town in county  level village in town count 3
        input beds number stock at village range 2..9
        input ready yesno stock at village
        target at_town : beds <= 4 at each town
        target few : sum(town: beds) <= 8 at each county
        target nine : sum(town: beds) >= 9 at each county
        target most : sum(town: beds) <= 15 at each county
        target same : beds <= 15 at each county
        target two_of_four : count(town where beds >= 4) >= 2 at each county
        target one_of_four : count(town where beds >= 4) >= 1 at each county
        target none_of_six : count(town where beds >= 6) >= 2 at each county
        target half_of_six : share(town: beds >= 6) <= 50% at each county
        target lowest : min(town: beds) <= 3 at each county
        target highest : max(town: beds) <= 13 at each county
        target average : average(town: beds) <= 5 at each county
        target everyone : all(town: ready) at each county
        target villages : sum(town: count(village)) <= 2 at each county
        target as_they_stand : count(town: met(at_town)) = 2 at each county
        """
    )
    rows: dict[str, list[Any]] = {
        "county": ["C", "C"],
        "town": ["A", "B"],
        "village": ["a", "b"],
        "period": ["2025-01", "2025-01"],
        "beds": [3, 4],
        "ready": ["yes", "yes"],
    }
    result = plan.assess(rows, as_of="2025-12-31")
    assert {each.name: str(each.cells[0].status) for each in result} == {
        "at_town": "met",
        "few": "missed",
        "nine": "met",
        "most": "undecided",
        "same": "undecided",
        "two_of_four": "undecided",
        "one_of_four": "met",
        "none_of_six": "missed",
        "half_of_six": "met",
        "lowest": "undecided",
        "highest": "met",
        "average": "undecided",
        "everyone": "undecided",
        "villages": "undecided",
        "as_they_stand": "met",
    }
    for name in ("most", "two_of_four", "everyone"):
        [missing] = result[name].explanation()["missing"]["reports"]
        assert (missing["unnamed"], missing["at"]["level"]) == (1, "village")
    # A session that came to these rows by changes says the same.
    session = plan.session(rows | {"beds": [9, None], "ready": ["no", None]}, "2025-12-31")
    for village, beds in zip("ab", (3, 4), strict=True):
        session.update([("beds", village, "2025-01", beds), ("ready", village, "2025-01", True)])
    for cell in session.assessment().cells():
        expected = result[cell.target].find(cell.entity)
        assert (cell.status, cell.value) == (expected.status, expected.value)


def test_a_level_in_between_that_nobody_counted_can_have_any_number_of_members() -> None:
    """A village more than are named has nobody knows how many households, in whichever town it is."""
    plan = dabiao.parse(
        """
        plan p window 2025
        level county  level town in county  level village in town count 3  level home in village
        input beds number stock at home range 0..9
        target whole : beds <= 99 at each county
        target towns : sum(town: beds) <= 99 at each county
        target homes : sum(home: beds) <= 99 at each county
        target known : sum(town: beds) >= 7 at each county
        """
    )
    rows: dict[str, list[Any]] = {
        "county": ["C", "C"],
        "town": ["A", "B"],
        "village": ["a", "b"],
        "home": ["1", "2"],
        "period": ["2025-01", "2025-01"],
        "beds": [3, 4],
    }
    expected = dict.fromkeys(["whole", "towns", "homes"], "undecided") | {"known": "met"}
    assert every_status(plan, rows, "2025-12-31") == expected
