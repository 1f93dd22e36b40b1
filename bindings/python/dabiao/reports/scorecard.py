"""考评: scores with their parts, where the plan defines them."""

from __future__ import annotations

import json
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
    # A score that another one is made of is shown as its part.
    inner = {
        name for trees in scores.values() for tree in trees for name in _indicators_below(tree)
    }
    for name, trees in scores.items():
        if name in inner or not trees:
            continue
        label = trees[0]["label"] or name
        report.add(label, table=_ranked(subject, trees, scores), empty=subject.say("no cells"))
        parts = _parts_table(subject, trees, scores)
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


def _ranked(subject: Subject, trees: list[Tree], scores: dict[str, list[Tree]]) -> Table:
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
        score, full = _number(tree), full_marks(tree, scores)
        # Only those of one span are ranked against one another.
        same = [other for other in trees if other["at"]["span"] == tree["at"]["span"]]
        ahead = sum(standing(other) > standing(tree) for other in same)
        table.add(
            None if score is None or len(same) < 2 else 1 + ahead,
            tree["at"]["entity"],
            tree["at"]["span"] if len(spans) > 1 else None,
            _marks(subject, tree, score),
            _marks(subject, tree, full),
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


def full_marks(tree: Tree, scores: dict[str, list[Tree]]) -> Fraction | None:
    """The most that a score can be; None where its formula does not say.

    Of `60 分 * attained(T)` that is 60: what it is multiplied by lies between 0 and 1.
    """
    if tree["kind"] == "constant":
        return _number(tree)
    if tree["kind"] == "target" or (tree["kind"] == "aggregate" and tree["name"] == "share"):
        return Fraction(1)
    if tree["kind"] == "indicator":
        known_trees = scores.get(tree["name"])
        return full_marks(known_trees[0]["children"][0], scores) if known_trees else None
    if tree["kind"] != "call":
        return None
    inner = [full_marks(child, scores) for child in tree["children"]]
    known = [each for each in inner if each is not None]
    if tree["name"] == "min":
        return min(known, default=None)
    if tree["name"] == "if":
        inner = inner[1:]
        known = [each for each in inner if each is not None]
    if len(known) != len(inner) or not known:
        return None
    if tree["name"] == "add":
        return sum(known, Fraction(0))
    if tree["name"] == "multiply" and all(each >= 0 for each in known):
        product = Fraction(1)
        for each in known:
            product *= each
        return product
    return max(known) if tree["name"] in ("max", "if") else None


def _parts_table(subject: Subject, trees: list[Tree], scores: dict[str, list[Tree]]) -> Table:
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
                _marks(subject, term, full_marks(term, scores)),
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
