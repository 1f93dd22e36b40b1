"""Generated conditions over reports of which some are missing, against enumeration.

Every missing report takes each value of a grid that holds the ends of its range and the values of
the world that the thresholds were made from. `met` and `missed` must hold in every completion;
an `undecided` that says it is tight must have completions that disagree.
`DABIAO_PLANS=5000 pytest tests/python/test_generated_missing.py` is a longer run.
"""

from __future__ import annotations

import itertools
import os
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

import dabiao
from oracle.formulas import COMPARISONS, Comparison, Formula, Joined, Number, Value
from oracle.plans import Context, Target, Times, columns, plan_text, rows, short, truths, values
from oracle.worlds import LEVELS, TOP, Input, Month, World, month

PLANS = int(os.environ.get("DABIAO_PLANS", "150"))
HIGHEST = Fraction(4)
INPUTS = {
    each.name: each
    for each in (
        Input("a", "constant", high=HIGHEST),
        Input("b", "flow", high=HIGHEST),
        Input("c", "stock", each=3, over_parts="max", high=HIGHEST),
        Input("d", "constant", low=Fraction(1), high=HIGHEST),
        Input("p", "constant", yesno=True),
    )
}
SPRING = Times("in 2024-Q1", ((month(2024, 1), month(2024, 3)),))
PERIODS: dict[str, list[Month]] = {
    "constant": [0],
    "flow": [month(2024, 1), month(2024, 2), month(2024, 3)],
    "stock": [month(2024, 3)],
}
Key = tuple[str, str, Month]


@dataclass
class Case:
    world: World  # complete
    holes: list[Key]
    targets: list[Target]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    sizes = draw(st.lists(st.integers(1, 2), min_size=1, max_size=2))
    world = World({f"T{i}": [f"V{i}{j}" for j in range(size)] for i, size in enumerate(sizes)}, INPUTS)
    random = Random(draw(st.integers(0, 2**32)))
    pool = [Fraction(0), Fraction(1), Fraction(2), HIGHEST, Fraction(random.randint(0, 400), 100)]
    for declared in INPUTS.values():
        for village in itertools.chain.from_iterable(world.towns.values()):
            for period in PERIODS[declared.kind]:
                value: Value = random.random() < 0.5 if declared.yesno else random.choice(pool)
                if declared.low == 1 and not declared.yesno:
                    value = max(Fraction(1), Fraction(value))  # type: ignore[arg-type]
                world.reports[declared.name, village, period] = value
    keys = list(world.reports)
    holes = [keys[i] for i in draw(st.sets(st.integers(0, len(keys) - 1), min_size=1, max_size=3))]
    targets = []
    for at in range(draw(st.integers(1, 4))):
        level = draw(st.sampled_from(LEVELS))
        context = Context(level, TOP, 3, True, tuple(INPUTS.values()), brackets=False)
        value_formula = draw(values(context, draw(st.integers(0, 2))))
        bare = Target("bare", value_formula, SPRING, level)
        threshold = value_formula.at(draw(st.sampled_from(bare.places(world))))
        if not isinstance(threshold, Fraction) or not short(threshold):
            threshold = Fraction(1)
        sign = draw(st.sampled_from(sorted(COMPARISONS)))
        condition: Formula = Comparison(sign, value_formula, Number(threshold))
        if draw(st.integers(0, 3)) == 0:
            condition = Joined(draw(st.sampled_from(["and", "or"])), condition, draw(truths(context, 1)))
        targets.append(Target(f"t{at}", condition, SPRING, level))
    return Case(world, holes, targets)


def grid(key: Key, world: World) -> list[Value]:
    declared = world.inputs[key[0]]
    if declared.yesno:
        return [False, True]
    own = world.reports[key]
    assert isinstance(own, Fraction)
    return sorted({declared.low, declared.high, own, (declared.low + declared.high) / 3})


@settings(
    max_examples=PLANS,
    derandomize="DABIAO_PLANS" not in os.environ,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
@given(cases())
def test_verdicts_hold_whatever_is_missing(case: Case) -> None:
    text = plan_text(case.world, case.targets)
    known = World(case.world.towns, case.world.inputs, dict(case.world.reports))
    for key in case.holes:
        known.reports[key] = None
    records = rows(known)
    note(text)
    note("\n".join(map(str, records)))
    result = dabiao.parse(text).assess(columns(records), as_of="2024-12-31")
    completions = []
    for chosen in itertools.product(*(grid(key, case.world) for key in case.holes)):
        reports = dict(case.world.reports) | dict(zip(case.holes, chosen, strict=True))
        completions.append(World(case.world.towns, case.world.inputs, reports))
    for target in case.targets:
        outcomes: dict[str, set[Value]] = {}
        for world in completions:
            for place in target.places(world):
                outcomes.setdefault(place.entity, set()).add(target.condition.at(place))
        for cell in result[target.name].cells:
            possible = outcomes[cell.entity]
            told = (target.statement(), cell.entity, possible)
            if cell.status == "met":
                assert possible == {True}, told
            elif cell.status == "missed":
                assert possible == {False}, told
            else:
                assert cell.status == "undecided", told
                # A grid need not hold the one value that makes two sides equal.
                if cell.tight and "=" not in str(target.condition).replace("<=", "").replace(">=", ""):
                    assert possible not in ({True}, {False}), told
