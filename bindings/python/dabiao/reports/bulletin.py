"""调度通报: how things stand, who is ahead, and what has changed since an earlier assessment."""

from __future__ import annotations

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
        title = subject.say("changes", before=_before(subject, subject.earlier))
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


def _before(subject: Subject, earlier: Assessment) -> str:
    """The earlier assessment in words: its day, and its data where that is other data."""
    if earlier.data is subject.result.data:
        return subject.say("earlier day", day=earlier.as_of)
    return subject.say("earlier data", files=", ".join(earlier.data.files), day=earlier.as_of)


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
        if ends[0] == ends[1]:
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


def _named(subject: Subject, parts: list[dict[str, object]], value: float) -> str:
    """Who has a value, and the value."""
    having = [part for part in parts if part["value"] == value]
    names = subject.say("name separator").join(str(part["entity"]) for part in having)
    return f"{names} {value_text(part_value(subject, having[0]))}"


# ---- what has changed ---------------------------------------------------------------------------

_Place = tuple[str, str, str, str]


def _place(cell: _core.Cell) -> _Place:
    return cell.target, cell.level, cell.path or cell.entity, cell.span


def _changes(subject: Subject, earlier: Assessment) -> Table:
    table = subject.table(
        ("target", "text"),
        ("where", "text"),
        ("span", "text"),
        ("from", "status"),
        ("to", "status"),
        ("value before", "number"),
        ("value", "number"),
        ("demand", "number"),
    )
    wanted = {cell.target for cell in subject.cells}
    before = {_place(cell): cell for cell in earlier.cells() if cell.target in wanted}
    now = {_place(cell): cell for cell in subject.cells}
    groups: dict[str, list[tuple[_core.Cell | None, _core.Cell | None]]] = {
        "better": [],
        "worse": [],
        "other changes": [],
    }
    for place, cell in now.items():
        old = before.get(place)
        if old is None:
            groups["other changes"].append((None, cell))
        elif old.status != cell.status:
            groups[_direction(old.status, cell.status)].append((old, cell))
    groups["other changes"] += [(old, None) for place, old in before.items() if place not in now]
    for name, pairs in groups.items():
        if not pairs:
            continue
        table.add_heading(f"{subject.say(name)} ({len(pairs)})")
        for pair in pairs:
            _add_change(subject, table, *pair)
    return table


def _direction(old: str, new: str) -> str:
    """Whether a change of status is for the better."""
    if "not_applicable" in (old, new):
        return "other changes"
    return "better" if _ORDER[new] > _ORDER[old] else "worse"


def _add_change(
    subject: Subject, table: Table, old: _core.Cell | None, cell: _core.Cell | None
) -> None:
    shown = cell or old
    assert shown is not None
    badge: tuple[Badge, ...] = ()
    value: Value = None
    table.add(
        shown.label,
        shown.path or shown.entity,
        subject.when(shown),
        badge if old is None else subject.status(old),
        badge if cell is None else subject.status(cell),
        value if old is None else subject.value(old),
        value if cell is None else subject.value(cell),
        subject.demand(shown),
    )
