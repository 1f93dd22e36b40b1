"""推进清单: what is due when, and what is overdue."""

from __future__ import annotations

import datetime

from dabiao import _core
from dabiao.reports.model import Report, Table
from dabiao.reports.rows import CellRows, CountRows, count_targets
from dabiao.reports.subject import Subject, good_share


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
        rows = _rows(subject)
        # The title says it of all.
        rows.add_targets(standing_cells, due=None)
        report.add(subject.say("standing duties"), table=rows.table)
    return report


def _overdue(subject: Subject, cells: list[_core.Cell]) -> Table:
    rows = CellRows(
        subject,
        "due",
        ("days overdue", "count"),
        "target",
        "where",
        "status",
        "value",
        "demand",
        "gap",
        "answering",
    )
    late = [
        (cell.due, cell)
        for cell in cells
        if cell.due is not None and subject.is_due(cell) and cell.status in ("missed", "undecided")
    ]
    late.sort(key=lambda each: each[0])
    for due, cell in late:
        rows.add([cell], **{"days overdue": (subject.result.as_of - due).days})
    return rows.table


def _quarter(day: datetime.date) -> tuple[int, int]:
    return day.year, (day.month + 2) // 3


def _quarters(subject: Subject, cells: list[_core.Cell]) -> Table:
    quarters: dict[tuple[int, int], list[_core.Cell]] = {}
    for cell in cells:
        if cell.due is not None:
            quarters.setdefault(_quarter(cell.due), []).append(cell)
    rows = CountRows(
        subject, ("due in", "text"), ("count of targets", "count"), share=("good share", good_share)
    )
    for (year, quarter), due in sorted(quarters.items()):
        name = subject.say("quarter name", year=year, quarter=quarter)
        rows.add(due, name, count_targets(due))
    return rows.table


def _rows(subject: Subject) -> CellRows:
    return CellRows(
        subject,
        "due",
        "clause",
        "target",
        "where",
        "status",
        "value",
        "demand",
        "lead",
        "responsible",
    )


def _by_due(subject: Subject, cells: list[_core.Cell]) -> Table:
    rows = _rows(subject)
    by_due: dict[datetime.date | None, list[_core.Cell]] = {}
    for cell in cells:
        by_due.setdefault(cell.due, []).append(cell)
    quarter: tuple[int, int] | None = None
    for due in sorted(each for each in by_due if each is not None):
        if _quarter(due) != quarter:
            quarter = _quarter(due)
            name = subject.say("quarter name", year=quarter[0], quarter=quarter[1])
            rows.table.add_heading(name)
        rows.add_targets(by_due[due])
    if None in by_due:
        rows.table.add_heading(subject.say("no deadline"))
        rows.add_targets(by_due[None])
    return rows.table
