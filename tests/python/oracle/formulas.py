"""Formulas: each knows how a plan writes it and what it is at a cell, exactly.

A value is a `Fraction`, a truth is a `bool`, and what does not exist (a division by zero, an
average over nobody) is `None`. Truths combine as Kleene has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from oracle.worlds import Place

Value = Fraction | bool | None


def decimal(value: Fraction) -> str:
    """All digits of a number whose decimal ends."""
    places = 0
    while 10**places % value.denominator:
        places += 1
        assert places < 400, value
    digits = str(abs(value.numerator * 10**places // value.denominator)).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def written(value: Fraction) -> str:
    """A number as a formula: a decimal, or a quotient of whole numbers."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    ends = rest == 1
    text = decimal(abs(value)) if ends else f"({abs(value.numerator)} / {value.denominator})"
    return f"(-{text})" if value < 0 else text


def both(a: bool | None, b: bool | None) -> bool | None:
    """`and` where either may be unknown."""
    if a is False or b is False:
        return False
    return None if a is None or b is None else True


def either(a: bool | None, b: bool | None) -> bool | None:
    """`or` where either may be unknown."""
    if a is True or b is True:
        return True
    return None if a is None or b is None else False


class Formula:
    """Something with a text and a value at a place."""

    def text(self) -> str:
        raise NotImplementedError

    def at(self, place: Place) -> Value:
        raise NotImplementedError

    def __str__(self) -> str:
        return self.text()


@dataclass(frozen=True)
class Number(Formula):
    """A literal, or a quotient of two."""

    value: Fraction

    def text(self) -> str:
        return written(self.value)

    def at(self, place: Place) -> Value:
        return self.value


@dataclass(frozen=True)
class Reading(Formula):
    """An input at the place."""

    name: str

    def text(self) -> str:
        return self.name

    def at(self, place: Place) -> Value:
        return place.read(self.name)


ARITHMETIC: dict[str, Callable[[Fraction, Fraction], Fraction | None]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b if b else None,
}


@dataclass(frozen=True)
class Arithmetic(Formula):
    """a + b and its kin."""

    sign: str
    a: Formula
    b: Formula

    def text(self) -> str:
        return f"({self.a} {self.sign} {self.b})"

    def at(self, place: Place) -> Value:
        a, b = self.a.at(place), self.b.at(place)
        return None if a is None or b is None else ARITHMETIC[self.sign](a, b)


@dataclass(frozen=True)
class Power(Formula):
    """x to a whole power."""

    x: Formula
    exponent: int

    def text(self) -> str:
        return f"({self.x} ^ {self.exponent})"

    def at(self, place: Place) -> Value:
        x = self.x.at(place)
        if x is None or (self.exponent < 0 and x == 0):
            return None
        return Fraction(x) ** self.exponent


def half_away(value: Fraction) -> int:
    """The nearest whole number, halves away from zero."""
    whole = (abs(value) + Fraction(1, 2)).__floor__()
    return whole if value >= 0 else -whole


ROUNDINGS: dict[str, Callable[[Fraction], int]] = {
    "round": half_away,
    "floor": lambda value: value.__floor__(),
    "ceil": lambda value: value.__ceil__(),
    "truncate": lambda value: value.__trunc__(),
}


@dataclass(frozen=True)
class Rounded(Formula):
    """round(x, step) and its kin."""

    kind: str
    x: Formula
    step: Fraction

    def text(self) -> str:
        return f"{self.kind}({self.x}, {decimal(self.step)})"

    def at(self, place: Place) -> Value:
        x = self.x.at(place)
        return None if x is None else ROUNDINGS[self.kind](x / self.step) * self.step


@dataclass(frozen=True)
class Extreme(Formula):
    """min(a, b, …), max(a, b, …), abs(a)."""

    kind: str
    of: tuple[Formula, ...]

    def text(self) -> str:
        return f"{self.kind}({', '.join(str(each) for each in self.of)})"

    def at(self, place: Place) -> Value:
        values = [each.at(place) for each in self.of]
        if any(value is None for value in values):
            return None
        if self.kind == "abs":
            return abs(values[0])  # type: ignore[arg-type]
        return min(values) if self.kind == "min" else max(values)  # type: ignore[type-var]


@dataclass(frozen=True)
class Choice(Formula):
    """if c then a else b: the branch not taken does not matter."""

    condition: Formula
    a: Formula
    b: Formula

    def text(self) -> str:
        return f"(if {self.condition} then {self.a} else {self.b})"

    def at(self, place: Place) -> Value:
        condition = self.condition.at(place)
        if condition is None:
            return None
        return self.a.at(place) if condition else self.b.at(place)


COMPARISONS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    ">=": lambda a, b: a >= b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    "<": lambda a, b: a < b,
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


@dataclass(frozen=True)
class Comparison(Formula):
    """a >= b and its kin."""

    sign: str
    a: Formula
    b: Formula

    def text(self) -> str:
        return f"{self.a} {self.sign} {self.b}"

    def at(self, place: Place) -> Value:
        a, b = self.a.at(place), self.b.at(place)
        return None if a is None or b is None else COMPARISONS[self.sign](a, b)

    def gap(self, value: Fraction, threshold: Fraction) -> Fraction:
        """How far it is exceeded, or missed."""
        if self.sign in (">=", ">"):
            return value - threshold
        if self.sign in ("<=", "<"):
            return threshold - value
        return -abs(value - threshold) if self.sign == "=" else abs(value - threshold)


@dataclass(frozen=True)
class Within(Formula):
    """a = low..high."""

    a: Formula
    low: Fraction
    high: Fraction

    def text(self) -> str:
        return f"{self.a} = {decimal(self.low)}..{decimal(self.high)}"

    def at(self, place: Place) -> Value:
        a = self.a.at(place)
        return None if a is None else self.low <= a <= self.high


@dataclass(frozen=True)
class Joined(Formula):
    """a and b, a or b."""

    word: str
    a: Formula
    b: Formula

    def text(self) -> str:
        return f"({self.a}) {self.word} ({self.b})"

    def at(self, place: Place) -> Value:
        a, b = self.a.at(place), self.b.at(place)
        return (both if self.word == "and" else either)(a, b)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Negated(Formula):
    """not a."""

    a: Formula

    def text(self) -> str:
        return f"not ({self.a})"

    def at(self, place: Place) -> Value:
        a = self.a.at(place)
        return None if a is None else not a


def mean(values: list[Fraction]) -> Fraction | None:
    """The average; none over nobody."""
    return sum(values, Fraction(0)) / len(values) if values else None


def median(values: list[Fraction]) -> Fraction | None:
    """The middle, or the average of the two in the middle."""
    if not values:
        return None
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


NUMERIC: dict[str, Callable[[list[Fraction]], Fraction | None]] = {
    "sum": lambda values: sum(values, Fraction(0)),
    "average": mean,
    "min": lambda values: min(values, default=None),
    "max": lambda values: max(values, default=None),
    "median": median,
}


def all_of(truths: Iterable[bool | None]) -> bool | None:
    """`and` over any number."""
    result: bool | None = True
    for truth in truths:
        result = both(result, truth)
    return result


def any_of(truths: Iterable[bool | None]) -> bool | None:
    """`or` over any number."""
    result: bool | None = False
    for truth in truths:
        result = either(result, truth)
    return result


@dataclass(frozen=True)
class Aggregate(Formula):
    """f(L: x where c) over lower entities or finer periods."""

    kind: str
    over: str  # a level or a grain
    x: Formula | None  # a number or a condition; none for a bare count
    where: Formula | None

    def text(self) -> str:
        if self.x is None or self.kind == "count":
            inside = self.over
            condition = self.where if self.x is None else self.x
            return f"count({inside} where {condition})" if condition else f"count({inside})"
        where = f" where {self.where}" if self.where else ""
        return f"{self.kind}({self.over}: {self.x}{where})"

    def at(self, place: Place) -> Value:
        parts = place.parts(self.over)
        if self.where is not None:
            kept = [(part, self.where.at(part)) for part in parts]
            if any(keep is None for _, keep in kept):
                return None
            parts = [part for part, keep in kept if keep]
        if self.x is None:
            return Fraction(len(parts))
        values = [self.x.at(part) for part in parts]
        if self.kind == "any":
            return any_of(values)  # type: ignore[arg-type]
        if self.kind == "all":
            return all_of(values)  # type: ignore[arg-type]
        if any(value is None for value in values):
            return None
        if self.kind == "count":
            return Fraction(sum(bool(value) for value in values))
        if self.kind == "share":
            return Fraction(sum(bool(value) for value in values), len(values)) if values else None
        return NUMERIC[self.kind](values)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Bracket(Formula):
    """x[start], x[previous], x[a span], x[the level above]."""

    x: Formula
    where: str

    def text(self) -> str:
        return f"({self.x})[{self.where}]"

    def at(self, place: Place) -> Value:
        other = place.elsewhere(self.where)
        return None if other is None else self.x.at(other)


@dataclass(frozen=True)
class Rank(Formula):
    """rank(x among L): 1 is the largest, equals share a rank, who can have no value has none."""

    x: Formula
    among: str

    def text(self) -> str:
        return f"rank({self.x} among {self.among})"

    def at(self, place: Place) -> Value:
        own = self.x.at(place)
        if own is None:
            return None
        others = [self.x.at(sibling) for sibling in place.siblings()]
        return Fraction(1 + sum(1 for other in others if other is not None and other > own))
