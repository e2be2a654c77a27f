"""Memory by several definitions beside each other, and how far they agree."""

from collections import Counter
from collections.abc import Iterator, Sequence
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
    """A definition of memory: a column of the table of gradients, before training or after it."""

    name: str
    column: str
    trained: bool


DEFINITIONS = (
    Definition("gradient_horizon_initial", "gradient_horizon", trained=False),
    Definition("gradient_horizon_trained", "gradient_horizon", trained=True),
    Definition("memory_capacity", "memory_capacity", trained=True),
    Definition("context_needed", "context_needed", trained=True),
    Definition("gate_time", "gate_time", trained=True),
)
NAMES = (*(definition.name for definition in DEFINITIONS), "memory_horizon")
TRAINED = frozenset(definition.name for definition in DEFINITIONS if definition.trained)
TASK = "recall"
FEWEST_LENGTHS = 3
"""With fewer lengths, T50 says little more than which of them is solved."""
FEWEST_SOLVED, SHARE_OF_ARMS = 2, 0.75
"""After training all are measured at one length: the longest that so many networks solved of this share of them.

At the longest length tried only those that remember farthest would be left to compare.
"""


def memory_rows(tables: Tables) -> Iterator[Row]:
    """A row per experiment, cell and remedy with a memory horizon on recall; means over seeds.

    Before training at the longest length; after it over the networks that solved a length that most of an experiment's
    cells and remedies can.
    """
    horizons = tables["horizons"]
    horizons = horizons[horizons["policy"].eq("chosen") & horizons["task"].eq(TASK)]
    groups = tables["gradients"].groupby(list(GROUP_KEY)).groups
    for _, of_experiment in horizons.groupby("experiment"):
        arms = []
        for horizon in of_experiment.to_dict("records"):
            rows = tables["gradients"].loc[groups.get(tuple(horizon[name] for name in GROUP_KEY), [])]
            if rows["length"].nunique() >= FEWEST_LENGTHS:
                arms.append((horizon, rows))
        length = _solved_by_most([rows for _, rows in arms])
        yield from (_memory_row(horizon, rows, length) for horizon, rows in arms)


def _solved_by_most(arms: Sequence[pd.DataFrame]) -> int:
    """The longest length that enough networks of enough arms solved; 0: none."""
    solved: Counter[int] = Counter()
    for rows in arms:
        networks = _solvers(rows).groupby("length")["seed"].nunique()
        solved.update(networks.index[networks.ge(FEWEST_SOLVED)].tolist())
    return max((length for length, n in solved.items() if n >= SHARE_OF_ARMS * len(arms)), default=0)


def _solvers(rows: pd.DataFrame) -> pd.DataFrame:
    """Networks after training that solved their task."""
    return rows[rows["moment"].eq("final") & rows["solved"]]


def _memory_row(horizon: Row, rows: pd.DataFrame, trained_length: int) -> Row:
    longest = rows[rows["length"].eq(rows["length"].max())]
    initial = longest[longest["moment"].eq("initial")]
    solvers = _solvers(rows[rows["length"].eq(trained_length)])
    trained = solvers if len(solvers) >= FEWEST_SOLVED else solvers.iloc[:0]
    return {
        **{name: horizon[name] for name in GROUP_KEY},
        "length": int(longest["length"].max()),
        "n": int(longest["seed"].nunique()),
        "trained_length": trained_length,
        "solved": len(solvers),
        **{each.name: _mean((trained if each.trained else initial)[each.column]) for each in DEFINITIONS},
        "hidden_gradient_horizon_initial": _mean(initial["hidden_gradient_horizon"]),
        "memory_horizon": horizon["memory_horizon"],
    }


def _mean(values: pd.Series) -> Censored | float | None:
    if values.dtype == object:
        return censored_mean(values.dropna())
    return float(values.mean()) if len(values) else np.nan


def agreement_rows(tables: Tables) -> Iterator[Row]:
    """A row per two definitions: their rank correlation over networks, and the network whose two ranks differ most.

    Only over networks of one longest length, that of the most of them, and of one length after training, since no
    definition sees beyond the sequence: networks of several lengths would agree on the order of their lengths. And only
    where both values are known exactly.
    """
    measured = tables["memories"]
    lengths = {name: _most_frequent(measured[name]) for name in ("length", "trained_length")}
    for first, second in combinations(NAMES, 2):
        known = measured[measured[first].notna() & measured[second].notna()]
        both = known[known["length"].eq(lengths["length"])]
        trained = bool({first, second} & TRAINED)
        both = both[both["trained_length"].eq(lengths["trained_length"])] if trained else both
        exact = both.assign(**{name: known_values(both[name]) for name in (first, second)})
        rows = exact[exact[first].notna() & exact[second].notna()]
        correlation = rank_correlation(rows[first].to_numpy(dtype=float), rows[second].to_numpy(dtype=float))
        yield {
            "first": first,
            "second": second,
            "length": lengths["length"],
            "trained_length": lengths["trained_length"] if trained else 0,
            "n": len(rows),
            "limits": len(both) - len(rows),
            "other_lengths": len(known) - len(both),
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
        Column("length", "count", "steps", "longest length, of the measures before training"),
        Column("n", "count", "seeds", "judged networks of that length"),
        Column(
            "trained_length",
            "count",
            "steps",
            "of measures after training: the longest that 2 networks of 3/4 of the experiment's rows solved; 0: none",
        ),
        Column(
            "solved",
            "count",
            "seeds",
            "judged networks that solved it, of which those measures are means, if 2 or more",
        ),
        Column("gradient_horizon_initial", "censored", "steps", "mean gradient horizon before training"),
        Column("gradient_horizon_trained", "censored", "steps", "mean gradient horizon after training"),
        Column("memory_capacity", "number", "steps", "mean memory capacity after training"),
        Column("context_needed", "censored", "steps", "mean of the last inputs that are needed, after training"),
        Column("gate_time", "number", "steps", "mean gate time after training; empty without forget or update gate"),
        Column("hidden_gradient_horizon_initial", "censored", "steps", "mean horizon by h alone before training"),
        Column("memory_horizon", "censored", "steps", "T50"),
    ),
    key=GROUP_KEY,
    of_tables=memory_rows,
)

AGREEMENT = Table(
    row="two definitions of memory, over the rows of the table of memories with its most frequent lengths",
    columns=(
        Column("first", "text", "-", "a column of the table of memories"),
        Column("second", "text", "-", "another one"),
        Column("length", "count", "steps", "longest length of the rows that are compared; 0: there are none"),
        Column("trained_length", "count", "steps", "their length of measures after training; 0: neither is one"),
        Column("n", "count", "rows", "rows with an exact value of both"),
        Column("limits", "count", "rows", "rows left out because only a limit of one or both is known"),
        Column("other_lengths", "count", "rows", "rows left out because one of these lengths is another one"),
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
