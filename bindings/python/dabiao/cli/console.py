"""Where text goes: the terminal, with colours only there, and files, whole or not at all."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import TextIO

import typer
from rich.console import Console
from rich.table import Table

from dabiao import _core
from dabiao.errors import DabiaoError
from dabiao.files import whole_file
from dabiao.language import Language, language_of

PIPE_WIDTH = 140


def console(*, stderr: bool = False) -> Console:
    """A terminal as wide as it is."""
    return Console(stderr=stderr, highlight=False)


def plain_console(file: TextIO) -> Console:
    """A page for pipes and files: without colours, as wide as COLUMNS says, or 140."""
    width = os.environ.get("COLUMNS", "")
    return Console(
        file=file,
        highlight=False,
        no_color=True,
        width=int(width) if width.isdigit() and int(width) > 0 else PIPE_WIDTH,
    )


def print_table(table: Table) -> None:
    """Writes a table to the standard output, with colours only on a terminal."""
    if sys.stdout.isatty():
        console().print(table)
        return
    page = io.StringIO()
    plain_console(page).print(table)
    write_text(without_trailing_spaces(page.getvalue()), None)


def without_trailing_spaces(text: str) -> str:
    """The text with its lines ended where their last word ends."""
    return "".join(line.rstrip() + "\n" for line in text.splitlines())


def has_colour(*, stderr: bool = False) -> bool:
    """Whether terminal colours are wanted: on a terminal, unless NO_COLOR is set."""
    stream = sys.stderr if stderr else sys.stdout
    return stream.isatty() and not os.environ.get("NO_COLOR")


_language: list[Language | None] = [None]


def speak(lang: Language | None) -> Language:
    """Settles the language of this run, that of complaints included."""
    _language[0] = lang
    return language_of(lang)


def complain(error: DabiaoError) -> None:
    """Writes the diagnostics of an error to the standard error."""
    print_diagnostics(error.diagnostics, language_of(_language[0]))


def print_diagnostics(diagnostics: list[_core.Diagnostic], lang: Language) -> None:
    """Writes diagnostics to the standard error, with their lines of text."""
    if diagnostics:
        colour = has_colour(stderr=True)
        sys.stdout.flush()
        sys.stderr.write(_core.render(diagnostics, lang, colour=colour))


def refuse(message: str, chinese: str, lang: Language | None = None) -> typer.Exit:
    """Says why a request cannot be met; the exit with status 2 is for the caller to raise."""
    spoken = language_of(_language[0] if lang is None else lang)
    word = "错误" if spoken == "zh" else "error"
    sys.stderr.write(f"{word}: {chinese if spoken == 'zh' else message}\n")
    return typer.Exit(2)


def write_text(text: str, output: Path | None) -> None:
    """Writes to a file, whole or not at all, or to the standard output."""
    if output is None:
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
        return
    with whole_file(output) as path:
        path.write_text(text if text.endswith("\n") else text + "\n", encoding="utf-8")
