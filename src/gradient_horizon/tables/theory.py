"""Simple theories of the gradient against what was measured: the gap between the two as a number."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from gradient_horizon.measuring.lags import TRANSPORT_LAG
from gradient_horizon.statistics.means import geometric_mean
from gradient_horizon.tables.columns import GROUP, LENGTH, RUN_KEY, STAGE, interval, interval_values, known_values
from gradient_horizon.tables.gradient_horizon import HORIZON_SHARE
from gradient_horizon.tables.schema import Column, Row
from gradient_horizon.tables.solved import solved_if_trained
from gradient_horizon.tables.table import Table, Tables

KEY = [*RUN_KEY, STAGE.name]


class Theory(NamedTuple):
    """A prediction and the measurement that it is about, each a function of the table of gradients.

    `bound`: the prediction is an upper bound of the measurement.
    """

    name: str
    formula: str
    unit: str
    predicted: Callable[[pd.DataFrame], pd.Series]
    measured: Callable[[pd.DataFrame], pd.Series]
    bound: bool = False


def _power_of_gate(gradients: pd.DataFrame) -> pd.Series:
    return gradients["kept"] ** TRANSPORT_LAG


def _radius_horizon(gradients: pd.DataFrame) -> pd.Series:
    below = gradients["spectral_radius"].where(gradients["spectral_radius"] < 1)
    return np.log(HORIZON_SHARE) / np.log(below)


def _known_horizon(gradients: pd.DataFrame) -> pd.Series:
    known = known_values(gradients["gradient_horizon"])
    return known.where(known > 0)


THEORIES = (
    Theory("spectral radius", "rho", "per step", lambda g: g["spectral_radius"], lambda g: g["decay_factor"]),
    Theory("spectral radius, late lags", "rho", "per step", lambda g: g["spectral_radius"], lambda g: g["late_factor"]),
    Theory("spectral norm", "sigma_max", "per step", lambda g: g["spectral_norm"], lambda g: g["decay_factor"], True),
    Theory(
        "transient growth",
        "kappa(V) max(1, rho)^k",
        "-",
        lambda g: g["eigenvector_condition"].where(g["spectral_radius"] <= 1),
        lambda g: g["transient_growth"],
        True,
    ),
    Theory(
        "Lyapunov exponent",
        "exp(lambda_1)",
        "per step",
        lambda g: np.exp(g["lyapunov_exponent"]),
        lambda g: g["decay_factor"],
    ),
    Theory("mean field", "sqrt(chi_1)", "per step", lambda g: np.sqrt(g["chi_1"]), lambda g: g["decay_factor"]),
    Theory("mean gate", "mean keeping gate", "per step", lambda g: g["kept"], lambda g: g["decay_factor"]),
    Theory("mean gate over 100 steps", "(mean keeping gate)^100", "-", _power_of_gate, lambda g: g["memory_transport"]),
    Theory("horizon from the radius", "ln 0.01 / ln rho", "steps", _radius_horizon, _known_horizon),
)


def theory_rows(tables: Tables) -> Iterator[Row]:
    """A row per run, stage and applicable theory: geometric mean over seeds of measured over predicted.

    Over all networks before training, and after it over those that solved their task.
    """
    gradients = solved_if_trained(tables["gradients"])
    columns = {theory.name: (theory.predicted(gradients), theory.measured(gradients)) for theory in THEORIES}
    for key, rows in gradients.groupby(KEY).groups.items():
        for theory in THEORIES:
            predicted, measured = (values.loc[rows] for values in columns[theory.name])
            usable = (predicted > 0) & (measured > 0) & np.isfinite(predicted) & np.isfinite(measured)
            if usable.sum() < 2:
                continue
            yield {
                **dict(zip(KEY, key, strict=True)),
                "theory": theory.name,
                "formula": theory.formula,
                "bound": theory.bound,
                "unit": theory.unit,
                "n": int(usable.sum()),
                "predicted": float(np.exp(np.log(predicted[usable]).mean())),
                "measured": float(np.exp(np.log(measured[usable]).mean())),
                **interval_values("ratio", geometric_mean((measured[usable] / predicted[usable]).to_numpy())),
            }


THEORY = Table(
    row="a theory of the gradient against the judged networks of a run, after training against those that solved it",
    columns=(
        *GROUP,
        LENGTH,
        STAGE,
        Column("theory", "text", "-", "the theory"),
        Column("formula", "text", "-", "what it predicts"),
        Column("bound", "flag", "-", "true: an upper bound, so that the ratio may be below 1 and never above"),
        Column("unit", "text", "-", "unit of prediction and measurement"),
        Column(
            "n", "count", "seeds", "networks on which both are known; after training of those that solved their task"
        ),
        Column("predicted", "number", "see unit", "geometric mean over seeds"),
        Column("measured", "number", "see unit", "geometric mean over seeds"),
        *interval("ratio", "-", "geometric mean over seeds of measured over predicted"),
    ),
    key=(*KEY, "theory"),
    of_tables=theory_rows,
)
