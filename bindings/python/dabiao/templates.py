"""Tables to fill in: as CSV, or as a workbook that helps those who fill it in."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dabiao import _core
from dabiao.excel import INSTRUCTIONS
from dabiao.language import Language
from dabiao.reports.widths import text_width
from dabiao.reports.workbook import (
    set_up_printing,
    sheet_title,
    write_text_cell,
)
from dabiao.words import say

if TYPE_CHECKING:
    from dabiao.plan import Plan, Sheet

# So many rows of a sheet have dropdowns.
_ROWS = 2000
_PERIOD = {"en": "period", "zh": "期间"}


def csv_text(sheets: list[Sheet]) -> str:
    """One table for all levels: a row belongs to the deepest level that is filled in."""
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


def write_workbook(plan: Plan, path: Path, lang: Language) -> None:
    """A workbook with a sheet per level: the entities that the plan lists, the units in the
    headings, dropdowns for stages, yes/no and periods, and a sheet of instructions.
    """
    import openpyxl

    book = openpyxl.Workbook()
    guide = _Guide(book.active, plan, lang)
    taken = {INSTRUCTIONS[lang].casefold()}
    inputs = _core.template_inputs(plan._core)
    labels = {level.name: level.label for level in plan.levels}
    for sheet in plan.template():
        page = book.create_sheet(sheet_title(labels[sheet.level], taken))
        own = [each for each in inputs if each["level"] == sheet.level]
        _write_sheet(page, sheet, own, guide, lang)
    guide.finish()
    book.save(path)


class _Guide:
    """The sheet of instructions: what to do, and per column what may be written; the words of the
    dropdowns stand there too.
    """

    def __init__(self, page: Any, plan: Plan, lang: Language) -> None:
        from openpyxl.styles import Font

        self._page = page
        self._lang = lang
        self._lists: dict[tuple[str, ...], str] = {}
        self._columns: list[tuple[str, str, str, str, str]] = []
        page.title = INSTRUCTIONS[lang]
        write_text_cell(page["A1"], f"# {plan.label} {INSTRUCTIONS[lang]}")
        page["A1"].font = Font(bold=True, size=14)
        for number in range(1, 7):
            write_text_cell(page.cell(number + 1, 1), f"{number}. {say(f'fill in {number}', lang)}")

    def column(self, sheet: str, heading: str, label: str, allowed: str, period: str) -> None:
        """Tells of a column."""
        self._columns.append((sheet, heading, label, allowed, period))

    def words(self, words: list[str]) -> str:
        """The range in which the words of a dropdown stand."""
        from openpyxl.utils import get_column_letter

        key = tuple(words)
        if key not in self._lists:
            place = 8 + len(self._lists)  # right of what people read
            letter = get_column_letter(place)
            for row, word in enumerate(words, start=1):
                write_text_cell(self._page.cell(row, place), word)
            self._page.column_dimensions[letter].hidden = True
            title = self._page.title
            self._lists[key] = f"'{title}'!${letter}$1:${letter}${len(words)}"
        return self._lists[key]

    def finish(self) -> None:
        """Writes the table of the columns."""
        from openpyxl.styles import Alignment, Font, PatternFill

        page, first = self._page, 9
        headings = [
            say(key, self._lang) for key in ("sheet", "column", "meaning", "to fill in", "period")
        ]
        for row, cells in enumerate([headings, *self._columns], start=first):
            for place, text in enumerate(cells, start=1):
                cell = page.cell(row, place)
                write_text_cell(cell, text)
                cell.alignment = Alignment(wrap_text=True, vertical="top")
                if row == first:
                    cell.font = Font(bold=True)
                    cell.fill = PatternFill("solid", fgColor="EEF2F6")
        for letter, width in zip("ABCDE", (18, 30, 36, 44, 14), strict=True):
            page.column_dimensions[letter].width = width
        page.freeze_panes = page.cell(first + 1, 1)
        set_up_printing(page)


def _write_sheet(
    page: Any, sheet: Sheet, inputs: list[dict[str, Any]], guide: _Guide, lang: Language
) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    side = Side(style="thin", color="B0B0B0")
    headings = list(sheet.columns)
    if sheet.has_period:
        headings[sheet.path_columns] = _PERIOD[lang]
    for number, heading in enumerate(headings, start=1):
        cell = page.cell(1, number)
        write_text_cell(cell, heading)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="EEF2F6")
        cell.border = Border(bottom=side, right=side)
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        shown = [text_width(row[number - 1]) for row in sheet.rows]
        width = max([min(text_width(heading), 24), *shown, 10]) + 2
        page.column_dimensions[get_column_letter(number)].width = width
    for offset, row in enumerate(sheet.rows, start=2):
        for number, text in enumerate(row, start=1):
            if text:
                write_text_cell(page.cell(offset, number), text)
    page.freeze_panes = page.cell(2, sheet.path_columns + 1)
    page.print_title_rows = "1:1"
    set_up_printing(page)

    last = max(_ROWS, len(sheet.rows) + 1)
    first_input = sheet.path_columns + sheet.has_period + 1
    if sheet.has_period:
        letter = get_column_letter(sheet.path_columns + 1)
        # As a text: a spreadsheet makes 2023-08 the first of August.
        for row_number in range(2, min(last, len(sheet.rows) + 200) + 1):
            page[f"{letter}{row_number}"].number_format = "@"
        if sheet.periods:
            _offer(page, f"{letter}2:{letter}{last}", guide.words(sheet.periods), strict=False)
        guide.column(
            page.title, _PERIOD[lang], say("meaning of period", lang), _examples(sheet, lang), ""
        )
    for number, each in enumerate(inputs, start=first_input):
        letter = get_column_letter(number)
        cells = f"{letter}2:{letter}{last}"
        allowed = _validate(page, cells, each, guide, lang)
        period = say(f"each {each['each']}", lang) if each["each"] else ""
        guide.column(page.title, each["heading"], each["label"], allowed, period)


def _examples(sheet: Sheet, lang: Language) -> str:
    shown = sheet.periods[:6] or ["2024", "2024-Q3", "2024-08", "2024-08-31"]
    more = " …" if len(sheet.periods) > 6 else ""
    return say("name separator", lang).join(shown) + more


def _validate(page: Any, cells: str, each: dict[str, Any], guide: _Guide, lang: Language) -> str:
    """Lets a column take what its input can be; what that is, in words."""
    from openpyxl.worksheet.datavalidation import DataValidation

    if each["type"] == "yesno":
        words = [say("yes", lang), say("no", lang)]
        _offer(page, cells, guide.words(words), strict=True)
        return " / ".join(words)
    if each["type"] == "stage":
        _offer(page, cells, guide.words(each["stages"]), strict=True)
        return " / ".join(each["stages"])
    if each["type"] == "date":
        return say("a date", lang)
    unit, low, high = each["unit"], each["low"], each["high"]
    allowed = say("a number", lang, unit=unit).strip()
    if low is None and high is None:
        return allowed
    bounds = {"type": "decimal", "allow_blank": True, "showErrorMessage": True}
    if high is None:
        rule = DataValidation(operator="greaterThanOrEqual", formula1=_plain(low), **bounds)
        allowed += f", ≥ {_plain(low)}"
    elif low is None:
        rule = DataValidation(operator="lessThanOrEqual", formula1=_plain(high), **bounds)
        allowed += f", ≤ {_plain(high)}"
    else:
        rule = DataValidation(
            operator="between", formula1=_plain(low), formula2=_plain(high), **bounds
        )
        allowed += f", {_plain(low)}..{_plain(high)}"
    # A warning: marks for missing values such as / are read as well.
    rule.errorStyle = "warning"
    rule.errorTitle = each["heading"][:32]
    rule.error = allowed[:255]
    rule.add(cells)
    page.add_data_validation(rule)
    return allowed


def _plain(number: float) -> str:
    return f"{number:.15g}"


def _offer(page: Any, cells: str, words: str, *, strict: bool) -> None:
    """A dropdown; `strict` takes nothing else."""
    from openpyxl.worksheet.datavalidation import DataValidation

    rule = DataValidation(type="list", formula1=words, allow_blank=True, showErrorMessage=True)
    rule.errorStyle = "stop" if strict else "information"
    rule.add(cells)
    page.add_data_validation(rule)
