"""One target about one town, asked for in every way that there is."""

from __future__ import annotations

from typing import Any

import dabiao


def every_way(plan: dabiao.Plan, row: dict[str, Any]) -> tuple[str, str | None, bool]:
    """Status, reason and tightness of the target `t`; every way of running the plan says the same."""
    as_of = "2025-12-31"
    columns = {"town": ["A"], "period": ["2025-12"]} | {name: [row[name]] for name in row}
    [found] = plan.assess(columns, as_of=as_of)
    [cell] = found.cells
    status = str(cell.status)
    fast = [
        each
        for batch in plan.statuses(columns, as_of=as_of)
        for each in batch.column("status").to_pylist()
    ]
    assert fast == [status], (fast, status)

    # The row came to be what it is by changes.
    blank = columns | {name: [None] for name in row}
    live = plan.session(blank, as_of)
    live.update([(name, "A", "2025-12", value) for name, value in row.items() if value is not None])
    [changed] = live.assessment().cells()
    assert (str(changed.status), changed.reason) == (status, cell.reason)

    verdict = {"met": True, "missed": False}.get(status)
    compiled = plan.compile(["t"])
    record = compiled.record()
    assert record(**row)["t"] is verdict, (row, verdict)
    if verdict is None:
        assert record.reasons()["t"] == cell.reason
    session = compiled.session()
    session.set(**row)
    assert session.values()["t"] is verdict
    assert (
        compiled.run({name: [row[name]] * 3 for name in row}).column("t").to_pylist()
        == [verdict] * 3
    )
    return status, cell.reason, cell.tight
