"""The benchmarks still run: at tiny sizes, with the peers that are installed; times are not looked at."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "tests" / "benchmark"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, timeout=600, check=False,
        cwd=FOLDER, env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )  # fmt: skip


def test_every_section_runs_and_all_agree() -> None:
    done = run("measure.py", "--short")
    assert done.returncode == 0, done.stderr
    for title in ("One record at a time", "Batch, 2 threads", "A plan of many indicators"):
        assert f"### {title}" in done.stdout
    assert "| DuckDB |" in done.stdout, done.stdout
    assert "| dabiao |" in done.stdout, done.stdout


WRONG = """
import batch_peers, batch_section, workload

class Off(batch_peers.Numpy):
    def materialise(self):
        super().materialise()
        self._out["score"][-1] += 1e-6

data = workload.columns(6400)
batch_section.checked([batch_peers.Numpy(data, 1), Off(data, 1)], data)
"""


def test_a_peer_that_computes_something_else_is_found() -> None:
    done = run("-c", WRONG)
    assert done.returncode == 1
    assert "DisagreementError: NumPy: score is not what NumPy says" in done.stderr


def test_the_exact_answers_of_the_workload() -> None:
    done = run("-c", "import json, workload; print(json.dumps([[str(v) for v in workload.exact(r)]"
               " for r in workload.records(4)]))")  # fmt: skip
    assert done.returncode == 0, done.stderr
    ties = json.loads(done.stdout)
    # ratio 60 %, 36 beds for 1,000 people, half of the towns; each of the three is a tie once.
    assert ties[0] == ["60", "36", "1/2", "9/10", "True", "True", "True"]
    assert ties[1][0] == "60"
    assert ties[1][2] == "1/2"
    assert ties[2][1] == "36"


def test_an_unknown_section_is_refused() -> None:
    done = run("measure.py", "--only", "nothing", "--short")
    assert done.returncode == 2
    assert "no section nothing" in done.stderr


def test_a_page_without_marks_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("no marks", encoding="utf-8")
    sys.path.insert(0, str(FOLDER))
    try:
        from marked_section import write_section

        with pytest.raises(ValueError, match="benchmark: begin"):
            write_section(page, "benchmark", "content")
    finally:
        sys.path.remove(str(FOLDER))
    assert page.read_text(encoding="utf-8") == "no marks"
