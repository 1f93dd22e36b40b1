"""`dabiao template`: an empty table with the columns that a plan needs."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Annotated, Literal, Optional

import typer

from dabiao.cli.arguments import LanguageOption, Output, PlanPath
from dabiao.cli.console import refuse, speak, whole_file, write_text
from dabiao.plan import Sheet, load


def template(
    plan: PlanPath,
    format: Annotated[
        Optional[Literal["csv", "xlsx"]],
        typer.Option(help="csv is one table for all levels, xlsx a sheet for each."),
    ] = None,
    output: Output = None,
    lang: LanguageOption = None,
) -> None:
    """Writes an empty CSV or xlsx file with the columns that the plan needs.

    Entities that the plan lists have their rows already.

    Examples:
    - `dabiao template plan.biao > data.csv`

    - `dabiao template plan.biao --output data.xlsx`

    """
    speak(lang)
    sheets = load(plan).template()
    is_excel = output is not None and output.suffix.lower() == ".xlsx"
    chosen = format or ("xlsx" if is_excel else "csv")
    if chosen == "csv":
        write_text(_csv(sheets), output)
        return
    if output is None:
        raise refuse(
            "a workbook is written to a file; say which with --output",
            "工作簿须写入文件,请用 --output 指定",
        )
    _write_workbook(sheets, output)


def _csv(sheets: list[Sheet]) -> str:
    """One table: a row belongs to the deepest level that is filled in."""
    levels = list(dict.fromkeys(name for sheet in sheets for name in sheet.path))
    inputs = [name for sheet in sheets for name in sheet.inputs]
    has_period = any(sheet.has_period for sheet in sheets)
    columns = [*levels, *(["period"] if has_period else []), *inputs]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for sheet in sheets:
        for row in sheet.rows:
            cells = dict(zip(sheet.columns, row, strict=True))
            writer.writerow([cells.get(column, "") for column in columns])
    return text.getvalue()


def _write_workbook(sheets: list[Sheet], output: Path) -> None:
    import openpyxl
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = openpyxl.Workbook()
    book.remove(book.active)
    for sheet in sheets:
        page = book.create_sheet(title=sheet.level[:31])
        page.append(sheet.columns)
        for row in sheet.rows:
            page.append([cell or None for cell in row])
        for number, column in enumerate(sheet.columns, start=1):
            page.cell(1, number).font = Font(bold=True)
            page.column_dimensions[get_column_letter(number)].width = max(12, 2 * len(column) + 2)
        page.freeze_panes = page.cell(2, len(sheet.path) + 1)
    if not sheets:
        book.create_sheet(title="data")
    with whole_file(output) as path:
        book.save(path)


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(template)
