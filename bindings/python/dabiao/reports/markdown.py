"""A report as Markdown."""

from __future__ import annotations

import re

from dabiao.reports.model import Report, Table, value_text

_SIGNS = re.compile(r"[\\`*_{}\[\]<>|#~$]|&(?=[#a-zA-Z])")
_MARKS_OF_LISTS = re.compile(r"^(\s*)([-+=]|\d+(?=[.)]))")

_RIGHT = ("number", "count", "share")


def escaped(text: str) -> str:
    """A text on one line that Markdown shows as it stands, in a table as well."""
    line = " ".join(text.split())
    return _SIGNS.sub(lambda sign: "\\" + sign.group(), line)


def paragraph(text: str) -> str:
    """The same at the beginning of a line, where a few more signs would be read."""
    line = escaped(text)
    found = _MARKS_OF_LISTS.match(line)
    if found is None:
        return line
    if found.group(2).isdigit():
        return f"{found.group(2)}\\{line[found.end() :]}"
    return "\\" + line


def markdown(report: Report) -> str:
    """The report as Markdown."""
    lines = [f"# {escaped(report.title)}", "", *[paragraph(line) + "  " for line in report.lines]]
    lines[-1] = lines[-1].rstrip()
    if report.totals:
        lines += ["", paragraph(value_text(report.totals))]
    for section in report.sections:
        lines += ["", f"## {escaped(section.title)}"]
        for each in section.paragraphs:
            lines += ["", paragraph(each)]
        if section.table is not None:
            lines += ["", *_table(section.table)]
            for note in section.table.notes:
                lines += ["", paragraph(note)]
    return "\n".join(lines) + "\n"


def _table(table: Table) -> list[str]:
    headings = [escaped(column.heading) for column in table.columns]
    rules = ["---:" if column.type in _RIGHT else "---" for column in table.columns]
    lines = [_line(headings), _line(rules)]
    for row in table.rows:
        if row.style == "heading":
            text = escaped(value_text(row.cells[0]))
            lines.append(_line([f"**{text}**"] + [""] * (len(headings) - 1)))
        else:
            lines.append(_line([escaped(value_text(cell)) for cell in row.cells]))
    return lines


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
