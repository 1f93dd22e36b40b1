"""The forms in which reports are written. A form is added here, and in the file that writes it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from dabiao.files import whole_file
from dabiao.reports.markdown import markdown
from dabiao.reports.model import Report
from dabiao.reports.page import page
from dabiao.reports.workbook import write_workbook

TEXTS: dict[str, Callable[[Report], str]] = {"md": markdown, "html": page}
FILES: dict[str, Callable[[Report, Path], None]] = {"xlsx": write_workbook}
FORMATS = (*TEXTS, *FILES)
_OTHER_SUFFIXES = {"htm": "html", "markdown": "md"}


def format_of(path: Path | None) -> str | None:
    """The form that a file's suffix says; None where it says none."""
    suffix = "" if path is None else path.suffix.lower().lstrip(".")
    suffix = _OTHER_SUFFIXES.get(suffix, suffix)
    return suffix if suffix in FORMATS else None


def save(report: Report, path: Path, format: str | None = None) -> None:  # noqa: A002
    """Writes a report to a file, whole or not at all, in a form or in that of the file's suffix."""
    chosen = format or format_of(path)
    if chosen is None:
        raise ValueError(
            f"the file is {', '.join(f'.{each}' for each in FORMATS)}, not '{path.suffix}'"
        )
    with whole_file(path) as new:
        if chosen in TEXTS:
            new.write_text(TEXTS[chosen](report), encoding="utf-8")
        else:
            FILES[chosen](report, new)
