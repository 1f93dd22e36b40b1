"""Arguments and options that several commands share."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated, Literal, Optional

import typer

from dabiao import arguments
from dabiao.cli.console import refuse
from dabiao.cli.usage import with_near

PlanPath = Annotated[Path, typer.Argument(help="The plan, a .biao file.", show_default=False)]

DataPaths = Annotated[
    list[Path],
    typer.Argument(help="CSV, xlsx, Parquet, Feather or JSON files.", show_default=False),
]

# The command line's own types: typer wants Optional where the default is None.
LanguageOption = Annotated[
    Optional[Literal["en", "zh"]],
    typer.Option("--lang", help="Language of what is shown; that of the locale otherwise."),
]

AsOf = Annotated[
    Optional[str],
    typer.Option(
        "--as-of",
        metavar="DATE",
        help="The day as of whose end the plan is assessed, such as 2023-11-25; today otherwise.",
    ),
]

Entities = Annotated[
    Optional[Path],
    typer.Option(help="A register of the entities: a column per level."),
]

Output = Annotated[
    Optional[Path],
    typer.Option("--output", "-o", help="The file to write, instead of the standard output."),
]


def day(text: str | None, option: str = "--as-of") -> datetime.date:
    """The day of --as-of, or of another option; today where it is not given."""
    try:
        return arguments.day(text, option)
    except ValueError:
        raise refuse(
            f"`{option}` is `{text}`, expected a date such as 2023-11-25",
            f"`{option}` 为 `{text}`,应为日期,如 2023-11-25",
        ) from None


def named(asked: str, known: list[str], english: str, chinese: str) -> str:
    """A name that is one of the known; else what the plan does not have, with the nearest."""
    if asked in known:
        return asked
    raise refuse(
        *with_near(
            f"the plan has no {english} `{asked}`", f"计划没有{chinese} `{asked}`", asked, known
        )
    )


def plan_first(plan: Path, data: list[Path]) -> None:
    """Refuses data where the plan should stand, which would be read as a plan of many mistakes."""
    is_plan = [path.suffix.lower() == ".biao" for path in (plan, *data)]
    if not is_plan[0] and any(is_plan):
        raise refuse(
            f"`{plan}` stands where the plan is expected: first the plan, then the data",
            f"`{plan}` 处应为计划:先写计划,后写数据",
        )
