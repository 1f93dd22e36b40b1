"""Who takes part in the batch benchmark: each computes the seven outputs over whole columns.

Every peer has the formulation that was found best for it: outputs allocated once and reused where
the peer lets them be, threads set, intermediate columns read again rather than computed again.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from peer_places import built
from workload import CONDITIONS, INPUTS, NUMBERS, OUTPUTS, aligned_empty, spelt

Columns = dict[str, Any]
Results = dict[str, Any]


class Peer:
    """A contestant: `materialise` leaves all seven columns in memory, `add_up` gives the four sums
    and the three counts; `results` shows the columns of the last `materialise` as NumPy."""

    name = ""
    version = ""
    how = ""
    how_added = ""

    def materialise(self) -> None:
        raise NotImplementedError

    def results(self) -> Results:
        raise NotImplementedError

    def add_up(self) -> list[float]:
        raise NotImplementedError


def pointers(arrays: list[Any]) -> Any:
    """The addresses of arrays, for C."""
    return (ctypes.c_void_p * len(arrays))(*[array.ctypes.data for array in arrays])


def truths_of(words: Any, rows: int) -> Any:
    """Bits as NumPy truths."""
    return np.unpackbits(words.view("uint8"), bitorder="little")[:rows].astype(bool)


class HandFused(Peer):
    name = "hand-fused C++"
    how = "one pass, Highway, streaming stores, conditions as bits"
    how_added = "one pass, Highway, sums in registers"

    def __init__(self, columns: Columns, threads: int) -> None:
        library = built("libbenchmark_fused.so")
        if library is None:
            raise ImportError("the hand-fused baseline is not built")
        self._library = ctypes.CDLL(str(library))
        self._library.fused_target.restype = ctypes.c_char_p
        self.version = self._library.fused_target().decode()
        self._threads = ctypes.c_uint(threads)
        self._rows = len(columns[INPUTS[0]]) // 64 * 64
        # A remainder of less than 64 rows is left out: the measured sizes have none.
        self._columns = columns
        self._numbers = [aligned_empty(self._rows) for _ in NUMBERS]
        self._bits = [aligned_empty(self._rows // 64, "uint64") for _ in CONDITIONS]

        self._in = pointers([columns[name] for name in INPUTS])
        self._out = pointers(self._numbers)
        self._out_bits = pointers(self._bits)

    def materialise(self) -> None:
        rows = ctypes.c_size_t(self._rows)
        self._library.fused_materialise(self._in, self._out, self._out_bits, rows, self._threads)

    def results(self) -> Results:
        bits = [truths_of(words, self._rows) for words in self._bits]
        return dict(zip(OUTPUTS, [*self._numbers, *bits], strict=True))

    def add_up(self) -> list[float]:
        sums, counts = (ctypes.c_double * 4)(), (ctypes.c_uint64 * 3)()
        rows = ctypes.c_size_t(self._rows)
        self._library.fused_add_up(self._in, rows, self._threads, sums, counts)
        return [*sums, *counts]


class Numexpr(Peer):
    name = "numexpr"
    how = "one evaluate per output with out=, set_num_threads; indicators read again"
    how_added = "a sum per output of one fused expression from the inputs"

    def __init__(self, columns: Columns, threads: int) -> None:
        import numexpr

        self._numexpr = numexpr
        self.version = numexpr.__version__
        numexpr.set_num_threads(threads)
        self._names = dict(columns)
        rows = len(columns[INPUTS[0]])
        for name in NUMBERS:
            self._names[name] = aligned_empty(rows)
        for name in CONDITIONS:
            self._names[name] = aligned_empty(rows, "bool")
        self._formulas = spelt("where({x} < {k}, {x} / {k}, 1.0)")
        whole = {}
        for name, formula in self._formulas:
            for earlier, text in whole.items():
                formula = formula.replace(earlier, f"({text})") if name != earlier else formula
            whole[name] = formula
        self._sums = [f"sum({whole[name]})" for name in NUMBERS]
        self._sums += [f"sum(where({whole[name]}, 1, 0))" for name in CONDITIONS]

    def materialise(self) -> None:
        for name, formula in self._formulas:
            self._numexpr.evaluate(formula, local_dict=self._names, out=self._names[name])

    def results(self) -> Results:
        return {name: self._names[name] for name in OUTPUTS}

    def add_up(self) -> list[float]:
        evaluate = self._numexpr.evaluate
        return [float(evaluate(text, local_dict=self._names)) for text in self._sums]


class Numpy(Peer):
    name = "NumPy"
    how = "blocks of 8,192 rows that stay in the cache, out= everywhere, blocks shared by threads"
    how_added = how + ", sums of the blocks added"

    block = 8192

    def __init__(self, columns: Columns, threads: int) -> None:
        self.version = np.__version__
        self._columns = columns
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads) if threads > 1 else None
        self._rows = len(columns[INPUTS[0]])
        self._out = {name: aligned_empty(self._rows) for name in NUMBERS}
        self._out |= {name: aligned_empty(self._rows, "bool") for name in CONDITIONS}

    @staticmethod
    def _seven(get: Callable[[str], Any], out: Callable[[str], Any], t: Any) -> None:
        ratio, per_k, coverage, score = map(out, NUMBERS)
        np.divide(get("nursing"), get("total"), out=ratio)
        np.multiply(ratio, 100.0, out=ratio)
        np.divide(get("beds"), get("elderly"), out=per_k)
        np.multiply(per_k, 1000.0, out=per_k)
        np.divide(get("centres"), get("towns"), out=coverage)
        np.minimum(coverage, 1.0, out=coverage)
        np.divide(ratio, 60.0, out=score)
        np.minimum(score, 1.0, out=score)
        np.divide(per_k, 36.0, out=t)
        np.minimum(t, 1.0, out=t)
        np.add(score, t, out=score)
        np.multiply(score, 0.4, out=score)
        np.multiply(coverage, 0.2, out=t)
        np.add(score, t, out=score)
        np.greater_equal(ratio, 60.0, out=out("ratio_60"))
        np.greater_equal(per_k, 36.0, out=out("per_k_36"))
        np.greater_equal(coverage, 0.5, out=out("coverage_half"))

    def _share(self, work: Callable[[int, int], Any]) -> list[Any]:
        if self._pool is None:
            return [work(0, self._rows)]
        part = -(-self._rows // self._threads // self.block) * self.block
        starts = range(0, self._rows, part)
        return list(self._pool.map(lambda s: work(s, min(self._rows, s + part)), starts))

    def materialise(self) -> None:
        def work(begin: int, end: int) -> None:
            space = np.empty(self.block)
            for start in range(begin, end, self.block):
                rows = slice(start, min(end, start + self.block))
                self._seven(
                    lambda name, rows=rows: self._columns[name][rows],
                    lambda name, rows=rows: self._out[name][rows],
                    space[: rows.stop - rows.start],
                )

        self._share(work)

    def results(self) -> Results:
        return self._out

    def add_up(self) -> list[float]:
        def work(begin: int, end: int) -> Any:
            space = np.empty(self.block)
            outs: dict[str, Any] = {name: np.empty(self.block) for name in NUMBERS}
            outs |= {name: np.empty(self.block, dtype=bool) for name in CONDITIONS}
            sums = np.zeros(7)
            for start in range(begin, end, self.block):
                rows = slice(start, min(end, start + self.block))
                size = rows.stop - rows.start
                self._seven(
                    lambda name, rows=rows: self._columns[name][rows],
                    lambda name, size=size: outs[name][:size],
                    space[:size],
                )
                for place, name in enumerate(NUMBERS):
                    sums[place] += outs[name][:size].sum()
                for place, name in enumerate(CONDITIONS, 4):
                    sums[place] += np.count_nonzero(outs[name][:size])
            return sums

        return list(sum(self._share(work)))


class Numba(Peer):
    name = "numba"
    how = "njit(parallel) over prange, fastmath off, outputs allocated once"
    how_added = "njit(parallel) over prange with reductions, fastmath off"

    def __init__(self, columns: Columns, threads: int) -> None:
        import numba
        from batch_numba import add_up, materialise

        self.version = numba.__version__
        numba.set_num_threads(threads)
        self._materialise, self._add_up = materialise, add_up
        rows = len(columns[INPUTS[0]])
        self._in = [columns[name] for name in INPUTS]
        self._out = [aligned_empty(rows) for _ in NUMBERS]
        self._out += [aligned_empty(rows, "bool") for _ in CONDITIONS]

    def materialise(self) -> None:
        self._materialise(*self._in, *self._out)

    def results(self) -> Results:
        return dict(zip(OUTPUTS, self._out, strict=True))

    def add_up(self) -> list[float]:
        return list(self._add_up(*self._in))


class Duckdb(Peer):
    name = "DuckDB"
    how = "native table, lateral column aliases, result fetched as Arrow, threads set"
    how_added = "native table, one aggregate query"

    def __init__(self, columns: Columns, threads: int) -> None:
        import duckdb
        import pyarrow

        self.version = duckdb.__version__
        self._connection = duckdb.connect()
        self._connection.execute(f"set threads = {threads}")
        table = pyarrow.table(columns)
        self._connection.register("given", table)
        self._connection.execute("create table data as select * from given")
        self._connection.unregister("given")
        written = ", ".join(f"{text} as {name}" for name, text in spelt("least(1.0::double, {1})"))
        self._select = f"select {written} from data"
        sums = ", ".join(f"sum({name})" for name in NUMBERS)
        counts = ", ".join(f"count_if({name})" for name in CONDITIONS)
        self._sums = f"select {sums}, {counts} from ({self._select})"
        self._result: Any = None

    def materialise(self) -> None:
        self._result = None
        self._result = self._connection.sql(self._select).to_arrow_table()

    def results(self) -> Results:
        return {name: self._result[name].to_numpy() for name in OUTPUTS}

    def add_up(self) -> list[float]:
        row = self._connection.sql(self._sums).fetchall()[0]
        return [float(value) for value in row]


class Polars(Peer):
    name = "polars"
    how = "lazy, with_columns in three steps, collect"
    how_added = "lazy, one select of sums, streaming engine"

    def __init__(self, columns: Columns, threads: int) -> None:
        import polars as pl

        if pl.thread_pool_size() != threads:
            raise ImportError(f"polars runs with {pl.thread_pool_size()} threads")
        self.version = pl.__version__
        lazy = pl.DataFrame(columns).lazy()
        names = {name: pl.col(name) for name in [*INPUTS, *NUMBERS, *CONDITIONS]}
        one = pl.lit(1.0)

        def column(name: str, formula: str) -> Any:
            return eval(formula, {"pl": pl, "one": one, **names}).alias(name)

        made = dict(spelt("pl.min_horizontal(one, {1})"))
        whole = lazy.with_columns(
            *[column(name, made[name]) for name in ("ratio", "per_k", "coverage")]
        )
        whole = whole.with_columns(
            *[column(name, made[name]) for name in ("score", *CONDITIONS)]
        ).select(OUTPUTS)
        self._whole = whole
        self._sums = whole.select(pl.col(NUMBERS).sum(), pl.col(CONDITIONS).sum())
        self._result: Any = None

    def materialise(self) -> None:
        self._result = None
        self._result = self._whole.collect()

    def results(self) -> Results:
        return {name: self._result[name].to_numpy() for name in OUTPUTS}

    def add_up(self) -> list[float]:
        return [float(value) for value in self._sums.collect(engine="streaming").row(0)]


class Dabiao(Peer):
    name = "dabiao"
    how = "plan.compile().run(Arrow table), decisions exact, Arrow out"
    how_added = "plan.compile().totals(Arrow table), decisions exact"

    def __init__(self, columns: Columns, threads: int) -> None:
        import pyarrow as pa
        from workload import PLAN

        import dabiao

        self.version = dabiao.__version__
        self._compiled = dabiao.parse(PLAN).compile(OUTPUTS)
        self._table = pa.table(columns)
        self._threads = threads
        self._result: Any = None

    def materialise(self) -> None:
        self._result = None
        self._result = self._compiled.run(self._table, threads=self._threads)

    def results(self) -> Results:
        return {name: self._result[name].to_numpy() for name in OUTPUTS}

    def add_up(self) -> list[float]:
        totals = self._compiled.totals(self._table, threads=self._threads).to_pylist()
        return [each["holds"] if each["sum"] is None else each["sum"] for each in totals]


PEERS: list[type[Peer]] = [Dabiao, HandFused, Numba, Numpy, Numexpr, Duckdb, Polars]


def peers(columns: Columns, threads: int) -> tuple[list[Peer], list[str]]:
    """Everyone who is installed, and who is not."""
    present, absent = [], []
    for kind in PEERS:
        try:
            present.append(kind(columns, threads))
        except (ImportError, AttributeError) as error:
            absent.append(f"{kind.name} ({error})")
    return present, absent
