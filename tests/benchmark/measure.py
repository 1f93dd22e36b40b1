"""Measures the sections and writes docs/performance.md; `run.sh` installs and builds first.

    python tests/benchmark/measure.py [--only record,batch] [--short]

What was measured before stays in build-benchmark/results.json, so that sections can be measured one
by one; the page is written from all of them.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import batch_section
import cells_section
import ledger_section
import overhead_section
import plan_section
import record_section
import scenarios_section
from marked_section import write_section
from peer_places import BUILD
from report import document_of, stamp
from sections import SHORT, DisagreementError, Sizes

PAGE = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
RESULTS = BUILD / "results.json"

Measure = Callable[[Sizes], list[dict[str, Any]]]

SECTIONS: dict[str, Measure] = {
    "record": record_section.measure,
    "batch": lambda sizes: [batch_section.measure(sizes, threads) for threads in (1, 2)],
    "overhead": overhead_section.measure,
    "cells": cells_section.measure,
    "scenarios": scenarios_section.measure,
    "plan": plan_section.measure,
    "ledger": ledger_section.measure,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", metavar="NAME[,NAME]", help=f"of {', '.join(SECTIONS)}")
    parser.add_argument("--short", action="store_true", help="tiny sizes; nothing is written")
    parser.add_argument("--write", action="store_true", help="only write the page anew")
    arguments = parser.parse_args()
    names = arguments.only.split(",") if arguments.only else list(SECTIONS)
    if unknown := [name for name in names if name not in SECTIONS]:
        parser.error(f"no section {', '.join(unknown)}; there are {', '.join(SECTIONS)}")
    sizes = SHORT if arguments.short else Sizes()
    results: dict[str, list[dict[str, Any]]] = {}
    if not arguments.short and RESULTS.exists():
        results = json.loads(RESULTS.read_text(encoding="utf-8"))
    for name in [] if arguments.write else names:
        print(f"== {name}", file=sys.stderr, flush=True)
        load = os.getloadavg()[0]
        try:
            results[name] = SECTIONS[name](sizes)
        except DisagreementError as error:
            print(f"{name}: the answers do not agree: {error}", file=sys.stderr)
            return 1
        for section in results[name]:
            section["stamp"] = stamp(load)
        if not arguments.short:
            BUILD.mkdir(exist_ok=True)
            RESULTS.write_text(json.dumps(results, indent=1), encoding="utf-8")
    found = [section for name in SECTIONS for section in results.get(name, [])]
    if arguments.short:
        print(document_of(found))
    else:
        write_section(PAGE, "benchmark", document_of(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
