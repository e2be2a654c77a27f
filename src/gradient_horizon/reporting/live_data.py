"""The data of the page's live parts: measured points for their sliders, and trained networks to compute with."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from gradient_horizon.claims.arms import LSTM, Arm
from gradient_horizon.claims.settings import FLOW
from gradient_horizon.figures.groups import OF_BIAS, initial_radii, of_arm
from gradient_horizon.tables.catalogue import Tables
from gradient_horizon.tables.columns import RUN_KEY, TRAINED_KEY
from gradient_horizon.tables.shown_networks import PARTS

RADIUS_EXPERIMENTS = ("powers", "powers-bounded")
LAST_LAG, EVERY = 100, 4
"""Of the gradients by radius, every fourth lag up to this one."""
SMALLEST = 1e-30
"""Gradients below are left out: no chart of the page reaches so far down."""

BIASES: Mapping[int, Arm] = {0: LSTM, **OF_BIAS}
"""Forget biases of untrained LSTMs that were measured."""

DIGITS, DIGITS_OF_WEIGHTS = 3, 6
"""Significant digits of measured points; of weights, so that a network answers as it did in the study."""


def live_data(tables: Tables) -> dict[str, Any]:
    """What JSON can hold, in no language: "radius", "forget_bias" and "networks", each a list, empty without runs."""
    return {
        "radius": list(_by_radius(tables)),
        "forget_bias": list(_by_forget_bias(tables)),
        "networks": list(_networks(tables)),
    }


def _by_radius(tables: Tables) -> Iterator[dict[str, Any]]:
    """Geometric means over untrained networks of the gradient over its value at the loss, [lag value] each."""
    means = tables["profile_means"]
    means = means[means["experiment"].isin(RADIUS_EXPERIMENTS) & means["moment"].eq("initial")]
    means = means[means["lag"].le(LAST_LAG) & means["lag"].mod(EVERY).eq(0) & means["relative_gradient"].gt(SMALLEST)]
    means = means.merge(initial_radii(tables["gradients"]))
    for (cell, radius), group in means.groupby(["cell", "radius"]):
        yield {
            "cell": cell,
            "radius": radius,
            "seeds": int(group["n"].max()),
            "points": _points(group, "relative_gradient"),
        }


def _by_forget_bias(tables: Tables) -> Iterator[dict[str, Any]]:
    """What forget gates of untrained LSTMs leave along c, in the unit that keeps most: a point per network and lag."""
    initial = tables["transport"][tables["transport"]["moment"].eq("initial")]
    for bias, arm in BIASES.items():
        rows = of_arm(initial, arm, FLOW).dropna(subset="gated")
        rows = rows[rows["gated"].gt(SMALLEST)]
        if len(rows):
            yield {"bias": bias, "seeds": int(rows["seed"].nunique()), "points": _points(rows, "gated")}


def _networks(tables: Tables) -> Iterator[dict[str, Any]]:
    """Trained networks: what they are, weights by row, eigenvalues of W where it is one matrix, gradient by lag."""
    key = list(TRAINED_KEY)
    profiles = tables["profiles"][tables["profiles"]["moment"].eq("final")]
    for _, weights in tables["shown_networks"].groupby(key):
        about = weights[key].iloc[[0]]
        outcome = about.merge(tables["networks"], on=key).iloc[0]
        recurrent, readout = (_matrix(weights[weights["part"].eq(part)]) for part in PARTS)
        hidden = readout.shape[1] - 1
        profile = about.merge(profiles, on=[*RUN_KEY, "seed"]).sort_values("lag")
        yield {
            **{name: about[name].tolist()[0] for name in key},
            "updates": int(outcome["update"]),
            "accuracy": _round(outcome["accuracy"], DIGITS),
            "hidden": hidden,
            "recurrent": _rounded(recurrent, DIGITS_OF_WEIGHTS),
            "readout": _rounded(readout, DIGITS_OF_WEIGHTS),
            "eigenvalues": _eigenvalues(recurrent[:, :hidden]) if len(recurrent) == hidden else [],
            "profile": _rounded(profile["relative_gradient"].to_numpy(dtype=float), DIGITS),
        }


def _points(rows: pd.DataFrame, column: str) -> list[list[float | None]]:
    pairs = rows.sort_values(["lag", column])[["lag", column]].itertuples(index=False)
    return [[int(lag), _round(value, DIGITS)] for lag, value in pairs]


def _matrix(weights: pd.DataFrame) -> np.ndarray:
    matrix: np.ndarray = weights.pivot(index="row", columns="column", values="value").to_numpy(dtype=float)
    return matrix


def _eigenvalues(recurrent: np.ndarray) -> list[list[float | None]]:
    """Real and imaginary parts, the largest modulus first."""
    values = sorted(np.linalg.eigvals(recurrent), key=lambda value: (-abs(value), value.real, value.imag))
    return [[_round(value.real, DIGITS_OF_WEIGHTS), _round(value.imag, DIGITS_OF_WEIGHTS)] for value in values]


def _rounded(values: np.ndarray, digits: int) -> list[Any]:
    return [_rounded(row, digits) if np.ndim(row) else _round(row, digits) for row in values]


def _round(value: float, digits: int) -> float | None:
    """Rounded to significant digits; whole numbers stay short, what is not finite becomes null."""
    return float(f"{value:.{digits}g}") if math.isfinite(value) else None
