"""`dabiao explain`: why a target is what it is."""

from __future__ import annotations

import json
from typing import Annotated, Literal, Optional

import typer

from dabiao.cli.arguments import (
    AsOf,
    DataPaths,
    Entities,
    LanguageOption,
    PlanPath,
    day,
    named,
    plan_first,
)
from dabiao.cli.console import refuse, speak, write_text
from dabiao.plan import Plan, load_for


def explain(
    plan: PlanPath,
    data: DataPaths,
    target: Annotated[
        str, typer.Argument(help="The target, by name or label.", show_default=False)
    ],
    entity: Annotated[
        Optional[str],
        typer.Option("--entity", "-e", help="The entity, by name or path."),
    ] = None,
    span: Annotated[
        Optional[str],
        typer.Option("--span", "-s", help="The period, such as 2024-Q3."),
    ] = None,
    as_of: AsOf = None,
    entities: Entities = None,
    format: Annotated[
        Literal["text", "json"], typer.Option(help="How the explanation is written.")
    ] = "text",
    lang: LanguageOption = None,
) -> None:
    """Shows why a target is what it is: formula, values, where each came from, what would flip it.

    Examples:
    - `dabiao explain plan.biao data.csv 护理占比60 --as-of 2023-11-25`

    - `dabiao explain plan.biao data.csv 月报 --entity 市财政局 --span 2023-10`

    """
    spoken = speak(lang)
    plan_first(plan, data)
    read_plan = load_for(plan, data, entities or [])
    target = _name_of(target, read_plan)
    result = read_plan.assess(data, as_of=day(as_of), targets=[target], entities=entities)
    found = result[target]
    try:
        if format == "json":
            tree = found.explanation(entity, span, spoken)
            write_text(json.dumps(tree, ensure_ascii=False, indent=2), None)
            return
        write_text(found.explain(entity, span, spoken), None)
    except KeyError as error:
        message = str(error.args[0])
        raise refuse(message, f"没有该单元格:{entity or ''} {span or ''}") from None
    except ValueError as error:
        choices = "、".join(f"{cell.path} {cell.span}" for cell in found.cells[:5])
        raise refuse(
            f"{error}; choose with --entity and --span",
            f"目标 `{target}` 有 {len(found)} 个单元格,请用 --entity 和 --span 选择:{choices} ……",
        ) from None


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(explain)


def _name_of(asked: str, plan: Plan) -> str:
    """The name of the target that goes by a name or, where that is one, by a label."""
    if any(each.name == asked for each in plan.targets):
        return asked
    labelled = [each.name for each in plan.targets if each.label == asked]
    if len(labelled) == 1:
        return labelled[0]
    if labelled:
        raise refuse(
            f"several targets are called `{asked}`: {', '.join(labelled)}",
            f"有多个目标名为 `{asked}`:{'、'.join(labelled)}",
        )
    names = [text for each in plan.targets for text in (each.name, each.label) if text]
    return named(asked, names, "target", "目标")
