"""Estimates with their intervals, taken from the rows of some runs: what the tests of claims measure."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from gradient_horizon.claims.outcome import Finding
from gradient_horizon.claims.runs import Runs
from gradient_horizon.statistics.censored import Censored, Side, mean_of_censored, side_of
from gradient_horizon.statistics.correlation import rank_correlation, rank_correlation_up_to_limit
from gradient_horizon.statistics.intervals import UNKNOWN, Interval, difference, ratio
from gradient_horizon.statistics.means import geometric_mean, mean
from gradient_horizon.statistics.scales import Scale
from gradient_horizon.tables.catalogue import Tables

NOTHING = Finding(UNKNOWN, 0)
"""The finding in a study that lacks the runs."""


def memory_horizon(tables: Tables, runs: Runs, policy: str = "chosen") -> Finding:
    """T50 with its interval; open-ended where it is censored."""
    rows = runs.of(tables["horizons"])
    rows = rows[rows["policy"].eq(policy)]
    if len(rows) != 1:
        return NOTHING
    row = rows.iloc[0]
    _, side = row["memory_horizon"].parts
    effect = row["memory_horizon"].within(row["memory_horizon_low"], row["memory_horizon_high"])
    return Finding(effect, int(row["n"]), side)


def memory_horizon_ratio(tables: Tables, runs: Runs, other: Runs) -> Finding:
    """T50 of the first over T50 of the second."""
    first, second = memory_horizon(tables, runs), memory_horizon(tables, other)
    if not (first.n and second.n):
        return NOTHING
    effect, n = ratio(first.effect, second.effect), first.n + second.n
    sides = {first.side, second.side.opposite} - {Side.NONE}
    if len(sides) > 1:
        return Finding(effect._replace(estimate=np.nan), n)
    return Finding(effect, n, sides.pop() if sides else Side.NONE)


def success_share(tables: Tables, runs: Runs, column: str, policy: str = "chosen") -> Finding:
    """A share of seeds (`solved_share`, `diverged_share`) at a learning rate policy, at the longest length."""
    rows = runs.of(tables["success"])
    rows = rows[rows["policy"].eq(policy)]
    return _single(rows[rows["length"].eq(rows["length"].max())], column)


def success_difference(tables: Tables, runs: Runs, other: Runs, column: str) -> Finding:
    """A share of the first less that of the second."""
    first, second = success_share(tables, runs, column), success_share(tables, other, column)
    if not (first.n and second.n):
        return NOTHING
    return Finding(difference(first.effect, second.effect), first.n + second.n)


def accuracy_difference(tables: Tables, runs: Runs, other: Runs) -> Finding:
    """Mean accuracy of the first less that of the second, at the chosen learning rate, at the longest length."""
    first, second = success_share(tables, runs, "accuracy"), success_share(tables, other, "accuracy")
    if not (first.n and second.n):
        return NOTHING
    return Finding(difference(first.effect, second.effect), first.n + second.n)


def at_moment(
    tables: Tables, runs: Runs, column: str, *, moment: str, length: int | None = None, table: str = "gradients"
) -> pd.Series:
    """A column of a table of measures, seed by seed, at one moment and one length (None: the longest)."""
    rows = runs.of(tables[table])
    rows = rows[rows["moment"].eq(moment)]
    rows = rows[rows["length"].eq(rows["length"].max() if length is None else length)]
    return rows.set_index("seed")[column].dropna()


def censored_seed_mean(values: pd.Series) -> Finding:
    """The mean over seeds of values of which only limits may be known; its interval is open where they are."""
    return censored_average(list(values), mean)


def censored_average(values: Sequence[Censored], average: Callable[..., Interval]) -> Finding:
    """A mean of values of which only limits may be known; without an estimate, where there are limits on both sides."""
    if len(values) < 2:
        return NOTHING
    effect, side = mean_of_censored(values, average), side_of(values)
    return Finding(effect._replace(estimate=np.nan) if side is None else effect, len(values), side or Side.NONE)


def seed_mean(values: pd.Series, scale: Scale = Scale.IDENTITY) -> Finding:
    """The mean over seeds, on a scale."""
    return Finding(mean(values, scale), len(values)) if len(values) > 1 else NOTHING


def seed_geometric_mean(values: pd.Series) -> Finding:
    """The geometric mean over seeds; zeros count as the tiniest number."""
    return Finding(geometric_mean(values), len(values)) if len(values) > 1 else NOTHING


def ordered(pairs: Sequence[tuple[float, float]]) -> Finding:
    """Spearman's rank correlation of pairs."""
    return Finding(rank_correlation(*np.array(pairs, dtype=float).T), len(pairs)) if len(pairs) > 3 else NOTHING


def ordered_up_to_limit(pairs: Sequence[tuple[float, Censored]]) -> Finding:
    """Spearman's rank correlation of a dose with a response that was observed up to a limit."""
    if len(pairs) < 4:
        return NOTHING
    doses, responses = zip(*pairs, strict=True)
    return Finding(rank_correlation_up_to_limit(doses, responses), len(pairs))


def _single(rows: pd.DataFrame, column: str) -> Finding:
    if len(rows) != 1:
        return NOTHING
    row = rows.iloc[0]
    return Finding(Interval(*(float(row[name]) for name in (column, f"{column}_low", f"{column}_high"))), int(row["n"]))
