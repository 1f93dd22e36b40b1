"""`dabiao fmt`: a plan in its canonical form."""

from __future__ import annotations

from typing import Annotated

import typer

from dabiao.cli.arguments import LanguageOption, PlanPath
from dabiao.cli.console import speak, write_text
from dabiao.files import whole_file
from dabiao.plan import load


def fmt(
    plan: PlanPath,
    check: Annotated[
        bool,
        typer.Option("--check", help="Write nothing; exit with status 1 where the form differs."),
    ] = False,
    write: Annotated[
        bool, typer.Option("--write", "-w", help="Change the file, instead of showing the result.")
    ] = False,
    lang: LanguageOption = None,
) -> None:
    """Writes a plan in its one canonical form; comments are kept.

    Examples:
    - `dabiao fmt plan.biao`

    - `dabiao fmt plan.biao --write`

    - `dabiao fmt plan.biao --check`

    """
    spoken = speak(lang)
    read_plan = load(plan)
    formatted = read_plan.format()
    same = formatted == read_plan.text
    if check:
        if not same:
            differs = "格式与规范不同" if spoken == "zh" else "not in canonical form"
            write_text(f"{plan}: {differs}", None)
            raise typer.Exit(1)
        return
    if write:
        if not same:
            with whole_file(plan) as path:
                path.write_text(formatted, encoding="utf-8", newline="")
        return
    write_text(formatted, None)


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(fmt)
