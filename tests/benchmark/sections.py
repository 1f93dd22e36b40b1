"""What a section of the benchmarks hands over, and how big everything is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Sizes:
    """How much work each section does."""

    rows: int = 10_000_000
    rounds: int = 15
    slow_rounds: int = 5
    records: int = 1024
    evaluations: int = 2_000_000
    slow_evaluations: int = 20_000
    cells: int = 100_000
    scenarios: int = 1_000
    scenario_rows: int = 20_000
    indicators: tuple[int, ...] = (10_000, 100_000)
    short: bool = False


SHORT = Sizes(
    rows=64 * 200,
    rounds=2,
    slow_rounds=1,
    records=64,
    evaluations=2_000,
    slow_evaluations=200,
    cells=700,
    scenarios=10,
    scenario_rows=200,
    indicators=(200, 400),
    short=True,
)


@dataclass
class Table:
    """Contestants that did the same work: what the work was, and what `take_times` gave."""

    caption: str
    work: str
    reference: str
    rows: Sequence[dict[str, Any]]
    per: float = 1
    """A row's seconds are for so many units of work; times are shown per unit."""
    notes: list[str] = field(default_factory=list)


@dataclass
class Section:
    """A part of the report."""

    name: str
    title: str
    tables: list[Table] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class DisagreementError(Exception):
    """A contestant's answers are wrong; nothing is timed."""
