"""The batch benchmark: all rows of six columns through seven formulas, in each peer."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

from paired import Contestant, take_times
from sections import SHORT, DisagreementError, Section, Sizes, Table
from workload import CONDITIONS, INPUTS, NUMBERS, OUTPUTS, WORK, columns, disagreement


def exact_conditions(data: dict[str, Any]) -> dict[str, Any]:
    """The three conditions in whole numbers, which the inputs are: without any rounding."""
    whole = {name: column.astype("int64") for name, column in data.items()}
    return {
        "ratio_60": 100 * whole["nursing"] >= 60 * whole["total"],
        "per_k_36": 1000 * whole["beds"] >= 36 * whole["elderly"],
        "coverage_half": 2 * whole["centres"] >= whole["towns"],
    }


def checked(peers: list[Any], data: dict[str, Any], sample_size: int = 2000) -> list[str]:
    """Compares everybody's answers, all rows of them, with one another and, on a sample, with
    fractions. Raises DisagreementError; tells how many conditions each decided wrongly."""
    import numpy as np

    rows = len(data[INPUTS[0]])
    right = exact_conditions(data)
    sample = random.Random(1).sample(range(rows), min(rows, sample_size))
    reference: dict[str, Any] = {}
    notes = []
    for peer in peers:
        peer.materialise()
        found = {name: np.asarray(column) for name, column in peer.results().items()}
        for name in OUTPUTS:
            if len(found[name]) != rows:
                raise DisagreementError(f"{peer.name}: {len(found[name])} rows of {name}")
        for row in sample:
            inputs = [float(data[name][row]) for name in INPUTS]
            wrong = disagreement(inputs, [found[name][row] for name in OUTPUTS])
            if wrong:
                raise DisagreementError(f"{peer.name}, row {row}: {wrong}")
        for name in NUMBERS:
            first = reference.setdefault(name, np.array(found[name]))
            if not np.allclose(found[name], first, rtol=1e-12, atol=0):
                raise DisagreementError(f"{peer.name}: {name} is not what {peers[0].name} says")
        mistakes = sum(int(np.count_nonzero(found[n] != right[n])) for n in CONDITIONS)
        if peer.name == "dabiao" and mistakes:
            raise DisagreementError(f"dabiao decided {mistakes} conditions wrongly")
        if mistakes > rows / 100:
            raise DisagreementError(f"{peer.name} decided {mistakes} conditions wrongly")
        notes.append(f"{peer.name} {mistakes}")
        sums = [float(found[name].sum()) for name in NUMBERS]
        sums += [float(np.count_nonzero(found[name])) for name in CONDITIONS]
        if not np.allclose(peer.add_up(), sums, rtol=1e-9, atol=0):
            raise DisagreementError(f"{peer.name}: its sums are not those of its columns")
    return notes


SLOW = ("DuckDB", "polars")


def timed(peers: list[Any], sizes: Sizes, what: str) -> list[dict[str, Any]]:
    """The times of `materialise` or `add_up`."""
    contestants = []
    for peer in peers:
        work = getattr(peer, what)
        how = peer.how if what == "materialise" else peer.how_added

        def once(work: Any = work) -> None:
            work()

        rounds = sizes.slow_rounds if peer.name in SLOW else None
        contestants.append(Contestant(peer.name, once, peer.version, how, rounds))
    return take_times(contestants, sizes.rounds, peers[0].name)


def measure_here(sizes: Sizes, threads: int) -> Section:
    """The section for one number of threads, in this process."""
    from batch_peers import peers

    data = columns(sizes.rows)
    present, absent = peers(data, threads)
    section = Section(f"batch {threads}", f"Batch, {threads} thread{'s'[: threads - 1]}", absent=absent)
    if not present:
        return section
    mistakes = checked(present, data, 100 if sizes.short else 2000)
    count = f"{sizes.rows:,} rows of six float64 columns, {threads} thread{'s'[: threads - 1]}"
    for what, caption in [("materialise", "all seven outputs materialised"),
                          ("add_up", "aggregates only: four sums, three counts")]:  # fmt: skip
        rows = timed(present, sizes, what)
        section.tables.append(Table(f"{count}: {caption}", WORK, present[0].name, rows))
    section.notes.append(
        "Conditions decided otherwise than whole-number arithmetic decides them, of "
        f"{3 * sizes.rows:,}: {', '.join(mistakes)}."
    )
    return section


def measure(sizes: Sizes, threads: int) -> dict[str, Any]:
    """The section as a process of its own: some peers fix their threads when they are loaded."""
    command = [sys.executable, __file__, str(threads), *(["--short"] if sizes.short else [])]
    environment = {
        **os.environ,
        "POLARS_MAX_THREADS": str(threads),
        "NUMBA_NUM_THREADS": str(threads),
        "NUMEXPR_MAX_THREADS": str(threads),
        "OMP_NUM_THREADS": str(threads),
    }
    run = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, text=True, check=True,
        cwd=Path(__file__).parent,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(run.stdout)
    return found


if __name__ == "__main__":
    sizes = SHORT if "--short" in sys.argv else Sizes()
    print(json.dumps(measure_here(sizes, int(sys.argv[1])).as_dict()))
