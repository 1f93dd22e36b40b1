"""The board on a terminal, as Markdown and as a page."""

from __future__ import annotations

import html
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


# ---- Markdown ---------------------------------------------------------------------------------


def markdown_board(board: Board, lang: Language, limit: int = 0) -> str:
    """The board as Markdown."""
    lines = [f"# {_markdown(board.label)}", "", headline(board, lang), ""]
    lines += _markdown_table(board_headings(lang), [board_row(row, lang) for row in board.rows])
    lines += ["", f"**{say('total', lang)}** {counts_words(board.counts, lang)}"]
    if board.listed:
        listed = board.listed if limit == 0 else board.listed[:limit]
        lines += ["", f"## {say('listed', lang)}", ""]
        lines += _markdown_table(
            _listed_headings(lang), [_listed_row(cell, lang) for cell in listed]
        )
        if len(listed) < len(board.listed):
            lines += ["", say("and more", lang, count=len(board.listed) - len(listed))]
    if board.warnings:
        lines += ["", _warning_words(board, lang)]
    return "\n".join(lines) + "\n"


def _markdown(text: str) -> str:
    for sign in "\\`*_{}[]<>|#":
        text = text.replace(sign, "\\" + sign)
    return text.replace("\n", " ")


def _markdown_table(headings: list[str], rows: list[list[str]]) -> list[str]:
    lines = ["| " + " | ".join(headings) + " |", "|" + " --- |" * len(headings)]
    return lines + ["| " + " | ".join(_markdown(cell) for cell in row) + " |" for row in rows]


# ---- a page -----------------------------------------------------------------------------------

_STYLE = """
:root { color-scheme: light; }
body { font: 15px/1.6 system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif;
  margin: 2rem auto; max-width: 80rem; padding: 0 1rem; color: #222; }
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
.when { color: #666; margin: .2rem 0 1.2rem; }
.totals { display: flex; flex-wrap: wrap; gap: .6rem; list-style: none; margin: 1rem 0;
  padding: 0; }
.totals li { border-radius: .5rem; color: #fff; padding: .4rem .9rem; }
.totals b { font-size: 1.3rem; margin-right: .3rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #ddd; padding: .35rem .6rem; text-align: left;
  vertical-align: top; }
th { background: #f5f5f5; position: sticky; top: 0; white-space: nowrap; }
td.number { text-align: right; white-space: nowrap; }
.status { border-radius: .8rem; color: #fff; display: inline-block; font-size: .85em;
  margin: 0 .25rem .1rem 0; padding: 0 .6rem; white-space: nowrap; }
@media print { th { position: static; } }
"""


def html_board(board: Board, lang: Language) -> str:
    """The board as a page that needs nothing else."""
    escape = html.escape
    parts = [
        "<!doctype html>",
        f'<html lang="{"zh-CN" if lang == "zh" else "en"}">',
        '<head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(board.label)} {board.as_of}</title>",
        f"<style>{_STYLE}</style></head><body>",
        f"<h1>{escape(board.label)}</h1>",
        f'<p class="when">{escape(headline(board, lang))}</p>',
        '<ul class="totals">',
    ]
    for status, count in _present(board.counts):
        words = STATUSES[status]
        parts.append(
            f'<li style="background:{words.colour}"><b>{count}</b>{escape(words.words(lang))}</li>'
        )
    parts.append("</ul>")
    parts += _html_table(
        board_headings(lang),
        [(board_row(row, lang), row.counts) for row in board.rows],
        status_column=3,
        numbers=(4, 6),
        lang=lang,
    )
    if board.listed:
        parts.append(f"<h2>{escape(say('listed', lang))}</h2>")
        parts += _html_table(
            _listed_headings(lang),
            [(_listed_row(cell, lang), {cell.status: 1}) for cell in board.listed],
            status_column=0,
            numbers=(4, 6),
            lang=lang,
        )
    if board.warnings:
        count = len(board.warnings)
        heading = say("one warning" if count == 1 else "warnings", lang, count=count)
        parts.append(f"<h2>{escape(heading)}</h2><ul>")
        for warning in board.warnings:
            place = " ".join(
                str(each) for each in (warning.file, warning.row, warning.data_column) if each
            )
            parts.append(f"<li>{escape(warning.message(lang))} <small>{escape(place)}</small></li>")
        parts.append("</ul>")
    parts.append("</body></html>")
    return "\n".join(parts) + "\n"


def _html_table(
    headings: list[str],
    rows: list[tuple[list[str], Counts]],
    *,
    status_column: int,
    numbers: tuple[int, ...],
    lang: Language,
) -> list[str]:
    escape = html.escape
    lines = ['<div class="scroll"><table><thead><tr>']
    lines += [f"<th>{escape(heading)}</th>" for heading in headings]
    lines.append("</tr></thead><tbody>")
    for cells, counts in rows:
        lines.append("<tr>")
        for position, cell in enumerate(cells):
            if position == status_column:
                single = sum(counts.values()) == 1
                badges = "".join(
                    f'<span class="status" style="background:{STATUSES[status].colour}">'
                    f"{'' if single else f'{count} '}{escape(STATUSES[status].words(lang))}</span>"
                    for status, count in _present(counts)
                )
                lines.append(f"<td>{badges}</td>")
            else:
                number = ' class="number"' if position in numbers else ""
                lines.append(f"<td{number}>{escape(cell)}</td>")
        lines.append("</tr>")
    lines.append("</tbody></table></div>")
    return lines
