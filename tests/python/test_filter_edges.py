"""Where doubles come closest to deciding wrongly: batch and record against exact answers."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest

import dabiao

Column = Sequence[float | None]


def written(value: float) -> Fraction:
    """The decimal that a double stands for."""
    return Fraction(Decimal(repr(value)))


def both_ways(plan: str, columns: dict[str, Column], gaps: bool = False) -> list[dict[str, Any]]:
    """The rows of a batch, which are the same bits one by one."""
    compiled = dabiao.parse("plan p\n" + plan).compile(gaps=gaps)
    table = pa.table({name: pa.array(each, pa.float64()) for name, each in columns.items()})
    rows = compiled.run(table).to_pylist()
    record = compiled.record()
    for index, row in enumerate(rows):
        values = {name: each[index] for name, each in columns.items()}
        alone = record(**values)
        for name in row:
            assert repr(row[name]) == repr(alone[name]), (name, values)
    return rows


@pytest.mark.parametrize(
    "condition",
    [
        "0.5 * min(1, beds / n) + 0.5 * min(1, n / 1000) >= 0.5",
        "beds / n >= 0.5 and n >= 100",
        "beds / n >= 0.5 or n >= 300",
        "beds / n + n / 100 >= 2.5",
        "max(beds / n, n / 100) >= 2",
    ],
)
def test_missing_divisor_that_goes_both_ways_is_undecided(condition: str) -> None:
    plan = f"input beds stock  input n stock range 10..1000\ntarget t : {condition}"
    assert both_ways(plan, {"beds": [100.0], "n": [None]}) == [{"t": None}]


def test_a_missing_divisor_still_decides_at_its_ends() -> None:
    plan = "input beds stock  input n stock range 10..1000\ntarget t : beds / n >= 0.1"
    rows = both_ways(plan, {"beds": [100.0, 100.5, 99.0, 0.0], "n": [None] * 4})
    assert [row["t"] for row in rows] == [True, True, None, False]
    # Of either sign, what is divided goes either way.
    plan = "input a stock range -100..100  input n stock range 10..1000\ntarget t : a / n >= 0"
    rows = both_ways(plan, {"a": [50.0, -50.0, None], "n": [None, None, None]})
    assert [row["t"] for row in rows] == [True, False, None]


def test_steps_next_to_a_whole_number() -> None:
    """Decimals whose product with a binary fraction lies less than a rounding from a whole one."""
    random_ = random.Random(1)
    factor = Fraction(149, 128)
    numbers = []
    for _ in range(20_000):
        whole = random_.randrange(1 << random_.randrange(4, 24)) + 1
        near = float(Fraction(whole) / factor)
        numbers += [math.nextafter(near, -math.inf), near, math.nextafter(near, math.inf)]
    numbers += [1122799.677852349, 1250192.322147651]
    steps = {
        "down": lambda x: x.__floor__(),
        "up": lambda x: x.__ceil__(),
        "near": lambda x: (x + Fraction(1, 2)).__floor__(),
    }
    plan = "input x stock\n" + "\n".join(
        f"indicator {name} = {function}(x * 1.1640625)"
        for name, function in [("down", "floor"), ("up", "ceil"), ("near", "round")]
    )
    compiled = dabiao.parse("plan p\n" + plan).compile()
    rows = compiled.run({"x": pa.array(numbers)}).to_pydict()
    for name, step in steps.items():
        assert rows[name] == [float(step(written(x) * factor)) for x in numbers], name
    # With a spread the ends are no nearer.
    plan = "input x stock  input y stock\nindicator v = floor((x - y) * 1.1640625)"
    compiled = dabiao.parse("plan p\n" + plan).compile()
    less = [x / 8 for x in numbers]
    rows = compiled.run({"x": pa.array(numbers), "y": pa.array(less)}).to_pydict()
    assert rows["v"] == [
        float(((written(x) - written(y)) * factor).__floor__())
        for x, y in zip(numbers, less, strict=True)
    ]


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("min((x - y)^8 - (x - z)^8, 5) >= 3", False),
        ("min(5, (x - y)^8 - (x - z)^8) >= 3", False),
        ("max((x - y)^8 - (x - z)^8, -5) >= -1", True),
        ("max(-5, (x - y)^8 - (x - z)^8) >= -1", True),
    ],
)
def test_what_overflows_decides_nothing(condition: str, holds: bool) -> None:
    plan = f"input x stock  input y stock  input z stock\ntarget t : {condition}"
    assert both_ways(plan, {"x": [1e60], "y": [0.0], "z": [0.0]}) == [{"t": holds}]


def test_infinity_over_infinity_is_no_corner() -> None:
    plan = "input a stock range 0..  input b stock range 1..\ntarget t : max(a / b, -1) >= -0.5"
    assert both_ways(plan, {"a": [None], "b": [None]}) == [{"t": True}]
    plan = "input a stock range 0..  input b stock range 1..\ntarget t : min(-(a / b), 1) < 0.5"
    assert both_ways(plan, {"a": [None], "b": [None]}) == [{"t": True}]


def test_no_infinite_number_is_handed_out() -> None:
    plan = "input x stock  input y stock\nindicator v = (x - y)^8"
    assert both_ways(plan, {"x": [1e60, 2.0], "y": [0.0, 0.0]}) == [{"v": None}, {"v": 256.0}]
    plan = "input x stock  input y stock\nindicator v % = (x - y)^4"
    assert both_ways(plan, {"x": [1e77], "y": [0.0]}) == [{"v": None}]
    plan = "input x stock  input y stock\nindicator v % = floor((x - y)^4)"
    assert both_ways(plan, {"x": [1e77], "y": [0.0]}) == [{"v": None}]


@pytest.mark.parametrize("limit", ["57", "33.3", "0.7", "29", "58", "14", "1.1", "4.35", "8.2"])
def test_a_gap_agrees_with_its_verdict(limit: str) -> None:
    plan = f"input x % stock\ntarget t : x >= {limit}%"
    near = float(limit)
    numbers = [near, math.nextafter(near, 0), math.nextafter(near, 1e9), near + 1, near - 0.1]
    for x, row in zip(numbers, both_ways(plan, {"x": numbers}, gaps=True), strict=True):
        exact = written(x) - Fraction(limit)
        assert row["t"] == (exact >= 0)
        gap = row["t.gap"]
        assert (gap > 0) - (gap < 0) == (exact > 0) - (exact < 0), (x, gap)
        assert abs(Fraction(gap) - exact) <= abs(exact) / 2**43


def test_a_gap_below_what_a_double_shows() -> None:
    plan = "input a stock\ntarget t : a >= 0.30000000000000001"
    [row] = both_ways(plan, {"a": [0.3]}, gaps=True)
    assert row == {"t": False, "t.gap": float(Fraction("0.3") - Fraction("0.30000000000000001"))}
    plan = "input a stock  input b stock\ntarget t : a / b >= 0.6"
    [row] = both_ways(plan, {"a": [3.0000000000000018], "b": [5.0]}, gaps=True)
    assert row == {"t": True, "t.gap": float(Fraction("3.0000000000000018") / 5 - Fraction("0.6"))}


@pytest.mark.parametrize(
    ("x", "y", "gap"),
    [
        ("1e-200", "1e-200", 5e-324),
        ("-1e-200", "1e-200", -5e-324),
        ("0", "1e-200", 0.0),
        ("1e-323", "1", 1e-323),
    ],
)
def test_a_gap_below_all_doubles_keeps_its_sign(x: str, y: str, gap: float) -> None:
    plan = dabiao.parse("plan p  input x stock  input y stock  target t : x * y >= 0")
    row = {"x": [x], "y": [y]}
    cell = plan.assess(row, as_of="2025-01-31")["t"].cell
    table = plan.assess(row, as_of="2025-01-31").to_arrow()
    holds = gap >= 0
    assert (cell.status, cell.gap) == ("met" if holds else "missed", gap)
    assert table.column("gap").to_pylist() == [gap]
    compiled = plan.compile(gaps=True)
    assert compiled.run(row).to_pylist() == [{"t": holds, "t.gap": gap}]
    assert compiled.record()(x=x, y=y) == {"t": holds, "t.gap": gap}


@pytest.mark.parametrize(
    ("plan", "holds"),
    [
        ("input x stock range 0..0.300000000000000015\ntarget t : x < 0.30000000000000001", None),
        ("input x ㎡ stock range 0..1 亩\ntarget t : x < 666.66666666666664 ㎡", None),
        ("input x ㎡ stock range 1..3 亩\ntarget t : x >= 1 亩", True),
        ("input x ㎡ stock range 0..1 亩\ntarget t : x <= 1 亩", True),
        ("input x stock range 0..0.3\ntarget t : x <= 0.3", True),
        ("input x stock range 0..0.3\ntarget t : x > 0.3", False),
        ("input x stock range 0..0.3\ntarget t : x < 0.3", None),
    ],
)
def test_ends_of_ranges_that_no_double_shows(plan: str, holds: bool | None) -> None:
    assert both_ways(plan, {"x": [None]}) == [{"t": holds}]


def test_a_value_just_outside_its_range_is_refused() -> None:
    compiled = dabiao.parse(
        "plan p\ninput x ㎡ stock range 1..3 亩\ntarget t : x >= 500 ㎡"
    ).compile()
    assert compiled.run({"x": pa.array([666.6666666666667])}).to_pylist() == [{"t": True}]
    with pytest.raises(dabiao.DataError, match="666"):
        compiled.run({"x": pa.array([666.6666666666666])})


def test_ends_of_ranges_beyond_the_bounds() -> None:
    parts = range(19)
    inputs = " ".join(f"input y{i} stock range 1..  input v{i} stock" for i in parts)
    over_y = "".join(f" / y{i}" for i in parts)
    over_v = "".join(f" / v{i}" for i in parts)
    plan = (
        f"input x stock range 1{'0' * 307}..17{'0' * 307}  input w stock  {inputs}\n"
        f"target t : x * 100{over_y} <= w{over_v}"
    )
    columns: dict[str, Column] = {"x": [None], "w": [1.0]}
    for i in parts:
        columns |= {f"y{i}": [1e13], f"v{i}": [1e-13]}
    assert both_ways(plan, columns) == [{"t": True}]


def test_quotients_of_differences_are_the_same_bits() -> None:
    random_ = random.Random(2)
    for divisor in ["0.7", "1.9", "0.9"]:
        plan = f"input x stock  input y stock\nindicator v = (x - y)^4 / {divisor}"
        x = [random_.uniform(1, 9) * 1e-76 for _ in range(3000)] + [1.1497562565751057e-76]
        y = [random_.uniform(1, 9) * 1e-77 for _ in range(3000)] + [4.2287215377239005e-77]
        both_ways(plan, {"x": x, "y": y})


def test_a_rounded_difference_leaves_other_columns_alone() -> None:
    plan = (
        "input x stock  input y stock\n"
        "indicator whole = floor(x - y)\nindicator most = min(whole, 5)\n"
        "indicator sum = x + y\ntarget t : x >= 1"
    )
    compiled = dabiao.parse("plan p\n" + plan).compile()
    x = pa.array([1e9 + i / 4 + 0.1 for i in range(1000)])
    y = pa.array([float(i) for i in range(1000)])
    compiled.run({"x": x, "y": y})
    assert compiled.last_run.settled == 0


def test_a_power_of_zero_reads_what_it_is_taken_of() -> None:
    plan = (
        "input x stock range -1..1  input y stock\n"
        "indicator i = (y / x) ^ 0\nindicator j = x ^ 0\ntarget t : (y / x) ^ 0 >= 1"
    )
    rows = both_ways(plan, {"x": [None, 0.5, 0.0], "y": [1.0, 1.0, 1.0]})
    assert [row["i"] for row in rows] == [None, 1.0, None]
    assert [row["j"] for row in rows] == [None, 1.0, 1.0]
    assert [row["t"] for row in rows] == [None, True, None]
