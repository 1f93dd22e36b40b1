"""The ledger through dabiao, DuckDB and polars: every status as a byte, month by month, and the
counts per target, level and month.

A contestant loads the country, which is not timed, and then runs: it hands every target's statuses of
a month to `take` as one array of bytes in the order of the entities. Codes are those of dabiao.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
from country import INPUTS, MONTHS, PERIODS, PLAN, Country

MET, MISSED = 5, 0

Take = Callable[[str, int, Any], None]

VILLAGE = ["村床位", "村护理", "村走访", "村服务", "村投诉", "村支出", "村护工", "村床型"]
TOWN = ["镇床位", "镇护理", "镇走访村", "镇零投诉", "镇护理村", "镇投诉"]
COUNTY = ["县床位镇", "县走访镇", "县支出", "县富裕"]
PROVINCE = ["省走访", "省护理"]


class Dabiao:
    """The plan through its public interface."""

    def __init__(self, country: Country, threads: int) -> None:
        import dabiao

        self.version = dabiao.__version__
        self._threads = threads
        self._plan = dabiao.parse(PLAN)
        self._data = self._plan.dense(country.register(), country.inputs, PERIODS)

    def run(self, take: Take) -> dict[tuple[str, int], dict[int, int]]:
        statuses = self._plan.statuses(self._data, "2025-12-31", threads=self._threads)
        names: list[str] | None = None
        for batch in statuses:
            target, span = batch.column("target"), batch.column("span")
            name = target.dictionary[target.indices[0].as_py()].as_py()
            month = int(span.dictionary[span.indices[0].as_py()].as_py()[5:]) - 1
            take(name, month, batch.column("status").indices)
        counts = statuses.counts.to_pydict()
        names = ["missed", "undecided", "behind", "pending", "on_track", "met", "not_applicable"]
        return {
            (target, int(span[5:]) - 1): {
                code: counts[name][row] for code, name in enumerate(names) if counts[name][row]
            }
            for row, (target, span) in enumerate(zip(counts["target"], counts["span"], strict=True))
        }


def counted(statuses: np.ndarray) -> dict[int, int]:
    found = np.bincount(statuses, minlength=8)
    return {code: int(found[code]) for code in range(8) if found[code]}


# The conditions over complete data in SQL. Whole numbers are compared without division, which is
# both quicker and right where a quotient would be rounded.
IN_VILLAGE = {
    "村床位": "elderly > 0 AND beds * 1000 >= 36 * elderly",
    "村护理": "care * 2 >= beds",
    "村走访": "visits >= 10",
    "村服务": "served * 2 >= elderly",
    "村投诉": "complaints <= 2",
    "村支出": "spent <= 30 * served AND spent >= 10 * elderly",
    "村护工": "visits + served <= 40 * carers OR beds <= 4 * carers",
    "村床型": "beds - care BETWEEN 1 AND 20",
}
IN_TOWN = {
    "镇床位": "beds * 1000 >= 36 * elderly",
    "镇护理": "care * 2 >= beds",
    "镇走访村": "visited * 10 >= villages * 8",
    "镇零投诉": "quiet * 4 >= villages",
    "镇护理村": "caring >= 8",
    "镇投诉": "most_complaints <= 4 AND complaints * 1000 <= 40 * served",
}
IN_COUNTY = {
    "县床位镇": "bedded * 2 >= towns",
    "县走访镇": "walked * 2 > towns",
    "县支出": "spent <= 30 * served",
    "县富裕": "spare >= 600",
}
IN_PROVINCE = {
    "省走访": "visits >= 3600 * counties",
    "省护理": "caring * 2 >= counties AND care * 2 >= beds",
}
COLUMNS = dict(
    zip(
        INPUTS,
        ["elderly", "beds", "care", "carers", "visits", "served", "complaints", "spent"],
        strict=True,
    )
)


class DuckDB:
    """A table ordered by month and village; roll-ups level by level in one query per month."""

    def __init__(self, country: Country, threads: int) -> None:
        import duckdb
        import pyarrow as pa

        self.version = duckdb.__version__
        self._connection = duckdb.connect()
        self._connection.execute(f"SET threads = {threads}")
        self._connection.execute("SET preserve_insertion_order = true")
        town = pa.array(country.above(3))
        village = pa.array(np.arange(country.villages, dtype=np.int32))
        for month in range(MONTHS):
            rows = {
                "month": pa.array(np.full(country.villages, month, np.int8)),
                "village": village,
                "town": town,
            }
            for name, column in COLUMNS.items():
                rows[column] = pa.array(country.inputs[name][month])
            batch = pa.table(rows)
            self._connection.register("batch", batch)
            verb = "CREATE TABLE ledger AS" if month == 0 else "INSERT INTO ledger"
            self._connection.execute(f"{verb} SELECT * FROM batch")
            self._connection.unregister("batch")
        for name, level in [("towns", 3), ("counties", 2), ("cities", 1)]:
            places = pa.table(
                {
                    "entity": np.arange(country.sizes[level], dtype=np.int32),
                    "above": country.parents[level],
                }
            )
            self._connection.register("places", places)
            self._connection.execute(f"CREATE TABLE {name} AS SELECT * FROM places")
            self._connection.unregister("places")

    @staticmethod
    def _bytes(conditions: dict[str, str]) -> str:
        return ", ".join(
            f'CAST(CASE WHEN {condition} THEN {MET} ELSE {MISSED} END AS UTINYINT) AS "{name}"'
            for name, condition in conditions.items()
        )

    def _stream(
        self,
        query: str,
        names: list[str],
        take: Take,
        counts: dict[tuple[str, int], dict[int, int]],
    ) -> None:
        """Takes the rows of a query in their order; `month` parts them."""
        parts: dict[int, list[Any]] = {}
        reader = self._connection.sql(query).to_arrow_reader(1 << 20)
        for batch in reader:
            months = batch.column("month").to_numpy()
            edges = [0, *(np.flatnonzero(np.diff(months)) + 1).tolist(), len(months)]
            for first, last in itertools.pairwise(edges):
                parts.setdefault(int(months[first]), []).append(batch.slice(first, last - first))
            for month in sorted(parts)[:-1]:
                self._hand_over(parts.pop(month), month, names, take, counts)
        for month in sorted(parts):
            self._hand_over(parts[month], month, names, take, counts)

    @staticmethod
    def _hand_over(
        batches: list[Any], month: int, names: list[str], take: Take, counts: dict[Any, Any]
    ) -> None:
        import pyarrow as pa

        table = pa.Table.from_batches(batches).combine_chunks()
        for name in names:
            statuses = table.column(name).chunk(0)
            counts[name, month] = counted(statuses.to_numpy())
            take(name, month, statuses)

    def run(self, take: Take) -> dict[tuple[str, int], dict[int, int]]:
        counts: dict[tuple[str, int], dict[int, int]] = {}
        self._stream(f"SELECT month, {self._bytes(IN_VILLAGE)} FROM ledger", VILLAGE, take, counts)
        execute = self._connection.execute
        sums = ", ".join(
            f"sum({name}) AS {name}"
            for name in ["elderly", "beds", "care", "visits", "served", "complaints", "spent"]
        )
        execute(
            f"""CREATE OR REPLACE TEMP TABLE by_town AS
            SELECT month, town, above AS county, t.* EXCLUDE (month, town)
            FROM (SELECT month, town, {sums}, max(complaints) AS most_complaints,
                count(*) AS villages, count(*) FILTER (visits >= 10) AS visited,
                count(*) FILTER (complaints = 0) AS quiet, count(*) FILTER (care >= 5) AS caring,
                coalesce(sum(beds) FILTER (elderly < 30), 0) AS spare
                FROM ledger GROUP BY month, town) t JOIN towns ON town = entity"""
        )
        self._stream(
            f"SELECT month, {self._bytes(IN_TOWN)} FROM by_town ORDER BY month, town",
            TOWN,
            take,
            counts,
        )
        execute(
            """CREATE OR REPLACE TEMP TABLE by_county AS
            SELECT month, county, above AS city, c.* EXCLUDE (month, county)
            FROM (SELECT month, county, sum(beds) AS beds, sum(care) AS care,
                sum(visits) AS visits, sum(served) AS served, sum(spent) AS spent,
                sum(spare) AS spare, count(*) AS towns,
                count(*) FILTER (beds * 1000 >= 36 * elderly) AS bedded,
                count(*) FILTER (visits >= elderly) AS walked
                FROM by_town GROUP BY month, county) c JOIN counties ON county = entity"""
        )
        self._stream(
            f"SELECT month, {self._bytes(IN_COUNTY)} FROM by_county ORDER BY month, county",
            COUNTY,
            take,
            counts,
        )
        self._stream(
            f"""SELECT month, {self._bytes(IN_PROVINCE)} FROM
            (SELECT month, above AS province, sum(beds) AS beds, sum(care) AS care,
                sum(visits) AS visits, count(*) AS counties,
                count(*) FILTER (care * 2 >= beds) AS caring
                FROM by_county JOIN cities ON city = entity GROUP BY month, above)
            ORDER BY month, province""",
            PROVINCE,
            take,
            counts,
        )
        return counts


class Polars:
    """A data frame per month, ordered by village; roll-ups level by level, each month in turn."""

    def __init__(self, country: Country, threads: int) -> None:
        import polars as pl

        self.version = pl.__version__
        assert pl.thread_pool_size() == threads
        town = pl.Series("town", country.above(3)).set_sorted()
        self._months = [
            pl.DataFrame(
                [
                    town,
                    *(
                        pl.Series(column, country.inputs[name][month])
                        for name, column in COLUMNS.items()
                    ),
                ]
            )
            for month in range(MONTHS)
        ]
        self._county = pl.Series("county", country.parents[3]).set_sorted()
        self._city = pl.Series("city", country.parents[2]).set_sorted()
        self._province = pl.Series("province", country.parents[1])

    def run(self, take: Take) -> dict[tuple[str, int], dict[int, int]]:
        import polars as pl

        counts: dict[tuple[str, int], dict[int, int]] = {}

        def statuses(conditions: dict[str, str]) -> list[pl.Expr]:
            return [
                (pl.sql_expr(condition).cast(pl.UInt8) * MET).alias(name)
                for name, condition in conditions.items()
            ]

        def hand_over(frame: pl.DataFrame, month: int) -> None:
            for name in frame.columns:
                found = frame[name].to_arrow()
                counts[name, month] = counted(found.to_numpy())
                take(name, month, found)

        sums = ["elderly", "beds", "care", "visits", "served", "complaints", "spent"]
        for month, villages in enumerate(self._months):
            hand_over(villages.select(statuses(IN_VILLAGE)), month)
            towns = (
                villages.lazy()
                .group_by("town")
                .agg(
                    *(pl.col(name).sum() for name in sums),
                    pl.col("complaints").max().alias("most_complaints"),
                    pl.len().cast(pl.Int64).alias("villages"),
                    (pl.col("visits") >= 10).sum().cast(pl.Int64).alias("visited"),
                    (pl.col("complaints") == 0).sum().cast(pl.Int64).alias("quiet"),
                    (pl.col("care") >= 5).sum().cast(pl.Int64).alias("caring"),
                    pl.when(pl.col("elderly") < 30).then(pl.col("beds")).sum().alias("spare"),
                )
                .sort("town")
                .collect()
                .with_columns(self._county)
            )
            hand_over(towns.select(statuses(IN_TOWN)), month)
            counties = (
                towns.lazy()
                .with_columns(
                    (pl.col("beds") * 1000 >= 36 * pl.col("elderly")).alias("is_bedded"),
                    (pl.col("visits") >= pl.col("elderly")).alias("is_walked"),
                )
                .group_by("county")
                .agg(
                    *(
                        pl.col(name).sum()
                        for name in ["beds", "care", "visits", "served", "spent", "spare"]
                    ),
                    pl.len().cast(pl.Int64).alias("towns"),
                    pl.col("is_bedded").sum().cast(pl.Int64).alias("bedded"),
                    pl.col("is_walked").sum().cast(pl.Int64).alias("walked"),
                )
                .sort("county")
                .collect()
                .with_columns(self._city)
            )
            hand_over(counties.select(statuses(IN_COUNTY)), month)
            provinces = (
                counties.lazy()
                .with_columns(
                    self._province.gather(self._city).alias("province"),
                    (pl.col("care") * 2 >= pl.col("beds")).alias("is_caring"),
                )
                .group_by("province")
                .agg(
                    *(pl.col(name).sum() for name in ["beds", "care", "visits"]),
                    pl.len().cast(pl.Int64).alias("counties"),
                    pl.col("is_caring").sum().cast(pl.Int64).alias("caring"),
                )
                .sort("province")
                .collect()
            )
            hand_over(provinces.select(statuses(IN_PROVINCE)), month)
        return counts


CONTESTANTS = {"dabiao": Dabiao, "DuckDB": DuckDB, "polars": Polars}
