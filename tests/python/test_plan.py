"""Plans from Python: what they hold, their mistakes, their JSON form."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import dabiao

ROOT = Path(__file__).resolve().parents[2]
PLANS = sorted((ROOT / "examples" / "plans").rglob("*.biao"))

TEXT = """\
# 一个小计划
plan 示例 "养老床位"   # 尾注
  source "示例.txt"  window 2023-09-01..2023-12-31

level 市
level 县区 "县(市)区" in 市 count 6
层级 机构 属于 县区
unit 张 "床", 箱 = 12 张, 户
stages 进度 = 未启动 < 开工 < 建成
holidays 2023 { off 2023-10-01..2023-10-06, work 2023-10-07 }
entities 县区 = { "甲县" opened 2020-01-01, "乙县" }
entities 机构 in "甲县" = { "一院" }
group 重点 "重点县" of 县区 = { "甲县" }
input 床位 "机构养老床位" 张 stock each month at 机构 range 0 张.. fresh 3 月
input 户数 户 constant at 机构
input 满意 % stock at 机构 over parts average weighted by 户数 over periods last
input 报送日 date each month at 县区 missing is later
input 项目进度 进度 stock at 机构
table 任务 张 by 县区 { "甲县": 20 张, other: 15 张 }
table 节奏 进度 by 机构, quarter { "一院" { 2023-Q4: 建成 }, other: 开工 }
given 床位 = 9688 张 at 市 in 2023-08  cite "9688张"
given count(机构) = 24
indicator 每县 "每县床位" 张 = sum(县区: 床位) / 6 complete at least 90%
stated 床位 = 9688 张 at 市 in 2023-08 cite "9688张"

clause "二(一)" "总量" lead "民政局" responsible each 县区 by 2023-12-31
target 新增 "新增床位" : 床位 - 床位[start] >= 700 张  cite "不少于700张"
  # 里程碑
  milestones 2023-10: 300 张, 2023-11: 500.50 张
目标 占比 : 满意 不低于60% 且 床位 超过 0 张  截至 2023-12-31  标注 "力争"
target 报送 : 报送日 <= due each month by day 25 at each 县区 where 床位 >= 0 张 lead "民政局"
target 重点完成 : 床位 >= 任务 at each 重点 allocates 新增 cite "三": "重点"
target 建成率 : 项目进度 >= 节奏 at each 机构 by 2023-12-31
target 半年报 : 报送日 <= due each half by end + 20 天 at each 县区
target 两级 : 床位 = 1..2 张 by 2023-10-31, 2023-12-31 at "甲县"
lever 床位 at 机构 range 0 张..100 张 step 1 张 cost 2 万元/张
scenario 乐观 "乐观情景" { 床位 += 10 张 at 机构, 满意 *= 1.1 in 2023-12 }
# 结尾
"""


def load_schema(name: str) -> dict[str, object]:
    text = resources.files("dabiao").joinpath("schema", name).read_text(encoding="utf-8")
    schema: dict[str, object] = json.loads(text)
    return schema


def test_what_a_plan_holds() -> None:
    plan = dabiao.parse(TEXT)
    assert (plan.name, plan.label, plan.sources) == ("示例", "养老床位", ["示例.txt"])
    assert [level.name for level in plan.levels] == ["市", "县区", "机构"]
    assert plan.levels[1] == dabiao.Level("县区", "县(市)区", "市", 6)
    assert plan.inputs[0] == dabiao.Input(
        "床位", "机构养老床位", "张", "stock", "机构", "month", None
    )
    assert plan.inputs[3].missing == "later"
    assert plan.indicators[0].formula == "sum(县区: 床位) / 6"
    target = plan.targets[0]
    assert (target.name, target.label, target.clause) == ("新增", "新增床位", "二(一)")
    assert (target.when, target.lead, target.responsible) == (
        "by 2023-12-31",
        ["民政局"],
        ["each 县区"],
    )
    assert plan.targets[1].tags == ["力争"]
    assert plan.targets[3].cite == ["重点"]


def test_a_plan_without_levels_has_one() -> None:
    plan = dabiao.parse("plan 例 unit 张 input 床位 张 stock  target 甲 : 床位 >= 1 张")
    assert len(plan.levels) == 1


def test_every_mistake_at_once_each_with_its_place() -> None:
    with pytest.raises(dabiao.PlanError) as caught:
        dabiao.parse("plan 例 unit 张 input 床位 张 stock\ntarget 甲 : 床 >= 1 张\ntarget 乙 : 位 >= 1 张\n")
    places = [(each.kind, each.line, each.column) for each in caught.value.diagnostics]
    assert places == [("unknown_name", 2, 12), ("unknown_name", 3, 12)]
    first = caught.value.diagnostics[0]
    assert (first.severity, first.end_line, first.end_column) == ("error", 2, 13)
    assert first.message() == "unknown name `床`"
    assert first.message("zh") == "未知名称 `床`"
    assert first.suggestion == "床位"
    assert first.file == "plan.biao"
    assert first.row is None
    rendered = str(caught.value)
    assert "plan.biao:2:12" in rendered
    assert "2 errors" in rendered
    assert "2 个错误" in caught.value.render("zh")


def test_diagnostics_say_their_language() -> None:
    with pytest.raises(dabiao.PlanError) as caught:
        dabiao.parse("plan 例 target 甲 : 床位 >= 1 张")
    with pytest.raises(ValueError, match="'en' or 'zh'"):
        caught.value.diagnostics[0].message("fr")


def test_expected_words_and_labels() -> None:
    with pytest.raises(dabiao.PlanError) as caught:
        dabiao.parse("input 床位 张 stock\ninput 床位 张 stock\ntarget 甲 床位 >= 1 张\n")
    diagnostics = caught.value.diagnostics
    assert any(each.labels and each.labels[0].line == 1 for each in diagnostics)
    assert any(each.expected for each in diagnostics)


def test_loading(tmp_path: Path) -> None:
    path = tmp_path / "计划.biao"
    path.write_bytes(TEXT.encode("gb18030"))
    assert dabiao.load(path).name == "示例"
    assert dabiao.load(str(path)).file == str(path)
    with pytest.raises(dabiao.PlanError) as caught:
        dabiao.load(tmp_path)
    assert caught.value.diagnostics[0].kind == "directory_for_file"


def test_the_source_is_looked_into(tmp_path: Path) -> None:
    path = tmp_path / "plan.biao"
    path.write_text(TEXT, encoding="utf-8")
    plan = dabiao.load(path)
    kinds = {each.kind for each in plan.check()}
    source = tmp_path / "示例.txt"
    source.write_text(
        "二、任务\n(一)总量\n现有床位9688张,新增不少于700张。\n三、保障\n重点。\n", "utf-8"
    )
    with_source = {each.kind for each in plan.check()}
    assert with_source == {each.kind for each in plan.check(source)}
    source.write_text("二、任务\n(一)总量\n没有数字。\n三、保障\n重点。\n", "utf-8")
    assert {each.kind for each in plan.check()} - kinds
    with pytest.raises(dabiao.DataError):
        plan.check(tmp_path / "absent.txt")


# ---- the JSON form ------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [None, *PLANS], ids=lambda path: path.stem if path else "sample")
def test_nothing_is_lost_through_json(path: Path | None) -> None:
    plan = dabiao.parse(TEXT) if path is None else dabiao.load(path)
    document = plan.to_dict()
    jsonschema.Draft202012Validator(load_schema("plan.schema.json")).validate(document)
    again = dabiao.from_dict(document)
    assert again.text == plan.format()
    assert dabiao.from_json(plan.to_json()).to_dict() == document


def test_a_target_in_json_is_fully_expanded() -> None:
    targets = {each["name"]: each for each in dabiao.parse(TEXT).to_dict()["targets"]}
    added = targets["新增"]
    assert added["lead"] == ["民政局"]
    assert added["responsible"] == [{"each": "县区"}]
    assert added["when"]["dates"] == ["2023-12-31"]
    assert added["where"]["names"] == ["市"]
    assert added["cite"] == [{"clause": "二(一)", "anchor": "不少于700张"}]
    assert added["comparisons"] == [
        {
            "operator": ">=",
            "measured": "床位 - 床位[start]",
            "threshold": {"value": "700", "unit": "张", "text": "700 张"},
            "upper": None,
        }
    ]
    share = targets["占比"]["comparisons"]
    assert [each["operator"] for each in share] == [">=", ">"]
    assert share[0]["threshold"] == {"value": "60", "unit": "%", "text": "60%"}
    assert targets["重点完成"]["comparisons"][0]["threshold"]["value"] is None
    assert targets["重点完成"]["cite"][0]["clause"] == "三"
    both = targets["两级"]["comparisons"][0]
    assert (both["operator"], both["threshold"]["value"], both["upper"]["value"]) == (
        "..",
        "1",
        "2",
    )
    assert targets["报送"]["when"]["by_day"] == 25
    assert targets["半年报"]["when"]["by_end_plus"] == "20 天"
    assert targets["报送"]["where"]["condition"] == "床位 >= 0 张"


def test_a_plan_written_as_json() -> None:
    document = {
        "units": [{"units": [{"name": "户"}]}],
        "plan": {"name": "水", "window": "2025-01-01..2025-12-31"},
        "inputs": [
            {"name": "用水户", "type": "户", "kind": "stock"},
            {"name": "总户数", "type": "户", "kind": "stock"},
        ],
        "indicators": [{"name": "普及率", "type": "%", "formula": "用水户 / 总户数"}],
        "clauses": [
            {"number": "一", "lead": ["水务局"], "when": "by 2025-12-31"},
            {"number": "二", "lead": ["卫健委"]},
        ],
        "targets": [
            {"name": "丙", "condition": "普及率 > 50%", "clause": "二", "lead": ["别的单位"]},
            {"name": "甲", "condition": "普及率 >= 90%", "clause": "一", "tags": ["力争"]},
            {"name": "乙", "condition": "普及率 >= 95%", "clause": "一", "lead": ["水务局"]},
        ],
    }
    plan = dabiao.from_dict(document)
    targets = {each.name: each for each in plan.targets}
    assert targets["甲"].clause == "一"
    assert targets["甲"].lead == ["水务局"]
    assert targets["丙"].clause == "二"
    assert targets["丙"].lead == ["别的单位"]
    # What the heading gives is not said again.
    assert plan.text.count("水务局") == 1


def test_an_edit_of_the_json_form_is_an_edit_of_the_plan() -> None:
    document = dabiao.parse(TEXT).to_dict()
    document["targets"][0]["lead"] = ["财政局"]
    document["targets"][1]["condition"] = "满意 >= 70%"
    document["given"][0]["items"][0]["value"] = {"value": "9700", "unit": "张"}
    plan = dabiao.from_dict(document)
    assert plan.targets[0].lead == ["财政局"]
    assert plan.targets[1].condition == "满意 >= 70%"
    assert "床位 = 9700 张" in plan.text


@pytest.mark.parametrize(
    ("change", "kind", "path"),
    [
        (lambda d: d.update(target=[]), "json_form", "target"),
        (lambda d: d.update(format="other"), "json_form", "format"),
        (lambda d: d["targets"][0].pop("condition"), "json_form", "targets[0].condition"),
        (lambda d: d["inputs"][1].update(name=3), "json_form", "inputs[1].name"),
        (
            lambda d: d["targets"][0]["when"].update(kind="soon"),
            "json_form",
            "targets[0].when.kind",
        ),
        (lambda d: d.update(levels={}), "json_form", "levels"),
        (
            lambda d: d["targets"][0].update(condition="床位 >= 1 张 target 他 : 床位 >= 2 张"),
            "json_form",
            "targets[",
        ),
        (lambda d: d["targets"][0].update(condition="床位 >="), "unexpected_token", ""),
    ],
)
def test_json_without_the_form(change: object, kind: str, path: str) -> None:
    document = dabiao.parse(TEXT).to_dict()
    assert callable(change)
    change(document)
    with pytest.raises(dabiao.PlanError) as caught:
        dabiao.from_dict(document)
    found = caught.value.diagnostics
    assert kind in [each.kind for each in found]
    assert any(path in each.message() for each in found)


def test_text_that_is_not_json() -> None:
    with pytest.raises(dabiao.PlanError) as caught:
        dabiao.from_json('{"targets": [')
    assert caught.value.diagnostics[0].kind == "json_syntax"
    with pytest.raises(dabiao.PlanError) as caught:
        dabiao.from_json("[]")
    assert caught.value.diagnostics[0].kind == "json_form"


# ---- other forms --------------------------------------------------------------------------------


def test_formatting_is_stable() -> None:
    formatted = dabiao.parse(TEXT).format()
    assert dabiao.parse(formatted).format() == formatted
    assert formatted.count("#") == TEXT.count("#")


def test_graphs() -> None:
    plan = dabiao.parse(TEXT)
    graph = json.loads(plan.graph("json"))
    ids = {each["id"]: each["name"] for each in graph["nodes"]}
    edges = {(ids[each["from"]], ids[each["to"]]) for each in graph["edges"]}
    assert ("床位", "每县") in edges
    assert ("任务", "重点完成") in edges
    assert plan.graph("dot").startswith("digraph")
    few = json.loads(plan.graph("json", targets=["占比"]))
    assert {each["name"] for each in few["nodes"]} == {"占比", "满意", "床位", "户数"}
    with pytest.raises(KeyError):
        plan.graph("dot", targets=["无"])


def test_a_drawing_needs_graphviz(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = dabiao.parse("plan 例 unit 张 input 床位 张 stock target 甲 : 床位 >= 1 张")
    assert "<svg" in plan.graph()
    monkeypatch.setenv("PATH", "")
    with pytest.raises(RuntimeError, match="Graphviz"):
        plan.graph()


def test_templates_read_back(tmp_path: Path) -> None:
    plan = dabiao.parse(TEXT)
    sheets = {sheet.level: sheet for sheet in plan.template()}
    home = sheets["机构"]
    assert home.path == ["县区", "机构"]
    assert home.inputs == ["床位 (张)", "户数 (户)", "满意 (%)", "项目进度"]
    assert home.rows[0][:2] == ["甲县", "一院"]
    columns = {heading: [""] * len(home.rows) for heading in home.columns}
    for position, heading in enumerate(home.path):
        columns[heading] = [row[position] for row in home.rows]
    columns["period"] = ["2023-12"] * len(home.rows)
    columns["床位 (张)"] = ["20"] * len(home.rows)
    assert dabiao.read(columns, plan).warnings is not None


@pytest.mark.parametrize("wrong", [None, 5, b"plan p", ["plan p"], object()])
def test_arguments_of_other_kinds_are_type_errors_that_say_what_is_expected(wrong: Any) -> None:
    plan = dabiao.parse("plan p  input beds stock  target t : beds >= 1")
    compiled = plan.compile()
    calls: list[tuple[str, Callable[[], object]]] = [
        ("the text of a plan is a str", lambda: dabiao.parse(wrong)),
        ("the JSON form of a plan is a str", lambda: dabiao.from_json(wrong)),
        ("the JSON form of a plan is a dict", lambda: dabiao.from_dict(wrong)),
        ("a plan is what", lambda: dabiao.read({"beds": [1]}, wrong)),
        ("a plan is what", lambda: dabiao.dense(wrong, {"whole": ["w"]}, {"beds": [1.0]})),
        ("the inputs are arrays", lambda: plan.dense({"whole": ["w"]}, wrong)),
        ("the scenarios are changes", lambda: compiled.scenarios({"beds": [1]}, wrong)),
        ("the changes of", lambda: compiled.scenarios({"beds": [1]}, {"s": wrong})),
    ]
    for expected, call in calls:
        with pytest.raises(TypeError, match=f"{expected}.*, not {type(wrong).__name__}$"):
            call()


def test_a_number_past_every_double_in_json_is_a_diagnostic() -> None:
    with pytest.raises(dabiao.PlanError) as error:
        dabiao.from_json('{"inputs": [1e999]}')
    assert [each.kind for each in error.value.diagnostics] == ["json_syntax"]
