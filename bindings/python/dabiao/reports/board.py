"""总览: how every target stands, by chapter of the plan."""

from __future__ import annotations

from collections.abc import Iterable

from dabiao import _core
from dabiao.reports.model import Report, Table, Value, status_badges
from dabiao.reports.subject import WORRYING, Subject, applicable, counts_of, met_share


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
    table = subject.table(
        ("target", "text"),
        ("where", "text"),
        ("status", "status"),
        ("value", "number"),
        ("demand", "number"),
        ("gap", "number"),
        ("due", "date"),
        ("lead", "text"),
        ("responsible", "text"),
    )
    clause: object = table  # none that a target has
    for cells in subject.by_target().values():
        first = cells[0]
        if first.clause != clause:
            clause = first.clause
            table.add_heading(subject.clause_words(first.clause))
        table.add(
            first.label,
            subject.where(cells),
            subject.statuses(cells),
            *standing(subject, cells),
            subject.due(cells),
            subject.shared(cells, "lead"),
            subject.shared(cells, "responsible"),
        )
    return table


def standing(subject: Subject, cells: list[_core.Cell]) -> tuple[Value, Value, Value]:
    """Value, demand and gap of a cell; of several how many are met, and the demand they share."""
    first = cells[0]
    if len(cells) == 1:
        return subject.value(first), subject.demand(first), subject.gap(first)
    counts = counts_of(cells)
    demands = {subject.demand(cell) for cell in cells}
    met = subject.say("met of", met=counts["met"], all=applicable(counts))
    return met, demands.pop() if len(demands) == 1 else "", None


def _clauses(subject: Subject) -> Table:
    table = subject.table(
        ("clause", "text"),
        ("count of targets", "count"),
        ("count of cells", "count"),
        ("status", "status"),
        ("met share", "share"),
    )
    clauses: dict[str | None, list[_core.Cell]] = {}
    for cell in subject.cells:
        clauses.setdefault(cell.clause, []).append(cell)
    for clause, cells in clauses.items():
        counts = counts_of(cells)
        table.add(
            subject.clause_words(clause),
            len({cell.target for cell in cells}),
            len(cells),
            status_badges(counts, subject.lang),
            met_share(counts),
        )
    return table


def attention(subject: Subject, cells: Iterable[_core.Cell]) -> Table:
    """The cells that are missed, behind or undecided, in this order."""
    table = subject.table(
        ("status", "status"),
        ("clause", "text"),
        ("target", "text"),
        ("where", "text"),
        ("span", "text"),
        ("value", "number"),
        ("demand", "number"),
        ("gap", "number"),
        ("responsible", "text"),
    )
    listed = [cell for cell in cells if cell.status in WORRYING]
    listed.sort(key=lambda cell: WORRYING.index(cell.status))
    for cell in listed:
        table.add(
            subject.status(cell),
            cell.clause or "",
            cell.label,
            cell.path or cell.entity,
            subject.when(cell),
            subject.value(cell),
            subject.demand(cell),
            subject.gap(cell),
            subject.answering(cell),
        )
    return table


def warnings_table(subject: Subject) -> Table:
    """What the data gave cause for, each with its place."""
    table = subject.table(("message", "text"), ("place", "text"), ("kind", "text"))
    for warning in subject.result.warnings:
        place = ""
        if warning.file and warning.row:
            place = subject.say("file and row", file=warning.file, row=warning.row)
        table.add(warning.message(subject.lang), place or warning.file or "", warning.kind)
    return table
