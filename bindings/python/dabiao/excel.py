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
from dabiao.read import Table, arrow_column, as_text

# What the sheet of instructions of a template is called; with a `#` in its first cell it is none
# of the tables.
INSTRUCTIONS = {"en": "Instructions", "zh": "填报说明"}

_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
# Literal text in a number format, and conditions and colours.
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')


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
            merged = _merged_cells(path, sheet)
            table = _from_sheet(name, sheet, merged, problems)
            if table is not None:
                found.append(table)
    finally:
        book.close()
    if not found:
        problems.append(_core.diagnostic("no_headings", {}, file=path.name))
    return found


def _merged_cells(path: Path, sheet: Any) -> list[tuple[str, int]]:
    """The merged cells, each with its last row. Sheets that are read row by row do not tell."""
    with zipfile.ZipFile(path) as archive:
        content = archive.read(sheet._worksheet_path)
    found = (tuple(part.decode() for part in each) for each in _MERGED.findall(content))
    return [(f"{left}{top}:{right}{bottom}", int(bottom)) for left, top, right, bottom in found]


def _from_sheet(
    name: str, sheet: Any, merged: list[tuple[str, int]], problems: list[_core.Diagnostic]
) -> Table | None:
    headings: list[str] = []
    columns: list[list[Any]] = []
    numbers: list[int] = []
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells = [_cell(cell) for cell in row]
        if all(cell is None or cell == "" for cell in cells):
            continue
        if not headings:
            first = next(cell for cell in cells if cell is not None and cell != "")
            if str(first).startswith("#"):
                if sheet.title in INSTRUCTIONS.values():
                    return None
                continue
            headings = [str(as_text(cell) or "").strip() for cell in cells]
            while headings and not headings[-1]:
                headings.pop()
            columns = [[] for _ in headings]
            # Of titles above the headings nothing is read.
            for cells_merged, last_row in merged:
                if last_row >= number:
                    message = f"cells {cells_merged} are merged 单元格已合并"
                    problems.append(
                        _core.diagnostic("file_not_readable", {"path": name, "message": message})
                    )
            continue
        further = [cell for cell in cells[len(headings) :] if cell is not None and cell != ""]
        if further:
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
    if not headings:
        return None
    table = pa.table([_column(column) for column in columns], names=headings)
    return Table(name, table, 2, numbers)


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
