"""From networks to estimates with intervals: success by length, memory horizons, mean profiles."""

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import pandas as pd

from gradient_horizon.statistics import Interval, half_success_length, mean, means, median_time, share
from gradient_horizon.tables.catalogue import TABLES
from gradient_horizon.tables.columns import GROUP_KEY
from gradient_horizon.tables.memories import agreement, memories
from gradient_horizon.tables.run_files import Row
from gradient_horizon.tables.theory import compare_theory

GROUP = list(GROUP_KEY)


def summarise(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables of estimates, from the long ones."""
    solving = summarise_solving(tables)
    horizons = solving["horizons"]
    memory = TABLES["memories"].frame(memories({"horizons": horizons, "gradients": tables["gradients"]}))
    return {
        **solving,
        "theory": TABLES["theory"].frame(compare_theory(tables["gradients"])),
        "memories": memory,
        "agreement": TABLES["agreement"].frame(agreement(memory)),
        "profile_means": TABLES["profile_means"].frame(_profile_means(tables["profiles"], tables["gradients"])),
    }


def summarise_solving(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Success by length and memory horizons."""
    success = TABLES["success"].frame(_success(tables["networks"], tables["runs"], tables["baselines"]))
    return {"success": success, "horizons": TABLES["horizons"].frame(_horizons(success))}


def _spread(name: str, interval: Interval) -> Row:
    return {name: interval.estimate, f"{name}_low": interval.low, f"{name}_high": interval.high}


def _success(networks: pd.DataFrame, runs: pd.DataFrame, baselines: pd.DataFrame) -> Iterator[Row]:
    given = baselines.set_index(["task", "length", "rank"])[["accuracy", "loss"]].to_dict("index")
    budgets = runs.groupby([*GROUP, "length"])["updates"].max()
    for key, group in networks[networks["judged"]].groupby([*GROUP, "length"]):
        if budgets[key] == 0:
            continue
        for policy, chosen in _policies(group):
            yield {
                **dict(zip([*GROUP, "length"], key, strict=True)),
                "policy": policy,
                "updates": budgets[key],
                **_estimates(chosen),
                **_baseline("trivial", given.get((key[1], key[-1], 0))),
                **_baseline("partial", given.get((key[1], key[-1], 1))),
            }


def _baseline(name: str, row: Row | None) -> Row:
    return {f"{name}_{column}": row[column] if row else np.nan for column in ("accuracy", "loss")}


def _policies(group: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    yield "chosen", group[group["chosen"]]
    solved_first = group.assign(rank=group["status"].map({"solved": 0, "unsolved": 1, "diverged": 2}))
    best = solved_first.sort_values(["seed", "rank", "update", "learning_rate"], kind="stable").drop_duplicates("seed")
    yield "any", best
    for rate, of_rate in group.groupby("learning_rate"):
        yield f"{rate:g}", of_rate


def _estimates(networks: pd.DataFrame) -> Row:
    n = len(networks)
    solved = networks["status"].eq("solved")
    diverged = networks["status"].eq("diverged")
    time = median_time(networks["update"].to_numpy(), solved.to_numpy())
    return {
        "n": n,
        "solved": int(solved.sum()),
        "diverged": int(diverged.sum()),
        **_spread("solved_share", share(int(solved.sum()), n)),
        **_spread("diverged_share", share(int(diverged.sum()), n)),
        **_spread("time_to_solve", Interval(*time)),
        **_spread("accuracy", mean(networks.loc[~diverged, "accuracy"])),
        **_spread("loss", mean(networks.loc[~diverged, "loss"])),
    }


def _horizons(success: pd.DataFrame) -> Iterator[Row]:
    for key, group in success.groupby([*GROUP, "policy"]):
        if group["length"].nunique() < 2:
            continue
        horizon = half_success_length(*(group[name].to_numpy(dtype=int) for name in ("length", "solved", "n")))
        yield {
            **dict(zip([*GROUP, "policy"], key, strict=True)),
            "n": int(group["n"].sum()),
            "shortest": int(group["length"].min()),
            "longest": int(group["length"].max()),
            "updates": int(group["updates"].max()),
            "memory_horizon": horizon.length,
            "memory_horizon_low": horizon.low,
            "memory_horizon_high": horizon.high,
        }


def _profile_means(profiles: pd.DataFrame, gradients: pd.DataFrame) -> Iterable[Row]:
    key = [*GROUP, "length", "moment"]
    factors = np.log(gradients.set_index(key)["predicted_factor"]).groupby(level=key).mean()
    for group_key, group in profiles.groupby(key):
        gradient = group.pivot(index="lag", columns="seed", values="relative_gradient")
        contribution = group.pivot(index="lag", columns="seed", values="contribution")
        spreads = [
            (name, _geometric_means(values.to_numpy(dtype=float)))
            for name, values in (
                ("relative_gradient", gradient),
                ("relative_contribution", contribution / contribution.loc[0]),
            )
        ]
        for place, lag in enumerate(gradient.index):
            yield {
                **dict(zip(key, group_key, strict=True)),
                "lag": lag,
                "n": int((gradient.iloc[place] > 0).sum()),
                **{name: value for column, rows in spreads for name, value in _spread(column, rows[place]).items()},
                "predicted": float(np.exp(factors[group_key] * lag)),
            }


def _geometric_means(values: np.ndarray) -> list[Interval]:
    logs = np.log(np.where(values > 0, values, np.nan))
    return [Interval(*row) for row in np.exp(np.stack(means(logs), axis=1)).tolist()]
