"""Indicators and targets as functions of one record, run over many at once or one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dabiao import _core
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

        `data` is an Arrow table or batch, a data frame (pandas, polars), or a dict of NumPy arrays
        or lists by input; float64 columns are read where they stand. `threads` is how many
        processors to use, all by default; the result does not depend on it. `progress` is called
        now and then with the rows done and the rows of the batch. Raises DataError with everything
        that is wrong with the records.
        """
        batches = list(self._batches(_record_batches(data), threads, progress))
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
            self.schema, self._batches(_record_batches(data), threads, progress)
        )

    def _batches(
        self,
        batches: Iterable[pa.RecordBatch],
        threads: int | None,
        progress: Progress | None,
    ) -> Iterator[pa.RecordBatch]:
        first_row = 2
        total = Run()
        for batch in batches:
            handed, tally, problems = self._core.run(
                batch, "records", first_row, threads or 0, progress
            )
            if handed is None:
                raise DataError(problems)
            first_row += batch.num_rows
            total = Run(total.rows + tally[0], total.settled + tally[1], total.missing + tally[2])
            self.last_run = total
            yield pa.record_batch(_Handed(handed))

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
        self._core = compiled._core.record()
        self._inputs = [each.name for each in compiled.inputs]
        self._outputs = [each.name for each in compiled.outputs]
        #: The outputs for a value of each input, both in order; None is missing.
        self.values: Callable[[Sequence[Any]], tuple[float | bool | None, ...]] = self._core.values

    def __call__(self, **values: Any) -> dict[str, float | bool | None]:
        """The outputs by name, for values by input; an input that is not given is missing.

        A value is a number (a float stands for its shortest decimal, a `Decimal` for itself), a
        bool, a date, a text as a table would hold it, or None. Raises ValueError for a value that
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


def _record_batches(data: Any) -> Iterable[pa.RecordBatch]:
    if isinstance(data, pa.RecordBatch):
        return [data]
    if isinstance(data, pa.Table):
        return list(data.to_batches()) or [pa.RecordBatch.from_pylist([], data.schema)]
    if isinstance(data, pa.RecordBatchReader):
        reader: Iterable[pa.RecordBatch] = data
        return reader
    if isinstance(data, Mapping):
        return [_from_mapping(data)]
    if type(data).__module__.split(".")[0] == "pandas":
        return _record_batches(pa.Table.from_pandas(data, preserve_index=False))
    if hasattr(data, "__arrow_c_stream__"):
        stream: Iterable[pa.RecordBatch] = pa.RecordBatchReader.from_stream(data)
        return stream
    if hasattr(data, "__arrow_c_array__"):
        return [pa.record_batch(data)]
    raise TypeError(
        "records are an Arrow table, a data frame or a dict of columns,"
        f" not {type(data).__name__}"
    )


def _from_mapping(columns: Mapping[Any, npt.ArrayLike]) -> pa.RecordBatch:
    arrays = [each if isinstance(each, pa.Array) else pa.array(each) for each in columns.values()]
    sizes = {len(each) for each in arrays}
    if len(sizes) > 1:
        raise ValueError(
            "columns differ in length: "
            + ", ".join(f"{name} has {len(a)}" for name, a in zip(columns, arrays, strict=True))
        )
    return pa.RecordBatch.from_arrays(arrays, names=[str(name) for name in columns])
