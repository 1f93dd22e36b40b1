"""责任分工表: who answers for what, and how it stands."""

from __future__ import annotations

from dabiao import _core
from dabiao.reports.board import standing
from dabiao.reports.model import Report, Table, status_badges
from dabiao.reports.subject import Subject, counts_of, good_share

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
        table = _columns(subject)
        _add(subject, table, "", nobody)
        report.add(subject.say("unassigned"), table=table)
    return report


def _summary(subject: Subject, bodies: dict[str, Held]) -> Table:
    table = subject.table(
        ("body", "text"),
        ("as lead", "count"),
        ("as responsible", "count"),
        ("as cooperating", "count"),
        ("count of cells", "count"),
        ("status", "status"),
        ("good share", "share"),
    )
    for body, held in bodies.items():
        # A body answers for what it leads or is responsible for; a cell counts once.
        answers = {cell.index: cell for cell in [*held["lead"], *held["responsible"]]}
        counts = counts_of(answers.values())
        targets = [len({cell.target for cell in held[role]}) for role in ROLES]
        table.add(
            body,
            *[number or None for number in targets],
            len(answers),
            status_badges(counts, subject.lang),
            good_share(counts),
        )
    return table


def _columns(subject: Subject) -> Table:
    return subject.table(
        ("role", "text"),
        ("clause", "text"),
        ("target", "text"),
        ("where", "text"),
        ("status", "status"),
        ("value", "number"),
        ("demand", "number"),
        ("gap", "number"),
        ("due", "date"),
    )


def _list(subject: Subject, bodies: dict[str, Held]) -> Table:
    table = _columns(subject)
    for body, held in bodies.items():
        table.add_heading(body)
        for role in ROLES:
            _add(subject, table, subject.say(f"role {role}"), held[role])
    return table


def _add(subject: Subject, table: Table, role: str, cells: list[_core.Cell]) -> None:
    for own in subject.by_target(cells).values():
        table.add(
            role,
            own[0].clause or "",
            own[0].label,
            subject.where(own),
            subject.statuses(own),
            *standing(subject, own),
            subject.due(own),
        )
