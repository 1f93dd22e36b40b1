"""One record at a time, and what it takes to compile the seven formulas."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

from line_process import LineProcess
from paired import Contestant, take_times
from peer_places import CEL, NODE_MODULES, built, has_node_package
from sections import DisagreementError, Section, Sizes, Table
from workload import (
    INPUTS,
    OUTPUTS,
    PLAN,
    READS,
    WORK,
    disagreement,
    exact,
    records,
    spelt,
    wrong_decisions,
)

CEL_LEAST = "({x} < {k} ? {x} / {k} : 1.0)"


def checked(name: str, given: list[list[float]], answers: list[list[Any]]) -> int:
    """Compares a contestant's answers with fractions; raises DisagreementError. How many conditions
    it decided wrongly: at ties, where that is forgiven to all but dabiao."""
    if len(answers) != len(given):
        raise DisagreementError(f"{name}: {len(answers)} answers to {len(given)} records")
    mistakes = 0
    for row, answer in zip(given, answers, strict=True):
        wrong = disagreement(row, answer)
        if wrong:
            raise DisagreementError(f"{name}: {wrong}")
        mistakes += wrong_decisions(row, answer)
    if mistakes and name.startswith("dabiao"):
        raise DisagreementError(f"{name} decided {mistakes} conditions wrongly")
    return mistakes


def numbers_with_points(formula: str) -> str:
    """A formula for CEL, where 100 is not 100.0."""
    words = formula.replace("(", "( ").replace(")", " )").split(" ")
    return " ".join(f"{word}.0" if word.isdigit() else word for word in words)


class RecordContest:
    """Everyone who is here, with the same records; answers are compared as they are made."""

    def __init__(self, sizes: Sizes) -> None:
        self.sizes = sizes
        self.given = records(sizes.records)
        self.mistakes: dict[str, int] = {}
        self.absent: list[str] = []
        self.processes: list[LineProcess] = []
        self.contestants: list[Contestant] = []
        self.compiling: list[Contestant] = []
        self._add_compiled()
        self._add_python()
        self._add_cel()
        self._add_json_logic()

    def close(self) -> None:
        for process in self.processes:
            process.close()

    def _add(
        self, name: str, version: str, how: str, run: Callable[[int], float], rounds: int
    ) -> None:
        def work() -> float:
            return run(rounds) / rounds * 1e-9

        self.contestants.append(Contestant(name, work, version, how))

    def _add_compiled(self) -> None:
        program = built("benchmark_record")
        if program is None:
            self.absent.append("C++ side (not built)")
            return
        process = LineProcess([str(program)])
        self.processes.append(process)
        found = process.ask({"records": self.given, "plan": PLAN})
        hows = {
            "native": "a C++ function written by hand, not inlined",
            "native, numbers only": "the same without the conditions",
            "muparser": "one expression with seven results, C++",
            "ExprTk": "one expression with assignments, C++",
            "dabiao": "set, run, seven results with their reasons; decisions exact; C++",
            "dabiao, numbers only": "set, run, the four indicators; C++",
        }
        for name in sorted(found, key=lambda each: list(hows).index(each)):
            answers = found[name]["rows"]
            if "numbers only" in name:
                checked(name, self.given, [[*row[:4], *exact(given)[4:]] for row, given in
                                           zip(answers, self.given, strict=True)])  # fmt: skip
            else:
                self.mistakes[name] = checked(name, self.given, answers)

            def run(rounds: int, name: str = name) -> float:
                return float(process.ask({"engine": name, "rounds": rounds}))

            self._add(name, found[name]["version"], hows[name], run, self.sizes.evaluations)

            def compile_once(name: str = name) -> float:
                return float(process.ask({"engine": name, "compile": 1})) * 1e-9

            if name in ("muparser", "ExprTk", "dabiao"):
                work = {"dabiao": "parse, check and compile the plan; C++"}
                how = work.get(name, hows[name])
                self.compiling.append(Contestant(name, compile_once, found[name]["version"], how))
        missing = [name for name in ("muparser", "ExprTk") if name not in found]
        self.absent += [f"{name} (not built in)" for name in missing]

    def _add_python(self) -> None:
        import dabiao

        plan = dabiao.parse(PLAN)
        if not hasattr(plan, "compile"):
            self.absent.append("dabiao's record from Python")
            return
        record = plan.compile(OUTPUTS).record()
        answers = [record.values(row) for row in self.given]
        name = "dabiao from Python"
        self.mistakes[name] = checked(name, self.given, [list(row) for row in answers])
        given = self.given

        def run(rounds: int) -> float:
            began = time.perf_counter_ns()
            for number in range(rounds):
                record.values(given[number % len(given)])
            return time.perf_counter_ns() - began

        how = "record.values(sequence), a tuple back"
        self._add(name, dabiao.__version__, how, run, self.sizes.slow_evaluations)

        def compile_once() -> None:
            dabiao.parse(PLAN).compile()

        how = "dabiao.parse(text).compile()"
        self.compiling.append(Contestant(name, compile_once, dabiao.__version__, how))

    def _add_cel(self) -> None:
        if not CEL.exists():
            self.absent.append("CEL")
            return
        process = LineProcess([str(CEL)])
        self.processes.append(process)
        formulas = [
            {"name": name, "expression": numbers_with_points(text)} for name, text in spelt(CEL_LEAST)
        ]
        question = {"inputs": INPUTS, "outputs": formulas, "records": self.given}
        name, version = "CEL", process.ask({"version": True})
        self.mistakes[name] = checked(name, self.given, process.ask(question))
        how = "seven programs, optimised, one activation reused, earlier outputs read; Go"

        def run(rounds: int) -> float:
            return float(process.ask({"rounds": rounds}))

        self._add(name, version, how, run, self.sizes.slow_evaluations)

        def compile_once() -> float:
            return float(process.reply(question)["compile_nanoseconds"]) * 1e-9

        self.compiling.append(Contestant(name, compile_once, version, "environment and program; Go"))

    def _add_json_logic(self) -> None:
        if not has_node_package("json-logic-js"):
            self.absent.append("json-logic")
            return
        script = str(Path(__file__).parent / "record.mjs")
        process = LineProcess(["node", script], {"DABIAO_NODE_MODULES": str(NODE_MODULES)})
        self.processes.append(process)
        name = "json-logic"
        answers = process.ask({"inputs": INPUTS, "records": self.given})
        self.mistakes[name] = checked(name, self.given, answers)

        def run(rounds: int) -> float:
            return float(process.ask({"rounds": rounds}))

        how = "seven rules, earlier outputs put into the record; node"
        self._add(name, "json-logic-js 2", how, run, self.sizes.slow_evaluations)


def batch_compilers() -> list[Contestant]:
    """How long the batch engines take before the first row."""
    made = []
    try:
        import numexpr
        from numexpr.necompiler import NumExpr

        signature = [(name, float) for name in [*INPUTS, *OUTPUTS[:4]]]
        formulas = []
        for _, text in spelt("where({x} < {k}, {x} / {k}, 1.0)"):
            words = re.findall(r"[a-z_]+", text)
            formulas.append((text, [pair for pair in signature if pair[0] in words]))

        def numexpr_once() -> None:
            for text, names in formulas:
                NumExpr(text, names)

        numexpr_once()
        made.append(Contestant("numexpr", numexpr_once, numexpr.__version__, "seven NumExpr objects"))
    except ImportError:
        pass
    try:
        import numba
        import numpy as np
        from batch_numba import add_up

        columns = [np.ones(64) for _ in INPUTS]

        def numba_once() -> None:
            numba.njit(parallel=True, error_model="numpy")(add_up.py_func)(*columns)

        how = "njit of the loop and its first call"
        made.append(Contestant("numba", numba_once, numba.__version__, how, rounds=3))
    except ImportError:
        pass
    return made


def with_holes(given: list[list[float]]) -> list[list[float | None]]:
    """The records with one value in a hundred missing, at random."""
    random_ = random.Random(3)
    return [[None if random_.random() < 0.01 else value for value in row] for row in given]


def missing_table(sizes: Sizes) -> Table | None:
    """dabiao with missing values, beside the same function in C++ that knows of none."""
    program = built("benchmark_record")
    if program is None:
        return None
    process = LineProcess([str(program)])
    try:
        whole = records(sizes.records)
        given = with_holes(whole)
        found = process.ask({"records": given, "plan": PLAN})["dabiao"]
        for row, full, answers in zip(given, whole, found["rows"], strict=True):
            right = exact(full)
            for place, name in enumerate(OUTPUTS):
                lost = any(row[INPUTS.index(read)] is None for read in READS[name])
                if lost != (answers[place] is None):
                    raise DisagreementError(f"dabiao: {name} of {row} is {answers[place]}")
                right[place] = right[place] if not lost else 0
            filled = [0.0 if value is None else value for value in answers]
            for value, expected in zip(filled, right, strict=True):
                if abs(Fraction(value) - expected) > abs(Fraction(expected)) / 10**12:
                    raise DisagreementError(f"dabiao: {answers} of {row}")

        def run(name: str) -> Callable[[], float]:
            question = {"engine": name, "rounds": sizes.evaluations}
            return lambda: float(process.ask(question)) / sizes.evaluations * 1e-9

        version = found["version"]
        times = take_times(
            [
                Contestant("native", run("native"), "", "NaN for what is missing"),
                Contestant("dabiao", run("dabiao"), version, "results with their reasons, exact"),
            ],
            sizes.rounds,
            "native",
        )
    finally:
        process.close()
    holes = sum(None in row for row in given)
    note = f"{holes} of {len(given)} records lack at least one value."
    return Table("the same with 1 % of each input missing", WORK, "native", times, notes=[note])


def measure(sizes: Sizes) -> list[dict[str, Any]]:
    """The two sections."""
    contest = RecordContest(sizes)
    try:
        one = Section("record", "One record at a time", absent=contest.absent)
        names = [contestant.name for contestant in contest.contestants]
        if names:
            reference = "native" if "native" in names else names[0]
            times = take_times(contest.contestants, sizes.rounds, reference)
            caption = f"one record at a time, {len(contest.given)} records in turn"
            one.tables.append(Table(caption, WORK, reference, times))
            made = ", ".join(f"{name} {count}" for name, count in contest.mistakes.items())
            one.notes.append(
                f"Conditions decided otherwise than fractions decide them, of {3 * len(contest.given):,}: "
                f"{made}. The first four records are ties."
            )
        missing = missing_table(sizes)
        if missing is not None:
            one.tables.append(missing)
        compiling = [*contest.compiling, *([] if sizes.short else batch_compilers())]
        two = Section("compile", "Compiling the seven formulas")
        if compiling:
            names = [contestant.name for contestant in compiling]
            reference = "dabiao" if "dabiao" in names else names[0]
            times = take_times(compiling, sizes.rounds, reference)
            two.tables.append(Table("from text to ready", WORK, reference, times))
        return [one.as_dict(), two.as_dict()]
    finally:
        contest.close()
