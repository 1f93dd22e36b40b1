"""Statuses in columns against those of `assess`, cell by cell, over random plans and data."""

from __future__ import annotations

import os
import random
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import dabiao

ROUNDS = int(os.environ.get("DABIAO_STATUS_PLANS", "60"))

HEAD = """
plan ledger window 2025-01-01..2025-12-31
level 省
level 县 in 省
level 村 in 县
unit 次, 张, 人
input 走访 次 flow each month at 村
input 服务 次 flow at 村
input 零报 次 flow each month at 村 missing is 0
input 支出 元 flow each month at 村
input 结余 元 flow each month at 村 range -50..50 元
input 床位 张 stock each month at 村
input 护理 张 stock at 村
input 老人 人 stock at 村 fresh 2 month
input 面积 ㎡ stock at 村
input 到过 yesno flow each month at 村
input 有站 yesno stock at 村
input 编制 人 constant at 村
input 人口 人 stock each month at 县
"""

# What is measured, as a condition; with the levels where it can stand.
CONDITIONS = [
    "走访 >= {n} 次",
    "走访 < {n} 次",
    "走访 = {n} 次",
    "走访 = 1..{n} 次",
    "服务 != {n} 次",
    "零报 <= {n} 次",
    "支出 >= {n}.5 元",
    "结余 > 0 元",
    "结余 + 结余[previous] <= 1 元",
    "床位 >= {n} 张",
    "护理 / 床位 >= 50%",
    "护理 / 床位 < 1/3",
    "护理 / (护理 + 床位) >= 1/4",
    "(床位 - 护理) / 老人 >= 0.1 张/人",
    "走访 / 老人 >= 0.5 次/人",
    "支出 / 走访 <= 0.7 元/次",
    "0.4 * min(1, 护理 / 床位) + 0.6 * min(1, 走访 / (4 次)) >= 0.7",
    "面积 / 老人 >= 1.1 ㎡/人",
    "面积 * 3 = 3.3 ㎡",
    "abs(床位 - 护理) <= {n} 张",
    "max(床位, 护理) >= {n} 张",
    "(if 有站 then 床位 else 护理) >= {n} 张",
    "到过",
    "not 有站",
    "有站 or 走访 >= {n} 次",
    "到过 and 走访 / 老人 > 0.2 次/人",
    "编制 >= {n} 人",
    "走访 >= 走访[previous]",
    "走访 - 服务 >= 0 次",
    "床位 - 床位[start] >= 1 张",
    "min(month: 走访) >= 1 次",
    "count(month where 走访 >= 1 次) >= 2",
    "share(month: 到过) >= 1/2",
    "all(month: 走访 >= 1 次)",
    "sum(month: 走访 where 到过) >= {n} 次",
    "average(month: 走访) > 1.5 次",
    "1 次 <= 走访 and 走访 <= {n} 次",
    "2 * 走访 - 走访 >= {n} 次",
]
ABOVE_VILLAGE = [
    "share(村: 走访 >= 2 次) >= 50%",
    "share(村: 到过 where 有站) > 1/3",
    "count(村 where 床位 >= 3 张) >= 2",
    "count(村) >= 3",
    "any(村: 护理 / 床位 >= 1)",
    "all(村: 走访 >= 1 次)",
    "average(村: 走访) >= 2.5 次",
    "min(村: 床位) >= 1 张",
    "max(村: 走访 where 有站) <= 4 次",
    "sum(村: 走访 where 有站) >= 5 次",
    "sum(村: max(走访, 服务)) >= 8 次",
    "share(村: 走访 >= 走访[previous]) >= 50%",
]
ABOVE_COUNTY = [
    "share(县: 走访 >= 6 次) >= 50%",
    "average(县: 床位) >= 5 张",
    "走访 / 人口 >= 0.1 次/人",
]
AT_VILLAGE = [
    "走访 / 走访[县] >= 30%",
    "床位 >= average(村: 床位)[县]",
    "走访 >= 3 次 or 走访[县] > 9 次",
]
WHERE = ["", "", "", " where 有站", " where 床位 >= 2 张", " where 走访 > 0 次"]
WHEN = [
    "each month",
    "each month",
    "each quarter",
    "by 2025-03-31",
    "in 2025-Q1",
    "",
    "each month by end + 10 天",
]


def hierarchy(chance: random.Random) -> dict[str, list[str]]:
    """A register, now and then in another order than that of code points."""
    rows = []
    for province in range(chance.randint(1, 2)):
        for county in range(chance.randint(1, 3)):
            for village in range(chance.randint(1, 5)):
                rows.append(
                    (f"省{province}", f"县{province}{county}", f"村{province}{county}{village}")
                )
    if chance.random() < 0.3:
        chance.shuffle(rows)
    return {name: [row[place] for row in rows] for place, name in enumerate(["省", "县", "村"])}


def wide_hierarchy(chance: random.Random) -> dict[str, list[str]]:
    """A register in which families are larger than what a processor works on at once."""
    rows = []
    for county in range(4):
        for village in range(chance.choice([1, 3, 40, 64, 97, 150])):
            rows.append((f"省{county // 2}", f"县{county}", f"村{county}{village:03}"))
    return {name: [row[place] for row in rows] for place, name in enumerate(["省", "县", "村"])}


def numbers(chance: random.Random, shape: tuple[int, ...], kind: str) -> Any:
    missing = chance.choice([0, 0, 0.05, 0.3])
    size = int(np.prod(shape))
    draw: list[float] = []
    for _ in range(size):
        if chance.random() < missing:
            draw.append(float("nan"))
        elif kind == "yesno":
            draw.append(float(chance.random() < 0.6))
        elif kind == "decimal":
            draw.append(chance.choice([0, 0.1, 0.7, 1.1, 2.2, 0.35, 4.5, 1.0]))
        elif kind == "signed":
            draw.append(chance.choice([-3, -1, 0, 0, 1, 2, 0.5]))
        elif kind == "odd":
            draw.append(chance.choice([1.1, 0.1 + 0.2, 1 / 3, 2.2, 1e-7, 5.0]))
        else:
            draw.append(float(chance.choice([0, 0, 1, 1, 2, 2, 3, 4, 5, 6])))
    return np.array(draw).reshape(shape)


def target(chance: random.Random, number: int) -> str:
    level = chance.choice(["村", "村", "县", "省"])
    choices = list(CONDITIONS)
    if level != "村":
        choices += ABOVE_VILLAGE * 2
    if level == "省":
        choices += ABOVE_COUNTY * 3
    if level == "村":
        choices += AT_VILLAGE * 3
    condition = chance.choice(choices).format(n=chance.randint(0, 4))
    if chance.random() < 0.15:
        condition = f"({condition}) {chance.choice(['and', 'or'])} 床位 >= 2 张"
    when = chance.choice(WHEN)
    where = chance.choice(WHERE)
    return f"target t{number} : {condition} {when} at each {level}{where}"


def plan_of(chance: random.Random) -> Any:
    """A plan of some targets; those that do not go with the language are left out."""
    found: list[str] = []
    for _ in range(200):
        if len(found) == 8:
            break
        line = target(chance, len(found))
        try:
            dabiao.parse(HEAD + "\n".join([*found, line]))
        except dabiao.PlanError:
            continue
        found.append(line)
    assert len(found) == 8
    return dabiao.parse(HEAD + "\n".join(found))


def data_of(chance: random.Random, plan: Any, register: dict[str, list[str]] | None = None) -> Any:
    if register is None:
        register = hierarchy(chance)
    villages = len(register["村"])
    counties = len(set(zip(register["省"], register["县"], strict=True)))
    first, count = chance.choice([(1, 12), (1, 6), (2, 4)])
    periods = [f"2025-{month:02}" for month in range(first, first + count)]
    if chance.random() < 0.5:
        periods = ["2024-12", *periods] if first == 1 else periods
    kinds = {"支出": "decimal", "结余": "signed", "面积": "odd", "到过": "yesno", "有站": "yesno"}
    inputs: dict[str, Any] = {}
    for each in plan.inputs:
        if chance.random() < 0.05:
            continue
        width = counties if each.level == "县" else villages
        shape = (width,) if each.kind == "constant" else (len(periods), width)
        array = numbers(chance, shape, kinds.get(each.name, "count"))
        if chance.random() < 0.3:
            array = pa.array(array.reshape(-1), from_pandas=True)
        inputs[each.name] = array
    return dabiao.dense(plan, register, inputs, periods), register


def assessed(plan: Any, data: Any, as_of: str) -> dict[tuple[Any, ...], str]:
    table = plan.assess(data, as_of, reached_on=False).to_arrow()
    cells = zip(
        *(table[name].to_pylist() for name in ["target", "level", "entity", "span"]), strict=True
    )
    return dict(zip(cells, table["status"].to_pylist(), strict=True))


def streamed(
    plan: Any, data: Any, as_of: str, **options: Any
) -> tuple[dict[tuple[Any, ...], str], Any]:
    statuses = plan.statuses(data, as_of, **options)
    names = {each.name: data.entities(each.name) for each in plan.levels}
    found = {}
    for batch in statuses:
        columns = batch.to_pydict()
        for target, level, span, entity, status in zip(
            *(columns[name] for name in ["target", "level", "span", "entity", "status"]),
            strict=True,
        ):
            found[target, level, names[level][entity], span] = status
    return found, statuses


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_statuses_are_those_of_assess(seed: int) -> None:
    chance = random.Random(seed)
    plan = plan_of(chance)
    data, _ = data_of(chance, plan)
    for as_of in chance.sample(
        [
            "2024-12-31",
            "2025-01-31",
            "2025-02-14",
            "2025-03-31",
            "2025-04-30",
            "2025-05-31",
            "2026-02-01",
        ],
        3,
    ):
        expected = assessed(plan, data, as_of)
        found, statuses = streamed(plan, data, as_of)
        different = {
            cell: (expected.get(cell), found.get(cell))
            for cell in {*expected, *found}
            if expected.get(cell) != found.get(cell)
        }
        conditions = {each.name: (each.condition, each.when, each.where) for each in plan.targets}
        assert not different, [
            (cell, conditions[cell[0]], seen) for cell, seen in list(different.items())[:3]
        ]
        assert statuses.cells == len(expected)
        counted = statuses.counts
        for name in ["met", "missed", "undecided", "pending"]:
            assert sum(counted[name].to_pylist()) == sum(each == name for each in found.values())


@pytest.mark.parametrize("seed", range(8))
def test_wide_families_are_those_of_assess(seed: int) -> None:
    """With rows enough for whole vectors and for what is left of them, in chunks of any size."""
    chance = random.Random(2000 + seed)
    plan = plan_of(chance)
    data, _ = data_of(chance, plan, wide_hierarchy(chance))
    for as_of in ["2025-02-28", "2025-03-31"]:
        expected = assessed(plan, data, as_of)
        for options in [{"threads": 1}, {"threads": 2, "chunk": 50}, {"threads": 3, "chunk": 33}]:
            found, statuses = streamed(plan, data, as_of, **options)
            assert found == expected
            counted = statuses.counts
            for name in ["met", "missed", "undecided", "pending", "not_applicable"]:
                assert sum(counted[name].to_pylist()) == sum(
                    each == name for each in found.values()
                )


def test_blocks_come_span_by_span() -> None:
    """Of each target in the order of its spans, also where a later span is read before its turn."""
    plan = dabiao.parse(
        HEAD
        + """
        target 村年 : 走访 <= 走访[end] each month at each 村
        target 县年 : 走访 <= 走访[end] each month at each 县
        target 县季 : 走访 >= 3 次 each quarter at each 县
        """
    )
    data = dabiao.dense(
        plan,
        {"省": ["甲"] * 3, "县": ["乙", "乙", "丙"], "村": ["一", "二", "三"]},
        {"走访": np.arange(36.0) % 5},
        [f"2025-{month:02}" for month in range(1, 13)],
    )
    found, statuses = streamed(plan, data, "2026-01-31")
    assert found == assessed(plan, data, "2026-01-31")
    assert statuses.one_by_one == 0
    counts = statuses.counts.to_pydict()
    for target, spans in [("村年", 12), ("县年", 12), ("县季", 4)]:
        order = [
            span
            for name, span in zip(counts["target"], counts["span"], strict=True)
            if name == target
        ]
        assert order == sorted(order)
        assert len(order) == spans


@pytest.mark.parametrize("seed", range(5))
def test_threads_and_chunks_change_nothing(seed: int) -> None:
    chance = random.Random(1000 + seed)
    plan = plan_of(chance)
    data, _ = data_of(chance, plan)
    expected, _ = streamed(plan, data, "2025-04-30", threads=1)
    for threads, chunk in [(2, 1024), (3, 1), (2, 2), (1, 7)]:
        assert streamed(plan, data, "2025-04-30", threads=threads, chunk=chunk)[0] == expected


TWO_LEVELS = "plan p window 2025 level county level town in county unit bed, person\n"
BOUGHT = {"county": ["C", "C"], "town": ["A", "B"], "period": ["2025-01"] * 2}


@pytest.mark.parametrize(
    ("plan", "data"),
    [
        # A limit that no double reaches, beside a value without an end.
        (
            "input x stock at town\ntarget t : x <= 1" + "0" * 400 + " at each town",
            {"x": [1.0, None]},
        ),
        # Infinity times zero in the second of two.
        (
            "input x stock at town  input y stock at town\n"
            "target t : min(5, " + "*".join(["x"] * 22) + "*y) >= 3 at each town",
            {"x": [9e14, 1.0], "y": [0.0, 2.0]},
        ),
        # One report from above, read by every part.
        (
            "input w bed stock at town range -9..9 bed  input x stock at county\n"
            "target t : sum(town: w / (1 bed) * x[county]) <= 0 at each county",
            {"w": [1, -1]},
        ),
        # Sums that overflow, beside a missing value.
        (
            "input a stock at town range -1..1  input b stock at town\n"
            "target t : a + b - b <= b at each town\ntarget u : a + b >= b - 2 at each town\n"
            "target v : a * b <= b * 100 at each town",
            {"a": [None, 0.5], "b": [1.0, 1.7e308]},
        ),
    ],
)
def test_what_doubles_do_not_reach_is_left_to_assess(plan: str, data: dict[str, list[Any]]) -> None:
    loaded = dabiao.parse(TWO_LEVELS + plan)
    records = BOUGHT | data
    expected = [
        (target.name, index, cell.status)
        for target in loaded.assess(records, as_of="2025-12-31")
        for index, cell in enumerate(target.cells)
    ]
    found = [
        (row["target"], row["entity"], row["status"])
        for batch in loaded.statuses(records, as_of="2025-12-31")
        for row in batch.to_pylist()
    ]
    assert found == expected


def test_missing_reports_alone_leave_nothing_to_be_evaluated_one_by_one() -> None:
    """Open cells whose ends say all that there is: an average of parts that are rolled up
    themselves, a range over a difference of counted things."""
    random_ = random.Random(8)
    loaded = dabiao.parse(
        HEAD
        + """
        target 均 : average(县: 床位) >= 40 张 at each 省
        target 差 : 床位 - 护理 = 1..4 张 at each 村
        target 和 : 床位 + 护理 = 5..6 张 at each 县
        """
    )
    villages = range(24)
    rows: dict[str, list[Any]] = {
        "省": [f"P{i // 12}" for i in villages],
        "县": [f"C{i // 4}" for i in villages],
        "村": [f"V{i}" for i in villages],
        "period": ["2025-01"] * 24,
        "床位": [None if random_.random() < 0.4 else random_.randrange(9) for _ in villages],
        "护理": [None if random_.random() < 0.4 else random_.randrange(5) for _ in villages],
    }
    expected = {
        target.name: [cell.status for cell in target.cells]
        for target in loaded.assess(rows, as_of="2025-01-31")
    }
    statuses = loaded.statuses(rows, as_of="2025-01-31")
    found: dict[str, list[str]] = {}
    for batch in statuses:
        for row in batch.to_pylist():
            found.setdefault(row["target"], []).append(row["status"])
    assert found == expected
    assert statuses.one_by_one == 0
    assert all("undecided" in each for each in found.values())


def test_a_county_that_closed_has_no_status() -> None:
    loaded = dabiao.parse(
        TWO_LEVELS + "input a bed stock at town\ntarget t : a >= 3 bed by 2025-06-30 at each county"
    )
    register = pa.table(
        {"county": ["C", "D", "C"], "town": ["A", "B", None], "closed": [None, None, "2025-02-01"]}
    )
    records = {"county": ["C", "D"], "town": ["A", "B"], "period": ["2025-01"] * 2, "a": [5, 5]}
    data = loaded.read(records, entities=register)
    [target] = loaded.assess(data, as_of="2025-12-31")
    statuses = [
        status
        for batch in loaded.statuses(data, "2025-12-31")
        for status in batch.column("status").to_pylist()
    ]
    assert statuses == [cell.status for cell in target.cells]


def test_what_happened_before_somebody_closed_counts() -> None:
    loaded = dabiao.parse(
        """
        plan lives window 2025-01-01..2025-12-31
        level county level home in county
        entities county { "C" }
        entities home in "C" { "A", "B" closed 2025-03-10, "D" opened 2025-11-20 }
        unit visit
        input visits visit flow each month at home
        target own : visits >= 1 visit in 2025 at each home
        target whole : visits >= 18 visit in 2025
        target summed : sum(home: visits) >= 18 visit in 2025
        target some : count(home where visits >= 3 visit) = 2 in 2025
        target members : count(home) = 2 in 2025
        """
    )
    reports = [("A", month, 1) for month in range(1, 13)]
    reports += [("B", month, 2) for month in (1, 2, 3)]  # nothing is owed before somebody opened
    reports += [("D", month, 0) for month in (11, 12)]  # or after
    data = {
        "home": [home for home, _, _ in reports],
        "period": [f"2025-{month:02}" for _, month, _ in reports],
        "visits": [visits for _, _, visits in reports],
    }
    found = loaded.assess(data, as_of="2025-12-31")
    assert [cell.status for cell in found["own"]] == ["met", "met", "missed"]
    for name in ("whole", "summed"):
        assert (found[name].status, found[name].cell.value) == ("met", 18)
    assert found["some"].status == found["members"].status == "met"
    statuses = [
        status
        for batch in loaded.statuses(data, "2025-12-31")
        for status in batch.column("status").to_pylist()
    ]
    assert statuses == [cell.status for cell in found.cells()]
    assert "B 6 visit" in found["summed"].explain()
