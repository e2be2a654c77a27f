"""Evaluation of all networks that are training."""

from collections.abc import Mapping
from typing import NamedTuple

import torch

from gradient_horizon.tasks.base import Batch
from gradient_horizon.training.batch_pass import BatchPass
from gradient_horizon.training.losses import LOSSES
from gradient_horizon.training.population import Population


class Evaluation(NamedTuple):
    """Loss over all answers, and accuracy over those that count, of each network that is training."""

    loss: list[float]
    accuracy: list[float]


def evaluate(population: Population, passes: BatchPass, drawn: Mapping[int, Batch]) -> Evaluation:
    """Loss and accuracy of every network on the sequences of its seed, in parts of the size of a training batch."""
    spec, task = population.spec, population.task
    loss_of = LOSSES[task.loss]
    chunk, parts = spec.batch_size, []
    for first in range(0, spec.evaluation_sequences, chunk):
        piece = slice(first, first + chunk)
        batches = {seed: Batch(batch.inputs[:, :, piece], batch.target[piece]) for seed, batch in drawn.items()}
        hidden, target = passes.forward(batches)
        output, recalled = torch.bmm(population.readout, hidden), -task.recalled_steps * chunk
        loss_of_all, _, _ = loss_of(output, target)
        _, accuracy_recalled, _ = loss_of(output[:, :, recalled:], target[:, recalled:])
        parts.append(torch.stack([loss_of_all, accuracy_recalled]))
    return Evaluation(*torch.stack(parts).mean(0).tolist())
