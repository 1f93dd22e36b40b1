"""调度通报: how things stand, who is ahead, and what has changed since an earlier assessment."""

from __future__ import annotations

from collections.abc import Iterable

from dabiao import _core
from dabiao.assessment import Assessment
from dabiao.reports.board import attention
from dabiao.reports.ledger import MOST_PARTS, part_value
from dabiao.reports.model import (
    Badge,
    Column,
    Report,
    Table,
    Value,
    status_badge,
    status_badges,
    value_text,
)
from dabiao.reports.subject import JUDGED, Subject, applicable, counts_of, good_share
from dabiao.words import STATUSES

# From the worst to the best, as a change of status is judged.
_ORDER = {status: place for place, status in enumerate(STATUSES)}


def make(subject: Subject) -> Report:
    """The report."""
    report = subject.start("bulletin")
    counts = counts_of(subject.cells)
    report.totals = status_badges(counts, subject.lang)
    table = None if subject.earlier is None else _standing(subject, subject.earlier)
    report.add(subject.say("standing of month"), _sentence(subject), _month(subject), table=table)
    for level in _ranked_levels(subject):
        ranking = _ranking(subject, level)
        if len(ranking.rows) > 1:
            label = subject.level_label(level)
            report.add(subject.say("ranking", level=label), table=ranking)
    best = _best_and_worst(subject)
    if best.rows:
        report.add(subject.say("best and worst"), table=best)
    if subject.earlier is not None:
        title = _title_of_changes(subject, subject.earlier)
        changes = _changes(subject, subject.earlier)
        report.add(title, table=changes, empty=subject.say("no changes"))
    listed = attention(subject, subject.cells)
    report.add(subject.say("listed"), table=listed, empty=subject.say("none listed"))
    return report


# ---- how it stands ------------------------------------------------------------------------------


def _sentence(subject: Subject) -> str:
    counts = counts_of(subject.cells)
    judged = sum(counts[status] for status in JUDGED)
    share = good_share(counts)
    words = subject.say("list comma").join(
        f"{badge.words} {badge.count}"
        for badge in status_badges({**counts, "not_applicable": 0}, subject.lang)
    )
    return subject.say(
        "standing sentence",
        day=subject.result.as_of,
        cells=len(subject.cells),
        targets=len({cell.target for cell in subject.cells}),
        applicable=applicable(counts),
        statuses=words,
        judged=subject.say("nothing judged")
        if share is None
        else subject.say("judged sentence", judged=judged, share=share.text),
    )


def _month(subject: Subject) -> str:
    """What fell due in the month of the report."""
    day = subject.result.as_of
    first = day.replace(day=1)
    due = [
        cell
        for cell in subject.cells
        if cell.due is not None
        and first <= cell.due <= day
        and cell.status != "not_applicable"
        and not subject.is_standing(cell)
    ]
    met = sum(cell.status == "met" for cell in due)
    return subject.say("month sentence", first=first, day=day, due=len(due), met=met)


def _title_of_changes(subject: Subject, earlier: Assessment) -> str:
    """The day since when, and the data where that is other data."""
    if earlier.data is subject.result.data:
        return subject.say("changes since", day=earlier.as_of)
    files = ", ".join(earlier.data.files)
    return subject.say("changes against", files=files, day=earlier.as_of)


def _standing(subject: Subject, earlier: Assessment) -> Table:
    table = subject.table(
        ("status", "status"), ("now", "count"), ("before", "count"), ("change", "number")
    )
    now, before = counts_of(subject.cells), counts_of(earlier.cells())
    # As in the totals: what is good first, what does not apply last.
    for status in ("met", "on_track", "pending", "behind", "undecided", "missed", "not_applicable"):
        if now[status] or before[status]:
            change = now[status] - before[status]
            words = f"+{change}" if change > 0 else str(change).replace("-", "−")
            table.add(status_badge(status, subject.lang), now[status], before[status], words)
    return table


# ---- who is ahead -------------------------------------------------------------------------------


def _ranked_levels(subject: Subject) -> list[str]:
    """The levels whose entities answer for targets; where none does, those right below the top."""
    named: list[str] = []
    for target in subject.document["targets"]:
        for party in [*target["lead"], *target["responsible"]]:
            if isinstance(party, dict) and party["each"] not in named:
                named.append(party["each"])
    if not named:
        named = [name for name, depth in subject.depths.items() if depth == 1]
    return sorted(
        (name for name in named if name in subject.depths), key=subject.depths.__getitem__
    )


def _below(subject: Subject, level: str) -> dict[str, list[_core.Cell]]:
    """The cells at and below each entity of a level, by its path."""
    depth = subject.depths[level]
    parents = {each.name: each.parent for each in subject.result.plan.levels}
    found: dict[str, list[_core.Cell]] = {}
    for cell in subject.cells:
        above: str | None = cell.level
        while above is not None and above != level:
            above = parents.get(above)
        if above is None or cell.status == "not_applicable":
            continue
        path = "/".join((cell.path or cell.entity).split("/")[:depth]) if depth else cell.path
        found.setdefault(path, []).append(cell)
    return found


def _ranking(subject: Subject, level: str) -> Table:
    shown = (*JUDGED, "pending")
    table = subject.table(
        ("rank", "count"), ("entity", "text"), ("good share", "share"), ("count of cells", "count")
    )
    table.columns += [Column(STATUSES[status].words(subject.lang), "count") for status in shown]
    entities = [
        (entity, len(cells), counts_of(cells)) for entity, cells in _below(subject, level).items()
    ]
    shares = {entity: good_share(counts) for entity, _, counts in entities}

    def standing(entity: str) -> float:
        share = shares[entity]
        return -1.0 if share is None else share.value

    entities.sort(key=lambda each: (-standing(each[0]), each[0]))
    for entity, cells, counts in entities:
        share = shares[entity]
        ahead = sum(standing(other) > standing(entity) for other in shares)
        table.add(
            None if share is None else 1 + ahead,
            entity,
            share,
            cells,
            *[counts[status] or None for status in shown],
        )
    table.notes.append(subject.say("ranking note"))
    return table


def _best_and_worst(subject: Subject) -> Table:
    """Of measures that the units right below have too: the furthest ahead and behind."""
    table = subject.table(
        ("target", "text"),
        ("whole", "number"),
        ("demand", "number"),
        ("best", "text"),
        ("worst", "text"),
        ("not reported by", "text"),
    )
    for cells in subject.by_target().values():
        cell = cells[0]
        if len(cells) > 1 or cell.binding is None or cell.status == "not_applicable":
            continue
        if cell.binding.operator not in (">=", ">", "<=", "<"):
            continue
        parts = _core.breakdown(subject.result._core, cell.index, subject.lang)
        known = [part for part in parts if isinstance(part["value"], float)]
        if len(known) < 2 or len(parts) > MOST_PARTS:
            continue
        more_is_better = cell.binding.operator.startswith(">")
        best, worst = (max, min) if more_is_better else (min, max)
        ends = [end(part["value"] for part in known) for end in (best, worst)]
        # Nor where the difference is too small to be shown.
        if len({_shown(subject, known, end) for end in ends}) == 1:
            continue
        table.add(
            cell.label,
            subject.value(cell),
            subject.demand(cell),
            *[_named(subject, known, end) for end in ends],
            subject.say("name separator").join(
                part["entity"] for part in parts if not isinstance(part["value"], float)
            ),
        )
    return table


def _having(parts: list[dict[str, object]], value: float) -> list[dict[str, object]]:
    return [part for part in parts if part["value"] == value]


def _shown(subject: Subject, parts: list[dict[str, object]], value: float) -> str:
    return value_text(part_value(subject, _having(parts, value)[0]))


def _named(subject: Subject, parts: list[dict[str, object]], value: float) -> str:
    """Who has a value, and the value."""
    having = _having(parts, value)
    names = subject.say("name separator").join(str(part["entity"]) for part in having)
    return f"{names} {_shown(subject, parts, value)}"


# ---- what has changed ---------------------------------------------------------------------------

_Place = tuple[str, str, str, str]


def _place(subject: Subject, cell: _core.Cell) -> _Place:
    # A standing duty is judged as of a day: its span ends on another day each time.
    span = "" if subject.is_standing(cell) else cell.span
    return cell.target, cell.level, cell.path or cell.entity, span


# So many cells of a target that change alike have rows of their own.
_MOST_APART = 3
# So many entities are named.
_MOST_NAMED = 12

_Pair = tuple[_core.Cell | None, _core.Cell | None]  # a cell before and now


def _changes(subject: Subject, earlier: Assessment) -> Table:
    table = subject.table(
        ("target", "text"),
        ("where", "text"),
        ("span", "date"),
        ("count of cells", "count"),
        ("from", "status"),
        ("to", "status"),
        ("value before", "number"),
        ("value", "number"),
        ("demand", "number"),
    )
    wanted = {cell.target for cell in subject.cells}
    before = {_place(subject, cell): cell for cell in earlier.cells() if cell.target in wanted}
    now = {_place(subject, cell): cell for cell in subject.cells}
    groups: dict[str, list[_Pair]] = {"better": [], "worse": [], "other changes": []}
    for place, cell in now.items():
        old = before.get(place)
        if old is None:
            groups["other changes"].append((None, cell))
        elif old.status != cell.status:
            groups[_direction(old.status, cell.status)].append((old, cell))
    groups["other changes"] += [(old, None) for place, old in before.items() if place not in now]
    for name, pairs in groups.items():
        if pairs:
            table.add_heading(f"{subject.say(name)} ({len(pairs)})")
        for alike in _alike(pairs):
            if len(alike) > _MOST_APART:
                _add_change(subject, table, alike)
                continue
            for pair in alike:
                _add_change(subject, table, [pair])
    return table


def _direction(old: str, new: str) -> str:
    """Whether a change of status is for the better."""
    if "not_applicable" in (old, new):
        return "other changes"
    return "better" if _ORDER[new] > _ORDER[old] else "worse"


def _alike(pairs: list[_Pair]) -> Iterable[list[_Pair]]:
    """The cells of a target that have changed from the same status to the same, in the order of
    the plan.
    """
    found: dict[tuple[str, str | None, str | None], list[_Pair]] = {}
    for old, cell in pairs:
        key = (
            _of(old, cell).target,
            None if old is None else old.status,
            None if cell is None else cell.status,
        )
        found.setdefault(key, []).append((old, cell))
    return found.values()


def _of(old: _core.Cell | None, cell: _core.Cell | None) -> _core.Cell:
    """The cell of which there is a change."""
    shown = cell or old
    assert shown is not None
    return shown


def _add_change(subject: Subject, table: Table, pairs: list[_Pair]) -> None:
    """The row of a cell, or of several that have changed alike."""
    cells = [_of(*pair) for pair in pairs]
    old, cell = pairs[0]
    badge: tuple[Badge, ...] = ()
    table.add(
        cells[0].label,
        _entities(subject, cells),
        _periods(subject, cells),
        len(pairs),
        badge if old is None else subject.status(old),
        badge if cell is None else subject.status(cell),
        _common(subject.value(old) if old else None for old, _ in pairs),
        _common(subject.value(new) if new else None for _, new in pairs),
        _common(subject.demand(each) for each in cells),
    )


def _entities(subject: Subject, cells: list[_core.Cell]) -> str:
    """The entities by name; where there are many, how many."""
    names = list(dict.fromkeys(cell.path or cell.entity for cell in cells))
    if len(names) > _MOST_NAMED:
        label = subject.level_label(cells[0].level)
        return subject.say("entities", count=len(names), level=label)
    return subject.say("name separator").join(names)


def _periods(subject: Subject, cells: list[_core.Cell]) -> str:
    """The period by name; where there are several, how many."""
    periods = {subject.when(cell) for cell in cells}
    return periods.pop() if len(periods) == 1 else subject.say("periods", count=len(periods))


def _common(values: Iterable[Value]) -> Value:
    """The value that all have, if there is one."""
    found = list(values)
    return found[0] if all(value == found[0] for value in found) else None
