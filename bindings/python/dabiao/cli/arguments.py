"""Arguments and options that several commands share."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated, Literal, Optional

import typer

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
    if text is None:
        return datetime.date.today()
    try:
        return datetime.date.fromisoformat(text.strip())
    except ValueError:
        raise typer.BadParameter(
            f"expected a date such as 2023-11-25, seen '{text}'", param_hint=f"'{option}'"
        ) from None
