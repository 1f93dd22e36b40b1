"""Indicators and targets as functions of one record, run over many at once or one by one."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dabiao import _core
from dabiao.arguments import count, expect, seen, sound, text
from dabiao.columns import arrow_column, as_text, is_array, table_of_frame
from dabiao.errors import DataError

if TYPE_CHECKING:
    import numpy.typing as npt

Progress = Callable[[int, int], object]


@dataclass(frozen=True)
class Column:
    """An input that the compiled outputs read, or an output."""

    name: str
    label: str
    unit: str  # in which numbers stand; empty for what has none
    kind: str  # number, yesno, date or stage


@dataclass(frozen=True)
class Run:
    """What a run came across: how many rows doubles alone did not decide, and why."""

    rows: int = 0
    settled: int = 0  # rows in which exact arithmetic decided something
    missing: int = 0  # of these, rows in which a value is missing


class _Handed:
    """Arrow's capsules of a record batch, to be taken over once."""

    def __init__(self, capsules: tuple[object, object]) -> None:
        self._capsules = capsules

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        return self._capsules


class CompiledPlan:
    """Indicators and targets of a plan as functions of one record; `Plan.compile` makes one.

    A record has a value for each input, all about the same entity and time. A target is judged as
    when it is due: True where it holds, False where it does not, null where what is missing decides
    or where the target does not apply.

    >>> plan = dabiao.parse('''plan 例  unit 张
    ...     input 护理床位 张 stock  input 床位 张 stock
    ...     indicator 护理占比 % = 护理床位 / 床位
    ...     target 六成 : 护理占比 >= 60%''')
    >>> compiled = plan.compile()
    >>> table = compiled.run({"护理床位": [6.0, 5.0, None], "床位": [10.0, 10.0, 10.0]})
    >>> table.column("护理占比").to_pylist(), table.column("六成").to_pylist()
    ([60.0, 50.0, None], [True, False, None])
    """

    def __init__(self, core: _core.CompiledPlan) -> None:
        expect(core, _core.CompiledPlan, "a compiled plan is what `Plan.compile` makes")
        self._core = core
        self.inputs = [Column(*each) for each in core.inputs]
        self.outputs = [Column(*each) for each in core.outputs]
        #: What the last `run` or `stream` came across.
        self.last_run = Run()

    @property
    def schema(self) -> pa.Schema:
        """The schema of what `run` and `stream` return: float64 for numbers, bool for truths."""
        return pa.schema(
            [
                pa.field(each.name, pa.bool_() if each.kind == "yesno" else pa.float64())
                for each in self.outputs
            ]
        )

    def run(
        self,
        data: object,
        *,
        threads: int | None = None,
        progress: Progress | None = None,
    ) -> pa.Table:
        """The outputs for every record of a table.

        `data` is an Arrow table or batch, a data frame (pandas, polars), or a dict of NumPy arrays,
        series or lists by input, read as `Plan.assess` reads them; float64 columns are read where
        they stand. `threads` is how many
        processors to use, all by default; the result does not depend on it. `progress` is called
        now and then with the rows done and the rows of the batch. Raises DataError with everything
        that is wrong with the records.
        """
        batches = list(self._batches(data, threads, progress))
        return pa.Table.from_batches(batches, self.schema)

    def stream(
        self,
        data: object,
        *,
        threads: int | None = None,
        progress: Progress | None = None,
    ) -> pa.RecordBatchReader:
        """The outputs batch by batch, as a reader: for records that do not fit in memory.

        `data` is anything that hands out Arrow record batches, a RecordBatchReader above all.
        """
        return pa.RecordBatchReader.from_batches(
            self.schema, self._batches(data, threads, progress)
        )

    def _batches(
        self, data: object, threads: int | None, progress: Progress | None
    ) -> Iterator[pa.RecordBatch]:
        if progress is not None and not callable(progress):
            raise TypeError(f"progress is a function or None, not {type(progress).__name__}")
        return self._outcomes(_record_batches(data), count(threads, "threads") or 0, progress)

    def _outcomes(
        self, batches: Iterable[pa.RecordBatch], threads: int, progress: Progress | None
    ) -> Iterator[pa.RecordBatch]:
        first_row = 2
        total = Run()
        for batch in batches:
            handed, tally, problems = self._core.run(batch, "records", first_row, threads, progress)
            if handed is None:
                raise DataError(problems)
            first_row += batch.num_rows
            total = Run(total.rows + tally[0], total.settled + tally[1], total.missing + tally[2])
            self.last_run = total
            yield pa.record_batch(_Handed(handed))

    def totals(self, data: object, *, threads: int | None = None) -> pa.Table:
        """What all records come to, without the outputs of each: memory stays small.

        A row per output: in how many records it has a value (`known`) and has none (`missing`); of
        a number the `sum` of its values, of a target in how many records it `holds` and `fails`.
        Sums are of doubles, in an order that depends on the rows alone; `threads` changes nothing.
        One beyond all doubles is null.
        `data` is as in `run` or `stream`.

        >>> plan = dabiao.parse('''plan 例  unit 张
        ...     input 护理床位 张 stock  input 床位 张 stock
        ...     indicator 护理占比 % = 护理床位 / 床位
        ...     target 六成 : 护理占比 >= 60%''')
        >>> records = {"护理床位": [6.0, 5.0, None], "床位": [10.0, 10.0, 10.0]}
        >>> for row in plan.compile().totals(records).to_pylist():
        ...     print(row)
        {'output': '护理占比', 'known': 2, 'missing': 1, 'sum': 110.0, 'holds': None, 'fails': None}
        {'output': '六成', 'known': 2, 'missing': 1, 'sum': None, 'holds': 1, 'fails': 1}
        """
        total = Run()
        sums = [0.0] * len(self.outputs)
        missing = [0] * len(self.outputs)
        holds = [0] * len(self.outputs)
        first_row = 2
        most = count(threads, "threads") or 0
        for batch in _record_batches(data):
            found, problems = self._core.totals(batch, "records", first_row, most)
            if found is None:
                raise DataError(problems)
            tally, of_batch, no_value, holding = found
            first_row += batch.num_rows
            total = Run(total.rows + tally[0], total.settled + tally[1], total.missing + tally[2])
            sums = [a + b for a, b in zip(sums, of_batch, strict=True)]
            missing = [a + b for a, b in zip(missing, no_value, strict=True)]
            holds = [a + b for a, b in zip(holds, holding, strict=True)]
        self.last_run = total
        truth = [each.kind == "yesno" for each in self.outputs]
        known = [total.rows - each for each in missing]
        fails = [k - h for k, h in zip(known, holds, strict=True)]
        return pa.table(
            {
                "output": pa.array([each.name for each in self.outputs], pa.string()),
                "known": pa.array(known, pa.int64()),
                "missing": pa.array(missing, pa.int64()),
                "sum": pa.array(
                    [
                        None if t or not math.isfinite(s) else s
                        for t, s in zip(truth, sums, strict=True)
                    ],
                    pa.float64(),
                ),
                "holds": pa.array(
                    [h if t else None for t, h in zip(truth, holds, strict=True)], pa.int64()
                ),
                "fails": pa.array(
                    [f if t else None for t, f in zip(truth, fails, strict=True)], pa.int64()
                ),
            }
        )

    def scenarios(
        self,
        data: object,
        scenarios: Mapping[str, Mapping[str, Any]],
        *,
        threads: int | None = None,
    ) -> pa.Table:
        """How every target stands under many scenarios over the same records.

        A scenario says for some inputs what they become in every record: a number, or
        `("add", number)`, or `("scale", number)`, in the input's own unit. A number may be of any
        kind and size, Decimal, Fraction and NumPy's included. The result has a row per
        scenario and target: in how many records it holds, fails, and is undecided or does not
        apply. Changes are exact: 0.1 raised by 0.2 is 0.3. One that leads out of the range of its
        input in any record is refused with DataError, as such a report would be. What no scenario
        touches is computed once per record; a scenario with a number that is no double is decided
        record by record.

        >>> plan = dabiao.parse('''plan 例  unit 张
        ...     input 护理床位 张 stock  input 床位 张 stock
        ...     target 六成 : 护理床位 / 床位 >= 60%''')
        >>> records = {"护理床位": [6.0, 5.0], "床位": [10.0, 10.0]}
        >>> found = plan.compile().scenarios(records, {
        ...     "as is": {}, "one more": {"护理床位": ("add", 1)}})
        >>> found.select(["scenario", "holds"]).to_pylist()
        [{'scenario': 'as is', 'holds': 1}, {'scenario': 'one more', 'holds': 2}]
        """
        expect(scenarios, Mapping, "the scenarios are changes of inputs by name")
        for name, changes in scenarios.items():
            text(name, "the name of a scenario")
            expect(changes, Mapping, f"the changes of scenario {name!r} are values by input")
        given = [
            (name, [_change(name, inp, value) for inp, value in changes.items()])
            for name, changes in scenarios.items()
        ]
        most = count(threads, "threads") or 0
        truths = [i for i, each in enumerate(self.outputs) if each.kind == "yesno"]
        holds = [[0] * len(truths) for _ in given]
        opens = [[0] * len(truths) for _ in given]
        rows = 0
        first_row = 2
        for batch in _record_batches(data):
            tallies, problems = self._core.scenarios(batch, "records", first_row, given, most)
            if tallies is None:
                raise DataError(problems)
            first_row += batch.num_rows
            rows += batch.num_rows
            for i, (holding, no_value) in enumerate(tallies):
                for k, output in enumerate(truths):
                    holds[i][k] += holding[output]
                    opens[i][k] += no_value[output]
        names = [self.outputs[output].name for output in truths]
        return pa.table(
            {
                "scenario": [name for name, _ in given for _ in truths],
                "target": names * len(given),
                "holds": pa.array([each for row in holds for each in row], pa.int64()),
                "fails": pa.array(
                    [
                        rows - h - o
                        for hs, os in zip(holds, opens, strict=True)
                        for h, o in zip(hs, os, strict=True)
                    ],
                    pa.int64(),
                ),
                "undecided": pa.array([each for row in opens for each in row], pa.int64()),
            }
        )

    def session(self, **values: Any) -> Session:
        """A live record: inputs are set, and what follows from them is kept up to date."""
        session = Session(self)
        session.set(**values)
        return session

    def record(self) -> Record:
        """A prepared evaluator of single records; one per thread."""
        return Record(self)

    def __repr__(self) -> str:
        return f"<CompiledPlan of {len(self.inputs)} inputs and {len(self.outputs)} outputs>"


class Record:
    """Evaluates one record at a time.

    >>> plan = dabiao.parse('''plan 例  unit 张
    ...     input 护理床位 张 stock  input 床位 张 stock
    ...     indicator 护理占比 % = 护理床位 / 床位
    ...     target 六成 : 护理占比 >= 60%''')
    >>> record = plan.compile().record()
    >>> record(护理床位=6, 床位=10)
    {'护理占比': 60.0, '六成': True}
    >>> record.values([5.0, 10.0])
    (50.0, False)
    """

    def __init__(self, compiled: CompiledPlan) -> None:
        expect(compiled, CompiledPlan, "a compiled plan is what `Plan.compile` makes")
        self._core = compiled._core.record()
        self._inputs = [each.name for each in compiled.inputs]
        self._outputs = [each.name for each in compiled.outputs]
        #: The outputs for a value of each input, both in order; None is missing.
        self.values: Callable[[Sequence[Any]], tuple[float | bool | None, ...]] = self._core.values

    def __call__(self, **values: Any) -> dict[str, float | bool | None]:
        """The outputs by name, for values by input; an input that is not given is missing.

        A value is a number (a float stands for its shortest decimal, one of NumPy for what it
        prints, a `Decimal` or a `Fraction` that is a decimal for itself), a bool, a date, a text as
        a table would hold it, or None. Raises ValueError for a value that
        is none of the input's.
        """
        unknown = [name for name in values if name not in self._inputs]
        if unknown:
            raise TypeError(
                f"no input {', '.join(unknown)}; the inputs are {', '.join(self._inputs)}"
            )
        found = self._core.values([values.get(name) for name in self._inputs])
        return dict(zip(self._outputs, found, strict=True))

    def reasons(self) -> dict[str, str]:
        """Why outputs of the last record are missing."""
        found = {name: self._core.reason(i) for i, name in enumerate(self._outputs)}
        return {name: reason for name, reason in found.items() if reason}

    def settled(self) -> list[str]:
        """The outputs of the last record that exact arithmetic decided, since doubles did not."""
        return [name for i, name in enumerate(self._outputs) if self._core.was_settled(i)]


class Session:
    """A record that lives: setting inputs gives the outputs that change; only these are computed.

    >>> plan = dabiao.parse('''plan 例  unit 张
    ...     input 护理床位 张 stock  input 床位 张 stock
    ...     indicator 护理占比 % = 护理床位 / 床位
    ...     target 六成 : 护理占比 >= 60%
    ...     target 一百 : 床位 >= 100 张''')
    >>> session = plan.compile().session(护理床位=50, 床位=100)
    >>> session.set(护理床位=60)
    {'护理占比': 60.0, '六成': True}
    >>> session.set(护理床位=60)
    {}
    >>> session.values()
    {'护理占比': 60.0, '六成': True, '一百': True}
    """

    def __init__(self, compiled: CompiledPlan) -> None:
        expect(compiled, CompiledPlan, "a compiled plan is what `Plan.compile` makes")
        self._core = compiled._core.session()
        self._outputs = [each.name for each in compiled.outputs]

    def set(self, **values: Any) -> dict[str, float | bool | None]:
        """Sets inputs, None for missing, and returns the outputs that are different now.

        The time that it takes is proportional to what depends on what changes. Values are as in
        `Record`. Where one cannot be read or its declaration rules it out, a ValueError names all
        such values and nothing is set.
        """
        return self._core.set(values)

    def values(self) -> dict[str, float | bool | None]:
        """All outputs as they stand."""
        return dict(zip(self._outputs, self._core.values(), strict=True))

    @property
    def steps(self) -> int:
        """How many instructions the last `set` ran."""
        return self._core.steps()


def _change(scenario: str, name: str, value: Any) -> tuple[str, str, float | str]:
    """The change of an input, its number as a double where that says it, else in digits."""
    text(name, f"an input of scenario {scenario!r}")
    how, number = "set", value
    if isinstance(value, tuple) and len(value) == 2 and value[0] in ("set", "add", "scale"):
        how, number = value
        number = float(number) if isinstance(number, bool) else number
    if isinstance(number, float):
        return name, how, float(number)
    of_numpy = getattr(number, "dtype", None)
    if of_numpy is None:
        is_number = isinstance(number, int | Decimal | Fraction) and not isinstance(number, bool)
    else:
        is_number = of_numpy.kind in "iuf" and number.ndim == 0
    digits = as_text(number) if is_number else None
    if digits is not None and digits.lstrip("-")[:1].isdigit():
        return name, how, digits
    raise ValueError(
        f"scenario {scenario!r}: {name} is {seen(value)},"
        " expected a number, ('add', number) or ('scale', number)"
    )


def _record_batches(data: Any) -> Iterable[pa.RecordBatch]:
    if isinstance(data, pa.RecordBatch):
        return [data]
    if isinstance(data, pa.Table):
        return list(data.to_batches()) or [pa.RecordBatch.from_pylist([], data.schema)]
    if isinstance(data, pa.RecordBatchReader):
        reader: Iterable[pa.RecordBatch] = data
        return reader
    if isinstance(data, Mapping):
        return _record_batches(_from_mapping(data))
    if type(data).__module__.split(".")[0] == "pandas":
        return _record_batches(table_of_frame(data))
    if hasattr(data, "__arrow_c_stream__"):
        stream: Iterable[pa.RecordBatch] = pa.RecordBatchReader.from_stream(data)
        return stream
    if hasattr(data, "__arrow_c_array__"):
        return [pa.record_batch(data)]
    raise TypeError(
        "records are an Arrow table, a data frame or a dict of columns,"
        f" not {type(data).__name__}"
    )


def _from_mapping(columns: Mapping[Any, npt.ArrayLike]) -> pa.Table:
    arrays = {}
    for name, each in columns.items():
        if not is_array(each):
            raise TypeError(f"the column {name} is an array or a list, not {type(each).__name__}")
        arrays[sound(str(name), "a heading")] = arrow_column(each, str(name))
    if len({len(each) for each in arrays.values()}) > 1:
        raise ValueError(
            "columns differ in length: "
            + ", ".join(f"{name} has {len(each)}" for name, each in arrays.items())
        )
    return pa.table(arrays)
