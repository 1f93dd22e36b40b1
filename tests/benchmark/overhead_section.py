"""What exact decisions and missing values cost on the batch workload: paired, alternating runs."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
from batch_peers import pointers, truths_of
from batch_section import exact_conditions
from paired import Contestant, take_times
from peer_places import built
from sections import DisagreementError, Section, Sizes, Table
from workload import CONDITIONS, INPUTS, NUMBERS, OUTPUTS, PLAN, READS, WORK, aligned_empty, columns

MISSING = 0.01
"""How much of each column is missing, at random."""

class Unfiltered:
    """The compiled plan in C++, with its filter and without."""

    def __init__(self, data: dict[str, Any], threads: int) -> None:
        library = built("libbenchmark_unfiltered.so")
        if library is None:
            raise ImportError("the C++ side is not built")
        self._library = ctypes.CDLL(str(library))
        self._library.unfiltered_open.restype = ctypes.c_void_p
        self._library.unfiltered_run.restype = ctypes.c_uint64
        opened = self._library.unfiltered_open(PLAN.encode())
        if not opened:
            raise RuntimeError("the plan of the workload does not compile")
        self._opened = ctypes.c_void_p(opened)
        self._rows = len(data[INPUTS[0]])
        words = -(-self._rows // 64)
        self.numbers = [aligned_empty(self._rows) for _ in NUMBERS]
        self._truths = [aligned_empty(words, "uint64") for _ in CONDITIONS]
        self._known = [aligned_empty(words, "uint64") for _ in OUTPUTS]
        self._data = data
        self._arguments = [
            pointers([data[name] for name in INPUTS]),
            pointers(self.numbers),
            pointers(self._truths),
            pointers(self._known),
            ctypes.c_uint64(self._rows),
            ctypes.c_uint(threads),
        ]

    def run(self, filtered: bool) -> int:
        """How many rows were settled exactly."""
        run = self._library.unfiltered_run
        return int(run(self._opened, ctypes.c_int(filtered), *self._arguments))

    def truths(self) -> list[Any]:
        return [truths_of(words, self._rows) for words in self._truths]

    def close(self) -> None:
        self._library.unfiltered_close(self._opened)


def exactness(data: dict[str, Any], sizes: Sizes, threads: int) -> Table:
    """With the filter and without it; raises DisagreementError."""
    pair = Unfiltered(data, threads)
    right = exact_conditions(data)
    try:
        pair.run(False)
        numbers = [column.copy() for column in pair.numbers]
        bare = sum(
            int(np.count_nonzero(found != right[name]))
            for name, found in zip(CONDITIONS, pair.truths(), strict=True)
        )
        settled = pair.run(True)
        for name, found in zip(CONDITIONS, pair.truths(), strict=True):
            if not np.array_equal(found, right[name]):
                raise DisagreementError(f"dabiao decided {name} otherwise than whole numbers do")
        for name, before, now in zip(NUMBERS, numbers, pair.numbers, strict=True):
            if not np.allclose(before, now, rtol=1e-12, atol=0):
                raise DisagreementError(f"{name} differs with and without the filter")
        import dabiao

        def bare_run() -> None:
            pair.run(False)

        def exact_run() -> None:
            pair.run(True)

        version = dabiao.__version__
        rows = take_times(
            [
                Contestant("without filter", bare_run, version, "comparisons of the rounded doubles"),
                Contestant("exact", exact_run, version, "filter, and exact decisions where it doubts"),
            ],
            sizes.rounds,
            "without filter",
        )
    finally:
        pair.close()
    note = (
        f"{settled:,} rows were settled exactly (nearly all of them ties: the data are whole numbers); "
        f"without the filter {bare:,} conditions come out wrong."
    )
    caption = f"Exact decisions: {sizes.rows:,} rows, {threads} thread{'s'[: threads - 1]}, all outputs"
    return Table(caption, WORK, "without filter", rows, notes=[note])


def missingness(data: dict[str, Any], sizes: Sizes, threads: int) -> Table:
    """With one value in a hundred missing and with none; raises DisagreementError."""
    import pyarrow as pa

    import dabiao

    generator = np.random.default_rng(7)
    absent = {name: generator.random(sizes.rows) < MISSING for name in INPUTS}
    whole = pa.table({name: pa.array(data[name]) for name in INPUTS})
    holes = pa.table({name: pa.array(data[name], mask=absent[name]) for name in INPUTS})
    compiled = dabiao.parse(PLAN).compile(OUTPUTS)
    expected = compiled.run(whole, threads=threads)
    found = compiled.run(holes, threads=threads)
    rows_missing = np.zeros(sizes.rows, dtype=bool)
    for name in OUTPUTS:
        lost = np.zeros(sizes.rows, dtype=bool)
        for read in READS[name]:
            lost |= absent[read]
        rows_missing |= lost
        now = found[name].combine_chunks()
        if not np.array_equal(np.asarray(now.is_null()), lost):
            raise DisagreementError(f"{name} is not missing exactly where an input is")
        before = expected[name].combine_chunks().filter(pa.array(~lost))
        if not now.filter(pa.array(~lost)).equals(before):
            raise DisagreementError(f"{name} differs where nothing is missing")

    def run_whole() -> None:
        compiled.run(whole, threads=threads)

    def run_holes() -> None:
        compiled.run(holes, threads=threads)

    version = dabiao.__version__
    rows = take_times(
        [
            Contestant("nothing missing", run_whole, version, "compiled.run(Arrow table), exact"),
            Contestant("1 % missing", run_holes, version, "the same"),
        ],
        sizes.rounds,
        "nothing missing",
    )
    caption = f"Missing values: {sizes.rows:,} rows, {threads} thread{'s'[: threads - 1]}, all outputs"
    note = (
        "1 % of each of the six columns is null at random, independently: "
        f"{np.count_nonzero(rows_missing):,} rows have at least one."
    )
    return Table(caption, WORK, "nothing missing", rows, notes=[note])


def measure(sizes: Sizes) -> list[dict[str, Any]]:
    """The section."""
    import dabiao

    section = Section("overhead", "What exactness and missing values cost")
    data = columns(sizes.rows)
    for threads in (1, 2):
        try:
            section.tables.append(exactness(data, sizes, threads))
        except ImportError as error:
            section.absent.append(str(error))
            break
    if hasattr(dabiao.Plan, "compile"):
        section.tables += [missingness(data, sizes, threads) for threads in (1, 2)]
    else:
        section.absent.append("plan.compile")
    return [section.as_dict()]
