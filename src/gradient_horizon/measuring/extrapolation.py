"""How trained networks do on sequences that are longer than those they were trained on."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from gradient_horizon.engine.axes import State, Weights
from gradient_horizon.engine.cell import Cell
from gradient_horizon.measuring.losses import LOSSES
from gradient_horizon.measuring.recording import run_each
from gradient_horizon.seeding import generator
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.tasks.base import Task
from gradient_horizon.training.assembly import build_cell, build_changes, task_of
from gradient_horizon.training.members import judged_at

Readout = Float[Tensor, "output hidden_and_bias"]

FACTORS = (1, 2, 4, 8)
"""Tested lengths over the trained one; 1 is what the others are held against."""

SEQUENCES = 256
"""Fresh sequences per network and length, as many as an evaluation in training has by default."""

BATCH = 64
"""Sequences that are drawn at once; divides their number."""

BLOCK = 64
"""Steps of them whose states are in memory at once; numbers depend on it by rounding at most."""


def extrapolation(
    spec: RunSpec, learning_rates: Sequence[float], networks: Mapping[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """Loss and accuracy of the judged networks when they had left, on fresh sequences of several times their length.

    Each seed's network is the one at its own of these rates; `networks` holds the saved weights of all networks of the
    run (see `Record`). In float64: [factor network] "loss" (the task's unit) and "accuracy" (NaN for regression), as
    an evaluation in training takes them: the loss over all answers, the accuracy over those of the task's recalled
    steps. NaN for networks that left the finite numbers. Axis: "factor" [factor].
    """
    torch.set_num_threads(1)
    cell, task = build_cell(spec.cell, build_changes(spec.changes)), task_of(spec)
    weights, readouts = (
        torch.from_numpy(networks[f"final.{name}"][judged_at(spec, learning_rates)]).to(torch.float64)
        for name in ("recurrent", "readout")
    )
    found = np.full((2, len(FACTORS), len(spec.seeds)), np.nan)
    for place, factor in enumerate(FACTORS):
        for network, seed in enumerate(spec.seeds):
            draw = generator(seed, "extrapolation data", factor)
            each = slice(network, network + 1)
            parts = [
                _judged(cell, task, weights[each], readouts[network], factor * spec.length, draw)
                for _ in range(SEQUENCES // BATCH)
            ]
            found[:, place, network] = np.mean(parts, axis=0)
    found[:, ~np.isfinite(found[0])] = np.nan
    return {"factor": np.array(FACTORS), "loss": found[0], "accuracy": found[1]}


def _judged(
    cell: Cell,
    task: Task,
    weight: Weights,
    readout: Readout,
    length: int,
    draw: np.random.Generator,
) -> tuple[float, float]:
    """The loss of one network over all answers to a batch of sequences, and the accuracy over the recalled ones."""
    batch = task.sample_evaluation(length, BATCH, generator=draw)
    answers = torch.from_numpy(task.answers(batch))
    unasked, answered, judged = length - len(answers), 0, []
    for first, hidden in _hidden_states(cell, weight, batch.inputs):
        asked = hidden[max(0, unasked - first) :]
        if len(asked):
            outputs = readout[:, :-1] @ asked + readout[:, -1:]
            judged.append(LOSSES[task.loss](outputs, answers[answered : answered + len(asked)])[:2])
            answered += len(asked)
    losses, accuracies = (torch.cat(values) for values in zip(*judged, strict=True))
    counted = slice(None if task.recalled_steps is None else -task.recalled_steps, None)
    return losses.mean().item(), accuracies[counted].mean().item()


def _hidden_states(
    cell: Cell, weight: Weights, inputs: Float[np.ndarray, "time feature batch"]
) -> Iterator[tuple[int, Float[Tensor, "step feature batch"]]]:
    """The hidden states of one network after the steps of a block, and the first of them, counted from 0."""
    start: tuple[State, ...] | None = None
    for first in range(0, len(inputs), BLOCK):
        block = torch.from_numpy(inputs[first : first + BLOCK]).to(torch.float64)
        (passes,) = run_each(cell, weight, block[:, None], start)
        states = passes.states()
        start = tuple(torch.from_numpy(state[-1:].copy()) for state in states)
        yield first, torch.from_numpy(states[0][1:])
