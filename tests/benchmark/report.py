"""The measured sections as Markdown, and where they stand in docs/performance.md."""

from __future__ import annotations

import datetime
import os
import platform
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def duration(seconds: float) -> str:
    """A time with three digits and the unit that suits it."""
    for size, unit in [(1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")]:
        if seconds >= size or unit == "ns":
            value = seconds / size
            digits = 0 if value >= 100 else 1 if value >= 10 else 2
            return f"{value:.{digits}f} {unit}"
    raise AssertionError(seconds)


def ratio(value: float) -> str:
    """A ratio with as many digits as it takes to tell it from 1."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def table_of(table: dict[str, Any]) -> list[str]:
    """One table of contestants."""
    lines = [
        f"**{table['caption']}**",
        "",
        f"| | version | time | ÷ {table['reference']}: median (least–most) | rounds | how |",
        "|---|---|--:|--:|--:|---|",
    ]
    for row in table["rows"]:
        seconds = duration(row["median_seconds"] / table["per"])
        compared = "—"
        if row["median_ratio"] is not None:
            least, most = ratio(row["least_ratio"]), ratio(row["most_ratio"])
            compared = f"{ratio(row['median_ratio'])} ({least}–{most})"
        lines.append(
            f"| {row['name']} | {row['version']} | {seconds} | {compared} | {row['rounds']} | "
            f"{row['how']} |"
        )
    lines += ["", f"Work: {table['work']}."]
    for note in table["notes"]:
        lines += ["", note]
    return lines


def section_of(section: dict[str, Any]) -> str:
    """One section."""
    lines = [f"### {section['title']}", ""]
    for table in section["tables"]:
        lines += [*table_of(table), ""]
    for note in section["notes"]:
        lines += [note, ""]
    if section["absent"]:
        lines += [f"Not there when this was measured: {'; '.join(section['absent'])}.", ""]
    return "\n".join(lines)


def machine() -> str:
    """What was measured on."""
    model = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    flags = ""
    if information.exists():
        text = information.read_text(encoding="utf-8", errors="replace")
        if found := re.search(r"model name\s*:\s*(.+)", text):
            model = found[1].strip()
        known = re.search(r"flags\s*:\s*(.+)", text)
        names = known[1].split() if known else []
        best = [name for name in ("avx512f", "avx2", "sse4_2") if name in names]
        flags = f", {best[0]}" if best else ""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{model}{flags}, {os.cpu_count()} processors, {memory:.0f} GiB, {platform.system()}"


def stamp(load: float) -> str:
    """The line over a section that says when and on what it was measured."""
    day = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    return f"Measured {day} on {machine()}; other work on the machine before it began: load {load:.1f}."


def document_of(sections: Sequence[dict[str, Any]]) -> str:
    """All sections, in their order."""
    return "\n".join(f"{section_of(section)}\n{section['stamp']}\n" for section in sections)
