"""Times that can be compared: contestants take turns, and ratios are taken within a round."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Contestant:
    """Who takes part: `work` does the whole work once; where it returns a number, that is how many
    seconds it took by its own clock (another process, a C++ loop)."""

    name: str
    work: Callable[[], float | None]
    version: str = ""
    how: str = ""
    rounds: int | None = None
    """At most so many rounds, for one that takes long."""


@dataclass
class Times:
    """What came out for one contestant: seconds per round, and the ratios to the reference."""

    name: str
    version: str
    how: str
    seconds: list[float] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "version": self.version,
            "how": self.how,
            "median_seconds": statistics.median(self.seconds),
            "least_seconds": min(self.seconds),
            "most_seconds": max(self.seconds),
            "median_ratio": statistics.median(self.ratios) if self.ratios else None,
            "least_ratio": min(self.ratios, default=None),
            "most_ratio": max(self.ratios, default=None),
            "rounds": len(self.seconds),
        }


def take_times(
    contestants: Sequence[Contestant], rounds: int, reference: str
) -> list[dict[str, Any]]:
    """Lets everyone work once untimed, then `rounds` times in turn, the order turned by one in each
    round; a ratio is a contestant's time over that of `reference` in the same round."""
    for contestant in contestants:
        contestant.work()
    times = {each.name: Times(each.name, each.version, each.how) for each in contestants}
    gc.collect()
    gc.disable()
    try:
        for number in range(rounds):
            taken: dict[str, float] = {}
            turn = number % len(contestants)
            for contestant in [*contestants[turn:], *contestants[:turn]]:
                if contestant.rounds is not None and number >= contestant.rounds:
                    continue
                began = time.perf_counter()
                own = contestant.work()
                taken[contestant.name] = time.perf_counter() - began if own is None else own
            for name, seconds in taken.items():
                times[name].seconds.append(seconds)
                if reference in taken:
                    times[name].ratios.append(seconds / taken[reference])
    finally:
        gc.enable()
    return [times[each.name].as_dict() for each in contestants]
