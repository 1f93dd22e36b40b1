"""The outcome of an assessment."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dabiao import _core
from dabiao.arguments import expect, seen, text, text_or_none
from dabiao.language import Language, language_of
from dabiao.words import STATUSES

if TYPE_CHECKING:
    import pandas
    import polars

    from dabiao.plan import Plan
    from dabiao.read import TableData
    from dabiao.reports.model import Report

Counts = dict[str, int]


class Assessment:
    """Every cell of a plan's targets as of a day.

    >>> plan = dabiao.parse("plan 例  unit 张  input 床位 张 stock  target 甲 : 床位 >= 700 张")
    >>> result = plan.assess({"床位": 720, "period": "2023-08"}, as_of="2023-08-31")
    >>> result.counts["met"], len(result)
    (1, 1)
    >>> result.to_arrow().column("gap").to_pylist()
    [20.0]
    """

    def __init__(self, plan: Plan, data: _core.Data, core: _core.Assessment) -> None:
        expect(core, _core.Assessment, "an assessment is what `Plan.assess` makes")
        self.plan = plan
        self.data = data
        self._core = core

    @property
    def as_of(self) -> datetime.date:
        """The day as of whose end the cells stand."""
        return self._core.as_of

    @property
    def warnings(self) -> list[_core.Diagnostic]:
        """What the data gave cause for, each with its place."""
        return self._core.warnings

    @property
    def counts(self) -> Counts:
        """How many cells have each status."""
        return self._core.counts

    def by_target(self) -> dict[str, Counts]:
        """How many cells of each target have each status."""
        return self._core.by_target()

    def by_clause(self) -> dict[str, Counts]:
        """The same by the number of the clause."""
        return self._core.by_clause()

    def by_body(self) -> dict[str, Counts]:
        """The same by every body that leads or is responsible."""
        return self._core.by_body()

    def by_entity(self) -> dict[str, Counts]:
        """The same by entity, each with what stands below it."""
        return self._core.by_entity()

    def cells(
        self,
        target: str | None = None,
        *,
        status: str | None = None,
        entity: str | None = None,
        level: str | None = None,
    ) -> list[_core.Cell]:
        """The cells, all or those of a target, a status, an entity (name or path) or a level."""
        text_or_none(target, "target")
        text_or_none(entity, "entity")
        text_or_none(level, "level")
        if text_or_none(status, "status") not in (None, *STATUSES):
            raise ValueError(f"the status is one of {', '.join(STATUSES)}, not {seen(status)}")
        return [
            cell
            for cell in self._core.cells(target)
            if (status is None or cell.status == status)
            and (entity is None or entity in (cell.entity, cell.path))
            and (level is None or cell.level == level)
        ]

    def __len__(self) -> int:
        return len(self._core)

    def __getitem__(self, target: str) -> TargetResult:
        return TargetResult(self, target)

    def __iter__(self) -> Iterator[TargetResult]:
        for name in self.by_target():
            yield TargetResult(self, name)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._core.__arrow_c_stream__(requested_schema)

    def to_arrow(self) -> pa.Table:
        """One row per cell."""
        return pa.table(self._core)

    def to_pandas(self) -> pandas.DataFrame:
        """One row per cell, as a pandas DataFrame."""
        return self.to_arrow().to_pandas()

    def to_polars(self) -> polars.DataFrame:
        """One row per cell, as a polars DataFrame."""
        import polars

        frame = polars.from_arrow(self.to_arrow())
        assert isinstance(frame, polars.DataFrame)
        return frame

    def to_json(self, lang: Language | None = None) -> str:
        """The whole outcome as JSON, as `assessment.schema.json` in the package describes it."""
        return self._core.json(language_of(lang))

    def to_dict(self, lang: Language | None = None) -> dict[str, Any]:
        """The whole outcome as dictionaries and lists."""
        document: dict[str, Any] = json.loads(self.to_json(lang))
        return document

    def report(
        self,
        kind: str,
        lang: Language | None = None,
        *,
        since: datetime.date | str | None = None,
        compare: TableData | Assessment | None = None,
    ) -> Report:
        """A report of a kind in `dabiao.reports.KINDS`, such as 'board' or 总览.

        A bulletin says what has changed: since an earlier day, with the same data unless `compare`
        gives earlier data (or an earlier assessment); since the end of the month before where
        neither is given.

        >>> plan = dabiao.parse("plan 例  unit 张  input 床位 张 stock  target 甲 : 床位 >= 7 张")
        >>> result = plan.assess({"床位": 8, "period": "2023-08"}, as_of="2023-08-31")
        >>> print(result.report("board", "en").to_markdown())
        # 例
        <BLANKLINE>
        Overview...
        """
        from dabiao.reports.kinds import kind_named
        from dabiao.reports.subject import Subject, earlier_assessment

        chosen = kind_named(kind)
        earlier = None
        if chosen.compares:
            earlier = earlier_assessment(self, since, compare)
        elif since is not None or compare is not None:
            raise ValueError(f"the report {chosen.name} compares with nothing earlier")
        return chosen.make(Subject(self, language_of(lang), self.cells(), earlier))

    def __repr__(self) -> str:
        counts = ", ".join(f"{count} {status}" for status, count in self.counts.items() if count)
        return f"<Assessment of {self.plan.name} as of {self.as_of}: {counts}>"


class TargetResult:
    """The cells of one target."""

    def __init__(self, assessment: Assessment, name: str) -> None:
        expect(assessment, Assessment, "an assessment is what `Plan.assess` makes")
        self._assessment = assessment
        self.name = text(name, "the name of a target")
        self.cells: list[_core.Cell] = assessment.cells(name)

    @property
    def label(self) -> str:
        """What people call the target."""
        return self.cells[0].label if self.cells else self.name

    @property
    def counts(self) -> Counts:
        """How many cells have each status."""
        return self._assessment.by_target()[self.name]

    @property
    def cell(self) -> _core.Cell:
        """The only cell; a ValueError where there are several or none."""
        if len(self.cells) != 1:
            raise ValueError(f"the target {self.name} has {len(self.cells)} cells; see `.cells`")
        return self.cells[0]

    @property
    def status(self) -> str:
        """The status of the only cell; a ValueError where there are several or none."""
        return self.cell.status

    def find(self, entity: str | None = None, span: str | None = None) -> _core.Cell:
        """The cell of an entity and a span; either may be left out where the other decides."""
        text_or_none(entity, "entity")
        text_or_none(span, "span")
        found = [
            cell
            for cell in self.cells
            if (entity is None or entity in (cell.entity, cell.path))
            and (span is None or span == cell.span)
        ]
        if len(found) == 1:
            return found[0]
        which = f"{self.name} {entity or ''} {span or ''}".strip()
        if not found:
            raise KeyError(f"no cell of {which}")
        some = ", ".join(f"{cell.entity} {cell.span}" for cell in found[:5])
        raise ValueError(f"{which} has {len(found)} cells, say which: {some} …")

    def explain(
        self, entity: str | None = None, span: str | None = None, lang: Language | None = None
    ) -> str:
        """Why a cell is what it is, in words."""
        index = self.find(entity, span).index
        return self._assessment._core.explain(index, language_of(lang))

    def explanation(
        self, entity: str | None = None, span: str | None = None, lang: Language | None = None
    ) -> dict[str, Any]:
        """Why a cell is what it is, as a tree."""
        index = self.find(entity, span).index
        document: dict[str, Any] = json.loads(
            self._assessment._core.explanation(index, language_of(lang))
        )
        return document

    def __len__(self) -> int:
        return len(self.cells)

    def __iter__(self) -> Iterator[_core.Cell]:
        return iter(self.cells)

    def __repr__(self) -> str:
        return f"<TargetResult {self.name}: {len(self.cells)} cells>"
