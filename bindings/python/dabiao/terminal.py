"""The board on a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType

from rich import box
from rich.cells import cell_len
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from dabiao.assessment import Counts
from dabiao.board import Board, Listed, Row
from dabiao.language import Language
from dabiao.words import STATUSES, say


def headline(board: Board, lang: Language) -> str:
    """The plan, the day and the data in one line."""
    parts = [board.label, f"{say('as of', lang)} {board.as_of}"]
    if board.files:
        shown = ", ".join(board.files[:3]) + (" …" if len(board.files) > 3 else "")
        parts.append(f"{say('data', lang)} {shown}")
    return " · ".join(parts)


def counts_words(counts: Counts, lang: Language) -> str:
    """The statuses that occur, each with its number: '✓ 5 met  ✗ 2 missed'."""
    return "  ".join(
        f"{STATUSES[status].symbol} {count} {STATUSES[status].words(lang)}"
        for status, count in _present(counts)
    )


def _present(counts: Counts) -> list[tuple[str, int]]:
    """What is good first, as people read it."""
    order = list(reversed(STATUSES))
    order.sort(key=lambda status: status == "not_applicable")
    return [(status, counts[status]) for status in order if counts.get(status)]


def status_words(status: str, lang: Language) -> str:
    """A status with its symbol: '✓ met'."""
    return f"{STATUSES[status].symbol} {STATUSES[status].words(lang)}"


def symbols(counts: Counts) -> str:
    """The statuses that occur by their symbols: '✓5 ✗2'."""
    return " ".join(f"{STATUSES[status].symbol}{count}" for status, count in _present(counts))


def bodies_words(bodies: list[str], each: str, lang: Language, *, whole: bool) -> str:
    """Who answers; one of many and their number where there is little room."""
    if each:
        return f"{say('each', lang)}{each}" if lang == "zh" else f"{say('each', lang)} {each}"
    if whole or len(bodies) < 2:
        return "、".join(bodies)
    return say("and others", lang, first=bodies[0], count=len(bodies) - 1, all=len(bodies))


def board_headings(lang: Language) -> list[str]:
    """The columns of the board."""
    keys = ("clause", "target", "where", "status", "value", "demand", "gap", "due", "responsible")
    return [say(key, lang) for key in keys]


def board_row(row: Row, lang: Language, *, whole: bool = True) -> list[str]:
    """A row of the board in words; all of them, or as many as a terminal has room for."""
    value = row.value
    if row.status is None:
        applicable = sum(row.counts.values()) - row.counts["not_applicable"]
        met = row.counts["met"]
        value = say("met of", lang, met=met, all=applicable) if whole else f"{met}/{applicable}"
        status = counts_words(row.counts, lang) if whole else symbols(row.counts)
    else:
        status = status_words(row.status, lang)
        value = value or row.note
    return [
        row.clause,
        row.target,
        row.where,
        status,
        value,
        row.demand,
        row.gap,
        row.due,
        bodies_words(row.bodies, row.each, lang, whole=whole),
    ]


def _listed_headings(lang: Language) -> list[str]:
    keys = ("status", "target", "where", "span", "value", "demand", "gap", "responsible")
    return [say(key, lang) for key in keys]


def _listed_row(cell: Listed, lang: Language, *, whole: bool = True) -> list[str]:
    return [
        status_words(cell.status, lang),
        cell.target,
        cell.where,
        cell.span,
        cell.value or cell.note,
        cell.demand,
        cell.gap,
        bodies_words(cell.bodies, "", lang, whole=whole),
    ]


def _warning_words(board: Board, lang: Language) -> str:
    count = len(board.warnings)
    if count == 0:
        return ""
    words = say("one warning" if count == 1 else "warnings", lang, count=count)
    kinds = Counter(warning.kind for warning in board.warnings)
    shown = ", ".join(f"{kind} {number}" for kind, number in kinds.most_common(4))
    return f"{words} ({shown}); {say('show warnings', lang)}"


# ---- terminal ---------------------------------------------------------------------------------


def print_board(console: Console, board: Board, lang: Language, limit: int = 40) -> None:
    """Prints the board."""
    console.print(Text(headline(board, lang), style="bold"), soft_wrap=True)
    if not board.rows:
        console.print(say("no targets", lang))
        return
    rows = [board_row(row, lang, whole=False) for row in board.rows]
    table, shown = _table(board_headings(lang), rows, console.width, drop=(7, 8, 0), right=(4, 6))
    for number, (row, cells) in enumerate(zip(board.rows, rows, strict=True)):
        texts = [Text(cell) for cell in cells]
        if number > 0 and row.clause == board.rows[number - 1].clause:
            texts[0] = Text("")
        texts[3] = (
            _styled_symbols(row.counts)
            if row.status is None
            else Text(cells[3], style=f"bold {STATUSES[row.status].colour}")
        )
        if row.status is not None and not row.value:
            texts[4].stylize("dim")
        ends = number + 1 < len(rows) and board.rows[number + 1].clause != row.clause
        table.add_row(*[texts[position] for position in shown], end_section=ends and 0 in shown)
    console.print()
    console.print(table)

    total = sum(board.counts.values())
    cells_words = say("one cell" if total == 1 else "cells", lang, count=total)
    console.print()
    totals = Text.assemble((f"{say('total', lang)} {cells_words}  ", "bold"))
    totals.append(_styled(board.counts, lang))
    console.print(totals)
    if board.listed:
        console.print()
        console.print(_listed_group(board, lang, limit, console.width))
    if board.warnings:
        console.print()
        console.print(Text(_warning_words(board, lang)))


def _table(
    headings: list[str],
    rows: list[list[str]],
    width: int,
    *,
    drop: tuple[int, ...],
    right: tuple[int, ...],
    flexible: Mapping[int, int] = MappingProxyType({1: 20, 2: 14}),
) -> tuple[Table, list[int]]:
    """A table with the columns that have something in them and for which there is room.

    Columns are left out in the order of `drop`; those in `flexible` may be broken into lines
    of so many columns.
    """
    widths = [
        max(cell_len(text) for text in (headings[position], *(row[position] for row in rows)))
        for position in range(len(headings))
    ]
    shown = [position for position in range(len(headings)) if any(row[position] for row in rows)]

    def needed() -> int:
        return sum(
            min(widths[position], flexible.get(position, widths[position])) + 2
            for position in shown
        )

    for position in drop:
        if needed() > width and position in shown:
            shown.remove(position)
    table = Table(
        box=box.SIMPLE_HEAD, padding=(0, 2, 0, 0), pad_edge=False, show_edge=False, expand=False
    )
    for position in shown:
        table.add_column(
            headings[position],
            justify="right" if position in right else "left",
            no_wrap=position not in flexible,
            overflow="fold" if position in flexible else "ellipsis",
            min_width=None if position in flexible else widths[position],
        )
    return table, shown


def _styled(counts: Counts, lang: Language) -> Text:
    text = Text()
    for position, (status, count) in enumerate(_present(counts)):
        words = STATUSES[status]
        text.append("  " if position else "")
        text.append(f"{words.symbol} {count} {words.words(lang)}", style=words.colour)
    return text


def _styled_symbols(counts: Counts) -> Text:
    text = Text()
    for position, (status, count) in enumerate(_present(counts)):
        text.append(" " if position else "")
        text.append(f"{STATUSES[status].symbol}{count}", style=STATUSES[status].colour)
    return text


def _listed_group(board: Board, lang: Language, limit: int, width: int) -> Group:
    listed = board.listed if limit == 0 else board.listed[:limit]
    rows = [_listed_row(cell, lang, whole=False) for cell in listed]
    table, shown = _table(_listed_headings(lang), rows, width, drop=(7, 6), right=(4, 6))
    for cell, row in zip(listed, rows, strict=True):
        texts = [Text(each) for each in row]
        texts[0].stylize(STATUSES[cell.status].colour)
        if not cell.value:
            texts[4].stylize("dim")
        table.add_row(*[texts[position] for position in shown])
    parts: list[Table | Text] = [Text(say("listed", lang), style="bold"), Text(""), table]
    if len(listed) < len(board.listed):
        more = len(board.listed) - len(listed)
        parts.append(Text(say("and more", lang, count=more)))
    return Group(*parts)
