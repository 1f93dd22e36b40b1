"""Plans, entities and data at random, for Hypothesis."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random
from typing import Any

from hypothesis import strategies as st

from oracle.formulas import (
    Aggregate,
    Arithmetic,
    Bracket,
    Choice,
    Comparison,
    Extreme,
    Formula,
    Joined,
    Negated,
    Number,
    Power,
    Rank,
    Reading,
    Rounded,
    Value,
    Within,
    decimal,
)
from oracle.worlds import (
    LEVELS,
    LOWEST,
    MIDDLE,
    TOP,
    Input,
    Month,
    Place,
    World,
    end_text,
    month,
    month_text,
)

FIRST_REPORT, LAST_REPORT = month(2023, 10), month(2024, 12)
WIDE = Fraction(10**40)


@st.composite
def numbers(draw: st.DrawFn) -> Fraction:
    """Numbers of the kinds that go wrong: small, equal, long, huge, tiny, of both signs."""
    kind = draw(st.integers(0, 9))
    if kind <= 4:
        return Fraction(draw(st.integers(0, 6)))
    if kind <= 6:
        return Fraction(draw(st.integers(-300, 300)), 100)
    if kind == 7:
        return Fraction(draw(st.integers(1, 10**17 - 1)), 10**17)
    if kind == 8:
        return Fraction(draw(st.integers(10**15, 10**19)))
    return Fraction(draw(st.integers(1, 999)), 10 ** draw(st.integers(12, 25)))


@st.composite
def towns(draw: st.DrawFn) -> dict[str, list[str]]:
    """One to three towns of one to four villages."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=3))
    return {f"T{i}": [f"V{i}{j}" for j in range(size)] for i, size in enumerate(sizes)}


INPUTS = {
    "a": Input("a", "stock", low=-WIDE, high=WIDE),
    "b": Input("b", "flow", low=-WIDE, high=WIDE),
    "c": Input("c", "stock", each=3, over_parts="max", low=-WIDE, high=WIDE),
    "d": Input("d", "flow", each=3, low=-WIDE, high=WIDE),
    "e": Input("e", "constant", over_parts="average", low=-WIDE, high=WIDE),
    "f": Input("f", "flow", low=-WIDE, high=WIDE, missing_is_zero=True),
    "weight": Input("weight", "constant", low=Fraction(1), high=Fraction(9)),
    "p": Input("p", "stock", yesno=True),
    "q": Input("q", "flow", yesno=True),
}


def periods(declared: Input) -> list[Month]:
    """The last months of the periods that are reported; 0 for constants."""
    if declared.kind == "constant":
        return [0]
    return [at for at in range(FIRST_REPORT, LAST_REPORT + 1) if (at + 1) % declared.each == 0]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Complete reports, except where the plan says what silence means."""
    world = World(draw(towns()), INPUTS)
    random = Random(draw(st.integers(0, 2**32)))
    pool = draw(st.lists(numbers(), min_size=2, max_size=6))
    for declared in INPUTS.values():
        for villages in world.towns.values():
            for village in villages:
                for period in periods(declared):
                    value: Value
                    if declared.yesno:
                        value = random.random() < 0.5
                    elif declared.name == "weight":
                        value = Fraction(random.randint(1, 9))
                    elif declared.missing_is_zero and random.random() < 0.5:
                        continue
                    else:
                        value = random.choice(pool)
                    world.reports[declared.name, village, period] = value
    return world


@dataclass(frozen=True)
class Times:
    """A target's `when`: its words, and the spans of its cells."""

    words: str
    spans: tuple[tuple[Month, Month], ...]

    @property
    def grain(self) -> int:
        """The length of the shortest span, in months."""
        return min(last - first + 1 for first, last in self.spans)


def _by(year: int, number: int) -> Times:
    at = month(year, number)
    return Times(f"by {end_text(at)}", ((month(2024, 1), at),))


YEAR = (month(2024, 1), month(2024, 12))
TIMES = [
    _by(2024, 12),
    _by(2024, 6),
    Times("in 2024", (YEAR,)),
    Times("in 2024-Q2, 2024-Q4", ((month(2024, 4), month(2024, 6)), (month(2024, 10), month(2024, 12)))),
    Times(
        "each quarter",
        tuple((month(2024, 1) + 3 * i, month(2024, 3) + 3 * i) for i in range(4)),
    ),
    Times("each quarter in 2024-Q3..", tuple((month(2024, 7) + 3 * i, month(2024, 9) + 3 * i) for i in range(2))),
]


@dataclass(frozen=True)
class Context:
    """Where a formula stands: what it may read there."""

    level: str
    aggregates_over: str  # the level that aggregates have gone down to already
    months: int  # how long the spans are
    whole_periods: bool  # the spans are periods, so that [previous] can be read
    inputs: tuple[Input, ...]
    brackets: bool = True  # whether other cells are read

    def names(self, yesno: bool) -> list[str]:
        """The inputs of a type; weights only weight."""
        return [each.name for each in self.inputs if each.yesno == yesno and each.name != "weight"]

    def lower(self) -> list[str]:
        return list(LEVELS[LEVELS.index(self.level) + 1 :])


@st.composite
def truths(draw: st.DrawFn, context: Context, depth: int) -> Formula:
    """A condition."""
    if depth <= 0:
        kind = draw(st.integers(0, 2))
        if kind == 0:
            return Reading(draw(st.sampled_from(context.names(yesno=True))))
        return Comparison(
            draw(st.sampled_from([">=", ">", "<=", "<", "=", "!="])),
            draw(values(context, 0)),
            Number(draw(numbers())),
        )
    kind = draw(st.integers(0, 6))
    if kind <= 2:
        sign = draw(st.sampled_from([">=", ">", "<=", "<", "=", "!="]))
        return Comparison(sign, draw(values(context, depth - 1)), draw(values(context, depth - 1)))
    if kind == 3:
        word = draw(st.sampled_from(["and", "or"]))
        return Joined(word, draw(truths(context, depth - 1)), draw(truths(context, depth - 1)))
    if kind == 4:
        return Negated(draw(truths(context, depth - 1)))
    if kind == 5:
        low, high = sorted((draw(numbers()), draw(numbers())))
        return Within(draw(values(context, depth - 1)), low, high)
    inner = draw(inner_contexts(context))
    if inner is None:
        return draw(truths(context, depth - 1))
    over, below = inner
    where = draw(st.one_of(st.none(), truths(below, 0)))
    return Aggregate(draw(st.sampled_from(["any", "all"])), over, draw(truths(below, depth - 1)), where)


@st.composite
def inner_contexts(draw: st.DrawFn, context: Context) -> tuple[str, Context] | None:
    """What an aggregate may run over here, and the context inside it."""
    choices: list[tuple[str, Context]] = [
        (level, replace(context, level=level, aggregates_over=level))
        for level in context.lower()
    ]
    if context.months > 3:
        choices.append(("quarter", replace(context, months=3, whole_periods=True)))
    return draw(st.sampled_from(choices)) if choices else None


@st.composite
def values(draw: st.DrawFn, context: Context, depth: int) -> Formula:
    """A number."""
    if depth <= 0:
        kind = draw(st.integers(0, 4))
        if kind == 0:
            return Number(draw(numbers()))
        name = draw(st.sampled_from(context.names(yesno=False)))
        how = next(each.kind for each in context.inputs if each.name == name)
        if not context.brackets:
            return Reading(name)
        if kind == 1 and how == "stock":
            return Bracket(Reading(name), "start")
        if kind == 2 and context.whole_periods:
            return Bracket(Reading(name), "previous")
        if kind == 3 and how != "constant":
            return Bracket(Reading(name), draw(st.sampled_from(["2024-Q1", "2024-Q3"])))
        return Reading(name)
    kind = draw(st.integers(0, 11))
    if kind <= 3:
        sign = draw(st.sampled_from(list("+-*/")))
        return Arithmetic(sign, draw(values(context, depth - 1)), draw(values(context, depth - 1)))
    if kind == 4:
        word = draw(st.sampled_from(["min", "max"]))
        return Extreme(word, (draw(values(context, depth - 1)), draw(values(context, depth - 1))))
    if kind == 5:
        return Extreme("abs", (draw(values(context, depth - 1)),))
    if kind == 6:
        word = draw(st.sampled_from(["round", "floor", "ceil", "truncate"]))
        step = draw(st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(3, 10), Fraction(1, 100)]))
        return Rounded(word, draw(values(context, depth - 1)), step)
    if kind == 7:
        a, b = draw(values(context, depth - 1)), draw(values(context, depth - 1))
        return Choice(draw(truths(context, depth - 1)), a, b)
    if kind == 8:
        return Power(draw(values(context, depth - 1)), draw(st.integers(-2, 3)))
    if kind == 9 and context.level != TOP and context.aggregates_over in (TOP, context.level):
        # Without brackets, what has no value can have none: what has no baseline counts both ways.
        return Rank(draw(values(replace(context, brackets=False), depth - 1)), context.level)
    inner = draw(inner_contexts(context))
    if inner is None:
        return draw(values(context, depth - 1))
    over, below = inner
    where = draw(st.one_of(st.none(), truths(below, 0)))
    word = draw(st.sampled_from(["sum", "average", "min", "max", "median", "count", "share"]))
    if word == "count":
        return Aggregate("count", over, None, draw(truths(below, depth - 1)))
    x = draw(truths(below, depth - 1)) if word == "share" else draw(values(below, depth - 1))
    return Aggregate(word, over, x, where)


@dataclass(frozen=True)
class Target:
    """A target: its condition, when and where."""

    name: str
    condition: Formula
    times: Times
    level: str

    def statement(self) -> str:
        return f"target {self.name} : {self.condition} {self.times.words} at each {self.level}"

    def places(self, world: World) -> list[Place]:
        """Its cells, by span and then by entity."""
        entities = {
            TOP: [TOP],
            MIDDLE: list(world.towns),
            LOWEST: [village for villages in world.towns.values() for village in villages],
        }[self.level]
        return [
            Place(world, self.level, entity, first, last)
            for first, last in self.times.spans
            for entity in entities
        ]


def short(value: Value) -> bool:
    """Whether a number is short enough to be written as a threshold."""
    return (
        isinstance(value, Fraction)
        and value.numerator.bit_length() < 2000
        and value.denominator.bit_length() < 1200
    )


@st.composite
def targets(draw: st.DrawFn, world: World, name: str) -> Target:
    """A comparison with a threshold that is the very value at one of its cells, or a hair beside."""
    times = draw(st.sampled_from(TIMES))
    level = draw(st.sampled_from(LEVELS))
    months = times.grain
    whole = times.words.startswith(("in", "each"))
    context = Context(level, TOP, months, whole, tuple(INPUTS.values()))
    if draw(st.integers(0, 4)) == 0:
        return Target(name, draw(truths(context, 2)), times, level)
    value = draw(values(context, draw(st.integers(1, 3))))
    bare = Target(name, value, times, level)
    threshold: Value = value.at(draw(st.sampled_from(bare.places(world))))
    if not isinstance(threshold, Fraction) or not short(threshold):
        threshold = draw(numbers())
    beside = draw(st.sampled_from([0, 0, 0, 0, 1, -1]))
    threshold += Fraction(beside, 10 ** draw(st.integers(10, 40)))
    sign = draw(st.sampled_from([">=", ">", "<=", "<", "=", "!="]))
    condition: Formula = Comparison(sign, value, Number(threshold))
    if draw(st.integers(0, 4)) == 0:
        condition = Joined(draw(st.sampled_from(["and", "or"])), condition, draw(truths(context, 1)))
    return Target(name, condition, times, level)


def plan_text(world: World, statements: list[Target]) -> str:
    """The plan: levels, entities, inputs, targets."""
    lines = [
        "plan generated window 2024-01-01..2024-12-31",
        f"level {TOP}",
        f"level {MIDDLE} in {TOP}",
        f"level {LOWEST} in {MIDDLE}",
        f'entities {TOP} {{ "{TOP}" }}',
    ]
    for town, villages in world.towns.items():
        lines.append(f'entities {MIDDLE} in "{TOP}" {{ "{town}" }}')
        names = ", ".join(f'"{village}"' for village in villages)
        lines.append(f'entities {LOWEST} in "{town}" {{ {names} }}')
    lines += [declared.declaration() for declared in world.inputs.values()]
    lines += [target.statement() for target in statements]
    return "\n".join(lines) + "\n"


def rows(world: World) -> list[dict[str, str | None]]:
    """The reports as records of texts: one row per village and period."""
    by_key: dict[tuple[str, str], dict[str, str | None]] = {}
    for (name, village, period), value in world.reports.items():
        declared = world.inputs[name]
        if declared.kind == "constant":
            when = ""
        elif declared.each == 1:
            when = month_text(period)
        else:
            when = f"{period // 12}-Q{period % 12 // 3 + 1}"
        row = by_key.setdefault((village, when), {})
        if value is None:
            row[name] = None
        elif declared.yesno:
            row[name] = "yes" if value else "no"
        else:
            row[name] = decimal(Fraction(value))
    names = list(world.inputs)
    return [
        {MIDDLE: world.town_of(village), LOWEST: village, "period": when or None}
        | {name: row.get(name) for name in names}
        for (village, when), row in by_key.items()
    ]


def columns(records: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Records as columns."""
    return {name: [record[name] for record in records] for name in records[0]}
