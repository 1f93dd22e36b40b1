"""考评: scores with their parts, where the plan defines them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

from dabiao import _core
from dabiao.reports.model import Quantity, Report, Share, Table, Value, status_badge
from dabiao.reports.subject import Subject
from dabiao.words import short_reason

# An indicator in one of these units is a score.
UNITS = {"分", "分值", "point", "points", "mark", "marks"}

Tree = dict[str, Any]  # a node of an explanation


def make(subject: Subject) -> Report:
    """The report."""
    report = subject.start("scorecard")
    scores: dict[str, list[Tree]] = {}
    for indicator in subject.result.plan.indicators:
        trees = [
            json.loads(each)
            for each in _core.indicator_trees(subject.result._core, indicator.name, subject.lang)
        ]
        if indicator.type in UNITS or any(_counts_attained(tree) for tree in trees):
            scores[indicator.name] = trees
    limits = _Limits(subject, scores)
    # A score that another one is made of is shown as its part.
    inner = {
        name for trees in scores.values() for tree in trees for name in _indicators_below(tree)
    }
    for name, trees in scores.items():
        if name in inner or not trees:
            continue
        label = trees[0]["label"] or name
        report.add(label, table=_ranked(subject, trees, limits), empty=subject.say("no cells"))
        parts = _parts_table(subject, trees, limits)
        report.add(subject.say("parts of score", label=label), table=parts)
    if not report.sections:
        report.add(subject.say("report scorecard"), subject.say("no scores"))
    return report


def _counts_attained(tree: Tree) -> bool:
    """Whether it is made of how far targets are attained, and not of shares of targets only."""
    if tree["kind"] == "target" and not tree["text"].lstrip().startswith(("met", "达标")):
        return True
    return any(_counts_attained(child) for child in tree["children"])


def _indicators_below(tree: Tree) -> set[str]:
    found: set[str] = set()
    for child in tree["children"]:
        if child["kind"] == "indicator":
            found.add(child["name"])
        found |= _indicators_below(child)
    return found


def _number(node: Tree) -> Fraction | None:
    value = node["value"]["value"]
    return None if value is None else Fraction(value)


def _ranked(subject: Subject, trees: list[Tree], limits: _Limits) -> Table:
    table = subject.table(
        ("rank", "count"),
        ("entity", "text"),
        ("span", "text"),
        ("score", "number"),
        ("full marks", "number"),
        ("share of full", "share"),
        ("note", "text"),
    )
    spans = {tree["at"]["span"] for tree in trees}

    def standing(tree: Tree) -> Fraction:
        score = _number(tree)
        return Fraction(-(10**18)) if score is None else score

    for tree in sorted(trees, key=lambda each: (-standing(each), each["at"]["entity"])):
        score, full = _number(tree), limits.full_marks(tree)
        # Only those of one span are ranked against one another.
        same = [other for other in trees if other["at"]["span"] == tree["at"]["span"]]
        ahead = sum(standing(other) > standing(tree) for other in same)
        table.add(
            None if score is None or len(same) < 2 else 1 + ahead,
            tree["at"]["entity"],
            tree["at"]["span"] if len(spans) > 1 else None,
            _marks(subject, tree, score),
            _full(subject, tree, full),
            Share(float(score / full)) if score is not None and full else None,
            _range(subject, tree) if score is None else None,
        )
    return table


def _marks(subject: Subject, node: Tree, number: Fraction | None) -> Value:
    if number is None:
        reason = node["value"].get("reason")
        return short_reason(reason, subject.lang) if reason else None
    unit = node["value"]["unit"] or ""
    shown = f"{float(number):.2f}".rstrip("0").rstrip(".")
    return Quantity(float(number), unit, f"{shown} {unit}".strip())


def _full(subject: Subject, node: Tree, number: Fraction | None) -> Value:
    return subject.say("no full marks") if number is None else _marks(subject, node, number)


def _range(subject: Subject, node: Tree) -> str:
    """What a score that is not known can be."""
    low, high = node["value"].get("low"), node["value"].get("high")
    if low is None or high is None:
        return ""
    unit = node["value"]["unit"] or ""
    ends = [f"{float(Fraction(end)):.2f}".rstrip("0").rstrip(".") for end in (low, high)]
    return subject.say("can be", low=ends[0], high=ends[1], unit=unit).strip()


def terms(tree: Tree) -> list[Tree]:
    """The terms of a sum, from left to right; anything else is one term."""
    if tree["kind"] == "call" and tree["name"] == "add":
        return [term for child in tree["children"] for term in terms(child)]
    return [tree]


class _Limits:
    """What the formulas of scores can come to, as far as they say."""

    def __init__(self, subject: Subject, scores: dict[str, list[Tree]]) -> None:
        self._ranges = {each["name"]: each["range"] for each in subject.document["inputs"]}
        self._scores = scores

    def full_marks(self, tree: Tree) -> Fraction | None:
        """The most that a score can be; None where its formula does not say.

        Of `60 分 * attained(T)` that is 60: what it is multiplied by lies between 0 and 1.
        """
        return self._of(tree)[1]

    def _of(self, tree: Tree) -> _Ends:
        if tree["kind"] == "constant":
            return (_number(tree),) * 2
        if tree["kind"] == "target" or (tree["kind"] == "aggregate" and tree["name"] == "share"):
            return Fraction(0), Fraction(1)
        if tree["kind"] == "aggregate" and tree["name"] == "count":
            return Fraction(0), None
        if tree["kind"] == "input":
            return self._of_input(tree)
        if tree["kind"] == "indicator":
            known = self._scores.get(tree["name"], [tree])
            return self._of(known[0]["children"][0]) if known[0]["children"] else _UNKNOWN
        if tree["kind"] == "call" and tree["name"] in _CALLS:
            return _CALLS[tree["name"]]([self._of(child) for child in tree["children"]])
        return _UNKNOWN

    def _of_input(self, tree: Tree) -> _Ends:
        """The range that the plan gives an input; what is put together from parts has another."""
        declared, source = self._ranges.get(tree["name"]), tree.get("source")
        if declared is None or source is None or source["from"] != "own":
            return _UNKNOWN
        low, high = (_in_unit(declared[end], tree["value"]["unit"]) for end in ("low", "high"))
        return low, high


def _in_unit(limit: str | None, unit: str | None) -> Fraction | None:
    number, _, own_unit = (limit or "").partition(" ")
    return Fraction(number) if number and own_unit == (unit or "") else None


_Ends = tuple[Fraction | None, Fraction | None]  # the least and the most; None: not known
_UNKNOWN: _Ends = (None, None)


def _sum(*ends: Fraction | None) -> Fraction | None:
    known = [end for end in ends if end is not None]
    return sum(known, Fraction(0)) if len(known) == len(ends) else None


def _difference(ends: list[_Ends]) -> _Ends:
    (low, high), (taken_low, taken_high) = ends
    return (
        _sum(low, None if taken_high is None else -taken_high),
        _sum(high, None if taken_low is None else -taken_low),
    )


def _product(ends: list[_Ends]) -> _Ends:
    """Of what cannot be below zero; of anything else nothing is said."""
    (low, high), (other_low, other_high) = ends
    if low is None or other_low is None or low < 0 or other_low < 0:
        return _UNKNOWN
    most = None if high is None or other_high is None else high * other_high
    return low * other_low, most


def _end(
    which: Callable[..., Fraction | None], ends: Iterable[Fraction | None], *, of_all: bool
) -> Fraction | None:
    """The least or the most; `of_all` only where all are known."""
    listed = list(ends)
    known = [end for end in listed if end is not None]
    return None if of_all and len(known) < len(listed) else which(known, default=None)


def _spread(ends: list[_Ends], low: Any, high: Any) -> _Ends:
    """Of the lower ends the one, of the upper ends the other. One that is known limits the least
    from above and the most from below.
    """
    return (
        _end(low, (each[0] for each in ends), of_all=low is min),
        _end(high, (each[1] for each in ends), of_all=high is max),
    )


_CALLS: dict[str, Callable[[list[_Ends]], _Ends]] = {
    "add": lambda ends: (_sum(*(low for low, _ in ends)), _sum(*(high for _, high in ends))),
    "subtract": _difference,
    "multiply": _product,
    "min": lambda ends: _spread(ends, min, min),
    "max": lambda ends: _spread(ends, max, max),
    "clamp": lambda ends: (ends[1][0], ends[2][1]),
    # Of a choice that has been made the branch that was not taken is not told.
    "if": lambda ends: _spread(ends[1:], min, max) if len(ends) == 3 else _UNKNOWN,
}


def _parts_table(subject: Subject, trees: list[Tree], limits: _Limits) -> Table:
    table = subject.table(
        ("entity", "text"),
        ("span", "text"),
        ("part", "text"),
        ("score", "number"),
        ("full marks", "number"),
        ("rests on", "text"),
        ("status", "status"),
    )
    spans = {tree["at"]["span"] for tree in trees}
    for tree in trees:
        for term in terms(tree["children"][0]):
            references = _references(term)
            table.add(
                tree["at"]["entity"],
                tree["at"]["span"] if len(spans) > 1 else None,
                term["label"] or term["name"] if term["kind"] == "indicator" else term["text"],
                _marks(subject, term, _number(term)),
                _full(subject, term, limits.full_marks(term)),
                subject.say("list separator").join(dict.fromkeys(each[0] for each in references)),
                status_badge(references[0][1], subject.lang) if len(references) == 1 else (),
            )
    return table


def _references(tree: Tree) -> list[tuple[str, str]]:
    """The targets that a part rests on, each with its status."""
    found: list[tuple[str, str]] = []
    reference = tree.get("reference")
    if reference is not None:
        found.append((reference["label"] or reference["target"], reference["status"]))
    for child in tree["children"]:
        found += _references(child)
    return found
