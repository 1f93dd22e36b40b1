"""Every Markdown case of tests/cases, docs and README.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from markdown_cases import Case, read_cases, run_case, suites, update_file

CASES = [case for path in suites() for case in read_cases(path)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-cases"):
        # The lines of a file move when one of its blocks changes.
        current = next(each for each in read_cases(case.path) if each.titles == case.titles)
        outcome = run_case(current, tmp_path)
        if outcome.updates:
            update_file(case.path, outcome.updates)
        return
    outcome = run_case(case, tmp_path)
    assert not outcome.problems, "\n\n".join(outcome.problems)


def test_titles_are_unique() -> None:
    """An update finds a case by its titles."""
    seen = [(case.path, tuple(case.titles)) for case in CASES]
    twice = {each for each in seen if seen.count(each) > 1}
    assert not twice
