"""Memory horizons: T50, the length that half of the seeds solve within the budget."""

from collections.abc import Iterator

from gradient_horizon.statistics.half_length import half_length
from gradient_horizon.statistics.intervals import Interval
from gradient_horizon.tables.columns import GROUP, GROUP_KEY, POLICY, censored_interval
from gradient_horizon.tables.schema import Column, Row
from gradient_horizon.tables.table import Table, Tables

KEY = [*GROUP_KEY, POLICY.name]
SHARE = ["solved_share", "solved_share_low", "solved_share_high"]


def horizon_rows(tables: Tables) -> Iterator[Row]:
    """A row per experiment, task, cell, remedy and policy with at least two lengths."""
    for key, group in tables["success"].groupby(KEY):
        if group["length"].nunique() < 2:
            continue
        lengths, n = (group[name].to_numpy(dtype=int) for name in ("length", "n"))
        horizon = half_length(lengths, [Interval(*row) for row in group[SHARE].to_numpy().tolist()], n)
        yield {
            **dict(zip(KEY, key, strict=True)),
            "n": int(n.min()),
            "shortest": int(group["length"].min()),
            "longest": int(group["length"].max()),
            "updates": int(group["updates"].max()),
            "memory_horizon": horizon.length,
            "memory_horizon_low": horizon.low,
            "memory_horizon_high": horizon.high,
        }


HORIZONS = Table(
    row="a task, cell and remedy over all lengths, at a learning rate policy",
    columns=(
        *GROUP,
        POLICY,
        Column("n", "count", "seeds", "judged seeds of each length, the fewest of any"),
        Column("shortest", "count", "steps", "shortest length tried"),
        Column("longest", "count", "steps", "longest length tried"),
        Column("updates", "count", "updates", "budget"),
        *censored_interval("memory_horizon", "steps", "T50: the length that half of the seeds solve within the budget"),
    ),
    key=tuple(KEY),
    of_tables=horizon_rows,
)
