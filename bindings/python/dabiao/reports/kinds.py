"""The kinds of reports. A kind is added here, and in the file that makes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dabiao.arguments import seen
from dabiao.language import Language
from dabiao.reports import board, bulletin, duties, figures, ledger, schedule, scorecard
from dabiao.reports.model import Report
from dabiao.reports.subject import Subject


@dataclass(frozen=True)
class Kind:
    """A kind of report."""

    name: str
    chinese: str
    summary: str
    summary_chinese: str
    make: Callable[[Subject], Report]
    compares: bool = False  # with an earlier assessment

    def described(self, lang: Language) -> str:
        """What it tells."""
        return self.summary_chinese if lang == "zh" else self.summary


_KINDS = (
    Kind(
        "board",
        "总览",
        "all targets with their status, by chapter of the plan",
        "全部目标及状态,按计划章节排列",
        board.make,
    ),
    Kind(
        "ledger",
        "指标任务台账",
        "per target and entity: quota, duty of each period, done so far, gap",
        "各目标各单位的任务数、分期任务、完成数和差额",
        ledger.make,
    ),
    Kind(
        "schedule",
        "推进清单",
        "what is due in which quarter and on which day, and what is overdue",
        "各季度各日到期的事项,以及逾期未完成的事项",
        schedule.make,
    ),
    Kind(
        "duties",
        "责任分工表",
        "per body that leads, is responsible or cooperates: what it answers for, how it stands",
        "各牵头、责任、配合单位承担的目标及其进展",
        duties.make,
    ),
    Kind(
        "bulletin",
        "调度通报",
        "how things stand, the ranking of entities, what has changed since an earlier day or data",
        "总体进展、单位排名,以及与前一日期或前一份数据相比的变化",
        bulletin.make,
        compares=True,
    ),
    Kind(
        "scorecard",
        "考评",
        "scores with their parts, where the plan defines them",
        "计划所定义的考评得分及其分项",
        scorecard.make,
    ),
    Kind(
        "figures",
        "数据核对",
        "stated figures recomputed, totals that do not add up, missing reports and who owes them",
        "自述数字重算、汇总勾稽、缺报数据和欠报单位",
        figures.make,
    ),
)

KINDS: dict[str, Kind] = {kind.name: kind for kind in _KINDS}


def kind_named(name: str) -> Kind:
    """A kind by its English or Chinese name; a ValueError that lists them for any other."""
    for kind in _KINDS:
        if name in (kind.name, kind.chinese):
            return kind
    shown = f"`{name}`" if isinstance(name, str) and len(name) <= 40 else seen(name)
    known = ", ".join(f"{kind.name} {kind.chinese}" for kind in _KINDS)
    raise ValueError(f"there is no report {shown}; there are {known}")
