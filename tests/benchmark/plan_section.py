"""How the cost of a plan grows with the number of its indicators."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from sections import Section, Sizes

SCRIPT = Path(__file__).parent / "plan_growth.py"


def measure(sizes: Sizes) -> list[dict[str, Any]]:
    """The section: a line for each size, medians of three processes."""
    section = Section("plan", "A plan of many indicators")
    lines = [
        "| indicators | text | parse and check | compile | in all | per indicator | memory | per indicator |",
        "|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for indicators in sizes.indicators:
        found = []
        for _ in range(1 if sizes.short else 3):
            command = [sys.executable, str(SCRIPT), str(indicators)]
            run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
            found.append(json.loads(run.stdout))
        parse = statistics.median(each["parse"] for each in found)
        compiles = [each["compile"] for each in found if each["compile"] is not None]
        compiled = statistics.median(compiles) if compiles else 0.0
        memory = statistics.median(each["memory"] for each in found)
        whole = parse + compiled
        lines.append(
            f"| {indicators:,} | {found[0]['bytes'] / 1e6:.1f} MB | {parse:.3f} s | "
            f"{f'{compiled:.3f} s' if compiles else '—'} | {whole:.3f} s | "
            f"{whole / indicators * 1e6:.1f} µs | {memory / 1e6:.0f} MB | "
            f"{memory / indicators / 1e3:.2f} kB |"
        )
    section.notes.append("\n".join(lines))
    section.notes.append(
        "Every tenth indicator starts a group over two inputs of its own, the others read the one before; "
        "a target for every ten. Memory is how much the peak of the process grew. Medians of three processes."
    )
    return [section.as_dict()]
