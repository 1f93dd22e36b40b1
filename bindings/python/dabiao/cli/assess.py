"""`dabiao assess`: the board."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional, get_args

import typer

from dabiao.board import board
from dabiao.cli import formats
from dabiao.cli.arguments import (
    AsOf,
    DataPaths,
    Entities,
    LanguageOption,
    Output,
    PlanPath,
    day,
    named,
    plan_first,
)
from dabiao.cli.console import print_diagnostics, refuse, speak
from dabiao.cli.formats import Format
from dabiao.cli.usage import with_near
from dabiao.plan import load_for
from dabiao.words import STATUSES


def assess(
    plan: PlanPath,
    data: DataPaths,
    as_of: AsOf = None,
    target: Annotated[
        Optional[list[str]],
        typer.Option("--target", "-t", help="Only this target; may be given several times."),
    ] = None,
    level: Annotated[Optional[str], typer.Option(help="Only cells of this level.")] = None,
    entities: Entities = None,
    format: Annotated[
        Optional[Format],
        typer.Option(
            help="How the outcome is written; a table otherwise, or what --output's suffix says."
        ),
    ] = None,
    output: Output = None,
    fail_on: Annotated[
        str,
        typer.Option(
            metavar="STATUS,…",
            help="Exit with status 1 where a cell has one of these, such as missed,undecided.",
        ),
    ] = "",
    limit: Annotated[
        int, typer.Option(min=0, help="How many cells are listed below the board; 0 for all.")
    ] = 40,
    warnings: Annotated[
        bool, typer.Option("--warnings", help="Show the warnings about plan and data in full.")
    ] = False,
    lang: LanguageOption = None,
) -> None:
    """Shows how every target stands as of a day.

    The table lists the targets by clause, those with many cells by the counts of their statuses;
    below it stand the cells that are missed, behind or undecided.

    Examples:
    - `dabiao assess plan.biao data.csv --as-of 2023-11-25`

    - `dabiao assess plan.biao beds.csv homes.xlsx --format parquet --output result.parquet`

    - `dabiao assess plan.biao data.csv --as-of 2023-12-31 --fail-on missed,undecided`

    """
    spoken = speak(lang)
    failing = [status.strip() for status in fail_on.split(",") if status.strip()]
    for status in failing:
        if status not in STATUSES:
            raise refuse(
                *with_near(
                    f"`--fail-on` is `{status}`, expected {', '.join(STATUSES)}",
                    f"`--fail-on` 为 `{status}`,应为 {'、'.join(STATUSES)}",
                    status,
                    list(STATUSES),
                )
            )
    chosen = format or _format_of(output)
    if output is None and chosen in formats.BINARY:
        raise refuse(
            f"the format {chosen} is written to a file; say which with --output",
            f"{chosen} 格式须写入文件,请用 --output 指定",
        )

    plan_first(plan, data)
    read_plan = load_for(plan, data, entities or [])
    for name in target or []:
        named(name, [each.name for each in read_plan.targets], "target", "目标")
    if level is not None:
        named(level, [each.name for each in read_plan.levels], "level", "层级")
    result = read_plan.assess(data, as_of=day(as_of), targets=target or [], entities=entities)
    cells = result.cells(level=level)
    formats.write(
        chosen,
        board(result, spoken, cells),
        result,
        cells,
        output=output,
        lang=spoken,
        limit=limit,
    )
    if warnings:
        print_diagnostics(read_plan.warnings + result.warnings, spoken)
    if any(cell.status in failing for cell in cells):
        raise typer.Exit(1)


def _format_of(output: Path | None) -> Format:
    suffix = "" if output is None else output.suffix.lower().lstrip(".")
    suffix = {"htm": "html", "markdown": "md"}.get(suffix, suffix)
    found: Format = suffix if suffix in get_args(Format) else "table"  # type: ignore[assignment]
    return found


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(assess)
