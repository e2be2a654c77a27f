"""Memory by several definitions beside each other, and how far they agree."""

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

from gradient_horizon.statistics.censored import Censored, censored_mean
from gradient_horizon.statistics.correlation import rank_correlation
from gradient_horizon.tables.columns import GROUP, GROUP_KEY, interval, interval_values, known_values
from gradient_horizon.tables.schema import Column, Row
from gradient_horizon.tables.table import Table, Tables


class Definition(NamedTuple):
    """A definition of memory: a column of the table of gradients at a stage of training."""

    name: str
    column: str
    stage: str


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
"""With fewer lengths, T50 says little more than which of them is solved."""


def memory_rows(tables: Tables) -> Iterator[Row]:
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
        yield {
            **dict(zip(GROUP_KEY, key, strict=True)),
            "length": int(rows["length"].max()),
            "n": int(rows["seed"].nunique()),
            **{each.name: _mean(rows.loc[rows["moment"].eq(each.stage), each.column]) for each in DEFINITIONS},
            "memory_horizon": horizon["memory_horizon"],
        }


def _mean(values: pd.Series) -> Censored | float | None:
    if values.dtype == object:
        return censored_mean(values.dropna())
    return float(values.mean()) if len(values) else np.nan


def agreement_rows(tables: Tables) -> Iterator[Row]:
    """A row per two definitions: their rank correlation over networks, and the network whose two ranks differ most.

    Only over networks of one longest length, that of the most of them, since no definition sees beyond the sequence:
    networks of several lengths would agree on the order of their lengths. And only where both values are known exactly.
    """
    measured = tables["memories"]
    length = _most_frequent(measured["length"])
    memories = measured[measured["length"].eq(length)]
    for first, second in combinations(NAMES, 2):
        both = memories[memories[first].notna() & memories[second].notna()]
        exact = both.assign(**{name: known_values(both[name]) for name in (first, second)})
        rows = exact[exact[first].notna() & exact[second].notna()]
        correlation = rank_correlation(rows[first].to_numpy(dtype=float), rows[second].to_numpy(dtype=float))
        yield {
            "first": first,
            "second": second,
            "length": length,
            "n": len(rows),
            "limits": len(both) - len(rows),
            "other_lengths": int((measured[first].notna() & measured[second].notna()).sum()) - len(both),
            **interval_values("correlation", correlation),
            **_farthest_apart(rows, first, second),
        }


def _most_frequent(lengths: pd.Series) -> int:
    """The longest of those that are equally frequent; 0 of none."""
    return int(lengths.mode().max()) if len(lengths) else 0


def _farthest_apart(rows: pd.DataFrame, first: str, second: str) -> Row:
    if rows.empty:
        return {
            "apart_experiment": "",
            "apart_cell": "",
            "apart_remedy": "",
            "apart_first": np.nan,
            "apart_second": np.nan,
        }
    row = rows.loc[(rows[first].rank() - rows[second].rank()).abs().idxmax()]
    network = {f"apart_{name}": row[name] for name in ("experiment", "cell", "remedy")}
    return {**network, "apart_first": row[first], "apart_second": row[second]}


MEMORIES = Table(
    row="a cell with a remedy in an experiment on recall: its memory by every definition",
    columns=(
        *GROUP,
        Column("length", "count", "steps", "longest length, at which all but T50 are measured"),
        Column("n", "count", "seeds", "judged networks"),
        Column("gradient_horizon_initial", "censored", "steps", "mean gradient horizon before training"),
        Column("gradient_horizon_trained", "censored", "steps", "mean gradient horizon after training"),
        Column("memory_capacity", "number", "steps", "mean memory capacity after training"),
        Column("context_needed", "censored", "steps", "mean of the last inputs that are needed, after training"),
        Column("gate_time", "number", "steps", "mean gate time after training; empty without forget or update gate"),
        Column("memory_horizon", "censored", "steps", "T50"),
    ),
    key=GROUP_KEY,
    of_tables=memory_rows,
)

AGREEMENT = Table(
    row="two definitions of memory, over the rows of the table of memories with its most frequent length",
    columns=(
        Column("first", "text", "-", "a column of the table of memories"),
        Column("second", "text", "-", "another one"),
        Column("length", "count", "steps", "longest length of the rows that are compared; 0: there are none"),
        Column("n", "count", "rows", "rows with an exact value of both"),
        Column("limits", "count", "rows", "rows left out because only a limit of one or both is known"),
        Column("other_lengths", "count", "rows", "rows left out because their longest length is another one"),
        *interval("correlation", "-", "Spearman's rank correlation (Fisher's z)"),
        Column("apart_experiment", "text", "-", "experiment of the row whose two ranks differ most; empty: no rows"),
        Column("apart_cell", "text", "-", "its cell"),
        Column("apart_remedy", "text", "-", "its remedy"),
        Column("apart_first", "number", "steps", "its value by the first definition"),
        Column("apart_second", "number", "steps", "its value by the second definition"),
    ),
    key=("first", "second"),
    of_tables=agreement_rows,
)
