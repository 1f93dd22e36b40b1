"""What reports are about: an assessment, its plan, and how its cells are told."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from dabiao import _core
from dabiao.arguments import day as day_of
from dabiao.assessment import Assessment, Counts
from dabiao.language import Language
from dabiao.reports.model import (
    Badge,
    Column,
    ColumnType,
    Quantity,
    Report,
    Share,
    Table,
    Value,
    status_badge,
    status_badges,
)
from dabiao.words import STATUSES, say, short_reason

if TYPE_CHECKING:
    from dabiao.read import TableData


_SIGNS = {">=": "≥", "<=": "≤", "!=": "≠"}


@dataclass
class Subject:
    """An assessment, the cells of it that are told, and an earlier one to compare it with."""

    result: Assessment
    lang: Language
    cells: list[_core.Cell]
    earlier: Assessment | None = None

    def say(self, key: str, **values: object) -> str:
        """The words for a key in the report's language."""
        return say(key, self.lang, **values)

    def names(self, names: Iterable[str]) -> str:
        """Names in one text, each once."""
        return self.say("name separator").join(dict.fromkeys(names))

    def start(self, kind: str) -> Report:
        """A report without sections."""
        lines = [self.say(f"report {kind}"), f"{self.say('as of')} {self.result.as_of}"]
        files = self.result.data.files
        if files:
            shown = ", ".join(files[:3]) + (" …" if len(files) > 3 else "")
            lines.append(f"{self.say('data')} {shown}")
        return Report(kind, self.result.plan.label, lines, self.lang)

    def table(self, *columns: tuple[str, ColumnType]) -> Table:
        """An empty table with columns headed by words."""
        return Table([Column(self.say(heading), of) for heading, of in columns])

    # ---- the plan ------------------------------------------------------------------------------

    @cached_property
    def document(self) -> dict[str, Any]:
        """The plan's JSON form."""
        return self.result.plan.to_dict()

    @cached_property
    def targets(self) -> dict[str, dict[str, Any]]:
        """The targets of the JSON form by name."""
        return {each["name"]: each for each in self.document["targets"]}

    @cached_property
    def _clause_titles(self) -> dict[str, str]:
        return {each["number"]: each["title"] or "" for each in self.document["clauses"]}

    def clause_words(self, number: str | None) -> str:
        """A clause by its number and title."""
        if number is None:
            return self.say("no clause")
        return f"{number} {self._clause_titles.get(number, '')}".strip()

    @cached_property
    def depths(self) -> dict[str, int]:
        """How many levels stand above each level."""
        parents = {each.name: each.parent for each in self.result.plan.levels}
        depths: dict[str, int] = {}
        for name in parents:
            above, depth = parents[name], 0
            while above is not None:
                above, depth = parents[above], depth + 1
            depths[name] = depth
        return depths

    @cached_property
    def level_labels(self) -> dict[str, str]:
        """What people call each level."""
        return {each.name: each.label for each in self.result.plan.levels}

    def by_target(self, cells: Iterable[_core.Cell] | None = None) -> dict[str, list[_core.Cell]]:
        """Cells by the name of their target, in the order of the plan."""
        found: dict[str, list[_core.Cell]] = {}
        for cell in self.cells if cells is None else cells:
            found.setdefault(cell.target, []).append(cell)
        return found

    # ---- cells ---------------------------------------------------------------------------------

    def value(self, cell: _core.Cell) -> Value:
        """What is measured; where it is missing, why."""
        binding = cell.binding
        if binding is None:
            return short_reason(cell.reason, self.lang)
        text = binding.value_text(self.lang)
        if not text:
            reason = binding.reason or cell.reason
            return short_reason(reason, self.lang)
        if binding.value is None or binding.unit is None:
            return text
        return Quantity(binding.value, binding.unit, with_minus(text))

    def demand(self, cell: _core.Cell) -> str:
        """What is asked."""
        text = cell.binding.demand(self.lang) if cell.binding else ""
        for written, shown in _SIGNS.items():
            if text.startswith(f"{written} "):
                return shown + text[len(written) :]
        return text

    def gap(self, cell: _core.Cell) -> Value:
        """By how much it is exceeded or missed."""
        binding = cell.binding
        text = signed(binding.gap_text(self.lang)) if binding else ""
        if not text or binding is None or binding.gap is None or binding.unit is None:
            return text
        text, unit = self.in_points(text, binding.unit)
        return Quantity(binding.gap, unit, text)

    def in_points(self, difference: str, unit: str) -> tuple[str, str]:
        """A difference of percentages in percentage points; with its unit."""
        if unit != "%":
            return difference, unit
        points = self.say("percentage points")
        return f"{difference.removesuffix(' %')} {points}", points

    def days(self, span: str) -> str:
        """A period by its name, a span by its first and last day."""
        first, dots, last = span.partition("..")
        return self.say("span of days", first=first, last=last) if dots else span

    def status(self, cell: _core.Cell) -> tuple[Badge, ...]:
        """The status as a badge."""
        return status_badge(cell.status, self.lang)

    def statuses(self, cells: Sequence[_core.Cell]) -> tuple[Badge, ...]:
        """The status of one cell, or how many of several have which."""
        if len(cells) == 1:
            return self.status(cells[0])
        return status_badges(counts_of(cells), self.lang)

    def where(self, cells: Sequence[_core.Cell]) -> str:
        """The entity, or how many there are of which level, and of how many periods."""
        entities = dict.fromkeys(cell.path or cell.entity for cell in cells)
        spans = {cell.span for cell in cells}
        levels = {cell.level for cell in cells}
        if len(entities) == 1:
            where = next(iter(entities))
        else:
            label = self.level_label(next(iter(levels))) if len(levels) == 1 else ""
            where = self.say("entities", count=len(entities), level=label).strip()
        return f"{where} × {self.say('periods', count=len(spans))}" if len(spans) > 1 else where

    def bodies(self, cell: _core.Cell, role: str) -> list[str]:
        """Who leads, is responsible or cooperates. Where the plan says `each county` and the cell
        is not one county's, that is 'each county'.
        """
        names: list[str] = list(getattr(cell, role))
        for party in self.targets[cell.target][role]:
            if isinstance(party, dict):
                label = self.level_label(party["each"])
                every = self.say("each body", level=label)
                names = [every if name == label else name for name in names]
        return names

    def answering(self, cell: _core.Cell) -> str:
        """Who is responsible; where nobody is, who leads."""
        return self.names(self.bodies(cell, "responsible") or self.bodies(cell, "lead"))

    def shared(self, cells: Sequence[_core.Cell], role: str) -> str:
        """Who leads, is responsible or cooperates: those of all the cells, and for what differs
        'each county'.
        """
        bodies = [self.bodies(cell, role) for cell in cells]
        common = [body for body in bodies[0] if all(body in other for other in bodies)]
        if all(len(each) == len(common) for each in bodies):
            return self.names(common)
        parties = self.targets[cells[0].target][role]
        own = [party["each"] for party in parties if isinstance(party, dict)]
        return self.names(
            [*common, *(self.say("each body", level=self.level_label(level)) for level in own)]
        )

    def due(self, cells: Sequence[_core.Cell]) -> Value:
        """The deadline; of several the last."""
        if self.is_standing(cells[0]):
            return self.say("standing")
        dues = {cell.due for cell in cells if cell.due is not None}
        if not dues:
            return None
        return max(dues) if len(dues) == 1 else self.say("until", day=max(dues))

    def level_label(self, level: str) -> str:
        """What people call a level; groups have their names."""
        return self.level_labels.get(level, level)

    def when(self, cell: _core.Cell) -> str:
        """A period by its name, any other span by its end."""
        if ".." in cell.span and cell.due is not None:
            return cell.due.isoformat()
        return cell.span

    def is_due(self, cell: _core.Cell) -> bool:
        """Whether the cell's deadline has come."""
        return cell.due is not None and cell.due <= self.result.as_of

    def is_standing(self, cell: _core.Cell) -> bool:
        """Whether it is due at every time."""
        return bool(self.targets[cell.target]["when"]["kind"] == "standing")


def with_minus(number: str) -> str:
    """A number with the sign that people write."""
    return f"−{number[1:]}" if number.startswith("-") else number


def signed(gap: str) -> str:
    """A difference with its sign."""
    if not gap or gap == "0" or gap.startswith("0 "):
        return gap
    return with_minus(gap) if gap.startswith("-") else f"+{gap}"


def counts_of(cells: Iterable[_core.Cell]) -> Counts:
    """How many cells have each status."""
    counts = dict.fromkeys(STATUSES, 0)
    for cell in cells:
        counts[cell.status] += 1
    return counts


def applicable(counts: Counts) -> int:
    """How many of the cells apply."""
    return sum(counts.values()) - counts["not_applicable"]


# Of what can be judged so far, this goes well; the rest does not, or nobody can tell.
GOOD = ("met", "on_track")
JUDGED = (*GOOD, "behind", "undecided", "missed")
WORRYING = ("missed", "behind", "undecided")


def good_share(counts: Counts) -> Share | None:
    """Of the cells that can be judged by now, the share that is met or on track.

    What is undecided counts against it: nobody rises by not reporting.
    """
    judged = sum(counts[status] for status in JUDGED)
    if judged == 0:
        return None
    return Share(sum(counts[status] for status in GOOD) / judged)


def met_share(counts: Counts) -> Share | None:
    """Of the cells that apply, the share that is met."""
    return Share(counts["met"] / applicable(counts)) if applicable(counts) else None


def earlier_assessment(
    result: Assessment,
    since: datetime.date | str | None,
    compare: TableData | Assessment | None,
) -> Assessment:
    """The assessment to compare with: the data, or earlier data, as of an earlier day.

    A ValueError where the day is not before that of the assessment.
    """
    if isinstance(compare, Assessment):
        if since is not None:
            raise ValueError("an earlier assessment has its own day")
        return compare
    if since is None:
        # Other data is compared as of the same day; the same data as of the end of last month.
        before = result.as_of.replace(day=1) - datetime.timedelta(days=1)
        day = before if compare is None else result.as_of
    else:
        day = day_of(since, "since")
        if day >= result.as_of:
            raise ValueError(f"{day} is not before {result.as_of}, the day of the assessment")
    data = result.data if compare is None else compare
    return result.plan.assess(data, as_of=day, reached_on=False)
