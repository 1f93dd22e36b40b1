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
    "span of days": ("{first} to {last}", "{first} 至 {last}"),
    "until": ("until {day}", "至 {day}"),
    "percentage points": ("percentage points", "个百分点"),
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
    # ---- reports ----
    "report board": ("Overview", "总览"),
    "report ledger": ("Ledger of targets and tasks", "指标任务台账"),
    "report schedule": ("Schedule", "推进清单"),
    "report duties": ("Division of duties", "责任分工表"),
    "report bulletin": ("Bulletin", "调度通报"),
    "report scorecard": ("Appraisal", "考评"),
    "report figures": ("Figures and data", "数据核对"),
    "targets": ("Targets", "目标"),
    "by clause": ("By clause", "各条款汇总"),
    "no clause": ("(no clause)", "(未列条款)"),
    "count of targets": ("Targets", "目标数"),
    "count of cells": ("Cells", "项数"),
    "met share": ("Met", "达标率"),
    "good share": ("Met or on track", "达标和正常占比"),
    "none listed": ("nothing is missed, behind or undecided", "没有未达标、滞后或数据不足的项目"),
    "data warnings": ("Warnings about the data", "数据提示"),
    "message": ("Message", "内容"),
    "place": ("Place", "位置"),
    "file and row": ("{file} row {row}", "{file} 第 {row} 行"),
    "number": ("No.", "序号"),
    "task": ("Task", "任务"),
    "measure": ("Measured", "考核内容"),
    "entity": ("Entity", "对象"),
    "quota": ("Quota", "任务数"),
    "per period": ("Per period", "分期任务"),
    "done": ("Done so far", "完成数"),
    "period": ("Period", "本期"),
    "periods met": ("Periods met of due", "达标期数/到期期数"),
    "of": ("{met}/{all}", "{met}/{all}"),
    "of which": ("of which {entity}", "其中:{entity}"),
    "part of": ("part of {targets}", "分解自{targets}"),
    "each body": ("each {level}", "各{level}"),
    "list separator": ("; ", ";"),
    "list comma": (", ", "、"),
    "name separator": (", ", "、"),
    "anchor": ("Anchor", "原文"),
    "inputs": ("Inputs", "数据项"),
    "level": ("Level", "层级"),
    "share of full": ("Share", "得分率"),
    "can be": ("can be {low} to {high} {unit}", "可能为 {low} 至 {high} {unit}"),
    "by end plus": ("by {length} after its end", "期末后{length}内"),
    "ledger note": (
        'Rows "of which" show what the units right below have of the same measure; they carry no'
        " quota of their own. A task of many periods shows the latest period that has begun.",
        "“其中”各行是下一级单位同一指标的现数,本身不带任务数。多期任务列最近一个已开始的期间。",
    ),
    "no cells": ("the plan has no target that applies", "计划没有适用的目标"),
    "each year": ("each year", "每年"),
    "each half": ("each half", "每半年"),
    "each quarter": ("each quarter", "每季度"),
    "each month": ("each month", "每月"),
    "each day": ("each day", "每日"),
    "by day": ("by day {day}", "{day}日前"),
    "at the end of": ("by {when}: {value}", "{when}末:{value}"),
    "within": ("within {spans}", "{spans} 内"),
    "standing": ("at all times", "始终"),
    "overdue": ("Overdue as of {day}", "截至 {day} 逾期未完成"),
    "none overdue": ("nothing is overdue", "没有逾期未完成的项目"),
    "days overdue": ("Days", "逾期天数"),
    "by quarter": ("By quarter", "按季度汇总"),
    "due in": ("Due in", "到期时间"),
    "what is due": ("What is due when", "各期到期事项"),
    "quarter name": ("{year} Q{quarter}", "{year}年第{quarter}季度"),
    "standing duties": ("Standing duties, due at all times", "常态要求(随时应达到)"),
    "no deadline": ("Deadline not known yet", "期限尚不明确"),
    "body": ("Body", "单位"),
    "role": ("Role", "职责"),
    "role lead": ("lead", "牵头"),
    "role responsible": ("responsible", "责任"),
    "role cooperating": ("cooperating", "配合"),
    "as lead": ("Leads", "牵头目标"),
    "as responsible": ("Responsible for", "责任目标"),
    "as cooperating": ("Cooperates in", "配合目标"),
    "duties summary": ("Bodies", "单位汇总"),
    "duties list": ("What each answers for", "分工明细"),
    "no bodies": (
        "the plan names nobody who leads or is responsible",
        "计划没有写明牵头和责任单位",
    ),
    "unassigned": (
        "Targets that nobody leads or is responsible for",
        "没有写明牵头或责任单位的目标",
    ),
    "standing of month": ("Standing", "总体进展"),
    "standing sentence": (
        "As of {day} the plan has {cells} cells of {targets} targets, of which {applicable} apply:"
        " {statuses}. {judged}",
        "截至 {day},计划共 {targets} 个目标、{cells} 项,其中适用 {applicable} 项:{statuses}。"
        "{judged}",
    ),
    "judged sentence": (
        "Of the {judged} that can be judged by now, {share} are met or on track.",
        "已可评判的 {judged} 项中,达标和进度正常的占 {share}。",
    ),
    "nothing judged": ("None can be judged yet.", "目前尚无可评判的项。"),
    "month sentence": (
        "From {first} to {day}, {due} cells fell due; {met} of them are met.",
        "{first} 至 {day} 到期 {due} 项,其中达标 {met} 项。",
    ),
    "now": ("Now", "本期"),
    "before": ("Before", "上期"),
    "change": ("Change", "增减"),
    "ranking": ("Ranking: {level}", "{level}排名"),
    "rank": ("Rank", "名次"),
    "ranking note": (
        "Ranked by the share met or on track of what can be judged by now, cells below each entity"
        " included. What is undecided counts against it; equal shares share a rank; where nothing"
        " can be judged there is none.",
        "按已可评判各项中达标和进度正常的占比排名,含下级各项。数据不足的计入分母;占比相同的名次并列;"
        "尚无可评判项的不排名。",
    ),
    "changes since": ("Changes since {day}", "与 {day} 相比的变化"),
    "changes against": ("Changes against {files} as of {day}", "与 {files}(截至 {day})相比的变化"),
    "worse": ("Worse", "退步"),
    "better": ("Better", "进步"),
    "other changes": ("New or no longer applying", "新增或不再列入"),
    "no changes": ("no status has changed", "各项状态没有变化"),
    "from": ("From", "原状态"),
    "to": ("To", "现状态"),
    "value before": ("Value before", "原值"),
    "best and worst": ("Furthest ahead and behind", "指标领先和落后单位"),
    "whole": ("Whole", "全域"),
    "best": ("Ahead", "领先"),
    "worst": ("Behind", "落后"),
    "not reported by": ("No value", "缺数"),
    "score": ("Score", "得分"),
    "full marks": ("Full marks", "满分"),
    "no full marks": ("no limit given", "未设上限"),
    "parts of score": ("{label}: parts", "{label}:分项"),
    "part": ("Part", "分项"),
    "rests on": ("Rests on", "依据"),
    "no scores": (
        "The plan defines no scores: it has no indicator in 分, points or marks and none that"
        " counts how far targets are attained. Such an indicator reads, for example,"
        " `indicator 考评 分 = 60 分 * attained(T1) + 40 分 * attained(T2)`.",
        "计划没有定义考评得分:没有以分计的指标,也没有按目标完成度计算的指标。写法例如:"
        "`指标 考评 分 = 60 分 * attained(目标甲) + 40 分 * attained(目标乙)`。",
    ),
    "stated figures": ("Figures that the document states", "文件自述数字核对"),
    "none stated": ("the plan has no stated figures", "计划没有自述数字"),
    "figure": ("Figure", "数字"),
    "stated value": ("Stated", "自述值"),
    "recomputed": ("Recomputed", "重算值"),
    "verdict": ("Verdict", "核对结果"),
    "difference": ("Difference", "相差"),
    "verdicts sentence": ("Of {count} figures: {verdicts}.", "共 {count} 个:{verdicts}。"),
    "not recomputable": ("not recomputable", "无法重算"),
    "reconciliation": ("Reconciliation and warnings", "数据勾稽和提示"),
    "none reconciled": ("the data gives no cause for warnings", "数据没有需要提示的问题"),
    "missing data": ("Missing reports", "缺报数据"),
    "missing summary": ("Missing reports by who owes them", "缺报单位汇总"),
    "none missing": ("no report that a target needs is missing", "目标所需的数据没有缺报"),
    "owed by": ("Owed by", "欠报单位"),
    "input": ("Input", "数据项"),
    "for period": ("For", "所属期间"),
    "needed by": ("Needed by", "涉及目标"),
    "undecided by it": ("Undecided", "致数据不足"),
    "owed reports": ("Reports", "欠报数"),
    "not known by name": ("{count} {level} not known by name", "{count} 个未具名的{level}"),
    "under": ("{what} of {entity}", "{entity}的{what}"),
    # ---- templates ----
    "fill in 1": (
        "Fill in one sheet per level; each row is one entity and one period. Copy a row for"
        " each further period.",
        "每个层级一张表,每行是一个单位的一个期间;多个期间的,复制该行另填。",
    ),
    "fill in 2": (
        "The unit stands in the heading; write the number alone. 57% and 300万 are read too.",
        "单位写在列标题里,单元格只填数;57%、300万 这样的写法也能识别。",
    ),
    "fill in 3": (
        "Choose from the list where there is one; pasted words are read if they are the same.",
        "有下拉列表的请从中选择;粘贴的文字与列表相同也能识别。",
    ),
    "fill in 4": (
        "Leave empty what is not known. Zero means zero.",
        "没有数据的留空;填 0 表示确实为零。",
    ),
    "fill in 5": (
        "Do not merge cells, and do not rename or repeat headings.",
        "不要合并单元格,不要改动或重复列标题。",
    ),
    "fill in 6": (
        "This sheet is not read. Columns named note are for remarks.",
        "本表不作为数据读取;需要说明的,另加名为“备注”的列。",
    ),
    "sheet": ("Sheet", "工作表"),
    "column": ("Column", "列"),
    "meaning": ("Meaning", "含义"),
    "to fill in": ("To fill in", "填写内容"),
    "meaning of period": ("the period that the row is about", "该行数据所属的期间"),
    "a number": ("a number of {unit}", "数字 {unit}"),
    "a date": ("a date such as 2024-08-31", "日期,如 2024-08-31"),
    "yes": ("yes", "是"),
    "no": ("no", "否"),
    "cells sheet": ("cells", "明细"),
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
