"""`dabiao functions`: the functions of the language."""

from __future__ import annotations

import difflib
from typing import Annotated, Any, Optional

import typer
from rich import box
from rich.table import Table

from dabiao import _core
from dabiao.cli.arguments import LanguageOption
from dabiao.cli.console import print_table, refuse, speak, write_text
from dabiao.language import Language


def functions(
    name: Annotated[
        Optional[str],
        typer.Argument(help="One function, by its English or Chinese name."),
    ] = None,
    lang: LanguageOption = None,
) -> None:
    """Lists the functions of the language, or shows one with its examples.

    Examples:
    - `dabiao functions`

    - `dabiao functions round`

    """
    spoken = speak(lang)
    known = _core.functions()
    if name is not None:
        found = [each for each in known if name in (each["name"], *each["chinese"].split())]
        if not found:
            names = [word for each in known for word in (each["name"], *each["chinese"].split())]
            near = difflib.get_close_matches(name, names, 1)
            hint = f"; did you mean `{near[0]}`?" if near else ""
            hint_chinese = f";是否为 `{near[0]}`?" if near else ""
            raise refuse(f"there is no function `{name}`{hint}", f"没有函数 `{name}`{hint_chinese}")
        write_text("\n".join(_described(each, spoken) for each in found), None)
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("函数" if spoken == "zh" else "Function", no_wrap=True)
    table.add_column("中文" if spoken == "zh" else "Chinese")
    table.add_column("说明" if spoken == "zh" else "Summary")
    for each in known:
        table.add_row(each["parameters"], each["chinese"], _summary(each, spoken))
    print_table(table)


def _summary(function: dict[str, Any], lang: Language) -> str:
    return str(function["summary_chinese" if lang == "zh" else "summary"])


def _described(function: dict[str, Any], lang: Language) -> str:
    lines = [function["parameters"]]
    if function["chinese"]:
        lines[0] += f"    {function['chinese']}"
    lines.append(f"    {_summary(function, lang)}")
    lines += [f"    {expression} = {result}" for expression, result in function["examples"]]
    return "\n".join(lines)


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(functions)
