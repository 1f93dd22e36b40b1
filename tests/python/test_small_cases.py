"""The table of `docs/exactness.md` says what dabiao and the engines that are installed say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "tests" / "benchmark" / "small_cases.py"


def check(page: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), "--check", str(page)],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def test_the_page_shows_what_the_engines_say() -> None:
    run = check(ROOT / "docs" / "exactness.md")
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("21 cases, "), run.stdout


def test_a_wrong_table_is_found(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "exactness.md").read_text(encoding="utf-8")
    page = tmp_path / "exactness.md"
    row = "| 29 of 100, in hundredths: at least 29? | yes: 29 = 29 | yes "
    assert row in text
    page.write_text(text.replace(row, row[:-4] + "no "), encoding="utf-8")
    run = check(page)
    assert run.returncode == 1
    assert "dabiao: no, now yes: 29 of 100" in run.stderr
