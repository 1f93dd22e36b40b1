"""Assessments that live: reports are set, and the cells that this changes come back."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from dabiao import _core
from dabiao.arguments import expect, sound, text, text_or_none
from dabiao.assessment import Assessment
from dabiao.columns import as_text
from dabiao.errors import DataError

if TYPE_CHECKING:
    from dabiao.plan import Plan

Value = bool | int | float | Decimal | Fraction | str | datetime.date | None
Report = tuple[str, str | None, str | None, Value]


class PlanSession:
    """A plan with its data, kept up to date; `Plan.session` makes one.

    Setting reports gives the cells that are different now, always those of a fresh `assess` of the
    changed data. Only what depends on a report is evaluated again: of every node of the plan the
    cells, by entity and period, whose operands came out different. A report for a period that an
    input has no data for so far, a new month, has everything evaluated anew.

    >>> plan = dabiao.parse('''plan 例
    ...     level 县  level 村 in 县  unit 张
    ...     input 床位 张 stock each month at 村
    ...     target 全县 : 床位 >= 100 张
    ...     target 各村 : 床位 >= 40 张 at each 村''')
    >>> data = {"村": ["甲", "乙"], "period": ["2024-03"] * 2, "床位": [50, 45]}
    >>> session = plan.session(data, as_of="2024-03-31")
    >>> changed = session.set("床位", "乙", "2024-03", 60)
    >>> [(cell.target, cell.entity, cell.status) for cell in changed]
    [('全县', '县', 'met'), ('各村', '乙', 'met')]
    >>> session.set("床位", "乙", "2024-03", 60)
    []
    >>> [(cell.target, cell.status) for cell in session.set("床位", "乙", "2024-03", None)]
    [('全县', 'undecided'), ('各村', 'undecided')]
    """

    def __init__(self, plan: Plan, core: _core.PlanSession) -> None:
        expect(core, _core.PlanSession, "a session of a plan is what `Plan.session` makes")
        self.plan = plan
        self._core = core
        #: Cells that the last change left without a place: a deadline that moved, a first period
        #: that went away.
        self.gone: list[_core.Cell] = []

    def set(
        self,
        input: str,  # noqa: A002
        entity: str | None,
        period: str | None,
        value: Value,
        *,
        level: str | None = None,
    ) -> list[_core.Cell]:
        """Puts a report in the place of the one that stands there, and returns the cells that are
        different now, by target, then period, then entity.

        `input` is a name or label; `entity` a name or path, None for the top; `period` as tables
        write it, None for what holds at any time; `level` is needed only where the name of the
        entity leaves it open. A value is written as in a table: a bare number, of any kind and
        size, is in the input's unit; a Fraction must be a finite decimal. None, NaN and the marks
        for missing take the report away. Raises DataError, and changes
        nothing, where the report is not understood.
        """
        return self._set([_report(input, entity, period, value, level)])

    def update(self, reports: Iterable[Report]) -> list[_core.Cell]:
        """The same for several reports at once: (input, entity, period, value) each."""
        what = "the reports are tuples of input, entity, period and value"
        given = []
        for each in expect(reports, Iterable, what):
            if not isinstance(each, tuple | list):
                raise TypeError(f"{what}; one is of type {type(each).__name__}")
            if len(each) != 4:
                raise ValueError(f"{what}; one has {len(each)} parts")
            given.append(_report(*each))
        return self._set(given)

    def _set(self, reports: list[tuple[str, str, str, str, str]]) -> list[_core.Cell]:
        changed, gone, problems = self._core.set(reports)
        if problems:
            raise DataError(problems)
        self.gone = gone
        return changed

    def assessment(self) -> Assessment:
        """Every cell as it is now, with a copy of the data; later changes leave it as it is."""
        core, data = self._core.assessment()
        return Assessment(self.plan, data, core)

    @property
    def evaluated_cells(self) -> int:
        """How many cells of nodes were evaluated so far: what changes have cost."""
        return self._core.evaluated_cells


def _report(
    input_: object, entity: object, period: object, value: object, level: object = None
) -> tuple[str, str, str, str, str]:
    """A report as the core takes it, its value as a table's cell writes it."""
    if isinstance(value, datetime.datetime):
        value = value.date()
    return (
        text(input_, "input"),
        text_or_none(entity, "entity") or "",
        text_or_none(period, "period") or "",
        sound(as_text(value) or "", "value"),
        text_or_none(level, "level") or "",
    )
