"""The generated pages of docs/ say what the tables of the core say today."""

from __future__ import annotations

from pathlib import Path

import pytest

from dabiao.reference import PAGES

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", PAGES)
def test_generated_page_is_up_to_date(name: str) -> None:
    written = (DOCS / name).read_text(encoding="utf-8")
    assert written == PAGES[name](), f"run: python -m dabiao.reference {DOCS.name}"
