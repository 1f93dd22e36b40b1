"""`dabiao template`: an empty table with the columns that a plan needs."""

from __future__ import annotations

from typing import Annotated, Literal, Optional

import typer

from dabiao import templates
from dabiao.cli.arguments import LanguageOption, Output, PlanPath
from dabiao.cli.console import refuse, speak, write_text
from dabiao.files import whole_file
from dabiao.plan import load


def template(
    plan: PlanPath,
    format: Annotated[
        Optional[Literal["csv", "xlsx"]],
        typer.Option(help="csv is one table for all levels, xlsx a sheet for each."),
    ] = None,
    output: Output = None,
    lang: LanguageOption = None,
) -> None:
    """Writes an empty CSV or xlsx file with the columns that the plan needs.

    Entities that the plan lists have their rows already. The workbook has a sheet per level with
    dropdowns for stages, yes/no and periods, and a sheet of instructions; filled in, it is data.

    Examples:
    - `dabiao template plan.biao > data.csv`

    - `dabiao template plan.biao --output data.xlsx --lang zh`

    """
    spoken = speak(lang)
    is_excel = output is not None and output.suffix.lower() == ".xlsx"
    chosen = format or ("xlsx" if is_excel else "csv")
    read_plan = load(plan)
    if chosen == "csv":
        write_text(templates.csv_text(read_plan.template()), output)
        return
    if output is None:
        raise refuse(
            "a workbook is written to a file; say which with --output",
            "工作簿须写入文件,请用 --output 指定",
        )
    with whole_file(output) as path:
        templates.write_workbook(read_plan, path, spoken)


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(template)
