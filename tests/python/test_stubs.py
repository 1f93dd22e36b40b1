"""The stubs of the extension module are those of the module."""

from __future__ import annotations

import importlib.util
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "bindings" / "python"


def test_stubs_are_current() -> None:
    spec = importlib.util.spec_from_file_location("write_stubs", FOLDER / "write_stubs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    written = (FOLDER / "dabiao" / "_core.pyi").read_text(encoding="utf-8")
    assert module.stubs() == written, "run bindings/python/write_stubs.py and commit the result"
