"""What the command line and its reports say, in both languages, in one place."""

from __future__ import annotations

from dabiao import _core
from dabiao.language import Language

_WORDS: dict[str, tuple[str, str]] = {
    "as of": ("as of", "截至"),
    "data": ("data", "数据"),
    "clause": ("Clause", "条款"),
    "target": ("Target", "目标"),
    "where": ("Where", "对象"),
    "span": ("When", "期间"),
    "due": ("Due", "到期"),
    "status": ("Status", "状态"),
    "value": ("Value", "现值"),
    "demand": ("Demand", "要求"),
    "gap": ("Gap", "差距"),
    "attained": ("Attained", "完成度"),
    "responsible": ("Responsible", "责任单位"),
    "lead": ("Lead", "牵头单位"),
    "note": ("Note", "备注"),
    "reason": ("Reason", "原因"),
    "total": ("Total", "合计"),
    "cells": ("{count} cells", "{count} 项"),
    "one cell": ("1 cell", "1 项"),
    "entities": ("{count} {level}", "{count} 个{level}"),
    "periods": ("{count} periods", "{count} 期"),
    "met of": ("{met} of {all} met", "{all} 项中 {met} 项达标"),
    "and others": ("{first} +{count}", "{first}等{all}家"),
    "listed": ("Not met, behind or undecided", "未达标、滞后和数据不足"),
    "and more": (
        "… and {count} more; --limit 0 or --format csv lists all",
        "……另有 {count} 项;--limit 0 或 --format csv 可列出全部",
    ),
    "warnings": ("{count} warnings about the data", "数据提示 {count} 条"),
    "one warning": ("1 warning about the data", "数据提示 1 条"),
    "show warnings": ("shown by --warnings", "用 --warnings 查看"),
    "no targets": ("no cells to show", "没有可显示的内容"),
    "summary": ("Summary", "汇总"),
    "no gap": ("", ""),
    "each": ("each", "各"),
    "projected": ("Projected", "预计"),
}


def say(key: str, lang: Language, **values: object) -> str:
    """The words for a key, with values filled in."""
    english, chinese = _WORDS[key]
    return (chinese if lang == "zh" else english).format(**values)


class StatusWords:
    """What is said and shown of a status."""

    def __init__(self, row: dict[str, str]) -> None:
        self.name = row["name"]
        self.colour = row["colour"]
        self.symbol = row["symbol"]
        self._words = {"en": row["name"].replace("_", " "), "zh": row["chinese"]}

    def words(self, lang: Language) -> str:
        """The status in words: 'on track', 进度正常."""
        return self._words[lang]


STATUSES: dict[str, StatusWords] = {row["name"]: StatusWords(row) for row in _core.statuses()}

_REASONS = {row["name"]: row for row in _core.reasons()}


# In a cell of the board there is room for a word or two.
_SHORT_REASONS = {
    "not_reported": ("not reported", "未报送"),
    "not_yet": ("not yet", "尚无"),
    "partial": ("in part", "部分未报"),
    "not_applicable": ("", ""),
}


def short_reason(reason: str | None, lang: Language) -> str:
    """A reason in as few words as there are; empty for none."""
    if reason is None:
        return ""
    if reason in _SHORT_REASONS:
        return _SHORT_REASONS[reason][lang == "zh"]
    row = _REASONS[reason]
    return str(row["chinese" if lang == "zh" else "english"])
