"""A country's village ledger, made up: the register and the numbers, the same for every contestant."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

LEVELS = ["省", "市", "县", "镇", "村"]
FULL = [31, 333, 2_844, 38_600, 600_000]
MONTHS = 12
INPUTS = ["老人", "床位", "护理床位", "护工", "走访", "服务", "投诉", "支出"]
PLAN = (Path(__file__).parent / "national_ledger.biao").read_text(encoding="utf-8")
PERIODS = [f"2025-{month:02}" for month in range(1, MONTHS + 1)]


@dataclass
class Country:
    """`parents[level]` numbers each entity's parent; `inputs[name]` is months × villages."""

    sizes: list[int]
    parents: list[np.ndarray]
    inputs: dict[str, np.ndarray]

    @property
    def villages(self) -> int:
        return self.sizes[-1]

    def above(self, level: int) -> np.ndarray:
        """The ancestor of every village at a level (0 are the provinces)."""
        entity = np.arange(self.villages, dtype=np.int32)
        for at in range(len(self.sizes) - 1, level, -1):
            entity = self.parents[at][entity]
        return entity

    def register(self) -> pa.Table:
        """A column per level, as dictionaries of names, a row per village."""
        columns = {}
        for level, name in enumerate(LEVELS):
            digits = len(str(self.sizes[level]))
            names = [f"{name}{number:0{digits}}" for number in range(self.sizes[level])]
            columns[name] = pa.DictionaryArray.from_arrays(
                pa.array(self.above(level), pa.int32()), pa.array(names)
            )
        return pa.table(columns)


def family_of(chance: np.random.Generator, parents: int, children: int) -> np.ndarray:
    """To which parent each child belongs: every parent has one at least, the rest is uneven."""
    weights = chance.gamma(4.0, size=parents)
    more = chance.multinomial(children - parents, weights / weights.sum())
    return np.repeat(np.arange(parents, dtype=np.int32), more + 1)


def country(scale: float = 1.0, missing: float = 0.0) -> Country:
    """The whole country, or a part of it with families as large."""
    chance = np.random.default_rng(20250101)
    sizes = [max(1, round(size * scale)) for size in FULL]
    parents = [np.zeros(sizes[0], np.int32)]
    parents += [family_of(chance, above, below) for above, below in itertools.pairwise(sizes)]
    villages = sizes[-1]
    inputs = {name: np.empty((MONTHS, villages)) for name in INPUTS}
    elderly = chance.integers(8, 400, villages)
    beds = chance.binomial(elderly, 0.04 + 0.02 * chance.random(villages))
    good = 0.5 + 0.5 * chance.random(villages)
    for month in range(MONTHS):
        inputs["老人"][month] = elderly
        inputs["床位"][month] = np.maximum(beds, 1) + month // 4
        inputs["护理床位"][month] = chance.binomial(beds, 0.35 + 0.25 * good)
        inputs["护工"][month] = 1 + beds // 5
        inputs["走访"][month] = chance.poisson(20 * good)
        inputs["服务"][month] = 1 + chance.poisson(0.6 * elderly * good)
        inputs["投诉"][month] = chance.poisson(0.4 + 0.6 * (1 - good))
        inputs["支出"][month] = chance.poisson(15 * elderly * good)
    if missing > 0:
        for numbers in inputs.values():
            for month in range(MONTHS):
                numbers[month, chance.random(villages) < missing] = np.nan
    return Country(sizes, parents, inputs)
