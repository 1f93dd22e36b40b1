"""Values that would become too long are given up: `undecided`, `exact_limit`, and never a guess."""

from __future__ import annotations

import random
import time

import dabiao


def of(condition: str, x: str, y: str = "1", *, reached: str = "status reason") -> tuple[str | None, ...]:
    plan = dabiao.parse(
        f"""
        plan limits
        input x number constant range -1e2000..1e2000
        input y number constant range -1e2000..1e2000
        target t : {condition}
        """
    )
    cell = plan.assess({"x": [x], "y": [y]}, as_of="2024-01-01")["t"].cell
    return tuple(getattr(cell, name) for name in reached.split())


LONG = "1." + "".join(random.Random(1).choices("123456789", k=900)) + "7"
"""About 3,000 bits above and as many below."""


def test_within_the_limit_decisions_are_exact() -> None:
    # 10 × 6,000 bits.
    assert of("x ^ 10 >= x ^ 9 * x", LONG) == ("met", None)
    assert of("x ^ 10 > x ^ 9 * x", LONG) == ("missed", None)


def test_beyond_the_limit_nothing_is_guessed() -> None:
    assert of("x ^ 12 >= 1", LONG) == ("undecided", "exact_limit")
    assert of("x ^ 6 * y ^ 6 >= 1", LONG, LONG[:-1] + "3") == ("undecided", "exact_limit")
    assert of("x ^ -12 <= 1", LONG) == ("undecided", "exact_limit")


def test_what_decides_without_it_decides() -> None:
    assert of("x ^ 12 >= 1 or y >= 1", LONG) == ("met", None)
    assert of("x ^ 12 >= 1 and y > 1", LONG) == ("missed", None)
    assert of("(if y >= 1 then y else x ^ 12) = 1", LONG) == ("met", None)


def test_powers_of_one_and_zero_are_short() -> None:
    assert of("((x ^ 1000) ^ 1000) ^ 1000 = 1", "1") == ("met", None)
    assert of("((x ^ 1000) ^ 1000) ^ 1000 = 0", "0") == ("met", None)
    assert of("((x ^ 999) ^ 999) ^ 999 = -1", "-1") == ("met", None)


def test_a_hostile_plan_costs_nothing() -> None:
    tower = "x"
    for _ in range(40):
        tower = f"({tower} ^ 1000)"
    many = " + ".join(f"(x ^ 5 + {i}) / (y ^ 5 + {i})" for i in range(60))
    began = time.process_time()
    assert of(f"{tower} >= 2", "2.5") == ("undecided", "exact_limit")
    assert of(f"{many} >= 2", LONG, LONG[:-1] + "3") == ("undecided", "exact_limit")
    assert time.process_time() - began < 20


def test_the_same_whatever_the_order_of_rows() -> None:
    source = random.Random(3)
    plan = dabiao.parse(
        """
        plan totals
        level city
        level town in city
        input a number constant at town
        input b number constant at town range 1..1e9
        target mean_ratio : average(town: a / b) >= 0.5
        target both : average(town: a / b) * average(town: a / b) >= 0.25
        """
    )
    rows = []
    for at in range(2500):
        b = source.randint(10**5, 10**6)
        rows.append((f"T{at}", str(source.randint(0, b)), str(b)))
    seen = set()
    for _ in range(2):
        source.shuffle(rows)
        columns = {name: list(values) for name, values in zip(("town", "a", "b"), zip(*rows, strict=True), strict=True)}
        result = plan.assess(columns, as_of="2024-01-01")
        seen.add(tuple((cell.status, cell.reason, cell.value) for cell in result.cells()))
    assert len(seen) == 1
    mean_ratio, both = seen.pop()
    # A total over many parts may be long; two of them are not multiplied.
    assert mean_ratio[0] in ("met", "missed")
    assert both[:2] == ("undecided", "exact_limit")
