"""The reports: what each kind says, and that each form says it as it stands."""

from __future__ import annotations

import datetime
import html.parser
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from markdown_it import MarkdownIt

import dabiao
from dabiao.reports import FORMATS, KINDS
from dabiao.reports.model import Quantity, Report, Share, Table, value_text
from dabiao.reports.widths import text_width
from dabiao.reports.workbook import number_format, sheet_title
from markdown_cases import run_command

PLANS = Path(__file__).resolve().parents[2] / "examples" / "plans"

PLAN = """\
plan care "Care" window 2024
level city
level county in city
unit bed, visit, point
entities city = { "Yin" }
entities county = { "A", "B", "C" }
input beds   bed stock each month at county
input visits visit flow each month at county
indicator more "more beds" bed = beds - beds[start]
indicator score "appraisal" point = 60 point * attained(each_more) + 40 point * attained(each_beds)
given beds = 30 bed at city in 2023-12
given beds = 10 bed at each county in 2023-12
stated sum(county: beds) = 30 bed in 2023-12 cite "30 beds"
stated sum(county: beds) = 31 bed in 2023-12 cite "31 beds"

clause "1" "Beds" lead "Office" responsible each county by 2024-12-31
target all_more "100 more beds" : more >= 100 bed milestones 2024-Q2: 40 bed cite "100 beds"
target each_more "20 more each" : more >= 20 bed at each county allocates all_more
target each_beds "40 in each"   : beds >= 40 bed at each county

clause "2" "Visits" lead "Office" responsible each county
target monthly "a visit a month" : visits >= 1 visit each month at each county
target good    "a good score"    : score >= 60 point by 2024-12-31 at each county
"""

DATA = """\
county,period,beds,visits
A,2024-01,20,1
B,2024-01,20,0
C,2024-01,12,1
A,2024-02,30,1
B,2024-02,30,1
C,2024-02,12,
"""


@pytest.fixture
def care(tmp_path: Path) -> dabiao.Assessment:
    (tmp_path / "data.csv").write_text(DATA, encoding="utf-8")
    return dabiao.parse(PLAN).assess(tmp_path / "data.csv", as_of="2024-02-29")


def table_of(report: Report, title: str) -> Table:
    found = next(section for section in report.sections if section.title == title)
    assert found.table is not None, title
    return found.table


def texts(table: Table) -> list[dict[str, str]]:
    headings = [column.heading for column in table.columns]
    return [
        dict(zip(headings, map(value_text, row.cells), strict=True))
        for row in table.rows
        if row.style != "heading"
    ]


# ---- what each kind says ------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_in_every_form(
    kind: str, lang: Any, care: dabiao.Assessment, tmp_path: Path
) -> None:
    report = care.report(kind, lang)
    assert report.kind == kind
    assert report.sections
    for form in FORMATS:
        report.save(tmp_path / f"report.{form}")
    assert (tmp_path / "report.md").read_text(encoding="utf-8") == report.to_markdown()
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == report.to_html()
    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    assert [page["A1"].value for page in book] == ["Care"] * len(report.sections)
    # The Chinese name does as well.
    assert care.report(KINDS[kind].chinese, lang).to_markdown() == report.to_markdown()


def test_the_board_says_every_target(care: dabiao.Assessment) -> None:
    report = care.report("board", "en")
    rows = texts(table_of(report, "Targets"))
    assert [row["Target"] for row in rows] == [target.label for target in care.plan.targets]
    assert rows[0]["Value"] == "42 bed"  # 20 + 20 + 2 more than 10 each
    assert rows[0]["Demand"] == "≥ 100 bed"
    assert rows[0]["Gap"] == "−58 bed"
    counts = care.by_target()["monthly"]
    assert f"{counts['met']} met" in rows[3]["Status"]
    headings = [row.cells[0] for row in table_of(report, "Targets").rows if row.style == "heading"]
    assert headings == ["1 Beds", "2 Visits"]
    assert sum(badge.count or 0 for badge in report.totals) == len(care)


def test_the_ledger_adds_up(care: dabiao.Assessment) -> None:
    table = table_of(care.report("ledger", "en"), "Ledger of targets and tasks")
    rows = texts(table)
    whole = rows[0]
    assert (whole["Entity"], whole["Quota"], whole["Done so far"]) == ("Yin", "≥ 100 bed", "42 bed")
    assert whole["Per period"] == "by 2024-Q2: 40 bed"
    below = [row for row in rows if row["Entity"].startswith("of which")]
    assert [row["Done so far"] for row in below] == ["20 bed", "20 bed", "2 bed"]
    # The parts of a sum make up the sum.
    assert sum(Fraction(row["Done so far"].split()[0]) for row in below) == 42
    each = [row for row in rows if row["Task"] == "20 more each"]
    assert [row["Gap"] for row in each] == ["0 bed", "0 bed", "−18 bed"]
    assert each[0]["Per period"] == "part of 100 more beds"
    monthly = [row for row in rows if row["Task"] == "a visit a month"]
    assert [row["Period"] for row in monthly] == ["2024-02"] * 3
    assert [row["Periods met of due"] for row in monthly] == ["2/2", "1/2", "1/2"]
    assert monthly[2]["Done so far"] == "not reported"
    assert {row["Per period"] for row in monthly} == {"each month"}


def test_the_schedule_says_what_is_overdue(care: dabiao.Assessment) -> None:
    report = care.report("schedule", "en")
    overdue = texts(table_of(report, "Overdue as of 2024-02-29"))
    assert [(row["Where"], row["Due"], row["Days"]) for row in overdue] == [
        ("B", "2024-01-31", "29"),
        ("C", "2024-02-29", "0"),
    ]
    quarters = texts(table_of(report, "By quarter"))
    assert [row["Due in"] for row in quarters] == [f"2024 Q{number}" for number in (1, 2, 3, 4)]
    assert sum(int(row["Cells"]) for row in quarters) == len(care)
    assert "Met or on track" in quarters[0]
    due = texts(table_of(report, "What is due when"))
    assert [row["Due"] for row in due] == sorted(row["Due"] for row in due)


def test_duties_by_body(care: dabiao.Assessment) -> None:
    report = care.report("duties", "en")
    bodies = {row["Body"]: row for row in texts(table_of(report, "Bodies"))}
    assert list(bodies) == ["Office", "each county", "A", "B", "C"]
    assert bodies["Office"]["Leads"] == "5"
    assert bodies["A"]["Responsible for"] == "4"
    own = [cell for cell in care.cells() if "A" in cell.responsible]
    assert bodies["A"]["Cells"] == str(len(own))


def test_the_bulletin_ranks_and_compares(care: dabiao.Assessment, tmp_path: Path) -> None:
    report = care.report("bulletin", "en", since="2024-01-31")
    ranking = texts(table_of(report, "Ranking: county"))

    def share(entity: str) -> Fraction:
        cells = [cell.status for cell in care.cells(entity=entity)]
        judged = [status for status in cells if status not in ("pending", "not_applicable")]
        good = sum(status in ("met", "on_track") for status in judged)
        return Fraction(good, len(judged))

    shares = {entity: share(entity) for entity in "ABC"}
    for row in ranking:
        ahead = sum(other > shares[row["Entity"]] for other in shares.values())
        assert row["Rank"] == str(1 + ahead)
    changes = table_of(report, "Changes since 2024-01-31")
    earlier = care.plan.assess(tmp_path / "data.csv", as_of="2024-01-31")
    before = {(cell.target, cell.path, cell.span): cell.status for cell in earlier.cells()}
    changed = [
        cell for cell in care.cells() if before[cell.target, cell.path, cell.span] != cell.status
    ]
    assert sum(int(row["Cells"]) for row in texts(changes)) == len(changed) > 0
    standing = texts(table_of(report, "Standing"))
    assert sum(int(row["Now"]) for row in standing) == len(care)


def test_ties_share_a_rank(tmp_path: Path) -> None:
    text = DATA.replace("B,2024-01,20,0", "B,2024-01,20,1").replace(
        "C,2024-02,12,", "C,2024-02,12,1"
    )
    result = dabiao.parse(PLAN).assess(_csv(tmp_path, text), as_of="2024-02-29")
    ranking = texts(table_of(result.report("bulletin", "en"), "Ranking: county"))
    assert [(row["Rank"], row["Entity"]) for row in ranking] == [("1", "A"), ("1", "B"), ("3", "C")]


def _csv(folder: Path, text: str) -> Path:
    path = folder / "other.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_bulletin_against_other_data(care: dabiao.Assessment, tmp_path: Path) -> None:
    old = _csv(tmp_path, DATA.replace("A,2024-02,30,1", "A,2024-02,11,1"))
    report = care.report("bulletin", "en", compare=old)
    changed = table_of(report, "Changes against other.csv as of 2024-02-29")
    rows = texts(changed)
    assert {(row["Target"], row["Where"]) for row in rows} >= {("20 more each", "A")}
    assert all(row["Where"] in ("A", "Yin") for row in rows)
    with pytest.raises(ValueError, match="not before"):
        care.report("bulletin", since=datetime.date(2024, 2, 29))
    with pytest.raises(ValueError, match="compares with nothing"):
        care.report("board", since="2024-01-31")
    with pytest.raises(ValueError, match="no report `nonsense`"):
        care.report("nonsense")


def test_scores_with_their_parts(care: dabiao.Assessment) -> None:
    report = care.report("scorecard", "en")
    scores = {row["Entity"]: row for row in texts(table_of(report, "appraisal"))}
    for entity in "ABC":
        attained = [
            care[target].find(entity).attained or 0.0 for target in ("each_more", "each_beds")
        ]
        expected = 60 * attained[0] + 40 * attained[1]
        assert float(scores[entity]["Score"].split()[0]) == pytest.approx(expected, abs=0.005)
        assert scores[entity]["Full marks"] == "100 point"
    assert scores["A"]["Rank"] == scores["B"]["Rank"] == "1"
    assert scores["C"]["Rank"] == "3"
    parts = texts(table_of(report, "appraisal: parts"))
    assert [row["Full marks"] for row in parts if row["Entity"] == "A"] == ["60 point", "40 point"]
    assert [row["Rests on"] for row in parts if row["Entity"] == "A"] == [
        "20 more each",
        "40 in each",
    ]


@pytest.mark.parametrize(
    ("formula", "full"),
    [
        ("60 point * attained(t)", "60 point"),
        ("60 point * attained(t) + 40 point * attained(t)", "100 point"),
        ("100 point - 5 point * late", "100 point"),  # late has the range 0..
        ("100 point - 5 point * beds_off", "no limit given"),
        ("min(10 point, 2 point * late)", "10 point"),
        ("max(10 point * attained(t), 20 point * attained(t))", "20 point"),
        ("clamp(visit, 0 point, 10 point)", "10 point"),
        ("visit", "20 point"),  # the range of the input
        ("free", "no limit given"),
        ("visit + free", "no limit given"),
        ("if met(t) then 30 point else 5 point", "no limit given"),
    ],
)
def test_full_marks_are_what_the_formula_can_come_to(formula: str, full: str) -> None:
    plan = dabiao.parse(
        f"""plan p window 2024 level city level county in city unit bed, point
        entities city = {{ "Y" }} entities county = {{ "A" }}
        input beds bed stock at county
        input beds_off stock at county
        input late stock at county range 0..100
        input visit point stock at county range 0..20 point
        input free point stock at county
        target t : beds >= 10 bed by 2024-12-31 at each county
        indicator score point = {formula}
        target s : score >= 1 point by 2024-12-31 at each county
        """
    )
    row = {"county": "A", "period": "2024-02", "beds": 8, "beds_off": 1, "late": 1}
    result = plan.assess([row | {"visit": 3, "free": 4}], as_of="2024-02-29")
    [found] = texts(table_of(result.report("scorecard", "en"), "score"))
    assert found["Full marks"] == full


def test_a_score_without_a_target(tmp_path: Path) -> None:
    plan = dabiao.parse(re.sub(r"target good.*\n", "", PLAN))
    result = plan.assess(_csv(tmp_path, DATA), as_of="2024-02-29")
    scores = texts(table_of(result.report("scorecard", "en"), "appraisal"))
    assert [row["Entity"] for row in scores] == ["A", "B", "C"]


def test_a_plan_without_scores() -> None:
    plan = dabiao.parse("plan p unit bed input beds bed stock target t : beds >= 1 bed")
    report = plan.assess({"beds": 2, "period": "2024-01"}, as_of="2024-01-31").report("scorecard")
    assert "defines no scores" in report.to_markdown()


def test_figures_and_what_is_missing(care: dabiao.Assessment) -> None:
    report = care.report("figures", "en")
    stated = texts(table_of(report, "Figures that the document states"))
    assert [(row["Stated"], row["Verdict"]) for row in stated] == [
        ("30 bed", "agrees"),
        ("31 bed", "differs"),
    ]
    assert stated[1]["Difference"] == "+1 bed"
    missing = texts(table_of(report, "Missing reports"))
    assert [(row["Owed by"], row["Input"]) for row in missing] == [("C", "visits")]
    assert missing[0]["Needed by"] == "a visit a month"


def test_shares_are_rounded_but_never_to_the_whole_or_to_nothing() -> None:
    shown = {
        0.0: "0.0 %",
        0.0001: "0.1 %",
        0.57: "57.0 %",
        0.5764: "57.6 %",
        0.7167: "71.7 %",
        0.7165: "71.7 %",
        0.9999: "99.9 %",
        1.0: "100.0 %",
        1.2345: "123.5 %",
    }
    assert {share: Share(share).text for share in shown} == shown


# ---- what people wrote is text everywhere -------------------------------------------------------

HOSTILE = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "=HYPERLINK('http://x','y')",
    "\t=1+1",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "a|b|c",
    "`code` *bold* _it_ ~~no~~ [l](x) # h",
    "&lt;b&gt; & 'quoted'",
    "1. list",
    "{{7*7}} ${7*7}",
]


@pytest.fixture(scope="module")
def hostile() -> dabiao.Assessment:
    entities = dict.fromkeys(label.strip() for label in HOSTILE if "/" not in label)
    names = ", ".join(f'"{entity}"' for entity in entities)
    targets = "\n".join(
        f'target t{number} "{label}" : beds >= 5 bed at each county tag "{label}" lead "{lead}"'
        # In the name of a body braces mention a level.
        for number, (label, lead) in enumerate(
            (each, each.replace("{", "(").replace("}", ")")) for each in HOSTILE
        )
    )
    plan = dabiao.parse(
        f'plan p "{HOSTILE[0]}" level city level county "{HOSTILE[6]}" in city unit bed\n'
        f'input beds "{HOSTILE[2]}" bed stock each month at county\n'
        f"entities county = {{ {names} }}\n"
        f'clause "{HOSTILE[3]}" "{HOSTILE[4]}"\n{targets}\n'
        f'stated sum(county: beds) = 1 bed in 2024-01 cite "{HOSTILE[4]}"\n'
    )
    rows = [
        {"entity": entity, "level": "county", "period": "2024-01", "beds": number}
        for number, entity in enumerate(entities)
        if number != 1  # who owes a report
    ]
    return plan.assess(rows, as_of="2024-01-31")


@pytest.mark.parametrize("kind", KINDS)
def test_no_text_becomes_a_formula(kind: str, hostile: dabiao.Assessment, tmp_path: Path) -> None:
    hostile.report(kind, "zh").save(tmp_path / "r.xlsx")
    for page in openpyxl.load_workbook(tmp_path / "r.xlsx"):
        for row in page.iter_rows():
            for cell in row:
                assert cell.data_type != "f", (page.title, cell.coordinate, cell.value)
                if isinstance(cell.value, str) and cell.value.startswith(tuple("=+-@\t")):
                    assert cell.data_type == "s"
                    assert cell.quotePrefix
                assert cell.hyperlink is None


class _Page(html.parser.HTMLParser):
    """The elements of a page, their attributes, and the text of every cell."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.cells: list[str] = []
        self._inside = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attributes}
        if tag in ("td", "th"):
            self._inside = True
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.cells[-1] += data


@pytest.mark.parametrize("kind", KINDS)
def test_pages_hold_text_and_nothing_from_elsewhere(kind: str, hostile: dabiao.Assessment) -> None:
    report = hostile.report(kind, "en")
    text = report.to_html()
    page = _Page(text)
    assert page.tags <= {
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "h1",
        "h2",
        "p",
        "span",
        "ul",
        "li",
        "b",
        "section",
        "div",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    }
    assert page.attributes <= {"lang", "charset", "name", "content", "style", "class", "colspan"}
    assert "url(" not in text
    assert "@import" not in text
    shown = [
        value_text(cell)
        for section in report.sections
        if section.table is not None
        for row in section.table.rows
        for cell in row.cells
        if isinstance(cell, str)
    ]
    assert set(shown) <= set(page.cells)


@pytest.mark.parametrize("kind", KINDS)
def test_markdown_shows_what_is_written(kind: str, hostile: dabiao.Assessment) -> None:
    report = hostile.report(kind, "en")
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(report.to_markdown())
    headings = sum(token.type == "heading_open" for token in tokens)
    assert headings == 1 + len(report.sections)
    tables = [section.table for section in report.sections if section.table is not None]
    assert sum(token.type == "table_open" for token in tokens) == len(tables)
    shown = []
    for token in tokens:
        if token.type == "inline":
            kinds = {child.type for child in token.children or []}
            assert kinds <= {"text", "text_special", "strong_open", "strong_close", "hardbreak"}
            shown.append("".join(child.content for child in token.children or []))
    written = [
        " ".join(value_text(cell).split())
        for table in tables
        for row in table.rows
        for cell in row.cells
    ]
    assert [text for text in written if text not in shown] == []


# ---- workbooks ----------------------------------------------------------------------------------


def test_a_workbook_that_an_office_sends_on(care: dabiao.Assessment, tmp_path: Path) -> None:
    care.report("ledger", "zh").save(tmp_path / "ledger.xlsx")
    page = openpyxl.load_workbook(tmp_path / "ledger.xlsx").worksheets[0]
    header = next(row for row in page.iter_rows() if row[0].value == "序号")[0].row
    assert page.freeze_panes == f"A{header + 1}"
    assert page.print_title_rows == f"${header}:${header}"
    assert page.page_setup.orientation == "landscape"
    assert str(page.page_setup.paperSize) == page.PAPERSIZE_A4
    assert page.sheet_properties.pageSetUpPr.fitToPage
    cells = {cell.value: cell for cell in page[header]}
    done, share = cells["完成数"].column, cells["完成度"].column
    first = page.cell(header + 2, done)
    assert (first.value, first.number_format) == (42, '#,##0" bed"')
    assert page.cell(header + 2, share).value == pytest.approx(0.42)
    assert page.cell(header + 2, share).number_format == "0.0%"
    status = page.cell(header + 2, cells["状态"].column)
    assert status.fill.fgColor.rgb.endswith(dabiao.statuses()[4]["colour"].lstrip("#").upper())
    # Every text that is not broken into lines fits.
    for column in page.columns:
        letter = column[0].column_letter
        width = page.column_dimensions[letter].width
        for cell in column[header:]:
            if (
                isinstance(cell.value, str)
                and not cell.alignment.wrap_text
                and cell.border.left.style
            ):
                heading = page.cell(cell.row, 1).font.bold and cell.column == 1
                assert heading or text_width(cell.value) <= width


def test_how_wide_texts_are() -> None:
    assert text_width("abc") == 3
    assert text_width("指标abc") == 7
    assert text_width("一\n两个字") == 6
    assert text_width("") == 0


def test_titles_of_sheets() -> None:
    taken: set[str] = set()
    assert sheet_title("a/b:c*d?e[f]", taken) == "a b c d e f"
    assert sheet_title("", taken) == "sheet"
    long = "很长" * 20
    first, second = sheet_title(long, taken), sheet_title(long, taken)
    assert first != second
    assert max(len(first), len(second)) <= 31
    assert sheet_title("'quoted'", taken) == "quoted"


def test_number_formats() -> None:
    assert number_format(Quantity(57.66, "%", "57.66 %")) == "0.00%"
    assert number_format(Quantity(1234, "张", "1234 张")) == '#,##0" 张"'
    assert (
        number_format(Quantity(-0.00667, "㎡/百户", "−0.00667 ㎡/百户")) == '#,##0.00000" ㎡/百户"'
    )
    assert number_format(Quantity(2, "", "2")) == "#,##0"
    assert number_format(Quantity(2, 'a"b', '2 a"b')) == '#,##0" a″b"'
    assert number_format(Quantity(2, "x" * 300, "2 …")) is None


# ---- the command --------------------------------------------------------------------------------


def said(command: str, status: int = 0) -> str:
    output, actual = run_command(command)
    assert actual == status, output
    return output


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.biao").write_text(PLAN, encoding="utf-8")
    (tmp_path / "data.csv").write_text(DATA, encoding="utf-8")
    return tmp_path


def test_the_command(folder: Path) -> None:
    base = "plan.biao data.csv --as-of 2024-02-29"
    assert said(f"dabiao report board {base}").startswith("# Care\n")
    assert "总览" in said(f"dabiao report 总览 {base} --lang zh")
    assert said(f"dabiao report ledger {base} --format html").startswith("<!doctype html>")
    assert said(f"dabiao report ledger {base} -o ledger.xlsx") == ""
    assert openpyxl.load_workbook("ledger.xlsx").sheetnames
    said(f"dabiao report bulletin {base} --since 2024-01-31 -o b.htm")
    assert (folder / "b.htm").read_text(encoding="utf-8").startswith("<!doctype html>")
    (folder / "old.csv").write_text(DATA.replace("2024-02,30", "2024-02,12"), encoding="utf-8")
    assert "old.csv" in said(f"dabiao report bulletin {base} --compare old.csv")
    help_text = said("dabiao report --help")
    for kind in KINDS.values():
        assert kind.name in help_text
        assert kind.chinese in help_text


def test_commands_that_cannot_be_met(folder: Path) -> None:
    base = "plan.biao data.csv --as-of 2024-02-29"
    assert "there is no report `x`" in said(f"dabiao report x {base}", status=2)
    assert "belong to the bulletin" in said(
        f"dabiao report board {base} --since 2024-01-31", status=2
    )
    assert "is not before" in said(f"dabiao report bulletin {base} --since 2024-03-01", status=2)
    assert "expected a date" in said(f"dabiao report bulletin {base} --since May", status=2)
    assert "--output" in said(f"dabiao report board {base} --format xlsx", status=2)
    output = said(f"dabiao report board {base} -o absent/b.xlsx", status=2)
    assert "file_not_writable" in output
    (folder / "old.csv").write_text("county,period,beds\nA,2024-01,many\n", encoding="utf-8")
    (folder / "b.md").write_text("before", encoding="utf-8")
    said(f"dabiao report bulletin {base} --compare old.csv -o b.md", status=2)
    assert (folder / "b.md").read_text(encoding="utf-8") == "before"


def test_a_bulletin_gathers_what_changes_alike() -> None:
    names = [f"c{number:02d}" for number in range(14)]
    listed = ", ".join(f'"{name}"' for name in names)
    plan = dabiao.parse(
        f"""plan p window 2024 level city level county in city unit bed
        entities city = {{ "Y" }} entities county = {{ {listed} }}
        input beds bed stock each month at county
        target each_beds "ten each" : beds >= 10 bed by 2024-12-31 at each county
        target kept "never less" : beds >= 1 bed at each county
        """
    )
    rows = [
        {"county": name, "period": f"2024-{month:02d}", "beds": beds}
        for number, name in enumerate(names)
        for month, beds in ((1, 2), (2, 12 if number < 13 else 2))
    ]
    report = plan.assess(rows, as_of="2024-02-29").report("bulletin", "en", since="2024-01-31")
    # What is due at all times has not come anew because it is judged on another day.
    assert "New or no longer applying" not in report.to_markdown()
    [row] = texts(table_of(report, "Changes since 2024-01-31"))
    assert (row["Target"], row["Where"], row["Cells"]) == ("ten each", "13 county", "13")
    assert (row["Value before"], row["Value"]) == ("2 bed", "12 bed")


@pytest.mark.parametrize("folder_of", sorted(path.name for path in PLANS.iterdir()))
def test_every_report_of_the_example_plans(folder_of: str, tmp_path: Path) -> None:
    plan = dabiao.load(next((PLANS / folder_of).glob("*.biao")))
    files = sorted((PLANS / folder_of).glob("*.csv"))
    year = int(folder_of[-4:])
    result = plan.assess(files, as_of=datetime.date(year, 11, 25))
    for kind in KINDS:
        for lang in ("en", "zh"):
            report = result.report(kind, lang)
            assert len(report.to_markdown()) > 100
            assert len(report.to_html()) > 1000
        # The languages differ in words alone.
        report.save(tmp_path / f"{kind}.xlsx")
