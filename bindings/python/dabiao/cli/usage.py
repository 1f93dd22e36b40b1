"""What is said of a command line that is not understood."""

from __future__ import annotations

import difflib
import re
import sys

import typer

from dabiao.cli.console import refuse
from dabiao.language import Language, language_of

#: What the library of command lines raises; it has had several homes.
UsageError: type[Exception] = typer.BadParameter.__mro__[1]

_Both = tuple[str, str]


def explain_usage_error(error: Exception, lang: Language | None) -> None:
    """Says what is wrong with a command line, and where to read how it should be."""
    context = getattr(error, "ctx", None)
    command = getattr(context, "command", None)
    english, chinese = _words(error, sorted(getattr(command, "commands", ())))
    refuse(english, chinese, lang)
    path = getattr(context, "command_path", "dabiao")
    help_word = "帮助" if language_of(lang) == "zh" else "help"
    sys.stderr.write(f"  = {help_word}: {path} --help\n")


def with_near(english: str, chinese: str, asked: str, known: list[str]) -> _Both:
    """A complaint about a name, with the known one that is nearest to it, if any is near."""
    near = difflib.get_close_matches(asked, known, n=1)
    if near:
        english += f"; did you mean `{near[0]}`?"
        chinese += f",是否应为 `{near[0]}`?"
    return english, chinese


def _words(error: Exception, commands: list[str]) -> _Both:
    message = str(getattr(error, "message", error)).strip().rstrip(".")
    option = str(getattr(error, "option_name", ""))
    kind = type(error).__name__
    if kind == "NoSuchOption":
        possible = list(getattr(error, "possibilities", None) or [])
        return with_near(f"there is no option `{option}`", f"没有选项 `{option}`", option, possible)
    if found := re.match(r"No such command '(.*?)'", message):
        name = found[1]
        return with_near(
            f"there is no command `{name}`, expected {', '.join(commands)}",
            f"没有命令 `{name}`,应为 {'、'.join(commands)}",
            name,
            commands,
        )
    if found := re.match(r"Got unexpected extra argument(?:s|\(s\))? \((.*)\)", message):
        return f"there is no place for `{found[1]}`", f"多出了 `{found[1]}`"
    if "requires an argument" in message:
        return f"the option `{option}` needs a value", f"选项 `{option}` 需要一个值"
    if kind == "MissingParameter":
        name = _parameter(error)
        given = getattr(getattr(error, "ctx", None), "params", {})
        if str(given.get("kind", "")).endswith(".biao"):
            name = "KIND"  # the plan stands in its place
        return f"{name} is missing", f"缺少 {name}"
    if kind == "BadParameter":
        return _bad_value(_parameter(error), message)
    return message[:1].lower() + message[1:], message


def _parameter(error: Exception) -> str:
    """An option as it is written, an argument as help shows it."""
    parameter = getattr(error, "param", None)
    options = [each for each in getattr(parameter, "opts", []) if each.startswith("--")]
    name = str(getattr(parameter, "name", "") or "")
    return f"`{options[0]}`" if options else name.upper()


def _bad_value(name: str, message: str) -> _Both:
    if found := re.search(r"'(.*)' is not one of (.*)", message):
        choices = re.findall(r"'(.*?)'", found[2])
        return with_near(
            f"{name} is `{found[1]}`, expected {', '.join(choices)}",
            f"{name} 为 `{found[1]}`,应为 {'、'.join(choices)}",
            found[1],
            choices,
        )
    return f"{name}: {message}", f"{name}:{message}"
