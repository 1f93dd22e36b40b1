"""The small cases that go wrong, through dabiao and through the engines that can be installed.

    python tests/benchmark/small_cases.py                      # prints the table
    python tests/benchmark/small_cases.py --write docs/exactness.md
    python tests/benchmark/small_cases.py --check docs/exactness.md

`--check` compares dabiao's answers with the right ones, the page's table with the cases, and the
page's answers with those of every engine that is installed in the page's version.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

from marked_section import read_section, write_section
from small_engines import NO, UNKNOWN, YES, Data, Engine, ask, installed_engines

SECTION = "small cases"


@dataclass(frozen=True)
class Case:
    """One question with its data, the right answer, and why."""

    question: str
    expression: str
    data: Data
    right: str
    why: str


NAN, INFINITY = float("nan"), float("inf")

CASES = [
    Case("29 of 100, in hundredths: at least 29?", "a / 100 * 100 >= 29", {"a": [29]}, YES, "29 = 29"),
    Case("0.1 + 0.2 against 0.3: at most?", "a + b <= 0.3", {"a": [0.1], "b": [0.2]}, YES, "0.3 = 0.3"),
    Case("8 % missing, found as 1 − 0.92: at least 0.08?", "1 - a >= 0.08", {"a": [0.92]}, YES,
         "0.08 = 0.08"),
    Case("8 of 100 missing, at most a tenth allowed?", "a / 100 <= 0.1", {"a": [8]}, YES,
         "a share is not a percentage"),
    Case("5 / (0.1 + 0.2 − 0.3): at least 1?", "5 / (a + b - 0.3) >= 1", {"a": [0.1], "b": [0.2]},
         UNKNOWN, "divided by zero"),
    Case("10¹⁶ + 1 − 10¹⁶: at least 1?", "a + 1 - a >= 1", {"a": [1e16]}, YES, "1 = 1"),
    Case("ten times 0.1: at least 1?", "total(a) >= 1", {"a": [0.1] * 10}, YES, "1 = 1"),
    Case("1.005 in hundredths: at least 1.01?", "rounded(a, 2) >= 1.01", {"a": [1.005]}, YES,
         "halves go up"),
    Case("missing: below 60?", "a < 60", {"a": [None]}, UNKNOWN, "nobody knows"),
    Case("missing: at least 60?", "a >= 60", {"a": [None]}, UNKNOWN, "nobody knows"),
    Case("missing: at most 0?", "a <= 0", {"a": [None]}, UNKNOWN, "missing is not 0"),
    Case("the lesser of 1 and missing: at least 1?", "least(a, b) >= 1", {"a": [1], "b": [None]},
         UNKNOWN, "the other may be 0"),
    Case("60, missing, 50: average at least 55?", "mean(a) >= 55", {"a": [60, None, 50]}, UNKNOWN,
         "the third may be 0"),
    Case("60, missing, 50: sum at least 120?", "total(a) >= 120", {"a": [60, None, 50]}, UNKNOWN,
         "the third may be 10"),
    Case("missing below 60, or 50 below 60?", "a < 60 or b < 60", {"a": [None], "b": [50]}, YES,
         "the second is"),
    Case("NaN: at least 60?", "a >= 60", {"a": [NAN]}, UNKNOWN, "not a number"),
    Case("infinite: at least 60?", "a >= 60", {"a": [INFINITY]}, UNKNOWN, "nothing measured is"),
    Case("0 of 0: at least 0.6?", "a / b >= 0.6", {"a": [0], "b": [0]}, UNKNOWN, "divided by zero"),
    Case("5 / 0: at least 0.6?", "a / b >= 0.6", {"a": [5], "b": [0]}, UNKNOWN, "divided by zero"),
    Case("−0: equal to 0?", "a == 0", {"a": [-0.0]}, YES, "there is one zero"),
    Case("5 / −0: at least 0?", "5 / a >= 0", {"a": [-0.0]}, UNKNOWN, "divided by zero"),
]  # fmt: skip


def table_of(engines: list[Engine], absent: list[str]) -> str:
    """The cases as a Markdown table, wrong answers bold, and what was used."""
    names = [engine.name for engine in engines]
    lines = [
        "| question | right, because | " + " | ".join(names) + " |",
        "|---|---|" + "---|" * len(names),
    ]
    for case in CASES:
        answers = []
        for engine in engines:
            answer = ask(engine, case.expression, case.data)
            wrong = answer in (YES, NO, UNKNOWN) and answer != case.right
            answers.append(f"**{answer}**" if wrong else answer)
        lines.append(f"| {case.question} | {case.right}: {case.why} | " + " | ".join(answers) + " |")
    versions = ", ".join(f"{engine.name} {engine.version}" for engine in engines[1:])
    lines += ["", f"Engines: {versions}."]
    if absent:
        lines += ["", f"Not installed where this was generated: {'; '.join(absent)}."]
    return "\n".join(lines)


def parsed(table: str) -> dict[str, list[str]]:
    """The rows of a table by their first cell, the heading included."""
    rows = [line.strip().strip("|").split("|") for line in table.splitlines() if line[:1] == "|"]
    return {cells[0].strip(): [cell.strip() for cell in cells[1:]] for cells in rows}


def problems_of(page: Path, engines: list[Engine]) -> list[str]:
    """Where the page and the engines that are here disagree, and where dabiao is wrong."""
    problems = []
    section = read_section(page, SECTION)
    stands = parsed(section)
    now = parsed(table_of(engines, []))
    for case in CASES:
        answer = ask(engines[0], case.expression, case.data)
        if answer != case.right:
            problems.append(f"dabiao says {answer} to: {case.question}")
        if case.question not in stands:
            problems.append(f"{page} lacks the case: {case.question}")
            continue
        for place, engine in enumerate(engines):
            if engine.name not in stands["question"]:
                continue
            if place and f"{engine.name} {engine.version}" not in section:
                continue  # of another version than the page's
            written = stands[case.question][stands["question"].index(engine.name)]
            found = now[case.question][1 + place]
            if written != found:
                problems.append(f"{page}, {engine.name}: {written}, now {found}: {case.question}")
    return problems


def run(arguments: argparse.Namespace, engines: list[Engine], absent: list[str]) -> int:
    if arguments.check:
        problems = problems_of(arguments.check, engines)
        for problem in problems:
            print(problem, file=sys.stderr)
        print(f"{len(CASES)} cases, {len(engines)} engines, {len(problems)} problems")
        for engine in absent:
            print(f"not installed: {engine}")
        return 1 if problems else 0
    wrong = [case for case in CASES if ask(engines[0], case.expression, case.data) != case.right]
    if wrong:
        for case in wrong:
            print(f"dabiao is wrong: {case}", file=sys.stderr)
        return 1
    table = table_of(engines, absent)
    if arguments.write:
        write_section(arguments.write, SECTION, table)
    else:
        print(table)
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--write", type=Path, metavar="PAGE")
    how.add_argument("--check", type=Path, metavar="PAGE")
    arguments = parser.parse_args()
    engines, absent = installed_engines()
    try:
        return run(arguments, engines, absent)
    finally:
        for engine in engines:
            engine.close()


if __name__ == "__main__":
    sys.exit(main())
