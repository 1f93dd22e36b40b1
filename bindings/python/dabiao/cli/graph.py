"""`dabiao graph`: what depends on what."""

from __future__ import annotations

from typing import Annotated, Literal, Optional

import typer

from dabiao.cli.arguments import LanguageOption, Output, PlanPath, named
from dabiao.cli.console import refuse, speak, write_text
from dabiao.plan import GraphvizAbsentError, load


def graph(
    plan: PlanPath,
    format: Annotated[
        Literal["svg", "dot", "mermaid", "json"],
        typer.Option(help="svg is drawn by Graphviz; the others need no other program."),
    ] = "svg",
    target: Annotated[
        Optional[list[str]],
        typer.Option("--target", "-t", help="Only what this target needs; may be repeated."),
    ] = None,
    output: Output = None,
    lang: LanguageOption = None,
) -> None:
    """Draws the dependency graph: inputs, indicators and targets, and what needs what.

    Examples:
    - `dabiao graph plan.biao --output plan.svg`

    - `dabiao graph plan.biao --format mermaid --target 护理占比60`

    """
    speak(lang)
    read_plan = load(plan)
    for name in target or []:
        named(name, [each.name for each in read_plan.targets], "target", "目标")
    try:
        drawn = read_plan.graph(format, targets=target or [])
    except GraphvizAbsentError as error:
        raise refuse(
            str(error),
            "未安装 Graphviz 的 dot 程序,无法画图;请安装 graphviz,或改用 dot、mermaid、json 格式",
        ) from None
    write_text(drawn, output)


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(graph)
