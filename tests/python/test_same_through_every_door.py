"""The same reports through CSV, records, pandas, polars and Arrow, in any order of rows."""

from __future__ import annotations

import io
import math
import random
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas
import polars
import pyarrow
import pyarrow.ipc
import pytest

import dabiao

PLAN = dabiao.parse(
    """
    plan doors window 2024-01-01..2024-12-31
    level city
    level town in city
    level village in town
    unit bed
    input beds bed stock each month at village
    input share % stock each month at village over parts average weighted by beds
    input visits number flow each month at village
    input open yesno stock at village
    input built date constant at village
    target beds_12 : beds >= 12 bed by 2024-12-31 at each town, city
    target share_30 : share >= 30% by 2024-12-31 at each village
    target visited : visits >= 2 in 2024-Q1 at each village, city
    target all_open : all(village: open) by 2024-12-31
    target on_time : built <= 2024-02-29 by 2024-12-31 at each village
    """
)

HEADINGS = ["town", "village", "period", "beds", "share", "visits", "open", "built"]


def reports() -> list[dict[str, Any]]:
    source = random.Random(11)
    rows = []
    for town in ("East", "West"):
        for village in ("A", "B", "C"):
            for month in range(1, 13):
                rows.append(
                    {
                        "town": town,
                        "village": f"{town[0]}{village}",
                        "period": f"2024-{month:02d}",
                        "beds": source.choice([None, 3, 4, 5]),
                        "share": source.choice([None, 29.9, 30.1, 0.1 + 0.2, 33.3]),
                        "visits": source.choice([None, 0.5, 1.0, 0.7]),
                        "open": source.choice([None, True, True, False]),
                        "built": None,
                    }
                )
            rows.append(
                dict.fromkeys(HEADINGS)
                | {"town": town, "village": f"{town[0]}{village}",
                   "built": source.choice([None, "2024-02-29", "2024-03-01"])}
            )
    return rows


def text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return repr(value) if isinstance(value, float) else str(value)


def csv(rows: list[dict[str, Any]], folder: Path) -> Any:
    path = folder / "reports.csv"
    lines = [",".join(HEADINGS)] + [",".join(text(row[name]) for name in HEADINGS) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def columns(rows: list[dict[str, Any]], folder: Path) -> Any:
    return {name: [row[name] for row in rows] for name in HEADINGS}


def records(rows: list[dict[str, Any]], folder: Path) -> Any:
    return rows


def of_pandas(rows: list[dict[str, Any]], folder: Path) -> Any:
    frame = pandas.DataFrame(rows, columns=HEADINGS)
    return frame.astype({"beds": "Int64", "share": "Float64", "visits": "float64", "open": "boolean",
                         "built": "string"})


def of_polars(rows: list[dict[str, Any]], folder: Path) -> Any:
    types = {"town": polars.String, "village": polars.String, "period": polars.String, "beds": polars.Int64,
             "share": polars.Float64, "visits": polars.Float64, "open": polars.Boolean, "built": polars.String}
    return polars.DataFrame(rows, schema=types)


def arrow(rows: list[dict[str, Any]], folder: Path) -> Any:
    return pyarrow.table({
        "town": pyarrow.array([row["town"] for row in rows]),
        "village": pyarrow.array([row["village"] for row in rows]).dictionary_encode(),
        "period": pyarrow.array([row["period"] for row in rows]),
        "beds": pyarrow.array([row["beds"] for row in rows], pyarrow.int16()),
        "share": pyarrow.array([None if row["share"] is None else Decimal(repr(row["share"])) for row in rows],
                               pyarrow.decimal128(38, 20)),
        "visits": pyarrow.array([row["visits"] for row in rows], pyarrow.float64()),
        "open": pyarrow.array([row["open"] for row in rows], pyarrow.bool_()),
        "built": pyarrow.array([row["built"] for row in rows]).cast(pyarrow.date32()),
    })


DOORS: list[Callable[[list[dict[str, Any]], Path], Any]] = [csv, columns, records, of_pandas, of_polars, arrow]


def written(data: Any) -> bytes:
    """The whole result as bytes."""
    stream = io.BytesIO()
    table = pyarrow.table(PLAN.assess(data, as_of="2024-12-31").to_arrow())
    with pyarrow.ipc.new_stream(stream, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    return stream.getvalue()


def test_every_door_gives_the_same_bytes(tmp_path: Path) -> None:
    rows = reports()
    expected = written(csv(rows, tmp_path))
    for door in DOORS[1:]:
        assert written(door(rows, tmp_path)) == expected, door.__name__


@pytest.mark.parametrize("door", DOORS)
def test_the_order_of_rows_changes_nothing(
    door: Callable[[list[dict[str, Any]], Path], Any], tmp_path: Path
) -> None:
    rows = reports()
    expected = written(door(rows, tmp_path))
    for seed in range(3):
        random.Random(seed).shuffle(rows)
        assert written(door(rows, tmp_path)) == expected


def test_what_is_missing_keeps_its_reason(tmp_path: Path) -> None:
    plan = dabiao.parse(
        """
        plan reasons window 2024-01-01..2024-12-31
        level city
        level town in city
        input x number stock at town
        input y number stock at town
        target t : x >= 1 at each town
        target q : x / y >= 1 at each town
        target all_of : sum(town: x) >= 1
        """
    )
    towns = ["Silent", "Odd", "Infinite", "Zero", "Fine"]
    x = [None, math.nan, math.inf, 1.0, 1.0]
    y = [1.0, 1.0, 1.0, 0.0, 1.0]
    handed: dict[str, Any] = {
        "columns": {"town": towns, "period": ["2024-01"] * 5, "x": x, "y": y},
        "arrow": pyarrow.table({"town": towns, "period": ["2024-01"] * 5,
                                "x": pyarrow.array(x, pyarrow.float64()), "y": y}),
        "polars": polars.DataFrame({"town": towns, "period": ["2024-01"] * 5, "x": x, "y": y}),
    }
    for name, data in handed.items():
        result = plan.assess(data, as_of="2024-12-31")
        reasons = {(cell.target, cell.entity): cell.reason for cell in result.cells()}
        values = {(cell.target, cell.entity): cell.value for cell in result.cells()}
        assert reasons["t", "Silent"] == "not_reported", name
        assert reasons["t", "Odd"] == reasons["t", "Infinite"] == "not_finite", name
        assert reasons["q", "Zero"] == "division_by_zero", name
        assert reasons["t", "Fine"] is None, name
        assert values["t", "Fine"] == 1, name
        assert all(values[each] is None for each, why in reasons.items() if why), name
        table = pyarrow.table(result.to_arrow()).to_pylist()
        for row in table:
            assert row["reason"] == reasons[row["target"], row["entity"]], name
            assert (row["value"] is None) == (values[row["target"], row["entity"]] is None), name
    # pandas writes a missing number as NaN; its own types say which is which.
    frame = pandas.DataFrame({"town": towns[:1], "period": ["2024-01"], "x": pandas.array([None], dtype="Float64"), "y": [1.0]})
    assert plan.assess(frame, as_of="2024-12-31")["t"].cell.reason == "not_reported"
