"""Many scenarios over the same records, beside evaluating everything anew for each of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from paired import Contestant, take_times
from sections import DisagreementError, Section, Sizes, Table
from workload import CONDITIONS, OUTPUTS, PLAN, WORK, columns

CHANGED = "nursing"


def measure(sizes: Sizes) -> list[dict[str, Any]]:
    """The section."""
    import pyarrow as pa

    import dabiao

    data = columns(sizes.scenario_rows)
    compiled = dabiao.parse(PLAN).compile(OUTPUTS)
    table = pa.table(data)
    values = [float(50 + i) for i in range(sizes.scenarios)]
    scenarios = {str(i): {CHANGED: value} for i, value in enumerate(values)}
    # One table of all records of all scenarios: what full evaluation costs with nothing in its way.
    everything = {
        name: np.repeat(values, sizes.scenario_rows)
        if name == CHANGED
        else np.tile(column, sizes.scenarios)
        for name, column in data.items()
    }
    whole = pa.table(everything)

    found = compiled.scenarios(table, scenarios)["holds"].to_pylist()
    for place in (0, sizes.scenarios // 2, sizes.scenarios - 1):
        anew = compiled.totals({**data, CHANGED: np.full(sizes.scenario_rows, values[place])})
        expected = [each["holds"] for each in anew.to_pylist() if each["output"] in CONDITIONS]
        if found[place * len(CONDITIONS) : (place + 1) * len(CONDITIONS)] != expected:
            raise DisagreementError(f"scenario {place} holds elsewhere than when evaluated anew")

    def in_bulk() -> None:
        compiled.scenarios(table, scenarios)

    def anew() -> None:
        compiled.totals(whole)

    rows = take_times(
        [
            Contestant("scenarios", in_bulk, dabiao.__version__, "compiled.scenarios(table, …)"),
            Contestant(
                "all anew", anew, dabiao.__version__,
                "compiled.totals of one table with the records of every scenario",
            ),
        ],
        sizes.rounds,
        "scenarios",
    )  # fmt: skip
    section = Section("scenarios", "Scenarios in bulk")
    caption = (
        f"{sizes.scenarios:,} scenarios over {sizes.scenario_rows:,} records, "
        "one of six inputs changed, counts per target"
    )
    section.tables.append(Table(caption, WORK, "scenarios", rows))
    return [section.as_dict()]
