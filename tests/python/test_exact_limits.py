"""Values that would become too long are not written out: what decides without them decides, the rest is `undecided`.

The oracle is Python's fractions, which have no limit.
"""

from __future__ import annotations

import random
from fractions import Fraction

import pyarrow as pa
import pytest

import dabiao

MOST_BITS = 65_536
"""As docs/exactness.md says."""

Outcome = tuple[str, str | None]


def of(condition: str, x: str, y: str = "1") -> Outcome:
    plan = dabiao.parse(
        f"""
        plan limits
        input x number constant
        input y number constant
        target t : {condition}
        """
    )
    cell = plan.assess({"x": [x], "y": [y]}, as_of="2024-01-01")["t"].cell
    statuses = next(iter(plan.statuses({"x": [x], "y": [y]}, as_of="2024-01-01")))
    assert statuses["status"].to_pylist() == [cell.status]
    return cell.status, cell.reason


LONG = "1." + "".join(random.Random(1).choices("123456789", k=900)) + "7"
"""About 3,000 bits above and as many below."""
OTHER = LONG[:-1] + "3"

BEYOND: Outcome = ("undecided", "exact_limit")


def test_within_the_limit_ties_are_decided() -> None:
    # 10 × 6,000 bits.
    assert of("x ^ 10 >= x ^ 9 * x", LONG)[0] == "met"
    assert of("x ^ 10 > x ^ 9 * x", LONG)[0] == "missed"


def test_beyond_the_limit_ties_are_not_guessed() -> None:
    for comparison in (">=", ">", "<=", "<", "=", "!="):
        assert of(f"x ^ 12 {comparison} x ^ 11 * x", LONG) == BEYOND
        assert of(f"x ^ 6 * y ^ 6 {comparison} (x * y) ^ 6", LONG, OTHER) == BEYOND
    assert of("x ^ -12 <= 1 / x ^ 12", LONG) == BEYOND
    assert of("round(x ^ 12 - x ^ 11 * x, 1) >= 1", LONG)[0] == "missed"


def test_beyond_the_limit_what_is_clear_is_decided() -> None:
    assert of("x ^ 12 >= 1", LONG)[0] == "met"
    assert of("x ^ 12 < 1", LONG)[0] == "missed"
    assert of("x ^ 6 * y ^ 6 >= 1", LONG, OTHER)[0] == "met"
    # They differ in the 900th digit.
    assert of("x ^ 12 > y ^ 12", LONG, OTHER)[0] == "met"
    assert of("x ^ -12 > y ^ -12", LONG, OTHER)[0] == "missed"
    assert of("(0 - x) ^ 13 < (0 - y) ^ 13", LONG, OTHER)[0] == "met"
    assert of("floor(x ^ 12) >= floor(1.1 ^ 12)", LONG)[0] == "met"


def test_what_decides_without_it_decides() -> None:
    tie = "x ^ 12 >= x ^ 11 * x"
    assert of(f"{tie} or y >= 1", LONG)[0] == "met"
    assert of(f"{tie} and y > 1", LONG)[0] == "missed"
    assert of(f"{tie} and y >= 1", LONG) == BEYOND
    assert of("(if y >= 1 then y else x ^ 12) = 1", LONG)[0] == "met"
    assert of("known(x ^ 12)", LONG)[0] == "met"


def test_powers_of_one_and_zero_are_short() -> None:
    assert of("((x ^ 1000) ^ 1000) ^ 1000 = 1", "1")[0] == "met"
    assert of("((x ^ 1000) ^ 1000) ^ 1000 = 0", "0")[0] == "met"
    assert of("((x ^ 999) ^ 999) ^ 999 = -1", "-1")[0] == "met"


def bits(value: Fraction) -> int:
    return value.numerator.bit_length() + value.denominator.bit_length()


@pytest.mark.parametrize("seed", range(40))
def test_against_fractions(seed: int) -> None:
    """Whatever is decided is what fractions say; only what is both long and close is not."""
    source = random.Random(seed)

    def number(digits: int) -> str:
        return source.choice(("", "-")) + "1." + "".join(source.choices("0123456789", k=digits - 1)) + "7"

    x = number(source.choice((5, 300, 900)))
    y = source.choice((x, number(300), x[:-1] + "9"))
    a, b = source.randint(2, 14), source.randint(1, 14)
    left, right = Fraction(x) ** a * Fraction(y) ** b, Fraction(y) ** a * Fraction(x) ** b
    for comparison, holds in ((">=", left >= right), ("<", left < right), ("=", left == right)):
        status, reason = of(f"x ^ {a} * y ^ {b} {comparison} y ^ {a} * x ^ {b}", x, y)
        if status == "undecided":
            assert reason == "exact_limit"
            assert max(bits(left), bits(right)) > MOST_BITS
            assert abs(left / right - 1) < Fraction(1, 2**4_000)
        else:
            assert status == ("met" if holds else "missed")
        if max(bits(left), bits(right)) <= MOST_BITS:
            assert status != "undecided"


def test_a_hostile_plan_comes_to_an_end() -> None:
    tower = "x"
    for _ in range(40):
        tower = f"({tower} ^ 1000)"
    many = " + ".join(f"(x ^ 5 + {i}) / (y ^ 5 + {i})" for i in range(60))
    assert of(f"{tower} >= 2", "2.5")[0] == "met"
    assert of(f"{tower} >= 2", "0.4")[0] == "missed"
    assert of(f"{tower} >= {tower} * 1", "2.5") == BEYOND
    assert of(f"{tower} = {tower} + {tower}", "0.4") == BEYOND
    assert of(f"{many} >= 61", LONG, OTHER)[0] == "missed"
    assert of(f"{many} >= {many} + x - x", LONG, OTHER) == BEYOND


def test_the_same_in_every_run() -> None:
    """One record, many records, and cells of an assessment agree, also where the doubles decide alone."""
    conditions = {
        "tie": "x ^ 900 >= x ^ 899 * x",
        "short tie": "x ^ 9 >= x ^ 8 * x",
        "clear": "x ^ 900 >= x ^ 899",
        "chain": " + ".join(f"(x ^ 9 + {i}) / (y ^ 9 + {i})" for i in range(30)) + " >= 30",
        "chain tie": " + ".join(f"(x ^ 9 + {i}) / (y ^ 9 + {i})" for i in range(30)) + " >= 30 + x - x",
    }
    for name, condition in conditions.items():
        plan = dabiao.parse(
            "plan runs input x number constant range -9..9"
            f" input y number constant range -9..9 target t : {condition}"
        )
        source = random.Random(name)
        rows = [(source.uniform(0.5, 2), source.uniform(0.5, 2)) for _ in range(12)]
        rows += [(x, x) for x, _ in rows[:4]] + [(1.0, 1.0), (0.5, 0.5)]
        compiled = plan.compile()
        read = [each.name for each in compiled.inputs]
        ran = compiled.run(pa.table({"x": [x for x, _ in rows], "y": [y for _, y in rows]})).column("t").to_pylist()
        record = compiled.record()
        truth = {"met": True, "missed": False, "undecided": None}
        for (x, y), in_run in zip(rows, ran, strict=True):
            cell = plan.assess({"x": [x], "y": [y]}, as_of="2024-01-01")["t"].cell
            assert truth[cell.status] is in_run, (name, x, y)
            given = {each: value for each, value in (("x", x), ("y", y)) if each in read}
            assert record(**given)["t"] is in_run, (name, x, y)
            if in_run is None:
                assert cell.reason == "exact_limit"
                assert record.reasons()["t"] == "exact_limit"
        # Where x is y the quotients of a chain are 1, and short.
        assert (None in ran) == (name == "tie"), name


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
        target square : average(town: a / b) * average(town: a / b) >= 0.1
        target tie : average(town: a / b) * average(town: a / b) >= average(town: a / b) ^ 2
        """
    )
    rows = []
    for at in range(2500):
        b = source.randint(10**5, 10**6)
        rows.append((f"T{at}", str(source.randint(0, b)), str(b)))
    mean = sum((Fraction(a) / Fraction(b) for _, a, b in rows), Fraction(0)) / len(rows)
    seen = set()
    for _ in range(2):
        source.shuffle(rows)
        columns = {name: list(values) for name, values in zip(("town", "a", "b"), zip(*rows, strict=True), strict=True)}
        result = plan.assess(columns, as_of="2024-01-01")
        seen.add(tuple((cell.status, cell.reason, cell.value) for cell in result.cells()))
    assert len(seen) == 1
    mean_ratio, square, tie = seen.pop()
    # A total over many parts may be long; two of them are not multiplied, but where they lie is known.
    assert mean_ratio[0] == ("met" if mean >= Fraction(1, 2) else "missed")
    assert mean_ratio[2] == float(mean)
    assert square[0] == "met"
    assert tie[:2] == BEYOND


def test_beyond_all_doubles_no_number_is_infinite() -> None:
    plan = dabiao.parse(
        """
        plan beyond window 2024-01-01..2024-12-31
        input x number constant
        indicator square = x * x
        target t : square >= 5 by 2024-12-31
        target missed : square <= 5 by 2024-12-31
        target way : square >= x * x * 2 by 2024-12-31
        """
    )
    assessed = plan.assess({"x": ["1e300"]}, as_of="2024-06-30")
    assert [cell.status for cell in assessed.cells()] == ["met", "missed", "missed"]
    for cell in assessed.cells():
        assert cell.value is None
        assert cell.binding is not None
        assert cell.binding.exact_value == Fraction(10) ** 600
        numbers = (cell.gap, cell.expected, cell.projected, cell.threshold, cell.upper)
        assert all(each is None or abs(each) < float("inf") for each in numbers)
        assert float("inf") not in assessed.to_arrow().to_pylist()[cell.index].values()
    assert "Infinity" not in assessed.to_json()
    assert "inf" not in str(assessed.to_arrow().to_pydict())
    records = {"x": [1e300, 1e308, 1e308]}
    compiled = plan.compile(["square", "t"], gaps=True)
    table = compiled.run(records)
    assert table.column("square").to_pylist() == [None] * 3
    assert table.column("t").to_pylist() == [True] * 3
    record = compiled.record()
    assert record(x=1e300) == {"square": None, "t": True, "t.gap": None}
    assert record.reasons() == {"square": "exact_limit", "t.gap": "exact_limit"}


def test_a_total_beyond_all_doubles_is_null() -> None:
    plan = dabiao.parse("plan totals  input x number constant  indicator same = x * 1")
    [total] = plan.compile(["same"]).totals({"x": [1.7e308] * 3}).to_pylist()
    assert (total["known"], total["sum"]) == (3, None)
    [total] = plan.compile(["same"]).totals({"x": [1.7e308, 1.0]}).to_pylist()
    assert total["sum"] == 1.7e308
