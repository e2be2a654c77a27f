"""Gradients lag by lag: of each measured network, and their means over seeds."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from gradient_horizon.statistics.intervals import Interval
from gradient_horizon.statistics.means import means
from gradient_horizon.tables.columns import (
    GROUP,
    LENGTH,
    MEASURED,
    MEASURED_KEY,
    RUN_KEY,
    STAGE,
    interval,
    interval_values,
)
from gradient_horizon.tables.run_files import RunFiles
from gradient_horizon.tables.schema import Column, Row
from gradient_horizon.tables.solved import NETWORKS, whose_means
from gradient_horizon.tables.table import Table, Tables, pieces_of


def profile_rows(run: RunFiles) -> Iterator[Row]:
    """A row per measured network, stage and lag."""
    measures = run.measures
    for m, s, key in run.measured_networks():
        profile, of_hidden, contribution, ratio = (
            measures[name][m, s] for name in ("profile", "hidden_profile", "contribution", "signal_to_noise")
        )
        for lag in range(run.spec.length):
            yield {
                **key,
                "lag": lag,
                "gradient": profile[lag],
                "relative_gradient": profile[lag] / profile[0] if profile[0] > 0 else np.nan,
                "hidden_gradient": of_hidden[lag],
                "contribution": contribution[lag],
                "signal_to_noise": ratio[lag],
            }


def profile_mean_rows(tables: Tables) -> Iterator[Row]:
    """A row per run, stage and lag: geometric means over the judged seeds of all its jobs.

    After training apart for the networks that solved their task and for the others.
    """
    key = [*RUN_KEY, STAGE.name, NETWORKS.name]
    gradients = tables["gradients"].assign(networks=whose_means(tables["gradients"]))
    factors = np.log(gradients.set_index(key)["predicted_factor"]).groupby(level=key).mean()
    profiles = (piece.assign(networks=whose_means(piece)) for piece in pieces_of(tables, "profiles"))
    for group_key, group in (each for piece in profiles for each in piece.groupby(key)):
        gradient = group.pivot(index="lag", columns="seed", values="relative_gradient")
        contribution = group.pivot(index="lag", columns="seed", values="contribution")
        gradients, contributions = (
            _geometric_means(values) for values in (gradient, contribution / contribution.loc[0])
        )
        known = (gradient > 0).sum(axis="columns").tolist()
        noise = _geometric_means_by_lag(group, "signal_to_noise")
        for place, lag in enumerate(gradient.index):
            yield {
                **dict(zip(key, group_key, strict=True)),
                "lag": lag,
                "n": known[place],
                **interval_values("relative_gradient", gradients[place]),
                **interval_values("relative_contribution", contributions[place]),
                "predicted": float(np.exp(factors[group_key] * lag)),
                "signal_to_noise": noise[place],
            }


def _geometric_means_by_lag(group: pd.DataFrame, column: str) -> list[float]:
    """Over the networks in which the column is positive."""
    logs = np.log(group[column].where(group[column] > 0))
    means_of_logs: pd.Series = logs.groupby(group["lag"]).mean()
    return [float(value) for value in np.exp(means_of_logs)]


def _geometric_means(frame: pd.DataFrame) -> list[Interval]:
    """Row by row."""
    values = frame.to_numpy(dtype=float)
    logs = np.log(np.where(values > 0, values, np.nan))
    return [Interval(*row) for row in np.exp(np.stack(means(logs), axis=1)).tolist()]


PROFILES = Table(
    row="a lag of a judged network's gradient profile, at the chosen learning rate and a stage of its training",
    columns=(
        *MEASURED,
        Column("lag", "count", "steps", "distance back from the loss"),
        Column("gradient", "number", "loss / unit of s", "batch mean of the norm of dL/ds_{T-k}; s: h, with c if any"),
        Column("relative_gradient", "number", "-", "the same over its value at lag 0"),
        Column("hidden_gradient", "number", "loss / hidden unit", "batch mean of the norm of dL/dh_{T-k}, c held"),
        Column("contribution", "number", "loss / weight", "norm of the step's own share of the weight's gradient"),
        Column(
            "signal_to_noise",
            "number",
            "-",
            "that over the rms distance of 64 single sequences' shares from their mean; noise alone: about 1/8",
        ),
    ),
    key=(*MEASURED_KEY, "lag"),
    of_run=profile_rows,
)

PROFILE_MEANS = Table(
    row="a lag of the mean gradient profile over judged networks, at a stage of training",
    columns=(
        *GROUP,
        LENGTH,
        STAGE,
        NETWORKS,
        Column("lag", "count", "steps", "distance back from the loss"),
        Column("n", "count", "seeds", "seeds with a positive gradient at this lag"),
        *interval("relative_gradient", "-", "geometric mean over seeds of the full state's gradient over lag 0's"),
        *interval("relative_contribution", "-", "geometric mean over seeds of the contribution relative to lag 0"),
        Column("predicted", "number", "-", "theory: geometric mean of predicted_factor, to the power of the lag"),
        Column("signal_to_noise", "number", "-", "geometric mean over seeds; noise alone: about 1/8"),
    ),
    key=(*RUN_KEY, STAGE.name, NETWORKS.name, "lag"),
    of_tables=profile_mean_rows,
)
