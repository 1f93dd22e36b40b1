"""A generated part of a Markdown page, between two comments that name it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def _marks(name: str) -> tuple[str, str]:
    return f"<!-- {name}: begin -->", f"<!-- {name}: end -->"


def _places(text: str, name: str, page: Path) -> tuple[int, int]:
    begin, end = _marks(name)
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
        raise ValueError(f"{page} must have {begin} once and {end} once after it")
    return text.index(begin) + len(begin), text.index(end)


def read_section(page: Path, name: str) -> str:
    """What stands between the marks of `name`, without the blank lines around it.

    Raises ValueError where the marks do not stand once each, in order.
    """
    text = page.read_text(encoding="utf-8")
    first, last = _places(text, name, page)
    return text[first:last].strip("\n")


def write_section(page: Path, name: str, content: str) -> None:
    """Replaces what stands between the marks of `name`; the page is written whole or not at all.

    Raises ValueError where the marks do not stand once each, in order.
    """
    text = page.read_text(encoding="utf-8")
    first, last = _places(text, name, page)
    whole = f"{text[:first]}\n{content.strip()}\n{text[last:]}"
    handle, temporary = tempfile.mkstemp(dir=page.parent, prefix=f".{page.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(whole)
        Path(temporary).chmod(page.stat().st_mode & 0o777)
        Path(temporary).replace(page)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
