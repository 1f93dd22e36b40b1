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


EXAMPLES = [
    (expression, result)
    for function in FUNCTIONS
    for expression, result in function["examples"]
    if result
]


@pytest.mark.parametrize(("expression", "result"), EXAMPLES)
def test_examples_come_out_as_they_say(expression: str, result: str) -> None:
    condition = {
        "yes": expression,
        "no": f"not ({expression})",
    }.get(result, f"({expression}) = {result}")
    plan = dabiao.parse(f"""
        plan 例 window 2023-01-01..2023-12-31
        level 县 level 镇 in 县
        unit 张
        input 床位 张 stock at 镇
        input 有站 yesno stock at 镇
        target 例子 : {condition}
    """)
    data = {"镇": ["甲", "乙", "丙"], "床位": [10, 20, 60], "有站": ["是", "是", "否"]}
    found = plan.assess(data, as_of="2023-12-31")["例子"]
    assert found.status == "met", found.explain()
