"""`dabiao check`: everything that is wrong with a plan, no data needed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Optional

import typer

from dabiao import _core
from dabiao.cli.arguments import LanguageOption, PlanPath
from dabiao.cli.console import has_colour, speak, write_text
from dabiao.errors import PlanError
from dabiao.plan import load


def check(
    plan: PlanPath,
    source: Annotated[
        Optional[list[Path]],
        typer.Option(
            help="The text of the document, in which every anchor must stand; may be repeated."
            " The files that the plan names are used where they lie beside it."
        ),
    ] = None,
    uncovered: Annotated[
        bool,
        typer.Option("--uncovered", help="Show also what of the document no anchor covers."),
    ] = False,
    format: Annotated[
        Literal["text", "json"], typer.Option(help="How the findings are written.")
    ] = "text",
    lang: LanguageOption = None,
) -> None:
    """Shows everything that is wrong with a plan; no data is needed.

    Errors make the exit status 2; warnings leave it at 0.

    Examples:
    - `dabiao check plan.biao`

    - `dabiao check plan.biao --source document.txt --format json`

    """
    spoken = speak(lang)
    try:
        found = load(plan)
        diagnostics = found.warnings + found.check(source or None, uncovered=uncovered)
    except PlanError as error:
        diagnostics = error.diagnostics
    if format == "json":
        write_text(_core.diagnostics_json(diagnostics, spoken), None)
    elif diagnostics:
        write_text(_core.render(diagnostics, spoken, colour=has_colour()), None)
    else:
        sound = f"{plan}: 没有问题" if spoken == "zh" else f"{plan}: nothing to report"
        write_text(sound, None)
    if any(each.severity == "error" for each in diagnostics):
        raise typer.Exit(2)


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(check)
