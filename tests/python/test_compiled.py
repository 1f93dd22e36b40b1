"""Records run through a compiled plan, against Python's fractions."""

from __future__ import annotations

import threading
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dabiao

PLAN = """plan w "Records" unit 张, 人, 个
input nursing 张 stock  input total 张 stock  input beds 张 stock  input elderly 人 stock
input centres 个 stock  input towns 个 stock
indicator ratio % = nursing / total
indicator per_k 张/千人 = beds / elderly
indicator coverage = min(1, centres / towns)
indicator score = 0.4 * min(1, ratio / 60%) + 0.4 * min(1, per_k / (36 张/千人)) + 0.2 * coverage
target a : ratio >= 60%
target b : per_k >= 36 张/千人
target c : score >= 0.8
"""
INPUTS = ["nursing", "total", "beds", "elderly", "centres", "towns"]


def written(value: float) -> Fraction:
    """The decimal that a double stands for."""
    return Fraction(Decimal(repr(value)))


def oracle(row: list[float]) -> list[Fraction | bool | None]:
    """Ratio, per_k, coverage, score and the three verdicts; None where a value is missing."""
    nursing, total, beds, elderly, centres, towns = (written(each) for each in row)
    ratio = nursing / total if total else None
    per_k = beds / elderly if elderly else None
    coverage = min(Fraction(1), centres / towns) if towns else None
    score = None
    if ratio is not None and per_k is not None and coverage is not None:
        score = (
            Fraction(2, 5) * min(Fraction(1), ratio / Fraction(3, 5))
            + Fraction(2, 5) * min(Fraction(1), per_k / Fraction(36, 1000))
            + Fraction(1, 5) * coverage
        )
    return [
        None if ratio is None else ratio * 100,
        None if per_k is None else per_k * 1000,
        coverage,
        score,
        None if ratio is None else ratio >= Fraction(3, 5),
        None if per_k is None else per_k >= Fraction(36, 1000),
        None if score is None else score >= Fraction(4, 5),
    ]


def tied(rows: int, seed: int) -> dict[str, np.ndarray]:
    """Columns in which many rows stand exactly at a threshold, in whole numbers and in decimals."""
    random = np.random.default_rng(seed)
    total = random.integers(1, 50, rows) * 5.0 / random.choice([1, 10, 100], rows)
    share = random.choice([0.6, 0.3, 0.9, 0.59999], rows)
    nursing = np.array([float(f"{t * s:.12g}") for t, s in zip(total, share, strict=True)])
    elderly = random.integers(0, 20, rows) * 1000.0
    beds = np.where(random.random(rows) < 0.5, elderly * 36 / 1000, random.integers(0, 900, rows))
    return {
        "nursing": nursing,
        "total": total,
        "beds": beds,
        "elderly": elderly,
        "centres": random.integers(0, 6, rows).astype(float),
        "towns": random.integers(0, 6, rows).astype(float),
    }


def test_every_row_is_what_fractions_say() -> None:
    columns = tied(40_000, 7)
    compiled = dabiao.parse(PLAN).compile()
    table = compiled.run(columns)
    assert compiled.last_run.settled > 1000  # ties there were
    outputs = [table.column(i).to_pylist() for i in range(7)]
    for row, values in enumerate(zip(*(columns[name].tolist() for name in INPUTS), strict=True)):
        for output, expected in zip(outputs, oracle(list(values)), strict=True):
            seen = output[row]
            if expected is None or isinstance(expected, bool):
                # A missing value can still leave a verdict: 0.2 at most is not enough.
                if expected is not None or seen is None or isinstance(seen, float):
                    assert seen == expected, (values, seen, expected)
            else:
                assert abs(Fraction(seen) - expected) <= abs(expected) * Fraction(1, 2**49)


def test_threads_batches_and_single_records_give_the_same_bits() -> None:
    columns = tied(150_000, 3)
    columns["nursing"][::17] = np.nan
    columns["beds"][5::29] = np.nan
    columns["total"][3::31] = np.nan
    compiled = dabiao.parse(PLAN).compile()
    one = compiled.run(columns, threads=1)
    assert compiled.run(columns, threads=2).equals(one)
    table = pa.table(columns)
    pieces = pa.Table.from_batches(table.to_batches(max_chunksize=1001))
    assert compiled.run(pieces).combine_chunks().equals(one.combine_chunks())
    assert (
        compiled.stream(table.to_reader(7919))
        .read_all()
        .combine_chunks()
        .equals(one.combine_chunks())
    )
    record = compiled.record()
    whole = one.to_pydict()
    for row in range(0, 150_000, 37):
        values = [float(columns[name][row]) for name in INPUTS]
        seen = record.values(values)
        assert list(seen) == [whole[name][row] for name in whole], values


def test_nulls_nan_and_blanks_are_missing_alike() -> None:
    compiled = dabiao.parse(PLAN).compile()
    row = {"total": [10.0], "beds": [36.0], "elderly": [1000.0], "centres": [1.0], "towns": [1.0]}
    frames = [
        pa.table({"nursing": pa.array([None], pa.float64()), **row}),
        {"nursing": np.array([np.nan]), **row},
        pd.DataFrame({"nursing": pd.array([None], dtype="Float64"), **row}),
        pl.DataFrame({"nursing": pl.Series([None], dtype=pl.Float64), **row}),
        pa.table({"nursing": [""], **{name: [str(cell[0])] for name, cell in row.items()}}),
    ]
    for frame in frames:
        found = compiled.run(frame).to_pylist()[0]
        assert found["ratio"] is None
        assert found["a"] is None
        assert found["b"] is True
        assert found["c"] is None


def test_whatever_is_missing_a_verdict_may_hold() -> None:
    compiled = dabiao.parse(PLAN).compile()
    poor = {"total": [10.0], "beds": [1.0], "elderly": [1000.0], "centres": [0.0], "towns": [1.0]}
    assert compiled.run({"nursing": [np.nan], **poor}).to_pylist()[0]["c"] is False


def test_numbers_of_every_type_are_the_numbers_that_were_written() -> None:
    plan = dabiao.parse("plan p  input x stock  target t : x >= 9007199254740993")
    compiled = plan.compile()
    limit = 9007199254740993
    for column, expected in [
        (pa.array([limit, limit - 1]), [True, False]),
        (pa.array([Decimal(limit), Decimal("9007199254740992.9")]), [True, False]),
        (pa.array([str(limit), "9007199254740992.9"]), [True, False]),
    ]:
        assert compiled.run(pa.table({"x": column})).column("t").to_pylist() == expected
    record = compiled.record()
    assert record(x=limit) == {"t": True}
    assert record(x=Decimal("9007199254740992.9")) == {"t": False}
    tenth = dabiao.parse("plan p  input x stock  target t : x = 0.1").compile()
    assert tenth.run({"x": np.array([0.1], dtype=np.float32)}).column("t").to_pylist() == [True]


def test_a_value_that_the_plan_rules_out_is_an_error_with_its_row() -> None:
    compiled = dabiao.parse(PLAN).compile()
    columns = tied(2000, 1)
    columns["beds"][1234] = -3
    columns["total"][77] = -1
    with pytest.raises(dabiao.DataError) as caught:
        compiled.run(columns)
    places = [(each.row, each.data_column) for each in caught.value.diagnostics]
    assert places == [(79, "total"), (1236, "beds")]
    assert {each.kind for each in caught.value.diagnostics} == {"negative_report"}
    with pytest.raises(ValueError, match="beds"):
        compiled.record().values([1, 2, -3, 4, 5, 6])


def test_gaps_never_disagree_with_verdicts() -> None:
    compiled = dabiao.parse(PLAN).compile(["a", "b", "c"], gaps=True)
    table = compiled.run(tied(20_000, 11)).to_pydict()
    for name in "abc":
        for verdict, gap in zip(table[name], table[f"{name}.gap"], strict=True):
            if verdict is not None and gap is not None:
                assert verdict == (gap >= 0)


def test_a_filter_makes_a_target_apply_or_not() -> None:
    plan = dabiao.parse(
        "plan p  level 院  unit 张  input beds 张 stock  input clinic yesno stock"
        "  target t : clinic at each 院 where beds >= 100 张"
    )
    compiled = plan.compile()
    found = compiled.run({"beds": [99.0, 100.0, 100.0], "clinic": [False, True, False]})
    assert found.column("t").to_pylist() == [None, True, False]
    record = compiled.record()
    assert record(beds=99, clinic=False) == {"t": None}
    assert record.reasons() == {"t": "not_applicable"}


def test_scenarios_are_what_changed_columns_give() -> None:
    compiled = dabiao.parse(PLAN).compile()
    columns = tied(20_000, 13)
    columns["towns"][::23] = np.nan  # what is missing and changed is known to be changed
    changes = {
        "as is": {},
        "more beds": {"nursing": ("add", 0.5)},
        "fewer elderly": {"elderly": ("scale", 0.9)},
        "all towns": {"centres": 5, "nursing": ("scale", 1.1)},
        "any number": {"nursing": 7},
    }
    found = compiled.scenarios(columns, changes).to_pylist()
    by_hand: dict[str, dict[str, np.ndarray]] = {}
    for name, each in changes.items():
        by_hand[name] = dict(columns)
        for column, change in each.items():
            how, number = change if isinstance(change, tuple) else ("set", change)
            exact = written(float(number))
            by_hand[name][column] = pa.array(
                [
                    str(float(exact))
                    if how == "set"
                    else None
                    if value != value
                    else decimal_of(
                        written(value) + exact if how == "add" else written(value) * exact
                    )
                    for value in columns[column].tolist()
                ]
            )
    for name in changes:
        table = compiled.run(by_hand[name]).to_pydict()
        for each in (each for each in found if each["scenario"] == name):
            values = table[each["target"]]
            assert each["holds"] == values.count(True), each
            assert each["fails"] == values.count(False), each
            assert each["undecided"] == values.count(None), each
    with pytest.raises(dabiao.DataError) as caught:
        compiled.scenarios(columns, {"x": {"nursling": 1, "beads": 2}})
    assert [each.kind for each in caught.value.diagnostics] == ["scenario_input_unknown"] * 2
    with pytest.raises(dabiao.DataError) as caught:
        compiled.scenarios(columns, {"less than nothing": {"beds": ("add", -0.3)}})
    assert [each.kind for each in caught.value.diagnostics] == ["negative_report"]


def decimal_of(number: Fraction) -> str:
    """All the digits of a fraction that has finitely many."""
    digits = 0
    while number.denominator != 1 and (number * 10**digits).denominator != 1:
        digits += 1
    whole = number * 10**digits
    return f"{Decimal(int(whole)).scaleb(-digits):f}"


def test_a_live_record_has_what_a_new_one_has() -> None:
    compiled = dabiao.parse(PLAN).compile()
    columns = tied(300, 17)
    session = compiled.session()
    record = compiled.record()
    values: dict[str, float | None] = dict.fromkeys(INPUTS)
    before = session.values()
    random = np.random.default_rng(1)
    for row in range(300):
        name = INPUTS[random.integers(6)]
        values[name] = None if random.random() < 0.1 else float(columns[name][row])
        changed = session.set(**{name: values[name]})
        now = record(**values)
        assert session.values() == now
        # Where only the reason changes, None is told again.
        told = {
            key: each
            for key, each in changed.items()
            if each is not None or before[key] is not None
        }
        assert told == {key: now[key] for key in now if now[key] != before[key]}
        before = now


def test_a_live_record_refuses_all_that_is_wrong_and_stays_as_it_was() -> None:
    plan = dabiao.parse(
        """plan t "T" unit 张
        input a 张 stock  input b 张 stock  input c yesno stock
        indicator s 张 = a + b
        target three : s >= 3 张
        target there : c"""
    )
    session = plan.compile().session(a=1, b=1, c=False)
    with pytest.raises(ValueError, match="declaration rules out") as caught:
        session.set(b=5.0, a=-3, c="perhaps")
    assert "`a` is -3" in str(caught.value)
    assert "`c`" in str(caught.value)
    with pytest.raises(ValueError, match="`b` is -0.5"):
        session.set(a=2.0, b=-0.5)
    with pytest.raises(TypeError, match="no input d, e; the inputs are a, b, c"):
        session.set(d=1, a=9, e=1)
    assert session.values() == {"s": 2.0, "three": False, "there": False}
    assert session.set(b=2) == {"s": 3.0, "three": True}
    assert session.set(a=float("nan"), c=None) == {"s": None, "three": None, "there": None}
    assert session.set(b=10**20) == {"three": True}


def test_a_live_record_counts_working_days_by_the_plans_holidays() -> None:
    plan = dabiao.parse(
        """plan t "T" holidays 2025 { off 2025-01-01, 2025-01-28..2025-02-04 work 2025-01-26 }
        input asked date constant  input done date constant
        indicator wait 日 = workday(asked, 3) - asked
        target three_days : done <= workday(asked, 3)"""
    )
    compiled = plan.compile()
    given = {"asked": "2025-01-24", "done": "2025-02-05"}  # the 26th, the 27th and 5 February
    expected = {"wait": 12.0, "three_days": True}
    assert compiled.record()(**given) == expected
    assert compiled.run({name: [day] for name, day in given.items()}).to_pylist() == [expected]
    session = compiled.session(**given)
    assert session.values() == expected
    assert session.set(done="2025-02-06") == {"three_days": False}


@pytest.mark.parametrize("number", ["0", "1", "11", "-3", "1100%"])
def test_a_written_number_is_known_whichever_it_is(number: str) -> None:
    plan = dabiao.parse(
        f"""plan t "T"  input x stock
        target least : not known({number}) or x >= 1
        target most : known({number}) and x <= 1
        target chosen : (if known({number}) then x else 1) >= 1"""
    )
    compiled = plan.compile()
    for x, holds in [(0.0, (False, True, False)), (2.0, (True, False, True))]:
        expected = dict(zip(("least", "most", "chosen"), holds, strict=True))
        assert compiled.record()(x=x) == expected
        assert compiled.run({"x": [x]}).to_pylist() == [expected]
        result = plan.assess({"x": [x]}, as_of="2025-01-31")
        assert {each.name: each.status == "met" for each in result} == expected


def test_an_empty_table_has_the_columns() -> None:
    compiled = dabiao.parse(PLAN).compile()
    empty = pa.table({name: pa.array([], pa.float64()) for name in INPUTS})
    assert compiled.run(empty).schema == compiled.schema
    assert compiled.run(empty).num_rows == 0


def test_a_compiled_plan_is_shared_among_threads() -> None:
    compiled = dabiao.parse(PLAN).compile()
    columns = tied(30_000, 5)
    expected = compiled.run(columns, threads=1)
    found: list[bool] = []

    def work() -> None:
        found.append(compiled.run(columns, threads=1).equals(expected))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 4


@settings(deadline=None, max_examples=150)
@given(
    st.lists(
        st.tuples(
            st.floats(allow_nan=False, allow_infinity=False),
            st.floats(allow_nan=False, allow_infinity=False),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_magnitudes_of_every_kind(rows: list[tuple[float, float]]) -> None:
    compiled = dabiao.parse(
        "plan p  input x stock  input y stock"
        "  target le : x - y <= 0.1 * x  target eq : 3 * x = y + 2 * x  target pr : x * y >= x"
    ).compile()
    columns = {"x": np.array([x for x, _ in rows]), "y": np.array([y for _, y in rows])}
    found = compiled.run(columns).to_pydict()
    for i, (a, b) in enumerate(rows):
        x, y = written(a), written(b)
        assert found["le"][i] == (x - y <= x / 10)
        assert found["eq"][i] == (x == y)
        assert found["pr"][i] == (x * y >= x)


def test_totals_are_what_the_outputs_add_up_to() -> None:
    compiled = dabiao.parse(PLAN).compile()
    generator = np.random.default_rng(5)
    rows = 200_003
    columns = {name: np.floor(generator.random(rows) * 40) for name in INPUTS}
    columns["towns"][17] = np.nan
    table = compiled.run(columns)
    totals = compiled.totals(columns, threads=2)
    assert totals.equals(compiled.totals(columns, threads=1))
    assert compiled.last_run.rows == rows
    for total in totals.to_pylist():
        column = table.column(total["output"])
        assert total["missing"] == column.null_count > 0
        assert total["known"] == rows - column.null_count
        if pa.types.is_boolean(column.type):
            assert total["sum"] is None
            assert total["holds"] == column.to_pylist().count(True)
            assert total["fails"] == column.to_pylist().count(False)
        else:
            assert total["holds"] is None
            assert total["sum"] == pytest.approx(float(column.to_pandas().sum()), rel=1e-12)
    # In batches the same, up to the rounding of sums.
    batches = pa.table(columns).to_batches(max_chunksize=1000)
    again = compiled.totals(pa.RecordBatchReader.from_batches(batches[0].schema, batches))
    assert again.column("holds").equals(totals.column("holds"))
    for a, b in zip(again["sum"].to_pylist(), totals["sum"].to_pylist(), strict=True):
        assert a == (None if b is None else pytest.approx(b, rel=1e-12))


def test_results_that_are_held_stay_as_they_are() -> None:
    compiled = dabiao.parse(PLAN).compile()

    def columns(nursing: float) -> dict[str, object]:
        return {name: np.full(300_000, nursing if name == "nursing" else 10.0) for name in INPUTS}

    first = compiled.run(columns(1.0))
    second = compiled.run(columns(2.0))
    kept = second.column("ratio")
    del second
    for _ in range(3):
        third = compiled.run(columns(3.0))
    assert first.column("ratio").unique().to_pylist() == [10.0]
    assert kept.unique().to_pylist() == [20.0]
    assert third.column("ratio").unique().to_pylist() == [30.0]
    outlives = third.column("ratio")
    del compiled, first, third
    assert outlives.unique().to_pylist() == [30.0]


@pytest.mark.parametrize(
    "condition",
    [
        "2 / (k / 0) < 1",
        "2 / (k / (z - z)) < 1",
        "k * (2 / (k / 0)) <= 0",
        "(1 / (k / 0)) * 0 = 0",
        "3 + 1 / (z / 0) > 0",
    ],
)
def test_what_divides_by_something_divided_by_zero_has_no_value(condition: str) -> None:
    plan = dabiao.parse(f"plan p  input k stock  input z stock  target t : {condition}")
    compiled = plan.compile()
    row = {each.name: 3.0 for each in compiled.inputs}
    record = compiled.record()
    assert record(**row) == {"t": None}
    assert record.reasons() == {"t": "division_by_zero"}
    table = compiled.run({name: [number] * 3 for name, number in row.items()})
    assert table.column("t").to_pylist() == [None] * 3
    assert plan.assess(row | {"period": "2025-01"}, as_of="2025-01-31")["t"].status == "undecided"


def test_a_gap_is_the_same_bits_whatever_stands_in_place_of_what_is_missing() -> None:
    plan = dabiao.parse(
        """plan p  level town  input y stock at town  input p stock at town
        target t : y < 0.6 at each town where (p - y) = 0..2"""
    )
    compiled = plan.compile(gaps=True)
    gap = compiled.record()(y=-1.2, p=None)["t.gap"]
    for missing in (
        np.array([np.nan]),
        pa.array([None], pa.float64()),
        pa.Array.from_buffers(
            pa.float64(), 1, [pa.py_buffer(b"\0"), pa.py_buffer(np.array([1.0]))], null_count=1
        ),
    ):
        found = compiled.run({"y": np.array([-1.2]), "p": missing}).column("t.gap").to_pylist()
        assert found == [gap]
