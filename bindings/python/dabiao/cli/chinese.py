"""What the help of the command line says in Chinese."""

from __future__ import annotations

import contextlib
import inspect
import re
from collections.abc import Iterator
from typing import Any

from dabiao.reports.kinds import KINDS

# By the English words, which stand beside what they are about; longer help by paragraphs.
WORDS: dict[str, str] = {
    "达标: check and evaluate policy plans.": "达标:检查并评估政策计划。",
    "Exit status: 0 when all is well; 1 when what was asked about does not hold (`assess"
    " --fail-on`, `fmt --check`); 2 when the plan, the data or the command cannot be used.": (
        "退出状态:0 表示正常;1 表示所问的不成立(`assess --fail-on`、`fmt --check`);"
        "2 表示计划、数据或命令无法使用。"
    ),
    "Examples:": "示例:",
    "Kinds:": "报表种类:",
    # arguments and options that several commands share
    "The plan, a .biao file.": "计划,.biao 文件。",
    "CSV, xlsx, Parquet, Feather or JSON files.": "CSV、xlsx、Parquet、Feather 或 JSON 文件。",
    "Language of what is shown; that of the locale otherwise.": "输出语言;缺省随系统区域设置。",
    "The day as of whose end the plan is assessed, such as 2023-11-25; today otherwise.": (
        "评估日(当日结束时),如 2023-11-25;缺省为今天。"
    ),
    "A register of the entities: a column per level.": "对象名单,每个层级一列。",
    "The file to write, instead of the standard output.": "写入的文件;缺省写到标准输出。",
    # check
    "Shows everything that is wrong with a plan; no data is needed.": (
        "列出计划的全部问题,不需要数据。"
    ),
    "Errors make the exit status 2; warnings leave it at 0.": (
        "有错误时退出状态为 2,只有警告时为 0。"
    ),
    "The text of the document, in which every anchor must stand; may be repeated."
    " The files that the plan names are used where they lie beside it.": (
        "来源文件的文本,各处依据须见于其中;可多次给出。缺省用计划所列、与其同在一处的来源文件。"
    ),
    "List what of the document has a number, date or frequency and is neither cited nor noted.": (
        "列出来源中有数字、日期或频次而既未引用也未注明已阅的内容。"
    ),
    "Show every figure that the plan states or allocates beside what it is recomputed from.": (
        "列出计划自述和分解的每个数,以及重算结果与依据。"
    ),
    "How the findings are written.": "结果的格式。",
    # assess
    "Shows how every target stands as of a day.": "显示截至某日各目标的状态。",
    "The table lists the targets by clause, those with many cells by the counts of their statuses;"
    " below it stand the cells that are missed, behind or undecided.": (
        "表中按条款列出目标,单元格多的目标列出各状态的个数;"
        "其下列出未达标、进度滞后和数据不足的单元格。"
    ),
    "Only this target; may be given several times.": "只看该目标;可多次给出。",
    "Only cells of this level.": "只看该层级的单元格。",
    "How the outcome is written; a table otherwise, or what --output's suffix says.": (
        "结果的格式;缺省为表格,或由 --output 的后缀决定。"
    ),
    "Exit with status 1 where a cell has one of these, such as missed,undecided.": (
        "有单元格为这些状态之一时退出状态为 1,如 missed,undecided。"
    ),
    "How many cells are listed below the board; 0 for all.": (
        "表格之下列出多少个单元格;0 为全部。"
    ),
    "Show the warnings about plan and data in full.": "列出计划和数据的全部警告。",
    # report
    "Writes a report for people to read, send on and print.": "生成供阅读、转发和打印的报表。",
    "The kind of report, by its English or Chinese name.": "报表种类,用中文名或英文名。",
    "How it is written; md otherwise, or what --output's suffix says.": (
        "报表的格式;缺省为 md,或由 --output 的后缀决定。"
    ),
    "bulletin: the day to compare with; otherwise the end of the month before.": (
        "调度通报:与哪一日比较;缺省为上月末。"
    ),
    "bulletin: earlier data to compare with; may be given several times.": (
        "调度通报:与之比较的前一份数据;可多次给出。"
    ),
    # explain
    "Shows why a target is what it is: formula, values, where each came from, what would flip"
    " it.": ("说明目标状态的由来:公式、数值、各数来源,以及怎样会使其改变。"),
    "The target, by name or label.": "目标,用名称或标签。",
    "The entity, by name or path.": "对象,用名称或路径。",
    "The period, such as 2024-Q3.": "期间,如 2024-Q3。",
    "How the explanation is written.": "说明的格式。",
    # graph
    "Draws the dependency graph: inputs, indicators and targets, and what needs what.": (
        "绘制依赖图:数据、指标和目标,以及彼此的依赖。"
    ),
    "svg is drawn by Graphviz; the others need no other program.": (
        "svg 由 Graphviz 绘制;其他格式不需要别的程序。"
    ),
    "Only what this target needs; may be repeated.": "只画该目标所需的部分;可多次给出。",
    # template
    "Writes an empty CSV or xlsx file with the columns that the plan needs.": (
        "生成空白的 CSV 或 xlsx 文件,列为计划所需。"
    ),
    "Entities that the plan lists have their rows already. The workbook has a sheet per level with"
    " dropdowns for stages, yes/no and periods, and a sheet of instructions; filled in, it is"
    " data.": (
        "计划所列的对象已各占一行。工作簿每个层级一张表,阶段、是否和期间有下拉选项,"
        "另有一张填报说明;填好即为数据。"
    ),
    "csv is one table for all levels, xlsx a sheet for each.": (
        "csv 为全部层级的一张表,xlsx 每个层级一张表。"
    ),
    # fmt
    "Writes a plan in its one canonical form; comments are kept.": (
        "把计划写成唯一的规范格式,保留注释。"
    ),
    "Write nothing; exit with status 1 where the form differs.": (
        "不写出;格式与规范不同时退出状态为 1。"
    ),
    "Change the file, instead of showing the result.": "直接修改文件,而不是显示结果。",
    # functions, version
    "Lists the functions of the language, or shows one with its examples.": (
        "列出语言的函数,或显示其中一个及其示例。"
    ),
    "One function, by its English or Chinese name.": "一个函数,用中文名或英文名。",
    "Shows the version.": "显示版本。",
    **{
        f"- `{kind.name}` {kind.chinese}: {kind.summary}": (
            f"- `{kind.chinese}` {kind.name}:{kind.summary_chinese}"
        )
        for kind in KINDS.values()
    },
}

# The same of the words of the library that lays help out.
_LAYOUT = {
    "ARGUMENTS_PANEL_TITLE": "参数",
    "OPTIONS_PANEL_TITLE": "选项",
    "COMMANDS_PANEL_TITLE": "命令",
    "REQUIRED_LONG_STRING": "[必填]",
    "DEFAULT_STRING": "[缺省:{}]",
}


# Between paragraphs, and before the items of a list.
_PARTING = re.compile(r"(\n\n|\n(?=- ))")


def paragraphs(text: str) -> list[str]:
    """The paragraphs and items of a help text, each in one line."""
    return [" ".join(each.split()) for each in _PARTING.split(inspect.cleandoc(text))[::2]]


@contextlib.contextmanager
def layout() -> Iterator[None]:
    """Meanwhile, the library that lays help out speaks Chinese."""
    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.markdown import Markdown
    from typer import rich_utils

    class Folded(Markdown):
        """What has no spaces is broken where a line ends, and not cut off."""

        def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
            return super().__rich_console__(console, options.update(overflow="fold"))

    now = {**_LAYOUT, "Markdown": Folded}
    before = {name: getattr(rich_utils, name) for name in now if hasattr(rich_utils, name)}
    for name in before:
        setattr(rich_utils, name, now[name])
    try:
        yield
    finally:
        for name, words in before.items():
            setattr(rich_utils, name, words)


def translate(command: Any) -> None:
    """Lets a command and all below it speak Chinese where they are asked for help."""
    parts = _PARTING.split(inspect.cleandoc(command.help or ""))
    parts[::2] = [WORDS.get(each, each) for each in paragraphs(command.help or "")]
    command.help = "".join(parts)
    for parameter in command.params:
        if getattr(parameter, "help", None):
            parameter.help = WORDS.get(" ".join(parameter.help.split()), parameter.help)
    own = command.get_help_option

    def help_option(context: Any) -> Any:
        option = own(context)
        if option is not None:
            option.help = "显示本说明。"
        return option

    command.get_help_option = help_option
    for each in getattr(command, "commands", {}).values():
        translate(each)
