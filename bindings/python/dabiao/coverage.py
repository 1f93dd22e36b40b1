"""How much of its source document a plan accounts for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dabiao import _core
from dabiao.language import Language, language_of


@dataclass(frozen=True)
class Passage:
    """A piece of the document with a number, a date, a frequency or a word such as 不少于."""

    file: str
    line: int
    clause: str
    words: str
    marks: list[str]


@dataclass(frozen=True)
class Coverage:
    """The countable passages of a document, by what accounts for them."""

    passages: int
    by_targets: int  # that a target cites
    by_figures: int  # that only givens or stated figures cite
    noted: int  # that are only noted as no commitment
    uncovered: list[Passage]  # the others
    characters: int  # of the document, without white space
    noted_characters: int  # of the passages that are only noted

    @property
    def noted_share(self) -> float:
        """The share of passages that are only noted; 0 where there are none."""
        return self.noted / self.passages if self.passages else 0.0

    @property
    def noted_character_share(self) -> float:
        """The share of the document's characters in passages that are only noted."""
        return self.noted_characters / self.characters if self.characters else 0.0

    def summary(self, lang: Language = "en") -> str:
        """All of it in two lines of English ('en') or Chinese ('zh')."""
        passages = _percent(self.noted_share)
        characters = _percent(self.noted_character_share)
        if language_of(lang) == "zh":
            return (
                f"来源中可数的内容 {self.passages} 处:目标引用 {self.by_targets} 处,"
                f"已知或自述引用 {self.by_figures} 处,已阅 {self.noted} 处,"
                f"未交代 {len(self.uncovered)} 处\n"
                f"已阅而不计入的占 {passages}(按字数占 {characters})"
            )
        return (
            f"{self.passages} countable passages in the source: {self.by_targets} cited by targets,"
            f" {self.by_figures} by givens or stated figures, {self.noted} noted,"
            f" {len(self.uncovered)} unaccounted for\n"
            f"noted as no commitment: {passages} of the passages,"
            f" {characters} of the source's characters"
        )

    def to_dict(self) -> dict[str, Any]:
        """The counts and the uncovered passages, as `check --format json` has them."""
        return {
            "passages": self.passages,
            "by_targets": self.by_targets,
            "by_figures": self.by_figures,
            "noted": self.noted,
            "characters": self.characters,
            "noted_characters": self.noted_characters,
            "uncovered": [
                {
                    "file": each.file,
                    "line": each.line,
                    "clause": each.clause or None,
                    "words": each.words,
                    "marks": each.marks,
                }
                for each in self.uncovered
            ],
        }


def coverage(core: _core.Coverage) -> Coverage:
    """What the core found."""
    return Coverage(
        core.passages,
        core.by_targets,
        core.by_figures,
        core.noted,
        [
            Passage(each.file, each.line, each.clause, each.words, each.marks)
            for each in core.uncovered
        ],
        core.characters,
        core.noted_characters,
    )


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %"
