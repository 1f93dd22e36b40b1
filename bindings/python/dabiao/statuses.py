"""Statuses alone, for data of any size, and arrays that are read where they stand."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dabiao import _core
from dabiao.arguments import expect, seen, sound, text
from dabiao.columns import arrow_column, as_text, is_array

if TYPE_CHECKING:
    from dabiao.plan import Plan

STATUS_NAMES = [row["name"] for row in _core.statuses()]


class Statuses:
    """The statuses of a plan, evaluated while they are read, each once.

    Iterate over it for record batches, or take `reader`; `counts` tells how many cells of what has
    been read stand how. Columns: `target`, `level` (of a group as a whole: its name), `span`,
    `entity` (the number of the entity in `Data.entities(level)`, null for a group), `status`.
    """

    def __init__(self, core: _core.Statuses) -> None:
        expect(core, _core.Statuses, "statuses are what `Plan.statuses` makes")
        self._core = core
        self._reader: pa.RecordBatchReader | None = None

    @property
    def reader(self) -> pa.RecordBatchReader:
        """What has not been read yet, one record batch per target, level and span."""
        if self._reader is None:
            self._reader = pa.RecordBatchReader.from_stream(self._core)
        return self._reader

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        return iter(self.reader)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.reader.__arrow_c_stream__(requested_schema)

    def read_all(self) -> pa.Table:
        """What has not been read yet, as a table in memory."""
        return self.reader.read_all()

    def finish(self) -> Statuses:
        """Evaluates what is left for the counts alone."""
        self._core.finish()
        return self

    @property
    def counts(self) -> pa.Table:
        """How many cells of what has been read stand how: a row per target, level and span, and a
        column per status.
        """
        rows = self._core.counts()
        columns: dict[str, Any] = {
            name: pa.array([row[place] for row in rows], pa.string())
            for place, name in enumerate(["target", "level", "span"])
        }
        for place, name in enumerate(STATUS_NAMES):
            columns[name] = pa.array([row[3][place] for row in rows], pa.uint64())
        return pa.table(columns)

    @property
    def warnings(self) -> list[_core.Diagnostic]:
        """What kept targets from being evaluated; complete once everything has been read."""
        return self._core.warnings

    @property
    def cells(self) -> int:
        """How many cells have been read."""
        return self._core.cells

    @property
    def one_by_one(self) -> int:
        """How many of them were decided exactly, one by one, because doubles did not do."""
        return self._core.one_by_one

    def __repr__(self) -> str:
        return f"<Statuses: {self.cells} cells read>"


def dense_inputs(
    plan: Plan, inputs: Mapping[str, Any], periods: Iterable[Any]
) -> tuple[list[_core.DenseInput], list[str]]:
    """Arrays as the core takes them, without a copy where they are contiguous float64."""
    given = expect(periods, Iterable, "periods are texts that follow one another")
    named = [_period(period) for period in given]
    constants = {
        name for each in plan.inputs if each.kind == "constant" for name in (each.name, each.label)
    }
    found = []
    for name, numbers in inputs.items():
        text(name, "the name of an input")
        if not is_array(numbers):
            raise TypeError(f"the numbers of {name} are an array, not {type(numbers).__name__}")
        timeless = name in constants or not named
        found.append(_dense_input(name, numbers, timeless))
    return found, named


def _period(period: object) -> str:
    """A period as tables write it; none is longer than a few signs."""
    written = sound(as_text(period) or "", "a period")
    if len(written) > 40:
        raise ValueError(f"{seen(period)} is not a period")
    return written


def _dense_input(name: str, numbers: Any, timeless: bool) -> _core.DenseInput:
    if hasattr(numbers, "__array_interface__") and hasattr(numbers, "dtype"):
        numbers = numbers.reshape(-1)
        if numbers.dtype == "float64" and not hasattr(numbers, "mask"):
            flat = numbers.astype("float64", order="C", copy=False)
            return _core.DenseInput(name, flat, 0, flat.size, None, 0, timeless)
    column = arrow_column(numbers, name)
    if isinstance(column, pa.ChunkedArray):
        column = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
    column = _as_doubles(column)
    if not pa.types.is_float64(column.type):
        return _core.DenseInput.of_cells(name, pa.table({"cells": column}), timeless)
    validity, values = column.buffers()
    return _core.DenseInput(
        name,
        values if values is not None else pa.py_buffer(b""),
        column.offset,
        len(column),
        validity,
        column.offset if validity is not None else 0,
        timeless,
    )


def _as_doubles(column: pa.Array) -> pa.Array:
    """Yes/no and whole numbers as doubles where these hold them; else the column as it is."""
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.int8())
    if pa.types.is_null(column.type) or pa.types.is_integer(column.type):
        with contextlib.suppress(pa.ArrowInvalid):  # some are beyond 2**53
            return column.cast(pa.float64())
    return column
