"""Columns and single cells from whatever holds them, exactly: the one door of all that is read.

Numbers are read as they print: a float32 of 0.1 is 0.1, as a float64 of 0.1 is. What Arrow would
round to bring it into one type, and what it has no type for, becomes text, whose digits the core
reads as they are.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa

from dabiao.arguments import half_character, sound

# What Arrow raises for cells that do not go into one type; its own errors are among the first two.
_NOT_ONE_TYPE = (TypeError, ValueError, OverflowError, NotImplementedError, pa.ArrowException)

# Beyond, Python refuses to write out whole numbers, and the core to read them.
_MOST_DIGITS = 4000


# ---- cells ------------------------------------------------------------------------------------


def as_text(cell: object) -> str | None:
    """A Python value as a text that the core reads; None for nothing and NaN."""
    if cell is None or _is_nothing(type(cell)):
        return None
    if isinstance(cell, str):
        return str(cell)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return None if math.isnan(cell) else repr(float(cell))
    if isinstance(cell, int):
        return _whole(int(cell))
    if isinstance(cell, Decimal):
        return _decimal(cell)
    if isinstance(cell, Fraction):
        return _fraction(cell)
    if isinstance(cell, datetime.datetime):
        cell = cell.date() if cell.time() == datetime.time() else cell
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    if _module(type(cell)) == "numpy":
        return _numpy_scalar(cell)
    if _is_period(cell):
        return _period(cell)
    return str(cell)


def _module(kind: type) -> str:
    return kind.__module__.split(".")[0]


def _is_nothing(kind: type) -> bool:
    """The types of the single values with which pandas and NumPy say that there is none."""
    return kind.__name__ in {"NAType", "NaTType", "MaskedConstant"}


def _whole(number: int) -> str:
    digits = number.bit_length() * 30103 // 100000
    if digits > _MOST_DIGITS:
        return f"a whole number of some {digits} digits"
    return str(number)


def _decimal(number: Decimal) -> str | None:
    if number.is_nan():
        return None
    if number.is_finite() and abs(number.adjusted()) > _MOST_DIGITS:
        return str(number)  # too long to write out, and to be read
    return format(number, "f")


def _fraction(number: Fraction) -> str:
    """The decimal where there is one; else the fraction, which only scenarios read."""
    rest = number.denominator
    twos = (rest & -rest).bit_length() - 1
    rest >>= twos
    fives = 0
    while rest % 5 == 0:
        rest //= 5
        fives += 1
    if rest != 1:
        return f"{_whole(number.numerator)}/{_whole(number.denominator)}"
    places = max(twos, fives)
    digits = _whole(number.numerator * 10**places // number.denominator)
    if not digits.lstrip("-").isdigit():
        return digits
    return format(Decimal(f"{digits}e-{places}"), "f")


def _numpy_scalar(cell: Any) -> str | None:
    kind = cell.dtype.kind
    if cell.ndim > 0:
        return str(cell)
    if kind == "b":
        return "true" if cell else "false"
    if kind in "fcmM" and cell != cell:
        return None
    if kind == "M":  # a month as a month, an instant as its day
        text = str(cell)
        return text[:10] if text[10:].strip("T0:.") == "" else text
    return str(cell)


def _is_period(cell: object) -> bool:
    return type(cell).__name__ == "Period" and hasattr(cell, "freqstr")


def _period(cell: Any) -> str:
    """A period of pandas; one that no calendar year is made of, by its first and last day."""
    if cell.freqstr in {"D", "M", "Q-DEC", "Y-DEC", "A-DEC"}:
        return str(cell)
    return f"{cell.start_time.date()}/{cell.end_time.date()}"


# ---- columns ----------------------------------------------------------------------------------


def is_series(value: object) -> bool:
    """What hands out Arrow and is a column, not a table: series and columns of Arrow's own."""
    if isinstance(value, pa.ChunkedArray):
        return True
    return hasattr(value, "to_list") and hasattr(value, "dtype")


def is_array(value: object) -> bool:
    """What holds cells one after another, of whatever kind."""
    if hasattr(value, "__arrow_c_stream__") or hasattr(value, "__arrow_c_array__"):
        return True
    return isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping)


def arrow_column(cells: Any, heading: str = "") -> pa.Array | pa.ChunkedArray:
    """A column of a series, an array or Python values; what does not go into one type, as text."""
    try:
        return _column_of(cells)
    except UnicodeEncodeError as error:
        what = f"a cell of the column {heading}" if heading else "a cell"
        raise half_character(error, what) from None


def _column_of(cells: Any) -> pa.Array | pa.ChunkedArray:
    if isinstance(cells, pa.Array | pa.ChunkedArray):
        # The numbers with which pandas stores periods are no periods.
        return _as_texts(cells.to_pandas()) if _is_of_pandas(cells.type) else cells
    if hasattr(cells, "dtype") and _module(type(cells)) == "numpy":
        return _of_numpy(cells)
    if hasattr(cells, "dtype") and _module(type(cells)) == "pandas":
        return _of_pandas(cells)
    if hasattr(cells, "__arrow_c_stream__") or hasattr(cells, "__arrow_c_array__"):
        try:
            stream = hasattr(cells, "__arrow_c_stream__")
            return pa.chunked_array(cells) if stream else pa.array(cells)
        except _NOT_ONE_TYPE:
            pass
    return _of_cells(list(cells))


def table_of_columns(columns: Mapping[str, Iterable[Any]]) -> pa.Table:
    """A table of columns of any kind."""
    names = [sound(heading, "a heading") for heading in columns]
    return pa.table(
        [arrow_column(*each) for each in zip(columns.values(), names, strict=True)], names=names
    )


def table_of_arrow(table: pa.Table | pa.RecordBatch) -> pa.Table | pa.RecordBatch:
    """The table; where there are columns of pandas' own types in it, with what they say."""
    if not any(_is_of_pandas(kind) for kind in table.schema.types):
        return table
    return pa.table([arrow_column(column) for column in table.columns], names=table.column_names)


def table_of_frame(frame: Any) -> pa.Table:
    """A data frame of pandas, the named levels of its index as columns."""
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    names = [sound(str(heading), "a heading") for heading in frame.columns]
    columns = [arrow_column(frame.iloc[:, place], name) for place, name in enumerate(names)]
    return pa.table(columns, names=names)


def _as_texts(cells: Iterable[object]) -> pa.Array:
    return pa.array([as_text(cell) for cell in cells], pa.string())


def _of_cells(cells: list[Any], *, nan_is_nothing: bool = False) -> pa.Array:
    kinds = set(map(type, cells)) - {type(None)}
    nothing = {kind for kind in kinds if _is_nothing(kind)}
    if nothing:
        cells = [None if type(cell) in nothing else cell for cell in cells]
        kinds -= nothing
    if _keep_what_they_say(kinds):
        try:
            column = pa.array(cells, from_pandas=nan_is_nothing)
        except _NOT_ONE_TYPE:
            return _as_texts(cells)
        if not pa.types.is_decimal256(column.type):
            return column
    return _as_texts(cells)


def _keep_what_they_say(kinds: set[type]) -> bool:
    """Whether Arrow brings cells of these types into one without changing what they say."""
    of_numpy = {kind for kind in kinds if _module(kind) == "numpy"}
    if any(kind.__name__ in {"datetime64", "longdouble"} for kind in of_numpy):
        return False  # months would be days; digits would be lost
    if len(kinds) < 2:
        return True
    if any(kind is bool or kind.__name__ == "bool_" or kind.__name__ == "bool" for kind in kinds):
        return False
    return all(kind.__name__ not in {"float16", "float32"} for kind in of_numpy)


def _of_numpy(cells: Any) -> pa.Array:
    if cells.ndim != 1:
        raise ValueError(f"a column has one dimension, not {cells.ndim}")
    dtype = cells.dtype
    # Of objects, also where some are masked, those that are there; months and years as such.
    if dtype.kind == "O":
        return _of_cells(cells.tolist())
    if dtype.kind == "M" and dtype.name in {"datetime64[M]", "datetime64[Y]"}:
        return _of_cells(list(cells))
    if not dtype.isnative:
        cells = cells.astype(dtype.newbyteorder("="))
    try:
        return pa.array(cells)
    except _NOT_ONE_TYPE:
        return _of_cells(list(cells))


def _of_pandas(cells: Any) -> pa.Array | pa.ChunkedArray:
    """A series, an index or an array of pandas, where NaN says that nothing is there."""
    if cells.dtype == object:
        return _of_cells(list(cells), nan_is_nothing=True)
    try:
        column = pa.array(cells, from_pandas=True)
    except _NOT_ONE_TYPE:
        return _of_cells(list(cells), nan_is_nothing=True)
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    return _as_texts(cells) if _is_of_pandas(kind) else column


def _is_of_pandas(kind: pa.DataType) -> bool:
    return isinstance(kind, pa.BaseExtensionType) and kind.extension_name.startswith("pandas.")
