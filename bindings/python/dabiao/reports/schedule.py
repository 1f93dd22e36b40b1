"""推进清单: what is due when, and what is overdue."""

from __future__ import annotations

import datetime

from dabiao import _core
from dabiao.reports.board import standing
from dabiao.reports.model import Report, Table, status_badges
from dabiao.reports.subject import Subject, counts_of, good_share


def make(subject: Subject) -> Report:
    """The report."""
    report = subject.start("schedule")
    applying = [cell for cell in subject.cells if cell.status != "not_applicable"]
    dated = [cell for cell in applying if not subject.is_standing(cell)]
    day = subject.result.as_of
    report.add(
        subject.say("overdue", day=day),
        table=_overdue(subject, dated),
        empty=subject.say("none overdue"),
    )
    report.add(
        subject.say("by quarter"),
        table=_quarters(subject, [cell for cell in dated if cell.due is not None]),
        empty=subject.say("no cells"),
    )
    report.add(
        subject.say("what is due"), table=_by_due(subject, dated), empty=subject.say("no cells")
    )
    standing_cells = [cell for cell in applying if subject.is_standing(cell)]
    if standing_cells:
        table = _list(subject)
        _add_targets(subject, table, standing_cells)
        report.add(subject.say("standing duties"), table=table)
    return report


def _overdue(subject: Subject, cells: list[_core.Cell]) -> Table:
    table = subject.table(
        ("due", "date"),
        ("days overdue", "count"),
        ("target", "text"),
        ("where", "text"),
        ("status", "status"),
        ("value", "number"),
        ("demand", "number"),
        ("gap", "number"),
        ("responsible", "text"),
    )
    late = [
        (cell.due, cell)
        for cell in cells
        if cell.due is not None and subject.is_due(cell) and cell.status in ("missed", "undecided")
    ]
    late.sort(key=lambda each: each[0])
    for due, cell in late:
        table.add(
            due,
            (subject.result.as_of - due).days,
            cell.label,
            cell.path or cell.entity,
            subject.status(cell),
            subject.value(cell),
            subject.demand(cell),
            subject.gap(cell),
            subject.answering(cell),
        )
    return table


def _quarter(day: datetime.date) -> tuple[int, int]:
    return day.year, (day.month + 2) // 3


def _quarters(subject: Subject, cells: list[_core.Cell]) -> Table:
    table = subject.table(
        ("due in", "text"),
        ("count of targets", "count"),
        ("count of cells", "count"),
        ("status", "status"),
        ("good share", "share"),
    )
    quarters: dict[tuple[int, int], list[_core.Cell]] = {}
    for cell in cells:
        if cell.due is not None:
            quarters.setdefault(_quarter(cell.due), []).append(cell)
    for (year, quarter), due in sorted(quarters.items()):
        counts = counts_of(due)
        table.add(
            subject.say("quarter name", year=year, quarter=quarter),
            len({cell.target for cell in due}),
            len(due),
            status_badges(counts, subject.lang),
            good_share(counts),
        )
    return table


def _list(subject: Subject) -> Table:
    return subject.table(
        ("due", "date"),
        ("clause", "text"),
        ("target", "text"),
        ("where", "text"),
        ("status", "status"),
        ("value", "number"),
        ("demand", "number"),
        ("lead", "text"),
        ("responsible", "text"),
    )


def _by_due(subject: Subject, cells: list[_core.Cell]) -> Table:
    table = _list(subject)
    by_due: dict[datetime.date | None, list[_core.Cell]] = {}
    for cell in cells:
        by_due.setdefault(cell.due, []).append(cell)
    quarter: tuple[int, int] | None = None
    for due in sorted(each for each in by_due if each is not None):
        if _quarter(due) != quarter:
            quarter = _quarter(due)
            table.add_heading(subject.say("quarter name", year=quarter[0], quarter=quarter[1]))
        _add_targets(subject, table, by_due[due])
    if None in by_due:
        table.add_heading(subject.say("no deadline"))
        _add_targets(subject, table, by_due[None])
    return table


def _add_targets(subject: Subject, table: Table, cells: list[_core.Cell]) -> None:
    """A row per target; its cells are due on one day, or at all times."""
    for own in subject.by_target(cells).values():
        first = own[0]
        value, demand, _ = standing(subject, own)
        table.add(
            None if subject.is_standing(first) else first.due,
            first.clause or "",
            first.label,
            subject.where(own),
            subject.statuses(own),
            value,
            demand,
            subject.shared(own, "lead"),
            subject.shared(own, "responsible"),
        )
