"""Trained networks on sequences longer than those they were trained on."""

from collections.abc import Iterator

import numpy as np

from gradient_horizon.tables.columns import GROUP, LENGTH, RUN_KEY, SEED, SOLVED
from gradient_horizon.tables.run_files import RunFiles
from gradient_horizon.tables.schema import Column, Row
from gradient_horizon.tables.table import Table
from gradient_horizon.training.assembly import task_of


def extrapolation_rows(run: RunFiles) -> Iterator[Row]:
    """A row per judged network and tested length; none where nobody asked, or the loss is no number."""
    found = run.further("extrapolation")
    if found is None:
        return
    task = task_of(run.spec)
    solved = {network["seed"]: network["status"] == "solved" for _, network in run.chosen_networks()}
    for place, factor in enumerate(found["factor"].tolist()):
        for index, seed in enumerate(run.spec.seeds):
            loss, accuracy = (float(found[name][place, index]) for name in ("loss", "accuracy"))
            if np.isfinite(loss):
                yield {
                    **run.key,
                    "seed": seed,
                    "solved": solved[seed],
                    "factor": factor,
                    "tested_length": factor * run.spec.length,
                    "loss": loss,
                    "accuracy": accuracy,
                    "solved_there": task.is_solved(loss, accuracy),
                }


EXTRAPOLATION = Table(
    row="a judged network at the chosen learning rate, after training, on sequences of a length",
    columns=(
        *GROUP,
        LENGTH,
        SEED,
        SOLVED,
        Column("factor", "count", "-", "tested length over that of training"),
        Column("tested_length", "count", "steps", "length of the sequences that the network is tested on"),
        Column("loss", "number", "task's loss", "on 256 fresh sequences of the tested length"),
        Column("accuracy", "number", "share", "share of right answers; empty for regression"),
        Column("solved_there", "flag", "-", "true: these meet the task's criterion at the tested length"),
    ),
    key=(*RUN_KEY, SEED.name, "factor"),
    of_run=extrapolation_rows,
)
