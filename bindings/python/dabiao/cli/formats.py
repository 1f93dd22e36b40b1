"""The forms in which an assessment is written."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute
import pyarrow.csv
import pyarrow.parquet

from dabiao import _core
from dabiao.assessment import Assessment
from dabiao.board import Board
from dabiao.cli.console import (
    console,
    plain_console,
    whole_file,
    without_trailing_spaces,
    write_text,
)
from dabiao.language import Language
from dabiao.report import html_board, markdown_board, print_board

Format = Literal["table", "csv", "json", "parquet", "xlsx", "html", "md"]

BINARY = ("parquet", "xlsx")

# What a spreadsheet has no cells for.
NESTED = ("comparisons",)


def write(
    format: Format,
    board: Board,
    assessment: Assessment,
    cells: Sequence[_core.Cell],
    *,
    output: Path | None,
    lang: Language,
    limit: int,
) -> None:
    """Writes an assessment, or those of its cells, to a file or to the standard output."""
    if format == "table":
        if output is None and sys.stdout.isatty():
            print_board(console(), board, lang, limit)
            return
        page = io.StringIO()
        print_board(plain_console(page), board, lang, limit)
        write_text(without_trailing_spaces(page.getvalue()), output)
    elif format == "md":
        write_text(markdown_board(board, lang, limit), output)
    elif format == "html":
        write_text(html_board(board, lang), output)
    elif format == "json":
        write_text(_json(assessment, cells, lang), output)
    elif format == "csv":
        content = io.BytesIO()
        pa.csv.write_csv(flat(_chosen(assessment, cells)), content)
        write_text(content.getvalue().decode(), output)
    else:
        assert output is not None
        table = _chosen(assessment, cells)
        writers: dict[str, Callable[[Path], None]] = {
            "parquet": lambda path: pa.parquet.write_table(table, path),
            "xlsx": lambda path: _write_workbook(path, flat(table), board, lang),
        }
        with whole_file(output) as path:
            writers[format](path)


def _chosen(assessment: Assessment, cells: Sequence[_core.Cell]) -> pa.Table:
    table = assessment.to_arrow()
    if len(cells) == table.num_rows:
        return table
    return table.take(pa.array([cell.index for cell in cells], pa.int64()))


def _json(assessment: Assessment, cells: Sequence[_core.Cell], lang: Language) -> str:
    if len(cells) == len(assessment):
        return assessment.to_json(lang)
    document = assessment.to_dict(lang)
    document["cells"] = [document["cells"][cell.index] for cell in cells]
    return json.dumps(document, ensure_ascii=False, indent=2)


def flat(table: pa.Table) -> pa.Table:
    """The table without what a spreadsheet has no cells for: lists become texts."""
    columns: dict[str, Any] = {}
    for name in table.column_names:
        if name in NESTED:
            continue
        column = table.column(name)
        if pa.types.is_list(column.type):
            column = pa.array(["; ".join(items or []) for items in column.to_pylist()], pa.string())
        columns[name] = column
    return pa.table(columns)


def _write_workbook(path: Path, table: pa.Table, board: Board, lang: Language) -> None:
    import openpyxl
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    from dabiao.report import board_headings, board_row
    from dabiao.words import STATUSES

    book = openpyxl.Workbook()
    page = book.active
    page.title = "达标" if lang == "zh" else "board"
    page.append([board.label])
    page.append([board.as_of])
    page.cell(1, 1).font = Font(bold=True, size=14)
    page.append(board_headings(lang))
    for row in board.rows:
        page.append(board_row(row, lang))
        status = row.status
        if status is not None:
            cell = page.cell(page.max_row, 4)
            cell.font = Font(color="FFFFFF", bold=True)
            cell.fill = PatternFill("solid", fgColor=STATUSES[status].colour.lstrip("#"))
    for cell in page[3]:
        cell.font = Font(bold=True)
    for number, width in enumerate((12, 36, 24, 24, 18, 18, 16, 12, 28, 28), start=1):
        page.column_dimensions[get_column_letter(number)].width = width
    page.freeze_panes = "A4"

    cells = book.create_sheet("明细" if lang == "zh" else "cells")
    cells.append(table.column_names)
    for row_cells in zip(*(column.to_pylist() for column in table.columns), strict=True):
        cells.append(list(row_cells))
    for cell in cells[1]:
        cell.font = Font(bold=True)
    cells.freeze_panes = "A2"

    notes = book.create_sheet("提示" if lang == "zh" else "warnings")
    for warning in board.warnings:
        notes.append([warning.kind, warning.message(lang), warning.file, warning.row])
    book.save(path)
