"""The runner of the Markdown cases itself: a case that is wrong must be seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from markdown_cases import CaseFailure, matches, read_cases, run_case, run_command, update_file

PLAN = """```biao
plan 例 unit 张
input 床位 张 stock
target 甲 : 床位 >= 700 张
```
"""


def problems(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "suite.md"
    path.write_text(text, encoding="utf-8")
    folder = tmp_path / "run"
    folder.mkdir(exist_ok=True)
    return [problem for case in read_cases(path) for problem in run_case(case, folder).problems]


def test_a_sound_plan_passes(tmp_path: Path) -> None:
    assert problems(tmp_path, f"# sound\n{PLAN}") == []


def test_a_plan_with_errors_is_a_problem(tmp_path: Path) -> None:
    found = problems(tmp_path, "# sound\n```biao\ntarget 甲 : 床位 >= 700 张\n```\n")
    assert "the plan has errors" in found[0]


def test_a_title_with_fail_wants_an_error(tmp_path: Path) -> None:
    assert problems(tmp_path, "# fail: unknown\n```biao\ntarget 甲 : 床位 >= 700 张\n```\n") == []
    assert "nothing fails" in problems(tmp_path, f"# fail: sound\n{PLAN}")[0]


def test_other_output_is_a_problem_and_can_be_updated(tmp_path: Path) -> None:
    path = tmp_path / "suite.md"
    path.write_text(
        f"# check\n{PLAN}\n```console\n$ dabiao version\nnonsense\n```\n", encoding="utf-8"
    )
    case = read_cases(path)[0]
    outcome = run_case(case, tmp_path)
    assert "-nonsense" in outcome.problems[0]
    update_file(path, outcome.updates)
    assert run_case(read_cases(path)[0], tmp_path).problems == []


def test_an_exit_status_must_be_said(tmp_path: Path) -> None:
    text = "# fail: absent\n```console\n$ dabiao check absent.biao\n...\n```\n"
    assert "(exit status 2)" in problems(tmp_path, text)[0]


def test_python_blocks_share_their_names(tmp_path: Path) -> None:
    text = "# python\n```python\nx = 1\n```\n```python\nassert x == 2\n```\n"
    assert "AssertionError" in problems(tmp_path, text)[0]


def test_fragments_stand_in_their_context(tmp_path: Path) -> None:
    context = "# context\n```biao context\nplan 例 unit 张 input 床位 张 stock\n```\n"
    fragment = "## fragment\n```biao fragment\ntarget 甲 : 床位 >= 700 张\n```\n"
    assert problems(tmp_path, context + fragment) == []
    assert problems(tmp_path, fragment) != []


def test_any_lines() -> None:
    assert matches(["a", "...", "d"], ["a", "b", "c", "d"])
    assert matches(["..."], ["a", "b"])
    assert matches(["a", "..."], ["a"])
    assert not matches(["a", "...", "d"], ["a", "b"])
    assert not matches(["a"], ["a", "b"])
    assert matches(["a.b", "..."], ["a.b", "c"])
    assert not matches(["a.b", "..."], ["axb", "c"])


def test_only_its_own_commands_are_run() -> None:
    with pytest.raises(CaseFailure):
        run_command("rm -r folder")
    with pytest.raises(CaseFailure):
        run_command("dabiao version | head")
