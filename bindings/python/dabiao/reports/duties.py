"""责任分工表: who answers for what, and how it stands."""

from __future__ import annotations

from dabiao import _core
from dabiao.reports.model import Report, Table
from dabiao.reports.rows import CellRows, CountRows, count_targets
from dabiao.reports.subject import Subject, good_share

ROLES = ("lead", "responsible", "cooperating")

Held = dict[str, list[_core.Cell]]  # the cells of a body by its role


def make(subject: Subject) -> Report:
    """The report."""
    report = subject.start("duties")
    applying = [cell for cell in subject.cells if cell.status != "not_applicable"]
    bodies: dict[str, Held] = {}
    # Those that lead stand first, in the order of the plan.
    for role in ROLES:
        for cell in applying:
            for body in subject.bodies(cell, role):
                bodies.setdefault(body, {each: [] for each in ROLES})[role].append(cell)
    report.add(
        subject.say("duties summary"),
        table=_summary(subject, bodies),
        empty=subject.say("no bodies"),
    )
    if bodies:
        report.add(subject.say("duties list"), table=_list(subject, bodies))
    nobody = [cell for cell in applying if not (cell.lead or cell.responsible)]
    if nobody and bodies:
        rows = _rows(subject)
        rows.add_targets(nobody, role="")
        report.add(subject.say("unassigned"), table=rows.table)
    return report


def _summary(subject: Subject, bodies: dict[str, Held]) -> Table:
    rows = CountRows(
        subject,
        ("body", "text"),
        ("as lead", "count"),
        ("as responsible", "count"),
        ("as cooperating", "count"),
        share=("good share", good_share),
    )
    for body, held in bodies.items():
        # A body answers for what it leads or is responsible for; a cell counts once.
        answers = {cell.index: cell for cell in [*held["lead"], *held["responsible"]]}
        targets = [count_targets(held[role]) or None for role in ROLES]
        rows.add(list(answers.values()), body, *targets)
    return rows.table


def _rows(subject: Subject) -> CellRows:
    return CellRows(
        subject,
        ("role", "text"),
        "clause",
        "target",
        "where",
        "status",
        "value",
        "demand",
        "gap",
        "due",
    )


def _list(subject: Subject, bodies: dict[str, Held]) -> Table:
    rows = _rows(subject)
    for body, held in bodies.items():
        rows.table.add_heading(body)
        for role in ROLES:
            rows.add_targets(held[role], role=subject.say(f"role {role}"))
    return rows.table
