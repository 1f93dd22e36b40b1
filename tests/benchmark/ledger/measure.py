"""Measures the national ledger: time and peak memory of each contestant, at 1 %, 10 % and 100 %.

    python measure.py [--json] [--short] [--rounds N] [--threads N]

Each contestant runs in a process of its own. Every status of every contestant is compared, as a
digest per target and month, before a time is reported; where one differs, nothing is.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
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


def run(name: str, scale: float, threads: int, rounds: int) -> dict[str, Any]:
    command = [sys.executable, str(HERE / "one.py"), name, str(scale), str(threads), str(rounds)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def agree(results: dict[str, dict[str, Any]]) -> None:
    """Raises where a status or a count of a contestant is another than that of the first."""
    first, *others = results
    for other in others:
        for what in ("digests", "counts"):
            mine, theirs = results[first][what], results[other][what]
            different = sorted(key for key in {*mine, *theirs} if mine.get(key) != theirs.get(key))
            if different:
                raise DisagreementError(f"{first} and {other} differ in {what} of {different[:3]}")


def table_of(results: dict[str, dict[str, Any]], scale: float, threads: int) -> dict[str, Any]:
    ours = results["dabiao"]["seconds"]
    rows = []
    for name, found in results.items():
        # Processes of their own do not alternate: times are compared in the order in which they came.
        ratios = sorted(theirs / mine for theirs, mine in zip(found["seconds"], ours, strict=False))
        inputs = found["inputs"]
        rows.append(
            {
                "name": name,
                "version": found["version"],
                "median_seconds": statistics.median(found["seconds"]),
                "median_ratio": None if name == "dabiao" else statistics.median(ratios),
                "least_ratio": ratios[0],
                "most_ratio": ratios[-1],
                "rounds": len(found["seconds"]),
                "how": f"{HOW[name]}; peak memory of the process {found['peak'] / 1e6:,.0f} MB, "
                f"{found['peak'] / inputs:.2f} × the inputs ({inputs / 1e6:,.0f} MB); loaded in "
                f"{found['loading']:.2f} s; {statistics.median(found['processor']):.2f} s of processor "
                "time in all threads",
            }
        )
    return {
        "caption": f"{scale:.0%} of the country, {threads} threads",
        "work": WORK.format(villages=round(600_000 * scale), towns=round(38_600 * scale)),
        "reference": "dabiao",
        "rows": rows,
        "per": 1,
        "notes": [],
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print the section as JSON")
    parser.add_argument("--short", action="store_true", help="a thousandth of the country, once")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    scales = [0.001] if arguments.short else [0.01, 0.1, 1.0]
    rounds = 1 if arguments.short else arguments.rounds
    tables = []
    try:
        for scale in scales:
            results = {name: run(name, scale, arguments.threads, rounds) for name in NAMES}
            agree(results)
            tables.append(table_of(results, scale, arguments.threads))
    except DisagreementError as error:
        print(f"the answers do not agree: {error}", file=sys.stderr)
        return 1
    section = {
        "name": "ledger",
        "title": "National ledger",
        "tables": tables,
        "notes": [
            "The register and the arrays are loaded beforehand, which is not timed; peak memory is "
            "that of the whole process, made-up data, libraries and loading included."
        ],
        "absent": [],
    }
    if arguments.json:
        print(json.dumps([section]))
    else:
        for table in tables:
            print(table["caption"])
            for row in table["rows"]:
                ratio = "" if row["median_ratio"] is None else f" {row['median_ratio']:.1f} ×"
                print(
                    f"  {row['name']:8} {row['median_seconds'] * 1e3:10.1f} ms{ratio}  {row['how']}"
                )
    return 0


if __name__ == "__main__":
    sys.exit(main())
