"""The interface of a task: sequences, answers, trivial baselines, and the criterion by which it is solved."""

from abc import ABC, abstractmethod
from typing import ClassVar, Literal, NamedTuple, get_args

import numpy as np
from jaxtyping import Float, Num

Loss = Literal["cross-entropy", "mean-squared-error"]
LOSSES: tuple[str, ...] = get_args(Loss)


class Batch(NamedTuple):
    """Sequences, and the right answers after their last step."""

    inputs: Float[np.ndarray, "time feature batch"]
    target: Num[np.ndarray, " batch"]


class Baseline(NamedTuple):
    """Loss and accuracy that are reached without the memory that the task asks for."""

    name: str
    loss: float
    accuracy: float | None = None


class Task(ABC):
    """A generator of sequences with right answers.

    Outputs are read after the last step, or, if `every_step`, after every step but the first `unasked_steps`.
    Classification tasks (cross-entropy, nats) have integer targets; regression tasks (mean squared error) have one real
    target. The loss is the mean over all answers; the accuracy that over the answers of the last `recalled_steps`, or,
    if that is None, over all. `minimal_length` is the shortest length of a sequence that makes sense; `fixed_length`,
    if not None, the only one. `mark_channel`, if not None, is the input that is 1 at the steps that matter.
    `data_files` are the files that it reads, relative to that of its class: when one changes, its runs are trained
    again. `solved_when` states the criterion of `is_solved` in words.
    """

    inputs: ClassVar[int]
    outputs: ClassVar[int]
    loss: ClassVar[Loss]
    solved_when: ClassVar[str]
    minimal_length: ClassVar[int] = 2
    fixed_length: ClassVar[int | None] = None
    every_step: ClassVar[bool] = False
    unasked_steps: ClassVar[int] = 0
    recalled_steps: ClassVar[int | None] = 1
    mark_channel: ClassVar[int | None] = None
    data_files: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def sample(self, length: int, count: int, *, generator: np.random.Generator) -> Batch:
        """`count` training sequences of `length` steps."""

    def sample_evaluation(self, length: int, count: int, *, generator: np.random.Generator) -> Batch:
        """`count` sequences for evaluation; tasks with a finite data set draw them from a held-out part."""
        return self.sample(length, count, generator=generator)

    def answers(self, batch: Batch) -> Num[np.ndarray, "answer batch"]:
        """The right answers after each step that is read out; the last row is the batch's target."""
        return batch.target[None]

    @abstractmethod
    def baselines(self, length: int) -> tuple[Baseline, ...]:
        """Trivial baselines; a network that does not beat the first has learnt nothing."""

    @abstractmethod
    def is_solved(self, loss: float, accuracy: float) -> bool:
        """Whether loss and accuracy of an evaluation meet the criterion of this task."""
