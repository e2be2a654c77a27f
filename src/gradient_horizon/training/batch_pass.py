"""Forward and backward pass of all networks that are training, over a batch of sequences each."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float, Num
from torch import Tensor

from gradient_horizon.engine.passes import Gradients
from gradient_horizon.engine.segments import Sequences
from gradient_horizon.tasks.base import Batch
from gradient_horizon.training.assembly import backpropagation_window
from gradient_horizon.training.population import Population


class ReadStates(NamedTuple):
    """Hidden states that are read out, with a row of ones for the read-out's bias, and the targets.

    Answers are the sequences of a batch, read out after the last step, or all sequences after step 1, then after step
    2, and so on, for tasks that are answered at every step.
    """

    hidden: Float[Tensor, "network hidden_and_one answer"]
    target: Num[Tensor, "network answer"]


class BatchPass:
    """Buffers for the networks that a population has now; to be replaced when networks leave."""

    def __init__(self, population: Population):
        spec, layout = population.spec, population.layout
        self.population = population
        self.sequences = Sequences(
            population.cell,
            steps=spec.length,
            networks=len(population.alive),
            hidden=spec.hidden_size,
            inputs=population.task.inputs,
            batch=spec.batch_size,
            dtype=population.weight.dtype,
        )
        self.free = layout.mask(population.weight.dtype)
        self.window = backpropagation_window(population.changes)
        self.flow_penalty = sum((change.flow_penalty() for change in population.changes), start=0.0)

    def forward(self, batches: Mapping[int, Batch]) -> ReadStates:
        """Runs every network over the batch of its seed."""
        population, spec, task = self.population, self.population.spec, self.population.task
        batch_of_each = [batches[population.members[network].seed] for network in population.alive]
        inputs = self.sequences.inputs.numpy()
        for place, batch in enumerate(batch_of_each):
            inputs[:, place] = batch.inputs
        target = torch.from_numpy(np.stack([task.answers(batch).reshape(-1) for batch in batch_of_each]))
        weight = population.weight
        if task.every_step:
            seen = weight.new_ones(len(batch_of_each), spec.hidden_size + 1, spec.length, spec.batch_size)
            self.sequences.forward(weight, states=seen[:, :-1].permute(2, 0, 1, 3))
            return ReadStates(seen.flatten(2), target)
        hidden = self.sequences.forward(weight)
        ones = hidden.new_ones(hidden.shape[0], 1, hidden.shape[2])
        return ReadStates(torch.cat([hidden, ones], dim=1), target)

    def backward(self, gradient: Float[Tensor, "network hidden answer"]) -> Gradients:
        """From the gradient of the hidden states that are read out to those of weights and all hidden states."""
        spec = self.population.spec
        if self.population.task.every_step:
            networks, hidden, _ = gradient.shape
            gradient = gradient.view(networks, hidden, spec.length, spec.batch_size).permute(2, 0, 1, 3)
        return self.sequences.backward(
            self.population.weight, gradient, window=self.window, free=self.free, flow_penalty=self.flow_penalty
        )
