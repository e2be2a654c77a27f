"""Evaluation of all networks that are training."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from gradient_horizon.tasks.base import Batch
from gradient_horizon.training.batch_pass import BatchPass
from gradient_horizon.training.population import Population


class Evaluation(NamedTuple):
    """Loss over all answers, and accuracy over those that count, of each network that is training."""

    loss: list[float]
    accuracy: list[float]


def evaluate(population: Population, passes: BatchPass, drawn: Mapping[int, Batch]) -> Evaluation:
    """Loss and accuracy of every network on the sequences of its seed, in parts of the size of a training batch."""
    spec, recalled = population.spec, population.task.recalled_steps
    counted = slice(None if recalled is None else -recalled, None)
    parts = []
    for first in range(0, spec.evaluation_sequences, spec.batch_size):
        piece = slice(first, first + spec.batch_size)
        batches = {seed: Batch(batch.inputs[:, :, piece], batch.target[piece]) for seed, batch in drawn.items()}
        judged = passes.judge(batches)
        parts.append([(each.losses.mean(), each.right[counted].mean()) for each in judged])
    return Evaluation(*np.array(parts).mean(0).T.tolist())
