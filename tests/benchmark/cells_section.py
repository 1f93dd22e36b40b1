"""Formula cells that follow one changed input: a chain, a tree, and a sum over many."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

from line_process import LineProcess
from paired import Contestant, take_times
from peer_places import NODE_MODULES, has_node_package
from sections import DisagreementError, Section, Sizes, Table
from workload import exact

CHANGES = {"chain": 10, "tree": 1000, "sum": 10}
"""So many changes in a row are timed at once; the time shown is that of one."""

PLACE_INPUTS: Callable[[int], list[int]] = lambda place: [  # noqa: E731
    50 + place % 7, 100, 30 + place % 11, 1000, place % 20, 20,
]  # fmt: skip


def chain_result(size: int, value: int) -> Fraction:
    """The end of the chain: one more than the input for every cell."""
    return Fraction(value + size)


def tree_result(size: int, value: int) -> Fraction:
    """The root: all inputs are 1 but the first."""
    return Fraction(size + value)


def sum_result(size: int, value: int) -> Fraction:
    """The sum of the scores, the towns of the last place being `value`."""
    places = -(-size // 7)
    scores = [exact(PLACE_INPUTS(place))[3] for place in range(1, places)]
    last = PLACE_INPUTS(places)
    last[0] = value
    return sum(scores, Fraction(0)) + exact(last)[3]


KINDS: dict[str, tuple[str, str, Callable[[int, int], Fraction]]] = {
    "chain": (
        "a chain: every cell depends on the one before, all of them on one input",
        "{cells:,} cells, each 1 more than the one before; the input at its beginning changes, the "
        "cell at its end is read",
        chain_result,
    ),
    "tree": (
        "a tree: an input that few cells depend on",
        "{cells:,} cells, each the sum of two others or of two inputs; the first input changes, "
        "the cells between it and the root follow, the root is read",
        tree_result,
    ),
    "sum": (
        "one sum over many",
        "the seven formulas for {places:,} places ({cells:,} cells) and the sum of their scores; the "
        "nursing beds of one place change, the sum is read",
        sum_result,
    ),
}


def right(found: Any, expected: Fraction) -> bool:
    """Whether a result is right to 1 in 10⁹."""
    return abs(Fraction(float(found)) - expected) <= abs(expected) / 10**9


class HyperFormulaCells:
    """The sheet in node."""

    name = "HyperFormula"
    how = "buildFromArray, setCellContents of one cell; node"

    def __init__(self, kind: str, size: int) -> None:
        script = str(Path(__file__).parent / "cells.mjs")
        self._process = LineProcess(["node", "--stack-size=60000", script],
                                    {"DABIAO_NODE_MODULES": str(NODE_MODULES)})  # fmt: skip
        self.version = self._process.ask({"version": True})
        self._process.ask({"kind": kind, "size": size})

    def change(self, values: list[int]) -> tuple[float, Any]:
        """The seconds that the changes took, and the result after the last."""
        found = self._process.ask({"values": values})
        return sum(found["nanoseconds"]) * 1e-9, found["result"]

    def close(self) -> None:
        self._process.close()


def chain_plan(size: int) -> tuple[str, str, str]:
    """A plan, the input that changes and the indicator that is read."""
    cells = [f"indicator c{i} = {'x' if i == 0 else f'c{i - 1}'} + 1" for i in range(size)]
    return "\n".join(['plan chain "Chain"', "input x stock range 0..", *cells]), "x", f"c{size - 1}"


def tree_plan(size: int) -> tuple[str, str, str]:
    """The same of a tree over one input more than there are cells."""
    row = [f"x{i}" for i in range(size + 1)]
    lines = ['plan tree "Tree"', *(f"input {name} stock range 0.." for name in row)]
    first_input = row[0]
    made = 0
    while len(row) > 1:
        above = []
        for first, second in itertools.zip_longest(row[::2], row[1::2]):
            if second is None:
                above.append(first)
                continue
            lines.append(f"indicator n{made} = {first} + {second}")
            above.append(f"n{made}")
            made += 1
        row = above
    return "\n".join(lines), first_input, row[0]


PLANS = {"chain": chain_plan, "tree": tree_plan}


class DabiaoCells:
    """A session of the compiled plan."""

    name = "dabiao"
    how = "plan.compile().session().set of one input; called from Python"

    def __init__(self, kind: str, size: int) -> None:
        import dabiao

        self.version = dabiao.__version__
        text, self._changed, self._read = PLANS[kind](size)
        compiled = dabiao.parse(text).compile([self._read])
        self._session = compiled.session(**{each.name: 1 for each in compiled.inputs})

    def change(self, values: list[int]) -> tuple[float, Any]:
        """The seconds that the changes took, and the result after the last."""
        started = time.perf_counter()
        for value in values:
            self._session.set(**{self._changed: value})
        seconds = time.perf_counter() - started
        return seconds, self._session.values()[self._read]

    def close(self) -> None:
        """Nothing is to be closed."""


def measure(sizes: Sizes) -> list[dict[str, Any]]:
    """The section."""
    section = Section("cells", "Formula cells that follow a change")
    makers: list[Any] = [DabiaoCells]
    if has_node_package("hyperformula"):
        makers.append(HyperFormulaCells)
    else:
        section.absent.append("HyperFormula")
    for kind, (caption, work, result) in KINDS.items():
        contestants = []
        sheets = []
        for maker in makers:
            # A sum over places is a roll-up, no function of one record.
            if maker is DabiaoCells and kind not in PLANS:
                continue
            sheet = maker(kind, sizes.cells)
            sheets.append(sheet)
            numbers = itertools.count(10)
            _, found = sheet.change([next(numbers), next(numbers)])
            if not right(found, result(sizes.cells, 11)):
                expected = float(result(sizes.cells, 11))
                raise DisagreementError(f"{sheet.name}, {kind}: {found}, exactly {expected}")

            def once(
                sheet: Any = sheet, numbers: Any = numbers, changes: int = CHANGES[kind]
            ) -> float:
                seconds, _ = sheet.change([10 + next(numbers) % 50 for _ in range(changes)])
                return float(seconds) / changes

            contestants.append(Contestant(sheet.name, once, sheet.version, sheet.how))
        if contestants:
            rows = take_times(contestants, sizes.rounds, contestants[0].name)
            places = -(-sizes.cells // 7)
            done = work.format(cells=sizes.cells, places=places)
            section.tables.append(Table(caption, done, contestants[0].name, rows))
        for sheet in sheets:
            sheet.close()
    return [section.as_dict()]
