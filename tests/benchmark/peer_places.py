"""Where `run.sh` puts the peers that are not Python packages."""

from __future__ import annotations

import shutil
from pathlib import Path

BUILD = Path(__file__).resolve().parents[2] / "build-benchmark"
"""Everything that is installed or built for the benchmarks; ignored by git."""

NODE_MODULES = BUILD / "node" / "node_modules"
CEL = BUILD / "cel" / "cel"


def has_node_package(name: str) -> bool:
    """Whether node and its package `name` are here."""
    return shutil.which("node") is not None and (NODE_MODULES / name).is_dir()


def built(name: str) -> Path | None:
    """A program or library of the C++ side, where it was built."""
    found = [path for path in sorted(BUILD.glob(f"cpp/**/{name}")) if path.is_file()]
    return found[0] if found else None
