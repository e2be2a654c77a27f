"""Curves over training: evaluations, the largest norms of each interval, gradients of hidden states."""

from collections.abc import Iterator

import numpy as np

from gradient_horizon.tables.columns import GROUP, LENGTH, RUN_KEY, TRAINED, TRAINED_KEY
from gradient_horizon.tables.run_files import RunFiles
from gradient_horizon.tables.schema import Column, Row
from gradient_horizon.tables.table import Table

CURVE_INTERVALS = 50
"""Maximum number of intervals per curve of `trajectories`, and of recorded updates per job of `hidden_gradients`."""

_CURVES = {
    "loss": "loss",
    "gradient_norm": "gradient_norm",
    "limited_norm": "limited_gradient_norm",
    "update_ratio": "update_ratio",
}
"""Columns of `trajectories`, and the arrays of the history that they are taken from."""


def evaluation_rows(run: RunFiles) -> Iterator[Row]:
    """A row per evaluation of a network, until it solved the task, or before it diverged."""
    spec = run.spec
    for index, network in run.networks():
        losses = run.history["evaluation_loss"][:, index]
        accuracies = run.history["evaluation_accuracy"][:, index]
        for row, (loss, accuracy) in enumerate(zip(losses, accuracies, strict=True)):
            update = min((row + 1) * spec.evaluate_every, spec.updates)
            if (update <= network["update"] and network["status"] != "diverged") or update < network["update"]:
                yield {
                    **run.key,
                    "seed": network["seed"],
                    "learning_rate": network["learning_rate"],
                    "update": update,
                    "loss": loss,
                    "accuracy": accuracy,
                }


def trajectory_rows(run: RunFiles) -> Iterator[Row]:
    """A row per interval of the training of each judged network: the largest value of each curve in it."""
    width = max(1, -(-run.spec.updates // CURVE_INTERVALS))
    curves = {name: np.nan_to_num(run.history[name], nan=np.inf, posinf=np.inf) for name in _CURVES.values()}
    for index, network in run.chosen_networks():
        for first in range(0, network["update"], width):
            last = min(first + width, network["update"])
            largest = {column: float(curves[name][first:last, index].max()) for column, name in _CURVES.items()}
            yield {
                **run.key,
                "seed": network["seed"],
                "learning_rate": network["learning_rate"],
                "update": last,
                **largest,
            }


def hidden_gradient_rows(run: RunFiles) -> Iterator[Row]:
    """A row per step of the sequence at each recorded update: geometric means over the networks still training."""
    judged = [index for index, _ in run.chosen_networks()]
    norms = run.history["hidden_gradient"][:, :, judged].astype(float)  # [record step network]
    recorded = int(np.isfinite(norms).any(axis=(1, 2)).sum())
    every = max(1, -(-recorded // CURVE_INTERVALS))
    for record in range(0, recorded, every):
        values = norms[record]
        counts = (np.isfinite(values) & (values > 0)).sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            sums = np.where(np.isfinite(values) & (values > 0), np.log(values), 0).sum(axis=1)
            means = np.where(counts > 0, np.exp(sums / counts), 0.0)
        for step, (n, mean) in enumerate(zip(counts.tolist(), means.tolist(), strict=True), start=1):
            yield {
                **run.key,
                "first_seed": run.first_seed,
                "update": record * run.spec.hidden_gradients_every + 1,
                "step": step,
                "n": n,
                "gradient": mean,
            }


EVALUATIONS = Table(
    row="an evaluation of a network",
    columns=(
        *TRAINED,
        Column("update", "count", "updates", "updates so far"),
        Column("loss", "number", "task's loss", "on fresh sequences"),
        Column("accuracy", "number", "share", "share of right answers; empty for regression"),
    ),
    key=(*TRAINED_KEY, "update"),
    of_run=evaluation_rows,
)

TRAJECTORIES = Table(
    row="an interval of the training of a judged network, at the chosen learning rate",
    columns=(
        *TRAINED,
        Column("update", "count", "updates", "last update of the interval"),
        Column("loss", "number", "task's loss", "largest training loss; infinite where not finite"),
        Column("gradient_norm", "number", "loss / weight", "largest norm before clipping; infinite where not finite"),
        Column("limited_norm", "number", "loss / weight", "largest norm after clipping; infinite where not finite"),
        Column(
            "update_ratio",
            "number",
            "-",
            "largest norm of an update over the parameters' norm; infinite where not finite",
        ),
    ),
    key=(*TRAINED_KEY, "update"),
    of_run=trajectory_rows,
)

HIDDEN_GRADIENTS = Table(
    row="a step of the sequence at an update of a job's training, at the chosen learning rate",
    columns=(
        *GROUP,
        LENGTH,
        Column("first_seed", "count", "-", "first judged seed of the job"),
        Column("update", "count", "updates", "update, from 1"),
        Column("step", "count", "-", "step of the sequence, from 1; the loss is computed after the last"),
        Column("n", "count", "networks", "judged networks still training, with a gradient at this step"),
        Column("gradient", "number", "loss / hidden unit", "geometric mean over them of the norm of dL/dh; 0: none"),
    ),
    key=(*RUN_KEY, "first_seed", "update", "step"),
    of_run=hidden_gradient_rows,
)
