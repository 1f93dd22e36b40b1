"""How much room texts take."""

from __future__ import annotations

import math
import re
import unicodedata
from functools import lru_cache

from dabiao.reports.model import Table, Value, value_text

# A heading that is longer is broken into two lines.
_LONG_HEADING = 10


@lru_cache(maxsize=4096)
def text_width(text: str) -> int:
    """How many columns of a plain font a text takes; East Asian letters take two."""
    return max(
        (
            sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in line)
            for line in text.split("\n")
        ),
        default=0,
    )


def column_widths(table: Table, widest: int) -> list[int]:
    """How wide each column is, the heading included, which may take two lines. Texts that are wider
    than `widest` are broken into lines, and so are several statuses; numbers and dates are not.
    """
    return [
        max(
            _heading_width(column.heading),
            *(_width(row.cells[place], widest) for row in table.rows if row.style != "heading"),
            0,
        )
        for place, column in enumerate(table.columns)
    ]


def _heading_width(heading: str) -> int:
    whole = text_width(heading)
    if whole <= _LONG_HEADING:
        return whole
    # Chinese can be broken anywhere, other text between words.
    words = re.split(r"[ /]", heading)
    longest = max((text_width(word) for word in words if word.isascii()), default=0)
    return max(longest, whole // 2 + 2)


def line_count(value: Value, width: float) -> int:
    """How many lines a value takes in a column."""
    needed = text_width(value_text(value))
    # What does not fit the end of a line stands on the next.
    return 1 if needed <= width else math.ceil(needed * 1.1 / width)


def _width(value: Value, widest: int) -> int:
    if isinstance(value, tuple):
        # One badge stands on a line; several are broken into lines.
        return max((text_width(badge.text) for badge in value), default=0)
    width = text_width(value_text(value))
    return min(width, widest) if isinstance(value, str) else width
