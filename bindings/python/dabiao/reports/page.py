"""A report as a page that needs nothing else and prints on A4."""

from __future__ import annotations

from html import escape

from dabiao.reports.model import Badge, Column, Report, Row, Table, Value, value_text
from dabiao.reports.widths import column_widths

_STYLE = """
:root { color-scheme: light; }
body { font: 14px/1.55 "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", system-ui, sans-serif;
  margin: 2rem auto; max-width: 84rem; padding: 0 1rem; color: #222; }
h1 { font-size: 1.6rem; margin: 0; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; break-after: avoid; }
.when { color: #555; margin: .2rem 0 1rem; }
.when span + span::before { content: " · "; }
.when span:first-child { color: #222; font-size: 1.15rem; font-weight: bold; }
.totals { display: flex; flex-wrap: wrap; gap: .6rem; list-style: none; margin: 1rem 0;
  padding: 0; }
.totals li { border-radius: .5rem; padding: .35rem .9rem; }
.totals b { font-size: 1.3rem; margin-right: .35rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #d5d5d5; padding: .3rem .5rem; text-align: left; vertical-align: top;
  overflow-wrap: anywhere; }
th { background: #eef2f6; overflow-wrap: normal; white-space: nowrap; }
.number { text-align: right; }
td.number, td.date, td.short { white-space: nowrap; }
td.said { white-space: normal; }
td.text, td.said { min-width: 8em; }
tr.heading td { background: #f7f7f7; font-weight: bold; }
tr.part td { color: #555; }
tr.part td:first-child { padding-left: 1.6rem; }
.status { border-radius: .8rem; display: inline-block; font-size: .88em;
  margin: 0 .25rem .1rem 0; padding: 0 .6rem; white-space: nowrap; }
.note { color: #555; }
@page { size: A4 landscape; margin: 12mm;
  @bottom-center { content: counter(page) " / " counter(pages); color: #555; font-size: 8pt; } }
@media print {
  body { font-size: 9pt; line-height: 1.4; margin: 0; max-width: none; padding: 0; }
  .scroll { overflow: visible; padding-right: 1px; }
  th { white-space: normal; word-break: keep-all; }
  th, td { padding: .2rem .4rem; }
  thead { display: table-header-group; }
  tr { break-inside: avoid; }
  tr.heading { break-after: avoid; }
  th, tr.heading td, .totals li, .status { print-color-adjust: exact;
    -webkit-print-color-adjust: exact; }
}
"""

_CLASSES = {"number": "number", "count": "number", "share": "number", "date": "date"}
# A column of texts that are no wider is not broken into lines.
_SHORT = 14


def page(report: Report) -> str:
    """The report as a page."""
    parts = [
        "<!doctype html>",
        f'<html lang="{"zh-CN" if report.lang == "zh" else "en"}">',
        '<head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(' '.join([report.title, *report.lines[:1]]))}</title>",
        f"<style>{_STYLE}</style></head><body>",
        f"<h1>{escape(report.title)}</h1>",
        '<p class="when">'
        + "".join(f"<span>{escape(line)}</span>" for line in report.lines)
        + "</p>",
    ]
    if report.totals:
        parts.append('<ul class="totals">')
        parts += [_total(badge) for badge in report.totals]
        parts.append("</ul>")
    for section in report.sections:
        parts.append(f"<section><h2>{escape(section.title)}</h2>")
        parts += [f"<p>{escape(each)}</p>" for each in section.paragraphs]
        if section.table is not None:
            parts += _table(section.table)
        parts.append("</section>")
    parts.append("</body></html>")
    return "\n".join(parts) + "\n"


def _total(badge: Badge) -> str:
    count = "" if badge.count is None else f"<b>{badge.count}</b>"
    return f'<li style="{_colours(badge)}">{count}{escape(badge.words)}</li>'


def _colours(badge: Badge) -> str:
    return escape(f"background:{badge.colour};color:{badge.ink}")


def _table(table: Table) -> list[str]:
    lines = ['<div class="scroll"><table><thead><tr>']
    for column in table.columns:
        kind = _CLASSES.get(column.type, "text")
        lines.append(f'<th class="{kind}">{escape(column.heading)}</th>')
    lines.append("</tr></thead><tbody>")
    short = [width <= _SHORT for width in column_widths(table, _SHORT + 1)]
    lines += [_row(row, table, short) for row in table.rows]
    lines.append("</tbody></table></div>")
    lines += [f'<p class="note">{escape(note)}</p>' for note in table.notes]
    return lines


def _row(row: Row, table: Table, short: list[bool]) -> str:
    if row.style == "heading":
        text = escape(value_text(row.cells[0]))
        return f'<tr class="heading"><td colspan="{len(table.columns)}">{text}</td></tr>'
    cells = "".join(
        f'<td class="{_class(column, cell, is_short)}">{_cell(cell)}</td>'
        for column, cell, is_short in zip(table.columns, row.cells, short, strict=True)
    )
    return f'<tr class="part">{cells}</tr>' if row.style == "part" else f"<tr>{cells}</tr>"


def _class(column: Column, value: Value, is_short: bool) -> str:
    kind = _CLASSES.get(column.type)
    if kind is None:
        return "short" if is_short and column.type == "text" else "text"
    # Where a number is missing the reason may take several lines.
    return "number said" if kind == "number" and isinstance(value, str) and not is_short else kind


def _cell(value: Value) -> str:
    if isinstance(value, tuple):
        return "".join(
            f'<span class="status" style="{_colours(badge)}">'
            f"{'' if badge.count is None else f'{badge.count} '}{escape(badge.words)}</span>"
            for badge in value
        )
    return escape(value_text(value))
