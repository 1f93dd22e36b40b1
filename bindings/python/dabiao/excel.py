"""Tables from Excel workbooks: each sheet is a table.

Cells are taken as people see them: 57 % and not 0.57, a month where a date is shown as a month.
"""

from __future__ import annotations

import datetime
import re
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from dabiao import _core
from dabiao.columns import arrow_column, as_text
from dabiao.read import Table

# What the sheet of instructions of a template is called; with a `#` in its first cell it is none
# of the tables.
INSTRUCTIONS = {"en": "Instructions", "zh": "填报说明"}

_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_UNCALCULATED = re.compile(
    rb'<(?:\w+:)?c r="([A-Z]+)(\d+)"[^>]*><(?:\w+:)?f(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)'
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>"
)
# So many rows above the headings may be titles.
_MOST_TITLES = 3
# Literal text in a number format, and conditions and colours.
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')

_Row = tuple[int, list[Any]]  # a row's number and its cells


def read_workbook(path: Path, problems: list[_core.Diagnostic]) -> list[Table]:
    """The tables of a workbook; what cannot be read is added to `problems`."""
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError) as error:
        raise ValueError("it is no Excel workbook") from error
    found: list[Table] = []
    only_one = len(book.worksheets) == 1
    try:
        for sheet in book.worksheets:
            # What a file says of its own size is often wrong.
            sheet.reset_dimensions()
            name = path.name if only_one else f"{path.name}[{sheet.title}]"
            table = _from_sheet(name, sheet, _content(path, sheet), problems)
            if table is not None:
                found.append(table)
    finally:
        book.close()
    if not found:
        problems.append(_core.diagnostic("no_headings", {}, file=path.name))
    return found


def _content(path: Path, sheet: Any) -> bytes:
    """What a file says of a sheet; sheets that are read row by row do not tell everything."""
    with zipfile.ZipFile(path) as archive:
        content: bytes = archive.read(sheet._worksheet_path)
    return content


def _merged_cells(content: bytes) -> list[tuple[str, int]]:
    """The merged cells, each with its last row."""
    found = (tuple(part.decode() for part in each) for each in _MERGED.findall(content))
    return [(f"{left}{top}:{right}{bottom}", int(bottom)) for left, top, right, bottom in found]


def _uncalculated(content: bytes) -> list[tuple[str, int]]:
    """The cells with formulas of which no value was ever stored, each with its row."""
    found = (tuple(part.decode() for part in each) for each in _UNCALCULATED.findall(content))
    return [(f"{column}{row}", int(row)) for column, row in found]


def _filled(cells: list[Any]) -> int:
    return sum(cell is not None and cell != "" for cell in cells)


def _below_titles(rows: list[_Row]) -> list[_Row]:
    """The rows from the headings on. A few rows of one cell each above a row of several are titles,
    such as the name of the form.
    """
    count = 0
    while count < min(_MOST_TITLES, len(rows) - 1) and _filled(rows[count][1]) == 1:
        count += 1
    return rows[count:] if rows and _filled(rows[count][1]) > 1 else rows


def _from_sheet(
    name: str, sheet: Any, content: bytes, problems: list[_core.Diagnostic]
) -> Table | None:
    rows: list[_Row] = []
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells = [_cell(cell) for cell in row]
        if not _filled(cells):
            continue
        if not rows:
            first = next(cell for cell in cells if cell is not None and cell != "")
            if str(first).startswith("#"):
                if sheet.title in INSTRUCTIONS.values():
                    return None
                continue
        rows.append((number, cells))
    rows = _below_titles(rows)
    if not rows:
        return None
    heading_row, heading_cells = rows[0]
    headings = [str(as_text(cell) or "").strip() for cell in heading_cells]
    while not headings[-1]:
        headings.pop()
    # Of what stands above the headings nothing is read.
    for cells_merged, last_row in _merged_cells(content):
        if last_row >= heading_row:
            problems.append(_unreadable(name, f"cells {cells_merged} are merged 单元格已合并"))
    for cell, at_row in _uncalculated(content):
        if at_row >= heading_row:
            message = f"cell {cell} holds a formula without its value 单元格的公式没有计算结果"
            problems.append(_unreadable(name, message))
    columns: list[list[Any]] = [[] for _ in headings]
    numbers: list[int] = []
    for number, cells in rows[1:]:
        if _filled(cells[len(headings) :]):
            problems.append(
                _core.diagnostic(
                    "row_too_long",
                    {"seen": str(len(cells)), "count": str(len(headings))},
                    file=name,
                    row=number,
                )
            )
            continue
        for position, column in enumerate(columns):
            column.append(cells[position] if position < len(cells) else None)
        numbers.append(number)
    table = pa.table([_column(column) for column in columns], names=headings)
    return Table(name, table, heading_row + 1, numbers)


def _unreadable(name: str, message: str) -> _core.Diagnostic:
    return _core.diagnostic("file_not_readable", {"path": name, "message": message})


def _cell(cell: Any) -> Any:
    value = cell.value
    if isinstance(value, str):
        return value.strip()
    shown = _LITERAL.sub("", str(getattr(cell, "number_format", None) or ""))
    # What a person sees as 57 % is kept as 0.57; the plan is written in what people see.
    if isinstance(value, int | float) and not isinstance(value, bool) and "%" in shown:
        return format(Decimal(repr(value)) * 100, "f") + "%"
    if isinstance(value, datetime.datetime):
        return _date(value, shown.lower())
    return value


def _date(value: datetime.datetime, shown: str) -> Any:
    """A day, or the month or year where no more is shown: 2023-08 is kept as its first day."""
    if value.time() != datetime.time():
        return value
    if "d" not in shown and "y" in shown:
        return f"{value:%Y-%m}" if "m" in shown else f"{value:%Y}"
    return value.date()


def _column(cells: list[Any]) -> pa.Array:
    kinds = {type(cell) for cell in cells if cell is not None}
    if kinds and kinds <= {int, float}:
        if float not in kinds:
            return arrow_column(cells)
        return pa.array([None if cell is None else float(cell) for cell in cells], pa.float64())
    if kinds in ({bool}, {datetime.date}):
        return pa.array(cells)
    return pa.array([as_text(cell) for cell in cells], pa.string())
