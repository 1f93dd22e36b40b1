"""Markdown files as test suites: plans, data, commands and what they must say, side by side.

tests/cases/README.md describes the form.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import json
import os
import re
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import dabiao
from dabiao import cli

ROOT = Path(__file__).resolve().parents[2]
WIDTH = 120

# What a command line is allowed to be: no shell stands between.
_SHELL_SIGNS = re.compile(r"[|;&<`]|\$\(")


class CaseFailure(AssertionError):  # noqa: N818
    """A block does not do what its file says."""


@dataclass
class Block:
    """A fenced block; `first` and `last` are the lines between the fences, from 0."""

    language: str
    words: list[str]
    lines: list[str]
    first: int
    last: int
    indent: str = ""

    @property
    def text(self) -> str:
        return "".join(f"{line}\n" for line in self.lines)

    def option(self, name: str) -> str | None:
        for word in self.words:
            if word.startswith(f"{name}="):
                return word[len(name) + 1 :]
        return None


@dataclass
class Case:
    """The blocks under one heading."""

    path: Path
    titles: list[str]
    blocks: list[Block] = field(default_factory=list)
    context: str = ""

    @property
    def name(self) -> str:
        where = self.path.relative_to(ROOT) if self.path.is_relative_to(ROOT) else self.path.name
        return f"{where}: {' / '.join(self.titles)}"

    @property
    def must_fail(self) -> bool:
        return bool(self.titles) and self.titles[-1].lower().startswith("fail")


_FENCE = re.compile(r"^(\s*)(```+|~~~+)\s*(.*)$")
_HEADING = re.compile(r"^(#+)\s+(.*?)\s*#*\s*$")


def suites() -> list[Path]:
    """Every Markdown file of the project that is a suite."""
    found = sorted((ROOT / "tests" / "cases").rglob("*.md")) + sorted((ROOT / "docs").rglob("*.md"))
    return [path for path in [ROOT / "README.md", *found] if path.is_file()]


def read_cases(path: Path) -> list[Case]:
    """The cases of a file: the sections that have blocks which are run."""
    lines = path.read_text(encoding="utf-8").split("\n")
    cases: list[Case] = []
    titles: list[tuple[int, str]] = []
    context = ""
    current = Case(path, [])
    number = 0
    while number < len(lines):
        line = lines[number]
        fence = _FENCE.match(line)
        if fence:
            indent, sign, info = fence.groups()
            first = number + 1
            last = first
            while last < len(lines) and not lines[last].strip().startswith(sign):
                last += 1
            words = info.split()
            block = Block(
                words[0] if words else "",
                words[1:],
                [each.removeprefix(indent) for each in lines[first:last]],
                first,
                last,
                indent,
            )
            if block.language == "biao" and "context" in block.words:
                context = block.text
            current.context = context
            current.blocks.append(block)
            number = last + 1
            continue
        heading = _HEADING.match(line)
        if heading:
            depth = len(heading.group(1))
            titles = [each for each in titles if each[0] < depth]
            titles.append((depth, heading.group(2)))
            cases.append(current)
            current = Case(path, [title for _, title in titles])
        number += 1
    cases.append(current)
    return [case for case in cases if any(is_run(block) for block in case.blocks)]


def is_run(block: Block) -> bool:
    """Whether a block is more than an illustration."""
    return block.language in ("biao", "console", "python", "json") and "norun" not in block.words


# ---- running ------------------------------------------------------------------------------------


@dataclass
class Outcome:
    """What a run of a case came to."""

    problems: list[str] = field(default_factory=list)
    # By the line of the block: what a console block must say.
    updates: dict[int, list[str]] = field(default_factory=dict)


def run_case(case: Case, folder: Path) -> Outcome:
    """Runs the blocks of a case in order, in a folder of its own."""
    outcome = Outcome()
    failed = False
    pending: list[tuple[Block, str]] = []  # plans that no command has looked at
    namespace: dict[str, Any] = {"dabiao": dabiao, "__name__": "case"}
    for each in ("examples", "docs", "tests"):
        with contextlib.suppress(FileExistsError):
            (folder / each).symlink_to(ROOT / each)

    def complain(block: Block, message: str) -> None:
        outcome.problems.append(f"{case.path}:{block.first}: {message}")

    def settle(block: Block, text: str) -> None:
        nonlocal failed
        try:
            dabiao.parse(text)
        except dabiao.PlanError as error:
            failed = True
            if not case.must_fail and "fails" not in block.words:
                complain(block, f"the plan has errors\n{error.render('en')}")
        else:
            if "fails" in block.words:
                complain(block, "the plan has no errors, though the block says `fails`")

    with _in(folder):
        for block in case.blocks:
            if "norun" in block.words:
                continue
            name = block.option("file") or block.option("data")
            if block.language == "biao":
                text = block.text
                if "fragment" in block.words:
                    text = case.context + "\n" + text
                Path(name or "plan.biao").write_text(text, encoding="utf-8")
                for each in [each for each in pending if each[0].option("file") == name]:
                    settle(*each)  # the next plan takes its place
                    pending.remove(each)
                pending.append((block, text))
            elif block.language == "csv" or name is not None:
                target = Path(name or "data.csv")
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(block.text, encoding="utf-8")
            elif block.language == "json":
                try:
                    json.loads(block.text)
                except json.JSONDecodeError as error:
                    complain(block, f"not JSON: {error}")
            elif block.language == "python":
                for problem in _run_python(block, namespace):
                    complain(block, problem)
            elif block.language == "console":
                commands = _commands(block)
                said: list[str] = []
                same = True
                for command, expected in commands:
                    output, status = run_command(command)
                    failed = failed or status == 2
                    if status == 2:
                        pending = []
                    actual = output.splitlines()
                    if status != 0:
                        actual.append(f"(exit status {status})")
                    if not matches(expected, actual):
                        same = False
                        complain(block, _difference(command, expected, actual))
                        expected = actual
                    said += [f"$ {command}", *expected]
                    used = {word for word in shlex.split(command) if word.endswith(".biao")}
                    pending = [
                        each
                        for each in pending
                        if (each[0].option("file") or "plan.biao") not in used
                    ]
                if not same:
                    outcome.updates[block.first] = said
        for block, text in pending:
            settle(block, text)
    if case.must_fail and not failed:
        outcome.problems.append(f"{case.name}: nothing fails, though the title says so")
    if failed and not case.must_fail and not any("fails" in block.words for block in case.blocks):
        outcome.problems.append(f"{case.name}: something fails; begin the title with `fail`")
    return outcome


def _commands(block: Block) -> list[tuple[str, list[str]]]:
    commands: list[tuple[str, list[str]]] = []
    for line in block.lines:
        if line.startswith("$ "):
            commands.append((line[2:], []))
        elif commands:
            commands[-1][1].append(line)
        elif line.strip():
            raise CaseFailure(f"a console block begins with a command, not with {line!r}")
    return commands


def run_command(command: str) -> tuple[str, int]:
    """Runs `dabiao …` or `cat …` in this process: what it says, and its exit status."""
    words = shlex.split(command)
    target: Path | None = None
    if len(words) > 2 and words[-2] == ">":
        target = Path(words[-1])
        words = words[:-2]
    if _SHELL_SIGNS.search(command) or not words or words[0] not in ("dabiao", "cat"):
        raise CaseFailure(f"a command is `dabiao …` or `cat …`, with `> file` at most: {command}")
    if words[0] == "cat":
        return "".join(Path(each).read_text(encoding="utf-8") for each in words[1:]), 0
    # One stream, so that what is said stands in its order.
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="utf-8", write_through=True)
    environment = {"COLUMNS": str(WIDTH), "LC_ALL": "C.UTF-8", "TERM": "dumb", "NO_COLOR": "1"}
    status = 0
    with (
        mock.patch.object(sys, "argv", words),
        mock.patch.dict(os.environ, environment),
        contextlib.redirect_stdout(stream),
        contextlib.redirect_stderr(stream),
    ):
        try:
            cli.main()
        except SystemExit as done:
            status = done.code if isinstance(done.code, int) else int(done.code is not None)
    text = raw.getvalue().decode()
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    if target is not None:
        target.write_text(text, encoding="utf-8")
        return "", status
    return text, status


def matches(expected: list[str], actual: list[str]) -> bool:
    """Line by line; a line `...` stands for any lines. Empty lines at the end do not count."""
    expected = _without_empty_end([line.rstrip() for line in expected])
    actual = _without_empty_end([line.rstrip() for line in actual])
    if "..." not in expected:
        return expected == actual
    # How a command ends is always said.
    if _exit_line(expected) != _exit_line(actual):
        return False
    pattern = "".join(
        r"(?:.*\n)*?" if line == "..." else re.escape(f"{line}\n") for line in expected
    )
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in actual)) is not None


def _exit_line(lines: list[str]) -> str:
    return lines[-1] if lines and lines[-1].startswith("(exit status ") else ""


def _without_empty_end(lines: list[str]) -> list[str]:
    lines = list(lines)
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _difference(command: str, expected: list[str], actual: list[str]) -> str:
    import difflib

    lines = difflib.unified_diff(expected, actual, "in the file", "said", lineterm="")
    return f"$ {command}\n" + "\n".join(lines)


def _run_python(block: Block, namespace: dict[str, Any]) -> list[str]:
    text = block.text
    name = f"block at line {block.first}"
    if text.lstrip().startswith(">>>"):
        test = doctest.DocTestParser().get_doctest(text, namespace, name, None, None)
        said = io.StringIO()
        runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
        runner.run(test, out=said.write, clear_globs=False)
        namespace.update(test.globs)
        return [said.getvalue()] if runner.failures else []
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(text, name, "exec"), namespace)
    except Exception as error:  # whatever an example does wrong
        return [f"{type(error).__name__}: {error}"]
    return []


@contextlib.contextmanager
def _in(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


# ---- updating -----------------------------------------------------------------------------------


def update_file(path: Path, updates: dict[int, list[str]]) -> None:
    """Puts what was said into a file's console blocks."""
    lines = path.read_text(encoding="utf-8").split("\n")
    blocks = {block.first: block for case in read_cases(path) for block in case.blocks}
    for first in sorted(updates, reverse=True):
        block = blocks[first]
        said = [f"{block.indent}{line}".rstrip() for line in updates[first]]
        lines[first : block.last] = said
    path.write_text("\n".join(lines), encoding="utf-8")
