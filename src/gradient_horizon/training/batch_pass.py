"""Forward and backward pass of all networks that are training, over a batch of sequences each."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from gradient_horizon.engine.make_passes import make_passes
from gradient_horizon.tasks.base import Batch
from gradient_horizon.training.assembly import backpropagation_window, backward_hook
from gradient_horizon.training.population import Population
from gradient_horizon.training.read_out import Judged, ReadOut


class Found(NamedTuple):
    """The losses of all networks, their gradients, and the batch mean of the norm of dL/dh after every step."""

    loss: Float[np.ndarray, " network"]
    by_weight: Float[np.ndarray, "network row column"]
    by_readout: Float[np.ndarray, "network output hidden_and_bias"]
    hidden: Float[np.ndarray, "network time"]


class BatchPass:
    """One tape and one read-out, which all networks of a population go over in turn."""

    def __init__(self, population: Population):
        spec, task = population.spec, population.task
        self.population = population
        self.passes = make_passes(
            population.cell,
            steps=spec.length,
            hidden=spec.hidden_size,
            inputs=task.inputs,
            batch=spec.batch_size,
            precision=spec.precision,
            every_step=task.every_step,
        )
        self.read_out = ReadOut(self.passes, task)
        self.window = backpropagation_window(population.changes)
        self.hook = backward_hook(population.changes)

    def judge(self, batches: Mapping[int, Batch]) -> list[Judged]:
        """The answers of every network on the batch of its seed."""
        return [judged for _, judged in self._judge_each(batches, back=False)]

    def differentiate(self, batches: Mapping[int, Batch]) -> Found:
        """Losses and gradients of every network on the batch of its seed."""
        population, spec = self.population, self.population.spec
        networks = len(population.alive)
        found = Found(
            loss=np.empty(networks, spec.precision),
            by_weight=np.empty_like(population.weight),
            by_readout=np.empty_like(population.readout),
            hidden=np.empty((networks, spec.length), spec.precision),
        )
        for place, judged in self._judge_each(batches, back=True):
            gradients = self.passes.backward(window=self.window, hook=self.hook)
            found.loss[place] = judged.losses.sum() / judged.losses.size
            found.by_weight[place], found.hidden[place] = gradients.weight, gradients.hidden
            found.by_readout[place] = self.read_out.gradient()
        return found

    def _judge_each(self, batches: Mapping[int, Batch], *, back: bool) -> Iterator[tuple[int, Judged]]:
        """Runs every network in turn; networks of one seed, which are neighbours, share their sequences."""
        population = self.population
        seed = None
        for place, network in enumerate(population.alive):
            if population.members[network].seed != seed:
                seed = population.members[network].seed
                self.passes.load(batches[seed].inputs)
                target = population.task.answers(batches[seed])
            self.passes.forward(population.weight[place])
            yield place, self.read_out.judge(population.readout[place], target, back=back)
