"""Entities, reports, and places in them: where and over which months a formula is read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction

from oracle.formulas import Value

Month = int
"""Months are numbered: 12 × year + month − 1."""

TOP, MIDDLE, LOWEST = "city", "town", "village"
LEVELS = (TOP, MIDDLE, LOWEST)


def month(year: int, number: int) -> Month:
    """The month of a year, 1 to 12."""
    return 12 * year + number - 1


def month_text(which: Month) -> str:
    """2024-03."""
    return f"{which // 12:04d}-{which % 12 + 1:02d}"


def last_day(which: Month) -> int:
    """How many days a month has."""
    year, number = which // 12, which % 12
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[number]


def end_text(which: Month) -> str:
    """The last day of a month, as a date."""
    return f"{month_text(which)}-{last_day(which):02d}"


@dataclass(frozen=True)
class Input:
    """How an input is declared."""

    name: str
    kind: str  # flow, stock, constant
    yesno: bool = False
    each: int = 1  # reported every so many months: 1 or 3
    over_parts: str = ""  # where it differs from the kind's own: min, max, average
    low: Fraction = Fraction(0)
    high: Fraction = Fraction(10)
    missing_is_zero: bool = False

    def declaration(self) -> str:
        """The statement of a plan."""
        words = ["input", self.name, "yesno" if self.yesno else "number", self.kind]
        if self.kind != "constant":
            words.append("each month" if self.each == 1 else "each quarter")
        words += ["at", LOWEST]
        if self.missing_is_zero:
            words.append("missing is no" if self.yesno else "missing is 0")
        if not self.yesno:
            from oracle.formulas import decimal

            words.append(f"range {decimal(self.low)}..{decimal(self.high)}")
        if self.over_parts == "average":
            words.append("over parts average weighted by weight")
        elif self.over_parts:
            words.append(f"over parts {self.over_parts}")
        return " ".join(words)


@dataclass(repr=False)
class World:
    """Entities and their reports."""

    towns: dict[str, list[str]]
    inputs: dict[str, Input]
    reports: dict[tuple[str, str, Month], Value] = field(default_factory=dict)
    """By input, village, and the last month of the period; 0 for constants."""
    window: tuple[Month, Month] = (month(2024, 1), month(2024, 12))

    def town_of(self, village: str) -> str:
        return next(town for town, villages in self.towns.items() if village in villages)

    def villages_of(self, level: str, entity: str) -> list[str]:
        if level == LOWEST:
            return [entity]
        if level == MIDDLE:
            return self.towns[entity]
        return [village for villages in self.towns.values() for village in villages]


@dataclass(frozen=True)
class Place:
    """An entity over a run of months."""

    world: World
    level: str
    entity: str
    first: Month
    last: Month

    def parts(self, over: str) -> list[Place]:
        """The places below this one."""
        if over == LOWEST:
            return [
                replace(self, level=LOWEST, entity=village)
                for village in self.world.villages_of(self.level, self.entity)
            ]
        if over == MIDDLE:
            return [replace(self, level=MIDDLE, entity=town) for town in self.world.towns]
        size = {"month": 1, "quarter": 3}[over]
        return [
            replace(self, first=first, last=first + size - 1)
            for first in range(-(-self.first // size) * size, self.last - size + 2, size)
        ]

    def siblings(self) -> list[Place]:
        """All that have the same parent, this one included."""
        if self.level == MIDDLE:
            return [replace(self, entity=town) for town in self.world.towns]
        villages = self.world.towns[self.world.town_of(self.entity)]
        return [replace(self, entity=village) for village in villages]

    def elsewhere(self, where: str) -> Place | None:
        """What brackets read."""
        if where == "start":
            before = self.world.window[0] - 1
            return replace(self, first=before, last=before)
        if where == "previous":
            size = self.last - self.first + 1
            if size not in (1, 3, 6, 12) or self.first % size:
                return None
            return replace(self, first=self.first - size, last=self.last - size)
        if where == MIDDLE:
            return replace(self, level=MIDDLE, entity=self.world.town_of(self.entity))
        if where == TOP:
            return replace(self, level=TOP, entity=TOP)
        year, quarter = where.split("-Q")
        first = month(int(year), 3 * int(quarter) - 2)
        return replace(self, first=first, last=first + 2)

    def read(self, name: str) -> Value:
        """An input: over time first, then over the villages."""
        declared = self.world.inputs[name]
        villages = self.world.villages_of(self.level, self.entity)
        values = [self._over_time(declared, village) for village in villages]
        if self.level == LOWEST:
            return values[0]
        if declared.yesno:
            from oracle.formulas import all_of, any_of

            join = any_of if declared.kind == "flow" else all_of
            return join(values)  # type: ignore[arg-type]
        if any(value is None for value in values):
            return None
        numbers = [Fraction(value) for value in values]  # type: ignore[arg-type]
        if declared.over_parts == "min":
            return min(numbers)
        if declared.over_parts == "max":
            return max(numbers)
        if declared.over_parts == "average":
            weights = [
                Fraction(self._over_time(self.world.inputs["weight"], village))  # type: ignore[arg-type]
                for village in villages
            ]
            total = sum(weights)
            return sum(w * n for w, n in zip(weights, numbers, strict=True)) / total if total else None
        return sum(numbers, Fraction(0))

    def _over_time(self, declared: Input, village: str) -> Value:
        reports = self.world.reports
        name = declared.name
        if declared.kind == "constant":
            return reports.get((name, village, 0))
        size = declared.each
        if declared.kind == "stock":
            # The latest period that had ended by the last day.
            last = (self.last + 1) // size * size - 1
            for period in range(last, month(2023, 1) - 1, -size):
                value = reports.get((name, village, period))
                if value is not None:
                    return value
            return None
        ends = [
            period
            for period in range(self.first, self.last + 1)
            if (period + 1) % size == 0 and period - size + 1 >= self.first
        ]
        if len(ends) * size != self.last - self.first + 1:
            return None  # finer than reported
        absent = (False if declared.yesno else Fraction(0)) if declared.missing_is_zero else None
        values = [reports.get((name, village, period), absent) for period in ends]
        values = [absent if value is None else value for value in values]
        if declared.yesno:
            from oracle.formulas import any_of

            return any_of(values)  # type: ignore[arg-type]
        if any(value is None for value in values):
            return None
        return sum((Fraction(value) for value in values), Fraction(0))  # type: ignore[arg-type]
