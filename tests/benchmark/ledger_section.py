"""The national ledger: measured by `ledger/measure.py`, which prints its section as JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from sections import Sizes

SCRIPT = Path(__file__).parent / "ledger" / "measure.py"


def measure(sizes: Sizes) -> list[dict[str, Any]]:
    """The sections that the ledger's own script prints: a list of `Section.as_dict()`."""
    if not SCRIPT.exists():
        return []
    command = [sys.executable, str(SCRIPT), "--json", *(["--short"] if sizes.short else [])]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: list[dict[str, Any]] = json.loads(run.stdout)
    return found
