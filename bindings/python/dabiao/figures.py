"""The figures of a plan that can be recomputed: stated ones, and the parts of what is allocated."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from dabiao import _core
from dabiao.language import Language, language_of

Words = tuple[str, str]

_HEADINGS: tuple[Words, ...] = (
    ("Figure", "数"),
    ("Stated", "自述"),
    ("Recomputed", "重算"),
    ("Verdict", "结论"),
    ("Difference", "相差"),
    ("Recomputed from", "重算依据"),
)


@dataclass(frozen=True)
class Figure:
    """A figure of the document beside what the rest of the plan makes it.

    `kind` is 'stated' for a `stated` figure, 'allocated' for the threshold of a target that others
    allocate. The numbers are exact and in `unit`; `difference` is how far the stated one lies
    above the recomputed one.
    """

    kind: str
    figure: str  # the formula as the plan writes it, or the target's name
    entity: str
    period: str
    clause: str
    anchors: list[str]
    verdict: str  # 'agrees', 'rounded', 'truncated', 'differs' or 'not_recomputable'
    unit: str
    stated: Fraction | None
    recomputed: Fraction | None
    difference: Fraction | None
    _core: _core.Figure

    @property
    def place(self) -> str:
        """Where and when, as far as the plan says."""
        return ", ".join(part for part in (self.entity, self.period) if part)

    def words(self, lang: Language = "en") -> list[str]:
        """Figure, stated, recomputed, verdict, difference and what it was recomputed from."""
        chinese = language_of(lang) == "zh"
        core = self._core
        verdict = core.verdict_chinese if chinese else self.verdict.replace("_", " ")
        figure = f"{self.figure} ({self.place})" if self.place else self.figure
        return [
            figure,
            core.stated_words[chinese],
            core.recomputed_words[chinese],
            verdict,
            core.difference_words[chinese],
            core.from_words[chinese],
        ]

    def to_dict(self) -> dict[str, Any]:
        """As `dabiao check --format json` has it; numbers are decimals or fractions."""
        return {
            "kind": self.kind,
            "figure": self.figure,
            "entity": self.entity or None,
            "period": self.period or None,
            "clause": self.clause or None,
            "anchors": self.anchors,
            "verdict": self.verdict,
            "unit": self.unit or None,
            "stated": self._core.stated,
            "recomputed": self._core.recomputed,
            "difference": self._core.difference,
            "from": self._core.from_words[0],
        }


def figures(core: _core.Plan) -> list[Figure]:
    """Every figure of a plan, recomputed."""
    return [
        Figure(
            each.kind,
            each.figure,
            each.entity,
            each.period,
            each.clause,
            each.anchors,
            each.verdict,
            each.unit,
            _fraction(each.stated),
            _fraction(each.recomputed),
            _fraction(each.difference),
            each,
        )
        for each in _core.figures(core)
    ]


def figure_table(rows: list[Figure], lang: Language) -> Table:
    """The figures as a table for the terminal."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for index, heading in enumerate(_HEADINGS):
        numeric = index in (1, 2, 4)
        table.add_column(
            heading[lang == "zh"], justify="right" if numeric else "left", overflow="fold"
        )
    for row in rows:
        table.add_row(*(Text(cell) for cell in row.words(lang)))
    return table


def _fraction(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)
