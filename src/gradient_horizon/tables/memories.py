"""The definitions of memory beside each other, and how far they agree."""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

from gradient_horizon.statistics import Censored, censored_mean, rank_correlation
from gradient_horizon.tables.columns import GROUP_KEY
from gradient_horizon.tables.run_files import Row


class Definition(NamedTuple):
    """A definition of memory: a column of the table of gradients at a moment."""

    name: str
    column: str
    moment: str


DEFINITIONS = (
    Definition("gradient_horizon_initial", "gradient_horizon", "initial"),
    Definition("gradient_horizon_trained", "gradient_horizon", "final"),
    Definition("memory_capacity", "memory_capacity", "final"),
    Definition("context_needed", "context_needed", "final"),
    Definition("gate_time", "gate_time", "final"),
)
NAMES = (*(definition.name for definition in DEFINITIONS), "memory_horizon")
TASK = "recall"
FEWEST_LENGTHS = 3
"""With fewer, T50 is hardly more than which of them is solved."""


def memories(tables: Mapping[str, pd.DataFrame]) -> Iterator[Row]:
    """A row per experiment, cell and remedy with a memory horizon on recall; means over seeds at the longest length."""
    horizons = tables["horizons"]
    horizons = horizons[horizons["policy"].eq("chosen") & horizons["task"].eq(TASK)]
    groups = tables["gradients"].groupby(list(GROUP_KEY)).groups
    for horizon in horizons.to_dict("records"):
        key = tuple(horizon[name] for name in GROUP_KEY)
        if key not in groups:
            continue
        rows = tables["gradients"].loc[groups[key]]
        if rows["length"].nunique() < FEWEST_LENGTHS:
            continue
        rows = rows[rows["length"].eq(rows["length"].max())]
        row: Row = {
            **dict(zip(GROUP_KEY, key, strict=True)),
            "length": int(rows["length"].max()),
            "n": int(rows["seed"].nunique()),
            "memory_horizon": horizon["memory_horizon"],
        }
        for definition in DEFINITIONS:
            values = rows.loc[rows["moment"].eq(definition.moment), definition.column]
            row[definition.name] = _mean(values)
        yield row


def _mean(values: pd.Series) -> Censored | float | None:
    if values.dtype == object:
        return censored_mean(values.dropna())
    return float(values.mean()) if len(values) else np.nan


def _exact(values: pd.Series) -> pd.Series:
    """Values that are known exactly; NaN for the others."""
    return (
        values
        if values.dtype != object
        else pd.Series([np.nan if v is None else v.known for v in values], values.index)
    )


def agreement(memory: pd.DataFrame) -> Iterator[Row]:
    """Rank correlation of each two definitions over experiments, cells and remedies, and who they part over most."""
    for first, second in combinations(NAMES, 2):
        both = memory[memory[first].notna() & memory[second].notna()]
        exact = both.assign(**{name: _exact(both[name]) for name in (first, second)})
        rows = exact[exact[first].notna() & exact[second].notna()]
        found = rank_correlation(rows[first].to_numpy(dtype=float), rows[second].to_numpy(dtype=float))
        apart = rows[first].rank() - rows[second].rank()
        farthest = rows.loc[apart.abs().idxmax()] if len(rows) else None
        yield {
            "first": first,
            "second": second,
            "n": len(rows),
            "limits": len(both) - len(rows),
            "correlation": found.estimate,
            "correlation_low": found.low,
            "correlation_high": found.high,
            "apart": "" if farthest is None else f"{farthest['experiment']}: {farthest['cell']}, {farthest['remedy']}",
            "apart_first": np.nan if farthest is None else farthest[first],
            "apart_second": np.nan if farthest is None else farthest[second],
        }
