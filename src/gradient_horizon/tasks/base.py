"""What every task states: variant, layout, trivial baselines, and when it counts as solved."""

from abc import ABC, abstractmethod
from typing import ClassVar, Literal, NamedTuple

import numpy as np
from jaxtyping import Float, Num


class Batch(NamedTuple):
    """Fresh sequences and what the network should answer after the last step."""

    inputs: Float[np.ndarray, "time feature batch"]
    target: Num[np.ndarray, " batch"]


class Baseline(NamedTuple):
    """What a network reaches that does not use the memory in question."""

    name: str
    loss: float
    accuracy: float | None = None


class Task(ABC):
    """A generator of sequences; the answer is read after the last step, or, where `every_step` says so, after each.

    Classification tasks (cross-entropy, nats) have integer targets; regression tasks (mean squared error) have
    one real target. `minimal_length` is the shortest sequence that makes sense; `fixed_length`, where not None,
    the only one. The loss is the mean over all answers; the accuracy counts those of the last `recalled_steps`.
    `mark_channel` is the input that is 1 at the steps that matter, where a task marks them.
    """

    inputs: ClassVar[int]
    outputs: ClassVar[int]
    loss: ClassVar[Literal["cross-entropy", "mean-squared-error"]]
    solved_when: ClassVar[str]
    minimal_length: ClassVar[int] = 2
    fixed_length: ClassVar[int | None] = None
    every_step: ClassVar[bool] = False
    recalled_steps: ClassVar[int] = 1
    mark_channel: ClassVar[int | None] = None

    @abstractmethod
    def sample(self, length: int, count: int, *, generator: np.random.Generator) -> Batch:
        """`count` training sequences of `length` steps."""

    def sample_evaluation(self, length: int, count: int, *, generator: np.random.Generator) -> Batch:
        """`count` sequences to evaluate on; tasks with a finite data set hold some of it out for this."""
        return self.sample(length, count, generator=generator)

    def answers(self, batch: Batch) -> Num[np.ndarray, "answer batch"]:
        """What the network should answer after each step that is read out; the last row is the batch's target."""
        return batch.target[None]

    @abstractmethod
    def baselines(self, length: int) -> tuple[Baseline, ...]:
        """Trivial baselines; the first is the one that a network has to beat to have learnt anything."""

    @abstractmethod
    def is_solved(self, loss: float, accuracy: float) -> bool:
        """The task's own criterion, on an evaluation."""
