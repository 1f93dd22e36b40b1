"""Tables from whatever holds them: files, data frames, Arrow, dictionaries and records.

Nothing is interpreted here. Cells of text files stay text, so that a decimal is the one that was
written; the core reads numbers, dates and names.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.feather
import pyarrow.parquet

from dabiao import _core
from dabiao.arguments import path_of, path_text, sound
from dabiao.columns import (
    arrow_column,
    is_array,
    is_series,
    table_of_arrow,
    table_of_columns,
    table_of_frame,
)
from dabiao.errors import DabiaoError, DataError

if TYPE_CHECKING:
    from typing import TypeAlias

TableData: TypeAlias = Any
"""What data may be: a path, a data frame, anything that hands out Arrow, a dictionary of columns, a
list of records, a record, or several of these as a list or by name."""


@dataclass
class Table:
    """A table with the name that messages about it give."""

    name: str
    data: Any  # has __arrow_c_stream__ or __arrow_c_array__
    first_row: int = 2
    row_numbers: list[int] = field(default_factory=list)


def tables(*data: TableData) -> list[list[Table]]:
    """Reads data of any shape, each; raises DataError with everything that cannot be read."""
    found, problems = sound_tables(*data)
    if problems:
        raise DataError(problems)
    return found


def sound_tables(*data: TableData) -> tuple[list[list[Table]], list[_core.Diagnostic]]:
    """What can be read of data of any shape, each; and what is wrong with it by itself, whatever
    the plan: files that cannot be read, rows that are too long, quotes that are not closed.
    """
    problems: list[_core.Diagnostic] = []
    return [_tables(each, "", problems) for each in data], problems


def _tables(data: TableData, name: str, problems: list[_core.Diagnostic]) -> list[Table]:
    if isinstance(data, str | os.PathLike):
        return _from_file(path_of(data, "data"), problems)
    if isinstance(data, Table):
        return [data]
    if _is_pandas(data):
        return [Table(name or "DataFrame", table_of_frame(data))]
    if isinstance(data, pa.Table | pa.RecordBatch):
        return [Table(name or type(data).__name__, table_of_arrow(data))]
    if hasattr(data, "__arrow_c_stream__") or hasattr(data, "__arrow_c_array__"):
        return [Table(name or type(data).__name__, data)]
    if isinstance(data, Mapping):
        return _from_mapping(data, name, problems)
    if isinstance(data, Iterable) and not isinstance(data, bytes | bytearray | memoryview):
        items = list(data)
        if items and all(isinstance(item, Mapping) and not _is_named(item) for item in items):
            return [Table(name or "records", _from_records(items))]
        found = []
        for number, item in enumerate(items, start=1):
            found += _tables(item, f"{name or 'table'} {number}", problems)
        return found
    raise TypeError(
        f"data is a path, a data frame, an Arrow table, a dict or a list of these,"
        f" not {type(data).__name__}"
    )


def _is_table_like(value: object) -> bool:
    return (
        isinstance(value, Mapping | os.PathLike | Table)
        or hasattr(value, "__arrow_c_stream__")
        or _is_pandas(value)
        or (isinstance(value, list | tuple) and len(value) > 0 and isinstance(value[0], Mapping))
    )


def _is_named(mapping: Mapping[Any, Any]) -> bool:
    """Tables by name, rather than columns or the cells of one record."""
    return len(mapping) > 0 and all(
        _is_table_like(value) and not is_series(value) for value in mapping.values()
    )


def _is_pandas(value: object) -> bool:
    kind = type(value)
    return kind.__name__ == "DataFrame" and kind.__module__.split(".")[0] == "pandas"


def _from_mapping(
    data: Mapping[Any, Any], name: str, problems: list[_core.Diagnostic]
) -> list[Table]:
    if _is_named(data):
        return [
            table
            for key, item in data.items()
            for table in _of_name(sound(str(key), "the name of a table"), item, problems)
        ]
    if any(is_array(value) for value in data.values()):
        columns = {str(heading): _column(value, str(heading)) for heading, value in data.items()}
        rows = max(len(column) for column in columns.values())
        short = [heading for heading, column in columns.items() if len(column) != rows]
        if short:
            raise ValueError(f"the columns {', '.join(short)} are shorter than the others")
        return [Table(name or "columns", table_of_columns(columns))]
    return [Table(name or "record", _from_records([data]))]


def _of_name(name: str, item: TableData, problems: list[_core.Diagnostic]) -> list[Table]:
    found = _tables(item, name, problems)
    if len(found) == 1 and not isinstance(item, os.PathLike):
        found[0].name = name
    return found


def _column(value: Any, heading: str) -> Any:
    if not is_array(value):
        raise TypeError("a dictionary has either columns or single cells, not both")
    return arrow_column(value, heading)


def _from_records(records: Sequence[Mapping[Any, Any]]) -> pa.Table:
    headings = list(dict.fromkeys(str(key) for record in records for key in record))
    by_text = [{str(key): value for key, value in record.items()} for record in records]
    return table_of_columns(
        {heading: [record.get(heading) for record in by_text] for heading in headings}
    )


# ---- files ----------------------------------------------------------------------------------

EXCEL = {".xlsx", ".xlsm"}
PARQUET = {".parquet", ".pq"}
FEATHER = {".feather", ".arrow", ".ipc"}
JSON = {".json", ".jsonl", ".ndjson"}


def _from_file(path: Path, problems: list[_core.Diagnostic]) -> list[Table]:
    name = path_text(path.name)
    try:
        if path.is_dir():
            problems.append(_core.diagnostic("directory_for_file", {"path": path_text(path)}))
            return []
        suffix = path.suffix.lower()
        if suffix in EXCEL:
            from dabiao.excel import read_workbook

            return read_workbook(path, problems)
        if suffix in PARQUET:
            return [Table(name, table_of_arrow(pa.parquet.read_table(path)))]
        if suffix in FEATHER:
            return [Table(name, table_of_arrow(pa.feather.read_table(path)))]
        if suffix == ".xls":
            problems.append(_core.diagnostic("old_excel_file", {"path": path_text(path)}))
            return []
        content = path.read_bytes()
        if suffix in JSON:
            return [Table(name, _from_json(content), first_row=1)]
        return _from_text(name, content, problems)
    except FileNotFoundError:
        problems.append(_core.diagnostic("file_not_found", {"path": path_text(path)}))
    except OSError as error:
        problems.append(
            _core.diagnostic(
                "file_not_readable",
                {"path": path_text(path), "message": error.strerror or str(error)},
            )
        )
    except (pa.ArrowInvalid, ValueError, TypeError, KeyError) as error:
        message = str(error).strip().splitlines()[0] if str(error).strip() else repr(error)
        problems.append(
            _core.diagnostic("file_not_readable", {"path": path_text(path), "message": message})
        )
    return []


def decode(content: bytes) -> str | None:
    """The text of a file: UTF-8 with or without a mark, UTF-16 with one, or GB18030."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        with contextlib.suppress(UnicodeDecodeError):
            text = content.decode(encoding)
            # No text has it; UTF-16 without a mark would.
            return None if "\0" in text else text
    return None


def read_text(path: Path, error: type[DabiaoError]) -> str:
    """The text of a file; what cannot be read is raised as that error."""
    try:
        text = decode(path.read_bytes())
    except FileNotFoundError:
        raise error([_core.diagnostic("file_not_found", {"path": path_text(path)})]) from None
    except IsADirectoryError:
        raise error([_core.diagnostic("directory_for_file", {"path": path_text(path)})]) from None
    except OSError as problem:
        message = problem.strerror or str(problem)
        raise error(
            [_core.diagnostic("file_not_readable", {"path": path_text(path), "message": message})]
        ) from None
    if text is None:
        raise error([_core.diagnostic("unknown_encoding", {}, file=path_text(path))])
    return text


def _from_text(name: str, content: bytes, problems: list[_core.Diagnostic]) -> list[Table]:
    text = decode(content)
    if text is None:
        problems.append(_core.diagnostic("unknown_encoding", {}, file=name))
        return []
    # Lines of comments, and empty ones, before the headings.
    start = 0
    lines_before = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end + 1
        line = text[start:end].strip()
        if line and not line.startswith("#"):
            break
        start = end
        lines_before += 1
    if start >= len(text):
        problems.append(_core.diagnostic("no_headings", {}, file=name))
        return []
    body = text[start:]
    first_line = body.split("\n", 1)[0]
    delimiter = max(",;\t", key=first_line.count)

    stream = io.StringIO(body, newline="")
    reader = csv.reader(stream, delimiter=delimiter)
    try:
        headings = [heading.strip() for heading in next(reader)]
        is_open = _open_quote(body[: stream.tell()], delimiter) is not None
    except csv.Error:
        is_open = True
    if is_open:
        problems.append(_unclosed_cell(name, body, delimiter, [], lines_before + 1))
        return []
    while headings and not headings[-1]:
        headings.pop()
    rows_text = stream.read()
    first_row = lines_before + reader.line_num + 1
    columns = [f"c{number}" for number in range(len(headings))]
    data, plain = _quick_rows(rows_text, delimiter, columns)
    if data is None or not plain:
        return [_slow_rows(name, rows_text, delimiter, headings, first_row, problems)]
    return [Table(name, data.rename_columns(headings), first_row)]


def _quick_rows(text: str, delimiter: str, columns: list[str]) -> tuple[pa.Table | None, bool]:
    """All cells as text, where every row has its cells and stands on one line of its own."""
    if not text.strip():
        empty = pa.table([pa.array([], pa.string()) for _ in columns], names=columns)
        return empty, True
    if text.count('"') % 2 == 1:
        return None, False
    try:
        table = pa.csv.read_csv(
            pa.BufferReader(_arrow_bytes(text)),
            read_options=pa.csv.ReadOptions(column_names=columns),
            parse_options=pa.csv.ParseOptions(
                delimiter=delimiter, newlines_in_values='"' in text, ignore_empty_lines=False
            ),
            convert_options=pa.csv.ConvertOptions(
                column_types={column: pa.string() for column in columns},
                null_values=[],
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
    except pa.ArrowInvalid:
        return None, False
    lines = text.count("\n") + (0 if text.endswith("\n") else 1)
    return table, table.num_rows == lines


def _arrow_bytes(text: str) -> pa.Buffer:
    """The text in memory of Arrow's own.

    The reader's threads let go of it, at times only while the interpreter ends; one that then had
    to ask for the interpreter would abort the program.
    """
    stream = pa.BufferOutputStream()
    stream.write(text.encode())
    return stream.getvalue()


def _slow_rows(
    name: str,
    text: str,
    delimiter: str,
    headings: list[str],
    first_row: int,
    problems: list[_core.Diagnostic],
) -> Table:
    """Row by row: rows over several lines, empty lines, rows with missing or further cells."""
    columns: list[list[str]] = [[] for _ in headings]
    numbers: list[int] = []
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(lines, delimiter=delimiter)
    begins = first_row
    while True:
        number = begins
        try:
            row = next(reader)
            at_end = reader.line_num == len(lines)
            if at_end and _open_quote("".join(lines[number - first_row :]), delimiter) is not None:
                raise csv.Error
        except StopIteration:
            break
        except csv.Error:
            # A cell that grows beyond measure has swallowed the rows after it, too.
            rest = "".join(lines[number - first_row :])
            problems.append(_unclosed_cell(name, rest, delimiter, headings, number))
            break
        begins = first_row + reader.line_num
        if not row:
            continue
        if any(cell.strip() for cell in row[len(headings) :]):
            problems.append(
                _core.diagnostic(
                    "row_too_long",
                    {"seen": str(len(row)), "count": str(len(headings))},
                    file=name,
                    row=number,
                )
            )
            continue
        for position, column in enumerate(columns):
            column.append(row[position] if position < len(row) else "")
        numbers.append(number)
    table = pa.table([pa.array(column, pa.string()) for column in columns], names=headings)
    return Table(name, table, first_row, numbers)


def _open_quote(rows: str, delimiter: str) -> int | None:
    """Where the first cell opens whose quote is not closed, or not within what a cell may hold."""
    quoted = re.compile(rf'(?:\A|(?<=[\n\r{delimiter}]))"[^"]*(?:""[^"]*)*("?)')
    for cell in quoted.finditer(rows):
        if not cell[1] or len(cell[0]) > csv.field_size_limit():
            return cell.start()
    return None


def _unclosed_cell(
    name: str, rows: str, delimiter: str, headings: list[str], first_row: int
) -> _core.Diagnostic:
    """What is wrong with rows, of which the first has a cell that is not closed."""
    begin = _open_quote(rows, delimiter) or 0
    before = list(io.StringIO(rows[:begin], newline=""))
    lines = len(before) - (bool(before) and not before[-1].endswith(("\n", "\r")))
    cells = next(csv.reader(before, delimiter=delimiter), [""])
    seen = rows[begin : begin + 20].splitlines()[0]
    return _core.diagnostic(
        "unclosed_cell",
        {"seen": f"`{seen}`"},
        file=name,
        row=first_row + lines,
        column=headings[len(cells) - 1] if len(cells) <= len(headings) else "",
    )


def _from_json(content: bytes) -> pa.Table:
    """A list of records, an object of columns, or one record per line; numbers as written."""
    text = decode(content) or ""
    try:
        data = json.loads(text, parse_float=Decimal)
    except json.JSONDecodeError:
        data = [json.loads(line, parse_float=Decimal) for line in text.splitlines() if line.strip()]
    if isinstance(data, list):
        return _from_records(data)
    if isinstance(data, dict) and all(isinstance(value, list) for value in data.values()):
        return table_of_columns(data)
    if isinstance(data, dict):
        return _from_records([data])
    raise ValueError("expected a list of records")
