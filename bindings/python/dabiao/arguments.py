"""What functions of the package are called with: of the right kind, or an error that names it."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, SupportsIndex

# Threads of a machine, entities at once, spaces: beyond, it is a mistake.
_MOST = 1_000_000


def expect(value: Any, kind: type, what: str) -> Any:
    """The value; a TypeError that says what an argument is, where it is of another kind."""
    if not isinstance(value, kind):
        raise TypeError(f"{what}, not {type(value).__name__}")
    return value


def text(value: object, argument: str, what: str = "a str") -> str:
    """A text."""
    words: str = expect(value, str, f"{argument} is {what}")
    return sound(words, argument)


def text_or_none(value: object, argument: str) -> str | None:
    """A text where one is given."""
    return None if value is None else text(value, argument, "a str or None")


def sound(words: str, what: str) -> str:
    """The text; a ValueError that names it, where it holds half of a pair of surrogates."""
    try:
        words.encode()
    except UnicodeEncodeError as error:
        raise half_character(error, what) from None
    return words


def half_character(error: UnicodeEncodeError, what: str) -> ValueError:
    """What is said of a text that no encoding has, in place of Python's own words."""
    half = ascii(error.object[error.start])
    return ValueError(f"{what} has {half} in it, which is no character: half of a surrogate pair")


def seen(value: object) -> str:
    """What was given, in few words."""
    try:
        words = repr(value)
    except (ValueError, ArithmeticError):  # a whole number of more digits than Python writes out
        words = type(value).__name__
    return words if len(words) <= 40 else words[:37] + "..."


def names(value: object, argument: str) -> list[str]:
    """Several names, or one that stands alone."""
    if isinstance(value, str):
        return [sound(value, argument)]
    given = expect(value, Iterable, f"{argument} is a name or several names")
    return [text(each, f"each of {argument}") for each in given]


def flag(value: object, argument: str) -> bool:
    """A bool, or one of NumPy's."""
    if getattr(getattr(value, "dtype", None), "kind", "") == "b" and not getattr(value, "ndim", 0):
        return bool(value)
    found: bool = expect(value, bool, f"{argument} is True or False")
    return found


def count(value: SupportsIndex | None, argument: str) -> int | None:
    """A whole number where one is given."""
    if value is None:
        return None
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(f"{argument} is a whole number or None, not {type(value).__name__}")
    number = value.__index__()
    if not 0 <= number <= _MOST:
        raise ValueError(f"{argument} is from 0 to {_MOST}, not {seen(number)}")
    return number


def day(value: datetime.date | str | None, argument: str) -> datetime.date:
    """A day; today where none is given."""
    if value is None:
        return datetime.date.today()
    if isinstance(value, datetime.datetime):
        if value != value:  # pandas' NaT
            raise ValueError(f"{argument} is a date, not {value}")
        return value.date()
    if isinstance(value, datetime.date):
        return value
    written = text(value, argument, "a date or a text such as '2023-11-25'").strip()
    try:
        # Of the forms of the standard that Python reads, this one.
        if len(written) != 10 or written[4] != "-" or written[7] != "-":
            raise ValueError
        return datetime.date.fromisoformat(written)
    except ValueError:
        raise ValueError(
            f"{argument}: expected a date such as 2023-11-25, seen {seen(written)}"
        ) from None


def path_of(value: object, argument: str) -> Path:
    """A path."""
    if not isinstance(value, str | os.PathLike):
        raise TypeError(f"{argument} is a path, not {type(value).__name__}")
    path = Path(value)
    try:
        plain = b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:
        plain = False
    if not plain:
        raise ValueError(f"{argument} is a path, and no file can be called {seen(str(path))}")
    return path


def path_text(path: object) -> str:
    """A path as messages show it: what has no sign, as its code."""
    return str(path).encode(errors="backslashreplace").decode()
