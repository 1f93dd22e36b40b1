"""Measures the national ledger: time and peak memory of each contestant, at 1 %, 10 % and 100 %.

    python measure.py [--json] [--short] [--rounds N] [--threads N] [--scales A,B]

Each contestant runs in a process of its own, and they take turns. Every status of every contestant
is compared, as a digest per target and month, before a time is taken; where one differs, none is.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import statistics
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from line_process import LineProcess  # noqa: E402
from paired import Contestant, take_times  # noqa: E402

NAMES = ["dabiao", "DuckDB", "polars"]
HOW = {
    "dabiao": "`plan.statuses(plan.dense(…))`, read as Arrow record batches",
    "DuckDB": "a table ordered by month and village, `CASE` as UTINYINT read as Arrow, `GROUP BY` "
    "per month and town, roll-ups from level to level; counts by `numpy.bincount`",
    "polars": "a data frame per month, expressions as UInt8, `group_by` from level to level; counts "
    "by `numpy.bincount`",
}
WORK = (
    "{villages:,} villages in {towns:,} towns, 12 months, 8 inputs of float64, 20 indicators, "
    "20 targets (8 per village and month, 6 per town, 4 per county, 2 per province): a status byte "
    "per cell and the counts per target and month"
)


class DisagreementError(Exception):
    """Contestants have different answers."""


def agree(results: dict[str, dict[str, Any]]) -> None:
    """Raises where a status or a count of a contestant is another than that of the first."""
    first, *others = results
    for other in others:
        for what in ("digests", "counts"):
            mine, theirs = results[first][what], results[other][what]
            different = sorted(key for key in {*mine, *theirs} if mine.get(key) != theirs.get(key))
            if different:
                raise DisagreementError(f"{first} and {other} differ in {what} of {different[:3]}")


def measured(scale: float, threads: int, rounds: int, missing: float) -> dict[str, Any]:
    """Checks that all say the same, then takes the times in turn."""
    script = str(HERE / "one.py")
    processes = {
        name: LineProcess([sys.executable, script, name, str(scale), str(threads), str(missing)])
        for name in (NAMES if missing == 0 else NAMES[:1])
    }
    try:
        agree({name: process.ask({"do": "check"}) for name, process in processes.items()})
        processor: dict[str, list[float]] = {name: [] for name in processes}

        def work(name: str) -> float:
            took = processes[name].ask({"do": "run"})
            processor[name].append(took["processor"])
            return float(took["seconds"])

        load = os.getloadavg()[0]
        rows = take_times(
            [Contestant(name, functools.partial(work, name)) for name in processes],
            rounds,
            NAMES[0],
        )
        for row in rows:
            found = processes[row["name"]].ask({"do": "memory"})
            row["version"] = found["version"]
            row["peak"], row["inputs"] = found["peak"], found["inputs"]
            row["how"] = (
                f"{HOW[row['name']]}; peak memory of the process {found['peak'] / 1e6:,.0f} MB, "
                f"{found['peak'] / found['inputs']:.2f} × the inputs "
                f"({found['inputs'] / 1e6:,.0f} MB); {statistics.median(processor[row['name']]):.3f} s "
                f"of processor time in all threads; loaded in {found['loading']:.2f} s"
            )
    finally:
        for process in processes.values():
            process.close()
    without = "" if missing == 0 else f", {missing:.0%} of the numbers missing"
    return {
        "caption": f"{scale:.1%} of the country{without}, {threads} threads",
        "work": WORK.format(villages=round(600_000 * scale), towns=round(38_600 * scale)),
        "reference": NAMES[0],
        "rows": rows,
        "per": 1,
        "notes": [f"Load of the machine when the times were taken: {load:.1f}."],
    }


def growth(first: dict[str, Any], last: dict[str, Any]) -> list[str]:
    """How time and memory grow from the first table to the last."""
    return [
        f"{before['name']} from {first['caption']} to {last['caption']}: "
        f"{after['median_seconds'] / before['median_seconds']:.0f} × the time, from "
        f"{before['peak'] / 1e6:,.0f} to {after['peak'] / 1e6:,.0f} MB of peak memory."
        for before, after in zip(first["rows"], last["rows"], strict=True)
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print the section as JSON")
    parser.add_argument("--short", action="store_true", help="a thousandth of the country, once")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--scales", default="0.01,0.1,1", help="parts of the country")
    arguments = parser.parse_args()
    scales = [0.001] if arguments.short else [float(each) for each in arguments.scales.split(",")]
    rounds = 1 if arguments.short else arguments.rounds
    tables = []
    try:
        for scale in scales:
            tables.append(measured(scale, arguments.threads, rounds, 0.0))
        if not arguments.short:
            tables.append(measured(scales[-1], arguments.threads, rounds, 0.02))
    except DisagreementError as error:
        print(f"the answers do not agree: {error}", file=sys.stderr)
        return 1
    section = {
        "name": "ledger",
        "title": "National ledger",
        "tables": tables,
        "notes": [
            "The register and the arrays are loaded beforehand, which is not timed; peak memory is "
            "that of the whole process, made-up data, libraries and loading included.",
            *(growth(tables[0], tables[len(scales) - 1]) if len(scales) > 1 else []),
        ],
        "absent": [],
    }
    if arguments.json:
        print(json.dumps([section]))
    else:
        for table in tables:
            print(table["caption"])
            for row in table["rows"]:
                print(
                    f"  {row['name']:8} {row['median_seconds'] * 1e3:10.1f} ms"
                    f" ({row['least_seconds'] * 1e3:.1f} to {row['most_seconds'] * 1e3:.1f})"
                    f" {row['median_ratio']:.1f} × ({row['least_ratio']:.1f} to"
                    f" {row['most_ratio']:.1f})  {row['how']}"
                )
            for note in table["notes"]:
                print(f"  {note}")
        for note in section["notes"]:
            print(note)
    return 0


if __name__ == "__main__":
    sys.exit(main())
