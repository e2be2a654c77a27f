"""The interface of a task: sequences, answers, trivial baselines, and the criterion by which it is solved."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Literal, NamedTuple, get_args

import numpy as np
from jaxtyping import Float, Num

from gradient_horizon.tasks.parameters import parameters_of

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

    A class declares parameters, which config.yaml gives beside its name, as fields of pydantic: `symbols: int =
    Field(default=8, ge=2, description="...")`. `file_parameters` are those that hold the path of a data file, relative
    to the folder of config.yaml: what is in the file decides the run, not the path.

    Raises ValidationError for a parameter that is none of these, or out of its range.

    >>> import math
    >>> import numpy as np
    >>> from gradient_horizon import Baseline, Batch, Task, train
    >>> class Sign(Task):
    ...     inputs, outputs, loss, solved_when = 1, 2, "cross-entropy", "accuracy >= 0.9"
    ...     def sample(self, length, count, *, generator):
    ...         inputs = generator.standard_normal((length, 1, count), dtype=np.float32)
    ...         return Batch(inputs, (inputs[0, 0] > 0).astype(np.int64))
    ...     def baselines(self, length):
    ...         return (Baseline("chance", loss=math.log(2), accuracy=0.5),)
    ...     def is_solved(self, loss, accuracy):
    ...         return accuracy >= 0.9
    >>> train("tanh", Sign, seeds=2, learning_rates=0.03, length=3, hidden_size=8, updates=300).solved_at
    array([100., 100.])
    """

    inputs: int
    outputs: int
    loss: Loss
    solved_when: str
    minimal_length: int = 2
    fixed_length: int | None = None
    every_step: ClassVar[bool] = False
    unasked_steps: ClassVar[int] = 0
    recalled_steps: ClassVar[int | None] = 1
    mark_channel: ClassVar[int | None] = None
    data_files: ClassVar[tuple[str, ...]] = ()
    file_parameters: ClassVar[tuple[str, ...]] = ()

    def __init__(self, **parameters: Any):
        for name, value in parameters_of(type(self))(**parameters):
            setattr(self, name, value)

    def at(self, length: int) -> "Task":
        """This task for networks that train on `length` steps; by default the same for all lengths."""
        return self

    def problems(self, lengths: Sequence[int]) -> Iterator[str]:
        """A sentence for each reason why its parameters or data do not allow these lengths; by default none."""
        yield from ()

    def provenance(self) -> dict[str, Any]:
        """What it has made of its data, for the record of a run; by default nothing."""
        return {}

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
