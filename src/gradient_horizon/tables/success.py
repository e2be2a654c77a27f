"""Success by length: how many seeds solve a task within the budget, how soon and how well."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from gradient_horizon.statistics.intervals import Interval
from gradient_horizon.statistics.means import mean
from gradient_horizon.statistics.shares import share
from gradient_horizon.statistics.survival import median_time
from gradient_horizon.tables.columns import GROUP, GROUP_KEY, LENGTH, POLICY, RUN_KEY, interval, interval_values
from gradient_horizon.tables.judged_share import judged_share
from gradient_horizon.tables.schema import Column, Row
from gradient_horizon.tables.table import Table, Tables

KEY = list(RUN_KEY)
HALF = 0.5


def success_rows(tables: Tables) -> Iterator[Row]:
    """A row per set of judged seeds and learning rate policy; none for networks that were never trained."""
    networks = tables["networks"]
    baselines = tables["baselines"].set_index(["task", "length", "rank"])[["accuracy", "loss"]].to_dict("index")
    budgets = tables["runs"].groupby(KEY)["updates"].max()
    for values, group in networks[networks["judged"]].groupby(KEY):
        if budgets[values] == 0:
            continue
        key = dict(zip(KEY, values, strict=True))
        for policy, counted in _policies(group):
            shares = {f"{s}_share": _share(group, counted, policy, s) for s in ("solved", "diverged")}
            yield {
                **key,
                "policy": policy,
                "updates": budgets[values],
                **_estimates(counted),
                **{name: value for share in shares for name, value in interval_values(share, shares[share]).items()},
                **_baseline("trivial", baselines.get((key["task"], key["length"], 0))),
                **_baseline("partial", baselines.get((key["task"], key["length"], 1))),
            }


def rising_arms(success: pd.DataFrame) -> frozenset[tuple[str, ...]]:
    """Experiment, task, cell and remedy where more than half solve the longest length, and fewer the shortest.

    At the chosen learning rates, from rows of success. T50 supposes that longer is harder, and says nothing of these.
    """
    chosen = success[success["policy"].eq("chosen")].sort_values("length")
    shares = chosen.groupby(list(GROUP_KEY))["solved_share"].agg(["first", "last"])
    return frozenset(shares.index[shares["first"].lt(HALF) & shares["last"].gt(HALF)])


def _baseline(name: str, row: Row | None) -> Row:
    return {f"{name}_{column}": row[column] if row else np.nan for column in ("accuracy", "loss")}


def _policies(group: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    yield "chosen", group[group["chosen"]]
    solved_first = group.assign(rank=group["status"].map({"solved": 0, "unsolved": 1, "diverged": 2}))
    best = solved_first.sort_values(["seed", "rank", "update", "learning_rate"], kind="stable").drop_duplicates("seed")
    yield "any", best
    for rate, of_rate in group.groupby("learning_rate"):
        yield f"{rate:g}", of_rate


def _share(group: pd.DataFrame, counted: pd.DataFrame, policy: str, status: str) -> Interval:
    if policy == "chosen":
        return judged_share(group, group["status"].eq(status), policy)
    return share(int(counted["status"].eq(status).sum()), len(counted))


def _estimates(networks: pd.DataFrame) -> Row:
    n = len(networks)
    solved = networks["status"].eq("solved")
    diverged = networks["status"].eq("diverged")
    time = median_time(networks["update"].to_numpy(), solved.to_numpy())
    return {
        "n": n,
        "solved": int(solved.sum()),
        "diverged": int(diverged.sum()),
        **interval_values("time_to_solve", Interval(*time)),
        **interval_values("accuracy", mean(networks.loc[~diverged, "accuracy"])),
        **interval_values("loss", mean(networks.loc[~diverged, "loss"])),
    }


SUCCESS = Table(
    row="the judged seeds of a task, cell, remedy and length, at a learning rate policy",
    columns=(
        *GROUP,
        LENGTH,
        POLICY,
        Column("n", "count", "seeds", "judged seeds"),
        Column("solved", "count", "seeds", "solved within the budget"),
        Column("diverged", "count", "seeds", "diverged"),
        *interval("solved_share", "share", "share of seeds that solved the task (Wilson, over the chosen rates)"),
        *interval("diverged_share", "share", "share of seeds that diverged (likewise)"),
        Column("updates", "count", "updates", "budget"),
        *interval("time_to_solve", "updates", "median over seeds (Kaplan-Meier); infinite: less than half solve"),
        *interval("accuracy", "share", "mean over seeds that did not diverge; empty for regression"),
        *interval("loss", "task's loss", "mean over seeds that did not diverge"),
        Column("trivial_accuracy", "number", "share", "of the trivial baseline; empty for regression"),
        Column("trivial_loss", "number", "task's loss", "of the trivial baseline"),
        Column("partial_accuracy", "number", "share", "of the baseline that solves part of the task; empty: none"),
        Column("partial_loss", "number", "task's loss", "of the baseline that solves part of the task; empty: none"),
    ),
    key=(*RUN_KEY, POLICY.name),
    of_tables=success_rows,
)
