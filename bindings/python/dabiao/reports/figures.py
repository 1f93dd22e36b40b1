"""数据核对: what the document says of itself, what does not add up, and what is missing."""

from __future__ import annotations

from typing import Any

from dabiao import _core
from dabiao.reports.board import warnings_table
from dabiao.reports.model import Badge, Report, Table
from dabiao.reports.subject import Subject, signed
from dabiao.words import STATUSES, short_reason

# A verdict has the colour of a status.
_COLOURS = {
    "agrees": "met",
    "rounded": "on_track",
    "truncated": "behind",
    "differs": "missed",
    "not_recomputable": "not_applicable",
}


def make(subject: Subject) -> Report:
    """The report."""
    report = subject.start("figures")
    stated = _core.stated_figures(subject.result.plan._core, subject.lang)
    sentence = [_verdicts(subject, stated)] if stated else []
    report.add(
        subject.say("stated figures"),
        *sentence,
        table=_stated(subject, stated),
        empty=subject.say("none stated"),
    )
    report.add(
        subject.say("reconciliation"),
        table=warnings_table(subject),
        empty=subject.say("none reconciled"),
    )
    owed = _core.owed_reports(subject.result._core)
    report.add(
        subject.say("missing summary"),
        table=_debtors(subject, owed),
        empty=subject.say("none missing"),
    )
    if owed:
        report.add(subject.say("missing data"), table=_owed(subject, owed))
    return report


def _verdict(subject: Subject, figure: dict[str, Any]) -> Badge:
    word = figure["verdict_chinese" if subject.lang == "zh" else "verdict"]
    colour = STATUSES[_COLOURS[figure["verdict"]]].colour
    return Badge(word.replace("_", " "), colour)


def _verdicts(subject: Subject, stated: list[dict[str, Any]]) -> str:
    counts: dict[str, int] = {}
    for each in stated:
        words = _verdict(subject, each).words
        counts[words] = counts.get(words, 0) + 1
    words = subject.say("list comma").join(f"{word} {count}" for word, count in counts.items())
    return subject.say("verdicts sentence", count=len(stated), verdicts=words)


def _stated(subject: Subject, stated: list[dict[str, Any]]) -> Table:
    table = subject.table(
        ("clause", "text"),
        ("anchor", "text"),
        ("figure", "text"),
        ("entity", "text"),
        ("stated value", "number"),
        ("recomputed", "number"),
        ("verdict", "status"),
        ("difference", "number"),
    )
    for each in stated:
        declared = subject.document["stated"][each["index"]]
        cited = declared["cite"]
        # How far it differs is said where it does; what was rounded is meant to differ.
        differs = each["verdict"] != "agrees"
        table.add(
            subject.names(anchor["clause"] or "" for anchor in cited),
            subject.say("name separator").join(anchor["anchor"] for anchor in cited),
            declared["figure"],
            each["entity"],
            each["stated"],
            each["recomputed"],
            (_verdict(subject, each),),
            _difference(subject, each["difference"]) if differs else None,
        )
    return table


def _difference(subject: Subject, text: str | None) -> str:
    if not text:
        return ""
    return subject.in_points(signed(text), "%" if text.endswith(" %") else "")[0]


def _whose(subject: Subject, report: dict[str, Any]) -> str:
    if not report["unnamed"]:
        return str(report["entity"])
    what = subject.say(
        "not known by name", count=report["unnamed"], level=subject.level_label(report["level"])
    )
    return subject.say("under", what=what, entity=report["entity"]) if report["entity"] else what


def _debtors(subject: Subject, owed: list[dict[str, Any]]) -> Table:
    table = subject.table(
        ("owed by", "text"),
        ("level", "text"),
        ("owed reports", "count"),
        ("inputs", "text"),
        ("undecided by it", "count"),
    )
    cells = subject.result.cells()
    debtors: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for report in owed:
        debtors.setdefault((report["level"], _whose(subject, report)), []).append(report)
    for (level, whose), reports in sorted(debtors.items(), key=lambda each: -len(each[1])):
        waiting = {place for report in reports for place in report["cells"]}
        table.add(
            whose,
            subject.level_label(level),
            sum(max(1, len(report["periods"])) for report in reports),
            subject.names(_input(report) for report in reports),
            sum(cells[place].status == "undecided" for place in waiting) or None,
        )
    return table


def _input(report: dict[str, Any]) -> str:
    return str(report["label"] or report["input"])


def _owed(subject: Subject, owed: list[dict[str, Any]]) -> Table:
    table = subject.table(
        ("owed by", "text"),
        ("level", "text"),
        ("input", "text"),
        ("for period", "text"),
        ("reason", "text"),
        ("needed by", "text"),
        ("undecided by it", "count"),
    )
    cells = subject.result.cells()
    for report in owed:
        waiting = [cells[place] for place in report["cells"]]
        table.add(
            _whose(subject, report),
            subject.level_label(report["level"]),
            _input(report),
            subject.say("name separator").join(report["periods"]) or subject.days(report["span"]),
            short_reason(report["reason"], subject.lang),
            subject.names(cell.label for cell in waiting),
            sum(cell.status == "undecided" for cell in waiting) or None,
        )
    return table
