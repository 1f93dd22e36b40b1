"""A report as data: sections with tables whose columns have types. How it looks is not here."""

from __future__ import annotations

import datetime
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from dabiao.arguments import path_of
from dabiao.language import Language
from dabiao.words import STATUSES

ColumnType = Literal["text", "number", "count", "share", "status", "date"]


@dataclass(frozen=True)
class Quantity:
    """A number with its unit, as it is counted and as people read it."""

    value: float
    unit: str
    text: str


@dataclass(frozen=True)
class Share:
    """A share from 0 to 1."""

    value: float

    @property
    def rounded(self) -> float:
        """Rounded to the tenth of a percent; but what is not the whole is never shown as the whole,
        and what is not nothing never as nothing.
        """
        if self.value in (0, 1):
            return self.value
        tenths = math.floor(self.value * 1000 + 0.5 + 1e-9)
        if self.value < 1:
            tenths = max(1, min(999, tenths))
        return tenths / 1000

    @property
    def text(self) -> str:
        """As a percentage, rounded."""
        return f"{self.rounded * 100:.1f} %"


@dataclass(frozen=True)
class Badge:
    """A word with a colour: a status or a verdict, of one thing or of several."""

    words: str
    colour: str  # '#rrggbb'
    symbol: str = ""
    count: int | None = None

    @property
    def ink(self) -> str:
        """The colour in which words can be read on the badge."""
        red, green, blue = (int(self.colour[place : place + 2], 16) for place in (1, 3, 5))
        return "#222222" if 0.299 * red + 0.587 * green + 0.114 * blue > 170 else "#ffffff"

    @property
    def text(self) -> str:
        """The symbol, the number and the words, as far as there are any."""
        count = "" if self.count is None else str(self.count)
        return " ".join(part for part in (self.symbol, count, self.words) if part)


Value: TypeAlias = "str | int | datetime.date | Quantity | Share | tuple[Badge, ...] | None"


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading and what its cells are."""

    heading: str
    type: ColumnType = "text"


@dataclass(frozen=True)
class Row:
    """The cells of a row. A heading has one cell, which stands for all columns."""

    cells: tuple[Value, ...]
    style: Literal["", "heading", "part"] = ""  # a part belongs to the row above it


@dataclass
class Table:
    """A table; `notes` stand below it."""

    columns: list[Column]
    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, *cells: Value, part: bool = False) -> None:
        """Adds a row of as many cells as there are columns."""
        if len(cells) != len(self.columns):
            raise ValueError(f"{len(cells)} cells for {len(self.columns)} columns")
        self.rows.append(Row(cells, "part" if part else ""))

    def add_heading(self, text: str) -> None:
        """Adds a row that heads those after it."""
        self.rows.append(Row((text,), "heading"))

    def without_empty_columns(self) -> Table:
        """The table with the columns in which some row says something."""
        cells = [row.cells for row in self.rows if row.style != "heading"]
        kept = [
            place
            for place in range(len(self.columns))
            if not cells or any(row[place] not in (None, "", ()) for row in cells)
        ]
        rows = [
            row
            if row.style == "heading"
            else Row(tuple(row.cells[place] for place in kept), row.style)
            for row in self.rows
        ]
        return Table([self.columns[place] for place in kept], rows, self.notes)


@dataclass
class Section:
    """A part of a report with a title of its own: what is said, then a table."""

    title: str
    paragraphs: list[str] = field(default_factory=list)
    table: Table | None = None
    bare: bool = False  # in a workbook the table stands alone on its sheet, for programs to read


@dataclass
class Report:
    """A report: what it is about, the statuses in all, and its sections."""

    kind: str
    title: str
    lines: list[str]  # the kind of report, the day, the data
    lang: Language
    totals: tuple[Badge, ...] = ()
    sections: list[Section] = field(default_factory=list)

    def to_markdown(self) -> str:
        """The report as Markdown."""
        from dabiao.reports.markdown import markdown

        return markdown(self)

    def to_html(self) -> str:
        """The report as one page that needs nothing else and prints on A4."""
        from dabiao.reports.page import page

        return page(self)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the report to a file, whole or not at all, in the form that its suffix says:
        .md, .html or .xlsx.
        """
        from dabiao.reports.formats import save

        save(self, path_of(path, "the file of a report"))

    def add(
        self, title: str, *paragraphs: str, table: Table | None = None, empty: str = ""
    ) -> None:
        """Adds a section; where its table has no rows, it says `empty` instead."""
        if table is not None and not table.rows:
            self.sections.append(Section(title, [*paragraphs, empty] if empty else [*paragraphs]))
            return
        shown = None if table is None else table.without_empty_columns()
        self.sections.append(Section(title, list(paragraphs), shown))


def status_badge(status: str, lang: Language) -> tuple[Badge, ...]:
    """A status as a badge."""
    words = STATUSES[status]
    return (Badge(words.words(lang), words.colour, words.symbol),)


def status_badges(counts: Mapping[str, int], lang: Language) -> tuple[Badge, ...]:
    """The statuses that occur, each with its number, what is good first."""
    order = list(reversed(STATUSES))
    order.sort(key=lambda status: status == "not_applicable")
    shown = [STATUSES[status] for status in order if counts.get(status)]
    return tuple(
        Badge(each.words(lang), each.colour, each.symbol, counts[each.name]) for each in shown
    )


def value_text(value: Value) -> str:
    """A value as text."""
    if value is None:
        return ""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return ", ".join(badge.text for badge in value)
    if isinstance(value, Quantity | Share):
        return value.text
    return str(value)
