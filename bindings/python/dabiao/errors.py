"""What is raised for a plan or data that cannot be used."""

from __future__ import annotations

from collections.abc import Iterable

from dabiao import _core
from dabiao.arguments import flag
from dabiao.language import Language, language_of


class DabiaoError(ValueError):
    """A person's text cannot be used; `diagnostics` says everything that stands against it."""

    def __init__(self, diagnostics: Iterable[_core.Diagnostic]) -> None:
        self.diagnostics: list[_core.Diagnostic] = list(diagnostics)
        super().__init__(f"{len(self.diagnostics)} diagnostics")

    def render(self, lang: Language | None = None, *, colour: bool = False) -> str:
        """All diagnostics in words, with the lines that they point at."""
        return _core.render(self.diagnostics, language_of(lang), colour=flag(colour, "colour"))

    def __str__(self) -> str:
        return self.render()


class PlanError(DabiaoError):
    """A plan that cannot be evaluated.

    >>> import dabiao
    >>> try:
    ...     dabiao.parse("plan 例 target 甲 : 床位 >= 1")
    ... except dabiao.PlanError as error:
    ...     print(error.diagnostics[0].kind)
    unknown_name
    """


class DataError(DabiaoError):
    """Data that cannot be read, or a request that does not fit the plan or the data."""
