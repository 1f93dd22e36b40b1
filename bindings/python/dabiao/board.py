"""The board: how every target of a plan stands, on one page. What is shown, not how."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from dabiao import _core
from dabiao.assessment import Assessment, Counts
from dabiao.language import Language
from dabiao.words import STATUSES, say, short_reason

WORRYING = ("missed", "behind", "undecided")


@dataclass
class Row:
    """A target with one cell, or a target with the counts of its cells."""

    clause: str
    target: str
    where: str
    status: str | None  # of a single cell
    counts: Counts
    value: str = ""
    demand: str = ""
    gap: str = ""
    due: str = ""
    bodies: list[str] = field(default_factory=list)
    each: str = ""  # each entity of this level answers for itself
    note: str = ""


@dataclass
class Listed:
    """A cell that needs attention."""

    target: str
    where: str
    span: str
    status: str
    value: str
    demand: str
    gap: str
    bodies: list[str]
    note: str


@dataclass
class Board:
    """Everything that the board says."""

    label: str
    as_of: str
    files: list[str]
    rows: list[Row] = field(default_factory=list)
    counts: Counts = field(default_factory=dict)
    listed: list[Listed] = field(default_factory=list)
    warnings: list[_core.Diagnostic] = field(default_factory=list)


def board(
    assessment: Assessment,
    lang: Language,
    cells: Iterable[_core.Cell] | None = None,
) -> Board:
    """The board of an assessment, of all its cells or of some."""
    shown = list(assessment.cells() if cells is None else cells)
    by_target: dict[str, list[_core.Cell]] = {}
    for cell in shown:
        by_target.setdefault(cell.target, []).append(cell)

    result = Board(
        assessment.plan.label,
        assessment.as_of.isoformat(),
        list(assessment.data.files),
        counts=_counts(shown),
        warnings=assessment.warnings,
    )
    # A plan is about its top entity; where it is one, it need not be said in every row.
    top = assessment.plan.levels[0].name
    tops = {cell.path or cell.entity for cell in shown if cell.level == top}
    for found in by_target.values():
        if len(found) == 1:
            row = _single(found[0], lang)
            if len(tops) == 1 and found[0].level == top:
                row.where = ""
            result.rows.append(row)
            continue
        result.rows.append(_aggregated(found, lang))
        periodic = len({cell.span for cell in found}) > 1
        for cell in found:
            if cell.status in WORRYING:
                listed = _shown(cell, lang)
                result.listed.append(listed if periodic else replace(listed, span=""))
    order = {status: place for place, status in enumerate(WORRYING)}
    result.listed.sort(key=lambda each: order[each.status])
    return result


def _counts(cells: Sequence[_core.Cell]) -> Counts:
    counts = dict.fromkeys(STATUSES, 0)
    for cell in cells:
        counts[cell.status] += 1
    return counts


def _single(cell: _core.Cell, lang: Language) -> Row:
    shown = _shown(cell, lang)
    return Row(
        cell.clause or "",
        cell.label,
        cell.path or cell.entity,
        cell.status,
        _counts([cell]),
        shown.value,
        shown.demand,
        shown.gap,
        cell.due.isoformat() if cell.due else "",
        shown.bodies,
        note=shown.note,
    )


def _aggregated(cells: Sequence[_core.Cell], lang: Language) -> Row:
    first = cells[0]
    counts = _counts(cells)
    entities = {cell.path for cell in cells}
    spans = {cell.span for cell in cells}
    level = first.level if len({cell.level for cell in cells}) == 1 else ""
    where: list[str] = []
    if len(entities) > 1:
        where.append(say("entities", lang, count=len(entities), level=level).strip())
    else:
        where.append(first.path or first.entity)
    if len(spans) > 1:
        where.append(say("periods", lang, count=len(spans)))
    binding = first.binding
    demands = {cell.binding.demand(lang) if cell.binding else "" for cell in cells}
    dues = sorted({cell.due.isoformat() for cell in cells if cell.due})
    bodies = {tuple(cell.responsible or cell.lead) for cell in cells}
    shared = len(bodies) == 1
    return Row(
        first.clause or "",
        first.label,
        " × ".join(where),
        None,
        counts,
        demand=binding.demand(lang) if binding and len(demands) == 1 else "",
        due=dues[0] if len(dues) == 1 else (f"… {dues[-1]}" if dues else ""),
        bodies=list(next(iter(bodies))) if shared else [],
        each="" if shared else level,
    )


def _shown(cell: _core.Cell, lang: Language) -> Listed:
    binding = cell.binding
    value = binding.value_text(lang) if binding else ""
    gap = binding.gap_text(lang) if binding else ""
    return Listed(
        cell.label,
        cell.path or cell.entity,
        # A period by its name, any other span by its end.
        cell.due.isoformat() if cell.due and ".." in cell.span else cell.span,
        cell.status,
        value,
        binding.demand(lang) if binding else "",
        _signed(gap),
        cell.responsible or cell.lead,
        short_reason(cell.reason, lang)
        or (short_reason(binding.reason, lang) if binding and not value else ""),
    )


def _signed(gap: str) -> str:
    if not gap or gap.startswith("0 ") or gap == "0":
        return gap
    return f"−{gap[1:]}" if gap.startswith("-") else f"+{gap}"


def percent(share: float | None) -> str:
    """A share as a percentage, cut off: what is not reached is never shown as 100 %."""
    if share is None:
        return ""
    cut = math.floor(share * 1000 + 1e-9) / 10
    return f"{cut:g} %"
