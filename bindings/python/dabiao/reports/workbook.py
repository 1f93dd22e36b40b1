"""A report as a workbook, a sheet per section, that can be sent on and printed."""

from __future__ import annotations

import datetime
import re
import unicodedata
from pathlib import Path
from typing import Any

from dabiao.reports.model import (
    Badge,
    Quantity,
    Report,
    Row,
    Section,
    Share,
    Table,
    Value,
    value_text,
)

# What a spreadsheet would take for a formula, were it not stored as a text.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_LONGEST_TEXT = 32_767
_NARROWEST, _WIDEST = 8, 44
_HEADER = "EEF2F6"
_HEADING = "F7F7F7"
_LINE = "D5D5D5"


def write_text_cell(cell: Any, text: str) -> None:
    """Puts a text into a cell as a text, whatever it begins with."""
    cell.value = _NOT_IN_XML.sub("\ufffd", text)[:_LONGEST_TEXT]
    cell.data_type = "s"
    # Excel then keeps it a text when somebody edits the cell.
    if text.startswith(_FORMULA_SIGNS):
        cell.quotePrefix = True


def text_width(text: str) -> int:
    """How many columns of a plain font a text takes; East Asian letters take two."""
    return max(
        (
            sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in line)
            for line in text.split("\n")
        ),
        default=0,
    )


def sheet_title(text: str, taken: set[str]) -> str:
    """A title that a spreadsheet takes: at most 31 letters, and none of a few signs."""
    plain = _NOT_IN_TITLES.sub(" ", text).strip(" '")[:31].strip(" '") or "sheet"
    title, number = plain, 1
    while title.casefold() in taken:
        number += 1
        title = f"{plain[: 31 - len(str(number)) - 1]} {number}"
    taken.add(title.casefold())
    return title


def number_format(quantity: Quantity) -> str | None:
    """The format in which a spreadsheet shows a quantity as people read it; None where there is
    no such format.
    """
    number = quantity.text.split(" ")[0]
    decimals = len(number.partition(".")[2])
    digits = "#,##0" + ("." + "0" * decimals if decimals else "")
    if number.startswith("+"):
        digits = "+" + digits
    if quantity.unit == "%":
        return digits.replace("#,##0", "0") + "%"
    if not quantity.unit:
        return digits
    unit = _NOT_IN_XML.sub("", quantity.unit).replace('"', "″")
    shown = f'{digits}" {unit}"'
    return shown if len(shown) < 200 else None


def write_workbook(report: Report, path: Path) -> None:
    """Writes the report as a workbook to a file."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    book.properties.title = _NOT_IN_XML.sub("", report.title)
    book.properties.creator = "dabiao"
    taken: set[str] = set()
    for number, section in enumerate(report.sections):
        page = book.create_sheet(sheet_title(section.title, taken))
        _write_section(page, report, section, first=number == 0)
    if not report.sections:
        book.create_sheet(sheet_title(report.title, taken))
    book.save(path)


def _write_section(page: Any, report: Report, section: Section, *, first: bool) -> None:
    from openpyxl.styles import Alignment, Font

    columns = len(section.table.columns) if section.table is not None else 1
    row = 1
    if section.bare and section.table is not None:
        _write_table(page, section.table, row)
        set_up_printing(page)
        return

    def line(text: str, **font: Any) -> None:
        nonlocal row
        cell = page.cell(row, 1)
        write_text_cell(cell, text)
        cell.font = Font(**font)
        row += 1

    line(report.title, bold=True, size=15)
    line(" · ".join(report.lines), color="555555")
    if first and report.totals:
        line(value_text(report.totals))
    line(section.title, bold=True, size=12)
    for each in section.paragraphs:
        line(each)
        # A merged cell does not find its height by itself.
        if columns > 1:
            page.merge_cells(start_row=row - 1, end_row=row - 1, start_column=1, end_column=columns)
        page.cell(row - 1, 1).alignment = Alignment(wrap_text=True, vertical="top")
    last_paragraph = row - 1
    if section.table is None:
        page.column_dimensions["A"].width = 100
    else:
        widths = _write_table(page, section.table, row)
        total = sum(widths)
        for number, text in enumerate(reversed(section.paragraphs)):
            page.row_dimensions[last_paragraph - number].height = 16 * (
                1 + int(text_width(text) * 1.05 // max(total, 1))
            )
    set_up_printing(page)


def _write_table(page: Any, table: Table, first_row: int) -> list[float]:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    side = Side(style="thin", color=_LINE)
    border = Border(left=side, right=side, top=side, bottom=side)
    for number, column in enumerate(table.columns, start=1):
        cell = page.cell(first_row, number)
        write_text_cell(cell, column.heading)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor=_HEADER)
        cell.border = border
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)

    for offset, row in enumerate(table.rows, start=1):
        _write_row(page, first_row + offset, row, table, border)
    last_row = first_row + len(table.rows)
    for number, note in enumerate(table.notes, start=1):
        cell = page.cell(last_row + number, 1)
        write_text_cell(cell, note)
        cell.font = Font(color="555555")

    widths = _widths(table)
    for number, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(number)].width = width
    page.freeze_panes = page.cell(first_row + 1, 1)
    page.print_title_rows = f"{first_row}:{first_row}"
    if not any(row.style for row in table.rows):
        page.auto_filter.ref = f"A{first_row}:{get_column_letter(len(table.columns))}{last_row}"
    return widths


def _widths(table: Table) -> list[float]:
    widths: list[float] = []
    for place, column in enumerate(table.columns):
        shown = [
            text_width(value_text(row.cells[place])) for row in table.rows if row.style != "heading"
        ]
        longest = max([*shown, 0])
        if column.type == "text":
            longest = min(longest, _WIDEST)
        widths.append(max(text_width(column.heading), longest, _NARROWEST - 2) + 2)
    return widths


def _write_row(page: Any, number: int, row: Row, table: Table, border: Any) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    if row.style == "heading":
        for place in range(1, len(table.columns) + 1):
            cell = page.cell(number, place)
            cell.fill = PatternFill("solid", fgColor=_HEADING)
            cell.border = border
        write_text_cell(page.cell(number, 1), value_text(row.cells[0]))
        page.cell(number, 1).font = Font(bold=True)
        return
    for place, (column, value) in enumerate(zip(table.columns, row.cells, strict=True), start=1):
        cell = page.cell(number, place)
        cell.border = border
        right = column.type in ("number", "count", "share")
        centred = column.type in ("status", "date")
        cell.alignment = Alignment(
            horizontal="right" if right else "center" if centred else "left",
            vertical="top",
            wrap_text=column.type in ("text", "status"),
            indent=1 if row.style == "part" and place == 1 else 0,
        )
        if row.style == "part":
            cell.font = Font(color="555555")
        _write_value(cell, value)


def _write_value(cell: Any, value: Value) -> None:
    if value is None or value == "" or value == ():
        return
    if isinstance(value, tuple):
        write_text_cell(cell, value_text(value))
        if len(value) == 1 and value[0].count is None:
            _colour(cell, value[0])
    elif isinstance(value, Quantity):
        shown = number_format(value)
        if shown is None:
            write_text_cell(cell, value.text)
            return
        cell.value = value.value / 100 if value.unit == "%" else value.value
        cell.number_format = shown
    elif isinstance(value, Share):
        cell.value = value.cut
        cell.number_format = "0.0%"
    elif isinstance(value, datetime.date):
        cell.value = value
        cell.number_format = "yyyy-mm-dd"
    elif isinstance(value, int):
        cell.value = value
        cell.number_format = "#,##0"
    else:
        write_text_cell(cell, value)


def _colour(cell: Any, badge: Badge) -> None:
    from openpyxl.styles import Font, PatternFill

    cell.font = Font(color="FFFFFF", bold=True)
    cell.fill = PatternFill("solid", fgColor=badge.colour.lstrip("#").upper())


def set_up_printing(page: Any) -> None:
    """A4 across, all columns on the width of a page, numbered pages."""
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToWidth = 1
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.page_margins.left = page.page_margins.right = 0.4
    page.page_margins.top = page.page_margins.bottom = 0.5
    page.print_options.horizontalCentered = True
    page.oddFooter.center.text = "&P / &N"
