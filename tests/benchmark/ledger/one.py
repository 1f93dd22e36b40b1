"""One contestant in a process of its own, so that its memory is its own.

python one.py CONTESTANT SCALE THREADS MISSING

Answers lines of JSON: `{"do": "check"}` with digests of all statuses and the counts, `{"do": "run"}`
with how long a run took, `{"do": "memory"}` with the most memory that the process ever had resident.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any


def peak() -> int:
    """The most memory that the process has had resident, in bytes."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("the system does not tell")


def checked(contestant: Any) -> dict[str, Any]:
    digests: dict[str, str] = {}

    def digest(target: str, month: int, statuses: Any) -> None:
        found = hashlib.sha256(statuses.to_numpy().tobytes())
        digests[f"{target} {month}"] = found.hexdigest()[:16]

    counts = contestant.run(digest)
    return {
        "digests": digests,
        "counts": {
            f"{target} {month}": sorted(found.items()) for (target, month), found in counts.items()
        },
    }


def timed(contestant: Any) -> dict[str, float]:
    before, used = time.perf_counter(), time.process_time()
    contestant.run(lambda target, month, statuses: None)
    return {
        "seconds": time.perf_counter() - before,
        "processor": time.process_time() - used,
    }


def main() -> None:
    name, scale, threads, missing = sys.argv[1:5]
    os.environ["POLARS_MAX_THREADS"] = threads
    import contestants
    from country import country

    made = country(float(scale), float(missing))
    inputs = sum(each.nbytes for each in made.inputs.values())
    before = time.perf_counter()
    contestant = contestants.CONTESTANTS[name](made, int(threads))
    loading = time.perf_counter() - before
    del made
    gc.collect()
    gc.disable()
    for line in sys.stdin:
        what = json.loads(line)["do"]
        if what == "check":
            answer = checked(contestant)
        elif what == "run":
            answer = timed(contestant)
        else:
            answer = {
                "version": contestant.version,
                "loading": loading,
                "inputs": inputs,
                "peak": peak(),
            }
        print(json.dumps({"answer": answer}), flush=True)


if __name__ == "__main__":
    main()
