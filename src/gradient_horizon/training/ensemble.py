"""All networks of a run, trained together, and what becomes of them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.training.batch_pass import BatchPass
from gradient_horizon.training.data import SequenceSource
from gradient_horizon.training.evaluation import evaluate
from gradient_horizon.training.outcome import RunStatus
from gradient_horizon.training.parts import Parts
from gradient_horizon.training.population import Population
from gradient_horizon.training.record import Record
from gradient_horizon.training.step import take_step


class Ensemble:
    """The networks that are still training, the data they see, and the record of all."""

    def __init__(self, spec: RunSpec, parts: Parts | None = None):
        self.spec = spec
        self.population = Population(spec, parts)
        self.data = SequenceSource(spec, self.population.task, self.population.members)
        self.record = Record(self.population)
        self.passes = BatchPass(self.population)
        self.save("initial")

    @property
    def alive(self) -> list[int]:
        """Indices of the networks that are still training."""
        return self.population.alive

    @property
    def losses(self) -> list[float]:
        """Last evaluated loss of each network that is still training."""
        return [self.record.last_evaluation[network][0] for network in self.alive]

    def update(self, update: int) -> None:
        """One update of every network; those that diverge leave."""
        step = take_step(self.population, self.passes, self.data.draw_training(self.population.seeds))
        self.record.add_step(update, step, self.alive)
        if step.diverged.any():
            gone = [network for network, diverged in zip(self.alive, step.diverged.tolist(), strict=True) if diverged]
            losses = dict(zip(self.alive, step.loss.tolist(), strict=True))
            self.record.last_evaluation |= {network: (losses[network], np.nan) for network in gone}
            self.retire(gone, RunStatus.DIVERGED, update)

    def evaluate(self, update: int) -> None:
        """Evaluates every network on fresh sequences; those that meet the task's criterion leave."""
        if not self.alive:
            return
        drawn = self.data.draw_evaluation(self.population.seeds, update)
        self.record.add_evaluation(update, evaluate(self.population, self.passes, drawn), self.alive)
        is_solved, last = self.population.task.is_solved, self.record.last_evaluation
        self.retire([network for network in self.alive if is_solved(*last[network])], RunStatus.SOLVED, update)

    def retire(self, networks: Sequence[int], status: RunStatus, update: int) -> None:
        """Records the outcome of these networks, saves them as final, and stops their training."""
        if not networks:
            return
        self.record.save("final", self.population, networks)
        self.record.add_outcomes(networks, status, update)
        self.population.restrict([network for network in self.alive if network not in networks])

    def save(self, stage: str) -> None:
        """Saves the weights of all networks that are still training, under this stage."""
        self.record.save(stage, self.population, self.alive)

    def state(self, update: int) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Everything that training goes on from after this update: arrays, and facts that JSON can hold."""
        arrays, facts = self.record.state()
        facts |= {"update": update, "alive": self.alive, "streams": self.data.state()}
        return self.population.state() | arrays, facts

    def restore(self, arrays: Mapping[str, np.ndarray], facts: Mapping[str, Any]) -> int:
        """Takes over what `state` returned, and returns the update after which it did."""
        self.population.restore(arrays, facts["alive"])
        self.record.restore(arrays, facts)
        self.data.restore(facts["streams"])
        return int(facts["update"])
