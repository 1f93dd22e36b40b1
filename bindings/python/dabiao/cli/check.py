"""`dabiao check`: everything that is wrong with a plan, no data needed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal, Optional

import typer

from dabiao import _core
from dabiao.cli.arguments import LanguageOption, PlanPath
from dabiao.cli.console import has_colour, print_table, speak, write_text
from dabiao.errors import PlanError
from dabiao.figures import figure_table
from dabiao.plan import check_draft, load


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
        typer.Option(
            help="List what of the document has a number, date or frequency and is neither cited"
            " nor noted."
        ),
    ] = True,
    figures: Annotated[
        bool,
        typer.Option(
            "--figures",
            help="Show every figure that the plan states or allocates beside what it is recomputed"
            " from.",
        ),
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

    - `dabiao check plan.biao --figures`

    """
    spoken = speak(lang)
    try:
        found = load(plan)
        diagnostics = found.warnings + found.check(source or None, uncovered=uncovered)
        coverage = found.coverage(source or None)
        recomputed = found.figures() if figures or format == "json" else []
    except PlanError as error:
        diagnostics = error.diagnostics + check_draft(plan, source or None)
        coverage = None
        recomputed = []
    if format == "json":
        document = {
            "diagnostics": json.loads(_core.diagnostics_json(diagnostics, spoken)),
            "coverage": None if coverage is None else coverage.to_dict(),
            "figures": [each.to_dict() for each in recomputed],
        }
        write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")), None)
    else:
        sound = f"{plan}: 没有问题" if spoken == "zh" else f"{plan}: nothing to report"
        shown = _core.render(diagnostics, spoken, colour=has_colour()) if diagnostics else sound
        write_text(shown, None)
        if recomputed:
            print_table(figure_table(recomputed, spoken))
        if coverage is not None:
            write_text(("" if recomputed else "\n") + coverage.summary(spoken), None)
    if any(each.severity == "error" for each in diagnostics):
        raise typer.Exit(2)


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(check)
