"""Tasks of your own: config.yaml names this one as tasks:FirstSign."""

import math

import numpy as np

from gradient_horizon.tasks.base import Baseline, Batch, Task


class FirstSign(Task):
    """Random numbers, one at each step: was the first of them positive?

    Layout: channel 0 has a standard normal number at every step, channel 1 is 1 at the first step only.
    """

    inputs = 2
    outputs = 2  # a class each: not positive, positive
    loss = "cross-entropy"
    solved_when = "accuracy >= 0.95"

    def sample(self, length: int, count: int, *, generator: np.random.Generator) -> Batch:
        """`count` sequences of `length` steps, as [time feature batch], drawn from the generator that is given."""
        inputs = np.zeros((length, self.inputs, count), dtype=np.float32)
        inputs[:, 0] = generator.standard_normal((length, count), dtype=np.float32)
        inputs[0, 1] = 1
        return Batch(inputs, (inputs[0, 0] > 0).astype(np.int64))

    def baselines(self, length: int) -> tuple[Baseline, ...]:
        """Chance: either answer is equally likely."""
        return (Baseline("chance", loss=math.log(2), accuracy=0.5),)

    def is_solved(self, loss: float, accuracy: float) -> bool:
        """At least 95 % of fresh sequences answered rightly."""
        return accuracy >= 0.95
