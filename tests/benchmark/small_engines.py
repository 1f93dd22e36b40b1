"""The engines that the small cases are put to: each gets the case in its own language.

A case's expression is written once, with Python's operators and a few function names; every engine
says how it spells them, and answers yes, no, unknown (its own null), or that it refuses.
"""

from __future__ import annotations

import ast
import math
import re
import sqlite3
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from line_process import LineProcess
from peer_places import CEL, NODE_MODULES, has_node_package

Data = dict[str, list[float | None]]

YES, NO, UNKNOWN, REFUSED, ABSENT = "yes", "no", "unknown", "refused", "—"

OPERATORS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/",
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==",
}  # fmt: skip


class NotInTheLanguageError(Exception):
    """The engine's language has no way to say this."""


class Spelling:
    """Writes an expression in an engine's language: names, functions (`{0}`, `{1}` are the
    arguments), a word for `or`, and whether whole numbers need a point."""

    def __init__(
        self,
        functions: dict[str, str],
        *,
        name: Callable[[str], str] = str,
        either: str = "({0} | {1})",
        equal: str = "==",
        number: Callable[[float], str] = repr,
    ) -> None:
        self.functions = functions
        self.name = name
        self.either = either
        self.equal = equal
        self.number = number

    def write(self, expression: str) -> str:
        return self._node(ast.parse(expression, mode="eval").body)

    def _node(self, node: ast.expr) -> str:
        match node:
            case ast.BinOp(left, operator, right):
                return f"({self._node(left)} {OPERATORS[type(operator)]} {self._node(right)})"
            case ast.Compare(left, [operator], [right]):
                sign = OPERATORS[type(operator)]
                sign = self.equal if sign == "==" else sign
                return f"({self._node(left)} {sign} {self._node(right)})"
            case ast.BoolOp(ast.Or(), [left, right]):
                return self.either.format(self._node(left), self._node(right))
            case ast.Call(ast.Name(function), arguments):
                if function not in self.functions:
                    raise NotInTheLanguageError(function)
                return self.functions[function].format(*map(self._node, arguments))
            case ast.Name(name):
                return self.name(name)
            case ast.Constant(float() | int() as value):
                return self.number(value)
        raise AssertionError(f"a case uses {ast.dump(node)}")


def decided(value: object) -> str:
    """Yes or no as Python sees it; unknown for the nulls of the engines."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return UNKNOWN
    return YES if bool(value) else NO


class Engine:
    """One engine: its name, its version, and its answer to a case."""

    name: str
    version: str

    def answer(self, expression: str, data: Data) -> str:
        raise NotImplementedError

    def close(self) -> None:
        """Ends what the engine runs beside this process."""


class Dabiao(Engine):
    name = "dabiao"

    def __init__(self) -> None:
        import dabiao

        self._dabiao = dabiao
        self.version = dabiao.__version__
        self._spelling = Spelling(
            {"least": "min({0}, {1})", "total": "sum(村: {0})", "mean": "average(村: {0})",
             "rounded": "round({0}, 0.01)"},
            either="({0} or {1})", equal="=",
        )  # fmt: skip

    def answer(self, expression: str, data: Data) -> str:
        at = "县" if "(total" in f"({expression}" or "(mean" in f"({expression}" else "each 村"
        inputs = "\n".join(
            f"input {name} number constant at 村 range -1e40..1e40" for name in data
        )
        plan = self._dabiao.parse(
            f"plan small\nlevel 县\nlevel 村 in 县\n{inputs}\n"
            f"target 达标 : {self._spelling.write(expression)} at {at}"
        )
        rows = len(next(iter(data.values())))
        table: dict[str, list[Any]] = {"县": ["甲县"] * rows, "村": [f"村{i}" for i in range(rows)]}
        table.update(data)
        (cell,) = plan.assess(table, as_of="2024-01-01")["达标"]
        return {"met": YES, "missed": NO, "undecided": UNKNOWN}[cell.status]


class Numexpr(Engine):
    name = "numexpr"

    def __init__(self) -> None:
        import numexpr
        import numpy

        self._evaluate = numexpr.evaluate
        self._array = lambda values: numpy.array(values, dtype="float64")
        self.version = numexpr.__version__
        self._spelling = Spelling(
            {"least": "where({0} < {1}, {0}, {1})", "rounded": "(round({0} * 100) / 100)"}
        )

    def answer(self, expression: str, data: Data) -> str:
        arrays = {name: self._array(values) for name, values in data.items()}
        (value,) = self._evaluate(self._spelling.write(expression), local_dict=arrays)
        return decided(value)


class Numpy(Engine):
    name = "NumPy"

    def __init__(self) -> None:
        import numpy

        self._numpy = numpy
        self.version = numpy.__version__
        self._spelling = Spelling(
            {"least": "np.minimum({0}, {1})", "total": "np.sum({0})", "mean": "np.mean({0})",
             "rounded": "np.round({0}, 2)"}
        )  # fmt: skip

    def answer(self, expression: str, data: Data) -> str:
        np = self._numpy
        names = {name: np.array(values, dtype="float64") for name, values in data.items()}
        with np.errstate(all="ignore"):
            value = eval(self._spelling.write(expression), {"np": np, **names})
        return decided(np.ravel(value)[0])


class Pandas(Engine):
    """Columns as `read_csv` gives them, or, where `nullable`, as `convert_dtypes` does."""

    def __init__(self, *, nullable: bool) -> None:
        import pandas

        self._pandas = pandas
        self._type = "Float64" if nullable else "float64"
        self.name = "pandas, nullable" if nullable else "pandas"
        self.version = pandas.__version__
        self._spelling = Spelling(
            {"least": "pd.concat([{0}, {1}], axis=1).min(axis=1)", "total": "{0}.sum()",
             "mean": "{0}.mean()", "rounded": "{0}.round(2)"}
        )  # fmt: skip

    def answer(self, expression: str, data: Data) -> str:
        pd = self._pandas
        names = {name: pd.Series(values, dtype=self._type) for name, values in data.items()}
        value = eval(self._spelling.write(expression), {"pd": pd, **names})
        return decided(value.iloc[0] if isinstance(value, pd.Series) else value)


SQL = {
    "total": "sum({0})", "mean": "avg({0})", "least": "least({0}, {1})", "rounded": "round({0}, 2)",
}  # fmt: skip


class Duckdb(Engine):
    def __init__(self, column_type: str) -> None:
        import duckdb

        self._connect = duckdb.connect
        self._type = column_type
        self.name = "DuckDB" if column_type == "DOUBLE" else "DuckDB, decimals"
        self.version = duckdb.__version__
        self._spelling = Spelling(SQL, either="({0} or {1})", equal="=")

    def answer(self, expression: str, data: Data) -> str:
        with self._connect() as connection:
            columns = ", ".join(f"{name} {self._type}" for name in data)
            connection.execute(f"create table data ({columns})")
            marks = ", ".join(f"cast(? as {self._type})" for _ in data)
            for row in zip(*data.values(), strict=True):
                # A text keeps a decimal as it was written.
                exact = [None if v is None else repr(v) for v in row]
                given = list(row) if self._type == "DOUBLE" else exact
                connection.execute(f"insert into data values ({marks})", given)
            query = f"select {self._spelling.write(expression)} from data"
            (value,) = connection.execute(query).fetchall()[0]
        return decided(value)


class Sqlite(Engine):
    name = "SQLite"

    def __init__(self) -> None:
        self.version = sqlite3.sqlite_version
        functions = {**SQL, "least": "min({0}, {1})"}
        self._spelling = Spelling(functions, either="({0} or {1})", equal="=")

    def answer(self, expression: str, data: Data) -> str:
        connection = sqlite3.connect(":memory:")
        try:
            connection.execute(f"create table data ({', '.join(f'{n} real' for n in data)})")
            rows = list(zip(*data.values(), strict=True))
            connection.executemany(f"insert into data values ({', '.join('?' * len(data))})", rows)
            query = f"select {self._spelling.write(expression)} from data"
            (value,) = connection.execute(query).fetchone()
        finally:
            connection.close()
        return decided(value)


class Polars(Engine):
    name = "polars"

    def __init__(self) -> None:
        import polars

        self._polars = polars
        self.version = polars.__version__
        self._spelling = Spelling(
            {"least": "pl.min_horizontal({0}, {1})", "total": "{0}.sum()", "mean": "{0}.mean()",
             "rounded": "{0}.round(2)"},
            name=lambda name: f"pl.col('{name}')",
        )  # fmt: skip

    def answer(self, expression: str, data: Data) -> str:
        pl = self._polars
        frame = pl.DataFrame(data, schema=dict.fromkeys(data, pl.Float64), strict=False)
        value = eval(self._spelling.write(expression), {"pl": pl})
        return decided(frame.lazy().select(value.alias("it")).collect()["it"][0])


def as_json(data: Data) -> dict[str, list[Any]]:
    """Numbers that JSON does not know as strings."""

    def one(value: float | None) -> Any:
        if value is not None and math.isnan(value):
            return "NaN"
        if value is not None and math.isinf(value):
            return "Infinity"
        if value == 0 and math.copysign(1, value) < 0:
            return "-0"
        return value

    return {name: [one(value) for value in values] for name, values in data.items()}


class Cel(Engine):
    name = "CEL"

    def __init__(self) -> None:
        self._process = LineProcess([str(CEL)])
        self.version = self._process.ask({"version": True})
        self._spelling = Spelling(
            {"least": "({0} < {1} ? {0} : {1})"},
            either="({0} || {1})",
            number=lambda value: repr(float(value)),
        )

    def answer(self, expression: str, data: Data) -> str:
        question = {"expression": self._spelling.write(expression), "data": as_json(data)}
        return decided(self._process.ask(question))

    def close(self) -> None:
        self._process.close()


class JsonLogic(Engine):
    name = "json-logic"

    def __init__(self, node: LineProcess) -> None:
        self._node = node
        self.version = node.ask({"engine": "versions"})["json-logic"]

    def answer(self, expression: str, data: Data) -> str:
        logic = self._logic(ast.parse(expression, mode="eval").body)
        question = {"engine": "json-logic", "data": as_json(data), "logic": logic}
        return decided(self._node.ask(question))

    def _logic(self, node: ast.expr) -> Any:
        match node:
            case ast.BinOp(left, operator, right) | ast.Compare(left, [operator], [right]):
                return {OPERATORS[type(operator)]: [self._logic(left), self._logic(right)]}
            case ast.BoolOp(ast.Or(), parts):
                return {"or": [self._logic(part) for part in parts]}
            case ast.Call(ast.Name("least"), arguments):
                return {"min": [self._logic(argument) for argument in arguments]}
            case ast.Call(ast.Name("total"), [ast.Name(name)]):
                add = {"+": [{"var": "accumulator"}, {"var": "current"}]}
                return {"reduce": [{"var": name}, add, 0]}
            case ast.Name(name):
                return {"var": name}
            case ast.Constant(value):
                return value
        raise NotInTheLanguageError


class HyperFormula(Engine):
    name = "HyperFormula"

    def __init__(self, node: LineProcess) -> None:
        self._node = node
        self.version = node.ask({"engine": "versions"})["HyperFormula"]

    def close(self) -> None:
        self._node.close()

    def answer(self, expression: str, data: Data) -> str:
        cells = {name: f"{chr(ord('A') + place)}1" for place, name in enumerate(data)}
        rows = len(next(iter(data.values())))
        if rows > 1:
            cells = {name: f"{cell}:{cell[0]}{rows}" for name, cell in cells.items()}
        spelling = Spelling(
            {"least": "MIN({0}, {1})", "total": "SUM({0})", "mean": "AVERAGE({0})",
             "rounded": "ROUND({0}, 2)"},
            name=lambda name: cells[name], either="OR({0}, {1})", equal="=",
        )  # fmt: skip
        data_in_cells = as_json(data)
        if any(isinstance(v, str) and v != "-0" for vs in data_in_cells.values() for v in vs):
            raise NotInTheLanguageError
        formula = spelling.write(expression)
        question = {"engine": "HyperFormula", "data": data_in_cells, "formula": formula}
        return decided(self._node.ask(question))


def installed_engines() -> tuple[list[Engine], list[str]]:
    """The engines that are here, dabiao first, and what the others lack."""
    makers: Sequence[tuple[str, Callable[[], Engine]]] = [
        ("numexpr", Numexpr),
        ("NumPy", Numpy),
        ("pandas", lambda: Pandas(nullable=False)),
        ("pandas, nullable", lambda: Pandas(nullable=True)),
        ("polars", Polars),
        ("DuckDB", lambda: Duckdb("DOUBLE")),
        ("DuckDB, decimals", lambda: Duckdb("DECIMAL(38, 8)")),
        ("SQLite", Sqlite),
    ]
    engines: list[Engine] = [Dabiao()]
    absent = []
    for name, make in makers:
        try:
            engines.append(make())
        except ImportError:
            absent.append(name)
    if CEL.exists():
        engines.append(Cel())
    else:
        absent.append("CEL")
    if has_node_package("json-logic-js") and has_node_package("hyperformula"):
        script = str(Path(__file__).parent / "small_cases.mjs")
        node = LineProcess(["node", script], {"DABIAO_NODE_MODULES": str(NODE_MODULES)})
        engines += [JsonLogic(node), HyperFormula(node)]
    else:
        absent += ["json-logic", "HyperFormula"]
    return engines, absent


def ask(engine: Engine, expression: str, data: Data) -> str:
    """The engine's answer; `refused` where it raises, `—` where its language cannot say this."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return engine.answer(expression, data)
    except NotInTheLanguageError:
        return ABSENT
    except AssertionError:
        raise
    except Exception as error:
        if engine.name == "dabiao" or re.search("syntax|parse", str(error), re.IGNORECASE):
            raise
        return REFUSED
