"""The example plans beside the documents that they encode, where those are at hand.

The documents are not part of the project. They are looked for in the folder that DABIAO_SOURCES
names, or in `shared/sources` beside the project.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import dabiao

ROOT = Path(__file__).resolve().parents[2]
SOURCES = Path(os.environ.get("DABIAO_SOURCES") or ROOT.parent / "shared" / "sources")
PLANS = ["chuxiong-2023", "lincang-2024", "qilin-2024", "xincheng-2023", "yinchuan-2023"]

STANDS = {"anchor_not_found", "anchor_under_other_clause", "clause_not_in_source"}
ACCOUNTS = {"passage_not_covered", "noted_needlessly"}


def plan_text(name: str) -> str:
    return (ROOT / "examples" / "plans" / name / f"{name}.biao").read_text(encoding="utf-8")


def source(name: str) -> Path:
    path = SOURCES / f"{name}.txt"
    if not path.is_file():
        pytest.skip(f"the document {path.name} is not here")
    return path


def test_every_plan_is_named() -> None:
    assert sorted(path.name for path in (ROOT / "examples" / "plans").iterdir()) == PLANS


@pytest.mark.parametrize("name", PLANS)
def test_every_anchor_stands_and_nothing_is_left_out(name: str) -> None:
    plan = dabiao.parse(plan_text(name))
    found = plan.check(source(name))
    assert [each.message() for each in found if each.kind in STANDS | ACCOUNTS] == []
    coverage = plan.coverage(source(name))
    assert coverage is not None
    assert coverage.passages > 20
    assert coverage.uncovered == []
    assert coverage.by_targets + coverage.by_figures + coverage.noted == coverage.passages
    # What is put aside is a little, not a way round the document.
    assert coverage.noted_share < 0.1
    assert coverage.noted_character_share < 0.05


@pytest.mark.parametrize("name", PLANS)
def test_a_target_that_is_taken_away_leaves_its_passage_behind(name: str) -> None:
    """Without an anchor that alone accounts for a passage, that passage is listed, and only that."""
    path = source(name)
    text = plan_text(name)
    plan = dabiao.parse(text)
    anchors = [
        anchor["anchor"] for target in plan.to_dict()["targets"] for anchor in target["cite"]
    ]
    once = [
        anchor
        for anchor in anchors
        if text.count(f'"{anchor}"') == 1 and any(sign.isdigit() for sign in anchor)
    ]
    listed = 0
    for anchor in once[:: max(1, len(once) // 16)]:
        less = dabiao.parse(text.replace(f'"{anchor}"', '"在原文里没有的几个字"'))
        coverage = less.coverage(path)
        assert coverage is not None
        listed += bool(coverage.uncovered)
        for passage in coverage.uncovered:
            words = "".join(passage.words.split())
            assert _overlap(words, "".join(anchor.split())), (passage.words, anchor)
    assert listed > 5


def _overlap(passage: str, anchor: str) -> bool:
    """Whether the two have two neighbouring characters in common; forms of signs do not matter."""
    pairs = {anchor[i : i + 2] for i in range(len(anchor) - 1)}
    return any(passage[i : i + 2] in pairs for i in range(len(passage) - 1))
