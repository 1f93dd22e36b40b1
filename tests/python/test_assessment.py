"""Results from Python."""

from __future__ import annotations

import datetime
import json
from fractions import Fraction
from importlib import resources

import jsonschema
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import dabiao

PLAN = dabiao.parse("""
plan 养老 "养老服务" window 2023-09-01..2023-12-31
level 市
level 县区 in 市
unit 张, 次
entities 市 = { "银川市" }
entities 县区 = { "甲县", "乙县", "丙县" }
input 床位     张 stock at 县区
input 护理床位 张 stock at 县区
input 检查     次 flow each month at 县区
input 成立     yesno stock at 市
indicator 护理占比 "护理型床位占比" % = 护理床位 / 床位
clause "二(一)" lead "民政局" responsible each 县区
target 占比60 "占比达60%" : 护理占比 >= 60% and 床位 >= 100 张 by 2023-12-31 cite "60%" tag "力争"
target 各县 : 护理占比 >= 50% by 2023-12-31 at each 县区
target 月检 : 检查 >= 1 次 each month at each 县区
target 机构 : 成立 by 2023-10-31 cooperating "财政局", "发改委"
""")

DATA = {
    "市": ["", "", "", "", "银川市"],
    "县区": ["甲县", "乙县", "甲县", "乙县", ""],
    "period": ["2023-12", "2023-12", "2023-09", "2023-09", "2023-10-15"],
    "床位": [300, 200, None, None, None],
    "护理床位": [170, 118, None, None, None],
    "检查": [None, None, 2, 0, None],
    "成立": [None, None, None, None, "是"],
}


@pytest.fixture(scope="module")
def result() -> dabiao.Assessment:
    return PLAN.assess(DATA, as_of=datetime.date(2023, 12, 31))


def test_cells_say_all_that_is_asked_of_a_result(result: dabiao.Assessment) -> None:
    cell = next(cell for cell in result.cells("各县") if cell.entity == "甲县")
    assert cell.status == "met"
    assert cell.level == "县区"
    assert cell.due == datetime.date(2023, 12, 31)
    assert cell.value == pytest.approx(56.6666, abs=1e-3)
    assert (cell.threshold, cell.unit) == (50.0, "%")
    assert cell.gap == pytest.approx(6.6666, abs=1e-3)
    assert cell.binding is not None
    assert cell.binding.exact_value == Fraction(170, 3)
    assert cell.binding.exact_gap == Fraction(20, 3)
    assert cell.attained == 1.0
    assert (cell.lead, cell.responsible) == (["民政局"], ["甲县"])
    assert cell.clause == "二(一)"
    assert cell.complete == 1.0


def test_a_compound_condition_shows_what_binds(result: dabiao.Assessment) -> None:
    cell = result["占比60"].cell
    assert cell.status == "undecided"
    assert len(cell.comparisons) == 2
    assert cell.comparisons[1].operator == ">="
    assert cell.comparisons[1].unit == "张"
    assert cell.binding is not None
    assert cell.binding.unit == cell.unit
    assert cell.cite == ["60%"]
    assert cell.tags == ["力争"]


def test_yes_and_no(result: dabiao.Assessment) -> None:
    cell = result["机构"].cell
    assert (cell.status, cell.value, cell.unit) == ("met", 1.0, None)
    assert cell.cooperating == ["财政局", "发改委"]
    assert cell.reached_on == datetime.date(2023, 10, 15)


def test_counts_and_summaries(result: dabiao.Assessment) -> None:
    assert sum(result.counts.values()) == len(result)
    by_target = result.by_target()
    assert list(by_target) == ["占比60", "各县", "月检", "机构"]
    assert by_target["月检"]["missed"] == 1
    assert by_target["月检"]["met"] == 1
    assert result.by_clause()["二(一)"] == result.counts
    assert sum(result.by_body()["甲县"].values()) > 0
    assert sum(result.by_entity()["银川市"].values()) == len(result)
    assert [each.name for each in result] == list(by_target)


def test_choosing_cells(result: dabiao.Assessment) -> None:
    assert {cell.status for cell in result.cells(status="missed")} == {"missed"}
    assert len(result.cells("月检", entity="甲县")) == 4
    assert {cell.level for cell in result.cells(level="县区")} == {"县区"}
    with pytest.raises(KeyError):
        result.cells("无")


def test_one_cell_or_several(result: dabiao.Assessment) -> None:
    assert result["机构"].status == "met"
    with pytest.raises(ValueError, match="12 cells"):
        _ = result["月检"].status
    assert result["月检"].find("甲县", "2023-09").status == "met"
    with pytest.raises(KeyError):
        result["月检"].find("丁县")
    with pytest.raises(ValueError, match="say which"):
        result["月检"].find("甲县")


COLUMNS = """target label entity level span due status reason value threshold gap unit attained
progress expected projected complete lead responsible clause cite tags""".split()


def test_tables_have_their_columns(result: dabiao.Assessment) -> None:
    table = result.to_arrow()
    assert table.num_rows == len(result)
    assert set(COLUMNS) <= set(table.column_names)
    assert table.schema.field("due").type == pa.date32()
    assert table.schema.field("lead").type == pa.list_(pa.string())
    row = next(
        row for row in table.to_pylist() if row["target"] == "各县" and row["entity"] == "甲县"
    )
    assert row["status"] == "met"
    assert row["value"] == pytest.approx(56.6666, abs=1e-3)
    assert row["lead"] == ["民政局"]
    assert row["comparisons"][0]["operator"] == ">="
    assert row["comparisons"][0]["holds"] is True
    assert row["threshold_text"] == "50 %"


def test_numbers_of_cells_and_tables_are_the_same(result: dabiao.Assessment) -> None:
    for row, cell in zip(result.to_arrow().to_pylist(), result.cells(), strict=True):
        for name in (*COLUMNS, "path", "cooperating", "reached_on", "upper"):
            assert row[name] == getattr(cell, name), name


def test_frames(result: dabiao.Assessment) -> None:
    pandas_frame = result.to_pandas()
    assert isinstance(pandas_frame, pd.DataFrame)
    assert list(pandas_frame["status"]) == [cell.status for cell in result.cells()]
    polars_frame = result.to_polars()
    assert isinstance(polars_frame, pl.DataFrame)
    assert polars_frame["gap"].to_list() == [cell.gap for cell in result.cells()]
    assert pl.DataFrame(result).height == len(result)


def test_results_as_json_have_the_form(result: dabiao.Assessment) -> None:
    schema = json.loads(
        resources.files("dabiao").joinpath("schema", "assessment.schema.json").read_text("utf-8")
    )
    document = result.to_dict("zh")
    jsonschema.Draft202012Validator(schema).validate(document)
    assert len(document["cells"]) == len(result)
    assert document["as_of"] == "2023-12-31"
    cell = next(each for each in document["cells"] if each["entity"] == "甲县")
    exact = cell["comparisons"][0]["exact"]
    assert Fraction(exact["value"]) == Fraction(170, 3)


def test_explanations(result: dabiao.Assessment) -> None:
    english = result["各县"].explain("甲县", lang="en")
    chinese = result["各县"].explain("甲县", lang="zh")
    assert "护理床位" in english
    assert "170" in english
    assert "已达标" in chinese
    schema = json.loads(
        resources.files("dabiao").joinpath("schema", "explanation.schema.json").read_text("utf-8")
    )
    validator = jsonschema.Draft202012Validator(schema)
    for target in result:
        for cell in target.cells:
            tree = target.explanation(cell.path or cell.entity, cell.span)
            validator.validate(tree)
            assert tree["status"] == cell.status
    tree = result["各县"].explanation("甲县")
    inputs = {child["name"] for child in tree["comparisons"][0]["value"]["children"]}
    assert inputs == {"护理床位", "床位"}


def test_the_day_can_be_said_in_several_ways() -> None:
    data = dabiao.read(DATA, PLAN)
    days = [
        PLAN.assess(data, as_of=day).as_of
        for day in ("2023-12-31", datetime.date(2023, 12, 31), datetime.datetime(2023, 12, 31, 8))
    ]
    assert days == [datetime.date(2023, 12, 31)] * 3
    assert PLAN.assess(data).as_of == datetime.date.today()
    with pytest.raises(ValueError, match="expected a date"):
        PLAN.assess(data, as_of="31.12.2023")
    with pytest.raises(TypeError):
        PLAN.assess(data, as_of=20231231)  # type: ignore[arg-type]


def test_some_targets_only() -> None:
    result = PLAN.assess(DATA, as_of="2023-12-31", targets=["机构"])
    assert [each.name for each in result if len(each)] == ["机构"]
    with pytest.raises(KeyError):
        PLAN.assess(DATA, as_of="2023-12-31", targets=["无"])


def test_data_gives_cause_for_warnings() -> None:
    plan = dabiao.parse(
        "plan 例 unit 张 level 市 level 院 in 市 input 床位 张 stock at 院 target 甲 : 床位 >= 1 张"
    )
    data = [
        {"院": "a", "period": "2023-12", "床位": 3},
        {"院": "", "period": "2023-12", "床位": 4},
    ]
    result = plan.assess(data, as_of="2023-12-31")
    assert [each.kind for each in result.warnings] == ["parts_differ_from_report"]


def test_bad_data_is_reported_whole() -> None:
    data = [
        {"县区": "甲县", "period": "2023-12", "床位": "许多"},
        {"县区": "乙县", "period": "2023-13", "床位": "3"},
        {"县区": "丁县", "period": "2023-12", "床位": "-3"},
    ]
    with pytest.raises(dabiao.DataError) as caught:
        PLAN.assess(data, as_of="2023-12-31")
    assert {each.row for each in caught.value.diagnostics} == {2, 3, 4}
    assert all(each.file == "records" for each in caught.value.diagnostics)


def test_threads_may_share_a_plan() -> None:
    from concurrent.futures import ThreadPoolExecutor

    data = dabiao.read(DATA, PLAN)
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: PLAN.assess(data, as_of="2023-12-31").counts, range(16)))
    assert all(each == results[0] for each in results)


def test_representations(result: dabiao.Assessment) -> None:
    assert "占比60" in repr(result["占比60"])
    assert "met" in repr(result)
    assert repr(PLAN) == "<Plan 养老 '养老服务'>"
    assert repr(result["各县"].find("甲县")).startswith("<Cell 各县 甲县")


@pytest.mark.parametrize(
    ("condition", "x", "to"),
    [
        ("abs(x) = 7", 10, "7"),
        ("abs(x) = 7", -10, "-7"),
        ("abs(x) = 5..7", 10, "7"),
        ("abs(x) = 5..7", 0, "5"),
        ("max(x, 1) = 7", 10, "7"),
        ("max(x, 1) = 7", -300, "7"),
        ("min(x, 20) = 6..6.005", 10, "6.005"),
        ("x * x = 49", 10, "7"),
        ("round(x, 1) = 7", 10, "7.49"),
        ("round(x, 1) = 7", 0, "6.5"),
    ],
)
def test_values_that_lie_between_wide_strides_are_found(condition: str, x: float, to: str) -> None:
    plan = dabiao.parse(
        f"""plan p window 2025 level town
        input x stock at town range -1000..1000
        target a : {condition} at each town
        """
    )
    data = {"town": ["A"], "period": ["2025-01"], "x": [x]}
    result = plan.assess(data, as_of="2025-12-31")
    changes = json.loads(result._core.explanation(0))["changes"]
    assert [each["to"]["text"] for each in changes] == [to]


def test_the_nearest_change_of_what_goes_up_and_down() -> None:
    """Where a formula turns more than once, the nearest value counts, and nothing is denied."""
    plan = dabiao.parse(
        """plan p window 2025 level town
        input asked date constant at town  input x stock at town range -5..5
        target workdays : workday(asked, 20) = 2024-05-31 at each town
        target spring : month(asked) <= 5 at each town
        target square : x ^ 2 = 0 at each town
        target band : abs(abs(x) - 1) <= 0.25 at each town
        target never : x ^ 2 < 0 at each town
        target far : x ^ 2 + x >= 20 at each town
        """
    )
    data = {"town": ["A"], "asked": ["2024-07-20"], "x": [2]}
    result = plan.assess(data, as_of="2025-01-31")
    changes = {
        cell.target: [
            (change["to"] and change["to"]["text"], change["searched_all"])
            for change in json.loads(result._core.explanation(cell.index))["changes"]
        ]
        for cell in result.cells()
    }
    assert changes["workdays"] == [("2024-05-05", True)]
    assert changes["spring"] == [("2024-05-31", True)]
    assert changes["band"] == [("1.25", True)]
    assert changes["square"] == [(None, False)]  # 0 is 200 steps away: it is not said to be none
    assert changes["never"] == [(None, False)]
    assert changes["far"] == [("4", False)]  # found in strides: nobody looked at all before it
    assert "2 → 4 (+2), perhaps less would do" in result["far"].explain()
    assert "none found: x" not in result["workdays"].explain()
    assert "no change of a single one" not in result["square"].explain()
