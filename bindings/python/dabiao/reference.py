"""The reference pages that the tables of the core write: docs/functions.md and docs/diagnostics.md.

`python -m dabiao.reference docs` writes them anew; a test compares them with what stands there.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from dabiao import _core

FAMILIES = {
    "arithmetic": "Arithmetic 运算",
    "comparison": "Comparison 比较",
    "logic": "Logic 逻辑",
    "rounding": "Rounding and choice 取整与取值",
    "dates": "Dates 日期",
    "aggregates": "Over parts and periods 汇总",
    "cell": "Of the cell 单元格",
}


def functions_page() -> str:
    """Every function with its summary in both languages and its examples."""
    known: list[dict[str, Any]] = _core.functions()
    lines = [
        "# Functions 函数",
        "",
        "Generated from the function tables. `dabiao functions NAME` shows one in the terminal.",
        "The aggregate examples are those of a county of three towns with 10, 20 and 60 beds; the",
        "first two have a station.",
    ]
    for family, title in FAMILIES.items():
        lines += ["", f"## {title}", ""]
        for each in known:
            if each["family"] != family:
                continue
            chinese = f" · {each['chinese'].replace(' ', ' · ')}" if each["chinese"] else ""
            lines += [
                f"### `{each['parameters']}`{chinese}",
                "",
                f"{each['summary']}  ",
                f"{each['summary_chinese']}",
                "",
            ]
            lines += [
                f"- `{expression}`" + (f" = `{result}`" if result else "")
                for expression, result in each["examples"]
            ]
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def diagnostics_page() -> str:
    """Every kind of diagnostic with its message and meaning in both languages."""
    lines = [
        "# Diagnostics 诊断",
        "",
        "Generated from the table of diagnostic kinds. Words in braces stand for what was seen.",
        "An error keeps a plan or data from being evaluated; a warning does not.",
    ]
    for each in sorted(_core.diagnostic_kinds(), key=lambda kind: str(kind["name"])):
        lines += [
            "",
            f"## {each['name']}",
            "",
            f"*{each['severity']}* — {each['english']}  ",
            f"{each['chinese']}",
            "",
            f"{each['meaning']}  ",
            f"{each['meaning_chinese']}",
        ]
    return "\n".join(lines) + "\n"


PAGES = {"functions.md": functions_page, "diagnostics.md": diagnostics_page}


def main() -> None:
    """Writes the pages into the folder named on the command line."""
    folder = Path(sys.argv[1])
    for name, page in PAGES.items():
        (folder / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
