"""The rows that reports have in common: cells of a target in columns, and cells counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from dabiao import _core
from dabiao.assessment import Counts
from dabiao.reports.model import ColumnType, Share, Table, Value, status_badges
from dabiao.reports.subject import Subject, applicable, counts_of

Cells = list[_core.Cell]


def _value(subject: Subject, cells: Cells) -> Value:
    """The value of a cell; of several how many are met."""
    if len(cells) == 1:
        return subject.value(cells[0])
    counts = counts_of(cells)
    return subject.say("met of", met=counts["met"], all=applicable(counts))


def _demand(subject: Subject, cells: Cells) -> Value:
    """What is asked of a cell; of several what they share."""
    demands = {subject.demand(cell) for cell in cells}
    return demands.pop() if len(demands) == 1 else ""


# What is said of the cells of a target under which heading. There is no row without a cell.
_COLUMNS: dict[str, tuple[str, ColumnType, Callable[[Subject, Cells], Value]]] = {
    "clause": ("clause", "text", lambda _, cells: cells[0].clause or ""),
    "target": ("target", "text", lambda _, cells: cells[0].label),
    "where": ("where", "text", lambda subject, cells: subject.where(cells)),
    "span": ("span", "date", lambda subject, cells: subject.when(cells[0])),
    "status": ("status", "status", lambda subject, cells: subject.statuses(cells)),
    "value": ("value", "number", _value),
    "demand": ("demand", "number", _demand),
    "gap": (
        "gap",
        "number",
        lambda subject, cells: subject.gap(cells[0]) if len(cells) == 1 else None,
    ),
    "due": ("due", "date", lambda subject, cells: subject.due(cells)),
    "lead": ("lead", "text", lambda subject, cells: subject.shared(cells, "lead")),
    "responsible": (
        "responsible",
        "text",
        lambda subject, cells: subject.shared(cells, "responsible"),
    ),
    # Who is to be asked: where nobody is responsible, who leads.
    "answering": ("responsible", "text", lambda subject, cells: subject.answering(cells[0])),
}


class CellRows:
    """A table of cells. A column that is not one of `_COLUMNS` is given to each row by name, and
    so can any other be.
    """

    def __init__(self, subject: Subject, *columns: str | tuple[str, ColumnType]) -> None:
        self._subject = subject
        self._names = [each if isinstance(each, str) else each[0] for each in columns]
        self.table: Table = subject.table(
            *(_COLUMNS[each][:2] if isinstance(each, str) else each for each in columns)
        )

    def add(self, cells: Cells, **given: Value) -> None:
        """Adds a row that tells of one cell, or of several of a target."""
        self.table.add(
            *(
                given[name] if name in given else _COLUMNS[name][2](self._subject, cells)
                for name in self._names
            )
        )

    def add_targets(self, cells: Iterable[_core.Cell], **given: Value) -> None:
        """Adds a row per target."""
        for own in self._subject.by_target(cells).values():
            self.add(own, **given)


_COUNTED: tuple[tuple[str, ColumnType], ...] = (("count of cells", "count"), ("status", "status"))


class CountRows:
    """A table of groups of cells: what each is, how many cells it has, how they stand, and what
    share of them stands well.
    """

    def __init__(
        self,
        subject: Subject,
        *columns: tuple[str, ColumnType],
        share: tuple[str, Callable[[Counts], Share | None]],
    ) -> None:
        self._subject = subject
        self._share = share[1]
        self.table: Table = subject.table(*columns, *_COUNTED, (share[0], "share"))

    def add(self, cells: Cells, *said: Value) -> None:
        """Adds the row of a group."""
        counts = counts_of(cells)
        badges = status_badges(counts, self._subject.lang)
        self.table.add(*said, len(cells), badges, self._share(counts))


def count_targets(cells: Iterable[_core.Cell]) -> int:
    """How many targets the cells are of."""
    return len({cell.target for cell in cells})
