"""The command line: `dabiao COMMAND …`. One file per command."""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import sys

import typer

from dabiao.cli import (
    assess,
    check,
    chinese,
    explain,
    fmt,
    functions,
    graph,
    report,
    template,
    version,
)
from dabiao.cli.console import complain, refuse, speak
from dabiao.cli.usage import UsageError, explain_usage_error
from dabiao.errors import DabiaoError
from dabiao.language import Language

app = typer.Typer(
    name="dabiao",
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=(
        "达标: check and evaluate policy plans.\n\n"
        "Exit status: 0 when all is well; 1 when what was asked about does not hold (`assess"
        " --fail-on`, `fmt --check`); 2 when the plan, the data or the command cannot be used."
    ),
)

for each in (check, assess, report, explain, graph, template, fmt, functions, version):
    each.register(app)


def main() -> None:
    """Runs the command line; bad input ends with its diagnostics and status 2."""
    for stream in (sys.stdout, sys.stderr):
        # What the terminal's encoding has no sign for is a question mark, not the end.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    asked = _asked_language(sys.argv[1:])
    command = typer.main.get_command(app)
    layout: contextlib.AbstractContextManager[None] = contextlib.nullcontext()
    if speak(asked) == "zh":
        chinese.translate(command)
        layout = chinese.layout()
    try:
        try:
            with layout:
                # No command at all is answered with what there is, and is none that can be used.
                nothing = len(sys.argv) < 2
                words = ["--help"] if nothing else sys.argv[1:]
                status = command(words, prog_name="dabiao", standalone_mode=False)
        finally:
            sys.stdout.flush()
        raise SystemExit(2 if nothing else status if isinstance(status, int) else 0)
    except UsageError as error:
        explain_usage_error(error, asked)
        raise SystemExit(2) from None
    except typer.Abort:
        raise SystemExit(130) from None
    except DabiaoError as error:
        complain(error)
        raise SystemExit(2) from None
    except BrokenPipeError:
        # The reader, such as `head`, has seen enough.
        _drop_output()
        raise SystemExit(0) from None
    except OSError as error:
        # A full disk, for one. What a file of its own is the matter with was said by its name.
        _drop_output()
        why = error.strerror or str(error)
        refuse(f"the output cannot be written: {why}", f"无法写出结果:{why}")
        raise SystemExit(2) from None


def _asked_language(words: list[str]) -> Language | None:
    """The language that a command line asks for, before it is understood."""
    for word, following in itertools.pairwise([*words, ""]):
        if (word, following) == ("--lang", "zh") or word == "--lang=zh":
            return "zh"
        if (word, following) == ("--lang", "en") or word == "--lang=en":
            return "en"
    return None


def _drop_output() -> None:
    """What could not be written is not tried again when the interpreter ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
