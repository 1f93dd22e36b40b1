"""How long a plan of many indicators takes to parse, check and compile, and how much memory: run as
a process of its own for each size. Prints a line of JSON."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path


def plan_of(indicators: int) -> str:
    """A plan whose indicators read inputs and one another, ten to a group; every tenth has a
    target."""
    lines = ["plan wide \"A plan of many indicators\"", "level place", "unit bed"]
    groups = -(-indicators // 10)
    for group in range(groups):
        lines.append(f"input a{group} bed stock at place")
        lines.append(f"input b{group} bed stock at place")
    for number in range(indicators):
        group = number // 10
        if number % 10 == 0:
            lines.append(f"indicator x{number} % = a{group} / b{group}")
        elif number % 10 == 9:
            lines.append(f"indicator x{number} % = 0.5 * x{number - 1} + 0.5 * x{number - 9}")
            lines.append(f"target t{group} : x{number} >= 60% at each place")
        else:
            lines.append(f"indicator x{number} % = min(x{number - 1}, (a{group} + {number} bed) / b{group})")
    return "\n".join(lines)


def peak() -> int:
    """The most memory that the process had so far, in bytes. (`ru_maxrss` would tell of the process
    that started this one as well.)"""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("the system does not tell")


def main() -> None:
    import dabiao

    text = plan_of(int(sys.argv[1]))
    dabiao.parse(plan_of(10))
    before = peak()
    began = time.perf_counter()
    plan = dabiao.parse(text)
    parsed = time.perf_counter()
    compiled = plan.compile() if hasattr(plan, "compile") else None
    done = time.perf_counter()
    print(json.dumps({
        "bytes": len(text.encode()),
        "parse": parsed - began,
        "compile": done - parsed if compiled is not None else None,
        "memory": peak() - before,
    }))  # fmt: skip


if __name__ == "__main__":
    main()
