"""Runs one contestant in a process of its own, so that its memory is its own. Prints JSON.

python one.py CONTESTANT SCALE THREADS ROUNDS [MISSING]
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import sys
import time
from pathlib import Path


def peak() -> int:
    """The most memory that the process has had resident, in bytes."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("the system does not tell")


def main() -> None:
    name, scale, threads, rounds = (
        sys.argv[1],
        float(sys.argv[2]),
        int(sys.argv[3]),
        int(sys.argv[4]),
    )
    missing = float(sys.argv[5]) if len(sys.argv) > 5 else 0.0
    os.environ["POLARS_MAX_THREADS"] = str(threads)
    import contestants
    from country import country

    made = country(scale, missing)
    inputs = sum(each.nbytes for each in made.inputs.values())
    before = time.perf_counter()
    contestant = contestants.CONTESTANTS[name](made, threads)
    loading = time.perf_counter() - before
    del made
    gc.collect()

    digests: dict[str, str] = {}

    def digest(target: str, month: int, statuses: object) -> None:
        digests[f"{target} {month}"] = hashlib.sha256(statuses.to_numpy().tobytes()).hexdigest()[
            :16
        ]

    counts = contestant.run(digest)
    seconds, processor = [], []
    for _ in range(rounds):
        before, used = time.perf_counter(), time.process_time()
        contestant.run(lambda target, month, statuses: None)
        seconds.append(time.perf_counter() - before)
        processor.append(time.process_time() - used)
    print(
        json.dumps(
            {
                "version": contestant.version,
                "seconds": seconds,
                "processor": processor,
                "loading": loading,
                "inputs": inputs,
                "peak": peak(),
                "digests": digests,
                "counts": {
                    f"{target} {month}": sorted(found.items())
                    for (target, month), found in counts.items()
                },
            }
        )
    )


if __name__ == "__main__":
    main()
