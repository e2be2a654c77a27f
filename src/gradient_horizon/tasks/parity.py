"""Parity: was the number of ones in a stream of random bits odd?"""

import math

import numpy as np

from gradient_horizon.tasks.base import Baseline, Batch, Task

BIT, CUE = 0, 1
"""Input channels: a bit at every step, and 1 at the last step."""


class Parity(Task):
    """A random bit at every step: was the number of ones even (class 0) or odd (class 1)?

    Layout: channel 0 is +1 for a one and -1 for a zero, each with probability 1/2, at every step, the last one too;
    channel 1 is 1 at the last step only. It is the word problem of the group of two elements: the state to track is one
    bit, but every input may turn it over. Liu, Ash, Goel, Krishnamurthy & Zhang (2023) have it among their automata,
    with an answer after every step; here only the last one is asked for. Chance is 1/2, the loss of chance ln 2.
    Whoever misses any one of the bits, or forgets it, is left with chance, so there is no partial solution.
    """

    inputs = 2
    outputs = 2
    loss = "cross-entropy"
    solved_when = "accuracy >= 0.95"

    def sample(self, length: int, count: int, *, generator: np.random.Generator) -> Batch:
        """`count` sequences of `length` steps."""
        bits = generator.integers(2, size=(length, count))
        inputs = np.zeros((length, self.inputs, count), dtype=np.float32)
        inputs[:, BIT] = 2 * bits - 1
        inputs[-1, CUE] = 1
        return Batch(inputs, bits.sum(0) % 2)

    def baselines(self, length: int) -> tuple[Baseline, ...]:
        """Chance: both answers are equally likely, even to whoever knows all bits but one."""
        return (Baseline("chance", loss=math.log(2), accuracy=1 / 2),)

    def is_solved(self, loss: float, accuracy: float) -> bool:
        """At least 95 % of fresh sequences answered rightly."""
        return accuracy >= 0.95
