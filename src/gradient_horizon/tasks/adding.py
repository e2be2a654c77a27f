"""The adding problem: the sum of two marked numbers."""

from typing import Literal

import numpy as np
from jaxtyping import Int
from pydantic import Field

from gradient_horizon.tasks.base import Baseline, Batch, Task
from gradient_horizon.tasks.parameters import derived


class Adding(Task):
    """Values from U[0, 1] at every step, one mark in each half: what is the sum of the two marked values?

    Layout: channel 0 the value, channel 1 the mark. The first mark is uniform over the first half (the shorter
    one, if the length is odd), the second over the rest. This is the variant "sum, one mark per half" of
    Arjovsky, Shah & Bengio (2016). Predicting the mean leaves an MSE of 1/6; remembering one of the two values, 1/12.

    Others in the literature place both marks anywhere, at two different steps (Bai, Kolter & Koltun 2018), or ask for
    the mean of the two values (Pascanu, Mikolov & Bengio 2013), whose errors are a quarter of these. Numbers of
    different variants cannot be compared.
    """

    marks: Literal["one-per-half", "anywhere"] = Field(
        default="one-per-half", description="Where the two marks are: one in each half, or at any two different steps."
    )
    target: Literal["sum", "mean"] = Field(
        default="sum", description="What is asked of the two marked values; errors of the mean are a quarter."
    )

    inputs = 2
    outputs = 1
    loss = "mean-squared-error"
    mark_channel = 1

    @derived
    def solved_when(self) -> str:
        """The criterion in words."""
        return f"mean squared error <= 1/{60 * self._scale**2} (a tenth of predicting the mean)"

    @property
    def _scale(self) -> int:
        """The sum over what is asked for."""
        return 2 if self.target == "mean" else 1

    def sample(self, length: int, count: int, *, generator: np.random.Generator) -> Batch:
        """`count` sequences of `length` steps."""
        column = np.arange(count)
        inputs = np.zeros((length, 2, count), dtype=np.float32)
        inputs[:, 0] = generator.random((length, count), dtype=np.float32)
        first, second = self._marked(length, count, generator)
        inputs[first, 1, column] = 1
        inputs[second, 1, column] = 1
        total = inputs[first, 0, column] + inputs[second, 0, column]
        return Batch(inputs, total / np.float32(self._scale))

    def _marked(
        self, length: int, count: int, generator: np.random.Generator
    ) -> tuple[Int[np.ndarray, " batch"], Int[np.ndarray, " batch"]]:
        """The two marked steps of each sequence."""
        if self.marks == "anywhere":
            first, other = generator.integers(length, size=count), generator.integers(length - 1, size=count)
            return first, other + (other >= first)
        half = length // 2
        return generator.integers(half, size=count), half + generator.integers(length - half, size=count)

    def baselines(self, length: int) -> tuple[Baseline, ...]:
        """Predicting the mean of the sum, and remembering one of the two values."""
        squared = self._scale**2
        return (
            Baseline("predict the mean", loss=1 / (6 * squared)),
            Baseline("remember one value", loss=1 / (12 * squared)),
        )

    def is_solved(self, loss: float, accuracy: float) -> bool:
        """A tenth of the error that predicting the mean leaves."""
        return loss <= 1 / (60 * self._scale**2)
