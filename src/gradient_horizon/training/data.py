"""Sequences that networks are trained and evaluated on."""

from collections.abc import Iterable, Mapping
from typing import Any

from gradient_horizon.seeding import generator
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.tasks.base import Batch, Task
from gradient_horizon.training.members import Member


class SequenceSource:
    """Batches of sequences by seed: all learning rates of a seed see the same."""

    def __init__(self, spec: RunSpec, task: Task, members: Iterable[Member]):
        self.spec, self.task = spec, task
        self.streams = {member.seed: generator(member.seed, "training data") for member in members}

    def draw_training(self, seeds: Iterable[int]) -> dict[int, Batch]:
        """The next training batch of each of these seeds."""
        length, count = self.spec.length, self.spec.batch_size
        return {seed: self.task.sample(length, count, generator=self.streams[seed]) for seed in seeds}

    def draw_evaluation(self, seeds: Iterable[int], update: int) -> dict[int, Batch]:
        """Fresh sequences of each of these seeds for the evaluation after this update."""
        length, count = self.spec.length, self.spec.evaluation_sequences
        return {
            seed: self.task.sample_evaluation(length, count, generator=generator(seed, "evaluation data", update))
            for seed in seeds
        }

    def state(self) -> dict[int, Any]:
        """The state of the training stream of every seed."""
        return {seed: stream.bit_generator.state for seed, stream in self.streams.items()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Puts every training stream into a state that `state` returned; JSON turns seeds into text."""
        for seed, of_stream in state.items():
            self.streams[int(seed)].bit_generator.state = of_stream
