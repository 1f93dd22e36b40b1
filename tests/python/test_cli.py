"""The command line."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import openpyxl
import pyarrow.csv
import pyarrow.parquet
import pytest
import typer

import dabiao
from dabiao import cli
from dabiao.cli import chinese
from markdown_cases import run_command

PLAN = """\
plan beds "Beds" window 2023-01-01..2023-12-31
level city
level home in city
unit bed
input beds bed stock at home
entities home = { "A", "B" }
clause "1" lead "Welfare Office"
target many "many beds" : beds >= 300 bed by 2023-12-31
target each_home : beds >= 150 bed by 2023-12-31 at each home
"""

DATA = "home,period,beds\nA,2023-12,120\nB,2023-12,150\n"

ASSESS = "dabiao assess plan.biao data.csv --as-of 2023-12-31"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.biao").write_text(PLAN, encoding="utf-8")
    (tmp_path / "data.csv").write_text(DATA, encoding="utf-8")
    return tmp_path


def said(command: str, status: int = 0) -> str:
    output, actual = run_command(command)
    assert actual == status, output
    return output


def test_the_board() -> None:
    output = said(ASSESS)
    assert output.startswith("Beds · as of 2023-12-31 · data data.csv\n")
    assert "270 bed" in output
    assert "−30 bed" in output
    assert "✗ missed" in output
    assert "\x1b" not in output
    chinese = said(f"{ASSESS} --lang zh")
    assert "未达标" in chinese
    assert "missed" not in chinese


def test_the_locale_decides_the_language(folder: Path) -> None:
    for locale, word in (("zh_CN.UTF-8", "未达标"), ("de_DE.UTF-8", "missed"), ("C", "missed")):
        done = subprocess.run(
            [sys.executable, "-m", "dabiao", *ASSESS.split()[1:]],
            env={**os.environ, "LC_ALL": locale, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
        )
        assert word in done.stdout.decode(), locale


@pytest.mark.parametrize("width", [80, 100, 140, 160])
def test_no_line_is_wider_than_the_terminal(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from rich.cells import cell_len
    from rich.console import Console

    from dabiao.board import board
    from dabiao.terminal import print_board

    plans = Path(__file__).resolve().parents[2] / "examples" / "plans" / "yinchuan-2023"
    plan = dabiao.load(plans / "yinchuan-2023.biao")
    result = plan.assess(plans / "data.csv", as_of="2023-11-25")
    text = io.StringIO()
    print_board(Console(file=text, width=width), board(result, "zh"), "zh")
    lines = text.getvalue().splitlines()
    assert max(cell_len(line) for line in lines[1:]) <= width
    # The numbers are whole at any width.
    assert any("56.49 %" in line for line in lines)
    assert "…" not in "".join(line for line in lines if "%" in line)


def test_colours_only_on_a_terminal() -> None:
    def on_a_terminal(**environment: str) -> bytes:
        pid, terminal = pty.fork()
        if pid == 0:
            base = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
            env = {**base, "TERM": "xterm-256color", **environment}
            os.execve(sys.executable, [sys.executable, "-m", "dabiao", *ASSESS.split()[1:]], env)
        output = b""
        while True:
            try:
                part = os.read(terminal, 65536)
            except OSError:
                break
            if not part:
                break
            output += part
        os.waitpid(pid, 0)
        os.close(terminal)
        return output

    assert b"\x1b[" in on_a_terminal()
    assert b"\x1b[3" not in on_a_terminal(NO_COLOR="1")


def test_csv() -> None:
    table = pyarrow.csv.read_csv(io.BytesIO(said(f"{ASSESS} --format csv").encode()))
    assert table.column("target").to_pylist() == ["many", "each_home", "each_home"]
    assert table.column("gap").to_pylist() == [-30.0, -30.0, 0.0]
    assert table.column("lead").to_pylist() == ["Welfare Office"] * 3


def test_json() -> None:
    document = json.loads(said(f"{ASSESS} --format json"))
    assert [cell["status"] for cell in document["cells"]] == ["missed", "missed", "met"]
    document = json.loads(said(f"{ASSESS} --format json --level home"))
    assert len(document["cells"]) == 2


def test_files_by_their_suffix(folder: Path) -> None:
    for suffix in ("csv", "json", "parquet", "xlsx", "html", "md", "txt"):
        assert said(f"{ASSESS} --output result.{suffix}") == ""
    assert pyarrow.parquet.read_table("result.parquet").num_rows == 3
    book = openpyxl.load_workbook("result.xlsx")
    assert book.worksheets[0]["A1"].value == "Beds"
    assert book["cells"].max_row == 4
    page = Path("result.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "many beds" in page
    assert "| many beds | city |" in Path("result.md").read_text(encoding="utf-8")
    assert Path("result.txt").read_text(encoding="utf-8").startswith("Beds · as of")
    assert sorted(path.name for path in folder.iterdir() if path.name.startswith(".")) == []


def test_what_people_wrote_is_text_everywhere(folder: Path) -> None:
    plan = PLAN.replace('"many beds"', '"<b>[bold]x[/bold]</b>|y"')
    (folder / "plan.biao").write_text(plan, encoding="utf-8")
    assert "<b>[bold]x[/bold]</b>|y" in said(ASSESS)
    assert "&lt;b&gt;[bold]x[/bold]" in said(f"{ASSESS} --format html")
    assert "\\|y" in said(f"{ASSESS} --format md")


def test_a_file_is_written_whole_or_not_at_all(folder: Path) -> None:
    target = folder / "result.csv"
    target.write_text("before", encoding="utf-8")
    (folder / "data.csv").write_text("home,period,beds\nA,2023-12,many\n", encoding="utf-8")
    said(f"{ASSESS} --output result.csv", status=2)
    assert target.read_text(encoding="utf-8") == "before"
    (folder / "data.csv").write_text(DATA, encoding="utf-8")
    output = said(f"{ASSESS} --output absent/result.csv", status=2)
    assert "file_not_writable" in output


def test_a_device_and_a_link_are_written_to_not_replaced(folder: Path) -> None:
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    said(f"{ASSESS} --format csv --output pipe")
    assert pipe.is_fifo()
    assert os.read(reader, 1 << 16).startswith(b'"plan"')
    os.close(reader)
    (folder / "link.csv").symlink_to("result.csv")
    said(f"{ASSESS} --format csv --output link.csv")
    assert (folder / "link.csv").is_symlink()
    assert (folder / "result.csv").read_bytes().startswith(b'"plan"')


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="there is no /dev/full")
def test_a_full_disk_is_said_and_makes_the_exit_status_2(folder: Path) -> None:
    # A link of our own: whatever goes wrong, the device is not replaced.
    (folder / "full").symlink_to("/dev/full")
    output = said(f"{ASSESS} --format csv --output full", status=2)
    assert "file_not_writable" in output
    assert "No space left" in output
    assert Path("/dev/full").is_char_device()
    for command in ("check plan.biao", "fmt plan.biao", "functions", "--help", "graph plan.biao"):
        with Path("/dev/full").open("w") as full:
            run = subprocess.run(
                [sys.executable, "-m", "dabiao", *command.split()],
                stdout=full,
                stderr=subprocess.PIPE,
                check=False,
            )
        assert run.returncode == 2, command
        assert run.stderr.decode() == "error: the output cannot be written: No space left on device\n"


def test_a_terminal_without_chinese_shows_question_marks(folder: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "dabiao", "check", "plan.biao", "--lang", "zh"],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        check=False,
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, b"plan.biao: ????\n", b"")


def test_binary_formats_need_a_file() -> None:
    assert "--output" in said(f"{ASSESS} --format parquet", status=2)


def test_statuses_to_fail_on() -> None:
    said(f"{ASSESS} --fail-on missed,undecided", status=1)
    said(f"{ASSESS} --fail-on undecided")
    said(f"{ASSESS} --fail-on missed --target many", status=1)
    output = said(f"{ASSESS} --fail-on lost", status=2)
    assert "lost" in output
    assert "undecided" in output


def test_requests_that_fit_no_plan() -> None:
    assert "no target `none`" in said(f"{ASSESS} --target none", status=2)
    assert "没有层级 `none`" in said(f"{ASSESS} --level none --lang zh", status=2)
    assert "expected a date" in said("dabiao assess plan.biao data.csv --as-of tomorrow", status=2)
    said("dabiao assess plan.biao", status=2)
    said("dabiao nonsense", status=2)


def test_all_that_is_wrong_with_data(folder: Path) -> None:
    (folder / "data.csv").write_text(
        "home,period,beds\nA,2023-12,many\nB,2023-12,few\n", encoding="utf-8"
    )
    output = said(ASSESS, status=2)
    assert "data.csv: row 2, column beds" in output
    assert "data.csv: row 3, column beds" in output
    assert "2 errors" in output
    assert "Traceback" not in output
    assert "2 个错误" in said(f"{ASSESS} --lang zh", status=2)


def test_checking(folder: Path) -> None:
    assert said("dabiao check plan.biao") == "plan.biao: nothing to report\n"
    (folder / "plan.biao").write_text(PLAN.replace("beds >= 3", "bed_s >= 3"), encoding="utf-8")
    output = said("dabiao check plan.biao", status=2)
    assert "plan.biao:8:" in output
    found = json.loads(said("dabiao check plan.biao --format json", status=2))["diagnostics"]
    assert [each["line"] for each in found if each["severity"] == "error"] == [8]
    assert "there is no file" in said("dabiao check absent.biao", status=2)


def test_explaining() -> None:
    output = said("dabiao explain plan.biao data.csv many --as-of 2023-12-31")
    assert "270 bed" in output
    assert "120 bed" in output
    tree = json.loads(
        said("dabiao explain plan.biao data.csv many --as-of 2023-12-31 --format json")
    )
    assert tree["status"] == "missed"
    said("dabiao explain plan.biao data.csv each_home --as-of 2023-12-31 --entity A")
    several = said("dabiao explain plan.biao data.csv each_home --as-of 2023-12-31", status=2)
    assert "--entity" in several
    said("dabiao explain plan.biao data.csv each_home --as-of 2023-12-31 --entity Z", status=2)
    said("dabiao explain plan.biao data.csv none --as-of 2023-12-31", status=2)


def test_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "<svg" in said("dabiao graph plan.biao")
    assert said("dabiao graph plan.biao --format mermaid").startswith("flowchart")
    assert said("dabiao graph plan.biao --format dot --output plan.dot") == ""
    assert Path("plan.dot").read_text(encoding="utf-8").startswith("digraph")
    monkeypatch.setenv("PATH", "/nowhere")
    output = said("dabiao graph plan.biao", status=2)
    assert "Graphviz" in output


def test_templates(folder: Path) -> None:
    assert said("dabiao template plan.biao > t.csv") == ""
    rows = Path("t.csv").read_text(encoding="utf-8").splitlines()
    assert rows == ["home,period,beds (bed)", "A,,", "B,,"]
    said("dabiao template plan.biao --output t.xlsx")
    sheet = openpyxl.load_workbook("t.xlsx")["home"]
    assert [cell.value for cell in sheet[1]] == ["home", "period", "beds (bed)"]
    assert sheet["A2"].value == "A"
    said("dabiao template plan.biao --format xlsx", status=2)
    # Both can be filled in and read.
    filled = "home,period,beds (bed)\nA,2023-12,120\nB,2023-12,150\n"
    Path("t.csv").write_text(filled, encoding="utf-8")
    assert "270 bed" in said("dabiao assess plan.biao t.csv --as-of 2023-12-31")


def test_formatting(folder: Path) -> None:
    assert "not in canonical form" in said("dabiao fmt plan.biao --check", status=1)
    shown = said("dabiao fmt plan.biao")
    assert Path("plan.biao").read_text(encoding="utf-8") == PLAN
    assert said("dabiao fmt plan.biao --write") == ""
    assert Path("plan.biao").read_text(encoding="utf-8") == shown
    assert said("dabiao fmt plan.biao --check") == ""
    said("dabiao fmt absent.biao", status=2)


def test_functions() -> None:
    output = said("dabiao functions")
    assert "round(x, step)" in output
    assert "四舍五入" in said("dabiao functions 四舍五入")
    assert "floor(2.9) = 2" in said("dabiao functions floor")
    assert "did you mean `floor`" in said("dabiao functions flor", status=2)


def test_version_and_help() -> None:
    assert said("dabiao version") == f"dabiao {dabiao.__version__}\n"
    overview = said("dabiao --help")
    for command in ("check", "assess", "explain", "graph", "template", "fmt", "functions"):
        assert command in overview
        assert "Examples" in said(f"dabiao {command} --help")


def test_a_reader_that_stops_early() -> None:
    done = subprocess.run(
        f"{sys.executable} -m dabiao functions | head -1",
        shell=True,
        capture_output=True,
        check=True,
    )
    assert b"Traceback" not in done.stderr
    assert b"BrokenPipe" not in done.stderr


def test_explain_finds_a_target_by_its_label(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "p.biao").write_text(
        'plan p "p"\nunit bed\nlevel county\ninput beds bed stock at county\n'
        'target t1 "Enough beds" : beds >= 5 bed by 2024-12-31 at each county\n'
        'target t2 "Twice said" : beds >= 6 bed by 2024-12-31 at each county\n'
        'target t3 "Twice said" : beds >= 7 bed by 2024-12-31 at each county\n',
        encoding="utf-8",
    )
    (tmp_path / "d.csv").write_text("county,period,beds\nA,2024-12,6\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    explain = "dabiao explain p.biao d.csv --as-of 2024-12-31"
    assert said(f"{explain} 'Enough beds'") == said(f"{explain} t1")
    assert "t2, t3" in said(f"{explain} 'Twice said'", status=2)
    assert "did you mean `Enough beds`" in said(f"{explain} 'Enough bed'", status=2)


def commands_and_help() -> list[tuple[Any, str]]:
    """Every help text of the command line, with what it belongs to."""
    work = [typer.main.get_command(cli.app)]
    found = []
    for command in work:
        work += getattr(command, "commands", {}).values()
        found += [(command, each) for each in chinese.paragraphs(command.help or "")]
        for parameter in command.params:
            if text := getattr(parameter, "help", None):
                found.append((parameter, " ".join(text.split())))
    return found


def test_all_help_is_there_in_chinese() -> None:
    said = {text for _, text in commands_and_help() if text and not text.startswith("- `dabiao")}
    assert said == set(chinese.WORDS)
    assert all(re.search("[\u4e00-\u9fff]", words) for words in chinese.WORDS.values())


@pytest.mark.parametrize("command", ["", "report"])
def test_help_speaks_the_language_that_is_asked_for(folder: Path, command: str) -> None:
    def helped(**environment: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "dabiao", *command.split(), "--help"],
            env={**os.environ, "COLUMNS": "200", "PYTHONIOENCODING": "utf-8", **environment},
            capture_output=True,
            check=True,
        )
        return done.stdout.decode()

    chinese_help, english_help = helped(LC_ALL="zh_CN.UTF-8"), helped(LC_ALL="C.UTF-8")
    assert "显示本说明" in chinese_help
    assert "选项" in chinese_help
    assert "Show" not in chinese_help
    assert not re.search("[\u4e00-\u9fff]", re.sub("达标|护理占比60|月报|市财政局|调度通报|.*[`•].*", "", english_help))


@pytest.mark.parametrize("command", ["", "assess", "check", "report"])
def test_help_in_chinese_is_broken_into_lines_and_not_cut_off(command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dabiao", *command.split(), "--help"],
        env={**os.environ, "COLUMNS": "80", "PYTHONIOENCODING": "utf-8", "LC_ALL": "zh_CN.UTF-8"},
        capture_output=True,
        check=True,
    )
    assert "…" not in done.stdout.decode().replace("STATUS,…", "")


@pytest.mark.parametrize(
    ("line", "english", "words"),
    [
        ("asess plan.biao data.csv", "there is no command `asess`, expected assess, check, explain, fmt, functions, graph, report, template, version; did you mean `assess`?", "没有命令 `asess`,应为 assess、check、explain、fmt、functions、graph、report、template、version,是否应为 `assess`?"),
        ("assess plan.biao", "DATA is missing", "缺少 DATA"),
        ("assess plan.biao data.csv --asof 2023-12-31", "there is no option `--asof`; did you mean `--as-of`?", "没有选项 `--asof`,是否应为 `--as-of`?"),
        ("assess plan.biao data.csv --as-of", "the option `--as-of` needs a value", "选项 `--as-of` 需要一个值"),
        ("assess plan.biao data.csv --as-of 2023/12/31", "`--as-of` is `2023/12/31`, expected a date such as 2023-11-25", "`--as-of` 为 `2023/12/31`,应为日期,如 2023-11-25"),
        ("assess plan.biao data.csv --format exel", "`--format` is `exel`, expected table, csv, json, parquet, xlsx, html, md", "`--format` 为 `exel`,应为 table、csv、json、parquet、xlsx、html、md"),
        ("assess plan.biao data.csv --target mony", "the plan has no target `mony`; did you mean `many`?", "计划没有目标 `mony`,是否应为 `many`?"),
        ("assess plan.biao data.csv --level hom", "the plan has no level `hom`; did you mean `home`?", "计划没有层级 `hom`,是否应为 `home`?"),
        ("assess plan.biao data.csv --fail-on misst", "`--fail-on` is `misst`, expected missed, undecided, behind, pending, on_track, met, not_applicable; did you mean `missed`?", "`--fail-on` 为 `misst`,应为 missed、undecided、behind、pending、on_track、met、not_applicable,是否应为 `missed`?"),
        ("assess data.csv plan.biao", "`data.csv` stands where the plan is expected: first the plan, then the data", "`data.csv` 处应为计划:先写计划,后写数据"),
        ("report board data.csv plan.biao", "`data.csv` stands where the plan is expected: first the plan, then the data", "`data.csv` 处应为计划:先写计划,后写数据"),
        ("explain plan.biao data.csv mny", "the plan has no target `mny`; did you mean `many`?", "计划没有目标 `mny`,是否应为 `many`?"),
        ("graph plan.biao --target mny", "the plan has no target `mny`; did you mean `many`?", "计划没有目标 `mny`,是否应为 `many`?"),
        ("fmt", "PLAN is missing", "缺少 PLAN"),
        ("report plan.biao data.csv", "KIND is missing", "缺少 KIND"),
        ("version now", "there is no place for `now`", "多出了 `now`"),
    ],
)  # fmt: skip
def test_a_command_line_that_is_not_understood(line: str, english: str, words: str) -> None:
    assert said(f"dabiao {line}", 2).splitlines()[0] == f"error: {english}"
    command, *rest = line.split()
    if command == "version":
        return  # it has no words to choose a language for
    asked = f"dabiao {command} --lang zh {' '.join(rest)}"
    assert said(asked, 2).splitlines()[0] == f"错误: {words}"


def test_no_command_at_all_is_answered_with_what_there_is() -> None:
    assert "assess" in said("dabiao", 2)
    with mock.patch.object(cli, "speak", return_value="zh"):
        assert "命令" in said("dabiao", 2)
    assert "Commands" in said("dabiao", 2)


def test_a_command_line_that_is_not_understood_names_its_help() -> None:
    assert said("dabiao assess --asof", 2).splitlines()[1] == "  = help: dabiao assess --help"
    assert "错误: 没有选项" in said("dabiao assess --asof --lang zh", 2)
    assert said("dabiao assess --asof --lang=zh", 2).splitlines()[1] == "  = 帮助: dabiao assess --help"
