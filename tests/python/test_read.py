"""Reading tables from whatever holds them."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.feather
import pyarrow.parquet
import pytest

import dabiao
from dabiao.read import tables

PLAN = """
plan beds window 2023-01-01..2023-12-31
level city
level home in city
unit bed
input beds    "all beds" bed   stock at home
input nursing            bed   stock at home
input rate               %     stock at city over parts none
input opened_on          date  constant at home
input open               yesno stock at home
target many : beds >= 300 bed by 2023-12-31
target rated : rate >= 57.66% by 2023-12-31
"""

CSV = "home,period,beds,nursing\nA,2023-08,120,60\nB,2023-08,200,\n"


@pytest.fixture(scope="module")
def plan() -> dabiao.Plan:
    return dabiao.parse(PLAN)


def beds(plan: dabiao.Plan, data: Any) -> float | None:
    return plan.assess(data, as_of="2023-12-31")["many"].cell.value


def kinds(error: dabiao.DabiaoError) -> list[str]:
    return [each.kind for each in error.diagnostics]


@pytest.fixture
def csv_path(tmp_path: Path) -> Path:
    path = tmp_path / "data.csv"
    path.write_text(CSV, encoding="utf-8")
    return path


COLUMNS = {"home": ["A", "B"], "period": ["2023-08", "2023-08"], "beds": [120, 200]}


@pytest.mark.parametrize(
    "data",
    [
        COLUMNS,
        [dict(zip(COLUMNS, row, strict=True)) for row in zip(*COLUMNS.values(), strict=True)],
        pd.DataFrame(COLUMNS),
        pd.DataFrame(COLUMNS).set_index(["home", "period"]),
        pl.DataFrame(COLUMNS),
        pa.table(COLUMNS),
        pa.table(COLUMNS).to_batches()[0],
        {"first": pd.DataFrame(COLUMNS)},
        [pl.DataFrame(COLUMNS).head(1), pl.DataFrame(COLUMNS).tail(1)],
        {"a": [{"home": "A", "period": "2023-08", "beds": "120"}], "b": pa.table(COLUMNS).slice(1)},
        {"home": pd.Series(["A", "B"]), "period": pl.Series(["2023-08"] * 2), "beds": (120, 200)},
    ],
    ids=lambda data: type(data).__name__,
)
def test_any_table_will_do(plan: dabiao.Plan, data: Any) -> None:
    assert beds(plan, data) == 320


def test_duckdb_hands_out_arrow(plan: dabiao.Plan, csv_path: Path) -> None:
    with duckdb.connect() as connection:
        found = connection.sql(f"select * from read_csv('{csv_path}', all_varchar = true)")
        assert beds(plan, found) == 320


def test_one_record(plan: dabiao.Plan) -> None:
    assert beds(plan, {"home": "A", "period": "2023-08", "beds": 301}) == 301


def test_files_by_their_suffix(plan: dabiao.Plan, tmp_path: Path) -> None:
    table = pa.table(COLUMNS)
    pa.parquet.write_table(table, tmp_path / "data.parquet")
    pa.feather.write_feather(table, tmp_path / "data.feather")
    (tmp_path / "data.json").write_text(json.dumps(table.to_pylist()), encoding="utf-8")
    (tmp_path / "data.jsonl").write_text(
        "\n".join(json.dumps(row) for row in table.to_pylist()), encoding="utf-8"
    )
    (tmp_path / "data.tsv").write_text(
        "\n".join(
            "\t".join(map(str, row.values()))
            for row in [dict(zip(COLUMNS, COLUMNS, strict=True)), *table.to_pylist()]
        ),
        encoding="utf-8",
    )
    for path in sorted(tmp_path.iterdir()):
        assert beds(plan, path) == 320, path.name
        assert beds(plan, str(path)) == 320, path.name


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters(tmp_path: Path, encoding: str, delimiter: str) -> None:
    plan = dabiao.parse(
        "plan 例 unit 张 level 市  level 机构 in 市  input 床位 张 stock at 机构  target 甲 : 床位 >= 300 张"
    )
    text = "# 说明,不是数据\n\n机构,period,床位\n甲院,2023-08,120\n乙院,2023-08,200\n"
    text = text.replace("机构,period,床位", delimiter.join(["机构", "period", "床位"]))
    text = text.replace(",2023-08,", f"{delimiter}2023-08{delimiter}")
    path = tmp_path / "数据.csv"
    path.write_bytes(text.encode(encoding))
    assert plan.assess(path, as_of="2023-12-31")["甲"].cell.value == 320


def test_bytes_that_are_no_text(plan: dabiao.Plan, tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_bytes(b"home,beds\n\xff\xff\xff,1\n")
    with pytest.raises(dabiao.DataError) as caught:
        dabiao.read(path, plan)
    assert kinds(caught.value) == ["unknown_encoding"]


def test_decimals_stay_what_was_written(plan: dabiao.Plan, tmp_path: Path) -> None:
    # As a double this lies beside 57.66; as it was written it is 57.66 and a hair more.
    path = tmp_path / "data.csv"
    path.write_text("period,rate\n2023-08,57.6600000000000000000000000001\n", encoding="utf-8")
    cell = plan.assess(path, as_of="2023-12-31")["rated"].cell
    assert cell.status == "met"
    assert cell.binding is not None
    assert cell.binding.exact_gap == dabiao_fraction("1/10000000000000000000000000000")
    for exact in (Decimal("57.66"), "57.66", "57.66%", "57.66"):
        assert plan.assess({"rate": exact}, as_of="2023-12-31")["rated"].cell.gap == 0


def dabiao_fraction(text: str) -> Any:
    from fractions import Fraction

    return Fraction(text)


def test_rows_are_counted_as_the_file_counts_lines(plan: dabiao.Plan, tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text(
        '# comment\nhome,period,beds\nA,2023-08,many\n\n"B\nb",2023-08,few\nC,2023-08,none at all\n',
        encoding="utf-8",
    )
    with pytest.raises(dabiao.DataError) as caught:
        dabiao.read(path, plan)
    places = [(each.row, each.data_column) for each in caught.value.diagnostics]
    assert places == [(3, "beds"), (5, "beds"), (7, "beds")]
    assert {each.file for each in caught.value.diagnostics} == {"data.csv"}


def test_plain_files_count_their_lines_too(plan: dabiao.Plan, tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("# a\n# b\nhome,period,beds\nA,2023-08,1\nB,2023-08,x\n", encoding="utf-8")
    with pytest.raises(dabiao.DataError) as caught:
        dabiao.read(path, plan)
    assert [each.row for each in caught.value.diagnostics] == [5]


def test_a_row_with_more_cells_than_headings(plan: dabiao.Plan, tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("home,period,beds\nA,2023-08,1,234\nB,2023-08,5,678\n", encoding="utf-8")
    with pytest.raises(dabiao.DataError) as caught:
        dabiao.read(path, plan)
    assert [(each.kind, each.row) for each in caught.value.diagnostics] == [
        ("row_too_long", 2),
        ("row_too_long", 3),
    ]


def test_a_row_with_fewer_cells_misses_the_last(plan: dabiao.Plan, tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("home,period,beds,nursing\nA,2023-08,320\n", encoding="utf-8")
    assert beds(plan, path) == 320


def test_empty_files(plan: dabiao.Plan, tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    for text in ("", "\n", "# only a comment\n"):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(dabiao.DataError) as caught:
            dabiao.read(path, plan)
        assert kinds(caught.value) == ["no_headings"]
    path.write_text("home,period,beds\n", encoding="utf-8")
    assert plan.assess(path, as_of="2023-12-31")["many"].cell.status == "undecided"


def test_several_files_and_all_their_mistakes(plan: dabiao.Plan, tmp_path: Path) -> None:
    old = tmp_path / "old.xls"
    old.write_bytes(b"")
    with pytest.raises(dabiao.DataError) as caught:
        dabiao.read([tmp_path / "absent.csv", old, tmp_path], plan)
    assert sorted(kinds(caught.value)) == ["directory_for_file", "file_not_found", "old_excel_file"]


@pytest.mark.parametrize("suffix", ["xlsx", "parquet", "feather", "json"])
def test_files_that_are_not_what_they_are_called(
    plan: dabiao.Plan, tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"data.{suffix}"
    path.write_bytes(b"nonsense")
    with pytest.raises(dabiao.DataError) as caught:
        dabiao.read(path, plan)
    assert kinds(caught.value) == ["file_not_readable"]


def workbook(path: Path, sheets: dict[str, list[list[Any]]]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return book


def test_every_sheet_of_a_workbook(plan: dabiao.Plan, tmp_path: Path) -> None:
    path = tmp_path / "data.xlsx"
    workbook(
        path,
        {
            "first": [["home", "period", "beds"], ["A", "2023-08", 120]],
            "empty": [],
            "second": [["# about"], [], ["home", "period", "beds"], ["B", "2023-08", "200"]],
        },
    )
    assert beds(plan, path) == 320


def test_cells_of_a_workbook(plan: dabiao.Plan, tmp_path: Path) -> None:
    path = tmp_path / "data.xlsx"
    book = workbook(
        path,
        {
            "data": [
                ["home", "period", "rate", "opened_on", "open"],
                [None, "2023-08", 0.5766, None, None],
                ["A", "2023-08", None, datetime.date(2023, 3, 1), True],
            ]
        },
    )
    # What people see as 57.66 % is not 0.5766 %.
    book["data"]["C2"].number_format = "0.00%"
    book.save(path)
    cell = plan.assess(path, as_of="2023-12-31")["rated"].cell
    assert (cell.value, cell.status) == (57.66, "met")


def test_bad_cells_of_a_workbook_have_their_rows(plan: dabiao.Plan, tmp_path: Path) -> None:
    path = tmp_path / "data.xlsx"
    workbook(path, {"s": [["home", "period", "beds"], [], ["A", "2023-08", "#DIV/0!"]]})
    with pytest.raises(dabiao.DataError) as caught:
        dabiao.read(path, plan)
    assert [(each.row, each.data_column) for each in caught.value.diagnostics] == [(3, "beds")]


def test_columns_of_several_types(plan: dabiao.Plan) -> None:
    data = {"home": ["A", "B"], "period": [2023, "2023"], "beds": [120, "200张"]}
    with pytest.raises(dabiao.DataError):
        dabiao.read(data, plan)  # 张 is not this plan's unit
    data["beds"] = [120, "200 bed"]
    assert beds(plan, data) == 320
    assert beds(plan, pd.DataFrame(data)) == 320


def test_a_frame_with_a_column_of_objects(plan: dabiao.Plan) -> None:
    frame = pd.DataFrame(
        {"home": ["A", "B"], "period": ["2023-08"] * 2, "beds": [Decimal("120"), None]},
        dtype=object,
    )
    frame.loc[1, "beds"] = "200"
    assert beds(plan, frame) == 320


def test_columns_of_different_length() -> None:
    with pytest.raises(ValueError, match="shorter"):
        tables({"a": [1, 2], "b": [1]})


def test_what_is_no_data() -> None:
    with pytest.raises(TypeError, match="not int"):
        tables(3)


def test_a_register_of_entities(plan: dabiao.Plan) -> None:
    data = {"home": ["A"], "period": ["2023-08"], "beds": [320]}
    assert beds(plan, data) == 320
    register = pa.table({"home": ["A", "B"]})
    cell = plan.assess(data, as_of="2023-12-31", entities=register)["many"].cell
    # The other home has not reported, and at least 300 beds hold whatever it reports.
    assert (cell.status, cell.complete) == ("met", 0.5)


def test_bad_cells_can_be_kept_as_missing(plan: dabiao.Plan) -> None:
    data = {"home": ["A", "B"], "period": ["2023-08"] * 2, "beds": ["120", "many"]}
    read = dabiao.read(data, plan, keep_going=True)
    assert [each.row for each in read.warnings] == [3]
    assert plan.assess(read, as_of="2023-12-31")["many"].cell.status == "undecided"


def test_nothing_is_left_behind_in_memory(plan: dabiao.Plan) -> None:
    before = pa.total_allocated_bytes()
    for _ in range(20):
        dabiao.read(pa.table(COLUMNS), plan)
    assert pa.total_allocated_bytes() <= before + 100_000


def test_arrow_reads_text_in_memory_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its threads may hold the text while the interpreter ends; where that memory was Python's, a
    program that ended right after reading sometimes aborted."""
    path = tmp_path / "long.csv"
    text = "home,period,input,value\n" + "A,2023-08,beds,120\n" * 10_000
    path.write_text(text, encoding="utf-8")
    before = pa.total_allocated_bytes()
    held = []
    read_csv = pa.csv.read_csv

    def watched(*arguments: Any, **named: Any) -> pa.Table:
        held.append(pa.total_allocated_bytes() - before)
        return read_csv(*arguments, **named)

    monkeypatch.setattr(pa.csv, "read_csv", watched)
    ((table,),) = tables(path)
    assert table.data.num_rows == 10_000
    assert len(held) == 1
    assert held[0] >= len(text) - 100


NAMED_NONE = """
plan names window 2023-01-01..2023-12-31
level city
level home in city
unit bed
stages grade = none < one < two
input beds bed stock at home
input rated grade stock at home
{entities}
target some : beds >= 10 bed by 2023-12-31 at each home
target high : rated >= one by 2023-12-31 at each home
"""


@pytest.mark.parametrize("long", [False, True])
def test_what_the_plan_calls_none_is_no_empty_cell(long: bool) -> None:
    plan = dabiao.parse(NAMED_NONE.format(entities='entities home { "none", "B" }'))
    data: dict[str, list[Any]] = {"home": ["none", "B"], "period": ["2023-12"] * 2}
    if long:
        data = {
            "home": ["none", "none", "B", "B"],
            "period": ["2023-12"] * 4,
            "input": ["beds", "rated"] * 2,
            "value": ["12", "none", "n/a", "two"],
        }
    else:
        data |= {"beds": ["12", "n/a"], "rated": ["none", "two"]}
    result = plan.assess(data, as_of="2023-12-31")
    assert {(cell.target, cell.entity): cell.status for cell in result.cells()} == {
        ("some", "none"): "met",
        ("some", "B"): "undecided",
        ("high", "none"): "missed",
        ("high", "B"): "met",
    }


def test_where_no_entity_is_called_none_the_cell_is_empty() -> None:
    plan = dabiao.parse(NAMED_NONE.format(entities='entities home { "A", "B" }'))
    data = {
        "city": ["city"] * 3,
        "home": ["A", "B", "none"],
        "period": ["2023-12"] * 3,
        "beds": ["12", "9", "21"],
    }
    result = plan.assess(data, as_of="2023-12-31")
    assert {cell.entity for cell in result["some"].cells} == {"A", "B"}


@pytest.mark.parametrize(
    ("text", "row", "column", "seen"),
    [
        ('home,beds\n"A,1\nB,2\nC,3\n', 2, "home", '"A,1'),
        ('home,beds\nA,1\nB,"2\n', 3, "beds", '"2'),
        ('home,beds\nA,1\n"B\nC",2\n"D,2', 5, "home", '"D,2'),
        ('home,beds\nA,1\n"B\nC","2\nD,3\n', 4, "beds", '"2'),
        ('home,beds\r\nA,1\r\n"B ""x"", a home of a long name,2\r\n', 3, "home", '"B ""x"", a home of '),
        ('home,"beds\nA,1\nB,2\n', 1, None, '"beds'),
        ('# beds\nhome,beds\nA,1\n"B,2\n' + "C,3\n" * 100_000, 4, "home", '"B,2'),
        ('home,"beds\n' + "C,3\n" * 100_000, 1, None, '"beds'),
        ('home,beds\nA,1\n"B,2\n' + "C,3\n" * 100_000 + 'D,"4"\n', 3, "home", '"B,2'),
    ],
)  # fmt: skip
def test_a_quote_that_is_not_closed_swallows_no_rows(
    tmp_path: Path, text: str, row: int, column: str | None, seen: str
) -> None:
    path = tmp_path / "data.csv"
    path.write_text(text, encoding="utf-8", newline="")
    with pytest.raises(dabiao.DataError) as error:
        tables(path)
    (found,) = error.value.diagnostics
    assert (found.kind, found.row, found.data_column) == ("unclosed_cell", row, column)
    assert f"opens `{seen}` is not closed" in found.message()


def test_quotes_inside_cells_are_as_written(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text('home,beds\n5" pipe,1\n"A ""x""",2\n"B\nC",3\n', encoding="utf-8")
    ((table,),) = tables(path)
    assert pa.table(table.data).to_pydict() == {
        "home": ['5" pipe', 'A "x"', "B\nC"],
        "beds": ["1", "2", "3"],
    }


@pytest.mark.parametrize("content", ["home,beds\nA,1\n".encode("utf-16-le"), b"home\0,beds\n"])
def test_bytes_that_no_text_has_are_an_unknown_encoding(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "data.csv"
    path.write_bytes(content)
    with pytest.raises(dabiao.DataError) as error:
        tables(path)
    assert [each.kind for each in error.value.diagnostics] == ["unknown_encoding"]
    with pytest.raises(dabiao.PlanError):
        dabiao.load(path)
