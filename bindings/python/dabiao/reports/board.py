"""总览: how every target stands, by chapter of the plan."""

from __future__ import annotations

from collections.abc import Iterable

from dabiao import _core
from dabiao.reports.model import Report, Table, status_badges
from dabiao.reports.rows import CellRows, CountRows, count_targets
from dabiao.reports.subject import WORRYING, Subject, counts_of, met_share


def make(subject: Subject) -> Report:
    """The report."""
    report = subject.start("board")
    report.totals = status_badges(counts_of(subject.cells), subject.lang)
    report.add(subject.say("targets"), table=_targets(subject), empty=subject.say("no targets"))
    if len({cell.clause for cell in subject.cells}) > 1:
        report.add(subject.say("by clause"), table=_clauses(subject))
    listed = attention(subject, subject.cells)
    report.add(subject.say("listed"), table=listed, empty=subject.say("none listed"))
    if subject.result.warnings:
        report.add(subject.say("data warnings"), table=warnings_table(subject))
    return report


def _targets(subject: Subject) -> Table:
    rows = CellRows(
        subject,
        "target",
        "where",
        "status",
        "value",
        "demand",
        "gap",
        "due",
        "lead",
        "responsible",
    )
    clause: object = rows  # none that a target has
    for cells in subject.by_target().values():
        if cells[0].clause != clause:
            clause = cells[0].clause
            rows.table.add_heading(subject.clause_words(cells[0].clause))
        rows.add(cells)
    return rows.table


def _clauses(subject: Subject) -> Table:
    clauses: dict[str | None, list[_core.Cell]] = {}
    for cell in subject.cells:
        clauses.setdefault(cell.clause, []).append(cell)
    rows = CountRows(
        subject, ("clause", "text"), ("count of targets", "count"), share=("met share", met_share)
    )
    for clause, cells in clauses.items():
        rows.add(cells, subject.clause_words(clause), count_targets(cells))
    return rows.table


def attention(subject: Subject, cells: Iterable[_core.Cell]) -> Table:
    """The cells that are missed, behind or undecided, in this order."""
    rows = CellRows(
        subject,
        "status",
        "clause",
        "target",
        "where",
        "span",
        "value",
        "demand",
        "gap",
        "answering",
    )
    listed = [cell for cell in cells if cell.status in WORRYING]
    listed.sort(key=lambda cell: WORRYING.index(cell.status))
    for cell in listed:
        rows.add([cell])
    return rows.table


def warnings_table(subject: Subject) -> Table:
    """What the data gave cause for, each with its place."""
    table = subject.table(("message", "text"), ("place", "text"))
    for warning in subject.result.warnings:
        place = ""
        if warning.file and warning.row:
            place = subject.say("file and row", file=warning.file, row=warning.row)
        table.add(warning.message(subject.lang), place or warning.file or "")
    return table
