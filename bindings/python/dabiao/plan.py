"""Plans: reading, checking, writing and assessing them."""

from __future__ import annotations

import datetime
import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from dabiao import _core
from dabiao.arguments import count, day, expect, flag, names, path_of, path_text, seen
from dabiao.arguments import text as text_of
from dabiao.assessment import Assessment
from dabiao.compiled import CompiledPlan
from dabiao.coverage import Coverage, coverage
from dabiao.errors import DataError, PlanError
from dabiao.figures import Figure, figures
from dabiao.read import Table, TableData, read_text, sound_tables, tables
from dabiao.session import PlanSession
from dabiao.statuses import Statuses, dense_inputs

# What is wrong with a cell whatever stands elsewhere.
_OF_SINGLE_CELLS = {
    "negative_report",
    "outside_range",
    "unknown_period",
    "unknown_stage_in_data",
    "unread_cell",
}

GraphFormat = Literal["svg", "dot", "mermaid", "json"]
Sources = str | os.PathLike[str] | Iterable[str | os.PathLike[str]] | None


@dataclass(frozen=True)
class Level:
    """A kind of entity in the hierarchy."""

    name: str
    label: str
    parent: str | None = None
    count: int | None = None


@dataclass(frozen=True)
class Input:
    """A measured value per entity and period."""

    name: str
    label: str
    type: str
    kind: str
    level: str
    each: str | None = None
    missing: str | None = None


@dataclass(frozen=True)
class Indicator:
    """A named formula."""

    name: str
    label: str
    type: str
    formula: str


@dataclass(frozen=True)
class Target:
    """A condition with when, where, who and the clause that it comes from."""

    name: str
    label: str
    condition: str
    when: str
    where: str
    clause: str | None
    lead: list[str] = field(default_factory=list)
    responsible: list[str] = field(default_factory=list)
    cooperating: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    cite: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Noted:
    """Words of the source that were read and promise nothing, with the reason."""

    anchors: list[str]
    reason: str


class GraphvizAbsentError(RuntimeError):
    """Graphviz, which draws the graph, is not installed."""


class Plan:
    """A plan that can be evaluated. `load`, `parse`, `from_dict` and `from_json` make one."""

    def __init__(self, core: _core.Plan, warnings: Iterable[_core.Diagnostic] = ()) -> None:
        expect(core, _core.Plan, "a plan is what `dabiao.load` or `dabiao.parse` makes")
        self._core = core
        self._warnings = list(warnings) or list(core.warnings)
        self._document: dict[str, Any] | None = None

    @property
    def name(self) -> str:
        """The plan's name."""
        return self._core.name

    @property
    def label(self) -> str:
        """What people call the plan."""
        return self._core.label

    @property
    def text(self) -> str:
        """The plan as it was written."""
        return self._core.text

    @property
    def file(self) -> str:
        """The name of the file that it was read from."""
        return self._core.file

    @property
    def sources(self) -> list[str]:
        """The files of the document that the plan was taken from."""
        return self._core.sources

    @property
    def warnings(self) -> list[_core.Diagnostic]:
        """What looks wrong and does not keep the plan from being evaluated."""
        return self._warnings

    @property
    def levels(self) -> list[Level]:
        """The levels, those above first."""
        return [Level(*each) for each in self._core.levels]

    @property
    def inputs(self) -> list[Input]:
        """The inputs in the order of the plan."""
        return [
            Input(
                each["name"],
                each["label"] or each["name"],
                each["type"],
                each["resolved"]["kind"],
                each["resolved"]["level"],
                each["each"],
                each["missing"],
            )
            for each in self._dict()["inputs"]
        ]

    @property
    def indicators(self) -> list[Indicator]:
        """The indicators in the order of the plan."""
        return [
            Indicator(each["name"], each["label"] or each["name"], each["type"], each["formula"])
            for each in self._dict()["indicators"]
        ]

    @property
    def targets(self) -> list[Target]:
        """The targets in the order of the plan, with what they take over from their clauses."""
        return [
            Target(
                each["name"],
                each["label"] or each["name"],
                each["condition"],
                each["when"]["text"],
                each["where"]["text"],
                each["clause"],
                [_party(party) for party in each["lead"]],
                [_party(party) for party in each["responsible"]],
                [_party(party) for party in each["cooperating"]],
                each["tags"],
                [cited["anchor"] for cited in each["cite"]],
            )
            for each in self._dict()["targets"]
        ]

    @property
    def noted(self) -> list[Noted]:
        """What the plan marks as read and no commitment, in its order.

        >>> plan = dabiao.parse('plan 例 noted "三个阶段", "两手抓" because "只是概述"')
        >>> plan.noted
        [Noted(anchors=['三个阶段', '两手抓'], reason='只是概述')]
        """
        return [
            Noted([anchor["anchor"] for anchor in each["anchors"]], each["reason"])
            for each in self._dict()["noted"]
        ]

    def check(
        self,
        source: Sources = None,
        *,
        uncovered: bool = True,
    ) -> list[_core.Diagnostic]:
        """Everything that looks wrong with the plan, no data needed.

        With the text of its source document (a path, or several), also the anchors that do not
        stand there and, unless `uncovered` is False, the passages with a number, date or frequency
        that the plan neither cites nor notes. Without, the files that the plan names as its
        sources are used where they lie beside it.

        >>> plan = dabiao.parse('plan 例  unit 张  input 床位 张 stock  target 甲 : 床位 >= 0 张')
        >>> [each.severity for each in plan.check()]
        ['warning']
        """
        return self._core.check(
            documents_of(self.file, self.sources, source), flag(uncovered, "uncovered")
        )

    def coverage(self, source: Sources = None) -> Coverage | None:
        """How much of its source document the plan accounts for; None where there is no document.

        An anchor accounts for the numbers that it touches, not for what stands beside them. What
        is marked with `noted` is counted by itself.

        >>> plan = dabiao.parse('plan 例  unit 张  input 床位 张 stock  target 甲 : 床位 >= 0 张')
        >>> plan.coverage() is None
        True
        """
        documents = documents_of(self.file, self.sources, source)
        return coverage(_core.coverage(self._core, documents)) if documents else None

    def figures(self) -> list[Figure]:
        """Every figure that the plan states, recomputed from its givens and tables, then every
        threshold that other targets allocate, added up from its parts.

        >>> plan = dabiao.parse('''
        ...     plan 例  window 2024  unit 张  input 床位 张 stock  input 护理 张 stock
        ...     given 床位 = 9688 张, 护理 = 5586 张 in 2023-08
        ...     stated 护理 / 床位 = 57% in 2023-08
        ... ''')
        >>> figure = plan.figures()[0]
        >>> figure.verdict, figure.recomputed, figure.unit
        ('truncated', Fraction(9975, 173), '%')
        """
        return figures(self._core)

    def _dict(self) -> dict[str, Any]:
        if self._document is None:
            self._document = json.loads(self._core.json())
        return self._document

    def to_dict(self) -> dict[str, Any]:
        """The plan's JSON form, as `plan.schema.json` in the package describes it.

        >>> plan = dabiao.parse('plan 例  unit 张  input 床位 张 stock  target 甲 : 床位 >= 700 张')
        >>> plan.to_dict()["targets"][0]["comparisons"][0]["threshold"]
        {'value': '700', 'unit': '张', 'text': '700 张'}
        """
        document: dict[str, Any] = json.loads(self._core.json())
        return document

    def to_json(self, indent: int | None = 2) -> str:
        """The plan's JSON form as text; `from_json` reads it back without loss."""
        spaces = count(indent, "indent")
        return json.dumps(self._dict(), ensure_ascii=False, indent=spaces)

    def format(self) -> str:
        """The plan in its canonical form, comments kept.

        >>> plan = dabiao.parse('计划 例  单位 张  数据 床位 张 存量   目标 甲:床位>=700张')
        >>> print(plan.format(), end="")
        计划 例
        单位 张
        数据 床位 张 存量
        目标 甲 : 床位 >= 700 张
        """
        return self._core.format()

    def graph(self, format: GraphFormat = "svg", *, targets: Iterable[str] = ()) -> str:  # noqa: A002
        """The dependency graph as 'svg' (drawn by Graphviz), 'dot', 'mermaid' or 'json'.

        >>> plan = dabiao.parse('plan 例  unit 张  input 床位 张 stock  target 甲 : 床位 >= 700 张')
        >>> plan.graph("mermaid").splitlines()[0]
        'flowchart LR'
        """
        known = get_args(GraphFormat)
        if format not in known:
            raise ValueError(f"the format is {', '.join(known)}, not {seen(format)}")
        chosen = names(targets, "targets")
        if format != "svg":
            return self._core.graph(format, chosen)
        dot = shutil.which("dot")
        if dot is None:
            raise GraphvizAbsentError(
                "the program `dot` of Graphviz, which draws the graph, is not installed;"
                " install graphviz, or ask for the format dot, mermaid or json"
            )
        drawn = subprocess.run(
            [dot, "-Tsvg"],
            input=self._core.graph("dot", chosen).encode(),
            capture_output=True,
            check=False,
        )
        if drawn.returncode != 0:
            raise GraphvizAbsentError(
                f"Graphviz failed: {drawn.stderr.decode(errors='replace').strip()}"
            )
        return drawn.stdout.decode()

    def template(self) -> list[Sheet]:
        """Empty tables with the columns that the plan needs, one per level that has inputs.

        >>> plan = dabiao.parse('plan 例  unit 张  input 床位 张 stock  target 甲 : 床位 >= 700 张')
        >>> plan.template()[0].columns
        ['period', '床位 (张)']
        """
        return [Sheet(*each) for each in self._core.template()]

    def read(
        self, data: TableData, *, entities: TableData | None = None, keep_going: bool = False
    ) -> _core.Data:
        """Reads data for this plan; see `dabiao.read`."""
        if isinstance(data, _core.Data):
            return data
        both = [data] if entities is None else [data, entities]
        going = flag(keep_going, "keep_going")
        (found, *registers), problems = sound_tables(*both)
        handed = [_handed(table) for table in found]
        if problems:
            # What is left is read for what is wrong with single cells; whose they are is not known
            # for certain without the rest.
            _, others = _core.read(self._core, handed, None, False)
            raise DataError(problems + [each for each in others if each.kind in _OF_SINGLE_CELLS])
        register = _register(registers[0]) if registers else None
        cube, diagnostics = _core.read(self._core, handed, register, going)
        if cube is None:
            raise DataError(diagnostics)
        return cube

    def assess(
        self,
        data: TableData,
        as_of: datetime.date | str | None = None,
        *,
        targets: Iterable[str] = (),
        entities: TableData | None = None,
        reached_on: bool = True,
    ) -> Assessment:
        """Assesses every target as of the end of a day (today where none is given).

        `data` is a path, a data frame (pandas, polars), an Arrow table, a dict of columns, a list
        of records or one record, several of these as a list or by name, or what `read` returned.
        """
        cube = self.read(data, entities=entities)
        core = _core.assess(
            self._core,
            cube,
            day(as_of, "as_of").isoformat(),
            names(targets, "targets"),
            flag(reached_on, "reached_on"),
        )
        return Assessment(self, cube, core)

    def session(
        self,
        data: TableData,
        as_of: datetime.date | str | None = None,
        *,
        targets: Iterable[str] = (),
        entities: TableData | None = None,
        reached_on: bool = True,
    ) -> PlanSession:
        """An assessment that lives: setting reports gives the cells that change.

        The arguments are those of `assess`; the data is copied. To open a session costs more than
        to assess once, for `reached_on` evaluates every data day; without it, changes cost less as
        well.

        >>> plan = dabiao.parse("plan 例  unit 张  input 床位 张 stock  target 甲 : 床位 >= 700 张")
        >>> session = plan.session({"床位": 720, "period": "2023-08"}, as_of="2023-08-31")
        >>> changed = session.set("床位", None, "2023-08", 680)
        >>> [(cell.target, cell.status, cell.gap) for cell in changed]
        [('甲', 'missed', -20.0)]
        """
        cube = self.read(data, entities=entities)
        core = _core.session(
            self._core,
            cube,
            day(as_of, "as_of").isoformat(),
            names(targets, "targets"),
            flag(reached_on, "reached_on"),
        )
        return PlanSession(self, core)

    def compile(self, outputs: Iterable[str] = (), *, gaps: bool = False) -> CompiledPlan:
        """Indicators and targets as functions of one record, to be run many times and fast.

        `outputs` are names of indicators and targets; by default all that read the inputs of one
        record alone. Those that read parts, other periods or other targets need `assess`; where
        they are asked for by name, PlanError says what they read. With `gaps`, a target that
        compares two numbers is followed by `NAME.gap`: by how much it holds, or below 0, what is
        lacking.

        >>> plan = dabiao.parse("plan 例  unit 张  input 床位 张 stock  target 甲 : 床位 >= 700 张")
        >>> plan.compile(gaps=True).run({"床位": [720.0, 650.0]}).to_pylist()
        [{'甲': True, '甲.gap': 20.0}, {'甲': False, '甲.gap': -50.0}]
        """
        chosen = names(outputs, "outputs")
        core, problems = _core.compile(self._core, chosen, flag(gaps, "gaps"))
        if core is None:
            raise PlanError(problems)
        return CompiledPlan(core)

    def dense(
        self,
        entities: TableData,
        inputs: Mapping[str, Any],
        periods: Iterable[Any] = (),
        *,
        threads: int | None = None,
    ) -> _core.Data:
        """Data in arrays, which are read where they stand; see `dabiao.dense`."""
        (found,) = tables(entities)
        register = _register(found)
        expect(inputs, Mapping, "the inputs are arrays by name")
        arrays, named = dense_inputs(self, inputs, periods)
        cube, diagnostics = _core.dense(
            self._core, register, named, arrays, count(threads, "threads") or 0
        )
        if cube is None:
            raise DataError(diagnostics)
        return cube

    def statuses(
        self,
        data: TableData,
        as_of: datetime.date | str | None = None,
        *,
        targets: Iterable[str] = (),
        entities: TableData | None = None,
        threads: int | None = None,
        chunk: int = 1024,
    ) -> Statuses:
        """The status of every cell and nothing else, for data of any size.

        They are those of `assess`, evaluated block by block while they are read. `threads` (one per
        core where none is given) and `chunk`, about how many entities are evaluated at once, change
        no result.

        >>> plan = dabiao.parse('''
        ...     plan 例  window 2025-01-01..2025-12-31  level 村
        ...     unit 次  input 走访 次 flow each month
        ...     target 月月走访 : 走访 >= 1 次 each month at each 村
        ... ''')
        >>> data = dabiao.dense(
        ...     plan, {"村": ["乙", "甲"]}, {"走访": [1, 0, 2, None]}, ["2025-01", "2025-02"]
        ... )
        >>> statuses = plan.statuses(data, "2025-02-28")
        >>> [batch["status"].to_pylist() for batch in statuses][:2]
        [['met', 'missed'], ['met', 'undecided']]
        """
        cube = self.read(data, entities=entities)
        core = _core.statuses(
            self._core,
            cube,
            day(as_of, "as_of").isoformat(),
            names(targets, "targets"),
            count(threads, "threads") or 0,
            count(chunk, "chunk") or 1,
        )
        return Statuses(core)

    def __repr__(self) -> str:
        return f"<Plan {self.name} {self.label!r}>"


@dataclass(frozen=True)
class Sheet:
    """An empty table to fill in, for the inputs of one level: a row per entity and period."""

    level: str
    columns: list[str]
    path_columns: int  # how many columns, the first ones, name the entity
    has_period: bool
    periods: list[str]  # those that are asked for
    rows: list[list[str]]  # the entities that the plan knows

    @property
    def path(self) -> list[str]:
        """The columns that name the entity."""
        return self.columns[: self.path_columns]

    @property
    def inputs(self) -> list[str]:
        """The columns of the inputs."""
        return self.columns[self.path_columns + self.has_period :]


def documents_of(file: str | Path, named: list[str], source: Sources) -> list[tuple[str, str]]:
    """The names and texts of a plan's documents: those given, or those that it names beside it."""
    if source is None:
        paths = [Path(file).parent / each for each in named]
        if not all(path.is_file() for path in paths):
            paths = []
    elif isinstance(source, str | os.PathLike):
        paths = [path_of(source, "source")]
    else:
        given = expect(source, Iterable, "source is a path or several paths")
        paths = [path_of(each, "each source") for each in given]
    return [(path_text(path.name), read_text(path, DataError)) for path in paths]


def _party(party: str | dict[str, str]) -> str:
    return party if isinstance(party, str) else f"each {party['each']}"


def _register(found: list[Table]) -> _core.Table:
    if len(found) != 1:
        raise ValueError("the register of entities is one table")
    return _handed(found[0])


def _handed(table: Table) -> _core.Table:
    return _core.Table(table.name, table.data, table.first_row, table.row_numbers)


# ---- making plans -----------------------------------------------------------------------------


def _checked(core: _core.Plan | None, diagnostics: list[_core.Diagnostic]) -> Plan:
    if core is None:
        raise PlanError(diagnostics)
    return Plan(core, [each for each in diagnostics if each.severity != "error"])


def load(path: str | os.PathLike[str]) -> Plan:
    """Reads a plan from a file; raises PlanError with everything that is wrong with it.

    >>> try:
    ...     dabiao.load("absent.biao")
    ... except dabiao.PlanError as error:
    ...     print(error.diagnostics[0].message())
    there is no file `absent.biao`
    """
    path = path_of(path, "the file of a plan")
    return parse(read_text(path, PlanError), path_text(path))


def load_for(path: str | os.PathLike[str], *data: TableData) -> Plan:
    """The same for a plan that data is about to be read for: where it has errors, what is wrong
    with the data by itself is raised with them.
    """
    try:
        return load(path)
    except PlanError as error:
        raise PlanError(error.diagnostics + sound_tables(*data)[1]) from None


def check_draft(path: str | os.PathLike[str], source: Sources = None) -> list[_core.Diagnostic]:
    """Of a plan with errors, the anchors that do not stand in its documents, as far as it is sound;
    see `Plan.check`.
    """
    path = path_of(path, "the file of a plan")
    try:
        draft = _core.Draft(read_text(path, PlanError), path_text(path))
        return draft.check_anchors(documents_of(path, draft.sources, source))
    except PlanError:
        return []  # there is nothing to be read
    except DataError as error:
        return error.diagnostics


def parse(text: str, name: str = "plan.biao") -> Plan:
    """Reads a plan; raises PlanError with everything that is wrong with it.

    >>> plan = dabiao.parse("plan 例  unit 张  input 床位 张 stock  target 甲 : 床位 >= 700 张")
    >>> plan.targets[0].condition
    '床位 >= 700 张'
    """
    text_of(text, "the text of a plan", "a str; `dabiao.load` reads a file")
    text_of(name, "the name of a plan's text")
    return _checked(*_core.parse(text, name))


def from_dict(document: dict[str, Any]) -> Plan:
    """Makes a plan from its JSON form; raises PlanError where it does not have that form.

    >>> plan = dabiao.parse("plan 例  unit 张  input 床位 张 stock  target 甲 : 床位 >= 700 张")
    >>> dabiao.from_dict(plan.to_dict()).format() == plan.format()
    True
    """
    expect(document, dict, "the JSON form of a plan is a dict; `dabiao.from_json` reads its text")
    return from_json(json.dumps(document, ensure_ascii=False))


def from_json(text: str) -> Plan:
    """Makes a plan from its JSON form as text."""
    text_of(text, "the JSON form of a plan", "a str here; `dabiao.from_dict` takes a dict")
    plan_text, diagnostics = _core.text_from_json(text)
    if plan_text is None:
        raise PlanError(diagnostics)
    return parse(plan_text)


def read(
    data: TableData,
    plan: Plan,
    *,
    entities: TableData | None = None,
    keep_going: bool = False,
) -> _core.Data:
    """Reads data for a plan; raises DataError with everything that is wrong with it.

    `entities` is a register of the plan's entities: a column per level, optionally `opened` and
    `closed`. With `keep_going` bad cells are missing, with a reason, and reported as warnings.

    >>> plan = dabiao.parse("plan 例  unit 张  input 床位 张 stock  target 甲 : 床位 >= 700 张")
    >>> data = dabiao.read({"床位": ["700"], "period": ["2023-08"]}, plan)
    >>> try:
    ...     dabiao.read({"床位": ["许多"], "period": ["2023-08"]}, plan)
    ... except dabiao.DataError as error:
    ...     print(error.diagnostics[0].data_column)
    床位
    """
    expect(plan, Plan, "a plan is what `dabiao.load` or `dabiao.parse` makes")
    return plan.read(data, entities=entities, keep_going=keep_going)


def dense(
    plan: Plan,
    entities: TableData,
    inputs: Mapping[str, Any],
    periods: Iterable[Any] = (),
    *,
    threads: int | None = None,
) -> _core.Data:
    """Data in arrays, which are read where they stand; raises DataError with what is wrong.

    `entities` is a register: a column per level, a row per entity with its ancestors. `inputs` has
    an array per input (by name or label): NumPy or Arrow, of shape (periods, entities) or flat in
    that order, one number per entity of the input's level in the order of the register; constants,
    and everything where no `periods` are given, have one number per entity. Numbers are in the
    input's unit; NaN, infinities, nulls and masked numbers are missing. What float64 does not hold
    (decimals, long integers, texts) and float32 are read as in tables, exactly. `periods` follow
    one another: "2025-01", "2025-02", …

    Contiguous arrays of float64 are not copied where the register lists siblings in code-point
    order, each family together; they must not change while the data is used.

    >>> plan = dabiao.parse(
    ...     "plan 例  level 村  unit 张  input 床位 张 stock  target 甲 : 床位 >= 2 张"
    ... )
    >>> data = dabiao.dense(plan, {"村": ["甲村"]}, {"床位": [1.0, 2.0]}, ["2025-01", "2025-02"])
    >>> plan.assess(data, "2025-02-28")["甲"].status
    'met'
    """
    expect(plan, Plan, "a plan is what `dabiao.load` or `dabiao.parse` makes")
    return plan.dense(entities, inputs, periods, threads=threads)
