"""Writes the stubs of the extension module, dabiao/_core.pyi, from the module that is installed.

python bindings/python/write_stubs.py [FOLDER]
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path


def stubs() -> str:
    """The stubs, as they should be."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "pybind11_stubgen", "dabiao._core", "-o", folder, "--exit-code"],
            check=True,
            capture_output=True,
        )
        return Path(folder, "dabiao", "_core.pyi").read_text(encoding="utf-8")


if __name__ == "__main__":
    beside = Path(__file__).parent / "dabiao"
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else beside
    (folder / "_core.pyi").write_text(stubs(), encoding="utf-8")
