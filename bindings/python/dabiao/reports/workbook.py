"""A report as a workbook, a sheet per section, that can be sent on and printed."""

from __future__ import annotations

import datetime
import re
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dabiao.reports.model import (
    Quantity,
    Report,
    Row,
    Section,
    Share,
    Table,
    Value,
    value_text,
)
from dabiao.reports.widths import column_widths, line_count

# What a spreadsheet would take for a formula, were it not stored as a text.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_LONGEST_TEXT = 32_767
_NARROWEST, _WIDEST = 6, 28
_HEADER = "EEF2F6"
_HEADING = "F7F7F7"
_LINE = "D5D5D5"
_GREY = "555555"
_HEIGHT = 15.0  # of a line


def write_text_cell(cell: Any, text: str) -> None:
    """Puts a text into a cell as a text, whatever it begins with."""
    cell.value = _NOT_IN_XML.sub("\ufffd", text)[:_LONGEST_TEXT]
    cell.data_type = "s"
    # Excel then keeps it a text when somebody edits the cell.
    if text.startswith(_FORMULA_SIGNS):
        cell.quotePrefix = True


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


@dataclass(frozen=True)
class _Look:
    """How a cell looks."""

    bold: bool = False
    size: int = 11
    ink: str = ""
    fill: str = ""
    boxed: bool = False
    across: str = ""
    down: str = ""
    wrapped: bool = False
    indent: int = 0
    number_format: str = "General"


_TITLE = _Look(bold=True, size=15)
_SUBTITLE = _Look(ink=_GREY)
_SECTION = _Look(bold=True, size=12)
_PARAGRAPH = _Look(down="top", wrapped=True)
_COLUMN = _Look(bold=True, fill=_HEADER, boxed=True, across="center", down="center", wrapped=True)
_GROUP = _Look(bold=True, fill=_HEADING, boxed=True)
_NOTE = _Look(ink=_GREY)


def write_workbook(report: Report, path: Path) -> None:
    """Writes the report as a workbook to a file."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    book.properties.title = _NOT_IN_XML.sub("", report.title)
    book.properties.creator = "dabiao"
    taken: set[str] = set()
    writer = _Writer()
    for number, section in enumerate(report.sections):
        page = book.create_sheet(sheet_title(section.title, taken))
        writer.write_section(page, report, section, first=number == 0)
    if not report.sections:
        book.create_sheet(sheet_title(report.title, taken))
    book.save(path)


class _Writer:
    """Writes the sheets of a workbook."""

    def __init__(self) -> None:
        # Every look is put together once: openpyxl takes long over it.
        self._styles: dict[_Look, Any] = {}

    def _dress(self, cell: Any, look: _Look) -> None:
        style = self._styles.get(look)
        if style is not None:
            cell._style = copy(style)
            return
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

        cell.font = Font(bold=look.bold, size=look.size, color=look.ink or None)
        if look.fill:
            cell.fill = PatternFill("solid", fgColor=look.fill)
        if look.boxed:
            side = Side(style="thin", color=_LINE)
            cell.border = Border(left=side, right=side, top=side, bottom=side)
        cell.alignment = Alignment(
            horizontal=look.across or None,
            vertical=look.down or None,
            wrap_text=look.wrapped or None,
            indent=look.indent,
        )
        cell.number_format = look.number_format
        self._styles[look] = copy(cell._style)

    def _write_text(self, cell: Any, text: str, look: _Look) -> None:
        self._dress(cell, look)
        write_text_cell(cell, text)

    def write_section(self, page: Any, report: Report, section: Section, *, first: bool) -> None:
        """Writes a section to a sheet of its own."""
        if section.bare and section.table is not None:
            self._write_table(page, section.table, 1)
            set_up_printing(page)
            return
        columns = len(section.table.columns) if section.table is not None else 1
        lines = [(report.title, _TITLE), (" · ".join(report.lines), _SUBTITLE)]
        if first and report.totals:
            lines.append((value_text(report.totals), _Look()))
        lines.append((section.title, _SECTION))
        lines += [(each, _PARAGRAPH) for each in section.paragraphs]
        for row, (text, look) in enumerate(lines, start=1):
            self._write_text(page.cell(row, 1), text, look)
        if section.table is None:
            page.column_dimensions["A"].width = 100
        else:
            width = sum(self._write_table(page, section.table, len(lines) + 1))
            # A merged cell does not find its height by itself.
            for row in range(len(lines) - len(section.paragraphs) + 1, len(lines) + 1):
                if columns > 1:
                    page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=columns)
                page.row_dimensions[row].height = _HEIGHT * line_count(lines[row - 1][0], width)
        set_up_printing(page)

    def _write_table(self, page: Any, table: Table, first_row: int) -> list[float]:
        from openpyxl.utils import get_column_letter

        widths = [max(width, _NARROWEST) + 2.0 for width in column_widths(table, _WIDEST)]
        for number, column in enumerate(table.columns, start=1):
            self._write_text(page.cell(first_row, number), column.heading, _COLUMN)
            page.column_dimensions[get_column_letter(number)].width = widths[number - 1]
        headings = tuple(column.heading for column in table.columns)
        for number, row in enumerate([Row(headings), *table.rows], start=first_row):
            if number > first_row:
                self._write_row(page, number, row, table)
            # Not every program finds by itself how high a row with several lines is.
            if row.style != "heading" and (lines := _lines(row, widths)) > 1:
                page.row_dimensions[number].height = _HEIGHT * lines
        last_row = first_row + len(table.rows)
        for number, note in enumerate(table.notes, start=1):
            self._write_text(page.cell(last_row + number, 1), note, _NOTE)

        page.freeze_panes = page.cell(first_row + 1, 1)
        page.print_title_rows = f"{first_row}:{first_row}"
        if not any(row.style for row in table.rows):
            last_column = get_column_letter(len(table.columns))
            page.auto_filter.ref = f"A{first_row}:{last_column}{last_row}"
        return widths

    def _write_row(self, page: Any, number: int, row: Row, table: Table) -> None:
        if row.style == "heading":
            for place in range(1, len(table.columns) + 1):
                self._dress(page.cell(number, place), _GROUP)
            write_text_cell(page.cell(number, 1), value_text(row.cells[0]))
            return
        for place, (column, value) in enumerate(zip(table.columns, row.cells, strict=True), 1):
            right = column.type in ("number", "count", "share")
            centred = column.type in ("status", "date")
            look = _Look(
                boxed=True,
                across="right" if right else "center" if centred else "left",
                down="top",
                wrapped=isinstance(value, str | tuple),
                indent=1 if row.style == "part" and place == 1 else 0,
                ink=_GREY if row.style == "part" else "",
            )
            self._write_value(page.cell(number, place), value, look)

    def _write_value(self, cell: Any, value: Value, look: _Look) -> None:
        if isinstance(value, tuple) and len(value) == 1 and value[0].count is None:
            ink, fill = (each.lstrip("#").upper() for each in (value[0].ink, value[0].colour))
            look = replace(look, bold=True, ink=ink, fill=fill)
        number, shown = _as_number(value)
        if shown:
            self._dress(cell, replace(look, number_format=shown))
            cell.value = number
            return
        self._dress(cell, look)
        if value not in (None, "", ()):
            write_text_cell(cell, value_text(value))


def _lines(row: Row, widths: list[float]) -> int:
    """How many lines the texts and statuses of a row take."""
    return max(
        (
            line_count(value, width - 1)
            for value, width in zip(row.cells, widths, strict=True)
            if isinstance(value, str | tuple)
        ),
        default=1,
    )


def _as_number(value: Value) -> tuple[Any, str]:
    """What a spreadsheet counts with, and the format in which it is shown; none for texts."""
    if isinstance(value, Quantity):
        shown = number_format(value)
        return (value.value / 100 if value.unit == "%" else value.value), shown or ""
    if isinstance(value, Share):
        return value.rounded, "0.0%"
    if isinstance(value, datetime.date):
        return value, "yyyy-mm-dd"
    if isinstance(value, int):
        return value, "#,##0"
    return None, ""


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
