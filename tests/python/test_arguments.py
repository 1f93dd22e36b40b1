"""Every public function, called with wrong kinds of every argument, says so in a line."""

from __future__ import annotations

import datetime
import inspect
import math
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import dabiao
from dabiao import reports

PLAN = dabiao.parse(
    """plan 例  level 县  level 村 in 县  unit 张
    input 床位 张 stock each month at 村
    indicator 双倍 张 = 床位 * 2
    target 全县 : 床位 >= 100 张
    target 各村 : 床位 >= 40 张 at each 村
    stated 100 张 = 100 张"""
)
DATA = {"县": ["子"] * 2, "村": ["甲", "乙"], "period": ["2024-03"] * 2, "床位": [50, 45]}
RESULT = PLAN.assess(DATA, "2024-03-31")
ONE = RESULT["全县"]
CUBE = dabiao.read(DATA, PLAN)
COMPILED = dabiao.parse("plan p  input beds stock  target t : beds >= 1").compile()
RECORDS = {"beds": [1.0]}
SESSION = PLAN.session(DATA, "2024-03-31")
DIAGNOSTIC = dabiao.parse(
    "plan p  unit bed  input beds bed stock  target t : beds >= 0 bed"
).check()[0]
REGISTER = {"县": ["子"] * 2, "村": ["甲", "乙"]}
REPORT = RESULT.report("board", "en")
COVERAGE = dabiao.Coverage(0, 0, 0, 0, [], 0, 0)
ERROR = dabiao.DataError([])

# A call that is well, with every parameter; what stands in the place of one is wrong.
CALLS: dict[str, tuple[Callable[..., object], dict[str, Any]]] = {
    "load": (dabiao.load, {"path": "absent.biao"}),
    "parse": (dabiao.parse, {"text": "plan p", "name": "p.biao"}),
    "from_dict": (dabiao.from_dict, {"document": PLAN.to_dict()}),
    "from_json": (dabiao.from_json, {"text": PLAN.to_json()}),
    "read": (dabiao.read, {"data": DATA, "plan": PLAN, "entities": REGISTER, "keep_going": True}),
    "dense": (
        dabiao.dense,
        {
            "plan": PLAN,
            "entities": REGISTER,
            "inputs": {"床位": [1.0, 2.0]},
            "periods": ["2024-03"],
            "threads": 1,
        },
    ),
    "Plan.check": (PLAN.check, {"source": (), "uncovered": False}),
    "Plan.coverage": (PLAN.coverage, {"source": ()}),
    "Plan.to_json": (PLAN.to_json, {"indent": 2}),
    "Plan.graph": (PLAN.graph, {"format": "dot", "targets": "全县"}),
    "Plan.read": (PLAN.read, {"data": DATA, "entities": REGISTER, "keep_going": True}),
    "Plan.assess": (
        PLAN.assess,
        {
            "data": DATA,
            "as_of": "2024-03-31",
            "targets": ["全县"],
            "entities": REGISTER,
            "reached_on": False,
        },
    ),
    "Plan.session": (
        PLAN.session,
        {
            "data": DATA,
            "as_of": datetime.date(2024, 3, 31),
            "targets": ["全县"],
            "entities": REGISTER,
            "reached_on": False,
        },
    ),
    "Plan.compile": (PLAN.compile, {"outputs": "双倍", "gaps": True}),
    "Plan.dense": (
        PLAN.dense,
        {
            "entities": REGISTER,
            "inputs": {"床位": [1.0, 2.0]},
            "periods": ["2024-03"],
            "threads": None,
        },
    ),
    "Plan.statuses": (
        PLAN.statuses,
        {
            "data": CUBE,
            "as_of": "2024-03-31",
            "targets": (),
            "entities": None,
            "threads": 1,
            "chunk": 8,
        },
    ),
    "PlanSession.set": (
        SESSION.set,
        {"input": "床位", "entity": "甲", "period": "2024-03", "value": 60, "level": "村"},
    ),
    "PlanSession.update": (SESSION.update, {"reports": [("床位", "乙", "2024-03", 60)]}),
    "Assessment.cells": (
        RESULT.cells,
        {"target": "全县", "status": "met", "entity": "子", "level": "县"},
    ),
    "Assessment.to_json": (RESULT.to_json, {"lang": "zh"}),
    "Assessment.to_dict": (RESULT.to_dict, {"lang": "en"}),
    "Assessment.report": (
        RESULT.report,
        {"kind": "bulletin", "lang": "en", "since": "2024-02-01", "compare": DATA},
    ),
    "TargetResult.find": (ONE.find, {"entity": "子", "span": ONE.cell.span}),
    "TargetResult.explain": (ONE.explain, {"entity": "子", "span": ONE.cell.span, "lang": "en"}),
    "TargetResult.explanation": (
        ONE.explanation,
        {"entity": "子", "span": ONE.cell.span, "lang": "en"},
    ),
    "CompiledPlan.run": (COMPILED.run, {"data": RECORDS, "threads": 1, "progress": None}),
    "CompiledPlan.stream": (
        COMPILED.stream,
        {"data": RECORDS, "threads": 1, "progress": lambda done, rows: None},
    ),
    "CompiledPlan.totals": (COMPILED.totals, {"data": RECORDS, "threads": 1}),
    "CompiledPlan.scenarios": (
        COMPILED.scenarios,
        {"data": RECORDS, "scenarios": {"s": {"beds": ("add", 1)}}, "threads": 1},
    ),
    "CompiledPlan.session": (COMPILED.session, {"beds": 1}),
    "Session.set": (COMPILED.session().set, {"beds": 1}),
    "Record.__call__": (COMPILED.record(), {"beds": 1}),
    "Record.values": (COMPILED.record().values, {"values": [1.0]}),
    "Data.entities": (CUBE.entities, {"level": "村"}),
    "Data.borrows": (CUBE.borrows, {"input": "床位"}),
    "Diagnostic.message": (DIAGNOSTIC.message, {"lang": "en"}),
    "Diagnostic.render": (DIAGNOSTIC.render, {"lang": "en", "colour": False}),
    "Diagnostic.json": (DIAGNOSTIC.json, {"lang": "en"}),
    "Comparison.demand": (ONE.cell.comparisons[0].demand, {"lang": "en"}),
    "Comparison.value_text": (ONE.cell.comparisons[0].value_text, {"lang": "en"}),
    "Comparison.expected_text": (ONE.cell.comparisons[0].expected_text, {"lang": "en"}),
    "Comparison.gap_text": (ONE.cell.comparisons[0].gap_text, {"lang": "en"}),
    "Coverage.summary": (COVERAGE.summary, {"lang": "en"}),
    "Figure.words": (PLAN.figures()[0].words, {"lang": "en"}),
    "DabiaoError.render": (ERROR.render, {"lang": "en", "colour": False}),
    "Report.save": (REPORT.save, {"path": "absent/folder/report.md"}),
}


class Odd:
    """What nothing expects, with words of its own that nobody wants to read."""

    def __repr__(self) -> str:
        return "an odd thing, " * 100


WRONG: list[Any] = [
    None,
    5,
    -1,
    10**400,
    -(10**400),
    math.nan,
    math.inf,
    Decimal("sNaN"),
    True,
    b"bytes",
    "\ud800",
    "a\0b",
    "neither",
    "长" * 100,
    [],
    [5],
    ["\ud800"],
    [None],
    [("床位", "甲", "2024-03", "\ud800")],
    [("床位",)],
    {},
    {"\ud800": [1]},
    {"床位": ["\ud800"]},
    {"床位": 5},
    {5: 5},
    {"s": {"beds": "\ud800"}},
    {"s": {"\ud800": 5}},
    {"\ud800": {"beds": 5}},
    {"s": {5: 5}},
    datetime.date(1, 1, 1),
    Odd(),
    Odd,
    [Odd()],
    {"床位": Odd()},
    {"床位": [Odd()]},
    lambda: None,
]


def complaint(function: Callable[..., object], *given: Any, **named: Any) -> str | None:
    """What is raised, which is of the package's kinds and short; None where nothing is."""
    try:
        function(*given, **named)
    except dabiao.DabiaoError as error:
        words = [each.message(lang) for each in error.diagnostics for lang in ("en", "zh")]
        assert words
    except UnicodeError:
        raise  # what Python itself says of surrogates
    except (TypeError, ValueError, KeyError) as error:
        words = [str(error)]
    else:
        return None
    for each in words:
        assert 0 < len(each) <= 400, each
        assert "\n" not in each, each
        for foreign in ("incompatible", "pybind", "NoneType' object", "not iterable"):
            assert foreign not in each, each
    return words[0]


@pytest.mark.parametrize("name", CALLS)
def test_an_argument_of_a_wrong_kind_is_answered_in_a_line(name: str) -> None:
    function, good = CALLS[name]
    complaint(function, **good)
    for parameter in good:
        for wrong in WRONG:
            complaint(function, **{**good, parameter: wrong})


@pytest.mark.parametrize("name", CALLS)
def test_a_wrong_number_of_arguments_is_answered_in_a_line(name: str) -> None:
    function, good = CALLS[name]
    assert complaint(function, *[object()] * 9)
    assert complaint(function, **good, nonsense=1)
    assert complaint(function, **good, **{"\ud800": 1})


def test_what_other_functions_make_is_made_by_no_other_argument() -> None:
    makers: list[Callable[..., object]] = [
        dabiao.Plan,
        dabiao.CompiledPlan,
        dabiao.Record,
        dabiao.Session,
        dabiao.Statuses,
        lambda wrong: dabiao.PlanSession(PLAN, wrong),
        lambda wrong: dabiao.Assessment(PLAN, CUBE, wrong),
        lambda wrong: dabiao.TargetResult(wrong, "全县"),
        lambda wrong: dabiao.TargetResult(RESULT, wrong),
        dabiao.Cell,
        dabiao.Comparison,
        dabiao.Data,
        dabiao.Diagnostic,
        dabiao.Label,
    ]
    for maker in makers:
        for wrong in WRONG:
            assert complaint(maker, wrong)


def parameters(member: Any) -> list[str]:
    """The names of the parameters of a function or method, without self."""
    try:
        names = list(inspect.signature(member).parameters)
    except ValueError:
        signature = re.search(r"\((.*)\)", (member.__doc__ or "").splitlines()[0])
        assert signature is not None
        names = re.findall(r"(\w+): ", signature[1])
    return [each for each in names if each not in ("self", "requested_schema")]


def test_no_public_function_is_left_out() -> None:
    """Except what makes objects that other functions hand out."""
    found = set()
    public = {name: getattr(dabiao, name) for name in dabiao.__all__} | {"Report": reports.Report}
    for name, member in public.items():
        if not inspect.isclass(member):
            found |= {name} if callable(member) and parameters(member) else set()
            continue
        for own, method in vars(member).items():
            named = not own.startswith("_") or own == "__call__"
            if named and callable(method) and parameters(method):
                found.add(f"{name}.{own}")
    # Adding to a report is for those who make it.
    assert found - {"Report.add"} == set(CALLS) - {"Record.values"}


@pytest.mark.parametrize("name", CALLS)
def test_every_parameter_is_tried(name: str) -> None:
    function, good = CALLS[name]
    if name not in ("CompiledPlan.session", "Session.set", "Record.__call__"):
        assert parameters(function) == list(good)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: PLAN.assess(DATA, as_of=5), "as_of is a date or a text such as '2023-11-25', not int"),
        (lambda: PLAN.assess(DATA, as_of="\ud800"), "as_of has '\\ud800' in it, which is no character: half of a surrogate pair"),
        (lambda: PLAN.assess(DATA, as_of="2024-3-31"), "as_of: expected a date such as 2023-11-25, seen '2024-3-31'"),
        (lambda: PLAN.graph("png"), "the format is svg, dot, mermaid, json, not 'png'"),
        (lambda: PLAN.graph("dot", targets=5), "targets is a name or several names, not int"),
        (lambda: PLAN.graph("dot", targets=[5]), "each of targets is a str, not int"),
        (lambda: PLAN.compile("双\ud800"), "outputs has '\\ud800' in it, which is no character: half of a surrogate pair"),
        (lambda: PLAN.compile(gaps="no"), "gaps is True or False, not str"),
        (lambda: PLAN.statuses(DATA, "2024-03-31", threads=-1), "threads is from 0 to 1000000, not -1"),
        (lambda: PLAN.statuses(DATA, "2024-03-31", threads=10**400), "threads is from 0 to 1000000, not 1000000000000000000000000000000000000..."),
        (lambda: PLAN.statuses(DATA, "2024-03-31", chunk=1.5), "chunk is a whole number or None, not float"),
        (lambda: SESSION.set("床位", 5, None, 1), "entity is a str or None, not int"),
        (lambda: SESSION.update([("床位",)]), "the reports are tuples of input, entity, period and value; one has 1 parts"),
        (lambda: RESULT.cells(status="nice"), "the status is one of missed, undecided, behind, pending, on_track, met, not_applicable, not 'nice'"),
        (lambda: PLAN.read({"床位": ["\ud800"]}), "a cell of the column 床位 has '\\ud800' in it, which is no character: half of a surrogate pair"),
        (lambda: PLAN.read("\ud800.csv"), "data is a path, and no file can be called '\\ud800.csv'"),
        (lambda: DIAGNOSTIC.message(5), "message() takes (lang: str = 'en'), not (int)"),
        (lambda: DIAGNOSTIC.message("en", "zh"), "message() takes (lang: str = 'en'), not (str, str)"),
        (lambda: DIAGNOSTIC.render(colour="red"), "render() takes (lang: str = 'en', *, colour: bool = False), not (colour=str)"),
        (lambda: DIAGNOSTIC.message("\ud800"), "a text has '\\ud800' in it, which is no character: half of a surrogate pair"),
        (lambda: DIAGNOSTIC.message(**{"\ud800": 1}), "the name of an argument has '\\ud800' in it, which is no character: half of a surrogate pair"),
        (lambda: type(DIAGNOSTIC).message(5), "message() takes (lang: str = 'en'), not ()"),
        (lambda: CUBE.entities(), "entities() takes (level: str), not ()"),
        (lambda: COMPILED.record()(beds="\ud800"), "`beds`: `\\ud800` is not read as a plain number"),
    ],
)  # fmt: skip
def test_what_is_said(call: Callable[[], object], said: str) -> None:
    assert complaint(call) == said


def test_a_file_whose_name_has_no_characters_is_named_by_codes(tmp_path: Path) -> None:
    path = tmp_path / "\udcff.csv"
    path.write_text("period,床位\n2024-03,许多\n", encoding="utf-8")
    with pytest.raises(dabiao.DataError) as error:
        PLAN.read(path)
    assert {each.file for each in error.value.diagnostics} == {"\\udcff.csv"}
    with pytest.raises(dabiao.PlanError, match=re.escape("\\udcfe.biao")):
        dabiao.load(tmp_path / "\udcfe.biao")
