"""`dabiao report`: the papers that a plan is run with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Optional

import typer

from dabiao.cli.arguments import (
    AsOf,
    DataPaths,
    Entities,
    LanguageOption,
    Output,
    PlanPath,
    day,
    plan_first,
)
from dabiao.cli.console import refuse, speak, write_text
from dabiao.plan import load_for
from dabiao.reports.formats import FILES, TEXTS, format_of, save
from dabiao.reports.kinds import KINDS, kind_named

_LISTED = "\n\n".join(f"- `{kind.name}` {kind.chinese}: {kind.summary}" for kind in KINDS.values())


def report(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            help="The kind of report, by its English or Chinese name.",
            show_default=False,
        ),
    ],
    plan: PlanPath,
    data: DataPaths,
    as_of: AsOf = None,
    format: Annotated[
        Optional[Literal["md", "html", "xlsx"]],
        typer.Option(help="How it is written; md otherwise, or what --output's suffix says."),
    ] = None,
    since: Annotated[
        Optional[str],
        typer.Option(
            metavar="DATE",
            help="bulletin: the day to compare with; otherwise the end of the month before.",
        ),
    ] = None,
    compare: Annotated[
        Optional[list[Path]],
        typer.Option(help="bulletin: earlier data to compare with; may be given several times."),
    ] = None,
    entities: Entities = None,
    output: Output = None,
    lang: LanguageOption = None,
) -> None:
    """Writes a report for people to read, send on and print."""
    spoken = speak(lang)
    try:
        chosen = kind_named(kind)
    except ValueError as error:
        listed = "、".join(f"{each.name} {each.chinese}" for each in KINDS.values())
        raise refuse(str(error), f"没有报表 `{kind}`;有 {listed}") from None
    if not chosen.compares and (since or compare):
        raise refuse(
            f"--since and --compare belong to the bulletin, not to the {chosen.name}",
            f"--since 和 --compare 用于调度通报,不用于{chosen.chinese}",
        )
    form = format or format_of(output) or "md"
    if output is None and form in FILES:
        raise refuse(
            f"the format {form} is written to a file; say which with --output",
            f"{form} 格式须写入文件,请用 --output 指定",
        )
    as_of_day = day(as_of)
    since_day = day(since, "--since") if since else None
    if since_day is not None and since_day >= as_of_day:
        raise refuse(
            f"--since {since_day} is not before --as-of {as_of_day}",
            f"--since {since_day} 不早于 --as-of {as_of_day}",
        )

    plan_first(plan, data)
    read_plan = load_for(plan, data, compare or [], entities or [])
    result = read_plan.assess(data, as_of=as_of_day, entities=entities)
    earlier = read_plan.read(list(compare), entities=entities) if compare else None
    made = result.report(chosen.name, spoken, since=since_day, compare=earlier)
    if form in TEXTS and output is None:
        write_text(TEXTS[form](made), None)
        return
    assert output is not None
    save(made, output, form)


report.__doc__ = f"""{report.__doc__}

    Kinds:

    {_LISTED.replace(chr(10), chr(10) + "    ")}

    Examples:
    - `dabiao report board plan.biao data.csv --as-of 2023-11-25 --output board.xlsx`

    - `dabiao report 调度通报 plan.biao data.csv --as-of 2023-11-30 --since 2023-10-31 --lang zh`

    - `dabiao report bulletin plan.biao new.csv --compare old.csv --as-of 2023-11-30 -o b.html`

    """


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(report)
