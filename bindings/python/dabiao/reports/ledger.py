"""指标任务台账: what each entity was given to do, has done, and lacks."""

from __future__ import annotations

from dabiao import _core
from dabiao.reports.model import Quantity, Report, Share, Table, Value, status_badges
from dabiao.reports.subject import Subject, counts_of, with_minus
from dabiao.words import short_reason

# Of a measure that the units right below have too, so many of them are listed.
MOST_PARTS = 60


def make(subject: Subject) -> Report:
    """The report."""
    report = subject.start("ledger")
    report.totals = status_badges(counts_of(subject.cells), subject.lang)
    table = subject.table(
        ("number", "count"),
        ("task", "text"),
        ("entity", "text"),
        ("quota", "number"),
        ("per period", "text"),
        ("period", "date"),
        ("done", "number"),
        ("gap", "number"),
        ("attained", "share"),
        ("periods met", "text"),
        ("due", "date"),
        ("status", "status"),
        ("responsible", "text"),
    )
    clause: object = table  # none that a target has
    number = 0
    for name, cells in subject.by_target().items():
        by_entity: dict[str, list[_core.Cell]] = {}
        for cell in cells:
            if cell.status != "not_applicable":
                by_entity.setdefault(cell.path or cell.entity, []).append(cell)
        if not by_entity:
            continue
        if cells[0].clause != clause:
            clause = cells[0].clause
            table.add_heading(subject.clause_words(cells[0].clause))
        number += 1
        for entity, own in by_entity.items():
            _add_entity(subject, table, number, name, entity, own, cells)
    table.notes.append(subject.say("ledger note"))
    report.add(subject.say("report ledger"), table=table, empty=subject.say("no cells"))
    return report


def _add_entity(
    subject: Subject,
    table: Table,
    number: int,
    name: str,
    entity: str,
    cells: list[_core.Cell],
    all_cells: list[_core.Cell],
) -> None:
    cell = current(subject, cells)
    due = [each for each in cells if subject.is_due(each)]
    met = sum(each.status == "met" for each in due)
    table.add(
        number,
        cell.label,
        entity,
        subject.demand(cell),
        duty(subject, name),
        subject.when(cell) if len(cells) > 1 else None,
        subject.value(cell),
        subject.gap(cell),
        None if cell.attained is None else Share(cell.attained),
        subject.say("of", met=met, all=len(due)) if len(cells) > 1 else None,
        subject.due([cell]),
        subject.status(cell),
        subject.answering(cell),
    )
    if len(cells) > 1:
        return
    below = _core.breakdown(subject.result._core, cell.index, subject.lang)
    if not 1 < len(below) <= MOST_PARTS:
        return
    # Units that the target asks themselves have rows of their own.
    asked = {each.entity for each in all_cells}
    if all(part["entity"] in asked for part in below):
        return
    for part in below:
        row: list[Value] = [None] * len(table.columns)
        row[2] = subject.say("of which", entity=part["entity"])
        row[6] = part_value(subject, part)
        table.add(*row, part=True)


def part_value(subject: Subject, part: dict[str, object]) -> Value:
    """What a unit below has of a measure; where that is missing, why."""
    value = part["value"]
    if isinstance(value, float):
        return Quantity(value, str(part["unit"]), with_minus(str(part["text"])))
    return short_reason(str(part["reason"]), subject.lang)


def current(subject: Subject, cells: list[_core.Cell]) -> _core.Cell:
    """Of several periods the last that has begun; the first where none has."""
    as_of = subject.result.as_of.isoformat()
    begun = [cell for cell in cells if _first_day(cell.span) <= as_of]
    return (begun or cells[:1])[-1]


def _first_day(span: str) -> str:
    """The first day of a period as a text that can be compared with a day."""
    first = span.split("..")[0]
    year, _, rest = first.partition("-")
    if rest.startswith("Q"):
        return f"{year}-{3 * int(rest[1:]) - 2:02d}"
    if rest.startswith("H"):
        return f"{year}-{6 * int(rest[1:]) - 5:02d}"
    return first


def duty(subject: Subject, target: str) -> str:
    """What is asked of each period: how often, or by when how much."""
    known = subject.targets[target]
    when = known["when"]
    words: list[str] = []
    if when["kind"] == "each":
        words.append(subject.say(f"each {when['grain']}"))
        if "by_day" in when:
            words.append(subject.say("by day", day=when["by_day"]))
        if "by_end_plus" in when:
            words.append(subject.say("by end plus", length=when["by_end_plus"]))
    for each in known["milestones"]:
        words.append(subject.say("at the end of", when=each["when"], value=each["value"]))
    if known["allocates"]:
        labels = (subject.targets[name]["label"] or name for name in known["allocates"])
        words.append(subject.say("part of", targets=subject.names(labels)))
    return subject.say("list separator").join(words)
