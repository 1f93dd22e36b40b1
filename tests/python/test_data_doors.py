"""Numbers come in as they print, whatever holds them, and never other than they were."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import dabiao
from dabiao.columns import as_text

PLAN = dabiao.parse(
    """
    plan doors window 2024 level c level t in c
    input x stock at t
    target tenth : x = 0.1 at each t
    """
)
BIG = 2**53 + 1
LONG = Decimal("0.10000000000000000000001")


def statuses(x: Any, plan: dabiao.Plan = PLAN) -> list[str]:
    data = {"t": [f"T{i}" for i in range(len(x))], "period": ["2024-01"] * len(x), "x": x}
    return [cell.status for cell in plan.assess(data, as_of="2024-12-31").cells()]


# ---- numbers of fewer bits ----------------------------------------------------------------------

SHORT: list[Callable[[type], Any]] = [
    lambda kind: np.array([0.1, 0.5], kind),
    lambda kind: pd.Series(np.array([0.1, 0.5], kind)),
    lambda kind: pd.Series([kind(0.1), 0.5], dtype=object),
    lambda kind: pa.array(np.array([0.1, 0.5], kind)),
    lambda kind: pa.chunked_array([np.array([0.1], kind), np.array([0.5], kind)]),
    lambda kind: [kind(0.1), 0.5],
    lambda kind: [kind(0.1), kind(0.5)],
    lambda kind: [kind(0.1), np.int64(3)],
    lambda kind: np.ma.array(np.array([0.1, 0.1], kind), mask=[False, True]),
    lambda kind: np.array([0.1, 0.5], np.dtype(kind).newbyteorder(">")),
]


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("door", range(len(SHORT)))
def test_short_floats_are_read_as_they_print(kind: type, door: int) -> None:
    x = SHORT[door](kind)
    assert statuses(x)[0] == "met"
    assert statuses(x)[1] != "met"
    assert PLAN.compile().run({"x": x}).column("tenth").to_pylist()[0] is True
    assert PLAN.compile().totals({"x": x}).column("holds").to_pylist() == [1]
    dense = dabiao.parse(
        "plan p window 2024 level c level t in c input x stock each month at t"
        " target tenth : x = 0.1 at each t"
    )
    data = dabiao.dense(dense, {"t": ["A", "B"]}, {"x": x}, ["2024-12"])
    found = [cell.status for cell in dense.assess(data, as_of="2024-12-31").cells()]
    assert found[0] == "met"
    assert found[1] != "met"


@pytest.mark.parametrize("kind", [np.float16, np.float32])
def test_tables_and_records_of_short_floats(kind: type) -> None:
    base = {"t": ["A"], "period": ["2024-01"]}
    short = np.array([0.1], kind)
    for table in (
        pa.table({**base, "x": pa.array(short)}),
        pd.DataFrame({**base, "x": short}),
        [{"t": "A", "period": "2024-01", "x": kind(0.1)}, {"t": "B", "x": 0.5}],
    ):
        assert PLAN.assess(table, as_of="2024-12-31").cells()[0].status == "met"
    if kind is np.float32:
        frame = pl.DataFrame({**base, "x": pl.Series(short)})
        assert PLAN.assess(frame, as_of="2024-12-31").cells()[0].status == "met"


def test_every_float16_is_read_as_it_prints() -> None:
    halves = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    halves = halves[np.isfinite(halves)]
    plan = dabiao.parse("plan p input x number stock indicator y number = x")
    read = plan.compile(["y"]).run({"x": halves}).column("y").to_numpy()
    assert read.tolist() == [float(str(half)) for half in halves]


# ---- arrays that are read where they stand ------------------------------------------------------

DENSE = dabiao.parse(
    """
    plan dense window 2024 level c level t in c
    input x stock at t
    target over : x > 0.1 at each t
    """
)


def dense(numbers: Any, plan: dabiao.Plan = DENSE) -> list[str]:
    entities = {"t": ["B", "A"]}  # in another order than siblings stand in
    data = dabiao.dense(plan, entities, {"x": numbers}, ["2024-11", "2024-12"])
    cells = {cell.entity: cell.status for cell in plan.assess(data, as_of="2024-12-31").cells()}
    streamed = {}
    names = data.entities("t")
    for batch in plan.statuses(data, "2024-12-31"):
        for entity, status in zip(batch["entity"], batch["status"], strict=True):
            streamed[names[entity.as_py()]] = status.as_py()
    assert streamed == cells
    return [cells["B"], cells["A"]]


@pytest.mark.parametrize(
    "numbers",
    [
        [None, None, LONG, Decimal("0.1")],
        [None, None, str(LONG), "0.1"],
        pa.array([None, None, LONG, Decimal("0.1")]),
        [0.5, None, LONG, 0.1],
        np.array([None, None, LONG, "-0.1"], object),
        [0, 0, Fraction(LONG), Fraction(1, 10)],
    ],
)
def test_dense_keeps_what_doubles_do_not_hold(numbers: Any) -> None:
    assert dense(numbers) == ["met", "missed"]


def test_dense_keeps_long_integers() -> None:
    plan = dabiao.parse(
        "plan p window 2024 level c level t in c input x stock at t"
        f" target over : x >= {BIG} at each t"
    )
    for numbers in (
        [0, 0, BIG, BIG - 1],
        [0, 0, BIG, 0.5],
        np.array([[0, 0], [BIG, BIG - 1]]),
        np.array([[0, 0], [2**63 + 1, 0]], np.uint64),
    ):
        assert dense(numbers, plan) == ["met", "missed"]


def test_dense_sees_masks() -> None:
    masked = np.ma.array([[1.0, 1.0], [1.0, 0.0]], mask=[[True, True], [True, False]])
    assert dense(masked) == ["undecided", "missed"]


def test_dense_names_the_first_cell_that_is_no_number() -> None:
    with pytest.raises(dabiao.DataError) as caught:
        dense(["1", "2", "many", "few"])
    assert [(each.kind, each.file) for each in caught.value.diagnostics] == [("unread_cell", "B")]
    with pytest.raises(dabiao.DataError) as caught:
        dense([datetime.timedelta(1)] * 4)
    assert [each.kind for each in caught.value.diagnostics] == ["column_type_not_read"]


def test_dense_looks_at_the_range_of_exact_numbers() -> None:
    plan = dabiao.parse(
        "plan p window 2024 level c level t in c input x stock at t range 0..0.1"
        " target over : x >= 0.1 at each t"
    )
    assert dense([0, 0, "0.1", "0.09999999999999999999999"], plan) == ["met", "missed"]
    with pytest.raises(dabiao.DataError) as caught:
        dense([0, 0, LONG, 0], plan)
    assert [each.kind for each in caught.value.diagnostics] == ["outside_range"]


def test_dense_takes_dates_stages_and_truths() -> None:
    plan = dabiao.parse(
        """plan p window 2024 level c level t in c
        stages works = planned < dug < open
        input x date constant at t
        input state works constant at t
        input there yesno constant at t
        target soon : x <= 2024-02-01 at each t
        target begun : state >= dug at each t
        target stands : there at each t"""
    )
    days = ["2024-01-01", "2024-05-01"]
    for dates in (np.array(days, "datetime64[D]"), [datetime.date(2024, 1, 1), None], days):
        for state in (["dug", "planned"], [1, 0], np.array([2.0, 0.0])):
            data = dabiao.dense(
                plan, {"t": ["A", "B"]}, {"x": dates, "state": state, "there": [True, False]}
            )
            cells = plan.assess(data, as_of="2024-12-31").cells()
            assert [each.status == "met" for each in cells] == [True, False] * 3


# ---- scenarios ----------------------------------------------------------------------------------


def holds(condition: str, x: float, change: Any) -> int:
    compiled = dabiao.parse(f"plan p input x stock target t : {condition}").compile()
    found = compiled.scenarios({"x": [x]}, {"other": {}, "s": {"x": change}}).to_pylist()
    (row,) = [each for each in found if each["scenario"] == "s"]
    assert row["holds"] + row["fails"] == 1
    return int(row["holds"])


@pytest.mark.parametrize(
    ("condition", "x", "change"),
    [
        (f"x >= {BIG}", 0.0, BIG),
        (f"x >= {BIG}", 0.0, np.int64(BIG)),
        (f"x >= {BIG}", 0.0, Decimal(BIG)),
        (f"x >= {BIG}", 1.0, ("scale", BIG)),
        (f"x >= {BIG}", 2.0**53, ("add", 1)),
        ("x > 0.1", 0.0, LONG),
        ("x > 0.1", 0.0, ("add", LONG)),
        ("x = 0.1", 0.0, np.float32(0.1)),
        ("x = 0.1", 0.0, ("set", np.float16(0.1))),
        ("x = 0.3", 0.1, ("add", np.float32(0.2))),
        ("x = 1", 3.0, ("scale", Fraction(1, 3))),
        ("3 * x = 1", 0.0, Fraction(1, 3)),
        ("x = -0.1", 0.0, ("add", Decimal("-0.1"))),
        ("x < -0.1", 0.0, ("add", -LONG)),
    ],
)
def test_changes_are_exact(condition: str, x: float, change: Any) -> None:
    assert holds(condition, x, change) == 1


def test_exact_changes_go_by_the_unit_of_the_input() -> None:
    compiled = dabiao.parse(
        "plan p input x % stock input y % stock target t : x > 10% target u : x * y > 1%"
    ).compile()
    changes = {
        "set": {"x": Decimal("10.00000000000000000000001")},
        "add": {"x": ("add", Decimal("0.00000000000000000000001"))},
        "scale": {"x": ("scale", Decimal("1.00000000000000000000001"))},
        "same": {"x": ("scale", 1)},
        "two": {"x": ("add", Decimal("0.00000000000000000000001")), "y": 0},
    }
    found = compiled.scenarios({"x": [10.0, 5.0], "y": [10.0, 10.0]}, changes).to_pylist()
    counts = [(each["scenario"], each["target"], each["holds"]) for each in found]
    assert counts == [
        ("set", "t", 2), ("set", "u", 2),
        ("add", "t", 1), ("add", "u", 1),
        ("scale", "t", 1), ("scale", "u", 1),
        ("same", "t", 0), ("same", "u", 0),
        ("two", "t", 1), ("two", "u", 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "change", [None, ("set", None), "5", ("add", "0.1"), True, 10**400 * Fraction(1), ("take", 1), 1j,
               np.array([1.0, 2.0])]
)  # fmt: skip
def test_what_is_no_change_is_said(change: Any) -> None:
    with pytest.raises(ValueError, match="scenario 's': x is .*expected a number"):
        holds("x >= 1", 0.0, change)


def test_a_scenario_sets_no_number_that_the_declaration_rules_out() -> None:
    compiled = dabiao.parse("plan p unit bed input x bed stock target t : x >= 1 bed").compile()
    for number in (-1, -1.0, Decimal("-0.00000000000000000000001")):
        with pytest.raises(dabiao.DataError) as caught:
            compiled.scenarios({"x": [1.0]}, {"s": {"x": number}})
        (problem,) = caught.value.diagnostics
        assert (problem.kind, problem.file, problem.data_column) == ("negative_report", "s", "x")


def test_a_scenario_leads_no_record_out_of_the_range() -> None:
    compiled = dabiao.parse(
        "plan p input x % stock range 0..100 % input y number stock target t : x >= 50% and y > 0"
    ).compile()
    tiny = Decimal("0.00000000000000000000001")
    records = {"x": [None, 40.0, Decimal(100) - tiny, 10.0], "y": [1.0] * 4}
    refused = [("add", 1), ("add", 2 * tiny), ("scale", 2), ("add", -11.5), ("scale", -1)]
    for change in refused:
        with pytest.raises(dabiao.DataError) as caught:
            compiled.scenarios(records, {"as is": {}, "s": {"x": change}})
        (problem,) = caught.value.diagnostics
        assert (problem.file, problem.data_column) == ("s", "x")
        assert problem.kind in ("outside_range", "negative_report")
        assert problem.row == (5 if change in (("add", -11.5), ("scale", -1)) else 4)
    within = {"s": {"x": ("add", tiny)}, "less": {"x": ("scale", Decimal("0.1"))}, "y": {"y": ("add", -9)}}
    found = compiled.scenarios(records, within).to_pylist()
    assert [each["holds"] for each in found] == [1, 0, 0]
    # What the records must not be themselves is said of them.
    with pytest.raises(dabiao.DataError) as caught:
        compiled.scenarios({"x": [120.0], "y": [1.0]}, {"s": {"x": ("scale", Decimal("0.5"))}})
    assert caught.value.diagnostics[0].file == "records"


# ---- single values ------------------------------------------------------------------------------

TENTHS = [
    0.1,
    np.float64(0.1),
    np.float32(0.1),
    np.float16(0.1),
    np.array(0.1, np.float32),
    Decimal("0.1"),
    Fraction(1, 10),
    "0.1",
]


@pytest.mark.parametrize("tenth", TENTHS, ids=repr)
def test_a_tenth_is_a_tenth_through_every_door(tenth: Any) -> None:
    session = PLAN.session({"t": ["A"], "period": ["2024-01"], "x": [5]}, as_of="2024-12-31")
    assert [each.status for each in session.set("x", "A", "2024-01", tenth)] == ["met"]
    compiled = PLAN.compile()
    assert compiled.record()(x=tenth) == {"tenth": True}
    assert compiled.session(x=5).set(x=tenth) == {"tenth": True}
    assert statuses([tenth]) == ["met"]
    assert compiled.run({"x": [tenth, 3]}).column("tenth").to_pylist() == [True, False]


@pytest.mark.parametrize("whole", [BIG, np.int64(BIG), np.uint64(BIG), Decimal(BIG), 10**300])
def test_whole_numbers_of_any_size(whole: Any) -> None:
    plan = dabiao.parse(
        f"plan p window 2024 level c level t in c input x stock at t target t1 : x >= {BIG} at each t"
    )
    session = plan.session({"t": ["A"], "period": ["2024-01"], "x": [5]}, as_of="2024-12-31")
    assert [each.status for each in session.set("x", "A", "2024-01", whole)] == ["met"]
    assert plan.compile().record()(x=whole) == {"t1": True}
    assert plan.compile().session(x=5).set(x=whole) == {"t1": True}


@pytest.mark.parametrize(
    ("kind", "numbers"),
    [
        (pa.decimal128(38, 2), ["0.10", None, "0.11", "999999999999999999999999999999999999.99"]),
        (pa.decimal256(38, 2), ["0.10", None, "0.11", "999999999999999999999999999999999999.99"]),
        (pa.decimal256(76, 3), ["0.100", None, "0.101", "9" * 73 + ".999"]),
        (pa.decimal256(76, 75), ["0.1" + "0" * 74, None, "0.1" + "0" * 73 + "1", "9"]),
        *(
            (kind(9, 2), ["0.10", None, "0.11", "9999999.99"])
            for kind in (getattr(pa, f"decimal{bits}", None) for bits in (32, 64))
            if kind is not None
        ),
    ],
    ids=str,
)
def test_decimals_of_any_width(kind: Any, numbers: list[str | None]) -> None:
    written = [None if each is None else Decimal(each) for each in numbers]
    x = pa.array(written, kind)
    # The first row is not the first of its buffers.
    for column in (x, pa.concat_arrays([x[3:], x])[1:], pa.chunked_array([x[:2], x[2:]])):
        assert statuses(column) == ["met", "undecided", "missed", "missed"]
    data = {"t": ["T0"], "period": ["2024-01"], "x": x[3:]}
    cell = PLAN.assess(data, as_of="2024-12-31").cells()[0]
    assert cell.binding.exact_value == Fraction(written[3] or 0)


@pytest.mark.parametrize("kind", [pa.decimal128(10, 2), pa.decimal256(10, 2)], ids=str)
def test_decimals_below_zero(kind: Any) -> None:
    data = {"t": ["T0"], "period": ["2024-01"], "x": pa.array([Decimal("-7.25")], kind)}
    cell = PLAN.assess(data, as_of="2024-12-31").cells()[0]
    assert (cell.status, cell.binding.exact_value) == ("missed", Fraction(-29, 4))


def test_truths_of_numpy() -> None:
    plan = dabiao.parse("plan p input x yesno stock target t : x")
    assert plan.compile().record()(x=np.bool_(True)) == {"t": True}
    session = plan.session({"period": ["2024-01"], "x": [False]}, as_of="2024-12-31")
    assert [each.status for each in session.set("x", None, "2024-01", np.bool_(True))] == ["met"]
    assert plan.compile().run({"x": [np.bool_(True), False]})["t"].to_pylist() == [True, False]


def test_a_fraction_that_is_no_decimal_is_refused_with_what_to_do() -> None:
    third = Fraction(1, 3)
    session = PLAN.session({"t": ["A"], "period": ["2024-01"], "x": [5]}, as_of="2024-12-31")
    advice = "divide in the plan"
    with pytest.raises(dabiao.DataError, match=advice):
        session.set("x", "A", "2024-01", third)
    with pytest.raises(dabiao.DataError, match=advice):
        statuses([third])
    with pytest.raises(ValueError, match=advice):
        PLAN.compile().record()(x=third)
    with pytest.raises(ValueError, match=advice):
        PLAN.compile().session(x=third)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (Fraction(-1, 8), "-0.125"),
        (Fraction(7), "7"),
        (Fraction(2, 3), "2/3"),
        (Decimal("1E+3"), "1000"),
        (Decimal("NaN"), None),
        (Decimal("sNaN"), None),
        (float("nan"), None),
        (np.float32("nan"), None),
        (np.datetime64("2024-03"), "2024-03"),
        (np.datetime64("2024-03-01T00:00:00"), "2024-03-01"),
        (np.datetime64("NaT"), None),
        (pd.NA, None),
        (pd.NaT, None),
        (pd.Period("2024Q1"), "2024Q1"),
        (pd.Period("2024Q1", freq="Q-MAR"), "2023-04-01/2023-06-30"),
        (datetime.datetime(2024, 1, 2), "2024-01-02"),
        (True, "true"),
        (np.bool_(False), "false"),
    ],
)
def test_cells_as_texts(cell: Any, text: str | None) -> None:
    assert as_text(cell) == text


def test_a_whole_number_beyond_all_limits_is_told() -> None:
    with pytest.raises(dabiao.DataError, match="`a whole number of some 5000 digits` is not read"):
        statuses([10**5000])


def test_a_long_fraction_keeps_all_its_digits() -> None:
    number = Fraction(-12345, 2**200)
    assert Fraction(as_text(number) or "") == number


# ---- what pandas says of nothing, and of periods -------------------------------------------------


@pytest.mark.parametrize(
    "x",
    [
        pd.Series([1, None], dtype="Int64"),
        pd.Series([1, None], dtype="Float32"),
        pd.Series(["1", None], dtype="string"),
        pd.Series([1, pd.NA], dtype=object),
        pd.Series(["1", "-"], dtype=object),
        pd.array([1, None], dtype="Int64"),
        [1, pd.NA],
        [1, pd.NaT],
        ["1", pd.NA],
        [1, np.ma.masked],
    ],
)
def test_nothing_of_pandas_is_nothing(x: Any) -> None:
    plan = dabiao.parse(
        "plan p window 2024 level c level t in c input x stock at t target one : x >= 1 at each t"
    )
    assert statuses(x, plan) == ["met", "undecided"]
    assert plan.compile().run({"x": x}).column("one").to_pylist() == [True, None]
    frame = pd.DataFrame({"t": ["A", "B"], "period": ["2024-01"] * 2})
    frame["x"] = pd.Series(list(x), dtype=object) if isinstance(x, list) else x
    found = plan.assess(frame, as_of="2024-12-31").cells()
    assert [each.status for each in found] == ["met", "undecided"]
    assert plan.compile().run(frame).column("one").to_pylist() == [True, None]


def test_truths_and_records_with_nothing() -> None:
    plan = dabiao.parse(
        "plan p window 2024 level c level t in c input x yesno stock at t target t1 : x at each t"
    )
    assert statuses(pd.Series([True, None], dtype="boolean"), plan) == ["met", "undecided"]
    records = [
        {"t": "A", "period": "2024-01", "x": pd.NA},
        {"t": "B", "period": "2024-01", "x": True},
    ]
    found = plan.assess(records, as_of="2024-12-31").cells()
    assert [each.status for each in found] == ["undecided", "met"]


def test_a_period_that_is_not_there() -> None:
    data = {"t": ["A", "B"], "period": [pd.NaT, "2024-01"], "x": [0.1, 0.1]}
    assert [each.status for each in PLAN.assess(data, as_of="2024-12-31").cells()][1] == "met"


@pytest.mark.parametrize(
    ("frequency", "seen"),
    [("M", "2024-01"), ("Q", "2024-Q1"), ("Y", "2024"), ("D", "2024-01-31")],
)
def test_periods_of_pandas_are_periods(frequency: str, seen: str) -> None:
    periods = pd.PeriodIndex(["2024-01-31"] * 2, freq=frequency)
    plan = dabiao.parse(
        "plan p window 2024 level c level t in c input x flow at t"
        f" target t1 : x >= 1 in {seen if frequency != 'D' else '2024-01'} at each t"
    )
    for period in (periods, pd.Series(periods), list(periods), pd.Series(periods).astype(object)):
        data = {"t": ["A", "B"], "period": period, "x": [1, 0]}
        frame = pd.DataFrame(data)
        tables = [data, frame]
        if isinstance(frame["period"].dtype, pd.PeriodDtype):
            tables.append(pa.Table.from_pandas(frame))
        for table in tables:
            found = plan.assess(table, as_of="2024-12-31").cells()
            assert [each.status for each in found] == ["met", "missed"], type(period)


def test_months_of_numpy_are_months() -> None:
    plan = dabiao.parse(
        "plan p window 2024 level c level t in c input x flow at t"
        " target t1 : x >= 1 in 2024-01 at each t"
    )
    months = np.array(["2024-01", "2024-01"], "datetime64[M]")
    data = {"t": ["A", "B"], "period": months, "x": [1, 0]}
    found = plan.assess(data, as_of="2024-12-31").cells()
    assert [each.status for each in found] == ["met", "missed"]


def test_a_fiscal_quarter_is_no_quarter() -> None:
    data = {"t": ["A"], "period": pd.PeriodIndex(["2024Q1"], freq="Q-MAR"), "x": [1]}
    with pytest.raises(dabiao.DataError, match="2023-04-01/2023-06-30"):
        PLAN.assess(data, as_of="2024-12-31")


# ---- headings -----------------------------------------------------------------------------------

LETTERS = dabiao.parse(
    """
    plan letters level C level T in C
    input c number constant at T
    input x number constant at T
    target q : c >= 1 at each T
    """
)


def test_a_heading_written_exactly_is_that_name() -> None:
    for data in (
        {"T": ["A", "B"], "c": [1, 2], "x": [1, 1]},
        {"C": ["K", "K"], "T": ["A", "B"], "c": [1, 2]},
        {"T": ["A", "B"], "c (%)": [100, 200]},
    ):
        found = LETTERS.assess(data, as_of="2024-01-01").cells()
        assert [each.status for each in found] == ["met", "met"], data
    register = {"C": ["K"], "T": ["A"], "c": [7]}
    read = dabiao.read({"T": ["A"], "c": [1]}, LETTERS, entities=register)
    assert read.entities("C") == ["K"]


def test_a_heading_that_may_mean_several_is_refused() -> None:
    with pytest.raises(dabiao.DataError) as caught:
        LETTERS.assess({"T": ["A"], "ｃ": [1], "x": [1]}, as_of="2024-01-01")
    (problem,) = caught.value.diagnostics
    assert (problem.kind, problem.expected) == ("name_of_several", ["C", "c"])
    beds = dabiao.parse(
        "plan p input Beds number constant input beds number constant target t : beds >= Beds"
    )
    with pytest.raises(dabiao.DataError) as caught:
        beds.compile().run({"BEDS": [1], "beds": [1]})
    assert caught.value.diagnostics[0].kind == "name_of_several"
    long = {"input": ["BEDS"], "value": [1]}
    with pytest.raises(dabiao.DataError) as caught:
        beds.assess(long, as_of="2024-01-01")
    assert [each.kind for each in caught.value.diagnostics] == ["name_of_several"]


def test_a_label_beside_a_name_in_another_case() -> None:
    plan = dabiao.parse(
        'plan p level L level T in L input Beds number constant at T input b "beds" number'
        " constant at T target q : b >= 1 at each T target w : Beds >= 1 at each T"
    )
    data = {"T": ["A"], "Beds": [0], "beds": [1]}
    found = {each.target: each.status for each in plan.assess(data, as_of="2024-01-01").cells()}
    assert found == {"q": "met", "w": "missed"}
    assert plan.compile().run(data).to_pylist() == [{"q": True, "w": False}]
    session = plan.session(data, as_of="2024-01-01")
    assert [(each.target, each.status) for each in session.set("beds", "A", None, 0)] == [
        ("q", "missed")
    ]


# ---- numbers beyond the limits ------------------------------------------------------------------


def test_numbers_that_are_too_large_are_shown_as_written() -> None:
    for cell in ("1e309", "2.0E+308", "-1e400"):
        with pytest.raises(dabiao.DataError) as caught:
            statuses([cell])
        (problem,) = caught.value.diagnostics
        assert problem.message() == f"`{cell}` is not read as a plain number"
        assert problem.notes == [
            "numbers of more than 1.797e308 in the unit of the input are not read"
        ]
    for cell in ("1" + "0" * 308, "1e-400", "0." + "0" * 900 + "1"):
        assert statuses([cell]) == ["missed"]
    with pytest.raises(dabiao.DataError, match="at most 4000 digits"):
        statuses(["1e-4001"])


def test_a_double_that_its_unit_makes_too_large_is_shown_as_it_prints() -> None:
    plan = dabiao.parse("plan p input x 元 stock target t : x >= 1 元")
    with pytest.raises(dabiao.DataError, match=r"`1.7e\+308` is not read"):
        plan.assess({"period": ["2024-01"], "x (万元)": [1.7e308]}, as_of="2024-12-31")


# ---- columns of records -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "x",
    [
        [BIG, 0.5],
        [Decimal(BIG), 0.5],
        [Decimal(BIG), np.float32(0.5)],
        [BIG, "-"],
        pd.Series([BIG, "-"], dtype=object),
        np.array([BIG, 1], ">i8"),
        np.array([BIG, None], object),
        [Decimal(BIG), 3],
        [10**30, 0.5],
        (BIG, 2),
        range(BIG, BIG - 2, -1),
        pl.Series([BIG, None]),
        pa.chunked_array([[BIG], [1]]),
    ],
)
def test_records_come_in_as_tables_do(x: Any) -> None:
    plan = dabiao.parse(
        "plan p window 2024 level c level t in c input x stock at t"
        f" target t1 : x >= {BIG} at each t"
    )
    expected = [
        {"met": True, "missed": False, "undecided": None}[each] for each in statuses(x, plan)
    ]
    assert expected[0] is True
    assert plan.compile().run({"x": x}).column("t1").to_pylist() == expected
    assert plan.compile().totals({"x": x}).column("holds").to_pylist() == [1]


def test_records_that_are_not_read_have_their_place() -> None:
    compiled = PLAN.compile()
    with pytest.raises(dabiao.DataError) as caught:
        compiled.run({"x": [1, "many", Fraction(1, 3)]})
    places = [(each.kind, each.row, each.data_column) for each in caught.value.diagnostics]
    assert places == [("unread_cell", 3, "x"), ("unread_cell", 4, "x")]
    with pytest.raises(ValueError, match="one dimension"):
        compiled.run({"x": np.zeros((2, 2))})
