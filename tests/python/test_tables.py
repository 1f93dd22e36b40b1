"""The tables of the core, and that what they list is tried."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import dabiao

ROOT = Path(__file__).resolve().parents[2]

FUNCTIONS = dabiao.functions()


def test_statuses_in_both_languages() -> None:
    statuses = {each["name"]: each for each in dabiao.statuses()}
    assert statuses["met"]["chinese"] == "已达标"
    assert all(re.fullmatch("#[0-9a-f]{6}", each["colour"]) for each in statuses.values())


def test_names_are_unique() -> None:
    for table in (dabiao.diagnostic_kinds(), dabiao.statuses(), dabiao.reasons()):
        names = [each["name"] for each in table]
        assert len(names) == len(set(names))


def test_messages_have_their_form() -> None:
    for kind in dabiao.diagnostic_kinds():
        for language in ("english", "chinese"):
            message = kind[language]
            assert not message.endswith((".", "。")), kind["name"]
        assert not kind["english"][:1].isupper(), kind["name"]
        assert not kind["name"].startswith("invalid")
        assert kind["meaning"].endswith(".")
        assert kind["meaning_chinese"].endswith("。")


@pytest.mark.parametrize("kind", [each["name"] for each in dabiao.diagnostic_kinds()])
def test_every_kind_is_tried(kind: str, tested_words: str) -> None:
    assert re.search(rf"\b{kind}\b", tested_words), f"no case and no test names {kind}"


@pytest.fixture(scope="module")
def tested_words() -> str:
    """All that the cases and the tests of the core say."""
    files = [*(ROOT / "tests").rglob("*.md"), *(ROOT / "tests").rglob("*_test.cpp")]
    files += (ROOT / "tests" / "python").glob("test_*.py")
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda each: f"{each['family']}-{each['name']}")
def test_every_function_has_an_example(function: dict[str, object]) -> None:
    assert function["examples"], function["name"]
    assert function["summary"]
    assert function["summary_chinese"]
