"""The adding problem: the sum of two marked numbers."""

import numpy as np

from gradient_horizon.tasks.base import Baseline, Batch, Task


class Adding(Task):
    """Values from U[0, 1] at every step, one mark in each half: what is the sum of the two marked values?

    Layout: channel 0 the value, channel 1 the mark. The first mark is uniform over the first half (the shorter
    one, if the length is odd), the second over the rest. This is the variant "sum, one mark per half" of
    Arjovsky, Shah & Bengio (2016); others in the literature take the mean, or place both marks anywhere.
    Predicting the mean leaves an MSE of 1/6; remembering one of the two values, 1/12.
    """

    inputs = 2
    outputs = 1
    loss = "mean-squared-error"
    mark_channel = 1
    solved_when = "mean squared error <= 1/60 (a tenth of predicting the mean)"

    def sample(self, length: int, count: int, *, generator: np.random.Generator) -> Batch:
        """`count` sequences of `length` steps."""
        half, column = length // 2, np.arange(count)
        inputs = np.zeros((length, 2, count), dtype=np.float32)
        inputs[:, 0] = generator.random((length, count), dtype=np.float32)
        first = generator.integers(half, size=count)
        second = half + generator.integers(length - half, size=count)
        inputs[first, 1, column] = 1
        inputs[second, 1, column] = 1
        return Batch(inputs, inputs[first, 0, column] + inputs[second, 0, column])

    def baselines(self, length: int) -> tuple[Baseline, ...]:
        """Predicting the mean of the sum, and remembering one of the two values."""
        return (Baseline("predict the mean", loss=1 / 6), Baseline("remember one value", loss=1 / 12))

    def is_solved(self, loss: float, accuracy: float) -> bool:
        """A tenth of the error that predicting the mean leaves."""
        return loss <= 1 / 60
