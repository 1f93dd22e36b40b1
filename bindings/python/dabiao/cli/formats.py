"""The forms in which an assessment is written."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute
import pyarrow.csv
import pyarrow.parquet

from dabiao import _core
from dabiao.assessment import Assessment
from dabiao.board import Board
from dabiao.cli.console import console, plain_console, without_trailing_spaces, write_text
from dabiao.files import whole_file
from dabiao.language import Language
from dabiao.reports.formats import FILES, TEXTS, save
from dabiao.reports.kinds import KINDS
from dabiao.reports.model import Column, Quantity, Report, Section, Table, Value
from dabiao.reports.subject import Subject
from dabiao.terminal import print_board
from dabiao.words import say

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
    elif format in TEXTS:
        write_text(TEXTS[format](_report(assessment, cells, lang, None)), output)
    elif format == "json":
        write_text(_json(assessment, cells, lang), output)
    elif format == "csv":
        content = io.BytesIO()
        pa.csv.write_csv(flat(_chosen(assessment, cells)), content)
        write_text(content.getvalue().decode(), output)
    else:
        assert output is not None
        table = _chosen(assessment, cells)
        if format in FILES:
            save(_report(assessment, cells, lang, flat(table)), output, format)
            return
        with whole_file(output) as path:
            pa.parquet.write_table(table, path)


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


def _report(
    assessment: Assessment, cells: Sequence[_core.Cell], lang: Language, table: pa.Table | None
) -> Report:
    """The board as a report; with all that is known of the cells where a table is given."""
    report = KINDS["board"].make(Subject(assessment, lang, list(cells)))
    if table is not None:
        all_cells = Table([Column(name) for name in table.column_names])
        for row in zip(*(column.to_pylist() for column in table.columns), strict=True):
            all_cells.add(*(_value(each) for each in row))
        report.sections.append(Section(say("cells sheet", lang), table=all_cells, bare=True))
    return report


def _value(value: Any) -> Value:
    if isinstance(value, float):
        return Quantity(value, "", f"{value:.12g}")
    found: Value = value
    return found
